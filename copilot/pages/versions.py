"""Versions: every state of the formulation, its objective, what changed between two, and their plans side by side."""

from __future__ import annotations

from datetime import UTC

import pandas as pd
import streamlit as st

from copilot.charts import versions_chart
from copilot.pages import grids, state
from copilot.pages.notices import literal
from copilot.session import Session
from copilot.tables import plans_table

_SHOWN = 60


def page() -> None:
    st.title("Versions")
    session = state.session()
    if not session.versions:
        st.info("There are no versions yet: describe a problem or open a sample. Every change is kept here.")
        return
    frame = pd.DataFrame([_row(session, number) for number in range(len(session.versions))])
    chart = versions_chart(frame)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    shown = frame.assign(at=frame["at"].dt.strftime("%d %b %H:%M")).dropna(axis="columns", how="all")
    grids.show(shown.iloc[::-1])
    if len(session.versions) > 1:
        _side_by_side(session)
    else:
        st.caption("Every change makes a version; two of them are compared here, with their plans side by side.")


def _row(session: Session, number: int) -> dict[str, object]:
    version = session.versions[number]
    found = version.solution
    return {
        "": "●" if number == session.current else "",
        "version": number + 1,
        "what": version.note or "edited",
        "objective": None if found is None else found.objective,
        "status": None if found is None else found.termination.value.replace("_", " "),
        "answers": sum(study.version == number for study in session.studies) or None,
        "made from": None if version.parent is None else version.parent + 1,
        "by": version.author,
        # What was read from a file has another object for the same zone, which pandas would not mix.
        "at": pd.Timestamp(version.at.astimezone(UTC)),
    }


def _side_by_side(session: Session) -> None:
    numbers = list(range(len(session.versions)))
    assert session.current is not None
    parent = session.versions[session.current].parent
    st.subheader("Two versions side by side")
    left, right = st.columns(2)

    def named(number: int) -> str:
        return f"{number + 1}. {session.versions[number].note or 'edited'}"

    # The first version has nothing before it: it is compared with the latest.
    first, second = (parent, session.current) if parent is not None else (session.current, numbers[-1])
    if first == second:
        first = max(0, second - 1)
    before = left.selectbox("Before", numbers, index=first, format_func=named)
    after = right.selectbox("After", numbers, index=second, format_func=named)
    found = session.difference(before, after)
    if not found:
        st.caption("They mean the same.")
    for change in found[:_SHOWN]:
        details = "".join(f"  \n:gray[{literal(detail)}]" for detail in change.details)
        color = {"added": "green", "removed": "red", "changed": "orange"}[change.kind]
        st.markdown(f":{color}-badge[{change.kind}] {change.element} **{literal(change.name)}**{details}")
    plans = [session.versions[number].solution for number in (before, after)]
    if plans[0] is not None and plans[1] is not None and plans[0].values and plans[1].values:
        table = plans_table(plans[0].values, plans[1].values)
        moved = table[table["change"].abs() > 1e-9]
        st.markdown(f"**Decisions that differ** :gray[{len(moved)} of {len(table)}]")
        if len(moved):
            grids.show(moved)
    else:
        st.caption("Once both have a plan, the decisions that differ are listed here.")
    if st.button(f"Continue from version {before + 1}", disabled=before == session.current):
        state.keep(session.at_version(before))
        st.rerun()
