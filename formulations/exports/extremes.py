"""Symbolic bounds: the largest and smallest value of an expression, as an expression in the data.

This is where the constants of big-M constraints come from: ``sum(x[i] for i in I) - cap`` has the largest value
``sum(upper[i] for i in I) - cap`` if ``upper[i]`` bounds ``x[i]``. No finite bound, no constant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from formulations.exports.ranges import Ranges
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
    Text,
    walk,
)

ZERO, ONE = Number(0.0), Number(1.0)
Scale = Callable[[Expression], Expression]


class Unbounded(ValueError):
    """No finite bound follows: ``term`` is what has none, and ``reason`` says why."""

    def __init__(self, term: Expression, reason: str) -> None:
        super().__init__(reason)
        self.term = term
        self.reason = reason


def largest(expression: Expression, ranges: Ranges) -> Expression:
    """An upper bound of the expression over the bounds of its variables. Raises Unbounded."""
    return _extreme(expression, 1, ranges)


def smallest(expression: Expression, ranges: Ranges) -> Expression:
    """A lower bound of the expression over the bounds of its variables. Raises Unbounded."""
    return _extreme(expression, -1, ranges)


def constant(expression: Expression) -> float | None:
    """The value of a literal, signed or not."""
    match expression:
        case Number(value=value):
            return value
        case Negative(operand=Number(value=value)):
            return -value
    return None


def literal(value: float) -> Expression:
    """A number as the parser would give it: negative ones under a minus sign."""
    return Negative(Number(-value)) if value < 0 else Number(value)


def plus(left: Expression, right: Expression) -> Expression:
    a, b = constant(left), constant(right)
    if a is not None and b is not None:
        return literal(a + b)
    if a == 0 or b == 0:
        return right if a == 0 else left
    return Binary("-", left, right.operand) if isinstance(right, Negative) else Binary("+", left, right)


def minus(left: Expression, right: Expression) -> Expression:
    if left == right:
        return ZERO
    if constant(left) == 0:
        return negated(right)
    return plus(left, negated(right)) if constant(right) is not None else Binary("-", left, right)


def negated(operand: Expression) -> Expression:
    value = constant(operand)
    if value is not None:
        return literal(-value)
    match operand:
        case Negative(operand=inner):
            return inner
        case Binary(operator="-", left=left, right=right):
            return Binary("-", right, left)
    return Negative(operand)


def times(left: Expression, right: Expression) -> Expression:
    a, b = constant(left), constant(right)
    if a is not None and b is not None:
        return literal(a * b)
    for value, other in ((a, right), (b, left)):
        if value == 0:
            return ZERO
        if value in (1.0, -1.0):
            return other if value == 1.0 else negated(other)
    return Binary("*", left, right)


def substituted(expression: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The expression with its free index names replaced."""

    def inside(node: Expression) -> Expression:
        return substituted(node, replacements)

    match expression:
        case Name(name=name):
            return replacements.get(name, expression)
        case Number() | Text():
            return expression
        case Item(indices=indices):
            return replace(expression, indices=tuple(map(inside, indices)))
        case Negative(operand=operand) | Not(operand=operand):
            return replace(expression, operand=inside(operand))
        case Binary(left=left, right=right):
            return replace(expression, left=inside(left), right=inside(right))
        case Call(arguments=arguments):
            return replace(expression, arguments=tuple(map(inside, arguments)))
        case Comparison(operands=operands) | Junction(operands=operands):
            return replace(expression, operands=tuple(map(inside, operands)))
        case Membership(elements=elements):
            return replace(expression, elements=tuple(map(inside, elements)))
        case Aggregate(body=body, condition=condition):
            condition = None if condition is None else inside(condition)
            return replace(expression, body=inside(body), condition=condition)
        case Piecewise(argument=argument, breakpoint=at, value=value, condition=condition):
            condition = None if condition is None else inside(condition)
            return replace(
                expression,
                argument=inside(argument),
                breakpoint=inside(at),
                value=inside(value),
                condition=condition,
            )
    raise TypeError(f"{type(expression).__name__} does not occur in formulations")


