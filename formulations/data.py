"""Binding: a formulation and its data become an Instance, or one error that lists everything wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from formulations.formulation import Data, Formulation, Member, Parameter, Record, Set
from formulations.instance import IndexSet, Instance, Universe
from formulations.program import Floats, Integers

__all__ = ["DataError", "DataProblem", "IndexSet", "Instance", "Universe", "bind"]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing wrong with the data of one element."""

    element: str
    reason: str
    hint: str

    def __str__(self) -> str:
        return f"{self.element}: {self.reason}\n  hint: {self.hint}"


class DataError(ValueError):
    """The data do not fit the formulation; ``problems`` lists every reason."""

    def __init__(self, problems: Iterable[DataProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class _Binding:
    """The work in progress of ``bind``: what is bound so far, and what is wrong so far."""

    formulation: Formulation
    data: Data
    sets: dict[str, IndexSet] = field(default_factory=dict)
    parameters: dict[str, Floats] = field(default_factory=dict)
    problems: list[DataProblem] = field(default_factory=list)

    def complain(self, element: str, reason: str, hint: str) -> None:
        self.problems.append(DataProblem(element, reason, hint))


def bind(formulation: Formulation, data: Data, *, arrays: Mapping[str, Floats] | None = None) -> Instance:
    """The instance of a formulation with these data.

    ``arrays`` gives large parameters as arrays, one axis for each index set, instead of records.
    Raises DataError listing every missing entry, foreign member, duplicate and non-finite number.
    """
    binding = _Binding(formulation, data)
    arrays = arrays or {}
    for index_set in _parents_first(binding):
        _bind_set(binding, index_set)
    for parameter in formulation.parameters:
        if not all(name in binding.sets for name in parameter.indices):
            declared = {index_set.name for index_set in formulation.sets}
            for name in parameter.indices:
                if name not in declared:
                    binding.complain(
                        f"parameter '{parameter.name}'",
                        f"is indexed by '{name}', which is not a declared set",
                        f"declare it: set {name}",
                    )
            continue
        if parameter.name in arrays:
            _bind_array(binding, parameter, np.asarray(arrays[parameter.name], dtype=float))
        else:
            _bind_records(binding, parameter)
    _refuse_strangers(binding, arrays)
    if binding.problems:
        raise DataError(binding.problems)
    return Instance(formulation, data, binding.sets, binding.parameters)


def _parents_first(binding: _Binding) -> list[Set]:
    """The declared sets, each after the sets it lies within; complains about unknown parents and cycles."""
    declared = {index_set.name: index_set for index_set in binding.formulation.sets}
    ordered: dict[str, Set] = {}
    for start in declared.values():
        path: list[Set] = [start]
        while path:
            current = path[-1]
            waiting = [name for name in current.within if name not in ordered]
            unknown = [name for name in waiting if name not in declared]
            if unknown:
                binding.complain(
                    f"set '{current.name}'",
                    f"lies within '{unknown[0]}', which is not a declared set",
                    f"declare it: set {unknown[0]}",
                )
                path.clear()
            elif any(declared[name] in path for name in waiting):
                binding.complain(f"set '{current.name}'", "lies within itself", "remove the circle of 'within' clauses")
                path.clear()
            elif waiting:
                path.append(declared[waiting[0]])
            else:
                ordered[current.name] = current
                path.pop()
    return list(ordered.values())


def _bind_set(binding: _Binding, index_set: Set) -> None:
    place = f"set '{index_set.name}'"
    if index_set.name not in binding.data.sets:
        binding.complain(place, "has no members in the data", f"add a line: set {index_set.name} = ...")
        return
    members = binding.data.sets[index_set.name]
    parents = index_set.within
    if not all(name in binding.sets for name in parents):
        return
    dimension = sum(binding.sets[name].dimension for name in parents) if parents else 1
    keys = [member if isinstance(member, tuple) else (member,) for member in members]
    wrong = [key for key in keys if len(key) != dimension]
    if wrong:
        binding.complain(
            place,
            f"needs members of {dimension} part(s), but has {_listed(wrong)}",
            "write tuples as (a, b)" if dimension > 1 else "write single members, or declare the set 'within A * B'",
        )
        return
    repeated = _repeated(keys)
    if repeated:
        binding.complain(place, f"lists {_listed(repeated)} more than once", "members must be distinct")
        return
    if not parents:
        universe = Universe(index_set.name, tuple(key[0] for key in keys))
        codes = np.arange(len(keys), dtype=np.int64).reshape(-1, 1)
        binding.sets[index_set.name] = IndexSet(index_set.name, (universe,), codes)
        return
    universes = tuple(universe for name in parents for universe in binding.sets[name].universes)
    codes = np.array(
        [[u.codes.get(part, -1) for u, part in zip(universes, key, strict=True)] for key in keys],
        dtype=np.int64,
    ).reshape(len(keys), dimension)
    outside = np.zeros(len(keys), dtype=bool)
    start = 0
    for name in parents:
        parent = binding.sets[name]
        columns = tuple(codes[:, start + d] for d in range(parent.dimension))
        # An unknown member stays -1 through a set that spans its universe.
        outside |= parent.positions(columns) < 0
        start += parent.dimension
    if outside.any():
        foreign = [keys[k] for k in np.flatnonzero(outside)]
        binding.complain(
            place,
            f"has members outside {' * '.join(parents)}: {_listed(foreign)}",
            f"add the members to {' and '.join(dict.fromkeys(parents))}, or correct their spelling",
        )
        return
    binding.sets[index_set.name] = IndexSet(index_set.name, universes, codes)


def _bind_array(binding: _Binding, parameter: Parameter, values: Floats) -> None:
    place = f"parameter '{parameter.name}'"
    shape = tuple(len(binding.sets[name]) for name in parameter.indices)
    if values.shape != shape:
        binding.complain(place, f"is an array of shape {values.shape}", f"the sets ask for shape {shape}")
    elif not np.isfinite(values).all():
        binding.complain(place, "holds infinite or undefined numbers", "give finite numbers")
    else:
        binding.parameters[parameter.name] = values


def _bind_records(binding: _Binding, parameter: Parameter) -> None:
    place = f"parameter '{parameter.name}'"
    sets = [binding.sets[name] for name in parameter.indices]
    shape = tuple(len(index_set) for index_set in sets)
    given = binding.data.parameters.get(parameter.name)
    if given is None and parameter.default is None and math.prod(shape) > 0:
        hint = f"add a line: parameter {parameter.name} = ..."
        binding.complain(place, "has no value in the data", hint + ", or declare a default")
        return
    dimension = sum(index_set.dimension for index_set in sets)
    records = _as_records(given)
    wrong = [record for record in records if len(record) != dimension + 1]
    if wrong:
        keys = "a plain number" if dimension == 0 else f"{dimension} member(s) and then a number"
        binding.complain(place, f"has the record {_listed(wrong)}", f"each record is {keys}")
        return
    values = np.zeros(shape)
    filled = np.zeros(shape, dtype=bool)
    foreign: list[Record] = []
    duplicates: list[Record] = []
    infinite: list[Record] = []
    if records and dimension:
        positions = _record_positions(sets, records)
    else:
        positions = np.zeros((len(records), 0), dtype=np.int64)
    for record, position in zip(records, positions, strict=True):
        number = record[-1]
        place_in_array = tuple(position)
        if (position < 0).any():
            foreign.append(record[:-1])
        elif not isinstance(number, int | float) or not math.isfinite(number):
            infinite.append(record)
        elif filled[place_in_array]:
            duplicates.append(record[:-1])
        else:
            values[place_in_array], filled[place_in_array] = number, True
    if foreign:
        binding.complain(
            place,
            f"has entries for members that are not in {', '.join(parameter.indices)}: {_listed(foreign)}",
            "add them to the set, or correct their spelling (3 and '3' are different members)",
        )
    if infinite:
        binding.complain(place, f"has values that are not finite numbers: {_listed(infinite)}", "give finite numbers")
    if duplicates:
        binding.complain(place, f"has more than one value for {_listed(duplicates)}", "keep one value each")
    if not filled.all():
        if parameter.default is not None:
            values[~filled] = parameter.default
        elif not (foreign or infinite):
            missing = [_member_key(sets, place_in_array) for place_in_array in np.argwhere(~filled)[: _SHOWN + 1]]
            count = int((~filled).sum())
            binding.complain(
                place,
                f"lacks {count} of {filled.size} values: {_listed(missing, count)}",
                "give them, or declare a default: parameter ... default 0",
            )
    binding.parameters[parameter.name] = values


def _record_positions(sets: list[IndexSet], records: tuple[Record, ...]) -> Integers:
    """Positions of each record in the parameter's array, shape (records, sets), -1 where foreign."""
    parts = []
    start = 0
    for index_set in sets:
        codes = tuple(
            np.array([universe.codes.get(record[start + d], -1) for record in records], dtype=np.int64)  # type: ignore[arg-type]
            for d, universe in enumerate(index_set.universes)
        )
        parts.append(index_set.positions(codes))
        start += index_set.dimension
    return np.stack(parts, axis=1)


def _as_records(given: float | tuple[Record, ...] | None) -> tuple[Record, ...]:
    if given is None:
        return ()
    return given if isinstance(given, tuple) else ((given,),)


def _member_key(sets: list[IndexSet], position: Integers) -> tuple[Member, ...]:
    key: list[Member] = []
    for index_set, place in zip(sets, position, strict=True):
        member = index_set.member(int(place))
        key.extend(member if isinstance(member, tuple) else (member,))
    return tuple(key)


def _refuse_strangers(binding: _Binding, arrays: Mapping[str, Floats]) -> None:
    sets = {index_set.name for index_set in binding.formulation.sets}
    parameters = {parameter.name for parameter in binding.formulation.parameters}
    for kind, given, declared in (
        ("set", binding.data.sets, sets),
        ("parameter", {**binding.data.parameters, **arrays}, parameters),
    ):
        for name in given:
            if name not in declared:
                binding.complain(
                    f"data for {kind} '{name}'",
                    f"the formulation declares no such {kind}",
                    f"declare it, or remove it from the data (declared: {', '.join(sorted(declared)) or 'none'})",
                )


def _repeated(keys: Iterable[Record]) -> list[Record]:
    seen: set[Record] = set()
    again = []
    for key in keys:
        if key in seen:
            again.append(key)
        seen.add(key)
    return again


def _listed(keys: Sequence[Record], count: int | None = None) -> str:
    """A few keys for a message: ``'a', ('b', 'c') and 7 more``."""
    total = len(keys) if count is None else count
    shown = ", ".join(repr(key[0]) if len(key) == 1 else repr(key) for key in keys[:_SHOWN])
    return shown + (f" and {total - _SHOWN} more" if total > _SHOWN else "")
