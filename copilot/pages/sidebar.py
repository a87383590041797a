"""The sidebar: the session in hand, its versions, and the way to other sessions."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from copilot.numbers import shown
from copilot.opening import SUFFIXES, open_session
from copilot.pages import state
from copilot.pages.notices import literal, notice
from copilot.session import Session, SessionFileError
from copilot.store import default_store
from formulations.reading import FileError

_ASSETS = Path(__file__).resolve().parents[2] / "assets"


@cache
def _folding() -> Any:
    """Folds the sidebar on narrow screens once something is chosen in it that leads away."""
    return st.components.v2.component("folding", js=(_ASSETS / "folding.js").read_text(encoding="utf-8"))


@cache
def _arriving() -> Any:
    """Shows the beginning of a page that is new."""
    return st.components.v2.component("arriving", js=(_ASSETS / "arriving.js").read_text(encoding="utf-8"))


def show(page: str = "") -> None:
    """The sidebar beside the page of that address."""
    session = state.session()
    with st.sidebar:
        st.subheader(literal(session.title) or "New problem")
        left, right = st.columns(2)
        if left.button("Undo", icon=":material/undo:", disabled=not session.can_undo, width="stretch"):
            state.keep(session.undone())
            st.rerun()
        if right.button("Redo", icon=":material/redo:", disabled=not session.can_redo, width="stretch"):
            state.keep(session.redone())
            st.rerun()
        if session.versions:
            _versions(session)
        st.divider()
        if st.button("New problem", key="new-problem", icon=":material/add:", width="stretch"):
            state.open_session(Session())
            st.rerun()
        _other_sessions()
        if problem := st.session_state.get("upload problem"):
            notice("error", problem)
        if problem := st.session_state.get("storage problem"):
            st.warning(literal(problem))
        _folding()(key="folding")
        _arriving()(key="arriving", data={"page": page})


def _versions(session: Session) -> None:
    with st.expander(f"Versions ({len(session.versions)})"):
        for number, version in reversed(list(enumerate(session.versions))):
            here = "● " if number == session.current else ""
            value = (
                f" · {shown(version.solution.objective)}"
                if version.solution and version.solution.objective is not None
                else ""
            )
            caption = literal(f"{here}{number + 1}. {version.note or 'edited'}{value}")
            if st.button(
                caption, key=f"version {number}", type="tertiary", help=f"{version.author}, {version.at:%Y-%m-%d %H:%M}"
            ):
                state.keep(session.at_version(number))
                st.rerun()


def _other_sessions() -> None:
    with st.expander("Open a session or a file"):
        uploaded = st.file_uploader("Session, notation, JSON, LP or MPS", type=list(SUFFIXES))
        if uploaded is not None and st.session_state.get("uploaded file") != uploaded.file_id:
            st.session_state["uploaded file"] = uploaded.file_id
            try:
                opened = open_session(uploaded.name, uploaded.getvalue(), at=state.now())
            except (SessionFileError, FileError) as error:
                st.session_state["upload problem"] = str(error)
            else:
                st.session_state.pop("upload problem", None)
                state.open_session(opened)
                state.go("formulation")
        stored = default_store().listing()[:12]
        titles = Counter(entry.title for entry in stored)
        for entry in stored:
            label = literal(entry.title if titles[entry.title] == 1 else f"{entry.title} ({entry.name})")
            if st.button(
                label,
                key=f"open session {entry.name}",
                disabled=bool(entry.problem),
                help=entry.problem or None,
                width="stretch",
            ):
                state.open_session(default_store().load(entry.name), entry.name)
                st.rerun()
