"""Pictures of what goes from somewhere to somewhere: networks, maps, and flows between two sets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from copilot.colors import GREEN, ORANGE, PALETTE
from copilot.numbers import shown
from formulations.data import Instance
from formulations.formulation import Member

#: Names of parameters that are coordinates, to the right and upwards.
_RIGHT = ("x", "east", "longitude", "lon", "horizontal")
_UP = ("y", "north", "latitude", "lat", "vertical")
#: Points along the curve of a flow, and the height of the gaps between nodes as a share of the whole.
_CURVE, _GAP = 24, 0.04
Place = tuple[float, float]


def coordinates(instance: Instance, set_name: str) -> dict[Member, Place]:
    """Where the members of a set are, if two parameters over it say so; empty if not."""
    found: dict[str, dict[Member, float]] = {}
    for parameter in instance.formulation.parameters:
        if len(parameter.indices) != 1:
            continue
        index_set = instance.sets[parameter.indices[0]]
        if index_set.dimension != 1 or index_set.universes[0].name != set_name:
            continue
        side = axis_of(parameter.name)
        members = [index_set.universes[0].members[code] for code in index_set.codes[:, 0]]
        if side:
            found[side] = dict(zip(members, instance.parameters[parameter.name].tolist(), strict=True))
    right, up = found.get("right", {}), found.get("up", {})
    return {member: (right[member], up[member]) for member in right if member in up}


def axis_of(name: str) -> str:
    """``right`` or ``up`` for the name of a coordinate, "" for other names."""
    words = name.lower().split("_")
    if any(word in _RIGHT for word in words):
        return "right"
    return "up" if any(word in _UP for word in words) else ""


def network(frame: pd.DataFrame, keys: Sequence[str], unit: str, places: Mapping[Member, Place]) -> Any:
    """Nodes where they are, or on a circle; the arcs that carry something drawn as wide as what they carry."""
    nodes = list(dict.fromkeys([*frame[keys[0]], *frame[keys[1]]]))
    mapped = all(node in places for node in nodes)
    at = {node: places[node] for node in nodes} if mapped else _circle(nodes)
    used = frame[frame["value"].abs() > 0]
    ends = [[at[node] for node in used[key]] for key in keys]
    arcs = pd.DataFrame(
        {
            "arc": [f"{a} → {b}" for a, b in zip(used[keys[0]], used[keys[1]], strict=True)],
            "x": [place[0] for place in ends[0]],
            "y": [place[1] for place in ends[0]],
            "x2": [place[0] for place in ends[1]],
            "y2": [place[1] for place in ends[1]],
            "value": used["value"].to_numpy(),
        }
    )
    for axis in ("x", "y"):
        arcs[f"mid_{axis}"] = arcs[axis] + 0.62 * (arcs[f"{axis}2"] - arcs[axis])
    dots = _dots({node: at[node] for node in nodes})
    x, y = _axes(dots)
    lines = alt.Chart(arcs).mark_rule(color=GREEN, opacity=0.6).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q",
        strokeWidth=alt.StrokeWidth("value:Q", scale=alt.Scale(range=[1.5, 9]), legend=None),
        tooltip=["arc", alt.Tooltip("value:Q", title=unit, format=",.6~g")],
    )  # fmt: skip
    base = alt.Chart(dots).encode(x=x, y=y)
    circles = base.mark_circle(size=900, color="#e4efe9", stroke=GREEN, opacity=1)
    chart = lines + circles + base.mark_text(fontSize=11, fontWeight="bold", color="#1c2622").encode(text="place:N")
    if len(arcs) and arcs["value"].nunique() > 1:
        labels = alt.Chart(arcs).mark_text(fontSize=10, dy=-6)
        chart += labels.encode(x=alt.X("mid_x:Q"), y=alt.Y("mid_y:Q"), text=alt.Text("value:Q", format=",.4~g"))
    return chart.properties(height=380)


def place_map(instance: Instance, scalars: Mapping[str, float]) -> Any | None:
    """A chosen point among the places of a set: two single decisions that are coordinates; None without them."""
    chosen = {axis_of(name): (name, value) for name, value in scalars.items() if axis_of(name)}
    if set(chosen) != {"right", "up"}:
        return None
    for name in instance.sets:
        places = coordinates(instance, name)
        if places:
            dots = _dots(places)
            here = _dots({"chosen": (chosen["right"][1], chosen["up"][1])})
            x, y = _axes(pd.concat([dots, here]), titles=(chosen["right"][0], chosen["up"][0]))
            base = alt.Chart(dots).encode(x=x, y=y, tooltip=["place", "x", "y"])
            labels = base.mark_text(dy=-14, color="#38443f").encode(text="place:N")
            point = alt.Chart(here).mark_point(shape="diamond", filled=True, size=220, color=ORANGE, opacity=1)
            others = base.mark_point(filled=True, size=120, color=GREEN, opacity=0.9)
            return (others + labels + point.encode(x=x, y=y, tooltip=["x", "y"])).properties(height=340)
    return None


def flows(frame: pd.DataFrame, keys: Sequence[str], unit: str) -> Any:
    """Bands from the members of one set to those of another, as wide as what goes between them."""
    used = frame[frame["value"] > 0]
    total = float(used["value"].sum())
    gap = _GAP * total
    starts = [_stack(used, key, gap) for key in keys]
    fill = [dict(own) for own in starts]
    steps = np.linspace(0, 1, _CURVE)
    shape = steps * steps * (3 - 2 * steps)
    bands = []
    for source, target, value in used[[*keys, "value"]].itertuples(index=False):
        low = fill[0][source] + shape * (fill[1][target] - fill[0][source])
        fill[0][source] += value
        fill[1][target] += value
        label = f"{source} → {target}"
        told = {"flow": label, "from": str(source), "value": value}
        bands.append(pd.DataFrame({"x": steps, "low": low, "high": low + value, **told}))
    order = [str(member) for member in starts[0]]
    color = alt.Color("from:N", sort=order, scale=alt.Scale(domain=order, range=PALETTE), legend=None)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, 1.5]))
    y = {"axis": None, "scale": alt.Scale(reverse=True, zero=False)}
    ribbons = alt.Chart(pd.concat(bands)).mark_area(opacity=0.55).encode(
        x=x, y=alt.Y("low:Q", **y), y2="high:Q", color=color, detail="flow:N",
        tooltip=["flow", alt.Tooltip("value:Q", title=unit, format=",.6~g")],
    )  # fmt: skip
    nodes = pd.concat([_nodes(used, key, own, side) for key, own, side in zip(keys, starts, (0, 1), strict=True)])
    blocks = alt.Chart(nodes).mark_bar(size=9, color="#38443f").encode(x=x, y=alt.Y("low:Q", **y), y2="high:Q")
    chart: Any = ribbons + blocks
    for side, align, shift in ((0, "right", -10), (1, "left", 10)):
        words = alt.Chart(nodes[nodes["x"] == side]).mark_text(align=align, dx=shift, fontSize=12, color="#1c2622")
        chart += words.encode(x=x, y=alt.Y("middle:Q", **y), text="label:N")
    return chart.properties(height=max(240, 46 * max(len(own) for own in starts)))


def _stack(used: pd.DataFrame, key: str, gap: float) -> dict[Member, float]:
    """Where the block of each member begins."""
    sums = used.groupby(key, sort=False)["value"].sum()
    begins = np.concatenate([[0.0], np.cumsum(sums.to_numpy() + gap)[:-1]])
    return dict(zip(sums.index, begins.tolist(), strict=True))


def _nodes(used: pd.DataFrame, key: str, starts: Mapping[Member, float], side: int) -> pd.DataFrame:
    sums = used.groupby(key, sort=False)["value"].sum()
    low = np.array([starts[member] for member in sums.index])
    return pd.DataFrame(
        {
            "x": side,
            "low": low,
            "high": low + sums.to_numpy(),
            "middle": low + sums.to_numpy() / 2,
            "label": [f"{member}  {shown(value)}" for member, value in sums.items()],
        }
    )


def _dots(places: Mapping[Member, Place]) -> pd.DataFrame:
    spots = list(places.values())
    names = [str(member) for member in places]
    return pd.DataFrame({"place": names, "x": [spot[0] for spot in spots], "y": [spot[1] for spot in spots]})


def _circle(nodes: Sequence[Member]) -> dict[Member, Place]:
    angles = [2 * math.pi * k / len(nodes) for k in range(len(nodes))]
    return {node: (math.sin(angle), math.cos(angle)) for node, angle in zip(nodes, angles, strict=True)}


def _axes(dots: pd.DataFrame, titles: tuple[str, str] | None = None) -> tuple[Any, Any]:
    """Both axes with room around the dots; without lines unless they have titles."""
    made = []
    for number, (axis, kind) in enumerate((("x", alt.X), ("y", alt.Y))):
        low, high = float(dots[axis].min()), float(dots[axis].max())
        room = 0.15 * (high - low) or 1.0
        scale = alt.Scale(domain=[low - room, high + room], nice=False)
        shown = {"axis": None} if titles is None else {"title": titles[number]}
        made.append(kind(f"{axis}:Q", scale=scale, **shown))
    return made[0], made[1]
