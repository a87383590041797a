"""Families: the arrays of a member are those of grounding it, for every formulation of the gallery and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formulations.data import Instance, bind
from formulations.files import read_notation
from formulations.ground import ground
from formulations.program import Program
from solvers.families import Family, FamilyError, family

GALLERY = Path(__file__).resolve().parents[2] / "assets" / "gallery"
FILES = sorted(path.name for path in GALLERY.glob("*.opt"))


def instance_of(text: str) -> Instance:
    document = read_notation(text)
    return bind(document.formulation, document.data)


def assert_same(found: Program, expected: Program) -> None:
    assert list(found.rows) == list(expected.rows)
    assert list(found.columns) == list(expected.columns)
    assert found.sense == expected.sense
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(found.matrix.toarray(), expected.matrix.toarray(), **close)
    np.testing.assert_allclose(found.objective_offset, expected.objective_offset, **close)
    for name in ("objective", "row_lower", "row_upper", "column_lower", "column_upper", "integer"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), err_msg=name, **close)
    assert found.nonlinear == expected.nonlinear
    assert found.objective_nonlinear == expected.objective_nonlinear
    assert found.indicators == expected.indicators
    assert found.quadratic.keys() == expected.quadratic.keys()


def members(found: Family, seed: int, count: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [found.base * random.uniform(0.8, 1.2, found.size) for _ in range(count)]


@pytest.mark.parametrize("file", FILES)
def test_each_parameter_of_the_gallery_varies_as_grounding_says(file: str) -> None:
    instance = instance_of((GALLERY / file).read_text())
    for parameter in instance.formulation.parameters:
        found = family(instance, [parameter.name])
        assert (found.dependence is None) == bool(found.reason)
        for theta in [found.base, *members(found, 0, 2)]:
            if found.dependence is not None:
                assert_same(found.program(theta), ground(found.member(theta)))


WRITTEN = """
set I = a, b
set T = 1, 2, 3
parameter cap[I] = a: 4, b: 5
parameter rate[I] = a: 2, b: 3
parameter low = 1
parameter price[T] = 1: 3, 2: 4, 3: 5
parameter fixed = 7
"""


def written(objective: str, constraint: str, bound: str = "") -> Instance:
    data = WRITTEN.strip().splitlines()
    declared = [line.split(" = ")[0] for line in data]
    lines = [
        *declared,
        f"variable x[I]{bound}",
        "variable y[T] >= 0",
        objective,
        f"constraint c{constraint}",
        "data",
        *data,
    ]
    return instance_of("\n".join(lines))


TOTAL = "maximize z: sum(x[i] for i in I)"
CASES = {
    "data on the left": (TOTAL, " for i in I: cap[i] >= x[i]", ""),
    "data on both sides": (TOTAL, " for i in I: x[i] + low <= cap[i] - x[i] + 3*low", ""),
    "a range": (TOTAL, " for i in I: low <= 2*x[i] + low <= cap[i]", ""),
    "a chain": (TOTAL, " for i in I: x[i] <= cap[i] <= 2*x[i] + low", ""),
    "coefficients": (
        "minimize z: sum(rate[i]*x[i] + fixed for i in I)",
        ": sum(rate[i]*(x[i] - 4) for i in I) >= 3",
        "",
    ),
    "bounds": (TOTAL, ": sum(rate[i]*x[i] for i in I) <= 9", " >= low <= cap"),
    "a factor that is zero": (TOTAL, " for i in I: (rate[i] - rate[i])*x[i] + x[i] <= 3", ""),
    "a neighbour": (TOTAL, " for t in T if t > 1: y[t] - y[prev(t)] >= price[t] - price[prev(t)]", ""),
    "products of variables": (
        "minimize z: sum((x[i] - 1)**2 for i in I) + low*y[1]",
        ": x['a']*y[1] + fixed >= low",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_data_enters_affinely(case: str) -> None:
    objective, constraint, bound = CASES[case]
    instance = written(objective, constraint, bound=bound)
    found = family(instance, ["cap", "rate", "low", "price", "fixed"])
    assert found.dependence is not None, found.reason
    for theta in [found.base, *members(found, 1, 3), np.zeros(found.size)]:
        assert_same(found.program(theta), ground(found.member(theta)))


REFUSED = {
    "multiplies varying": ("minimize z: sum(rate[i]*x[i] for i in I)", " for i in I: x[i] >= low*cap[i]"),
    "is not linear": ("minimize z: sum(x[i] for i in I)", " for i in I: x[i] >= cap[i]**3"),
    "where it cannot vary": ("minimize z: sum(x[i] for i in I if rate[i] > 2)", " for i in I: x[i] >= 1"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_not_affine_is_said_and_grounded_anew(reason: str) -> None:
    objective, constraint = REFUSED[reason]
    found = family(written(objective, constraint), ["cap", "rate", "low"])
    assert found.dependence is None
    assert reason in found.reason
    theta = found.base * 1.5
    assert_same(found.program(theta), ground(found.member(theta)))
    with pytest.raises(FamilyError, match="no arrays in common"):
        found.members(theta[None])


def test_many_members_come_as_arrays_over_one_pattern() -> None:
    instance = written(
        "minimize z: sum(rate[i]*x[i] + fixed for i in I)",
        ": sum(rate[i]*x[i] for i in I) >= low",
        bound=" >= low <= cap",
    )
    found = family(instance, ["cap", "rate", "low", "fixed"])
    thetas = np.stack(members(found, 2, 4))
    arrays = found.members(thetas)
    for number, theta in enumerate(thetas):
        one = found.program(theta)
        np.testing.assert_array_equal(arrays.costs[number], one.objective)
        np.testing.assert_array_equal(arrays.row_lower[number], one.row_lower)
        np.testing.assert_array_equal(arrays.column_upper[number], one.column_upper)
        np.testing.assert_array_equal(arrays.coefficients[number], one.matrix.data)
        assert arrays.offsets[number] == one.objective_offset


def test_entries_are_named_and_go_both_ways() -> None:
    found = family(written("minimize z: sum(x[i] for i in I)", " for i in I: x[i] >= cap[i]"), ["cap", "low"])
    assert list(found.labels) == ["cap['a']", "cap['b']", "low"]
    theta = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(found.theta(found.parameters(theta)), theta)
    np.testing.assert_array_equal(found.base, [4, 5, 1])


def test_a_name_that_is_no_parameter_is_refused() -> None:
    with pytest.raises(FamilyError, match=r"'x' is not a parameter .*cap, rate, low"):
        family(written("minimize z: sum(x[i] for i in I)", " for i in I: x[i] >= 1"), ["x"])
