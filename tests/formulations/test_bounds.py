"""Ranges enclose every feasible point, and name what is missing where they are infinite."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction_oracle import is_feasible, program
from scipy import sparse

from formulations.affine import row_terms
from formulations.bounds import columns_without_bound, declared, propagated, row_activity, terms_interval
from formulations.expression import Binary, Call, Column, Expression, Number
from formulations.program import Program, scalar_labels

IMPLIED = [
    ("a sum of nonnegative columns", "variable x >= 0\nvariable y >= 0\nconstraint r: 2*x + y <= 10", (0, 5)),
    ("two rows away", "variable x\nvariable y <= 3\nconstraint a: x - y <= 1\nconstraint b: x >= -2", (-2, 4)),
    ("an equation", "variable x\nvariable y >= 1 <= 2\nconstraint a: 3*y - x == 0", (3, 6)),
    ("integers", "variable x integer >= 0\nvariable y >= 0\nconstraint a: 2*x + y <= 7.9", (0, 3)),
    ("an absolute value", "variable x\nvariable y >= 0\nconstraint a: abs(x - 1) + y <= 5", (-4, 6)),
    ("a maximum", "variable x >= 0\nvariable y\nconstraint a: max(2*x, y) <= 5", (0, 2.5)),
    ("a square", "variable x\nvariable y\nconstraint a: x**2 + y**2 <= 9", (-3, 3)),
    ("a logarithm", "variable x >= 0\nvariable y\nconstraint a: log(x) + 0*y <= 0", (0, 1)),
    ("an exponential", "variable x >= 0\nvariable y\nconstraint a: exp(2*x) <= 1 + 0*y", (0, 0)),
    ("a product", "variable x >= 0\nvariable y >= 2\nconstraint a: x*y <= 10", (0, 5)),
    (
        "a conditional row says nothing",
        "variable x >= 0\nvariable y binary\nconstraint a when y == 1: x <= 5",
        (0, math.inf),
    ),
    (
        "a factor that may be zero says nothing",
        "variable x >= 0\nvariable y >= 0\nconstraint a: x*y <= 0",
        (0, math.inf),
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in IMPLIED], ids=[row[0] for row in IMPLIED])
def test_rows_imply_bounds(text: str, expected: tuple[float, float]) -> None:
    box = propagated(program(text + "\nminimize c: 0*x"))
    assert box.of(0) == pytest.approx(expected, abs=1e-9)


def test_declared_bounds_are_not_touched_by_propagation() -> None:
    p = program("variable x >= 0\nminimize c: x\nconstraint r: x <= 4")
    assert propagated(p).upper.tolist() == pytest.approx([4.0])
    assert declared(p).upper.tolist() == [math.inf]


def test_row_activity_adds_up_ends_of_all_parts() -> None:
    p = program(
        "variable x >= -1 <= 2\nvariable y >= 0 <= 3\nminimize c: x\nconstraint r: 2*x - y + x**2 + abs(y - 1) <= 9"
        "\nconstraint s: x + y >= 1"
    )
    activity = row_activity(p, declared(p))
    assert activity.lower.tolist() == [-2 - 3 + 0 + 0, -1]
    assert activity.upper.tolist() == [4 - 0 + 4 + 2, 5]
    assert terms_interval(row_terms(p, 0), declared(p)) == (-5, 10)


def test_missing_bounds_are_named_with_their_side() -> None:
    p = program(
        "variable x\nvariable y >= 0\nvariable z >= 0 <= 1\nminimize c: x\nconstraint r: x - y + z + abs(y) <= 9"
    )
    body, box = row_terms(p, 0), declared(p)
    assert columns_without_bound(body, box, above=True) == ((0, "upper"), (1, "upper"))
    assert columns_without_bound(body, box, above=False) == ((0, "lower"), (1, "upper"))


def test_contradictory_rows_do_no_harm() -> None:
    p = program("variable x >= 0\nminimize c: x\nconstraint a: x <= -5\nconstraint b: abs(x) <= -1")
    box = propagated(p)
    assert box.upper[0] < 0


def test_large_implied_bounds_are_ignored() -> None:
    p = program("variable x >= 0\nvariable y >= 0\nminimize c: x\nconstraint a: 1e-9*x + y <= 1e6")
    assert propagated(p).upper.tolist() == pytest.approx([math.inf, 1e6])


coefficients = st.integers(-2, 2).map(float)
bodies: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(st.builds(Column, st.integers(0, 2)), st.builds(Number, st.sampled_from([1.0, 2.0]))),
    lambda parts: st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*"]), parts, parts),
        st.builds(lambda e: Binary("**", e, Number(2.0)), parts),
        st.builds(lambda f, e: Call(f, (e,)), st.sampled_from(["abs", "exp", "sqrt", "log"]), parts),
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(["min", "max"]), parts, parts),
    ),
    max_leaves=5,
)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    bound = st.sampled_from([-np.inf, -2.0, 0.0, 1.0])
    lower = np.array([draw(bound) for _ in range(3)])
    row_lower = np.array([draw(bound) for _ in range(3)])
    matrix = np.array([[draw(coefficients) for _ in range(3)] for _ in range(3)])
    return Program(
        name="random",
        sense="minimize",
        columns=scalar_labels(["x", "y", "z"]),
        column_lower=lower,
        column_upper=np.array([draw(st.sampled_from([np.inf, 1.0, 2.0])) for _ in range(3)]),
        integer=np.array([False, True, False]),
        objective=np.zeros(3),
        rows=scalar_labels(["a", "b", "c"]),
        matrix=sparse.csr_array(matrix),
        row_lower=row_lower,
        row_upper=np.array([draw(st.sampled_from([np.inf, 1.0, 2.0])) for _ in range(3)]),
        nonlinear={2: draw(bodies)},
    )


@settings(max_examples=200, deadline=None)
@given(programs())
def test_every_feasible_point_lies_in_the_propagated_box(p: Program) -> None:
    box = propagated(p)
    for point in itertools.product([-3.0, -2.0, -0.5, 0.0, 1.0, 1.5, 2.0], repeat=3):
        x = np.array(point)
        try:
            feasible = is_feasible(p, x, 0.0)
        except OverflowError:
            continue
        if feasible:
            assert (x >= box.lower - 1e-9).all()
            assert (x <= box.upper + 1e-9).all()
