"""The plan: numbers for single decisions, a chart chosen by the indices and a table for each indexed variable."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from copilot.charts import variable_chart
from copilot.compiled import Compiled
from copilot.flow_charts import place_map
from copilot.numbers import shown
from copilot.pages import grids
from copilot.pages.notices import literal
from copilot.tables import variable_table
from formulations.ground import values_by_variable
from solvers.solution import Solution

_LARGE = 200_000
#: Single decisions shown as numbers; more of them become a table.
_NUMBERS = 12


def show(compiled: Compiled, solution: Solution) -> None:
    """Draws every variable of a solution with values."""
    assert compiled.instance is not None
    assert solution.values is not None
    arrays = values_by_variable(compiled.instance, solution.values)
    variables = compiled.document.formulation.variables
    scalars = [variable for variable in variables if not variable.indices]
    if len(scalars) > _NUMBERS:
        rows = [
            {"decision": v.name, "value": float(arrays[v.name]), "unit": v.unit, "words": v.description}
            for v in scalars
        ]
        grids.show(pd.DataFrame(rows))
    elif scalars:
        with st.container(horizontal=True, gap="medium"):
            for variable in scalars:
                label = f"{variable.name} ({variable.unit})" if variable.unit else variable.name
                number = shown(float(arrays[variable.name]))
                st.metric(literal(label), number, help=literal(variable.description) or None, width="content")
    places = place_map(compiled.instance, {each.name: float(arrays[each.name]) for each in scalars})
    if places is not None:
        st.altair_chart(places, width="stretch")
    for variable in variables:
        if not variable.indices or not 0 < arrays[variable.name].size <= _LARGE:
            continue
        heading = variable.name + (f" — {variable.description}" if variable.description else "")
        st.subheader(literal(heading + (f" ({variable.unit})" if variable.unit else "")))
        table = variable_table(compiled.instance, variable.name, arrays[variable.name])
        chart = variable_chart(compiled.instance, variable.name, arrays[variable.name])
        if chart is None:
            st.dataframe(table, width="stretch", hide_index="value" in table.columns)
            continue
        left, right = st.columns([3, 2], gap="large")
        left.altair_chart(chart, width="stretch")
        right.dataframe(table, width="stretch", hide_index="value" in table.columns)
