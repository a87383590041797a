"""Sessions: history without loss, differences in meaning, files that survive crashes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.changes import changes
from copilot.formulators.draft import Draft, Question
from copilot.session import Session, SessionFileError, load_session, parse_session, save_session
from copilot.store import Store, default_store
from copilot.studies import Told
from copilot.summary import SolutionSummary, finite
from formulations.formulation import Constraint, Data, Document, Formulation, Objective, Parameter, Set, Variable
from solvers.solution import Termination

NOON = datetime(2030, 5, 1, 12, 0, tzinfo=UTC)


def garden(*, beds: float = 10, rule: str = "sum(plant[c] for c in Crop) <= beds") -> Document:
    return Document(
        formulation=Formulation(
            name="Garden",
            sets=(Set(name="Crop"),),
            parameters=(Parameter(name="yield_of", indices=("Crop",)), Parameter(name="beds")),
            variables=(Variable(name="plant", indices=("Crop",), domain="integer", lower="0"),),
            objective=Objective(name="harvest", sense="maximize", expression="sum(yield_of[c]*plant[c] for c in Crop)"),
            constraints=(Constraint(name="space", expression=rule),),
        ),
        data=Data(
            sets={"Crop": ("bean", "leek")},
            parameters={"yield_of": (("bean", 3.0), ("leek", 2.0)), "beds": beds},
        ),
    )


def drafted(document: Document | None = None) -> Draft:
    question = Question(text="May a bed stay empty?", default="yes")
    return Draft(document=document or garden(), questions=(question,), confidence=0.8, formulator="offline")


def begun() -> Session:
    return Session(text="A garden has 10 beds.").drafted(drafted(), at=NOON)


def solution(objective: float) -> SolutionSummary:
    return SolutionSummary(
        termination=Termination.OPTIMAL,
        objective=objective,
        values={"plant['bean']": 10.0, "plant['leek']": 0.0},
        solver="highs",
        seconds=0.01,
        max_violation=0.0,
    )


def test_a_session_goes_from_text_to_draft_to_edit_to_solution() -> None:
    session = begun().edited(garden(beds=12), at=NOON + timedelta(minutes=1)).solved(solution(36.0))
    assert [version.author for version in session.versions] == ["offline", "user"]
    assert session.versions[1].note == "changed beds"
    assert session.versions[0].document.text == "A garden has 10 beds."
    assert session.solution == solution(36.0)
    assert session.versions[0].solution is None
    assert session.draft == drafted()


def test_undo_and_redo_walk_the_history_and_an_edit_after_an_undo_loses_nothing() -> None:
    session = begun().edited(garden(beds=12), at=NOON).edited(garden(beds=14), at=NOON)
    back = session.undone().undone()
    assert back.current == 0
    assert not back.can_undo
    assert back.undone() == back
    assert back.redone().redone() == session
    branch = back.edited(garden(beds=20), at=NOON)
    assert branch.current == 3
    assert branch.undone().current == 0
    assert [version.document.data.parameters["beds"] for version in branch.versions] == [10, 12, 14, 20]
    assert branch.at_version(2).document == garden(beds=14)


def test_an_edit_that_changes_nothing_makes_no_version() -> None:
    session = begun().edited(garden(beds=12), at=NOON)
    assert session.edited(garden(beds=12), at=NOON) is session


def test_each_version_keeps_its_objective() -> None:
    session = begun().solved(solution(30.0)).edited(garden(beds=12), at=NOON)
    assert session.solution is None
    session = session.solved(solution(36.0))
    assert [version.solution.objective for version in session.versions if version.solution] == [30.0, 36.0]
    assert session.undone().solution == solution(30.0)


def without(document: Document, name: str) -> Document:
    kept = tuple(item for item in document.formulation.constraints if item.name != name)
    return document.model_copy(update={"formulation": document.formulation.model_copy(update={"constraints": kept})})


DIFFERENCES = {
    "spelling alone": (garden(rule="sum( plant[c]  for c in Crop )<=beds"), []),
    "a number": (garden(beds=12), ["changed data beds: 10 → 12"]),
    "a rule": (
        garden(rule="sum(plant[c] for c in Crop) == beds"),
        [
            "changed constraint space: expression: sum(plant[c] for c in Crop) <= beds → "
            "sum(plant[c] for c in Crop) == beds"
        ],
    ),
    "a rule less": (without(garden(), "space"), ["removed constraint space"]),
    "another member": (
        garden().model_copy(update={"data": Data(sets={"Crop": ("leek", "kale")}, parameters={})}),
        [
            "changed data Crop: added kale; removed bean",
            "changed data yield_of: bean: 3 → none; leek: 2 → none",
            "changed data beds: 10 → none",
        ],
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_differences_are_told_by_element(case: str) -> None:
    after, expected = DIFFERENCES[case]
    assert [str(change) for change in changes(garden(), after)] == expected


def test_a_session_compares_its_versions() -> None:
    session = begun().edited(without(garden(), "space"), at=NOON)
    assert [str(change) for change in session.difference(0, 1)] == ["removed constraint space"]
    assert [str(change) for change in session.difference(1, 0)] == ["added constraint space"]


def test_a_session_file_opens_again_as_it_was(tmp_path: Path) -> None:
    session = begun().edited(garden(beds=12), at=NOON).solved(solution(36.0)).undone()
    path = tmp_path / "new folder" / "garden.session.json"
    save_session(session, path)
    assert load_session(path) == session
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.just("undo"), st.just("redo"), st.just("solve"), st.integers(1, 9)), max_size=12))
def test_any_walk_keeps_every_version_and_survives_the_file(steps: list[str | int]) -> None:
    session = begun()
    for step in steps:
        before = session.versions
        match step:
            case "undo":
                session = session.undone()
            case "redo":
                session = session.redone()
            case "solve":
                session = session.solved(solution(1.0))
            case int():
                session = session.edited(garden(beds=step), at=NOON)
        documents = [version.document for version in session.versions]
        assert documents[: len(before)] == [version.document for version in before]
    assert parse_session(session.model_dump_json()) == session


WALK = st.lists(st.one_of(st.just("undo"), st.just("solve"), st.integers(1, 5)), max_size=6)


def walked(session: Session, steps: list[str | int]) -> Session:
    for step in steps:
        match step:
            case "undo":
                session = session.undone()
            case "solve":
                session = session.solved(solution(1.0))
            case int():
                session = session.edited(garden(beds=step), at=NOON)
    return session


def steps_of(session: Session) -> list[tuple[Document | None, Document, bool]]:
    """Every version as its document, what it was made from and whether it is solved."""
    return [
        (
            None if version.parent is None else session.versions[version.parent].document,
            version.document,
            version.solution is not None,
        )
        for version in session.versions
    ]


@settings(max_examples=40, deadline=None)
@given(WALK, WALK, WALK)
def test_two_sessions_that_parted_join_without_losing_a_version(
    common: list[str | int], here: list[str | int], there: list[str | int]
) -> None:
    begin = walked(begun(), common)
    one, other = walked(begin, here), walked(begin, there)
    both = one.joined(other)
    assert parse_session(both.model_dump_json()) == both, "what is joined is a session"
    assert both.document == one.document
    kept = steps_of(both)
    for before, after, solved in (*steps_of(one), *steps_of(other)):
        assert (before, after, True) in kept or (before, after, solved) in kept
    assert both.joined(other) == both
    assert one.joined(one) == one


def test_a_study_follows_its_version_into_a_joined_session() -> None:
    one = begun().edited(garden(beds=12), at=NOON)
    told = Told(kind="worth", question="what the numbers are worth")
    other = begun().edited(garden(beds=13), at=NOON).studied(told, at=NOON)
    both = one.joined(other)
    (study,) = both.studies
    assert both.versions[study.version].document == garden(beds=13)
    assert both.document == garden(beds=12)


def test_a_store_tells_whether_what_it_holds_is_what_was_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.revision("garden") == ""
    name = store.save(begun(), "garden")
    first = store.revision(name)
    store.save(begun(), name)
    assert store.revision(name) == first, "the same content is the same revision"
    store.save(begun().edited(garden(beds=12), at=NOON), name)
    assert store.revision(name) not in ("", first)
    store.delete(name)
    assert store.revision(name) == ""


DAMAGES = {
    "cut off": (lambda text: text[:200], "is damaged (line"),
    "another file": (lambda text: '{"formulation": {}}', "is not a session file"),
    "a list": (lambda text: "[1, 2]", "is not a session file"),
    "nested without end": (lambda text: "[" * 100_000, "is damaged"),
    "a newer format": (lambda text: text.replace('"format_version":2', '"format_version":3'), "newer program"),
    "a missing version": (lambda text: text.replace('"current":0', '"current":7'), "no version 7"),
    "a strange status": (lambda text: text.replace('"author":"offline"', '"author":5'), "versions.0.author"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_session_is_told_where(case: str) -> None:
    damage, words = DAMAGES[case]
    with pytest.raises(SessionFileError) as caught:
        parse_session(damage(begun().model_dump_json()), name="garden")
    assert words in str(caught.value)
    assert str(caught.value).startswith("garden ")


def test_a_failed_save_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "garden.session.json"
    save_session(begun(), path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionFileError, match="No space left"):
        save_session(begun().edited(garden(beds=12), at=NOON), path)
    assert load_session(path) == begun()
    assert list(tmp_path.iterdir()) == [path]


def test_files_that_are_no_sessions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for name, words in (("picture", "is not text"), ("nothing", "No such file")):
        with pytest.raises(SessionFileError, match=words):
            load_session(tmp_path / name)


def test_a_store_lists_what_it_holds_and_what_is_damaged(tmp_path: Path) -> None:
    store = Store(tmp_path / "sessions")
    assert store.listing() == ()
    first, second = store.save(begun()), store.save(begun())
    assert (first, second) == ("a-garden-has-10-beds", "a-garden-has-10-beds-2")
    store.path("broken").write_text("{", encoding="utf-8")
    entries = {entry.name: entry for entry in store.listing()}
    assert set(entries) == {first, second, "broken"}
    assert "damaged" in entries["broken"].problem
    assert entries[first].versions == 1
    assert store.load(first) == begun()
    store.save(begun().undone(), first)
    store.delete("broken")
    assert len(store.listing()) == 2


@pytest.mark.parametrize("name", ["../away", "a/b", "", ".hidden", "x" * 200])
def test_a_store_keeps_to_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name for a session"):
        Store(tmp_path).path(name)


def test_the_store_lies_where_the_environment_says(tmp_path: Path) -> None:
    assert default_store({"OPTCOPILOT_SESSIONS": str(tmp_path)}).folder == tmp_path
    assert default_store({"HOME": str(tmp_path)}).folder.is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("number", "shown"), [(None, None), (float("nan"), None), (float("-inf"), None), (-0.0, 0.0), (2.5, 2.5)]
)
def test_json_numbers_are_finite(number: float | None, shown: float | None) -> None:
    assert finite(number) == shown
    assert str(finite(number)) != "-0.0"
