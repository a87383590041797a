"""Fronts agree with brute force on small integer plans, and no point of a front beats another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scenarios import instance

from formulations.data import Instance, bind
from formulations.files import read_notation
from formulations.formulation import Objective
from solvers.objectives import ParetoError, objective_text, parse_objective
from solvers.pareto import Front, pareto

CHOICE = """
set I
parameter gain[I]
parameter cost[I]
parameter harm[I]
parameter size[I]
parameter room
variable take[I] integer >= 0 <= 2
maximize value: sum(gain[i]*take[i] for i in I)
constraint fits: sum(size[i]*take[i] for i in I) <= room
constraint some: sum(take[i] for i in I) >= 1
"""
COST = parse_objective("minimize spent: 3 + sum(cost[i]*take[i] for i in I)")
HARM = parse_objective("minimize harm_done: sum(harm[i]*take[i] for i in I)")


def choice(seed: int, count: int) -> Instance:
    random = np.random.default_rng(seed)
    arrays = {name: random.integers(0, 5, count).astype(float) for name in ("gain", "cost", "harm")}
    arrays |= {"size": random.integers(1, 4, count).astype(float), "room": np.asarray(float(random.integers(3, 9)))}
    document = read_notation(CHOICE + f"data\nset I = {', '.join(map(str, range(count)))}\n")
    return bind(document.formulation, document.data, arrays=arrays)


def brute_force(own: Instance, *columns: np.ndarray) -> set[tuple[float, ...]]:
    """All efficient values: (gain, then each of the columns), by enumeration."""
    points = set()
    for plan in itertools.product(range(3), repeat=len(own.parameters["gain"])):
        take = np.array(plan)
        if own.parameters["size"] @ take <= own.parameters["room"] and take.sum() >= 1:
            points.add((-own.parameters["gain"] @ take, *(column @ take for column in columns)))
    return {
        (-point[0], *point[1:])
        for point in points
        if not any(other != point and all(o <= p for o, p in zip(other, point, strict=True)) for other in points)
    }


def rounded(front: Front) -> set[tuple[float, ...]]:
    return {tuple(round(value, 5) + 0.0 for value in point.objectives) for point in front.points}


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_two_objectives_agree_with_brute_force(seed: int, count: int) -> None:
    own = choice(seed, count)
    front = pareto(own, [COST])
    assert front.complete
    assert rounded(front) == {(gain, 3 + cost) for gain, cost in brute_force(own, own.parameters["cost"])}


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_three_objectives_agree_with_brute_force(seed: int) -> None:
    own = choice(seed, 3)
    front = pareto(own, [COST, HARM])
    expected = {(g, 3 + c, h) for g, c, h in brute_force(own, own.parameters["cost"], own.parameters["harm"])}
    found = rounded(front)
    assert found <= expected
    assert not front.complete or found == expected


@pytest.mark.parametrize("domain", [">= 0 <= 1", "binary"])
def test_points_of_a_continuous_front_are_efficient_and_spread(domain: str) -> None:
    balance = parse_objective("maximize spare: 100 - 10*ship['west', 2] - ship['east', 1]")
    front = pareto(instance(domain=domain), [balance], points=6)
    assert not front.complete
    values = np.array([point.objectives for point in front.points]) * [1, -1]
    assert len(values) >= 3
    assert (np.diff(values[:, 0]) > 0).all()
    assert (np.diff(values[:, 1]) < 0).all()
    assert all(point.proved for point in front.points)
    assert front.ideal[0] == pytest.approx(front.points[0].objectives[0])
    assert front.nadir[1] == pytest.approx(front.points[0].objectives[1])


def test_a_knee_is_the_point_farthest_from_the_line_of_the_extremes() -> None:
    text = """
    variable x >= 0 <= 10
    variable y >= 0 <= 10
    minimize first: x
    constraint bend: 9*x + y >= 10
    constraint flat: x + 9*y >= 10
    """
    document = read_notation("\n".join(line.strip() for line in text.splitlines()))
    front = pareto(bind(document.formulation, document.data), [parse_objective("minimize second: y")], points=11)
    assert front.knee is not None
    assert front.points[front.knee].objectives == pytest.approx((1, 1), abs=0.2)
    assert front.frame()["knee"].sum() == 1


def test_a_curved_objective_is_traded_off_too() -> None:
    text = """
    variable x >= 0 <= 4
    variable y >= 0 <= 4
    minimize risk: x**2 + y**2
    constraint all: x + y <= 4
    """
    document = read_notation("\n".join(line.strip() for line in text.splitlines()))
    front = pareto(bind(document.formulation, document.data), [parse_objective("maximize gain: x + 2*y")], points=5)
    for risk, gain in (point.objectives for point in front.points):
        # The least risk for a gain g is g**2/5 as long as neither variable meets a bound.
        if gain <= 6.6:
            assert risk == pytest.approx(gain**2 / 5, abs=1e-3)
    assert len(front.points) == 5


def test_a_search_stops_when_its_listener_says_so() -> None:
    front = pareto(choice(3, 4), [COST], on_point=lambda point: True)
    assert front.stopped
    assert not front.complete


@pytest.mark.parametrize("text", ["minimize a: x[1]", "maximize b in EUR/h: sum(c[i]*x[i] for i in I if i != 2)"])
def test_an_objective_comes_back_from_its_line(text: str) -> None:
    objective = parse_objective(text)
    assert parse_objective(objective_text(objective)) == objective
    assert Objective.model_validate_json(objective.model_dump_json()) == objective


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "one or two further objectives, not 0"),
        (["minimize a: take[0]"] * 3, "one or two further objectives, not 3"),
        (["minimize a: tkae[0]"], "tkae"),
        (["a: take[0]"], "cannot read the objective"),
        (["minimize a: take[0]\nvariable z"], "cannot read the objective"),
    ],
)
def test_objectives_that_cannot_be_used_are_explained(lines: list[str], reason: str) -> None:
    with pytest.raises(ParetoError) as caught:
        pareto(choice(1, 2), [parse_objective(line) for line in lines])
    assert reason in str(caught.value)


def test_an_unbounded_objective_is_named() -> None:
    document = read_notation("variable x >= 0\nminimize a: x\nconstraint c: x >= 1")
    with pytest.raises(ParetoError, match="best in 'b': the solver said unbounded"):
        pareto(bind(document.formulation, document.data), [parse_objective("maximize b: x")])
