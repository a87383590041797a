"""Worth: what one more unit of each number does to the objective, in sentences and as a table."""

from __future__ import annotations

import streamlit as st

from copilot.compiled import Compiled
from copilot.exploring import PATIENCE
from copilot.pages import kept, state
from copilot.pages.notices import notice
from copilot.worth_study import worth_told
from solvers.dispatch import NoCapableSolverError
from solvers.solver import Options


def show(compiled: Compiled) -> None:
    assert compiled.instance is not None
    if st.button("Tell what each number is worth", icon=":material/sell:"):
        try:
            with st.spinner("Examining the optimum …"):
                told = worth_told(compiled.instance, Options(time_limit=PATIENCE))
        except NoCapableSolverError as error:
            notice("error", str(error))
        else:
            state.keep_study(told, compiled.document)
            st.rerun()
    kept.show("worth", advice="One more unit of a stock, a price or a demand: what it changes, and how far that holds.")
