"""Which column of B is most like which column of A, where two programs are almost, but not quite, the same.

Likeness spreads as in graph matching: columns are alike where their numbers are and where they stand with equal
coefficients in rows that are alike; rows are alike where their sides are and their columns. The surest pair is
settled first, and the rest is looked at again in its light. The result is a guess; only a proof makes it count.
Source: Singh, Xu, Berger (2008), Global alignment of multiple protein interaction networks (IsoRank).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equivalence.exact import ZERO, Linear
from equivalence.structure import objective_scale

Floats = NDArray[np.float64]

#: Programs with more columns or rows than this are not compared number by number.
LARGEST = 120
_ROUNDS = 5
#: Pairs less alike than this are no pairs.
_LEAST = 0.05
_SHARPNESS = 6


@dataclass(frozen=True)
class _Weights:
    """How much each kind of evidence counts."""

    cost: float = 0.4
    sign: float = 0.1
    bounds: float = 0.15
    integrality: float = 0.2


_VIEWS = (_Weights(), _Weights(cost=0.05), _Weights(bounds=0.02, integrality=0.02))


def likenesses(a: Linear, b: Linear) -> Iterator[dict[int, int]]:
    """Guesses, each a column of B for columns of A, no two the same; as many as the smaller program has, or fewer."""
    sizes = len(a.columns), len(b.columns), len(a.rows), len(b.rows)
    if not all(sizes[:2]) or max(sizes) > LARGEST:
        return
    seen: set[tuple[tuple[int, int], ...]] = set()
    sided = _sided(a), _sided(b)
    for weights in _VIEWS:
        pairs = _Matching(a, b, sided, weights).pairs()
        mark = tuple(sorted(pairs.items()))
        if pairs and mark not in seen:
            seen.add(mark)
            yield pairs


@dataclass(frozen=True)
class _Sided:
    """Every row once for each of its sides, as ``terms <= end``."""

    terms: tuple[dict[int, int], ...]
    ends: tuple[Fraction, ...]


def _sided(linear: Linear) -> _Sided:
    terms, ends = [], []
    for row in linear.rows:
        for end, sign in ((row.upper, 1), (row.lower, -1)):
            if end is not None:
                terms.append({j: sign * c for j, c in row.terms.items()})
                ends.append(sign * end)
    return _Sided(tuple(terms), tuple(ends))


class _Matching:
    """The likeness of all pairs of columns, and of sided rows."""

    def __init__(self, a: Linear, b: Linear, sided: tuple[_Sided, _Sided], weights: _Weights) -> None:
        self.shape = len(a.columns), len(b.columns)
        self.own = _columns_alike(a, b, weights)
        self.own_rows = _rows_alike(*sided)
        self.layers = _layers(*sided, self.shape)
        self.row_sizes = _largest([len(t) for t in sided[0].terms], [len(t) for t in sided[1].terms])
        degrees = [np.zeros(n) for n in self.shape]
        for degree, side in zip(degrees, sided, strict=True):
            for terms in side.terms:
                for j in terms:
                    degree[j] += 1
        self.degrees = np.maximum(np.maximum.outer(degrees[0], degrees[1]), 1.0)
        self.settled: dict[int, int] = {}

    def pairs(self) -> dict[int, int]:
        likeness: Floats = self.own
        for _ in range(_ROUNDS):
            likeness = self.spread(likeness)
        while len(self.settled) < min(self.shape):
            j, k = self.surest(likeness)
            if likeness[j, k] < _LEAST:
                break
            self.settled[j] = k
            likeness = self.spread(likeness)
        return dict(self.settled)

    def spread(self, likeness: Floats) -> Floats:
        shares = self.shares(likeness)
        rows, columns = np.zeros_like(self.own_rows), np.zeros(self.shape)
        for first, second in self.layers:
            rows += first @ shares @ second.T
        rows = self.own_rows * (0.2 + rows / self.row_sizes) if rows.size else rows
        row_shares = _shares(rows) if rows.size else rows
        for first, second in self.layers:
            columns += first.T @ row_shares @ second
        return self.own * (0.2 + columns / self.degrees)

    def shares(self, likeness: Floats) -> Floats:
        shares = _shares(likeness)
        for j, k in self.settled.items():
            shares[j, :] = 0.0
            shares[:, k] = 0.0
            shares[j, k] = 1.0
        return shares

    def surest(self, likeness: Floats) -> tuple[int, int]:
        """The open pair that stands out most among its rivals in either program."""
        left = likeness.copy()
        left[list(self.settled), :] = -1.0
        left[:, list(self.settled.values())] = -1.0
        rivals = np.maximum(_second(left, 1)[:, None], _second(left, 0)[None, :])
        best = (left == left.max(axis=1, keepdims=True)) & (left == left.max(axis=0, keepdims=True)) & (left >= 0)
        margin = np.where(best, left - rivals, -np.inf)
        j, k = np.unravel_index(int(margin.argmax()), margin.shape)
        return int(j), int(k)


def _second(values: Floats, axis: int) -> Floats:
    if values.shape[axis] < 2:
        return np.full(values.shape[1 - axis], -1.0)
    ordered = np.sort(values, axis=axis)
    return ordered[-2, :] if axis == 0 else ordered[:, -2]


def _shares(likeness: Floats) -> Floats:
    """How far each pair is the one for its row and its column, from 0 to 1."""
    top = np.maximum(likeness.max(axis=1, keepdims=True), 1e-12)
    side = np.maximum(likeness.max(axis=0, keepdims=True), 1e-12)
    sharp = (likeness / np.maximum(top, side)) ** _SHARPNESS
    total = np.maximum(sharp.sum(axis=1, keepdims=True), sharp.sum(axis=0, keepdims=True))
    shares: Floats = sharp / np.maximum(total, 1e-12)
    return shares


def _columns_alike(a: Linear, b: Linear, weights: _Weights) -> Floats:
    scales = objective_scale(a), objective_scale(b)
    costs = [
        [linear.objective.terms.get(j, ZERO) / scale for j in range(len(linear.columns))]
        for linear, scale in zip((a, b), scales, strict=True)
    ]
    alike = np.empty((len(a.columns), len(b.columns)))
    for j, one in enumerate(a.columns):
        for k, other in enumerate(b.columns):
            cost, other_cost = costs[0][j], costs[1][k]
            alike[j, k] = (
                0.1
                + weights.cost * (cost == other_cost)
                + weights.sign * ((cost > 0) - (cost < 0) == (other_cost > 0) - (other_cost < 0))
                + weights.bounds * ((one.lower == other.lower) + (one.upper == other.upper))
                + weights.integrality * (one.integer == other.integer)
            )
    return alike


def _rows_alike(a: _Sided, b: _Sided) -> Floats:
    counts = [[Counter(terms.values()) for terms in side.terms] for side in (a, b)]
    alike = np.empty((len(a.terms), len(b.terms)))
    for i, (one, end) in enumerate(zip(counts[0], a.ends, strict=True)):
        for m, (other, other_end) in enumerate(zip(counts[1], b.ends, strict=True)):
            common = (one & other).total()
            alike[i, m] = 0.1 + 0.4 * (end == other_end) + 0.5 * common / max(one.total(), other.total(), 1)
    return alike


def _largest(first: list[int], second: list[int]) -> Floats:
    sizes: Floats = np.maximum.outer(np.array(first, dtype=float), np.array(second, dtype=float))
    return np.maximum(sizes, 1.0)


def _layers(a: _Sided, b: _Sided, shape: tuple[int, int]) -> list[tuple[Floats, Floats]]:
    """For each coefficient that both programs have, where it stands in either."""
    places: list[dict[int, list[tuple[int, int]]]] = []
    for side in (a, b):
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for i, terms in enumerate(side.terms):
            for j, c in terms.items():
                found[c].append((i, j))
        places.append(found)
    layers = []
    for c in sorted(places[0].keys() & places[1].keys()):
        layer = []
        for found, side, count in zip(places, (a, b), shape, strict=True):
            matrix = np.zeros((len(side.terms), count))
            for i, j in found[c]:
                matrix[i, j] = 1.0
            layer.append(matrix)
        layers.append((layer[0], layer[1]))
    return layers
