"""What is true of two programs, found by other means than a proof of equivalence: enumeration or Z3.

Two programs are compared by *what they are about*: a list of quantities, each an affine expression of A's columns
and another one of B's. A value of these quantities is *allowed* by a program if a feasible plan has it, and its
*worth* is the best objective among those plans, both objectives to be minimized.

DECISIONS holds if both allow the same values, and the worth in A is alpha > 0 times the worth in B plus beta, for
one alpha and beta. OPTIMUM holds if the values of optimal plans are the same and so are the optimal values, up to
the alpha and beta of DECISIONS where it holds, and those declared for the pair (1 and 0 if nothing is said)
elsewhere. PARTLY, for OPTIMUM only, is the ground between: the optimal values agree, and the optimal plans of one
are among those of the other; or the optimal plans agree and the optimal values do not. Neither answer is wrong there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equivalence.corpus.sketch import Sketch, sketch
from equivalence.verdict import Affine
from formulations.program import Program

Map = dict[str, Affine]
#: The largest box of integer points that is walked through.
_LARGEST_GRID = 400_000
_LARGEST_NUMBER = 2**62


class Label(Enum):
    EQUIVALENT = "equivalent"
    DIFFERENT = "different"
    PARTLY = "partly"
    BOTH_INFEASIBLE = "both infeasible"
    BOTH_UNBOUNDED = "both unbounded"
    UNDECIDED = "undecided"


class Status(Enum):
    """Whether a program has an optimum. An optimum that is not attained does not occur in linear programs."""

    SOLVABLE = "solvable"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """Two linear programs and what they are both about: ``about_a[k]`` and ``about_b[k]`` mean the same quantity.

    forward: A's columns in terms of B's, backward: B's in terms of A's, such that the quantities stay; they only
    save time. alpha, beta: the declared relation of the objectives, both to be minimized.
    """

    a: Program
    b: Program
    about_a: tuple[Affine, ...]
    about_b: tuple[Affine, ...]
    alpha: Fraction = Fraction(1)
    beta: Fraction = Fraction(0)
    forward: Map | None = None
    backward: Map | None = None


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Labels by contract; who allows what (None: not known); the optimal values, to be minimized.

    b_within_a: all that B allows is allowed by A. method: "enumeration" or "z3".
    """

    decisions: Label
    optimum: Label
    status_a: Status
    status_b: Status
    b_within_a: bool | None
    a_within_b: bool | None
    value_a: Fraction | None = None
    value_b: Fraction | None = None
    alpha: Fraction | None = None
    beta: Fraction | None = None
    method: str = field(default="enumeration")


def truth(pair: Correspondence, *, seconds: float = 10.0) -> Truth:
    """The labels of a pair. UNDECIDED where neither enumeration nor Z3, within the seconds, could tell.

    Raises ValueError if the correspondence names columns that a program does not have.
    """
    a, b = sketch(pair.a), sketch(pair.b)
    _check_labels(pair, a, b)
    grids = (grid(a), grid(b))
    if grids[0] is not None and grids[1] is not None:
        tables = _tables(pair, (a, b), (grids[0], grids[1]))
        if tables is not None:
            return _by_enumeration(pair, *tables)
    from equivalence.corpus.smt import by_z3

    return by_z3(pair, a, b, seconds=seconds)


