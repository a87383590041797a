"""Thirteen pairs on which solving once and mapping one optimum misjudges, with the verdicts that are right."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from small_programs import program

from equivalence.compare import DeclaredMap, Options, compare
from equivalence.verdict import Affine, Contract, Relation, Side, Verdict
from formulations.program import Program

PLENTY = (0, 1000)


def affine(constant: int = 0, **terms: int) -> Affine:
    return Affine({label: Fraction(c) for label, c in terms.items()}, Fraction(constant))


def exact(verdict: Verdict) -> Verdict:
    assert verdict.exact, verdict.reason
    return verdict


def test_a_row_that_does_not_bind_at_the_optimum_still_counts() -> None:
    a = program("maximize x + y", "x + 2*y <= 14", "3*x + y <= 50", "x <= 9", x=(0, 20), y=(0, 20))
    b = program("maximize x + y", "x + 2*y <= 14", "3*x + y <= 50", x=(0, 20), y=(0, 20))
    verdict = exact(compare(b, replace(a, name="with the row")))
    assert verdict.relation is Relation.STRICTER
    assert verdict.witness is not None
    assert verdict.witness.allowed_by is Side.A
    assert verdict.witness.violated == "row2"


def test_a_row_that_is_slack_at_the_optimum_of_both_leaves_the_optimum_alone() -> None:
    a = program("minimize x + y", "x + y >= 2", "x - y <= 5", x=(0, 20), y=(0, 20))
    b = program("minimize x + y", "x + y >= 2", x=(0, 20), y=(0, 20))
    verdict = exact(compare(a, b))
    assert (verdict.relation, verdict.same_optimum) == (Relation.LOOSER, True)


DIGITS = DeclaredMap(forward={"x": affine(ones=1, tens=10)}, backward={}, trusted=True)


@pytest.mark.parametrize(("largest", "relation"), [(99, Relation.EQUIVALENT_PROVED), (150, Relation.UNKNOWN)])
def test_two_digits_hold_numbers_up_to_99_only(largest: int, relation: Relation) -> None:
    a = program("maximize 3*x - 2*y", "x - y <= 7", x=(0, largest, int), y=(0, 30, int))
    b = program(
        "maximize 3*ones + 30*tens - 2*y",
        "ones + 10*tens - y <= 7",
        ones=(0, 9, int),
        tens=(0, 9, int),
        y=(0, 30, int),
    )
    # The row keeps x below 38, so that both hold all plans, whatever the bound of x says.
    assert exact(compare(a, b)).relation is Relation.EQUIVALENT_PROVED
    free = program("maximize 3*x - 2*y", "x + y <= 120", x=(0, largest, int), y=(0, 30, int))
    cut = program(
        "maximize 3*ones + 30*tens - 2*y",
        "ones + 10*tens + y <= 120",
        ones=(0, 9, int),
        tens=(0, 9, int),
        y=(0, 30, int),
    )
    assert compare(free, cut).relation is relation


def test_another_objective_with_the_same_best_plan_is_another_objective() -> None:
    a = program("maximize 2*x + 3*y", "x + y <= 4", x=(0, 3, int), y=(0, 3, int))
    b = program("maximize 3*x + 4*y", "x + y <= 4", x=(0, 3, int), y=(0, 3, int))
    verdict = exact(compare(a, b))
    assert verdict.relation is Relation.DIFFERENT_PROVED
    assert compare(a, b, Contract.OPTIMUM).relation in (Relation.UNKNOWN, Relation.DIFFERENT_PROVED)


def test_the_verdict_does_not_hang_on_which_optimal_vertex_a_solver_returns() -> None:
    a = program("maximize x + y", "x + y <= 4", x=(0, 3), y=(0, 3))
    b = program("maximize x + y", "x + y <= 4", "x - y <= 1", x=(0, 3), y=(0, 3))
    for first, second, relation in ((a, b, Relation.STRICTER), (b, a, Relation.LOOSER)):
        verdict = exact(compare(first, second))
        assert (verdict.relation, verdict.same_optimum) == (relation, True)


def test_a_complemented_binary_is_found_with_its_intercept() -> None:
    a = program("minimize 5*open + 2*x", "x - 8*open <= 0", "x >= 3", open=(0, 1, int), x=(0, 20))
    b = program("minimize 2*x - 5*closed", "x + 8*closed <= 8", "x >= 3", closed=(0, 1, int), x=(0, 20))
    verdict = exact(compare(a, b))
    assert verdict.relation is Relation.EQUIVALENT_STRUCTURAL
    assert verdict.forward is not None
    assert verdict.forward.columns["open"] == affine(1, closed=-1)
    assert verdict.beta == 5


def test_parameters_that_coincide_in_the_data_make_the_programs_the_same() -> None:
    a = program("minimize 4*x + 4*y", "3*x + 5*y >= 30", x=PLENTY, y=PLENTY)
    b = program("minimize 4*y + 4*x", "5*y + 3*x >= 30", x=PLENTY, y=PLENTY)
    assert exact(compare(a, b)).relation is Relation.EQUIVALENT_STRUCTURAL
    c = program("minimize 4*y + 4*x", "5*y + 4*x >= 30", x=PLENTY, y=PLENTY)
    assert exact(compare(a, c)).relation is Relation.LOOSER


def assignment(kind: tuple[float, float] | tuple[float, float, type]) -> Program:
    return program(
        "minimize 3*a + 5*b + 4*c + d",
        "a + b == 1",
        "c + d == 1",
        "a + c == 1",
        "b + d == 1",
        a=kind,
        b=kind,
        c=kind,
        d=kind,
    )


def test_an_integral_polytope_without_integrality_allows_more_at_the_same_optimum() -> None:
    verdict = exact(compare(assignment((0, 1, int)), assignment((0, 1))))
    assert (verdict.relation, verdict.same_optimum) == (Relation.LOOSER, True)
    assert verdict.witness is not None
    assert verdict.witness.violated.startswith("integrality of")


def test_a_product_of_binaries_made_linear_is_equivalent_though_no_affine_map_gives_the_product() -> None:
    a = program("maximize 3*v + 2*w", "v + w <= 1", v=(0, 1, int), w=(0, 1, int))
    b = program(
        "maximize 3*v + 2*w",
        "v + w <= 1",
        "both <= v",
        "both <= w",
        "both >= v + w - 1",
        v=(0, 1, int),
        w=(0, 1, int),
        both=(0, 1, int),
    )
    assert exact(compare(a, b)).relation is Relation.EQUIVALENT_PROVED
    loose_a = program("maximize 3*v + 2*w", "v - w <= 0", v=(0, 1, int), w=(0, 1, int))
    loose_b = program(
        "maximize 3*v + 2*w",
        "v - w <= 0",
        "both <= v",
        "both <= w",
        "both >= v + w - 1",
        v=(0, 1, int),
        w=(0, 1, int),
        both=(0, 1, int),
    )
    assert exact(compare(loose_a, loose_b)).relation is Relation.EQUIVALENT_PROVED


def test_transposed_indices_are_the_same_program() -> None:
    rows = ("x11 + x12 <= 5", "x21 + x22 <= 6", "x11 + x21 >= 3", "x12 + x22 >= 4")
    turned = ("x11 + x21 <= 5", "x12 + x22 <= 6", "x11 + x12 >= 3", "x21 + x22 >= 4")
    columns = dict.fromkeys(("x11", "x12", "x21", "x22"), (0, 9))
    a = program("minimize x11 + 2*x12 + 3*x21 + 5*x22", *rows, **columns)
    b = program("minimize x11 + 2*x21 + 3*x12 + 5*x22", *turned, **columns)
    verdict = exact(compare(a, b))
    assert verdict.relation is Relation.EQUIVALENT_STRUCTURAL
    assert verdict.forward is not None
    assert verdict.forward.columns["x12"] == affine(x21=1)


def test_a_sum_over_machines_is_found_again() -> None:
    a = program("minimize 2*x + 3*y", "x + y >= 6", "x <= 8", x=(0, 8), y=(0, 9))
    b = program("minimize 2*x1 + 2*x2 + 3*y", "x1 + x2 + y >= 6", x1=(0, 4), x2=(0, 4), y=(0, 9))
    verdict = exact(compare(a, b))
    assert verdict.relation is Relation.EQUIVALENT_PROVED
    assert verdict.forward is not None
    assert verdict.forward.columns["x"] == affine(x1=1, x2=1)


def test_two_infeasible_programs_are_not_called_equivalent() -> None:
    a = program("minimize x + y", "x + y >= 9", x=(0, 4), y=(0, 4))
    b = program("minimize 2*x - z", "2*x - 2*z == 1", x=(0, 4, int), z=(0, 4, int))
    assert exact(compare(a, b)).relation is Relation.BOTH_INFEASIBLE
    c = program("minimize x + y", "x + y >= 7", x=(0, 4), y=(0, 4))
    assert exact(compare(a, c)).relation is Relation.DIFFERENT_PROVED


def test_a_difference_below_every_tolerance_is_a_difference() -> None:
    a = program("maximize 3*x + y", "x + y <= 4", "x - y <= 1", x=(0, 10), y=(0, 10))
    b = program("maximize 3*x + y", "x + y <= 4.00000001", "x - y <= 1", x=(0, 10), y=(0, 10))
    verdict = exact(compare(a, b))
    assert (verdict.relation, verdict.same_optimum) == (Relation.LOOSER, False)
    assert verdict.witness is not None
    assert verdict.witness.amount == Fraction(1, 10**8)


def test_an_empty_map_proves_nothing() -> None:
    a = program("maximize 3*x + y", "x + y <= 4", x=(0, 10, int), y=(0, 10, int))
    b = program("maximize 5*u + 2*v", "2*u + v <= 7", u=(0, 10, int), v=(0, 10, int))
    empty = DeclaredMap(forward={}, backward={}, trusted=False)
    assert not compare(a, b, declared_map=empty).positive
    assert compare(a, b, declared_map=replace(empty, trusted=True)).relation is Relation.UNKNOWN
    strange = DeclaredMap(forward={"x": affine(nobody=1), "w": affine(u=1)}, backward={}, trusted=False)
    assert not compare(a, b, declared_map=strange).positive


def test_a_constant_objective_of_the_optimal_value_is_another_objective() -> None:
    a = program("maximize 3*x + y", "x + y <= 4", x=(0, 10, int), y=(0, 10, int))
    b = replace(a, objective=np.zeros(2), objective_offset=12.0)
    assert exact(compare(a, b)).relation is Relation.DIFFERENT_PROVED
    foreign = program("maximize 0*u", "u + v <= 5", u=(0, 3), v=(0, 3))
    assert exact(compare(a, replace(foreign, objective_offset=12.0))).relation is Relation.DIFFERENT_PROVED


def test_guessed_maps_never_refute() -> None:
    a = program("maximize 3*x + y", "x + 2*y <= 40", x=(0, 10, int), y=(0, 15, int))
    b = program("maximize 3*u + v", "u + 2*v <= 40", "u - v <= 9", u=(0, 10, int), v=(0, 15, int))
    guess = DeclaredMap(
        forward={"x": affine(u=1), "y": affine(v=1)}, backward={"u": affine(x=1), "v": affine(y=1)}, trusted=False
    )
    assert compare(a, b, declared_map=guess).relation is Relation.UNKNOWN
    verdict = exact(compare(a, b, declared_map=replace(guess, trusted=True)))
    assert verdict.relation is Relation.STRICTER
    assert compare(a, b, options=Options(trust_names=False)).relation is Relation.UNKNOWN


def test_a_decision_that_the_objective_drives_into_a_row_is_no_auxiliary() -> None:
    a = program("maximize y", "3*x + y <= 1", x=(0, 1, int), y=(0, 1, int))
    b = program("maximize v", "3*u + v <= 0", u=(0, 1, int), v=(0, 1, int))
    assert exact(compare(a, replace(b, columns=a.columns))).relation is Relation.STRICTER
    assert not compare(a, b, options=Options(trust_names=False)).relation.equivalent
