"""What the clauses of the prose say: a figure with its direction, the items it is about, its unit, the words around."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copilot.formulators.draft import Question, Span
from copilot.formulators.offline.words.comparators import Comparator, Direction, comparators
from copilot.formulators.offline.words.lexicon import COUNTERS, DEMAND_WORDS, SUPPLY_WORDS, unit_of, word_set
from copilot.formulators.offline.words.particles import TOGETHER
from copilot.formulators.offline.words.tokens import Token

from .naming import Mention, Naming

_PARTING = frozenset({",", ";", ":", "but", "while", "whereas", "(", ")", "-", "and"})
_EACH = word_set("each every any anything apiece single individual per-item no none everything")
#: What "each" and "no" stand in front of where they speak of no single thing.
_NO_THING = word_set("more less fewer hour day week month quarter year season shift")
_MEAN = word_set("average mean weighted averaging")
_NEED = DEMAND_WORDS | word_set(
    "ordered promised promise owe call calls target needing ask asks minimum fulfil fulfill reach least"
)
_HAVE = SUPPLY_WORDS | word_set(
    """hold holds take takes carry runs run open allow allows ceiling cap budget most stay stays is are room stocked
    maximum weekly monthly daily capacity fit fits costs weighs sold sell"""
)
_MOST_AFTER = 4
#: A figure with no more words than these says nothing of its own.
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Saying:
    """``token`` is said in a clause of ``words`` about ``items``; ``side`` is empty where nothing is compared.

    ``plain`` sides come from words of having and needing, not from a comparison. ``titled`` are attributes by name.
    """

    token: Token
    side: Direction | None
    plain: bool
    strict: bool
    items: tuple[int, ...]
    words: tuple[str, ...]
    after: tuple[str, ...]
    unit: str
    each: bool
    total: bool
    mean: bool
    per: bool
    sentence: int
    titled: tuple[int, ...] = ()

    @property
    def value(self) -> float:
        return self.token.value or 0.0


@dataclass(slots=True)
class _Carry:
    side: Direction | None = None
    plain: bool = False
    lead: tuple[str, ...] = ()


def sayings(sentences: Sequence[Sequence[Token]], naming: Naming, titles: Naming) -> Iterator[Saying]:
    """The figures of all sentences in order."""
    for k, tokens in enumerate(sentences):
        if any(token.is_number for token in tokens):
            yield from _shared(list(_said(tokens, naming, titles, k)))


def questions(left: Sequence[Saying], text: str) -> tuple[Question, ...]:
    """What to ask about figures that were not understood."""
    return tuple(
        Question(
            text=f"what does {text[s.token.start : s.token.end]!r} mean here?",
            default="it is left out",
            span=Span(start=s.token.start, end=s.token.end),
        )
        for s in left
    )


def _shared(said: Sequence[Saying]) -> Iterator[Saying]:
    """Shares in a row are of the same items: "at least a third and at most half of the trucks are vans"; so are the
    two ends of a range: "at least 30 tons of cocoa and no more than 80"."""
    for before, saying, after in zip([None, *said], said, [*said[1:], None], strict=False):
        if before is not None and _ends(before, saying):
            yield replace(saying, items=before.items)
            continue
        share = after is not None and all(s.token.fraction or s.token.percent for s in (saying, after))
        bare = share and saying.side is not None and not (saying.items or saying.titled or saying.each)
        yield replace(saying, items=after.items) if bare and after is not None else saying


def _ends(low: Saying, high: Saying) -> bool:
    """Whether two figures that are compared in opposite ways limit the items that the first one names."""
    bare = not (high.items or high.titled or high.each or high.total or high.per)
    compared = {low.side, high.side} == {"<=", ">="} and not (low.plain or high.plain)
    alike = (low.token.money, low.token.percent, low.unit) == (high.token.money, high.token.percent, high.unit)
    return bool(low.items) and bare and compared and alike and len(high.words) <= _SHORT


def _said(tokens: Sequence[Token], naming: Naming, titles: Naming, sentence: int) -> Iterator[Saying]:
    mentions = naming.mentions(tokens)
    titled = titles.mentions(tokens)
    named = {at for mention in (*mentions, *titled) for at in range(mention.first, mention.last)}
    compared = comparators(tokens)
    carry = _Carry()
    for first, last in _clauses(tokens, named):
        numbers = [k for k in range(first, last) if tokens[k].is_number and k not in named and _counts(tokens, k)]
        words = tuple(t.low for t in tokens[first:last] if t.is_word)
        spans = _between(tokens, first, numbers)
        for j, k in enumerate(numbers):
            side: Direction | None
            inside = [c for c in compared if first <= c.first < last]
            if spans is not None:
                side, strict, plain = (">=" if j == 0 else "<="), False, False
            else:
                side, strict, plain = _side(k, inside, _without_duties(tokens, k, (first, last)), carry)
            lone = len(numbers) == 1 or spans is not None
            near = _own(mentions, compared, numbers, -1 if lone else j, (first, last))
            about = _own(titled, compared, numbers, -1 if lone else j, (first, last))
            after = tuple(t.low for t in tokens[k + 1 : min(last, k + 1 + _MOST_AFTER)] if t.is_word or t.low in "$%")
            lows = {*words}
            token = tokens[k]
            if spans is not None and j == 0 and tokens[numbers[1]].percent and not token.percent:
                token = replace(token, value=(token.value or 0.0) / 100, percent=True)
            yield Saying(
                token, side, plain, strict, tuple(dict.fromkeys(m.item for m in near)), words, after,
                _unit(tokens, k, last), _each(words), bool(lows & TOGETHER), bool(lows & _MEAN),
                "per" in lows or "/" in {t.low for t in tokens[k:last]}, sentence,
                tuple(dict.fromkeys(m.item for m in about)),
            )  # fmt: skip
            if spans is None:
                carry.side, carry.plain = side, plain


def _without_duties(tokens: Sequence[Token], at: int, clause: tuple[int, int]) -> tuple[str, ...]:
    """The words of a clause, without what is needed to be done behind a number: "owns 3 kilns and needs to plan"."""
    following = [*tokens[1:], None]
    return tuple(
        t.low
        for k, t in enumerate(tokens[: clause[1]])
        if k >= clause[0] and t.is_word and not (k > at and t.low in _NEED and (n := following[k]) and n.low == "to")
    )


def _each(words: Sequence[str]) -> bool:
    """Whether words speak of every single thing, not of every month."""
    following = itertools.zip_longest(words, words[1:], fillvalue="")
    return any(word in _EACH and after not in _NO_THING for word, after in following)


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number can say something: not "one of them", not the number in a name."""
    token = tokens[at]
    if token.low == "one" and at + 1 < len(tokens) and tokens[at + 1].low in ("of", "another", "by"):
        return at > 0 and tokens[at - 1].low in ("least", "most", "exactly", "than")
    return not (_numbers_names(tokens, at) or (at > 1 and _numbers_names(tokens, at - 2)))


