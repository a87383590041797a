"""A sentence as pieces between commas and conjunctions, with its figures and the comparisons that govern them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..words.comparators import Comparator, Direction, comparators
from ..words.lexicon import COUNTERS, STOP_WORDS, VERB_FORMS, is_content, is_verb, word_set
from ..words.measures import Measure, quantity
from ..words.particles import ARTICLES, CONTRACTED, EACH, POSSESSIVES, TOGETHER
from ..words.tokens import Sentence, Token
from .vocabulary import DEGREES

_BREAKS = word_set(", ; : ( ) . ? ! and but while whereas or where which who when if since because so although yet")
_LINKING = word_set(
    "need require is are was were be has have had does do costs needs works yields makes can must may should will"
)
_OPENING = word_set("is are has have costs needs works yields makes need require")
_OBJECTS = ARTICLES | POSSESSIVES | word_set("up out in only him us me at")
_SMALL = 12.0
#: "A thousand flyers need ...", "a dozen eggs": what is counted by the thousand or the dozen.
_DOZEN = 12.0
_EXTREMA = word_set("minimum maximum")
_LONG = 8
_RANGES = (("between", ["and"]), ("from", ["to"]), ("from", ["-"]), ("between", ["-"]))
_ONE = EACH | {"it"}
_CLAUSES = word_set(", ; : and while but")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at ``tokens[at:end]`` with its noun phrase; ``direction`` where a comparison governs it.

    ``soft``: a small number word that may only count things in passing ("two gardeners").
    """

    at: int
    end: int
    token: Token
    measure: Measure
    direction: Direction | None = None
    strict: bool = False
    first: int = 0
    soft: bool = False

    @property
    def value(self) -> float:
        return self.token.value if self.token.value is not None else 0.0

    @property
    def relative(self) -> bool:
        """Whether it compares by a factor: a percentage, a fraction, a multiple."""
        return self.token.percent or self.token.multiplier or self.token.fraction


@dataclass(frozen=True, slots=True)
class Piece:
    """``tokens[first:last]`` of a line, opened by a mark or a conjunction; ``verb`` is the place of its first verb."""

    first: int
    last: int
    opener: str
    verb: int | None


@dataclass(frozen=True, slots=True)
class Line:
    tokens: tuple[Token, ...]
    figures: tuple[Figure, ...]
    comparators: tuple[Comparator, ...]
    pieces: tuple[Piece, ...]

    def lows(self, first: int, last: int) -> list[str]:
        return [token.low for token in self.tokens[max(0, first) : max(0, last)]]

    def piece_of(self, i: int) -> int:
        return next((k for k, piece in enumerate(self.pieces) if piece.first <= i < piece.last), 0)


def line(sentence: Sentence, nouns: frozenset[str] = frozenset(), verbs: frozenset[str] = frozenset()) -> Line:
    """The sentence with its figures, comparisons and pieces; ``nouns`` are words that are no verbs in this text, and
    ``verbs`` are words that are verbs elsewhere in it."""
    tokens = sentence.tokens
    compared = comparators(tokens)
    figures = tuple(_figure(tokens, i) for i, token in enumerate(tokens) if token.is_number)
    figures = tuple(figure for figure in figures if not _article(tokens, figure))
    figures = _ranges(tokens, _in_one_unit(tokens, figures))
    figures = _shared(tokens, _governed(tokens, figures, compared))
    return Line(tokens, figures, compared, _pieces(tokens, figures, compared, nouns, verbs))


