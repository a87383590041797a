"""Explore: turn the numbers and see at once what becomes of the plan, with how far every answer can be trusted."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from copilot.compiled import Compiled
from copilot.exploring import Explorer, explorer, first_parameters, lines_for
from copilot.pages import live, proxies, scenarios, state, studies
from copilot.pages.notices import notice
from formulations.data import Instance
from formulations.ground import GroundingError
from solvers.variations import VariationError

_SPREADS = (5, 10, 20, 30, 50, 90)


def page() -> None:
    st.title("Explore")
    compiled = state.compiled()
    if compiled is None or compiled.instance is None or compiled.program is None:
        st.info("There is nothing to explore yet: describe a problem or open a sample, and give it its data.")
        return
    if not compiled.instance.formulation.parameters:
        st.info(
            "This formulation has no parameters: its numbers stand in the expressions. Give those names to vary them."
        )
        return
    lines, buttons = _variations(compiled.instance)
    if not lines:
        st.caption("Choose at least one parameter.")
        return
    found = _explorer(compiled, tuple(lines))
    if found is None:
        return
    layout = "\n".join(lines)
    with buttons:
        live.keep(found, layout)
    live.show(found, layout)
    alone, many, traded, other, learned = st.tabs(["Tornado", "Scenarios", "Pareto", "Why not", "Proxy"])
    with alone:
        studies.tornado(found)
    with many:
        scenarios.show(compiled, found)
    with traded:
        studies.pareto(compiled)
    with other:
        studies.why(compiled)
    with learned:
        proxies.show(compiled, found, lines)


def _variations(instance: Instance) -> tuple[list[str], DeltaGenerator]:
    """What varies, one line each: chosen, or written by hand; and the row of buttons, where there is room for more."""
    declared = [parameter.name for parameter in instance.formulation.parameters]
    key = f"varying {id(instance.formulation)}"
    if key not in st.session_state:
        st.session_state[key] = first_parameters(instance)
    columns = st.columns([5, 2, 2], vertical_alignment="bottom")
    chosen = columns[0].multiselect("What varies", declared, key=key)
    spread = columns[1].selectbox("By up to", _SPREADS, index=2, format_func=lambda share: f"± {share} %")
    single = columns[2].toggle("Each entry by itself", help="Else a table moves as a whole.")
    lines = lines_for(chosen, spread, together=not single)
    buttons = st.container(horizontal=True)
    with buttons.popover("Write it as text", icon=":material/edit:", width="content"):
        st.caption("One line each: `demand['Paris']: 300..400`, `cost together: +-10%`, `price: normal(5, 1)`")
        written = st.text_area("Variations", "\n".join(lines), key=f"lines {hash(tuple(lines))}", height=150)
    return [line.strip() for line in written.splitlines() if line.strip()], buttons


def _explorer(compiled: Compiled, lines: tuple[str, ...]) -> Explorer | None:
    """The explorer in hand, made anew when the document or the variations change; what is wrong is shown."""
    assert compiled.instance is not None
    kept = st.session_state.get("explorer")
    if kept is not None and kept[0] is compiled.document and kept[1] == lines:
        return kept[2] if isinstance(kept[2], Explorer) else None
    try:
        with st.spinner("Solving the problem as it stands …"):
            found = explorer(compiled.instance, lines)
    except (VariationError, GroundingError) as error:
        notice("error", str(error))
        return None
    st.session_state["explorer"] = (compiled.document, lines, found)
    return found
