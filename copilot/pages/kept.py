"""Kept studies: the latest answer of a kind as it was found, what it was asked of, and whether that still holds."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd
import streamlit as st

from copilot.charts import front_chart, tornado_chart
from copilot.hedging_charts import budgets_chart, cases_chart, outcomes_chart
from copilot.moving_charts import moved_spec
from copilot.pages import grids, state
from copilot.pages.notices import literal
from copilot.studies import Figure, KeptStudy, Kind, Sheet, Told
from copilot.tables import plans_table

#: Decisions in a picture.
_SHOWN = 16
#: Sheets that are drawn rather than listed.
_DRAWN = ("bars", "objectives", "plans")
#: Sheets of sentences, which wrap where a grid would cut them.
_WORDS = ("because of",)


def show(*kinds: Kind, advice: str = "") -> None:
    """The latest study of these kinds, or an earlier one that is chosen; ``advice`` where there is none yet."""
    session = state.session()
    found = session.studies_of(*kinds)
    if not found:
        if advice:
            st.caption(advice)
        return
    number = 0
    if len(found) > 1:
        places = range(len(found))
        number = st.selectbox(
            "Kept answers", places, format_func=lambda k: _named(found[k]), key=f"kept {kinds} {len(session.studies)}"
        )
    _study(found[number], " ".join(kinds))


def _named(study: KeptStudy) -> str:
    first = study.told.question.splitlines()[0] if study.told.question else study.told.kind
    more = " …" if "\n" in study.told.question else ""
    return f"{study.at:%d %b %H:%M} · version {study.version + 1} · {first}{more}"


def _study(study: KeptStudy, place: str) -> None:
    told, session = study.told, state.session()
    badges = f"<span class='badge {told.level}'>{html.escape(told.badge)}</span> " if told.badge else ""
    if session.outdated(study):
        badges += "<span class='badge unverified'>outdated: formulation or data have changed since</span> "
    asked = html.escape("; ".join(told.question.splitlines()))
    when = f"{study.at:%d %b %H:%M}, version {study.version + 1}"
    st.html(f"<div>{badges}<span class='quiet'>{asked} · {when}</span></div>")
    figures(told.figures)
    _picture(told)
    for note in told.notes:
        st.caption(literal(note))
    listed = {name: sheet for name, sheet in told.sheets.items() if name not in _DRAWN and sheet.rows}
    for name, sheet in listed.items():
        if len(listed) > 1 or name != _plain_name(told):
            st.markdown(f"**{name[0].upper()}{name[1:]}**")
        if name in _WORDS:
            _words(sheet)
        else:
            grids.show(sheet.frame())
        if not sheet.whole:
            st.caption(f"The first {len(sheet.rows):,} of {sheet.total:,} rows are kept.")
    _buttons(study, place)


def _words(sheet: Sheet) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in sheet.rows
    )
    st.html(f"<table class='facts'>{rows}</table>")


def figures(shown: tuple[Figure, ...]) -> None:
    if shown:
        with st.container(horizontal=True, gap="medium"):
            for figure in shown:
                st.metric(literal(figure.label), figure.shown, help=figure.help or None, width="content")


def _plain_name(told: Told) -> str:
    """The sheet that needs no heading where it is the only one."""
    return {"scenarios": "scenarios", "pareto": "front"}.get(told.kind, "")


def _picture(told: Told) -> None:
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


def _buttons(study: KeptStudy, place: str) -> None:
    told = study.told
    stem = re.sub(r"\W+", "-", f"{told.kind}-version-{study.version + 1}").lower()
    with st.container(horizontal=True):
        for name, sheet in told.sheets.items():
            _download(sheet, name, f"{stem}-{name.replace(' ', '-')}.csv", f"{place} {name}")
        if st.button("Forget this answer", icon=":material/delete:", type="tertiary", key=f"forget {place}"):
            state.keep(state.session().without_study(study))
            st.rerun()


def _download(sheet: Sheet, name: str, file: str, key: str) -> Any:
    if sheet.rows:
        content = sheet.frame().to_csv(index=False)
        st.download_button(
            f"{name[0].upper()}{name[1:]} as CSV", content, file, "text/csv", on_click="ignore", key=f"csv {key}"
        )
