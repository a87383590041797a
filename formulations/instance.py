"""An Instance: a formulation with its data as arrays.

Members become integer codes. Every set draws its members from a *universe*, the outermost set it lies within, so
that an index bound over a subset can be used wherever its universe is known; tuple sets have one universe for each
position.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formulations.formulation import Data, Formulation, Member
from formulations.program import Floats, Integers

#: A dense position table is kept for tuple sets whose universes span at most this many combinations.
_DENSE_LOOKUP = 4_000_000


@dataclass(frozen=True, eq=False)
class Universe:
    """Distinct members in order; a member's code is its position."""

    name: str
    members: tuple[Member, ...]

    @cached_property
    def codes(self) -> dict[Member, int]:
        return {member: code for code, member in enumerate(self.members)}

    @cached_property
    def numbers(self) -> Floats | None:
        """The members as numbers, or None if some member is a word."""
        if all(isinstance(member, int) for member in self.members):
            return np.array(self.members, dtype=float)
        return None

    @cached_property
    def _translations(self) -> dict[int, tuple[Universe, Integers]]:
        return {}

    def translation(self, target: Universe) -> Integers:
        """Codes of the own members in ``target``, -1 where foreign: shape (len(members),)."""
        known = self._translations.get(id(target))
        if known is None:
            codes = np.array([target.codes.get(member, -1) for member in self.members], dtype=np.int64)
            # The target is kept beside its table: an id alone could be reused by a later object.
            known = self._translations[id(target)] = (target, codes)
        return known[1]

    def codes_of_numbers(self, values: Floats) -> Integers:
        """The codes of integer members given as numbers, -1 where there is no such member."""
        if self.numbers is None or not len(self.numbers):
            return np.full(values.shape, -1, dtype=np.int64)
        order = np.argsort(self.numbers)
        ordered = self.numbers[order]
        places = np.searchsorted(ordered, values).clip(max=len(ordered) - 1)
        return np.where(ordered[places] == values, order[places], -1)


@dataclass(frozen=True, eq=False)
class IndexSet:
    """The members of one set as codes: shape (size, dimension), row k being the k-th member."""

    name: str
    universes: tuple[Universe, ...]
    codes: Integers

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def dimension(self) -> int:
        return len(self.universes)

    @property
    def spans_universe(self) -> bool:
        """Whether positions in the set are the codes themselves."""
        return self.dimension == 1 and self.universes[0].name == self.name

    def member(self, position: int) -> Member | tuple[Member, ...]:
        key = tuple(universe.members[code] for universe, code in zip(self.universes, self.codes[position], strict=True))
        return key[0] if self.dimension == 1 else key

    @cached_property
    def _shape(self) -> tuple[int, ...]:
        return tuple(max(1, len(universe.members)) for universe in self.universes)

    @cached_property
    def _dense(self) -> Integers:
        table = np.full(math.prod(self._shape), -1, dtype=np.int64)
        if len(self):
            table[np.ravel_multi_index(tuple(self.codes.T), self._shape)] = np.arange(len(self))
        return table

    @cached_property
    def _sorted(self) -> tuple[Integers, Integers]:
        keys = np.ravel_multi_index(tuple(self.codes.T), self._shape)
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    def positions(self, codes: tuple[Integers, ...]) -> Integers:
        """Positions in the set of members given by universe codes (one array each dimension), -1 if absent."""
        if self.spans_universe:
            return codes[0]
        valid = np.logical_and.reduce([part >= 0 for part in codes])
        keys = np.ravel_multi_index(tuple(np.maximum(part, 0) for part in codes), self._shape)
        if math.prod(self._shape) <= _DENSE_LOOKUP:
            return np.where(valid, self._dense[keys], -1)
        ordered, order = self._sorted
        places = np.searchsorted(ordered, keys).clip(max=max(0, len(ordered) - 1))
        found = valid & (ordered[places] == keys) if len(ordered) else np.zeros(keys.shape, dtype=bool)
        return np.where(found, order[places] if len(order) else -1, -1)


@dataclass(frozen=True, eq=False)
class Instance:
    """A formulation bound to validated data.

    ``parameters[name]`` is an array with one axis for each index *set* (a set of pairs is one axis), in the
    order of the set's members; scalars have shape ().
    """

    formulation: Formulation
    data: Data
    sets: Mapping[str, IndexSet]
    parameters: Mapping[str, Floats]

    def index_sets(self, names: Iterable[str]) -> tuple[IndexSet, ...]:
        return tuple(self.sets[name] for name in names)
