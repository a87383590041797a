"""Results: the status with an honest badge, then plan, constraints, sensitivity, checks and log."""

from __future__ import annotations

import html

import streamlit as st

from copilot.charts import slack_chart
from copilot.compiled import Compiled
from copilot.explain import Verdict, verdict
from copilot.numbers import shown, violation
from copilot.pages import decisions, grids, infeasible, sensitivities, solved, state, verification
from copilot.pages.notices import literal, notice
from copilot.tables import limited
from copilot.verification import formulation_level
from solvers.infeasibility import explain_unbounded, render
from solvers.solution import Solution, Termination

_LARGE = 200_000


def show(compiled: Compiled, result: solved.Result | None) -> None:
    """The whole result of the document in hand."""
    if result is None or compiled.instance is None or compiled.program is None:
        return
    solution = result.solution
    _headline(compiled, result, verdict(solution))
    if solution.termination in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED):
        infeasible.show(compiled, result)
    elif solution.termination is Termination.UNBOUNDED:
        notice("warning", render(explain_unbounded(compiled.program, solution)))
    if solution.values is None:
        with st.expander("Solver log"):
            _log(solution)
        return
    plan, constraints, prices, checks, log = st.tabs(["Plan", "Constraints", "Sensitivity", "Verification", "Log"])
    with plan:
        decisions.show(compiled, solution)
    with constraints:
        _constraints(result)
    with prices:
        sensitivities.show(compiled, result)
    with checks:
        verification.show(compiled, result)
    with log:
        _log(solution)


def _headline(compiled: Compiled, result: solved.Result, found: Verdict) -> None:
    solution, objective = result.solution, compiled.document.formulation.objective
    badges = f"<span class='badge {found.badge}'>{found.level} · {found.title}</span>"
    if result.checks is not None and result.checks.done:
        level = formulation_level(result.checks.done)
        badges += f" <span class='badge {level}'>formulation {html.escape(level)}</span>"
    st.html(badges)
    st.caption(
        found.sentence + (" This result was kept in the session; solve again to renew it." if result.kept else "")
    )
    metrics: list[tuple[str, str]] = []
    if solution.objective is not None:
        name = objective.name.replace("_", " ") if objective else "objective"
        unit = f" ({objective.unit})" if objective and objective.unit else ""
        metrics.append((name + unit, shown(solution.objective)))
    if solution.dual_bound is not None:
        metrics.append(("proved bound", shown(solution.dual_bound)))
    if solution.max_violation is not None:
        metrics.append(("largest violation", violation(solution.max_violation)))
    metrics.append((f"seconds in {solution.solver}", f"{solution.seconds:.2f}"))
    with st.container(horizontal=True, gap="medium"):
        for label, value in metrics:
            st.metric(literal(label), value, width="content")


def _constraints(result: solved.Result) -> None:
    if not 0 < len(result.rows) <= _LARGE:
        st.caption("There are no constraints." if result.rows.empty else "Too many constraints to show; export them.")
        return
    chart = slack_chart(result.rows)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    grids.show(limited(result.rows))
    if result.program.indicators:
        st.caption("Constraints without a slack are switched off by their condition.")
    if "shadow price" in result.rows:
        st.caption("Shadow price: how much the objective changes for one more unit of the limit.")
    names = list(dict.fromkeys(label.partition("[")[0] for label in result.rows["constraint"][:5000]))
    chosen = st.pills("Show in the formulation", names, key="constraint to show", label_visibility="visible")
    if chosen:
        state.select(chosen)
        del st.session_state["constraint to show"]
        state.go("formulation")


def _log(solution: Solution) -> None:
    st.code(solution.log or "The solver wrote nothing.", language=None, height=300)
