"""Why not otherwise: a decision is forced, and what it costs and what stands against it are told."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.pages import fields, kept, solved, state
from copilot.pages.notices import notice
from copilot.what_ifs import why_told
from solvers.dispatch import NoCapableSolverError
from solvers.solver import Options
from solvers.why_not import WhyNotError, why_not

_SECONDS = 20.0


def show(compiled: Compiled) -> None:
    assert compiled.instance is not None
    example = next(iter(compiled.program.columns), "x") if compiled.program is not None else "x"
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    asked = left.text_input(
        "Why not …", placeholder=f"{example} >= 1", help="A constraint, as in the notation.", key=fields.held("why", "")
    ).strip()
    right.button("Ask", width="stretch")
    # An answer is given once: while the question stands there, it is not asked again.
    if asked and st.session_state.get("why answered") != (asked, compiled.document):
        result = solved.result()
        try:
            with st.spinner("Solving with the decision forced …"):
                before = None if result is None else result.solution
                found = why_not(compiled.instance, asked, Options(time_limit=_SECONDS), before=before)
        except (WhyNotError, NoCapableSolverError) as error:
            notice("warning", str(error))
        else:
            st.session_state["why answered"] = (asked, compiled.document)
            state.keep_study(why_told(compiled.instance, found), compiled.document)
    kept.show(
        "why not",
        advice="Write a decision as a constraint; the answer is what it costs and which constraints are behind that.",
    )
