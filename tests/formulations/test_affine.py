"""Expressions taken apart into terms mean what they meant before."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction_oracle import program, row_at, value

from formulations.affine import (
    Terms,
    column,
    evaluate_call,
    join,
    key,
    number,
    objective_terms,
    quadratic_matrix,
    quadratic_pairs,
    row_terms,
    split,
)
from formulations.expression import Binary, Call, Column, Expression, Negative, Number

x, y, z = Column(0), Column(1), Column(2)
two = Number(2.0)

leaves = st.one_of(st.builds(Column, st.integers(0, 2)), st.builds(Number, st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])))
expressions: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(Negative, parts),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), parts, parts),
        st.builds(lambda base, p: Binary("**", base, Number(p)), parts, st.sampled_from([0.0, 1.0, 2.0, 3.0])),
        st.builds(lambda f, e: Call(f, (e,)), st.sampled_from(["abs", "sin", "cos"]), parts),
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(["min", "max"]), parts, parts),
    ),
    max_leaves=12,
)
points = st.lists(st.sampled_from([-2.0, -0.5, 0.25, 1.0, 3.0]), min_size=3, max_size=3).map(np.array)


@settings(max_examples=300, deadline=None)
@given(expressions, points)
def test_splitting_and_joining_keep_the_value(expression: Expression, point: np.ndarray) -> None:
    before = value(expression, point)
    after = value(join(split(expression)), point)
    if math.isfinite(before) and abs(before) < 1e6:
        assert after == pytest.approx(before, rel=1e-6, abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_splitting_what_was_joined_changes_nothing(expression: Expression) -> None:
    terms = split(join(split(expression)))
    again = split(join(terms))
    assert dict(again.linear) == pytest.approx(dict(terms.linear))
    assert dict(again.quadratic) == pytest.approx(dict(terms.quadratic))
    assert len(again.residual) == len(terms.residual)


def test_sums_products_and_squares_are_multiplied_out() -> None:
    expression = Binary("**", Binary("-", Binary("+", x, Binary("*", two, y)), Number(3.0)), two)
    terms = split(expression)
    assert terms.constant == 9
    assert dict(terms.linear) == {0: -6.0, 1: -12.0}
    assert dict(terms.quadratic) == {(0, 0): 1.0, (0, 1): 4.0, (1, 1): 4.0}
    assert terms.residual == ()
    assert terms.degree == 2


DEGREES = [
    (Binary("-", x, x), 0),
    (Binary("/", x, two), 1),
    (Binary("*", x, Binary("*", Number(0.0), y)), 0),
    (Binary("*", x, y), 2),
    (Binary("*", Binary("*", x, y), z), None),
    (Binary("/", two, x), None),
    (Binary("/", x, Number(0.0)), None),
    (Binary("**", two, x), None),
    (Call("abs", (x,)), None),
    (Call("sqrt", (Number(4.0),)), 0),
    (Call("log", (Number(0.0),)), None),
    (Binary("**", Number(0.0), Negative(Number(1.0))), None),
]


@pytest.mark.parametrize(("expression", "degree"), DEGREES)
def test_the_degree_counts_multiplied_out_terms(expression: Expression, degree: int | None) -> None:
    assert split(expression).degree == degree


def test_coefficients_come_in_front_of_residual_products() -> None:
    (coefficient, expression) = split(Negative(Binary("*", Binary("*", two, Binary("*", x, y)), z))).residual[0]
    assert coefficient == -2
    assert expression == Binary("*", Binary("*", x, y), z)


def test_a_sum_of_a_hundred_thousand_terms_is_split_and_joined_without_recursion() -> None:
    expression: Expression = Call("abs", (x,))
    for index in range(100_000):
        expression = Binary("+", expression, Column(index))
    terms = split(expression)
    assert len(terms.linear) == 100_000
    assert len(split(join(terms)).linear) == 100_000


def test_equal_residual_terms_are_added_up() -> None:
    expression = Binary("+", Call("abs", (x,)), Binary("*", two, Call("abs", (x,))))
    assert split(expression).residual == ((3.0, Call("abs", (x,))),)


def test_rows_and_objectives_are_read_whole() -> None:
    p = program("variable x\nvariable y\nminimize c: x + x*y + exp(x) + 4\nconstraint r: x**2 + 3*y + abs(y) <= 5")
    body = row_terms(p, 0)
    assert dict(body.linear) == {1: 3.0}
    assert dict(body.quadratic) == {(0, 0): 1.0}
    assert body.residual == ((1.0, Call("abs", (Column(1),))),)
    whole = objective_terms(p)
    assert whole.constant == 4
    assert dict(whole.quadratic) == {(0, 1): 1.0}
    point = np.array([0.5, -2.0])
    assert value(join(body), point) == pytest.approx(row_at(p, 0, point))


def test_quadratic_matrices_and_pairs_are_inverse() -> None:
    pairs = {(0, 0): 3.0, (0, 2): -1.0}
    matrix = quadratic_matrix(pairs, 3)
    assert matrix is not None
    assert matrix.toarray().tolist() == [[3, 0, -0.5], [0, 0, 0], [-0.5, 0, 0]]
    assert quadratic_pairs(matrix) == pairs
    assert quadratic_matrix({}, 3) is None


def test_terms_add_and_scale_like_vectors() -> None:
    terms: Terms = 2.0 * (column(0) + number(1.0)) - column(0) - column(0)
    assert key(terms) == key(number(2.0))


def test_functions_of_numbers_are_undefined_where_mathematics_says_so() -> None:
    assert evaluate_call("log", (0.0,)) is None
    assert evaluate_call("exp", (1e4,)) is None
    assert evaluate_call("piecewise", (3.0, 0.0, 0.0, 2.0, 5.0)) is None
    assert evaluate_call("piecewise", (1.0, 0.0, 0.0, 2.0, 5.0)) == 2.5
