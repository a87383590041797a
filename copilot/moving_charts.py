"""What the pictures beside the sliders show: numbers for ``assets/drawing.js``, and the chart of two plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from copilot.colors import GREEN, ORANGE
from formulations.program import Floats

_NUMBER = ",.6~g"
#: Decisions in the picture beside the sliders.
SHOWN = 14


def band(curve: pd.DataFrame, label: str, value: float, objective: float | None) -> dict[str, Any] | None:
    """What the picture of a curve needs, None where nothing of it is known; None stands for unknown numbers."""
    if not (curve["bound"].notna() | curve["objective"].notna()).any():
        return None
    return {
        "label": label,
        "value": value,
        "objective": objective,
        "values": curve["value"].tolist(),
        "objectives": _known(curve["objective"]),
        "bounds": _known(curve["bound"]),
    }


def moved(labels: Sequence[str], before: Floats | None, after: Floats | None) -> list[tuple[str, float, float]]:
    """The decisions that matter, with their values before and now: those that moved most, then the largest."""
    if before is None or after is None:
        return []
    weight = 1e6 * np.abs(after - before) + np.abs(after)
    chosen = np.sort(np.argsort(-weight, kind="stable")[:SHOWN])
    return [(labels[place], float(before[place]), float(after[place])) for place in chosen.tolist()]


def _known(numbers: pd.Series[float]) -> list[float | None]:
    return [None if missing else value for value, missing in zip(numbers.tolist(), numbers.isna(), strict=True)]


def moved_spec(rows: int, *, title: str = "now, and before") -> dict[str, Any]:
    """Decisions now as bars, with a tick where they stood before. Columns ``decision``, ``before``, ``after``."""
    axis = {"labelLimit": 200, "labelOverlap": False}
    y = {"field": "decision", "type": "nominal", "sort": None, "title": None, "axis": axis}
    tips = [
        {"field": "decision", "type": "nominal"},
        {"field": "before", "type": "quantitative", "format": _NUMBER},
        {"field": "after", "type": "quantitative", "format": _NUMBER},
    ]
    after = {"field": "after", "type": "quantitative", "title": title}
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
