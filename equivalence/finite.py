"""Proofs about programs of integers by all their points, where auxiliary columns have no affine map.

What two programs are both about are *quantities*, integer combinations of the columns of either. Where names say what
corresponds, the quantities are the columns that both have: the programs are equivalent if the values that plans give
them are the same, each with the same best objective up to a factor and a constant; the other columns are auxiliary.
Where nobody says so, quantities are guessed, and the plans themselves must correspond: besides, no two plans of one
program may give all quantities the same values. Points and values are compared one by one, in whole numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, permutations, product

import numpy as np

from equivalence.bounding import Source
from equivalence.context import Context
from equivalence.exact import ONE, ZERO, Linear, first_violation
from equivalence.points import Ints
from equivalence.proof import Scale
from equivalence.verdict import (
    Affine,
    AffineMap,
    Certificate,
    Contract,
    Relation,
    Side,
    Verdict,
    Witness,
)

#: Quantities: an integer coefficient for each of some columns.
Quantity = Mapping[int, int]
_PAIRINGS = 12
_LARGEST_NUMBER = 2**50


@dataclass(frozen=True, eq=False)
class Plans:
    """All plans of a program of integers, with their worths times ``scale``, to be minimized."""

    linear: Linear
    values: Ints
    worths: Ints
    scale: int

    def of(self, quantities: Sequence[Quantity]) -> Ints:
        """The values of the quantities, a plan a row."""
        result = np.zeros((len(self.values), len(quantities)), dtype=np.int64)
        for k, quantity in enumerate(quantities):
            for j, c in quantity.items():
                result[:, k] += c * self.values[:, j]
        return result


def plans_of(source: Source) -> Plans | None:
    """All plans, where they are few and the objective fits whole numbers."""
    if source.points is None or not len(source.points):
        return None
    objective = source.linear.objective
    numbers = [*objective.terms.values(), objective.constant]
    scale = math.lcm(*(c.denominator for c in numbers))
    extent = int(np.abs(source.points.values).max(initial=1)) * max(1, source.points.values.shape[1])
    if any(abs(c) * scale * extent > _LARGEST_NUMBER for c in numbers):
        return None
    worths = source.points.totals({j: int(c * scale) for j, c in objective.terms.items()})
    return Plans(source.linear, source.points.values, worths + int(objective.constant * scale), scale)


@dataclass(frozen=True, eq=False)
class Matched:
    """How the values of quantities compare.

    only_a, only_b: the number of a plan whose values the other program does not allow. scale: of the best worths,
    where all values are the same. distinct: whether no two plans of A, and of B, give the same values. best_in_a:
    whether the values of B's best plans are those of best plans of A; best_in_b the other way round.
    """

    only_a: int | None
    only_b: int | None
    scale: Scale | None
    distinct: tuple[bool, bool]
    best_in_a: bool
    best_in_b: bool


def matched(a: Plans, b: Plans, about: Sequence[tuple[Quantity, Quantity]], *, shifted: bool) -> Matched:
    """The two programs by what they are about; ``shifted``: all values are counted from the least."""
    first, second = (_table(plans, [pair[n] for pair in about], shifted=shifted) for n, plans in enumerate((a, b)))
    only_a = next((n for key, (_, n) in first.items() if key not in second), None)
    only_b = next((n for key, (_, n) in second.items() if key not in first), None)
    scale = None
    if only_a is None and only_b is None:
        worths = [(Fraction(worth, a.scale), Fraction(second[key][0], b.scale)) for key, (worth, _) in first.items()]
        scale = _scale(worths)
    best_a, best_b = _best(first), _best(second)
    distinct = len(first) == len(a.values), len(second) == len(b.values)
    return Matched(only_a, only_b, scale, distinct, best_b <= best_a, best_a <= best_b)


_Table = dict[tuple[int, ...], tuple[int, int]]


def _table(plans: Plans, quantities: Sequence[Quantity], *, shifted: bool) -> _Table:
    """The best worth for each value of the quantities, and the number of a plan that has it."""
    keys = plans.of(quantities)
    if shifted:
        keys = keys - keys.min(axis=0, keepdims=True)
    table: _Table = {}
    for number, (key, worth) in enumerate(zip(map(tuple, keys.tolist()), plans.worths.tolist(), strict=True)):
        known = table.get(key)
        if known is None or worth < known[0]:
            table[key] = worth, number
    return table


def _best(table: _Table) -> frozenset[tuple[int, ...]]:
    least = min(worth for worth, _ in table.values())
    return frozenset(key for key, (worth, _) in table.items() if worth == least)


def _scale(worths: Sequence[tuple[Fraction, Fraction]]) -> Scale | None:
    """alpha > 0 and beta with ``own = alpha other + beta`` throughout."""
    start, start_other = worths[0]
    apart = next((pair for pair in worths if pair[1] != start_other), None)
    if apart is None:
        return Scale(ONE, start - start_other) if all(own == start for own, _ in worths) else None
    alpha = (apart[0] - start) / (apart[1] - start_other)
    if alpha <= 0 or any(own - start != alpha * (other - start_other) for own, other in worths):
        return None
    return Scale(alpha, start - alpha * start_other)


# --- guessed quantities -------------------------------------------------------------------------------------------


def guesses(a: Plans, b: Plans) -> Iterator[list[tuple[Quantity, Quantity]]]:
    """What the programs may both be about: quantities whose values and worths occur equally often in both."""
    if len(a.values) != len(b.values):
        return
    candidates = [
        [*_columns(plans.linear), *_choices(plans.linear, _steps(other.linear))] for plans, other in ((a, b), (b, a))
    ]
    found: tuple[dict[bytes, list[Quantity]], ...] = (defaultdict(list), defaultdict(list))
    for side, plans, quantities in zip(found, (a, b), candidates, strict=True):
        ranks = _ranks(plans.worths)
        for quantity in quantities:
            values = plans.of([quantity])[:, 0]
            if values.min() != values.max():
                side[_histogram(values, ranks)].append(quantity)
    sure: list[tuple[Quantity, Quantity]] = []
    ties: list[tuple[list[Quantity], list[Quantity]]] = []
    for mark, own in found[0].items():
        others = found[1].get(mark, [])
        if len(own) == len(others) == 1:
            sure.append((own[0], others[0]))
        elif others and len(own) == len(others) <= 4:
            ties.append((own, others))
    ways = product(*(permutations(others) for _, others in ties))
    for way in islice(ways, _PAIRINGS):
        pairs = list(sure)
        for (tied, _), chosen in zip(ties, way, strict=True):
            pairs += zip(tied, chosen, strict=True)
        if pairs:
            yield pairs


def telling(a: Plans, b: Plans, about: Sequence[tuple[Quantity, Quantity]]) -> bool:
    """Whether guessed quantities say enough for programs with auxiliaries of their own to be about them.

    All that costs something is told by them in both programs, there are several of them and more than a few plans.
    """
    costed = all(
        plans.linear.objective.terms.keys() <= {j for pair in about for j in pair[n]} | _last_choices(plans.linear)
        for n, plans in enumerate((a, b))
    )
    whole = any(
        all({j: 1} in [dict(pair[n]) for pair in about] for j in range(len(plans.linear.columns)))
        for n, plans in enumerate((a, b))
    )
    return whole or (costed and len(about) > 1 and len(a.values) > 5)


def _last_choices(linear: Linear) -> set[int]:
    """Binaries of a choice that its number tells without naming them: those of number 0."""
    return {j for row in linear.rows if row.lower == row.upper == 1 for j in row.terms}


def _steps(linear: Linear) -> set[int]:
    return {int(c) for c in linear.objective.terms.values() if c.denominator == 1 and c}


def _columns(linear: Linear) -> list[Quantity]:
    return [{j: 1} for j in range(len(linear.columns))]


def _choices(linear: Linear, steps: set[int]) -> Iterator[Quantity]:
    """One of several binaries is chosen: its number, told by costs that grow by the steps of the other program."""
    for row in linear.rows:
        if not row.terms or row.lower != 1 or row.upper != 1 or any(c != 1 for c in row.terms.values()):
            continue
        costs = {j: linear.objective.terms.get(j, ZERO) for j in row.terms}
        for step in sorted(steps):
            numbers = {j: (cost - min(costs.values())) / step for j, cost in costs.items()}
            if any(numbers.values()) and all(number.denominator == 1 for number in numbers.values()):
                yield {j: int(number) for j, number in numbers.items() if number}


def _ranks(worths: Ints) -> Ints:
    """The worths by order: the same whatever the units."""
    ranks: Ints = np.unique(worths, return_inverse=True)[1].reshape(-1)
    return ranks


def _histogram(values: Ints, ranks: Ints) -> bytes:
    """How often each value, counted from the least, occurs with each worth."""
    pairs = np.stack([values - values.min(), ranks], axis=1)
    return bytes(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].tobytes())


# --- verdicts -----------------------------------------------------------------------------------------------------


def by_names(context: Context) -> Verdict | None:
    """What all plans say where the columns of one program are among those of the other; None if they are too many."""
    if not context.names_trusted or context.same_names:
        return None
    a, b = (plans_of(context.whole(side)) for side in Side)
    if a is None or b is None:
        return None
    shared = [label for label in a.linear.by_label if label in b.linear.by_label]
    about = [({a.linear.by_label[label]: 1}, {b.linear.by_label[label]: 1}) for label in shared]
    found = matched(a, b, about, shifted=False)
    by = "by equal names; the other columns are auxiliary"
    if found.scale is not None:
        verdict = context.plain(Relation.EQUIVALENT_PROVED, f"the same plans, each of the same worth, {by}")
        return _supported(verdict, a, b, about, found.scale, "equal names")
    if context.contract is Contract.OPTIMUM:
        return _same_best(context, a, b, found, by)
    if found.only_a is None and found.only_b is None:
        return context.plain(Relation.DIFFERENT_PROVED, f"the same plans, but not of the same worth, {by}")
    relation, reason = Relation.DIFFERENT_PROVED, f"either allows what the other forbids, {by}"
    if found.only_a is None:
        relation, reason = Relation.LOOSER, f"B allows more than A, {by}"
    elif found.only_b is None:
        relation, reason = Relation.STRICTER, f"B allows less than A, {by}"
    side, plans, number = (Side.B, b, found.only_b) if found.only_b is not None else (Side.A, a, found.only_a)
    assert number is not None
    other = context.sides[side.other]
    point = {col.label: Fraction(int(x)) for col, x in zip(plans.linear.columns, plans.values[number], strict=True)}
    mapped = {label: point[label] for label in shared}
    violation = None
    if other.by_label.keys() <= point.keys():
        violation = first_violation(other, {j: point[col.label] for j, col in enumerate(other.columns)})
    witness = Witness(
        point=point,
        mapped=mapped,
        allowed_by=side,
        violated="" if violation is None else violation.label,
        amount=ZERO if violation is None else violation.amount,
        exact=True,
    )
    return replace(context.plain(relation, reason), witness=witness, by_name=True)


def _same_best(context: Context, a: Plans, b: Plans, found: Matched, by: str) -> Verdict | None:
    """Under OPTIMUM: the best plans of one program are best plans of the other, of the same worth."""
    if not (found.best_in_a or found.best_in_b):
        return context.plain(Relation.DIFFERENT_PROVED, f"each has a best plan that is none of the other, {by}")
    worths = Fraction(int(a.worths.min()), a.scale), Fraction(int(b.worths.min()), b.scale)
    if worths[0] != worths[1]:
        return None
    reason = f"the best plans are the same, of the same worth, {by}"
    if not (found.best_in_a and found.best_in_b):
        inner = Side.B if found.best_in_a else Side.A
        reason = f"the best plans of {inner.value} are best plans of {inner.other.value}, of the same worth, {by}"
    return replace(context.plain(Relation.SAME_OPTIMA_PROVED, reason), by_name=True)


def by_guess(context: Context) -> Verdict | None:
    """Whether plans correspond one to one by quantities that nobody named."""
    a, b = (plans_of(context.whole(side)) for side in Side)
    if a is None or b is None:
        return None
    for about in guesses(a, b):
        if context.expired:
            break
        found = matched(a, b, about, shifted=True)
        if found.scale is not None and all(found.distinct) and telling(a, b, about):
            reason = "plans of one and the other correspond one to one, each of the same worth"
            verdict = context.plain(Relation.EQUIVALENT_PROVED, reason)
            return _supported(verdict, a, b, about, found.scale, "quantities that occur equally often")
    return None


def _supported(
    verdict: Verdict, a: Plans, b: Plans, about: Sequence[tuple[Quantity, Quantity]], scale: Scale, origin: str
) -> Verdict:
    """The verdict with the part of the maps that is affine: columns that are quantities themselves."""
    forward, backward = {}, {}
    shifted = origin != "equal names"
    for own, other in about:
        ends = [int(plans.of([q])[:, 0].min()) for plans, q in ((a, own), (b, other))] if shifted else [0, 0]
        if list(own.values()) == [1]:
            forward[a.linear.columns[min(own)].label] = _affine(b.linear, other, ends[0] - ends[1])
        if list(other.values()) == [1]:
            backward[b.linear.columns[min(other)].label] = _affine(a.linear, own, ends[1] - ends[0])
    sides = ((Side.A, len(b.values)), (Side.B, len(a.values)))
    return replace(
        verdict,
        forward=AffineMap(columns=forward, origin=origin),
        backward=AffineMap(columns=backward, origin=origin),
        by_name=None if shifted else True,
        alpha=scale.alpha,
        beta=scale.beta,
        certificates=tuple(
            Certificate(side, f"all rows, at each of {count} plans", "enumeration") for side, count in sides
        ),
        tests=(),
    )


def _affine(linear: Linear, quantity: Quantity, constant: int) -> Affine:
    return Affine({linear.columns[j].label: Fraction(c) for j, c in quantity.items()}, Fraction(constant))
