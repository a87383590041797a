"""Charts that are drawn many times a second: constant Vega-Lite specifications over data that change.

A page that keeps the specification and replaces the data only moves marks; a new specification is a new picture.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from copilot.colors import GREEN, ORANGE

_NUMBER = ",.6~g"


def band_data(curve: pd.DataFrame, value: float, objective: float | None) -> pd.DataFrame:
    """The curve along one factor, and one more row, ``here``, for where it stands."""
    here = pd.DataFrame({"value": [value], "objective": [objective], "bound": [None], "here": [True]})
    frame = pd.concat([curve.assign(here=False), here.astype({"objective": float, "bound": float})])
    return frame.reset_index(drop=True)


def band_spec(label: str) -> dict[str, Any]:
    """Objective, certified bound, the band between them, and where the factor stands now."""
    x = {"field": "value", "type": "quantitative", "title": label, "scale": {"zero": False, "nice": False}}
    scale = {"zero": False}
    objective = {"field": "objective", "type": "quantitative", "title": "objective", "scale": scale}
    bound = {"field": "bound", "type": "quantitative", "title": "objective", "scale": scale}
    tips = [
        {"field": "value", "type": "quantitative", "title": label, "format": _NUMBER},
        {"field": "objective", "type": "quantitative", "format": _NUMBER},
        {"field": "bound", "type": "quantitative", "format": _NUMBER},
    ]
    along = [{"filter": "!datum.here"}]
    solved = [{"filter": "!datum.here && isValid(datum.objective)"}]
    bounded = [{"filter": "!datum.here && isValid(datum.bound)"}]
    both = [{"filter": "!datum.here && isValid(datum.objective) && isValid(datum.bound)"}]
    here = [{"filter": "datum.here"}]
    dot = [{"filter": "datum.here && isValid(datum.objective)"}]
    return {
        "height": 210,
        "layer": [
            {
                "transform": both,
                "mark": {"type": "area", "color": ORANGE, "opacity": 0.25},
                "encoding": {"x": x, "y": objective, "y2": {"field": "bound"}},
            },
            {
                "transform": bounded,
                "mark": {"type": "line", "color": ORANGE, "strokeWidth": 1, "strokeDash": [2, 2]},
                "encoding": {"x": x, "y": bound},
            },
            {
                "transform": solved,
                "mark": {"type": "line", "color": GREEN},
                "encoding": {"x": x, "y": objective},
            },
            {
                "transform": along,
                "mark": {"type": "point", "opacity": 0, "size": 300},
                "encoding": {"x": x, "y": objective, "tooltip": tips},
            },
            {
                "transform": here,
                "mark": {"type": "rule", "color": ORANGE, "strokeDash": [4, 3]},
                "encoding": {"x": x},
            },
            {
                "transform": dot,
                "mark": {"type": "point", "filled": True, "color": ORANGE, "size": 90, "opacity": 1},
                "encoding": {"x": x, "y": objective},
            },
        ],
    }


def moved_spec(rows: int) -> dict[str, Any]:
    """Decisions now as bars, with a tick where they stood before. Columns ``decision``, ``before``, ``after``."""
    axis = {"labelLimit": 200, "labelOverlap": False}
    y = {"field": "decision", "type": "nominal", "sort": None, "title": None, "axis": axis}
    tips = [
        {"field": "decision", "type": "nominal"},
        {"field": "before", "type": "quantitative", "format": _NUMBER},
        {"field": "after", "type": "quantitative", "format": _NUMBER},
    ]
    after = {"field": "after", "type": "quantitative", "title": "now, and before"}
    return {
        "height": 80 + 26 * max(2, rows),
        "encoding": {"y": y, "tooltip": tips},
        "layer": [
            {
                "mark": {"type": "bar", "color": GREEN, "opacity": 0.85, "cornerRadiusEnd": 3},
                "encoding": {"x": after},
            },
            {
                "mark": {"type": "tick", "color": ORANGE, "thickness": 3, "size": 18},
                "encoding": {"x": {"field": "before", "type": "quantitative"}},
            },
        ],
    }
