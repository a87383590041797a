"""Fields of questions: what is entered into them stays while other pages are shown, where Streamlit forgets it."""

from __future__ import annotations

import streamlit as st

#: How the keys of such fields begin.
ASKED = "ask "


def hold_questions() -> None:
    """Keeps what was entered into the fields of questions while other pages are shown, where Streamlit forgets it."""
    for key in [key for key in st.session_state if str(key).startswith(ASKED)]:
        st.session_state[key] = st.session_state[key]


def is_new(name: str) -> bool:
    """Whether the field of that name has not begun yet."""
    return f"{ASKED}{name}" not in st.session_state


def held(name: str, start: object) -> str:
    """The key of a field that is held, see ``hold_questions``; it begins with this value, not with one of its own."""
    key = f"{ASKED}{name}"
    if key not in st.session_state:
        st.session_state[key] = start
    return key


def show(name: str, value: object) -> None:
    """Has the held field of that name show this from now on; the value that it has on this page anyway is no news."""
    if st.session_state.get(f"{ASKED}{name}") != value:
        st.session_state[f"{ASKED}{name}"] = value
