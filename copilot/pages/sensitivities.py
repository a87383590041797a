"""Sensitivity: what each limit is worth, in sentences with the range in which they hold, and in tables."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.pages import grids, solved
from copilot.worth import cost_table, price_sentences, price_table

_LARGE = 20_000


def show(compiled: Compiled, result: solved.Result) -> None:
    """Prices of the document in hand; why there are none where there are none."""
    if result.program.row_count + result.program.column_count > _LARGE:
        st.caption("The program is too large to be examined on a page.")
        return
    found = result.sensitivity
    if isinstance(found, str):
        st.caption(
            f"{found[:1].upper()}{found[1:]}. The page Explore shows what any number does to the plan, solved anew."
        )
        return
    if found.integers_fixed:
        st.warning(
            "Some decisions are whole numbers. These prices hold while those keep their values; a new optimum may "
            "change them, and then by a jump. Ask on the page Explore what really happens.",
            icon=":material/info:",
        )
    for caveat in found.caveats[1 if found.integers_fixed else 0 :]:
        st.caption(caveat)
    sentences = price_sentences(found, compiled.document.formulation)
    if not sentences:
        st.markdown("No limit costs anything: moving any of them a little changes nothing.")
    for sentence in sentences:
        st.markdown(f"- {sentence}")
    with st.expander("All limits"):
        grids.show(price_table(found))
    with st.expander("All decisions: how far their objective coefficient may move before the plan changes"):
        grids.show(cost_table(found))
