"""What the pages share: the session in hand, what it compiles to, and how to keep both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import streamlit as st

from copilot.compiled import Compiled, compile_document
from copilot.pages.fields import ASKED
from copilot.session import Session, SessionFileError
from copilot.settings import Settings, SettingsError, load_settings
from copilot.store import default_store
from copilot.studies import Told
from formulations.formulation import Document

#: What belongs to the session in hand and goes with it.
_OF_SESSION = frozenset(
    {"run", "result", "stored as", "compiled", "editor", "editor of", "selected", "explorer", "study", "hedge"}
    | {"revision", "other tab", "told of tabs", "formulation problem"}
    | {"attached tables"}
)


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
    st.session_state["revision"] = default_store().revision(name)
    return found


def write_address() -> None:
    """Names the session in the address of the page, so that a reload finds it again; other pages drop it."""
    name = st.session_state.get("stored as", "")
    if name and st.query_params.get("session") != name:
        st.query_params["session"] = name


def keep_study(told: Told, document: Document) -> None:
    """Keeps an answer with the version that has this document; one for a session that was left is dropped."""
    number = next((n for n, version in enumerate(session().versions) if version.document is document), None)
    if number is not None:
        keep(session().studied(told, at=now(), version=number))


def keep(changed: Session) -> None:
    """Makes it the session in hand and writes it to the user's folder, so that closing the page loses nothing.

    Where another tab has written under its name since it was read here, it is kept beside, under a name of its own.
    """
    st.session_state["session"] = changed
    if not changed.text and changed.current is None:
        return
    store, name = default_store(), st.session_state.get("stored as", "")
    try:
        if moved_on():
            st.session_state["other tab"], name = name, ""
        name = store.save(changed, name)
        st.session_state.update({"stored as": name, "revision": store.revision(name)})
        st.session_state.pop("storage problem", None)
    except SessionFileError as error:
        st.session_state["storage problem"] = str(error)


def moved_on() -> bool:
    """Whether what is stored of the session in hand is no longer what was last read or written here."""
    name, known = st.session_state.get("stored as", ""), st.session_state.get("revision", "")
    return bool(name and known) and default_store().revision(name) not in ("", known)


def open_session(opened: Session, name: str = "") -> None:
    """Replaces the session in hand; ``name`` is what it is stored as, if it is."""
    known = [str(key) for key in st.session_state]
    for key in [key for key in known if key in _OF_SESSION or key.startswith(ASKED)]:
        del st.session_state[key]
    if name:
        st.session_state.update({"stored as": name, "revision": default_store().revision(name)})
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


def selected() -> str:
    """The element that is looked at, "" for none."""
    return cast(str, st.session_state.get("selected", ""))


def select(name: str) -> None:
    st.session_state["selected"] = name


def go(page: str) -> None:
    """Leaves for another page."""
    st.switch_page(st.session_state["pages"][page])
