"""A Program reads like the formulation it came from."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest
from reduction_oracle import program

from formulations.program import Program
from formulations.show import show, show_bounds, show_number, show_row

SHOWN = [
    (
        "linear rows with labels and every kind of bound",
        """
        set P
        parameter dough[P]
        variable make[P] integer >= 0 <= 90
        variable free_one
        variable open binary
        maximize profit: sum(5*make[p] for p in P) - 2.5*free_one + 7
        constraint stock: 10 <= sum(dough[p]*make[p] for p in P) <= 500
        constraint balance: free_one - open == 0
        data
        set P = large, medium
        parameter dough = large: 12, medium: 8
        """,
        """
        maximize 5*make['large'] + 5*make['medium'] - 2.5*free_one + 7
        subject to
          stock: 10 <= 12*make['large'] + 8*make['medium'] <= 500
          balance: free_one - open == 0
        bounds
          0 <= make['large'] <= 90
          0 <= make['medium'] <= 90
          free_one free
        integer make['large'], make['medium']
        binary open
        """,
    ),
    (
        "quadratic and nonlinear terms with as few brackets as needed",
        """
        variable x >= 0
        variable y
        minimize c: x**2 - 2*x*y + 3*exp(x - y)/(1 + x) - (x + y)**3 + sqrt(2*x)
        constraint kink: abs(x - 2*y) + max(x, 3, -y) >= 1
        """,
        """
        minimize x**2 - 2*x*y + 3*exp(x - y)/(x + 1) - (x + y)**3 + sqrt(2*x)
        subject to
          kink: abs(x - 2*y) + max(x, 3, -y) >= 1
        bounds
          x >= 0
          y free
        """,
    ),
    (
        "conditions and piecewise functions",
        """
        set P
        parameter at[P]
        parameter cost[P]
        variable on binary
        variable x >= 0 <= 4
        minimize c: piecewise(x + 1, [(at[p], cost[p]) for p in P])
        constraint off when on == 0: x <= 0
        data
        set P = 1..2
        parameter at = 1: -1, 2: 5
        parameter cost = 1: 0, 2: 3
        """,
        """
        minimize piecewise(x + 1, [(-1, 0), (5, 3)])
        subject to
          off: if on == 0 then x <= 0
        bounds
          0 <= x <= 4
        binary on
        """,
    ),
]


@pytest.mark.parametrize(("text", "shown"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_a_program_reads_as(text: str, shown: str) -> None:
    assert show(program(dedent(text))) == dedent(shown).strip()


def test_long_programs_can_be_cut_short() -> None:
    p = program("set I\nvariable x[I] >= 0\nminimize c: 0\nconstraint r for i in I: x[i] >= i\ndata\nset I = 1..9")
    text = show(p, rows=2)
    assert "r[2]: x[2] >= 2\n  ... 7 more rows" in text
    assert "r[3]" not in text


def test_long_rows_and_single_sides_can_be_shown() -> None:
    p = program(
        "set I\nvariable x[I] >= 0\nminimize c: 0\nconstraint r: 2 <= sum(x[i] for i in I) <= 5\ndata\nset I = 1..9"
    )
    assert show_row(p, 0, terms=2) == "2 <= x[1] + x[2] + (7 more terms) <= 5"
    assert show_row(p, 0, terms=1, upper=False) == "x[1] + (8 more terms) >= 2"


def test_numbers_are_shown_without_rounding_dust() -> None:
    assert [show_number(v) for v in (0.1 + 0.2, -0.0, 1e20, np.inf, -np.inf, 3.0)] == [
        "0.3",
        "0",
        "1e+20",
        "inf",
        "-inf",
        "3",
    ]


def test_a_fixed_column_reads_as_an_equation() -> None:
    p: Program = program("variable x >= 2 <= 2\nminimize c: x")
    assert show_bounds(p, 0) == "x == 2"
