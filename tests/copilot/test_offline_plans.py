"""Choices and plans told by different people, in mails, homework, stories and notes: own texts to their optimum."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.choices.bins import filling
from copilot.formulators.offline.choices.cuts import cut
from copilot.formulators.offline.choices.records import records
from copilot.formulators.offline.choices.roster import rosters
from copilot.formulators.offline.choices.rules import rules
from copilot.formulators.offline.choices.script import script
from copilot.formulators.offline.choices.sequences import Queue, sequence
from copilot.formulators.offline.choices.suppliers import sourcing
from copilot.formulators.offline.narratives.calendar import with_periods
from copilot.formulators.offline.narratives.figures import figures
from copilot.formulators.offline.narratives.words import telling
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = [
    json.loads(line)
    for line in (Path(__file__).parent / "offline_plans.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.highs
@pytest.mark.parametrize("problem", PROBLEMS, ids=[problem["id"] for problem in PROBLEMS])
def test_a_plan_told_in_prose_has_the_optimum_of_its_problem(problem: dict[str, object]) -> None:
    document = OfflineFormulator().formulate(str(problem["question"])).document
    solved = solve_instance(bind(document.formulation, document.data), Options(time_limit=30))
    assert solved.objective == pytest.approx(problem["optimum"], rel=1e-6, abs=1e-6)


NAMED = [
    ("Order A needs the oven for 2 hours, B needs 5 hours and C needs 3 hours.", ["order A", "B", "C"]),
    ("P1 cost 20 return 31, P2 cost 15 return 24, P3 cost 25 return 40.", ["p1", "p2", "p3"]),
    ("The first needs 3 hours and 6 kg, the second 5 and 2, the third 1 and 4.", ["first", "second", "third"]),
    ("Painting takes 4 days, sanding 2 days and waxing 3 days.", ["painting", "sanding", "waxing"]),
]


@pytest.mark.parametrize(("text", "names"), NAMED, ids=[names[0] for _, names in NAMED])
def test_what_the_figures_belong_to_is_named(text: str, names: list[str]) -> None:
    told = script(text)
    assert [" ".join(told.words(name.first, name.last)) for name in records(told)[0].names] == names


def test_two_rules_of_one_sentence_are_read_apart() -> None:
    told = script(
        "The kiln weighs 4 kg and costs 30 dollars, the loom weighs 5 kg and costs 20 dollars, the mill weighs "
        "6 kg and costs 25 dollars. There is no kiln without the loom, and loom and mill exclude each other."
    )
    roster = next(iter(rosters(told)))
    used = frozenset(figure.at for column in roster.columns for figure in column.figures)
    read = {(rule.plus, rule.minus, rule.relation, rule.constant) for rule in rules(told, roster, used).rules}
    assert read == {((0,), (1,), "<=", 0), ((1, 2), (), "<=", 1)}


AIMS = [
    ("so that as few as possible are late", "late_jobs"),
    ("so that the total number of days late is smallest", "late"),
    ("so that the largest delay is as small as possible", "latest"),
]


@pytest.mark.parametrize(("aim", "expected"), AIMS, ids=[expected for _, expected in AIMS])
def test_a_queue_knows_what_is_wanted_of_lateness(aim: str, expected: str) -> None:
    found = sequence(
        script(
            "One lathe, one job at a time. Gear A takes 3 hours and is due in 5 hours, gear B takes 4 hours and is due "
            f"in 6 hours, gear C takes 2 hours and is due in 8 hours. In which order should they be turned {aim}?"
        )
    )
    assert isinstance(found, Queue)
    assert found.aim == expected


def test_lengths_of_other_units_are_cut_in_the_unit_of_the_stock() -> None:
    found = cut(script("From boards of 4 m we cut 30 shelves of 90 cm and 18 of 120 cm. How few boards are needed?"))
    assert found is not None
    assert [count.value for count, _ in found.orders] == [30, 18]
    assert found.stock.value == 4


def test_one_bin_is_no_several_bins() -> None:
    told = script("My bag holds 9 kg. The kiln weighs 4 kg and is worth 30, the loom 5 kg and 20. Take the most value.")
    assert filling(told) is None


def test_a_need_beyond_all_sources_is_not_read() -> None:
    told = script(
        "I need 900 chairs. Kern asks 2 euros per chair plus 50 euros for delivery and has 100 chairs, Lang asks 3 "
        "euros per chair plus 20 euros for delivery and has 200 chairs, Moser asks 4 euros per chair plus 10 euros for "
        "delivery and has 300 chairs. What is cheapest?"
    )
    assert sourcing(told) is None


CALENDARS = [
    ("We need 20 in May, 35 in June and 40 in July. In April we have 15.", 3),
    ("We need 20 in May. We need 35 in June. We need 40 in July.", 3),
    ("5 on Monday, 4 on Tuesday, 6 on Wednesday, 5 on Thursday, 8 on Friday, 10 on Saturday and 9 on Sunday. "
     "A guard works five consecutive days.", 7),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count"), CALENDARS, ids=["month before", "months apart", "consecutive days"])
def test_the_periods_of_a_plan_are_those_it_is_made_for(text: str, count: int) -> None:
    calendar = with_periods(telling(text))[1]
    assert calendar is not None
    assert calendar.count == count


def test_several_figures_of_each_period_are_rows() -> None:
    told, calendar = with_periods(telling("January brings in 8 and costs 15, February brings in 10 and costs 14."))
    assert calendar is not None
    assert [figure.values for figure in figures(told, calendar.count)] == [(8, 10), (15, 14)]
