"""The notation and JSON hold every document exactly, and every mistake in a notation is told at once."""

from __future__ import annotations

import pytest
from document_strategies import documents, words
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.formulation import Data, Document, Formulation, Objective, Parameter, Set, Variable
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
    ("variable x >= 0, integer, in kg", "variable x integer >= 0 in kg"),
    ("SET A\nVariable x", "set A\nvariable x"),
    ("set A;\ndata;\nset A = a;", "set A\ndata\nset A = a"),
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
    for mistake, (_, _, reason) in zip(found, expected, strict=True):
        assert reason in mistake.reason


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
