"""The value of a formulation at a point, straight from the expressions: the check on everything grounding did.

Independent of ``frames``, ``terms`` and ``ground`` by construction: here every bound index is an *axis* of a dense
array, sums reduce axes under a mask, and nothing is sparse. Large templates are worked through in slices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formulations.data import Instance
from formulations.expression import Binder, Comparison, Item, Name
from formulations.formulation import Member, Variable
from formulations.parse import parse_binders, parse_expression, parse_index
from formulations.point import EvaluationError, Point, Scope, extended, slices
from formulations.program import Floats, label

__all__ = ["Evaluation", "EvaluationError", "evaluate"]

#: Violations named at most.
_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is true at a point.

    objective: in the user's sense, None without an objective. violations: by label of a constraint, or of a
    variable for its bounds and integrality, how far it is missed (only those missed; the largest thousand).
    max_violation: the largest, infinite where an expression has no value. worst: its label, "" if all hold.
    """

    objective: float | None
    violations: Mapping[str, float]
    max_violation: float
    worst: str


def evaluate(instance: Instance, values: Mapping[str, Floats]) -> Evaluation:
    """The objective and all violations at ``values``: per variable an array with one axis per index set.

    Raises EvaluationError if a variable is missing or misshapen, ParseError if an expression cannot be read.
    """
    point = Point(instance, values)
    found: list[tuple[float, str]] = []
    for variable in instance.formulation.variables:
        found += _variable_violations(point, variable)
    for constraint in instance.formulation.constraints:
        binders, condition = parse_binders(constraint.for_each)
        expression = parse_expression(constraint.expression)
        if not isinstance(expression, Comparison):
            raise EvaluationError(f"constraint '{constraint.name}' is not a comparison: {constraint.expression}")
        switch = parse_expression(constraint.when) if constraint.when else None
        for scope in slices(point, binders, (expression,)):
            active = point.truth(condition, scope) if condition is not None else np.asarray(True)
            if switch is not None:
                active = active & point.switched_on(switch, scope)
            amount = np.where(active, point.violation(expression, scope), 0.0)
            found += _listed(constraint.name, np.broadcast_to(amount, scope.shape), scope, binders)
    found.sort(key=lambda entry: -entry[0])
    objective = instance.formulation.objective
    total = None
    if objective is not None:
        # A matrix of products must not be asked for at once: sums over large sets are sliced inside.
        total = float(point.value(parse_expression(objective.expression), Scope()))
    return Evaluation(
        objective=total,
        violations={name: amount for amount, name in found[:_LISTED]},
        max_violation=found[0][0] if found else 0.0,
        worst=found[0][1] if found else "",
    )


def _variable_violations(point: Point, variable: Variable) -> list[tuple[float, str]]:
    array, sets = point.tables[variable.name]
    binders = tuple(
        binder if binder.names else Binder(tuple(f"{k}.{d}" for d in range(sets[k].dimension)), binder.set_name)
        for k, binder in enumerate(map(parse_index, variable.indices))
    )
    scope = extended(point, Scope(), binders)
    missed = np.where(np.isfinite(array), 0.0, np.inf)
    lower, upper = _bounds(point, variable, binders, scope)
    if lower is not None:
        missed = np.maximum(missed, lower - array)
    if upper is not None:
        missed = np.maximum(missed, array - upper)
    if variable.domain != "continuous":
        missed = np.maximum(missed, np.abs(array - np.round(array)))
    missed = np.where(np.isnan(missed), np.inf, missed)
    return _listed(variable.name, missed, scope, binders)


def _bounds(
    point: Point, variable: Variable, binders: tuple[Binder, ...], scope: Scope
) -> tuple[Floats | None, Floats | None]:
    """Lower and upper bounds as arrays; a bare name of a parameter over the same sets means its own entries."""
    result: list[Floats | None] = []
    for text in (variable.lower, variable.upper):
        node = None if text is None else parse_expression(text)
        if isinstance(node, Name) and node.name in point.tables and point.tables[node.name][1]:
            node = Item(node.name, tuple(Name(name) for binder in binders for name in binder.names))
        result.append(None if node is None else point.value(node, scope))
    lower, upper = result
    if variable.domain == "binary":
        lower = np.maximum(lower, 0.0) if lower is not None else np.asarray(0.0)
        upper = np.minimum(upper, 1.0) if upper is not None else np.asarray(1.0)
    return lower, upper


def _listed(name: str, amounts: Floats, scope: Scope, binders: tuple[Binder, ...]) -> list[tuple[float, str]]:
    """The largest violations of one slice with their labels."""
    flat = amounts.ravel()
    places = np.flatnonzero(flat > 0)
    places = places[np.argsort(-flat[places], kind="stable")][:_LISTED]
    found = []
    for place in places.tolist():
        position = np.unravel_index(place, amounts.shape) if amounts.shape else ()
        key: list[Member] = []
        for binder in binders:
            for index_name in binder.names:
                axis = scope.names[index_name]
                key.append(axis.universe.members[axis.codes[position[axis.number]]])
        found.append((float(flat[place]), label(name, tuple(key))))
    return found