def _numbers_names(tokens: Sequence[Token], at: int) -> bool:
    """Whether a range of numbers begins here that names things: "customers 1 to 4"."""
    if not 0 < at < len(tokens) - 2 or tokens[at].value != 1 or not tokens[at - 1].is_word:
        return False
    return (
        tokens[at + 1].low in ("to", "-", "through") and tokens[at + 2].is_number and tokens[at - 1].low.endswith("s")
    )


def _clauses(tokens: Sequence[Token], named: set[int]) -> list[tuple[int, int]]:
    """Parts of a sentence with at least one number each; parts without go with the part after, at the end before."""
    edges = [0]
    for k, token in enumerate(tokens):
        if token.low in _PARTING and k not in named and k + 1 < len(tokens) and not _aside(tokens, k):
            between = k > 0 and any(t.low in ("between", "from") for t in tokens[max(0, k - 4) : k])
            if not (token.low == "and" and (between or _both_named(k, named))):
                edges.append(k + (token.low != "-"))
    edges.append(len(tokens))
    parts: list[tuple[int, int]] = []
    first = 0
    for a, b in itertools.pairwise(edges):
        if any(t.is_number and k not in named for k, t in enumerate(tokens[a:b], a)):
            parts.append((first, b))
            first = b
    if parts and first < len(tokens):
        parts[-1] = (parts[-1][0], len(tokens))
    return parts


