"""Scenarios to plan for, drawn or from a table, and how much bad cases weigh."""

from __future__ import annotations

import streamlit as st

from copilot.hedging import OverScenarios
from copilot.pages import fields, uncertainty_fields
from copilot.pages.scenarios import tabled
from formulations.data import Instance
from solvers.designs import Design, hypercube
from solvers.spaces import space
from solvers.variations import parse_variation

_SHAPES = {"even": "evenly", "normal": "normally"}


def question(instance: Instance, tag: str) -> OverScenarios | None:
    source = st.radio(
        "Scenarios",
        ["drawn", "from a table"],
        horizontal=True,
        label_visibility="collapsed",
        key=fields.held(f"source {tag}", "drawn"),
    )
    made = _table(instance) if source == "from a table" else _drawn(instance, tag)
    recourse = uncertainty_fields.recourse(instance, tag, "choose what can wait until the scenario is known")
    columns = st.columns([3, 3, 2], vertical_alignment="bottom")
    weight = columns[0].slider(
        "Weight of bad cases", 0.0, 1.0, step=0.05, key=fields.held(f"weight {tag}", 0.0),
        help="0: best on average. 1: best in the mean of the worst cases (conditional value at risk).",
    )  # fmt: skip
    worst = columns[1].select_slider(
        "Bad cases are the worst", (1, 2, 5, 10, 20, 50), format_func=lambda share: f"{share} %",
        key=fields.held(f"tail {tag}", 5),
    )  # fmt: skip
    uncertainty_fields.seconds(columns[2], tag)
    if made is None:
        return None
    if not recourse:
        st.caption("Choose at least one variable that is decided once the scenario is known.")
        return None
    design, said = made
    return OverScenarios(design=design, recourse=tuple(recourse), said=said, weight=weight, level=1 - worst / 100)


def _drawn(instance: Instance, tag: str) -> tuple[Design, str] | None:
    columns = st.columns([5, 2, 2, 2], vertical_alignment="bottom")
    chosen = uncertainty_fields.parameters(columns[0], instance, tag)
    shape = columns[1].selectbox(
        "They vary", list(_SHAPES), format_func=_SHAPES.__getitem__, key=fields.held(f"shape {tag}", "even")
    )
    spread = uncertainty_fields.spread(
        columns[2], "By" if shape == "normal" else "By up to", tag,
        explained="The standard deviation, if they vary normally.",
    )  # fmt: skip
    count = int(columns[3].number_input("Scenarios", 2, 10_000, step=10, key=fields.held(f"count {tag}", 50)))
    law = f"normal(100%, {spread}%)" if shape == "normal" else f"+-{spread}%"
    lines = uncertainty_fields.written(
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
