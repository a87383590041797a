"""The range of a symbolic expression over all its indices at once, from the data and the bounds of the variables.

Ranges are outer: correlations between indices are ignored. They settle signs (is this coefficient ever negative?)
and tell which bounds are finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formulations.data import Instance
from formulations.exports.parsed import Parsed
from formulations.expression import (
    Aggregate,
    Binary,
    Binder,
    Call,
    Expression,
    Item,
    Name,
    Negative,
    Number,
    Piecewise,
)
from formulations.intervals import EVERYTHING, Interval, add, call, multiply, negative, power

NONNEGATIVE = Interval(0.0, math.inf)
NONPOSITIVE = Interval(-math.inf, 0.0)


@dataclass(frozen=True, eq=False)
class Ranges:
    """``scope`` gives the set that each bound index runs over.

    ``coarse`` knows no more of a variable than its sign, as CVXPY does.
    """

    parsed: Parsed
    instance: Instance
    scope: Mapping[str, tuple[str, int]]
    coarse: bool = False

    def within(self, binders: tuple[Binder, ...]) -> Ranges:
        """The same inside the binders: an index runs over one position of a set."""
        inner = {name: (binder.set_name, position) for binder in binders for position, name in enumerate(binder.names)}
        return replace(self, scope={**self.scope, **inner})

    def sign(self, expression: Expression) -> int | None:
        """1 if never negative, -1 if never positive, None if it may be either; zero counts as 1."""
        lower, upper = self.of(expression)
        return 1 if lower >= 0 else -1 if upper <= 0 else None

    def constant(self, expression: Expression) -> float | None:
        """The value of a data expression that has only one."""
        if not self.parsed.is_data(expression):
            return None
        lower, upper = self.of(expression)
        return lower if lower == upper else None

    def of(self, expression: Expression) -> Interval:
        match expression:
            case Number(value=value):
                return Interval(value, value)
            case Name(name=name) if name in self.scope:
                return self._members(*self.scope[name])
            case Name(name=name) | Item(name=name):
                return self.variable(name) if name in self.parsed.variables else self._parameter(name)
            case Negative(operand=operand):
                return negative(self.of(operand))
            case Binary(operator=operator, left=left, right=right):
                return self._binary(operator, left, right)
            case Call(function="card", arguments=(Name(name=name),)):
                size = float(len(self.instance.sets[name]))
                return Interval(size, size)
            case Call(function="first" | "last", arguments=(Name(name=name),)):
                return self._members(name, 0)
            case Call(function="prev" | "next", arguments=(Name(name=name),)):
                return self._members(*self.scope[name])
            case Call(function=function, arguments=arguments):
                return call(function, tuple(self.of(argument) for argument in arguments))
            case Aggregate():
                return self._aggregate(expression)
            case Piecewise(value=value, binders=binders):
                return self.within(binders).of(value)
            case _:
                return EVERYTHING

    def variable(self, name: str) -> Interval:
        """The range of all entries of a variable."""
        variable = self.parsed.variables[name]
        inner = self.within(variable.binders)
        lower = -math.inf if variable.lower is None else inner.of(variable.lower).lower
        upper = math.inf if variable.upper is None else inner.of(variable.upper).upper
        if variable.element.domain == "binary":
            lower, upper = max(lower, 0.0), min(upper, 1.0)
        if self.coarse:
            return NONNEGATIVE if lower >= 0 else NONPOSITIVE if upper <= 0 else EVERYTHING
        return Interval(lower, upper)

    def _parameter(self, name: str) -> Interval:
        values = self.instance.parameters[name]
        return Interval(float(np.min(values)), float(np.max(values))) if values.size else Interval(0.0, 0.0)

    def _members(self, set_name: str, position: int) -> Interval:
        index_set = self.instance.sets[set_name]
        numbers = index_set.universes[position].numbers
        if numbers is None or not len(index_set):
            return EVERYTHING
        own = numbers[index_set.codes[:, position]]
        return Interval(float(own.min()), float(own.max()))

    def _binary(self, operator: str, left: Expression, right: Expression) -> Interval:
        a, b = self.of(left), self.of(right)
        match operator:
            case "+":
                return add(a, b)
            case "-":
                return add(a, negative(b))
            case "*":
                return power(a, 2.0) if left == right else multiply(a, b)
            case "/":
                return multiply(a, power(b, -1.0))
            case _ if b.lower == b.upper:
                return power(a, b.lower)
            case _:
                return NONNEGATIVE if a.lower >= 0 else EVERYTHING

    def _aggregate(self, node: Aggregate) -> Interval:
        inner = self.within(node.binders).of(node.body)
        if node.function in ("min", "max"):
            return inner
        if node.function == "prod":
            return NONNEGATIVE if inner.lower >= 0 else EVERYTHING
        count = math.prod(len(self.instance.sets[binder.set_name]) for binder in node.binders)
        fewest = count if node.condition is None else 0
        return multiply(inner, Interval(fewest, count))


def ranges(parsed: Parsed, instance: Instance) -> Ranges:
    """The ranges outside every binder."""
    return Ranges(parsed, instance, {})
