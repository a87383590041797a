"""Proofs of what a solver claims, by solving again: certificates for all that a relaxation can show, a second solver.

What is only claimed stays claimed where nothing is found; what turns out to be false becomes a NUMERICAL_ERROR.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from formulations.program import Program
from solvers.activities import activities
from solvers.branching import closed_tree
from solvers.certificates import (
    Linear,
    certified,
    confirmed,
    contradicts,
    contradicts_exactly,
    reaches,
    reaches_exactly,
    touching,
)
from solvers.highs import Highs
from solvers.job import Job
from solvers.planning import NoCapableSolverError, Plan, plan, plans
from solvers.solution import Evidence, Grade, Solution, Termination
from solvers.solver import Options, UnsupportedProgramError
from solvers.unboundedness import numbered, recession
from solvers.verify import improves_forever, refuted, verify

#: Seconds that each look for a certificate may take.
_PATIENCE = 2.0
#: Solvers of one make, whose agreement says little.
_MAKES = {"Pyomo-HiGHS": "HiGHS", "Pyomo-SCIP": "SCIP", "GLOP": "OR-Tools", "PDLP": "OR-Tools", "CP-SAT": "OR-Tools"}


def proved(program: Program, solution: Solution, options: Options | None = None) -> Solution:
    """The verified solution with the strongest evidence that a few linear programs give."""
    options = options or Options()
    limit = _PATIENCE if options.time_limit is None else min(_PATIENCE, options.time_limit)
    options = replace(options, start=None, time_limit=limit)
    if solution.evidence is None:
        return solution
    match solution.termination:
        case Termination.OPTIMAL:
            return _optimal(program, solution, options)
        case Termination.INFEASIBLE:
            return _infeasible(program, solution, options)
        case Termination.UNBOUNDED:
            return _unbounded(program, solution, options)
    return solution


def confirmed_by_another(program: Program, solution: Solution, options: Options | None = None) -> Solution:
    """The verified solution with the word of a second solver, of another make, unless it is proved already.

    A second solver that disagrees makes a NUMERICAL_ERROR that says so; one that does not finish says nothing.
    """
    if solution.evidence is None or solution.evidence.grade is not Grade.CLAIMED:
        return solution
    options = replace(options or Options(), start=None)
    for candidate in plans(program):
        if _make(candidate.solver.name) == _make(solution.solver) or not candidate.solver.exact:
            continue
        try:
            other = Job(candidate, options).follow()
        except (UnsupportedProgramError, ValueError):
            continue
        if other.limit is not None or other.termination in (Termination.NUMERICAL_ERROR, Termination.FEASIBLE):
            continue
        if other.termination is not solution.termination or not _same_worth(program, solution, other, options):
            what = f"{other.termination.value}, objective {other.objective}"
            return refuted(solution, f"claimed {_claim(solution)}, but {other.solver} says {what}")
        return replace(solution, evidence=confirmed(solution, other))
    alone = f"{solution.evidence.sentence} No solver of another make that could confirm it came to an end."
    return replace(solution, evidence=replace(solution.evidence, sentence=alone))


def _make(name: str) -> str:
    return _MAKES.get(name, name)


def _claim(solution: Solution) -> str:
    return f"{solution.termination.value}, objective {solution.objective}"


def _same_worth(program: Program, solution: Solution, other: Solution, options: Options) -> bool:
    if solution.objective is None or other.objective is None or solution.values is None:
        return solution.objective is other.objective
    scale = activities(program, solution.values, options).objective_scale
    tolerance = max(options.mip_gap, options.verification_tolerance) * max(scale, abs(solution.objective))
    return abs(solution.objective - other.objective) <= 2 * tolerance


# --- optima -----------------------------------------------------------------------------------------------------


def _optimal(program: Program, solution: Solution, options: Options) -> Solution:
    """A dual solution: of the solver itself, of the relaxation where that leaves no gap, or one for each leaf."""
    assert solution.values is not None
    assert solution.evidence is not None
    scale = activities(program, solution.values, options).objective_scale
    linear, duals = touching(program, solution), solution.duals
    if linear is not None and duals is None:
        duals = Highs().solve(program, options).duals
    if linear is not None and duals is not None:
        if not reaches(linear, program, solution, duals, options, scale=scale):
            return solution
        exact = program.objective_quadratic is None and reaches_exactly(linear, program, solution, duals)
        how = "a dual solution gives the same bound, recomputed by weak duality"
        return replace(solution, evidence=certified(solution, how, exact=exact))
    if not _is_curved(program):
        evidence = _by_relaxation(program, solution, options, scale)
        if evidence is not None:
            return replace(solution, evidence=evidence)
    rewritten = _rewritten(program)
    return solution if rewritten is None else _by_branching(rewritten, solution, options)


def _rewritten(program: Program) -> Plan | None:
    """The program as HiGHS would get it, None if that is not linear."""
    try:
        found = plan(program, Highs.name)
    except NoCapableSolverError:
        return None
    return None if _is_curved(found.reduced) else found


def _is_curved(program: Program) -> bool:
    objective = program.objective_quadratic is not None or program.objective_nonlinear is not None
    return bool(objective or program.quadratic or program.nonlinear or program.indicators)


def _by_relaxation(program: Program, solution: Solution, options: Options, scale: float) -> Evidence | None:
    linear = Linear.relaxation(program)
    duals = _solved(linear, options).duals
    if duals is None:
        return None
    sign = -1.0 if program.sense == "maximize" else 1.0
    if not reaches(linear, program, solution, sign * duals, options, scale=scale):
        return None
    how = "no plan can be better than a dual solution of the linear relaxation, recomputed by weak duality"
    return certified(solution, how, exact=reaches_exactly(linear, program, solution, sign * duals))


def _by_branching(rewritten: Plan, solution: Solution, options: Options) -> Solution:
    """Cases that together hold every plan, in each of which none is better."""
    assert solution.objective is not None
    program, reduced = rewritten.program, rewritten.reduced
    target = -solution.objective if program.sense == "maximize" else solution.objective
    tree = closed_tree(_minimized(reduced), target, options, grain=_grain(reduced))
    if tree is None:
        return solution
    if tree.better is not None:
        claim = replace(solution, values=rewritten.recover(tree.better), objective=None, dual_bound=None)
        rival = verify(program, claim, options)
        if rival.termination is not Termination.OPTIMAL or rival.objective is None:
            return solution
        return refuted(solution, f"claimed {_claim(solution)}, but a plan with {rival.objective} was found")
    cases = f"in each of {tree.leaves} cases that cover all plans, " if tree.leaves > 1 else ""
    how = f"{cases}a dual bound{_after(rewritten)}, recomputed, rules out a better one"
    return replace(solution, evidence=certified(solution, how))


def _after(rewritten: Plan) -> str:
    return " of the program as rewritten" if rewritten.reductions else ""


def _minimized(program: Program) -> Program:
    if program.sense == "minimize":
        return program
    return replace(program, sense="minimize", objective=-program.objective, objective_offset=-program.objective_offset)


def _grain(program: Program) -> float:
    """A number that the objective, its constant left out, is always a multiple of; 0 if there is none."""
    costs = np.abs(program.objective[program.objective != 0])
    if not len(costs) or not program.integer[program.objective != 0].all() or costs.max() > 2**50:
        return 0.0
    return float(np.gcd.reduce(costs.astype(np.int64))) if (costs == np.round(costs)).all() else 0.0


# --- no feasible point, no optimum ------------------------------------------------------------------------------


def _infeasible(program: Program, solution: Solution, options: Options) -> Solution:
    linear = Linear.relaxation(program)
    crossed = np.flatnonzero(linear.lower > linear.upper)
    if len(crossed):
        how = f"no value lies within the bounds of {program.columns[int(crossed[0])]}"
        return replace(solution, evidence=certified(solution, how, exact=True))
    found = _solved(_elastic(linear), options)
    if found.termination is not Termination.OPTIMAL or found.duals is None or found.values is None:
        return solution
    if contradicts(linear, found.duals, options):
        how = "a combination of the constraints asks for more than the bounds allow, recomputed"
        return replace(solution, evidence=certified(solution, how, exact=contradicts_exactly(linear, found.duals)))
    if program.integer.any() or _is_curved(program):
        rewritten = _rewritten(program)
        return solution if rewritten is None else _empty_by_branching(rewritten, solution, options)
    point = found.values[: program.column_count]
    claim = replace(solution, termination=Termination.FEASIBLE, values=point)
    if verify(program, claim, options).termination is Termination.FEASIBLE:
        return refuted(solution, "claimed infeasible, but a feasible point was found", values=point)
    return solution


def _empty_by_branching(rewritten: Plan, solution: Solution, options: Options) -> Solution:
    reduced = _minimized(rewritten.reduced)
    tree = closed_tree(replace(reduced, objective=np.zeros(reduced.column_count)), None, options)
    if tree is None:
        return solution
    if tree.better is not None:
        point = rewritten.recover(tree.better)
        claim = replace(solution, termination=Termination.FEASIBLE, values=point)
        found = verify(rewritten.program, claim, options).termination is Termination.FEASIBLE
        message = "claimed infeasible, but a feasible point was found"
        return refuted(solution, message, values=point) if found else solution
    cases = f"in each of {tree.leaves} cases that cover everything, " if tree.leaves > 1 else ""
    how = f"{cases}the constraints{_after(rewritten)} contradict each other, recomputed"
    return replace(solution, evidence=certified(solution, how))


def _elastic(linear: Linear) -> Linear:
    """The least sum of violations of the rows, which become columns behind the others."""
    m = len(linear.row_lower)
    identity = sparse.eye_array(m, format="csr")
    return Linear(
        cost=np.concatenate([np.zeros(len(linear.cost)), np.ones(2 * m)]),
        offset=0.0,
        matrix=sparse.csr_array(sparse.hstack([linear.matrix, identity, -identity], format="csr")),
        row_lower=linear.row_lower,
        row_upper=linear.row_upper,
        lower=np.concatenate([linear.lower, np.zeros(2 * m)]),
        upper=np.concatenate([linear.upper, np.full(2 * m, np.inf)]),
    )


def _unbounded(program: Program, solution: Solution, options: Options) -> Solution:
    """A feasible point and a direction that improves forever. Source: Meyer (1974) for integers."""
    if _is_curved(program):
        return solution
    nowhere = replace(program, objective=np.zeros(program.column_count))
    point = verify(nowhere, Highs().solve(nowhere, options), options)
    if point.termination is Termination.INFEASIBLE:
        return refuted(solution, "claimed unbounded, but no feasible point was found")
    ray = solution.ray
    if ray is None or not improves_forever(program, ray, options):
        found = Highs().solve(recession(program), options)
        if found.termination is Termination.INFEASIBLE:
            return refuted(solution, "claimed unbounded, but there is no direction in which the objective improves")
        if found.values is None:
            return solution
        ray = found.values[: program.column_count] - found.values[program.column_count :]
    if not improves_forever(program, ray, options):
        return replace(solution, ray=None)
    if not point.termination.has_values:
        return replace(solution, ray=ray)
    how = "from a feasible point, a direction that was recomputed improves the objective without end"
    return replace(solution, ray=ray, evidence=certified(solution, how))


def _solved(linear: Linear, options: Options) -> Solution:
    """The linear program by HiGHS; its duals are those of a minimum."""
    n, m = len(linear.cost), len(linear.row_lower)
    program = Program(
        name="relaxation",
        sense="minimize",
        columns=numbered("column", n),
        column_lower=linear.lower,
        column_upper=linear.upper,
        integer=np.zeros(n, dtype=bool),
        objective=linear.cost,
        objective_offset=linear.offset,
        rows=numbered("row", m),
        matrix=linear.matrix,
        row_lower=linear.row_lower,
        row_upper=linear.row_upper,
    )
    return Highs().solve(program, options)
