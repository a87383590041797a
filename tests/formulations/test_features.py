"""What programs contain, and what their class is called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from small_programs import FREE, piecewise, program

from formulations.expression import Column
from formulations.features import (
    Feature,
    ProblemClass,
    places,
    problem_class,
    required_features,
    row_cone,
    row_is_convex_quadratic,
)
from formulations.program import Block, Labels, Program

F = Feature
#: x and y are free, p and q in [0, 9], i and j integers in [0, 9], b and c binary.
BOUNDS = {
    "x": FREE,
    "y": FREE,
    "p": (0, 9),
    "q": (0, 9),
    "i": (0, 9, int),
    "j": (0, 9, int),
    "b": (0, 1, int),
    "c": (0, 1, int),
}


def over(columns: str, objective: str, *rows: str, when: dict[int, tuple[str, bool]] | None = None) -> Program:
    return program(objective, *rows, when=when, **{name: BOUNDS[name] for name in columns})


#: By name: the program, its class, and its features beside continuous and integer columns.
CASES: dict[str, tuple[Program, ProblemClass, set[Feature]]] = {
    "an LP": (over("xy", "minimize x + y", "x + 2*y >= 3"), ProblemClass.LP, set()),
    "an MILP": (over("xi", "minimize x + i", "x + 2*i >= 3"), ProblemClass.MILP, set()),
    "integers alone": (over("ij", "minimize i + j", "i + 2*j >= 3"), ProblemClass.MILP, set()),
    "an indicator": (
        over("xb", "minimize x", "x >= 3", when={0: ("b", True)}),
        ProblemClass.MILP,
        {F.INDICATOR},
    ),
    "integers and logic": (
        over("ib", "minimize i", "i >= 3", when={0: ("b", True)}),
        ProblemClass.PURE_INTEGER_LOGIC,
        {F.INDICATOR},
    ),
    "integers and distances": (
        over("ij", "minimize abs(i - j)", "i + j >= 3"),
        ProblemClass.PURE_INTEGER_LOGIC,
        {F.ABSOLUTE_VALUE},
    ),
    "a convex QP": (
        over("xy", "minimize x**2 + y**2 - x*y + x"),
        ProblemClass.CONVEX_QP,
        {F.CONVEX_QUADRATIC_OBJECTIVE},
    ),
    "a concave QP to maximize": (
        over("xy", "maximize x - x**2 - y**2"),
        ProblemClass.CONVEX_QP,
        {F.CONVEX_QUADRATIC_OBJECTIVE},
    ),
    "a convex QP to maximize": (
        over("xy", "maximize x**2"),
        ProblemClass.NONCONVEX_QP,
        {F.NONCONVEX_QUADRATIC_OBJECTIVE},
    ),
    "a bilinear objective": (
        over("xy", "minimize x*y"),
        ProblemClass.NONCONVEX_QP,
        {F.NONCONVEX_QUADRATIC_OBJECTIVE},
    ),
    "an integer QP": (
        over("xi", "minimize x**2 + i"),
        ProblemClass.MIQP,
        {F.CONVEX_QUADRATIC_OBJECTIVE, F.MIXED_INTEGER_QUADRATIC},
    ),
    "a convex quadratic row": (
        over("xy", "minimize x", "x**2 + y**2 <= 4"),
        ProblemClass.CONVEX_QCQP,
        {F.CONVEX_QUADRATIC_ROW},
    ),
    "a concave quadratic row bounded below": (
        over("xy", "minimize x", "-x**2 - y >= -4"),
        ProblemClass.CONVEX_QCQP,
        {F.CONVEX_QUADRATIC_ROW},
    ),
    "a convex quadratic row bounded below": (
        over("xy", "minimize x", "x**2 + y**2 >= 4"),
        ProblemClass.NONCONVEX_QCQP,
        {F.NONCONVEX_QUADRATIC_ROW},
    ),
    "a quadratic equation": (
        over("xy", "minimize x", "x**2 + y == 4"),
        ProblemClass.NONCONVEX_QCQP,
        {F.NONCONVEX_QUADRATIC_ROW},
    ),
    "a quadratic range": (
        over("xy", "minimize x", "1 <= x**2 + y <= 4"),
        ProblemClass.NONCONVEX_QCQP,
        {F.NONCONVEX_QUADRATIC_ROW},
    ),
    "a nonconvex objective under a convex row": (
        over("xy", "maximize x**2", "x**2 + y**2 <= 4"),
        ProblemClass.NONCONVEX_QCQP,
        {F.CONVEX_QUADRATIC_ROW, F.NONCONVEX_QUADRATIC_OBJECTIVE},
    ),
    "integers in a quadratic row": (
        over("xi", "minimize x", "x**2 + i**2 <= 4"),
        ProblemClass.MIQCQP,
        {F.CONVEX_QUADRATIC_ROW, F.MIXED_INTEGER_QUADRATIC},
    ),
    "a cone": (over("xyp", "minimize p", "x**2 + y**2 - p**2 <= 0"), ProblemClass.SOCP, {F.SECOND_ORDER_CONE}),
    "a hyperbola": (over("pq", "minimize p + q", "p*q >= 4"), ProblemClass.SOCP, {F.SECOND_ORDER_CONE}),
    "a double cone": (
        over("xy", "minimize x", "x**2 - y**2 <= 0"),
        ProblemClass.NONCONVEX_QCQP,
        {F.NONCONVEX_QUADRATIC_ROW},
    ),
    "a norm in a row": (
        over("xy", "minimize x", "sqrt(x**2 + y**2) <= y + 4"),
        ProblemClass.SOCP,
        {F.SECOND_ORDER_CONE},
    ),
    "a norm in the objective": (
        over("xy", "minimize sqrt((x - 1)**2 + y**2)"),
        ProblemClass.SOCP,
        {F.SECOND_ORDER_CONE},
    ),
    "a norm bounded below": (over("xy", "minimize x", "sqrt(x**2 + y**2) >= 4"), ProblemClass.NLP, {F.NONLINEAR}),
    "a cone with integers": (
        over("xip", "minimize p", "x**2 + i**2 - p**2 <= 0"),
        ProblemClass.MISOCP,
        {F.SECOND_ORDER_CONE, F.MIXED_INTEGER_QUADRATIC},
    ),
    "a convex nonlinear objective": (
        over("xy", "minimize exp(x) - log(y)"),
        ProblemClass.CONVEX_NLP,
        {F.CONVEX_NONLINEAR},
    ),
    "a concave nonlinear objective to maximize": (
        over("pq", "maximize log(p) + sqrt(q)"),
        ProblemClass.CONVEX_NLP,
        {F.CONVEX_NONLINEAR},
    ),
    "a concave nonlinear objective to minimize": (over("p", "minimize log(p + 1)"), ProblemClass.NLP, {F.NONLINEAR}),
    "a convex nonlinear row": (
        over("xy", "minimize y", "exp(x) - y <= 0"),
        ProblemClass.CONVEX_NLP,
        {F.CONVEX_NONLINEAR},
    ),
    "a nonlinear equation": (over("xy", "minimize y", "exp(x) - y == 0"), ProblemClass.NLP, {F.NONLINEAR}),
    "convex only together": (
        over("xy", "minimize exp(x) + x**2 + y**2"),
        ProblemClass.CONVEX_NLP,
        {F.CONVEX_NONLINEAR, F.CONVEX_QUADRATIC_OBJECTIVE},
    ),
    "a sine": (over("xy", "minimize sin(x)"), ProblemClass.NLP, {F.NONLINEAR}),
    "a sine of an integer": (over("xi", "minimize sin(i) + x"), ProblemClass.MINLP, {F.NONLINEAR}),
    "an exponential of an integer": (over("xi", "minimize exp(i) - x"), ProblemClass.MINLP, {F.CONVEX_NONLINEAR}),
    "an absolute value": (over("xy", "minimize abs(x - y)"), ProblemClass.LP, {F.ABSOLUTE_VALUE}),
    "an absolute value bounded below": (
        over("xy", "minimize x", "abs(x - y) >= 2"),
        ProblemClass.MILP,
        {F.ABSOLUTE_VALUE},
    ),
    "a maximum to maximize": (over("pq", "maximize max(p, 2*q)"), ProblemClass.MILP, {F.EXTREMUM}),
    "a minimum to maximize": (over("pq", "maximize min(p, 2*q)"), ProblemClass.LP, {F.EXTREMUM}),
    "an exponential of an absolute value": (
        over("xy", "minimize exp(abs(x - y))"),
        ProblemClass.CONVEX_NLP,
        {F.ABSOLUTE_VALUE, F.CONVEX_NONLINEAR},
    ),
}


def in_words(features: set[Feature] | frozenset[Feature]) -> list[str]:
    return sorted(feature.value for feature in features)


@pytest.mark.parametrize("name", CASES)
def test_a_program_requires_what_it_contains(name: str) -> None:
    small, _, beside = CASES[name]
    expected = set(beside)
    if small.integer.any():
        expected.add(F.INTEGER)
    if not small.integer.all():
        expected.add(F.CONTINUOUS)
    assert in_words(required_features(small)) == in_words(expected)


@pytest.mark.parametrize("name", CASES)
def test_a_program_has_the_smallest_class_it_belongs_to(name: str) -> None:
    small, expected, _ = CASES[name]
    assert problem_class(small) is expected


@pytest.mark.parametrize(
    ("values", "sense", "expected"),
    [
        ((0.0, 0.0, 2.0, 2.0, 4.0, 8.0), "minimize", ProblemClass.LP),
        ((0.0, 0.0, 2.0, 2.0, 4.0, 8.0), "maximize", ProblemClass.MILP),
        ((0.0, 0.0, 2.0, 6.0, 4.0, 8.0), "minimize", ProblemClass.MILP),
        ((0.0, 0.0, 2.0, 6.0, 4.0, 8.0), "maximize", ProblemClass.LP),
    ],
)
def test_a_piecewise_cost_takes_binaries_only_where_it_bends_the_wrong_way(
    values: tuple[float, ...], sense: str, expected: ProblemClass
) -> None:
    small = replace(over("p", f"{sense} p"), objective_nonlinear=piecewise(Column(0), *values))
    assert required_features(small) == {F.CONTINUOUS, F.PIECEWISE_LINEAR}
    assert problem_class(small) is expected


def test_every_feature_is_found_where_it_is() -> None:
    small = over("xib", "maximize x**2", "x + i >= 1", "exp(x) <= 3", "x*i <= 3", "x <= 2", when={3: ("b", True)})
    assert places(small) == {
        F.CONTINUOUS: "x",
        F.INTEGER: "i",
        F.NONCONVEX_QUADRATIC_OBJECTIVE: "the objective",
        F.CONVEX_NONLINEAR: "row1",
        F.NONCONVEX_QUADRATIC_ROW: "row2",
        F.INDICATOR: "row3",
    }


def test_integers_without_bounds_are_an_ordinary_integer_program() -> None:
    small = program("minimize i", "i >= 3", when={0: ("b", True)}, i=(0, np.inf, int), b=(0, 1, int))
    assert problem_class(small) is ProblemClass.MILP


def test_bounds_decide_whether_a_row_is_a_cone() -> None:
    small = over("xyp", "minimize p", "x**2 + y**2 - p**2 <= 0")
    assert row_cone(small, 0) is not None
    assert not row_is_convex_quadratic(small, 0)
    wide = replace(small, column_lower=np.full(3, -1.0))
    assert row_cone(wide, 0) is None
    assert problem_class(wide) is ProblemClass.NONCONVEX_QCQP


def test_a_row_without_bounds_asks_for_nothing_nonconvex() -> None:
    small = over("xy", "minimize x", "x*y <= 4")
    free = replace(small, row_upper=np.array([np.inf]))
    assert required_features(free) == {F.CONTINUOUS, F.CONVEX_QUADRATIC_ROW}


def test_zeros_that_are_stored_do_not_make_a_program_quadratic() -> None:
    small = over("xy", "minimize x", "x + y >= 1")
    stored = sparse.csr_array((np.zeros(2), ([0, 1], [0, 1])), shape=(2, 2))
    assert problem_class(replace(small, objective_quadratic=stored)) is ProblemClass.LP


def test_a_large_separable_portfolio_is_recognized_as_convex() -> None:
    size = 20_000
    base = over("p", "minimize p")
    large = replace(
        base,
        columns=Labels((Block("p", size),)),
        column_lower=np.zeros(size),
        column_upper=np.ones(size),
        integer=np.zeros(size, dtype=bool),
        objective=np.zeros(size),
        objective_quadratic=sparse.csr_array(sparse.diags_array(np.linspace(1, 2, size))),
        matrix=sparse.csr_array((0, size)),
    )
    assert problem_class(large) is ProblemClass.CONVEX_QP
