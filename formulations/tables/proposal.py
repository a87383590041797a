"""Guessing which columns belong to which set or parameter, by names and by the members they hold.

Everything is scored between 0 and 1 and the best guess is proposed; a person, or ``preview``, has the last word.
"""

from __future__ import annotations

import collections.abc
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from formulations.formulation import Data, Formulation, Parameter, Set
from formulations.tables.cells import Cell, is_number, plain, shown
from formulations.tables.likeness import likeness
from formulations.tables.mapping import (
    LongSource,
    Mapping,
    ParameterSource,
    ScalarSource,
    SetSource,
    WideSource,
    flat_indices,
    outermost,
)

Frames = collections.abc.Mapping[str, pd.DataFrame]
#: Column names that say nothing but "here is the number", or "here is its name".
_VALUE_NAMES = ("value", "amount", "number", "quantity", "data")
_LABEL_NAMES = ("name", "parameter", "item", "key")
#: What a guess is worth that rests on the shape of a table alone.
_BY_SHAPE = 0.3
#: What is left of the likeness of a column of values that holds words.
_NOT_NUMBERS = 0.7
#: A source below this is not proposed.
_ENOUGH = 0.6


@dataclass(frozen=True)
class _Guess:
    score: float
    source: ParameterSource


def propose_mapping(frames: Frames, formulation: Formulation, *, data: Data | None = None) -> Mapping:
    """A source for every set and parameter that the tables seem to hold.

    ``data`` gives members that are known already; they help to recognize key columns and matrix headers.
    """
    proposal = _Proposal(frames, formulation, data or Data())
    parameters = proposal.parameters()
    return Mapping(sets=proposal.set_sources(parameters), parameters=tuple(parameters))


