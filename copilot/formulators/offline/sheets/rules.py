"""Rules among items told in words: one only with another, never together, at least as many of this as of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from copilot.formulators.offline.words.comparators import Direction
from copilot.formulators.offline.words.lexicon import FACTORS
from copilot.formulators.offline.words.tokens import Token

from .naming import Naming

RuleKind = Literal["count", "implies", "together", "compare"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``left`` against ``right`` items; ``count`` of how many are chosen, or how many times as much."""

    kind: RuleKind
    left: tuple[int, ...]
    right: tuple[int, ...] = ()
    side: Direction = "<="
    count: float = 1.0
    start: int = 0
    end: int = 0


_Maker = Callable[[re.Match[str]], Rule | None]

_MANY = r"(?:<\d+>(?:(?: , (?:and |or )?| and | or )(?:the |a |an )?(?:\w+ ){0,2}?<\d+>)*)"
_A, _B, _L = rf"(?P<a>{_MANY})", rf"(?P<b>{_MANY})", rf"(?P<list>{_MANY})"
_GAP = r"(?:\w+ |, ){0,8}?"
_SHORT = r"(?:\w+ ){0,4}?"
_NO = r"(?:not|cannot|never|n't|can't|don't|won't|mustn't|no)"
_OF = r"(?:the |a |an |of |all |units |pieces |number |amount |quantity |total |much |many )*"
_THAT = r"(?:that |those |as |used |made |sold )*"
_NEEDS = r"(?:requires?|needs?|depends on|presupposes|relies on)"
_JOINED = r"(?:come|go|belong|only make sense|must be \w+|are only \w+)"
_SURELY = r"(?:must|has to|have to|shall|will|should) (?:definitely |certainly |absolutely )?"
_BOUND = (
    r"(?:(?P<least>at least|no (?:less|fewer)(?: than)?|not (?:be )?less than|not fall below)|"
    r"(?P<most>at most|no more than|not (?:be )?more than|(?:not|never) exceed|not outnumber)|"
    r"(?P<exact>exactly|precisely))"
)
_K = rf"(?:(?P<word>{'|'.join(FACTORS)}) |#(?P<k>[\d.]+) times )?"
_SO_MANY = rf"(?:\b{_BOUND} )?#(?P<k>[\d.]+) {_OF}{_A}"
_EACH = rf"(?:every|each)(?: #(?P<lot>[\d.]+))? {_OF}{_B}"


def _items(text: str | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(k) for k in re.findall(r"<(\d+)>", text or "")))


def _bound(m: re.Match[str], unsaid: Direction) -> Direction:
    """The direction of the bound in a match; ``unsaid`` where it has none."""
    said = m.groupdict()
    return ">=" if said.get("least") else "<=" if said.get("most") else "==" if said.get("exact") else unsaid


def _implies(m: re.Match[str]) -> Rule | None:
    return Rule("implies", _items(m["a"]), _items(m["b"]))


def _excludes(m: re.Match[str]) -> Rule | None:
    items = _items(m[0])
    return Rule("count", items) if len(items) >= 2 else None


def _together(m: re.Match[str]) -> Rule | None:
    return Rule("together", _items(m["list"]))


def _of_list(unsaid: Direction) -> _Maker:
    def make(m: re.Match[str]) -> Rule | None:
        items, side = _items(m["list"]), _bound(m, unsaid)
        count = float(m.groupdict().get("n") or 1)
        return Rule("count", items, side=side, count=count) if len(items) > max(1.0, count) - (side != "==") else None

    return make


def _forced(count: float) -> _Maker:
    return lambda m: Rule("count", _items(m["list"]), side="==", count=count) if len(_items(m["list"])) == 1 else None


def _compared(unsaid: Direction) -> _Maker:
    def make(m: re.Match[str]) -> Rule | None:
        said = m.groupdict()
        factor = FACTORS.get(said.get("word") or "", 0.0) or float(said.get("k") or 1) / float(said.get("lot") or 1)
        return Rule("compare", _items(m["a"]), _items(m["b"]), _bound(m, unsaid), factor)

    return make


def _outnumbers(m: re.Match[str]) -> Rule | None:
    more = (m["way"] == "more") != bool(m["no"])
    return Rule("compare", _items(m["a"]), _items(m["b"]), ">=" if more else "<=")


