"""Notes cut into clauses: a sentence has a head before a colon, a dash or an arrow, and clauses between commas."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..roles.lines import Figure
from ..roles.vocabulary import money_family
from ..words.lexicon import OCCASIONS, STOP_WORDS, is_content, unit_of, word_set
from ..words.measures import quantity
from ..words.tokens import Token
from .cues import BOUNDS, CUES, NEED, PIECES, SENSES, SINGLE
from .lines import runs_of

_CUTS = frozenset(",|()[]")
_PLACES = word_set("in on at from by with")
_LONGEST_PER = 3


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of a clause; ``per`` are the words behind "/" or "per": "20 calls/h", "$120 per run"."""

    figure: Figure
    per: tuple[str, ...]
    single: bool

    @property
    def value(self) -> float:
        return self.figure.value


@dataclass(frozen=True, slots=True)
class Clause:
    """``tokens`` without the ``head`` of their sentence, which is number ``line``; ``first`` of its sentence or not.

    ``slot`` is its place among the parts between strokes: "6 / 9 / 15"; None where there are none.
    """

    tokens: tuple[Token, ...]
    head: tuple[Token, ...]
    line: int
    first: bool
    amounts: tuple[Amount, ...]
    slot: int | None = None

    @property
    def lead(self) -> tuple[Token, ...]:
        """The words in front of the first figure."""
        first = self.amounts[0].figure.first if self.amounts else len(self.tokens)
        return tuple(token for token in self.tokens[:first] if token.is_word)

    def before(self, start: int, end: int) -> Clause | None:
        """The clause without what stands in ``text[start:end]``, or None where nothing is left."""
        kept = tuple(token for token in self.tokens if not start <= token.start < end)
        if len(kept) == len(self.tokens):
            return self
        return replace(self, tokens=kept, amounts=_amounts(kept)) if kept else None

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in their order."""
    found: list[Clause] = []
    last: tuple[Token, ...] = ()
    for number, run in enumerate(runs_of(text)):
        head, body = _headed(run.tokens)
        if run.continued and not head and not content([t for t in run.tokens if not t.is_number]):
            head = last
        pieces = [piece for piece in _pieces(body) if piece]
        parted = sum(1 for i in range(len(body)) if body[i].low == "/" and _apart(body, i)) == len(pieces) - 1 > 0
        for k, piece in enumerate(pieces):
            inner, rest = _headed(piece)
            if inner and k and rest:
                head, piece = (head, (*inner, *rest)) if _attribute(head) else (inner, rest)
            if piece:
                found.append(Clause(piece, head, number, not k, _amounts(piece), k if parted else None))
        if not pieces and head:
            found.append(Clause(head, (), number, True, _amounts(head)))
        last = head
    return tuple(found)


def _headed(run: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """The words before a colon, an arrow or a dash between spaces, and what follows it."""
    strokes = sum(1 for i, token in enumerate(run) if token.low == "/" and _apart(run, i))
    for i, token in enumerate(run):
        figures = sum(1 for other in run[i + 1 :] if other.is_number)
        if token.is_number and not token.multiplier:
            return (run[:i], run[i:]) if strokes > 1 else ((), run)
        spaced = i + 1 >= len(run) or run[i + 1].start > token.end
        named = token.low == ":" and spaced
        if token.low == "=" and any(other.low == ":" for other in run[i:]):
            continue
        named = named or (token.low == "|" and figures > 0)
        marked = token.low in ("-", "=") and _apart(run, i) and not _subtracts(run, i)
        named = named or (marked and figures > (token.low == "="))
        if i and named:
            return run[:i], run[i + 1 :]
    return (), run


def _pieces(body: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    first = 0
    for i, token in enumerate(body):
        after = body[i + 1] if i + 1 < len(body) else None
        cut = token.low in _CUTS or (token.low in ("/", "-") and _apart(body, i) and not _subtracts(body, i))
        cut = cut or (token.low == ":" and after is None)
        figures = [t for t in body[first:i] if t.is_number]
        if token.low in ("and", "&", "+") and figures and after is not None:
            begins = after.is_number or (token.low != "+" and any(t.is_number for t in body[i + 1 :]))
            cut = begins and not any(t.multiplier or t.low in ("than", "as", "between") for t in body[first:i])
        if cut:
            yield body[first:i]
            first = i + 1
        elif token.low in SENSES and after is not None and after.is_number and _sum(body[i + 1 :]):
            yield body[first : i + 1]
            first = i + 1
    yield body[first:]


def _subtracts(body: Sequence[Token], i: int) -> bool:
    """ "20 - 30 %", "A - B <= 10": the dash stands inside of what is said."""
    ranges = body[i].low == "-" and body[i - 1].is_number and body[i + 1].is_number
    sign = next((t for t in body[i + 1 :] if not t.is_word), None)
    return ranges or (body[i].low == "-" and sign is not None and sign.low in ("<", ">", "="))


def _sum(tokens: Sequence[Token]) -> bool:
    """ "25A + 18B": the formula of what is wanted."""
    return sum(t.is_number for t in tokens) > 1 and any(t.low == "+" for t in tokens)


def _apart(body: Sequence[Token], i: int) -> bool:
    """Whether spaces stand around the mark."""
    return 0 < i < len(body) - 1 and body[i - 1].end < body[i].start and body[i].end < body[i + 1].start


def _attribute(head: Sequence[Token]) -> bool:
    """Whether the head says what the figures are of, and not whose they are."""
    lows = {token.low for token in head}
    stems = tuple(token.stem for token in head if token.is_word)
    return bool(lows & (CUES | NEED | BOUNDS | {"/"})) or bool(money_family(stems))


def _amounts(piece: Sequence[Token]) -> tuple[Amount, ...]:
    found = []
    for i, token in enumerate(piece):
        if not token.is_number:
            continue
        last = next((j for j in range(i + 1, len(piece)) if _closes(piece[j])), len(piece))
        read = quantity(piece[:last], i)
        per, single = _per(piece, last)
        found.append(Amount(Figure(i, read.end, token, read.measure, first=i), per, single))
    return tuple(found)


def _closes(token: Token) -> bool:
    return token.is_number or token.low in ("/", "per", "or", "@") or token.low in CUES | NEED | BOUNDS | SINGLE


def _per(piece: Sequence[Token], i: int) -> tuple[tuple[str, ...], bool]:
    """The words behind "/" or "per", and whether the figure is for one piece."""
    for j, token in enumerate(piece[i:], i):
        if token.low in ("/", "per") and j + 1 < len(piece) and piece[j + 1].is_word:
            words = itertools.takewhile(lambda t: t.is_word and t.low not in _PLACES, piece[j + 1 :])
            return tuple(word.low for word in words)[:_LONGEST_PER], True
        if token.low in SINGLE:
            return (), True
        if token.is_number:
            break
    return (), False


def content(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words that name something: neither cues nor units nor words of money."""
    return tuple(
        token
        for token, after in itertools.zip_longest(tokens, tokens[1:])
        if token.is_word
        and (len(token.low) == 1 or token.low not in STOP_WORDS)
        and token.low not in CUES | NEED | BOUNDS | SINGLE
        and token.lemma not in PIECES
        and (token.lemma not in OCCASIONS or (after is not None and after.is_word and is_content(after.low)))
        and (unit_of(token.low) is None or token.low.isupper())
        and (is_content(token.low) or len(token.low) > 2)
    )
