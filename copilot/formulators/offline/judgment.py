"""How far a draft can be trusted after a look at it as a whole: what its reader thinks, less what speaks against it.

The weights of the remarks are those that ``benchmarks/confidence.py`` fits, rounded, and raised by hand where what they
weigh is rare and grave; what takes evidence is told to the user.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from copilot.formulators.draft import Draft, Question, Span

from .remarks import REMARKS, Case, conditional, unheard

#: Remarks that take less evidence than this are not worth a sentence.
_WORTH_TELLING = 0.25
_SUREST = 0.995
#: Figures left out that are asked about one by one, and characters of a sentence in a question.
_MOST_ASKED, _LONGEST = 4, 120
#: Readers that agree leave out the same things: of a draft with a remark nobody is surer than this.
_SURE_ALONE = 0.92


def remarks(draft: Draft, text: str) -> Mapping[str, float]:
    """The measure of each remark, by its name."""
    return _measured(Case(draft, text))


def _measured(case: Case) -> Mapping[str, float]:
    return {remark.name: remark.measure(case) for remark in REMARKS}


def judged(draft: Draft, text: str) -> Draft:
    """The draft with the confidence that is left, the reasons in words, gravest first, and a question for each sentence
    and figure that it leaves out."""
    case = Case(draft, text)
    measured = _measured(case)
    taken = {remark.words: remark.weight * measured[remark.name] for remark in REMARKS}
    told = [words for words in sorted(taken, key=lambda words: -taken[words]) if taken[words] >= _WORTH_TELLING]
    rules = unheard(case) if measured["unheard"] else ()
    return draft.model_copy(
        update={
            "confidence": lowered(min(draft.confidence, _SURE_ALONE if told else 1.0), sum(taken.values())),
            "doubts": tuple(dict.fromkeys((*told, *draft.doubts))),
            "questions": (*draft.questions, *_questions(case, rules)),
            "unread": (*draft.unread, *(rule for rule in rules if rule not in draft.unread)),
        }
    )


def _questions(case: Case, rules: tuple[Span, ...]) -> Iterator[Question]:
    """What no question of the draft is about yet."""
    asked = [question.span for question in case.draft.questions if question.span is not None]

    def fresh(span: Span) -> bool:
        return not any(span.start < other.end and other.start < span.end for other in asked)

    for rule in filter(fresh, rules):
        yield Question(
            text=f"what does this rule mean here: {_quoted(case, rule)}?", default="it is left out", span=rule
        )
    for rule in filter(fresh, conditional(case)):
        yield Question(
            text=f"is this always so: {_quoted(case, rule)}?", default="its limits are taken to hold always", span=rule
        )
    few = [span for span in case.unused if fresh(span)]
    for span in few if len(few) <= _MOST_ASKED else ():
        yield Question(
            text=f"what does {case.text[span.start : span.end]!r} mean in this problem?",
            default="it is left out",
            span=span,
        )


def _quoted(case: Case, span: Span) -> str:
    return repr(" ".join(case.text[span.start : span.end].split())[:_LONGEST])


def is_empty(draft: Draft, text: str) -> bool:
    """Whether nothing limits the decisions and doing nothing is best: no problem was understood."""
    return not draft.document.formulation.constraints and Case(draft, text).worthless


def lowered(confidence: float, evidence: float) -> float:
    """The confidence after so much evidence, in log-odds, against it."""
    bounded = min(max(confidence, 1 - _SUREST), _SUREST)
    return round(1.0 / (1.0 + math.exp(math.log((1.0 - bounded) / bounded) + evidence)), 3)
