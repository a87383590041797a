"""One session in two tabs: what the other one kept is never written over, and this one says what may be done."""

from __future__ import annotations

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import notice
from copilot.session import Session, SessionFileError
from copilot.store import default_store


def show() -> None:
    """What another tab did with the session in hand, if it did anything, above the page."""
    if other := st.session_state.get("other tab", ""):
        _parted(other)
    elif state.moved_on():
        _newer(st.session_state["stored as"])


def _parted(other: str) -> None:
    """Both went on: each is kept under its own name."""
    here = st.session_state["stored as"]
    notice(
        "warning",
        f"Another tab or window has changed this session since it was read here. Nothing is lost: its state is kept as "
        f"\u201c{other}\u201d, yours goes on as \u201c{here}\u201d.",
    )
    with st.container(horizontal=True):
        if st.button("Join both into one session", icon=":material/call_merge:", key="join tabs") and (
            found := _stored(other)
        ):
            state.open_session(state.session().joined(found), here)
            st.rerun()
        if st.button("Open the other one", icon=":material/open_in_new:", key="open other tab") and (
            found := _stored(other)
        ):
            state.open_session(found, other)
            st.rerun()
        if st.button("Go on with mine", icon=":material/check:", key="keep this tab"):
            st.session_state.pop("other tab")
            st.rerun()


def _newer(name: str) -> None:
    """Only the other one went on: this one shows what is no longer the latest."""
    notice("info", "Another tab or window has changed this session since it was read here.")
    with st.container(horizontal=True):
        if st.button("Show its latest state", icon=":material/refresh:", key="follow other tab") and (
            found := _stored(name)
        ):
            state.open_session(found, name)
            st.rerun()
    st.caption("What you change here meanwhile is kept as a session of its own; nothing is written over.")


def _stored(name: str) -> Session | None:
    try:
        return default_store().load(name)
    except SessionFileError as error:
        notice("error", str(error))
        return None
