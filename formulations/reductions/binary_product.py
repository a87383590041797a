"""A product of binaries becomes a column between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from formulations.affine import Terms, column, total
from formulations.expression import Column, Expression
from formulations.features import Feature
from formulations.program import Program
from formulations.reductions.extension import Extension, Place
from formulations.reductions.products import PRODUCT_FEATURES, factors, is_binary, replace_products
from formulations.reductions.reduction import Recover


class BinaryProduct:
    """``b1 * ... * bk`` of binaries becomes a column 0 <= z <= 1, equal to it at every integral point::

        z <= bi for every i,   z >= b1 + ... + bk - (k - 1)

    One column serves all occurrences of the same product, in matrices and in expressions alike. z itself need not
    be integer.
    Source: McCormick (1976); Glover & Woolsey (1974), Converting the 0-1 polynomial programming problem.
    """

    name: ClassVar[str] = "product of binaries"
    removes: ClassVar[frozenset[Feature]] = PRODUCT_FEATURES

    def apply(self, program: Program) -> tuple[Program, Recover]:
        extension = Extension(program)
        products: dict[frozenset[int], int] = {}

        def replaced(binaries: frozenset[int], place: Place) -> Terms:
            if len(binaries) == 1:
                return column(*binaries)
            if binaries not in products:
                products[binaries] = _product(extension, sorted(binaries), place)
            return column(products[binaries])

        def change(terms: Terms, place: Place) -> Terms:
            pairs = {(i, j) for i, j in terms.quadratic if i != j and is_binary(program, i) and is_binary(program, j)}
            rest: list[tuple[float, Terms]] = [
                (terms.quadratic[i, j], replaced(frozenset((i, j)), place)) for i, j in sorted(pairs)
            ]
            for c, expression in terms.residual:
                binaries = _only_binaries(program, expression)
                rest.append((c, replaced(binaries, place) if binaries else Terms(residual=((1.0, expression),))))
            quadratic = {pair: c for pair, c in terms.quadratic.items() if pair not in pairs}
            plain = Terms(constant=terms.constant, linear=terms.linear, quadratic=quadratic)
            return total((1.0, plain), *rest)

        return replace_products(extension, change)


def _only_binaries(program: Program, expression: Expression) -> frozenset[int]:
    """The binaries whose product the expression is; none if it has another factor."""
    parts = factors(expression)
    columns = {part.index for part in parts if isinstance(part, Column)}
    only = len(parts) > 1 and all(isinstance(part, Column) for part in parts)
    return frozenset(columns) if only and all(is_binary(program, j) for j in columns) else frozenset()


def _product(extension: Extension, binaries: Iterable[int], place: Place) -> int:
    origin = extension.origin("product", place)
    z = extension.column(origin, lower=0.0, upper=1.0)
    members = list(binaries)
    for number, b in enumerate(members, start=1):
        extension.row(origin, "limit", Terms(linear={z: 1.0, b: -1.0}), key=(number,), upper=0.0)
    linear = dict.fromkeys(members, -1.0) | {z: 1.0}
    extension.row(origin, "both", Terms(linear=linear), lower=1.0 - len(members))
    return z
