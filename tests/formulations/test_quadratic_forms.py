"""Definiteness, factors, minima and cones of quadratic forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from formulations.quadratic_forms import (
    Cone,
    Definiteness,
    definiteness,
    factor,
    is_positive_semidefinite,
    is_sum_of_squares,
    second_order_cone,
    square_norm,
    unconstrained_minimum,
)

INF = math.inf
GENERATOR = np.random.default_rng(7)


def form(*rows: list[float]) -> sparse.csr_array:
    return sparse.csr_array(np.array(rows, dtype=float))


def band(size: int, diagonal: float) -> sparse.csr_array:
    """Minus ones beside the diagonal: eigenvalues between diagonal - 2 and diagonal + 2."""
    return sparse.csr_array(sparse.diags_array([diagonal, -1.0, -1.0], offsets=[0, 1, -1], shape=(size, size)))


def covariance(size: int, scenarios: int) -> sparse.csr_array:
    deviations = GENERATOR.normal(size=(scenarios, size))
    return sparse.csr_array(deviations.T @ deviations)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (form([0, 0], [0, 0]), Definiteness.ZERO),
        (form([1, 0], [0, 2]), Definiteness.POSITIVE),
        (form([1, 0], [0, 0]), Definiteness.POSITIVE),
        (form([1, 1], [1, 1]), Definiteness.POSITIVE),
        (form([-1, 0], [0, -2]), Definiteness.NEGATIVE),
        (form([1, 2], [2, 1]), Definiteness.INDEFINITE),
        (form([0, 1], [1, 0]), Definiteness.INDEFINITE),
        (form([0, 1], [1, 5]), Definiteness.INDEFINITE),
        (form([1, 0], [0, -1]), Definiteness.INDEFINITE),
        (form([1e12, 0], [0, -1]), Definiteness.INDEFINITE),
        (form([1e12, 1e5], [1e5, 1e-2]), Definiteness.POSITIVE),
        (form([1e12, 1e6], [1e6, 0.5]), Definiteness.INDEFINITE),
        (covariance(40, 10), Definiteness.POSITIVE),
        (covariance(700, 30), Definiteness.POSITIVE),
        (covariance(700, 30) - 1e-3 * sparse.eye_array(700), Definiteness.INDEFINITE),
        (band(5000, 2.0), Definiteness.POSITIVE),
        (band(5000, 1.9), Definiteness.INDEFINITE),
        (-band(5000, 2.0), Definiteness.NEGATIVE),
    ],
)
def test_definiteness_does_not_depend_on_size_or_units(matrix: sparse.csr_array, expected: Definiteness) -> None:
    assert definiteness(sparse.csr_array(matrix)) is expected


@pytest.mark.parametrize("matrix", [covariance(30, 50), covariance(30, 4), covariance(700, 20), band(3000, 2.5)])
def test_a_factor_multiplied_by_its_transpose_gives_the_form(matrix: sparse.csr_array) -> None:
    root = factor(matrix)
    assert abs(root.T @ root - matrix).max() <= 1e-8 * abs(matrix).max()


def test_the_factor_of_a_low_rank_form_has_as_many_rows_as_its_rank() -> None:
    assert factor(covariance(30, 4)).shape == (4, 30)


@pytest.mark.parametrize("matrix", [form([1, 2], [2, 1]), form([0, 1], [1, 0]), band(3000, 1.0)])
def test_an_indefinite_form_has_no_factor(matrix: sparse.csr_array) -> None:
    with pytest.raises(ValueError, match="negative eigenvalues"):
        factor(matrix)


symmetric = st.lists(st.integers(-3, 3), min_size=10, max_size=10).map(
    lambda entries: np.array(
        [[entries[(max(i, j) * (max(i, j) + 1)) // 2 + min(i, j)] for j in range(4)] for i in range(4)], dtype=float
    )
)


@settings(max_examples=200, deadline=None)
@given(matrix=symmetric, scales=st.lists(st.sampled_from([1e-4, 1.0, 1e3]), min_size=4, max_size=4))
def test_definiteness_agrees_with_eigenvalues_whatever_the_units(matrix: np.ndarray, scales: list[float]) -> None:
    least = np.linalg.eigvalsh(matrix)[0]
    scaled = sparse.csr_array(matrix * np.outer(scales, scales))
    assert is_positive_semidefinite(scaled) is bool(least > -1e-9)


@pytest.mark.parametrize(
    ("matrix", "linear", "expected"),
    [
        (form([1, 0], [0, 1]), [-2, 4], -5),
        (form([1, 0.5], [0.5, 1]), [-3, 0], -3),
        (form([1, 1], [1, 1]), [-2, -2], -1),
        (form([1, 1], [1, 1]), [-2, 0], -INF),
        (form([1, 0], [0, 0]), [0, 1], -INF),
        (form([1, 0], [0, -1]), [0, 0], -INF),
    ],
)
def test_the_unconstrained_minimum_is_where_the_gradient_vanishes(
    matrix: sparse.csr_array, linear: list[float], expected: float
) -> None:
    assert unconstrained_minimum(matrix, np.array(linear, dtype=float)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("matrix", "linear", "constant", "expected"),
    [
        (form([1, 0], [0, 1]), [0, 0], 0, True),
        (form([1, 0], [0, 1]), [-2, 0], 1, True),
        (form([1, 0], [0, 1]), [-2, 0], 0.9, False),
        (form([1, 0], [0, -1]), [0, 0], 0, False),
    ],
)
def test_a_sum_of_squares_is_a_squared_norm(
    matrix: sparse.csr_array, linear: list[float], constant: float, expected: bool
) -> None:
    a = np.array(linear, dtype=float)
    assert is_sum_of_squares(matrix, a, constant) is expected
    if expected:
        root, offset = square_norm(matrix, a, constant)
        x = np.array([0.3, -1.7])
        assert np.sum((root @ x + offset) ** 2) == pytest.approx(x @ (matrix @ x) + a @ x + constant)


def cone(
    matrix: sparse.csr_array, linear: list[float], constant: float, lower: list[float], upper: list[float]
) -> Cone | None:
    return second_order_cone(
        matrix, np.array(linear, dtype=float), constant=constant, lower=np.array(lower), upper=np.array(upper)
    )


LORENTZ = form([1, 0, 0], [0, 1, 0], [0, 0, -1])
#: What the form is, with bounds that leave one cone, and bounds that leave both.
CONES = {
    "x^2 + y^2 <= z^2": (LORENTZ, [0, 0, 0], 0, [-9, -9, 0], [9, 9, 9], [-9, -9, -9], [9, 9, 9]),
    "on the negative side": (LORENTZ, [0, 0, 0], 0, [-9, -9, -9], [9, 9, 0], [-9, -9, -9], [9, 9, 1]),
    "x^2 + y^2 <= (z + 1)^2": (LORENTZ, [0, 0, -2], -1, [-9, -9, -1], [9, 9, 9], [-9, -9, -2], [9, 9, 9]),
    "x^2 <= y z": (
        form([1, 0, 0], [0, 0, -0.5], [0, -0.5, 0]),
        [0, 0, 0],
        0,
        [-9, 0, 0],
        [9, 9, 9],
        [-9, -9, -9],
        [9, 9, 9],
    ),
    "x^2 <= y z with one sign known": (
        form([1, 0, 0], [0, 0, -0.5], [0, -0.5, 0]),
        [0, 0, 0],
        0,
        [-9, 0, -9],
        [9, 9, 9],
        [-9, -9, -9],
        [9, 9, 9],
    ),
    "1 <= y z": (
        form([0, 0, 0], [0, 0, -0.5], [0, -0.5, 0]),
        [0, 0, 0],
        1,
        [0, 0, 0],
        [1, 9, 9],
        [0, -9, -9],
        [1, 9, 9],
    ),
    "a skewed axis": (
        form([1, 0, 0], [0, 0, -2], [0, -2, -3]),  # x^2 + y^2 <= (y + 2 z)^2 with z^2 to spare
        [0, 0, 0],
        0,
        [-9, -9, 0],
        [9, 9, 9],
        [-9, -9, -9],
        [9, 9, 9],
    ),
}


@pytest.mark.parametrize("name", CONES)
def test_one_half_of_a_double_cone_is_recognized_and_equal_to_the_row(name: str) -> None:
    matrix, linear, constant, lower, upper, _, _ = CONES[name]
    found = cone(matrix, linear, constant, lower, upper)
    assert found is not None
    low, high = np.array(lower), np.array(upper)
    for x in low + GENERATOR.random((500, len(low))) * (high - low):
        value = x @ (matrix @ x) + np.array(linear) @ x + constant
        length = np.linalg.norm(found.matrix @ x + found.offset)
        height = found.axis @ x + found.axis_offset
        if abs(value) > 1e-6:
            assert (length <= height) == (value <= 0)


@pytest.mark.parametrize("name", CONES)
def test_a_double_cone_is_not_taken_for_one(name: str) -> None:
    matrix, linear, constant, _, _, lower, upper = CONES[name]
    assert cone(matrix, linear, constant, lower, upper) is None


def test_two_negative_eigenvalues_make_no_cone() -> None:
    assert cone(form([1, 0, 0], [0, -1, 0], [0, 0, -1]), [0, 0, 0], 0, [0, 0, 0], [9, 9, 9]) is None
    apart = form([0, -1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, -1], [0, 0, -1, 0])
    assert cone(apart, [0] * 4, 0, [0] * 4, [9] * 4) is None


def test_a_cone_over_many_columns_is_recognized() -> None:
    size = 3000
    diagonal = np.ones(size)
    diagonal[-1] = -1
    lower = np.full(size, -INF)
    lower[-1] = 0
    matrix = sparse.csr_array(sparse.diags_array(diagonal))
    found = second_order_cone(matrix, np.zeros(size), constant=0, lower=lower, upper=np.full(size, INF))
    assert found is not None
    assert found.matrix.shape == (size - 1, size)
