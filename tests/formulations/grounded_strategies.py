"""Random grounded expressions over three columns, and points in their box."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Floats

#: Column 0 takes both signs, column 1 is nonnegative, column 2 negative.
LOWER = np.array([-2.0, 0.0, -3.0])
UPPER = np.array([2.0, 4.0, -0.5])

numbers = st.sampled_from([0.5, 1.0, 2.0, 3.0]).map(Number)
exponents = st.sampled_from([2.0, 3.0, 4.0, 0.5, 1.5]).map(Number) | st.sampled_from([1.0, 2.0]).map(
    lambda value: Negative(Number(value))
)


def _extended(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Negative, inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Binary, st.just("*"), numbers, inner),
        st.builds(Binary, st.just("**"), inner, exponents),
        st.builds(Binary, st.just("**"), numbers, inner),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["abs", "exp", "log", "sqrt", "sin", "cos"]), inner),
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(["min", "max"]), inner, inner),
        st.builds(lambda a: Binary("*", a, Call("log", (a,))), inner),
    )


expressions = st.recursive(st.integers(0, 2).map(Column) | numbers, _extended, max_leaves=6)


@st.composite
def points(draw: st.DrawFn) -> Floats:
    shares = [draw(st.floats(0, 1)) for _ in range(3)]
    return LOWER + np.array(shares) * (UPPER - LOWER)
