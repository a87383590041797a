"""Robust plans agree with the enumeration of the corners of small uncertainty sets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from test_marginals import plan, small

from formulations.data import Instance
from formulations.program import Block, Floats, Program
from solvers.dispatch import solve
from solvers.families import family
from solvers.robust import robust, worst_objective, worst_violation
from solvers.solution import Solution, Termination
from solvers.uncertainty import (
    Uncertainty,
    UncertaintyError,
    parse_uncertainty,
    uncertainty_set,
)
from solvers.variations import VariationError


def corners(data: Floats, half: Floats, budget: int) -> list[Floats]:
    """All points of the data plus or minus half in up to ``budget`` entries: the vertices are among them."""
    moves = [z for z in itertools.product((-1, 0, 1), repeat=len(data)) if sum(map(abs, z)) <= budget]
    return [data + np.array(z) * half for z in moves]


def enumerated(own: Instance, names: list[str], thetas: list[Floats]) -> Solution:
    """The best plan in the worst of the thetas, by writing every one of them out."""
    members = [family(own, names).program(theta) for theta in thetas]
    first, n = members[0], members[0].column_count
    sign = -1.0 if first.sense == "maximize" else 1.0
    rows = [sparse.hstack([one.matrix, np.zeros((one.row_count, 1))]) for one in members]
    costs = [sparse.csr_array(np.append(sign * one.objective, -1.0)[None]) for one in members]
    count = sum(one.row_count for one in members) + len(members)
    return solve(
        Program(
            name="worst",
            sense="minimize",
            columns=first.columns.extended(Block("worst", 1)),
            column_lower=np.append(np.max([one.column_lower for one in members], axis=0), -np.inf),
            column_upper=np.append(np.min([one.column_upper for one in members], axis=0), np.inf),
            integer=np.append(first.integer, False),
            objective=np.append(np.zeros(n), 1.0),
            rows=first.rows.__class__((Block("row", count, (range(count),), np.arange(count)[:, None]),)),
            matrix=sparse.csr_array(sparse.vstack([*rows, *costs])),
            row_lower=np.concatenate([*(one.row_lower for one in members), np.full(len(members), -np.inf)]),
            row_upper=np.concatenate(
                [*(one.row_upper for one in members), [-sign * one.objective_offset for one in members]]
            ),
        )
    )


def assert_as_enumerated(own: Instance, lines: list[str], names: list[str], thetas: list[Floats]) -> None:
    expected = enumerated(own, names, thetas)
    found = robust(own, [parse_uncertainty(line) for line in lines])
    if expected.objective is None:
        assert found.plan.termination is Termination.INFEASIBLE
        return
    sign = -1.0 if found.nominal.objective is not None and own.formulation.objective.sense == "maximize" else 1.0  # type: ignore[union-attr]
    assert found.plan.termination is Termination.OPTIMAL, found.plan.log
    assert found.plan.objective is not None
    assert sign * found.plan.objective == pytest.approx(expected.objective, abs=1e-5)
    assert found.worst_violation is not None
    assert found.worst_violation < 1e-5


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Floats]:
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    p, r = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    return {
        "profit": random.integers(1, 9, p) + random.random(p),
        "use": random.integers(0, 5, (r, p)) + random.random((r, p)),
        "stock": random.integers(4, 20, r) + random.random(r),
        "least": np.asarray(float(random.integers(0, 2))),
        "most": random.integers(1, 6, p) + random.random(p),
        "fixed": np.asarray(3.0),
    }


UNCERTAIN = {
    "coefficients": ["use"],
    "right-hand sides": ["stock"],
    "the objective": ["profit"],
    "bounds": ["most"],
    "a constant of the objective": ["fixed"],
    "both sides": ["least", "stock"],
}


@pytest.mark.parametrize("domain", ["", "integer"])
@pytest.mark.parametrize("kind", UNCERTAIN)
@settings(max_examples=4, deadline=None)
@given(arrays=numbers(), budget=st.integers(1, 3))
def test_a_robust_plan_is_that_of_all_corners(kind: str, domain: str, arrays: dict[str, Floats], budget: int) -> None:
    own, names = plan(arrays, domain=domain), UNCERTAIN[kind]
    parts = [corners(arrays[name].ravel(), 0.2 * arrays[name].ravel(), budget) for name in names]
    thetas = [np.concatenate(combination) for combination in itertools.product(*parts)]
    assert_as_enumerated(own, [f"{name}: +-20% budget {budget}" for name in names], names, thetas)


@settings(max_examples=3, deadline=None)
@given(numbers())
def test_without_a_budget_every_entry_may_be_at_its_worst(arrays: dict[str, Floats]) -> None:
    own = plan(arrays, sense="minimize")
    thetas = corners(arrays["use"].ravel(), 0.3 * arrays["use"].ravel(), arrays["use"].size)
    assert_as_enumerated(own, ["use: +-30%"], ["use"], thetas)


@settings(max_examples=10, deadline=None)
@given(numbers())
def test_entries_together_and_ranges_to_one_side_are_respected(arrays: dict[str, Floats]) -> None:
    own = plan(arrays)
    thetas = [arrays["stock"] * factor for factor in (0.8, 1.0, 1.1)]
    assert_as_enumerated(own, ["stock together: 80%..110%"], ["stock"], thetas)
    dearer = [
        arrays["use"].ravel() * (1 + 0.3 * np.array(z)) for z in itertools.product((0, 1), repeat=arrays["use"].size)
    ]
    assert_as_enumerated(own, ["use: 100%..130%"], ["use"], dearer)


def test_a_fractional_budget_lies_between_its_neighbours() -> None:
    own = plan(small())
    worth = [robust(own, [parse_uncertainty(f"profit: +-20% budget {b}")]).plan.objective for b in (1, 1.5, 2)]
    assert all(value is not None for value in worth)
    assert worth == sorted(worth, reverse=True)  # type: ignore[type-var]
    assert worth[0] > worth[1] > worth[2]  # type: ignore[operator]


@settings(max_examples=30, deadline=None)
@given(numbers(), st.floats(0.5, 4), st.integers(0, 10**6))
def test_the_worst_case_is_the_worst_vertex_and_no_member_is_worse(
    arrays: dict[str, Floats], budget: float, seed: int
) -> None:
    own = uncertainty_set(plan(arrays), [parse_uncertainty(f"profit: 90%..130% budget {budget!r}")])
    random = np.random.default_rng(seed)
    values = random.random(len(arrays["profit"]))
    worst, theta = worst_objective(own, values)
    at_vertices = [vertex @ values - 3 for vertex in own.vertices()]
    assert worst == pytest.approx(min(at_vertices), abs=1e-9)
    assert worst == pytest.approx(theta @ values - 3, abs=1e-9)
    assert len(at_vertices) <= own.vertex_count()


def test_the_worst_violation_finds_a_plan_that_does_not_hold() -> None:
    own = uncertainty_set(plan(small()), [parse_uncertainty("use: +-10% budget 1")])
    assert worst_violation(own, np.array([2.0, 6.0])) == pytest.approx(1.2)
    assert worst_violation(own, np.array([2.0, 4.0])) == 0


def test_robustness_has_its_price() -> None:
    found = robust(plan(small()), [parse_uncertainty("use: +-10%")])
    assert found.price is not None
    assert found.price > 0
    assert found.plan.objective == found.at_data


@pytest.mark.parametrize("text", ["demand: 90%..110%", "demand['north']: 3..5 budget 2", "a together: 1..2 budget 0.5"])
def test_an_uncertainty_comes_back_from_its_text_and_from_json(text: str) -> None:
    found = parse_uncertainty(text)
    assert str(found) == text
    assert Uncertainty.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("stock: normal(1, 2)", "need a range"),
        ("stock: +-5% budget 0", "a budget is a positive number"),
        ("stock: +-5% budget few", "a budget is a positive number"),
    ],
)
def test_an_uncertainty_that_cannot_be_read_is_explained(text: str, reason: str) -> None:
    with pytest.raises(VariationError, match=reason):
        parse_uncertainty(text)


EQUALITY = """
set I
parameter need
parameter share[I]
variable x[I] >= 0
minimize z: sum(x[i] for i in I)
constraint exact: sum(share[i]*x[i] for i in I) == need
data
set I = 1, 2
parameter need = 4
parameter share = 1: 1, 2: 2
"""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("need: +-10%", "exact is an equality with uncertain data"),
        ("share: +-10%", "exact is an equality with uncertain data"),
        ("need: 5..6", "need is 4 in the data, which is outside its range"),
    ],
)
def test_what_no_plan_can_keep_is_refused(line: str, reason: str) -> None:
    from test_families import instance_of

    with pytest.raises(UncertaintyError, match=reason):
        robust(instance_of(EQUALITY), [parse_uncertainty(line)])
