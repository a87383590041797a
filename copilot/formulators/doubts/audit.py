"""Every number of the problem text, whether the formulation uses it, and which element it speaks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.draft import Span
from formulations.expression import Number, walk
from formulations.formulation import Constraint, Document, Objective
from formulations.parse import ParseError, parse_expression

_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.])(?:\d+(?:\.\d+)?|\.\d+)(?!\w*\d)")
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
#: Numbers that texts write in words.
WORDS = {word: float(number) for number, word in enumerate(_UNITS, start=1)}
_WORD = re.compile(rf"\b(?:{'|'.join(WORDS)}|twice|half|double|triple)\b", re.IGNORECASE)
_FACTORS = {"twice": 2.0, "double": 2.0, "triple": 3.0, "half": 0.5}
#: Before the number of a table or a figure.
_TITLED = re.compile(r"\b(?:table|figure|exhibit) (?:\d{1,2}[-.])?$", re.IGNORECASE)
_MONTH = re.compile(
    r"\s(?:of )?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
#: Elements that speak of more places than this are not joined to the text.
MOST_SPANS = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in the text. ``values``: what it may stand for, 30 % being 30 and 0.3."""

    span: Span
    values: tuple[float, ...]
    written_out: bool = False


def mentions(text: str) -> tuple[Mention, ...]:
    """The numbers of a text in digits and, from one to twelve, in words."""
    found = []
    for match in _NUMBER.finditer(text):
        value = float(match[0].replace(",", ""))
        rest = text[match.end() : match.end() + 9].lstrip()
        values = (value, value / 100) if rest.startswith(("%", "percent", "per cent")) else (value,)
        found.append(Mention(Span(start=match.start(), end=match.end()), values))
    for match in _WORD.finditer(text):
        word = match[0].lower()
        value = _FACTORS.get(word) or WORDS[word]
        found.append(Mention(Span(start=match.start(), end=match.end()), (value,), written_out=True))
    return tuple(sorted(found, key=lambda mention: mention.span.start))


def unused_numbers(text: str, document: Document) -> tuple[Span, ...]:
    """The numbers in digits that stand for nothing in the document.

    A number stands for an equal one, however often the text repeats it. As a share, as 1 plus a share or in another
    unit it stands for one that no other number of the text stands for: 0.2 is not used because another thing weighs
    200.
    """
    held = _occurrences(document)
    known = set(held) | set(_numbers_of_names(document))
    known |= {float(member) for members in document.data.sets.values() for member in members if isinstance(member, int)}
    known |= {float(len(members)) for members in document.data.sets.values()}
    asked = [mention for mention in mentions(text) if not (mention.written_out or _labels_or_dates(text, mention))]
    converted = []
    for mention in asked:
        values = [value for value in mention.values if _equal(value, known) is not None]
        for value in values[:1]:
            held[_equal(value, known) or 0.0] -= 1
        converted += [] if values else [mention]
    clock = re.search(r"\bhours?\b", text) is not None and re.search(r"\bminutes?\b", text) is not None
    settled: set[float] = set()
    unused = []
    for mention in converted:
        free = {value for value, count in held.items() if count > 0}
        place = next(
            (one for value in _readings(mention, clock=clock) if (one := _equal(value, free)) is not None), None
        )
        if place is not None:
            held[place] -= 1
            settled.add(mention.values[0])
        elif mention.values[0] not in settled:
            unused.append(mention.span)
    return tuple(unused)


def _numbers_of_names(document: Document) -> Iterator[float]:
    """The numbers in the names of members: "week 4", "6-10", a piece called "2.5"."""
    for members in document.data.sets.values():
        for member in members:
            for name in member if isinstance(member, tuple) else (member,):
                if isinstance(name, str):
                    yield from (float(digits) for digits in re.findall(r"\d+(?:\.\d+)?", name))


def _labels_or_dates(text: str, mention: Mention) -> bool:
    """Whether the number is the day of a date or belongs to a unit or a title: "1 April", "per 100 ml", "Table 2"."""
    if _TITLED.search(text[max(0, mention.span.start - 12) : mention.span.start]):
        return True
    before, after = text[max(0, mention.span.start - 4) : mention.span.start], text[mention.span.end :]
    hundred = before.lower() == "per " and mention.values[0] in (10, 100, 1000)
    return hundred or (mention.values[0] <= 31 and _MONTH.match(after) is not None)


