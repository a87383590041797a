"""Solve: the plan, a run that can be watched and cancelled, and the verified result."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.pages import results, solved, solving, state
from copilot.pages.notices import notice
from solvers.dispatch import NoCapableSolverError, plan
from solvers.job import Job
from solvers.registry import SOLVERS
from solvers.solver import Options, SolverUnavailableError

AUTOMATIC = "automatic"


def page() -> None:
    st.title("Solve")
    compiled = state.compiled()
    if compiled is None:
        st.info("There is nothing to solve yet: describe a problem or open a sample.")
        return
    if compiled.program is None:
        notice("error", compiled.obstacle)
        st.caption("Mend it on the pages Formulation and Data.")
        return
    _controls(compiled)
    if problem := st.session_state.pop("solve problem", None):
        notice("error", problem)
    if solved.run() is not None:
        solving.watch(compiled)
    elif solved.result() is not None:
        results.show(compiled, solved.result())


def _controls(compiled: Compiled) -> None:
    assert compiled.program is not None
    settings = state.settings()
    columns = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    names = [AUTOMATIC, *(solver.name for solver in SOLVERS)]
    wanted = columns[0].selectbox(
        "Solver", names, index=names.index(settings.solver) if settings.solver in names else 0
    )
    limit = columns[1].number_input(
        "Time limit (s)", min_value=1.0, value=settings.time_limit or 60.0, step=10.0, format="%g"
    )
    # In percent as a person writes it: 1e-6 is 0.0001, not 0.00009999999999999999.
    default_gap = round(100 * (settings.mip_gap if settings.mip_gap is not None else Options().mip_gap), 12)
    gap = columns[2].number_input("MIP gap (%)", min_value=0.0, value=default_gap, step=0.1, format="%g")
    try:
        chosen = plan(compiled.program, None if wanted == AUTOMATIC else wanted)
    except (NoCapableSolverError, SolverUnavailableError) as error:
        notice("error", str(error))
        return
    st.caption(chosen.why)
    pressed = columns[3].button("Solve", type="primary", width="stretch", disabled=solved.run() is not None)
    if pressed or st.session_state.pop("solve at once", False):
        options = Options(time_limit=limit, mip_gap=gap / 100)
        st.session_state["run"] = solved.Run(compiled.document, Job(chosen, options))
        st.session_state.pop("result", None)
        st.rerun()
