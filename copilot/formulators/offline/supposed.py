"""Texts without an aim ("What should we make?"): what is earned is made large, else what is paid small, and that is
said and asked.
"""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft, FormulationRefused, Question, Span

from .notes import notes
from .prose.contest import read_prose

_AIM = re.compile(
    r"\b(?:maxim\w*|minim\w*|optim\w*|(?<!at )most|(?<!at )least|largest|greatest|biggest|highest|lowest"
    r"|smallest|cheap\w*|fewest|shortest|"
    r"fastest|at (?:the )?(?:most|best|least)(?=\s*\?)|"
    r"as \w+(?: [\w-]+){0,4} as (?:possible|\w+ can|\w+ could)|so as to|best)\b"
)
_EARNED = re.compile(
    r"\bmakes? [$€£]?\d|\bsells? (?:for|at)\b|"
    r"\b(?:profits?|margins?|earns?|earned|clears?|gains?|brings?|nets?|revenues?|contributes?|contribution)\b"
)
_PAID = re.compile(r"\b(?:costs?|pays?|paid|wages?|charges?|prices?|expenses?)\b")
#: What is left of the confidence where the aim is supposed.
_SUPPOSED = 0.7


def supposed(text: str, formulator: str) -> Draft | None:
    """The reading of a text that tells no aim but what is earned or paid, or None."""
    low = text.lower()
    if _AIM.search(low) is not None:
        return None
    if _EARNED.search(low) is not None:
        wish, words = "Maximize the total profit.", "the total profit is to be as large as possible"
    elif _PAID.search(low) is not None:
        wish, words = "Minimize the total cost.", "the total cost is to be as small as possible"
    else:
        return None
    try:
        draft = notes(f"{text}\n{wish}", formulator) or read_prose(f"{text} {wish}", formulator)
    except FormulationRefused:
        return None
    return _within(draft, text, words)


def _within(draft: Draft, text: str, words: str) -> Draft:
    """The draft without what points behind the end of the text, with the aim as an assumption and a question."""

    def inside(span: Span | None) -> bool:
        return span is None or span.end <= len(text)

    spans = {name: tuple(filter(inside, found)) for name, found in draft.spans.items()}
    asked = Question(text=f"The text tells no aim. Is it meant that {words}?", default="yes")
    return draft.model_copy(
        update={
            "document": draft.document.model_copy(update={"text": text}),
            "assumptions": (*draft.assumptions, f"no aim is told: {words}"),
            "questions": (asked, *(one for one in draft.questions if inside(one.span))),
            "spans": {name: found for name, found in spans.items() if found},
            "unread": tuple(filter(inside, draft.unread)),
            "confidence": round(_SUPPOSED * draft.confidence, 3),
        }
    )
