"""What a solver found, and how sure it is. No default here ever means success."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from formulations.program import Floats, Program


class Termination(Enum):
    """Why the solver stopped. Infeasible is a status, not an exception."""

    OPTIMAL = "optimal"
    LOCALLY_OPTIMAL = "locally_optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"
    NO_SOLUTION_FOUND = "no_solution_found"
    NUMERICAL_ERROR = "numerical_error"

    @property
    def has_values(self) -> bool:
        return self in (Termination.OPTIMAL, Termination.LOCALLY_OPTIMAL, Termination.FEASIBLE)


class Limit(Enum):
    """The limit that cut a FEASIBLE or NO_SOLUTION_FOUND run short."""

    TIME = "time"
    NODE = "node"
    ITERATION = "iteration"
    INTERRUPTED = "interrupted"


class Grade(Enum):
    """How sure a claim is: proved by a certificate that was checked, made by two solvers, or by one."""

    CERTIFIED = "certified"
    CONFIRMED = "confirmed"
    CLAIMED = "claimed"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a claim of optimality, infeasibility or unboundedness rests on.

    exact: whether the certificate holds in rational arithmetic, on the numbers as written. solvers: who claims it.
    """

    grade: Grade
    sentence: str
    exact: bool
    solvers: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Solution:
    """One answer to one Program; arrays in the order of its columns and rows.

    objective, dual_bound: in the user's sense and units (maximize stays maximize), offset included; None unknown.
    values: (n,) or None. duals: (m,), the derivative of the optimal objective by the row's right-hand side, in
    the user's sense; reduced_costs: (n,), the same for the active column bound; None where not available
    (mixed-integer and nonlinear programs). ray: (n,) an improving direction of an unbounded linear program.
    max_violation: the largest violation of a row, bound or integrality, recomputed by us (``solvers.verify``);
    None if there are no values or nobody recomputed it yet.
    seconds: wall time inside the solver.
    evidence: what a claim rests on, as far as somebody looked (``solvers.verify``, ``solvers.proofs``).
    """

    termination: Termination
    limit: Limit | None
    objective: float | None
    dual_bound: float | None
    values: Floats | None
    duals: Floats | None
    reduced_costs: Floats | None
    ray: Floats | None
    max_violation: float | None
    solver: str
    version: str
    seconds: float
    log: str
    evidence: Evidence | None = None

    @property
    def mip_gap(self) -> float | None:
        """|objective - bound| / max(1e-9, |objective|); None without both."""
        if self.objective is None or self.dual_bound is None:
            return None
        return abs(self.objective - self.dual_bound) / max(1e-9, abs(self.objective))


def without_values(termination: Termination, *, solver: str, version: str, log: str = "") -> Solution:
    """A solution that knows nothing but why the solver stopped: to be returned, or filled in with ``replace``."""
    return Solution(
        termination=termination,
        limit=None,
        objective=None,
        dual_bound=None,
        values=None,
        duals=None,
        reduced_costs=None,
        ray=None,
        max_violation=None,
        solver=solver,
        version=version,
        seconds=0.0,
        log=log,
    )


def labelled_values(solution: Solution, program: Program) -> dict[str, float]:
    """The values by column label; empty if the solution has none."""
    if solution.values is None:
        return {}
    return dict(zip(program.columns, solution.values.tolist(), strict=True))
