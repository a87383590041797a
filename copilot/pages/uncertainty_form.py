"""The question about uncertain numbers: best in the worst case of ranges, or best over scenarios."""

from __future__ import annotations

import streamlit as st

from copilot.hedging import OverScenarios, WorstCase
from copilot.pages import fields, scenario_form, uncertainty_fields
from formulations.data import Instance
from solvers.uncertainty import parse_uncertainty

_AIMS = {"worst": "Best in the worst case", "scenarios": "Best over scenarios"}


def question(instance: Instance) -> tuple[WorstCase | OverScenarios | None, float]:
    """What is asked, None while something is missing, and the seconds it may take.

    Raises what the lines and tables are refused for.
    """
    tag = uncertainty_fields.tagged(instance)
    aim = st.segmented_control(
        "Aim", list(_AIMS), format_func=_AIMS.__getitem__, key=fields.held(f"aim {tag}", "worst"),
        label_visibility="collapsed",
    )  # fmt: skip
    asked: WorstCase | OverScenarios | None
    asked = scenario_form.question(instance, tag) if aim == "scenarios" else _worst_case(instance, tag)
    seconds = float(st.session_state[fields.held(f"seconds {tag}", 60.0)])
    return asked, seconds


def _worst_case(instance: Instance, tag: str) -> WorstCase | None:
    columns = st.columns([5, 2, 2], vertical_alignment="bottom")
    chosen = uncertainty_fields.parameters(columns[0], instance, tag)
    spread = uncertainty_fields.spread(columns[1], "By up to", tag)
    budget = columns[2].number_input(
        "Budget Γ", min_value=0.0, step=1.0, format="%g", key=fields.held(f"budget {tag}", 0.0),
        help="How many entries of a parameter may be at their worst at once. 0: all of them.",
    )  # fmt: skip
    recourse = uncertainty_fields.recourse(instance, tag, "none: all decisions are taken now")
    left, right = st.columns([7, 2], vertical_alignment="bottom")
    budgets = left.checkbox(
        "Show what other budgets would cost", key=fields.held(f"budgets {tag}", False), disabled=bool(recourse),
        help="For plans without decisions that can wait.",
    )  # fmt: skip
    uncertainty_fields.seconds(right, tag)
    suffix = f" budget {budget:g}" if budget else ""
    lines = uncertainty_fields.written(
        [f"{name}: +-{spread}%{suffix}" for name in chosen],
        "One line each: `demand['Paris']: 300..400`, `cost: +-10% budget 2`, `price together: 90%..120%`",
        tag,
    )
    if not lines:
        st.caption("Choose at least one parameter that is uncertain.")
        return None
    uncertain = tuple(parse_uncertainty(line) for line in lines)
    return WorstCase(uncertainties=uncertain, recourse=tuple(recourse), budgets=bool(budgets) and not recourse)
