"""Which sentences of the problem text an element of the formulation came from.

A formulator that read the text says so exactly. For an element that somebody wrote, the sentences that share its
rare words and numbers are found instead, and shown as likely, not as known.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Span
from formulations.formulation import Constraint, Document, Element, Objective, Parameter, Set, Variable
from formulations.lexical import tokens

#: A sentence is a likely origin if it scores at least this, and this share of the best one.
LEAST_SCORE = 1.0
SHARE_OF_BEST = 0.5
#: Sentences named at most.
MOST = 3
_END = re.compile(r"(?<=[.!?;:])\s+(?=[A-Z\"“(\d])|\n\s*\n|\n(?=\s*[-*•|])")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OBJECTIVE_WORDS = "maximize minimize cheapest lowest highest possible smallest largest"


@dataclass(frozen=True, slots=True)
class Origin:
    """Parts of the text. certain: a formulator made the element from them; else they are likely by their words."""

    spans: tuple[Span, ...]
    certain: bool


def origins(document: Document, draft: Draft | None) -> dict[str, Origin]:
    """The origins of all elements that have one, by name; sentences as wholes where they are only likely."""
    exact = draft is not None and draft.document.text == document.text
    known = {name: spans for name, spans in draft.spans.items() if spans} if draft is not None and exact else {}
    found = {}
    profile = _Profile.of(document) if document.text else None
    for element in document.formulation.elements():
        if spans := known.get(element.name):
            found[element.name] = Origin(tuple(sorted(set(spans), key=lambda span: span.start)), True)
        elif profile is not None and (likely := profile.likely(element)):
            found[element.name] = Origin(likely, False)
    return found


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences, list entries and table rows of a text, in order."""
    found, start = [], 0
    for match in (*_END.finditer(text), None):
        end = len(text) if match is None else match.start()
        inner = text[start:end]
        if inner.strip():
            left = start + len(inner) - len(inner.lstrip())
            found.append(Span(start=left, end=left + len(inner.strip())))
        start = end if match is None else match.end()
    return tuple(found)


def covering(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The sentences that the spans lie in."""
    given = tuple(spans)
    return tuple(
        sentence
        for sentence in sentences(text)
        if any(span.start < sentence.end and sentence.start < span.end for span in given)
    )


@dataclass(frozen=True)
class _Profile:
    """The sentences of a document with their words and numbers, and how rare each of these is."""

    document: Document
    parts: tuple[Span, ...]
    marks: tuple[frozenset[str], ...]
    weights: Mapping[str, float]

    @staticmethod
    def of(document: Document) -> _Profile:
        parts = sentences(document.text)
        marks = tuple(frozenset(_marks(document.text[part.start : part.end])) for part in parts)
        counts = Counter(mark for own in marks for mark in own)
        weights = {mark: math.log(1 + len(parts) / count) for mark, count in counts.items()}
        return _Profile(document, parts, marks, weights)

    def likely(self, element: Element) -> tuple[Span, ...]:
        wanted: dict[str, float] = {}
        for mark, factor in self._wanted(element):
            wanted[mark] = max(factor, wanted.get(mark, 0.0))
        scores = [sum(wanted[mark] * self.weights[mark] for mark in wanted.keys() & own) for own in self.marks]
        best = max(scores, default=0.0)
        if best < LEAST_SCORE:
            return ()
        order = sorted(range(len(scores)), key=lambda k: -scores[k])[:MOST]
        return tuple(self.parts[k] for k in sorted(k for k in order if scores[k] >= SHARE_OF_BEST * best))

    def _wanted(self, element: Element) -> Iterable[tuple[str, float]]:
        """The words and numbers of an element with how much they tell: its own, then those of what it uses.

        A single number, the limit of a constraint, tells more than a table of coefficients.
        """
        yield from _weighed(_marks(f"{element.name.replace('_', ' ')} {element.description}"), 1.0)
        match element:
            case Parameter() | Set():
                yield from _weighed(self._numbers(element.name), 1.0)
            case Objective() | Constraint():
                if isinstance(element, Objective):
                    yield from _weighed(_marks(_OBJECTIVE_WORDS), 1.5)
                yield from _weighed(_marks(element.expression.replace("_", " ")), 1.0)
                used = {token.text for token in tokens(element.expression)}
                for other in self.document.formulation.elements():
                    if other.name in used and isinstance(other, Parameter | Variable):
                        factor = 0.4 if isinstance(other, Variable) or len(other.indices) > 1 else 1.0
                        yield from _weighed(_marks(f"{other.name.replace('_', ' ')} {other.description}"), factor)
                        yield from _weighed(self._numbers(other.name), factor if other.indices else 1.5)

    def _numbers(self, name: str) -> Iterable[str]:
        members = self.document.data.sets.get(name, ())
        yield from _marks(" ".join(str(member) for member in members if isinstance(member, str)))
        values = self.document.data.parameters.get(name, ())
        entries = [values] if isinstance(values, int | float) else [record[-1] for record in values]
        yield from (f"{float(value):g}" for value in entries if isinstance(value, int | float))


def _weighed(marks: Iterable[str], factor: float) -> Iterable[tuple[str, float]]:
    return ((mark, factor) for mark in marks)


def _marks(text: str) -> Iterable[str]:
    """Word stems and numbers."""
    for word in _WORD.findall(text.lower()):
        yield word[:5]
    for number in _NUMBER.findall(text):
        plain = number.replace(",", "")
        if plain.count(".") <= 1:
            yield f"{float(plain):g}"
