"""Pictures of kept studies, each kind its own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from copilot.charts import front_chart, tornado_chart
from copilot.hedging_charts import budgets_chart, cases_chart, outcomes_chart
from copilot.moving_charts import moved_spec
from copilot.studies import Told
from copilot.tables import plans_table

#: Decisions in a picture.
_SHOWN = 16


def show(told: Told) -> None:
    frames = {name: sheet.frame() for name, sheet in told.sheets.items() if sheet.rows}
    match told.kind:
        case "tornado":
            bars = frames["bars"].dropna(subset=["objective"])
            base = told.figures[0].value
            if base is not None and len(bars):
                st.altair_chart(tornado_chart(bars, base), width="stretch")
        case "pareto":
            names = [name for name in frames["front"].columns if name not in ("proved", "knee")]
            if len(frames["front"]) > 1:
                st.altair_chart(front_chart(frames["front"], names), width="stretch")
        case "scenarios" if "plans" in frames:
            _side_by_side(frames["plans"])
        case "robust" | "two stages" if "objectives" in frames:
            st.altair_chart(cases_chart(frames["objectives"]), width="stretch")
            if "budgets" in frames and frames["budgets"]["worst objective"].notna().sum() > 1:
                st.altair_chart(budgets_chart(frames["budgets"]), width="stretch")
        case "stochastic" if "scenarios" in frames:
            expected, risk = (figure.value for figure in told.figures[:2])
            st.altair_chart(outcomes_chart(frames["scenarios"], expected, risk), width="stretch")


def _side_by_side(plans: pd.DataFrame) -> None:
    names = list(plans.columns[1:])
    left, right = st.columns(2)
    first = left.selectbox("Scenario A", range(len(names)), format_func=names.__getitem__)
    second = right.selectbox("Scenario B", range(len(names)), index=1, format_func=names.__getitem__)
    labels = plans.iloc[:, 0].tolist()
    before, after = (dict(zip(labels, plans.iloc[:, 1 + k].tolist(), strict=True)) for k in (first, second))
    table = plans_table(before, after)
    moved = table.assign(size=table["change"].abs()).nlargest(_SHOWN, "size").drop(columns="size")
    st.vega_lite_chart(moved, moved_spec(len(moved), title="in B, and in A (tick)"), width="stretch")
