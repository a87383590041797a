"""Isomorphism of linear programs: columns onto columns and rows onto rows, with equal numbers.

Colors of columns and rows are refined by what they are connected to; where equal colors remain, one column is
singled out in A and each candidate tried in B. Colors are hashes and may collide, so that every bijection is
checked exactly before anybody hears of it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equivalence import bliss
from equivalence.exact import ZERO, Linear, content

Colors = NDArray[np.uint64]
_SEED = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Isomorphism:
    """Column j of A is ``scales[j]`` times column ``columns[j]`` of B (once if there are no scales).

    ``alpha`` times B's objective coefficients are then A's.
    """

    columns: tuple[int, ...]
    alpha: Fraction
    scales: tuple[Fraction, ...] = ()


def isomorphism(a: Linear, b: Linear, *, deadline: float, bounds: bool = True) -> Isomorphism | None:
    """A bijection under which the programs are the same but for constants in the objective; None if none was found.

    With ``bounds=False`` bounds and right-hand sides are ignored: the bijection is then a guess, to be proved.
    None proves nothing: the search stops at the deadline (of ``time.monotonic``).
    """
    if len(a.columns) != len(b.columns) or (bounds and len(a.rows) != len(b.rows)):
        return None
    alpha = objective_scale(a) / objective_scale(b)
    for columns in bijections(a, b, deadline=deadline, bounds=bounds):
        if not bounds or same(a, b, columns, alpha):
            return Isomorphism(columns, alpha)
    return None


def bijections(a: Linear, b: Linear, *, deadline: float, bounds: bool = True) -> Iterator[tuple[int, ...]]:
    """Candidate bijections of the columns, none of them checked."""
    ids: dict[object, int] = {}
    graphs = (_graph(a, ids, bounds=bounds), _graph(b, ids, bounds=bounds))
    if not bounds or len(graphs[0].row_colors) == len(graphs[1].row_colors):
        yield from _Search(graphs, deadline).bijections()


def objective_scale(linear: Linear) -> Fraction:
    """The content of the objective coefficients; 1 for a constant objective."""
    return content(linear.objective.terms.values())


def same_numbers(a: Linear, b: Linear) -> bool:
    """Whether a large program may be another one under other names: its costs occur as often. True for small ones."""
    if len(a.columns) < _LARGE:
        return True
    counts = [
        Counter(c / scale for c in linear.objective.terms.values())
        for linear, scale in ((a, objective_scale(a)), (b, objective_scale(b)))
    ]
    return counts[0] == counts[1]


#: Programs with fewer columns than this are always looked at closely.
_LARGE = 2000


def same(a: Linear, b: Linear, columns: Sequence[int], alpha: Fraction) -> bool:
    """Whether the bijection takes columns, rows and objective coefficients of A exactly to those of B."""
    for j, k in enumerate(columns):
        one, other = a.columns[j], b.columns[k]
        if (one.lower, one.upper, one.integer) != (other.lower, other.upper, other.integer):
            return False
        if a.objective.terms.get(j, ZERO) != alpha * b.objective.terms.get(k, ZERO):
            return False
    return len(a.rows) == len(b.rows) and matched_rows(a, b, columns) is not None


def matched_rows(a: Linear, b: Linear, columns: Sequence[int]) -> tuple[tuple[str, str], ...] | None:
    """Pairs of labels of rows that are the same under the bijection; None unless every row of A has its own."""
    pairs = []
    used = set()
    for row in a.rows:
        lower, upper = row.lower, row.upper
        key = frozenset((columns[j], c) for j, c in row.terms.items())
        twin = b.row_index.get(key)
        if twin is None:
            key = frozenset((j, -c) for j, c in key)
            twin = b.row_index.get(key)
            lower, upper = None if upper is None else -upper, None if lower is None else -lower
        if twin is None or key in used or (twin.lower, twin.upper) != (lower, upper):
            return None
        used.add(key)
        pairs.append((row.label, twin.label))
    return tuple(pairs)


@dataclass(frozen=True, eq=False)
class _Graph:
    """Columns and rows (each finite side of a row as one ``<=``) with their first colors, and the nonzeros."""

    column_colors: Colors
    row_colors: Colors
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Colors


def _graph(linear: Linear, ids: dict[object, int], *, bounds: bool) -> _Graph:
    def number(key: object) -> int:
        return ids.setdefault(key, len(ids) + 1)

    scale = objective_scale(linear)
    column_colors = [
        number((col.integer, linear.objective.terms.get(j, ZERO) / scale, *((col.lower, col.upper) if bounds else ())))
        for j, col in enumerate(linear.columns)
    ]
    row_colors: list[int] = []
    rows: list[int] = []
    columns: list[int] = []
    values: list[int] = []
    for row in linear.rows:
        for sign, bound in ((1, row.upper), (-1, row.lower)):
            if bound is None:
                continue
            rows += [len(row_colors)] * len(row.terms)
            columns += row.terms
            values += [number(("entry", sign * c)) for c in row.terms.values()]
            row_colors.append(number(("row", sign * bound if bounds else None)))
    return _Graph(
        _mixed(np.array(column_colors, dtype=np.uint64)),
        _mixed(np.array(row_colors, dtype=np.uint64)),
        np.array(rows, dtype=np.int64),
        np.array(columns, dtype=np.int64),
        _mixed(np.array(values, dtype=np.uint64)),
    )


def _mixed(words: Colors) -> Colors:
    """A scrambling of 64-bit words (splitmix64)."""
    words = words + _SEED
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _gathered(owners: NDArray[np.int64], words: Colors, count: int) -> Colors:
    """The sum, modulo 2**64, of the words of each owner: the same for every order."""
    low = np.bincount(owners, (words & np.uint64(0xFFFFFFFF)).astype(float), count)
    high = np.bincount(owners, (words >> np.uint64(32)).astype(float), count)
    return _mixed(low.astype(np.uint64)) ^ high.astype(np.uint64)


def _refined(graph: _Graph, columns: Colors, rows: Colors) -> tuple[Colors, Colors]:
    news = _gathered(graph.rows, _mixed(graph.values ^ columns[graph.columns]), len(rows))
    rows = _mixed(rows ^ _mixed(news))
    news = _gathered(graph.columns, _mixed(graph.values ^ rows[graph.rows]), len(columns))
    return _mixed(columns ^ _mixed(news)), rows


Coloring = tuple[Colors, Colors]


class _Search:
    """Both graphs are refined together; whatever splits them differently ends a branch."""

    def __init__(self, graphs: tuple[_Graph, _Graph], deadline: float) -> None:
        self.graphs = graphs
        self.deadline = deadline

    def bijections(self) -> Iterator[tuple[int, ...]]:
        """Candidate bijections of the columns, depth first without recursion."""
        start = tuple((graph.column_colors, graph.row_colors) for graph in self.graphs)
        stack: list[Iterator[tuple[Coloring, ...]]] = [iter([start])]
        while stack and time.monotonic() < self.deadline:
            colorings = next(stack[-1], None)
            if colorings is None:
                stack.pop()
                continue
            refined = self.stable(colorings)
            if refined is None:
                continue
            (first, _), (second, _) = refined
            if len(stack) == 1 and len(np.unique(first)) < len(first):
                found = self.by_bliss(refined)
                if found is not None:
                    yield found
            if len(np.unique(first)) == len(first):
                places = {color: k for k, color in enumerate(second.tolist())}
                yield tuple(places[color] for color in first.tolist())
            else:
                stack.append(self.branches(refined))

    def by_bliss(self, colorings: tuple[Coloring, ...]) -> tuple[int, ...] | None:
        """The bijection by canonical labelings; None without igraph. Every nonzero is a vertex with its value."""
        if not bliss.available():
            return None
        ids: dict[int, int] = {}
        orders = []
        for graph, (columns, rows) in zip(self.graphs, colorings, strict=True):
            words = [*columns.tolist(), *rows.tolist(), *graph.values.tolist()]
            colors = [ids.setdefault(word, len(ids)) for word in words]
            n, m = len(columns), len(rows)
            entries = np.arange(n + m, n + m + len(graph.values), dtype=np.int64)
            ends = np.concatenate([graph.columns, graph.rows + n])
            edges = np.stack([np.concatenate([entries, entries]), ends], axis=1)
            order = bliss.canonical_order(colors, edges)
            if order is None:
                return None
            orders.append(order)
        back = {number: vertex for vertex, number in enumerate(orders[1])}
        count = len(colorings[0][0])
        found = tuple(back[number] for number in orders[0][:count])
        return found if max(found, default=-1) < count else None

    def stable(self, colorings: tuple[Coloring, ...]) -> tuple[Coloring, ...] | None:
        """Refines until no color splits; None where the two programs differ."""
        count = -1
        while True:
            (first, rows), (second, other_rows) = colorings
            ours, sizes = np.unique(first, return_counts=True)
            theirs, other_sizes = np.unique(second, return_counts=True)
            if not (np.array_equal(ours, theirs) and np.array_equal(sizes, other_sizes)):
                return None
            if len(ours) == count:
                return colorings if np.array_equal(np.sort(rows), np.sort(other_rows)) else None
            count = len(ours)
            if count == len(first):
                # Distinct columns already fix the bijection.
                return colorings
            colorings = tuple(_refined(graph, *colors) for graph, colors in zip(self.graphs, colorings, strict=True))

    def branches(self, colorings: tuple[Coloring, ...]) -> Iterator[tuple[Coloring, ...]]:
        """One column of the smallest class of equal columns singled out in A, each of that class in B."""
        (first, rows), (second, other_rows) = colorings
        ours, sizes = np.unique(first, return_counts=True)
        color = ours[sizes == sizes[sizes > 1].min()][0]
        chosen = int(np.flatnonzero(first == color)[0])
        singled = first.copy()
        singled[chosen] = _mixed(singled[chosen : chosen + 1] ^ _SEED)[0]
        for k in np.flatnonzero(second == color):
            candidate = second.copy()
            candidate[k] = singled[chosen]
            yield (singled, rows), (candidate, other_rows)
