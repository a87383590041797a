"""Problem text as tokens with their places: words, numbers with their values, punctuation, sentences."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .cleaning import clean as clean
from .lexicon import FRACTIONS, MULTIPLIERS, NUMBER_WORDS, SCALES, STOP_WORDS, is_verb, unit_of, word_set
from .morphology import lemma, stem

TokenKind = Literal["word", "number", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]``. A number has a value; ``percent`` values are already divided by 100.

    ``multiplier`` is set for "twice", "three times", "half": a factor, not a count of things.
    """

    kind: TokenKind
    low: str
    start: int
    end: int
    value: float | None = None
    percent: bool = False
    money: bool = False
    multiplier: bool = False
    fraction: bool = False

    @property
    def lemma(self) -> str:
        return lemma(self.low)

    @property
    def stem(self) -> str:
        return stem(self.low)

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def is_word(self) -> bool:
        return self.kind == "word"


@dataclass(frozen=True, slots=True)
class Sentence:
    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


_TOKEN = re.compile(
    r"""(?P<number>\d+/\d+(?![\d/])|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+)
      | (?P<word>[^\W\d_][^\W_]*(?:'[a-z]+)?)
      | (?P<mark>[^\w\s])""",
    re.VERBOSE,
)
#: Lines shorter than this that are followed by a capital are items of a list, not wrapped prose.
_SHORT_LINE = 60
_ABBREVIATIONS = word_set("""mr mrs ms dr st no vs etc approx sq ft in oz lb lbs e.g i.e u.s inc co""")


def tokenize(text: str) -> tuple[Token, ...]:
    """Tokens of the text (already ``clean``); numbers, number words and scales are joined into one token."""
    raw: list[Token] = []
    symbols = frozenset(re.findall(r"(?<![\w'])[T-Z](?![\w'])", text))
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        low = match[0].lower()
        if kind == "number":
            raw.append(Token("number", low, match.start(), match.end(), _value(low)))
        elif kind == "word":
            low = _name(text, match, symbols) or low
            raw.append(Token("word", low, match.start(), match.end()))
        else:
            raw.append(Token("mark", low, match.start(), match.end()))
    return _labels(_nouns_in_disguise(_join(_without_enumeration(raw), text)))


def _without_enumeration(raw: Sequence[Token]) -> list[Token]:
    """The tokens without "(1) ... (2) ..." in front of the items of a list."""
    found: dict[str, int] = {}
    for k in range(len(raw) - 3):
        if raw[k].low == "(" and raw[k + 2].low == ")" and raw[k + 3].is_word:
            found.setdefault(raw[k + 1].low, k)
    marks = [found[low] for low in ("1", "2", "3", "4", "5", "6") if low in found]
    if not {"1", "2"} <= set(found) or marks != sorted(marks):
        return list(raw)
    dropped = {k + step for k in marks for step in range(3)}
    return [token for k, token in enumerate(raw) if k not in dropped]


def _name(text: str, match: re.Match[str], symbols: frozenset[str]) -> str:
    """The capital that a letter stands for, in "X", "X's" or in "3x + y" beside "products X and Y"; else nothing."""
    word = match[0].removesuffix("'s")
    if _names(text, match) or (len(word) == 1 and word.isupper() and word not in "AI"):
        return word
    return word.upper() if len(word) == 1 and word.upper() in symbols and len(symbols) > 1 else ""


def _names(text: str, match: re.Match[str]) -> bool:
    """Whether a single capital is a name ("method A", "X and Y") and not the article or the pronoun."""
    if len(match[0]) != 1 or not match[0].isupper():
        return False
    if match[0] not in "AI":
        return True
    before = text[max(0, match.start() - 24) : match.start()].rstrip(" ")
    if before and before[-1] not in ".!?:\n\"'":
        return True
    return re.match(r"\s*(?:(?:,|and|or)\s*[A-Z]\b|[-+<>=])", text[match.end() :]) is not None


def _value(digits: str) -> float:
    if "/" in digits:
        above, below = digits.split("/")
        return float(above) / float(below) if float(below) else 0.0
    return float(digits.replace(",", ""))


def _join(raw: Sequence[Token], text: str) -> list[Token]:
    joined: list[Token] = []
    i = 0
    raw = [token for k, token in enumerate(raw) if not _hyphen(raw, k, text)]
    while i < len(raw):
        token, width = _number_at(raw, i, text)
        joined.append(token)
        i += width
    return joined


