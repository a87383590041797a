"""Plans that a program allows and a sentence forbids.

The violation of every claim is maximized over the plans of the program: a missing limit and a reversed one ("at least
twice as many A as B") show the same way, with numbers that a person can judge.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from copilot.formulators.doubts.claims import Claim, claims
from copilot.formulators.doubts.mismatch import Mismatch, mismatch
from equivalence.words import point_in_words
from formulations.formulation import Sense
from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, solve
from solvers.solution import Termination, labelled_values
from solvers.solver import Options

#: Seconds for one claim, and the most claims that are tried.
_SECONDS, _MOST = 1.0, 12
#: Violations below this, relative to the size of the claim, are rounding.
_TOLERANCE = 1e-5


def counterexamples(text: str, program: Program) -> tuple[Mismatch, ...]:
    """The claims of the text that the program does not keep; none for curved programs."""
    if program.quadratic or program.nonlinear:
        return ()
    found: list[Mismatch] = []
    for claim in claims(text, program)[:_MOST]:
        plan = _breaking(claim, program)
        if plan is not None and not any(other.span == claim.span for other in found):
            allowed = f"a plan with {plan} is" if plan else "plans far beyond it are"
            found.append(mismatch(text, claim.span, f"{allowed} allowed here"))
    return tuple(found)


def _breaking(claim: Claim, program: Program) -> str | None:
    """An allowed plan that breaks the claim, in words, "" where there is no end to how far; None if none is known."""
    sides: tuple[tuple[float | None, Sense], ...] = ((claim.high, "maximize"), (claim.low, "minimize"))
    for limit, sense in sides:
        if limit is None:
            continue
        weights = np.zeros(program.column_count)
        weights[list(claim.weights)] = list(claim.weights.values())
        asked = replace(
            program,
            sense=sense,
            objective=weights,
            objective_offset=0.0,
            objective_quadratic=None,
            objective_nonlinear=None,
        )
        try:
            solution = solve(asked, Options(time_limit=_SECONDS))
        except NoCapableSolverError:
            return None
        if solution.termination in (Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED):
            return "" if solution.termination is Termination.UNBOUNDED else None
        if not solution.termination.has_values or solution.objective is None or solution.values is None:
            continue
        over = solution.objective - limit if sense == "maximize" else limit - solution.objective
        if over > _TOLERANCE * max(1.0, abs(limit)):
            named = labelled_values(solution, program)
            labels = [program.columns[column] for column in sorted(claim.weights)]
            return point_in_words({label: Fraction(named[label]).limit_denominator(10**6) for label in labels})
    return None
