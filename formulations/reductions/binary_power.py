"""A power of a binary is the binary."""

from __future__ import annotations

from typing import ClassVar

from formulations.affine import Terms, split, total
from formulations.expression import Binary, Column, Expression, Number
from formulations.features import Feature
from formulations.program import Program
from formulations.reductions.extension import Extension, Place
from formulations.reductions.products import PRODUCT_FEATURES, is_binary, replace_products
from formulations.reductions.reduction import Recover


class BinaryPower:
    """``b**p = b`` for a binary b and p > 0: squares of binaries become linear terms."""

    name: ClassVar[str] = "power of a binary"
    removes: ClassVar[frozenset[Feature]] = PRODUCT_FEATURES

    def apply(self, program: Program) -> tuple[Program, Recover]:
        def change(terms: Terms, place: Place) -> Terms:
            squares = {i: c for (i, j), c in terms.quadratic.items() if i == j and is_binary(program, i)}
            if not squares and not terms.residual:
                return terms
            quadratic = {pair: c for pair, c in terms.quadratic.items() if pair[0] != pair[1] or pair[0] not in squares}
            plain = Terms(constant=terms.constant, linear=terms.linear, quadratic=quadratic)
            rest = [(c, _base(program, expression)) for c, expression in terms.residual]
            return total((1.0, plain), (1.0, Terms(linear=squares)), *rest)

        return replace_products(Extension(program), change)


def _base(program: Program, expression: Expression) -> Terms:
    match expression:
        case Binary(operator="**", left=Column(index=index), right=Number(value=exponent)):
            if exponent > 0 and is_binary(program, index):
                return split(expression.left)
    return Terms(residual=((1.0, expression),))
