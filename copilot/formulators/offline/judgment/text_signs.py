"""What a text says that its draft leaves out or keeps as something else: figures, rules, conditions, averages, parts.

Nothing here knows how the draft was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from copilot.formulators.doubts.audit import WORDS, mentions
from copilot.formulators.draft import Question, Span
from formulations.program import Program

from ..words.lexicon import is_content, unit_of
from ..words.morphology import stem
from .case import Case

#: Labels up to this length are names: "A", "M2".
_SHORT_LABEL = 2
#: Texts with more figures than this hold tables, of which some cells may well be left out.
_FEW_FIGURES = 25
#: In texts with fewer figures than this each weighs more.
_HARDLY_ANY = 4
#: Figures left out that are asked about one by one, and characters of a sentence in a question.
_MOST_ASKED, _LONGEST = 4, 120
#: Words of a rule between things that are decided, and those of them that exclude.
_EXCLUDING = (
    r"never|forbidden|prohibited|not\s+(?:be\s+)?(?:allowed|permitted)|lacks?|not\s+both|neither|except|"
    r"cannot(?!\s+(?:exceed|be\s+(?:more|exceeded|met)))|can't|(?:stays?|kept|remains?)\s+(?:shut|closed)"
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
_NUMBER = rf"(?:\d[\d,.]*|{'|'.join(WORDS)}|an?)"
_COMPARED = re.compile(
    rf"\b(?:times|twice|half|thrice)\s+as\s+many\b|\bas\s+many\s+\w+(?:\s\w+){{0,2}}\s+as\s+"
    r"(?!possible|he\b|she\b|they\b|you\b|we\b|it\b|one\b|can\b|I\b|is\b|are\b)|"
    rf"\b(?:at\s+(?:least|most)|no\s+(?:more|less|fewer)\s+than|exactly|wants?|needs?)\s+{_NUMBER}\s+(?:[a-z-]+\s+){{1,4}}?"
    r"(?:or\s+more\s+)?for\s+(?:every|each)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\b(?:fractions?|fractional(?:ly)?|partial(?:ly)?|divisible|real\s+numbers?|need\s+not\s+be\s+(?:whole|integers?))\b",
    re.IGNORECASE,
)
_NO_PARTS = re.compile(r"\b(?:no|not|without|cannot|avoid)\b[^.]{0,40}$", re.IGNORECASE)


def left_out(case: Case) -> float:
    """Figures in no element; of a text full of figures, and of one with hardly any, their share counts."""
    total = sum(1 for mention in mentions(case.text) if not mention.written_out)
    count = float(len(case.unused))
    if total > _FEW_FIGURES:
        return count / total
    return min(3.0, max(count, _HARDLY_ANY * count / total if total > 1 else 0.0))


def about_figures(case: Case) -> Iterator[Question]:
    """A question about each figure in no element, where they are few."""
    for span in case.unused if len(case.unused) <= _MOST_ASKED else ():
        yield Question(
            text=f"what does {case.text[span.start : span.end]!r} mean in this problem?",
            default="it is left out",
            span=span,
        )


def about_sentences(case: Case) -> Iterator[Question]:
    """What the checks of sentences against the program found."""
    for one in case.mismatches:
        yield one.question()


def named_as_measure(case: Case) -> float:
    """Whether a decision is called what a figure of the others counts: people, and cars for five people each."""
    document = case.draft.document
    counted = {_stems(entry.name) for entry in document.formulation.parameters if entry.indices}
    decided = {_stems(str(member)) for members in document.data.sets.values() for member in members}
    return float(bool((counted & decided) - {frozenset()}))


def units_decided(case: Case) -> Iterator[Question]:
    """Things to decide about that are called by a unit, as hours or kilograms, alone."""
    for members in case.draft.document.data.sets.values():
        for member in members:
            named = member.lower() if isinstance(member, str) and len(member) > _SHORT_LABEL else ""
            if named != "second" and unit_of(named) is not None:
                yield Question(
                    text=f"is '{member}' a thing to decide about, or the unit of some figures?",
                    default="a thing to decide about",
                )


def uncompared(case: Case) -> Iterator[Question]:
    """Sentences that compare, "two bikes for every van", where no row sets one thing against another."""
    program = case.program
    if program is None or not program.row_count:
        return
    table = program.matrix.toarray()
    if ((table > 0).any(axis=1) & (table < 0).any(axis=1)).any():
        return
    for said in case.sentences:
        if _COMPARED.search(case.text[said.start : said.end]):
            yield Question(
                text=f"{_quoted(case, said)}: does it compare two numbers of things? No limit here does.",
                default="it is left as it is",
                span=said,
            )


def unheard_rules(case: Case) -> tuple[Span, ...]:
    """Rules about the decisions that no element comes from: "if A opens, B stays shut"; "M2 cannot do job 2".

    Among pairs, as in assignments and flows, a rule counts that excludes and names things of two sets: other rules
    belong to the family.
    """
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


def unheard(case: Case) -> float:
    return min(2.0, float(len(unheard_rules(case))))


def about_rules(case: Case) -> Iterator[Question]:
    for rule in unheard_rules(case):
        yield Question(
            text=f"what does this rule mean here: {_quoted(case, rule)}?", default="it is left out", span=rule
        )


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


def conditions(case: Case) -> Iterator[Question]:
    """Sentences that tell a condition or a choice of limits, of which plain limits were made."""
    program = case.program
    if program is None or (program.integer & (program.column_upper <= 1)).any():
        return
    said = (span for span, words, _ in _limited(case) if _CONDITION.search(words) and _WISH.search(words) is None)
    for rule in dict.fromkeys(said):
        yield Question(
            text=f"is this always so: {_quoted(case, rule)}?", default="its limits are taken to hold always", span=rule
        )


def averages(case: Case) -> Iterator[Question]:
    """Sentences about an average that became a limit on a sum."""
    program = case.program
    for said, words, row in _limited(case):
        if program is not None and _AVERAGE.search(words) and max(_sides(program, row), default=0.0) > 0:
            yield Question(
                text=f"{_quoted(case, said)}: is it a limit on the average, or on the sum?",
                default=f"on the sum, as '{program.rows[row]}' has it",
                element=program.rows[row],
                span=said,
            )


def _limited(case: Case) -> Iterator[tuple[Span, str, int]]:
    """The sentences that the rows of the program came from, with the row, where it has a name of its own."""
    program = case.program
    for row, name in enumerate(program.rows if program is not None else ()):
        for span in case.draft.spans.get(name, ()):
            said = next((s for s in case.sentences if s.start <= span.start < s.end), span)
            yield said, case.text[said.start : said.end], row


def _sides(program: Program, row: int) -> list[float]:
    return [abs(side) for side in (program.row_lower[row], program.row_upper[row]) if np.isfinite(side)]


def parts_allowed(case: Case) -> Iterator[Question]:
    """Words that allow parts of things, where whole ones are decided."""
    program = case.program
    if program is None or not program.integer.any():
        return
    for match in _PARTS.finditer(case.text):
        if not _NO_PARTS.search(case.text[: match.start()]):
            yield Question(
                text=f'the text says "{match[0]}": may parts of things be chosen, or whole ones only?',
                default="whole ones only",
                span=Span(start=match.start(), end=match.end()),
            )
            return


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in re.findall(r"[^\W\d_]+", words.lower()) if is_content(word))


def _quoted(case: Case, span: Span) -> str:
    return repr(" ".join(case.text[span.start : span.end].split())[:_LONGEST])
