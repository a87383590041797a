"""Expressions that turn out to be affine or quadratic move into the matrices."""

from __future__ import annotations

from typing import ClassVar

from formulations.affine import Terms, split
from formulations.expression import Expression
from formulations.features import Feature
from formulations.program import Program
from formulations.reductions.extension import Extension
from formulations.reductions.reduction import Recover


class Polynomial:
    """``f(x) = a'x + x'Qx + g(x)``: the affine and quadratic terms of a nonlinear expression join A and Q.

    What is left in the nonlinear part is neither; where nothing is left the expression is gone.
    """

    name: ClassVar[str] = "affine and quadratic terms"
    removes: ClassVar[frozenset[Feature]] = frozenset({Feature.NONLINEAR, Feature.CONVEX_NONLINEAR})

    def apply(self, program: Program) -> tuple[Program, Recover]:
        extension = Extension(program)
        for row, expression in program.nonlinear.items():
            _fold(extension, row, expression)
        if program.objective_nonlinear is not None:
            _fold(extension, None, program.objective_nonlinear)
        return extension.finish()


def _fold(extension: Extension, place: int | None, expression: Expression) -> None:
    terms = split(expression)
    if terms.constant or terms.linear or terms.quadratic or not terms.residual:
        extension.replace_nonlinear(place, Terms() + terms)
