"""Curvature of grounded expressions, by the rules of disciplined convex programming.

An expression is split into a quadratic polynomial, whose definiteness is decided as a whole, and the rest,
whose curvature follows from the curvature and monotonicity of its atoms; column bounds supply the signs. The
rules are sound and not complete: UNKNOWN means that no rule applies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeVar

import numpy as np
from scipy import sparse

from formulations import intervals
from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.intervals import EVERYTHING, Interval
from formulations.program import Floats, Integers
from formulations.quadratic_forms import Definiteness, definiteness, is_sum_of_squares

K = TypeVar("K")


class Curvature(Enum):
    CONSTANT = "constant"
    AFFINE = "affine"
    CONVEX = "convex"
    CONCAVE = "concave"
    UNKNOWN = "unknown"

    @property
    def is_convex(self) -> bool:
        return self in (Curvature.CONSTANT, Curvature.AFFINE, Curvature.CONVEX)

    @property
    def is_concave(self) -> bool:
        return self in (Curvature.CONSTANT, Curvature.AFFINE, Curvature.CONCAVE)


_OF_FORM = {
    Definiteness.ZERO: Curvature.AFFINE,
    Definiteness.POSITIVE: Curvature.CONVEX,
    Definiteness.NEGATIVE: Curvature.CONCAVE,
    Definiteness.INDEFINITE: Curvature.UNKNOWN,
}


@dataclass(frozen=True, eq=False)
class Polynomial:
    """``constant + sum linear[j] x_j + sum quadratic[i, j] x_i x_j`` with i <= j."""

    constant: float = 0.0
    linear: Mapping[int, float] = field(default_factory=dict)
    quadratic: Mapping[tuple[int, int], float] = field(default_factory=dict)

    @property
    def is_constant(self) -> bool:
        return not self.linear and not self.quadratic

    def arrays(self) -> tuple[Integers, sparse.csr_array, Floats]:
        """The columns that occur, in order, and the symmetric Q and a of x'Qx + a'x over them."""
        columns = np.array(sorted({*self.linear, *(j for pair in self.quadratic for j in pair)}), dtype=np.int64)
        place = {int(column): position for position, column in enumerate(columns)}
        linear = np.zeros(len(columns))
        for column, value in self.linear.items():
            linear[place[column]] = value
        rows = [place[i] for i, _ in self.quadratic]
        others = [place[j] for _, j in self.quadratic]
        halves = np.array(list(self.quadratic.values()), dtype=float) / 2
        triples = (np.concatenate([halves, halves]), (rows + others, others + rows))
        return columns, sparse.csr_array(triples, shape=(len(columns), len(columns))), linear


@dataclass(frozen=True, eq=False)
class Form:
    """What is known of an expression: ``polynomial + rest``.

    rest: the curvature of everything that is not polynomial, CONSTANT if there is nothing.
    range: outer bounds of the values. smooth: takes a nonlinear function of a kind that is neither piecewise
    linear nor a norm, or multiplies such parts. cone: takes a Euclidean norm.
    """

    polynomial: Polynomial
    rest: Curvature
    range: Interval
    smooth: bool = False
    cone: bool = False

    @property
    def is_constant(self) -> bool:
        return self.polynomial.is_constant and self.rest is Curvature.CONSTANT

    @property
    def is_affine(self) -> bool:
        return not self.polynomial.quadratic and self.rest is Curvature.CONSTANT

    @property
    def is_polynomial(self) -> bool:
        return self.rest is Curvature.CONSTANT

    @property
    def curvature(self) -> Curvature:
        polynomial = Curvature.CONSTANT
        if self.polynomial.quadratic:
            polynomial = quadratic_curvature(self.polynomial.arrays()[1])
        elif self.polynomial.linear:
            polynomial = Curvature.AFFINE
        return plus(polynomial, self.rest)


def analyze(expression: Expression, lower: Floats, upper: Floats) -> Form:
    """The form of a grounded expression; the column bounds, each of shape (n,), supply signs."""

    def combine(node: Expression, arguments: tuple[Form, ...]) -> Form:
        ranges = tuple(argument.range for argument in arguments)
        return _combine(node, arguments, intervals.step(node, ranges, lower, upper))

    return intervals.fold(expression, combine)


def quadratic_curvature(matrix: sparse.csr_array) -> Curvature:
    """The curvature of x'Qx, AFFINE if Q is zero."""
    return _OF_FORM[definiteness(matrix)]


def plus(a: Curvature, b: Curvature) -> Curvature:
    """The curvature of a sum."""
    for either, other in ((a, b), (b, a)):
        if either is Curvature.CONSTANT or either is other:
            return other
        if either is Curvature.AFFINE and other is not Curvature.CONSTANT:
            return other
    return Curvature.UNKNOWN


def negated(a: Curvature) -> Curvature:
    """The curvature of the negative."""
    return {Curvature.CONVEX: Curvature.CONCAVE, Curvature.CONCAVE: Curvature.CONVEX}.get(a, a)


