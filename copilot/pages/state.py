"""What the pages share: the session in hand, what it compiles to, the running solve, and how to keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import streamlit as st

from copilot.compiled import Compiled, compile_document
from copilot.session import Session, SessionFileError
from copilot.settings import Settings, SettingsError, load_settings
from copilot.store import default_store
from formulations.formulation import Document
from solvers.job import Job
from solvers.solution import Solution


@dataclass(eq=False)
class Run:
    """A solve of one document, and what it reported so far."""

    document: Document
    job: Job
    lines: list[str] = field(default_factory=list)
    progress: list[dict[str, float | str]] = field(default_factory=list)


@dataclass(eq=False)
class Result:
    """The verified solution of one document."""

    document: Document
    solution: Solution
    why: str


def now() -> datetime:
    return datetime.now(UTC)


def session() -> Session:
    return cast(Session, st.session_state.setdefault("session", Session()))


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
    for key in ("run", "result", "stored as", "compiled", "editor", "editor of"):
        st.session_state.pop(key, None)
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
    """The result of the document in hand, None if it was changed since or never solved."""
    known = st.session_state.get("result")
    return cast(Result, known) if known is not None and known.document is session().document else None
