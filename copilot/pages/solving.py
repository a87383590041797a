"""A solve at work: its log, incumbent and bound as they come, a cancel that cancels, and the verified end."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from copilot.charts import progress_chart
from copilot.compiled import Compiled
from copilot.numbers import shown
from copilot.pages import solved, state
from copilot.summary import summarize
from solvers.solver import Bound, Incumbent, LogLine, UnsupportedProgramError
from solvers.verify import verify_instance

#: Lines of the log that are shown, and seconds between two looks.
_LINES = 400
_POLL_SECONDS = 0.4


@st.fragment(run_every=_POLL_SECONDS)
def watch(compiled: Compiled) -> None:
    """Polls the run; when it ends, verifies the solution on the expressions as written and keeps it."""
    run = solved.run()
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


def _listen(run: solved.Run) -> None:
    for event in run.job.poll():
        match event:
            case LogLine(text=text):
                run.lines.append(text)
            case Incumbent(objective=objective, seconds=seconds):
                run.progress.append({"seconds": seconds, "kind": "incumbent", "objective": objective})
            case Bound(value=value, seconds=seconds):
                run.progress.append({"seconds": seconds, "kind": "bound", "objective": value})


def _progress(run: solved.Run) -> None:
    """The latest incumbent, bound and the gap between them."""
    latest = {str(entry["kind"]): float(entry["objective"]) for entry in run.progress}
    incumbent, bound = latest.get("incumbent"), latest.get("bound")
    known = [("incumbent", incumbent), ("proved bound", bound)]
    gap = None if incumbent is None or bound is None else abs(incumbent - bound) / max(1e-9, abs(incumbent))
    with st.container(horizontal=True, gap="medium"):
        for label, value in known:
            st.metric(label, "none yet" if value is None else shown(value), width="content")
        st.metric("gap", "open" if gap is None else f"{gap:.2%}", width="content")


def _finish(compiled: Compiled, run: solved.Run) -> None:
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
    verified = solved.examined(compiled.program, verified)
    why = run.job.plan.why
    state.keep(state.session().solved(summarize(verified, compiled.program, why=why)))
    st.session_state["result"] = solved.Result(run.document, compiled.program, verified, why)
