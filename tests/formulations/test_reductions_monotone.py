"""Kinks inside exp, log, sqrt, powers, products and quotients: their position follows from monotonicity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction_oracle import enumerated_optimum, global_optimum, is_feasible, objective_at, reduced
from scipy import sparse

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Program, scalar_labels

pytest.importorskip("pyscipopt")

columns = st.builds(Column, st.integers(0, 1))
shifts = st.sampled_from([-2.0, -1.0, 1.0, 2.0])


def _plus(e: Expression, shift: float) -> Expression:
    return Binary("+", e, Number(shift)) if shift >= 0 else Binary("-", e, Number(-shift))


kinks = st.one_of(
    st.builds(lambda x, s: Call("abs", (_plus(x, s),)), columns, shifts),
    st.builds(lambda f, s: Call(f, (_plus(Column(0), s), Column(1))), st.sampled_from(["min", "max"]), shifts),
    st.builds(lambda s: Call("min", (Call("abs", (Column(0),)), _plus(Column(1), s))), shifts),
)
curves = st.one_of(
    st.builds(lambda e: Call("exp", (Binary("*", Number(0.5), e),)), kinks),
    # Half-integral shifts: no argument is exactly zero, where tolerances would decide what log and sqrt are.
    st.builds(lambda f, e, s: Call(f, (_plus(e, s + 0.5),)), st.sampled_from(["log", "sqrt"]), kinks, shifts),
    st.builds(lambda e, p: Binary("**", e, Number(p)), kinks, st.sampled_from([2.0, 3.0])),
    st.builds(lambda e, x, s: Binary("*", e, _plus(x, s)), kinks, columns, st.sampled_from([-4.0, 0.0, 4.0])),
    st.builds(lambda e, x, s: Binary("/", _plus(x, s), _plus(e, 5.0)), kinks, columns, st.sampled_from([-4.0, 4.0])),
    st.builds(lambda e, x: Call("abs", (Binary("-", e, Binary("*", x, x)),)), kinks, columns),
)
signed = st.one_of(curves, st.builds(Negative, curves))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    lower, upper = draw(st.sampled_from([(-np.inf, 1.0), (-1.0, np.inf), (0.0, 3.0)]))
    return Program(
        name="random",
        sense=draw(st.sampled_from(["minimize", "maximize"])),
        columns=scalar_labels(["x", "y"]),
        column_lower=np.array([-3.0, draw(st.sampled_from([-3.0, 0.0]))]),
        column_upper=np.array([3.0, 3.0]),
        integer=np.ones(2, dtype=bool),
        objective=np.array([float(draw(st.integers(-2, 2))), 0.5]),
        objective_nonlinear=draw(signed),
        rows=scalar_labels(["row"]),
        matrix=sparse.csr_array(np.array([[1.0, 0.0]])),
        row_lower=np.array([lower]),
        row_upper=np.array([upper]),
        nonlinear={0: draw(signed)},
    )


@settings(max_examples=40, deadline=None)
@given(programs())
def test_the_optimum_survives_where_kinks_are_inside_curves(original: Program) -> None:
    reduction, recover = reduced(original)
    best = enumerated_optimum(original)
    solution = global_optimum(reduction)
    if best is None:
        assert solution is None
        return
    assert solution is not None
    values = np.round(recover(solution))
    assert is_feasible(original, values, 1e-5)
    assert objective_at(original, values) == pytest.approx(best, abs=1e-4, rel=1e-4)