def labels_of(
    *,
    pair: Correspondence,
    statuses: tuple[Status, Status],
    values: tuple[Fraction | None, Fraction | None],
    same_worth: tuple[Fraction, Fraction] | bool | None,
    optima: tuple[bool | None, bool | None],
    within: tuple[bool | None, bool | None],
    method: str,
) -> Truth:
    """The labels that the facts imply.

    same_worth: alpha and beta where DECISIONS holds, None where it does not, False where nobody knows.
    optima: whether the optimal plans of B are optimal in A, and the other way round. within: likewise for all plans.
    """
    decisions = Label.UNDECIDED if same_worth is False else Label.DIFFERENT if same_worth is None else Label.EQUIVALENT
    alpha, beta = same_worth if isinstance(same_worth, tuple) else (None, None)
    optimum = Label.UNDECIDED
    if Status.UNDECIDED in statuses:
        pass
    elif statuses == (Status.INFEASIBLE, Status.INFEASIBLE):
        decisions = optimum = Label.BOTH_INFEASIBLE
    elif statuses == (Status.UNBOUNDED, Status.UNBOUNDED):
        optimum = Label.BOTH_UNBOUNDED
    elif statuses != (Status.SOLVABLE, Status.SOLVABLE):
        decisions = optimum = Label.DIFFERENT
    elif decisions is Label.EQUIVALENT:
        optimum = Label.EQUIVALENT
    elif None not in optima and values[0] is not None and values[1] is not None:
        same_values = values[0] == pair.alpha * values[1] + pair.beta
        if all(optima):
            optimum = Label.EQUIVALENT if same_values else Label.PARTLY
        else:
            optimum = Label.PARTLY if same_values and any(optima) else Label.DIFFERENT
    return Truth(
        decisions=decisions,
        optimum=optimum,
        status_a=statuses[0],
        status_b=statuses[1],
        b_within_a=within[0],
        a_within_b=within[1],
        value_a=values[0],
        value_b=values[1],
        alpha=alpha,
        beta=beta,
        method=method,
    )


# --- enumeration --------------------------------------------------------------------------------------------------

Ints = NDArray[np.int64]


def grid(program: Sketch) -> Ints | None:
    """All feasible points of a bounded program of integers, one a row; None where there are too many to walk."""
    ranges = []
    for column in program.columns.values():
        if not column.integer or column.lower is None or column.upper is None:
            return None
        ranges.append((math.ceil(column.lower), math.floor(column.upper)))
    size = math.prod(max(0, high - low + 1) for low, high in ranges)
    if size > _LARGEST_GRID:
        return None
    points: Ints = np.zeros((1, 0), dtype=np.int64)
    rows = [(list(row.terms.items()), row.lower, row.upper) for row in program.rows.values()]
    number = {label: j for j, label in enumerate(program.columns)}
    for j, (low, high) in enumerate(ranges):
        values = np.arange(low, high + 1, dtype=np.int64)
        points = np.column_stack([np.repeat(points, len(values), axis=0), np.tile(values, len(points))])
        # A row can be checked as soon as its last column has a value.
        for terms, lower, upper in rows:
            if terms and max(number[label] for label, _ in terms) == j:
                points = _kept(points, [(number[label], c) for label, c in terms], lower, upper)
    for terms, lower, upper in rows:
        if not terms and ((lower is not None and lower > 0) or (upper is not None and upper < 0)):
            return points[:0]
    return points


def _kept(points: Ints, terms: list[tuple[int, Fraction]], lower: Fraction | None, upper: Fraction | None) -> Ints:
    scale = math.lcm(*(c.denominator for _, c in terms))
    total = np.zeros(len(points), dtype=np.int64)
    for j, c in terms:
        total += int(c * scale) * points[:, j]
    keep = np.ones(len(points), dtype=bool)
    if lower is not None:
        keep &= total >= math.ceil(lower * scale)
    if upper is not None:
        keep &= total <= math.floor(upper * scale)
    kept: Ints = points[keep]
    return kept


@dataclass(frozen=True, eq=False)
class _Table:
    """Allowed values of the quantities (distinct rows, sorted), and their worths, all times ``scale``."""

    values: Ints
    worths: Ints
    scale: int


