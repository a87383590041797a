"""The mathematics, element by element; a click opens one: its sentence, its line, its code, its rows, its picture."""

from __future__ import annotations

import html

import streamlit as st

from copilot.anatomy import kind_of, notation_lines, pyomo_source, rows_of, source_of, with_line
from copilot.charts import slack_chart
from copilot.compiled import Compiled
from copilot.origins import covering, origins
from copilot.pages import editor, grids, state
from copilot.tables import limited
from formulations.exports.latex import formulation_latex
from formulations.formulation import Document, Element

_SECTIONS = (
    ("Constraints", "constraints"),
    ("Variables", "variables"),
    ("Parameters", "parameters"),
    ("Sets", "sets"),
)
#: Pixels of the list, and of the list with an element open in it.
_HEIGHT, _TALL = 640, 980
#: Rows of one constraint in the inspector.
_ROWS = 200


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
            _inspector(compiled, element)


def _standing(compiled: Compiled, name: str) -> dict[str, str]:
    """What is to be said where the element stands: findings, conflict, binding rows."""
    found: dict[str, str] = {}
    mistakes = [f for f in compiled.findings if f.name == name and f.severity != "info"]
    if mistakes:
        found["finding"] = mistakes[0].reason
    if name in state.conflicting():
        found["conflict"] = "in conflict"
    rows = None if compiled.program is None else rows_of(compiled.program, name)
    result = state.result()
    if rows is not None and result is not None and len(result.rows):
        binding = int((result.rows["slack"][rows].abs() <= 1e-6).sum())
        count = rows.stop - rows.start
        words = f"{binding} of {count} binding" if count > 1 else "binding" if binding else "not binding"
        found["binding" if binding else "loose"] = words
    return found


def _inspector(compiled: Compiled, element: Element) -> None:
    document = compiled.document
    origin = origins(document, state.session().draft).get(element.name)
    if origin is not None:
        quoted = " … ".join(document.text[s.start : s.end] for s in covering(document.text, origin.spans))
        st.html(
            f"<blockquote>{html.escape(quoted)}<cite>{'' if origin.certain else 'likely '}origin</cite></blockquote>"
        )
    line = notation_lines(document)[element.name]
    edited = st.text_area(
        f"{kind_of(element).capitalize()} in the notation", line, key=f"line {element.name} {hash(line)}"
    )
    if st.button("Apply this line", icon=":material/check:", key=f"apply {element.name}"):
        editor.apply(document, with_line(document, element.name, edited))
    if code := source_of(_source(document), element.name):
        st.code(code, language="python", wrap_lines=True)
    _rows(compiled, element.name)


def _rows(compiled: Compiled, name: str) -> None:
    """The rows of a constraint at the last plan."""
    result, program = state.result(), compiled.program
    rows = None if program is None else rows_of(program, name)
    if program is None or rows is None:
        return
    if result is None or not len(result.rows):
        st.caption(f"{rows.stop - rows.start:,} rows in the solver; solve to see which are binding.")
        return
    table = result.rows[rows.start : min(rows.stop, rows.start + _ROWS)]
    chart = slack_chart(table)
    if chart is not None:
        st.altair_chart(chart, width="stretch")
    grids.show(limited(table))


@st.cache_data(max_entries=8, show_spinner=False)
def _exported(written: str) -> str:
    return pyomo_source(Document.model_validate_json(written))


def _source(document: Document) -> str:
    """The Pyomo source; data are left out of the key where they are long, for the code does not show them."""
    return _exported(document.model_copy(update={"text": ""}).model_dump_json())
