"""Tables with numbers that can be read: six digits, no dust and no negative zero, shares in percent."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from copilot.numbers import DUST

#: Columns that hold shares of one.
_SHARES = ("gap", "probability")
#: Pixels of a row, and of the tallest table.
_ROW, _MOST = 35, 420
_DIGITS = 6


def show(frame: pd.DataFrame, *, index: bool = False) -> None:
    """The table as wide as the page and as high as it needs, up to a limit."""
    if frame.empty:
        st.caption("There are no rows.")
        return
    tall = min(_MOST, _ROW * (len(frame) + 1) + 3)
    cleaned = frame.assign(**{str(name): _clean(frame[name]) for name in _floats(frame)})
    st.dataframe(
        cleaned, width="stretch", hide_index=not index, height=tall, column_config=formats(frame), placeholder=""
    )


def formats(frame: pd.DataFrame) -> dict[Any, Any]:
    """How each column of numbers is written: no digit before the point is lost, no noise behind it is shown."""
    return {name: st.column_config.NumberColumn(format=_format(str(name), frame[name])) for name in _floats(frame)}


def _floats(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if pd.api.types.is_float_dtype(frame[name].dtype)]


def _clean(numbers: pd.Series) -> pd.Series:
    return numbers.mask(numbers.abs() < DUST, 0.0)


def _format(name: str, numbers: pd.Series) -> str:
    if name in _SHARES:
        return "percent"
    largest = float(numbers.abs().max()) if numbers.notna().any() else 0.0
    before = len(str(int(largest))) if math.isfinite(largest) else 0
    return f"%.{max(_DIGITS, before + 2)}g"
