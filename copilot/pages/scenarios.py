"""Scenarios: kept settings of the sliders, samples and tables of scenarios, answered in the background."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import Explorer
from copilot.pages import fields, kept, state
from copilot.pages.notices import notice
from copilot.sweeping import Study
from copilot.what_ifs import scenarios_told
from formulations.data import Instance
from formulations.files import FileError
from formulations.formulation import Document
from formulations.tables import read_tables
from solvers.designs import Design, DesignError, hypercube, table


def show(compiled: Compiled, found: Explorer) -> None:
    kept.show("settings", advice="Keep settings of the sliders as scenarios, draw a sample, or bring a table.")
    left, middle, right = st.columns([2, 2, 4], vertical_alignment="bottom")
    count = int(left.number_input("Sample size", 2, 100_000, step=50, key=fields.held("sample size", 50)))
    if middle.button("Draw and solve", icon=":material/casino:", width="stretch"):
        varied = [f"vary {group.variation}" for group in found.space.groups]
        _begin(compiled, found, lambda: hypercube(found.space, count), "\n".join([*varied, f"scenarios {count}"]))
    uploaded = right.file_uploader(
        "Table of scenarios (CSV or Excel)", ["csv", "tsv", "xlsx"],
        help="A row for each scenario, a column for each number, such as demand['Paris'].",
    )  # fmt: skip
    if uploaded is not None and st.session_state.get("scenario file") != uploaded.file_id:
        st.session_state["scenario file"] = uploaded.file_id
        assert compiled.instance is not None
        instance, content, name = compiled.instance, uploaded.getvalue(), uploaded.name
        _begin(compiled, found, lambda: tabled(instance, content, name), f"scenarios of {name}")
    if problem := st.session_state.get("study problem"):
        notice("error", problem)
    _at_work(found.instance)
    kept.show("scenarios")
    if whole := st.session_state.get("all scenarios"):
        st.download_button("All rows as CSV", whole, "scenarios.csv", "text/csv", on_click="ignore")


def tabled(instance: Instance, content: bytes, name: str) -> Design:
    """The scenarios of an uploaded table. Raises FileError and DesignError."""
    frames = read_tables(content, name)
    if len(frames) != 1:
        raise DesignError(f"{name} holds {len(frames)} tables ({', '.join(frames)}): keep the one with the scenarios")
    return table(instance, next(iter(frames.values())))


def _begin(compiled: Compiled, found: Explorer, design: Callable[[], Design], question: str) -> None:
    st.session_state.pop("study problem", None)
    try:
        st.session_state["study"] = (compiled.document, question, Study(design(), found).start())
    except (DesignError, FileError) as error:
        st.session_state["study problem"] = str(error)
    st.rerun()


def _at_work(instance: Instance) -> None:
    """Watches the sweep in hand; its answers go into the session as soon as it is over."""
    known: tuple[Document, str, Study] | None = st.session_state.get("study")
    if known is None:
        return
    document, question, study = known
    if study.running:
        _watch(study)
        return
    del st.session_state["study"]
    if study.found is None:
        notice("error", study.problem or "The scenarios ended without an answer.")
        return
    told = scenarios_told(instance, question, study.found)
    state.keep_study(told, document)
    st.session_state.pop("all scenarios", None)
    if not told.sheets["scenarios"].whole:
        st.session_state["all scenarios"] = study.found.frame().to_csv(index=False)
    st.rerun()


@st.fragment(run_every=0.4)
def _watch(study: Study) -> None:
    if not study.running:
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.progress(study.done / len(study.design), text=f"{study.done:,} of {len(study.design):,} scenarios")
    if right.button("Stop", icon=":material/stop_circle:", width="stretch"):
        study.stopped = True
