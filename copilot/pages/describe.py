"""Describe: the problem in plain language, or a sample from the gallery."""

from __future__ import annotations

import streamlit as st

from copilot.formulators import formulator
from copilot.formulators.draft import FormulationRefused
from copilot.gallery import Sample, samples
from copilot.pages import state
from copilot.providers import EndpointError
from copilot.session import Session


def page() -> None:
    session = state.session()
    st.title("What do you want to decide?")
    st.caption(
        "Write the problem as you would tell it to a colleague: what you choose, what limits you, what is best. "
        "Everything stays on this machine unless you set up a language model."
    )
    text = st.text_area(
        "Problem", session.text, height=230, key=f"text of {id(session.text)}", label_visibility="collapsed",
        placeholder="A bakery sells bread and rolls. A tray of bread needs 6 kg of flour …",
    )  # fmt: skip
    model = state.settings().endpoint_configured
    language_model = f"Language model ({state.settings().model or 'default'})"
    choices = {"offline": "Embedded, offline", "hybrid": "Both, where the first is unsure", "llm": language_model}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = "offline"
    if model:
        chosen = left.radio("Formulator", list(choices), index=1, format_func=choices.__getitem__, horizontal=True)
    else:
        left.caption("The embedded formulator reads the common wordings. A language model can be added under Settings.")
    if right.button("Formulate", type="primary", width="stretch", disabled=not text.strip()):
        _formulate(session.described(text), chosen)
    if problem := st.session_state.get("formulation problem"):
        _explain(problem, session)
    st.subheader("Or start from a sample")
    _gallery()


def _formulate(session: Session, chosen: str) -> None:
    state.keep(session)
    st.session_state.pop("formulation problem", None)
    try:
        with st.spinner("Reading the problem …"):
            draft = formulator(chosen, state.settings()).formulate(session.text)
    except (FormulationRefused, EndpointError) as error:
        st.session_state["formulation problem"] = (chosen, str(error))
        return
    state.keep(session.drafted(draft, at=state.now()))
    st.switch_page(st.session_state["pages"]["formulation"])


def _explain(problem: tuple[str, str], session: Session) -> None:
    chosen, message = problem
    st.error(message)
    columns = st.columns(2)
    if chosen != "offline" and columns[0].button("Use the embedded formulator instead", width="stretch"):
        _formulate(session, "offline")
    if columns[1].button("Write the formulation myself", width="stretch"):
        st.session_state.pop("formulation problem", None)
        st.switch_page(st.session_state["pages"]["formulation"])


def _gallery() -> None:
    columns = st.columns(3)
    for number, sample in enumerate(samples()):
        with columns[number % 3].container(border=True):
            st.markdown(f"**{sample.title}**  \n:gray[{sample.kind}]")
            first = sample.text.replace("\n", " ").split(". ")[0]
            st.caption(first[:150] + ("…" if len(first) > 150 else "."))
            left, right = st.columns(2)
            if left.button("Open", key=f"open sample {sample.slug}", width="stretch"):
                _open(sample)
            if right.button("Text only", key=f"text of sample {sample.slug}", width="stretch"):
                state.open_session(Session(title=sample.title, text=sample.text))
                st.rerun()


def _open(sample: Sample) -> None:
    session = Session(title=sample.title, text=sample.text)
    state.open_session(session.edited(sample.document(), at=state.now(), author="gallery", note="from the gallery"))
    st.switch_page(st.session_state["pages"]["formulation"])
