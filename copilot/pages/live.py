"""The live part of Explore: sliders, objective, badge, band and decisions; only this is drawn anew while one drags."""

from __future__ import annotations

import html

import streamlit as st

from copilot.exploring import Asked, Explorer, slider_rows
from copilot.moving_charts import band, moved
from copilot.numbers import shown
from copilot.pages import sliders, state
from copilot.studies import same_problem
from copilot.what_ifs import latest_of, settings_told


@st.fragment
def show(found: Explorer, layout: str) -> None:
    """Sliders to the left, the answer for where they stand to the right."""
    rows = slider_rows(found.space, found.space.base)
    setting = sliders.setting(rows, layout=layout)
    asked = found.ask(list(setting.values))
    place = min(setting.moved, len(rows) - 1)
    curve = found.curve(asked.factors, place)
    answer = {
        "headline": _headline(found, asked),
        "band": band(curve, found.labels[place], float(asked.factors[place]), asked.answer.objective),
        "moved": moved(found.space.family.columns, found.base.answer.values, asked.answer.values),
    }
    sliders.draw(rows, setting, answer)


def _headline(found: Explorer, asked: Asked) -> str:
    """The objective with its badge, as HTML."""
    objective = found.instance.formulation.objective
    name = "objective" if objective is None else objective.name.replace("_", " ")
    answer, before = asked.answer, found.base.answer.objective
    value = "no plan" if answer.objective is None else shown(answer.objective)
    change = ""
    if answer.objective is not None and before:
        share = (answer.objective - before) / abs(before)
        change = f"{share:+.2%} against the data" if abs(share) > 1e-9 else "as with the data"
    unit = f" {objective.unit}" if objective is not None and objective.unit else ""
    note = f" · {answer.note}" if answer.note else ""
    return (
        f"<span class='quiet'>{html.escape(name)}</span> "
        f"<span class='badge {asked.level}'>{html.escape(asked.badge)}</span><br><b>{value}</b>{html.escape(unit)} "
        f"<span class='quiet'>{change} · {1000 * answer.seconds:.0f} ms{html.escape(note)}</span>"
    )


def _keep(found: Explorer, asked: Asked) -> None:
    """One more row among the settings that are kept for these variations of this version."""
    session, document = state.session(), state.session().document
    if document is None or session.current is None:
        return
    fresh = settings_told(found, asked, None)
    before = latest_of(session.studies_of("settings"), fresh.question, session.current)
    state.keep_study(fresh if before is None else settings_told(found, asked, before), document)


def keep(found: Explorer, layout: str) -> None:
    """Buttons that keep the setting for which the answer is shown."""
    setting = sliders.setting(slider_rows(found.space, found.space.base), layout=layout)
    if st.button("Keep as scenario", icon=":material/bookmark_add:"):
        _keep(found, found.ask(list(setting.values)))
        st.rerun()
    if st.button("Make it a version", icon=":material/save:"):
        document = state.session().document
        if document is not None:
            changed = found.document(document, found.ask(list(setting.values)).factors)
            if same_problem(changed, document):
                st.toast("The sliders stand where the data are: there is nothing to keep.")
                return
            state.keep(state.session().edited(changed, at=state.now()))
            st.toast("The numbers are in the data now, as a new version.")
            st.rerun()
