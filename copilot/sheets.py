"""Data as sheets that a person edits in a grid, and back: nothing is lost that a cell can hold."""

from __future__ import annotations

import math

import pandas as pd

from formulations.formulation import Data, Formulation, Member, Parameter, Record


def dimension(formulation: Formulation, set_name: str) -> int:
    """How many parts a member of a set has; undeclared sets and circles count as 1."""
    declared = {index_set.name: index_set for index_set in formulation.sets}

    def parts(name: str, seen: frozenset[str]) -> int:
        index_set = declared.get(name)
        if index_set is None or not index_set.within or name in seen:
            return 1
        return sum(parts(parent, seen | {name}) for parent in index_set.within)

    return parts(set_name, frozenset())


def key_columns(formulation: Formulation, indices: tuple[str, ...]) -> list[str]:
    """One heading for each index position, numbered where a set occurs twice."""
    names = [name for index in indices for name in _position_names(formulation, index)]
    return [name if names.count(name) == 1 else f"{name} {names[:k].count(name) + 1}" for k, name in enumerate(names)]


def set_sheet(formulation: Formulation, data: Data, name: str) -> pd.DataFrame:
    """One row per member, one column per part; all cells are text."""
    columns = key_columns(formulation, (name,))
    rows = [[str(part) for part in (m if isinstance(m, tuple) else (m,))] for m in data.sets.get(name, ())]
    return pd.DataFrame([row for row in rows if len(row) == len(columns)], columns=columns, dtype="string")


def with_set(formulation: Formulation, data: Data, name: str, sheet: pd.DataFrame) -> Data:
    """The data with the members of a sheet; rows with an empty cell are left out."""
    members: list[Member | tuple[Member, ...]] = []
    before = [m if isinstance(m, tuple) else (m,) for m in data.sets.get(name, ())]
    worded = [any(isinstance(key[k], str) for key in before if k < len(key)) for k in range(sheet.shape[1])]
    columns = [_members(sheet[column], as_text=text) for column, text in zip(sheet.columns, worded, strict=True)]
    for key in zip(*columns, strict=True):
        parts = tuple(part for part in key if part is not None)
        if len(parts) == len(columns):
            members.append(parts[0] if len(parts) == 1 else parts)
    return data.model_copy(update={"sets": {**data.sets, name: tuple(members)}})


def scalar_sheet(formulation: Formulation, data: Data) -> pd.DataFrame:
    """All parameters without an index: name, value, unit, description."""
    rows = [
        {"parameter": p.name, "value": _number(data.parameters.get(p.name)), "unit": p.unit, "words": p.description}
        for p in formulation.parameters
        if not p.indices
    ]
    return pd.DataFrame(rows, columns=["parameter", "value", "unit", "words"]).astype({"value": "float64"})


def with_scalars(data: Data, sheet: pd.DataFrame) -> Data:
    """The data with the numbers of a scalar sheet; empty cells are left out."""
    parameters = dict(data.parameters)
    for name, value in zip(sheet["parameter"], sheet["value"], strict=True):
        parameters.pop(name, None)
        if pd.notna(value):
            parameters[name] = float(value)
    return data.model_copy(update={"parameters": parameters})


def is_matrix(formulation: Formulation, parameter: Parameter) -> bool:
    """Two index sets of single members: shown as rows by columns."""
    return len(parameter.indices) == 2 and all(dimension(formulation, name) == 1 for name in parameter.indices)


def parameter_sheet(formulation: Formulation, data: Data, parameter: Parameter) -> pd.DataFrame:
    """A matrix for two plain sets, else one row per entry with a column ``value``; missing entries are empty cells."""
    columns = key_columns(formulation, parameter.indices)
    given = data.parameters.get(parameter.name, ())
    known = {record[:-1]: record[-1] for record in given} if isinstance(given, tuple) else {}
    if is_matrix(formulation, parameter):
        rows, headings = (_plain(data, name) for name in parameter.indices)
        cells = [[_number(known.get((row, column))) for column in headings] for row in rows]
        return pd.DataFrame(
            cells, index=pd.Index(map(str, rows), name=columns[0]), columns=list(map(str, headings)), dtype=float
        )
    keys: list[tuple[Member, ...]] = [()]
    for name in parameter.indices:
        members = data.sets.get(name, ())
        keys = [(*key, *(m if isinstance(m, tuple) else (m,))) for key in keys for m in members]
    frame = pd.DataFrame([list(map(str, key)) for key in keys], columns=columns, dtype="string")
    frame["value"] = pd.Series([_number(known.get(key)) for key in keys], dtype=float)
    return frame


def with_parameter(formulation: Formulation, data: Data, parameter: Parameter, sheet: pd.DataFrame) -> Data:
    """The data with the numbers of a sheet made by ``parameter_sheet``; empty cells are left out."""
    records: list[Record] = []
    if is_matrix(formulation, parameter):
        rows, headings = (_plain(data, name) for name in parameter.indices)
        for row, cells in zip(rows, sheet.itertuples(index=False), strict=True):
            records += [
                (row, column, float(cell)) for column, cell in zip(headings, cells, strict=True) if pd.notna(cell)
            ]
    else:
        keys: list[tuple[Member, ...]] = [()]
        for name in parameter.indices:
            keys = [(*key, *(m if isinstance(m, tuple) else (m,))) for key in keys for m in data.sets.get(name, ())]
        records = [(*key, float(cell)) for key, cell in zip(keys, sheet["value"], strict=True) if pd.notna(cell)]
    return data.model_copy(update={"parameters": {**data.parameters, parameter.name: tuple(records)}})


def _plain(data: Data, name: str) -> list[Member]:
    return [member for member in data.sets.get(name, ()) if not isinstance(member, tuple)]


def _position_names(formulation: Formulation, name: str) -> list[str]:
    declared = next((index_set for index_set in formulation.sets if index_set.name == name), None)
    if declared is None or dimension(formulation, name) == 1:
        return [name]
    return [part for parent in declared.within for part in _position_names(formulation, parent)]


def _members(column: pd.Series, *, as_text: bool) -> list[Member | None]:
    """Cells as members: integers where every cell is one, unless words stood there before; None for empty cells."""
    texts = ["" if pd.isna(cell) else str(cell).strip() for cell in column]
    integral = not as_text and all(text.lstrip("-").isdecimal() for text in texts if text)
    return [None if not text else int(text) if integral else text for text in texts]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
