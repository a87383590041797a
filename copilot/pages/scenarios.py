"""Scenarios: kept settings, samples and tables of them, answered in the background, two of them side by side."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import Explorer
from copilot.moving_charts import moved_spec
from copilot.pages.notices import notice
from copilot.sweeping import Study
from copilot.tables import plans_table
from solvers.designs import Design, DesignError, hypercube, table
from solvers.scenarios import Sweep

_SHOWN = 16


def show(compiled: Compiled, found: Explorer) -> None:
    kept = st.session_state.get("scenarios", {}).get(id(found), [])
    if kept:
        st.markdown("**Kept settings**")
        rows = [
            {"scenario": k + 1, **dict(zip(found.labels, asked.factors, strict=True)),
             "objective": asked.answer.objective, "badge": asked.badge}
            for k, asked in enumerate(kept)
        ]  # fmt: skip
        st.dataframe(pd.DataFrame(rows), width="stretch", hide_index=True)
    else:
        st.caption("Keep settings of the sliders as scenarios, draw a sample, or bring a table.")
    left, middle, right = st.columns([2, 2, 4], vertical_alignment="bottom")
    count = left.number_input("Sample size", 2, 100_000, 50, step=50)
    if middle.button("Draw and solve", icon=":material/casino:", width="stretch"):
        _begin(found, lambda: hypercube(found.space, int(count)))
    uploaded = right.file_uploader(
        "Table of scenarios (CSV)", ["csv"], help="A column per parameter entry, such as demand['Paris']."
    )
    if uploaded is not None and st.session_state.get("scenario file") != uploaded.file_id:
        st.session_state["scenario file"] = uploaded.file_id
        assert compiled.instance is not None
        instance = compiled.instance
        _begin(found, lambda: table(instance, pd.read_csv(io.BytesIO(uploaded.getvalue()))))
    if problem := st.session_state.get("study problem"):
        notice("error", problem)
    study = st.session_state.get("study")
    if isinstance(study, Study) and study.explorer is found:
        _watch(study) if study.running else _results(study)


def _begin(found: Explorer, design: Callable[[], Design]) -> None:
    st.session_state.pop("study problem", None)
    try:
        st.session_state["study"] = Study(design(), found).start()
    except (DesignError, ValueError) as error:
        st.session_state["study problem"] = str(error)
    st.rerun()


@st.fragment(run_every=0.4)
def _watch(study: Study) -> None:
    if not study.running:
        st.rerun()
    st.progress(study.done / len(study.design), text=f"{study.done:,} of {len(study.design):,} scenarios")
    if st.button("Stop"):
        study.stopped = True


def _results(study: Study) -> None:
    if study.problem or study.found is None:
        notice("error", study.problem or "The scenarios ended without an answer.")
        return
    frame = study.found.frame()
    solved = frame["objective"].dropna().astype(float)
    with st.container(horizontal=True, gap="medium"):
        st.metric("scenarios", f"{len(frame):,}", width="content")
        st.metric("with a plan", f"{len(solved):,}", width="content")
        for name, share in (("5 %", 0.05), ("median", 0.5), ("95 %", 0.95)):
            st.metric(name, f"{solved.quantile(share):,.6g}" if len(solved) else "none", width="content")
        st.metric("seconds", f"{study.found.seconds:.2f}", width="content")
    st.dataframe(frame, width="stretch", hide_index=True, height=260)
    st.download_button("Download as CSV", frame.to_csv(index=False), "scenarios.csv", "text/csv", on_click="ignore")
    _side_by_side(study.found)


def _side_by_side(found: Sweep) -> None:
    answered = [k for k, answer in enumerate(found.answers) if answer is not None and answer.values is not None]
    if len(answered) < 2:
        return
    st.markdown("**Two of them side by side**")
    left, right = st.columns(2)
    names = found.design.names
    first = left.selectbox("Scenario A", answered, format_func=names.__getitem__)
    second = right.selectbox("Scenario B", answered, index=1, format_func=names.__getitem__)
    labels, values = list(found.design.family.columns), found.values()
    before, after = (dict(zip(labels, np.asarray(values[k]).tolist(), strict=True)) for k in (first, second))
    table_ = plans_table(before, after)
    moved = table_.assign(size=table_["change"].abs()).nlargest(_SHOWN, "size").drop(columns="size")
    st.vega_lite_chart(moved, moved_spec(len(moved)), width="stretch")
