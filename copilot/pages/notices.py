"""Messages with carets and indents, shown as they are and wrapped where the screen ends."""

from __future__ import annotations

import html
from typing import Literal

import streamlit as st


def notice(level: Literal["error", "warning", "info"], text: str) -> None:
    """A message in a frame of its level; the text is shown literally."""
    role = "alert" if level == "error" else "status"
    st.html(f"<div class='notice {level}' role='{role}'>{html.escape(text)}</div>")
