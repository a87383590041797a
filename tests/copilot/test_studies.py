"""Kept studies are plain data: they survive files, know their version, and say when they no longer hold."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.compiled import compile_document
from copilot.exploring import Explorer, explorer
from copilot.session import Session, load_session, parse_session, save_session
from copilot.studies import MOST_CELLS, Figure, Sheet, Told, sheet
from copilot.what_ifs import front_told, scenarios_told, settings_told, tornado_told, why_told
from copilot.worth_study import worth_told
from formulations.formulation import Document
from formulations.notation import parse_notation
from solvers.designs import hypercube
from solvers.objectives import parse_objective
from solvers.pareto import pareto
from solvers.scenarios import sweep
from solvers.solver import Options
from solvers.why_not import why_not

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)
CLAY = """
parameter clay in kg
parameter pay in EUR
variable pot >= 0
variable jug >= 0
maximize earnings in EUR: pay*pot + 5*jug
constraint enough: 2*pot + 3*jug <= clay
constraint shelf: pot <= 30
data
parameter clay = 90
parameter pay = 4
"""


def clay(amount: float = 90) -> Document:
    return parse_notation(CLAY.replace("clay = 90", f"clay = {amount:g}"))


def told(question: str = "why not") -> Told:
    return Told(kind="why not", question=question, sheets={"all": sheet(pd.DataFrame({"a": [1.5]}))})


@pytest.fixture(scope="module")
def found() -> Explorer:
    instance = compile_document(clay()).instance
    assert instance is not None
    return explorer(instance, ["clay: +-20%", "pay: +-20%"])


def every_kind(found: Explorer) -> list[Told]:
    first = settings_told(found, found.ask([95, 4]), None)
    front = pareto(found.instance, [parse_objective("minimize jugs: jug")], points=4)
    return [
        settings_told(found, found.ask([70, 4]), first),
        tornado_told(found, found.tornado()),
        worth_told(found.instance, Options()),
        scenarios_told(found.instance, "drawn", sweep(hypercube(found.space, 5))),
        front_told(front),
        why_told(found.instance, why_not(found.instance, "jug >= 20")),
    ]


def test_every_kind_of_study_survives_a_session_file(found: Explorer, tmp_path: Path) -> None:
    session = Session().edited(clay(), at=NOON)
    for study in every_kind(found):
        session = session.studied(study, at=NOON)
    save_session(session, tmp_path / "s.session.json")
    again = load_session(tmp_path / "s.session.json")
    assert again == session
    assert len(again.studies) == 6
    rows = again.studies_of("settings")[0].told.sheets["kept settings"].rows
    assert [row[:3] for row in rows] == [(1, 95, 4), (2, 70, 4)]
    assert again.studies_of("why not")[0].told.badge == "costs 10"
    assert not any(again.outdated(study) for study in again.studies)


def test_what_numbers_are_worth_is_a_rate_or_what_a_step_does(found: Explorer) -> None:
    told = worth_told(found.instance, Options())
    rates = told.sheets["numbers"].frame().set_index("number")
    # The shelf is full: a kg of clay more is a third of a jug more, a dearer pot is paid for 30 of them.
    assert rates.loc["clay", "rate"] == pytest.approx(5 / 3)
    assert rates.loc["pay", "rate"] == pytest.approx(30)
    assert any("1 kg more raises earnings by 1.66667 EUR" in str(row[0]) for row in told.sheets["in words"].rows)
    whole = compile_document(parse_notation(CLAY.replace("variable pot >= 0", "variable pot integer >= 0"))).instance
    assert whole is not None
    steps = worth_told(whole, Options()).sheets["numbers"].frame().set_index("number")
    assert steps.loc["pay", "objective a step up"] == pytest.approx(200)
    hopeless = compile_document(clay(-5)).instance
    assert hopeless is not None
    assert worth_told(hopeless, Options()).notes == ("There is no optimum to examine.",)


def test_a_study_is_outdated_while_formulation_or_data_differ_and_not_for_another_text() -> None:
    session = Session().edited(clay(), at=NOON).studied(told(), at=NOON)
    (study,) = session.studies
    assert not session.outdated(study)
    edited = session.edited(clay(80), at=NOON)
    assert edited.outdated(study)
    assert not edited.undone().outdated(study)
    retold = session.edited(clay().model_copy(update={"text": "Clay becomes pots."}), at=NOON)
    assert not retold.outdated(study)
    assert Session(studies=()).outdated(study), "without a document nothing holds"


def test_the_same_question_about_the_same_version_is_answered_once() -> None:
    session = Session().edited(clay(), at=NOON).studied(told(), at=NOON).studied(told("other"), at=NOON)
    session = session.studied(told(), at=NOON).edited(clay(80), at=NOON).studied(told(), at=NOON)
    assert [(study.told.question, study.version) for study in session.studies] == [
        ("other", 0), ("why not", 0), ("why not", 1),
    ]  # fmt: skip
    assert session.studies_of("why not")[0].version == 1, "the latest comes first"
    assert len(session.without_study(session.studies[0]).studies) == 2


def test_a_session_without_any_version_has_nothing_to_study() -> None:
    with pytest.raises(ValueError, match="no version"):
        Session().studied(told(), at=NOON)


def test_a_file_of_the_first_format_opens_and_one_with_a_lost_version_says_so() -> None:
    session = Session().edited(clay(), at=NOON)
    old = session.model_dump_json(exclude={"studies"}).replace('"format_version":2', '"format_version":1')
    assert parse_session(old).studies == ()
    broken = session.studied(told(), at=NOON).model_dump_json().replace('"version":0', '"version":7')
    with pytest.raises(ValueError, match="there is no version 7"):
        parse_session(broken)


cells = st.one_of(st.none(), st.floats(), st.text(max_size=5), st.integers(-(10**9), 10**9), st.booleans())


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_any_cells_become_a_sheet_that_json_gives_back(rows: list[tuple[object, object]]) -> None:
    made = sheet(pd.DataFrame(rows, columns=["a", "b"], dtype=object))
    assert Sheet.model_validate_json(made.model_dump_json()) == made
    numbers = [cell for row in made.rows for cell in row if isinstance(cell, float)]
    assert all(math.isfinite(number) and (number == 0 or abs(number) >= 1e-9) for number in numbers)
    assert all(math.copysign(1, number) > 0 for number in numbers if number == 0)


def test_a_long_sheet_keeps_its_beginning_and_says_how_long_it_was() -> None:
    made = sheet(pd.DataFrame({"a": range(MOST_CELLS), "b": range(MOST_CELLS)}))
    assert (len(made.rows), made.total, made.whole) == (MOST_CELLS // 2, MOST_CELLS, False)


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure(label="a", value=-0.0), "0"),
        (Figure(label="a", value=1234567.891, unit="EUR"), "1,234,568 EUR"),
        (Figure(label="a", value=7217.5), "7,217.5"),
        (Figure(label="a", words="no plan"), "no plan"),
        (Figure(label="a"), "unknown"),
    ],
)
def test_figures_are_written_for_people(figure: Figure, shown: str) -> None:
    assert figure.shown == shown
