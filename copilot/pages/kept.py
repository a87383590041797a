"""Kept studies: the latest answer of a kind as it was found, what it was asked of, and whether that still holds."""

from __future__ import annotations

import html
import re
from typing import Any

import streamlit as st

from copilot.pages import grids, pictures, state
from copilot.pages.notices import literal
from copilot.studies import Figure, KeptStudy, Kind, Sheet, Told

#: Sheets that are drawn rather than listed.
_DRAWN = ("bars", "objectives", "plans")
#: Sheets of sentences, which wrap where a grid would cut them.
_WORDS = ("because of", "in words")


def show(*kinds: Kind, advice: str = "") -> None:
    """The latest study of these kinds, or an earlier one that is chosen; ``advice`` where there is none yet."""
    session = state.session()
    found = session.studies_of(*kinds)
    if not found:
        if advice:
            st.caption(advice)
        return
    number = 0
    if len(found) > 1:
        places = range(len(found))
        number = st.selectbox(
            "Kept answers", places, format_func=lambda k: _named(found[k]), key=f"kept {kinds} {len(session.studies)}"
        )
    _study(found[number], " ".join(kinds))


def _named(study: KeptStudy) -> str:
    first = study.told.question.splitlines()[0] if study.told.question else study.told.kind
    more = " …" if "\n" in study.told.question else ""
    return f"{study.at:%d %b %H:%M} · version {study.version + 1} · {first}{more}"


def _study(study: KeptStudy, place: str) -> None:
    told, session = study.told, state.session()
    badges = f"<span class='badge {told.level}'>{html.escape(told.badge)}</span> " if told.badge else ""
    if session.outdated(study):
        badges += "<span class='badge unverified'>outdated: formulation or data have changed since</span> "
    asked = html.escape("; ".join(told.question.splitlines()))
    when = f"{study.at:%d %b %H:%M}, version {study.version + 1}"
    st.html(f"<div>{badges}<span class='quiet'>{asked} · {when}</span></div>")
    figures(told.figures)
    pictures.show(told)
    for note in told.notes:
        st.caption(literal(note))
    listed = {name: sheet for name, sheet in told.sheets.items() if name not in _DRAWN and sheet.rows}
    for name, sheet in listed.items():
        if len(listed) > 1 or name != _plain_name(told):
            st.markdown(f"**{name[0].upper()}{name[1:]}**")
        if name in _WORDS:
            _words(sheet)
        else:
            grids.show(sheet.frame())
        if not sheet.whole:
            st.caption(f"The first {len(sheet.rows):,} of {sheet.total:,} rows are kept.")
    _buttons(study, place)


def _words(sheet: Sheet) -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in sheet.rows
    )
    st.html(f"<table class='facts'>{rows}</table>")


def figures(shown: tuple[Figure, ...]) -> None:
    if shown:
        with st.container(horizontal=True, gap="medium"):
            for figure in shown:
                st.metric(literal(figure.label), figure.shown, help=figure.help or None, width="content")


def _plain_name(told: Told) -> str:
    """The sheet that needs no heading where it is the only one."""
    return {"scenarios": "scenarios", "pareto": "front"}.get(told.kind, "")


def _buttons(study: KeptStudy, place: str) -> None:
    told = study.told
    stem = re.sub(r"\W+", "-", f"{told.kind}-version-{study.version + 1}").lower()
    with st.container(horizontal=True):
        for name, sheet in told.sheets.items():
            _download(sheet, name, f"{stem}-{name.replace(' ', '-')}.csv", f"{place} {name}")
        if st.button("Forget this answer", icon=":material/delete:", type="tertiary", key=f"forget {place}"):
            state.keep(state.session().without_study(study))
            st.rerun()


def _download(sheet: Sheet, name: str, file: str, key: str) -> Any:
    if sheet.rows:
        content = sheet.frame().to_csv(index=False)
        st.download_button(
            f"{name[0].upper()}{name[1:]} as CSV", content, file, "text/csv", on_click="ignore", key=f"csv {key}"
        )
