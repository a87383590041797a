"""Formulation: the notation to edit, the mathematics beside it, findings in place."""

from __future__ import annotations

import streamlit as st

from copilot.changes import changes
from copilot.compiled import Compiled
from copilot.formulators.draft import Draft
from copilot.pages import state
from copilot.pages.notices import notice
from formulations.check import render
from formulations.exports.latex import formulation_latex
from formulations.formulation import Data, Document, Formulation
from formulations.notation import NotationError, parse_notation, write_notation

_SECTIONS = (
    ("Sets", "sets"),
    ("Parameters", "parameters"),
    ("Variables", "variables"),
    ("Constraints", "constraints"),
)
_NEVER = object()


def page() -> None:
    session = state.session()
    st.title("Formulation")
    document = session.document or Document(formulation=Formulation(), text=session.text)
    if session.document is None:
        st.info("Nothing is formulated yet: describe a problem, open a sample, or write the notation here.")
    left, right = st.columns(2, gap="medium")
    with left:
        _editor(document)
    compiled = state.compiled()
    with right:
        if compiled is not None:
            _mathematics(compiled.document.formulation)
    if compiled is not None:
        _findings(compiled)
    if session.draft is not None:
        _draft(session.draft)


def _editor(document: Document) -> None:
    st.subheader("Notation")
    # The editor starts anew when another version comes into hand, and keeps what is typed until then.
    if st.session_state.get("editor of", _NEVER) is not state.session().document:
        st.session_state["editor"] = write_notation(Document(formulation=document.formulation))
        st.session_state["editor of"] = state.session().document
    text = st.text_area("Notation", key="editor", height=520, label_visibility="collapsed")
    if st.button("Apply", type="primary", icon=":material/check:"):
        try:
            written = parse_notation(text)
        except NotationError as error:
            st.error("The notation cannot be read; your text is kept.")
            notice("error", str(error))
            return
        edited = document.model_copy(
            update={"formulation": written.formulation, "data": _merged(written, document.data)}
        )
        different = changes(document, edited)
        if not different and state.session().document is not None:
            st.toast("Nothing changed.")
            return
        state.keep(state.session().edited(edited, at=state.now()))
        st.rerun()


def _merged(written: Document, old: Data) -> Data:
    """Data written in the editor, else those at hand; what is no longer declared stays in the earlier version only."""
    sets = {**old.sets, **written.data.sets}
    parameters = {**old.parameters, **written.data.parameters}
    declared = {element.name for element in (*written.formulation.sets, *written.formulation.parameters)}
    fresh = {*written.data.sets, *written.data.parameters}
    return Data(
        sets={name: members for name, members in sets.items() if name in declared | fresh},
        parameters={name: records for name, records in parameters.items() if name in declared | fresh},
    )


def _mathematics(formulation: Formulation) -> None:
    st.subheader("Mathematics")
    latex = formulation_latex(formulation)
    with st.container(height=560, border=True):
        if formulation.objective is not None:
            st.latex(latex[formulation.objective.name])
            st.caption(formulation.objective.description or formulation.objective.name)
        for title, field in reversed(_SECTIONS):
            elements = getattr(formulation, field)
            if not elements:
                continue
            st.markdown(f"**{title}**")
            for element in elements:
                st.latex(latex[element.name])
                st.caption(f"`{element.name}` {element.description}")


def _findings(compiled: Compiled) -> None:
    notes = [finding for finding in compiled.findings if finding.severity == "info"]
    mistakes = [finding for finding in compiled.findings if finding.severity != "info"]
    if not mistakes and not compiled.obstacle:
        st.success("Checked: no findings.", icon=":material/task_alt:")
    else:
        st.subheader("Findings")
    for finding in mistakes:
        notice("error" if finding.severity == "error" else "warning", render(finding))
    if compiled.obstacle and not compiled.errors:
        notice("error", compiled.obstacle)
    if notes:
        with st.expander(f"Notes ({len(notes)})"):
            for finding in notes:
                notice("info", render(finding))


def _draft(draft: Draft) -> None:
    if not (draft.assumptions or draft.questions or draft.unread):
        return
    with st.expander("What the formulator assumed, and what it asks", expanded=bool(draft.questions or draft.unread)):
        for assumption in draft.assumptions:
            st.markdown(f"- {assumption}")
        for question in draft.questions:
            st.markdown(f"**{question.text}**  \n:gray[until you say otherwise: {question.default}]")
        for span in draft.unread:
            st.warning(f"Not used: “{draft.document.text[span.start : span.end]}”")
