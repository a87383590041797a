"""Curvature of grounded expressions, by the rules of disciplined convex programming.

An expression is split into a quadratic polynomial, whose definiteness is decided as a whole, and other terms,
whose curvature follows from the curvature and monotonicity of their functions; column bounds supply the signs.
The rules are sound and not complete: UNKNOWN means that no rule applies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from scipy import sparse

from formulations.affine import Terms, quadratic_matrix, split
from formulations.bounds import Box, expression_interval
from formulations.expression import Binary, Call, Expression, Number
from formulations.intervals import same
from formulations.program import Floats, Integers
from formulations.quadratic_forms import Definiteness, definiteness, is_sum_of_squares

#: Slopes of a piecewise function that differ by less, relative to the steepest, count as equal.
SLOPE_TOLERANCE = 1e-12


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

    @property
    def negated(self) -> Curvature:
        """The curvature of the negative."""
        return {Curvature.CONVEX: Curvature.CONCAVE, Curvature.CONCAVE: Curvature.CONVEX}.get(self, self)


_OF_DEFINITENESS = {
    Definiteness.ZERO: Curvature.AFFINE,
    Definiteness.POSITIVE: Curvature.CONVEX,
    Definiteness.NEGATIVE: Curvature.CONCAVE,
    Definiteness.INDEFINITE: Curvature.UNKNOWN,
}


@dataclass(frozen=True, eq=False)
class Form:
    """An expression as ``terms``, and what is known of it.

    rest: the curvature of the residual terms, CONSTANT if there are none. smooth: some function in it is neither
    piecewise linear nor a Euclidean norm, or has an argument that is not affine in such parts. cone: some
    function in it is a Euclidean norm.
    """

    terms: Terms
    rest: Curvature
    smooth: bool
    cone: bool

    @property
    def is_affine(self) -> bool:
        return not self.terms.quadratic and not self.terms.residual

    @cached_property
    def curvature(self) -> Curvature:
        if self.terms.quadratic:
            return plus(quadratic_curvature(quadratic_arrays(self.terms)[1]), self.rest)
        return plus(Curvature.AFFINE if self.terms.linear else Curvature.CONSTANT, self.rest)


def analyze(expression: Expression, lower: Floats, upper: Floats) -> Form:
    """The form of a grounded expression; the column bounds, each of shape (n,), supply signs."""
    return _form(expression, Box(lower, upper))


def plus(a: Curvature, b: Curvature) -> Curvature:
    """The curvature of a sum."""
    for one, other in ((a, b), (b, a)):
        if one is Curvature.CONSTANT or one is other:
            return other
        if one is Curvature.AFFINE and other is not Curvature.CONSTANT:
            return other
    return Curvature.UNKNOWN


def quadratic_curvature(matrix: sparse.csr_array) -> Curvature:
    """The curvature of x'Qx, AFFINE if Q is zero."""
    return _OF_DEFINITENESS[definiteness(matrix)]


def quadratic_arrays(terms: Terms) -> tuple[Integers, sparse.csr_array, Floats]:
    """The columns of the polynomial part, in order, and the symmetric Q and a of x'Qx + a'x over them."""
    used = sorted({*terms.linear, *(j for pair in terms.quadratic for j in pair)})
    place = {column: position for position, column in enumerate(used)}
    pairs = {(place[i], place[j]): value for (i, j), value in terms.quadratic.items()}
    matrix = quadratic_matrix(pairs, len(used))
    linear = np.zeros(len(used))
    for column, value in terms.linear.items():
        linear[place[column]] = value
    empty = sparse.csr_array((len(used), len(used)))
    return np.array(used, dtype=np.int64), empty if matrix is None else matrix, linear


def is_norm_squared(terms: Terms) -> bool:
    """Whether the terms are || L x + b ||^2 for some L and b."""
    if terms.constant < 0 or not terms.quadratic or terms.residual:
        return False
    _, quadratic, linear = quadratic_arrays(terms)
    return is_sum_of_squares(quadratic, linear, terms.constant)


def piecewise_curvature(points: Iterable[Expression]) -> Curvature:
    """The curvature of a grounded piecewise function, from its breakpoints and values in turn."""
    numbers = [split(point).constant for point in points]
    slopes = np.diff(numbers[1::2]) / np.diff(numbers[0::2])
    bends = np.diff(slopes)
    tolerance = SLOPE_TOLERANCE * float(np.abs(slopes).max(initial=0.0))
    if (np.abs(bends) <= tolerance).all():
        return Curvature.AFFINE
    if (bends >= -tolerance).all():
        return Curvature.CONVEX
    return Curvature.CONCAVE if (bends <= tolerance).all() else Curvature.UNKNOWN


def _form(expression: Expression, box: Box) -> Form:
    terms = split(expression)
    rest, smooth, cone = Curvature.CONSTANT, False, False
    for coefficient, part in terms.residual:
        own = _function(part, box)
        rest = plus(rest, own.curvature if coefficient > 0 else own.curvature.negated)
        smooth, cone = smooth or own.smooth, cone or own.cone
    return Form(terms, rest, smooth, cone)


@dataclass(frozen=True, slots=True)
class _Function:
    """What is known of one residual term."""

    curvature: Curvature
    smooth: bool = True
    cone: bool = False