def _tables(
    pair: Correspondence, programs: tuple[Sketch, Sketch], points: tuple[Ints, Ints]
) -> tuple[_Table, _Table] | None:
    abouts = (pair.about_a, pair.about_b)
    worths = tuple(
        Affine({label: p.towards * c for label, c in p.objective.items()}, p.towards * p.offset) for p in programs
    )
    everything = [*pair.about_a, *pair.about_b, *worths]
    scale = math.lcm(*(c.denominator for e in everything for c in (*e.coefficients.values(), e.constant)))
    largest = max((abs(c) for e in everything for c in (*e.coefficients.values(), e.constant)), default=Fraction(0))
    extent = max(int(np.abs(p).max(initial=1)) for p in points) * max(1, *(p.shape[1] for p in points))
    if (largest + 1) * scale * (extent + 1) > _LARGEST_NUMBER:
        return None
    first, second = (
        _table(_evaluated(about, p, x, scale), _evaluated((worth,), p, x, scale)[:, 0], scale)
        for about, worth, p, x in zip(abouts, worths, programs, points, strict=True)
    )
    return first, second


def _evaluated(expressions: Sequence[Affine], program: Sketch, points: Ints, scale: int) -> Ints:
    number = {label: j for j, label in enumerate(program.columns)}
    result = np.zeros((len(points), len(expressions)), dtype=np.int64)
    for k, expression in enumerate(expressions):
        result[:, k] = int(expression.constant * scale)
        for label, c in expression.coefficients.items():
            result[:, k] += int(c * scale) * points[:, number[label]]
    return result


def _table(values: Ints, worths: Ints, scale: int) -> _Table:
    if not len(values):
        return _Table(values, worths, scale)
    distinct, owner = np.unique(values, axis=0, return_inverse=True)
    best = np.full(len(distinct), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(best, owner.reshape(-1), worths)
    return _Table(distinct, best, scale)


def _by_enumeration(pair: Correspondence, a: _Table, b: _Table) -> Truth:
    first, second = _rows(a.values), _rows(b.values)
    statuses = tuple(Status.SOLVABLE if len(t.values) else Status.INFEASIBLE for t in (a, b))
    values = tuple(Fraction(int(t.worths.min()), t.scale) if len(t.values) else None for t in (a, b))
    best_a, best_b = _best(a), _best(b)
    return labels_of(
        pair=pair,
        statuses=(statuses[0], statuses[1]),
        values=(values[0], values[1]),
        same_worth=_relation(a, b) if first == second else None,
        optima=(best_b <= best_a, best_a <= best_b),
        within=(second <= first, first <= second),
        method="enumeration",
    )


def _rows(values: Ints) -> frozenset[tuple[int, ...]]:
    return frozenset(map(tuple, values.tolist()))


def _best(table: _Table) -> frozenset[tuple[int, ...]]:
    return _rows(table.values[table.worths == table.worths.min()]) if len(table.values) else frozenset()


def _relation(a: _Table, b: _Table) -> tuple[Fraction, Fraction] | None:
    """(alpha, beta) with ``a.worths == alpha * b.worths + beta``; both tables list the same values."""
    if not len(a.worths):
        return Fraction(1), Fraction(0)
    low, high = int(b.worths.argmin()), int(b.worths.argmax())
    rise, run = int(a.worths[high] - a.worths[low]), int(b.worths[high] - b.worths[low])
    if run == 0:
        alpha = Fraction(1)
        if a.worths.min() != a.worths.max():
            return None
    else:
        alpha = Fraction(rise, run)
        offsets = zip((a.worths - a.worths[low]).tolist(), (b.worths - b.worths[low]).tolist(), strict=True)
        if alpha <= 0 or any(x * run != y * rise for x, y in offsets):
            return None
    return alpha, (int(a.worths[low]) - alpha * int(b.worths[low])) / a.scale


def _check_labels(pair: Correspondence, a: Sketch, b: Sketch) -> None:
    if len(pair.about_a) != len(pair.about_b):
        raise ValueError(f"{len(pair.about_a)} quantities of A stand against {len(pair.about_b)} of B")
    for side, program, about in (("A", a, pair.about_a), ("B", b, pair.about_b)):
        unknown = {label for e in about for label in e.coefficients} - program.columns.keys()
        if unknown:
            raise ValueError(f"the quantities name columns that {side} does not have: {', '.join(sorted(unknown))}")
