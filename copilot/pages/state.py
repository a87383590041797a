"""What the pages share: the session in hand, what it compiles to, the running solve, and how to keep them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import cast

import pandas as pd
import streamlit as st

from copilot.compiled import Compiled, compile_document
from copilot.session import Session, SessionFileError
from copilot.settings import Settings, SettingsError, load_settings
from copilot.store import default_store
from copilot.studies import Told
from copilot.summary import restored
from copilot.tables import constraint_table
from copilot.verification import Checks
from formulations.formulation import Document
from formulations.program import Program
from solvers.infeasibility import Diagnosis, Kind, diagnose
from solvers.job import Job
from solvers.proofs import proved
from solvers.sensitivity import NoSensitivityError, Sensitivity, sensitivity
from solvers.solution import Solution, Termination
from solvers.solver import Options
from solvers.verify import verify_instance

#: Seconds for finding the constraints that exclude each other.
DIAGNOSIS_SECONDS = 30.0
#: Columns up to which evidence is looked for at once, and seconds for each look.
MOST_EXAMINED, EVIDENCE_SECONDS = 5000, 1.0


#: What belongs to the session in hand and goes with it; and how the keys of its questions begin.
_OF_SESSION = frozenset(
    {"run", "result", "stored as", "compiled", "editor", "editor of", "selected", "explorer", "study", "hedge"}
)
_ASKED = "ask "


@dataclass(eq=False)
class Run:
    """A solve of one document, and what it reported so far."""

    document: Document
    job: Job
    lines: list[str] = field(default_factory=list)
    progress: list[dict[str, float | str]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    cancelled: bool = False


@dataclass(eq=False)
class Result:
    """The verified solution of one document, and what is worked out from it when a page asks.

    kept: it comes from the session, so that a proof in it is the word of an earlier run.
    """

    document: Document
    program: Program
    solution: Solution
    why: str
    checks: Checks | None = None
    kept: bool = False

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The constraint table of the whole program; empty without a plan."""
        return constraint_table(self.program, self.solution)

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """Why there is no plan; None where there is one, or nobody knows."""
        if self.solution.termination not in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED):
            return None
        return diagnose(self.program, Options(time_limit=DIAGNOSIS_SECONDS))

    @cached_property
    def sensitivity(self) -> Sensitivity | str:
        """Shadow prices with ranges, or why there are none."""
        try:
            return sensitivity(self.program, self.solution)
        except NoSensitivityError as error:
            return str(error)


def now() -> datetime:
    return datetime.now(UTC)


def session() -> Session:
    """The session in hand: after a reload of the page the one that its address names."""
    if "session" not in st.session_state:
        st.session_state["session"] = _addressed()
    return cast(Session, st.session_state["session"])


def _addressed() -> Session:
    name = st.query_params.get("session", "")
    if not name:
        return Session()
    try:
        found = default_store().load(name)
    except (SessionFileError, ValueError) as error:
        st.session_state["storage problem"] = str(error)
        return Session()
    st.session_state["stored as"] = name
    return found


def write_address() -> None:
    """Names the session in the address of the page, so that a reload finds it again; other pages drop it."""
    name = st.session_state.get("stored as", "")
    if name and st.query_params.get("session") != name:
        st.query_params["session"] = name


def hold_questions() -> None:
    """Keeps what was entered into the fields of questions while other pages are shown, where Streamlit forgets it."""
    for key in [key for key in st.session_state if str(key).startswith(_ASKED)]:
        st.session_state[key] = st.session_state[key]


def is_new(name: str) -> bool:
    """Whether the field of that name has not begun yet."""
    return f"{_ASKED}{name}" not in st.session_state


def held(name: str, start: object) -> str:
    """The key of a field that is held, see ``hold_questions``; it begins with this value, not with one of its own."""
    key = f"{_ASKED}{name}"
    if key not in st.session_state:
        st.session_state[key] = start
    return key


def keep_study(told: Told, document: Document) -> None:
    """Keeps an answer with the version that has this document; one for a session that was left is dropped."""
    number = next((n for n, version in enumerate(session().versions) if version.document is document), None)
    if number is not None:
        keep(session().studied(told, at=now(), version=number))


def keep(changed: Session) -> None:
    """Makes it the session in hand and writes it to the user's folder, so that closing the page loses nothing."""
    st.session_state["session"] = changed
    if not changed.text and changed.current is None:
        return
    try:
        st.session_state["stored as"] = default_store().save(changed, st.session_state.get("stored as", ""))
        st.session_state.pop("storage problem", None)
    except SessionFileError as error:
        st.session_state["storage problem"] = str(error)


def open_session(opened: Session, name: str = "") -> None:
    """Replaces the session in hand; ``name`` is what it is stored as, if it is."""
    known = [str(key) for key in st.session_state]
    for key in [key for key in known if key in _OF_SESSION or key.startswith(_ASKED)]:
        del st.session_state[key]
    if name:
        st.session_state["stored as"] = name
    keep(opened)


def settings() -> Settings:
    """Environment and file, with what was entered on the settings page on top."""
    if "settings" not in st.session_state:
        try:
            st.session_state["settings"] = load_settings()
        except SettingsError as error:
            st.session_state["settings"] = Settings()
            st.session_state["settings problem"] = str(error)
    return cast(Settings, st.session_state["settings"])


def compiled() -> Compiled | None:
    """The document in hand taken as far as it goes; None before there is one."""
    document = session().document
    if document is None:
        return None
    known = st.session_state.get("compiled")
    if known is None or known.document is not document:
        known = st.session_state["compiled"] = compile_document(document)
    return cast(Compiled, known)


def run() -> Run | None:
    return cast("Run | None", st.session_state.get("run"))


def result() -> Result | None:
    """The result of the document in hand: the one just found, else what the session has kept, verified again."""
    known = st.session_state.get("result")
    document = session().document
    if known is not None and known.document is document:
        return cast(Result, known)
    kept, found = session().solution, compiled()
    if kept is None or document is None or found is None or found.program is None or found.instance is None:
        return None
    solution = restored(kept, found.program)
    if solution is None:
        return None
    verified = verify_instance(found.instance, found.program, solution, Options())
    shown = examined(found.program, verified)
    st.session_state["result"] = Result(document, found.program, shown, kept.why, kept=True)
    return cast(Result, st.session_state["result"])


def examined(program: Program, solution: Solution) -> Solution:
    """The verified solution with the evidence that is found within a moment; large programs keep what they have."""
    if program.column_count > MOST_EXAMINED:
        return solution
    return proved(program, solution, Options(time_limit=EVIDENCE_SECONDS))


def selected() -> str:
    """The element that is looked at, "" for none."""
    return cast(str, st.session_state.get("selected", ""))


def select(name: str) -> None:
    st.session_state["selected"] = name


def conflicting() -> frozenset[str]:
    """The constraints and variables that exclude each other, as far as somebody has looked."""
    known = st.session_state.get("result")
    if known is None or known.document is not session().document or "diagnosis" not in vars(known):
        return frozenset()
    found = known.diagnosis
    members = [member for conflict in found.conflicts for member in conflict.members] if found is not None else []
    return frozenset(member.name for member in members if member.kind is not Kind.INTEGRALITY)


def go(page: str) -> None:
    """Leaves for another page."""
    st.switch_page(st.session_state["pages"][page])
