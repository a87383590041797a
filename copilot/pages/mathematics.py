"""The mathematics, element by element, with what is to be said where each stands; a click opens one."""

from __future__ import annotations

import html

import streamlit as st

from copilot.anatomy import rows_of
from copilot.compiled import Compiled
from copilot.pages import inspector, solved, state
from formulations.exports.latex import formulation_latex
from formulations.formulation import Element

_SECTIONS = (
    ("Constraints", "constraints"),
    ("Variables", "variables"),
    ("Parameters", "parameters"),
    ("Sets", "sets"),
)
#: Pixels of the list, and of the list with an element open in it.
_HEIGHT, _TALL = 640, 980


def show(compiled: Compiled) -> None:
    st.subheader("Mathematics")
    formulation = compiled.document.formulation
    latex = formulation_latex(formulation)
    with st.container(height=_TALL if state.selected() else _HEIGHT, border=True):
        if formulation.objective is not None:
            _card(compiled, formulation.objective, latex)
        for title, field in _SECTIONS:
            elements: tuple[Element, ...] = getattr(formulation, field)
            if elements:
                st.html(f"<div class='section'>{title}</div>")
            for element in elements:
                _card(compiled, element, latex)


def _card(compiled: Compiled, element: Element, latex: dict[str, str]) -> None:
    chosen = state.selected() == element.name
    standing = _standing(compiled, element.name)
    kind = "card-conflict" if "conflict" in standing else "card-chosen" if chosen else "card"
    with st.container(key=f"{kind}-{element.name}"):
        st.latex(latex[element.name])
        marks = "".join(f"<span class='chip {style}'>{html.escape(word)}</span>" for style, word in standing.items())
        words = html.escape(element.description)
        st.html(f"<div class='caption'><code>{html.escape(element.name)}</code> {words} {marks}</div>")
        if st.button(f"Show {element.name}", key=f"pick-{element.name}", help=None):
            state.select("" if chosen else element.name)
            st.rerun()
    if chosen:
        with st.container(key=f"inspector-{element.name}"):
            inspector.show(compiled, element)


def _standing(compiled: Compiled, name: str) -> dict[str, str]:
    """What is to be said where the element stands: findings, conflict, binding rows."""
    found: dict[str, str] = {}
    mistakes = [f for f in compiled.findings if f.name == name and f.severity != "info"]
    if mistakes:
        found["finding"] = mistakes[0].reason
    if name in solved.conflicting():
        found["conflict"] = "in conflict"
    rows = None if compiled.program is None else rows_of(compiled.program, name)
    result = solved.result()
    if rows is not None and result is not None and len(result.rows):
        binding = int((result.rows["slack"][rows].abs() <= 1e-6).sum())
        count = rows.stop - rows.start
        words = f"{binding} of {count} binding" if count > 1 else "binding" if binding else "not binding"
        found["binding" if binding else "loose"] = words
    return found
