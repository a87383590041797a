"""A warm solver answers as fresh solves do, whatever changes between two programs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import program
from test_sensitivity import linear_programs

from formulations.program import Program
from solvers.dispatch import solve
from solvers.solution import Termination
from solvers.verify import violations
from solvers.warm import WarmHighs


def changed(own: Program, random: np.random.Generator) -> Program:
    """The program with some costs, bounds or coefficients moved, sides dropped or joined."""
    kind = random.integers(0, 5)
    if kind == 0:
        return replace(own, objective=own.objective + random.integers(-2, 3, own.column_count))
    if kind == 1:
        moved = random.uniform(-3, 3, own.row_count) * (random.random(own.row_count) < 0.5)
        return replace(own, row_lower=own.row_lower + moved, row_upper=own.row_upper + moved)
    if kind == 2:
        lower = random.integers(0, 3, own.column_count).astype(float)
        return replace(own, column_lower=lower, column_upper=lower + random.integers(0, 8, own.column_count))
    if kind == 3:
        open_above = np.where(
            np.isfinite(own.row_lower) & (random.random(own.row_count) < 0.3), math.inf, own.row_upper
        )
        return replace(own, row_upper=open_above)
    matrix = own.matrix.copy()
    matrix.data = matrix.data + random.uniform(-0.5, 0.5, matrix.nnz)
    return replace(own, matrix=matrix)


@settings(max_examples=40, deadline=None)
@given(linear_programs(), st.integers(0, 10**6))
def test_a_walk_over_neighbors_is_answered_as_by_fresh_solves(own: Program, seed: int) -> None:
    random, warm = np.random.default_rng(seed), WarmHighs()
    for _ in range(12):
        found, expected = warm.solve(own), solve(own)
        assert found.termination is expected.termination
        if expected.objective is not None:
            assert found.objective == pytest.approx(expected.objective, abs=1e-6, rel=1e-6)
            assert found.values is not None
            assert violations(own, found.values).relative <= 1e-6
        own = changed(own, random)


def test_a_basis_that_stays_optimal_answers_without_a_run() -> None:
    own = program("maximize 3*x + 5*y", "x <= 4", "2*y <= 12", "3*x + 2*y <= 18", x=(0, math.inf), y=(0, math.inf))
    warm = WarmHighs()
    warm.solve(own)
    near = warm.solve(replace(own, row_upper=np.array([4.0, 12.0, 17.0])))
    assert near.termination is Termination.OPTIMAL
    assert near.objective == pytest.approx(35)
    assert "stays optimal" in near.log
    far = warm.solve(replace(own, row_upper=np.array([4.0, 12.0, 30.0])))
    assert far.objective == pytest.approx(42)
    assert "stays optimal" not in far.log
    dearer = warm.solve(replace(own, objective=np.array([7.0, 5.0])))
    assert dearer.objective == pytest.approx(44)


def test_a_column_that_was_fixed_and_no_longer_is_may_move() -> None:
    own = program("minimize x + 2*y", "x + y >= 3", x=(1, 1), y=(0, 9))
    warm = WarmHighs()
    assert warm.solve(own).objective == pytest.approx(5)
    assert warm.solve(replace(own, column_upper=np.array([9.0, 9.0]))).objective == pytest.approx(3)


def test_an_integer_program_starts_from_the_last_plan() -> None:
    own = program("maximize 5*x + 4*y", "6*x + 4*y <= 24", "x + 2*y <= 6", x=(0, 9, int), y=(0, 9, int))
    warm = WarmHighs()
    for room in (24.0, 23.0, 30.0, 5.0, 24.0):
        moved = replace(own, row_upper=np.array([room, 6.0]))
        assert warm.solve(moved).objective == pytest.approx(solve(moved).objective)
