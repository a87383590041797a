"""Units are read as people write them and carried through every expression."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.check import check
from formulations.findings import Finding
from formulations.notation import parse_notation
from formulations.unit_words import UnitError, Units


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kg", "kg"),
        ("kilograms", "kg"),
        ("pizza", "pizza"),
        ("Pizzas", "Pizzas"),
        ("kg/pizza", "kg/pizza"),
        ("USD per ton", "USD/t"),
        ("$/kg", "USD/kg"),
        ("€/MWh", "EUR/MWh"),
        ("1/day", "1/day"),
        ("per day", "1/day"),
        ("m^2", "m**2"),
        ("m²", "m**2"),
        ("square meters", "m**2"),
        ("cubic feet", "ft**3"),
        ("kg/(h*person)", "kg/h/person"),
        ("people", "people"),
        ("labor hours", "h"),
        ("person-hours", "h"),
        ("hour(s)", "h"),
        ("tons of CO2", "t"),
        ("kg m/s**2", "kg*m/s**2"),
        ("thousand USD", "1000*USD"),
        ("k$", "1000*USD"),
        ("1000 liters", "1000*L"),
        ("ice cream cones", "ice cream cones"),
        ("%", "a plain number"),
        ("percent", "a plain number"),
        ("1", "a plain number"),
        ("units", "a plain number"),
        ("USD/unit", "USD"),
    ],
)
def test_a_unit_is_read(text: str, read: str) -> None:
    units = Units()
    assert units.text(units.read(text)).casefold() == read.casefold()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pizza", "pizzas"),
        ("box", "boxes"),
        ("bus", "buses"),
        ("house", "houses"),
        ("batch", "batches"),
        ("party", "parties"),
        ("person", "people"),
        ("class", "classes"),
        ("MWh", "MW*h"),
        ("t", "tonnes"),
        ("dollars", "USD"),
        ("L", "0.001 m3"),
    ],
)
def test_spellings_of_one_unit_agree(one: str, other: str) -> None:
    units = Units()
    left, right = units.read(one), units.read(other)
    assert units.same_dimension(left, right)
    assert units.ratio(left, right) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "column"),
    [("kg//h", 3), ("kg/", 3), ("(kg", 3), ("kg)", 2), ("?", 0), ("kg + g", 3), ("kg**99", 2), ("((((((((((((kg", 11)],
)
def test_other_texts_are_refused_with_their_column(text: str, column: int) -> None:
    with pytest.raises(UnitError) as caught:
        Units().read(text)
    assert caught.value.column == column


@given(st.one_of(st.text(max_size=30), st.text("kgmh1e9 /*^²()-per$%", max_size=30)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    units = Units()
    try:
        shown, column = units.text(units.read(text)), 0
    except UnitError as error:
        shown, column = error.reason, error.column
    assert shown
    assert 0 <= column <= len(text)


HEAD = """
set P
parameter dough[P] in kg/pizza
parameter stock in kg
parameter small in g
parameter wage in EUR/h
parameter minutes[P] in min/pizza
parameter share in %
parameter demand[P]
parameter at[P] in kg
parameter speed in m/s
variable make[p in P] integer >= 0 in pizzas
variable used in kg
variable work in h
variable free
"""


def unit_findings(statement: str, head: str = HEAD) -> list[Finding]:
    document = parse_notation(head + statement)
    return [finding for finding in check(document.formulation) if finding.code.startswith("unit")]


@pytest.mark.parametrize(
    "statement",
    [
        "constraint c: sum(dough[p]*make[p] for p in P) <= stock",
        "constraint c: sum(dough[p]*make[p] for p in P) + used <= stock",
        "constraint c: 2*used + 3*work <= 5",
        "constraint c: used + 3 <= stock - demand[first(P)]*make[first(P)]",
        "constraint c for p in P: make[p] >= demand[p]",
        "constraint c: share*used <= stock",
        "constraint c: used*stock == used**2",
        "constraint c: sqrt(used*stock) <= stock",
        "constraint c: exp(used/stock) <= 3",
        "constraint c: max(used, stock) <= abs(used)",
        "constraint c: min(dough[p]*make[p] for p in P) <= stock",
        "constraint c: stock/dough[first(P)] >= make[first(P)]",
        "constraint c: piecewise(used, [(at[p], wage) for p in P]) <= wage",
        "constraint c: free + used <= free",
        "constraint c: used**2/stock <= stock",
        "constraint c: (free + 1)*used <= work",
        "minimize cost in EUR: wage*work",
        "minimize cost: wage*work + 3",
    ],
)
def test_units_that_fit_are_silent(statement: str) -> None:
    assert unit_findings(statement) == []


@pytest.mark.parametrize(
    ("statement", "code", "caret", "words"),
    [
        ("constraint c: used + work <= 3", "unit-mismatch", "work", "kg and h are added"),
        ("constraint c: used - work <= 3", "unit-mismatch", "work", "kg and h are subtracted"),
        ("constraint c: used <= work", "unit-mismatch", "work", "kg and h are compared"),
        ("constraint c: 3 <= used <= work", "unit-mismatch", "work", "kg and h are compared"),
        ("constraint c: sum(make[p] for p in P) <= stock", "unit-mismatch", "stock", "pizza and kg are compared"),
        ("constraint c: used <= small", "unit-scale", "small", "kg and g are compared"),
        ("constraint c: sum(minutes[p]*make[p] for p in P) <= work", "unit-scale", "work", "min and h are compared"),
        ("constraint c: max(used, work) <= 3", "unit-mismatch", "work", "kg and h are compared"),
        ("constraint c: exp(used) <= 3", "unit-argument", "used", "exp is taken of kg"),
        ("constraint c: used**free <= 3", "unit-exponent", "free", "not a literal"),
        ("constraint c: sqrt(used) <= stock", "unit-mismatch", "stock", "kg**0.5 and kg"),
        ("constraint c: used*work <= stock", "unit-mismatch", "stock", "kg*h and kg"),
        ("constraint c: piecewise(work, [(at[p], wage) for p in P]) <= 3", "unit-mismatch", "at[p]", "h and kg"),
        ("constraint c: sum(used for p in P if stock >= wage) <= 3", "unit-mismatch", "wage", "kg and EUR/h"),
        ("constraint c: share + used <= 3", "unit-mismatch", "used", "a plain number and kg"),
        ("constraint c: speed <= used/work", "unit-mismatch", "used/work", "m/s and kg/h"),
        ("minimize cost in EUR: wage*used", "unit-mismatch", "wage*used", "declared in EUR, but its terms are"),
        ("minimize cost in USD: wage*work", "unit-mismatch", "wage*work", "declared in USD"),
        ("variable y <= work_limit in kg\nparameter work_limit in h", "unit-mismatch", "work_limit", "its bound in h"),
        ("variable y in kg//", "unit-unreadable", "/", "is not a unit"),
    ],
)
def test_units_that_do_not_fit_are_told(statement: str, code: str, caret: str, words: str) -> None:
    found = unit_findings(statement)
    assert [finding.code for finding in found] == [code]
    assert found[0].severity == "warning"
    assert found[0].text[found[0].column :].startswith(caret)
    assert words in found[0].reason


def test_the_hint_names_the_declared_units_and_the_factor() -> None:
    (finding,) = unit_findings("constraint c: used <= small")
    assert finding.hint == (
        "numbers are not converted: use one unit, or a factor of 1000 (declared: used in kg, small in g)"
    )


def test_several_mistakes_in_one_expression_are_all_told() -> None:
    found = unit_findings("constraint c: used + work + small + wage <= 3")
    assert [finding.code for finding in found] == ["unit-mismatch", "unit-scale", "unit-mismatch"]


def test_without_declared_units_pint_is_not_even_imported() -> None:
    script = (
        "import sys\n"
        "from formulations.check import check\n"
        "from formulations.notation import parse_notation\n"
        "check(parse_notation('variable x >= 0\\nminimize z: x').formulation)\n"
        "sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
