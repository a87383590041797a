"""Explore: turn the numbers and see at once what becomes of the plan, with how far every answer can be trusted."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from copilot.compiled import Compiled
from copilot.exploring import Explorer, explorer, first_parameters, lines_for
from copilot.pages import fields, live, proxies, scenarios, state, tornado, tradeoffs, uncertainty, why, worth
from copilot.pages.notices import notice
from copilot.pages.uncertainty_fields import tagged
from formulations.data import Instance
from formulations.ground import GroundingError
from solvers.variations import VariationError

_SPREADS = (5, 10, 20, 30, 50, 90)
_TABS = ("Tornado", "Worth", "Scenarios", "Uncertainty", "Pareto", "Why not", "Proxy")


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
        _tabs(compiled, None, [])
        return
    lines, buttons = _variations(compiled.instance)
    found = _explorer(compiled, tuple(lines)) if lines else None
    if not lines:
        st.caption("Choose at least one parameter.")
    if found is not None:
        layout = "\n".join(lines)
        with buttons:
            live.keep(found, layout)
        live.show(found, layout)
    _tabs(compiled, found, lines)


def _tabs(compiled: Compiled, found: Explorer | None, lines: list[str]) -> None:
    """Studies around the data; those that turn sliders need some."""
    turning: dict[str, Callable[[Explorer], None]] = {
        "Tornado": lambda own: tornado.show(compiled, own),
        "Scenarios": lambda own: scenarios.show(compiled, own),
        "Proxy": lambda own: proxies.show(compiled, own, lines),
    }
    asking: dict[str, Callable[[Compiled], None]] = {
        "Worth": worth.show,
        "Uncertainty": uncertainty.show,
        "Pareto": tradeoffs.show,
        "Why not": why.show,
    }
    if not compiled.document.formulation.parameters:
        del asking["Uncertainty"], asking["Worth"]
    names = [name for name in _TABS if name in asking or (name in turning and found is not None)]
    for name, place in zip(names, st.tabs(names), strict=True):
        with place:
            if name in asking:
                asking[name](compiled)
            elif found is not None:
                turning[name](found)


def _variations(instance: Instance) -> tuple[list[str], DeltaGenerator]:
    """What varies, one line each: chosen, or written by hand; and the row of buttons, where there is room for more."""
    declared = [parameter.name for parameter in instance.formulation.parameters]
    tag = tagged(instance)
    chosen_first = first_parameters(instance) if fields.is_new(f"varying {tag}") else []
    columns = st.columns([5, 2, 2], vertical_alignment="bottom")
    chosen = columns[0].multiselect("What varies", declared, key=fields.held(f"varying {tag}", chosen_first))
    spread = columns[1].selectbox(
        "By up to", _SPREADS, format_func=lambda share: f"± {share} %", key=fields.held(f"up to {tag}", 20)
    )
    single = columns[2].toggle(
        "Each entry by itself", help="Else a table moves as a whole.", key=fields.held(f"single {tag}", False)
    )
    lines = lines_for(chosen, spread, together=not single)
    buttons = st.container(horizontal=True)
    with buttons.popover("Write it as text", icon=":material/edit:", width="content"):
        st.caption("One line each: `demand['Paris']: 300..400`, `cost together: +-10%`, `price: normal(5, 1)`")
        words = "\n".join(lines)
        key = fields.held(f"written {tag} {hash(words)}", words)
        written = st.text_area("Variations", key=key, height=150)
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
