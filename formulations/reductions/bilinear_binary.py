"""A binary times a bounded column becomes a column."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from formulations.affine import Terms, column, number, split, total
from formulations.bounds import Box, propagated
from formulations.expression import Column, Expression
from formulations.features import Feature
from formulations.intervals import Interval
from formulations.program import Program
from formulations.reductions.big_m import finite_bound
from formulations.reductions.extension import Extension, Place
from formulations.reductions.products import PRODUCT_FEATURES, factors, is_binary, replace_products
from formulations.reductions.reduction import Recover


class BilinearBinary:
    """``b * x`` of a binary b and a column l <= x <= u becomes a column z, equal to it wherever b is integral::

        l b <= z <= u b,   x - u (1 - b) <= z <= x - l (1 - b)

    Products of several binaries with one column are taken two at a time. One column serves all occurrences of the
    same product. Raises ReductionError, naming x, if l or u is infinite.
    Source: McCormick (1976), Computability of global solutions to factorable nonconvex programs.
    """

    name: ClassVar[str] = "binary times bounded column"
    removes: ClassVar[frozenset[Feature]] = PRODUCT_FEATURES

    def apply(self, program: Program) -> tuple[Program, Recover]:
        return _Products(program).replaced()


class _Products:
    """The products replaced so far, and the range of each."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.extension = Extension(program)
        self.columns: dict[tuple[int, int], int] = {}
        self.ranges: dict[int, Interval] = {}

    @cached_property
    def box(self) -> Box:
        return propagated(self.program)

    def replaced(self) -> tuple[Program, Recover]:
        return replace_products(self.extension, self.change)

    def change(self, terms: Terms, place: Place) -> Terms:
        kept: dict[tuple[int, int], float] = {}
        rest: list[tuple[float, Terms]] = []
        for (i, j), c in terms.quadratic.items():
            if i != j and is_binary(self.program, i):
                rest.append((c, column(self.times(i, j, place))))
            elif i != j and is_binary(self.program, j):
                rest.append((c, column(self.times(j, i, place))))
            else:
                kept[i, j] = c
        rest += [(c, self.expanded(expression, place)) for c, expression in terms.residual]
        plain = Terms(constant=terms.constant, linear=terms.linear, quadratic=kept)
        return total((1.0, plain), *rest)

    def expanded(self, expression: Expression, place: Place) -> Terms:
        """A product of binaries and at most one affine factor, made linear; anything else as it is."""
        unchanged = Terms(residual=((1.0, expression),))
        parts = factors(expression)
        binaries = sorted({p.index for p in parts if isinstance(p, Column) and is_binary(self.program, p.index)})
        others = [split(p) for p in parts if not (isinstance(p, Column) and p.index in binaries)]
        if not binaries or len(parts) == 1 or len(others) > 1:
            return unchanged
        affine = others[0] if others else number(1.0)
        if affine.degree is None or affine.degree > 1:
            return unchanged
        products = [(c, column(self.chain(binaries, j, place))) for j, c in affine.linear.items()]
        if affine.constant:
            products.append((affine.constant, column(self.chain(binaries[1:], binaries[0], place))))
        return total(*products)

    def chain(self, binaries: list[int], index: int, place: Place) -> int:
        for b in binaries:
            index = self.times(b, index, place)
        return index

    def times(self, b: int, x: int, place: Place) -> int:
        """The column that stands for b * x."""
        if b == x:
            return x
        if (b, x) not in self.columns:
            self.columns[b, x] = self.columns[x, b] = self.product(b, x, place)
        return self.columns[b, x]

    def product(self, b: int, x: int, place: Place) -> int:
        low, high = self.range_of(b, x, place)
        extension = self.extension
        origin = extension.origin("switched", place)
        own = Interval(min(low, 0.0), max(high, 0.0))
        z = extension.column(origin, lower=own.lower, upper=own.upper)
        self.ranges[z] = own
        if high != 0:
            extension.row(origin, "on_upper", Terms(linear={z: 1.0, b: -high}), upper=0.0)
        if low != 0:
            extension.row(origin, "on_lower", Terms(linear={z: 1.0, b: -low}), lower=0.0)
        off = number(1.0) - column(b)
        extension.row(origin, "off_upper", column(z) - column(x) + low * off, upper=0.0)
        extension.row(origin, "off_lower", column(z) - column(x) + high * off, lower=0.0)
        return z

    def range_of(self, b: int, x: int, place: Place) -> Interval:
        if x in self.ranges:
            return self.ranges[x]
        purpose = f"its product with {self.program.columns[b]} is made linear by its bounds"
        ends = [
            finite_bound(column(x), self.program, self.box, place=place, above=above, purpose=purpose)
            for above in (False, True)
        ]
        return Interval(*ends)
