"""Which solver for a Program, after which rewrites, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.features import Feature, ProblemClass, problem_class, required_features
from formulations.program import Floats, Program
from formulations.reductions import REDUCTIONS, Recover, Reduction, ReductionError
from solvers.registry import SOLVERS, solver_named
from solvers.solution import Solution, Termination
from solvers.solver import Bound, Event, Incumbent, Options, Solver, SolverUnavailableError
from solvers.verify import verify

_GLOBAL = ("SCIP", "Ipopt")
_CONIC = ("Clarabel", "SCS")
#: Names shown in a sentence before the rest is counted.
_SHOWN = 3

#: Solvers to try first, by class; after these come the others, those that can prove an optimum before the rest.
PREFERENCES: Mapping[ProblemClass, tuple[str, ...]] = {
    ProblemClass.LP: ("HiGHS", "GLOP", "PDLP"),
    ProblemClass.MILP: ("HiGHS", "CP-SAT", "SCIP"),
    ProblemClass.PURE_INTEGER_LOGIC: ("CP-SAT", "HiGHS", "SCIP"),
    ProblemClass.CONVEX_QP: ("HiGHS", "Clarabel", "OSQP"),
    ProblemClass.CONVEX_QCQP: (*_CONIC, *_GLOBAL),
    ProblemClass.SOCP: (*_CONIC, *_GLOBAL),
    ProblemClass.CONVEX_NLP: (*_CONIC, *_GLOBAL),
    ProblemClass.MIQP: ("SCIP", "HiGHS"),
    ProblemClass.MIQCQP: ("SCIP", "HiGHS"),
    ProblemClass.MISOCP: ("SCIP",),
    ProblemClass.NONCONVEX_QP: _GLOBAL,
    ProblemClass.NONCONVEX_QCQP: _GLOBAL,
    ProblemClass.NLP: _GLOBAL,
    ProblemClass.MINLP: ("SCIP",),
}

_WORDS: Mapping[ProblemClass, str] = {
    ProblemClass.LP: "Linear",
    ProblemClass.MILP: "Mixed-integer linear",
    ProblemClass.PURE_INTEGER_LOGIC: "All integer, with logic",
    ProblemClass.CONVEX_QP: "Convex quadratic",
    ProblemClass.CONVEX_QCQP: "Convex with quadratic constraints",
    ProblemClass.SOCP: "Second-order cone",
    ProblemClass.CONVEX_NLP: "Convex nonlinear",
    ProblemClass.MIQP: "Mixed-integer quadratic",
    ProblemClass.MIQCQP: "Mixed-integer with quadratic constraints",
    ProblemClass.MISOCP: "Mixed-integer second-order cone",
    ProblemClass.NONCONVEX_QP: "Nonconvex quadratic",
    ProblemClass.NONCONVEX_QCQP: "Nonconvex with quadratic constraints",
    ProblemClass.NLP: "Nonlinear",
    ProblemClass.MINLP: "Mixed-integer nonlinear",
}


class NoCapableSolverError(ValueError):
    """No solver can take the program: ``str`` lists what each one lacks; ``reasons`` has it by solver name."""

    def __init__(self, program: Program, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        lines = "\n".join(f"  {name}: {reason}" for name, reason in reasons.items())
        words = _WORDS[problem_class(program)].lower()
        super().__init__(f"no solver for this {words} program:\n{lines}")


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """How a Program will be solved: rewritten by ``reductions`` into ``reduced``, then given to ``solver``.

    ``why`` says it to a person in a sentence or two.
    """

    program: Program
    reductions: tuple[Reduction, ...]
    solver: Solver
    why: str
    reduced: Program
    recover: Recover

    @property
    def mirrored(self) -> bool:
        """Whether the reduced program has the opposite sense, so that objectives, bounds and duals change sign."""
        return self.reduced.sense != self.program.sense

    def options(self, options: Options) -> Options:
        """The options for the reduced program: starting values of auxiliary columns are open."""
        added = self.reduced.column_count - self.program.column_count
        if options.start is None or not added:
            return options
        return replace(options, start=np.concatenate([options.start, np.full(added, np.nan)]))

    def translate(self, event: Event) -> Event:
        """An event of the reduced program in terms of the user's."""
        sign = -1.0 if self.mirrored else 1.0
        match event:
            case Incumbent(objective=objective, seconds=seconds, values=values):
                point = None if values is None else self.recover(values)
                return Incumbent(sign * objective, seconds, point)
            case Bound(value=value, seconds=seconds):
                return Bound(sign * value, seconds)
            case _:
                return event

    def finish(self, solution: Solution, options: Options) -> Solution:
        """A solution of the reduced program as one of the user's, verified on the user's Program."""
        if not self.solver.exact and solution.termination is Termination.OPTIMAL:
            solution = replace(solution, termination=Termination.LOCALLY_OPTIMAL)
        if self.reductions:
            solution = self._recovered(solution)
        return verify(self.program, solution, options)

    def _recovered(self, solution: Solution) -> Solution:
        rows, columns = self.program.row_count, self.program.column_count
        sign = -1.0 if self.mirrored else 1.0
        whole = solution.values is not None and solution.values.shape == (self.reduced.column_count,)
        return replace(
            solution,
            objective=None if solution.objective is None else sign * solution.objective,
            dual_bound=None if solution.dual_bound is None else sign * solution.dual_bound,
            values=self.recover(solution.values) if whole and solution.values is not None else solution.values,
            duals=None if solution.duals is None else sign * solution.duals[:rows],
            reduced_costs=None if solution.reduced_costs is None else sign * solution.reduced_costs[:columns],
            ray=None if solution.ray is None else solution.ray[:columns],
        )


