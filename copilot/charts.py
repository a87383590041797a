"""Pictures of results, chosen by what the indices mean; None where a table says it better."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from copilot.colors import GREEN, ORANGE, PALETTE
from copilot.flow_charts import coordinates, flows, network
from copilot.tables import long_table
from formulations.data import Instance
from formulations.formulation import Variable
from formulations.parse import parse_index
from formulations.program import Floats

#: More marks than this say nothing to the eye.
MOST_MARKS = 2000
SCALE = alt.Scale(scheme="tealblues")
#: Flows that can be told apart, and arcs for each node at most in a picture of a network.
MOST_FLOWS, SPARSE = 60, 3
#: Axis of amounts: few marks, without zeros behind the point.
_AMOUNTS = alt.Axis(tickCount=6, format=",.4~g")
_DURATIONS = ("duration", "processing", "length", "time", "hours")


def variable_chart(instance: Instance, name: str, values: Floats) -> Any | None:
    """The chart that the indices of a variable ask for; None where a table says it better.

    Gantt for start times with durations, bars over time or over things, a network (a map where the nodes have
    coordinates) for arcs, flows between two sets, stacked bars for things over time, else a heatmap.
    """
    variable = next(v for v in instance.formulation.variables if v.name == name)
    sets = [instance.sets[parse_index(text).set_name] for text in variable.indices]
    if not sets or not values.size or values.size > MOST_MARKS:
        return None
    frame = long_table(instance, name, values)
    keys = [column for column in frame.columns if column != "value"]
    unit = variable.unit or variable.description or name
    universes = [universe for index_set in sets for universe in index_set.universes]
    if len(keys) == 1:
        durations = _durations(instance, variable)
        if durations is not None:
            return gantt(frame, keys[0], durations, unit)
        return over_time(frame, keys[0], unit) if universes[0].numbers is not None else bars(frame, keys[0], unit)
    if len(keys) != 2:
        return None
    if universes[0] is universes[1]:
        used = int((frame["value"].abs() > 0).sum())
        if len(sets) == 1 or used <= SPARSE * len(universes[0].members):
            return network(frame, keys, unit, coordinates(instance, universes[0].name))
        return heatmap(frame, keys, unit)
    timed = [universe.numbers is not None for universe in universes]
    if timed[0] != timed[1] and variable.domain != "binary":
        return stacked(frame, time=keys[timed.index(True)], by=keys[timed.index(False)], unit=unit)
    flowing = variable.domain != "binary" and float(frame["value"].min()) >= 0
    if flowing and not any(timed) and 1 < int((frame["value"] > 0).sum()) <= MOST_FLOWS:
        return flows(frame, keys, unit)
    return heatmap(frame, keys, unit)


def bars(frame: pd.DataFrame, key: str, unit: str) -> Any:
    base = alt.Chart(frame).encode(
        y=alt.Y(f"{key}:N", sort=None, title=key, axis=alt.Axis(labelLimit=220)),
        x=alt.X("value:Q", title=unit, axis=_AMOUNTS),
        tooltip=[key, alt.Tooltip("value:Q", format=",.6~g")],
    )
    labels = base.mark_text(align="left", dx=4).encode(text=alt.Text("value:Q", format=",.4~g"))
    return (base.mark_bar(color=GREEN, cornerRadiusEnd=3) + labels).properties(height=_height(len(frame)))


def over_time(frame: pd.DataFrame, key: str, unit: str) -> Any:
    base = alt.Chart(frame).encode(
        x=alt.X(f"{key}:O", title=key, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=unit),
        tooltip=[key, alt.Tooltip("value:Q", format=",.6~g")],
    )
    return base.mark_bar(color=GREEN, cornerRadiusEnd=3).properties(height=240)


def stacked(frame: pd.DataFrame, *, time: str, by: str, unit: str) -> Any:
    """What each thing contributes over time."""
    color = alt.Color(f"{by}:N", sort=None, scale=alt.Scale(range=PALETTE))
    return (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(f"{time}:O", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("value:Q", title=unit),
            color=color,
            tooltip=[time, by, alt.Tooltip("value:Q", format=",.6~g")],
        )
        .properties(height=260)
    )


def heatmap(frame: pd.DataFrame, keys: list[str], unit: str) -> Any:
    base = alt.Chart(frame).encode(
        x=alt.X(f"{keys[1]}:N", sort=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y(f"{keys[0]}:N", sort=None),
        tooltip=[*keys, alt.Tooltip("value:Q", format=",.6~g")],
    )
    cells = base.mark_rect(stroke="white").encode(color=alt.Color("value:Q", title=unit, scale=SCALE))
    chart: Any = cells
    if len(frame) <= 200:
        middle = (frame["value"].max() + frame["value"].min()) / 2
        contrast = alt.condition(f"datum.value > {middle}", alt.value("white"), alt.value("#1c2622"))
        chart = cells + base.mark_text().encode(text=alt.Text("value:Q", format=",.4~g"), color=contrast)
    return chart.properties(height=_height(frame[keys[0]].nunique()))


def gantt(frame: pd.DataFrame, key: str, durations: Floats, unit: str) -> Any:
    frame = frame.assign(end=frame["value"] + durations)
    return (
        alt.Chart(frame)
        .mark_bar(color=GREEN, cornerRadius=4, height=18)
        .encode(
            x=alt.X("value:Q", title=unit, axis=_AMOUNTS),
            x2="end:Q",
            y=alt.Y(f"{key}:N", sort=alt.EncodingSortField("value")),
            tooltip=[key, alt.Tooltip("value:Q", title="start", format=",.6~g"), alt.Tooltip("end:Q", format=",.6~g")],
        )
        .properties(height=_height(len(frame)))
    )


def slack_chart(rows: pd.DataFrame) -> Any | None:
    """How much of each limit is used: full bars are binding. None if no row has a single limit to compare with."""
    limited = rows[(rows["upper"].notna() ^ rows["lower"].notna()) & rows["slack"].notna()].copy()
    limited["limit"] = limited["upper"].fillna(limited["lower"])
    # A share makes sense of amounts only: a positive limit, and an activity that is not negative.
    limited = limited[(limited["limit"] > 0) & (limited["activity"] >= 0)].head(40)
    if limited.empty:
        return None
    limited["used"] = limited["activity"] / limited["limit"]
    limited["state"] = np.where(
        limited["slack"].abs() <= 1e-6 * limited["limit"].abs().clip(lower=1), "binding", "slack"
    )
    palette = alt.Scale(domain=["binding", "slack"], range=[ORANGE, GREEN])
    color = alt.Color("state:N", scale=palette, legend=alt.Legend(orient="top", title=None))
    return (
        alt.Chart(limited)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            y=alt.Y("constraint:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)),
            x=alt.X("used:Q", title="activity as share of the limit", axis=alt.Axis(format="%")),
            color=color,
            tooltip=["constraint", "activity", "limit", "slack"],
        )
        .properties(height=130 + 28 * max(2, len(limited)))
    )


def progress_chart(progress: pd.DataFrame) -> Any:
    """Incumbent and bound over the seconds; columns ``seconds``, ``kind``, ``objective``."""
    return (
        alt.Chart(progress)
        .mark_line(interpolate="step-after", point=True)
        .encode(
            x=alt.X("seconds:Q", title="seconds"),
            y=alt.Y("objective:Q", scale=alt.Scale(zero=False), title="objective"),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=["incumbent", "bound"], range=[GREEN, ORANGE]), title=None
            ),
        )
        .properties(height=220)
    )


def _height(rows: int) -> int:
    """Pixels of a chart with so many rows; its axis and title take a part of them."""
    return 80 + 30 * max(2, rows)


def _durations(instance: Instance, variable: Variable) -> Floats | None:
    """The parameter that says how long each entry of a start time takes."""
    if not any(word in variable.name.lower() for word in ("start", "begin")):
        return None
    sets = tuple(parse_index(text).set_name for text in variable.indices)
    for parameter in instance.formulation.parameters:
        named = any(word in parameter.name.lower() for word in _DURATIONS)
        if parameter.indices == sets and parameter.unit == variable.unit and named:
            return instance.parameters[parameter.name]
    return None


def versions_chart(frame: pd.DataFrame) -> Any | None:
    """The objective of every solved version; None with fewer than two. Columns ``version``, ``objective``, ``what``."""
    solved = frame[frame["objective"].notna()]
    if len(solved) < 2:
        return None
    base = alt.Chart(solved).encode(
        x=alt.X("version:O", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("objective:Q", scale=alt.Scale(zero=False)),
        tooltip=["version", "what", alt.Tooltip("objective:Q", format=",.6~g")],
    )
    labels = base.mark_text(dy=-10).encode(text=alt.Text("objective:Q", format=",.6~g"))
    return (base.mark_line(color=GREEN, point=alt.OverlayMarkDef(color=GREEN, size=60)) + labels).properties(height=200)


def tornado_chart(bars: pd.DataFrame, base: float | None) -> Any:
    """One bar for each factor from the objective at its low end to that at its high end, the widest on top.

    Columns ``factor``, ``end``, ``objective``, ``base``, ``value``.
    """
    order = list(dict.fromkeys(bars["factor"]))
    color = alt.Color(
        "end:N",
        scale=alt.Scale(domain=["low", "high"], range=[ORANGE, GREEN]),
        legend=alt.Legend(orient="top", title=None),
    )
    chart: Any = (
        alt.Chart(bars)
        .mark_bar(height=18)
        .encode(
            y=alt.Y("factor:N", sort=order, title=None, axis=alt.Axis(labelLimit=240, labelOverlap=False)),
            x=alt.X("base:Q", title="objective", scale=alt.Scale(zero=False)),
            x2="objective:Q",
            color=color,
            tooltip=[
                "factor",
                "end",
                alt.Tooltip("value:Q", format=",.6~g"),
                alt.Tooltip("objective:Q", format=",.6~g"),
            ],
        )
    )
    if base is not None:
        chart += alt.Chart(pd.DataFrame({"base": [base]})).mark_rule(color="#38443f").encode(x="base:Q")
    return chart.properties(height=130 + 34 * max(2, len(order)))


def front_chart(front: pd.DataFrame, names: list[str]) -> Any:
    """A Pareto front of two objectives, or of three with the third as color; the knee stands out."""
    encoding: dict[str, Any] = {
        "x": alt.X(f"{names[0]}:Q", scale=alt.Scale(zero=False)),
        "y": alt.Y(f"{names[1]}:Q", scale=alt.Scale(zero=False)),
        "tooltip": [alt.Tooltip(f"{name}:Q", format=",.6~g") for name in names],
    }
    base = alt.Chart(front).encode(**encoding)
    points: Any = base.mark_point(filled=True, size=80, color=GREEN)
    if len(names) > 2:
        points = base.mark_point(filled=True, size=80).encode(color=alt.Color(f"{names[2]}:Q", scale=SCALE))
    else:
        points = base.mark_line(color=GREEN, opacity=0.5) + points
    knee = alt.Chart(front[front["knee"]]).encode(**encoding).mark_point(size=260, color=ORANGE, strokeWidth=2.5)
    return (points + knee).properties(height=300)
