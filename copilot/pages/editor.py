"""The notation of the whole formulation, to edit; what is typed is kept until it is applied."""

from __future__ import annotations

import streamlit as st

from copilot.changes import changes
from copilot.pages import state
from copilot.pages.notices import notice
from formulations.formulation import Data, Document
from formulations.notation import NotationError, parse_notation, write_notation

_NEVER = object()
#: Pixels: of a line, of the shortest and of the tallest editor.
_LINE, _LEAST, _MOST = 23, 240, 620


def show(document: Document) -> None:
    st.subheader("Notation")
    # The editor starts anew when another version comes into hand, and keeps what is typed until then, on other pages
    # too: there Streamlit forgets the widget, so that the text is kept beside it.
    if st.session_state.get("editor of", _NEVER) is not state.session().document:
        st.session_state["editor"] = write_notation(Document(formulation=document.formulation))
        st.session_state["editor of"] = state.session().document
    elif "editor" not in st.session_state:
        st.session_state["editor"] = st.session_state["typed"]
    text = st.text_area("Notation", key="editor", height=_height(document), label_visibility="collapsed")
    st.session_state["typed"] = text
    if st.button("Apply", type="primary", icon=":material/check:"):
        apply(document, text)


def _height(document: Document) -> int:
    """Room for the lines of the document, which fold about once each."""
    lines = sum(1 + len(line) // 45 for line in write_notation(Document(formulation=document.formulation)).splitlines())
    return min(_MOST, max(_LEAST, 40 + _LINE * lines))


def apply(document: Document, text: str) -> None:
    """Takes the text as the new formulation, as the next version; says what cannot be read."""
    try:
        written = parse_notation(text)
    except NotationError as error:
        st.error("The notation cannot be read; your text is kept.")
        notice("error", str(error))
        return
    edited = document.model_copy(update={"formulation": written.formulation, "data": merged(written, document.data)})
    if not changes(document, edited) and state.session().document is not None:
        st.toast("Nothing changed.")
        return
    state.keep(state.session().edited(edited, at=state.now()))
    st.rerun()


def merged(written: Document, old: Data) -> Data:
    """Data written in the editor, else those at hand; what is no longer declared stays in the earlier version only."""
    sets = {**old.sets, **written.data.sets}
    parameters = {**old.parameters, **written.data.parameters}
    declared = {element.name for element in (*written.formulation.sets, *written.formulation.parameters)}
    fresh = {*written.data.sets, *written.data.parameters}
    return Data(
        sets={name: members for name, members in sets.items() if name in declared | fresh},
        parameters={name: records for name, records in parameters.items() if name in declared | fresh},
    )
