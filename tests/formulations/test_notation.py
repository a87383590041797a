"""The notation and JSON hold every document exactly, and every mistake in a notation is told at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Formulation,
    Objective,
    Parameter,
    Set,
    Variable,
)
from formulations.notation import NotationError, parse_notation, write_notation
from formulations.statements import Mistake

CANTEEN = """\
# Canteen
# Feeds a school
# for a week.
set Dish
set Day
set Served within Dish * Day "which dish may be served when"
set Hot within Dish
parameter price[Dish] in EUR/plate "cost of one plate"
parameter guests[Day] default 120
parameter rate[Dish, Day] default 0.5
parameter budget in EUR
variable cook[d in Dish] integer >= 0 <= 2*guests["monday"] in plate "plates cooked"
variable serve[d, t in Served] >= 0
variable open[Day] binary
variable balance
minimize cost in EUR: sum(price[d]*cook[d] for d in Dish) "what the week costs"
constraint enough for d in Dish if d != "soup": cook[d] >= sum(serve[d, t] for t in Day) "no plate twice"
constraint closed for t in Day when open[t] == 0: sum(serve[d, t] for d in Dish) <= 0
constraint spend: sum(price[d]*cook[d] for d in Dish) <= budget
data
set Dish = soup, pasta, "fish & chips"
set Day = 1..5
set Served = (soup, 1), (pasta, 2), ("fish & chips", 5)
set Hot = soup
parameter price = soup: 2.5, pasta: 3, "fish & chips": 4.25
parameter budget = 1500
parameter rate:
                   1     2
  soup           0.1     0
  "fish & chips"   1  0.25
