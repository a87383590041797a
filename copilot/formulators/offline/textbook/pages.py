"""A problem text as words and figures: each figure with its dimension, and with what it is given per."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import CURRENCIES, LENGTHS, LIQUIDS, unit_of, word_set
from copilot.formulators.offline.words.particles import EACH, STOPS
from copilot.formulators.offline.words.space import length_at, space_at
from copilot.formulators.offline.words.tokens import Token, tokenize

_DEGREES = {"length": 1, "area": 2, "volume": 3}
_COMPARED = (("more",), ("fewer",), ("less",), ("additional",), ("further",))
_SPEEDS = {"mph": ("mile", "hour"), "kmh": ("km", "hour"), "kph": ("km", "hour")}
#: What parts a sum of money from a price before it: another sentence, or words of a budget.
_APART = word_set(". ; ? ! have has budget spend spends total most only")
_PRICED = word_set("cost costs costing price priced pay pays charge charges")
_BREAKS = word_set(", ; and while whereas but")
_PER = EACH - {"one"} | {"/", "for"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of the text. ``size`` is one of its unit in meters, square meters, cubic meters or money units; 0
    where the unit has no name. ``per`` is the dimension that it is given for, "" where it is a plain amount."""

    token: Token
    at: int
    end: int
    dimension: str = ""
    size: float = 1.0
    per: str = ""
    per_size: float = 1.0

    @property
    def value(self) -> float:
        return self.token.value or 0.0

    def figure(self, factor: float = 1.0) -> Figure:
        return Figure(self.value * factor, self.token.start, self.token.end)


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a text and its figures in order."""

    original: str
    low: str
    tokens: tuple[Token, ...]
    figures: tuple[Measured, ...]

    @property
    def lows(self) -> frozenset[str]:
        return frozenset(form for token in self.tokens for form in (token.low, token.lemma))

    def of(self, dimension: str, per: str = "") -> tuple[Measured, ...]:
        return tuple(f for f in self.figures if f.dimension == dimension and f.per == per)

    def of_dimension(self, dimension: str) -> tuple[Measured, ...]:
        return tuple(f for f in self.figures if f.dimension == dimension)

    def only(self, *figures: Measured) -> bool:
        """Whether the text has no figures but these; small counts in words do not matter."""
        return all(f in figures or (f.token.low.isalpha() and f.dimension == "") for f in self.figures)

    def has(self, words: str) -> bool:
        """Whether one of the words (lemmas) stands in the text."""
        return bool(self.lows & word_set(words))

    def says(self, phrase: str, first: int = 0, last: int | None = None) -> bool:
        """Whether the words stand side by side in a part; "/" separates the choices for one place."""
        size, last = len(phrase.split()), len(self.tokens) if last is None else last
        return any(first <= i <= last - size for i in self.places(phrase))

    def places(self, phrase: str) -> Iterator[int]:
        choices = [set(word.split("/")) for word in phrase.split()]
        for i in range(len(self.tokens) - len(choices) + 1):
            if all(_forms(self.tokens[i + k]) & c for k, c in enumerate(choices)):
                yield i

    def begin(self, at: int) -> int:
        """Where the sentence of a place begins."""
        return next((i + 1 for i in range(at - 1, -1, -1) if self.tokens[i].low in STOPS), 0)

    def clause(self, figure: Measured) -> tuple[int, int]:
        """The run of tokens around a figure up to a comma, a stop, "and" or another figure on either side."""
        first, last = figure.at, figure.end
        while first and not self._border(first - 1):
            first -= 1
        while last < len(self.tokens) and not self._border(last):
            last += 1
        return first, last

    def _border(self, i: int) -> bool:
        return self.tokens[i].low in (",", ".", ";", ":", "?", "!", "(", ")", "while", "but") or any(
            figure.at == i for figure in self.figures
        )

    def stretch(self, figures: Sequence[Measured], k: int) -> tuple[int, int, int]:
        """Where the clause of the k-th of these figures begins, where the figure stands, and where its clause ends."""
        at, end = figures[k].at, figures[k].end
        first = self.begin(at)
        last = next((i for i in range(end, len(self.tokens)) if self.tokens[i].low in STOPS), len(self.tokens))
        if k and figures[k - 1].end > first:
            first = max(first, self._parted(figures[k - 1].end, at))
        if k + 1 < len(figures) and figures[k + 1].at < last:
            last = self._parted(end, figures[k + 1].at)
        return first, at, last

    def _parted(self, first: int, last: int) -> int:
        """Where, between two figures, the clause of the second begins."""
        breaks = [i for i in range(first, last) if self.tokens[i].low in _BREAKS]
        if not breaks:
            return first
        return last if all(self.tokens[i].low in _BREAKS for i in range(breaks[-1], last)) else breaks[0] + 1

    def run(self, first: int) -> frozenset[str]:
        """The words from a place to the next comma, stop or "and", six at most."""
        last = first
        while last < min(len(self.tokens), first + 6) and self.tokens[last].is_word and self.tokens[last].low != "and":
            last += 1
        return self.words(first, last)

    def words(self, first: int, last: int) -> frozenset[str]:
        part = self.tokens[max(0, first) : max(0, last)]
        return frozenset(form for token in part for form in (token.low, token.lemma))

    def unit(self) -> float:
        """The length in meters in which an answer is given: the one asked for, else that of the first figure."""
        asked = [
            length
            for i in self.places("in/into cubic/square/sq")
            if i + 2 < len(self.tokens) and (length := length_at(self.tokens, i + 2))
        ]
        if asked:
            return asked[0][0]
        for figure in self.figures:
            for dimension, size in ((figure.dimension, figure.size), (figure.per, figure.per_size)):
                if dimension in _DEGREES and size:
                    litres = any(abs(size - volume) < 1e-12 for volume in LIQUIDS.values())
                    return (
                        float(size ** (1 / _DEGREES[dimension]))
                        if dimension != "volume" or not litres
                        else (0.01 if size < 1e-3 else 0.1)
                    )
        return 1.0

    def coin(self) -> float:
        """What the coin of all sums of money is worth: 0.01 where all of them are in cents."""
        coins = {figure.size for figure in self.figures if figure.dimension == "money"}
        return coins.pop() if len(coins) == 1 else 1.0

    def volume_ends(self, at: int) -> bool:
        """Whether a unit of volume ends at a place."""
        found = [_dimension(self.tokens, k) for k in (at - 1, at - 2) if k >= 0]
        return any(unit is not None and unit[0] == "volume" and unit[2] == at for unit in found)

    def quantity(self, sheet: Paper, name: str, figure: Measured, unit: float, coin: float = 1.0) -> str:
        """A parameter with the figure as told, times what puts it into powers of the unit and into such coins."""
        factor = 1.0
        if figure.dimension in _DEGREES and figure.size:
            factor *= figure.size / unit ** _DEGREES[figure.dimension]
        if figure.dimension == "money":
            factor *= figure.size / coin
        if figure.per in _DEGREES and figure.per_size:
            factor /= figure.per_size / unit ** _DEGREES[figure.per]
        taken = sheet.parameter(name, figure.figure())
        return taken if abs(factor - 1.0) < 1e-9 else f"({taken}*{factor:.12g})"


def page(cleaned: str, original: str) -> Page:
    """The page of a clean text. "12-inch" and "half-circle" are read as two words."""
    spaced = re.sub(r"(?<=[\da-z])-(?=[a-z])", " ", cleaned)
    tokens = tuple(_counted(tokenize(spaced)))
    figures: list[Measured] = []
    for i, token in enumerate(tokens):
        if token.is_number:
            figures.append(_priced_alike(tokens, figures[-1:], _measured(tokens, i)))
    return Page(original, cleaned.lower(), tokens, tuple(figures))


def _counted(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, where one is a number in "one more room" and "one of them stays empty"."""
    for i, token in enumerate(tokens):
        after = tuple(each.low for each in tokens[i + 1 : i + 3])
        counts = token.low == "one" and (after[:1] in _COMPARED or after == ("of", "them"))
        yield replace(token, kind="number", value=1.0) if counts else token


