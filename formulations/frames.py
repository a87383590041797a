"""Index frames: the combinations of members over which an expression is grounded.

A *lane* is one combination. The lanes of a frame are the product of its *axes*, the last one running fastest; an axis
holds columns of integer codes, one for each index name bound on it. Sets that are simply bound one after the other
are an axis each, so that whatever mentions one of them is worked out along that axis alone; what a join or a
condition leaves of a product is one axis of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from formulations.expression import Expression, Name, walk
from formulations.instance import IndexSet, Universe
from formulations.program import Integers

Scalar = TypeVar("Scalar", bound=np.generic)

#: Frames beyond this many lanes are refused: they would not fit into memory.
MAX_LANES = 100_000_000


class GroundingError(ValueError):
    """An expression has no value on these data: says where, why and what to do."""

    def __init__(self, place: str, text: str, reason: str, *, at: int = 0, hint: str = "") -> None:
        self.place, self.text, self.reason, self.at, self.hint = place, text, reason, at, hint
        lines = [f"{place}: {reason}"]
        if text:
            lines += [f"  {text}", "  " + " " * at + "^"]
        if hint:
            lines.append(f"  hint: {hint}")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, eq=False)
class Bound:
    """A bound index name: the code of its member in each lane, and the set it runs over (for prev and next).

    ``source`` is the array of codes, or a function that makes it when it is asked for.
    """

    universe: Universe
    home: IndexSet
    source: Integers | Callable[[], Integers]

    @cached_property
    def codes(self) -> Integers:
        return self.source() if callable(self.source) else self.source

    def taken(self, lanes: Integers) -> Bound:
        return Bound(self.universe, self.home, lambda: self.codes[lanes])


@dataclass(frozen=True, eq=False)
class Axis:
    """Index names that run together: as many codes of each as ``size`` says."""

    size: int
    bound: Mapping[str, Bound]

    def taken(self, places: Integers) -> Axis:
        return Axis(len(places), {name: entry.taken(places) for name, entry in self.bound.items()})


@dataclass(frozen=True, eq=False)
class Frame:
    """All combinations of places on the axes; without axes, one lane."""

    axes: tuple[Axis, ...] = ()

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return tuple(axis.size for axis in self.axes)

    @cached_property
    def size(self) -> int:
        return math.prod(self.shape)

    @cached_property
    def bound(self) -> Mapping[str, Bound]:
        """The bound names with their codes in every lane, spread from their axes when they are asked for."""
        if len(self.axes) == 1:
            return self.axes[0].bound
        return {
            name: Bound(entry.universe, entry.home, partial(self._spread_codes, entry, number))
            for number, axis in enumerate(self.axes)
            for name, entry in axis.bound.items()
        }

    def _spread_codes(self, entry: Bound, number: int) -> Integers:
        return self.spread(entry.codes, (number,))

    def mentioned(self, *nodes: Expression) -> tuple[int, ...]:
        """The numbers of the axes whose names occur."""
        names = {part.name for node in nodes for part in walk(node) if isinstance(part, Name)}
        return tuple(number for number, axis in enumerate(self.axes) if not names.isdisjoint(axis.bound))

    def along(self, numbers: tuple[int, ...]) -> Frame:
        """The frame of some of the axes, in their order."""
        return self if len(numbers) == len(self.axes) else Frame(tuple(self.axes[number] for number in numbers))

    def aligned(self, values: NDArray[Scalar], numbers: tuple[int, ...]) -> NDArray[Scalar]:
        """What has one entry for each lane of ``along(numbers)``, in a shape that broadcasts to that of the frame."""
        return values.reshape([size if number in numbers else 1 for number, size in enumerate(self.shape)])

    def spread(self, values: NDArray[Scalar], numbers: tuple[int, ...]) -> NDArray[Scalar]:
        """The same repeated over the other axes: shape (size,)."""
        return self.flattened(self.aligned(values, numbers))

    def flattened(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """One entry for each lane, of an array that broadcasts to the shape of the frame."""
        return np.broadcast_to(values, self.shape).reshape(-1)

    def times(self, axis: Axis) -> Frame:
        """Every lane with every place of one more axis."""
        return Frame((*self.axes, axis))

    def restricted(self, number: int, places: Integers) -> Frame:
        """Only some places of one axis."""
        axes = list(self.axes)
        axes[number] = axes[number].taken(places)
        return Frame(tuple(axes))

    def taken(self, lanes: Integers) -> Frame:
        """The frame of the chosen lanes on one axis, in their order, repetitions allowed."""
        return Frame((Axis(len(lanes), {name: entry.taken(lanes) for name, entry in self.bound.items()}),))

    def describe(self, lane: int) -> str:
        """``i = 'a', t = 3`` for an error message."""
        return ", ".join(
            f"{name} = {entry.universe.members[entry.codes[lane]]!r}" for name, entry in self.bound.items()
        )


UNIT_FRAME = Frame()
