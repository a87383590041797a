"""Uncertainty: the plan that is best in the worst case or over scenarios, beside the one for certain numbers."""

from __future__ import annotations

import time

import streamlit as st

from copilot.compiled import Compiled
from copilot.hedging import REFUSED, Hedge
from copilot.numbers import shown
from copilot.pages import kept, state
from copilot.pages.notices import notice
from copilot.pages.uncertainty_form import question
from formulations.files import FileError
from formulations.formulation import Document
from solvers.solver import Options

_ADVICE = (
    "Plans that are best on the data may fail as soon as a number is another. Here decisions are found that hold, and "
    "what that costs."
)


def show(compiled: Compiled) -> None:
    """The question, the run at work, and the answers that are kept."""
    assert compiled.instance is not None
    st.caption(_ADVICE)
    asked, seconds = None, 60.0
    try:
        asked, seconds = question(compiled.instance)
    except (*REFUSED, FileError) as error:
        notice("error", str(error))
    hedge = _at_work()
    pressed = st.button(
        "Find the plan",
        type="primary",
        icon=":material/shield:",
        disabled=asked is None or (hedge is not None and hedge.running),
    )
    if pressed and asked is not None:
        options = Options(time_limit=seconds)
        st.session_state["hedge"] = (compiled.document, Hedge(compiled.instance, asked, options).start())
        st.rerun()
    if hedge is not None and hedge.running:
        _watch(hedge)
    elif hedge is not None and hedge.problem:
        notice("warning", hedge.problem)
    kept.show("robust", "two stages", "stochastic")


def _at_work() -> Hedge | None:
    """The run in hand; an answer that has come goes into the session at once."""
    known: tuple[Document, Hedge] | None = st.session_state.get("hedge")
    if known is None:
        return None
    document, hedge = known
    if not hedge.running and hedge.told is not None:
        state.keep_study(hedge.told, document)
        del st.session_state["hedge"]
        return None
    return hedge


@st.fragment(run_every=0.5)
def _watch(hedge: Hedge) -> None:
    if not hedge.running:
        st.rerun()
    spent, limit = time.monotonic() - hedge.started, hedge.options.time_limit or 0.0
    known = [("best so far", hedge.incumbent), ("bound", hedge.bound)]
    said = "".join(f" · {name} {shown(value)}" for name, value in known if value is not None)
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.progress(min(1.0, spent / limit) if limit else 0.0, text=f"{hedge.stage}{said} · {spent:.0f} s")
    if right.button("Cancel", icon=":material/stop_circle:", width="stretch", disabled=hedge.stopped):
        hedge.stopped = True
        st.toast("Stopping; what is known by now is kept.")
