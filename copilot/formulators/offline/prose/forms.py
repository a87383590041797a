"""Linear forms said in words, read by a grammar over symbols: weights, sums, differences, brackets.

    form := term (("plus" | "and" | "minus") term)*
    term := factor* (decision | "difference between" term "and" term | "sum of" form | "(" form ")") weight?

Words that only fill ("the number of hours allocated to") are skipped; a word that makes a statement of another kind
("per", "each", "costs") ends the attempt, and the sentence is left to the other readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..words.lexicon import COST_WORDS, PROFIT_WORDS, REVENUE_WORDS, is_verb, word_set
from ..words.tokens import Token
from .linear import LinearForm
from .scenes import Scene

SymbolKind = Literal["decision", "number", "plus", "minus", "difference", "sum", "weight", "open", "close"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """``value``: the entity of a decision, the value of a number or a weight."""

    kind: SymbolKind
    at: int
    value: float = 0.0
    spoken: bool = True


class _Unreadable(Exception):
    """The stretch of text is no linear form."""


_OTHER_STATEMENTS = word_set(
    """per each every if whether respectively respective either while when whenever because since although though
    due despite"""
)


_WORTH = frozenset({*COST_WORDS, *PROFIT_WORDS, *REVENUE_WORDS, "costs", "profits", "returns", "prices"}) - word_set(
    "budget invest spend purchase yield benefit return net gain sale buy bill interest"
)


_PARTICIPLES = word_set("made sold spent bought grown held sent given built fed kept left lent taken worn flown driven")


_POSTPONED = {"doubled": 2.0, "tripled": 3.0, "halved": 0.5, "quadrupled": 4.0}


_JOINERS = frozenset({"along", "together", "combined", "summed"})


_SUMS = frozenset({"sum", "combined", "combination", "total"})


DIFFERENCES = frozenset({"difference", "gap", "discrepancy", "disparity"})


def symbols(scene: Scene, first: int, last: int) -> tuple[Symbol, ...]:
    """The symbols of a stretch. Raises _Unreadable at a word of another kind of statement, outside brackets."""
    found: list[Symbol] = []
    starts = {m.first: m for m in scene.mentions if m.first >= first}
    i, depth = first, 0
    while i < last:
        depth += (scene.tokens[i].low == "(") - (scene.tokens[i].low == ")")
        mention = starts.get(i)
        if mention is not None:
            if mention.entity is not None:
                found.append(Symbol("decision", i, mention.entity))
            i = mention.last
            continue
        if depth <= 0 or not (scene.tokens[i].is_word and _foreign(scene.tokens[i])):
            found.extend(_symbol(scene, i, last))
        i += 2 if _joins(scene, i, last) else 1
    return tuple(_without_asides(found))


def _joins(scene: Scene, i: int, last: int) -> bool:
    tokens = scene.tokens
    if i + 1 >= last:
        return False
    return (tokens[i].low in _JOINERS and tokens[i + 1].low in ("with", "to")) or (
        tokens[i].low == "multiplied" and tokens[i + 1].low == "by"
    )


def _symbol(scene: Scene, i: int, last: int) -> Iterator[Symbol]:
    token = scene.tokens[i]
    low = token.low
    if token.is_number:
        yield Symbol("number", i, token.value or 0.0, token.multiplier or token.percent or token.fraction)
    elif low in ("plus", "+", "and", "&", ","):
        yield Symbol("plus", i, 0.0, low in ("plus", "+"))
    elif low in _JOINERS and _joins(scene, i, last):
        yield Symbol("plus", i)
    elif low in ("minus", "-", "subtracting") or (low == "less" and scene.tokens[min(i + 1, last - 1)].low != "than"):
        yield Symbol("minus", i)
    elif low in DIFFERENCES:
        yield Symbol("difference", i)
    elif low in _SUMS:
        yield Symbol("sum", i)
    elif low in _POSTPONED or (low == "once" and i > 0):
        yield Symbol("weight", i, _POSTPONED.get(low, 1.0))
    elif low == "multiplied":
        yield Symbol("weight", i, float("nan"))
    elif low in ("(", ")"):
        yield Symbol("open" if low == "(" else "close", i)
    elif _foreign(token):
        raise _Unreadable


def _foreign(token: Token) -> bool:
    """Whether the word belongs to a statement of another kind, or the mark to none."""
    low = token.low
    if not token.is_word:
        return low not in ("'", '"', ":", "/", ".")
    participle = low.endswith(("ed", "ing")) or low in _PARTICIPLES
    return low in _OTHER_STATEMENTS or low in _WORTH or (is_verb(low) and not participle)


def _without_asides(found: Sequence[Symbol]) -> Iterator[Symbol]:
    """The symbols without brackets that hold no more than a name, a weight, or nothing."""
    i = 0
    while i < len(found):
        symbol = found[i]
        if symbol.kind == "open":
            close = next((k for k in range(i + 1, len(found)) if found[k].kind == "close"), len(found))
            inside = found[i + 1 : close]
            named = {s.value for s in inside if s.kind == "decision"}
            before = found[i - 1] if i else None
            restated = before is not None and before.kind == "decision" and named == {before.value}
            weights = [s for s in inside if s.kind == "weight" or (s.kind == "number" and s.spoken)]
            if restated or not named:
                yield from (Symbol("weight", s.at, s.value) for s in weights[:1])
                i = close + 1
                continue
        yield symbol
        i += 1


class _Forms:
    """A cursor over symbols that reads linear forms."""

    def __init__(self, stream: Sequence[Symbol]) -> None:
        self.stream = stream
        self.i = 0
        self.numbers: list[int] = []
        self.explicit = False
        self.apart = False

    def peek(self, ahead: int = 0) -> Symbol | None:
        return self.stream[self.i + ahead] if self.i + ahead < len(self.stream) else None

    def kind(self, ahead: int = 0) -> str:
        symbol = self.peek(ahead)
        return symbol.kind if symbol is not None else ""

    def whole(self) -> LinearForm:
        while self.kind() == "plus":
            self.i += 1
        terms, constant = self.form()
        while self.kind() in ("plus", "sum", "close"):
            self.i += 1
        if self.peek() is not None:
            raise _Unreadable
        if not any(terms.values()):
            raise _Unreadable
        return LinearForm(tuple(terms.items()), constant, tuple(self.numbers))

    def form(self) -> tuple[dict[int, float], float]:
        terms, constant = self.term()
        while self.kind() in ("plus", "minus"):
            sign = 1.0
            mark = self.i
            while self.kind() in ("plus", "minus"):
                symbol = self.peek()
                sign = -1.0 if symbol is not None and symbol.kind == "minus" else sign
                self.explicit |= symbol is not None and symbol.kind == "minus"
                self.explicit |= symbol is not None and symbol.spoken and symbol.kind == "plus"
                self.i += 1
            if self.kind() in ("", "close"):
                self.i = mark if self.kind() == "" else self.i
                break
            more, extra = self.term()
            for entity, factor in more.items():
                terms[entity] = terms.get(entity, 0.0) + sign * factor
            constant += sign * extra
        return terms, constant

    def term(self) -> tuple[dict[int, float], float]:
        factor = 1.0
        while self.kind() == "number":
            symbol = self.peek()
            assert symbol is not None
            self.numbers.append(symbol.at)
            self.i += 1
            if self.kind() in ("", "plus", "minus", "close"):
                if symbol.spoken:
                    raise _Unreadable
                return {}, symbol.value * factor
            factor *= symbol.value
            self.explicit = True
        terms, constant = self._primary()
        factor *= self._weight()
        return {entity: value * factor for entity, value in terms.items()}, constant * factor

    def _primary(self) -> tuple[dict[int, float], float]:
        symbol = self.peek()
        if symbol is None:
            raise _Unreadable
        self.i += 1
        if symbol.kind == "decision":
            return {int(symbol.value): 1.0}, 0.0
        if symbol.kind == "sum":
            return self._sum()
        if symbol.kind == "difference":
            while self.kind() == "sum" and self.kind(1) == "difference":
                self.i += 1
            return self._difference()
        if symbol.kind == "open":
            inner = self.form()
            if self.kind() == "close":
                self.i += 1
            return inner
        raise _Unreadable

    def _sum(self) -> tuple[dict[int, float], float]:
        terms, constant = self.term()
        while self.kind() == "plus" and self.kind(1) not in ("", "minus"):
            mark = self.i
            while self.kind() == "plus":
                self.i += 1
            if self.kind() == "minus":
                self.i = mark
                break
            more, extra = self.term()
            for entity, factor in more.items():
                terms[entity] = terms.get(entity, 0.0) + factor
            constant += extra
        return terms, constant

    def _difference(self) -> tuple[dict[int, float], float]:
        self.explicit = self.apart = True
        terms, constant = self.term()
        if self.kind() != "plus":
            raise _Unreadable
        while self.kind() == "plus":
            self.i += 1
        less, extra = self.term()
        for entity, factor in less.items():
            terms[entity] = terms.get(entity, 0.0) - factor
        return terms, constant - extra

    def _weight(self) -> float:
        symbol = self.peek()
        if symbol is not None and symbol.kind == "weight":
            self.i += 1
            self.numbers.append(symbol.at)
            if symbol.value == symbol.value:
                self.explicit = True
                return symbol.value
            number = self.peek()
            if number is None or number.kind != "number":
                raise _Unreadable
            self.i += 1
            self.numbers.append(number.at)
            self.explicit = True
            return number.value
        if symbol is not None and symbol.kind == "number" and symbol.spoken and self.kind(1) != "decision":
            self.i += 1
            self.numbers.append(symbol.at)
            self.explicit = True
            return symbol.value
        return 1.0


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: ``explicit`` where weights, "plus", "minus" or a difference are said."""

    form: LinearForm
    explicit: bool
    apart: bool
    first: int


def side(scene: Scene, first: int, last: int) -> Side | None:
    """The linear form that ``tokens[first:last]`` spells out from end to end, or None."""
    try:
        reader = _Forms(symbols(scene, first, last))
        form = reader.whole()
    except _Unreadable:
        return None
    return Side(form, reader.explicit, reader.apart and len(form.terms) >= 2, first)
