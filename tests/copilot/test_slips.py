"""Slips of the pen in expressions: what was meant comes out, what was right stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copilot.formulators.replies.pieces import Known
from copilot.formulators.replies.signs import plain_signs
from copilot.formulators.replies.slips import mended
from formulations.parse import parse_expression
from formulations.printing import to_text

KNOWN = Known(
    names=frozenset({"x", "y", "make", "cost", "cap", "total", "Pizza", "Q", "stools"}),
    members=frozenset({"large", "medium", "New York"}),
    indices={"make": ("Pizza",), "cost": ("Pizza",)},
)

SLIPS = {
    "x^2 + 3y <= 1,200": "x**2 + 3*y <= 1200",
    "8.5% * x >= 0.5mg": "0.085 * x >= 0.5",
    "30% of (x + y) <= $5": "0.3*(x + y) <= 5",
    "x >= 30 percent of the total": "x >= 0.3*total",
    "2(x + y)(x - y) ≥ 3": "2*(x + y)*(x - y) >= 3",
    "3 stools + 12 kg/week <= x": "3*stools + 12 <= x",
    "sum(cost[p]*make[p] for p in Pizza) <= 100 hours": "sum(cost[p]*make[p] for p in Pizza) <= 100",
    "x = 4": "x == 4",
    "x =< 1,234,567.5": "x <= 1234567.5",
    "sum{p in Pizza} cost[p]*make[p] + x = 4": "sum(cost[p]*make[p] for p in Pizza) + x == 4",
    "sum_{p in Pizza} make[p] <= cap": "sum(make[p] for p in Pizza) <= cap",
    "sum(p in Pizza) 3*make[p] + 2": "sum(3*make[p] for p in Pizza) + 2",
    "sum(p in Pizza, cost[p]*make[p])": "sum(cost[p]*make[p] for p in Pizza)",
    "sum(p in Pizza: cost[p]*make[p])": "sum(cost[p]*make[p] for p in Pizza)",
    "sum{i in Pizza, j in Q: i != j} cost[i, j]*x": "sum(cost[i, j]*x for i in Pizza for j in Q if i != j)",
    "sum(cost[p]*make[p]) <= cap": "sum(cost[p]*make[p] for p in Pizza) <= cap",
    "sum([make[p] for p in Pizza])": "sum(make[p] for p in Pizza)",
    r"\sum_{p \in Pizza} cost_{p} \cdot make_{p} \leq cap": "sum(cost[p]*make[p] for p in Pizza) <= cap",
    r"\frac{x}{y} \geq 0.3": "x/y >= 0.3",
    "make[large] + cost[i][j]": 'make["large"] + cost[i, j]',
    "cost[“New York”] − x²": 'cost["New York"] - x**2',
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_read_as_it_was_meant(slip: str) -> None:
    assert to_text(parse_expression(mended(slip, KNOWN))) == to_text(parse_expression(SLIPS[slip]))


RIGHT = (
    "min(1, 200) + max(x, 1,200)",
    'make["large"] <= cap',
    "sum(make[p] for p in Pizza if p != 'large') >= 0.5*cap",
    "0 <= x <= 10",
    "-x + 2e-3*y**2 >= exp(-y)/3",
    "cost[1,200] + make[p]",
    "piecewise(x, [(cost[q], cap) for q in Q])",
    "min(x, y) + prod(make[p] for p in Pizza)",
)


@pytest.mark.parametrize("expression", RIGHT)
def test_what_is_right_stays(expression: str) -> None:
    assert parse_expression(mended(expression, KNOWN)) == parse_expression(expression)


@settings(max_examples=200, deadline=None)
@example("][")
@given(st.text(alphabet="xy12 .,+-*/^%$<>=()[]{}_\\sumforin\"'é≤∑", max_size=40))
def test_no_text_is_too_odd_and_mending_twice_changes_nothing_more(text: str) -> None:
    once = mended(text, KNOWN)
    assert isinstance(once, str)
    plain_signs(text)


def test_a_name_after_a_number_is_a_unit_only_if_nobody_declared_it() -> None:
    assert mended("3 kg", Known(frozenset({"x"}))) == "3"
    assert mended("3 kg", Known(frozenset({"kg"}))) == "3*kg"