def _function(part: Expression, box: Box) -> _Function:
    match part:
        case Call(function="exp", arguments=(argument,)):
            return _smooth(_composed(Curvature.CONVEX, 1, _form(argument, box)))
        case Call(function="log", arguments=(argument,)):
            return _smooth(_composed(Curvature.CONCAVE, 1, _form(argument, box)))
        case Call(function="sqrt", arguments=(argument,)):
            return _power(argument, 0.5, box)
        case Call(function="abs", arguments=(argument,)):
            return _kink(_absolute(argument, box), (argument,), box)
        case Call(function="max", arguments=arguments):
            convex = all(_form(argument, box).curvature.is_convex for argument in arguments)
            return _kink(Curvature.CONVEX if convex else Curvature.UNKNOWN, arguments, box)
        case Call(function="min", arguments=arguments):
            concave = all(_form(argument, box).curvature.is_concave for argument in arguments)
            return _kink(Curvature.CONCAVE if concave else Curvature.UNKNOWN, arguments, box)
        case Call(function="piecewise", arguments=(argument, *points)):
            affine = _form(argument, box).is_affine
            return _kink(piecewise_curvature(points) if affine else Curvature.UNKNOWN, (argument,), box)
        case Binary(operator="*", left=left, right=right):
            return _smooth(_product(left, right, box))
        case Binary(operator="/", left=left, right=right):
            return _smooth(_quotient(left, right, box))
        case Binary(operator="**", left=base, right=Number(value=exponent)):
            return _power(base, exponent, box)
        case Binary(operator="**", left=base, right=exponent):
            return (
                _power(base, terms.constant, box)
                if (terms := split(exponent)).degree == 0
                else _smooth(_exponential(base, exponent, box))
            )
    return _smooth(Curvature.UNKNOWN)


def _smooth(curvature: Curvature) -> _Function:
    return _Function(curvature)


def _kink(curvature: Curvature, arguments: Iterable[Expression], box: Box) -> _Function:
    """A piecewise linear function: smooth only in what its arguments are."""
    forms = [_form(argument, box) for argument in arguments]
    smooth = any(form.smooth or bool(form.terms.quadratic) for form in forms)
    return _Function(curvature, smooth, any(form.cone for form in forms))


def _composed(outer: Curvature, slope: int, argument: Form) -> Curvature:
    """The curvature of outer(argument); outer is nondecreasing (+1), nonincreasing (-1) or neither (0)."""
    inner = argument.curvature
    if inner in (Curvature.CONSTANT, Curvature.AFFINE):
        return outer
    if slope < 0:
        inner = inner.negated
    return outer if slope != 0 and inner is outer else Curvature.UNKNOWN


def _absolute(argument: Expression, box: Box) -> Curvature:
    form, values = _form(argument, box), expression_interval(argument, box)
    if values.lower >= 0:
        return form.curvature
    if values.upper <= 0:
        return form.curvature.negated
    return _composed(Curvature.CONVEX, 0, form)


def _product(left: Expression, right: Expression, box: Box) -> Curvature:
    """Only x log x, the negative entropy, is known to have a curvature."""
    for factor, logarithm in ((left, right), (right, left)):
        match logarithm:
            case Call(function="log", arguments=(inside,)) if same(inside, factor):
                return _composed(Curvature.CONVEX, 0, _form(factor, box))
    return Curvature.UNKNOWN


def _quotient(left: Expression, right: Expression, box: Box) -> Curvature:
    """A constant, or a sum of squares of affine functions, over a positive divisor."""
    above = split(left)
    if above.degree == 0:
        curvature = _power_curvature(right, -1.0, box)
        return curvature if above.constant > 0 else curvature.negated
    positive = expression_interval(right, box).lower >= 0 and _form(right, box).curvature.is_concave
    return Curvature.CONVEX if positive and is_norm_squared(above) else Curvature.UNKNOWN


def _exponential(base: Expression, exponent: Expression, box: Box) -> Curvature:
    """A positive number to a power that varies: exp(exponent log(base))."""
    terms = split(base)
    if terms.degree != 0 or terms.constant <= 0:
        return Curvature.UNKNOWN
    growth = math.log(terms.constant)
    return _composed(Curvature.CONVEX, 1 if growth > 0 else -1, _form(exponent, box))


def _power(base: Expression, exponent: float, box: Box) -> _Function:
    if exponent == 0.5 and is_norm_squared(split(base)):
        return _Function(Curvature.CONVEX, smooth=False, cone=True)
    return _smooth(_power_curvature(base, exponent, box))


def _power_curvature(base: Expression, exponent: float, box: Box) -> Curvature:
    """The curvature of base ** exponent; a fractional exponent confines the base to nonnegative values."""
    form, values = _form(base, box), expression_interval(base, box)
    whole = exponent.is_integer()
    even = whole and exponent % 2 == 0
    if 0 < exponent < 1:
        return _composed(Curvature.CONCAVE, 1, form)
    if not whole and exponent < 0:
        return _composed(Curvature.CONVEX, -1, form)
    if values.lower >= 0 or (not whole and form.is_affine):
        return _composed(Curvature.CONVEX, 1 if exponent > 0 else -1, form)
    if values.upper <= 0 and whole:
        slope = 1 if exponent > 0 else -1
        return _composed(Curvature.CONVEX, -slope, form) if even else _composed(Curvature.CONCAVE, slope, form)
    if even and exponent > 0:
        return _composed(Curvature.CONVEX, 0, form)
    return Curvature.UNKNOWN
