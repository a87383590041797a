"""Which columns of which tables hold the members of the sets and the numbers of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.formulation import Formulation, Set

#: Sets of tuples of tuples are not followed further than this.
_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class SetSource:
    """The members of a set: one column for each of their parts, or with ``across`` the names of the columns."""

    name: str
    table: str
    columns: tuple[str, ...]
    across: bool = False


@dataclass(frozen=True, slots=True)
class ScalarSource:
    """A parameter without indices: one cell; ``row`` is the row number in the file."""

    name: str
    table: str
    column: str
    row: int


@dataclass(frozen=True, slots=True)
class LongSource:
    """One record in each row: key columns in the order of the indices, and a column of values."""

    name: str
    table: str
    keys: tuple[str, ...]
    values: str


@dataclass(frozen=True, slots=True)
class WideSource:
    """A column of values for each member of one index, the ``position``-th; the others are key columns, in order."""

    name: str
    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    position: int


ParameterSource = ScalarSource | LongSource | WideSource


@dataclass(frozen=True, slots=True)
class Mapping:
    """A source for each set and parameter that has one."""

    sets: tuple[SetSource, ...] = ()
    parameters: tuple[ParameterSource, ...] = ()

    def missing(self, formulation: Formulation) -> tuple[str, ...]:
        """The sets, and the parameters without a default, that no table gives."""
        found = {source.name for source in (*self.sets, *self.parameters)}
        wanted = [index_set.name for index_set in formulation.sets]
        wanted += [parameter.name for parameter in formulation.parameters if parameter.default is None]
        return tuple(name for name in wanted if name not in found)

    def columns_used(self) -> frozenset[tuple[str, str]]:
        """Pairs of a table and a column."""
        used: set[tuple[str, str]] = set()
        for source in (*self.sets, *self.parameters):
            match source:
                case SetSource(table=table, columns=columns):
                    used.update((table, column) for column in columns)
                case ScalarSource(table=table, column=column):
                    used.add((table, column))
                case LongSource(table=table, keys=keys, values=values):
                    used.update((table, column) for column in (*keys, values))
                case WideSource(table=table, keys=keys, columns=columns):
                    used.update((table, column) for column in (*keys, *columns))
        return frozenset(used)


def flat_indices(names: tuple[str, ...], sets: dict[str, Set], *, depth: int = 0) -> tuple[str, ...]:
    """Index sets with every set of tuples replaced by the sets of its parts."""
    flat: list[str] = []
    for name in names:
        root = outermost(name, sets)
        within = sets[root].within if root in sets else ()
        # Sets that lie within each other in a circle are for ``check`` to complain about.
        expand = len(within) > 1 and depth < _DEEPEST
        flat += flat_indices(within, sets, depth=depth + 1) if expand else [name]
    return tuple(flat)


def outermost(name: str, sets: dict[str, Set]) -> str:
    """The set that ``name`` lies within in the end: whose members its members are."""
    seen = {name}
    while name in sets and len(sets[name].within) == 1 and sets[name].within[0] not in seen:
        name = sets[name].within[0]
        seen.add(name)
    return name
