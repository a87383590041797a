"""Fractional bounds of whole numbers: exports move them inward, for not every presolve bears them."""

from __future__ import annotations

import pytest

from formulations.exports import EXPORTS
from formulations.notation import parse_notation

TEXT = """
set I
parameter cap[I]
variable x[I] integer >= 0.5 <= 7.25
variable y[I] integer >= 0 <= cap
variable z[I] >= 0.5 <= cap
maximize t: sum(3*x[i] + 2*y[i] - z[i] for i in I)
constraint c: sum(x[i] + y[i] for i in I) <= 20.5
data
set I = a, b
parameter cap = a: {cap}, b: 6
"""


def exported(target: str, cap: str) -> str:
    text = EXPORTS[target].export(parse_notation(TEXT.format(cap=cap)))
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("target", ["pyomo", "cvxpy", "highspy", "mathopt"])
def test_sources_round_the_bounds_of_whole_numbers_and_no_others(target: str) -> None:
    text = exported(target, "4.75")
    assert text.count("math.floor(") == 1
    assert "7.25" not in text
    assert "0.5" in text, "the bound of a continuous variable stays"
    assert "math.floor(" not in exported(target, "5"), "data that are whole need no rounding"


@pytest.mark.parametrize("target", ["lp", "mps"])
def test_files_hold_the_rounded_numbers(target: str) -> None:
    text = exported(target, "4.75")
    assert "7.25" not in text
    assert "4.75" in text, "the bound of a continuous variable stays"
    assert "0.5" in text
