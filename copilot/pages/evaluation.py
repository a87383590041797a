"""Evaluation: data sets put to a formulator; what came out is shown by ``evaluated``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from copilot.evaluating import Evaluation, Prepared, prepared, told
from copilot.evaluation.assessment import CODE, Recipe
from copilot.evaluation.log import LogError
from copilot.evaluation.records import DatasetError
from copilot.pages import drafting, evaluated, state
from copilot.pages.notices import literal, notice

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_KEPT = "evaluation"
_FORMULATORS = {**drafting.NAMES, CODE: "Language model that writes programs"}


def page() -> None:
    st.title("Evaluation")
    st.caption(
        "How often a formulator is right on problems whose answers are known: JSONL with `question` and `answer`, or "
        "the files of OptiBench, NL4OPT, NLP4LP, MAMO, IndustryOR and OptMATH as they are. With the log of a run "
        "beside its data, that run is shown or resumed."
    )
    files = st.file_uploader("Data sets", ["json", "jsonl", "log"], accept_multiple_files=True)
    given = _given(files)
    if given is not None:
        _asked(given)
    kept = st.session_state.get(_KEPT)
    if kept is not None:
        evaluated.progress(kept)
        if not kept.running:
            evaluated.show(kept)


def _given(files: Sequence[UploadedFile]) -> Prepared | None:
    """The uploaded files as data sets, read once; why they are none is shown. Other pages make Streamlit forget the
    files; the data sets stay until there are others."""
    which = tuple(file.file_id for file in files)
    before = st.session_state.get("evaluation files", ((), None))
    if not files:
        return before[1] if isinstance(before[1], Prepared) else None
    if before[0] != which:
        try:
            found: Prepared | str = prepared({file.name: file.getvalue() for file in files})
        except (DatasetError, LogError) as error:
            found = str(error)
        st.session_state["evaluation files"] = (which, found)
    found = st.session_state["evaluation files"][1]
    if isinstance(found, str):
        notice("error", found)
        return None
    return found


def _asked(given: Prepared) -> None:
    """What is to be evaluated, and the buttons that begin it."""
    settings, header = state.settings(), given.header
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    formulator = "offline" if header is None else header.formulator
    if header is not None:
        left.caption(literal(f"The log is of a run of {_name(formulator)}{header.model and f' ({header.model})'}."))
    elif settings.endpoint_configured:
        formulator = left.radio("Formulator", list(_FORMULATORS), format_func=_name, horizontal=True)
    else:
        left.caption("The embedded formulator is measured. A language model can be added under Settings.")
    a_kind = right.number_input("Of each kind at most, 0: all", 0, 100_000, 20) or None
    recipe = Recipe(formulator=formulator, settings=settings)
    st.caption(literal(told(given, recipe, a_kind)))
    with st.container(horizontal=True):
        if header is not None and st.button("Show this run", type="primary"):
            _takes_place(given.past(a_kind=a_kind))
        if st.button("Resume it") if header is not None else st.button("Evaluate", type="primary"):
            _takes_place(given.begun(recipe, a_kind=a_kind, log=given.log))


def _name(formulator: str) -> str:
    return _FORMULATORS.get(formulator, formulator)


def _takes_place(run: Evaluation) -> None:
    """This run is shown from now on; the one in hand ends."""
    before = st.session_state.pop(_KEPT, None)
    if before is not None:
        before.cancel()
    st.session_state[_KEPT] = run
