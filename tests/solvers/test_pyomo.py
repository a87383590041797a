"""Programs as Pyomo models, and Pyomo's solvers beyond what every solver must do."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from small_programs import FREE, piecewise, program

from formulations.expression import Column
from formulations.features import Feature
from formulations.program import Program
from solvers.activities import activities
from solvers.pyomo import PyomoHighs, PyomoScip, pyomo_solver, to_pyomo
from solvers.solution import Limit, Termination
from solvers.solver import Options, Pulse, UnsupportedProgramError
from solvers.verify import verify

INF = math.inf

EVERYTHING = program(
    "maximize 3*x - 2*y**2 + x*y + exp(-i/5) - 7",
    "x + 2*y - i <= 4",
    "1 <= x - y <= 3",
    "x*y + y**2 >= -5",
    "sqrt(x + 3) + log(y + 4) - sin(i)*cos(x) + abs(y)**1.5/(i + 1) <= 9",
    "x + y >= -1000",
    x=(-2, 5),
    y=(-1, INF),
    i=(0, 6, int),
)


def test_the_model_has_the_bounds_and_domains_of_the_columns() -> None:
    model = to_pyomo(EVERYTHING)
    assert [variable.bounds for variable in model.x.values()] == [(-2, 5), (-1, None), (0, 6)]
    assert [variable.is_integer() for variable in model.x.values()] == [False, False, True]


def test_the_model_takes_the_same_values_as_the_program() -> None:
    from pyomo.environ import value

    model = to_pyomo(EVERYTHING)
    point = np.array([1.25, -0.5, 3.0])
    for variable, entry in zip(model.x.values(), point, strict=True):
        variable.set_value(float(entry))
    expected = activities(EVERYTHING, point)
    assert value(model.objective) == pytest.approx(expected.objective)
    for row, constraint in model.rows.items():
        assert value(constraint.body) == pytest.approx(expected.rows[row])
        bounds = (value(constraint.lower), value(constraint.upper))
        finite = [None if math.isinf(own[row]) else own[row] for own in (EVERYTHING.row_lower, EVERYTHING.row_upper)]
        assert bounds == pytest.approx(tuple(finite))


def test_rows_that_say_nothing_are_left_out() -> None:
    small = program("minimize x", "0*x <= 1", "x >= 2", "x <= 9", x=FREE)
    loose = replace(small, row_upper=np.array([1.0, INF, INF]))
    assert list(to_pyomo(loose).rows) == [1]


@pytest.mark.parametrize(
    "small",
    [
        program("maximize x", "x <= 3", when={0: ("b", True)}, x=(0, 9), b=(0, 1, int)),
        replace(program("minimize x", x=(0, 2)), objective_nonlinear=piecewise(Column(0), 0, 0, 1, 3, 2, 4)),
        program("minimize max(x, 3 - x)", x=(0, 9)),
    ],
    ids=["an indicator", "a piecewise function", "a maximum"],
)
def test_what_pyomo_cannot_express_is_refused(small: Program) -> None:
    with pytest.raises(UnsupportedProgramError, match="rewrite"):
        to_pyomo(small)


#: Programs for both solvers with their optimum, worked out by hand.
KNOWN = {
    "a blend": (
        program("minimize 2*a + 3*b", "a + b == 10", "0.1*a + 0.4*b >= 2.5", a=(0, INF), b=(0, INF)),
        25.0,
    ),
    "a knapsack": (
        program("maximize 8*a + 11*b + 6*c", "5*a + 7*b + 4*c <= 11", a=(0, 1, int), b=(0, 1, int), c=(0, 1, int)),
        17.0,
    ),
    "a convex QP": (program("minimize x**2 + y**2", "x + y >= 2", x=FREE, y=FREE), 2.0),
    "a column that nothing mentions": (program("maximize x", "x <= 3", x=FREE, idle=(1.5, 4, int)), 3.0),
    "nothing to decide": (program("minimize 0*x + 5", x=(-2.5, -0.5), i=(0.5, 3, int)), 5.0),
}


@pytest.mark.parametrize("solver", [PyomoHighs(), PyomoScip()], ids=lambda solver: solver.name)
@pytest.mark.parametrize("name", KNOWN)
def test_a_known_optimum_is_found(solver: PyomoHighs | PyomoScip, name: str) -> None:
    small, expected = KNOWN[name]
    claimed = solver.solve(small, Options(time_limit=60))
    solution = verify(small, claimed, Options())
    assert solution.termination is claimed.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(expected, abs=1e-6)


def test_scip_solves_mixed_integer_nonlinear_programs_through_pyomo() -> None:
    small = program("minimize n*exp(-x) + x", x=(0, 10), n=(3, 7, int))
    solution = verify(small, PyomoScip().solve(small, Options(time_limit=60)), Options())
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(1 + math.log(3), abs=1e-5)
    assert solution.values is not None
    assert len(solution.values) == 2


def test_duals_are_derivatives_in_the_sense_of_the_user() -> None:
    small = program("maximize 3*x + 2*y", "x + y <= 4", "x + 3*y <= 6", x=(0, 5), y=(0, INF))
    solution = PyomoHighs().solve(small, Options())
    assert solution.duals == pytest.approx([3.0, 0.0])
    assert solution.reduced_costs == pytest.approx([0.0, -1.0])


def test_it_does_not_start_when_asked_to_stop() -> None:
    solution = PyomoHighs().solve(KNOWN["a blend"][0], Options(), lambda event: isinstance(event, Pulse))
    assert solution.termination is Termination.NO_SOLUTION_FOUND
    assert solution.limit is Limit.INTERRUPTED


def test_any_solver_of_pyomo_can_be_wrapped() -> None:
    linear = frozenset({Feature.CONTINUOUS, Feature.INTEGER})
    again = pyomo_solver("scip_direct", linear, exact=True)()
    assert again.available().installed
    assert again.solve(KNOWN["a knapsack"][0], Options()).objective == pytest.approx(17)


@pytest.mark.parametrize("factory", ["gurobi_direct", "no_such_solver"])
def test_a_solver_that_pyomo_does_not_reach_says_so(factory: str) -> None:
    availability = pyomo_solver(factory, frozenset({Feature.CONTINUOUS}), exact=True)().available()
    if not availability.installed:
        assert factory in availability.reason
        assert availability.install
