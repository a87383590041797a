"""Nothing that a person writes can leave its comment, its docstring or its quotes; and code stays readable."""

from __future__ import annotations

import ast
import keyword
import re

import pytest
from export_samples import SAMPLES, ExportSample
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.exports import EXPORTS
from formulations.exports.latex_text import text_latex
from formulations.exports.notebook import markdown
from formulations.exports.python_text import (
    WIDTH,
    comment,
    docstring,
    folded,
    identifiers,
    key_text,
    list_literal,
    number,
    table_literal,
)
from formulations.formulation import Constraint, Data, Document, Formulation, Objective, Parameter, Set, Variable

SOURCES = ("pyomo", "cvxpy", "highspy", "mathopt")
HOSTILE = [
    "\nimport os; os.system('x')",
    '"""\nimport os',
    "\\",
    '\\"""',
    '"',
    '""""""',
    "a\rb\x0cc\x0bd\x1ce\x85f\u2028g\u2029h",
    "\x00 null \ud800 surrogate \ufffe",
    "# -*- coding: utf-7 -*-",
    "{0} {data} %s",
    "'; DROP",
    "$x$ \\input{/etc/passwd} %comment",
    "<script>alert(1)</script> [link](javascript:x) `code`",
    "```\n$$",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.text("\"'\\\n\r#{}", max_size=12))


def document(words: str, members: tuple[int | str, ...]) -> Document:
    return Document(
        formulation=Formulation(
            name=words,
            description=words,
            sets=(Set(name="I", description=words),),
            parameters=(Parameter(name="c", indices=("I",), description=words, unit=words),),
            variables=(Variable(name="x", indices=("I",), lower="0", upper="1", description=words, unit=words),),
            objective=Objective(
                name="best", sense="maximize", expression="sum(c[i]*x[i] for i in I)", description=words, unit=words
            ),
            constraints=(Constraint(name="row", for_each="i in I", expression="x[i] <= c[i]", description=words),),
        ),
        data=Data(sets={"I": members}, parameters={"c": tuple((member, 1.0) for member in members)}),
    )


def statements(text: str) -> str:
    """The code of a module without its docstring and the set data, which are meant to differ."""
    tree = ast.parse(text)
    tree.body = tree.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize("target", SOURCES)
@settings(max_examples=40, deadline=None)
@given(words=texts)
def test_descriptions_never_become_code(target: str, words: str) -> None:
    hostile = EXPORTS[target].export(document(words, ("a", 2)))
    plain = EXPORTS[target].export(document("plain", ("a", 2)))
    assert isinstance(hostile, str)
    assert isinstance(plain, str)
    hostile.encode("utf-8")
    if target == "mathopt":  # the model carries its name, as a literal
        hostile, plain = (re.sub(r"mathopt\.Model\(name=.*\)", "mathopt.Model()", text) for text in (hostile, plain))
    assert statements(hostile) == statements(plain)


@pytest.mark.parametrize("target", SOURCES)
@settings(max_examples=40, deadline=None)
@given(members=st.lists(st.one_of(st.integers(-(10**12), 10**12), texts), min_size=1, max_size=4, unique=True))
def test_members_arrive_as_they_are(target: str, members: list[int | str]) -> None:
    text = EXPORTS[target].export(document("words", tuple(members)))
    assert isinstance(text, str)
    text.encode("utf-8")
    tree = ast.parse(text)
    (data,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "DATA"
    ]
    assert data == {"I": members, "c": dict.fromkeys(members, 1)}


