"""No plan: the constraints that exclude each other where they stand, and repairs in numbers, one click each."""

from __future__ import annotations

import html

import streamlit as st

from copilot.amendments import AmendmentRefused, amended
from copilot.compiled import Compiled
from copilot.pages import solved, state
from copilot.pages.notices import literal, notice
from formulations.exports.latex import formulation_latex
from solvers.infeasibility import Conflict, Kind, Repair, Verdict
from solvers.repairs import change_text

#: Members of a conflict and changes of a repair that are written out.
_SHOWN = 8


def show(compiled: Compiled, result: solved.Result) -> None:
    with st.spinner("Looking for the constraints that exclude each other …"):
        found = result.diagnosis
    if found is None or found.verdict is not Verdict.INFEASIBLE:
        notice("warning", "It could not be settled within the time which constraints exclude each other.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("These exclude each other")
        for number, conflict in enumerate(found.conflicts[:2]):
            _conflict(compiled, conflict, number)
    with right:
        st.subheader("Any of these makes it feasible")
        st.caption("A click makes a new version with the change and solves it; Undo goes back.")
        for number, repair in enumerate(found.repairs):
            _repair(compiled, repair, number)


def _conflict(compiled: Compiled, conflict: Conflict, number: int) -> None:
    latex = formulation_latex(compiled.document.formulation)
    with st.container(border=True):
        st.caption("Without any one of them there is a plan." if conflict.irreducible else "Some of these may be idle.")
        for place, member in enumerate(conflict.members[:_SHOWN]):
            with st.container(key=f"card-conflict-{number}-{place}"):
                if member.kind is Kind.CONSTRAINT and member.name in latex:
                    st.latex(latex[member.name])
                words = "must be whole" if member.kind is Kind.INTEGRALITY else member.text
                st.html(f"<div class='caption'><code>{html.escape(member.label)}</code> {html.escape(words)}</div>")
                if st.button(f"Show {member.label}", key=f"pick-conflict-{number}-{place}"):
                    state.select(member.name)
                    state.go("formulation")
        if len(conflict.members) > _SHOWN:
            st.caption(f"and {len(conflict.members) - _SHOWN} more")


def _repair(compiled: Compiled, repair: Repair, number: int) -> None:
    with st.container(border=True):
        texts = [change_text(change) for change in repair.changes]
        for text in texts[:_SHOWN]:
            st.markdown(literal(f"{text[:1].upper()}{text[1:]}."))
        rest = f" · and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        st.caption(f"{repair.goal.value}{'' if repair.proved else ', not proved smallest'}{rest}")
        if st.button("Solve with this", key=f"repair {number}", icon=":material/build:"):
            try:
                changed = amended(compiled.document, repair.changes)
            except AmendmentRefused as error:
                notice("warning", str(error))
                return
            state.keep(state.session().edited(changed, at=state.now(), note=f"repair: {texts[0]}"))
            st.session_state["solve at once"] = True
            st.rerun()
