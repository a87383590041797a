"""Units carried through every expression: what is added or compared must be of one kind, and of one scale.

Literals and symbols without a declared unit fit anything, so a formulation is only held to the units it declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Comparison,
    Expression,
    Item,
    Junction,
    Membership,
    Name,
    Negative,
    Not,
    Number,
    Piecewise,
)
from formulations.findings import Place, Report
from formulations.formulation import Formulation, Parameter, Variable
from formulations.symbols import Symbols, names_in
from formulations.unit_words import UnitError, Units

if TYPE_CHECKING:
    from pint import Quantity

_SHOWN_SYMBOLS = 4
_EXACT = 1e-9
_NOT_GIVEN = frozenset({"", "-", "–", "n/a", "na", "none"})


def find_unit_mistakes(
    formulation: Formulation, expressions: Mapping[Place, Expression], symbols: Symbols, report: Report
) -> None:
    """Warn of every sum, comparison, bound, function and objective whose units do not fit; silent without units."""
    if not _any_unit(formulation):
        return
    units = Units()
    declared = _declared(formulation, units, report)
    carrier = _Carrier(units, declared, {name: _unit_text(symbols, name) for name in declared}, report)
    objective = formulation.objective
    for place, expression in expressions.items():
        if place.part == "when":
            continue
        unit = carrier.unit(expression, place)
        if place.part in ("lower", "upper"):
            carrier.compare(declared.get(place.name), unit, place, "the bound of", (Name(place.name), expression))
        elif objective is not None and place.element == f"objective '{objective.name}'" and objective.unit:
            carrier.objective(_read(objective.unit, place, units, report), unit, place, expression)


def _any_unit(formulation: Formulation) -> bool:
    elements: tuple[Parameter | Variable, ...] = (*formulation.parameters, *formulation.variables)
    objective = formulation.objective
    return any(element.unit.strip() for element in elements) or bool(objective and objective.unit.strip())


def _unit_text(symbols: Symbols, name: str) -> str:
    element = symbols.parameters.get(name) or symbols.variables.get(name)
    return "" if element is None else element.unit


def _declared(formulation: Formulation, units: Units, report: Report) -> dict[str, Quantity]:
    """The units of parameters and variables that are given and can be read."""
    declared: dict[str, Quantity] = {}
    kinds: tuple[tuple[str, Sequence[Parameter | Variable]], ...] = (
        ("parameters", formulation.parameters),
        ("variables", formulation.variables),
    )
    for kind, elements in kinds:
        for number, element in enumerate(elements):
            place = Place(f"{kind}[{number}] '{element.name}'", element.name)
            unit = _read(element.unit, place, units, report)
            if unit is not None:
                declared.setdefault(element.name, unit)
    return declared


def _read(text: str, place: Place, units: Units, report: Report) -> Quantity | None:
    if text.strip().casefold() in _NOT_GIVEN:
        return None
    try:
        return units.read(text)
    except UnitError as error:
        place = Place(place.element, place.name, "unit", text)
        hint = "write a unit like kg, USD/t, pizza, h or %; put other words into the description"
        report.add("warning", "unit-unreadable", place, reason=error.reason, column=error.column, hint=hint)
        return None


@dataclass(frozen=True, slots=True)
class _Carrier:
    """The unit of every expression; None is a unit that fits anything."""

    units: Units
    declared: Mapping[str, Quantity]
    texts: Mapping[str, str]
    report: Report

    def unit(self, node: Expression, place: Place) -> Quantity | None:
        match node:
            case Name(name=name) | Item(name=name):
                return self.declared.get(name)
            case Negative(operand=operand) | Call(function="abs", arguments=(operand,)):
                return self.unit(operand, place)
            case Binary():
                return self._binary(node, place)
            case Call(function="sqrt", arguments=(argument,)):
                unit = self.unit(argument, place)
                return None if unit is None else self.units.power(unit, 0.5)
            case Call(function="exp" | "log" | "sin" | "cos" as function, arguments=(argument,)):
                return self._number_only(function, argument, place)
            case Call(function="min" | "max", arguments=arguments):
                return self._same(arguments, place, "are compared")
            case Aggregate():
                return self._aggregate(node, place)
            case Piecewise(argument=argument, breakpoint=breakpoint, value=value, condition=condition):
                self._condition(condition, place)
                self._same((argument, breakpoint), place, "are compared")
                return self.unit(value, place)
            case Comparison(operands=operands):
                self._same(operands, place, "are compared")
            case Junction() | Not() | Membership():
                self._condition(node, place)
        return None

    def _binary(self, node: Binary, place: Place) -> Quantity | None:
        if node.operator == "**":
            return self._power(node, place)
        if node.operator in ("+", "-"):
            verb = "are added" if node.operator == "+" else "are subtracted"
            return self._same((node.left, node.right), place, verb)
        left, right = self.unit(node.left, place), self.unit(node.right, place)
        if left is None or right is None:
            return None
        return self.units.product(left, right, divide=node.operator == "/")

    def _power(self, node: Binary, place: Place) -> Quantity | None:
        base = self.unit(node.left, place)
        exponent = _literal(node.right)
        if base is None or exponent is not None:
            return None if base is None or exponent is None else self.units.power(base, exponent)
        if not base.dimensionless:
            reason = f"{self.units.text(base)} is raised to a power that is not a literal number"
            hint = f"divide by a reference amount first, so that the base is a plain number{self._legend([node.left])}"
            self.report.add("warning", "unit-exponent", place, reason=reason, column=node.right.at, hint=hint)
        return None

    def _number_only(self, function: str, argument: Expression, place: Place) -> Quantity | None:
        unit = self.unit(argument, place)
        if unit is not None and not unit.dimensionless:
            reason = f"{function} is taken of {self.units.text(unit)}, but needs a plain number"
            hint = f"divide by a reference amount first{self._legend([argument])}"
            self.report.add("warning", "unit-argument", place, reason=reason, column=argument.at, hint=hint)
            return None
        return self.units.plain

    def _aggregate(self, node: Aggregate, place: Place) -> Quantity | None:
        self._condition(node.condition, place)
        unit = self.unit(node.body, place)
        # The unit of a product depends on the number of its factors, unless they are plain numbers.
        return None if node.function == "prod" and unit is not None and not unit.dimensionless else unit

    def _condition(self, node: Expression | None, place: Place) -> None:
        match node:
            case Comparison():
                self.unit(node, place)
            case Junction(operands=operands):
                for operand in operands:
                    self._condition(operand, place)
            case Not(operand=operand):
                self._condition(operand, place)

    def _same(self, nodes: Iterable[Expression], place: Place, verb: str) -> Quantity | None:
        """The common unit of expressions that are added or compared; reports each that does not fit the first."""
        first: Quantity | None = None
        first_node: Expression | None = None
        for node in nodes:
            unit = self.unit(node, place)
            if first is None:
                first, first_node = unit, node
            elif unit is not None and first_node is not None:
                self.compare(first, unit, place, verb, (first_node, node))
        return first

    def compare(
        self,
        left: Quantity | None,
        right: Quantity | None,
        place: Place,
        verb: str,
        nodes: tuple[Expression, Expression],
    ) -> None:
        """Report two units that are not of the same dimension, or not of the same scale."""
        if left is None or right is None:
            return
        shown = f"{self.units.text(left)} and {self.units.text(right)}"
        if verb == "the bound of":
            reason = f"the variable is in {self.units.text(left)}, but its bound in {self.units.text(right)}"
        else:
            reason = f"{shown} {verb}"
        self._report(left, right, reason, place, nodes)

    def objective(self, wanted: Quantity | None, unit: Quantity | None, place: Place, node: Expression) -> None:
        """Report an objective whose expression has another unit than it declares."""
        if wanted is None or unit is None:
            return
        reason = f"the objective is declared in {self.units.text(wanted)}, but its terms are {self.units.text(unit)}"
        self._report(wanted, unit, reason, place, (node, node))

    def _report(
        self, left: Quantity, right: Quantity, reason: str, place: Place, nodes: tuple[Expression, Expression]
    ) -> None:
        column, legend = nodes[1].at, self._legend(nodes)
        if not self.units.same_dimension(left, right):
            hint = f"multiply or divide by the missing quantity, or correct a declared unit{legend}"
            self.report.add("warning", "unit-mismatch", place, reason=reason, column=column, hint=hint)
            return
        ratio = self.units.ratio(left, right)
        if abs(ratio - 1) > _EXACT:
            hint = f"numbers are not converted: use one unit, or a factor of {max(ratio, 1 / ratio):.6g}{legend}"
            self.report.add("warning", "unit-scale", place, reason=reason, column=column, hint=hint)

    def _legend(self, nodes: Iterable[Expression]) -> str:
        names = dict.fromkeys(name for node in nodes for name in names_in(node) if name in self.declared)
        shown = [f"{name} in {self.texts[name].strip()}" for name in list(names)[:_SHOWN_SYMBOLS]]
        return f" (declared: {', '.join(shown)}{', ...' if len(names) > _SHOWN_SYMBOLS else ''})" if shown else ""


def _literal(node: Expression) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Negative(operand=Number(value=value)):
            return -value
    return None
