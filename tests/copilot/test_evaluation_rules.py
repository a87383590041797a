"""The accuracy rules, the intervals and the figures of a run."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evaluation.datasets import NO_OPTIMUM
from copilot.evaluation.figures import Scored, figures, score, surest
from copilot.evaluation.intervals import Share, median, quantile, wilson
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.rules import RULES, objective, original, strict, tolerance
from copilot.evaluation.sample import Sample, Target
from solvers.solution import Termination


def outcome(
    value: float | None = None,
    *,
    stage: Stage = Stage.EXECUTED,
    termination: Termination | None = None,
    values: dict[str, float] | None = None,
    confidence: float = 0.5,
    id: str = "s",
    kind: str = "k",
) -> Outcome:
    if termination is None and value is not None:
        termination = Termination.OPTIMAL
    return Outcome(
        dataset="d", id=id, kind=kind, stage=stage, termination=termination, value=value, values=values or {},
        confidence=confidence, notation="" if stage is Stage.REFUSED else "minimize f: x",
    )  # fmt: skip


def sample(answer: float | None, **target: object) -> Sample:
    return Sample("s", "q", Target(answer=answer, **target))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "value", "by_objective", "by_strict"),
    [
        (100.0, 100.0, True, True),
        (100.0, 100.009, True, False),
        (100.0, 100.02, False, False),
        (0.33, 0.3333, True, False),
        (0.33, 0.3433, False, False),
        (0.333, 0.3334, False, False),
        (12.5, 12.507, True, False),
        (0.0, 1e-10, True, True),
        (0.0, 1e-3, False, False),
        (1e9, 1e9 + 500.0, True, True),
        (-40.0, 40.0, False, False),
        (100.0, None, False, False),
    ],
)
def test_values_are_compared_with_the_tolerance_of_each_rule(
    answer: float, value: float | None, by_objective: bool, by_strict: bool
) -> None:
    assert objective(sample(answer), outcome(value)) is by_objective
    assert strict(sample(answer), outcome(value)) is by_strict


def test_alternatives_count_for_the_objective_rule_alone() -> None:
    either = sample(10.0, alternatives=(12.0,))
    assert objective(either, outcome(12.0))
    assert not strict(either, outcome(12.0))


@pytest.mark.parametrize(
    ("status", "termination", "right"),
    [
        ("infeasible", Termination.INFEASIBLE, True),
        ("infeasible", Termination.UNBOUNDED, False),
        ("infeasible", Termination.NUMERICAL_ERROR, False),
        ("unbounded", Termination.UNBOUNDED, True),
        ("unbounded", Termination.OPTIMAL, False),
        ("ill-posed", Termination.UNBOUNDED, True),
        ("missing data", Termination.INFEASIBLE, False),
        (NO_OPTIMUM, Termination.INFEASIBLE, True),
        ("", Termination.INFEASIBLE, False),
    ],
)
def test_where_there_is_no_optimum_the_status_counts(status: str, termination: Termination, right: bool) -> None:
    for rule in (objective, strict):
        assert rule(sample(None, status=status), outcome(termination=termination)) is right


@pytest.mark.parametrize("status", ["ill-posed", "missing data", "infeasible", "unbounded"])
def test_a_refusal_is_never_right(status: str) -> None:
    assert not objective(sample(None, status=status), outcome(stage=Stage.REFUSED))
    assert not objective(sample(5.0), outcome(stage=Stage.REFUSED))


@pytest.mark.parametrize(
    ("listed", "value", "values", "right"),
    [
        ({"bowls": 20.0, "earnings": 80.0}, 80.0, {"make['bowl']": 20.0, "make['plate']": 0.0}, True),
        ({"bowls": 20.0, "earnings": 80.0}, 80.0, {"make['bowl']": 19.999, "make['plate']": 0.0}, False),
        ({"bowls": 20.0, "plates": 20.0, "earnings": 80.0}, 80.0, {"x": 20.0}, False),
        ({"bowls": 20.0, "plates": 20.00005, "earnings": 80.0}, 80.0, {"x": 20.0, "y": 20.0}, True),
        ({"earnings": 80.0}, None, {}, False),
        ({}, 80.0, {}, None),
    ],
)
def test_the_original_rule_wants_a_value_of_its_own_for_every_listed_result(
    listed: dict[str, float], value: float | None, values: dict[str, float], right: bool | None
) -> None:
    assert original(sample(80.0, listed=listed), outcome(value, values=values)) is right


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.randoms())
@settings(max_examples=80, deadline=None)
def test_the_original_rule_finds_any_order_of_the_same_numbers(numbers: list[float], random: object) -> None:
    shuffled = numbers[1:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    listed = {str(number): value for number, value in enumerate(numbers)}
    values = {str(number): value for number, value in enumerate(shuffled)}
    assert original(sample(1.0, listed=listed), outcome(numbers[0], values=values))


@pytest.mark.parametrize(
    ("answer", "expected"), [(1000.0, 0.1), (1.25, 0.01), (1.5, 0.01), (1.125, 1.125e-4), (0.0, 1e-9)]
)
def test_the_tolerance_is_relative_or_a_cent(answer: float, expected: float) -> None:
    assert math.isclose(tolerance(answer), expected)


def test_wilson_intervals_agree_with_the_textbook() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)
    assert Share(0, 0).value is None


@given(st.integers(1, 500), st.floats(0, 1))
@settings(max_examples=100, deadline=None)
def test_an_interval_holds_its_share(n: int, part: float) -> None:
    share = Share(round(part * n), n)
    low, high = share.interval
    assert share.value is not None
    assert 0.0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1.0


def test_quantiles_are_linear_in_between() -> None:
    assert (median([3.0, 1.0, 2.0]), median([1.0, 2.0]), quantile([0.0, 10.0], 0.95), median([])) == (
        2.0,
        1.5,
        9.5,
        0.0,
    )


def scored(rights: list[tuple[bool, float]]) -> list[Scored]:
    return [
        score(sample(1.0), outcome(1.0 if right else 2.0, confidence=confidence, id=str(number)))
        for number, (right, confidence) in enumerate(rights)
    ]


def test_the_surest_are_counted_first_and_ties_in_proportion() -> None:
    entries = scored([(True, 0.9), (False, 0.5), (True, 0.5), (False, 0.1)])
    assert surest(entries, 1) == Share(1.0, 1)
    assert surest(entries, 2) == Share(1.5, 2)
    assert surest(entries, 4) == Share(2.0, 4)
    assert surest(entries[::-1], 2) == surest(entries, 2)
    assert surest([], 3) == Share(0.0, 0)


def test_refused_samples_are_the_least_sure() -> None:
    refused = score(sample(1.0), outcome(stage=Stage.REFUSED, confidence=0.0))
    entries = [refused, *scored([(True, 0.0)])]
    assert surest(entries, 1) == Share(1.0, 1)


def test_the_figures_add_up() -> None:
    entries = [
        *scored([(True, 0.9), (False, 0.5)]),
        score(sample(1.0), outcome(stage=Stage.REFUSED, kind="other")),
        score(sample(1.0), outcome(stage=Stage.INVALID, kind="other")),
        score(sample(1.0), outcome(stage=Stage.TIMED_OUT, kind="other")),
        score(sample(1.0), outcome(stage=Stage.UNSOLVED, kind="other")),
    ]
    found = figures(entries)
    assert found["n"] == 6
    assert found["accuracy"] == {
        "objective": round(1 / 6, 4),
        "strict_1e-6": round(1 / 6, 4),
        "original_optibench": None,
    }
    assert found["refused"] == 1
    assert found["validity"] == 0.5
    assert found["execution"] == round(2 / 6, 4)
    assert found["stages"] == {"refused": 1, "invalid": 1, "unsolved": 1, "executed": 2, "timed_out": 1}
    assert set(found["by_kind"]) == {"k", "other"}  # type: ignore[call-overload]
    assert list(RULES) == list(found["accuracy"])  # type: ignore[call-overload]


def test_figures_of_nothing_are_no_numbers() -> None:
    found = figures([])
    assert (found["n"], found["validity"], found["tokens"]) == (
        0,
        None,
        {"prompt": None, "completion": None, "mean": None},
    )
