"""What the names of a formulation stand for, and which members may stand at which index."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from formulations.expression import Expression, Item, Name, walk
from formulations.formulation import Data, Element, Formulation, Member, Objective, Parameter, Set, Variable
from formulations.parse import ParseError, parse_index

E = TypeVar("E", bound=Element)


@dataclass(frozen=True, slots=True)
class Position:
    """One index position: the set it runs over, the universe its members come from, and the members if known."""

    set_name: str
    root: str
    members: frozenset[Member] | None = None


#: Bound index names; None where the set is not known, so that one mistake is not told twice.
Scope = Mapping[str, Position | None]


@dataclass(frozen=True, eq=False)
class Symbols:
    """The declared elements by name; where a name is declared twice, the first one counts."""

    sets: Mapping[str, Set]
    parameters: Mapping[str, Parameter]
    variables: Mapping[str, Variable]
    others: Mapping[str, str]
    positions: Mapping[str, tuple[Position, ...]]
    data: Data | None

    def arity(self, name: str) -> tuple[Position, ...] | None:
        """The index positions of a parameter or variable; None where one of its indices makes no sense."""
        if name in self.parameters:
            set_names: Iterable[str] = self.parameters[name].indices
        else:
            try:
                set_names = [parse_index(text).set_name for text in self.variables[name].indices]
            except ParseError:
                return None
        found: list[Position] = []
        for set_name in set_names:
            if set_name not in self.positions:
                return None
            found += self.positions[set_name]
        return tuple(found)

    def is_number(self, name: str) -> bool:
        return name in self.parameters or name in self.variables

    def numbers(self) -> tuple[str, ...]:
        """The names that may stand in an expression."""
        return (*self.parameters, *self.variables)

    def values(self, name: str) -> tuple[float, ...]:
        """The numbers known for a parameter; empty if none are."""
        given = None if self.data is None else self.data.parameters.get(name)
        if given is None:
            default = self.parameters[name].default
            return () if default is None else (default,)
        if isinstance(given, tuple):
            return tuple(record[-1] for record in given if record and not isinstance(record[-1], str))
        return (float(given),)


def symbols(formulation: Formulation, data: Data | None) -> Symbols:
    sets = _first(formulation.sets)
    others = {constraint.name: "constraint" for constraint in formulation.constraints}
    if isinstance(formulation.objective, Objective):
        others[formulation.objective.name] = "objective"
    return Symbols(
        sets=sets,
        parameters=_first(formulation.parameters),
        variables=_first(formulation.variables),
        others=others,
        positions=_positions(sets, data),
        data=data,
    )


def _first(elements: Iterable[E]) -> dict[str, E]:
    found: dict[str, E] = {}
    for element in elements:
        found.setdefault(element.name, element)
    return found


def _positions(sets: Mapping[str, Set], data: Data | None) -> dict[str, tuple[Position, ...]]:
    """The index positions of every set whose parents are declared and not circular."""
    done: dict[str, tuple[Position, ...]] = {}
    waiting = dict(sets)
    while waiting:
        ready = [name for name, index_set in waiting.items() if all(parent in done for parent in index_set.within)]
        if not ready:
            return done
        for name in ready:
            within = waiting.pop(name).within
            roots = [position.root for parent in within for position in done[parent]] if within else [name]
            done[name] = tuple(
                Position(name, root, _members(name, number, len(roots), data)) for number, root in enumerate(roots)
            )
    return done


def _members(name: str, position: int, width: int, data: Data | None) -> frozenset[Member] | None:
    given = None if data is None else data.sets.get(name)
    if given is None:
        return None
    keys = [member if isinstance(member, tuple) else (member,) for member in given]
    return frozenset(key[position] for key in keys if len(key) == width)


def names_in(node: Expression) -> Iterator[str]:
    """The names of all parameters, variables and indices that occur, in reading order."""
    return (part.name for part in walk(node) if isinstance(part, Name | Item))


def depends(node: Expression, symbols: Symbols) -> bool:
    """Whether a variable occurs."""
    return any(name in symbols.variables for name in names_in(node))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``did you mean 'dough'?`` or nothing."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.7)
    return f"did you mean '{by_folded[near[0]]}'?" if near else ""
