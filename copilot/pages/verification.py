"""Verification: what speaks for the solution and for the formulation, check by check, with an honest level."""

from __future__ import annotations

import html

import streamlit as st

from copilot.compiled import Compiled
from copilot.formulators import formulator
from copilot.pages import solved, state
from copilot.pages.notices import literal
from copilot.verification import Checks, Evidence, Reader

_ANNOUNCED = {
    "Recheck": "the plan on the expressions as written",
    "Certificate": "the claim, by a proof that does not rest on the solver",
    "Second solver": "the optimum by a solver of another make",
    "Other data": "the formulation with other numbers",
    "Independent reading": "the text, formulated anew and compared",
}


def show(compiled: Compiled, result: solved.Result) -> None:
    """The checks of one result; they run in the background and can be left."""
    if result.checks is None:
        st.markdown("Five checks, each of which can fail:")
        st.html("<ul>" + "".join(f"<li><b>{name}</b>: {what}</li>" for name, what in _ANNOUNCED.items()) + "</ul>")
        if st.button("Run the checks", type="primary", icon=":material/verified:"):
            result.checks = Checks(compiled, result.solution, state.session().draft, readers()).start()
            st.rerun()
        return
    if result.checks.running:
        _watch(result.checks)
        return
    for evidence in result.checks.done:
        _evidence(evidence)


def readers() -> dict[str, Reader]:
    """The formulators that can read a text here."""
    names = ["offline", *(["llm"] if state.settings().endpoint_configured else [])]
    return {name: formulator(name, state.settings()).formulate for name in names}


@st.fragment(run_every=0.5)
def _watch(checks: Checks) -> None:
    if not checks.running:
        st.rerun()
    for evidence in checks.done:
        _evidence(evidence)
    waiting = list(_ANNOUNCED)[len(checks.done)] if len(checks.done) < len(_ANNOUNCED) else "the last one"
    st.progress(len(checks.done) / len(_ANNOUNCED), text=f"{waiting} …")
    if st.button("Enough"):
        checks.stop()


def _evidence(evidence: Evidence) -> None:
    with st.container(border=True):
        st.html(
            f"<span class='badge {evidence.level}'>{evidence.level}</span> <b>{html.escape(evidence.check)}</b> "
            f"<span class='quiet'>about the {evidence.about}</span>"
        )
        st.markdown(literal(evidence.sentence))
        if evidence.rows:
            rows = "".join(
                f"<tr><td>{html.escape(name)}</td><td>{html.escape(what)}</td></tr>" for name, what in evidence.rows
            )
            st.html(f"<table class='facts'>{rows}</table>")
