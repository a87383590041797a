"""Solve: the plan, a run that can be watched and cancelled, and the verified result."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from copilot.charts import progress_chart
from copilot.compiled import Compiled
from copilot.numbers import shown
from copilot.pages import results, state
from copilot.pages.notices import notice
from copilot.summary import summarize
from solvers.dispatch import NoCapableSolverError, plan
from solvers.job import Job
from solvers.registry import SOLVERS
from solvers.solver import Bound, Incumbent, LogLine, Options, SolverUnavailableError, UnsupportedProgramError
from solvers.verify import verify_instance

AUTOMATIC = "automatic"
_LINES = 400
_POLL_SECONDS = 0.4


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
    if state.run() is not None:
        _watch(compiled)
    elif state.result() is not None:
        results.show(compiled, state.result())


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
    pressed = columns[3].button("Solve", type="primary", width="stretch", disabled=state.run() is not None)
    if pressed or st.session_state.pop("solve at once", False):
        options = Options(time_limit=limit, mip_gap=gap / 100)
        st.session_state["run"] = state.Run(compiled.document, Job(chosen, options))
        st.session_state.pop("result", None)
        st.rerun()


@st.fragment(run_every=_POLL_SECONDS)
def _watch(compiled: Compiled) -> None:
    """Polls the run; when it ends, verifies the solution on the expressions as written and keeps it."""
    run = state.run()
    if run is None:
        return
    _listen(run)
    if not run.job.running:
        _finish(compiled, run)
        st.rerun()
    _progress(run)
    left, right = st.columns([4, 1], vertical_alignment="center")
    limit = run.job.options.time_limit or 0.0
    spent = time.monotonic() - run.started
    left.progress(
        min(1.0, spent / limit) if limit else 0.0, text=f"{run.job.plan.solver.name}, {spent:.0f} of {limit:g} s"
    )
    if right.button("Cancel", icon=":material/stop_circle:", width="stretch", disabled=run.cancelled):
        run.job.cancel()
        run.cancelled = True
        st.toast("Stopping; the best plan so far is kept.")
    if run.progress:
        st.altair_chart(progress_chart(pd.DataFrame(run.progress)), width="stretch")
    if run.lines:
        st.code("\n".join(run.lines[-_LINES:]), language=None, height=260)


def _listen(run: state.Run) -> None:
    for event in run.job.poll():
        match event:
            case LogLine(text=text):
                run.lines.append(text)
            case Incumbent(objective=objective, seconds=seconds):
                run.progress.append({"seconds": seconds, "kind": "incumbent", "objective": objective})
            case Bound(value=value, seconds=seconds):
                run.progress.append({"seconds": seconds, "kind": "bound", "objective": value})


def _progress(run: state.Run) -> None:
    """The latest incumbent, bound and the gap between them."""
    latest = {str(entry["kind"]): float(entry["objective"]) for entry in run.progress}
    incumbent, bound = latest.get("incumbent"), latest.get("bound")
    known = [("incumbent", incumbent), ("proved bound", bound)]
    gap = None if incumbent is None or bound is None else abs(incumbent - bound) / max(1e-9, abs(incumbent))
    with st.container(horizontal=True, gap="medium"):
        for label, value in known:
            st.metric(label, "none yet" if value is None else shown(value), width="content")
        st.metric("gap", "open" if gap is None else f"{gap:.2%}", width="content")


def _finish(compiled: Compiled, run: state.Run) -> None:
    st.session_state["run"] = None
    try:
        solution = run.job.result
    except (UnsupportedProgramError, ValueError) as error:
        st.session_state["solve problem"] = str(error)
        return
    if solution is None or compiled.instance is None or compiled.program is None:
        return
    if compiled.document is not run.document:
        st.toast("The formulation was changed while it was solved; the result is dropped.")
        return
    verified = verify_instance(compiled.instance, compiled.program, solution, run.job.options)
    verified = state.examined(compiled.program, verified)
    why = run.job.plan.why
    state.keep(state.session().solved(summarize(verified, compiled.program, why=why)))
    st.session_state["result"] = state.Result(run.document, compiled.program, verified, why)
