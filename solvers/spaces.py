"""Variations on the data of an instance: the factors one can turn, and what theta they give."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formulations.data import Instance
from formulations.formulation import Member
from formulations.program import Block, Floats, Integers
from solvers.families import Family, FamilyError, family
from solvers.variations import Variation, VariationError


@dataclass(frozen=True, eq=False)
class Group:
    """The factors of one variation: one for each entry, or a single one for entries that vary together.

    entries: their positions in theta. data: their values in the data. A factor is in the units of the parameter, one
    that multiplies several entries in percent.
    """

    variation: Variation
    entries: Integers
    data: Floats
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        return 1 if self.variation.together else len(self.entries)

    @property
    def labels(self) -> tuple[str, ...]:
        if not self.variation.together:
            return self.names
        return (f"{str(self.variation).partition(':')[0]}{' (%)' if self.variation.relative else ''}",)

    @property
    def base(self) -> Floats:
        """The factors as the data have them; of entries that are to be equal, their mean."""
        if not self.variation.together:
            return self.data
        return np.array([100.0 if self.variation.relative else self.data.mean()])

    @property
    def low(self) -> Floats:
        return np.minimum(*self._ends)

    @property
    def high(self) -> Floats:
        return np.maximum(*self._ends)

    @property
    def _ends(self) -> tuple[Floats, Floats]:
        low, high = self.variation.distribution.ends
        return self._scaled(np.full(self.count, low)), self._scaled(np.full(self.count, high))

    def values(self, shares: Floats) -> Floats:
        """The factors that leave these shares below them, shape (S, count)."""
        return self._scaled(self.variation.distribution.quantile(shares))

    def steps(self, count: int) -> Floats:
        """``count`` values from end to end for each factor, or the listed values: shape (count, factors)."""
        if self.variation.distribution.kind == "values":
            return self._scaled(np.repeat(np.array([self.variation.distribution.values]).T, self.count, axis=1))
        if count == 1:
            return self.base[None]
        return np.linspace(self.low, self.high, count)

    def fill(self, thetas: Floats, values: Floats) -> None:
        """Writes the entries that the factors give, shape (S, count), into thetas, shape (S, K)."""
        if self.variation.together and self.variation.relative:
            values = values * self.data / 100
        thetas[:, self.entries] = values

    def _scaled(self, values: Floats) -> Floats:
        scaled = self.variation.relative and not self.variation.together
        return values * self.data / 100 if scaled else values


@dataclass(frozen=True, eq=False)
class Space:
    """A family and its factors, group by group in the order in which they were given."""

    family: Family
    groups: tuple[Group, ...]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for group in self.groups for label in group.labels)

    @property
    def low(self) -> Floats:
        """The lower end of each factor, for sliders and tornado: (F,)."""
        return self._joined([group.low for group in self.groups])

    @property
    def high(self) -> Floats:
        return self._joined([group.high for group in self.groups])

    @property
    def base(self) -> Floats:
        """Each factor as in the data: (F,)."""
        return self._joined([group.base for group in self.groups])

    def values(self, shares: Floats) -> Floats:
        """The factors at these shares of their distributions: (S, F) to (S, F)."""
        parts = [group.values(part) for group, part in self._split(shares)]
        return np.concatenate([np.zeros((len(shares), 0)), *parts], axis=1)

    def thetas(self, values: Floats) -> Floats:
        """The entries of all varying parameters for factors of shape (S, F): shape (S, K)."""
        thetas = np.repeat(self.family.base[None], len(values), axis=0)
        for group, part in self._split(values):
            group.fill(thetas, part)
        return thetas

    def _split(self, values: Floats) -> Iterator[tuple[Group, Floats]]:
        start = 0
        for group in self.groups:
            yield group, values[:, start : start + group.count]
            start += group.count

    @staticmethod
    def _joined(parts: list[Floats]) -> Floats:
        return np.concatenate([np.zeros(0), *parts])


def space(instance: Instance, variations: Sequence[Variation]) -> Space:
    """The factors of these variations on the data of the instance.

    Raises VariationError for names and members that are not there, and for entries that vary twice.
    """
    try:
        own = family(instance, [variation.parameter for variation in variations])
    except FamilyError as error:
        raise VariationError(str(error)) from None
    groups = tuple(_group(own, variation) for variation in variations)
    taken: dict[int, Variation] = {}
    for group in groups:
        for entry in group.entries.tolist():
            if entry in taken:
                raise VariationError(f"{own.labels[entry]} varies twice: '{taken[entry]}' and '{group.variation}'")
            taken[entry] = group.variation
    return Space(own, groups)


def _group(own: Family, variation: Variation) -> Group:
    entries = entries_of(own, variation.parameter, variation.index)
    names = tuple(own.labels[entry] for entry in entries.tolist())
    return Group(variation, entries, own.base[entries], names)


def entries_of(own: Family, parameter: str, index: Sequence[Member | None]) -> Integers:
    """The positions in theta that an index with None for "all" names. Raises VariationError."""
    span = own.labels.span(parameter)
    block = next(block for block in own.labels.blocks if block.name == parameter)
    if index and len(index) != len(block.members):
        raise VariationError(f"'{parameter}' has {len(block.members)} indices, but {len(index)} are given")
    chosen = np.ones(block.count, dtype=bool)
    for position, member in enumerate(index):
        if member is not None:
            chosen &= block.codes[:, position] == _code(block, position, member)
    found: Integers = np.flatnonzero(chosen) + span.start
    if not len(found):
        wanted = ", ".join("*" if member is None else repr(member) for member in index)
        raise VariationError(f"'{parameter}' has no entry [{wanted}]")
    return found


def _code(block: Block, position: int, member: Member) -> int:
    """The code of a member, which may have been written as a word or as a number."""
    members = list(block.members[position])
    if member in members:
        return members.index(member)
    words = [str(known) for known in members]
    if str(member) in words:
        return words.index(str(member))
    close = difflib.get_close_matches(str(member), words, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words[:5])}{', …' if len(words) > 5 else ''}"
    raise VariationError(f"'{block.name}' has no member {member!r} at position {position + 1} ({hint})")