#: Shapes of sentences with "<k>" for items and "#v" for numbers; the first that fits and makes a rule counts.
_PATTERNS: tuple[tuple[re.Pattern[str], _Maker], ...] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (rf"\bif {_GAP}<\d+> {_GAP}<\d+> {_SHORT}{_NO}\b", _excludes),
        (rf"\bif {_GAP}<\d+> {_GAP}{_NO} {_GAP}<\d+>", _excludes),
        (rf"\bnot (?:both|all(?: of)?) {_SHORT}{_MANY}", _excludes),
        (rf"{_MANY} (?:\w+ ){{0,3}}?(?:never|cannot both|can not both|can't both|exclude|mutually|incompatible)",
         _excludes),
        (rf"{_MANY} (?:\w+ ){{0,2}}?{_NO} (?:\w+ ){{0,4}}?(?:together|both|at the same time|same)\b", _excludes),
        (rf"\b(?:{_BOUND}|only) #(?P<n>\d+) of {_SHORT}{_L}", _of_list("<=")),
        (rf"\beither {_SHORT}(?P<list><\d+> {_SHORT}or {_SHORT}<\d+>) {_GAP}(?:but )?not both", _of_list("==")),
        (rf"\beither {_SHORT}(?P<list><\d+> {_SHORT}or {_SHORT}<\d+>)", _of_list(">=")),
        (rf"\bif {_GAP}(?P<a><\d+>) {_GAP}(?:then |, |so |must |also |needs? |has |have |is |be )*{_GAP}(?P<b><\d+>)",
         _implies),
        (rf"(?P<a><\d+>) {_GAP}(?:only|unless|without)\b {_GAP}(?P<b><\d+>)", _implies),
        (rf"(?P<a><\d+>) (?:\w+ ){{0,2}}?{_NEEDS} (?:\w+ ){{0,3}}?(?P<b><\d+>)", _implies),
        (rf"(?P<list><\d+> and <\d+>) {_SHORT}{_JOINED} (?:\w+ )?together", _together),
        (rf"(?:\b{_BOUND} )?{_K}\bas (?:many|much) {_OF}{_A} {_GAP}as {_OF}{_B}", _compared("==")),
        (rf"{_A} {_GAP}{_BOUND} {_K}{_OF}{_THAT}{_GAP}{_B}", _compared("==")),
        (rf"\bfor {_EACH} {_GAP}{_SO_MANY}", _compared("==")),
        (rf"{_SO_MANY} {_GAP}(?:for|to|with) {_EACH}", _compared("==")),
        (rf"\b(?:(?P<no>no|not) )?(?P<way>more|fewer|less) {_OF}{_A} (?:\w+ ){{0,2}}?than {_OF}{_B}", _outnumbers),
        (rf"{_L} {_SURELY}(?:be|get|come)\b (?!at|no|less|more|within)", _forced(1.0)),
        (rf"{_L} is (?:mandatory|compulsory|obligatory|already decided|a must|fixed)", _forced(1.0)),
        (rf"{_L} (?:cannot|must not|can't|may not) (?:be )?(?:\w+)\b(?! (?:more|over|above|less))", _forced(0.0)),
    )
)  # fmt: skip


def rules(sentences: Sequence[Sequence[Token]], naming: Naming) -> Iterator[tuple[int, Rule]]:
    """The rule of each sentence that tells one about named items, with the sentence's number."""
    for number, tokens in enumerate(sentences):
        parts, places = _normal(tokens, naming)
        text = " ".join(parts)
        if text.count("<") == 0:
            continue
        for pattern, maker in _PATTERNS:
            match = pattern.search(text)
            rule = maker(match) if match is not None else None
            if match is None or rule is None or set(rule.left) & set(rule.right):
                continue
            if rule.kind == "count" and rule.side == "==" and len(rule.left) == 1 and "#" in text:
                continue
            first, last = text.count(" ", 0, match.start()), text.count(" ", 0, match.end() - 1)
            yield number, replace(rule, start=places[first].start, end=places[last].end)
            break


def _normal(tokens: Sequence[Token], naming: Naming) -> tuple[list[str], list[Token]]:
    """The sentence with "<k>" for the items and "#v" for the numbers, and the token of each part."""
    parts: list[str] = []
    places: list[Token] = []
    at = 0
    mentions = {m.first: m for m in naming.mentions(tokens)}
    while at < len(tokens):
        mention = mentions.get(at)
        if mention is not None:
            if parts and parts[-1] == f"<{mention.item}>":
                parts.pop()
                places.pop()
            parts.append(f"<{mention.item}>")
            places.append(tokens[mention.last - 1])
            at = mention.last
            continue
        token = tokens[at]
        if token.is_number and token.value is not None and token.low not in FACTORS:
            parts.append(f"#{token.value:g}")
        else:
            parts.append(token.low.replace(" ", "_") or "_")
        places.append(token)
        at += 1
    return parts, places
