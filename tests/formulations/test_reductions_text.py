"""Each rewrite as text before and text after."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest
from reduction_oracle import program, reduced

from formulations.reductions import REDUCTIONS, ReductionError
from formulations.show import show

TABLE = [
    (
        "an absolute value that is minimized takes two rows",
        "absolute value",
        """
        variable x >= 0 <= 10
        minimize cost: 3*abs(x - 4) + x
        """,
        """
        minimize x + 3*abs_objective
        subject to
          abs_objective_positive: -x + abs_objective >= -4
          abs_objective_negative: x + abs_objective >= 4
        bounds
          0 <= x <= 10
          0 <= abs_objective <= 6
        """,
    ),
    (
        "an absolute value that is bounded above takes two rows for each row",
        "absolute value",
        """
        set D
        variable x[D] free
        variable y >= 0
        minimize cost: y
        constraint deviation for d in D: abs(x[d] - y) <= 2
        data
        set D = mon, tue
        """.replace(" free", ""),
        """
        minimize y
        subject to
          deviation['mon']: abs_deviation['mon'] <= 2
          deviation['tue']: abs_deviation['tue'] <= 2
          abs_deviation_positive['mon']: -x['mon'] + y + abs_deviation['mon'] >= 0
          abs_deviation_positive['tue']: -x['tue'] + y + abs_deviation['tue'] >= 0
          abs_deviation_negative['mon']: x['mon'] - y + abs_deviation['mon'] >= 0
          abs_deviation_negative['tue']: x['tue'] - y + abs_deviation['tue'] >= 0
        bounds
          x['mon'] free
          x['tue'] free
          y >= 0
          abs_deviation['mon'] >= 0
          abs_deviation['tue'] >= 0
        """,
    ),
    (
        "an absolute value that is bounded below takes a binary",
        "absolute value",
        """
        variable x >= -1 <= 5
        minimize cost: x
        constraint apart: abs(x) >= 1
        """,
        """
        minimize x
        subject to
          apart: abs_apart >= 1
          abs_apart_positive_limit: -x + abs_apart + 2*abs_apart_sign <= 2
          abs_apart_negative_limit: x + abs_apart - 10*abs_apart_sign <= 0
        bounds
          -1 <= x <= 5
          0 <= abs_apart <= 5
        binary abs_apart_sign
        """,
    ),
    (
        "an absolute value of known sign takes nothing",
        "absolute value",
        """
        variable x >= 1 <= 5
        maximize value: abs(x) + abs(-2*x)
        """,
        """
        maximize 3*x
        bounds
          1 <= x <= 5
        """,
    ),
    (
        "a minimum that is maximized takes one row for each argument",
        "minimum and maximum",
        """
        variable x >= 0 <= 4
        variable y >= 0 <= 4
        maximize worst: min(x + 1, 2*y, 3)
        """,
        """
        maximize min_objective
        subject to
          min_objective_bound[1]: -x + min_objective <= 1
          min_objective_bound[2]: -2*y + min_objective <= 0
          min_objective_bound[3]: min_objective <= 3
        bounds
          0 <= x <= 4
          0 <= y <= 4
          0 <= min_objective <= 3
        """,
    ),
    (
        "a maximum that is maximized takes a binary, and loses arguments that never attain it",
        "minimum and maximum",
        """
        variable x >= 0 <= 4
        variable y >= 1 <= 6
        maximize best: max(x, y, y - 6, 1)
        """,
        """
        maximize max_objective
        subject to
          max_objective_limit[1]: -x + max_objective + 6*max_objective_choice <= 6
          max_objective_limit[2]: -y + max_objective - 3*max_objective_choice <= 0
        bounds
          0 <= x <= 4
          1 <= y <= 6
          1 <= max_objective <= 6
        binary max_objective_choice
        """,
    ),
    (
        "three arguments in an equation take a binary each",
        "minimum and maximum",
        """
        variable x >= 0 <= 1
        variable y >= 0 <= 2
        variable z >= 0 <= 3
        variable t
        minimize cost: t
        constraint is_max: t == max(x, y, z)
        """,
        """
        minimize t
        subject to
          is_max: t - max_is_max == 0
          max_is_max_bound[1]: -x + max_is_max >= 0
          max_is_max_bound[2]: -y + max_is_max >= 0
          max_is_max_bound[3]: -z + max_is_max >= 0
          max_is_max_one_choice: max_is_max_choice[1] + max_is_max_choice[2] + max_is_max_choice[3] == 1
          max_is_max_limit[1]: -x + max_is_max + 3*max_is_max_choice[1] <= 3
          max_is_max_limit[2]: -y + max_is_max + 3*max_is_max_choice[2] <= 3
          max_is_max_limit[3]: -z + max_is_max + 2*max_is_max_choice[3] <= 2
        bounds
          0 <= x <= 1
          0 <= y <= 2
          0 <= z <= 3
          t free
          0 <= max_is_max <= 3
        binary max_is_max_choice[1], max_is_max_choice[2], max_is_max_choice[3]
        """,
    ),
    (
        "increasing slopes that are minimized take one row for each segment, and points on a line are left out",
        "piecewise linear function",
        """
        set P
        parameter at[P]
        parameter cost[P]
        variable x >= 0 <= 100
        minimize total: piecewise(x, [(at[p], cost[p]) for p in P]) - 3*x
        data
        set P = 1..4
        parameter at = 1: 0, 2: 10, 3: 20, 4: 40
        parameter cost = 1: 5, 2: 15, 3: 25, 4: 85
        """,
        """
        minimize -3*x + piecewise_objective
        subject to
          piecewise_objective_domain: 0 <= x <= 40
          piecewise_objective_segment[1]: -x + piecewise_objective >= 5
          piecewise_objective_segment[2]: -3*x + piecewise_objective >= -35
        bounds
          0 <= x <= 100
          5 <= piecewise_objective <= 85
        """,
    ),
    (
        "decreasing slopes that are minimized fill segments in order",
        "piecewise linear function",
        """
        set P
        parameter at[P]
        parameter cost[P]
        variable x >= 0 <= 40
        minimize total: piecewise(x, [(at[p], cost[p]) for p in P])
        data
        set P = 1..3
        parameter at = 1: 0, 2: 10, 3: 40
        parameter cost = 1: 5, 2: 25, 3: 40
        """,
        """
        minimize 20*piecewise_objective_fill[1] + 15*piecewise_objective_fill[2] + 5
        subject to
          piecewise_objective_argument: x - 10*piecewise_objective_fill[1] - 30*piecewise_objective_fill[2] == 0
          piecewise_objective_full[1]: piecewise_objective_fill[1] - piecewise_objective_full[1] >= 0
          piecewise_objective_next[1]: piecewise_objective_fill[2] - piecewise_objective_full[1] <= 0
        bounds
          0 <= x <= 40
          0 <= piecewise_objective_fill[1] <= 1
          0 <= piecewise_objective_fill[2] <= 1
        binary piecewise_objective_full[1]
        """,
    ),
    (
        "squares of binaries are binaries",
        "power of a binary",
        """
        variable b binary
        variable x >= 0 <= 3
        minimize cost: 2*b**2 + x**2 - b*x + b**3
        """,
        """
        minimize 3*b - b*x + x**2
        bounds
          0 <= x <= 3
        binary b
        """,
    ),
    (
        "one column serves every occurrence of a product of binaries",
        "product of binaries",
        """
        variable a binary
        variable b binary
        variable c binary
        maximize gain: 3*a*b - 2*a*b*c
        constraint pairs: a*b + a*c <= 1
        """,
        """
        maximize 3*product_objective[1] - 2*product_objective[2]
        subject to
          pairs: product_objective[1] + product_pairs <= 1
          product_objective_limit[1, 1]: -a + product_objective[1] <= 0
          product_objective_limit[1, 2]: -b + product_objective[1] <= 0
          product_objective_limit[2, 1]: -a + product_objective[2] <= 0
          product_objective_limit[2, 2]: -b + product_objective[2] <= 0
          product_objective_limit[2, 3]: -c + product_objective[2] <= 0
          product_objective_both[1]: -a - b + product_objective[1] >= -1
          product_objective_both[2]: -a - b - c + product_objective[2] >= -2
          product_pairs_limit[1]: -a + product_pairs <= 0
          product_pairs_limit[2]: -c + product_pairs <= 0
          product_pairs_both: -a - c + product_pairs >= -1
        bounds
          0 <= product_objective[1] <= 1
          0 <= product_objective[2] <= 1
          0 <= product_pairs <= 1
        binary a, b, c
        """,
    ),
    (
        "a binary switches a bounded column on and off",
        "binary times bounded column",
        """
        variable open binary
        variable x >= 2 <= 7
        maximize gain: 3*open*x - x
        """,
        """
        maximize -x + 3*switched_objective
        subject to
          switched_objective_on_upper: -7*open + switched_objective <= 0
          switched_objective_on_lower: -2*open + switched_objective >= 0
          switched_objective_off_upper: -2*open - x + switched_objective <= -2
          switched_objective_off_lower: -7*open - x + switched_objective >= -7
        bounds
          2 <= x <= 7
          0 <= switched_objective <= 7
        binary open
        """,
    ),
    (
        "indicator rows get the Big-M that bounds imply, and none where they are slack anyway",
        "indicator row",
        """
        variable open binary
        variable x >= 0 <= 8
        variable y >= 0
        minimize cost: y
        constraint closed when open == 0: x <= 0
        constraint link when open == 1: 2 <= x + y <= 9
        constraint cap: y <= 5
        constraint slack when open == 1: x >= -1
        """,
        """
        minimize y
        subject to
          closed: -8*open + x <= 0
          link: 4*open + x + y <= 13
          cap: y <= 5
          slack: x >= -1
          link_lower: -2*open + x + y >= 0
        bounds
          0 <= x <= 8
          y >= 0
        binary open
        """,
    ),
    (
        "maximizing becomes minimizing the negative",
        "objective sense",
        """
        variable x >= 0 <= 1
        variable y >= 0 <= 1
        maximize gain: 2*x - x**2 - exp(y) + 1
        """,
        """
        minimize -2*x + x**2 + exp(y) - 1
        bounds
          0 <= x <= 1
          0 <= y <= 1
        """,
    ),
]


@pytest.mark.parametrize(("name", "before", "after"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_reduction_rewrites(name: str, before: str, after: str) -> None:
    rewritten, _ = reduced(program(dedent(before)), name)
    assert show(rewritten) == dedent(after).strip()


def test_nested_functions_go_one_after_the_other() -> None:
    original = program(
        dedent("""
        variable x >= 0 <= 10
        variable y >= -5 <= 5
        minimize cost: 2*max(x, abs(y)) + 3
        """)
    )
    rewritten, recover = reduced(original)
    assert (
        show(rewritten)
        == dedent("""
        minimize 2*max_objective + 3
        subject to
          abs_objective_positive: -y + abs_objective >= 0
          abs_objective_negative: y + abs_objective >= 0
          max_objective_bound[1]: -x + max_objective >= 0
          max_objective_bound[2]: -abs_objective + max_objective >= 0
        bounds
          0 <= x <= 10
          -5 <= y <= 5
          0 <= abs_objective <= 5
          0 <= max_objective <= 10
        """).strip()
    )
    assert recover(np.array([1.0, -2.0, 2.0, 2.0])).tolist() == [1.0, -2.0]


@pytest.mark.parametrize("reduction", REDUCTIONS, ids=lambda reduction: reduction.name)
def test_a_program_without_the_feature_stays_the_same_object(reduction: object) -> None:
    linear = program("variable x >= 0\nminimize cost: x\nconstraint enough: x >= 2")
    unchanged, recover = reduction.apply(linear)  # type: ignore[attr-defined]
    assert unchanged is linear
    assert recover(np.array([2.0])).tolist() == [2.0]


REFUSALS = [
    (
        "variable open binary\nvariable x >= 0\nminimize c: x\nconstraint open_link when open == 0: x <= 3",
        "'open_link' needs a finite upper bound on x: it holds only if open is 0, which takes a Big-M that bounds "
        "it otherwise; hint: give the bound, or choose a solver that handles it as it is",
    ),
    (
        "variable x\nminimize c: x\nconstraint apart: abs(x) >= 3",
        "'apart' needs a finite lower bound on x: 'abs' stands where it must be exact, which takes a binary "
        "variable and a Big-M; hint: give the bound, or choose a solver that handles it as it is",
    ),
    (
        "variable x >= 0\nvariable y >= 0\nmaximize c: max(x, y)",
        "the objective needs a finite upper bound on x: 'max' stands where it must be exact, which takes a binary "
        "variable and a Big-M; hint: give the bound, or choose a solver that handles it as it is",
    ),
    (
        "variable b binary\nvariable x >= 0\nmaximize c: b*x",
        "the objective needs a finite upper bound on x: its product with b is made linear by its bounds; "
        "hint: give the bound, or choose a solver that handles it as it is",
    ),
    (
        "variable b binary\nvariable x >= 0 <= 5e12\nmaximize c: x\nconstraint off when b == 0: x <= 1",
        "'off' would need a Big-M of 5e+12, too large to be reliable: it holds only if b is 0, which takes a "
        "Big-M that bounds it otherwise; hint: tighten the bounds of its variables, or choose a solver that "
        "handles it as it is",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSALS)
def test_a_big_m_without_bounds_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(ReductionError) as refusal:
        reduced(program(text))
    assert str(refusal.value) == message


def test_a_bound_that_other_rows_imply_is_enough_for_a_big_m() -> None:
    original = program(
        dedent("""
        set I
        variable open binary
        variable x[I] >= 0
        minimize cost: sum(x[i] for i in I)
        constraint stock: sum(2*x[i] for i in I) <= 12
        constraint closed for i in I when open == 0: x[i] <= 0
        data
        set I = 1..2
        """)
    )
    rewritten, _ = reduced(original)
    assert "closed[1]: -6*open + x[1] <= 0" in show(rewritten)


def test_a_bound_that_only_the_rewritten_row_implies_is_not_used_to_simplify_it() -> None:
    # The row says abs(x) <= x, hence x >= 0; with abs(x) replaced by x it would say nothing.
    original = program("variable x >= -3 <= 3\nminimize cost: x\nconstraint positive: abs(x) - x <= 0")
    rewritten, _ = reduced(original)
    assert "abs_positive" in show(rewritten)


def test_auxiliary_names_avoid_the_names_there_are() -> None:
    original = program(
        dedent("""
        variable x >= -3 <= 3
        variable abs_objective >= 0 <= 1
        minimize cost: abs(x) + abs_objective
        """)
    )
    rewritten, _ = reduced(original)
    assert list(rewritten.columns) == ["x", "abs_objective", "abs_objective_2"]


def test_several_terms_of_one_row_are_numbered() -> None:
    original = program("variable x >= -3 <= 3\nminimize cost: abs(x) + abs(x - 1) + 2*abs(x)")
    rewritten, _ = reduced(original)
    assert list(rewritten.columns) == ["x", "abs_objective[1]", "abs_objective[2]"]
