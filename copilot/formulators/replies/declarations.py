"""Names in a document that somebody forgot to declare, or gave to two elements, put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from formulations.expression import (
    Aggregate,
    Binder,
    Call,
    Expression,
    Item,
    Membership,
    Name,
    Piecewise,
    children,
)
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Formulation,
    Member,
    Parameter,
    Set,
    Variable,
)
from formulations.parse import ParseError, parse_binders, parse_expression


@dataclass(slots=True)
class _Use:
    """How an undeclared name is used: with how many indices, and over which sets."""

    sets: list[str | None] = field(default_factory=list)


def declared(document: Document) -> tuple[Document, tuple[str, ...]]:
    """The document with every used name declared, and what was assumed for it.

    A name with data is the set or parameter that its data say; a name without is a continuous variable that is
    at least 0.
    """
    formulation, data = document.formulation, document.data
    known = {element.name for element in formulation.elements()}
    sets = [Set(name=name) for name in data.sets if name not in known]
    known |= {declared_set.name for declared_set in sets}
    sizes = {entry.name: len(entry.within) or 1 for entry in (*formulation.sets, *sets)}
    parameters, notes = [], []
    for name, records in data.parameters.items():
        if name not in known:
            indices = () if isinstance(records, (int, float)) else _indices_of(records, data, sizes)
            if indices is not None:
                parameters.append(Parameter(name=name, indices=indices))
                known.add(name)
    variables = []
    for name, use in _undeclared(formulation, known).items():
        if all(entry is not None for entry in use.sets):
            indices = tuple(entry for entry in use.sets if entry is not None)
            variables.append(Variable(name=name, indices=indices, lower="0"))
            notes.append(f"{name} was used but not declared: taken for a variable that is at least 0")
    if not (sets or parameters or variables):
        return document, ()
    completed = formulation.model_copy(
        update={
            "sets": (*formulation.sets, *sets),
            "parameters": (*formulation.parameters, *parameters),
            "variables": (*formulation.variables, *variables),
        }
    )
    return document.model_copy(update={"formulation": completed}), tuple(notes)


def distinct(document: Document) -> Document:
    """The document with constraints and objective renamed where their names are taken."""
    formulation = document.formulation
    taken = {
        element.name for group in (formulation.sets, formulation.parameters, formulation.variables) for element in group
    }
    objective = formulation.objective
    if objective is not None:
        objective = objective.model_copy(update={"name": _free(objective.name, "objective", taken)})
        taken.add(objective.name)
    constraints: list[Constraint] = []
    for constraint in formulation.constraints:
        name = _free(constraint.name, "limit", taken)
        taken.add(name)
        constraints.append(constraint.model_copy(update={"name": name}))
    changed = {"objective": objective, "constraints": tuple(constraints)}
    return document.model_copy(update={"formulation": formulation.model_copy(update=changed)})


def _free(name: str, suffix: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    base, number = f"{name}_{suffix}", 2
    candidate = base
    while candidate in taken:
        candidate, number = f"{base}_{number}", number + 1
    return candidate


def _indices_of(
    records: tuple[tuple[Member | float, ...], ...], data: Data, sizes: Mapping[str, int]
) -> tuple[str, ...] | None:
    """The sets whose members stand at each place of the records; None where no set fits."""
    if not records or len({len(record) for record in records}) != 1:
        return None
    found = []
    for place in range(len(records[0]) - 1):
        members = {record[place] for record in records}
        fitting = [name for name in data.sets if sizes.get(name, 1) == 1 and members <= set(_singles(data.sets[name]))]
        if not fitting:
            return None
        unused = [name for name in fitting if name not in found]
        found.append((unused or fitting)[0])
    return tuple(found)


def _singles(members: tuple[Member | tuple[Member, ...], ...]) -> Iterator[Member]:
    return (member for member in members if not isinstance(member, tuple))


def _undeclared(formulation: Formulation, known: set[str]) -> dict[str, _Use]:
    """The names that objective and constraints use without a declaration, in the order of their use."""
    found: dict[str, _Use] = {}
    if formulation.objective is not None:
        _gather(formulation.objective.expression, {}, known, found)
    for constraint in formulation.constraints:
        try:
            binders, _ = parse_binders(constraint.for_each)
        except ParseError:
            continue
        _gather(constraint.expression, _bound(binders), known, found)
    return found


def _bound(binders: tuple[Binder, ...]) -> dict[str, str | None]:
    """Each bound name with its set, None for a part of a tuple."""
    return {name: binder.set_name if len(binder.names) == 1 else None for binder in binders for name in binder.names}


def _gather(text: str, bound: Mapping[str, str | None], known: set[str], found: dict[str, _Use]) -> None:
    try:
        expression = parse_expression(text)
    except ParseError:
        return
    _visit(expression, bound, known, found)


def _visit(node: Expression, bound: Mapping[str, str | None], known: set[str], found: dict[str, _Use]) -> None:
    match node:
        case Name(name=name) if name not in bound and name not in known:
            found.setdefault(name, _Use())
        case Item(name=name, indices=indices) if name not in known:
            found.setdefault(name, _Use([_set_of(index, bound) for index in indices]))
        case Call(function="card" | "first" | "last") | Membership():
            return
        case Aggregate(binders=binders) | Piecewise(binders=binders):
            bound = {**bound, **_bound(binders)}
    for child in children(node):
        _visit(child, bound, known, found)


def _set_of(index: Expression, bound: Mapping[str, str | None]) -> str | None:
    return bound.get(index.name) if isinstance(index, Name) else None


def unused_empty_parameters(document: Document) -> Document:
    """The document without parameters that have no data and are used nowhere."""
    formulation, data = document.formulation, document.data
    texts = [constraint.expression + " " + constraint.for_each for constraint in formulation.constraints]
    texts += [formulation.objective.expression] if formulation.objective else []
    texts += [text for variable in formulation.variables for text in (variable.lower, variable.upper) if text]
    used = set(re.findall(r"[^\W\d]\w*", " ".join(texts)))
    kept = tuple(
        parameter
        for parameter in formulation.parameters
        if parameter.name in used or parameter.name in data.parameters or parameter.default is not None
    )
    if len(kept) == len(formulation.parameters):
        return document
    return document.model_copy(update={"formulation": formulation.model_copy(update={"parameters": kept})})
