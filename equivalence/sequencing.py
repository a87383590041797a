"""What pairwise "one after the other" says together, which no linear relaxation sees.

A binary column that makes one column follow another by so much, or the other way round, is a disjunction. Where all
pairs of some columns are in disjunction, they stand in some order, each p_k ahead of the next. A column c that follows
each of them by q_k is then at least ``min(start) + sum(p) - p_last + q_last``, whatever comes last.
Source: Carlier (1982), The one-machine sequencing problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from equivalence.exact import ZERO, ExactColumn, Linear, Row

#: Columns in disjunction beyond which nothing is looked for.
_LARGEST = 400


@dataclass(frozen=True, eq=False)
class Sequences:
    """The disjunctions of a program whose columns have the (implied) bounds ``columns``."""

    linear: Linear
    columns: Sequence[ExactColumn]

    @cached_property
    def after(self) -> dict[int, dict[int, Fraction]]:
        """``x_j - x_i >= after[i][j]`` by a row of its own."""
        found: dict[int, dict[int, Fraction]] = defaultdict(dict)
        for row in self.linear.rows:
            if len(row.terms) == 2:
                for i, j, gap in _differences(row, ZERO):
                    found[i][j] = max(gap, found[i].get(j, gap))
        return found

    @cached_property
    def apart(self) -> dict[int, dict[int, Fraction]]:
        """``x_j - x_i >= apart[i][j]`` or ``x_i - x_j >= apart[j][i]``, one of them at every feasible point."""
        cases: dict[int, tuple[dict[tuple[int, int], Fraction], ...]] = {}
        for row in self.linear.rows:
            switches = [k for k in row.terms if _binary(self.columns[k])]
            if len(row.terms) != 3 or len(switches) != 1:
                continue
            (k,) = switches
            rest = Row(row.label, {j: c for j, c in row.terms.items() if j != k}, row.lower, row.upper)
            sides = cases.setdefault(k, ({}, {}))
            for value in (0, 1):
                for i, j, gap in _differences(rest, Fraction(row.terms[k] * value)):
                    sides[value][i, j] = max(gap, sides[value].get((i, j), gap))
        found: dict[int, dict[int, Fraction]] = defaultdict(dict)
        for off, on in cases.values():
            for (i, j), gap in off.items():
                back = on.get((j, i))
                if gap > 0 and back is not None and back > 0:
                    found[i][j] = max(gap, found[i].get(j, gap))
                    found[j][i] = max(back, found[j].get(i, back))
        return found

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Sets of columns that are all in disjunction with each other, found greedily."""
        groups: list[tuple[int, ...]] = []
        covered: set[tuple[int, int]] = set()
        for i in sorted(self.apart) if len(self.apart) <= _LARGEST else []:
            for j in sorted(self.apart[i]):
                if (i, j) in covered:
                    continue
                group = [i, j]
                for k in sorted(self.apart[i].keys() & self.apart[j].keys()):
                    if all(k in self.apart[member] for member in group):
                        group.append(k)
                covered |= {(one, other) for one in group for other in group}
                groups.append(tuple(group))
        return tuple(groups)

    def least(self, column: int) -> Fraction | None:
        """A lower bound of the column that the disjunctions imply; None if they say nothing."""
        if not self.groups:
            return None
        tails = self.tails(column)
        bounds = [self.span(part, tails) for group in self.groups for part in self.parts(group, tails)]
        return max(bounds, default=None)

    def tails(self, column: int) -> dict[int, Fraction]:
        """``x_column - x_i >= tails[i]`` by chains of rows, as far as none of them goes in circles."""
        before: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
        for i, followers in self.after.items():
            for j, gap in followers.items():
                before[j].append((i, gap))
        tails = {column: ZERO}
        waiting = [column]
        steps = 20 * (len(self.linear.columns) + 1)
        while waiting and steps > 0:
            steps -= 1
            j = waiting.pop(0)
            for i, gap in before[j]:
                if i not in tails or tails[j] + gap > tails[i]:
                    tails[i] = tails[j] + gap
                    waiting.append(i)
        return tails

    def parts(self, group: Sequence[int], tails: Mapping[int, Fraction]) -> Iterator[list[int]]:
        """The group, and what is left of it without early starts and short tails."""
        known = [k for k in group if k in tails and self.columns[k].lower is not None]
        starts = sorted({self.start(k) for k in known})
        ends = sorted({tails[k] for k in known})
        for start in starts[:12]:
            for end in ends[:12]:
                part = [k for k in known if self.start(k) >= start and tails[k] >= end]
                if len(part) > 1:
                    yield part

    def start(self, k: int) -> Fraction:
        lower = self.columns[k].lower
        assert lower is not None
        return lower

    def span(self, part: Sequence[int], tails: Mapping[int, Fraction]) -> Fraction:
        lengths = {k: min(self.apart[k][other] for other in part if other != k) for k in part}
        total = min(map(self.start, part)) + sum(lengths.values(), ZERO)
        return min(total - lengths[k] + tails[k] for k in part)


def _differences(row: Row, moved: Fraction) -> Iterator[tuple[int, int, Fraction]]:
    """(i, j, gap) for every ``x_j - x_i >= gap`` that a row over two columns says, ``moved`` added to its body."""
    (i, first), (j, second) = row.terms.items()
    if first != -second:
        return
    if second < 0:
        i, j, second = j, i, -second
    if row.lower is not None:
        yield i, j, (row.lower - moved) / second
    if row.upper is not None:
        yield j, i, (moved - row.upper) / second


def _binary(col: ExactColumn) -> bool:
    return col.integer and col.lower == 0 and col.upper == 1
