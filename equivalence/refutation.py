"""Differences that no map can hide.

Let A and B be bounded and feasible. A correspondence may declare some columns of either program auxiliary, as long as
one decision column is left in each; it relates the sets of *best values* (the least objective for each choice of the
decisions) by v -> alpha v + beta with alpha > 0. Hence, whatever the maps, alpha and beta are, the
contract DECISIONS is refuted where

- every plan of one program is worth the same, while in the other every column matters: for each column there are two
  attainable values with different best objectives, so that the best values differ for every choice of decisions;
- one program has finitely many plans, while the other is continuous and every column matters: its best values are then
  a convex function, not constant on an interval, and take infinitely many values.

OPTIMUM asks nothing of other than best plans, so that neither refutes it. Where the caller says that the objectives
are in the same units (alpha = 1, beta = 0), different optimal values refute either contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from equivalence.bounding import Source
from equivalence.exact import ZERO, Expr, Linear, Point, combine, content
from equivalence.proof import constant_value
from equivalence.status import Optimum, best_point, optimum_of

#: Programs with more columns than this are not searched for differences column by column.
LARGEST = 60


def differing_optima(a: Source, b: Source) -> str:
    """What says that the optimal values differ, in words; empty if they agree or were not proved."""
    best, other = optimum_of(a), optimum_of(b)
    if best is None or other is None or not (best.exact and other.exact) or best.value == other.value:
        return ""
    return f"the best values differ: {_number(best.value)} in A, {_number(other.value)} in B, both to be minimized"


def differing_values(a: Source, b: Source) -> str:
    """What makes the best values differ for every choice of decisions, in words; empty if nothing was proved."""
    for name, other_name, one, other in (("A", "B", a, b), ("B", "A", b, a)):
        if len(other.linear.columns) > LARGEST or not other.linear.columns:
            continue
        if constant_value(one, one.linear.objective) is not None and every_column_matters(other):
            return f"every plan of {name} is worth the same, but plans of {other_name} are not"
        if is_finite(one) and not other.linear.discrete and every_column_matters(other):
            return f"{name} has finitely many plans, but those of {other_name} take infinitely many values"
    return ""


def is_finite(source: Source) -> bool:
    """Whether there are finitely many feasible points."""
    return source.columns is not None and all(
        col.fixed or (col.integer and col.lower is not None and col.upper is not None) for col in source.columns
    )


def every_column_matters(source: Source) -> bool:
    """Whether each column has two attainable values whose best objectives differ, all proved exactly."""
    best = optimum_of(source)
    if best is None or not best.exact:
        return False
    return all(_matters(source, j, best) for j in range(len(source.linear.columns)))


def _matters(source: Source, j: int, best: Optimum) -> bool:
    """Whether some other attainable value of the column makes the best objective worse."""
    at_best = best.point[j]
    for sign in (1, -1):
        there = _farthest(source, j, sign, at_best)
        if there is None:
            continue
        pinned = _pinned(source.linear, j, there)
        own = optimum_of(Source(pinned, source.deadline))
        if own is not None and own.exact and own.value > best.value:
            return True
    return False


def _farthest(source: Source, j: int, sign: int, start: Fraction) -> Fraction | None:
    """An attainable value of the column away from ``start``, as far as it goes or a little if it goes on forever."""
    toward = Expr({j: Fraction(-sign)})
    ends = Source(replace(source.linear, objective=toward), source.deadline)
    point = best_point(ends)
    if point is None:
        shifted = start + sign * 10
        columns = tuple(
            replace(col, lower=shifted, upper=shifted) if k == j else col for k, col in enumerate(source.linear.columns)
        )
        point = Source(replace(source.linear, columns=columns), source.deadline).feasible_point()
    return None if point is None or point[j] == start else point[j]


def _pinned(linear: Linear, j: int, value: Fraction) -> Linear:
    columns = tuple(replace(col, lower=value, upper=value) if k == j else col for k, col in enumerate(linear.columns))
    return replace(linear, columns=columns)


#: Directions in which plans are sought that show two objectives to differ; those that differ little come first.
_MIXTURES = ((1, -1), (-1, 1), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -2), (-2, 1), (3, -1), (-1, 3))


def no_common_scale(source: Source, mapped: Expr, own: Expr) -> str | None:
    """What shows that ``mapped`` is not ``alpha * own + beta`` with alpha > 0, in words; None if nothing was found."""
    seen: set[tuple[Fraction, Fraction]] = set()
    for point in _sample(source, (mapped, own)):
        pair = own.at(point), mapped.at(point)
        if pair not in seen:
            seen.add(pair)
            found = _out_of_proportion(sorted(seen))
            if found is not None:
                return found
    return None


def _out_of_proportion(pairs: Sequence[tuple[Fraction, Fraction]]) -> str | None:
    for (x, y), (u, v) in pairwise(pairs):
        if x == u:
            return f"two plans are both worth {_number(x)} in B, but {_number(y)} and {_number(v)} in A"
        if v <= y:
            ups = f"B goes up from {_number(x)} to {_number(u)}"
            return f"from one plan to another {ups}, while A goes from {_number(y)} to {_number(v)}"
    for (x, y), (u, v), (s, t) in zip(pairs, pairs[1:], pairs[2:], strict=False):
        if (v - y) * (s - u) != (t - v) * (u - x):
            return "three plans show differences in other proportions"
    return None


def _sample(source: Source, objectives: tuple[Expr, Expr]) -> Iterator[Point]:
    """Feasible points: all of them, or those that are extreme for some mixtures of the objectives."""
    if source.points is not None:
        for number in range(min(len(source.points), 2000)):
            yield source.points.point(number)
        return
    yield from source.samples
    first, second = objectives
    for weights in _MIXTURES:
        mixture = combine([(Fraction(weights[0]), first), (Fraction(weights[1]), second)])
        if source.linear.discrete:
            point = best_point(Source(replace(source.linear, objective=Expr(mixture.terms, ZERO)), source.deadline))
        else:
            size = content(mixture.terms.values())
            point = source.vertex({j: -int(c / size) for j, c in mixture.terms.items()})
        if point is not None:
            yield point


def _number(value: Fraction) -> str:
    return f"{float(value):.9g}"