def plan(program: Program, solver: str | None = None) -> Plan:
    """The best plan, or the one for the solver of that name.

    Raises NoCapableSolverError, and SolverUnavailableError if the solver asked for is unknown or not installed.
    """
    reasons: dict[str, str] = {}
    for found in plans(program, solver, reasons):
        return found
    raise NoCapableSolverError(program, reasons)


def plans(program: Program, solver: str | None = None, reasons: dict[str, str] | None = None) -> Iterator[Plan]:
    """All plans, the best first; why other solvers cannot take the program is left in ``reasons``."""
    kind = problem_class(program)
    reasons = {} if reasons is None else reasons
    for candidate in _preferred(kind) if solver is None else (_installed(solver),):
        availability = candidate.available()
        if not availability.installed:
            reasons[candidate.name] = f"not installed ({availability.reason}; {availability.install})"
            continue
        attempt = _reduce(program, candidate)
        if isinstance(attempt, str):
            reasons[candidate.name] = attempt
            continue
        used, reduced, recover = attempt
        yield Plan(
            program=program,
            reductions=used,
            solver=candidate,
            why=_why(kind, candidate, program, reduced, used, reasons),
            reduced=reduced,
            recover=recover,
        )


def _preferred(kind: ProblemClass) -> Iterator[Solver]:
    """All solvers: the preferred ones of the class in order, then the exact ones, then the rest."""
    first = PREFERENCES[kind]

    def rank(solver: Solver) -> tuple[int, bool]:
        return (first.index(solver.name) if solver.name in first else len(first), not solver.exact)

    yield from sorted(SOLVERS, key=rank)


def _installed(name: str) -> Solver:
    solver = solver_named(name)
    availability = solver.available()
    if not availability.installed:
        cure = f"; install it with: {availability.install}" if availability.install else ""
        raise SolverUnavailableError(f"{solver.name} cannot be used here: {availability.reason}{cure}")
    return solver


def _reduce(program: Program, solver: Solver) -> tuple[tuple[Reduction, ...], Program, Recover] | str:
    """The reductions that take the program to what the solver has, or why there are none."""
    current, used, recovers = program, list[Reduction](), list[Recover]()
    refusals: dict[str, None] = {}
    missing = lacking = required_features(current) - solver.features
    progress = True
    while missing and progress:
        progress = False
        for reduction in REDUCTIONS:
            if not reduction.removes & missing:
                continue
            try:
                reduced, recover = reduction.apply(current)
            except ReductionError as refusal:
                refusals[str(refusal)] = None
                continue
            if reduced is not current:
                progress, current = True, reduced
                used.append(reduction)
                recovers.append(recover)
                missing = required_features(current) - solver.features
    if missing:
        # Of features that a rewrite brought in, only those count that were there before, unless there are no others.
        return "; ".join([f"lacks {_listed(missing & lacking or missing)}", *refusals])
    return tuple(used), current, _chained(recovers)


def _chained(recovers: list[Recover]) -> Recover:
    def recover(values: Floats) -> Floats:
        for step in reversed(recovers):
            values = step(values)
        return values

    return recover


def _why(
    kind: ProblemClass,
    solver: Solver,
    program: Program,
    reduced: Program,
    used: tuple[Reduction, ...],
    reasons: Mapping[str, str],
) -> str:
    sentences = [f"{_WORDS[kind]}: {solver.name}."]
    if used:
        rewrites = _series(dict.fromkeys(reduction.name for reduction in used))
        where = _series([f"'{name}'" for name in _rewritten(program, reduced)])
        columns = _counted(reduced.column_count - program.column_count, "column")
        rows = _counted(reduced.row_count - program.row_count, "row")
        sentences.append(f"Rewritten: {rewrites} in {where} ({columns} and {rows} added).")
    absent = [name for name in PREFERENCES[kind] if "not installed" in reasons.get(name, "")]
    if absent:
        sentences.append(f"{_series(absent)} would come first, but {reasons[absent[0]]}.")
    return " ".join(sentences)


def _rewritten(program: Program, reduced: Program) -> list[str]:
    """The names of the constraints, and 'objective', whose curved parts or indicators are no longer the same."""
    names: dict[str, None] = {}
    if program.objective_nonlinear is not reduced.objective_nonlinear or _size(program.objective_quadratic) != _size(
        reduced.objective_quadratic
    ):
        names["objective"] = None
    for row in sorted({*program.nonlinear, *program.quadratic, *program.indicators}):
        if (
            program.nonlinear.get(row) is not reduced.nonlinear.get(row)
            or _size(program.quadratic.get(row)) != _size(reduced.quadratic.get(row))
            or (row in program.indicators) != (row in reduced.indicators)
        ):
            names[program.rows.locate(row)[0].name] = None
    return list(names)


def _size(form: sparse.csr_array | None) -> int:
    return 0 if form is None else int(form.nnz)


def _listed(features: frozenset[Feature]) -> str:
    return ", ".join(sorted(feature.value for feature in features))


def _series(names: Iterable[str]) -> str:
    """``a, b and c``; of more than three the rest is counted."""
    words = list(names)
    if len(words) > _SHOWN + 1:
        words = [*words[:_SHOWN], f"{len(words) - _SHOWN} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
