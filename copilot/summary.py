"""A solution in plain JSON: what is stored in a session and what scripts read."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
from pydantic import BaseModel, ConfigDict

from formulations.program import Program
from solvers.solution import Grade, Limit, Solution, Termination, labelled_values, without_values


class EvidenceSummary(BaseModel):
    """What a claim rests on: ``grade`` is certified, confirmed or claimed (``solvers.solution.Evidence``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grade: Grade
    sentence: str
    exact: bool = False
    solvers: tuple[str, ...] = ()


class SolutionSummary(BaseModel):
    """One solution without arrays; numbers that are not finite are None.

    values: label to number, ``{"make['large']": 3.0}``. why: the reason for the choice of the solver.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    termination: Termination
    limit: str | None = None
    objective: float | None = None
    dual_bound: float | None = None
    mip_gap: float | None = None
    values: dict[str, float | None] = {}
    solver: str
    version: str = ""
    seconds: float
    max_violation: float | None = None
    why: str = ""
    evidence: EvidenceSummary | None = None


def summarize(solution: Solution, program: Program, *, why: str = "") -> SolutionSummary:
    """The solution as plain numbers under the labels of the program."""
    return SolutionSummary(
        termination=solution.termination,
        limit=None if solution.limit is None else solution.limit.value,
        objective=finite(solution.objective),
        dual_bound=finite(solution.dual_bound),
        mip_gap=finite(solution.mip_gap),
        values={label: finite(value) for label, value in labelled_values(solution, program).items()},
        solver=solution.solver,
        version=solution.version,
        seconds=solution.seconds,
        max_violation=finite(solution.max_violation),
        why=why,
        evidence=None if solution.evidence is None else EvidenceSummary(**asdict(solution.evidence)),
    )


def restored(summary: SolutionSummary, program: Program) -> Solution | None:
    """The solution that was summarized, without duals and log; None if its labels are not those of the program.

    Nothing in it was verified again: that is for the caller.
    """
    values = None
    if summary.values:
        numbers = [summary.values.get(label) for label in program.columns]
        if any(number is None for number in numbers) or len(summary.values) != program.column_count:
            return None
        values = np.array(numbers, dtype=float)
    return replace(
        without_values(summary.termination, solver=summary.solver, version=summary.version),
        limit=None if summary.limit is None else Limit(summary.limit),
        objective=summary.objective,
        dual_bound=summary.dual_bound,
        values=values,
        seconds=summary.seconds,
        log="Kept in the session; the log of the solver was not.",
    )


def finite(number: float | None) -> float | None:
    """The number, without a negative zero; None for NaN and infinities, which JSON does not know."""
    return number + 0.0 if number is not None and math.isfinite(number) else None
