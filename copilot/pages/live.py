"""The live part of Explore: sliders, objective, badge, band and decisions; only this is drawn anew while one drags."""

from __future__ import annotations

import html

import streamlit as st

from copilot.exploring import Asked, Explorer, slider_rows
from copilot.moving_charts import band_data, band_spec, moved_spec
from copilot.pages import sliders, state
from copilot.tables import plans_table

#: Decisions in the chart.
_SHOWN = 14


@st.fragment
def show(found: Explorer, layout: str) -> None:
    """Sliders to the left, the answer for where they stand to the right."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        setting = sliders.setting(slider_rows(found.space, found.space.base), layout=layout)
        _buttons(found, setting)
    asked = found.ask(list(setting.values))
    with right, st.container(key="live"):
        _headline(found, asked, setting)
        if setting.values:
            moved = min(setting.moved, len(setting.values) - 1)
            curve = found.curve(asked.factors, moved)
            if curve["bound"].notna().sum() > 1:
                data = band_data(curve, asked.factors[moved], asked.answer.objective)
                st.vega_lite_chart(data, band_spec(found.labels[moved]), key="band", width="stretch")
        _decisions(found, asked)
        # Drawn last: with it the answer is complete, and the sliders may ask the next.
        sliders.marked("<span class='complete'></span>", setting)


def _headline(found: Explorer, asked: Asked, setting: sliders.Setting) -> None:
    """The objective with its badge, marked with the setting that both are true for."""
    objective = found.instance.formulation.objective
    name = "objective" if objective is None else objective.name.replace("_", " ")
    answer, before = asked.answer, found.base.answer.objective
    value = "no plan" if answer.objective is None else f"{answer.objective:,.6g}"
    change = ""
    if answer.objective is not None and before:
        share = (answer.objective - before) / abs(before)
        change = f"{share:+.2%} against the data" if abs(share) > 1e-9 else "as with the data"
    unit = f" {objective.unit}" if objective is not None and objective.unit else ""
    note = f" · {answer.note}" if answer.note else ""
    sliders.marked(
        f"<div class='answer'><span class='quiet'>{html.escape(name)}</span> "
        f"<span class='badge {asked.level}'>{html.escape(asked.badge)}</span><br><b>{value}</b>{html.escape(unit)} "
        f"<span class='quiet'>{change} · {1000 * answer.seconds:.0f} ms{html.escape(note)}</span></div>",
        setting,
    )


def _decisions(found: Explorer, asked: Asked) -> None:
    """The decisions that matter: those that moved, then the largest."""
    before, after = found.base.answer.values, asked.answer.values
    if before is None or after is None:
        return
    labels = list(found.space.family.columns)
    table = plans_table(dict(zip(labels, before, strict=True)), dict(zip(labels, after, strict=True)))
    ranked = table.assign(size=table["change"].abs() * 1e6 + table["after"].abs()).nlargest(_SHOWN, "size")
    shown = table.loc[sorted(ranked.index)]
    st.vega_lite_chart(shown, moved_spec(len(shown)), key="moved", width="stretch")


def _buttons(found: Explorer, setting: sliders.Setting) -> None:
    with st.container(horizontal=True):
        if st.button("Keep as scenario", icon=":material/bookmark_add:"):
            kept = st.session_state.setdefault("scenarios", {})
            scenarios = kept.setdefault(id(found), [])
            scenarios.append(found.ask(list(setting.values)))
            st.rerun()
        if st.button("Make it a version", icon=":material/save:"):
            document = state.session().document
            if document is not None:
                changed = found.document(document, found.ask(list(setting.values)).factors)
                state.keep(state.session().edited(changed, at=state.now()))
                st.toast("The numbers are in the data now, as a new version.")
                st.rerun()
