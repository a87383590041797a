"""Coefficients gathered into columns: one figure for each entity of the same measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..words.measures import Measure, likeness
from .clauses import Coefficient, Place


@dataclass(slots=True)
class Column:
    """``values[entity]`` of one measure, in the unit of ``measure``."""

    measure: Measure
    values: dict[int, float] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    percent: bool = False
    at: int = 0

    def add(self, coefficient: Coefficient) -> None:
        factor = coefficient.measure.size / self.measure.size if self.measure.dimension else 1.0
        self.values[coefficient.entity] = coefficient.value * factor
        self.places.append(coefficient.place)
        own = coefficient.measure
        common = self.measure.nouns & own.nouns
        self.measure = replace(
            self.measure,
            nouns=common or self.measure.nouns | own.nouns,
            context=self.measure.context
            | own.context
            | ((self.measure.nouns | own.nouns) - common if common else frozenset()),
            family=self.measure.family or own.family,
            words=self.measure.words or own.words,
        )


def columns(coefficients: Sequence[Coefficient], entities: int) -> list[Column]:
    """Coefficients of different entities joined where their measures are most alike.

    Each pair of a coefficient and a column is judged; the likeliest pairs are joined first, so that the order of
    the sentences does not matter.
    """
    seen: set[tuple[int, float, int]] = set()
    pool: list[Coefficient] = []
    for c in coefficients:
        key = (c.entity, c.value, c.place.start)
        if key not in seen:
            seen.add(key)
            pool.append(c)
    found: list[Column] = []
    for c in pool:
        best, score = None, 0.9
        for column in found:
            if c.entity in column.values or column.percent != c.percent:
                continue
            alike = likeness(column.measure, c.measure)
            alike += _parallel(column, c)
            if not c.measure.nouns and not c.measure.dimension and not column.measure.dimension and alike > -1:
                alike += 1.0
            if alike > score:
                best, score = column, alike
        if best is None:
            best = Column(c.measure, percent=c.percent, at=c.place.start)
            found.append(best)
        best.add(c)
    return found


def _parallel(column: Column, coefficient: Coefficient) -> float:
    """A little for figures that stand near each other in the text."""
    distance = abs(coefficient.place.start - column.places[-1].start)
    return 0.6 if distance < 120 else 0.3 if distance < 300 else 0.0
