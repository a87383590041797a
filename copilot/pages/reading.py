"""The problem text with what was made of it, and what the formulator assumed and asks."""

from __future__ import annotations

import streamlit as st

from copilot.formulators.draft import Draft, Span
from copilot.origins import origins
from copilot.pages import drafting, state, upload
from copilot.pages.marking import marked_up
from copilot.pages.notices import literal
from formulations.formulation import Document

#: Texts up to this length are open from the start.
_SHORT = 900


def text(document: Document) -> None:
    """The text; sentences of the chosen element are marked, parts that nobody could use or keep are underlined."""
    session = state.session()
    chosen = state.selected()
    found = origins(document, session.draft)
    marked = found[chosen].spans if chosen in found else ()
    draft = session.draft
    unread: tuple[Span, ...] = ()
    if draft is not None and draft.document.text == document.text:
        unread = (*draft.unread, *(question.span for question in draft.questions if question.span is not None))
    with st.expander(
        "Problem text" + (f" — where `{chosen}` comes from" if marked else ""),
        expanded=bool(marked or unread) or len(document.text) <= _SHORT,
    ):
        st.html(f"<div class='reading'>{marked_up(document.text, found, chosen, unread)}</div>")
        if chosen in found and not found[chosen].certain:
            st.caption("Likely sentences, by their words and numbers: no formulator said where this element came from.")
        elif not chosen:
            st.caption(
                "Click an element under Mathematics to see where it comes from, point at a sentence for the reverse."
            )


def assumptions(draft: Draft) -> None:
    """What was taken for granted and what is open; nothing waits for an answer, and an answer is read at once."""
    if not (draft.assumptions or draft.questions or draft.unread or draft.agreement or draft.doubts):
        return
    st.subheader("Assumed and asked")
    st.caption(f"By the {draft.formulator} formulator, {draft.confidence:.0%} confident. Nothing here waits for you.")
    for told in filter(None, (draft.agreement, f"Asked for: {draft.cost}." if draft.cost is not None else "")):
        st.caption(literal(told[0].upper() + told[1:]))
    if draft.doubts:
        st.markdown("Unsure because " + "; ".join(literal(doubt) for doubt in draft.doubts) + ".")
    for assumption in draft.assumptions:
        st.markdown(f"- {literal(assumption)}")
    answers = []
    for number, question in enumerate(draft.questions):
        told = st.text_input(
            literal(question.text),
            key=f"answer {number} {id(draft)}",
            placeholder=f"until you say otherwise: {question.default}",
        )
        answers += [told.strip()] if told.strip() else []
    correction = st.text_input(
        "Something to add or correct, in a sentence", key=f"correction {id(draft)}",
        placeholder="There are 40 hours of oven time.",
    )  # fmt: skip
    answers += [correction.strip()] if correction.strip() else []
    if st.button("Formulate again with this", icon=":material/refresh:"):
        if not answers:
            st.toast("Answer a question or write a correction first.")
            return
        told = " ".join(answer if answer.endswith((".", "!", "?")) else f"{answer}." for answer in answers)
        again = state.session().described(f"{state.session().text.rstrip()}\n{told}")
        drafting.formulate(again, draft.formulator, upload.kept_frames())
    drafting.problem()
