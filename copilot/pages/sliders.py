"""Sliders that speak while they are dragged, with the answer for where they stand; any other answer is hidden.

The answer is drawn by the sliders' own script: what the frontend would do for each chart of a page takes longer than
all the rest of the way from a movement to its picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
_HTML = """
<div class='explorer'>
  <div class='sliders'></div>
  <div class='live'><div class='headline'></div><div class='band'></div><div class='moved'></div></div>
</div>
"""
Row = dict[str, float | str]


@dataclass(frozen=True)
class Setting:
    """Where the sliders stand. moved: the last one that was. key: what the answer for it is marked with."""

    values: tuple[float, ...]
    moved: int
    key: str
    layout: str


@cache
def _component() -> Any:
    script = "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("drawing.js", "sliders.js"))
    return st.components.v2.component("sliders", html=_HTML, js=script, isolate_styles=False)


def setting(rows: Sequence[Row], *, layout: str) -> Setting:
    """Where the sliders of this layout stand; at first where their rows say."""
    kept = st.session_state.get("sliders", {}).get("setting") or {}
    known = kept if kept.get("layout") == layout and len(kept.get("values", ())) == len(rows) else {}
    wanted = known.get("values") or [row["value"] for row in rows]
    values = tuple(
        min(float(row["high"]), max(float(row["low"]), float(value))) for row, value in zip(rows, wanted, strict=True)
    )
    return Setting(values, int(known.get("moved", 0)), str(known.get("key", "")), layout)


def draw(rows: Sequence[Row], asked: Setting, answer: dict[str, Any]) -> None:
    """Draws the sliders and the answer to this setting: ``headline`` as HTML, ``band`` and ``moved`` as numbers."""
    drawn = [{**row, "value": value} for row, value in zip(rows, asked.values, strict=True)]
    data = {"rows": drawn, "layout": asked.layout, "answered": asked.key, "answer": answer}
    _component()(key="sliders", data=data, default={"setting": None}, on_setting_change=lambda: None)
