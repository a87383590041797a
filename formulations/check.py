"""Everything that is wrong, doubtful or worth knowing about a formulation, told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from formulations.expression import (
    Comparison,
    Expression,
    Item,
    Junction,
    Membership,
    Name,
    Negative,
    Not,
    Number,
)
from formulations.findings import Finding, Part, Place, Report, finding_dict, render, render_all
from formulations.formulation import Constraint, Data, Formulation, Objective, Parameter, Set, Variable
from formulations.meaning import Meaning
from formulations.refusals import RESERVED
from formulations.suspicions import find_big_m, find_broken_count, find_nonlinear
from formulations.symbols import Position, depends, did_you_mean, symbols
from formulations.texts import (
    Parsed,
    all_places,
    bound_names,
    bounds,
    objective_place,
    place_of,
    read_texts,
)
from formulations.units import find_unit_mistakes

__all__ = ["Finding", "check", "finding_dict", "render", "render_all"]

_RANKS = {"error": 0, "warning": 1, "info": 2}


def check(formulation: Formulation, data: Data | None = None) -> tuple[Finding, ...]:
    """All findings: errors first, then warnings, then notes, each in the order of the elements.

    With ``data``, members written in quotes, data for undeclared names and the sizes of numbers are checked, too.
    """
    report = Report()
    parsed = read_texts(formulation, report)
    known = symbols(formulation, data)
    meaning = Meaning(known, report, bound_names(parsed), used=set(parsed.unread))
    _check_names(formulation, report)
    _check_sets(formulation, meaning)
    _check_parameters(formulation, meaning)
    for position, variable in enumerate(formulation.variables):
        _check_variable(position, variable, parsed, meaning)
    _check_objective(formulation.objective, parsed, meaning)
    for position, constraint in enumerate(formulation.constraints):
        _check_constraint(position, constraint, parsed, meaning)
    _check_whole(formulation, report)
    _check_use(formulation, meaning.used, report)
    if data is not None:
        _check_data(formulation, data, report)
    find_unit_mistakes(formulation, parsed.expressions, known, report)
    order = {place: number for number, place in enumerate(all_places(formulation))}
    found = sorted(report, key=lambda finding: (_RANKS[finding.severity], order.get(finding.element, len(order))))
    return tuple(found)


# -- elements -------------------------------------------------------------------------------------------------------


def _check_names(formulation: Formulation, report: Report) -> None:
    seen: dict[str, str] = {}
    groups: Iterable[tuple[str, tuple[Set | Parameter | Variable | Constraint, ...]]] = (
        ("sets", formulation.sets),
        ("parameters", formulation.parameters),
        ("variables", formulation.variables),
        ("constraints", formulation.constraints),
    )
    places = [place_of(kind, k, element.name) for kind, elements in groups for k, element in enumerate(elements)]
    if formulation.objective is not None:
        name = formulation.objective.name
        places.insert(len(places) - len(formulation.constraints), Place(f"objective '{name}'", name))
    for place in places:
        in_expressions = not place.element.startswith(("objective", "constraints"))
        if place.name in seen:
            reason, hint = f"the name is taken by {seen[place.name]}", "give every element a name of its own"
            report.add("error", "duplicate-name", place, reason=reason, hint=hint)
        seen.setdefault(place.name, place.element)
        if in_expressions and (place.name in RESERVED or not place.name.isidentifier()):
            reason = "the name is a function or a reserved word, so that no expression can use it"
            if place.name not in RESERVED:
                reason = "the name has a character that no expression can use"
            hint = f"rename it, for instance {_free_name(place.name)}"
            report.add("error", "reserved-name", place, reason=reason, hint=hint)


def _free_name(name: str) -> str:
    letters = "".join(character for character in name if character.isidentifier() or character.isalnum())
    return f"{letters}_value" if letters.isidentifier() else "value"


def _check_sets(formulation: Formulation, meaning: Meaning) -> None:
    for number, index_set in enumerate(formulation.sets):
        place = place_of("sets", number, index_set.name)
        for parent in index_set.within:
            _known_set(parent, place, meaning)
        circular = index_set.name not in meaning.symbols.positions
        if circular and all(parent in meaning.symbols.sets for parent in index_set.within):
            hint = "remove the circle of 'within' clauses"
            reason = "the set lies within itself"
            meaning.report.add("error", "circular-set", place, reason=reason, hint=hint)


def _check_parameters(formulation: Formulation, meaning: Meaning) -> None:
    for number, parameter in enumerate(formulation.parameters):
        for set_name in parameter.indices:
            _known_set(set_name, place_of("parameters", number, parameter.name), meaning)


def _known_set(name: str, place: Place, meaning: Meaning) -> None:
    meaning.used.add(name)
    if name not in meaning.symbols.sets:
        hint = did_you_mean(name, meaning.symbols.sets) or f"declare it: set {name}"
        meaning.report.add("error", "unknown-set", place, reason=f"unknown set '{name}'", hint=hint)


def _check_variable(number: int, variable: Variable, parsed: Parsed, meaning: Meaning) -> None:
    scope: dict[str, Position | None] = {}
    for text in variable.indices:
        place = place_of("variables", number, variable.name, "indices", text)
        if place in parsed.indices:
            scope = meaning.bind([parsed.indices[place]], None, scope, place)
    literals: dict[Part, float | None] = {}
    for part, written in bounds(variable):
        bound = parsed.expressions.get(place_of("variables", number, variable.name, part, written or ""))
        if written is not None and bound is not None:
            place = place_of("variables", number, variable.name, part, written)
            _check_bound(bound, variable, scope, place, meaning)
            literals[part] = _literal(bound)
    low, high = literals.get("lower"), literals.get("upper")
    place = place_of("variables", number, variable.name, "upper", variable.upper or "")
    if low is not None and high is not None and low > high:
        reason = f"the lower bound {low:g} is above the upper bound {high:g}"
        hint = "exchange them or correct one of them"
        meaning.report.add("error", "bounds-cross", place, reason=reason, hint=hint)
    find_broken_count(variable, place_of("variables", number, variable.name), meaning.report)


def _check_bound(
    bound: Expression, variable: Variable, scope: dict[str, Position | None], place: Place, meaning: Meaning
) -> None:
    if isinstance(bound, Comparison | Membership | Junction | Not):
        hint = "write one number or formula as a bound; relations are constraints"
        reason = "a bound is a number, not a comparison"
        meaning.report.add("error", "comparison-in-bound", place, reason=reason, column=bound.at, hint=hint)
        return
    if isinstance(bound, Name) and bound.name in meaning.symbols.parameters:
        # A bare ``cap`` in a bound of ``x[Plants]`` means the entry of the same indices.
        own = meaning.symbols.arity(variable.name) if variable.name in meaning.symbols.variables else None
        if own and own == meaning.symbols.arity(bound.name):
            meaning.used.add(bound.name)
            return
    meaning.number(bound, scope, place, data_only="a bound")


def _literal(expression: Expression) -> float | None:
    match expression:
        case Number(value=value):
            return value
        case Negative(operand=operand):
            value_or_none = _literal(operand)
            return None if value_or_none is None else -value_or_none
    return None


def _check_objective(objective: Objective | None, parsed: Parsed, meaning: Meaning) -> None:
    if objective is None:
        reason = "there is no objective: any feasible plan will do"
        hint = "write minimize NAME: ... or maximize NAME: ... if one plan is better than another"
        meaning.report.add("info", "no-objective", Place("objective"), reason=reason, hint=hint)
        return
    place = objective_place(objective)
    if objective.sense is None:
        hint = f"write minimize {objective.name}: ... or maximize {objective.name}: ..."
        reason = "the objective does not say whether to minimize or to maximize"
        meaning.report.add("error", "no-sense", Place(place.element, place.name), reason=reason, hint=hint)
    expression = parsed.expressions.get(place)
    if expression is None:
        return
    if isinstance(expression, Comparison | Membership | Junction | Not):
        hint = "write what is minimized or maximized; a comparison is a constraint"
        reason = "there is a comparison in the objective"
        meaning.report.add("error", "comparison-in-objective", place, reason=reason, column=expression.at, hint=hint)
    meaning.number(expression, {}, place)
    if not depends(expression, meaning.symbols):
        hint = "write it in terms of the variables"
        reason = "the objective does not depend on any variable"
        meaning.report.add("warning", "no-variable", place, reason=reason, hint=hint)
    find_nonlinear(expression, meaning.symbols, place, meaning.report)


def _check_constraint(number: int, constraint: Constraint, parsed: Parsed, meaning: Meaning) -> None:
    place = place_of("constraints", number, constraint.name, "for_each", constraint.for_each)
    scope: dict[str, Position | None] = {}
    if place in parsed.binders:
        binders, condition = parsed.binders[place]
        scope = meaning.bind(binders, condition, scope, place)
    elif constraint.for_each:
        return  # with unreadable binders every index would seem unbound
    if constraint.when is not None:
        place = place_of("constraints", number, constraint.name, "when", constraint.when)
        if place in parsed.expressions:
            _check_when(parsed.expressions[place], scope, place, meaning)
    place = place_of("constraints", number, constraint.name, "expression", constraint.expression)
    if place not in parsed.expressions:
        return
    expression = parsed.expressions[place]
    _check_relation(expression, place, meaning)
    meaning.number(expression, scope, place)
    if not depends(expression, meaning.symbols):
        hint = "a condition on data belongs after 'if' or into the data"
        reason = "the constraint does not depend on any variable"
        meaning.report.add("warning", "no-variable", place, reason=reason, hint=hint)
    find_nonlinear(expression, meaning.symbols, place, meaning.report)
    find_big_m(expression, meaning.symbols, place, meaning.report)


def _check_relation(expression: Expression, place: Place, meaning: Meaning) -> None:
    add = meaning.report.add
    match expression:
        case Comparison(operators=operators):
            for sign in operators:
                if sign in ("<", ">"):
                    hint = f"write {sign}=; if equality is excluded, move a margin to one side: x {sign}= limit "
                    hint += "- 1 for whole numbers" if sign == "<" else "+ 1 for whole numbers"
                    reason = f"a constraint is not strict, but there is '{sign}'"
                    add("error", "strict", place, reason=reason, column=expression.at, hint=hint)
                elif sign == "!=":
                    reason, hint = "'!=' is no constraint", "model it with a binary variable and two constraints"
                    add("error", "strict", place, reason=reason, column=expression.at, hint=hint)
        case Junction(operator="and"):
            reason, hint = "'and' joins conditions, not constraints", "write two constraints"
            add("error", "no-comparison", place, reason=reason, column=expression.at, hint=hint)
        case Junction() | Not() | Membership():
            reason = "this is a condition on data, not a constraint"
            hint = "compare two expressions with <=, >= or ==; alternatives need a binary variable and 'when'"
            add("error", "no-comparison", place, reason=reason, column=expression.at, hint=hint)
        case _:
            hint = "write EXPRESSION <= EXPRESSION, or >= or =="
            reason = "the constraint has no comparison"
            add("error", "no-comparison", place, reason=reason, column=expression.at, hint=hint)


def _check_when(expression: Expression, scope: Mapping[str, Position | None], place: Place, meaning: Meaning) -> None:
    reason, hint = "'when' needs a binary variable that equals 0 or 1", "write when y[i] == 1 with y binary"
    match expression:
        case Comparison(operands=(Name() | Item() as switch, Number(value=value)), operators=("==",)):
            meaning.number(switch, scope, place)
            variable = meaning.symbols.variables.get(switch.name)
            if variable is not None and variable.domain != "binary":
                reason = f"'{switch.name}' is {variable.domain}, but {reason}"
                hint = f"write variable {switch.name} binary"
            elif variable is None and meaning.symbols.is_number(switch.name):
                reason = f"'{switch.name}' is a parameter, but {reason}"
                hint = "put a condition on data after 'if': for i in I if ..."
            elif value in (0.0, 1.0):
                return
        case _:
            meaning.number(expression, scope, place)
    meaning.report.add("error", "when-form", place, reason=reason, column=expression.at, hint=hint)


# -- the whole ------------------------------------------------------------------------------------------------------


def _check_whole(formulation: Formulation, report: Report) -> None:
    if not formulation.variables:
        reason, hint = "there is nothing to decide", "declare what is to be decided: variable NAME >= 0"
        report.add("error", "no-variables", Place("variables"), reason=reason, hint=hint)
    if not formulation.constraints:
        reason, hint = "there are no constraints", "write what limits the decisions: constraint NAME: ... <= ..."
        report.add("warning", "no-constraints", Place("constraints"), reason=reason, hint=hint)


def _check_use(formulation: Formulation, used: set[str], report: Report) -> None:
    kinds = (("sets", formulation.sets), ("parameters", formulation.parameters), ("variables", formulation.variables))
    for kind, elements in kinds:
        for number, element in enumerate(elements):
            if element.name not in used:
                reason = f"the {kind[:-1]} is never used"
                hint = "use it or remove it"
                if kind == "parameters":
                    hint = "use it or remove it: a number that matters may be missing from a constraint"
                place = place_of(kind, number, element.name)
                report.add("warning", f"unused-{kind[:-1]}", place, reason=reason, hint=hint)


def _check_data(formulation: Formulation, data: Data, report: Report) -> None:
    sets = {element.name for element in formulation.sets}
    parameters = {element.name for element in formulation.parameters}
    for name in data.sets:
        if name not in sets:
            hint = did_you_mean(name, sets) or f"declare it: set {name}"
            reason = f"there are members for '{name}', which is not a declared set"
            report.add("error", "unknown-data", Place(f"data '{name}'", name), reason=reason, hint=hint)
    for name in data.parameters:
        if name not in parameters:
            hint = did_you_mean(name, parameters) or f"declare it: parameter {name}"
            reason = f"there are numbers for '{name}', which is not a declared parameter"
            report.add("error", "unknown-data", Place(f"data '{name}'", name), reason=reason, hint=hint)
