"""What speaks against a draft, whichever reader wrote it: in the document, and between the document and its text.

Each measure is 0 for a draft without the blemish. Nothing here knows how the draft was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from copilot.formulators.audit import mentions, sentences, unused_numbers
from copilot.formulators.draft import Draft, Span
from copilot.formulators.status import grounded
from formulations.program import Program

from .lexicon import is_content
from .morphology import stem

#: Beyond this size nothing is solved here: this is a glance at the draft, not the result.
_MOST_COLUMNS, _MOST_ROWS = 200, 200
_SECONDS = 0.5
#: Texts with more figures than this hold tables, of which some cells may well be left out.
_FEW_FIGURES = 25
_STATUS = {0: "optimal", 2: "infeasible", 3: "unbounded", 4: "unbounded"}
_NOTHING = 1e-9
_FORBIDDING = re.compile(
    r"\b(?:never|unless|forbidden|prohibited|not\s+(?:be\s+)?(?:allowed|permitted|possible)|lacks?|except|only\s+if|"
    r"cannot(?!\s+(?:exceed|be\s+more|spend|use\s+more|surpass|have\s+more))|must\s+not(?!\s+exceed))\b",
    re.IGNORECASE,
)
_FOR_EACH = re.compile(r"\bfor\s+(?:every|each)\b|\btimes\s+as\s+(?:many|much)\b|\btwice\b", re.IGNORECASE)
_PARTS = re.compile(
    r"\b(?:fractions?|fractional(?:ly)?|partial(?:ly)?|divisible|real\s+numbers?|need\s+not\s+be\s+(?:whole|integers?))\b",
    re.IGNORECASE,
)
_NO_PARTS = re.compile(r"\b(?:no|not|without|cannot|avoid)\b[^.]{0,40}$", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """A draft with its text, and what is worked out of the two once."""

    draft: Draft
    text: str

    @cached_property
    def program(self) -> Program | None:
        """None for a document with errors, and for one that is curved or too large to be looked at in passing."""
        found = grounded(self.draft.document)
        if found is None or found.program.column_count > _MOST_COLUMNS or found.program.row_count > _MOST_ROWS:
            return None
        program = found.program
        curved = program.quadratic or program.nonlinear or program.indicators
        if curved or program.objective_quadratic is not None or program.objective_nonlinear is not None:
            return None
        return program

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for spans in self.draft.spans.values() for span in spans)

    @cached_property
    def unused(self) -> tuple[Span, ...]:
        return unused_numbers(self.text, self.draft.document)

    @cached_property
    def optimum(self) -> tuple[str, float]:
        """Status and value of the program's linear relaxation."""
        program = self.program
        if program is None:
            return "unknown", 0.0
        sign = 1.0 if program.sense == "minimize" else -1.0
        rows = [LinearConstraint(program.matrix, program.row_lower, program.row_upper)] if program.row_count else []
        found = milp(
            sign * program.objective,
            bounds=Bounds(program.column_lower, program.column_upper),
            constraints=rows,
            options={"time_limit": _SECONDS},
        )
        status = _STATUS.get(found.status, "unknown")
        if status == "optimal" and found.x is not None:
            return status, sign * float(found.fun) + program.objective_offset
        return status, 0.0


@dataclass(frozen=True, slots=True)
class Remark:
    """``weight``: log-odds of being right that one unit of the measure takes; ``words``: the blemish, for the user."""

    name: str
    weight: float
    words: str
    measure: Callable[[Case], float]


def _left_out(case: Case) -> float:
    """Figures in no element; of a text full of figures, their share counts."""
    total = sum(1 for mention in mentions(case.text) if not mention.written_out)
    count = float(len(case.unused))
    return min(3.0, count) if total <= _FEW_FIGURES else count / total


def _repeated(case: Case) -> float:
    """Limits of one sum in one direction: of two such limits one is without effect."""
    program = case.program
    if program is None:
        return 0.0
    seen: set[tuple[bytes, bool]] = set()
    count = 0
    for line, low, high in zip(program.matrix.toarray(), program.row_lower, program.row_upper, strict=True):
        scale = line[np.flatnonzero(line)[0]] if line.any() else 0.0
        if not scale or low == high:
            continue
        sides = {scale > 0} if np.isfinite(high) else set()
        sides |= {scale < 0} if np.isfinite(low) else set()
        key = np.round(line / scale, 9).tobytes()
        count += sum((key, side) in seen for side in sides)
        seen |= {(key, side) for side in sides}
    return min(2.0, float(count))


def _infeasible(case: Case) -> float:
    return float(case.optimum[0] == "infeasible")


def _unbounded(case: Case) -> float:
    return float(case.optimum[0] == "unbounded")


def _nothing(case: Case) -> float:
    status, value = case.optimum
    return float(status == "optimal" and abs(value) < _NOTHING)


def _named_as_measure(case: Case) -> float:
    """Whether a decision is called what a figure of the others counts: people, and cars for five people each."""
    document = case.draft.document
    counted = {_stems(entry.name) for entry in document.formulation.parameters if entry.indices}
    decided = {_stems(str(member)) for members in document.data.sets.values() for member in members}
    return float(bool((counted & decided) - {frozenset()}))


def _alone(case: Case) -> float:
    """Whether a sentence that compares, "two bikes for every van", became a limit on one decision alone."""
    program = case.program
    if program is None:
        return 0.0
    parts = np.diff(program.matrix.indptr)
    whole = sentences(case.text)
    for position, name in enumerate(program.rows):
        for span in case.draft.spans.get(name, ()) if parts[position] == 1 else ():
            said = next((s for s in whole if s.start <= span.start < s.end), span)
            if _FOR_EACH.search(case.text[said.start : said.end]):
                return 1.0
    return 0.0


def _forbidden(case: Case) -> float:
    """Sentences that forbid something and that no element comes from."""
    count = 0
    for said in sentences(case.text):
        unread = not any(span.start < said.end and said.start < span.end for span in case.spans)
        count += unread and _FORBIDDING.search(case.text[said.start : said.end]) is not None
    return min(2.0, float(count))


def _parts_allowed(case: Case) -> float:
    """Whether the text allows parts of things and whole ones are decided."""
    program = case.program
    if program is None or not program.integer.any():
        return 0.0
    allowed = [match for match in _PARTS.finditer(case.text) if not _NO_PARTS.search(case.text[: match.start()])]
    return float(bool(allowed))


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in re.findall(r"[^\W\d_]+", words.lower()) if is_content(word))


REMARKS: tuple[Remark, ...] = (
    Remark("left_out", 0.45, "figures of the text are in no part of the formulation", _left_out),
    Remark("repeated", 0.6, "one sum has two limits of the same kind, of which one has no effect", _repeated),
    Remark("infeasible", 0.6, "no plan keeps all limits at once", _infeasible),
    Remark("unbounded", 0.5, "the objective has no end", _unbounded),
    Remark("nothing", 0.8, "the best plan is worth nothing", _nothing),
    Remark("named_as_measure", 2.8, "something is both decided and counted in the figures", _named_as_measure),
    Remark("alone", 0.5, "a sentence that compares became a limit on one thing alone", _alone),
    Remark("forbidden", 0.6, "a sentence forbids something, and nothing here came from it", _forbidden),
    Remark("parts_allowed", 0.3, "the text speaks of parts, and whole numbers are decided", _parts_allowed),
)
