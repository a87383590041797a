"""The ascent without factors: bounds as true as those of the other one, close to them, and programs of any length."""

from __future__ import annotations

import numpy as np
import pytest
from batches import random_batch

from benchmarks.validity import campaign
from formulations.data import bind
from formulations.files import read_notation
from formulations.formulation import Data
from solvers.proxies import ascent
from solvers.proxies.ascent import ascend
from solvers.proxies.certificate import implied_box
from solvers.proxies.dual_function import DualFunction
from solvers.proxies.problems import of_members
from solvers.proxies.ranges import draw
from solvers.proxies.torch_gate import load_torch
from solvers.proxies.training import Training, train
from solvers.solution import Termination
from solvers.spaces import Space, space
from solvers.variations import parse_variation

TRANSPORT = """
set Plant
set Market
parameter supply[Plant]
parameter demand[Market]
parameter cost[Plant, Market]
variable ship[Plant, Market] >= 0
minimize total: sum(cost[p, m]*ship[p, m] for p in Plant for m in Market)
constraint capacity for p in Plant: sum(ship[p, m] for m in Market) <= supply[p]
constraint need for m in Market: sum(ship[p, m] for p in Plant) >= demand[m]
"""


def transport(plants: int, markets: int, *lines: str) -> Space:
    random = np.random.default_rng(3)
    demand = random.uniform(10, 30, markets)
    arrays = {
        "demand": demand,
        "supply": np.full(plants, 1.3 * demand.sum() / plants),
        "cost": random.uniform(1, 10, (plants, markets)),
    }
    data = Data(sets={"Plant": tuple(range(plants)), "Market": tuple(range(markets))})
    instance = bind(read_notation(TRANSPORT).formulation, data, arrays=arrays)
    return space(instance, [parse_variation(line) for line in lines])


@pytest.fixture
def without_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ascent, "ROWS", 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_bounds_never_cross_known_optima(seed: int, without_factors: None) -> None:
    found = campaign("LP", 40, seed)
    assert found["crossings"] == found["false_rays"] == 0


def test_it_comes_close_to_the_ascent_with_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    own = transport(6, 10, "demand: 90%..110%", "cost: 90%..110%")
    problems = of_members(own.family, draw(own, 6, 0))
    box = problems.box()
    dense = problems.bounds(ascend(problems.batch, box).duals, None, box)
    monkeypatch.setattr(ascent, "ROWS", 0)
    found = ascend(problems.batch, box)
    assert found.converged.all()
    np.testing.assert_allclose(problems.bounds(found.duals, None, box), dense, rtol=2e-3)


def test_a_good_start_is_never_made_worse(without_factors: None) -> None:
    own = transport(4, 7, "demand: 90%..110%")
    problems = of_members(own.family, draw(own, 3, 1))
    box = problems.box()
    start = ascend(problems.batch, box).duals
    again = ascend(problems.batch, box, start=start, steps=1)
    assert (problems.bounds(again.duals, None, box) >= problems.bounds(start, None, box) - 1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_sparse_and_dense_products_agree(seed: int) -> None:
    torch, batch = load_torch(), random_batch(seed)
    box = implied_box(batch)
    random = np.random.default_rng(seed)
    y, x = random.normal(size=(batch.count, batch.row_count)), random.normal(size=(batch.count, batch.column_count))
    duals = [DualFunction(torch, batch, box, device="cpu", sparse=sparse) for sparse in (True, False)]
    for name, point in (("forward", x), ("backward", y)):
        one, other = (getattr(dual.linear, name)(dual.tensor(point)).numpy() for dual in duals)
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_programs_without_a_feasible_point_are_seen(without_factors: None) -> None:
    own = transport(3, 4, "demand together: 150%..160%")
    problems = of_members(own.family, draw(own, 2, 0))
    assert ascend(problems.batch, problems.box()).refuted.all()


def test_a_proxy_of_many_rows_is_trained_and_answers(without_factors: None) -> None:
    own = transport(5, 12, "demand together: 90%..110%")
    proxy = train(own, Training(samples=16, validation=8, epochs=4, seconds=30.0, device="cpu", layers=(8,)))
    answer = proxy.answer(own.thetas(np.array([[104.0]]))[0])
    assert answer.termination is Termination.OPTIMAL
    assert answer.objective is not None
    bound = proxy.bounds(own.thetas(np.array([[104.0]])))[0]
    assert 0.99 * answer.objective <= bound <= answer.objective * (1 + 1e-9)
