"""Limits and differences that a text states and a program does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.formulators.doubts.audit import WORDS, sentences
from copilot.formulators.doubts.beside import Beside, alike
from copilot.formulators.doubts.claims import stems
from copilot.formulators.doubts.mismatch import Mismatch, mismatch
from copilot.formulators.doubts.said import Role
from copilot.formulators.draft import Span

_MORE = re.compile(
    rf"(?P<before>[^.;:]{{0,80}}?)\bat\s+least\s+[\\$€£]*(?P<n>\d[\d,]*|{'|'.join(WORDS)})\s+(?:(?!times\b)\w+\s+)?more\s+"
    r"(?P<a>[^.;,]{0,60}?)\bthan\b(?P<b>[^.;,]{0,60})",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"\bnumber\s+of\s+(?P<what>[a-z][\w-]*(?:\s+[a-z][\w-]*){0,2}?)\s+(?:[a-z]+\s+){0,3}?"
    r"(?:not\s+exceed|cannot\s+exceed|at\s+(?:most|least)|no\s+more\s+than)\s+(?P<n>\d[\d,]*)(?![\d.,]*\s*(?:%|percent|times))",
    re.IGNORECASE,
)
#: What may stand right before a number of things that are owed to somebody.
_OWED = re.compile(
    r"\b(?:promised|owes?|owed|oblige[sd]?\s+(?:\w+\s+){0,3}to\s+\w+|must\s+(?:deliver|supply|serve|carry|transport|move|reach)|"
    r"(?:has|have|needs?)\s+to\s+(?:deliver|supply|serve|carry|transport|move|reach)|to\s+(?:deliver|transport|serve|carry|move)|"
    r"order(?:ed)?\s+(?:for|of))\s+(?:about\s+|all\s+|exactly\s+)?$",
    re.IGNORECASE,
)
_BACK = 60
#: "Two joiners with 38 hours each", "16 hours a day for 5 days": a number of something, and what one of it has.
_NUMBER = rf"(?P<n>\d{{1,2}}|{'|'.join(WORDS)})"
_APIECE = (
    re.compile(
        rf"\b{_NUMBER}\s+(?:[a-z][\w-]*\s+){{0,2}}?[a-z][\w-]*s\b[^.;:?!]{{0,60}}?\s(?P<v>\d[\d,]*(?:\.\d+)?)\s+[a-z]+\s+"
        r"(?:(?:a|per)\s+[a-z]+\s+)?(?:each|apiece)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<v>\d[\d,]*(?:\.\d+)?)\s+[a-z]+\s+(?:a|per|every|each)\s+(?P<unit>day|week|month|shift|night)\b[^.;:?!]{{0,40}}?\b"
        rf"{_NUMBER}\s+(?P=unit)s\b",
        re.IGNORECASE,
    ),
)
#: "20 kg of stew are needed", but not "pieces of 2 m are needed".
_THERE = re.compile(
    r"(?<!\bof )[\d.,]+\s+(?:[a-z][\w-]*\s+){1,4}?(?:is|are|must\s+be|have\s+to\s+be)\s+(?:needed|required|"
    r"available|left|ordered|on\s+hand)\b",
    re.IGNORECASE,
)
#: "200 jars of each size".
_OF_EACH = re.compile(r"\b(?P<v>\d[\d,]*)\s+(?:[a-z][\w-]*\s+){0,2}?of\s+(?:each|every)\b", re.IGNORECASE)
_EACH_OF = re.compile(
    r"(?:each|every|one|a|both)\b(?P<who>[^.,;]*?\band\b[^.,;]*?)\s(?:requires?|takes?|needs?|uses?|costs?)\b",
    re.IGNORECASE,
)
#: Hours and minutes.
_CLOCK = (1.0, 60.0, 1 / 60)
#: Hours and minutes, tons and kilograms, days and weeks.
_SCALES = (1.0, 60.0, 1 / 60, 1000.0, 1 / 1000, 7.0, 1 / 7)
#: Figures are for so much of something, as in tables of food.
_HUNDREDS = re.compile(r"\b100\s*(?:g|ml)\b|\bhundreds?\b", re.IGNORECASE)
#: Large numbers may be told in thousands or millions, and held so.
_ROUND = re.compile(r"\b(?:thousands?|millions?)\b", re.IGNORECASE)


def limits_left_out(both: Beside) -> Iterator[Mismatch]:
    """A limit of the text ("at most 50") occurs nowhere."""
    scaled = {abs(limit / weight) for row in both.rows for limit in row.limits for weight in row.weights.values()}
    held = scaled | both.numbers
    for said in both.figures:
        limit = said.role is Role.LIMIT or _THERE.match(both.text, said.span.start) is not None
        if not limit or said.factor or said.share or said.words or said.value < 2.0:
            continue
        scales = _SCALES if said.measure.dimension else (1.0,)
        scales = (*scales, 1 / 100) if _HUNDREDS.search(both.text) else scales
        scales = (*scales, 1e-3, 1e-6) if _ROUND.search(both.text) else scales
        if not any(alike(said.value, number, scales) for number in held):
            yield mismatch(both.text, said.phrase, "no limit here holds this figure")


def each_as_all(both: Beside) -> Iterator[Mismatch]:
    """ "200 jars of each size" limits all of them together."""
    for match in _OF_EACH.finditer(both.text):
        value = float(match["v"].replace(",", ""))
        rows = [row for row in both.rows if any(alike(value, limit) for limit in row.limits)]
        if rows and all(row.counts and len(row.weights) > 1 for row in rows):
            yield mismatch(
                both.text, Span(start=match.start(), end=match.end()), f"'{rows[0].label}' limits the sum here"
            )


def needs_as_limits(both: Beside) -> Iterator[Mismatch]:
    """What is owed ("promised 120 boxes", "to deliver 260 parcels") is only ever an upper limit."""
    for said in both.figures:
        words = both.text[max(0, said.span.start - _BACK) : said.span.start]
        match = _OWED.search(words)
        if match is None or said.share or said.factor or said.words:
            continue
        rows = [row for row in both.rows if any(alike(said.value, limit) for limit in row.limits)]
        if rows and not any(row.needed for row in rows):
            span = Span(start=said.span.start - len(words) + match.start(), end=said.span.end)
            yield mismatch(both.text, span, f"here it is the most that '{rows[0].label}' allows")


def shares_of_several(both: Beside) -> Iterator[Mismatch]:
    """ "Two joiners with 38 hours each", "16 hours a day for 5 days": what one of them has limits the sum."""
    for match in (match for pattern in _APIECE for match in pattern.finditer(both.text)):
        said = match["n"].lower()
        number, value = WORDS.get(said) or float(said), float(match["v"].replace(",", ""))
        limits = [limit for row in both.rows for limit in row.limits if len(row.weights) > 1]
        alone = [limit for limit in limits if alike(value, limit, _CLOCK)]
        if number > 1 and len(alone) == 1 and not any(alike(number * value, limit, _CLOCK) for limit in limits):
            yield mismatch(
                both.text, Span(start=match.start(), end=match.end()), f"here {alone[0]:g} is the limit of all"
            )


def differences(both: Beside) -> Iterator[Mismatch]:
    """ "At least 5 more hours of A than of B" is not in any row."""
    for match in _MORE.finditer(both.text):
        more, less = _nearest(both, match["a"], match["before"]), _nearest(both, match["b"], "")
        if more is None or less is None or more == less:
            continue
        digits = match["n"].lower()
        number = WORDS[digits] if digits in WORDS else float(digits.replace(",", ""))
        if any(
            {more, less} <= set(row.weights) and row.weights[more] * row.weights[less] < 0.0
            for row in both.rows
            if any(alike(abs(limit), abs(number * row.weights.get(more, 0.0))) for limit in row.limits)
        ):
            continue
        span = Span(start=match.start("n"), end=match.end("b"))
        names = f"'{both.title(more)}' from '{both.title(less)}'"
        yield mismatch(both.text, span, f"no limit here keeps {names} apart by {number:g}")


def numbers_of_things(both: Beside) -> Iterator[Mismatch]:
    """ "The number of A must not exceed 12" stands as a limit of a sum of figures of something else."""
    for match in _NUMBER_OF.finditer(both.text):
        what, limit = stems(match["what"]), float(match["n"].replace(",", ""))
        rows = [row for row in both.rows if any(alike(limit, one) for one in row.limits)]
        named = any(stems(match[0]) & name for name in both.names)
        if not what or named or not rows or any(row.counts for row in rows):
            continue
        told = [one for row in rows for weight in row.weights.values() for one in both.said(weight)]
        if told and not any(what & (one.measure.nouns | one.measure.context) for one in told):
            span = Span(start=match.start(), end=match.end())
            yield mismatch(both.text, span, f"here the figure limits '{rows[0].label}', a sum of something else")


def counts_of_something_else(both: Beside) -> Iterator[Mismatch]:
    """A limit of what the decisions yield, as in "15 brown bears", stands as a limit of the number of decisions."""
    weighed = {abs(weight) for weights in both.weights() for weight in weights.values()} - {1.0}
    yields = frozenset().union(*(one.measure.nouns for weight in weighed for one in both.said(weight)))
    kinds = [stems(entry.name.replace("_", " ")) for entry in both.document.formulation.sets]
    decided = frozenset().union(*both.names, *kinds)
    for row in both.rows:
        if not row.counts or len(row.weights) < 2 or not row.needed:
            continue
        for said in (one for limit in row.limits for one in both.said(limit)):
            nouns = said.measure.nouns
            if len(nouns) > 1 and len(nouns & yields) > 0 and len(nouns - yields) == 1 and not nouns & decided:
                yield mismatch(
                    both.text, said.span, f"here it limits '{row.label}', the number of decisions themselves"
                )


def figures_for_both(both: Beside) -> Iterator[Mismatch]:
    """ "Each kilo of A and of B takes 2 hours": one of the two has no such figure."""
    for sentence in sentences(both.text):
        said = [one for one in both.figures if sentence.start <= one.span.start < sentence.end]
        match = _EACH_OF.match(both.text[sentence.start : sentence.end])
        if match is None or len(said) != 1 or said[0].share or said[0].factor:
            continue
        named = both.named(stems(match["who"]))
        held_by = [*(row.weights for row in both.rows), both.objective]
        held = [any(alike(said[0].value, abs(w.get(c, 0.0)), _CLOCK) for w in held_by) for c in named]
        if len(named) > 1 and any(held) and not all(held):
            lacking = both.title(named[held.index(False)])
            yield mismatch(both.text, sentence, f"here '{lacking}' has no such figure")


def _nearest(both: Beside, words: str, before: str) -> int | None:
    """The one column that words speak of, by a word that no other column has; else the last one before them."""
    for part in (words, before):
        said = re.findall(r"[A-Za-z][\w-]*", part)
        for word in said if part is words else reversed(said):
            stem = stems(word) or {word}
            found = [column for column, name in enumerate(both.names) if stem <= name]
            if len(found) == 1:
                return found[0]
    return None
