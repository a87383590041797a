"""How frames grow: binders add index names, conditions and joins choose among the lanes.

Every lane meets the members of a set, and conditions are applied as early as their names are bound. Equalities
(``a == i``) and memberships (``(i, j) in Arcs``) become sorted joins, so that sparse index sets never cost the full
product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from formulations.expression import Binder, Comparison, Expression, Junction, Membership, Name, walk
from formulations.frames import MAX_LANES, Axis, Bound, Frame, GroundingError
from formulations.instance import IndexSet, Instance, Universe
from formulations.joins import equal_join
from formulations.program import Flags, Integers
from formulations.terms import Lanes


class Reader(Protocol):
    """What gives index expressions and conditions their values (``formulations.values``)."""

    @property
    def instance(self) -> Instance: ...

    def error(self, node: Expression | Binder, reason: str, hint: str = "") -> GroundingError: ...

    def index_set(self, name: str, node: Expression | Binder) -> IndexSet: ...

    def codes(self, node: Expression, frame: Frame, universe: Universe) -> Integers: ...

    def truth(self, node: Expression, frame: Frame) -> Flags: ...


def extend(
    reading: Reader, frame: Frame, binders: tuple[Binder, ...], condition: Expression | None
) -> tuple[Frame, Lanes]:
    """The frame with the binders' names bound, and the lane of ``frame`` each new lane belongs to.

    Lanes keep the order of the old lanes, then of the sets.
    """
    waiting = _conjuncts(condition)
    later = {name for binder in binders for name in binder.names}
    growth = _Growth(frame, np.arange(frame.size), len(frame.axes))
    for binder in binders:
        later -= set(binder.names)
        growth, waiting = _bind(reading, growth, binder, waiting)
        ready = [test for test in waiting if not _mentions(test, later)]
        waiting = [test for test in waiting if _mentions(test, later)]
        for test in ready:
            growth = _where(reading, growth, test)
    return growth.frame, growth.lanes


def _where(reading: Reader, growth: _Growth, test: Expression) -> _Growth:
    """The lanes in which a condition holds; where it is about a new axis alone, only that is searched."""
    frame = growth.frame
    axes = frame.mentioned(test)
    alone = len(axes) == 1 and axes[0] >= growth.settled
    searched = frame.along(axes) if alone else frame
    chosen = np.flatnonzero(np.broadcast_to(reading.truth(test, searched), searched.size))
    if len(chosen) == searched.size:
        return growth
    if alone:
        return _Growth(frame.restricted(axes[0], chosen), growth.parents, growth.settled)
    return growth.taken(chosen)


def _bind(
    reading: Reader, growth: _Growth, binder: Binder, waiting: list[Expression]
) -> tuple[_Growth, list[Expression]]:
    frame = growth.frame
    index_set = reading.index_set(binder.set_name, binder)
    if len(binder.names) != index_set.dimension:
        raise reading.error(
            binder,
            f"{len(binder.names)} name(s) for members of '{binder.set_name}', which have {index_set.dimension}",
        )
    repeated = [name for name in binder.names if name in frame.bound]
    if repeated:
        raise reading.error(binder, f"index '{repeated[0]}' is bound already", "use another name")
    new = Axis(
        len(index_set),
        {
            name: Bound(universe, index_set, index_set.codes[:, d])
            for d, (name, universe) in enumerate(zip(binder.names, index_set.universes, strict=True))
        },
    )
    keys, rest = _join_keys(reading, frame, binder, index_set, waiting)
    if keys:
        lanes, rows = equal_join(frame.size, index_set.codes, keys)
        return growth.joined(lanes, new.taken(rows)), rest
    joined = _membership_join(reading, frame, binder, index_set, waiting)
    if joined is not None:
        lanes, rows, rest = joined
        return growth.joined(lanes, new.taken(rows)), rest
    if frame.size * new.size > MAX_LANES:
        raise reading.error(
            binder,
            f"needs {frame.size * new.size:,} index combinations",
            "restrict the indices with a set of tuples, or with an equality in the condition",
        )
    return _Growth(frame.times(new), growth.parents, growth.settled), waiting


def _join_keys(
    reading: Reader, frame: Frame, binder: Binder, index_set: IndexSet, waiting: list[Expression]
) -> tuple[dict[int, Integers], list[Expression]]:
    """Dimensions of the set that an equality fixes, with the code each lane asks for."""
    keys: dict[int, Integers] = {}
    rest: list[Expression] = []
    for test in waiting:
        match test:
            case (
                Comparison(operands=(Name(name=new), Name(name=old) as other), operators=("==",))
                | Comparison(operands=(Name(name=old) as other, Name(name=new)), operators=("==",))
            ) if new in binder.names and old in frame.bound and binder.names.index(new) not in keys:
                dimension = binder.names.index(new)
                keys[dimension] = reading.codes(other, frame, index_set.universes[dimension])
            case _:
                rest.append(test)
    return keys, rest


def _membership_join(
    reading: Reader, frame: Frame, binder: Binder, index_set: IndexSet, waiting: list[Expression]
) -> tuple[Integers, Integers, list[Expression]] | None:
    """Pairs of a lane and a place in the set by a test ``(i, j) in Arcs`` where only j is new, if there is one."""
    for number, test in enumerate(waiting):
        match test:
            case Membership(elements=elements, set_name=name, negated=False) if (
                len(binder.names) == 1
                and len(elements) > 1
                and name in reading.instance.sets
                and all(isinstance(element, Name) for element in elements)
            ):
                names = [element.name for element in elements if isinstance(element, Name)]
                tuples = reading.instance.sets[name]
                known = {d: n for d, n in enumerate(names) if n in frame.bound}
                if names.count(binder.names[0]) != 1 or len(known) != len(names) - 1 or len(names) != tuples.dimension:
                    continue
                keys = {d: reading.codes(Name(n), frame, tuples.universes[d]) for d, n in known.items()}
                lanes, pairs = equal_join(frame.size, tuples.codes, keys)
                new = names.index(binder.names[0])
                table = tuples.universes[new].translation(index_set.universes[0])
                rows = index_set.positions((table[tuples.codes[pairs, new]],))
                inside = rows >= 0
                lanes, rows = lanes[inside], rows[inside]
                order = np.lexsort((rows, lanes))
                return lanes[order], rows[order], waiting[:number] + waiting[number + 1 :]
            case _:
                pass
    return None


@dataclass(frozen=True, eq=False)
class _Growth:
    """A frame on its way: ``parents`` has the old lane for each lane of its first ``settled`` axes."""

    frame: Frame
    parents: Integers
    settled: int

    @property
    def lanes(self) -> Lanes:
        """The old lane of every lane."""
        return Lanes(self.parents, math.prod(self.frame.shape[self.settled :]))

    def taken(self, lanes: Integers) -> _Growth:
        return _Growth(self.frame.taken(lanes), self.lanes.all[lanes], 1)

    def joined(self, lanes: Integers, axis: Axis) -> _Growth:
        """The chosen lanes, each with its own place of an axis."""
        outer = self.frame.taken(lanes).axes[0].bound
        return _Growth(Frame((Axis(axis.size, {**outer, **axis.bound}),)), self.lanes.all[lanes], 1)


def _conjuncts(condition: Expression | None) -> list[Expression]:
    match condition:
        case None:
            return []
        case Junction(operator="and", operands=operands):
            return [test for operand in operands for test in _conjuncts(operand)]
        case _:
            return [condition]


def _mentions(node: Expression, names: set[str]) -> bool:
    return any(isinstance(part, Name) and part.name in names for part in walk(node))
