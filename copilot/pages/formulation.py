"""Formulation: the text, the notation to edit and the mathematics side by side, joined element by element."""

from __future__ import annotations

import html

import streamlit as st

from copilot.compiled import Compiled
from copilot.formulators.hybrid import TRUSTED
from copilot.pages import editor, mathematics, reading, state
from copilot.pages.notices import notice
from formulations.findings import render
from formulations.formulation import Document, Formulation


def page() -> None:
    session = state.session()
    st.title("Formulation")
    document = session.document or Document(formulation=Formulation(), text=session.text)
    if session.document is None:
        st.info("Nothing is formulated yet: describe a problem, open a sample, or write the notation here.")
    compiled = state.compiled()
    if compiled is not None:
        _state_of(compiled)
    if document.text.strip():
        reading.text(document)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        editor.show(document)
        if compiled is not None:
            _findings(compiled)
    if compiled is not None:
        with right:
            mathematics.show(compiled)
    if session.draft is not None:
        reading.assumptions(session.draft)


def _state_of(compiled: Compiled) -> None:
    """One line: whether it may be solved."""
    warnings = [finding for finding in compiled.findings if finding.severity == "warning"]
    if compiled.obstacle:
        count = len(compiled.errors)
        words = f"{count} {'finding' if count == 1 else 'findings'} to mend" if count else "the data have findings"
        st.html(f"<span class='badge failed'>{words}</span>")
        return
    program = compiled.program
    counts = () if program is None else ((program.column_count, "column"), (program.row_count, "row"))
    size = " · ".join(f"{count:,} {thing}{'' if count == 1 else 's'}" for count, thing in counts)
    found = f"Checked: {len(warnings)} to look at." if warnings else "Checked: no findings."
    style = "unverified" if warnings else "proved"
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.html(f"<span class='badge {style}'>{found}</span> {_doubtful(compiled)} <span class='quiet'>{size}</span>")
    if right.button("Solve it", icon=":material/insights:", width="stretch"):
        state.go("solve")


def _doubtful(compiled: Compiled) -> str:
    """A badge where the formulator is unsure of the reading in hand: mathematics without findings may be another
    problem."""
    draft = state.session().draft
    if draft is None or draft.confidence >= TRUSTED or draft.document.formulation != compiled.document.formulation:
        return ""
    why = html.escape("; ".join(draft.doubts) or "see what was assumed and asked below")
    return f"<span class='badge unverified' title='{why}'>Reading unsure: {draft.confidence:.0%}</span>"


def _findings(compiled: Compiled) -> None:
    notes = [finding for finding in compiled.findings if finding.severity == "info"]
    mistakes = [finding for finding in compiled.findings if finding.severity != "info"]
    if mistakes or compiled.obstacle:
        st.subheader("Findings")
    for finding in mistakes:
        notice("error" if finding.severity == "error" else "warning", render(finding))
    if compiled.obstacle and not compiled.errors:
        notice("error", compiled.obstacle)
    if notes:
        with st.expander(f"Notes ({len(notes)})"):
            for finding in notes:
                notice("info", render(finding))
