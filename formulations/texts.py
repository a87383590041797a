"""The texts of a formulation, read once each, and the places where findings about them are reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from formulations.expression import Aggregate, Binder, Expression, Piecewise, walk
from formulations.findings import Part, Place, Report
from formulations.formulation import Formulation, Objective, Variable
from formulations.lexical import tokens
from formulations.parse import ParseError, parse_binders, parse_expression, parse_index
from formulations.refusals import MAX_LENGTH

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Parsed:
    """What could be read, by place; a text with a syntax error is reported and left out.

    unread: the names in texts that are left out, so that they do not seem unused.
    """

    expressions: Mapping[Place, Expression]
    binders: Mapping[Place, tuple[tuple[Binder, ...], Expression | None]]
    indices: Mapping[Place, Binder]
    unread: frozenset[str]


def read_texts(formulation: Formulation, report: Report) -> Parsed:
    expressions: dict[Place, Expression] = {}
    binders: dict[Place, tuple[tuple[Binder, ...], Expression | None]] = {}
    indices: dict[Place, Binder] = {}
    unread: set[str] = set()

    def read(parse: Callable[[str], T], found: dict[Place, T], place: Place) -> None:
        try:
            found[place] = parse(place.text)
        except ParseError as error:
            report.add("error", "syntax", place, reason=error.reason, column=error.column, hint=error.hint)
            unread.update(_names(place.text))

    for number, variable in enumerate(formulation.variables):
        for text in variable.indices:
            read(parse_index, indices, place_of("variables", number, variable.name, "indices", text))
        for part, bound in bounds(variable):
            if bound is not None:
                read(parse_expression, expressions, place_of("variables", number, variable.name, part, bound))
    if formulation.objective is not None:
        read(parse_expression, expressions, objective_place(formulation.objective))
    for number, constraint in enumerate(formulation.constraints):
        place = place_of("constraints", number, constraint.name, "for_each", constraint.for_each)
        read(parse_binders, binders, place)
        if place not in binders:
            # With unreadable binders nothing is said about the indices that the other texts use.
            unread.update(_names(constraint.expression), _names(constraint.when or ""))
        if constraint.when is not None:
            place = place_of("constraints", number, constraint.name, "when", constraint.when)
            read(parse_expression, expressions, place)
        place = place_of("constraints", number, constraint.name, "expression", constraint.expression)
        read(parse_expression, expressions, place)
    return Parsed(expressions, binders, indices, frozenset(unread))


def _names(text: str) -> set[str]:
    return {token.text for token in tokens(text[:MAX_LENGTH]) if token.kind == "name"}


def bounds(variable: Variable) -> tuple[tuple[Part, str | None], ...]:
    return (("lower", variable.lower), ("upper", variable.upper))


def place_of(kind: str, number: int, name: str, part: Part = "", text: str = "") -> Place:
    return Place(f"{kind}[{number}] '{name}'", name, part, text)


def objective_place(objective: Objective, part: Part = "expression") -> Place:
    return Place(f"objective '{objective.name}'", objective.name, part, objective.expression)


def all_places(formulation: Formulation) -> list[str]:
    """The places of all elements in reading order."""
    kinds = (("sets", formulation.sets), ("parameters", formulation.parameters), ("variables", formulation.variables))
    places = [place_of(kind, k, element.name).element for kind, elements in kinds for k, element in enumerate(elements)]
    if formulation.objective is not None:
        places.append(objective_place(formulation.objective).element)
    return places + [place_of("constraints", k, c.name).element for k, c in enumerate(formulation.constraints)]


def bound_names(parsed: Parsed) -> frozenset[str]:
    """Every index name that is bound anywhere."""
    binders = [*parsed.indices.values()]
    expressions = [*parsed.expressions.values()]
    for outer, condition in parsed.binders.values():
        binders += outer
        expressions += [] if condition is None else [condition]
    for expression in expressions:
        for node in walk(expression):
            if isinstance(node, Aggregate | Piecewise):
                binders += node.binders
    return frozenset(name for binder in binders for name in binder.names)
