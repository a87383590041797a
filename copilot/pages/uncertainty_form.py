"""What is uncertain, how, and which decisions can wait: fields of a form that become a question."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from copilot.hedging import OverScenarios, WorstCase
from copilot.pages import state
from copilot.pages.scenarios import tabled
from formulations.data import Instance
from solvers.designs import Design, hypercube
from solvers.spaces import space
from solvers.uncertainty import parse_uncertainty
from solvers.variations import parse_variation

_SPREADS = (5, 10, 20, 30, 50, 90)
_AIMS = {"worst": "Best in the worst case", "scenarios": "Best over scenarios"}
_SHAPES = {"even": "evenly", "normal": "normally"}


def question(instance: Instance) -> tuple[WorstCase | OverScenarios | None, float]:
    """What is asked, None while something is missing, and the seconds it may take.

    Raises what the lines and tables are refused for.
    """
    tag = tagged(instance)
    aim = st.segmented_control(
        "Aim", list(_AIMS), format_func=_AIMS.__getitem__, key=state.held(f"aim {tag}", "worst"),
        label_visibility="collapsed",
    )  # fmt: skip
    asked: WorstCase | OverScenarios | None
    asked = _over_scenarios(instance, tag) if aim == "scenarios" else _worst_case(instance, tag)
    seconds = float(st.session_state[state.held(f"seconds {tag}", 60.0)])
    return asked, seconds


def tagged(instance: Instance) -> str:
    """A word for the names of a formulation: fields keep their state while these are the same."""
    names = [element.name for element in instance.formulation.elements()]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:10]


def _worst_case(instance: Instance, tag: str) -> WorstCase | None:
    columns = st.columns([5, 2, 2], vertical_alignment="bottom")
    chosen = _parameters(columns[0], instance, tag)
    spread = columns[1].selectbox(
        "By up to", _SPREADS, format_func=lambda share: f"± {share} %", key=state.held(f"spread {tag}", 10)
    )
    budget = columns[2].number_input(
        "Budget Γ", min_value=0.0, step=1.0, format="%g", key=state.held(f"budget {tag}", 0.0),
        help="How many entries of a parameter may be at their worst at once. 0: all of them.",
    )  # fmt: skip
    recourse = _recourse(instance, tag, "none: all decisions are taken now")
    left, right = st.columns([7, 2], vertical_alignment="bottom")
    budgets = left.checkbox(
        "Show what other budgets would cost", key=state.held(f"budgets {tag}", False), disabled=bool(recourse),
        help="For plans without decisions that can wait.",
    )  # fmt: skip
    _seconds(right, tag)
    suffix = f" budget {budget:g}" if budget else ""
    lines = _written(
        [f"{name}: +-{spread}%{suffix}" for name in chosen],
        "One line each: `demand['Paris']: 300..400`, `cost: +-10% budget 2`, `price together: 90%..120%`",
        tag,
    )
    if not lines:
        st.caption("Choose at least one parameter that is uncertain.")
        return None
    uncertain = tuple(parse_uncertainty(line) for line in lines)
    return WorstCase(uncertainties=uncertain, recourse=tuple(recourse), budgets=bool(budgets) and not recourse)


def _over_scenarios(instance: Instance, tag: str) -> OverScenarios | None:
    source = st.radio(
        "Scenarios",
        ["drawn", "from a table"],
        horizontal=True,
        label_visibility="collapsed",
        key=state.held(f"source {tag}", "drawn"),
    )
    made = _table(instance) if source == "from a table" else _drawn(instance, tag)
    recourse = _recourse(instance, tag, "choose what can wait until the scenario is known")
    columns = st.columns([3, 3, 2], vertical_alignment="bottom")
    weight = columns[0].slider(
        "Weight of bad cases", 0.0, 1.0, step=0.05, key=state.held(f"weight {tag}", 0.0),
        help="0: best on average. 1: best in the mean of the worst cases (conditional value at risk).",
    )  # fmt: skip
    worst = columns[1].select_slider(
        "Bad cases are the worst", (1, 2, 5, 10, 20, 50), format_func=lambda share: f"{share} %",
        key=state.held(f"tail {tag}", 5),
    )  # fmt: skip
    _seconds(columns[2], tag)
    if made is None:
        return None
    if not recourse:
        st.caption("Choose at least one variable that is decided once the scenario is known.")
        return None
    design, said = made
    return OverScenarios(design=design, recourse=tuple(recourse), said=said, weight=weight, level=1 - worst / 100)


def _drawn(instance: Instance, tag: str) -> tuple[Design, str] | None:
    columns = st.columns([5, 2, 2, 2], vertical_alignment="bottom")
    chosen = _parameters(columns[0], instance, tag)
    shape = columns[1].selectbox(
        "They vary", list(_SHAPES), format_func=_SHAPES.__getitem__, key=state.held(f"shape {tag}", "even")
    )
    spread = columns[2].selectbox(
        "By" if shape == "normal" else "By up to", _SPREADS, format_func=lambda share: f"± {share} %",
        key=state.held(f"spread {tag}", 10), help="The standard deviation, if they vary normally.",
    )  # fmt: skip
    count = int(columns[3].number_input("Scenarios", 2, 10_000, step=10, key=state.held(f"count {tag}", 50)))
    law = f"normal(100%, {spread}%)" if shape == "normal" else f"+-{spread}%"
    lines = _written(
        [f"{name}: {law}" for name in chosen],
        "One line each: `demand: normal(100%, 15%)`, `price['oil']: 40, 60, 90`, `cost together: triangular(1, 2, 4)`",
        tag,
    )
    if not lines:
        st.caption("Choose at least one parameter that is uncertain.")
        return None
    own = space(instance, [parse_variation(line) for line in lines])
    return hypercube(own, count), "\n".join([*(f"vary {line}" for line in lines), f"scenarios {count}"])


def _table(instance: Instance) -> tuple[Design, str] | None:
    uploaded = st.file_uploader(
        "Table of scenarios (CSV or Excel)", ["csv", "tsv", "xlsx"], key="table of scenarios",
        help="A row for each scenario, a column for each number, such as demand['Paris'].",
    )  # fmt: skip
    if uploaded is None:
        return None
    design = tabled(instance, uploaded.getvalue(), uploaded.name)
    return design, f"scenarios of {uploaded.name}: {len(design)}"


def _parameters(place: DeltaGenerator, instance: Instance, tag: str) -> list[str]:
    declared = [parameter.name for parameter in instance.formulation.parameters]
    key = state.held(f"uncertain {tag}", declared[:1])
    return list(place.multiselect("What is uncertain", declared, key=key))


def _recourse(instance: Instance, tag: str, otherwise: str) -> list[str]:
    declared = [variable.name for variable in instance.formulation.variables]
    return list(
        st.multiselect(
            "What is decided only once the numbers are known", declared, key=state.held(f"recourse {tag}", []),
            placeholder=otherwise,
        )
    )  # fmt: skip


def _seconds(place: DeltaGenerator, tag: str) -> None:
    place.number_input("Time limit (s)", 1.0, 3600.0, step=10.0, format="%g", key=state.held(f"seconds {tag}", 60.0))


def _written(lines: Sequence[str], caption: str, tag: str) -> list[str]:
    """The lines as chosen, or as they are written by hand instead."""
    with st.popover("Write it as text", icon=":material/edit:"):
        st.caption(caption)
        words = "\n".join(lines)
        written = st.text_area("Uncertain numbers", key=state.held(f"lines {tag} {hash(words)}", words), height=150)
    return [line.strip() for line in written.splitlines() if line.strip()]
