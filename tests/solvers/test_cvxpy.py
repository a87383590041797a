"""Clarabel, SCS and OSQP beyond what every solver must do: convex atoms and the duals of curved rows."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_programs import FREE, expression, program

from formulations.affine import split
from formulations.bounds import Box, declared
from formulations.curvature import analyze
from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.features import Feature, required_features
from formulations.program import Program
from solvers.activities import evaluate_columns
from solvers.cvxpy import Clarabel, Osqp, Scs
from solvers.cvxpy_atoms import Atoms, NotConvexError
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Options, Pulse, Solver, UnsupportedProgramError
from solvers.verify import verify

INF = math.inf
CONIC: tuple[Solver, ...] = (Clarabel(), Scs())
by_name = pytest.mark.parametrize("solver", CONIC, ids=lambda solver: solver.name)


def solve(solver: Solver, small: Program, options: Options | None = None) -> Solution:
    options = options or Options()
    claimed = solver.solve(small, options)
    checked = verify(small, claimed, options)
    assert checked.termination is claimed.termination, checked.log
    return checked


#: Convex programs with their optimum, worked out by hand.
CONVEX = {
    "least squares": (
        program("minimize (a + b - 1)**2 + (a + 2*b - 2)**2 + (a + 3*b - 2)**2", a=FREE, b=FREE),
        1 / 6,
    ),
    "the distance to a line": (
        program("minimize sqrt((x - 3)**2 + (y - 4)**2)", "x + y <= 1", x=FREE, y=FREE),
        6 / math.sqrt(2),
    ),
    "the distance as a row": (
        program("minimize d", "sqrt((x - 3)**2 + (y - 4)**2) <= d", "x + y <= 1", x=FREE, y=FREE, d=FREE),
        6 / math.sqrt(2),
    ),
    "a risk-averse portfolio": (
        program(
            "maximize 0.1*a + 0.2*b",
            "a + b == 1",
            "0.04*a**2 + 0.16*b**2 <= 0.04",
            a=(0, 1),
            b=(0, 1),
        ),
        0.14,
    ),
    "a hyperbola": (program("minimize x + 4*y", "x*y >= 9", x=(0, INF), y=(0, INF)), 12.0),
    "logarithms": (program("maximize log(x) + log(y)", "x + 2*y <= 4", x=FREE, y=FREE), math.log(2)),
    "an entropy": (program("maximize -x*log(x) - y*log(y)", "x + y == 1", x=(0, 1), y=(0, 1)), math.log(2)),
    "roots": (program("maximize 2*sqrt(x) + sqrt(y)", "x + y <= 5", x=(0, 9), y=(0, 9)), 5.0),
    "a reciprocal": (program("minimize x + 4/x", x=(0.1, 9)), 4.0),
    "a reciprocal of something negative": (program("maximize x + 4/x", x=(-9, -0.1)), -4.0),
    "a square over a line": (program("minimize x**2/y", "x + y >= 3", "y <= 2", x=(0, 3), y=(0.1, 3)), 0.5),
    "a cube": (program("minimize x**3 - 3*x", x=(0, 9)), -2.0),
    "a cube of something negative": (program("maximize x**3 - 3*x", x=(-9, 0)), 2.0),
    "an inverse square on the negative side": (program("minimize x**(-2) - x/4", x=(-9, -1)), 0.75),
    "a fourth power": (program("minimize (x + y - 3)**4 + y", x=(0, 9), y=(1, 9)), 1.0),
    "a power of a curve": (program("minimize exp(x)**3 - 3*x", x=(-3, 3)), 1.0),
    "a power of a base": (program("minimize 2**x - 2*x*0.6931471805599453", x=(-3, 3)), 2 - 2 * math.log(2)),
    "a falling power of a base": (program("minimize 0.5**x + x*0.6931471805599453", x=(-3, 3)), 1.0),
    "a fractional power": (program("minimize x**1.5 - 3*x", x=(0, 9)), -4.0),
}


@by_name
@pytest.mark.parametrize("name", CONVEX)
def test_a_convex_program_is_solved_by_its_atoms(solver: Solver, name: str) -> None:
    small, expected = CONVEX[name]
    solution = solve(solver, small)
    assert solution.termination is Termination.OPTIMAL
    assert solution.objective == pytest.approx(expected, abs=1e-5)


CURVED = {
    "a disk to minimize in": program("minimize x + 2*y", "x**2 + y**2 <= 5", x=FREE, y=FREE),
    "a disk to maximize in": program("maximize x + 2*y", "x**2 + y**2 <= 5", x=FREE, y=FREE),
    "a concave row": program("maximize x + 2*y", "-x**2 - y**2 >= -5", x=FREE, y=FREE),
    "a hyperbola written as a cone": program("minimize x + 4*y", "x*y >= 9", x=(0, INF), y=(0, INF)),
    "a cone with a margin": program("minimize z", "x**2 + y**2 - z**2 <= -1", "x + y >= 2", x=FREE, y=FREE, z=(0, INF)),
    "a logarithm": program("minimize x", "log(x) >= 0.5", x=(0, INF)),
    "an exponential": program("maximize y - x", "exp(y) - x <= 0", x=(0.1, 9), y=(-4, 4)),
    "a norm": program("minimize x - y", "sqrt(x**2 + y**2) <= 3", x=FREE, y=FREE),
}


@pytest.mark.parametrize("name", CURVED)
def test_the_dual_of_a_curved_row_is_the_derivative_by_its_right_hand_side(name: str) -> None:
    small = CURVED[name]
    duals = solve(Clarabel(), small).duals
    assert duals is not None
    step = 1e-3
    low, high = (
        solve(
            Clarabel(),
            replace(
                small,
                row_lower=np.append(small.row_lower[:1] + change, small.row_lower[1:]),
                row_upper=np.append(small.row_upper[:1] + change, small.row_upper[1:]),
            ),
        ).objective
        for change in (-step, step)
    )
    assert low is not None
    assert high is not None
    assert duals[0] == pytest.approx((high - low) / (2 * step), abs=1e-3)


@by_name
@pytest.mark.parametrize("row", ["x**2 + y**2 >= 4", "exp(x) >= 2", "x*y <= 3", "sin(x) <= 0.5", "sqrt(x**2 + 1) >= 4"])
def test_what_is_not_convex_is_refused_by_the_name_of_its_row(solver: Solver, row: str) -> None:
    small = program("minimize x + y", "x + y >= 1", row, x=FREE, y=FREE)
    with pytest.raises(UnsupportedProgramError, match=rf"{solver.name} .*\(row1\)"):
        solver.solve(small, Options())


def test_osqp_takes_quadratic_objectives_only() -> None:
    assert solve(Osqp(), CONVEX["least squares"][0]).objective == pytest.approx(1 / 6)
    with pytest.raises(UnsupportedProgramError, match="convex quadratic row"):
        Osqp().solve(CONVEX["a risk-averse portfolio"][0], Options())


@pytest.mark.parametrize("solver", [Clarabel(), Scs(), Osqp()], ids=lambda solver: solver.name)
def test_a_large_least_squares_problem_is_solved_to_its_normal_equations(solver: Solver) -> None:
    generator = np.random.default_rng(5)
    data, target = generator.normal(size=(60, 20)), generator.normal(size=60)
    names = [f"b{k}" for k in range(20)]
    small = program("minimize b0", **dict.fromkeys(names, FREE))
    form = data.T @ data
    small = replace(
        small,
        objective=-2 * data.T @ target,
        objective_offset=float(target @ target),
        objective_quadratic=type(small.matrix)(form),
    )
    solution = solve(solver, small)
    best = np.linalg.lstsq(data, target, rcond=None)[0]
    assert solution.termination is Termination.OPTIMAL
    assert solution.values == pytest.approx(best, abs=1e-5)


@by_name
def test_no_time_is_a_limit_and_not_an_error(solver: Solver) -> None:
    solution = solver.solve(CONVEX["roots"][0], Options(time_limit=0.0))
    assert solution.termination is Termination.NO_SOLUTION_FOUND
    assert solution.limit is Limit.TIME


@by_name
def test_it_does_not_start_when_asked_to_stop(solver: Solver) -> None:
    solution = solver.solve(CONVEX["roots"][0], Options(), lambda event: isinstance(event, Pulse))
    assert solution.termination is Termination.NO_SOLUTION_FOUND
    assert solution.limit is Limit.INTERRUPTED


#: Expressions that are likely to be convex or concave: the law below needs many of those.
LOWER, UPPER = np.array([-2.0, 0.5, -3.0]), np.array([2.0, 4.0, -0.5])
affine = st.builds(
    lambda j, scale, shift: Binary("+", Binary("*", Number(scale), Column(j)), Number(shift)),
    st.integers(0, 2),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from([0.0, 0.25, 2.0]),
)
exponents = st.sampled_from([2.0, 3.0, 4.0, 0.5, 1.5]).map(Number) | st.sampled_from([-1.0, -2.0, -0.5]).map(
    lambda value: Negative(Number(-value))
)


def _extended(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, st.sampled_from(["+", "-"]), inner, inner),
        st.builds(Binary, st.just("**"), inner, exponents),
        st.builds(Binary, st.just("**"), st.sampled_from([Number(0.5), Number(2.0)]), inner),
        st.builds(Binary, st.just("/"), inner | st.just(Number(2.0)), inner),
        st.builds(lambda a: Binary("*", a, Call("log", (a,))), inner),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["exp", "log", "sqrt"]), inner),
        st.builds(lambda a, b: Call("sqrt", (Binary("+", Binary("*", a, a), Binary("*", b, b)),)), affine, affine),
    )


@settings(max_examples=300, deadline=None)
@given(written=st.recursive(affine, _extended, max_leaves=4), shares=st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_whatever_is_proved_convex_has_atoms_that_cvxpy_accepts(written: Expression, shares: list[float]) -> None:
    import cvxpy

    curvature = analyze(written, LOWER, UPPER).curvature
    assume(curvature.is_convex or curvature.is_concave)
    x = cvxpy.Variable(3)
    atoms = Atoms(x, Box(LOWER, UPPER))
    side = 1 if curvature.is_convex else -1
    found = atoms.expression(split(written), side)
    if isinstance(found, float):
        return
    assert found.is_convex() if side > 0 else found.is_concave()
    assert all(constraint.is_dcp() for constraint in atoms.constraints)
    x.value = LOWER + np.array(shares) * (UPPER - LOWER)
    value = evaluate_columns(written, x.value)
    if not math.isnan(value) and not atoms.constraints:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert found.value == pytest.approx(value, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("text", "side"), [("x**2", -1), ("exp(x)", -1), ("log(y)", 1), ("x*y", 1), ("x**3", 1)])
def test_the_wrong_side_has_no_atoms(text: str, side: int) -> None:
    import cvxpy

    small = program("minimize x", x=(-2, 2), y=(1, 2))
    atoms = Atoms(cvxpy.Variable(2), declared(small))
    with pytest.raises(NotConvexError):
        atoms.expression(split(expression(text, ["x", "y"])), side)


def test_its_features_are_those_of_convex_programs() -> None:
    for small, _ in CONVEX.values():
        assert required_features(small) <= Clarabel.features
    assert Feature.NONLINEAR not in Clarabel.features
