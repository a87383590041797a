"""One session in two tabs: what the other one kept is never written over, and this one says what may be done."""

from __future__ import annotations

import streamlit as st

from copilot.pages import state
from copilot.pages.notices import literal, notice
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
    if st.session_state.get("told of tabs") != here:
        # The page may be scrolled to where the change was made.
        st.session_state["told of tabs"] = here
        st.toast("Another tab has changed this session too: see the top of the page.", icon=":material/call_split:")
    st.warning(
        f"Another tab or window has changed this session since it was read here. Nothing is lost: its state is kept as "
        f"**{literal(other)}**, yours goes on as **{literal(here)}**.",
        icon=":material/call_split:",
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
    st.info(
        "Another tab or window has changed this session since it was read here. What you change here from now on is "
        "kept as a session of its own; nothing is written over.",
        icon=":material/update:",
    )
    with st.container(horizontal=True):
        if st.button("Show its latest state", icon=":material/refresh:", key="follow other tab") and (
            found := _stored(name)
        ):
            state.open_session(found, name)
            st.rerun()


def _stored(name: str) -> Session | None:
    try:
        return default_store().load(name)
    except SessionFileError as error:
        notice("error", str(error))
        return None
