"""SCIP beyond what every solver must do: nonconvex programs, indicators of every kind, and starting points."""

from __future__ import annotations

import math
from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest
from small_programs import FREE, program

import solvers.packages
from formulations.program import Program
from solvers.scip import Scip
from solvers.solution import Limit, Solution, Termination, labelled_values
from solvers.solver import Event, Incumbent, Options, UnsupportedProgramError
from solvers.verify import verify

INF = math.inf
BINARY = (0, 1, int)


def solve(small: Program, options: Options | None = None) -> Solution:
    options = options or Options(time_limit=60)
    claimed = Scip().solve(small, options)
    checked = verify(small, claimed, options)
    assert checked.termination is claimed.termination, checked.log
    return checked


#: Programs with their global optimum, worked out by hand.
GLOBAL = {
    # Two crude oils of 3 and 1 percent sulfur are pooled (q percent); the product may have 2.5 percent and takes at
    # most 100 units at 9 each; crude costs 6 and 16. Least of the dear crude: a quarter.
    "pooling": (
        program(
            "maximize 9*out - 6*a - 16*b",
            "a + b - out == 0",
            "3*a + b - q*out == 0",
            "q <= 2.5",
            a=(0, 100),
            b=(0, 100),
            out=(0, 100),
            q=(1, 3),
        ),
        50.0,
    ),
    # n batches of size x: n exp(-x) + x is least at x = log n, where it is 1 + log n.
    "a count times an exponential": (program("minimize n*exp(-x) + x", x=(0, 10), n=(3, 7, int)), 1 + math.log(3)),
    "a sine with many valleys": (program("minimize sin(x) + x/10", x=(0, 20)), None),
    "a cubic": (program("minimize x**3 - 3*x", x=(-2.5, 3)), -(2.5**3) + 7.5),
    "free columns under a curved objective": (program("minimize x**2 + y**2 + x*y - 3*x", x=FREE, y=FREE), -3.0),
    "an absolute value that bends the wrong way": (program("maximize abs(x - 1) - x/2", x=(-4, 5)), 7.0),
    "a variable exponent": (program("minimize x**y", "x + y >= 3", x=(1, 3), y=(0.5, 3)), 1.0),
    "a fixed base": (program("minimize 2**x - x", x=(0, 3)), None),
    "a quotient": (program("minimize (x**2 + 1)/(x + 2)", x=(0, 5)), 2 * math.sqrt(5) - 4),
    "a power of a sum": (program("minimize (x + y - 3)**4 + y", x=(0, 9), y=(1, 9)), 1.0),
}


@pytest.mark.parametrize("name", GLOBAL)
def test_the_global_optimum_is_proved(name: str) -> None:
    small, expected = GLOBAL[name]
    solution = solve(small)
    assert solution.termination is Termination.OPTIMAL
    if expected is None:  # nothing on a fine grid is better
        grid = np.linspace(small.column_lower[0], small.column_upper[0], 20_001)
        formula = {"a sine with many valleys": np.sin(grid) + grid / 10, "a fixed base": 2**grid - grid}[name]
        expected = float(formula.min())
    assert solution.objective == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert solution.dual_bound == pytest.approx(expected, rel=1e-5, abs=1e-5)


INDICATORS = {
    "one side": (program("maximize x + 10*y", "x <= 3", when={0: ("y", True)}, x=(0, 10), y=BINARY), 13),
    "when it is off": (program("maximize x - 10*y", "x <= 3", when={0: ("y", False)}, x=(0, 20), y=BINARY), 10),
    "two sides": (program("maximize 2*y - x", "4 <= x <= 5", when={0: ("y", True)}, x=(0, 10), y=BINARY), 0),
    "an equation": (program("maximize 9*y - x", "x == 4", when={0: ("y", True)}, x=(0, 10), y=BINARY), 5),
    "without bounds": (program("minimize x - 5*y", "x >= 3", when={0: ("y", True)}, x=(-9, INF), y=BINARY), -9),
    "a quadratic body": (program("maximize x + 10*y", "x**2 <= 9", when={0: ("y", True)}, x=(0, 9), y=BINARY), 13),
    "a nonlinear body": (program("maximize x + 10*y", "exp(x) <= 1", when={0: ("y", True)}, x=(-5, 9), y=BINARY), 10),
}


