"""A formulation with every expression parsed: what all symbolic exports read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from formulations.data import Instance, bind
from formulations.exports.exporter import ExportRefused
from formulations.exports.index_letters import IndexLetters, index_letters
from formulations.expression import Binder, Comparison, Expression, Item, Name, Number, walk
from formulations.formulation import (
    Constraint,
    Document,
    Element,
    Formulation,
    Objective,
    Parameter,
    Sense,
    Set,
    Variable,
)
from formulations.frames import GroundingError
from formulations.ground import ground
from formulations.parse import ParseError, parse_binders, parse_expression, parse_index
from formulations.program import Program


@dataclass(frozen=True)
class ParsedVariable:
    """``binders`` name every index, also where the formulation does not; bounds are data over these names.

    ``rounded``: whether a bound of a whole number is a fraction, to be moved inwards: not every presolve bears one.
    """

    element: Variable
    binders: tuple[Binder, ...]
    lower: Expression | None
    upper: Expression | None
    rounded: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for binder in self.binders for name in binder.names)


@dataclass(frozen=True)
class Switch:
    """The binary variable of an indicator constraint, and the value for which the constraint must hold."""

    variable: Name | Item
    active: bool


@dataclass(frozen=True)
class ParsedConstraint:
    element: Constraint
    binders: tuple[Binder, ...]
    condition: Expression | None
    relation: Comparison
    switch: Switch | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for binder in self.binders for name in binder.names)


@dataclass(frozen=True)
class ParsedObjective:
    element: Objective
    expression: Expression
    sense: Sense


@dataclass(frozen=True, eq=False)
class Parsed:
    formulation: Formulation
    variables: Mapping[str, ParsedVariable]
    objective: ParsedObjective | None
    constraints: tuple[ParsedConstraint, ...]

    @cached_property
    def sets(self) -> Mapping[str, Set]:
        return {element.name: element for element in self.formulation.sets}

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        return {element.name: element for element in self.formulation.parameters}

    def universes(self, set_name: str) -> tuple[str, ...]:
        """The outermost plain set that each position of the set's members comes from."""
        within = self.sets[set_name].within
        return tuple(root for parent in within for root in self.universes(parent)) if within else (set_name,)

    def lies_within(self, inner: str, outer: str) -> bool:
        """Whether declarations alone make every member of ``inner`` a member of ``outer``."""
        within = self.sets[inner].within
        return inner == outer or (len(within) == 1 and self.lies_within(within[0], outer))

    def is_data(self, expression: Expression) -> bool:
        """Whether no variable occurs."""
        return not any(isinstance(node, Name | Item) and node.name in self.variables for node in walk(expression))

    def expressions(self) -> Iterator[Expression]:
        """Every expression that stands in the formulation."""
        for variable in self.variables.values():
            yield from (bound for bound in (variable.lower, variable.upper) if bound is not None)
        if self.objective is not None:
            yield self.objective.expression
        for constraint in self.constraints:
            yield constraint.relation
            if constraint.condition is not None:
                yield constraint.condition
            if constraint.switch is not None:
                yield constraint.switch.variable

    def binders(self) -> Iterator[Binder]:
        """Every binder that stands in the formulation."""
        for variable in self.variables.values():
            yield from variable.binders
        for constraint in self.constraints:
            yield from constraint.binders
        for expression in self.expressions():
            for node in walk(expression):
                yield from getattr(node, "binders", ())


def place(element: Element) -> str:
    """``constraint 'capacity'``: how messages name an element."""
    return f"{type(element).__name__.lower()} '{element.name}'"


def parse(formulation: Formulation, target: str) -> Parsed:
    """Raises ExportRefused naming the element whose expression cannot be read."""
    parameters = {element.name: element for element in formulation.parameters}
    letters = index_letters(formulation)
    element: Element = Element(name="formulation")
    try:
        variables = {}
        for element in formulation.variables:
            variables[element.name] = _variable(element, parameters, letters)
        objective = None
        if formulation.objective is not None:
            element = formulation.objective
            expression = parse_expression(formulation.objective.expression)
            objective = ParsedObjective(formulation.objective, expression, formulation.objective.sense or "minimize")
        constraints = []
        for element in formulation.constraints:
            constraints.append(_constraint(element, target))
    except ParseError as error:
        raise ExportRefused(target, place(element), error.text, error.reason, hint=error.hint or "") from error
    except KeyError as error:
        reason = f"{error.args[0]!r} is not a declared set"
        raise ExportRefused(target, place(element), "", reason, hint="declare it, or correct its name") from error
    return Parsed(formulation, variables, objective, tuple(constraints))


def parse_instance(document: Document, target: str) -> tuple[Parsed, Instance, Program]:
    """The parsed formulation, its data, and the grounded program, whose features guide the choice of a solver.

    Raises ExportRefused, and DataError for incomplete data.
    """
    parsed = parse(document.formulation, target)
    instance = bind(document.formulation, document.data)
    try:
        program = ground(instance)
    except GroundingError as error:
        raise ExportRefused(target, error.place, error.text, error.reason, hint=error.hint) from error
    variables = {
        name: replace(variable, rounded=has_fractional_bounds(program, name))
        for name, variable in parsed.variables.items()
    }
    return replace(parsed, variables=variables), instance, program


def has_fractional_bounds(program: Program, name: str) -> bool:
    """Whether some entry of an integer variable has a bound that is no integer."""
    own = program.columns.span(name)
    if not program.integer[own].any():
        return False
    bounds = np.concatenate([program.column_lower[own], program.column_upper[own]])
    finite = bounds[np.isfinite(bounds)]
    return bool((finite != np.round(finite)).any())


def _variable(element: Variable, parameters: Mapping[str, Parameter], letters: IndexLetters) -> ParsedVariable:
    named = letters.named([parse_index(text) for text in element.indices])
    bounds = []
    for text in (element.lower, element.upper):
        bound = None if text is None else parse_expression(text)
        if isinstance(bound, Name) and bound.name in parameters:
            # A bare ``cap`` in a bound of ``x[Plants]`` means the entry of the same indices.
            indices = parameters[bound.name].indices
            if indices and indices == tuple(binder.set_name for binder in named):
                bound = Item(bound.name, tuple(Name(name) for binder in named for name in binder.names))
        bounds.append(bound)
    return ParsedVariable(element, named, bounds[0], bounds[1])


def _constraint(element: Constraint, target: str) -> ParsedConstraint:
    binders, condition = parse_binders(element.for_each)
    relation = parse_expression(element.expression)
    if not isinstance(relation, Comparison) or any(o not in ("<=", ">=", "==") for o in relation.operators):
        raise ExportRefused(target, place(element), element.expression, "is not a comparison with <=, >= or ==")
    switch = None
    if element.when is not None:
        match parse_expression(element.when):
            case Comparison(operands=(Name() | Item() as variable, Number(value=value)), operators=("==",)) if (
                value in (0.0, 1.0)
            ):
                switch = Switch(variable, value == 1.0)
            case _:
                reason = "is not a binary variable compared with 0 or 1"
                raise ExportRefused(target, place(element), element.when, reason)
    return ParsedConstraint(element, binders, condition, relation, switch)
