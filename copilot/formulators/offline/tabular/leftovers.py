"""Sentences that seem to limit something and that a draft does not point at."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS

_LIMITING = re.compile(
    r"\b(?:at (?:most|least)|no (?:more|less|fewer) than|not (?:more|less|fewer) than|exceeds?|cannot|can not|must not|"
    r"only if|unless|if\b[^.]*\bthen|either|exactly|minimum of|maximum of|up to|limited to|budget)\b",
    re.I,
)
_SENTENCE = re.compile(r"[^.;\n?!]*(?:\.(?=\d)[^.;\n?!]*)*[.;\n?!]?")
_WORDS = "|".join(word for word, value in NUMBER_WORDS.items() if value >= 2 and value == int(value))
_FIGURE = re.compile(rf"(?<![\w.])\d[\d,]*(?:\.\d+)?|\b(?:{_WORDS})\b", re.I)
#: What a sentence that nobody read leaves of the confidence.
_SHARE = 0.55
#: A figure limits when it stands this close after a limiting word.
_NEAR = 40
#: Of a long sentence, so many characters before the limiting word are shown.
_BEFORE = 80
_EXAMPLE = re.compile(r"\bfor example\b|\bfor instance\b|\be\.g\.|\bsuch as\b", re.I)


def with_leftovers(draft: Draft, text: str) -> Draft:
    """The draft with a question for each limiting sentence whose figures no element of it was read from."""
    places = sorted((span.start, span.end) for spans in draft.spans.values() for span in spans)
    sizes = {len(members) for members in draft.document.data.sets.values()} | {
        len(members) - 1 for members in draft.document.data.sets.values()
    }
    values = draft.document.data.parameters.values()
    known = {0.0, 1.0, *map(float, sizes), *(float(v) for v in values if isinstance(v, float | int))}
    left: list[Span] = []
    for match in _SENTENCE.finditer(text):
        sentence = match[0]
        if not sentence.strip() or _LIMITING.search(sentence) is None or _EXAMPLE.search(sentence):
            continue
        for limit in _LIMITING.finditer(sentence):
            figure = _FIGURE.search(sentence, limit.end(), limit.end() + _NEAR)
            at = match.start() + figure.start() if figure is not None else -1
            if figure is None or _worth(figure[0]) in known or any(a <= at < b for a, b in places):
                continue
            lead = max(len(sentence) - len(sentence.lstrip()), limit.start() - _BEFORE)
            left.append(Span(start=match.start() + lead, end=match.end()))
            break
    if not left:
        return draft
    questions = tuple(
        Question(text=f"what does this limit: {text[s.start : s.end][:120]!r}?", default="it is left out", span=s)
        for s in left
    )
    return draft.model_copy(
        update={
            "questions": (*draft.questions, *questions),
            "unread": (*draft.unread, *left),
            "confidence": round(draft.confidence * _SHARE ** min(len(left), 4), 3),
        }
    )


def _worth(word: str) -> float:
    if word.lower() in NUMBER_WORDS:
        return float(NUMBER_WORDS[word.lower()])
    return float(word.replace(",", ""))
