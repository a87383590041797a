"""Figures that stand in a program as something else than the text gives them for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.formulators.doubts.beside import Beside, Row, alike
from copilot.formulators.doubts.claims import stems
from copilot.formulators.doubts.mismatch import Mismatch, mismatch
from copilot.formulators.doubts.said import Role, Said
from copilot.formulators.draft import Span
from copilot.formulators.offline.words.measures import Measure

#: Texts in which money itself is decided.
_MONEY_DECIDED = re.compile(
    r"\b(?:invest|allocat|distribut|divide\b|split|lend|gambl|bet\b|bets\b|fund\b|funds\b|apportion|assign)",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\b(?:how\s+many|number\s+of)\b", re.IGNORECASE)
#: Texts in which a dollar sign may also open a formula.
_LATEX = re.compile(r"\\\$|\d\$|\$[A-Za-z]")
_SAME = {"heavy": "mass", "pound": "mass", "gallon": "volume"}
_OF_EACH = re.compile(
    r"\b(?:each|every|a|an|one)\s+(?P<who>[a-z][\w-]*(?:\s+[a-z][\w-]*){0,2}?)\s+(?:requires?|takes?|needs?|uses?|costs?|yields?|"
    r"earns?|brings?|contains?|holds?|carries|produces?|consumes?|provides?|makes?|weighs)\s+"
    r"(?:about\s+|only\s+|up\s+to\s+)?[\\$€£]*\s*$",
    re.IGNORECASE,
)
#: Hours and minutes, tons and kilograms, percent.
_SCALES = (1.0, 60.0, 1 / 60, 1000.0, 1 / 1000, 100.0, 1 / 100)
_BACK = 60
#: "Per 100 g": what one unit of a decision is, where nothing else says so.
_HUNDRED = re.compile(
    r"(?:(?:^|[.!?:;]\s+)(?:per|for)\s+|\bwhat\s+|(?:^|[.!?:;,]\s+))(?P<unit>100\s*(?:g|grams?|ml|millilit(?:er|re)s?))\b",
    re.IGNORECASE,
)


def money_on_counts(both: Beside) -> Iterator[Mismatch]:
    """A sum of money limits a number of things."""
    if _MONEY_DECIDED.search(both.text) or not _PIECES.search(both.text):
        return
    for row, said in _limits(both):
        if row.counts and len(row.weights) > 1 and all(one.measure.dimension == "money" for one in said):
            yield mismatch(both.text, said[0].span, f"here it limits the number of {_all(both, row)}, without a price")


def measures_on_counts(both: Beside) -> Iterator[Mismatch]:
    """Hours, kilograms or money limit a number of things of which each takes some, which is left out; hours even where
    it is not."""
    for row, said in _limits(both):
        dimension = said[0].measure.dimension
        if not row.counts or len(row.weights) < 2 or not dimension or _MONEY_DECIDED.search(both.text):
            continue
        left = [
            one
            for one in both.figures
            if one.measure.dimension == dimension and one.role is Role.PLAIN and one not in said
            if not (one.share or one.factor or one.words)
            if dimension == "time" or not any(alike(one.value, number, _SCALES) for number in both.numbers)
        ]
        if len(left) > 1 and all(one.measure.dimension == dimension for one in said):
            against = f'here it limits the number of {_all(both, row)}, whatever "{_quoted(both, left[0])}" stands for'
            yield mismatch(both.text, said[0].span, against)


def unlike_units(both: Beside) -> Iterator[Mismatch]:
    """A limit measures another thing than everything that it limits."""
    if _LATEX.search(both.text):
        return
    decided = frozenset().union(*both.names)
    for row, said in _limits(both):
        limit = said[0].measure
        if row.counts or any(one.measure.dimension != limit.dimension for one in said):
            continue
        weighed = [both.said(weight) for weight in row.weights.values() if abs(weight) != 1.0]
        told = [one for one in weighed if one and not any(figure.words or figure.share for figure in one)]
        if len(told) == len(weighed) > 0 and all(
            all(_unlike(limit, one.measure, decided) for one in figures) for figures in told
        ):
            yield mismatch(
                both.text, said[0].span, f'here it limits a sum of figures like "{_quoted(both, told[0][0])}"'
            )


def hundreds_as_units(both: Beside) -> Iterator[Mismatch]:
    """Figures are told for 100 g, and a limit in grams or kilograms counts decisions."""
    match = _HUNDRED.search(both.text)
    if match is None or 100.0 in both.numbers:
        return
    for row, said in _limits(both):
        limit = said[0].measure.dimension
        if row.counts and limit in ("mass", "volume", "heavy") and all(one.measure.dimension == limit for one in said):
            against = f"here it limits {_all(both, row)}, of which one is {match['unit']}"
            yield mismatch(both.text, said[0].span, against)


def shares_as_limits(both: Beside) -> Iterator[Mismatch]:
    """A share stands as an amount, where nothing says that everything makes one."""
    if any(row.counts and len(row.weights) > 1 and 1.0 in row.limits for row in both.rows):
        return
    for row in both.rows:
        for limit in row.limits:
            whole = 0.0 < limit < 1.0 and all(abs(weight) >= 1.0 for weight in row.weights.values())
            said = [one for one in both.figures if one.share and alike(one.value, limit)]
            if whole and said:
                yield mismatch(
                    both.text, said[0].span, f"here {limit:g} itself is the limit in '{row.label}', not a share"
                )


def bases_as_limits(both: Beside) -> Iterator[Mismatch]:
    """What a rate refers to, as in "2 for every 100", stands as a limit."""
    for row, said in _limits(both):
        if all(one.role is Role.BASE for one in said) and said[0].value != 1.0:
            yield mismatch(both.text, said[0].phrase, f"here it is the limit of '{row.label}'")


def units_decided(both: Beside) -> Iterator[Mismatch]:
    """What figures count, as in "a taxi takes 2 guests", is itself a decision."""
    for weights in both.weights():
        for column, weight in weights.items():
            name = both.names[column]
            told = [both.said(other) for other in weights.values() if abs(other) != 1.0]
            if abs(weight) > 1.0 and len(told) > 1 and all(_counts(figures, name) for figures in told):
                first = both.said(weight)[0]
                yield mismatch(both.text, first.span, f"here '{both.title(column)}' is itself a thing to decide on")
                return


def other_owners(both: Beside) -> Iterator[Mismatch]:
    """A figure of one thing ("each van takes 5") stands with another thing only."""
    held: dict[int, set[float]] = {column: set() for column in range(len(both.names))}
    for weights in (*(row.weights for row in both.rows), both.objective):
        for column, weight in weights.items():
            held[column].add(abs(weight))
    for said in both.figures:
        match = _OF_EACH.search(both.text[max(0, said.span.start - _BACK) : said.span.start])
        owners = [] if match is None else [c for c, name in enumerate(both.names) if name == stems(match["who"])]
        if len(owners) != 1 or said.factor or said.share or said.value < 2.0:
            continue
        owner = owners[0]
        if any(alike(said.value, value, _SCALES) for value in held[owner]):
            continue
        others = [c for c, values in held.items() if c != owner and any(alike(said.value, v) for v in values)]
        if others:
            against = f"here the figure stands with '{both.title(others[0])}', not with '{both.title(owner)}'"
            start = max(0, said.span.start - _BACK) + match.start() if match else said.span.start
            yield mismatch(both.text, Span(start=start, end=said.span.end), against)


def _limits(both: Beside) -> Iterator[tuple[Row, tuple[Said, ...]]]:
    """The limits of rows that the text gives, as it gives them."""
    for row in both.rows:
        for limit in row.limits:
            said = tuple(one for one in both.said(limit) if not one.share)
            if said and not any(one.share for one in both.said(limit)):
                yield row, said


def _unlike(limit: Measure, weight: Measure, decided: frozenset[str]) -> bool:
    """Whether one cannot be a sum of the other; nouns speak only against hours and money, and only foreign ones."""
    one, other = (_SAME.get(measure.dimension, measure.dimension) for measure in (limit, weight))
    if one and other:
        return one != other
    if one in ("time", "money"):
        return bool(weight.nouns) and not weight.nouns & decided and not weight.nouns & (limit.nouns | limit.context)
    return False


def _counts(figures: tuple[Said, ...], name: frozenset[str]) -> bool:
    return bool(figures) and all(one.measure.nouns == name for one in figures)


def _quoted(both: Beside, said: Said) -> str:
    return " ".join(both.text[said.span.start : said.span.end].split())


def _all(both: Beside, row: Row) -> str:
    titles = [both.title(column) for column in row.weights]
    return ", ".join(titles[:3]) + (", …" if len(titles) > 3 else "")
