"""One element from all sides: its sentence, its line to edit, its code, its rows at the last plan."""

from __future__ import annotations

import html

import streamlit as st

from copilot.anatomy import kind_of, notation_lines, pyomo_source, rows_of, source_of, with_line
from copilot.charts import slack_chart
from copilot.compiled import Compiled
from copilot.origins import covering, origins
from copilot.pages import editor, grids, solved, state
from copilot.tables import limited
from formulations.formulation import Document, Element

#: Rows of one constraint that are listed.
_ROWS = 200


def show(compiled: Compiled, element: Element) -> None:
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
    result, program = solved.result(), compiled.program
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
