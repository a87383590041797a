"""Expressions over the columns, one for each lane of a frame, as arrays of coefficients.

The linear path is array work throughout: a sum moves coordinates from inner to outer lanes, a product with data
scales them. Products of variables become quadratic coordinates; what is neither is kept as scalar expressions.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Floats, Integers

#: Positions of columns, half as wide as other integers: they are many.
Columns = NDArray[np.int32]

ZERO = np.asarray(0.0)
ONE = np.asarray(1.0)


@dataclass(frozen=True, eq=False)
class Lanes:
    """The outer lane of each inner lane: those of ``heads``, each ``count`` times in a row."""

    heads: Integers
    count: int = 1

    @cached_property
    def all(self) -> Integers:
        return self.heads if self.count == 1 else np.repeat(self.heads, self.count)

    def among(self, outer: Lanes) -> Lanes:
        """These lanes seen from those that ``outer`` leads to."""
        heads = outer.heads[self.heads] if outer.count == 1 else outer.all[self.heads]
        return Lanes(heads, self.count)

    def spread(self, values: Floats) -> Floats:
        """One value for each inner lane, of one for each outer lane."""
        own = values[self.heads]
        return own if self.count == 1 else np.repeat(own, self.count)


@dataclass(frozen=True, eq=False)
class Linear:
    """Coordinates (lane, column, coefficient). ``source`` None means one entry in each lane, in order."""

    source: Lanes | None
    columns: Columns
    coefficients: Floats

    @property
    def lanes(self) -> Integers | None:
        return None if self.source is None else self.source.all


@dataclass(frozen=True, eq=False)
class Quadratic:
    """Coordinates (lane, first column, second column, coefficient) of products."""

    lanes: Integers
    first: Columns
    second: Columns
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Terms:
    """The sum of a constant, linear and quadratic coordinates, and scalar expressions, in each of ``size`` lanes.

    ``constant`` and coefficients broadcast to their lanes.
    """

    size: int
    constant: Floats = field(default_factory=lambda: ZERO)
    linear: tuple[Linear, ...] = ()
    quadratic: tuple[Quadratic, ...] = ()
    nonlinear: tuple[tuple[int, Expression], ...] = ()

    @property
    def is_constant(self) -> bool:
        return not (self.linear or self.quadratic or self.nonlinear)

    @property
    def is_linear(self) -> bool:
        return not (self.quadratic or self.nonlinear)


def add(left: Terms, right: Terms) -> Terms:
    return Terms(
        left.size,
        left.constant + right.constant,
        left.linear + right.linear,
        left.quadratic + right.quadratic,
        left.nonlinear + right.nonlinear,
    )


def scale(terms: Terms, factor: Floats) -> Terms:
    """The terms times a number for each lane; ``factor`` broadcasts to (size,)."""

    def each(coefficients: Floats, own: Floats) -> Floats:
        return own if coefficients is ONE else coefficients * own

    def of(part: Linear) -> Floats:
        return factor if factor.ndim == 0 or part.source is None else part.source.spread(factor)

    if factor.ndim == 0 and factor == 1.0:
        return terms
    return Terms(
        terms.size,
        ZERO if _is_zero(terms.constant) else terms.constant * factor,
        tuple(replace(part, coefficients=each(part.coefficients, of(part))) for part in terms.linear),
        tuple(
            replace(part, coefficients=each(part.coefficients, factor if factor.ndim == 0 else factor[part.lanes]))
            for part in terms.quadratic
        ),
        tuple(
            (lane, _times(float(factor if factor.ndim == 0 else factor[lane]), expression))
            for lane, expression in terms.nonlinear
        ),
    )


def _is_zero(constant: Floats) -> bool:
    return constant.ndim == 0 and constant == 0.0


def negate(terms: Terms) -> Terms:
    return scale(terms, np.asarray(-1.0))


def gather(terms: Terms, parents: Lanes, size: int) -> Terms:
    """Inner lanes summed into their outer lanes."""
    if _is_zero(terms.constant):
        constant = ZERO
    else:
        weights = np.broadcast_to(terms.constant, terms.size)
        constant = np.bincount(parents.all, weights=weights, minlength=size).astype(float)
    return Terms(
        size,
        constant,
        tuple(
            replace(part, source=parents if part.source is None else part.source.among(parents))
            for part in terms.linear
        ),
        tuple(replace(part, lanes=parents.all[part.lanes]) for part in terms.quadratic),
        tuple((int(parents.all[lane]), expression) for lane, expression in terms.nonlinear),
    )


def multiply(left: Terms, right: Terms) -> Terms:
    """The product lane by lane; quadratic where both are linear, scalar expressions beyond that."""
    if left.is_constant:
        return scale(right, left.constant)
    if right.is_constant:
        return scale(left, right.constant)
    if not (left.is_linear and right.is_linear):
        pairs = zip(expressions(left), expressions(right), strict=True)
        return of_expressions([_product(a, b) for a, b in pairs])
    mixed = add(
        scale(replace(left, constant=ZERO), right.constant),
        scale(replace(right, constant=ZERO), left.constant),
    )
    quadratic = tuple(_product_of_linear(a, b) for a, b in itertools.product(left.linear, right.linear))
    return Terms(left.size, left.constant * right.constant, mixed.linear, quadratic)


def _product_of_linear(left: Linear, right: Linear) -> Quadratic:
    a, b = (
        np.broadcast_to(left.coefficients, left.columns.shape),
        np.broadcast_to(right.coefficients, right.columns.shape),
    )
    if left.lanes is None and right.lanes is None:
        return Quadratic(np.arange(len(left.columns)), left.columns, right.columns, a * b)
    left_lanes = np.arange(len(left.columns)) if left.lanes is None else left.lanes
    right_lanes = np.arange(len(right.columns)) if right.lanes is None else right.lanes
    order = np.argsort(right_lanes, kind="stable")
    ordered = right_lanes[order]
    start = np.searchsorted(ordered, left_lanes, side="left")
    counts = np.searchsorted(ordered, left_lanes, side="right") - start
    mine = np.repeat(np.arange(len(left_lanes)), counts)
    offsets = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
    theirs = order[np.repeat(start, counts) + offsets]
    return Quadratic(left_lanes[mine], left.columns[mine], right.columns[theirs], a[mine] * b[theirs])


def of_expressions(items: Sequence[Expression]) -> Terms:
    """One scalar expression in each lane."""
    return Terms(len(items), nonlinear=tuple(enumerate(items)))


def expressions(terms: Terms) -> list[Expression]:
    """Each lane as one scalar expression over Column leaves."""
    parts: list[list[Expression]] = [[] for _ in range(terms.size)]
    for quadratic in terms.quadratic:
        coefficients = np.broadcast_to(quadratic.coefficients, quadratic.lanes.shape)
        for lane, i, j, c in zip(
            quadratic.lanes.tolist(),
            quadratic.first.tolist(),
            quadratic.second.tolist(),
            coefficients.tolist(),
            strict=True,
        ):
            product = Binary("**", Column(i), Number(2.0)) if i == j else Binary("*", Column(i), Column(j))
            parts[lane].append(_times(c, product))
    for linear in terms.linear:
        lanes = range(terms.size) if linear.lanes is None else linear.lanes.tolist()
        coefficients = np.broadcast_to(linear.coefficients, linear.columns.shape)
        for lane, j, c in zip(lanes, linear.columns.tolist(), coefficients.tolist(), strict=True):
            parts[lane].append(_times(c, Column(j)))
    for lane, expression in terms.nonlinear:
        parts[lane].append(expression)
    for own, constant in zip(parts, np.broadcast_to(terms.constant, terms.size).tolist(), strict=True):
        if constant != 0.0 or not own:
            own.append(literal(constant))
    return [total(own) for own in parts]


def total(items: Sequence[Expression]) -> Expression:
    """The sum as a balanced tree: its depth grows with the logarithm of the number of items."""
    if len(items) == 1:
        return items[0]
    middle = len(items) // 2
    left, right = total(items[:middle]), total(items[middle:])
    if isinstance(right, Negative):
        return Binary("-", left, right.operand)
    return Binary("+", left, right)


def literal(value: float) -> Expression:
    """A number as the parser would give it: negative ones under a minus sign."""
    return Negative(Number(-value)) if value < 0 else Number(value)


def call(function: str, arguments: Sequence[Terms]) -> Terms:
    """``function(arguments)`` in each lane as a scalar expression."""
    columns = [expressions(argument) for argument in arguments]
    return of_expressions([Call(function, parts) for parts in zip(*columns, strict=True)])


def combine(operator: str, left: Terms, right: Terms) -> Terms:
    """``left operator right`` in each lane as a scalar expression."""
    pairs = zip(expressions(left), expressions(right), strict=True)
    return of_expressions([Binary(operator, a, b) for a, b in pairs])  # type: ignore[arg-type]


def _times(factor: float, expression: Expression) -> Expression:
    if factor == 1.0:
        return expression
    if factor == -1.0:
        return Negative(expression)
    if factor < 0:
        return Negative(Binary("*", Number(-factor), expression))
    return Binary("*", Number(factor), expression)


def _product(left: Expression, right: Expression) -> Expression:
    match left, right:
        case (Number(value=value), other) | (other, Number(value=value)):
            return _times(value, other)
        case _:
            return Binary("*", left, right)
