"""Convex and concave terms over columns in the atoms of CVXPY.

The cases are those of ``formulations.curvature``, which has already proved the curvature; signs that CVXPY could not
see from its own rules are carried by auxiliary variables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from formulations.affine import Terms, split
from formulations.bounds import Box, expression_interval
from formulations.curvature import is_norm_squared, quadratic_arrays
from formulations.expression import Binary, Call, Expression, Negative
from formulations.intervals import same
from formulations.quadratic_forms import factor, square_norm


class NotConvexError(ValueError):
    """A term has no known curvature of the kind asked for."""


@dataclass(frozen=True, eq=False)
class Atoms:
    """Writes terms over the columns ``x``, a CVXPY variable of shape (n,), whose bounds supply signs.

    constraints: what ties auxiliary variables to the terms that they stand for.
    """

    x: Any
    box: Box
    constraints: list[Any] = field(default_factory=list)

    def expression(self, terms: Terms, side: int) -> Any:
        """The terms as a convex (+1) or concave (-1) expression of CVXPY. Raises NotConvexError."""
        total: Any = terms.constant
        if terms.linear:
            columns = np.array(list(terms.linear), dtype=np.int64)
            total = np.array(list(terms.linear.values())) @ self.x[columns] + total
        if terms.quadratic:
            total = total + side * self._squares(Terms(quadratic=terms.quadratic), side)
        for coefficient, part in terms.residual:
            total = total + coefficient * self._function(part, side if coefficient > 0 else -side)
        return total

    def _squares(self, terms: Terms, side: int) -> Any:
        import cvxpy

        columns, quadratic, _ = quadratic_arrays(terms)
        try:
            root = factor(side * quadratic)
        except ValueError as error:
            raise NotConvexError("a quadratic form has the wrong sign") from error
        return cvxpy.sum_squares(root @ self.x[columns])

    def _function(self, part: Expression, side: int) -> Any:
        import cvxpy

        match part, side:
            case Call(function="exp", arguments=(argument,)), 1:
                return cvxpy.exp(self._argument(argument, 1))
            case Call(function="log", arguments=(argument,)), -1:
                return cvxpy.log(self._argument(argument, -1))
            case Call(function="sqrt", arguments=(argument,)), _:
                return self._power(argument, 0.5, side)
            case Binary(operator="*", left=left, right=right), 1:
                return self._negative_entropy(left, right)
            case Binary(operator="/", left=left, right=right), _:
                return self._quotient(left, right, side)
            case Binary(operator="**", left=base, right=exponent), _:
                fixed, varying = split(base), split(exponent)
                if varying.degree == 0:
                    return self._power(base, varying.constant, side)
                if fixed.degree == 0 and fixed.constant > 0 and side > 0:
                    growth = math.log(fixed.constant)
                    return cvxpy.exp(growth * self._argument(exponent, 1 if growth > 0 else -1))
        raise NotConvexError("a term has no known curvature of the right sign")

    def _argument(self, argument: Expression, side: int) -> Any:
        return self.expression(split(argument), side)

    def _negative_entropy(self, left: Expression, right: Expression) -> Any:
        import cvxpy

        for base, logarithm in ((left, right), (right, left)):
            match logarithm:
                case Call(function="log", arguments=(inside,)) if same(inside, base) and split(base).degree == 1:
                    return -cvxpy.entr(self._argument(base, 1))
        raise NotConvexError("a product has no known curvature")

    def _quotient(self, left: Expression, right: Expression, side: int) -> Any:
        import cvxpy

        above = split(left)
        if above.degree == 0:
            return above.constant * self._power(right, -1.0, side if above.constant > 0 else -side)
        if side > 0 and is_norm_squared(above) and expression_interval(right, self.box).lower >= 0:
            return cvxpy.quad_over_lin(self._root(above), self._argument(right, -1))
        raise NotConvexError("a quotient has no known curvature")

    def _root(self, terms: Terms) -> Any:
        """The affine vector whose squared length the terms are."""
        columns, quadratic, linear = quadratic_arrays(terms)
        matrix, offset = square_norm(quadratic, linear, terms.constant)
        return matrix @ self.x[columns] + offset

    def _power(self, base: Expression, exponent: float, side: int) -> Any:
        import cvxpy

        terms = split(base)
        if exponent == 0.5 and side > 0 and is_norm_squared(terms):
            return cvxpy.norm(self._root(terms))
        whole = exponent.is_integer()
        even = whole and exponent % 2 == 0
        if 0 < exponent < 1 and side < 0:
            return cvxpy.power(self._argument(base, -1), exponent)
        values = expression_interval(base, self.box)
        if whole and values.upper <= 0 and values.lower < 0:
            mirrored = self._power(Negative(base), exponent, side if even else -side)
            return mirrored if even else -mirrored
        if side > 0 and exponent < 0 and (values.lower >= 0 or not whole):
            return cvxpy.power(self._argument(base, -1), exponent)
        if side > 0 and exponent > 1 and terms.degree == 1 and (even or not whole or values.lower >= 0):
            return cvxpy.power(self._argument(base, 1), exponent)
        if side > 0 and exponent > 1 and values.lower >= 0:
            bound = cvxpy.Variable(nonneg=True)  # rising only where CVXPY knows the base to be nonnegative
            self.constraints.append(self._argument(base, 1) <= bound)
            return cvxpy.power(bound, exponent)
        raise NotConvexError("a power has no known curvature of the right sign")
