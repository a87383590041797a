"""How far a draft can be trusted after a look at it as a whole: what its reader thinks, less what speaks against it.

The weights of the remarks are those of ``benchmarks/confidence.py``; whatever a remark weighs is told to the user.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from copilot.formulators.draft import Draft

from .remarks import REMARKS, Case

#: Remarks that take less evidence than this are not worth a sentence.
_WORTH_TELLING = 0.25
_SUREST = 0.995
#: Readers that agree leave out the same things: of a draft with a remark nobody is surer than this.
_SURE_ALONE = 0.92


def remarks(draft: Draft, text: str) -> Mapping[str, float]:
    """The measure of each remark, by its name."""
    case = Case(draft, text)
    return {remark.name: remark.measure(case) for remark in REMARKS}


def judged(draft: Draft, text: str) -> Draft:
    """The draft with the confidence that is left, and the reasons in words, gravest first."""
    measured = remarks(draft, text)
    taken = {remark.words: remark.weight * measured[remark.name] for remark in REMARKS}
    told = sorted(
        (words for words, weight in taken.items() if weight >= _WORTH_TELLING), key=lambda words: -taken[words]
    )
    return draft.model_copy(
        update={
            "confidence": lowered(min(draft.confidence, _SURE_ALONE if told else 1.0), sum(taken.values())),
            "doubts": tuple(dict.fromkeys((*told, *draft.doubts))),
        }
    )


def is_empty(draft: Draft, text: str) -> bool:
    """Whether nothing limits the decisions and doing nothing is best: no problem was understood."""
    return not draft.document.formulation.constraints and Case(draft, text).worthless


def lowered(confidence: float, evidence: float) -> float:
    """The confidence after so much evidence, in log-odds, against it."""
    bounded = min(max(confidence, 1 - _SUREST), _SUREST)
    return round(1.0 / (1.0 + math.exp(math.log((1.0 - bounded) / bounded) + evidence)), 3)
