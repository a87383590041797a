"""Whether a formulation keeps what its text says: what it does not keep is a question of the draft."""

from __future__ import annotations

from copilot.formulators.doubts.backtranslation import contradictions
from copilot.formulators.doubts.counterexamples import counterexamples
from copilot.formulators.doubts.discrepancies import discrepancies
from copilot.formulators.doubts.mismatch import BROKEN, Mismatch, sense_mismatch
from copilot.formulators.draft import Draft, Question
from copilot.formulators.obstacles import problems
from copilot.formulators.status import grounded
from formulations.formulation import Document
from formulations.program import Program

#: How sure one may still be of a draft that does not keep a sentence, as a share.
QUESTIONED = 0.6
#: Questions of one draft.
_MOST = 4


def mismatches(text: str, document: Document, program: Program) -> tuple[Mismatch, ...]:
    """What the text says against the formulation: the sense, limits turned round, sentences that a plan
    breaks, figures out of place."""
    sense = sense_mismatch(text, document)
    found = [
        *([sense] if sense else []),
        *contradictions(text, document),
        *counterexamples(text, program),
        *discrepancies(text, document, program),
    ]
    places: dict[tuple[int, int], Mismatch] = {}
    for one in found:
        places.setdefault((one.span.start, one.span.end), one)
    return tuple(places.values())


def questioned(draft: Draft) -> Draft:
    """A language model's draft with a question for what it does not keep of its text, and less sure of itself for it.

    The embedded reader judges its own drafts, by these mismatches among other signs.
    """
    found = grounded(draft.document)
    text = draft.document.text
    asked = [one.question() for one in mismatches(text, draft.document, found.program)] if found is not None else []
    if not asked:
        return draft
    return draft.model_copy(
        update={
            "questions": (*asked[:_MOST], *draft.questions),
            "confidence": draft.confidence * QUESTIONED,
            "doubts": tuple(dict.fromkeys((BROKEN, *draft.doubts))),
        }
    )


def asked_which(draft: Draft) -> Draft:
    """The draft with a question where its text seems to hold several problems."""
    if (count := problems(draft.document.text)) < 2:
        return draft
    alone = f"The text seems to hold {count} problems, and this is one formulation: is one of them meant?"
    question = Question(text=alone, default="all of it is read as one; give one problem at a time")
    return draft.model_copy(update={"questions": (question, *draft.questions)})
