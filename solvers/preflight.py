"""What can be said about a Program before any solver sees it; every adapter asks first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from formulations.bounds import integral
from formulations.features import places, required_features
from formulations.program import Flags, Floats, Program
from solvers.activities import activities
from solvers.solution import Solution, Termination, without_values
from solvers.solver import Options, Solver, UnsupportedProgramError
from solvers.verify import violations

#: Solvers take numbers of this size for infinite: a bound of 1e21 would silently be none.
LARGEST = 1e20


def preflight(program: Program, solver: Solver, options: Options) -> Solution | None:
    """The answer to a program that needs no solver, None for all others.

    Such are contradictory bounds and empty rows (INFEASIBLE), coefficients that are no numbers or that solvers take
    for infinite (NUMERICAL_ERROR) and programs without columns. Bounds that cross by no more than the feasibility
    tolerance count as equal.
    Raises UnsupportedProgramError if the program has features that the solver lacks.
    """
    undefined = _undefined(program)
    if undefined:
        return _answer(Termination.NUMERICAL_ERROR, solver, f"{undefined} is not a finite number.")
    too_large = _too_large(program)
    if too_large:
        cure = "choose larger units, or leave out a bound that is none"
        reason = f"{too_large} is larger than {LARGEST:g}, which solvers take for infinite: {cure}."
        return _answer(Termination.NUMERICAL_ERROR, solver, reason)
    missing = required_features(program) - solver.features
    if missing:
        where = places(program)
        lacking = ", ".join(sorted(f"{own.value} ({where[own]})" if own in where else own.value for own in missing))
        raise UnsupportedProgramError(f"{solver.name} cannot solve this program, because it lacks: {lacking}")
    contradiction = next(_contradictions(program, options), None)
    if contradiction:
        return _answer(Termination.INFEASIBLE, solver, contradiction)
    if program.column_count:
        return None
    nothing = np.zeros(0)
    found = violations(program, nothing, options)
    if found.relative > options.feasibility_tolerance:
        return _answer(Termination.INFEASIBLE, solver, f"Without columns, {found.worst}.")
    objective = activities(program, nothing, options).objective
    return replace(
        _answer(Termination.OPTIMAL, solver, "The program has no columns."),
        objective=objective,
        dual_bound=objective,
        values=nothing,
        duals=np.zeros(program.row_count),
        reduced_costs=nothing,
    )


def column_bounds(program: Program) -> tuple[Floats, Floats]:
    """Column bounds as libraries understand them: uncrossed, and those of integer columns moved inwards to integers."""
    box = integral(program, Options().integrality_tolerance)
    return uncrossed(box.lower, box.upper)


def uncrossed(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Bounds that cross within the tolerance made equal; libraries treat them differently from solver to solver."""
    crossed = lower > upper
    if not crossed.any():
        return lower, upper
    middle = (lower + upper) / 2
    return np.where(crossed, middle, lower), np.where(crossed, middle, upper)


def _undefined(program: Program) -> str:
    """The name of some number that is not finite, '' if all are."""
    if not np.isfinite(program.objective_offset):
        return "the constant of the objective"
    if not np.isfinite(program.objective).all():
        position = int(np.flatnonzero(~np.isfinite(program.objective))[0])
        return f"the objective coefficient of {program.columns[position]}"
    if not np.isfinite(program.matrix.data).all():
        entry = int(np.flatnonzero(~np.isfinite(program.matrix.data))[0])
        row = int(np.searchsorted(program.matrix.indptr, entry, side="right")) - 1
        return f"the coefficient of {program.columns[int(program.matrix.indices[entry])]} in {program.rows[row]}"
    forms = [("the objective", program.objective_quadratic)]
    forms += [(program.rows[row], form) for row, form in program.quadratic.items()]
    for name, form in forms:
        if form is not None and not np.isfinite(form.data).all():
            return f"a quadratic coefficient of {name}"
    bounds = (program.column_lower, program.column_upper, program.row_lower, program.row_upper)
    if any(np.isnan(bound).any() for bound in bounds):
        return "a bound"
    return ""


def _too_large(program: Program) -> str:
    """The name of some finite number that solvers take for infinite, '' if there is none."""
    sides = (("lower bound", "lower"), ("upper bound", "upper"))
    for labels, kind in ((program.columns, "column"), (program.rows, "row")):
        for words, side in sides:
            numbers = np.abs(getattr(program, f"{kind}_{side}"))
            large = np.flatnonzero((numbers >= LARGEST) & (numbers < np.inf))
            if len(large):
                what = words if kind == "column" else "right-hand side"
                return f"the {what} {numbers[large[0]]:g} of {labels[int(large[0])]}"
    if np.abs(program.objective).max(initial=0.0) >= LARGEST:
        return f"the objective coefficient of {program.columns[int(np.abs(program.objective).argmax())]}"
    if len(program.matrix.data) and np.abs(program.matrix.data).max() >= LARGEST:
        entry = int(np.abs(program.matrix.data).argmax())
        row = int(np.searchsorted(program.matrix.indptr, entry, side="right")) - 1
        return f"the coefficient of {program.columns[int(program.matrix.indices[entry])]} in {program.rows[row]}"
    return ""


def _contradictions(program: Program, options: Options) -> Iterator[str]:
    """Bounds that no value satisfies, in words."""
    tolerance = options.feasibility_tolerance
    lower, upper = program.column_lower, program.column_upper
    for position in np.flatnonzero(_crossing(lower, upper, tolerance)).tolist():
        yield _impossible(program.columns[position], lower[position], upper[position])
    with np.errstate(invalid="ignore"):
        hollow = program.integer & (np.ceil(lower - tolerance) > np.floor(upper + tolerance))
    for position in np.flatnonzero(hollow).tolist():
        bounds = f"{lower[position]:g} and {upper[position]:g}"
        yield f"No integer lies between the bounds {bounds} of {program.columns[position]}."
    unconditional = np.ones(program.row_count, dtype=bool)
    unconditional[list(program.indicators)] = False
    crossing = unconditional & _crossing(program.row_lower, program.row_upper, tolerance)
    for row in np.flatnonzero(crossing).tolist():
        yield _impossible(program.rows[row], program.row_lower[row], program.row_upper[row])
    empty = unconditional & (np.diff(program.matrix.indptr) == 0)
    empty[list({*program.quadratic, *program.nonlinear})] = False
    for row in np.flatnonzero(empty & ((program.row_lower > tolerance) | (program.row_upper < -tolerance))).tolist():
        yield f"{program.rows[row]} has no terms, so that its value is 0, but it must not be."


def _impossible(name: str, lower: float, upper: float) -> str:
    return f"{name} must be at least {lower:g} and at most {upper:g}."


def _crossing(lower: Floats, upper: Floats, tolerance: float) -> Flags:
    with np.errstate(invalid="ignore"):
        gap = lower - upper
        return (gap > tolerance * np.maximum(1.0, np.abs(upper))) | np.isposinf(lower) | np.isneginf(upper)


def _answer(termination: Termination, solver: Solver, reason: str) -> Solution:
    return without_values(termination, solver=solver.name, version=solver.available().version, log=reason)