@pytest.mark.parametrize("words", HOSTILE)
def test_a_notebook_holds_hostile_words_as_words(words: str) -> None:
    text = EXPORTS["notebook"].export(document(words, ("a",)))
    assert isinstance(text, str)
    text.encode("utf-8")
    shown = markdown(words)
    assert "\n" not in shown
    assert "<" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[`$\[*_]", shown)


@settings(max_examples=200, deadline=None)
@given(words=texts)
def test_words_become_no_commands_in_latex(words: str) -> None:
    shown = text_latex(words)
    allowed = r"\\(?:text(?:backslash|asciicircum|asciitilde|less|greater|bar)\{\}|[{}$&#%_])"
    rest = re.sub(allowed, "", shown)
    assert not re.search(r"[\\{}$&#%_^~<>|]", rest)
    assert "\n" not in shown


@settings(max_examples=200, deadline=None)
@given(words=st.lists(texts, max_size=3))
def test_a_docstring_is_one_string_and_a_comment_is_no_code(words: list[str]) -> None:
    tree = ast.parse("\n".join(docstring(words)))
    (statement,) = tree.body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert all(not ast.parse("\n".join(comment(text))).body for text in words)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["x", "make", "dough_stock", "größe"], ["x", "make", "dough_stock", "größe"]),
        (["sum", "print", "lambda", "data"], ["sum_", "print_", "lambda_", "data_"]),
        (["sum_", "sum"], ["sum_", "sum__"]),
        (["ﬁ", "fi"], ["fi", "fi_"]),
        (["__class__", "x²"], ["v_class", "x2"]),
        (["own"], ["own_"]),
    ],
)
def test_identifiers_are_the_names_where_that_is_possible(names: list[str], expected: list[str]) -> None:
    assert list(identifiers(names, {"own"}).values()) == expected


@settings(max_examples=200, deadline=None)
@given(names=st.lists(st.from_regex(r"\A[^\W\d]\w{0,6}\Z"), max_size=6))
def test_identifiers_are_distinct_and_valid(names: list[str]) -> None:
    found = identifiers(names)
    assert set(found) == set(names)
    assert len(set(found.values())) == len(set(names))
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found.values())


@pytest.mark.parametrize(
    ("value", "text"),
    [(200.0, "200"), (-3.0, "-3"), (0.085, "0.085"), (1e300, "1e+300"), (0.1 + 0.2, "0.30000000000000004")],
)
def test_numbers_are_short_and_exact(value: float, text: str) -> None:
    assert number(value) == text
    assert float(text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [("large", '"large"'), ("it's", '"it\'s"'), ('"', "'\"'"), (3, "3"), (("a", 1), '("a", 1)'), (("a",), '("a",)')],
)
def test_members_are_quoted_doubly_where_that_is_possible(key: str | int | tuple[str, int], text: str) -> None:
    assert key_text(key) == text
    assert ast.literal_eval(text) == key


keys = st.one_of(st.integers(), texts, st.tuples(texts, st.integers()))


@settings(max_examples=100, deadline=None)
@given(entries=st.dictionaries(keys, st.floats(allow_nan=False, allow_infinity=False), max_size=40))
def test_literals_read_back(entries: dict[int | str | tuple[str, int], float]) -> None:
    assert ast.literal_eval(table_literal(entries, "    ")) == entries
    assert ast.literal_eval(list_literal(list(entries), "    ")) == list(entries)


def test_long_tables_keep_a_first_index_together() -> None:
    entries = {(plant, market): 1.5 for plant in ("north", "south") for market in ("inner town", "harbor", "hills")}
    assert table_literal(entries, "").splitlines() == [
        "{",
        '    ("north", "inner town"): 1.5, ("north", "harbor"): 1.5, ("north", "hills"): 1.5,',
        '    ("south", "inner town"): 1.5, ("south", "harbor"): 1.5, ("south", "hills"): 1.5,',
        "}",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("short(a, b)", ["short(a, b)"]),
        (
            "    cost = total(price_of_transport[i, j, k] * quantity_shipped[i, j, k] for i, j in Arcs "
            "for k in Products if i != j)",
            [
                "    cost = total(",
                "        price_of_transport[i, j, k] * quantity_shipped[i, j, k]",
                "        for i, j in Arcs",
                "        for k in Products",
                "        if i != j",
                "    )",
            ],
        ),
        (
            "return first_summand_of_many + second_summand_of_many + third_summand_of_many + fourth_summand "
            "<= bound[i, j]",
            [
                "return (",
                "    first_summand_of_many + second_summand_of_many + third_summand_of_many + fourth_summand",
                "    <= bound[i, j]",
                ")",
            ],
        ),
    ],
)
def test_long_lines_are_broken_where_a_reader_would(line: str, expected: list[str]) -> None:
    assert folded(line) == expected


CASES = [(sample, target) for sample in SAMPLES for target in SOURCES if target not in sample.refused]


@pytest.mark.parametrize(("sample", "target"), CASES, ids=[f"{s.name}-{t}" for s, t in CASES])
def test_lines_of_code_fit_the_page(sample: ExportSample, target: str) -> None:
    text = EXPORTS[target].export(sample.document())
    assert isinstance(text, str)
    assert not [line for line in text.splitlines() if len(line) > WIDTH + 15]


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.sampled_from(["alpha", "beta[i, j]", "f(gamma, delta)", "(a + b)"]), min_size=1, max_size=40))
def test_breaking_a_line_keeps_its_meaning(parts: list[str]) -> None:
    line = f"name = call({' + '.join(parts)}, other={' * '.join(parts)})"
    assert ast.dump(ast.parse("\n".join(folded(line)))) == ast.dump(ast.parse(line))
