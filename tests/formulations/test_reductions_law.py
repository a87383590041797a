"""Reduce, solve, recover: the optimum and its values survive, whatever is nested in whatever."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction_oracle import enumerated_optimum, is_feasible, linear_optimum, objective_at, reduced
from scipy import sparse

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Indicator, Program, scalar_labels

#: x and y are integers from -3 to 3, b and c are binary.
COLUMNS = scalar_labels(["x", "y", "b", "c"])
LOWER, UPPER = np.array([-3.0, -3.0, 0.0, 0.0]), np.array([3.0, 3.0, 1.0, 1.0])

coefficients = st.sampled_from([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
numbers = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])


def _literal(number: float) -> Expression:
    return Negative(Number(-number)) if number < 0 else Number(number)


@st.composite
def piecewise_calls(draw: st.DrawFn, arguments: st.SearchStrategy[Expression]) -> Expression:
    """A function over [-4, 6] that the argument may leave."""
    inner = draw(st.lists(st.sampled_from([-2.0, 0.0, 1.0, 3.0]), unique=True, max_size=3))
    breakpoints = [-4.0, *sorted(inner), 6.0]
    points = [(at, draw(st.sampled_from([-3.0, 0.0, 1.0, 4.0]))) for at in breakpoints]
    return Call("piecewise", (draw(arguments), *(_literal(v) for point in points for v in point)))


def _larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    binaries = st.sampled_from([Column(2), Column(3)])
    return st.one_of(
        st.builds(lambda e: Call("abs", (e,)), parts),
        st.builds(
            lambda f, es: Call(f, tuple(es)), st.sampled_from(["min", "max"]), st.lists(parts, min_size=2, max_size=3)
        ),
        st.builds(lambda op, a, e: Binary(op, a, e), st.sampled_from(["+", "-"]), parts, parts),
        st.builds(lambda c, e: Binary("*", _literal(c), e), coefficients, parts),
        st.builds(lambda b, e: Binary("*", b, e), binaries, parts),
        st.builds(lambda b: Binary("**", b, Number(2.0)), binaries),
        piecewise_calls(parts),
    )


leaves = st.one_of(st.builds(Column, st.integers(0, 3)), st.builds(_literal, numbers))
expressions = st.recursive(leaves, _larger, max_leaves=6)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    row_count = draw(st.integers(0, 2))
    nonlinear = {row: draw(expressions) for row in range(row_count)}
    bounds = [(-np.inf, -1.0), (-np.inf, 0.0), (-np.inf, 3.0), (-1.0, np.inf), (2.0, np.inf), (0.0, 0.0), (-1.0, 2.0)]
    lower, upper = np.array([draw(st.sampled_from(bounds)) for _ in range(row_count)]).reshape(-1, 2).T
    matrix = np.array([[draw(st.integers(-1, 1)) for _ in range(4)] for _ in range(row_count)], dtype=float)
    conditional = draw(st.booleans()) and row_count > 0
    return Program(
        name="random",
        sense=draw(st.sampled_from(["minimize", "maximize"])),
        columns=COLUMNS,
        column_lower=LOWER,
        column_upper=UPPER,
        integer=np.ones(4, dtype=bool),
        objective=np.array([float(draw(st.integers(-2, 2))) for _ in range(4)]),
        objective_nonlinear=draw(expressions),
        rows=scalar_labels([f"row{row}" for row in range(row_count)]),
        matrix=sparse.csr_array(matrix.reshape(row_count, 4)),
        row_lower=lower,
        row_upper=upper,
        nonlinear=nonlinear,
        indicators={0: Indicator(2, draw(st.booleans()))} if conditional else {},
    )


@settings(max_examples=150, deadline=None)
@given(programs())
def test_the_optimum_and_its_values_survive_every_reduction(original: Program) -> None:
    reduction, recover = reduced(original)
    best = enumerated_optimum(original)
    solution = linear_optimum(reduction)
    if best is None:
        assert solution is None
        return
    assert solution is not None
    values = recover(solution)
    assert is_feasible(original, values, 1e-5)
    assert abs(objective_at(original, np.round(values)) - best) <= 1e-5
    assert len(set(reduction.columns)) == reduction.column_count
    assert len(set(reduction.rows)) == reduction.row_count
