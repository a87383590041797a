"""The rewriting of abs, min, max, piecewise functions and products into calls of small helpers that add variables.

An exported module says ``absolute(model, x[i] - goal[i])`` where the formulation says ``abs(x[i] - goal[i])``; the
helper, whose text the target supplies, adds a variable and the constraints that tie it. Where the term may only be
too large for its own good (it is minimized, or stands on the small side of <=) an inequality is enough and the helper
ends in ``_above``; likewise ``_below``. Otherwise the helper is exact and, unless the target has indicator
constraints, takes the bounds of its argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from formulations.exports.exporter import ExportRefused
from formulations.exports.extremes import ONE, Unbounded, largest, minus, plus, smallest, times
from formulations.exports.parsed import Parsed, ParsedConstraint, place
from formulations.exports.polynomial import degree
from formulations.exports.ranges import Ranges
from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    ComparisonOperator,
    Expression,
    Item,
    Name,
    Negative,
    Number,
    Piecewise,
)
from formulations.printing import to_text

#: Functions that grow with their argument.
_INCREASING = ("exp", "log", "sqrt")


class Degree(Enum):
    """The terms that a target takes as they are."""

    LINEAR = 1
    QUADRATIC = 2
    NONLINEAR = 3


@dataclass(frozen=True)
class Abilities:
    """What a target takes: in the objective, in constraints, and whether exact helpers need bounds (big-M)."""

    name: str
    objective: Degree
    constraints: Degree
    big_m: bool
    hint: str


@dataclass(frozen=True, eq=False)
class Lowering:
    """The rewriting of one element, whose name goes into refusals."""

    abilities: Abilities
    ranges: Ranges
    element: str
    degree: Degree

    @property
    def parsed(self) -> Parsed:
        return self.ranges.parsed

    def refused(self, node: Expression, reason: str, hint: str = "") -> ExportRefused:
        """The refusal of one term."""
        return ExportRefused(self.abilities.name, self.element, to_text(node), reason, hint=hint or self.abilities.hint)

    def lowered(self, node: Expression, position: int) -> Expression:
        """``position`` 1: only an upper side holds the expression down, so a larger stand-in will do; -1: a smaller
        one; 0: neither. Raises ExportRefused."""
        if self.parsed.is_data(node):
            return node
        match node:
            case Name() | Item():
                return node
            case Negative(operand=operand):
                return Negative(self.lowered(operand, -position))
            case Binary(operator="+", left=left, right=right):
                return replace(node, left=self.lowered(left, position), right=self.lowered(right, position))
            case Binary(operator="-", left=left, right=right):
                return replace(node, left=self.lowered(left, position), right=self.lowered(right, -position))
            case Binary(operator="*", left=left, right=right):
                return self._product(node, left, right, position)
            case Binary(operator="/", left=left, right=right) if self.parsed.is_data(right):
                return replace(node, left=self.lowered(left, position * (self.ranges.sign(right) or 0)))
            case Binary(operator="**", left=left, right=Number(value=value)) if value in (1.0, 2.0):
                return self._power(node, left, value, position)
            case Binary(left=left, right=right):
                self._require(Degree.NONLINEAR, node)
                if node.operator == "**" and not self.parsed.is_data(right) and self.ranges.of(left).lower <= 0:
                    reason = "a power with a variable exponent needs a base whose lower bound is above 0"
                    raise self.refused(node, reason, "give the variables in the base lower bounds above 0")
                base = self.lowered(left, 0)
                if node.operator == "**" and not self._is_whole(right):
                    base = self._defined(left, base)
                return replace(node, left=base, right=self.lowered(right, 0))
            case Call(function="abs", arguments=(argument,)):
                return self._absolute(argument, position)
            case Call(function="min" | "max" as function, arguments=arguments):
                return self._extremum(function, arguments, position)
            case Call(function=function, arguments=arguments):
                self._require(Degree.NONLINEAR, node)
                inner = self.lowered(arguments[0], position if function in _INCREASING else 0)
                if function in ("log", "sqrt"):
                    inner = self._defined(arguments[0], inner)
                return replace(node, arguments=(inner,))
            case Aggregate(function="sum", body=body):
                return replace(node, body=self._within(node).lowered(body, position))
            case Aggregate(function="prod", body=body):
                self._require(Degree.NONLINEAR, node)
                return replace(node, body=self._within(node).lowered(body, 0))
            case Aggregate(function=function):
                return self._extremum(function, (Call("each", (node,)),), position)
            case Piecewise():
                return self._piecewise(node, position)
            case _:
                raise self.refused(node, "variables cannot stand here")

    def _within(self, node: Aggregate | Piecewise) -> Lowering:
        return replace(self, ranges=self.ranges.within(node.binders))

    def _require(self, degree: Degree, node: Expression) -> None:
        if self.degree.value < degree.value:
            kind = "not linear" if self.degree is Degree.LINEAR else "neither linear nor quadratic"
            raise self.refused(node, f"this term is {kind}")

    def _is_whole(self, exponent: Expression) -> bool:
        value = self.ranges.constant(exponent)
        return value is not None and value == int(value)

    def _defined(self, original: Expression, lowered: Expression) -> Expression:
        """The argument of a root or a logarithm, kept from negative values: solvers drop redundant rows whole."""
        if self.parsed.is_data(original) or self.ranges.of(original).lower >= 0:
            return lowered
        return Call("nonnegative", (lowered,))

    # -- products ---------------------------------------------------------------------------------------------

    def _product(self, node: Binary, left: Expression, right: Expression, position: int) -> Expression:
        if self.parsed.is_data(left):
            return replace(node, right=self.lowered(right, position * (self.ranges.sign(left) or 0)))
        if self.parsed.is_data(right):
            return replace(node, left=self.lowered(left, position * (self.ranges.sign(right) or 0)))
        if self.degree is Degree.LINEAR and self.abilities.big_m:
            for switch, other in ((left, right), (right, left)):
                if self._is_binary(switch):
                    return self._switched(switch, other)
        if left == right:
            return self._power(Binary("**", left, Number(2.0), at=node.at), left, 2.0, position)
        self._require(Degree.QUADRATIC, node)
        lowered = Binary("*", self.lowered(left, 0), self.lowered(right, 0), at=node.at)
        if self.degree is Degree.QUADRATIC and degree(lowered, self.parsed) > 2:
            raise self.refused(node, "this product has a degree of more than two")
        return lowered

    def _is_binary(self, node: Expression) -> bool:
        match node:
            case Name(name=name) | Item(name=name):
                return name in self.parsed.variables and (self.parsed.variables[name].element.domain == "binary")
        return False

    def _switched(self, switch: Expression, other: Expression) -> Expression:
        """A binary variable times something bounded."""
        if switch == other:
            return switch
        value = self.lowered(other, 0)
        self._require_affine(value, other)
        return Call("switched", (switch, value, *self._bounds(other)))

    def _power(self, node: Binary, base: Expression, exponent: float, position: int) -> Expression:
        if exponent == 1.0:
            return self.lowered(base, position)
        if self._is_binary(base) and self.degree is Degree.LINEAR:
            return base
        self._require(Degree.QUADRATIC, node)
        # A stand-in on the far side of zero would not do: a square falls there before it rises again.
        inner = (self.ranges.sign(base) or 0) if position > 0 else 0
        lowered = self.lowered(base, inner)
        if self.degree is Degree.QUADRATIC:
            self._require_affine(lowered, node)
            return Call("square", (lowered,))
        return Binary("**", lowered, Number(2.0), at=node.at)

    # -- kinks ------------------------------------------------------------------------------------------------

    def _require_affine(self, lowered: Expression, node: Expression) -> None:
        if self.degree is not Degree.NONLINEAR and degree(lowered, self.parsed) > 1:
            raise self.refused(node, "the argument of this term is not linear")

    def _bounds(self, node: Expression) -> tuple[Expression, ...]:
        if not self.abilities.big_m:
            return ()
        try:
            return smallest(node, self.ranges), largest(node, self.ranges)
        except Unbounded as error:
            hint = "give the variables in it bounds"
            raise self.refused(node, f"needs finite bounds, but {error.reason}", hint) from error

    def _absolute(self, argument: Expression, position: int) -> Expression:
        sign = self.ranges.sign(argument)
        if sign is not None:
            lowered = self.lowered(argument, position * sign)
            return lowered if sign > 0 else Negative(lowered)
        value = self.lowered(argument, 0)
        self._require_affine(value, argument)
        if position > 0:
            return Call("absolute_above", (value,))
        return Call("absolute", (value, *self._bounds(argument)))

    def _extremum(self, function: str, arguments: tuple[Expression, ...], position: int) -> Expression:
        """min or max of listed terms, ``each(aggregate)`` standing for the bodies of an aggregate."""
        simple = position == (1 if function == "max" else -1)
        inner = position if simple else 0
        items = tuple(self._item(argument, inner) for argument in arguments)
        if simple:
            return Call("largest_above" if function == "max" else "smallest_below", (Call("items", items),))
        lower: list[Expression] = []
        upper: list[Expression] = []
        for argument in arguments:
            bounds = self._item_bounds(argument)
            lower += bounds[:1]
            upper += bounds[1:]
        name = "largest" if function == "max" else "smallest"
        return Call(name, (Call("items", items), *_ends("min", lower), *_ends("max", upper)))

    def _item_bounds(self, argument: Expression) -> tuple[Expression, ...]:
        match argument:
            case Call(function="each", arguments=(Aggregate(body=body) as whole,)):
                # The smallest body bounds them all from below, whichever of them the aggregate picks.
                bounds = self._within(whole)._bounds(body)
                return tuple(
                    replace(whole, function="min" if side == 0 else "max", body=bound)
                    for side, bound in enumerate(bounds)
                )
        return self._bounds(argument)

    def _item(self, argument: Expression, position: int) -> Expression:
        match argument:
            case Call(function="each", arguments=(Aggregate(body=body) as whole,)):
                inner = self._within(whole)
                lowered = inner.lowered(body, position)
                inner._require_affine(lowered, body)
                return Call("each", (replace(whole, body=lowered),))
        lowered = self.lowered(argument, position)
        self._require_affine(lowered, argument)
        return lowered

    def _piecewise(self, node: Piecewise, position: int) -> Expression:
        argument = self.lowered(node.argument, 0)
        self._require_affine(argument, node.argument)
        points = Aggregate(
            "sum", Call("tuple", (node.breakpoint, node.value)), node.binders, node.condition, at=node.at
        )
        name = {1: "piecewise_above", 0: "piecewise", -1: "piecewise_below"}[position]
        return Call(name, (argument, Call("items", (Call("each", (points,)),))))


def _ends(function: str, bounds: list[Expression]) -> tuple[Expression, ...]:
    distinct = tuple(dict.fromkeys(bounds))
    return distinct if len(distinct) < 2 else (Call(function, distinct),)


@dataclass(frozen=True)
class Relation:
    """One comparison of two sides, or a range with data at both ends; ``suffix`` tells the parts of a chain apart."""

    operands: tuple[Expression, ...]
    operators: tuple[ComparisonOperator, ...]
    suffix: str = ""


def relations(parsed: Parsed, constraint: ParsedConstraint) -> list[Relation]:
    """The comparisons of a chain; ``a <= expression <= b`` with data at its ends stays one."""
    operands, operators = constraint.relation.operands, constraint.relation.operators
    if len(operands) == 3 and operators in (("<=", "<="), (">=", ">=")):
        low, middle, high = operands
        if parsed.is_data(low) and parsed.is_data(high) and not parsed.is_data(middle):
            ordered = operands if operators[0] == "<=" else operands[::-1]
            return [Relation(ordered, ("<=", "<="))]
    if len(operands) == 2:
        return [Relation(operands, operators)]
    return [
        Relation((a, b), (operator,), f".{number}")
        for number, (a, operator, b) in enumerate(zip(operands, operators, operands[1:], strict=False), start=1)
    ]


_SIDES = {"<=": (1, -1), ">=": (-1, 1), "==": (0, 0)}


def lowered_relation(relation: Relation, lowering: Lowering) -> Relation:
    """The relation with every side rewritten."""
    if len(relation.operands) == 3:
        low, middle, high = relation.operands
        return replace(relation, operands=(low, lowering.lowered(middle, 0), high))
    sides = _SIDES[relation.operators[0]]
    operands = tuple(lowering.lowered(side, position) for side, position in zip(relation.operands, sides, strict=True))
    return replace(relation, operands=operands)


Refuse = Callable[[Expression, str, str], ExportRefused]


def switched_relations(
    relation: Relation, constraint: ParsedConstraint, ranges: Ranges, refuse: Refuse
) -> list[Relation]:
    """An indicator's relation as big-M inequalities: ``a <= b + M*(1 - y)``, M being the largest value of a - b.

    They are still to be lowered. ``refuse(term, reason, hint)`` makes the refusal where a bound is missing.
    """
    switch = constraint.switch
    if switch is None:
        return [relation]
    off = minus(ONE, switch.variable) if switch.active else switch.variable
    result = []
    for part in one_sided(relation):
        small, great = part.operands
        gap = minus(small, great)
        try:
            big_m = largest(gap, ranges)
        except Unbounded as error:
            reason = f"needs a finite bound where it is switched off, but {error.reason}"
            raise refuse(gap, reason, "give the variables in it bounds") from error
        result.append(replace(part, operands=(small, plus(great, times(big_m, off)))))
    return result


def one_sided(relation: Relation) -> list[Relation]:
    """Relations ``small <= great`` that together say the same, told apart by their suffixes."""
    pairs = inequalities(relation)
    if len(pairs) == 1:
        return [Relation(pairs[0], ("<=",), relation.suffix)]
    return [Relation(pair, ("<=",), f"{relation.suffix}.{number}") for number, pair in enumerate(pairs, start=1)]


def halves(relation: Relation) -> list[Relation]:
    """A range as two inequalities; anything else as it is."""
    return one_sided(relation) if len(relation.operands) == 3 else [relation]


def inequalities(relation: Relation) -> list[tuple[Expression, Expression]]:
    """Pairs (small, great) with small <= great, which together say the same."""
    result = []
    pairs = zip(relation.operands, relation.operators, relation.operands[1:], strict=False)
    for left, operator, right in pairs:
        if operator in ("<=", "=="):
            result.append((left, right))
        if operator in (">=", "=="):
            result.append((right, left))
    return result


def lowered_relations(
    parsed: Parsed, constraint: ParsedConstraint, abilities: Abilities, ranges: Ranges
) -> list[Relation]:
    """The relations of a constraint ready to be written; indicators become big-M inequalities if the target has none.

    Raises ExportRefused.
    """
    inner = ranges.within(constraint.binders)
    lowering = Lowering(abilities, inner, place(constraint.element), abilities.constraints)
    result = []
    for relation in relations(parsed, constraint):
        if abilities.big_m:
            plain = switched_relations(relation, constraint, inner, lowering.refused)
        elif constraint.switch is not None:
            plain = one_sided(relation)
        else:
            plain = [relation]
        result += [lowered_relation(part, lowering) for part in plain]
    return result
