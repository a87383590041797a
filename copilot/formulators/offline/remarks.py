"""What speaks against a draft, whichever reader wrote it: in the document, and between the document and its text.

Each measure is 0 for a draft without the blemish. Nothing here knows how the draft was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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
#: Rows of a program in which a conflict is looked for.
_MOST_IN_CONFLICT = 40
#: Labels up to this length are names: "A", "M2".
_SHORT_LABEL = 2
#: What a rule that was not read weighs among assignments, routes and flows, whose rules belong to the family.
_OF_A_FAMILY = 0.2
#: Texts with more figures than this hold tables, of which some cells may well be left out.
_FEW_FIGURES = 25
_STATUS = {0: "optimal", 2: "infeasible", 3: "unbounded", 4: "unbounded"}
_NOTHING = 1e-9
#: Words of a rule between things that are decided, and those of them that exclude.
_EXCLUDING = (
    r"never|forbidden|prohibited|not\s+(?:be\s+)?(?:allowed|permitted)|lacks?|not\s+both|neither|except|"
    r"cannot(?!\s+(?:exceed|be\s+more))|can't|(?:stays?|kept|remains?)\s+(?:shut|closed)"
)
_RULING = re.compile(rf"\b(?:{_EXCLUDING}|unless|only\s+(?:if|when)|if|without)\b", re.IGNORECASE)
_EXCLUSION = re.compile(rf"\b(?:{_EXCLUDING})\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless|whenever)\b|\beither\s+(?:at|no|not|exactly|\d)", re.IGNORECASE)
_WISH = re.compile(
    r"\?|\b(?:maximi[sz]\w*|minimi[sz]\w*|how\s+(?:many|much)|formulate|determine|find|wants?|plans?|stay\s+in|in\s+order)\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\b(?:average|mean|on\s+average)\b", re.IGNORECASE)
_OF_WHOLES = re.compile(r"\b(?:integers?|integral|whole|indivisib\w+|fractions?|half|rounded)\b", re.IGNORECASE)
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
        """Where figures and rows came from; that a set has its members from a sentence does not mean it was read."""
        sets = {entry.name for entry in self.draft.document.formulation.sets}
        return tuple(span for name, spans in self.draft.spans.items() if name not in sets for span in spans)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return sentences(self.text)

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

    @property
    def worthless(self) -> bool:
        """Whether the best plan is worth nothing, as where nothing is done."""
        status, value = self.optimum
        return status == "optimal" and abs(value) < _NOTHING


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


def _contradictory(case: Case) -> float:
    """Whether limits contradict each other that no scarce resource joins: comparisons, totals, limits on single things.

    A text may well ask for more than a resource allows; that it contradicts itself is rarer than a misreading.
    """
    program = case.program
    if program is None or case.optimum[0] != "infeasible" or program.row_count > _MOST_IN_CONFLICT:
        return 0.0
    table = program.matrix.toarray()
    core = list(range(program.row_count))
    for row in range(program.row_count):
        rest = [other for other in core if other != row]
        if not _feasible(program, rest):
            core = rest
    scarce = [row for row in core if _is_resource(table[row]) and np.isfinite(program.row_upper[row])]
    return float(not scarce)


def _feasible(program: Program, rows: list[int]) -> bool:
    limits = LinearConstraint(program.matrix[rows], program.row_lower[rows], program.row_upper[rows])
    bounds = Bounds(program.column_lower, program.column_upper)
    return milp(np.zeros(program.column_count), bounds=bounds, constraints=[limits] if rows else []).status != 2


def _is_resource(line: np.ndarray) -> bool:
    """Whether a row adds up what several things use, each its own amount."""
    used = line[line != 0]
    return len(used) > 1 and bool((used > 0).all()) and len(set(used)) > 1


def _unbounded(case: Case) -> float:
    return float(case.optimum[0] == "unbounded")


def _nothing(case: Case) -> float:
    return float(case.worthless)


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
    return float(any(parts[row] == 1 and _FOR_EACH.search(words) for _, words, row in _limited(case)))


def unheard(case: Case) -> tuple[Span, ...]:
    """Rules about the decisions that no element comes from: "if A opens, B stays shut"; "M2 cannot do job 2"."""
    document = case.draft.document
    sets = [[str(member) for member in members] for members in document.data.sets.values()]
    sets.append([entry.name.replace("_", " ") for entry in document.formulation.variables if not entry.indices])
    ruling, needed = (_EXCLUSION, 2) if _paired(case) else (_RULING, 1)
    found: list[Span] = []
    for said in case.sentences:
        words = case.text[said.start : said.end]
        if words.rstrip().endswith("?") or ruling.search(words) is None or _OF_WHOLES.search(words) is not None:
            continue
        if any(span.start < said.end and said.start < span.end for span in case.spans):
            continue
        if sum(any(_names(member, words) for member in members) for members in sets) >= needed:
            found.append(said)
    return tuple(found)


def _unheard(case: Case) -> float:
    count = float(len(unheard(case)))
    return _OF_A_FAMILY * min(1.0, count) if _paired(case) else min(2.0, count)


def _paired(case: Case) -> bool:
    """Whether pairs are decided about, as in assignments, routes, flows and plans over periods."""
    document = case.draft.document
    tuples = any(isinstance(member, tuple) for members in document.data.sets.values() for member in members)
    return tuples or any(len(entry.indices) > 1 for entry in document.formulation.variables)


def _names(label: str, words: str) -> bool:
    """Whether words name a thing: a short label as it is written, another by the stems of its words."""
    if len(label) <= _SHORT_LABEL:
        return re.search(rf"\b{re.escape(label)}\b", words) is not None
    stems = _stems(label)
    return bool(stems) and stems <= _stems(words)


def conditional(case: Case) -> tuple[Span, ...]:
    """Sentences that tell a condition or a choice of limits, of which plain limits were made."""
    program = case.program
    if program is None or (program.integer & (program.column_upper <= 1)).any():
        return ()
    found = (span for span, words, _ in _limited(case) if _CONDITION.search(words) and _WISH.search(words) is None)
    return tuple(dict.fromkeys(found))


def _conditional(case: Case) -> float:
    return float(bool(conditional(case)))


def _average(case: Case) -> float:
    """Whether a sentence about an average became a limit on a sum."""
    program = case.program
    if program is None:
        return 0.0
    found = (row for _, words, row in _limited(case) if _AVERAGE.search(words))
    return float(any(max(_sides(program, row), default=0.0) > 0 for row in found))


def _limited(case: Case) -> Iterator[tuple[Span, str, int]]:
    """The sentences that the rows of the program came from, with the row, where it has a name of its own."""
    program = case.program
    for row, name in enumerate(program.rows if program is not None else ()):
        for span in case.draft.spans.get(name, ()):
            said = next((s for s in case.sentences if s.start <= span.start < s.end), span)
            yield said, case.text[said.start : said.end], row


def _sides(program: Program, row: int) -> list[float]:
    return [abs(side) for side in (program.row_lower[row], program.row_upper[row]) if np.isfinite(side)]


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
    Remark("left_out", 0.5, "figures of the text are in no part of the formulation", _left_out),
    Remark("repeated", 0.5, "one sum has two limits of the same kind, of which one has no effect", _repeated),
    Remark("infeasible", 0.25, "no plan keeps all limits at once", _infeasible),
    Remark("contradictory", 2.4, "limits contradict each other although no resource is short", _contradictory),
    Remark("unbounded", 0.25, "the objective has no end", _unbounded),
    Remark("nothing", 0.8, "the best plan is worth nothing", _nothing),
    Remark("named_as_measure", 2.4, "something is both decided and counted in the figures", _named_as_measure),
    Remark("alone", 0.3, "a sentence that compares became a limit on one thing alone", _alone),
    Remark("unheard", 2.6, "a sentence gives a rule, and nothing here came from it", _unheard),
    Remark(
        "conditional", 2.5, "limits with a condition or a choice between them are taken to hold always", _conditional
    ),
    Remark("average", 2.5, "a limit on an average became a limit on a sum", _average),
    Remark("parts_allowed", 0.3, "the text speaks of parts, and whole numbers are decided", _parts_allowed),
)
