"""Laws of comparison: what must stay equivalent, what must not, and that both directions agree."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from small_programs import program

from equivalence.compare import Options, compare
from equivalence.verdict import Relation, Verdict
from formulations.program import Program, scalar_labels

MODEST = settings(max_examples=40, deadline=None)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Small bounded integer programs."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    entries = st.lists(st.integers(-3, 5), min_size=n, max_size=n)
    matrix = np.array(draw(st.lists(entries, min_size=m, max_size=m)), dtype=float)
    right = np.array(draw(st.lists(st.integers(0, 12), min_size=m, max_size=m)), dtype=float)
    return Program(
        name="drawn",
        sense=draw(st.sampled_from(["minimize", "maximize"])),
        columns=scalar_labels([f"x{j}" for j in range(n)]),
        column_lower=np.zeros(n),
        column_upper=np.array(draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)), dtype=float),
        integer=np.ones(n, dtype=bool),
        objective=np.array(draw(entries), dtype=float),
        rows=scalar_labels([f"r{i}" for i in range(m)]),
        matrix=sparse.csr_array(matrix),
        row_lower=np.full(m, -np.inf),
        row_upper=right,
    )


def plans(given: Program) -> set[tuple[int, ...]]:
    """All feasible points of a small integer program, found without the code under test."""
    ranges = [range(int(low), int(high) + 1) for low, high in zip(given.column_lower, given.column_upper, strict=True)]
    points = itertools.product(*ranges)
    body = given.matrix.toarray()
    return {
        point
        for point in points
        if np.all(body @ np.array(point) <= given.row_upper) and np.all(body @ np.array(point) >= given.row_lower)
    }


def holds(verdict: Verdict) -> bool:
    return verdict.relation.equivalent or verdict.relation is Relation.BOTH_INFEASIBLE


@MODEST
@given(programs(), st.randoms(use_true_random=False))
def test_renaming_and_permuting_stay_equivalent(given: Program, random: object) -> None:
    n, m = given.column_count, given.row_count
    columns, rows = list(range(n)), list(range(m))
    random.shuffle(columns)  # type: ignore[attr-defined]
    random.shuffle(rows)  # type: ignore[attr-defined]
    other = replace(
        given,
        columns=scalar_labels([f"y{j}" for j in range(n)]),
        column_lower=given.column_lower[columns],
        column_upper=given.column_upper[columns],
        objective=given.objective[columns],
        rows=scalar_labels([f"s{i}" for i in range(m)]),
        matrix=sparse.csr_array(given.matrix.toarray()[rows][:, columns]),
        row_lower=given.row_lower[rows],
        row_upper=given.row_upper[rows],
    )
    assert holds(compare(given, other))


@MODEST
@given(programs(), st.lists(st.sampled_from([-4.0, -1.0, 0.5, 3.0]), min_size=4, max_size=4))
def test_scaling_rows_and_the_objective_stays_equivalent(given: Program, factors: list[float]) -> None:
    scale = np.array(factors[: given.row_count])
    ends = np.sort(np.stack([given.row_lower * scale, given.row_upper * scale]), axis=0)
    other = replace(
        given,
        matrix=sparse.csr_array(given.matrix.toarray() * scale[:, None]),
        row_lower=ends[0],
        row_upper=ends[1],
        objective=given.objective * 2.5,
        objective_offset=7.0,
    )
    verdict = compare(given, other)
    assert holds(verdict)
    if verdict.relation.equivalent:
        # Where the plans leave no choice, the objective is constant and has no factor.
        assert verdict.alpha in (Fraction(2, 5), 1)


@MODEST
@given(programs())
def test_slacks_stay_equivalent(given: Program) -> None:
    n, m = given.column_count, given.row_count
    other = replace(
        given,
        columns=scalar_labels([*given.columns, *(f"slack{i}" for i in range(m))]),
        column_lower=np.zeros(n + m),
        column_upper=np.append(given.column_upper, np.full(m, np.inf)),
        integer=np.append(given.integer, np.zeros(m, dtype=bool)),
        objective=np.append(given.objective, np.zeros(m)),
        matrix=sparse.csr_array(np.hstack([given.matrix.toarray(), np.eye(m)])),
        row_lower=given.row_upper,
    )
    assert holds(compare(given, other))


@MODEST
@given(programs(), st.integers(0, 3), st.integers(1, 4))
def test_a_tightened_row_is_stricter_if_and_only_if_it_cuts_a_plan(given: Program, row: int, by: int) -> None:
    upper = given.row_upper.copy()
    upper[row % given.row_count] -= by
    other = replace(given, row_upper=upper)
    verdict = compare(given, other)
    before, after = plans(given), plans(other)
    assert verdict.exact
    if before == after:
        assert verdict.relation.equivalent or (not before and verdict.relation is Relation.BOTH_INFEASIBLE)
    elif after:
        # Names may have to change for it, but the same structure remains the same structure.
        assert verdict.relation is Relation.STRICTER or len(before) == len(after)
    else:
        assert verdict.relation is Relation.DIFFERENT_PROVED


@MODEST
@given(programs(), programs())
def test_comparing_the_other_way_round_mirrors_the_verdict(a: Program, b: Program) -> None:
    options = Options(trust_names=True)
    there, back = compare(a, b, options=options), compare(b, a, options=options)
    assert back.relation is there.relation.mirrored


@pytest.mark.parametrize(("bound", "same"), [(0.03, True), (0.031, False)])
def test_columns_in_other_units_are_the_same_columns(bound: float, same: bool) -> None:
    a = program("maximize 3*x + 2*y", "x + y <= 40", "2*x - y >= 3", x=(0, 30), y=(0, 25))
    b = program("maximize 3000*u + 2*v", "1000*u + v <= 40", "2000*u - v >= 3", u=(0, bound), v=(0, 25))
    assert compare(a, b).relation.equivalent == same


def test_nonlinear_programs_written_alike_are_equivalent_and_others_unknown() -> None:
    a = program("minimize x*y + exp(x - y)", "x**2 + y**2 <= 9", "log(x + 2) >= 0.5", x=(0, 3), y=(0, 3))
    b = program("maximize 0 - exp(x - y) - y*x", "log(2 + x) >= 0.5", "0 - y**2 - x**2 >= 0 - 9", x=(0, 3), y=(0, 3))
    c = program("minimize x*y + exp(x - y)", "x**2 + y**2 <= 9.5", "log(x + 2) >= 0.5", x=(0, 3), y=(0, 3))
    assert compare(a, b).relation is Relation.EQUIVALENT_STRUCTURAL
    assert compare(a, c).relation is Relation.UNKNOWN


def test_both_unbounded_and_one_unbounded_are_told_apart() -> None:
    a = program("maximize x + y", "x - y <= 3", x=(0, np.inf), y=(0, np.inf))
    b = program("maximize 2*u + v", "u - 3*v <= 3", u=(0, np.inf), v=(0, np.inf))
    c = program("maximize 2*u + v", "u + 3*v <= 3", u=(0, np.inf), v=(0, np.inf))
    assert compare(a, b).relation is Relation.BOTH_UNBOUNDED
    assert compare(a, c).relation is Relation.DIFFERENT_PROVED
