"""The list of solvers: unique names, and nothing heavy loaded before a solver is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from solvers.registry import SOLVERS, solver_named
from solvers.solver import SolverUnavailableError

LIBRARIES = ("highspy", "pyscipopt", "casadi", "ortools", "cvxpy", "clarabel", "scs", "osqp", "pyomo")


def test_names_are_unique_and_found_whatever_their_case() -> None:
    assert len({solver.name.casefold() for solver in SOLVERS}) == len(SOLVERS)
    for solver in SOLVERS:
        assert solver_named(solver.name.upper()) is solver


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(SolverUnavailableError, match=r"HiGHS.*SCIP"):
        solver_named("abacus")


def test_asking_what_is_available_loads_no_solver_library() -> None:
    script = (
        "import sys; from solvers.registry import SOLVERS; [s.available() for s in SOLVERS];"
        f"print([name for name in {LIBRARIES} if name in sys.modules])"
    )
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
