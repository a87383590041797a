"""Expressions over columns as polynomials in columns and functions, in one form for all ways to write them.

Sums and products are multiplied out in rational numbers, so that a completed square and its terms are the same.
Functions are nodes of a graph in which equal ones are one node; what comes out of them by sign or scale, as in
``abs(-2 x) = 2 abs(x)``, is taken out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

from equivalence.exact import ONE, ZERO, content, rational
from formulations.expression import Binary, Call, Column, Expression, Negative, Number

#: Generators with their exponents, in order. Generators below the number of columns are columns, others nodes.
Monomial = tuple[tuple[int, int], ...]
Polynomial = Mapping[Monomial, Fraction]
#: The name of a function and its arguments.
Node = tuple[str, tuple[frozenset[tuple[Monomial, Fraction]], ...]]

#: Products with more terms than this are not multiplied out, powers above this degree neither.
_MOST_TERMS = 3000
_DEGREE = 6
#: Functions that are not defined everywhere.
PARTIAL = frozenset({"log", "sqrt", "inverse", "power"})


class TooLarge(Exception):
    """An expression has too many terms to be multiplied out."""


@dataclass
class Graph:
    """All functions met so far. ``binary``: columns that are 0 or 1, whose powers are themselves."""

    columns: int
    binary: frozenset[int] = frozenset()
    numbers: dict[Node, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)

    def polynomial(self, expression: Expression) -> Polynomial:
        """The expression in normal form. Raises TooLarge."""
        total: dict[Monomial, Fraction] = {}
        waiting: list[tuple[Fraction, Expression]] = [(ONE, expression)]
        while waiting:
            factor, part = waiting.pop()
            match part:
                case Binary(operator="+", left=left, right=right):
                    waiting += [(factor, left), (factor, right)]
                case Binary(operator="-", left=left, right=right):
                    waiting += [(factor, left), (-factor, right)]
                case Negative(operand=operand):
                    waiting.append((-factor, operand))
                case _:
                    _add(total, self.factor(part), factor)
        return total

    def factor(self, expression: Expression) -> Polynomial:
        """The normal form of an expression that is no sum."""
        match expression:
            case Number(value=value):
                return constant(rational(value))
            case Column(index=index):
                return {((index, 1),): ONE}
            case Binary(operator="*", left=left, right=right):
                return self.product(self.polynomial(left), self.polynomial(right))
            case Binary(operator="/", left=left, right=right):
                return self.product(self.polynomial(left), self.inverse(self.polynomial(right)))
            case Binary(operator="**", left=left, right=right):
                return self.power(self.polynomial(left), self.polynomial(right))
            case Call(function=function, arguments=arguments):
                return self.call(function, [self.polynomial(argument) for argument in arguments])
        return self.polynomial(expression)

    def product(self, first: Polynomial, second: Polynomial) -> Polynomial:
        if len(first) * len(second) > _MOST_TERMS:
            raise TooLarge
        total: dict[Monomial, Fraction] = {}
        for one, c in first.items():
            for other, d in second.items():
                _add(total, {self.monomial(one, other): c * d}, ONE)
        return total

    def monomial(self, first: Monomial, second: Monomial) -> Monomial:
        exponents = dict(first)
        for generator, exponent in second:
            exponents[generator] = exponents.get(generator, 0) + exponent
        return tuple(sorted((g, 1 if g in self.binary else e) for g, e in exponents.items()))

    def power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        size = value_of(exponent)
        if size is not None and size.denominator == 1 and abs(size) <= _DEGREE:
            base = self.inverse(base) if size < 0 else base
            return reduce(self.product, [base] * abs(int(size)), constant(ONE))
        if size == Fraction(1, 2):
            return self.call("sqrt", [base])
        return self.node("power", (base, exponent))

    def inverse(self, base: Polynomial) -> Polynomial:
        known = value_of(base)
        if known is not None:
            return constant(1 / known) if known else self.node("inverse", (base,))
        size = _leading(base) * content(base.values())
        return _times(self.node("inverse", (_times(base, 1 / size),)), 1 / size)

    def call(self, function: str, arguments: Sequence[Polynomial]) -> Polynomial:
        """A function of polynomials, with signs and scales taken out where that is exact."""
        if function == "max":
            return _times(self.call("min", [_times(argument, -ONE) for argument in arguments]), -ONE)
        if function == "min":
            size = content(c for argument in arguments for c in argument.values())
            parts = sorted({frozenset(_times(argument, 1 / size).items()) for argument in arguments}, key=_order)
            return _times(self.node("min", tuple(map(dict, parts))), size)
        (argument,) = arguments
        if not argument:
            return self.node(function, (argument,))
        size, sign = content(argument.values()), _leading(argument)
        match function:
            case "abs":
                return _times(self.node("abs", (_times(argument, sign / size),)), size)
            case "sin":
                return _times(self.node("sin", (_times(argument, Fraction(sign)),)), Fraction(sign))
            case "cos":
                return self.node("cos", (_times(argument, Fraction(sign)),))
            case "sqrt" if (root := _root(size)) is not None:
                return _times(self.node("sqrt", (_times(argument, 1 / size),)), root)
        return self.node(function, (argument,))

    def node(self, function: str, arguments: Iterable[Polynomial]) -> Polynomial:
        key = function, tuple(frozenset(argument.items()) for argument in arguments)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = self.columns + len(self.nodes)
            self.nodes.append(key)
        return {((number, 1),): ONE}

    def translated(self, polynomial: Polynomial, other: Graph, images: Sequence[Polynomial]) -> Polynomial:
        """A polynomial of another graph in this one, its column j replaced by ``images[j]``. Raises TooLarge."""
        total: dict[Monomial, Fraction] = {}
        for monomial, c in polynomial.items():
            product = constant(ONE)
            for generator, exponent in monomial:
                image = self.image(generator, other, images)
                for _ in range(exponent):
                    product = self.product(product, image)
            _add(total, product, c)
        return total

    def image(self, generator: int, other: Graph, images: Sequence[Polynomial]) -> Polynomial:
        if generator < other.columns:
            return images[generator]
        function, arguments = other.nodes[generator - other.columns]
        inside = [self.translated(dict(argument), other, images) for argument in arguments]
        if function == "inverse":
            return self.inverse(inside[0])
        if function == "power":
            return self.power(inside[0], inside[1])
        return self.call(function, inside)


def constant(value: Fraction) -> Polynomial:
    return {(): value} if value else {}


def value_of(polynomial: Polynomial) -> Fraction | None:
    """The value of a polynomial that is a number, else None."""
    return polynomial.get((), ZERO) if not polynomial.keys() - {()} else None


def _add(total: dict[Monomial, Fraction], other: Polynomial, factor: Fraction) -> None:
    for monomial, c in other.items():
        value = total.get(monomial, ZERO) + factor * c
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    if len(total) > 10 * _MOST_TERMS:
        raise TooLarge


def _times(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    return {monomial: factor * c for monomial, c in polynomial.items()}


def _leading(polynomial: Polynomial) -> int:
    """The sign of the first term that is not constant."""
    return 1 if polynomial[min(polynomial, key=lambda monomial: (monomial == (), monomial))] > 0 else -1


def _order(part: frozenset[tuple[Monomial, Fraction]]) -> list[tuple[Monomial, Fraction]]:
    return sorted(part)


def _root(value: Fraction) -> Fraction | None:
    """The square root, if it is rational."""
    root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
    return root if root * root == value else None