def _hyphen(raw: Sequence[Token], k: int, text: str) -> bool:
    """Whether the mark joins two words ("high-intensity"): the words then stand side by side."""
    if raw[k].low != "-" or not 0 < k < len(raw) - 1:
        return False
    inside = raw[k - 1].end == raw[k].start and raw[k].end == raw[k + 1].start
    return inside and raw[k - 1].is_word and raw[k + 1].is_word


def _number_at(raw: Sequence[Token], i: int, text: str) -> tuple[Token, int]:
    """The token that begins at ``raw[i]`` and how many raw tokens it takes."""
    token = raw[i]
    if token.low == "$" and i + 1 < len(raw) and raw[i + 1].is_number:
        number, width = _number_at(raw, i + 1, text)
        return replace(number, start=token.start, money=True), width + 1
    if (
        token.low == "-"
        and i
        and raw[i - 1].low in ("than", "below", "least", "of", "to", "most")
        and (i + 1 < len(raw) and raw[i + 1].is_number and raw[i + 1].start == token.end)
    ):
        number, width = _digits(raw, i + 1, text)
        return replace(number, start=token.start, value=-(number.value or 0.0)), width + 1
    if token.is_number:
        return _digits(raw, i, text)
    joined = i + 1 < len(raw) and raw[i + 1].is_word and text[token.end : raw[i + 1].start] == "-"
    joined = joined and raw[i + 1].low not in ("and", "point")
    if joined and (token.low in MULTIPLIERS or token.low == "half"):
        return token, 1
    if token.low in MULTIPLIERS:
        return replace(token, kind="number", value=MULTIPLIERS[token.low], multiplier=True), 1
    if token.low in ("a", "an", "one", "two", "three", "four") and i + 1 < len(raw):
        j = i + 1
        if raw[j].low == "-" and j + 1 < len(raw):
            j += 1
        if raw[j].low in FRACTIONS and (token.low not in ("a", "an") or raw[j].low != "second"):
            value = NUMBER_WORDS.get(token.low, 1) * FRACTIONS[raw[j].low]
            fraction = replace(token, kind="number", end=raw[j].end, value=value, fraction=True, multiplier=True)
            return fraction, j - i + 1
        if raw[i + 1].low in ("hundred", "thousand", "million") and token.low in ("a", "an"):
            value = SCALES[raw[i + 1].low]
            return replace(token, kind="number", end=raw[i + 1].end, value=value), 2
        if raw[i + 1].low == "dozen":
            value = NUMBER_WORDS.get(token.low, 1) * 12
            return replace(token, kind="number", end=raw[i + 1].end, value=value), 2
    if token.low == "half":
        return replace(token, kind="number", value=0.5, fraction=True, multiplier=True), 1
    if token.low in NUMBER_WORDS:
        return _words(raw, i)
    return token, 1


def _digits(raw: Sequence[Token], i: int, text: str) -> tuple[Token, int]:
    token, width = raw[i], 1
    after = raw[i + 1] if i + 1 < len(raw) else None
    if after is None:
        return token, 1
    adjacent = text[token.end : after.start] == ""
    if after.low in SCALES and (after.low != "k" or adjacent):
        token = replace(token, end=after.end, value=(token.value or 0.0) * SCALES[after.low])
        width, after = 2, raw[i + 2] if i + 2 < len(raw) else None
    elif after.low == "-" and i + 2 < len(raw) and raw[i + 2].is_word and text[token.end : raw[i + 2].start] == "-":
        return replace(token, kind="word", low=token.low + raw[i + 2].low, end=raw[i + 2].end, value=None), 3
    if after is not None:
        nxt = raw[i + width + 1] if i + width + 1 < len(raw) else None
        if after.low == "%" or after.low == "percent":
            token = replace(token, end=after.end, value=(token.value or 0.0) / 100, percent=True)
            return token, width + 1
        if after.low == "per" and nxt is not None and nxt.low == "cent":
            return replace(token, end=nxt.end, value=(token.value or 0.0) / 100, percent=True), width + 2
        if after.low == "$" and not (nxt is not None and nxt.is_number and text[after.end : nxt.start] == ""):
            return replace(token, end=after.end, money=True), width + 1
        if after.low == "times" and not (nxt is not None and nxt.low in ("per", "a", "an")):
            return replace(token, end=after.end, multiplier=True), width + 1
    return replace(token, fraction="/" in token.low, multiplier="/" in token.low), width


