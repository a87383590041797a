"""A row that holds only if a binary has a given value becomes a row that is slack otherwise."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from formulations.affine import Terms, column, number, row_terms
from formulations.bounds import Box, propagated
from formulations.features import Feature
from formulations.program import Indicator, Program
from formulations.reductions.big_m import finite_bound
from formulations.reductions.extension import Extension
from formulations.reductions.reduction import Recover


class IndicatorRow:
    """``b = 1 implies f(x) <= u`` becomes ``f(x) <= u + M (1 - b)``, where u + M bounds f(x) while b = 0.

    With value 0 the roles of b and 1 - b are exchanged; a lower bound is the mirror image. A row bounded on both
    sides keeps its upper side, and an appended row takes the lower one. M follows from column bounds, also from
    those that other rows imply; no M at all is added where they make the row slack anyway. Raises ReductionError,
    naming the columns, if M is infinite.
    """

    name: ClassVar[str] = "indicator row"
    removes: ClassVar[frozenset[Feature]] = frozenset({Feature.INDICATOR})

    def apply(self, program: Program) -> tuple[Program, Recover]:
        extension = Extension(program)
        box = propagated(program) if program.indicators else Box(program.column_lower, program.column_upper)
        for row, indicator in program.indicators.items():
            _reduce(extension, row, indicator, box)
        return extension.finish()


def _reduce(extension: Extension, row: int, indicator: Indicator, box: Box) -> None:
    program = extension.program
    lower, upper = float(program.row_lower[row]), float(program.row_upper[row])
    b = column(indicator.column)
    off = number(1.0) - b if indicator.value else b
    has_lower, has_upper = lower > -np.inf, upper < np.inf
    above = _big_m(program, row, indicator, box, limit=upper, above=True) * off if has_upper else Terms()
    below = _big_m(program, row, indicator, box, limit=lower, above=False) * off if has_lower else Terms()
    if has_lower and has_upper:
        body = row_terms(program, row)
        extension.row(extension.origin("", row), "lower", body - below, lower=lower)
        lower, below = -np.inf, Terms()
    change = -(above + below)
    linear = Terms(linear=change.linear)
    extension.change_row(row, linear, lower=lower - change.constant, upper=upper - change.constant)


def _big_m(program: Program, row: int, indicator: Indicator, box: Box, *, limit: float, above: bool) -> float:
    """By how much the body may exceed the upper limit (or, as a negative number, fall short of the lower one)
    while the row is off."""
    terms = row_terms(program, row)
    lower, upper = box.lower.copy(), box.upper.copy()
    lower[indicator.column] = upper[indicator.column] = float(not indicator.value)
    purpose = (
        f"it holds only if {program.columns[indicator.column]} is {int(indicator.value)}, "
        "which takes a Big-M that bounds it otherwise"
    )
    bound = finite_bound(terms, program, Box(lower, upper), place=row, above=above, purpose=purpose)
    return max(0.0, bound - limit) if above else min(0.0, bound - limit)
