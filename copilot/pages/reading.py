"""The problem text with what was made of it, and what the formulator assumed and asks."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping

import streamlit as st

from copilot.formulators.draft import Draft, Span
from copilot.origins import Origin, covering, origins, sentences
from copilot.pages import drafting, state
from copilot.pages.notices import literal
from formulations.formulation import Document

#: Texts up to this length are open from the start.
_SHORT = 900
#: The end of a line within a paragraph; shown as a space, so that the text flows.
_LINE_END = re.compile(r"(?<!\n)\n(?![\n\s*•|-])")


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


def marked_up(text: str, found: Mapping[str, Origin], chosen: str, unread: tuple[Span, ...]) -> str:
    """HTML of the text: the origin of the chosen element marked, each sentence titled with what was made of it."""
    marks = {
        "sentence": covering(text, found[chosen].spans) if chosen in found else (),
        "exact": found[chosen].spans if chosen in found else (),
        "unread": unread,
    }
    whole = sentences(text)
    spans = [*whole, *(span for own in marks.values() for span in own)]
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    shown = _LINE_END.sub(" ", text)
    parts = []
    for start, end in itertools.pairwise(edges):
        piece = html.escape(shown[start:end])
        inside = [name for name, own in marks.items() if any(s.start <= start and end <= s.end for s in own)]
        sentence = next((s for s in whole if s.start <= start and end <= s.end), None)
        made = [
            name
            for name, origin in found.items()
            if sentence and any(s.start < sentence.end and sentence.start < s.end for s in origin.spans)
        ]
        title = f" title='{html.escape(', '.join(made))}'" if made else ""
        parts.append(f"<mark class='{' '.join(inside)}'{title}>{piece}</mark>" if inside or made else piece)
    return "".join(parts)


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
        drafting.formulate(state.session().described(f"{state.session().text.rstrip()}\n{told}"), draft.formulator)
    drafting.problem()
