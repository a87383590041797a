"""Figures with what they are given for: one member ("Store 1: 910") or a pair ("from Center 1: $5 to Store 1")."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import Kind
from .members import Family, Naming


@dataclass(frozen=True, slots=True)
class Fact:
    """``value`` is given for ``members``: one, or an origin and a destination."""

    members: tuple[Naming, ...]
    value: float
    kind: Kind
    start: int
    end: int

    @property
    def pair(self) -> tuple[str, str]:
        """Origin and destination of a figure for a pair."""
        return self.members[0].member, self.members[-1].member


@dataclass(frozen=True, slots=True)
class Facts:
    """All figures that a text gives for members of families."""

    families: tuple[Family, ...]
    facts: tuple[Fact, ...]
    namings: tuple[Naming, ...]

    def column(self, family: Family, *kinds: Kind) -> dict[str, Fact]:
        """The figures of one kind for every member of the family; empty unless all members have one."""
        for kind in kinds:
            found = {
                f.members[0].member: f
                for f in reversed(self.facts)
                if len(f.members) == 1 and f.members[0].family is family and f.kind == kind
            }
            if set(found) == set(family.members):
                return {member: found[member] for member in family.members}
        return {}

    def partial(self, family: Family, *kinds: Kind) -> dict[str, Fact]:
        """The figures of these kinds for some members."""
        return {
            f.members[0].member: f
            for f in reversed(self.facts)
            if len(f.members) == 1 and f.members[0].family is family and f.kind in kinds
        }

    def matrix(self, rows: Family, columns: Family, kind: Kind = "") -> dict[tuple[str, str], Fact]:
        """The figures for pairs: all where each pair has one, else those of ``kind``."""
        pool = [
            f
            for f in self.facts
            if len(f.members) == 2
            and (f.members[0].family, f.members[1].family) == (rows, columns)
            and f.pair[0] != f.pair[1]
        ]
        pairs = {f.pair for f in pool}
        if len(pairs) < len(pool):
            chosen = [f for f in pool if f.kind == kind]
            pool = chosen or [f for f in pool if f.kind == pool[0].kind]
        found: dict[tuple[str, str], Fact] = {}
        for fact in pool:
            found.setdefault(fact.pair, fact)
        return found

    def layers(self, rows: Family, columns: Family) -> frozenset[Kind]:
        """The kinds of figures that pairs have, where they have more than one each."""
        pool = [
            f
            for f in self.facts
            if len(f.members) == 2 and (f.members[0].family, f.members[1].family) == (rows, columns)
        ]
        several = len({f.pair for f in pool}) < 0.7 * len(pool)
        return frozenset(f.kind for f in pool) if several else frozenset()
