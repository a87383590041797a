"""Maximizing f is minimizing -f."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from formulations.affine import join, split
from formulations.features import Feature
from formulations.program import Floats, Program
from formulations.reductions.reduction import Recover


class ObjectiveSense:
    """``max f(x)`` becomes ``min -f(x)``, for solvers that only minimize; the feasible points stay the same.

    No feature goes with it. Values need no recovery; objective, bound and duals of the reduced program have the
    opposite sign.
    """

    name: ClassVar[str] = "objective sense"
    removes: ClassVar[frozenset[Feature]] = frozenset()

    def apply(self, program: Program) -> tuple[Program, Recover]:
        if program.sense == "minimize":
            return program, _same
        quadratic, nonlinear = program.objective_quadratic, program.objective_nonlinear
        reduced = replace(
            program,
            sense="minimize",
            objective=-program.objective,
            objective_offset=-program.objective_offset,
            objective_quadratic=None if quadratic is None else -quadratic,
            objective_nonlinear=None if nonlinear is None else join(-split(nonlinear)),
        )
        return reduced, _same


def _same(values: Floats) -> Floats:
    return values
