"""Replies of language models as lines of the notation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.replies.circles import goes_in_circles, stutters
from copilot.formulators.replies.lines import code_of, notation_of, wishes

LINES = {
    "param dough[Pizza] = {'large': 12, 'medium': 8};": "parameter dough[Pizza] = large: 12, medium: 8",
    "parameter dough[Pizza] = [12, 8]": "parameter dough[Pizza] = large: 12, medium: 8",
    "parameter d[Pizza, Pizza] = [[1, 2], [3, 4]]": (
        "parameter d[Pizza, Pizza] = (large, large): 1, (large, medium): 2, (medium, large): 3, (medium, medium): 4"
    ),
    "parameter d = {('large', 'medium'): 3}": "parameter d = (large, medium): 3",
    "parameter d = {'large': {'medium': 3}}": "parameter d = (large, medium): 3",
    "parameter d = {'New York': 3}": 'parameter d = "New York": 3',
    "parameter budget = $1,200": "parameter budget = 1200",
    "parameter rate = 8.5%": "parameter rate = 0.085",
    "parameter load = 0.5 kg": "parameter load = 0.5",
    'parameter load in kg "what it holds"': 'parameter load in kg "what it holds"',
    "set Crop := bean, leek": "set Crop = bean, leek",
    "set Crop: bean, leek": "set Crop = bean, leek",
    "var make{p in Pizza} >= 0, integer;": "variable make[p in Pizza] >= 0 integer",
    "variable 0 <= z <= 10": "variable z >= 0 <= 10",
    "variable w in {0, 1}": "variable w binary",
    "variable n integer >= 0 in 0..7": "variable n integer >= 0 <= 7",
    "variable n in [2, 7.5]": "variable n >= 2 <= 7.5",
    'variable u: non-negative integer, u <= 5 "units"': 'variable u >= 0 integer <= 5 "units"',
    "variable v for p in Pizza > 0": "variable v[p in Pizza] >= 0",
    "- **variable x integer >= 0**": "variable x integer >= 0",
    "Maximize Profit = 3x + 4y": "maximize Profit: 3x + 4y",
    "minimise 3x + 4y": "minimize objective: 3x + 4y",
    "maximize total profit: 3*x": "maximize total_profit: 3*x",
    "maximize: profit = 3*x": "maximize profit: 3*x",
    "Objective: maximize 3*x": "maximize objective: 3*x",
    "subject to Labor hours: 2x ≤ 1,200;": "constraint Labor_hours: 2x <= 1,200",
    "constraint cap for all p in Pizza: make[p] <= 3": "constraint cap for p in Pizza: make[p] <= 3",
    "constraint cap: make[p] <= 3, for all p in Pizza": "constraint cap: make[p] <= 3 for p in Pizza",
    "constraint cap[p in Pizza]: make[p] <= 3": "constraint cap for p in Pizza: make[p] <= 3",
    "s.t. cap {p in Pizza}: make[p] <= 3": "constraint cap for p in Pizza: make[p] <= 3",
    "constraint x + y <= 3": "constraint: x + y <= 3",
    "constraint on when y == 1: x <= 3": "constraint on when y == 1: x <= 3",
}


@pytest.mark.parametrize("line", LINES)
def test_a_habit_of_another_language_is_translated(line: str) -> None:
    code = f"set Pizza = large, medium\n{line}"
    assert notation_of(code).splitlines()[1:] == [LINES[line]]


def test_several_variables_in_one_line_become_one_line_each() -> None:
    assert notation_of("variable x, y integer >= 0").splitlines() == [
        "variable x integer >= 0",
        "variable y integer >= 0",
    ]


def test_the_code_is_found_between_prose_thoughts_and_fences() -> None:
    reply = (
        "<think>minimize cost: 5?</think>Sure! Here is it:\n```python\nprint(1)\n```\nor rather\n"
        "```\n# Garden\nvariable x >= 0\nmaximize harvest: x\nconstraint beds: x <= 3\n```\nEnjoy. x = 3."
    )
    assert code_of(reply).splitlines()[0] == "# Garden"
    cut_off = "```\nvariable x >= 0\nmaximize harvest: x"
    assert code_of(cut_off) == "variable x >= 0\nmaximize harvest: x"


def test_prose_without_a_fence_is_left_out_and_bare_constraints_are_kept() -> None:
    reply = (
        "Here is the formulation.\n\nvariable x >= 0\nminimize cost: 3*x\n"
        "Subject to:\n  x >= 2\n  second: x <= 9\n\nThat is all!"
    )
    assert notation_of(reply).splitlines() == [
        "variable x >= 0",
        "minimize cost: 3*x",
        "constraint: x >= 2",
        "constraint second: x <= 9",
    ]


def test_tables_keep_their_lines() -> None:
    table = "parameter c:\n      u  v\n  p   1  2\n  q   3  4\n"
    code = f"parameter c[A, B]\nminimize z: 0\ndata\nset A = p, q\nset B = u, v\n{table}"
    assert notation_of(code) == code


def test_assumptions_are_collected() -> None:
    assert wishes("variable x\n# assume: beds are square\n# note\n# Assumption: no rain") == (
        "beds are square",
        "no rain",
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*LINES, "data", "  a 1 2", "parameter c:", "# x", "set", "variable", "::", "{", "="])))
def test_no_reply_is_too_odd(lines: list[str]) -> None:
    notation_of(code_of("\n".join(lines)))


def test_a_reply_that_goes_in_circles_is_known_by_its_last_lines() -> None:
    row = "constraint c{}: x + y >= 2\n"
    assert goes_in_circles("variable x\n" + "".join(row.format(number) for number in range(4)))
    assert not goes_in_circles("variable x\n" + "".join(row.format(number) for number in range(3)))
    assert not goes_in_circles("".join(f"constraint c{number}: x + y >= {number}\n" for number in range(9)))
    assert not goes_in_circles("")


def test_a_stutter_is_one_short_piece_to_the_end() -> None:
    assert stutters("c = [" + "-1, " * 100)
    assert not stutters("c = [" + "-1, " * 99 + "-2]")
    assert not stutters("bounds = [" + "(0, None), " * 20)
    assert goes_in_circles("parameter c = " + "0 " * 300)
