"""Whatever a person has at hand opens as a session, or says why not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copilot.compiled import compile_document
from copilot.gallery import samples
from copilot.opening import SUFFIXES, open_document, open_session
from copilot.session import Session, SessionFileError, titled
from copilot.summary import restored, summarize
from formulations.exports import EXPORTS
from formulations.reading import FileError
from solvers.dispatch import solve_instance

AT = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLE = next(sample for sample in samples() if sample.slug == "transport")


def contents() -> dict[str, bytes]:
    document = SAMPLE.document()
    session = Session(title="kept").edited(document, at=AT)
    lp, mps = (EXPORTS[name].export(document) for name in ("lp", "mps"))
    assert isinstance(lp, str)
    assert isinstance(mps, str)
    return {
        "a.opt": SAMPLE.notation.encode(),
        "a.json": document.model_dump_json().encode(),
        "a.lp": lp.encode(),
        "a.mps": mps.encode(),
        "a.session.json": session.model_dump_json().encode(),
    }


@pytest.mark.parametrize("name", ["a.opt", "a.json", "a.lp", "a.mps", "a.session.json"])
def test_every_kind_of_file_opens_and_solves_to_the_same_optimum(name: str) -> None:
    assert name.rsplit(".", 1)[-1] in SUFFIXES
    session = open_session(name, contents()[name], at=AT)
    assert session.document is not None
    instance = compile_document(session.document).instance
    assert instance is not None
    assert solve_instance(instance).objective == pytest.approx(SAMPLE.optimum)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.opt", b"variable x >="),
        ("a.json", b"{"),
        ("a.lp", b"nothing of the kind"),
        ("a.mps", b"\xff\xfe\x00binary"),
        ("a.session.json", b'{"format": "optcopilot-session", "versions": 3}'),
    ],
)
def test_a_damaged_file_is_named_with_the_reason(name: str, content: bytes) -> None:
    with pytest.raises((FileError, SessionFileError), match=r"a\.\w+"):
        open_session(name, content, at=AT)


def test_the_program_of_a_file_is_there_to_be_compared() -> None:
    opened = open_document("a.mps", contents()["a.mps"])
    assert opened.program is not None
    assert compile_document(opened.document).program is not None


def test_a_solution_kept_in_a_session_comes_back_under_the_same_labels_only() -> None:
    compiled = compile_document(SAMPLE.document())
    assert compiled.instance is not None
    assert compiled.program is not None
    solution = solve_instance(compiled.instance)
    back = restored(summarize(solution, compiled.program), compiled.program)
    assert back is not None
    assert back.values is not None
    assert back.values.tolist() == solution.values.tolist()
    other = next(sample for sample in samples() if sample.slug == "bakery").document()
    program = compile_document(other).program
    assert program is not None
    assert restored(summarize(solution, compiled.program), program) is None


def test_a_session_is_titled_by_its_text_unless_it_has_a_title() -> None:
    assert titled(Session(), "A bakery sells bread. It has flour.") == "A bakery sells bread"
    assert titled(Session(title="Mine", text="A bakery."), "A bakery. ") == "Mine"
    assert titled(Session(title="Mine", text="A bakery."), "A shop sells lamps.") == "A shop sells lamps"
    assert len(titled(Session(), "word " * 100)) < 55