def _aside(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bracket at ``at`` holds no number: "900 (thousand euro) this year"."""
    if tokens[at].low == "(":
        inside = tokens[at + 1 :]
        last = next((k for k, t in enumerate(inside) if t.low == ")"), len(inside))
        return not any(t.is_number for t in inside[:last])
    if tokens[at].low == ")":
        first = next((k for k in range(at - 1, -1, -1) if tokens[k].low == "("), 0)
        return not any(t.is_number for t in tokens[first:at])
    return False


def _both_named(at: int, named: set[int]) -> bool:
    """Whether the "and" joins two names: "A and B together"."""
    return at - 1 in named and (at + 1 in named or at + 2 in named)


def _between(tokens: Sequence[Token], first: int, numbers: Sequence[int]) -> tuple[int, int] | None:
    """ "between 40 and 70", "from 40 to 70"."""
    if len(numbers) != 2:
        return None
    a, b = numbers
    lead = {t.low for t in tokens[max(first, a - 3) : a]}
    joint = {t.low for t in tokens[a + 1 : b]}
    if ("between" in lead and "and" in joint) or ("from" in lead and "to" in joint) or joint in ({"-"}, {"to"}):
        return a, b
    return None


def _own(
    mentions: Sequence[Mention], compared: Sequence[Comparator], numbers: Sequence[int], j: int, clause: tuple[int, int]
) -> list[Mention]:
    """What a clause names; with several numbers, for number ``j``, on the side on which the first number has one.

    What a comparison follows belongs to the number after it: "500 tons with a strength of at least 7".
    """
    first, last = clause
    inside = [m for m in mentions if first <= m.first < last]
    if j < 0:
        return inside
    edges = [first, *numbers, last]
    left = any(m.first < numbers[0] for m in inside)

    def owner(mention: Mention) -> int:
        after = next((k for k, number in enumerate(numbers) if number >= mention.last), len(numbers))
        until = edges[after + 1]
        said = any(mention.last <= c.first < until for c in compared) and after < len(numbers)
        return after if left or said else after - 1

    return [m for m in inside if owner(m) == j]


def _side(
    at: int, inside: Sequence[Comparator], words: Sequence[str], carry: _Carry
) -> tuple[Direction | None, bool, bool]:
    """The direction of a number: by a comparison, by one carried on, by words of having and needing."""
    before = [c for c in inside if not c.trailing and c.last <= at]
    trailing = [c for c in inside if c.trailing and at < c.first]
    if before:
        return before[-1].direction, before[-1].strict, False
    if trailing:
        return trailing[0].direction, False, False
    lows = set(words)
    if lows & _NEED or any(a in ("have", "has") and b == "to" for a, b in itertools.pairwise(words)):
        return ">=", False, True
    if carry.side is not None and not carry.plain:
        return carry.side, False, False
    if lows & _HAVE:
        return "<=", False, True
    return carry.side, False, True


def _unit(tokens: Sequence[Token], at: int, last: int) -> str:
    """The unit or counter right behind a number."""
    if tokens[at].money:
        return "dollar"
    for token in tokens[at + 1 : min(last, at + 4)]:
        if token.is_number or token.low in ("of", ",", "and"):
            break
        if token.is_word and (unit_of(token.low) is not None or token.lemma in COUNTERS):
            return token.lemma
    return ""
