"""The figures of a text with what they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copilot.formulators.offline.words.lexicon import SCALES, is_content, unit_of, word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.space import space_at
from copilot.formulators.offline.words.tokens import Token

from .counting import counts, scale_ends
from .vocabulary import ATTRIBUTES, acts

if TYPE_CHECKING:
    from .script import Script

_MODIFIERS = word_set("square sq cubic new extra more whole full working man person metric expected additional about")
_LONGEST_MEASURE = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text: token ``at``; its measure words end before token ``after``.

    ``dimension`` and ``size`` are those of its unit word, ``nouns`` the stems of all words that it counts;
    ``leads`` where a noun follows that it describes ("a 2-minute song").
    """

    at: int
    after: int
    value: float
    start: int
    end: int
    dimension: str
    size: float
    nouns: frozenset[str]
    scale: float
    leads: bool
    spelled: bool


def figures_in(told: Script) -> tuple[Figure, ...]:
    """All numbers, apart from labels, factors and "one" where it is a pronoun."""
    ends = scale_ends(told.tokens)
    at = (i for i in range(len(told.tokens)) if counts(told.tokens, i) and not told.title(i) and i not in ends)
    return tuple(_shared_units([_figure(told, i) for i in at], told))


def _figure(told: Script, i: int) -> Figure:
    token = told.tokens[i]
    after, dimension, size, nouns = _measure(told, i)
    leads = told.original[token.end : token.end + 1] == "-"
    if leads:
        after = min(after, i + 2)
        nouns = {stem(told.tokens[i + 1].low)} if after > i + 1 else set()
    value = token.value or 0.0
    scale = _scale(told.text[token.start : token.end], value)
    if told.words(after, after + 1) == ["("] and told.words(after + 2, after + 3) == [")"]:
        noted = SCALES.get(told.tokens[after + 1].low, 1.0)
        value, scale = value * noted, scale * noted
    return Figure(
        i, after, value, token.start, token.end, dimension, size, frozenset(nouns), scale, leads,
        token.low.isalpha(),
    )  # fmt: skip


def _measure(told: Script, i: int) -> tuple[int, str, float, set[str]]:
    """Where the words end that say what the number at ``i`` measures, its unit, and stems of all that it counts."""
    tokens, after, nouns = told.tokens, i + 1, set[str]()
    dimension, size = ("money", 1.0) if tokens[i].money else ("", 1.0)
    while after < len(tokens) and after - i <= _LONGEST_MEASURE and after not in told.begins:
        word = tokens[after]
        if not word.is_word:
            break
        unit = unit_at(tokens, after)
        if unit is None and (not is_content(word.low) or acts(word.low) or told.named(after)):
            break
        if word.lemma in ATTRIBUTES and after + 1 < len(tokens) and tokens[after + 1].is_number:
            break
        end = after + 1
        if unit is not None and not dimension:
            dimension, size, end = unit
        nouns |= {
            stem(t.low) for t in tokens[after:end] if t.is_word and t.low not in _MODIFIERS and t.low not in SCALES
        }
        after = end
    return after, dimension, size, nouns


def unit_at(tokens: Sequence[Token], i: int) -> tuple[str, float, int] | None:
    """The unit that begins at a token: its dimension, its size and where it ends; powers of meters are of their own."""
    known = unit_of(tokens[i].low)
    if known is not None and not tokens[i].low.endswith(("2", "3")):
        return (*known, i + 1)
    found = space_at(tokens, i)
    return (f"{found[0]} in meters", *found[1:]) if found is not None and found[0] != "length" else None


def _scale(written: str, value: float) -> float:
    """What the number is in units of its digits: 1000 for "40 thousand" or "40k"."""
    digits = re.sub(r"[^\d.]", "", written.split()[0])
    return round(value / float(digits), 6) if digits.strip(".") and float(digits) else 1.0


def _shared_units(found: Sequence[Figure], told: Script) -> Iterator[Figure]:
    """Figures of a list with the unit and the scale of its last: "40, 25 and 60 thousand dollars"."""
    runs: list[list[Figure]] = []
    for figure in found:
        joint = told.words(runs[-1][-1].after, figure.at) if runs else ["."]
        if runs and joint in ([","], ["and"], [",", "and"], ["or"]):
            runs[-1].append(figure)
        else:
            runs.append([figure])
    for run in runs:
        last = run[-1]
        listed = len(run) > 2 or "respectively" in told.original
        alone = listed and len(run) > 1 and not any(figure.dimension or figure.nouns for figure in run[:-1])
        for figure in run:
            if alone and figure is not last:
                scale = last.scale if figure.scale == 1 and figure.value < 1000 else 1.0
                figure = replace(
                    figure, dimension=last.dimension, size=last.size, nouns=last.nouns, value=figure.value * scale,
                    scale=figure.scale * scale,
                )  # fmt: skip
            yield figure