def _words(raw: Sequence[Token], i: int) -> tuple[Token, int]:
    value, j = NUMBER_WORDS[raw[i].low], i + 1
    while j < len(raw):
        low = raw[j].low
        if low == "-" and j + 1 < len(raw) and raw[j + 1].low in NUMBER_WORDS and raw[j + 1].end - raw[i].start < 20:
            j += 1
        elif low in NUMBER_WORDS and value >= 20 and NUMBER_WORDS[low] < 10 and raw[j - 1].low != "and":
            value, j = value + NUMBER_WORDS[low], j + 1
        elif low in SCALES and low != "k":
            value, j = value * SCALES[low], j + 1
        else:
            break
    j, value = _with_fraction(raw, i, j, value)
    multiplier = False
    percent = False
    if j < len(raw) and raw[j].low == "times" and not (j + 1 < len(raw) and raw[j + 1].low in ("per", "a", "an")):
        multiplier, j = True, j + 1
    elif j < len(raw) and raw[j].low in ("percent", "%"):
        value, percent, j = value / 100, True, j + 1
    token = replace(
        raw[i], kind="number", end=raw[j - 1].end, value=float(value), multiplier=multiplier, percent=percent
    )
    if raw[i].low == "one" and j == i + 1 and _is_pronoun(raw, i):
        return raw[i], 1
    if _is_amount(raw, i, j):
        # A small number in words may only count what is decided ("two products"); an amount is as good as in digits.
        token = replace(token, low=f"{value:g}")
    return token, j - i


_USES = word_set("require need take use consume contain yield earn seat hold carry cause draw eat bring give generate")
_USING = frozenset(map(stem, _USES))


def _is_amount(raw: Sequence[Token], i: int, j: int) -> bool:
    """Whether a number in words is an amount of something: "needs three eggs", "four units", "two kg"."""
    if raw[i].low == "one" or (j < len(raw) and raw[j].low in _KINDS):
        return False
    if j < len(raw) and raw[j].low in ("unit", "units"):
        return j + 1 < len(raw) and raw[j + 1].low == "of"
    if j < len(raw) and unit_of(raw[j].low) is not None:
        return True
    return i > 0 and raw[i - 1].is_word and raw[i - 1].stem in _USING


_KINDS = word_set("types type kinds kind different models sorts varieties options ways categories products methods")


def _with_fraction(raw: Sequence[Token], i: int, j: int, value: float) -> tuple[int, float]:
    """ "four and a half", "three-and-a-half", "four point seven": where it ends, and its value."""
    words = [(k, raw[k].low) for k in range(j, min(j + 8, len(raw))) if raw[k].low != "-"]
    lows = [low for _, low in words]
    if lows[:2] == ["and", "a"] and len(lows) > 2 and lows[2] in FRACTIONS:
        return words[2][0] + 1, value + FRACTIONS[lows[2]]
    if lows[:1] == ["point"] and len(lows) > 1 and NUMBER_WORDS.get(lows[1], 10) < 10:
        return words[1][0] + 1, value + NUMBER_WORDS[lows[1]] / 10
    return j, value


def _is_pronoun(raw: Sequence[Token], i: int) -> bool:
    before = raw[i - 1].low if i else ""
    after = raw[i + 1] if i + 1 < len(raw) else None
    if after is None or not after.is_word or after.low in STOP_WORDS or is_verb(after.low):
        return not (after is not None and after.is_word and after.low in ("unit", "hour", "minute", "way", "of"))
    return (
        before in ("sized", "the", "this", "that", "which", "any", "no", "each", "only") and unit_of(after.low) is None
    )


