"""Texts without an aim ("What should we make?"): what is earned is made large, or what things are worth, else what is
paid is made small, and that is said and asked.
"""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft, FormulationRefused, Question, Span

from .choices import choice
from .notes import notes
from .prose.contest import read_prose

_AIM = re.compile(
    r"\b(?:maxim\w*|minim\w*|optim\w*|(?<!at )most|(?<!at )least|largest|greatest|biggest|highest|lowest"
    r"|smallest|cheap\w*|fewest|shortest|"
    r"fastest|at (?:the )?(?:most|best|least)(?=\s*\?)|"
    r"as \w+(?: [\w-]+){0,4} as (?:possible|\w+ can|\w+ could)|so as to|best)\b"
)
#: "The best plan" is no aim: it does not say by what.
_VAGUE = re.compile(
    r"\b(?:best|optimal|optimum|ideal)\b(?=(?: [\w-]+){0,2} (?:plan|mix|production|schedule|way|split|combination|"
    r"allocation|solution|selection|choice|order|purchase|use|thing)\b)|"
    r"\boptimi[sz]e\b(?=(?: [\w-]+){0,2} (?:plan|mix|production|schedule|split|allocation|order|use|operation)s?\b)"
)
_EARNED = re.compile(
    r"\bmakes? [$€£]?\d|\bsells? (?:for|at)\b|"
    r"\b(?:profits?|margins?|earns?|earned|clears?|gains?|brings?|nets?|revenues?|contributes?|contribution)\b"
)
_WORTH = re.compile(r"\b(?:worth|points?|values?|scores?|ratings?|rated|benefits?)\b")
_PAID = re.compile(r"\b(?:costs?|pays?|paid|wages?|charges?|prices?|expenses?)\b")
#: What is left of the confidence where the aim is supposed.
_SUPPOSED = 0.7


def supposed(text: str, formulator: str) -> Draft | None:
    """The reading of a text that tells no aim but what is earned, paid or worth, or None."""
    low = _VAGUE.sub("", text.lower())
    if _AIM.search(low) is not None:
        return None
    if _EARNED.search(low) is not None:
        wish, words = "Maximize the total profit.", "the total profit is to be as large as possible"
    elif _WORTH.search(low) is not None:
        wish, words = "Maximize the total value.", "what is chosen is to be worth as much as possible"
    elif _PAID.search(low) is not None:
        wish, words = "Minimize the total cost.", "the total cost is to be as small as possible"
    else:
        return None
    draft = notes(f"{text}\n{wish}", formulator) or _in_prose(f"{text} {wish}", formulator)
    return _within(draft, text, words) if draft is not None else None


def _in_prose(text: str, formulator: str) -> Draft | None:
    """The surer of a choice among things and of a reading as prose."""
    chosen = choice(text, formulator)
    try:
        told = read_prose(text, formulator)
    except FormulationRefused:
        return chosen
    return chosen if chosen is not None and chosen.confidence > told.confidence else told


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
