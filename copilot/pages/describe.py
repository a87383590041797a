"""Describe: the problem in plain language, or a sample from the gallery."""

from __future__ import annotations

import html

import streamlit as st

from copilot.gallery import Sample, samples
from copilot.pages import drafting, fields, state, upload
from copilot.session import Session, titled


def page() -> None:
    session = state.session()
    st.title("What do you want to decide?")
    st.caption(
        "Write the problem as you would tell it to a colleague: what you choose, what limits you, what is best. "
        "Everything stays on this machine unless you set up a language model."
    )
    text = st.text_area(
        "Problem", height=230, key=fields.held(drafting.TEXT, session.text), label_visibility="collapsed",
        placeholder="A bakery sells bread and rolls. A tray of bread needs 6 kg of flour …",
    )  # fmt: skip
    model = state.settings().endpoint_configured
    choices = {**drafting.NAMES, "llm": f"{drafting.NAMES['llm']} ({state.settings().model or 'default'})"}
    with st.expander("Attach tables with the data", icon=":material/table:"):
        frames = upload.attached()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = "offline"
    if model:
        usual = list(choices).index(state.settings().formulator or "hybrid")
        chosen = left.radio("Formulator", list(choices), index=usual, format_func=choices.__getitem__, horizontal=True)
    else:
        left.caption("The embedded formulator reads the common wordings. A language model can be added under Settings.")
    # Never switched off: a click that leaves the text would find it so, and be lost.
    if right.button("Formulate", type="primary", width="stretch"):
        if text.strip():
            drafting.formulate(session.described(text, title=titled(session, text)), chosen, frames)
        else:
            st.warning("There is no text yet: write what you want to decide, or open a sample below.")
    drafting.problem()
    st.subheader("Or start from a sample")
    _gallery()


def _gallery() -> None:
    found = samples()
    kinds = ["All", *dict.fromkeys(sample.kind for sample in found)]
    chosen = st.pills("Kind", kinds, default="All", label_visibility="collapsed") or "All"
    columns = st.columns(3)
    shown = [sample for sample in found if chosen in ("All", sample.kind)]
    for number, sample in enumerate(shown):
        with columns[number * 3 // len(shown)], st.container(key=f"card-sample-{sample.slug}"):
            first = sample.text.replace("\n", " ").split(". ")[0].rstrip(".")
            words = html.escape(first[:110] + (" …" if len(first) > 110 else "."))
            st.html(
                f"<div class='sample'><b>{html.escape(sample.title)}</b> <span class='chip'>{sample.kind}</span>"
                f"<p>{words}</p></div>"
            )
            if st.button(f"Open {sample.title}", key=f"pick-open-sample-{sample.slug}"):
                _open(sample)


def _open(sample: Sample) -> None:
    session = Session(title=sample.title, text=sample.text)
    state.open_session(session.edited(sample.document(), at=state.now(), author="gallery", note="from the gallery"))
    st.switch_page(st.session_state["pages"]["formulation"])
