"""Results: the status with an honest badge, a table and a chart for each variable, the constraints and their slack."""

from __future__ import annotations

import streamlit as st

from copilot.charts import slack_chart, variable_chart
from copilot.compiled import Compiled
from copilot.explain import Verdict, verdict
from copilot.pages import state
from copilot.pages.notices import notice
from copilot.tables import constraint_table, variable_table
from formulations.ground import values_by_variable
from solvers.infeasibility import diagnose, explain_unbounded, render
from solvers.solution import Solution, Termination
from solvers.solver import Options

_LARGE = 200_000


def show(compiled: Compiled, result: state.Result | None) -> None:
    """The whole result of the document in hand."""
    if result is None or compiled.instance is None or compiled.program is None:
        return
    solution = result.solution
    _headline(compiled, solution, verdict(solution))
    if solution.termination in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED):
        _infeasible(compiled)
    elif solution.termination is Termination.UNBOUNDED:
        notice("warning", render(explain_unbounded(compiled.program, solution)))
    if solution.values is not None:
        _variables(compiled, solution)
        _constraints(compiled, solution)
    with st.expander("Solver log"):
        st.code(solution.log or "The solver wrote nothing.", language=None, height=300)


def _headline(compiled: Compiled, solution: Solution, found: Verdict) -> None:
    objective = compiled.document.formulation.objective
    st.html(f"<span class='badge {found.badge}'>{found.level} · {found.title}</span>")
    st.caption(found.sentence)
    metrics: list[tuple[str, str]] = []
    if solution.objective is not None:
        name = objective.name.replace("_", " ") if objective else "objective"
        metrics.append(
            (f"{name} ({objective.unit})" if objective and objective.unit else name, f"{solution.objective:,.6g}")
        )
    if solution.dual_bound is not None:
        metrics.append(("proved bound", f"{solution.dual_bound:,.6g}"))
    if solution.max_violation is not None:
        metrics.append(("largest violation", f"{solution.max_violation:.1e}"))
    metrics.append((f"seconds in {solution.solver}", f"{solution.seconds:.2f}"))
    for column, (label, value) in zip(st.columns(4), metrics, strict=False):
        column.metric(label, value)


def _infeasible(compiled: Compiled) -> None:
    assert compiled.program is not None
    if st.session_state.get("diagnosis of") is not compiled.document:
        with st.spinner("Looking for the constraints that exclude each other …"):
            st.session_state["diagnosis"] = render(diagnose(compiled.program, Options(time_limit=30.0)))
        st.session_state["diagnosis of"] = compiled.document
    notice("warning", st.session_state["diagnosis"])


def _variables(compiled: Compiled, solution: Solution) -> None:
    assert compiled.instance is not None
    assert solution.values is not None
    arrays = values_by_variable(compiled.instance, solution.values)
    variables = compiled.document.formulation.variables
    scalars = [variable for variable in variables if not variable.indices]
    if scalars:
        st.subheader("Decisions")
        columns = st.columns(4)
        for number, variable in enumerate(scalars):
            label = f"{variable.name} ({variable.unit})" if variable.unit else variable.name
            columns[number % 4].metric(label, f"{float(arrays[variable.name]):,.6g}", help=variable.description or None)
    for variable in variables:
        if not variable.indices or arrays[variable.name].size > _LARGE:
            continue
        heading = variable.name + (f" — {variable.description}" if variable.description else "")
        st.subheader(heading + (f" ({variable.unit})" if variable.unit else ""))
        table = variable_table(compiled.instance, variable.name, arrays[variable.name])
        chart = variable_chart(compiled.instance, variable.name, arrays[variable.name])
        if chart is None:
            st.dataframe(table, width="stretch", hide_index="value" in table.columns)
            continue
        left, right = st.columns([3, 2], gap="large")
        left.altair_chart(chart, width="stretch")
        right.dataframe(table, width="stretch", hide_index="value" in table.columns)


def _constraints(compiled: Compiled, solution: Solution) -> None:
    assert compiled.program is not None
    if not compiled.program.row_count or compiled.program.row_count > _LARGE:
        return
    st.subheader("Constraints")
    rows = constraint_table(compiled.program, solution)
    chart = slack_chart(rows)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    st.dataframe(rows, width="stretch", hide_index=True)
    if "shadow price" in rows:
        st.caption("Shadow price: how much the objective changes for one more unit of the limit.")
