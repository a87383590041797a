"""Facts that measure the same thing, gathered: one figure for each owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ..words.measures import Measure, likeness
from .facts import Fact
from .lines import Figure

#: How much must speak for a fact being of a measure that is there already.
_ALIKE = 0.9
_FAR = -99.0


@dataclass(slots=True)
class Row:
    """``values`` of one measure by owner, in the unit of the first figure."""

    measure: Measure
    values: dict[int, float] = field(default_factory=dict)
    figures: list[tuple[int, Figure]] = field(default_factory=list)
    told: bool = True

    @property
    def soft(self) -> bool:
        return all(figure.soft for _, figure in self.figures)


def rows_of(facts: Sequence[Fact]) -> tuple[Row, ...]:
    """The facts by what they measure. Figures without unit follow the figures of the owner before."""
    rows: list[Row] = []
    before: list[Row] = []
    for _, run in groupby(facts, key=lambda fact: fact.turn):
        turn = list(run)
        near = before if before and turn[0].line - before[0].figures[-1][0] <= 1 else []
        if len(near) > len(turn) and not any(fact.figure.soft for fact in turn):
            near = [row for row in near if not row.soft]
        before = _placed(turn, rows, near)
    return tuple(rows)


def _placed(turn: Sequence[Fact], rows: list[Row], near: Sequence[Row]) -> list[Row]:
    """The rows of a turn, one for each of its facts, the surest pairs first."""
    found: dict[int, Row] = {}
    pairs = sorted(
        ((_fit(fact, j, row, near, len(turn)), j, k) for j, fact in enumerate(turn) for k, row in enumerate(rows)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    taken: set[int] = set()
    for fit, j, k in pairs:
        if fit < _ALIKE or j in found or k in taken or not _free(turn[j], rows[k]):
            continue
        found[j] = rows[k]
        taken.add(k)
    for j, fact in enumerate(turn):
        row = found.get(j)
        if row is None:
            row = Row(fact.measure, told=not fact.bare)
            rows.append(row)
            found[j] = row
        _enter(fact, row)
    return [found[j] for j in range(len(turn))]


def _free(fact: Fact, row: Row) -> bool:
    return not any(owner in row.values for owner in fact.owners)


def _fit(fact: Fact, j: int, row: Row, near: Sequence[Row], size: int) -> float:
    if not _free(fact, row):
        return _FAR
    a, b = fact.measure, row.measure
    close = 0.0
    if any(row is other for other in near):
        close = 2.0 if size == len(near) and near[j] is row else 0.75
        close += 0.75 if row.figures[-1][0] == fact.line else 0.0
    if fact.bare and not a.dimension:
        return close + 0.5 * len(a.context & b.context) if close else likeness(a, b) - 1.5
    if a.dimension != b.dimension:
        if a.nouns & b.nouns and not (a.dimension and b.dimension):
            return likeness(a, b) + close
        unsaid = not row.told and not b.nouns and row.figures[-1][0] == fact.line
        return close if unsaid and close and not b.dimension else _FAR
    if a.nouns and b.nouns and not a.nouns & b.nouns and not (a.nouns & b.context or b.nouns & a.context):
        return likeness(a, b) if not a.dimension or a.dimension == "percent" else likeness(a, b) + close - 1.0
    return likeness(a, b) + close


def _enter(fact: Fact, row: Row) -> None:
    factor = 1.0
    if fact.measure.dimension and fact.measure.dimension == row.measure.dimension and not fact.bare:
        factor = fact.measure.size / row.measure.size
    for owner in fact.owners:
        row.values[owner] = fact.value * factor
    row.figures.append((fact.line, fact.figure))
    a, b = row.measure, fact.measure
    told = a if a.dimension or not b.dimension else b
    row.told = row.told or not fact.bare
    row.measure = replace(
        told, nouns=a.nouns | b.nouns, context=a.context | b.context, family=a.family or b.family,
        words=a.words or b.words,
    )  # fmt: skip