def is_norm_squared(polynomial: Polynomial) -> bool:
    """Whether the polynomial is || L x + b ||^2 for some L and b."""
    if polynomial.constant < 0 or not polynomial.quadratic:
        return False
    _, quadratic, linear = polynomial.arrays()
    return is_sum_of_squares(quadratic, linear, polynomial.constant)


def piecewise_curvature(points: tuple[Expression, ...]) -> Curvature:
    """The curvature of a grounded piecewise function, from its breakpoints and values in turn."""
    numbers = [point.value for point in points if isinstance(point, Number)]
    slopes = np.diff(numbers[1::2]) / np.diff(numbers[0::2])
    bends = np.diff(slopes)
    flat = 1e-12 * np.abs(slopes).max(initial=0.0)
    if (np.abs(bends) <= flat).all():
        return Curvature.AFFINE
    if (bends >= -flat).all():
        return Curvature.CONVEX
    return Curvature.CONCAVE if (bends <= flat).all() else Curvature.UNKNOWN


def _combine(node: Expression, arguments: tuple[Form, ...], values: Interval) -> Form:
    """The form of one node."""
    if arguments and all(a.is_constant for a in arguments) and values.lower == values.upper:
        return Form(Polynomial(values.lower), Curvature.CONSTANT, values)
    match node:
        case Number(value=value):
            return Form(Polynomial(value), Curvature.CONSTANT, values)
        case Column(index=index):
            return Form(Polynomial(linear={index: 1.0}), Curvature.CONSTANT, values)
        case Negative():
            return _scaled(arguments[0], -1.0, values)
        case Binary(operator="+"):
            return _added(arguments[0], arguments[1], values)
        case Binary(operator="-"):
            return _added(arguments[0], _scaled(arguments[1], -1.0, EVERYTHING), values)
        case Binary(operator="*"):
            return _multiplied(node, arguments[0], arguments[1], values)
        case Binary(operator="/"):
            return _divided(arguments[0], arguments[1], values)
        case Binary(operator="**"):
            return _raised(arguments[0], arguments[1], values)
        case Call(function="piecewise", arguments=(_, *points)):
            shape = piecewise_curvature(tuple(points))
            return _kink(shape if arguments[0].is_affine else Curvature.UNKNOWN, arguments[:1], values)
        case Call(function=function):
            return _called(function, arguments, values)
    raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")


def _called(function: str, arguments: tuple[Form, ...], values: Interval) -> Form:
    argument = arguments[0]
    match function:
        case "exp":
            return _atom(_composed(Curvature.CONVEX, 1, argument), arguments, values)
        case "log":
            return _atom(_composed(Curvature.CONCAVE, 1, argument), arguments, values)
        case "sqrt":
            return _power(argument, 0.5, values)
        case "abs":
            if argument.range.lower >= 0:
                shape = argument.curvature
            elif argument.range.upper <= 0:
                shape = negated(argument.curvature)
            else:
                shape = Curvature.CONVEX if argument.is_affine else Curvature.UNKNOWN
            return _kink(shape, arguments, values)
        case "max":
            convex = all(a.curvature.is_convex for a in arguments)
            return _kink(Curvature.CONVEX if convex else Curvature.UNKNOWN, arguments, values)
        case "min":
            concave = all(a.curvature.is_concave for a in arguments)
            return _kink(Curvature.CONCAVE if concave else Curvature.UNKNOWN, arguments, values)
    return _atom(Curvature.UNKNOWN, arguments, values)


def _atom(shape: Curvature, arguments: tuple[Form, ...], values: Interval) -> Form:
    """A smooth function of other forms."""
    return Form(Polynomial(), shape, values, smooth=True, cone=any(a.cone for a in arguments))


def _kink(shape: Curvature, arguments: tuple[Form, ...], values: Interval) -> Form:
    """A piecewise linear function of other forms: smooth only in what they are."""
    smooth = any(a.smooth or bool(a.polynomial.quadratic) for a in arguments)
    return Form(Polynomial(), shape, values, smooth=smooth, cone=any(a.cone for a in arguments))


def _composed(outer: Curvature, slope: int, argument: Form) -> Curvature:
    """The curvature of outer(argument); outer is nondecreasing (+1), nonincreasing (-1) or neither (0)."""
    inner = argument.curvature
    if inner in (Curvature.CONSTANT, Curvature.AFFINE):
        return outer
    if slope < 0:
        inner = negated(inner)
    return outer if slope != 0 and inner is outer else Curvature.UNKNOWN


def _scaled(a: Form, factor: float, values: Interval) -> Form:
    if factor == 0:
        return Form(Polynomial(), Curvature.CONSTANT, Interval(0.0, 0.0))
    p = a.polynomial
    scaled = Polynomial(
        p.constant * factor,
        {j: value * factor for j, value in p.linear.items()},
        {pair: value * factor for pair, value in p.quadratic.items()},
    )
    return replace(a, polynomial=scaled, rest=negated(a.rest) if factor < 0 else a.rest, range=values)


