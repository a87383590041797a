"""Sliders that speak while they are dragged, and hide every answer that is not for where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).resolve().parents[2] / "assets"


@dataclass(frozen=True)
class Setting:
    """Where the sliders stand. moved: the last one that was. key: what answers for it are marked with."""

    values: tuple[float, ...]
    moved: int
    key: str


@cache
def _component() -> Any:
    script = (_ASSETS / "sliders.js").read_text(encoding="utf-8")
    return st.components.v2.component("sliders", html="<div class='sliders'></div>", js=script, isolate_styles=False)


def setting(rows: Sequence[dict[str, float | str]], *, layout: str) -> Setting:
    """Draws the sliders and gives where they stand; another ``layout`` starts them anew."""
    kept = st.session_state.get("sliders", {}).get("setting") or {}
    known = kept if kept.get("layout") == layout and len(kept.get("values", ())) == len(rows) else {}
    answered = str(known.get("key", ""))
    drawn = _moved(rows, known)
    data = {"rows": drawn, "layout": layout, "answered": answered}
    _component()(key="sliders", data=data, default={"setting": None}, on_setting_change=lambda: None)
    values = tuple(float(row["value"]) for row in drawn)
    return Setting(values, int(known.get("moved", 0)), answered)


def _moved(rows: Sequence[dict[str, float | str]], known: dict[str, Any]) -> list[dict[str, float | str]]:
    values = known.get("values") or [row["value"] for row in rows]
    return [
        {**row, "value": min(float(row["high"]), max(float(row["low"]), float(value)))}
        for row, value in zip(rows, values, strict=True)
    ]


def marked(html: str, setting: Setting) -> None:
    """HTML that is true for this setting only: the sliders hide it as soon as they stand elsewhere."""
    st.html(f"<div data-for='{escape(setting.key)}'>{html}</div>")
