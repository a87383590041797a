"""Compare: two formulations side by side, the verdict with its evidence, matched columns and rows, the witness."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from copilot.compiled import compile_document
from copilot.gallery import samples
from copilot.opening import SUFFIXES, open_document
from copilot.pages import state, verdicts
from copilot.pages.notices import notice
from equivalence.compare import Options, compare
from equivalence.verdict import Contract
from formulations.files import FileError, read_notation
from formulations.formulation import Document
from formulations.notation import write_notation
from formulations.program import Program

_HEIGHT = 360
_CONTRACTS = {Contract.DECISIONS: "the same decisions", Contract.OPTIMUM: "the same optimum"}
_SECONDS = 20.0
_TYPED, _HOW = "Typed here", "A formulation in the notation. Or choose a version, a sample or a file above."


def page() -> None:
    st.title("Compare")
    st.caption("Are two formulations the same problem? A yes is a proof, a no carries a witness, the rest is unknown.")
    left, right = st.columns(2, gap="medium")
    texts = [_side(column, side) for column, side in ((left, "A"), (right, "B"))]
    controls = st.columns([2, 2, 1], vertical_alignment="bottom")
    asked = controls[0].segmented_control(
        "They shall have", list(_CONTRACTS), default=Contract.DECISIONS, format_func=_CONTRACTS.__getitem__
    )
    names = controls[1].checkbox("Equal names mean the same", value=True)
    if controls[2].button("Compare", type="primary", width="stretch"):
        a, b = (_program(side, text) for side, text in zip("AB", texts, strict=True))
        if a is not None and b is not None:
            options = Options(trust_names=names, time_limit=_SECONDS)
            with st.spinner(f"Looking for a proof or a witness, {_SECONDS:g} s at most …"):
                verdicts.show(compare(a, b, asked or Contract.DECISIONS, options=options))


def _side(column: DeltaGenerator, side: str) -> str:
    """The text of one side: chosen from the versions and the gallery, from a file, or typed."""
    sources = _sources()
    with column:
        names = list(sources)
        typed = names.index(_TYPED)
        first = 0 if side == "A" else 1 if len(state.session().versions) > 1 else typed
        chosen = st.selectbox(f"Formulation {side}", names, index=first, key=f"source {side}")
        uploaded = st.file_uploader(
            f"or a file for {side}", list(SUFFIXES), key=f"file {side}", label_visibility="collapsed"
        )
        start = sources[chosen]() if chosen in sources else ""
        if uploaded is not None:
            try:
                start = write_notation(open_document(uploaded.name, uploaded.getvalue()).document)
            except FileError as error:
                notice("error", str(error))
        # Another source starts the text anew; until then what is typed stays.
        key = f"compare {side} {hash(start)}"
        label = f"Notation of {side}"
        return st.text_area(label, start, height=_HEIGHT, key=key, label_visibility="collapsed", placeholder=_HOW)


def _sources() -> dict[str, Callable[[], str]]:
    """Everything at hand by name: the versions, the latest first, then the gallery."""
    session = state.session()

    numbers = [n for n in range(len(session.versions)) if n != session.current]
    ordered = [] if session.current is None else [session.current, *reversed(numbers)]
    found: dict[str, Callable[[], str]] = {}
    for place in ordered:
        version = session.versions[place]
        found[f"{place + 1}. {version.note or 'edited'}"] = partial(_written, version.document)
    for sample in samples():
        found[f"Sample: {sample.title}"] = partial(getattr, sample, "notation")
    found[_TYPED] = str
    return found


def _written(document: Document) -> str:
    return write_notation(document.model_copy(update={"text": ""}))


def _program(side: str, text: str) -> Program | None:
    """The program of a text in the notation; what is wrong with it is shown."""
    try:
        compiled = compile_document(read_notation(text, f"formulation {side}"))
    except FileError as error:
        notice("error", str(error))
        return None
    if compiled.program is None:
        notice("error", f"formulation {side}\n{compiled.obstacle}")
    return compiled.program
