"""How far a draft can be trusted after a look at it as a whole: what its reader thinks, less what speaks against it.

What speaks against it, and how much, stands in the table of ``remarks.py``; it is told in words, and asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice

from copilot.formulators.draft import Draft, Question

from .case import Case
from .remarks import REMARKS
from .text_signs import unheard_rules

#: Remarks that take less evidence than this are not worth a sentence.
_WORTH_TELLING = 0.25
_SUREST = 0.995
#: Questions about one remark.
_MOST = 4
#: Readers that agree leave out the same things: of a draft with a remark nobody is surer than this.
_SURE_ALONE = 0.92


def remarks(draft: Draft, text: str) -> Mapping[str, float]:
    """The measure of each remark, by its name."""
    case = Case(draft, text)
    return {remark.name: remark.measure(case) for remark in REMARKS}


def judged(draft: Draft, text: str) -> Draft:
    """The draft with the confidence that is left, the reasons in words, gravest first, and questions about what is in
    doubt."""
    case = Case(draft, text)
    taken = [(remark.weight * remark.measure(case), remark) for remark in REMARKS]
    taken = sorted((pair for pair in taken if pair[0] > 0), key=lambda pair: -pair[0])
    told = [remark.words for evidence, remark in taken if evidence >= _WORTH_TELLING]
    asked = _fresh(draft.questions, (question for _, remark in taken for question in islice(remark.asks(case), _MOST)))
    return draft.model_copy(
        update={
            "confidence": lowered(
                min(draft.confidence, _SURE_ALONE if told else 1.0), sum(evidence for evidence, _ in taken)
            ),
            "doubts": tuple(dict.fromkeys((*told, *draft.doubts))),
            "questions": (*draft.questions, *asked),
            "unread": tuple(dict.fromkeys((*draft.unread, *unheard_rules(case)))),
        }
    )


def _fresh(before: tuple[Question, ...], more: Iterator[Question]) -> Iterator[Question]:
    """Those questions that are about words which no question before is about."""
    asked = [question.span for question in before if question.span is not None]
    for question in more:
        span = question.span
        if span is not None:
            if any(span.start < other.end and other.start < span.end for other in asked):
                continue
            asked.append(span)
        yield question


def is_empty(draft: Draft, text: str) -> bool:
    """Whether nothing limits the decisions and doing nothing is best: no problem was understood."""
    return not draft.document.formulation.constraints and Case(draft, text).worthless


def lowered(confidence: float, evidence: float) -> float:
    """The confidence after so much evidence, in log-odds, against it."""
    bounded = min(max(confidence, 1 - _SUREST), _SUREST)
    return round(1.0 / (1.0 + math.exp(math.log((1.0 - bounded) / bounded) + evidence)), 3)
