"""A part of the text that a formulation does not keep, and the sense of an objective as the first sort of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.draft import Question, Span
from formulations.formulation import Document, Sense

#: The doubt about a draft with mismatches, in words.
BROKEN = "a sentence of the text is not kept"
_AS = r"(?:\w+\s+){0,3}as\s+possible"


def _words(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


#: Commands, and where there are none, superlatives. "At most 5" is neither.
_SIDES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        _words(rf"\bmaximi[sz]\w*|\bas\s+(?:much|many|large|high|big)\s+{_AS}"),
        _words(rf"\bminimi[sz]\w*|\bas\s+(?:little|few|low|small|cheap\w*|short)\s+{_AS}"),
    ),
    (
        _words(r"\b(?:maximum|(?<!\bat )most(?!\s+\w+(?:ly|ive|ant|ent|ful)\b)|largest|highest|greatest|biggest)\b"),
        _words(r"\b(?:minimum|(?<!\bat )least|lowest|smallest|cheapest|shortest|fewest)\b"),
    ),
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a part of the text says, and what the formulation says against it."""

    span: Span
    said: str
    against: str
    element: str = ""

    def __str__(self) -> str:
        return f'the text says "{self.said}", but {self.against}'

    def question(self) -> Question:
        words = str(self)
        asked = f"{words[0].upper()}{words[1:]}: is that meant?"
        return Question(text=asked, default="it is left as it is", element=self.element, span=self.span)


def mismatch(text: str, span: Span, against: str, element: str = "") -> Mismatch:
    """A mismatch that quotes ``span`` on one line."""
    return Mismatch(span, " ".join(text[span.start : span.end].split()), against, element)


def asked_sense(text: str) -> tuple[Sense, Span] | None:
    """The sense that a text asks for and its words; None where it has words of both senses, or of none."""
    for upward, downward in _SIDES:
        up, down = upward.search(text), downward.search(text)
        if up is not None and down is not None:
            return None
        if up is not None:
            return "maximize", Span(start=up.start(), end=up.end())
        if down is not None:
            return "minimize", Span(start=down.start(), end=down.end())
    return None


def sense_mismatch(text: str, document: Document) -> Mismatch | None:
    """What is odd about the sense of the objective where the text speaks of the other one only."""
    objective = document.formulation.objective
    asked = asked_sense(text)
    if objective is None or objective.sense is None or asked is None or objective.sense == asked[0]:
        return None
    return mismatch(text, asked[1], f"'{objective.name}' is {objective.sense}d", objective.name)
