"""Dual bounds are true whatever the duals, and proofs of infeasibility prove it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from batches import exact_bound, random_batch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.proxies.batch import Batch
from solvers.proxies.certificate import (
    Box,
    blended,
    declared_box,
    dual_bounds,
    farkas_bounds,
    implied_box,
    projected,
)
from solvers.proxies.exact import Engine, inner_duals

SEEDS = st.integers(0, 2**32 - 1)


def optima(batch: object) -> list[float | None]:
    engine, found = Engine(), []
    for k in range(batch.count):  # type: ignore[attr-defined]
        engine.load(batch, k)  # type: ignore[arg-type]
        answer = engine.run()
        found.append(answer.objective if answer.optimal else np.inf if answer.infeasible else None)
    return found


def duals_for(batch: object, random: np.random.Generator) -> np.ndarray:
    """Duals of all sizes, nonsense among them."""
    shape = (batch.count, batch.row_count)  # type: ignore[attr-defined]
    duals = random.normal(size=shape) * 10.0 ** random.integers(-9, 10, shape)
    return np.where(random.random(shape) < 0.02, random.choice([np.nan, np.inf, -np.inf], shape), duals)


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_no_bound_exceeds_the_optimum(seed: int, other: int) -> None:
    batch, random = random_batch(seed), np.random.default_rng(other)
    true = optima(batch)
    for box in (declared_box(batch), implied_box(batch), implied_box(batch, cutoff=random.normal(size=4) * 100)):
        bounds = dual_bounds(batch, duals_for(batch, random), box)
        for bound, optimum in zip(bounds, true, strict=True):
            assert optimum is None or bound <= optimum + 1e-7 * max(1.0, abs(optimum))


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_a_bound_in_floating_point_stays_below_the_one_in_rationals(seed: int, other: int) -> None:
    batch, random = random_batch(seed, count=2), np.random.default_rng(other)
    box = implied_box(batch)
    duals = duals_for(batch, random)
    bounds, y = dual_bounds(batch, duals, box), projected(batch, duals)
    for k, bound in enumerate(bounds):
        exact = exact_bound(batch, k, y[k], box.lower, box.upper)
        if np.isfinite(bound):
            assert exact is not None
            assert bound <= exact


def test_without_column_bounds_there_is_no_bound_unless_the_rows_or_a_cutoff_imply_them() -> None:
    batch = replace(
        random_batch(3, count=1),
        rows=np.array([0]),
        columns=np.array([0]),
        values=np.array([[1.0]]),
        cost=np.array([[2.0]]),
        offset=np.zeros(1),
        row_lower=np.array([[4.0]]),
        row_upper=np.array([[np.inf]]),
        column_lower=np.array([[0.0]]),
        column_upper=np.array([[np.inf]]),
        integer=np.zeros(1, dtype=bool),
    )
    steep = np.array([[2.5]])
    assert dual_bounds(batch, steep)[0] == -np.inf
    assert dual_bounds(batch, steep, implied_box(batch))[0] == -np.inf
    assert 0 < dual_bounds(batch, steep, implied_box(batch, cutoff=np.array([10.0])))[0] <= 8.0
    assert dual_bounds(batch, np.array([[2.0]]), implied_box(batch, cutoff=np.array([10.0])))[0] == pytest.approx(8.0)
    assert dual_bounds(batch, np.array([[1.0]]))[0] == pytest.approx(4.0)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_cutoff_below_the_optimum_gives_no_more_than_itself(seed: int) -> None:
    batch = random_batch(seed)
    for optimum, k in zip(optima(batch), range(batch.count), strict=True):
        if optimum is not None and np.isfinite(optimum):
            cutoff = optimum - 5.0
            box = implied_box(batch, cutoff=np.full(batch.count, cutoff))
            bound = dual_bounds(batch, np.zeros((batch.count, batch.row_count)), box)[k]
            assert bound <= min(box.ceiling[k], optimum + 1e-7 * max(1.0, abs(optimum)))
            assert box.ceiling[k] in (cutoff, np.inf)


@settings(max_examples=60, deadline=None)
@given(SEEDS, SEEDS)
def test_what_a_ray_proves_infeasible_is_infeasible(seed: int, other: int) -> None:
    batch, random = random_batch(seed, feasible=False), np.random.default_rng(other)
    for box in (declared_box(batch), implied_box(batch)):
        found = farkas_bounds(batch, duals_for(batch, random), box)
        for value, optimum in zip(found, optima(batch), strict=True):
            assert value <= 0 or optimum == np.inf


def test_contradicting_rows_are_proved_so() -> None:
    batch = replace(
        random_batch(3, count=1),
        rows=np.array([0, 1]),
        columns=np.array([0, 0]),
        values=np.array([[1.0, 1.0]]),
        cost=np.zeros((1, 1)),
        row_lower=np.array([[2.0, -np.inf]]),
        row_upper=np.array([[np.inf, 1.0]]),
        column_lower=np.array([[-np.inf]]),
        column_upper=np.array([[np.inf]]),
        integer=np.zeros(1, dtype=bool),
    )
    box = Box(np.array([[-1e6]]), np.array([[1e6]]), np.array([np.inf]))
    assert farkas_bounds(batch, np.array([[3.0, -3.0]]), box)[0] > 0


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_blending_toward_inner_duals_closes_open_ends(seed: int) -> None:
    batch = random_batch(seed, count=1, bounded=0.5)
    box = declared_box(batch)
    if (np.isinf(box.lower) & np.isinf(box.upper)).any():
        return
    random = np.random.default_rng(seed)
    inner = random.normal(size=(1, batch.row_count))
    if not np.isfinite(dual_bounds(batch, inner, box)[0]):
        return
    mixed = blended(batch, random.normal(size=(1, batch.row_count)), inner, box)
    bound, optimum = dual_bounds(batch, mixed, box)[0], optima(batch)[0]
    assert optimum is None or bound <= optimum + 1e-7 * max(1.0, abs(optimum))


def one(cost: list[float], rows: list[list[float]], lower: list[float], upper: list[float]) -> Batch:
    """One program over columns x >= 0 without upper bounds."""
    dense, n = np.array(rows), len(cost)
    columns, places = np.divmod(np.arange(dense.size), len(rows))
    return Batch(
        count=1,
        rows=places,
        columns=columns,
        values=dense[places, columns][None],
        cost=np.array([cost]),
        offset=np.zeros(1),
        row_lower=np.array([lower]),
        row_upper=np.array([upper]),
        column_lower=np.zeros((1, n)),
        column_upper=np.full((1, n), np.inf),
        integer=np.zeros(n, dtype=bool),
    )


def test_reduced_costs_that_vanish_exactly_need_no_bound() -> None:
    batch = one([1.0, 0.0], [[1.0, 0.0], [1.0, 1.0]], [1.0, 2.0], [np.inf, np.inf])
    assert dual_bounds(batch, np.array([[0.75, 0.0]]))[0] == pytest.approx(0.75)


def test_inner_duals_leave_no_column_open() -> None:
    batch = one([1.0, -0.5], [[1.0, -1.0], [1.0, 1.0]], [0.0, 0.0], [np.inf, np.inf])
    box = declared_box(batch)
    steep = np.array([[1.5, 0.0]])
    assert dual_bounds(batch, steep, box)[0] == -np.inf
    inner = inner_duals(batch, 0, box)
    assert inner is not None
    assert np.isfinite(dual_bounds(batch, blended(batch, steep, inner, box), box)[0])
    unbounded = one([-1.0], [[1.0]], [0.0], [np.inf])
    assert inner_duals(unbounded, 0, declared_box(unbounded)) is None