"""


def test_the_canonical_text_is_its_own_writing() -> None:
    document = parse_notation(CANTEEN)
    written = write_notation(document)
    assert parse_notation(written) == document
    assert [line.split() for line in written.splitlines()] == [line.split() for line in CANTEEN.splitlines()]


def test_every_part_arrives_where_it_belongs() -> None:
    document = parse_notation(CANTEEN)
    formulation = document.formulation
    assert (formulation.name, formulation.description) == ("Canteen", "Feeds a school\nfor a week.")
    assert formulation.sets[2] == Set(
        name="Served", within=("Dish", "Day"), description="which dish may be served when"
    )
    assert formulation.parameters[0] == Parameter(
        name="price", indices=("Dish",), unit="EUR/plate", description="cost of one plate"
    )
    assert formulation.parameters[1].default == 120
    assert formulation.variables[0] == Variable(
        name="cook",
        indices=("d in Dish",),
        domain="integer",
        lower="0",
        upper='2*guests["monday"]',
        unit="plate",
        description="plates cooked",
    )
    assert formulation.variables[1].indices == ("d, t in Served",)
    assert formulation.objective == Objective(
        name="cost",
        sense="minimize",
        expression="sum(price[d]*cook[d] for d in Dish)",
        unit="EUR",
        description="what the week costs",
    )
    assert formulation.constraints[0].for_each == 'd in Dish if d != "soup"'
    assert formulation.constraints[1].when == "open[t] == 0"
    assert document.data.sets["Day"] == (1, 2, 3, 4, 5)
    assert document.data.sets["Served"][0] == ("soup", 1)
    assert document.data.parameters["price"] == (("soup", 2.5), ("pasta", 3.0), ("fish & chips", 4.25))
    assert document.data.parameters["rate"] == (
        ("soup", 1, 0.1), ("soup", 2, 0.0), ("fish & chips", 1, 1.0), ("fish & chips", 2, 0.25))  # fmt: skip


# Other ways to write the same: what is read, and how it is written.
TOLERATED = [
    ("param p", "parameter p"),
    ("var x >= 0;", "variable x >= 0"),
    ("variable x <= 5 >= 1 integer in kg", "variable x integer >= 1 <= 5 in kg"),
    ("variable x nonnegative", "variable x >= 0"),
    ("variable x int >= 0", "variable x integer >= 0"),
    ("variable x continuous", "variable x"),
    ("max: x", "maximize objective: x"),
    ("min: x", "minimize objective: x"),
    ("maximise profit: x", "maximize profit: x"),
    ("Maximize profit: x", "maximize profit: x"),
    ("s.t. cap: x <= 3", "constraint cap: x <= 3"),
    ("subject to cap: x <= 3;", "constraint cap: x <= 3"),
    ("subject to:\n  cap: x <= 3\n  low: x >= 1", "constraint cap: x <= 3\nconstraint low: x >= 1"),
    ("constraint: x <= 3", "constraint constraint_1: x <= 3"),
    ("constraint cap[i in I]: x[i] <= 3", "constraint cap for i in I: x[i] <= 3"),
    ("constraint cap: x[i] <= 3 for i in I", "constraint cap for i in I: x[i] <= 3"),
    ("constraint cap: x <=\n    3\n    + y", "constraint cap: x <= 3 + y"),
    ("constraint cap: sum(x[i]\nfor i in I) <= 3", "constraint cap: sum(x[i] for i in I) <= 3"),
    ("constraint cap: x <= 3  # three at most", "constraint cap: x <= 3"),
    ("parameter p[i in I, j, k in A]", "parameter p[I, A]"),
    ("set I = a, b", "set I\ndata\nset I = a, b"),
    ("parameter p = 5 \"words\"", "parameter p \"words\"\ndata\nparameter p = 5"),
    ("set I\ndata\nI = {a, b}", "set I\ndata\nset I = a, b"),
    ("set I\ndata:\nset I = a,\n  b", "set I\ndata\nset I = a, b"),
    ("parameter p[I]\ndata\nparameter p[I] = 'a': 1,", "parameter p[I]\ndata\nparameter p = a: 1"),
    ("```\nset I\n```", "set I"),
    ("\n\r\nset I\r\n", "set I"),
    ("   set I\n   set J", "set I\nset J"),
    ("data\nset D = 2024-01-01, 2nd", 'data\nset D = "2024-01-01", "2nd"'),
    ("data\nparameter c:\n  x, y\n a 1, 2\n b -, 4", "data\nparameter c = (a, x): 1, (a, y): 2, (b, y): 4"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written"), TOLERATED)
def test_other_spellings_are_read(text: str, written: str) -> None:
    assert write_notation(parse_notation(text)) == f"{written}\n"


def test_a_pair_binder_and_a_set_before_a_binder_are_told_apart() -> None:
    document = parse_notation("set Plants\nset T\nset A\nvariable x[Plants, t in T]\nvariable y[i, j in A, T]")
    assert [v.indices for v in document.formulation.variables] == [("Plants", "t in T"), ("i, j in A", "T")]


# The text, then line, column and words of every mistake in it.
MISTAKES = [
    ("set", [(1, 3, "name of the set is missing")]),
    ("set 3", [(1, 4, "name of the set is missing before '3'")]),
    ("set A within", [(1, 12, "name of the set after 'within' is missing")]),
    ("parameter p q", [(1, 12, "'q' is not expected")]),
    ("parameter p default x", [(1, 20, "number is missing")]),
    ("parameter p[]", [(1, 11, "index is missing")]),
    ("parameter p[I", [(1, 11, "never closed")]),
    ("parameter p in", [(1, 12, "unit after 'in' is missing")]),
    ("variable x = 3", [(1, 11, "not given a value")]),
    ("variable x > 3", [(1, 11, "not strict")]),
    ("variable x >=", [(1, 13, "lower bound is missing")]),
    ("variable x >= 1 >= 2", [(1, 16, "lower bound is given twice")]),
    ("variable x in [0, 1]", [(1, 14, "not a unit")]),
    ("minimize x + y", [(1, 11, "':' is missing before '+'")]),
    ("minimize cost:", [(1, 14, "objective is missing")]),
    ("min: x\nmax: y", [(2, 3, "second objective")]),
    ("constraint c x <= 3", [(1, 13, "':' is missing")]),
    ("constraint c for i in I: x[i] <= 1 for j in J", [(1, 35, "second 'for'")]),
    ("x <= 3", [(1, 0, "no keyword")]),
    ('set A "\\q"', [(1, 7, "unknown escape")]),
    (f"set {'A' * 101}", [(1, 4, "is not a name")]),
    ("data\nvariable x", [(2, 0, "below 'data'")]),
    ("data\nset A", [(2, 5, "'=' is missing")]),
    ("data\nset A = a b", [(2, 10, "'b' is not expected")]),
    ("data\nset A = a: 3", [(2, 9, "members only")]),
    ("data\nset A = 1.5", [(2, 8, "whole number")]),
    ("data\nset A = 1..9999999", [(2, 8, "range has more than")]),
    ("data\nset A = (a, b", [(2, 12, "')' is missing")]),
    ("data\nset A = a\nset A = b", [(3, 0, "given twice")]),
    ("data\nparameter p = 1,200", [(2, 14, "has no member")]),
    ("data\nparameter p = a: 1,200", [(2, 19, "has no member")]),
    ("data\nparameter p = a: 5%", [(2, 18, "after a number")]),
    ("data\nparameter p = a: five", [(2, 17, "not a number")]),
    ("data\nparameter p = $5", [(2, 14, "not a number")]),
    ("data\nparameter p:\n  a b\n r 1\n s 1 2 3", [(4, 3, "1 number for 2"), (5, 7, "3 numbers for 2")]),
    ("data\nparameter p:", [(2, 12, "table is empty")]),
    ("set\nfoo\nconstraint c:", [(1, 3, "name"), (2, 0, "no keyword"), (3, 13, "constraint is missing")]),
    ("constraint c: x <=\n   3 for\nset", [(2, 8, "missing"), (3, 3, "name")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_every_mistake_is_told_with_line_and_column(text: str, expected: list[tuple[int, int, str]]) -> None:
    with pytest.raises(NotationError) as caught:
        parse_notation(text)
    found = caught.value.mistakes
    assert [(mistake.line, mistake.column) for mistake in found] == [(line, column) for line, column, _ in expected]
    for mistake, (_, _, words) in zip(found, expected, strict=True):
        assert words in mistake.reason


def test_the_message_shows_line_text_caret_and_hint() -> None:
    with pytest.raises(NotationError) as caught:
        parse_notation("set Dish\n  variable x = 3\nfoo")
    assert str(caught.value) == (
        "line 2: a variable is not given a value here\n"
        "    variable x = 3\n"
        "               ^\n"
        "  hint: write a constraint NAME: x == value\n"
        "line 3: this line begins with no keyword\n"
        "  foo\n"
        "  ^\n"
        "  hint: begin the line with set, parameter, variable, minimize, maximize, constraint or data"
    )


@pytest.mark.parametrize("text", ["1,200", "1,200,300"])
def test_thousands_separators_in_data_are_named(text: str) -> None:
    with pytest.raises(NotationError) as caught:
        parse_notation(f"data\nparameter p = {text}")
    assert f"write {text.replace(',', '')} without separators" in str(caught.value)


def test_long_lists_are_wrapped() -> None:
    records = tuple((f"member-{k}", float(k)) for k in range(60))
    document = Document(formulation=Formulation(), data=Data(parameters={"p": records}))
    written = write_notation(document)
    assert max(map(len, written.splitlines())) <= 100
    assert len(written.splitlines()) > 5
    assert parse_notation(written) == document


# ---- laws ----

words = st.text(max_size=12)
identifiers = st.one_of(
    st.sampled_from(["x", "cost", "for", "in", "data", "integer", "within", "Ärzte", "set", "inf"]),
    st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,5}", fullmatch=True),
)
texts = st.one_of(
    st.sampled_from([
        "x", "sum(c[i]*x[i] for i in I)", "x[i] <= 3", 'i == "a"', 'x["a"]', "2x", "x ≤ 3", "x: y", "x for i in I",
        "a # b", "x;", "x <= 5 in kg", "when", "x\ny", " x", "(", "`x`", '"words"', 'x "words"', "i in I if i != 1",
        "for i in I", "x when y", "i, j in A", "I", "x default 3", "'", "integer", "[0]", "kg/h", "{1: 2}", "]", ")(",
    ]),
    st.text("xi1 :,;#'\"`\\[](){}<=>", max_size=10),
    words,
)  # fmt: skip
finite = st.floats(allow_nan=False, allow_infinity=False)
members = st.one_of(
    st.integers(-(10**18), 10**18), identifiers, words, st.sampled_from(["1", "2024-01", "a b", "-", ".", "1..3"])
)
records = st.lists(members, min_size=1, max_size=3).flatmap(lambda keys: finite.map(lambda value: (*keys, value)))
tables = st.tuples(
    st.lists(members, min_size=1, max_size=3, unique=True), st.lists(members, min_size=1, max_size=3, unique=True)
).flatmap(
    lambda axes: st.lists(finite, min_size=len(axes[0]) * len(axes[1]), max_size=len(axes[0]) * len(axes[1])).map(
        lambda values: tuple(
            (row, column, values[r * len(axes[1]) + c])
            for r, row in enumerate(axes[0])
            for c, column in enumerate(axes[1])
        )
    )
)
maybe_text = st.one_of(st.none(), texts)
documents = st.builds(
    Document,
    formulation=st.builds(
        Formulation,
        name=words,
        description=st.one_of(words, st.lists(words, max_size=3).map("\n".join)),
        sets=st.lists(
            st.builds(Set, name=identifiers, description=words,
                      within=st.lists(identifiers, max_size=2).map(tuple)), max_size=2).map(tuple),
        parameters=st.lists(
            st.builds(Parameter, name=identifiers, description=words, unit=texts,
                      indices=st.lists(identifiers, max_size=2).map(tuple),
                      default=st.one_of(st.none(), finite)), max_size=2).map(tuple),
        variables=st.lists(
            st.builds(Variable, name=identifiers, description=words, unit=texts, lower=maybe_text, upper=maybe_text,
                      domain=st.sampled_from(["continuous", "integer", "binary"]),
                      indices=st.lists(texts, max_size=3).map(tuple)), max_size=2).map(tuple),
        objective=st.one_of(
            st.none(),
            st.builds(Objective, name=identifiers, description=words, unit=texts, expression=texts,
                      sense=st.sampled_from([None, "minimize", "maximize"]))),
        constraints=st.lists(
            st.builds(Constraint, name=identifiers, description=words, expression=texts, for_each=texts,
                      when=maybe_text), max_size=2).map(tuple),
    ),
    data=st.builds(
        Data,
        sets=st.dictionaries(
            st.one_of(identifiers, words),
            st.one_of(
                st.lists(st.one_of(members, st.lists(members, max_size=3).map(tuple)), max_size=4).map(tuple),
                st.integers(-5, 5).map(lambda low: tuple(range(low, low + 4)))), max_size=2),
        parameters=st.dictionaries(
            st.one_of(identifiers, words),
            st.one_of(finite, st.lists(records, max_size=4).map(tuple), tables), max_size=3),
    ),
)  # fmt: skip


@given(documents)
@settings(max_examples=300, deadline=None)
def test_the_notation_holds_every_document_exactly(document: Document) -> None:
    written = write_notation(document)
    assert parse_notation(written) == document
    assert write_notation(parse_notation(written)) == written


@given(documents, words)
@settings(max_examples=100, deadline=None)
def test_json_holds_every_document_exactly(document: Document, text: str) -> None:
    whole = document.model_copy(update={"text": text})
    assert Document.model_validate_json(whole.model_dump_json()) == whole


LINES = [
    "set A", "set A within B * B", "parameter p[A] in kg default 3", "variable x[i in A] >= 0 <= p[i]", "min: x",
    "constraint c for i in A when y == 1: x[i] <= 3", "data", "set A = a, b", "parameter p = a: 1", "parameter c:",
    "  a b", "  r 1 2", "subject to", "  cap: x <= 3", "```", "# words",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=20)), max_size=8), st.data())
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_document_or_a_list_of_mistakes(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    cut = data.draw(st.integers(0, len(text)))
    for candidate in (text, text[:cut], text[:cut] + ":=,(\"'"[cut % 6] + text[cut:]):
        document, mistakes = _read(candidate)
        lines_count = candidate.count("\n") + candidate.count("\r") + 1
        assert all(1 <= mistake.line <= lines_count for mistake in mistakes)
        assert (document is None) == bool(mistakes)
        if document is not None:
            assert parse_notation(write_notation(document)) == document


def _read(text: str) -> tuple[Document | None, tuple[Mistake, ...]]:
    try:
        return parse_notation(text), ()
    except NotationError as error:
        return None, error.mistakes
