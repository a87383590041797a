"""Problem text as tokens with their places: words, numbers with their values, punctuation, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .cleaning import clean as clean
from .labels import labeled, nouns_in_disguise, without_enumeration
from .lexicon import word_set
from .numerals import joined, value_of
from .token import Token as Token


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
      | (?P<word>(?<![\w-])[A-Za-z]-[a-z]{3,}|[A-Za-z]{3,}-and-[a-z]{4,}|[^\W\d_][^\W_]*(?:'[a-z]+)?)
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
            raw.append(Token("number", low, match.start(), match.end(), value_of(low)))
        elif kind == "word":
            low = _name(text, match, symbols) or low
            raw.append(Token("word", low, match.start(), match.end()))
        else:
            raw.append(Token("mark", low, match.start(), match.end()))
    return labeled(nouns_in_disguise(joined(without_enumeration(raw), text)))


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
