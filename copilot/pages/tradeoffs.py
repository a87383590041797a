"""Trade-offs: the formulation's own objective against one or two others, as points of which none is better in all."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import PATIENCE
from copilot.pages import fields, kept, state
from copilot.pages.notices import notice
from copilot.what_ifs import front_told
from solvers.dispatch import NoCapableSolverError
from solvers.objectives import ParetoError, objective_text, parse_objective
from solvers.pareto import pareto
from solvers.solver import Options


def show(compiled: Compiled) -> None:
    """Asks for further objectives, written as in the notation."""
    assert compiled.instance is not None
    own = compiled.document.formulation.objective
    said = "the objective" if own is None else f"`{objective_text(own)}`"
    st.markdown(f"Trade {said} off against one or two further objectives:")
    written = st.text_area(
        "Further objectives", height=80, placeholder="minimize emissions: sum(co2[a]*use[a] for a in A)",
        label_visibility="collapsed", key=fields.held("objectives", ""),
    )  # fmt: skip
    columns = st.columns([1, 1, 3], vertical_alignment="bottom")
    points = int(columns[0].number_input("Points", 3, 60, key=fields.held("points", 12)))
    if columns[1].button("Find the front", width="stretch"):
        try:
            with st.spinner("Walking along the front …"):
                others = [parse_objective(line) for line in written.splitlines() if line.strip()]
                front = pareto(compiled.instance, others, Options(time_limit=PATIENCE), points=points)
        except (ParetoError, NoCapableSolverError) as error:
            notice("error", str(error))
        else:
            state.keep_study(front_told(front), compiled.document)
            st.rerun()
    kept.show("pareto", advice="Write one objective a line; each point is solved and none is dominated by another.")
