"""Whether a formulation keeps what the sentences say: a plan that it allows and a sentence forbids is a question.

The violation of every claim is maximized over the plans of the program: a missing limit and a reversed one ("at least
twice as many A as B") show the same way, with numbers that a person can judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from copilot.formulators.claims import Claim, claims
from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.status import grounded
from equivalence.words import point_in_words
from formulations.formulation import Document, Sense
from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, solve
from solvers.solution import Termination, labelled_values
from solvers.solver import Options

#: Seconds for one claim, and the most claims that are tried.
_SECONDS, _MOST = 1.0, 12
#: Violations below this, relative to the size of the claim, are rounding.
_TOLERANCE = 1e-5

#: How sure one may still be of a draft that does not keep a sentence, as a share.
QUESTIONED = 0.6
_AS = r"(?:\w+\s+){0,3}as\s+possible"
_UPWARD = re.compile(rf"\bmaximi[sz](?:e|es|ing)\b|\bas\s+(?:much|many|large|high|big)\s+{_AS}", re.IGNORECASE)
_DOWNWARD = re.compile(
    rf"\bminimi[sz](?:e|es|ing)\b|\bas\s+(?:little|few|low|small|cheap\w*|short)\s+{_AS}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of the text that an allowed plan breaks; ``plan`` is empty where there is no end to how far."""

    span: Span
    said: str
    plan: str

    def question(self) -> Question:
        allowed = f"a plan with {self.plan} is" if self.plan else "plans far beyond it are"
        return Question(
            text=f'the text says "{self.said}", but {allowed} allowed here: is that meant?',
            default="it is left as it is",
            span=self.span,
        )


def mismatches(text: str, program: Program) -> tuple[Mismatch, ...]:
    """The claims of the text that the program does not keep; none for curved programs."""
    if program.quadratic or program.nonlinear:
        return ()
    found: list[Mismatch] = []
    for claim in claims(text, program)[:_MOST]:
        plan = _breaking(claim, program)
        if plan is not None and not any(other.span == claim.span for other in found):
            said = " ".join(text[claim.span.start : claim.span.end].split())
            found.append(Mismatch(claim.span, said, plan))
    return tuple(found)


def questioned(draft: Draft) -> Draft:
    """The draft with a question for every sentence that it does not keep, and less sure of itself for it."""
    found = grounded(draft.document)
    text = draft.document.text
    asked = [] if found is None else [one.question() for one in mismatches(text, found.program)]
    asked += [sense] if (sense := sense_question(text, draft.document)) is not None else []
    if not asked:
        return draft
    return draft.model_copy(
        update={"questions": (*asked, *draft.questions), "confidence": draft.confidence * QUESTIONED}
    )


def sense_question(text: str, document: Document) -> Question | None:
    """What is asked where every word of command in the text speaks of one sense, and the objective has the other."""
    objective = document.formulation.objective
    up, down = _UPWARD.search(text), _DOWNWARD.search(text)
    if objective is None or objective.sense is None or (up is None) == (down is None):
        return None
    said = up or down
    if said is None or (objective.sense == "maximize") == (up is not None):
        return None
    return Question(
        text=f'the text says "{" ".join(said[0].split())}", but {objective.name} is {objective.sense}d: is that meant?',
        default="it is left as it is",
        element=objective.name,
        span=Span(start=said.start(), end=said.end()),
    )


def _breaking(claim: Claim, program: Program) -> str | None:
    """An allowed plan that breaks the claim, in words; None if there is none, or nobody knows."""
    sides: tuple[tuple[float | None, Sense], ...] = ((claim.high, "maximize"), (claim.low, "minimize"))
    for limit, sense in sides:
        if limit is None:
            continue
        weights = np.zeros(program.column_count)
        weights[list(claim.weights)] = list(claim.weights.values())
        asked = replace(
            program,
            sense=sense,
            objective=weights,
            objective_offset=0.0,
            objective_quadratic=None,
            objective_nonlinear=None,
        )
        try:
            solution = solve(asked, Options(time_limit=_SECONDS))
        except NoCapableSolverError:
            return None
        if solution.termination in (Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED):
            return "" if solution.termination is Termination.UNBOUNDED else None
        if not solution.termination.has_values or solution.objective is None or solution.values is None:
            continue
        over = solution.objective - limit if sense == "maximize" else limit - solution.objective
        if over > _TOLERANCE * max(1.0, abs(limit)):
            named = labelled_values(solution, program)
            labels = [program.columns[column] for column in sorted(claim.weights)]
            return point_in_words({label: Fraction(named[label]).limit_denominator(10**6) for label in labels})
    return None