def _in_one_unit(tokens: Sequence[Token], figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures with a unit that is said once: "10 grams of protein and 8 of fiber"."""
    result: list[Figure] = []
    for figure in figures:
        before = result[-1] if result else None
        after = tokens[figure.at + 1].low if figure.at + 1 < len(tokens) else ""
        plain = not (figure.measure.dimension or figure.relative) and after == "of" and bool(figure.measure.nouns)
        if plain and before is not None and before.measure.dimension and before.measure.nouns:
            told = before.measure
            unit = replace(figure.measure, dimension=told.dimension, size=told.size, unit=told.unit)
            figure = replace(figure, measure=unit, soft=False)
        result.append(figure)
    return tuple(result)


def _article(tokens: Sequence[Token], figure: Figure) -> bool:
    """ "One doll takes ...", "for one doll": the number stands for an article."""
    before = tokens[figure.at - 1].low if figure.at else ","
    if figure.token.low in ("a", "an") and figure.value >= _DOZEN:
        named = not figure.measure.dimension and figure.end > figure.at + 1 and tokens[figure.at + 1].low != "of"
        return before == "of" or (named and before in _BREAKS | {"for", "per", "on"})
    if figure.token.low != "one" or figure.value != 1.0 or figure.measure.dimension:
        return False
    closed = figure.end >= len(tokens) or tokens[figure.end].low in _BREAKS
    if closed and tokens[figure.at + 1].lemma in COUNTERS and any(t.is_number for t in tokens[: figure.at]):
        return False
    return before in _BREAKS | {"for", "per", "make", "making", "of", "produce", "producing", "to", "in"}


def _figure(tokens: Sequence[Token], i: int) -> Figure:
    token = tokens[i]
    last = next((j for j in range(i + 1, len(tokens)) if tokens[j].low in ("apiece", "each")), len(tokens))
    found = quantity(tokens[:last], i)
    if i + 1 < len(tokens) and tokens[i + 1].low == "min" and not found.measure.dimension:
        minutes = replace(found.measure, nouns=frozenset(), dimension="time", size=1 / 60, words="", unit="min")
        found = replace(found, measure=minutes, end=max(found.end, i + 2))
    if found.end < len(tokens) and tokens[found.end].low in (",", "and") and found.end - i > 2:
        # "three sizes of pumps S, M and L": a letter that opens a list is none of the words before it.
        listed = len(tokens[found.end - 1].low) == 1 and tokens[found.end - 2].low.endswith("s")
        found = replace(found, end=found.end - listed)
    soft = token.low.isalpha() and not (token.multiplier or token.fraction) and found.value <= _SMALL
    return Figure(i, found.end, token, found.measure, soft=soft, first=i)


def _ranges(tokens: Sequence[Token], figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """ "between 20 and 40 chairs", "from 5 to 9": the first is a floor, the second a ceiling."""
    result = list(figures)
    for k in range(len(figures) - 1):
        a, b = figures[k], figures[k + 1]
        between = [token.low for token in tokens[a.end : b.at]]
        before = tokens[a.at - 1].low if a.at else ""
        if (before, between) in _RANGES and (not a.relative or a.token.percent):
            measure = a.measure if a.measure.nouns or a.measure.dimension else b.measure
            result[k] = replace(a, direction=">=", measure=measure, first=a.at - 1, end=b.end)
            result[k + 1] = replace(b, direction="<=", first=a.at - 1)
    return tuple(result)


def _governed(
    tokens: Sequence[Token], figures: tuple[Figure, ...], compared: Sequence[Comparator]
) -> tuple[Figure, ...]:
    """The figures with the comparison in front of or behind them."""
    result = list(figures)
    for comparator in compared:
        ahead = next((k for k, f in enumerate(figures) if f.at >= comparator.last), None)
        behind = next((k for k in range(len(figures) - 1, -1, -1) if figures[k].at < comparator.first), None)
        near = ahead is not None and _reaches(tokens, comparator.last, figures[ahead].at)
        k = ahead if near and not comparator.trailing else behind if not near or comparator.trailing else None
        if k is None or result[k].direction is not None:
            continue
        if k == behind and not _trails(tokens, figures[k], comparator):
            continue
        first = min(comparator.first, figures[k].at)
        result[k] = replace(
            figures[k], direction=comparator.direction, strict=comparator.strict, first=first, soft=False
        )
    return tuple(result)


def _shared(tokens: Sequence[Token], figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """The figures with the comparison that they share: "no more than 400 tablets and 600 phones"."""
    result = list(figures)
    for k in range(1, len(result)):
        a, b = result[k - 1], result[k]
        gap = [token.low for token in tokens[a.end : b.at]]
        counted = bool(a.measure.nouns) == bool(b.measure.nouns) and a.at > a.first
        plain = not (a.relative or b.relative or b.soft)
        beside = gap in (["and"], [",", "and"]) or (_again(gap) and _EXTREMA & {t.low for t in tokens[a.first : a.at]})
        if a.direction and not b.direction and beside and counted and plain:
            result[k] = replace(b, direction=a.direction, strict=a.strict)
    return tuple(result)


def _again(gap: Sequence[str]) -> bool:
    """ "The minimum for X is 15 units, and for Y it is 10": nothing but the other owner is said."""
    return "for" in gap and len(gap) < _LONG and not any(is_verb(low) or low in ("but", "while", "cost") for low in gap)


def _reaches(tokens: Sequence[Token], last: int, at: int) -> bool:
    between = tokens[last:at]
    return len(between) <= 4 and all(t.is_word and not is_verb(t.low) and t.low not in ("than", "as") for t in between)


def _trails(tokens: Sequence[Token], figure: Figure, comparator: Comparator) -> bool:
    """ "store 600 phones at most": the comparison ends its piece, and the figure stands in the same piece."""
    closes = comparator.last >= len(tokens) or tokens[comparator.last].low in _BREAKS | {
        "in",
        "per",
        "a",
        "each",
        "for",
    }
    between = tokens[figure.at + 1 : comparator.first]
    return closes and not any(t.low in _CLAUSES for t in between) and len(between) < 8


def _pieces(
    tokens: Sequence[Token],
    figures: Sequence[Figure],
    compared: Sequence[Comparator],
    nouns: frozenset[str],
    verbs: frozenset[str],
) -> tuple[Piece, ...]:
    held = {i for c in compared for i in range(c.first + 1, c.last)}
    held |= {i for figure in figures for i in range(figure.at, figure.end)}
    held |= {i for figure in figures for i in range(figure.first + 1, figure.at)}
    cuts = [0] + [i for i, token in enumerate(tokens) if i and token.low in _BREAKS and i not in held]
    found: list[Piece] = []
    for first, last in zip(cuts, [*cuts[1:], len(tokens)], strict=True):
        opener = tokens[first].low if tokens[first].low in _BREAKS else ""
        if found and last - first == 1 and opener:
            continue
        start = first
        while start < last and tokens[start].low in _BREAKS:
            opener, start = tokens[start].low if tokens[start].low not in (",",) else opener, start + 1
        if start >= last:
            continue
        verb = _verb(tokens, start, last, nouns)
        if verb is None and opener in ("and", "but") and tokens[start].lemma not in nouns | STOP_WORDS:
            verb = start if _goes_on(tokens[start:last], tokens[found[-1].first] if found else None, verbs) else None
        found.append(Piece(start, last, opener, verb))
    return _with_openers(tokens, found)


def _with_openers(tokens: Sequence[Token], found: list[Piece]) -> tuple[Piece, ...]:
    """Openers of double marks: ", and" opens with "and"; every token belongs to some piece."""
    result = []
    for piece in found:
        before = tokens[piece.first - 2].low if piece.first > 1 else ""
        strong = before in (";", ":", ".") and piece.opener in ("and", "but", "or", "")
        result.append(replace(piece, opener=before) if strong else piece)
    return tuple(result)


def _verb(tokens: Sequence[Token], first: int, last: int, nouns: frozenset[str]) -> int | None:
    """The first finite verb of the piece; a word that is a noun as often needs a noun phrase in front of it."""
    for i in range(first, last):
        low = tokens[i].low
        if low in CONTRACTED:
            return i
        if low in _LINKING and (i > first or low in _OPENING):
            return i
        if is_verb(low) and low not in TOGETHER and not low.endswith("ing"):
            return i
        done = tokens[i].low != tokens[i].lemma and i == first + 2 and tokens[first].low in ARTICLES
        if (done or tokens[i].lemma not in nouns) and _acts(tokens, i, first, last):
            return i
    return None


def _goes_on(tokens: Sequence[Token], subject: Token | None, verbs: frozenset[str]) -> bool:
    """ "A wall costs 90 and absorbs 50 units", "dunes cost 25 and absorb 15": a verb opens the piece."""
    if len(tokens) < 2 or not tokens[0].is_word or not tokens[1].is_number:
        return False
    third = subject is not None and subject.low in _ONE and tokens[0].low.endswith("s")
    plural = subject is not None and subject.low.endswith("s") and tokens[0].low in VERB_FORMS
    return third or plural or tokens[0].low in verbs


def _acts(tokens: Sequence[Token], i: int, first: int, last: int) -> bool:
    """Any other word between a noun and a figure that ends in -s or -ed: "gulps 9 liters", "a saddle clears 210"."""
    low = tokens[i].low
    j = i + 1
    while j + 1 < last and tokens[j].low in DEGREES:
        j += 1
    if i == first or j >= last or not tokens[i].is_word or low in STOP_WORDS:
        return False
    before, after = tokens[i - 1], tokens[j]
    if low in VERB_FORMS and low.endswith("s") and not before.low.endswith("s") and is_content(before.low):
        return after.is_number or (after.is_word and (is_content(after.low) or after.low in ("a", "an", "the", "up")))
    if low.endswith("s") and i - first > 1 and tokens[first].low in ARTICLES and tokens[first].low != low:
        plural = after.is_word and is_content(after.low) and after.low.endswith("s") and not before.low.endswith("s")
        if plural and i - first == 2 and tokens[i].lemma != after.lemma:
            return True
    noun = before.is_word and (is_content(before.low) or before.low in ("it", "he", "she", "which"))
    object_follows = after.is_number or after.low in _OBJECTS
    return noun and object_follows and (low.endswith(("s", "ed")) or before.low.endswith("s"))
