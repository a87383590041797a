"""Messages with carets and indents, shown as they are and wrapped where the screen ends."""

from __future__ import annotations

import html
import re
from typing import Literal

import streamlit as st

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!$~:|<>^=&])")


def literal(text: str) -> str:
    """The text as Markdown that shows it as it is: no ``$3 and $4`` becomes a formula, no ``*`` disappears."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def notice(level: Literal["error", "warning", "info"], text: str) -> None:
    """A message in a frame of its level; the text is shown literally."""
    role = "alert" if level == "error" else "status"
    st.html(f"<div class='notice {level}' role='{role}'>{html.escape(text)}</div>")
