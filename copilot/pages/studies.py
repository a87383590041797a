"""Studies around the data: what each factor does alone, many scenarios at once, trade-offs, and why not otherwise."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from copilot.charts import front_chart, tornado_chart
from copilot.compiled import Compiled
from copilot.exploring import PATIENCE, Explorer
from copilot.pages import state
from copilot.pages.notices import notice
from solvers.designs import DesignError
from solvers.dispatch import NoCapableSolverError
from solvers.infeasibility import Kind
from solvers.objectives import ParetoError, objective_text, parse_objective
from solvers.pareto import Front
from solvers.pareto import pareto as find_front
from solvers.scenarios import Tornado
from solvers.solver import Options
from solvers.why_not import WhyNot, WhyNotError, why_not

_SHOWN = 12


def tornado(found: Explorer) -> None:
    """What each factor alone does to the objective, from end to end."""
    kept = st.session_state.get("tornado")
    if kept is None or kept[0] is not found:
        if not st.button("Turn each factor alone, from end to end", icon=":material/tornado:"):
            st.caption(f"{2 * len(found.labels) + 1} solves.")
            return
        try:
            with st.spinner("Turning …"):
                kept = (found, found.tornado())
        except DesignError as error:
            notice("error", str(error))
            return
        st.session_state["tornado"] = kept
    bars: tuple[Tornado, ...] = kept[1]
    base = found.base.answer.objective
    rows = [
        {"factor": bar.label, "end": end, "value": value, "objective": objective, "base": base}
        for bar in bars[:_SHOWN]
        for end, value, objective in (("low", bar.low, bar.at_low), ("high", bar.high, bar.at_high))
    ]
    frame = pd.DataFrame(rows)
    if base is not None and frame["objective"].notna().any():
        st.altair_chart(tornado_chart(frame.dropna(subset=["objective"]), base), width="stretch")
    lost = sorted({str(row["factor"]) for row in rows if row["objective"] is None})
    if lost:
        st.caption(f"No plan at an end of: {', '.join(lost)}.")


def pareto(compiled: Compiled) -> None:
    """The formulation's own objective traded off against one or two others, written as in the notation."""
    assert compiled.instance is not None
    own = compiled.document.formulation.objective
    said = "the objective" if own is None else f"`{objective_text(own)}`"
    st.markdown(f"Trade {said} off against one or two further objectives:")
    written = st.text_area(
        "Further objectives", height=80, placeholder="minimize emissions: sum(co2[a]*use[a] for a in A)",
        label_visibility="collapsed",
    )  # fmt: skip
    columns = st.columns([1, 1, 3], vertical_alignment="bottom")
    points = int(columns[0].number_input("Points", 3, 60, 12))
    if columns[1].button("Find the front", width="stretch"):
        st.session_state.pop("front", None)
        try:
            with st.spinner("Walking along the front …"):
                others = [parse_objective(line) for line in written.splitlines() if line.strip()]
                front = find_front(compiled.instance, others, Options(time_limit=PATIENCE), points=points)
        except (ParetoError, NoCapableSolverError) as error:
            notice("error", str(error))
            return
        st.session_state["front"] = (compiled.document, front)
    kept = st.session_state.get("front")
    if kept is not None and kept[0] is compiled.document:
        _front(kept[1])


def _front(front: Front) -> None:
    frame = front.frame()
    names = [objective.name for objective in front.objectives]
    if len(frame) > 1:
        st.altair_chart(front_chart(frame, names), width="stretch")
    complete = "all there are" if front.complete else "a selection"
    knee = "" if front.knee is None else "; the ring marks the knee, the best compromise by shares of the ranges"
    if len(frame) == 1:
        st.caption("One point is best in every respect: there is nothing to trade.")
    else:
        st.caption(f"{len(frame)} points, {complete}, none dominated by another{knee}.")
    st.dataframe(frame, width="stretch", hide_index=True)


def why(compiled: Compiled) -> None:
    """Forces a decision and tells its price and what stands against it."""
    assert compiled.instance is not None
    example = next(iter(compiled.program.columns), "x") if compiled.program is not None else "x"
    asked = st.text_input("Why not …", placeholder=f"{example} >= 1", help="A constraint, as in the notation.")
    if not asked.strip():
        st.caption(
            "Write a decision as a constraint; the answer is what it costs and which constraints are behind that."
        )
        return
    result = state.result()
    try:
        with st.spinner("Solving with the decision forced …"):
            options = Options(time_limit=20.0)
            found = why_not(compiled.instance, asked, options, before=None if result is None else result.solution)
    except (WhyNotError, NoCapableSolverError) as error:
        notice("warning", str(error))
        return
    _answer(found)


def _answer(found: WhyNot) -> None:
    if found.impossible:
        st.html("<span class='badge alert'>impossible</span>")
    elif found.price is None:
        st.html(f"<span class='badge unverified'>no answer: {found.forced.termination.value.replace('_', ' ')}</span>")
    else:
        objective = found.forced.objective
        words = "costs nothing" if not found.price else f"costs {found.price:,.6g}"
        level = "proved" if found.forced.termination.value == "optimal" else "tested"
        now = "" if objective is None else f"the objective would be {objective:,.6g}"
        st.html(f"<span class='badge {level}'>{words}</span> <span class='quiet'>{now}</span>")
    if found.causes:
        st.markdown("**Because of**" + ("" if found.irreducible else " :gray[perhaps not all of these]"))
        for member in found.causes[:_SHOWN]:
            said = f"`{member.label}` must be whole" if member.kind is Kind.INTEGRALITY else f"`{member.text}`"
            st.markdown(f"- {said}" + (f" :gray[{member.label}]" if member.kind is Kind.CONSTRAINT else ""))
    if found.differences:
        frame = pd.DataFrame(
            [(d.label, d.before, d.after) for d in found.differences], columns=["decision", "before", "after"]
        )
        st.markdown("**The plan would be another**")
        st.dataframe(frame.head(50), width="stretch", hide_index=True)
