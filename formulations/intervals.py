"""Interval arithmetic on grounded expressions: the range of each operation over ranges of its arguments.

Ranges are outer: the true range lies inside. Where a function is undefined for part of an argument's range
(``log`` of a negative number), the range is that over the defined part.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from formulations.expression import (
    Binary,
    Call,
    Column,
    Expression,
    Negative,
    Number,
    children,
    walk,
)
from formulations.program import Floats

T = TypeVar("T")


class Interval(NamedTuple):
    lower: float
    upper: float


EVERYTHING = Interval(-math.inf, math.inf)


def fold(expression: Expression, combine: Callable[[Expression, tuple[T, ...]], T]) -> T:
    """``combine(node, results of its children)`` from the leaves up, without recursion."""
    stack = [(expression, False)]
    results: list[T] = []
    while stack:
        node, visited = stack.pop()
        below = children(node)
        if below and not visited:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(below))
            continue
        first = len(results) - len(below)
        arguments = tuple(results[first:])
        del results[first:]
        results.append(combine(node, arguments))
    return results[0]


def same(left: Expression, right: Expression) -> bool:
    """Whether two grounded expressions are written alike, without recursion."""
    if left is right:
        return True
    pairs = zip_longest(walk(left), walk(right))
    return all(a is not None and b is not None and _token(a) == _token(b) for a, b in pairs)


def interval(expression: Expression, lower: Floats, upper: Floats) -> Interval:
    """The range of a grounded expression within column bounds, each of shape (n,)."""

    def combine(node: Expression, arguments: tuple[Interval, ...]) -> Interval:
        return step(node, arguments, lower, upper)

    return fold(expression, combine)


def step(node: Expression, arguments: tuple[Interval, ...], lower: Floats, upper: Floats) -> Interval:
    """The range of one node, given the ranges of its children."""
    match node:
        case Number(value=value):
            return Interval(value, value)
        case Column(index=index):
            return Interval(float(lower[index]), float(upper[index]))
        case Negative():
            return negative(arguments[0])
        case Binary(operator="+"):
            return add(*arguments)
        case Binary(operator="-"):
            return add(arguments[0], negative(arguments[1]))
        case Binary(operator="*", left=left, right=right) if same(left, right):
            return power(arguments[0], 2.0)
        case Binary(operator="*"):
            return multiply(*arguments)
        case Binary(operator="/"):
            return multiply(arguments[0], power(arguments[1], -1.0))
        case Binary(operator="**"):
            return _general_power(*arguments)
        case Call(function=function):
            return call(function, arguments)
    raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")


def negative(a: Interval) -> Interval:
    return Interval(-a.upper, -a.lower)


def add(a: Interval, b: Interval) -> Interval:
    lower, upper = a.lower + b.lower, a.upper + b.upper
    # Infinity minus infinity, after an overflow, tells nothing.
    return Interval(-math.inf if math.isnan(lower) else lower, math.inf if math.isnan(upper) else upper)


def multiply(a: Interval, b: Interval) -> Interval:
    corners = [_product(x, y) for x in a for y in b]
    return Interval(min(corners), max(corners))


def power(base: Interval, exponent: float) -> Interval:
    """The range of base ** exponent; a fractional exponent is defined for nonnegative bases only."""
    if exponent == 0:
        return Interval(1.0, 1.0)
    whole = exponent.is_integer()
    if not whole:
        base = _defined(base, 0.0)
    if exponent < 0 and base.lower < 0 < base.upper:
        even = whole and exponent % 2 == 0
        farthest = max(-base.lower, base.upper)
        return Interval(_power(farthest, exponent), math.inf) if even else EVERYTHING
    ends = sorted(_signed_power(x, exponent, base) for x in base)
    if whole and exponent > 0 and exponent % 2 == 0 and base.lower < 0 < base.upper:
        return Interval(0.0, ends[1])
    return Interval(ends[0], ends[1])


def call(function: str, arguments: tuple[Interval, ...]) -> Interval:
    """The range of one of the elementary functions, ``min``, ``max`` or a grounded ``piecewise``."""
    a = arguments[0]
    match function:
        case "abs":
            nearest = 0.0 if a.lower <= 0 <= a.upper else min(abs(a.lower), abs(a.upper))
            return Interval(nearest, max(abs(a.lower), abs(a.upper)))
        case "exp":
            return Interval(_exp(a.lower), _exp(a.upper))
        case "log":
            return Interval(_log(a.lower), _log(a.upper))
        case "sqrt":
            return power(a, 0.5)
        case "sin":
            return _sine(a)
        case "cos":
            return _sine(Interval(a.lower + math.pi / 2, a.upper + math.pi / 2))
        case "min":
            return Interval(min(x.lower for x in arguments), min(x.upper for x in arguments))
        case "max":
            return Interval(max(x.lower for x in arguments), max(x.upper for x in arguments))
        case "piecewise":
            values = [x.lower for x in arguments[2::2]]
            return Interval(min(values), max(values))
    raise TypeError(f"function '{function}' does not occur in grounded expressions")


def _token(node: Expression) -> tuple[object, ...]:
    """What distinguishes a node apart from its children."""
    match node:
        case Number(value=value):
            return (Number, value)
        case Column(index=index):
            return (Column, index)
        case Binary(operator=operator):
            return (Binary, operator)
        case Call(function=function, arguments=arguments):
            return (Call, function, len(arguments))
    return (type(node),)


def _general_power(base: Interval, exponent: Interval) -> Interval:
    """base ** exponent, through exp(exponent * log(base)) unless the exponent is a number."""
    if exponent.lower == exponent.upper:
        return power(base, exponent.lower)
    if base.upper <= 0:
        return EVERYTHING
    return call("exp", (multiply(exponent, call("log", (base,))),))


def _defined(a: Interval, lowest: float) -> Interval:
    return Interval(max(a.lower, lowest), max(a.upper, lowest))


def _product(x: float, y: float) -> float:
    """x y, where zero times infinity is zero: the bound is then attained at the zero."""
    return 0.0 if x == 0 or y == 0 else x * y


def _signed_power(x: float, exponent: float, base: Interval) -> float:
    """x ** exponent; at zero a negative exponent tends to the infinity on the side of the base."""
    if x == 0 and exponent < 0:
        odd = exponent % 2 == 1
        return -math.inf if odd and base.lower < 0 else math.inf
    return _power(x, exponent)


def _power(x: float, exponent: float) -> float:
    try:
        return math.pow(x, exponent)
    except OverflowError:
        return -math.inf if x < 0 and exponent % 2 == 1 else math.inf


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _log(x: float) -> float:
    if x <= 0:
        return -math.inf
    return math.log(x) if math.isfinite(x) else math.inf


def _sine(a: Interval) -> Interval:
    """The range of sin: ends, and the crests and troughs in between."""
    if not (math.isfinite(a.lower) and math.isfinite(a.upper)) or a.upper - a.lower >= 2 * math.pi:
        return Interval(-1.0, 1.0)
    ends = sorted((math.sin(a.lower), math.sin(a.upper)))
    crest = math.floor((a.upper - math.pi / 2) / (2 * math.pi)) * 2 * math.pi + math.pi / 2 >= a.lower
    trough = math.floor((a.upper + math.pi / 2) / (2 * math.pi)) * 2 * math.pi - math.pi / 2 >= a.lower
    return Interval(-1.0 if trough else ends[0], 1.0 if crest else ends[1])