@pytest.mark.parametrize("name", INDICATORS)
def test_an_indicator_row_holds_only_when_it_must(name: str) -> None:
    small, expected = INDICATORS[name]
    solution = solve(small)
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(expected, abs=1e-5)


def test_an_indicator_row_that_may_be_undefined_while_off_is_refused() -> None:
    small = program("maximize x + y", "log(x) <= 1", when={0: ("y", True)}, x=(-5, 9), y=BINARY)
    with pytest.raises(UnsupportedProgramError, match=r"row0 takes 'log'"):
        Scip().solve(small, Options())


KNAPSACK = program(
    "maximize " + " + ".join(f"{7 + 3 * (k % 5)}*x{k}" for k in range(12)),
    " + ".join(f"{4 + (k * k) % 7}*x{k}" for k in range(12)) + " <= 31.5",
    **{f"x{k}": BINARY for k in range(12)},
)


def test_a_known_optimum_as_start_is_the_first_incumbent() -> None:
    best = solve(KNAPSACK)
    assert best.values is not None
    heard: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, Incumbent):
            heard.append(event.objective)

    Scip().solve(KNAPSACK, Options(start=best.values), listen)
    assert heard[0] == pytest.approx(best.objective)


def test_a_complete_start_of_a_curved_objective_is_taken() -> None:
    small = program("minimize (x - 1)**2 * (y + 2) + sin(y)", x=(-3, 3), y=(0, 6))
    heard: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, Incumbent):
            heard.append(event.objective)

    Scip().solve(small, Options(start=np.array([1.0, 4.7])), listen)
    assert heard[0] <= math.sin(4.7) + 1e-6


def test_a_node_limit_leaves_a_feasible_plan_and_a_bound() -> None:
    weights = np.random.default_rng(3).integers(20, 99, size=(6, 60))
    names = [f"x{k}" for k in range(60)]
    hard = program(
        "maximize " + " + ".join(f"{row.sum()}*{name}" for row, name in zip(weights.T, names, strict=True)),
        *[" + ".join(f"{w}*{name}" for w, name in zip(row, names, strict=True)) + " <= 1707.5" for row in weights],
        **dict.fromkeys(names, BINARY),
    )
    solution = solve(hard, Options(node_limit=1))
    assert solution.termination is Termination.FEASIBLE
    assert solution.limit is Limit.NODE
    assert solution.objective is not None
    assert solution.dual_bound is not None
    assert solution.dual_bound >= solution.objective


def test_what_is_infeasible_or_unbounded_by_its_curves_is_called_so() -> None:
    assert solve(program("minimize x", "x**2 >= 3", "x**2 <= 2", x=(0, 10))).termination is Termination.INFEASIBLE
    endless = solve(program("minimize x**3", x=FREE)).termination
    assert endless in (Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)


def test_values_come_under_the_names_of_the_user_without_the_column_of_the_objective() -> None:
    small = program("minimize (x - 2)**2 + exp(y)", x=(0, 9), y=(0, 9))
    assert labelled_values(solve(small), small) == pytest.approx({"x": 2, "y": 0}, abs=1e-3)


def test_its_log_is_kept() -> None:
    assert "SCIP Status" in solve(KNAPSACK).log


def test_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(solvers.packages, "version", absent)
    availability = Scip().available()
    assert not availability.installed
    assert "pyscipopt" in availability.reason
    assert availability.install == "pip install 'optcopilot[scip]'"


def test_nothing_is_printed_past_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    parcel = program("maximize side**2*length", "length + 4*side <= 108", length=(0, INF), side=(0, INF))
    assert solve(parcel).objective == pytest.approx(18**2 * 36, rel=1e-6)
    assert capfd.readouterr() == ("", "")
