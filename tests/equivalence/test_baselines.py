"""Rules others use: they say what they are known to say, right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from small_programs import program

from equivalence.baselines import (
    canonical_text,
    one_optimum,
    same_canonical_text,
    same_hash,
    same_optimal_value,
    weisfeiler_lehman,
)
from equivalence.corpus.change import affine, column
from equivalence.verdict import Affine
from formulations.program import Program

MIX = program("maximize 3*x + 2*y", "x + y <= 4", "x <= 3", x=(0, 9), y=(0, 9))
SAME_NAMES = {"x": column("x"), "y": column("y")}


def ruled(a: Program, b: Program, found: Mapping[str, Affine] | None = None) -> bool:
    return one_optimum(a, b, lambda _: SAME_NAMES if found is None else found).equivalent


def test_the_one_optimum_rule_accepts_a_renamed_program() -> None:
    renamed = program("maximize 3*p + 2*q", "p + q <= 4", "p <= 3", p=(0, 9), q=(0, 9))
    assert ruled(MIX, renamed, {"x": column("p"), "y": column("q")})
    assert not ruled(MIX, renamed, {"x": column("q"), "y": column("p")})


#: Programs that are not MIX, and that the rule takes for it.
FOOLED = {
    "a bound that is loose at the optimum": program("maximize 3*x + 2*y", "x + y <= 4", "x <= 3", x=(0, 9), y=(0, 2)),
    "another objective with the same argmax": program("maximize 5*x + 3*y", "x + y <= 4", "x <= 3", x=(0, 9), y=(0, 9)),
    "integrality added": program("maximize 3*x + 2*y", "x + y <= 4", "x <= 3", x=(0, 9, int), y=(0, 9, int)),
    "one plan is left": program("maximize 3*x + 2*y", x=(3, 3), y=(1, 1)),
}


@pytest.mark.parametrize("other", FOOLED.values(), ids=FOOLED)
def test_the_one_optimum_rule_is_fooled_as_published(other: Program) -> None:
    assert ruled(MIX, other)


def test_the_tolerance_of_the_rule_is_absolute() -> None:
    small = program("maximize 0.0000001*x", "x <= 4", x=(0, 9))
    nothing = program("minimize x", "x <= 4", x=(0, 9))
    assert ruled(small, nothing, {"x": column("x")})
    assert not one_optimum(small, nothing, lambda _: {"x": column("x")}, tolerance=1e-9).equivalent


def test_the_rule_asks_three_times_for_a_map() -> None:
    asked: list[int] = []

    def maps(number: int) -> Mapping[str, Affine] | None:
        asked.append(number)
        return SAME_NAMES if number == 2 else {"x": column("x")} if number == 1 else None

    assert one_optimum(MIX, MIX, maps).equivalent
    assert asked == [0, 1, 2]
    assert not one_optimum(MIX, MIX, maps, tries=2).equivalent


def test_a_map_that_leaves_columns_out_or_names_strangers_is_none() -> None:
    for found in ({}, {"x": column("x")}, {"x": column("x"), "y": column("z")}):
        assert not ruled(MIX, MIX, found)


def test_a_mapped_optimum_outside_the_bounds_is_refused() -> None:
    tight = program("maximize 3*x + 2*y", "x + y <= 4", x=(0, 1), y=(0, 9))
    assert not ruled(tight, MIX)
    assert not ruled(MIX, MIX, {"x": affine({"x": 1}, Fraction(1, 2)), "y": column("y")})


def test_programs_without_an_optimum_are_never_equivalent_by_the_rule() -> None:
    never = program("minimize x", "x >= 5", x=(0, 3))
    endless = program("maximize x", x=(0, float("inf")))
    for other in (never, endless):
        assert not ruled(other, other, {"x": column("x")})
        assert same_optimal_value(other, other).equivalent
    assert not same_optimal_value(never, endless).equivalent


def test_execution_looks_at_the_value_only() -> None:
    assert same_optimal_value(MIX, program("minimize 11 + 0*x", x=(0, 1))).equivalent
    assert not same_optimal_value(
        MIX, program("maximize 6*x + 4*y", "x + y <= 4", "x <= 3", x=(0, 9), y=(0, 9))
    ).equivalent


def test_canonical_text_forgets_names_row_order_and_row_scale_but_not_column_order() -> None:
    restated = program("maximize 3*a + 2*b", "-2*a >= -6", "3*a + 3*b <= 12", a=(0, 9), b=(0, 9))
    assert canonical_text(MIX) == canonical_text(restated)
    turned = program("maximize 2*b + 3*a", "a <= 3", "a + b <= 4", b=(0, 9), a=(0, 9))
    assert not same_canonical_text(MIX, turned).equivalent


def test_the_hash_forgets_all_orders_and_names() -> None:
    turned = program("maximize 2*b + 3*a", "a <= 3", "a + b <= 4", b=(0, 9), a=(0, 9))
    assert same_hash(MIX, turned).equivalent
    assert not same_hash(MIX, program("maximize 3*x + 2*y", "x + y <= 5", "x <= 3", x=(0, 9), y=(0, 9))).equivalent


def test_the_hash_takes_two_triangles_for_a_hexagon() -> None:
    columns = {f"x{k}": (0, 1, int) for k in range(6)}
    ring = [f"x{k} + x{(k + 1) % 6} <= 1" for k in range(6)]
    triangles = [f"x{k} + x{3 * (k // 3) + (k + 1) % 3} <= 1" for k in range(6)]
    one, other = (program("maximize x0 + x1 + x2 + x3 + x4 + x5", *rows, **columns) for rows in (ring, triangles))
    assert weisfeiler_lehman(one) == weisfeiler_lehman(other)
    assert not same_optimal_value(one, other).equivalent
