"""Random batches of small linear programs for the tests of proxies, made around a known point."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from solvers.proxies.batch import Batch


def random_batch(seed: int, *, count: int = 4, feasible: bool = True, bounded: float = 0.7) -> Batch:
    """Rows of every kind over columns of which some have no bounds; duals exist, and a point unless not feasible."""
    random = np.random.default_rng(seed)
    m, n = int(random.integers(1, 7)), int(random.integers(1, 8))
    present = random.random((m, n)) < random.uniform(0.3, 1.0)
    columns, rows = np.nonzero(present.T)
    values = np.round(random.normal(size=(count, len(rows))) * 5, 1)
    point = random.integers(-3, 4, (count, n)).astype(float)
    lower = np.where(random.random(n) < bounded, -3.0 - random.integers(0, 5, n), -np.inf)
    upper = np.where(random.random(n) < bounded, 3.0 + random.integers(0, 5, n), np.inf)
    free = np.isinf(lower) & np.isinf(upper)
    batch = Batch(
        count=count,
        rows=rows,
        columns=columns,
        values=values,
        cost=np.zeros((1, n)),
        offset=np.array([1.5]),
        row_lower=np.zeros((1, m)),
        row_upper=np.zeros((1, m)),
        column_lower=lower[None],
        column_upper=upper[None],
        integer=random.random(n) < 0.3,
    )
    kind = random.integers(0, 4, m)
    activity = batch.product(point)
    slack = np.where(kind == 1, 0, random.integers(0, 3, (2, count, m)))
    shift = 0 if feasible else random.integers(-5, 6, (count, m))
    row_lower = np.where(kind == 0, -np.inf, activity - slack[0] + shift)
    row_upper = np.where(kind == 2, np.inf, activity + slack[1] + shift)
    duals = random.normal(size=(count, m))
    duals = np.where(kind == 0, -np.abs(duals), np.where(kind == 2, np.abs(duals), duals))
    prices = random.normal(size=(count, n))
    prices = np.where(np.isinf(lower), -np.abs(prices), np.where(np.isinf(upper), np.abs(prices), prices))
    cost = batch.transposed_product(duals) + np.where(free, 0.0, prices)
    return replace(batch, row_lower=row_lower, row_upper=row_upper, cost=cost)


def exact_bound(batch: Batch, index: int, duals: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> Fraction | None:
    """B(y) of one member in rationals, None where it is minus infinity; ``duals`` (m,) must be projected."""

    def number(array: np.ndarray, place: int) -> float:
        return float(array[index if len(array) > 1 else 0][place])

    y = [Fraction(float(value)) for value in duals]
    r = [Fraction(number(batch.cost, j)) for j in range(batch.column_count)]
    for k, (i, j) in enumerate(zip(batch.rows.tolist(), batch.columns.tolist(), strict=True)):
        r[j] -= Fraction(number(batch.values, k)) * y[i]
    total = Fraction(float(batch.offset[index % len(batch.offset)]))
    for i, price in enumerate(y):
        if price:
            total += price * Fraction(number(batch.row_lower if price > 0 else batch.row_upper, i))
    for j, price in enumerate(r):
        if price:
            end = number(lower if price > 0 else upper, j)
            if np.isinf(end):
                return None
            total += price * Fraction(end)
    return total