def _extreme(node: Expression, side: int, ranges: Ranges) -> Expression:
    if ranges.parsed.is_data(node):
        return node
    match node:
        case Name() | Item():
            return _variable_bound(node, side, ranges)
        case Negative(operand=operand):
            return negated(_extreme(operand, -side, ranges))
        case Binary(operator="+", left=left, right=right):
            return plus(_extreme(left, side, ranges), _extreme(right, side, ranges))
        case Binary(operator="-", left=left, right=right):
            return minus(_extreme(left, side, ranges), _extreme(right, -side, ranges))
        case Binary(operator="*", left=left, right=right):
            return _product(left, right, side, ranges)
        case Binary(operator="/", left=left, right=right) if ranges.parsed.is_data(right):
            return _scaled(left, lambda bound: Binary("/", bound, right), ranges.sign(right), side, ranges)
        case Binary(operator="**", left=left, right=Number(value=2.0)):
            return ZERO if side < 0 else _farthest(left, _square, ranges)
        case Call(function="abs", arguments=(argument,)):
            return ZERO if side < 0 else _farthest(argument, _absolute, ranges)
        case Call(function="min" | "max" | "exp" as function, arguments=arguments):
            return Call(function, tuple(_extreme(argument, side, ranges) for argument in arguments))
        case Call(function="sin" | "cos"):
            return literal(float(side))
        case Aggregate(function="sum" | "min" | "max" as function, body=body, binders=binders):
            bound = _extreme(body, side, ranges.within(binders))
            return ZERO if function == "sum" and bound == ZERO else replace(node, body=bound)
        case Piecewise(value=value, binders=binders, condition=condition):
            return Aggregate("max" if side > 0 else "min", value, binders, condition)
    raise Unbounded(node, "no bounds are derived for this term")


def _variable_bound(node: Name | Item, side: int, ranges: Ranges) -> Expression:
    variable = ranges.parsed.variables[node.name]
    bound = variable.upper if side > 0 else variable.lower
    if variable.element.domain == "binary" and bound is None:
        return ONE if side > 0 else ZERO
    if bound is None:
        kind = "upper" if side > 0 else "lower"
        raise Unbounded(node, f"variable '{node.name}' has no {kind} bound, which a big-M constraint needs")
    indices = node.indices if isinstance(node, Item) else ()
    replacements = dict(zip(variable.names, indices, strict=True))
    outside = {part.name for index in indices for part in walk(index) if isinstance(part, Name)}
    for part in walk(bound):
        for binder in getattr(part, "binders", ()):
            if outside & set(binder.names):
                name = min(outside & set(binder.names))
                raise Unbounded(node, f"index '{name}' is also used in the bound of '{node.name}': rename it there")
    return substituted(bound, replacements)


def _product(left: Expression, right: Expression, side: int, ranges: Ranges) -> Expression:
    if left == right:
        return _extreme(Binary("**", left, Number(2.0)), side, ranges)
    for factor, other in ((left, right), (right, left)):
        if ranges.parsed.is_data(factor):
            return _scaled(other, partial(times, factor), ranges.sign(factor), side, ranges)
    corners = (times(_extreme(left, a, ranges), _extreme(right, b, ranges)) for a in (-1, 1) for b in (-1, 1))
    return _extremum(side, tuple(corners))


def _scaled(operand: Expression, scale: Scale, sign: int | None, side: int, ranges: Ranges) -> Expression:
    """The extreme of an operand times a factor of the given sign."""
    if sign is not None:
        return scale(_extreme(operand, sign * side, ranges))
    return _extremum(side, (scale(_extreme(operand, -1, ranges)), scale(_extreme(operand, 1, ranges))))


def _farthest(operand: Expression, even: Scale, ranges: Ranges) -> Expression:
    """The largest value of an even function that grows away from zero."""
    return _extremum(1, (even(smallest(operand, ranges)), even(largest(operand, ranges))))


def _square(operand: Expression) -> Expression:
    value = constant(operand)
    return Binary("**", operand, Number(2.0)) if value is None else literal(value * value)


def _absolute(operand: Expression) -> Expression:
    value = constant(operand)
    return Call("abs", (operand,)) if value is None else literal(abs(value))


def _extremum(side: int, candidates: tuple[Expression, ...]) -> Expression:
    distinct = tuple(dict.fromkeys(candidates))
    values = [value for candidate in distinct if (value := constant(candidate)) is not None]
    if len(values) == len(distinct):
        return literal(max(values) if side > 0 else min(values))
    return Call("max" if side > 0 else "min", distinct) if len(distinct) > 1 else distinct[0]