def _priced_alike(tokens: Sequence[Token], before: Sequence[Measured], figure: Measured) -> Measured:
    """Money beside a price in the same sentence is a price of the same: "wire costs $4 per meter, and boards $9"."""
    if not figure.dimension and figure.per in _DEGREES:
        said = {token.low for token in tokens[max(0, figure.at - 5) : figure.at]}
        like = bool(before) and before[0].dimension == "money" and before[0].per == figure.per
        return replace(figure, dimension="money") if like or said & _PRICED else figure
    if not before or before[0].dimension != "money" or before[0].per not in _DEGREES or figure.per:
        return figure
    between = {token.low for token in tokens[before[0].end : figure.at]}
    last = figure.end >= len(tokens) or tokens[figure.end].low in STOPS | {",", "and"}
    if not figure.dimension and last and "for" in between and not between & _APART:
        # "$25 per square meter for the side, for the base 40"
        return replace(figure, dimension="money", size=before[0].size, per=before[0].per, per_size=before[0].per_size)
    if figure.dimension != "money" or between & _APART:
        return figure
    return replace(figure, per=before[0].per, per_size=before[0].per_size)


def _forms(token: Token) -> set[str]:
    """The words that a token counts as; "a half" is one token."""
    return {token.low, token.lemma} | ({"half"} if token.value == 0.5 else set())


def _measured(tokens: Sequence[Token], at: int) -> Measured:
    token = tokens[at]
    article = token.fraction and at + 1 < len(tokens) and tokens[at + 1].low in ("a", "an")
    found = _dimension(tokens, at + 1 + article)
    if token.percent:
        return Measured(token, at, at + 1, "percent")
    dimension, size, end = found or ("", 1.0, at + 1)
    if end == at + 1 and end < len(tokens) and tokens[end].low in _SPEEDS:
        length, time = _SPEEDS[tokens[end].low]
        return Measured(token, at, end + 1, "length", LENGTHS[length], time)
    if token.money and dimension not in ("money",):
        dimension, size, end = "money", 1.0, at + 1
    per, per_size = "", 1.0
    if end + 1 < len(tokens) and tokens[end].low in _PER:
        begin = end + 1
        while begin < len(tokens) and tokens[begin].low in ("each", "every", "running", "linear", "the"):
            begin += 1
        # "$1,800 for a fence" is a sum, "$4 for each fence" is a price.
        sum_ = begin == len(tokens) or (tokens[end].low == "for" and begin == end + 1)
        other = None if sum_ else _dimension(tokens, begin)
        if other is not None:
            per, per_size, end = other
        elif not sum_ and (tokens[end].low not in ("a", "an") or dimension == "money" or _is_time(tokens[begin])):
            per = tokens[begin].lemma if begin < len(tokens) and tokens[begin].is_word else ""
            end = begin + 1 if per else end
    return Measured(token, at, end, dimension, size, per, per_size)


def _is_time(token: Token) -> bool:
    unit = unit_of(token.low)
    return unit is not None and unit[0] == "time"


def _dimension(tokens: Sequence[Token], i: int) -> tuple[str, float, int] | None:
    """The unit of money or space that begins at a place: its dimension, its size and where it ends."""
    if i < len(tokens) and tokens[i].is_word and tokens[i].lemma in CURRENCIES:
        return "money", CURRENCIES[tokens[i].lemma], i + 1
    return space_at(tokens, i)
