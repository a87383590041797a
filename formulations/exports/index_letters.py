"""Letters for indices that a formulation does not name: those its author uses for the set elsewhere, or its initial."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from formulations.expression import Binder, walk
from formulations.formulation import Formulation, Set
from formulations.parse import ParseError, parse_binders, parse_expression, parse_index

#: Never the first choice: they look like digits, or are taken by convention.
_UNSUITABLE = "lo"


@dataclass(frozen=True)
class IndexLetters:
    """``habits`` gives the names that binders over a set have elsewhere; ``taken`` the names of elements."""

    sets: Mapping[str, Set]
    habits: Mapping[str, tuple[tuple[str, ...], ...]]
    taken: frozenset[str]

    def named(self, binders: Sequence[Binder]) -> tuple[Binder, ...]:
        """The binders with distinct names for every index. Raises KeyError for a set that is not declared."""
        used = {*self.taken, *(name for binder in binders for name in binder.names)}
        result = []
        for binder in binders:
            if not binder.names:
                binder = replace(binder, names=self._names(binder.set_name, used))
                used |= set(binder.names)
            result.append(binder)
        return tuple(result)

    def _names(self, set_name: str, used: set[str]) -> tuple[str, ...]:
        roots = self._roots(set_name)
        for names in self.habits.get(set_name, ()):
            if len(names) == len(roots) and not used & set(names):
                return names
        result: list[str] = []
        for root in roots:
            first = (set_name if len(roots) == 1 else root)[0].lower()
            result.append(next(name for name in _candidates(first) if name not in used and name not in result))
        return tuple(result)

    def _roots(self, set_name: str) -> tuple[str, ...]:
        within = self.sets[set_name].within
        return tuple(root for parent in within for root in self._roots(parent)) if within else (set_name,)


def index_letters(formulation: Formulation) -> IndexLetters:
    """What to call the indices of a formulation; expressions that cannot be read are passed over."""
    habits: dict[str, tuple[tuple[str, ...], ...]] = {}
    for binder in _binders(formulation):
        if binder.names and binder.names not in habits.get(binder.set_name, ()):
            habits[binder.set_name] = (*habits.get(binder.set_name, ()), binder.names)
    sets = {element.name: element for element in formulation.sets}
    return IndexLetters(sets, habits, frozenset(element.name for element in formulation.elements()))


def _binders(formulation: Formulation) -> Iterator[Binder]:
    for variable in formulation.variables:
        for text in variable.indices:
            try:
                yield parse_index(text)
            except ParseError:
                continue
    for constraint in formulation.constraints:
        try:
            yield from parse_binders(constraint.for_each)[0]
        except ParseError:
            continue
    objective = () if formulation.objective is None else (formulation.objective,)
    for text in (element.expression for element in (*objective, *formulation.constraints)):
        try:
            expression = parse_expression(text)
        except ParseError:
            continue
        for node in walk(expression):
            yield from getattr(node, "binders", ())


def _candidates(first: str) -> Iterator[str]:
    """The letter itself, those after it, those before it, then letters with numbers."""
    alphabet = string.ascii_lowercase
    start = alphabet.find(first)
    letters = alphabet[start:] + alphabet[:start] if start >= 0 else "ijk" + alphabet
    yield from (letter for letter in letters if letter not in _UNSUITABLE)
    yield from (f"{letter}{number}" for number in range(2, 1000) for letter in letters)