def _labels(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Numbers that name things ("machine 2") become words: some noun carries both 1 and 2 in the text."""
    seen: dict[str, set[float]] = {}
    for before, token in itertools.pairwise(tokens):
        if _may_label(before, token):
            seen.setdefault(before.lemma, set()).add(token.value or 0)
    naming = {word for word, values in seen.items() if {1.0, 2.0} <= values}
    result: list[Token] = []
    carried = False
    for i, token in enumerate(tokens):
        previous = tokens[i - 1] if i else None
        if previous is not None and _may_label(previous, token) and previous.lemma in naming:
            result.append(replace(token, kind="word", value=None))
            carried = True
        elif carried and token.is_number and previous is not None and previous.low in ("and", "or", ","):
            listed = i + 1 >= len(tokens) or not tokens[i + 1].is_word or tokens[i + 1].low in STOP_WORDS
            result.append(replace(token, kind="word", value=None) if listed and (token.value or 99) <= 20 else token)
            carried = listed
        else:
            result.append(token)
            carried = carried and token.low in ("and", "or", ",")
    return tuple(result)


def _nouns_in_disguise(tokens: Sequence[Token]) -> list[Token]:
    """Words of other classes that serve as nouns or names here.

    "The can" where the text speaks of cans; "first mix, second mix"; and "x1" in "x1 round lamps", which is
    only a symbol for the noun behind it.
    """
    lows = [token.low for token in tokens]
    ordered: dict[str, set[str]] = {}
    for a, b in itertools.pairwise(lows):
        if a in _ORDINALS:
            ordered.setdefault(lemma(b), set()).add(a)
    ranked = {word for word, ordinals in ordered.items() if len(ordinals) >= 2}
    result: list[Token] = []
    for i, token in enumerate(tokens):
        before = lows[i - 1] if i else ""
        after = lows[i + 1] if i + 1 < len(lows) else ""
        if token.low in _ORDINALS and (lemma(after) in ranked or (after in ("and", "or") and ranked)):
            token = replace(token, low=_ORDINALS[token.low])
        elif (
            token.low == "can"
            and "cans" in lows
            and before in ("a", "each", "per", "one", "every", "small", "large", "of", "regular")
        ):
            token = replace(token, low="cans")
        elif (
            re.fullmatch(r"[xy]\d", token.low)
            and i + 1 < len(tokens)
            and tokens[i + 1].is_word
            and after.endswith("s")
            and after not in STOP_WORDS
            and not is_verb(after)
            and after not in _ACTS
            and (before in STOP_WORDS or is_verb(before))
        ):
            token = replace(token, kind="mark")
        result.append(token)
    return result


_ACTS = frozenset({"needs", "costs", "works", "yields", "has"})
_ORDINALS = {"first": "1st", "second": "2nd", "third": "3rd"}


def _may_label(before: Token, token: Token) -> bool:
    plain = token.is_number and not (token.percent or token.money or token.multiplier or token.fraction)
    if not (plain and before.is_word and token.value is not None and token.value <= 20 and token.value % 1 == 0):
        return False
    noun = before.low not in STOP_WORDS and not is_verb(before.low)
    return noun and "." not in token.low and before.low not in ("produces", "holds", "contains", "and")


def sentences(tokens: Sequence[Token], text: str) -> tuple[Sentence, ...]:
    """Runs of tokens up to a full stop, question mark or a break between paragraphs or bullets."""
    return tuple(Sentence(tuple(run)) for run in _runs(tokens, text) if run)


def _runs(tokens: Sequence[Token], text: str) -> Iterator[list[Token]]:
    run: list[Token] = []
    for i, token in enumerate(tokens):
        if run and _breaks(text, run[-1], token):
            yield run
            run = []
        run.append(token)
        if token.low in ("?", "!") or (token.low == "." and _ends(tokens, i, text)):
            yield run
            run = []
    yield run


def _breaks(text: str, before: Token, after: Token) -> bool:
    """Whether a new paragraph, bullet or list line begins between two tokens; a wrapped line goes on."""
    gap = text[before.end : after.start]
    if gap.count("\n") >= 2:
        return True
    if "\n" not in gap or before.low in (",", "and", "or"):
        return False
    if before.low in (":", ";", ")"):
        return True
    line = text[text.rfind("\n", 0, before.end) + 1 : before.end]
    return len(line.strip()) < _SHORT_LINE and text[after.start].isupper()


def _ends(tokens: Sequence[Token], i: int, text: str) -> bool:
    before = tokens[i - 1].low if i else ""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None:
        return True
    if before in _ABBREVIATIONS and before not in ("in", "no"):
        return False
    return (
        after.start > tokens[i].end or (len(before) > 2 and text[after.start].isupper()) or after.low in ("-", '"', ")")
    )
