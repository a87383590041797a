"""Scenarios: what varies, which are asked, and that every answer is the one a fresh solve would give."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.data import Instance, bind
from formulations.dependence import Affine
from formulations.files import read_notation
from formulations.ground import ground
from solvers.answers import Answer
from solvers.crew import CrewEngine
from solvers.designs import DesignError, grid, hypercube, table, tornado
from solvers.dispatch import solve
from solvers.ordering import nearest_neighbor_order
from solvers.scenarios import Sweep, sweep, tornado_bars
from solvers.solution import Termination
from solvers.spaces import Space, space
from solvers.variations import (
    Normal,
    Range,
    Triangular,
    Values,
    Variation,
    VariationError,
    parse_variation,
)

GALLERY = Path(__file__).resolve().parents[2] / "assets" / "gallery"

TRANSPORT = """
set Plant
set City
parameter supply[Plant]
parameter demand[City]
parameter cost[Plant, City]
parameter open_cost = 3
variable ship[Plant, City] >= 0
variable open[Plant] {domain}
minimize total: sum(cost[p, c]*ship[p, c] for p in Plant for c in City) + sum(open_cost*open[p] for p in Plant)
constraint capacity for p in Plant: sum(ship[p, c] for c in City) <= supply[p]*open[p]
constraint served for c in City: sum(ship[p, c] for p in Plant) >= demand[c]
data
set Plant = east, west
set City = 1, 2, 3
parameter supply = east: 60, west: 50
parameter demand = 1: 20, 2: 25, 3: 15
parameter cost = (east, 1): 4, (east, 2): 6, (east, 3): 9, (west, 1): 5, (west, 2): 3, (west, 3): 8
parameter open_cost = 30
"""


def instance(text: str = TRANSPORT, *, domain: str = ">= 0 <= 1") -> Instance:
    document = read_notation(text.format(domain=domain).replace("parameter open_cost = 3\n", "parameter open_cost\n"))
    return bind(document.formulation, document.data)


def turned(*lines: str, domain: str = ">= 0 <= 1") -> Space:
    return space(instance(domain=domain), [parse_variation(line) for line in lines])


# -- what varies ----------------------------------------------------------------------------------------------------

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
DISTRIBUTIONS = st.one_of(
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: Range(low=min(ends), high=max(ends))),
    st.builds(Normal, mean=NUMBERS, deviation=st.floats(0, 1e6)),
    st.lists(NUMBERS, min_size=3, max_size=3).map(
        lambda own: Triangular(low=sorted(own)[0], mode=sorted(own)[1], high=sorted(own)[2])
    ),
    st.lists(NUMBERS, min_size=1, max_size=5).map(lambda own: Values(values=tuple(own))),
)
MEMBERS = st.one_of(st.none(), st.integers(-99, 99), st.from_regex(r"[a-z][a-z0-9 _.-]{0,8}", fullmatch=True))
VARIATIONS = st.builds(
    Variation,
    parameter=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    index=st.lists(MEMBERS, max_size=3).map(tuple),
    together=st.booleans(),
    relative=st.booleans(),
    distribution=DISTRIBUTIONS,
)


@given(VARIATIONS)
@settings(max_examples=200, deadline=None)
def test_a_variation_comes_back_from_its_text_and_from_json(variation: Variation) -> None:
    assert parse_variation(str(variation)) == variation
    assert Variation.model_validate_json(variation.model_dump_json()) == variation


@given(st.text(alphabet="demand[]'*,.:%+-() 0123456789normal", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_variation_or_an_error(text: str) -> None:
    with suppress(VariationError):
        assert parse_variation(str(parse_variation(text))) == parse_variation(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("demand", "a colon and a distribution"),
        ("demand: 5..1", "write the smaller number first"),
        ("demand: 1..2%", "in percent, or none"),
        ("demand: normal(1)", "normal(mean, deviation)"),
        ("demand: beta(1, 2)", "normal(mean, deviation)"),
        ("demand: many", "'many' is not a number"),
        ("demand[]: 1..2", "the brackets are empty"),
        ("demand: +-3", "+- is for shares"),
        ("demand: 1..2..3", "a range has two ends"),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, reason: str) -> None:
    with pytest.raises(VariationError) as caught:
        parse_variation(text)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["nothing: 1..2"], "'nothing' is not a parameter"),
        (["demand[4]: 1..2"], "'demand' has no member 4 at position 1"),
        (["cost[east]: 1..2"], "'cost' has 2 indices, but 1 are given"),
        (["cost[eats, 1]: 1..2"], "did you mean 'east'?"),
        (["demand: 1..2", "demand[2]: 3..4"], "demand[2] varies twice"),
    ],
)
def test_what_does_not_fit_the_data_is_explained(lines: list[str], reason: str) -> None:
    with pytest.raises(VariationError) as caught:
        turned(*lines)
    assert reason in str(caught.value)


@given(DISTRIBUTIONS, st.lists(st.floats(0, 1), min_size=2, max_size=20))
@settings(max_examples=200, deadline=None)
def test_quantiles_grow_with_their_shares(
    distribution: Range | Normal | Triangular | Values, shares: list[float]
) -> None:
    if isinstance(distribution, Values):
        distribution = Values(values=tuple(sorted(distribution.values)))
    found = distribution.quantile(np.array(sorted(shares)))
    assert (np.diff(found) >= -1e-6 * np.abs(found).max()).all()
    if not isinstance(distribution, Normal):
        assert found.min() >= distribution.ends[0] - 1e-6
        assert found.max() <= distribution.ends[1] + 1e-6


def test_factors_turn_the_entries_they_name() -> None:
    own = turned("demand[2]: 50%..150%", "supply together: 80%..120%", "cost[*, 3] together: 1..9", "open_cost: 10, 20")
    assert own.labels == ("demand[2]", "supply together (%)", "cost[*, 3] together", "open_cost")
    np.testing.assert_allclose(own.base, [25, 100, 8.5, 30])
    np.testing.assert_allclose(own.low, [12.5, 80, 1, 10])
    np.testing.assert_allclose(own.high, [37.5, 120, 9, 20])
    parts = own.family.parameters(own.thetas(np.array([[30.0, 90.0, 2.0, 20.0]]))[0])
    np.testing.assert_allclose(parts["demand"], [20, 30, 15])
    np.testing.assert_allclose(parts["supply"], [54, 45])
    np.testing.assert_allclose(parts["cost"], [[4, 6, 2], [5, 3, 2]])
    assert parts["open_cost"] == 20


# -- which scenarios ------------------------------------------------------------------------------------------------


def test_a_tornado_turns_one_factor_at_a_time() -> None:
    design = tornado(turned("demand: 90%..110%", "supply together: 80%..120%"))
    assert design.names[:3] == ("as given", "demand[1] low", "demand[1] high")
    changed = (design.thetas != design.family.base).sum(axis=1)
    np.testing.assert_array_equal(changed, [0, 1, 1, 1, 1, 1, 1, 2, 2])
    np.testing.assert_allclose(design.thetas[7, 3:], [48, 40])


def test_a_grid_has_all_combinations() -> None:
    design = grid(turned("demand[1]: 10..20", "open_cost: 5, 6"), 3)
    np.testing.assert_allclose(design.values, [[10, 5], [10, 6], [15, 5], [15, 6], [20, 5], [20, 6]])


def test_a_hypercube_meets_every_slice_once_and_repeats_with_its_seed() -> None:
    own = turned("demand: 90%..110%", "supply together: 80%..120%")
    design = hypercube(own, 10, seed=3)
    slices = np.floor((design.values - own.low) / (own.high - own.low) * 10).astype(int)
    for column in slices.T:
        assert sorted(column) == list(range(10))
    np.testing.assert_array_equal(design.values, hypercube(own, 10, seed=3).values)
    assert (design.values != hypercube(own, 10, seed=4).values).any()


def test_a_table_has_a_scenario_for_each_row() -> None:
    frame = pd.DataFrame({"scenario": ["dry", "wet"], "demand[2]": [30, None], "open_cost": [1.5, 2.5]})
    design = table(instance(), frame)
    assert design.names == ("dry", "wet")
    np.testing.assert_allclose(design.thetas, [[20, 30, 15, 1.5], [20, 25, 15, 2.5]])


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pd.DataFrame({"scenario": ["a"]}), "is empty"),
        (pd.DataFrame({"demnad": [1]}), "'demnad' is not a parameter"),
        (pd.DataFrame({"demand": [1]}), "one column for each, such as demand[1]"),
        (pd.DataFrame({"demand[1]": ["many"]}), "column demand[1], row 1: 'many' is not a finite number"),
    ],
)
def test_a_table_that_does_not_fit_is_explained(frame: pd.DataFrame, reason: str) -> None:
    with pytest.raises(DesignError) as caught:
        table(instance(), frame)
    assert reason in str(caught.value)


def test_too_many_scenarios_are_refused_before_they_are_made() -> None:
    with pytest.raises(DesignError, match="too many"):
        grid(turned("demand: 90%..110%", "cost: 90%..110%"), 9)


@given(st.integers(0, 40), st.integers(0, 12), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_an_order_has_every_scenario_once(count: int, width: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(count, width))
    assert sorted(nearest_neighbor_order(points)) == list(range(count))


# -- answers --------------------------------------------------------------------------------------------------------


def assert_like_fresh_solves(found: Sweep) -> None:
    """Statuses and objectives as if every scenario were grounded and solved by itself."""
    own = found.design.family
    for theta, answer in zip(found.design.thetas, found.answers, strict=True):
        expected = solve(ground(own.member(theta)))
        assert answer is not None
        assert answer.termination is expected.termination, answer.note
        assert answer.source == "exact"
        if expected.objective is not None:
            assert answer.objective == pytest.approx(expected.objective, rel=1e-6, abs=1e-6)


DESIGNS = {
    "costs": ("cost: 50%..150%",),
    "right-hand sides": ("demand: 50%..150%",),
    "coefficients and costs": ("supply: 40%..160%", "open_cost: 0..100"),
    "some infeasible": ("demand together: 50%..250%",),
}


@pytest.mark.parametrize("domain", [">= 0 <= 1", "binary"])
@pytest.mark.parametrize("case", DESIGNS)
def test_a_warm_solver_answers_as_fresh_solves_do(case: str, domain: str) -> None:
    found = sweep(hypercube(turned(*DESIGNS[case], domain=domain), 12))
    assert found.complete
    assert_like_fresh_solves(found)
    statuses = {answer.termination for answer in found.answers if answer}
    assert (Termination.INFEASIBLE in statuses) == (case == "some infeasible")


CURVED = """
set I
parameter target[I]
parameter weight
variable x[I] >= 0 <= 9
minimize miss: sum((x[i] - target[i])**2 for i in I) + weight*x['a']
constraint total: sum(x[i] for i in I) <= 5
data
set I = a, b
parameter target = a: 3, b: 4
parameter weight = 1
"""


@pytest.mark.parametrize("line", ["weight: 0..4", "target: 50%..150%"])
def test_convex_programs_and_those_that_must_be_grounded_anew_are_answered_too(line: str) -> None:
    own = space(instance(CURVED), [parse_variation(line)])
    assert (own.family.dependence is None) == line.startswith("target")
    assert_like_fresh_solves(sweep(hypercube(own, 6)))


@pytest.mark.parametrize("file", ["transport.opt", "lot-sizing.opt", "warehouses.opt", "diet.opt", "discounts.opt"])
def test_gallery_models_are_swept_as_fresh_solves_say(file: str) -> None:
    document = read_notation((GALLERY / file).read_text())
    own = bind(document.formulation, document.data)
    names = [parameter.name for parameter in own.formulation.parameters][-2:]
    assert_like_fresh_solves(sweep(hypercube(space(own, [parse_variation(f"{name}: +-15%") for name in names]), 4)))


def test_a_frame_tells_factors_and_outcomes() -> None:
    found = sweep(tornado(turned("demand together: 50%..250%")))
    frame = found.frame()
    assert list(frame.columns) == [
        "scenario", "demand together (%)", "status", "objective", "bound", "gap", "source", "seconds", "note",
    ]  # fmt: skip
    assert list(frame["status"]) == ["optimal", "optimal", "infeasible"]
    assert frame["objective"].isna().tolist() == [False, False, True]
    assert (frame["gap"].dropna() < 1e-9).all()
    assert found.values().shape == (3, 8)


def test_bars_are_sorted_by_their_swing() -> None:
    bars = tornado_bars(sweep(tornado(turned("demand: 90%..110%", "cost together: 50%..150%"))))
    assert bars[0].label == "cost together (%)"
    swings = [bar.swing for bar in bars]
    assert swings == sorted(swings, reverse=True)
    with pytest.raises(ValueError, match="tornado design"):
        tornado_bars(sweep(grid(turned("open_cost: 1..2"), 2)))


def test_worker_processes_give_the_same_answers() -> None:
    design = hypercube(turned("demand: 50%..150%", "supply together: 70%..130%"), 16)
    alone, crew = sweep(design), sweep(design, jobs=2)
    for one, other in zip(alone.answers, crew.answers, strict=True):
        assert one is not None
        assert other is not None
        assert one.termination is other.termination
        assert one.objective == pytest.approx(other.objective)
    np.testing.assert_allclose(alone.values().shape, crew.values().shape)


class _Fatal:
    """A question that ends whoever answers it."""

    def answerer(self) -> None:
        os._exit(3)


def test_a_worker_that_ends_on_its_last_scenario_takes_no_other_with_it() -> None:
    answers = dict(CrewEngine(2).answers(_Fatal(), np.zeros((3, 1)), [0, 1, 2]))
    assert sorted(answers) == [0, 1, 2]
    assert all("ended with code 3" in answer.note for answer in answers.values())


def test_a_sweep_stops_when_its_listener_says_so() -> None:
    found = sweep(hypercube(turned("demand: 50%..150%"), 10), on_answer=lambda place, answer: True)
    assert not found.complete
    assert sum(answer is not None for answer in found.answers) == 1
    assert (found.frame()["status"] == "not asked").sum() == 9


def test_first_answers_are_kept_and_the_rest_is_solved() -> None:
    design = hypercube(turned("demand: 50%..90%"), 6)
    guess = Answer(
        termination=Termination.FEASIBLE, limit=None, objective=2.0, bound=1.0, values=None, source="proxy", seconds=0.0
    )

    def first(thetas: np.ndarray) -> list[Answer | None]:
        return [guess if number % 2 else None for number in range(len(thetas))]

    frame = sweep(design, first=first).frame()
    assert list(frame["source"]) == ["exact", "proxy"] * 3
    assert list(frame["gap"])[1] == 0.5


def test_a_member_without_a_value_is_told_and_the_others_are_answered() -> None:
    text = CURVED.replace("weight*x['a']", "x['a']/weight")
    found = sweep(grid(space(instance(text), [parse_variation("weight: 0, 1")])))
    assert found.answers[0] is not None
    assert "check for a division by zero" in found.answers[0].note
    assert found.answers[1] is not None
    assert found.answers[1].termination is Termination.OPTIMAL


def test_a_plan_that_is_no_plan_as_written_is_refused() -> None:
    design = hypercube(turned("demand: 50%..90%"), 1)
    maps = design.family.dependence
    assert maps is not None
    # Maps that are wrong: every right-hand side as if there were no demand.
    unasked = Affine(np.where(np.isfinite(maps.row_lower.constant), 0.0, -np.inf), maps.row_lower.slopes * 0)
    planted = replace(design, family=replace(design.family, dependence=replace(maps, row_lower=unasked)))
    answer = sweep(planted).answers[0]
    assert answer is not None
    assert answer.termination is Termination.NUMERICAL_ERROR
    assert "as written" in answer.note
