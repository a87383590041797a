"""Constraints and objectives put back into words, and compared with the sentences they came from.

The words are written by rule, not by a language model, so that they say what the formulation says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.doubts.audit import mentions, numbers_of_elements, sources
from copilot.formulators.doubts.mismatch import Mismatch, mismatch
from copilot.formulators.draft import Span
from formulations.expression import Binary, Comparison, Expression, Item, Name, Negative, Number, walk
from formulations.formulation import Constraint, Document
from formulations.parse import ParseError, parse_expression

_RELATIONS = {"<=": "is at most", ">=": "is at least", "==": "is exactly", "<": "is below", ">": "is above"}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "=="}
#: What may stand right before a limit, and which side of it is then allowed.
_MOST = (
    r"(?:at\s+most|no\s+more\s+than|not?\s+exceed(?:ing)?|up\s+to|a\s+maximum\s+of|cannot\s+be\s+more\s+than|limited\s+to|"
    r"not\s+more\s+than|(?:\bnot|n't|\bcannot|\bnever)\s+(?:\w+\s+){0,4}(?:over|more\s+than|above))"
)
_LEAST = r"(?:at\s+least|no\s+(?:less|fewer)\s+than|a\s+minimum\s+of|not\s+(?:less|fewer)\s+than)"
_BEFORE = tuple(
    (re.compile(rf"{words}\s+(?:of\s+)?[$€£]?\s*$", re.IGNORECASE), relation)
    for words, relation in ((_MOST, "<="), (_LEAST, ">="))
)
_RANGE = re.compile(
    r"\bbetween\s+[$€£]?(?P<low>\d[\d,]*(?:\.\d+)?)\s*%?\s*(?:[a-z]+\s+)?and\s+[$€£]?(?P<high>\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
_BACK = 40


@dataclass(frozen=True, slots=True)
class BackTranslation:
    """An element in words, the parts of the text it came from, and what of them it contradicts (None: nothing)."""

    element: str
    words: str
    spans: tuple[Span, ...]
    contradiction: Mismatch | None = None


def back_translations(text: str, document: Document) -> tuple[BackTranslation, ...]:
    """The objective and every constraint, in the order of the document."""
    spans = sources(text, document)
    found = []
    objective = document.formulation.objective
    if objective is not None:
        sense = f"{objective.sense or 'find'} {objective.name.replace('_', ' ')}"
        words = f"{sense}, which is {_in_words(objective.expression)}"
        found.append(BackTranslation(objective.name, words, spans.get(objective.name, ())))
    for constraint in document.formulation.constraints:
        words = _in_words(constraint.expression)
        each = f"{constraint.for_each}: " if constraint.for_each else ""
        against = _contradiction(text, constraint, document)
        found.append(BackTranslation(constraint.name, each + words, spans.get(constraint.name, ()), against))
    return tuple(found)


def contradictions(text: str, document: Document) -> tuple[Mismatch, ...]:
    """What each constraint says against the words in front of its limit, and ranges of which both ends are one side."""
    against = (entry.contradiction for entry in back_translations(text, document))
    return (*(one for one in against if one is not None), *_ranges(text, document))


def _ranges(text: str, document: Document) -> Iterator[Mismatch]:
    """ "Between 20 and 25 kg": both ends stand in limits of one side only."""
    numbers = numbers_of_elements(document)
    for match in _RANGE.finditer(text):
        sides: list[set[str]] = []
        for end in ("low", "high"):
            value = float(match[end].replace(",", ""))
            rows = [row for row in document.formulation.constraints if {value, value / 100} & numbers[row.name]]
            sides.append({relation for row in rows for relation in ("<=", ">=") if relation in row.expression})
        if float(match["low"].replace(",", "")) and sides[0] == sides[1] and len(sides[0]) == 1:
            side = "lower" if sides[0] == {">="} else "upper"
            yield mismatch(text, Span(start=match.start(), end=match.end()), f"both are {side} limits here")


def _in_words(expression: str) -> str:
    """``2*stools + benches <= 50`` as ``2 stools + benches is at most 50``."""
    words = re.sub(r"(?<=[\w\])])\s*\*\s*(?=[\w(])", " ", expression.replace("**", " to the power "))
    words = re.sub(r"<=|>=|==", lambda match: f" {_RELATIONS[match[0]]} ", words).replace("_", " ")
    return " ".join(words.split())


def _contradiction(text: str, constraint: Constraint, document: Document) -> Mismatch | None:
    """Where the number that limits a sum follows ``at least`` or ``at most`` everywhere, and the row says the other."""
    limit = _limit(constraint, document)
    if limit is None:
        return None
    relation, value = limit
    said = dict(_said(text, value))
    if len(said) != 1 or relation == "==":
        return None
    asked, span = said.popitem()
    if asked in ("", relation) or span is None:
        return None
    if any(_limit(other, document) == (asked, value) for other in document.formulation.constraints):
        return None
    return mismatch(text, span, f"'{constraint.name}' {_RELATIONS[relation]} {value:g}", constraint.name)


def _said(text: str, value: float) -> Iterator[tuple[str, Span | None]]:
    """The relation that stands before each place that gives the number, and its words; "" for places without one."""
    for mention in mentions(text):
        if value not in mention.values:
            continue
        start = max(0, mention.span.start - _BACK)
        before = text[start : mention.span.start]
        for pattern, relation in _BEFORE:
            if match := pattern.search(before):
                yield relation, Span(start=start + match.start(), end=mention.span.end)
                break
        else:
            yield "", None


def _limit(constraint: Constraint, document: Document) -> tuple[str, float] | None:
    """Relation and number of ``sum of positive terms <= number``, however it is turned; None for other forms."""
    try:
        parsed = parse_expression(constraint.expression)
    except ParseError:
        return None
    if not isinstance(parsed, Comparison) or len(parsed.operators) != 1:
        return None
    left, right = parsed.operands
    relation = parsed.operators[0]
    for side, other, direction in ((left, right, relation), (right, left, _MIRRORED.get(relation, ""))):
        value = _constant(other, document)
        if value is not None and direction and _positive(side):
            return direction, value
    return None


def _constant(expression: Expression, document: Document) -> float | None:
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Name):
        value = document.data.parameters.get(expression.name)
        return float(value) if isinstance(value, (int, float)) else None
    return None


def _positive(expression: Expression) -> bool:
    """Whether it is a sum of products that grows with every variable, as far as its signs say."""
    parts = list(walk(expression))
    return any(isinstance(part, (Name, Item)) for part in parts) and not any(map(_turns, parts))


def _turns(part: Expression) -> bool:
    """Whether more of what stands inside may make the whole less."""
    if isinstance(part, Binary):
        return part.operator == "-" or (part.operator == "/" and not isinstance(part.right, Number))
    return isinstance(part, Negative)
