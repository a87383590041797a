"""A Big-M is derived from finite bounds, or refused with the names of the columns that lack one."""

from __future__ import annotations

import math

from formulations.affine import Terms
from formulations.bounds import Box, columns_without_bound, terms_interval
from formulations.program import Program
from formulations.reductions.extension import Place
from formulations.reductions.reduction import ReductionError

#: Beyond this, a binary column that is integral only within a solver's tolerance would no longer switch the row off.
LARGEST_BIG_M = 1e9
#: Columns named in a refusal.
NAMED = 3


def finite_bound(terms: Terms, program: Program, box: Box, *, place: Place, above: bool, purpose: str) -> float:
    """The largest (or smallest) value of the terms over the box.

    Raises ReductionError, with the purpose and the columns whose bounds are missing, if it is infinite or too
    large for a Big-M.
    """
    ends = terms_interval(terms, box)
    bound = ends.upper if above else ends.lower
    if abs(bound) <= LARGEST_BIG_M:
        return bound
    missing = columns_without_bound(terms, box, above=above)
    raise ReductionError(_refusal(program, place, missing, bound, purpose))


def place_name(program: Program, place: Place) -> str:
    return "the objective" if place is None else f"'{program.rows[place]}'"


def _refusal(program: Program, place: Place, missing: tuple[tuple[int, str], ...], bound: float, purpose: str) -> str:
    where = place_name(program, place)
    cure = "or choose a solver that handles it as it is"
    if math.isfinite(bound) or not missing:
        return (
            f"{where} would need a Big-M of {abs(bound):.3g}, too large to be reliable: {purpose}; "
            f"hint: tighten the bounds of its variables, {cure}"
        )
    names = [f"a finite {side} bound on {program.columns[j]}" for j, side in missing]
    shown = " and ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return f"{where} needs {shown}: {purpose}; hint: give the bound, {cure}"