@dataclass
class _Proposal:
    frames: Frames
    formulation: Formulation
    data: Data
    sets: dict[str, Set] = field(init=False)
    texts: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sets = {index_set.name: index_set for index_set in self.formulation.sets}
        for name in self.sets:
            members = self.data.sets.get(name, ())
            self.known[name] = {str(member) for member in members if not isinstance(member, tuple)}
            for table, column in self._columns():
                if self._names_set(column, name) >= 1 and name not in self.data.sets:
                    self.known[name] |= self._texts(table, column)

    # -- parameters -------------------------------------------------------------------------------------------

    def parameters(self) -> list[ParameterSource]:
        """The best source of each parameter; no column of values serves two of them."""
        guesses = [
            (guess.score, guess.source)
            for parameter in self.formulation.parameters
            for guess in self._guesses(parameter)
            if guess.score >= _ENOUGH
        ]
        chosen: dict[str, ParameterSource] = {}
        taken: set[tuple[str, str, int]] = set()
        for _, source in sorted(guesses, key=lambda pair: -pair[0]):
            places = set(_value_places(source))
            if source.name not in chosen and not places & taken:
                chosen[source.name] = source
                taken |= places
        return [chosen[p.name] for p in self.formulation.parameters if p.name in chosen]

    def _guesses(self, parameter: Parameter) -> Iterator[_Guess]:
        indices = flat_indices(parameter.indices, self.sets)
        for table, frame in self.frames.items():
            if not indices:
                yield from self._scalars(parameter, table, frame)
            else:
                yield from self._long(parameter, indices, table, frame)
                for position in reversed(range(len(indices))):
                    yield from self._wide(parameter, indices, table, frame, position)

    def _scalars(self, parameter: Parameter, table: str, frame: pd.DataFrame) -> Iterator[_Guess]:
        numeric = [column for column in frame.columns if any(map(is_number, self._cells(table, column)))]
        if len(frame) == 1:
            row = int(frame.index[0])
            for column in numeric:
                score = likeness(column, parameter.name)
                if len(frame.columns) == 1:
                    score = max(score, likeness(table, parameter.name))
                yield _Guess(score, ScalarSource(parameter.name, table, column, row))
        for column in frame.columns:
            cells = self._cells(table, column)
            values = [c for c in numeric if c != column]
            if not values or not any(isinstance(cell, str) for cell in cells):
                continue
            value = next((c for c in values if max(likeness(c, v) for v in _VALUE_NAMES) >= 1), values[0])
            labelled = max(likeness(column, label) for label in _LABEL_NAMES) >= 1
            for row, cell in zip(frame.index.tolist(), cells, strict=True):
                score = likeness(cell, parameter.name) if isinstance(cell, str) else 0.0
                # A row of an indexed table may be called like a parameter by chance.
                yield _Guess(score if labelled else 0.9 * score, ScalarSource(parameter.name, table, value, int(row)))

    def _long(
        self, parameter: Parameter, indices: tuple[str, ...], table: str, frame: pd.DataFrame
    ) -> Iterator[_Guess]:
        title = likeness(table, parameter.name)
        for values in frame.columns:
            named = likeness(values, parameter.name)
            if title and (len(frame.columns) == len(indices) + 1 and values == frame.columns[-1]):
                named = max(named, 0.95 * title)
            if title and max(likeness(values, v) for v in _VALUE_NAMES) >= 1:
                named = max(named, 0.95 * title)
            if not named:
                continue
            if self._texts(table, values) and not self._is_numeric(table, values):
                named *= _NOT_NUMBERS
            keys, fit = self._keys(indices, table, [c for c in frame.columns if c != values])
            if keys:
                score = named * (0.6 + 0.4 * fit) + 0.01 * title
                yield _Guess(score, LongSource(parameter.name, table, keys, values))

    def _wide(
        self, parameter: Parameter, indices: tuple[str, ...], table: str, frame: pd.DataFrame, position: int
    ) -> Iterator[_Guess]:
        title = likeness(table, parameter.name)
        if len(frame.columns):
            # A matrix is often called by its corner cell.
            title = max(title, 0.9 * likeness(frame.columns[0], parameter.name))
        known = self._members(indices[position])
        rest = (*indices[:position], *indices[position + 1 :])
        across = [column for column in frame.columns if column in known]
        if not across and title and not known:
            across = list(frame.columns[len(rest) :])
        named_alike = [c for c in across if likeness(c, parameter.name) >= 1]
        if not across or named_alike or not all(self._is_numeric(table, column) for column in across):
            return
        if known and not title and len(across) < len(known) / 2:
            return
        keys, fit = self._keys(rest, table, [c for c in frame.columns if c not in across])
        if len(keys) < len(rest):
            return
        if title:
            # Which index runs across is settled by the key columns; the last one does if they do not tell.
            score = title * (0.6 + 0.4 * fit) - 0.02 * (len(indices) - 1 - position)
        else:
            score = _ENOUGH if fit >= 0.8 and len(across) > 1 else 0.0
        yield _Guess(score, WideSource(parameter.name, table, keys, tuple(across), position))

    # -- key columns ------------------------------------------------------------------------------------------

    def _keys(self, indices: tuple[str, ...], table: str, columns: Sequence[str]) -> tuple[tuple[str, ...], float]:
        """The columns that best name the members of the indices, in their order, and how well they do; or ()."""
        if not indices:
            return (), 1.0
        if len(columns) < len(indices):
            return (), 0.0
        fits = {(name, c): self._key_fit(name, table, c) for name in set(indices) for c in columns}
        # Only columns that may be keys at all, so that few arrangements are left to be tried.
        possible = [c for c in columns if any(fits[name, c] for name in indices)][: 3 + len(indices)]
        best: float = 0.0
        chosen: tuple[str, ...] = ()
        for arrangement in itertools.permutations(possible, len(indices)):
            each = [fits[name, column] for name, column in zip(indices, arrangement, strict=True)]
            mean = sum(each) / len(each)
            if min(each) > 0 and mean > best + 1e-9:
                best, chosen = mean, arrangement
        return chosen, best

    def _key_fit(self, set_name: str, table: str, column: str) -> float:
        """How well a column names members of a set, by its name, by its cells, or by not being numbers."""
        named = self._names_set(column, set_name)
        texts = self._texts(table, column)
        known = self._members(set_name)
        held = 0.9 if known and texts and len(texts & known) >= 0.8 * len(texts) else 0.0
        if known and texts and not texts & known:
            named *= 0.5
        words = 0.0 if self._is_numeric(table, column) else _BY_SHAPE
        return max(named, held, words)

    def _names_set(self, column: str, set_name: str) -> float:
        """How much a column is called like a set, or an outer set of it."""
        outer = 0.95 * likeness(column, outermost(set_name, self.sets))
        return max(likeness(column, set_name), outer if outermost(set_name, self.sets) != set_name else 0.0)

    def _members(self, set_name: str) -> set[str]:
        return self.known.get(set_name) or self.known.get(outermost(set_name, self.sets), set())

    # -- sets -------------------------------------------------------------------------------------------------

    def set_sources(self, parameters: Sequence[ParameterSource]) -> tuple[SetSource, ...]:
        """A source for each set: a table or column of its own, or else the keys of a parameter over it."""
        sources = (self._own(index_set) or self._borrowed(index_set, parameters) for index_set in self.sets.values())
        return tuple(source for source in sources if source is not None)

    def _own(self, index_set: Set) -> SetSource | None:
        """A table called like the set, or a column called like it; best where each row is another member."""
        parts = flat_indices((index_set.name,), self.sets)
        best, chosen = 0.0, None
        for table, frame in self.frames.items():
            title = likeness(table, index_set.name)
            if title and len(frame.columns) >= len(parts):
                named = [c for c in frame.columns if likeness(c, index_set.name)] if len(parts) == 1 else []
                keys = tuple(named[:1]) or self._keys(parts, table, list(frame.columns))[0]
                keys = keys or tuple(frame.columns[: len(parts)])
                if title + 1 > best:
                    best, chosen = title + 1, SetSource(index_set.name, table, keys)
            for column in frame.columns if len(parts) == 1 else ():
                cells = [shown(cell) for cell in self._cells(table, column)]
                distinct = bool(cells) and len(set(cells)) == len(cells)
                score = likeness(column, index_set.name) * (1.0 if distinct else 0.8)
                if score > max(best, _ENOUGH):
                    best, chosen = score, SetSource(index_set.name, table, (column,))
        return chosen

    def _borrowed(self, index_set: Set, parameters: Sequence[ParameterSource]) -> SetSource | None:
        declared = {parameter.name: parameter for parameter in self.formulation.parameters}
        parts = flat_indices((index_set.name,), self.sets)
        for source in parameters:
            start = 0
            for name in declared[source.name].indices:
                width = len(flat_indices((name,), self.sets))
                inside = name == index_set.name or (len(parts) == 1 and index_set.name in self._line(name))
                if inside and width == len(parts):
                    found = _part_of(source, index_set.name, start, width)
                    if found is not None:
                        return found
                start += width
        return None

    def _line(self, set_name: str) -> tuple[str, ...]:
        """The sets that a set lies within, one inside the other."""
        return (set_name, outermost(set_name, self.sets))

    # -- columns ----------------------------------------------------------------------------------------------

    def _columns(self) -> Iterator[tuple[str, str]]:
        return ((table, column) for table, frame in self.frames.items() for column in frame.columns)

    def _cells(self, table: str, column: str) -> list[Cell]:
        return [plain(cell) for cell in self.frames[table][column].tolist()]

    def _texts(self, table: str, column: str) -> frozenset[str]:
        if (table, column) not in self.texts:
            cells = self._cells(table, column)
            self.texts[table, column] = frozenset(shown(cell) for cell in cells if cell is not None)
        return self.texts[table, column]

    def _is_numeric(self, table: str, column: str) -> bool:
        """Whether most cells that are not blank hold numbers."""
        cells = [cell for cell in self._cells(table, column) if cell is not None]
        return sum(map(is_number, cells)) >= max(1, len(cells) / 2)


def _part_of(source: ParameterSource, set_name: str, start: int, width: int) -> SetSource | None:
    """The key columns ``start`` to ``start + width`` of a parameter as a source of members."""
    match source:
        case LongSource(table=table, keys=keys):
            return SetSource(set_name, table, keys[start : start + width])
        case WideSource(table=table, columns=columns, position=position) if (start, width) == (position, 1):
            return SetSource(set_name, table, columns, across=True)
        case WideSource(table=table, keys=keys, position=position) if width == 1:
            return SetSource(set_name, table, (keys[start - (start > position)],))
        case _:
            return None


def _value_places(source: ParameterSource) -> Iterable[tuple[str, str, int]]:
    """Where the values of a source stand: table, column, and the row of a scalar, otherwise -1."""
    match source:
        case ScalarSource(table=table, column=column, row=row):
            return [(table, column, row)]
        case LongSource(table=table, values=values):
            return [(table, values, -1)]
        case WideSource(table=table, columns=columns):
            return [(table, column, -1) for column in columns]
