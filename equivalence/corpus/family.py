"""A problem family: a formulation in the notation, and what draws data for it from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from formulations.data import bind
from formulations.formulation import Data, Document, Member, Record
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program

Sets = Mapping[str, Sequence[Member | tuple[Member, ...]]]
Values = Mapping[str, float | tuple[Record, ...]]


@dataclass(frozen=True, slots=True)
class Family:
    """A formulation without data, and what draws data for it."""

    name: str
    text: str
    draw: Callable[[random.Random], tuple[Sets, Values]]

    def document(self, seed: int) -> Document:
        """The formulation with the data of a seed: the same for the same seed, always."""
        sets, parameters = self.draw(random.Random(f"{self.name} {seed}"))
        data = Data(sets={name: tuple(members) for name, members in sets.items()}, parameters=dict(parameters))
        return parse_notation(self.text).model_copy(update={"data": data})

    def program(self, seed: int) -> Program:
        document = self.document(seed)
        return ground(bind(document.formulation, document.data))


def table(rng: random.Random, low: int, high: int, *sets: Sequence[Member], step: float = 1) -> tuple[Record, ...]:
    """A record for every combination of members, with a multiple of ``step`` between low and high steps."""
    keys: list[tuple[Member, ...]] = [()]
    for members in sets:
        keys = [(*key, member) for key in keys for member in members]
    return tuple((*key, round(rng.randint(low, high) * step, 6)) for key in keys)
