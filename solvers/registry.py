"""All solvers there are. A new one is one file and one line in SOLVERS."""

from __future__ import annotations

from solvers.cvxpy import Clarabel, Osqp, Scs
from solvers.highs import Highs
from solvers.ipopt import Ipopt
from solvers.ortools_mathopt import CpSat, Glop, Pdlp
from solvers.pyomo import PyomoHighs, PyomoScip
from solvers.scip import Scip
from solvers.solver import Solver, SolverUnavailableError

SOLVERS: tuple[Solver, ...] = (
    Highs(),
    Scip(),
    Ipopt(),
    Glop(),
    Pdlp(),
    CpSat(),
    Clarabel(),
    Osqp(),
    Scs(),
    PyomoHighs(),
    PyomoScip(),
)


def solver_named(name: str) -> Solver:
    """The solver of that name, whatever its case. Raises SolverUnavailableError, which lists the names there are."""
    for solver in SOLVERS:
        if solver.name.casefold() == name.casefold():
            return solver
    known = ", ".join(solver.name for solver in SOLVERS)
    raise SolverUnavailableError(f"there is no solver called '{name}'; choose one of: {known}")
