"""Tornado: what each factor does to the objective by itself, from one end to the other."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import Explorer
from copilot.pages import kept, state
from copilot.pages.notices import notice
from copilot.what_ifs import tornado_told
from solvers.designs import DesignError


def show(compiled: Compiled, found: Explorer) -> None:
    left, right = st.columns([2, 3], vertical_alignment="center")
    if left.button("Turn each factor alone, from end to end", icon=":material/tornado:", width="stretch"):
        try:
            with st.spinner("Turning …"):
                told = tornado_told(found, found.tornado())
        except DesignError as error:
            notice("error", str(error))
        else:
            state.keep_study(told, compiled.document)
            st.rerun()
    right.caption(f"{2 * len(found.labels) + 1} solves.")
    kept.show("tornado")