def _added(a: Form, b: Form, values: Interval) -> Form:
    p, q = a.polynomial, b.polynomial
    return Form(
        Polynomial(p.constant + q.constant, _merged(p.linear, q.linear), _merged(p.quadratic, q.quadratic)),
        plus(a.rest, b.rest),
        values,
        smooth=a.smooth or b.smooth,
        cone=a.cone or b.cone,
    )


def _merged(a: Mapping[K, float], b: Mapping[K, float]) -> Mapping[K, float]:
    """Termwise sum; the larger mapping is taken over, since every form has one consumer."""
    large, small = (a, b) if len(a) >= len(b) else (b, a)
    if not small:
        return large
    total = large if isinstance(large, dict) else dict(large)
    for key, value in small.items():
        combined = total.get(key, 0.0) + value
        if combined == 0:
            total.pop(key, None)
        else:
            total[key] = combined
    return total


def _multiplied(node: Binary, a: Form, b: Form, values: Interval) -> Form:
    for number, other in ((a, b), (b, a)):
        if number.is_constant:
            return _scaled(other, number.polynomial.constant, values)
    if a.is_affine and b.is_affine:
        return Form(_product(a.polynomial, b.polynomial), Curvature.CONSTANT, values)
    for factor, logarithm, form in ((node.left, node.right, a), (node.right, node.left, b)):
        match logarithm:
            case Call(function="log", arguments=(inside,)) if form.is_affine and intervals.same(inside, factor):
                return _atom(Curvature.CONVEX, (a, b), values)  # x log x, the negative entropy
    return _atom(Curvature.UNKNOWN, (a, b), values)


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    """The product of two affine polynomials."""
    linear = dict(
        _merged(
            {j: value * q.constant for j, value in p.linear.items() if q.constant},
            {j: value * p.constant for j, value in q.linear.items() if p.constant},
        )
    )
    quadratic: dict[tuple[int, int], float] = {}
    for i, left in p.linear.items():
        for j, right in q.linear.items():
            pair = (min(i, j), max(i, j))
            quadratic[pair] = quadratic.get(pair, 0.0) + left * right
    nonzero = {pair: value for pair, value in quadratic.items() if value != 0}
    return Polynomial(p.constant * q.constant, linear, nonzero)


def _divided(a: Form, b: Form, values: Interval) -> Form:
    if b.is_constant and b.polynomial.constant != 0:
        return _scaled(a, 1 / b.polynomial.constant, values)
    if a.is_constant:
        return _scaled(_power(b, -1.0, EVERYTHING), a.polynomial.constant, values)
    positive = b.range.lower >= 0 and b.curvature.is_concave
    square = a.is_polynomial and a.polynomial.quadratic and is_norm_squared(a.polynomial)
    shape = Curvature.CONVEX if positive and square else Curvature.UNKNOWN
    return _atom(shape, (a, b), values)


def _raised(base: Form, exponent: Form, values: Interval) -> Form:
    if exponent.is_constant:
        return _power(base, exponent.polynomial.constant, values)
    if base.is_constant and base.polynomial.constant > 0:
        inner = _scaled(exponent, math.log(base.polynomial.constant), EVERYTHING)
        return _atom(_composed(Curvature.CONVEX, 1, inner), (exponent,), values)
    return _atom(Curvature.UNKNOWN, (base, exponent), values)


def _power(base: Form, exponent: float, values: Interval) -> Form:
    """base ** exponent with a constant exponent."""
    if exponent == 0:
        return Form(Polynomial(1.0), Curvature.CONSTANT, Interval(1.0, 1.0))
    if exponent == 1:
        return replace(base, range=values)
    if exponent == 2 and base.is_affine:
        return Form(_product(base.polynomial, base.polynomial), Curvature.CONSTANT, values)
    if exponent == 0.5 and base.is_polynomial and is_norm_squared(base.polynomial):
        return Form(Polynomial(), Curvature.CONVEX, values, cone=True)
    return _atom(_power_curvature(base, exponent), (base,), values)


def _power_curvature(base: Form, exponent: float) -> Curvature:
    whole = exponent.is_integer()
    even = whole and exponent % 2 == 0
    nonnegative, nonpositive = base.range.lower >= 0, base.range.upper <= 0
    affine = base.is_affine
    if 0 < exponent < 1:  # defined for a nonnegative base only
        return _composed(Curvature.CONCAVE, 1, base)
    if not whole and exponent < 0:
        return _composed(Curvature.CONVEX, -1, base)
    if nonnegative or (not whole and affine):
        return _composed(Curvature.CONVEX, 1 if exponent > 0 else -1, base)
    if nonpositive and whole:
        slope = 1 if exponent > 0 else -1
        return _composed(Curvature.CONVEX, -slope, base) if even else _composed(Curvature.CONCAVE, slope, base)
    if even and exponent > 0:
        return _composed(Curvature.CONVEX, 0, base)
    return Curvature.UNKNOWN
