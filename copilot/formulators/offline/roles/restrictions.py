"""Rows of the program: what a limit or a relation says of the owners, with the direction that the words leave open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..words.comparators import Direction
from ..words.measures import Measure
from .aims import Aim
from .facts import PERCENT, Limit
from .owners import Owners
from .relations import Relation
from .rows import Row

#: The wish's own sense as evidence for the direction of a limit that does not say it.
_PRIOR = 1.5


@dataclass(frozen=True, slots=True)
class Restriction:
    """``sum(factor * owner) direction constant`` of the program, from a limit or a relation."""

    kind: str
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    strict: bool
    start: int
    end: int
    row: int | None = None


def direction_of(limit: Limit, aim: Aim, *, row: bool) -> Direction:
    """The direction told, or what the words and the wish make likely: who pays must reach, who earns may use up."""
    if limit.direction is not None:
        return limit.direction
    prior = _PRIOR if aim.sense == "minimize" else -_PRIOR
    return ">=" if limit.lean + (prior if row else 0.25 * prior) > 0 else "<="


def related(relation: Relation, rows: Sequence[Row], owners: Owners) -> Restriction:
    """What owners are against owners; a share of a measure compares their figures of it."""
    measured = [row for row in rows if relation.of & row.measure.nouns and len(row.values) == len(owners)]
    if len(measured) == 1:
        terms = tuple((e, factor * measured[0].values[e]) for e, factor in relation.terms)
        relation = replace(relation, terms=terms)
    return Restriction(
        relation.kind, relation.terms, relation.direction, relation.constant, relation.strict, relation.start,
        relation.end,
    )  # fmt: skip


def resource(limit: Limit, row: Row, k: int, direction: Direction, owners: Owners, rows: Sequence[Row]) -> Restriction:
    """A row of figures against its limit."""
    only = set(limit.owners)
    terms = tuple((e, v) for e, v in sorted(row.values.items()) if not only or e in only)
    terms = terms or tuple(sorted(row.values.items()))
    constant = limit.value
    a, b = limit.measure, row.measure
    if a.dimension == PERCENT:
        terms = tuple((e, row.values.get(e, 0.0) - limit.value) for e in range(len(owners)))
        return Restriction("average", terms, direction, 0.0, limit.strict, limit.start, limit.end, k)
    if a.dimension and a.dimension == b.dimension:
        constant *= a.size / b.size
    return Restriction("resource", terms, direction, constant, limit.strict, limit.start, limit.end, k)


def in_portions(limit: Limit, portion: Measure | None) -> Limit:
    """The limit counted in portions: "not more than 50 g of cheese" is half a portion of 100 g."""
    measure = limit.measure
    if portion is None or not measure.dimension or measure.dimension != portion.dimension:
        return limit
    return replace(limit, value=limit.value * measure.size / portion.size)


def own_bounds(limit: Limit, owners: Owners, aim: Aim, kind: str, mixing: bool) -> Iterator[Restriction]:
    """A bound on the owners themselves: on each, on some, or on all of them (``kind``)."""
    everyone = range(len(owners))
    if kind == "each":
        for e in limit.owners or everyone:
            yield Restriction(
                "bound", ((e, 1.0),), direction_of(limit, aim, row=False), limit.value, limit.strict, limit.start,
                limit.end,
            )  # fmt: skip
        return
    chosen = limit.owners if kind == "owners" else everyone
    direction = direction_of(limit, aim, row=kind == "total")
    if kind == "total" and limit.direction is None and mixing:
        direction = "=="
    yield Restriction(
        "bound" if len(chosen) == 1 else "total", tuple((e, 1.0) for e in chosen), direction, limit.value,
        limit.strict, limit.start, limit.end,
    )  # fmt: skip
