"""Comparisons of linear forms said in words: a grammar over symbols, so that both sides may have weights.

    form := term (("plus" | "and" | "minus") term)*
    term := factor* (decision | "difference between" term "and" term | "sum of" form | "(" form ")") weight?

Words that only fill ("the number of hours allocated to") are skipped; a word that makes a statement of another kind
("per", "each", "costs") ends the attempt, and the sentence is left to the other readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .clauses import Relation
from .comparators import Comparator
from .lexicon import COST_WORDS, PROFIT_WORDS, REVENUE_WORDS, is_verb, word_set
from .linear import LinearForm
from .measures import Quantity
from .scenes import Scene
from .tokens import Token
from .used import Used

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
_DIFFERENCES = frozenset({"difference", "gap", "discrepancy", "disparity"})
_DEFINED = frozenset(
    {"calculated", "computed", "defined", "measured", "expressed", "determined", "given", "quantified"}
)
#: Words that end the right side of a comparison: a reason, a purpose, a new statement.
_ENDS = word_set(
    """to due because since so which given ensuring ensure for considering as in by while if reflecting possibly
    based according under within this that could might at"""
)
_MORE = frozenset({"more", "greater", "higher", "larger"})
_FEWER = frozenset({"less", "fewer", "lower", "smaller"})


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
    elif low in _DIFFERENCES:
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


def left_side(scene: Scene, first: int, last: int) -> Side | None:
    """The longest form that ends just before a comparison: it may begin behind a comma, a colon or "that"."""
    starts = [first]
    for i in range(first, last):
        low = scene.tokens[i].low
        if low in (",", ":", ";", "(", "that", "weights", "so") or (
            low in ("as", "by") and i > first and scene.tokens[i - 1].low in _DEFINED
        ):
            starts.append(i + 1)
    for start in _from_definition(scene, starts):
        found = side(scene, start, last)
        if found is not None:
            return found
    return None


def _from_definition(scene: Scene, starts: Sequence[int]) -> Sequence[int]:
    """Where the form is defined ("calculated as ..."), it begins there and nowhere before."""
    defined = [
        k
        for k, start in enumerate(starts)
        if (start > 1 and scene.tokens[start - 2].low in _DEFINED)
        or (start and scene.tokens[start - 1].low == "weights")
    ]
    return starts[defined[-1] :] if defined else starts


def right_end(scene: Scene, first: int, last: int) -> int:
    """Where the right side of a comparison ends: before a reason, a purpose or another clause."""
    named = [m for m in scene.mentions_in(first, last) if m.entity is not None]
    depth = 0
    for i in range(first, last):
        low = scene.tokens[i].low
        depth += (low == "(") - (low == ")")
        if depth < 0:
            return i
        if depth:
            continue
        if not named or i <= named[0].first:
            continue
        later = any(m.first > i for m in named)
        if low in (",", ";", ".", ":") and not (later and low == ","):
            return i
        if low in _ENDS and not (later and low in ("for", "in", "that", "by", "to")):
            return i
    return last


def equation(
    scene: Scene, comparator: Comparator, left: int, right: int, numbers: Sequence[Quantity], used: Used
) -> tuple[Relation, ...]:
    """The relation between two linear forms, at least one of them weighted; empty where the words say it otherwise."""
    if comparator.trailing:
        return ()
    gap = _distance(scene, comparator, right, numbers, used)
    if gap:
        return gap
    front = left_side(scene, left, comparator.first)
    if front is None:
        whole = behind(scene, comparator, right, numbers, used)
        return () if whole is None else (whole,)
    taken = [*front.form.numbers]
    bound = _number_side(scene, comparator.last, right, numbers)
    terms, constant = dict(front.form.terms), -front.form.constant
    surplus = _surplus(scene, comparator, right, numbers)
    if surplus is not None:
        number, sign, begin = surplus
        end = right_end(scene, begin, scene.clause_of(comparator.first)[1])
        back = side(scene, begin, end)
        if back is None:
            return ()
        # "at most 10 less than Y": what is missing to Y is at most 10.
        terms = {entity: sign * factor for entity, factor in terms.items()}
        for entity, factor in back.form.terms:
            terms[entity] = terms.get(entity, 0.0) - sign * factor
        constant = sign * (constant + back.form.constant) + number.value
        taken.extend((number.at, *back.form.numbers))
        apart = False
    elif bound is not None:
        if not (front.explicit and (len(front.form.terms) >= 2 or front.form.constant)):
            return ()
        constant += bound.value
        taken.append(bound.at)
        apart, end = front.apart, bound.end
    else:
        end = right_end(scene, comparator.last, right)
        back = side(scene, comparator.last, end)
        if back is None or not _weighty(front, back):
            return ()
        for entity, factor in back.form.terms:
            terms[entity] = terms.get(entity, 0.0) - factor
        constant += back.form.constant
        taken.extend(back.form.numbers)
        apart = False
    used.update(taken)
    used.passed = end
    place = scene.place(front.first, end)
    relation = Relation(
        "linear", tuple(terms.items()), comparator.direction, comparator.strict, constant, place, apart=apart
    )
    plain = all(abs(factor) == 1.0 for _, factor in relation.terms) and len(terms) == 2
    if not (apart and plain and comparator.direction == "<="):
        return (relation,)
    turned = tuple((entity, -factor) for entity, factor in terms.items())
    return relation, replace(relation, terms=turned)


def _weighty(front: Side, back: Side) -> bool:
    """Whether the comparison says more than one of a decision, or a multiple of it, with another."""
    several = len(front.form.terms) > 1 or len(back.form.terms) > 1
    return several or (back.explicit and bool(back.form.constant or front.explicit))


def _distance(
    scene: Scene, comparator: Comparator, right: int, numbers: Sequence[Quantity], used: Used
) -> tuple[Relation, ...]:
    """ "no more than an eight-hour difference between X and Y"."""
    if not numbers or numbers[0].at > comparator.last + 2:
        return ()
    begin = next(
        (i for i in range(numbers[0].at + 1, min(numbers[0].at + 5, right)) if scene.tokens[i].low in _DIFFERENCES),
        None,
    )
    if begin is None:
        return ()
    end = right_end(scene, begin, right)
    found = side(scene, begin, end)
    if found is None or not found.apart or found.form.constant:
        return ()
    used.update((numbers[0].at, *found.form.numbers))
    used.passed = end
    place, turned = scene.place(comparator.first, end), tuple((e, -factor) for e, factor in found.form.terms)
    ways = (found.form.terms, turned) if comparator.direction == "<=" else (found.form.terms,)
    return tuple(
        Relation("linear", terms, comparator.direction, comparator.strict, numbers[0].value, place, apart=True)
        for terms in ways
    )


def announces(scene: Scene, comparator: Comparator, following: Comparator) -> bool:
    """ "at least twice X plus Y should be no less than 8": the first comparison only announces the second."""
    if comparator.direction != following.direction or scene.mentions_in(
        scene.clause_of(comparator.first)[0], comparator.first
    ):
        return False
    between = side(scene, comparator.last, following.first)
    return between is not None and between.explicit and len(between.form.terms) >= 2


def behind(
    scene: Scene, comparator: Comparator, right: int, numbers: Sequence[Quantity], used: Used
) -> Relation | None:
    """ "at least 20 units must be made of twice X plus Y": the form stands behind its bound."""
    bound = _number_side(scene, comparator.last, right, numbers)
    if bound is None or bound.token.percent:
        return None
    named = [m for m in scene.mentions_in(bound.at, right) if m.entity is not None]
    turn = next((i for i in range(bound.end, right) if scene.tokens[i].low in _OBLIGED), None)
    if turn is None or not named or named[0].first < turn:
        return None
    begin = next((i + 1 for i in range(turn, named[0].first) if scene.tokens[i].low in _LINKS), None)
    if begin is None:
        return None
    end = right_end(scene, begin, right)
    form = side(scene, begin, end)
    if form is None or len(form.form.terms) < 2 or form.form.constant:
        return None
    used.update((bound.at, *form.form.numbers))
    used.passed = end
    place = scene.place(comparator.first, end)
    return Relation("linear", form.form.terms, comparator.direction, comparator.strict, bound.value, place)


_OBLIGED = word_set("must should need needs has have shall be is are can")
_LINKS = word_set("from between to for by of among across")


def _surplus(
    scene: Scene, comparator: Comparator, right: int, numbers: Sequence[Quantity]
) -> tuple[Quantity, float, int] | None:
    """ "at least 20 units more than": the number, its sign, and where the form behind "than" begins."""
    if not numbers or numbers[0].at > comparator.last + 2 or numbers[0].token.multiplier:
        return None
    gaining = scene.words_in(max(0, comparator.first - 6), comparator.last) & {"surplus", "excess", "margin", "lead"}
    for i in range(numbers[0].at + 1, min(numbers[0].at + 8, len(scene.tokens) - 1)):
        low = scene.tokens[i].low
        if gaining and (low == "over" or (low == "compared" and scene.tokens[i + 1].low in ("to", "with"))):
            return numbers[0], 1.0, i + 1
        if low in _MORE | _FEWER:
            for j in range(i + 1, min(i + 5, len(scene.tokens))):
                if scene.tokens[j].low == "than":
                    return numbers[0], (1.0 if low in _MORE else -1.0), j + 1
                if scene.mentions_in(j, j + 1) or scene.tokens[j].is_number:
                    return None
        if scene.tokens[i].is_number or low in (",", ".", ";", "and") or scene.mentions_in(i, i + 1):
            return None
    return None


def _number_side(scene: Scene, first: int, last: int, numbers: Sequence[Quantity]) -> Quantity | None:
    """The number that alone is the right side; None where decisions follow that it weighs."""
    if not numbers or numbers[0].at > first + 5 or numbers[0].token.multiplier:
        return None
    number = numbers[0]
    gap = scene.tokens[first : number.at]
    if any(token.low in (",", ";", "(") for token in gap) or scene.mentions_in(first, number.at):
        return None
    after = scene.words_in(number.at + 1, number.at + 4)
    if after & (_MORE | _FEWER) and "than" in scene.words_in(number.at + 1, number.at + 6):
        return None
    return number