def scarce_numbers(text: str, document: Document) -> tuple[str, ...]:
    """The numbers from 2 on that the text gives more often than the formulation: a coefficient may be missing."""
    used = _occurrences(document)
    found = [mention for mention in mentions(text) if not mention.written_out and mention.values[0] >= 2]
    given = Counter(mention.values[0] for mention in found)
    scarce = [value for value, count in given.items() if 0 < used[value] < count]
    return tuple(f"{value:g} stands {given[value]} times in the problem, {used[value]} times here" for value in scarce)


def _occurrences(document: Document) -> Counter[float]:
    """How often each number stands in expressions, bounds and data."""
    formulation = document.formulation
    texts = [row.expression for row in _rows(document)]
    texts += [bound for entry in formulation.variables for bound in (entry.lower, entry.upper) if bound]
    found = Counter(number for expression in texts for number in _literals(expression))
    for values in document.data.parameters.values():
        entries = [(values,)] if isinstance(values, (int, float)) else values
        found.update(float(entry[-1]) for entry in entries if isinstance(entry[-1], (int, float)))
    return found


def _readings(mention: Mention, *, clock: bool) -> Iterator[float]:
    """What a number may have become: a share, its complement, another unit; ``clock``: minutes and hours."""
    for value in mention.values:
        yield value
        if value <= 1:
            yield from (1 - value, 1 + value)
        yield from (value * 100, value / 100, value * 1000, value / 1000, value * 1e6)
        yield from (value * 60, value / 60) if clock else ()


def _equal(value: float, used: set[float]) -> float | None:
    return next((other for other in used if abs(value - other) <= 1e-9 * max(1.0, abs(value))), None)


def sources(text: str, document: Document) -> dict[str, tuple[Span, ...]]:
    """The parts of the text that name the numbers of each element: the numbers themselves for parameters,
    whole clauses for objective and constraints."""
    found = mentions(text)
    whole = sentences(text)
    spans: dict[str, tuple[Span, ...]] = {}
    parameters = {parameter.name for parameter in document.formulation.parameters}
    rows = {row.name for row in _rows(document)}
    for name, values in numbers_of_elements(document).items():
        places = [
            mention.span
            for mention in found
            if any(_equal(value, values) is not None for value in mention.values)
            and not (mention.written_out and name not in rows)
        ]
        if name not in parameters:
            places = list(dict.fromkeys(_around(place, whole) for place in places))
        if 0 < len(places) <= MOST_SPANS:
            spans[name] = tuple(places)
    return spans


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, without the space around them."""
    found = re.finditer(r"\S(?:(?!\n\s*\n).)*?(?:[.;?!](?=\s|$)|(?=\n\s*\n)|\Z)", text, re.DOTALL)
    return tuple(Span(start=match.start(), end=match.end()) for match in found)


def _around(place: Span, whole: tuple[Span, ...]) -> Span:
    return next((sentence for sentence in whole if sentence.start <= place.start < sentence.end), place)


def numbers_of_elements(document: Document) -> dict[str, set[float]]:
    """The numbers that each element holds: its literals, the data of a parameter, and of the scalars it names."""
    formulation = document.formulation
    found: dict[str, set[float]] = {}
    for parameter in formulation.parameters:
        records = document.data.parameters.get(parameter.name, ())
        entries = [(records,)] if isinstance(records, (int, float)) else records
        found[parameter.name] = {float(entry[-1]) for entry in entries if isinstance(entry[-1], (int, float))}
    scalars = {parameter.name for parameter in formulation.parameters if not parameter.indices}
    for row in _rows(document):
        found[row.name] = set(_literals(row.expression))
        for name in scalars & set(re.findall(r"[^\W\d]\w*", row.expression)):
            found[row.name] |= found[name]
    for variable in formulation.variables:
        found[variable.name] = {
            number for bound in (variable.lower, variable.upper) if bound for number in _literals(bound) if number
        }
    return found


def _rows(document: Document) -> tuple[Constraint | Objective, ...]:
    objective = document.formulation.objective
    return (*document.formulation.constraints, *(() if objective is None else (objective,)))


def _literals(expression: str) -> list[float]:
    """The numbers of an expression, as often as they stand there."""
    try:
        return [node.value for node in walk(parse_expression(expression)) if isinstance(node, Number)]
    except ParseError:
        return []
