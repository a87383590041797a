"""A figure that belongs to no owner bounds something: which measure, or whose number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..words.lexicon import COUNTERS, OCCASIONS, is_content, unit_of, word_set
from ..words.particles import TOGETHER
from ..words.tokens import Token
from .attribution import handed
from .dealing import joined_owners
from .facts import Limit
from .kinds import measure_of
from .leaning import lean
from .lines import Figure, Piece
from .mentions import Mention, wholes
from .passage import Passage
from .rows import Row
from .vocabulary import PERSON, STAFF

#: Words between two amounts that are joined: "and", ", and".
_BESIDE = 2
#: How much "there are" speaks of a supply.
_THERE = 3

_JOINED = word_set("and , or at most least more less")
_LINKS = word_set("in into for to on of from")
_JOINING = word_set("and , or + & plus the a an of per each by for in on to from both project product units number")


def read_limit(passage: Passage, figure: Figure, piece: Piece, inside: Sequence[Mention], group: bool) -> None:
    lows = passage.line.lows(piece.first, piece.last)
    figure = _joined_bound(passage, figure) if inside else figure
    measure, bare = measure_of(passage, figure, passage.stems(piece.first, piece.last) or passage.turn.words)
    before = passage.out.limits[-1].measure if passage.out.limits else None
    if bare and inside:
        measure = replace(measure, dimension="", family="")
    elif bare and before is not None and piece.verb is None and not measure.dimension and not group:
        measure = replace(measure, dimension=before.dimension, size=before.size, unit=before.unit)
    named = passage.within(piece.first, piece.last)
    subject = inside or [m for m in named if m.last <= figure.at] or named
    if handed(passage, figure, piece):
        subject, group = inside, not inside
    group = group or bool(wholes(passage.line, piece.first, piece.last, passage.owners) and not inside)
    if len(subject) == 1 and subject[0].form == "one":
        later = [
            m for m in passage.mentions if m.first >= subject[0].first and not _opens_clause(passage, m, subject[0])
        ]
        joined = joined_owners(passage.line, later, backward=False)
        tail = next((m.last for m in reversed(later) if m.owners[-1] == joined[-1]), 0) if joined else 0
        if len(joined) > 1 and not any(subject[0].last <= f.at < tail for f in passage.line.figures):
            subject = [replace(subject[0], owners=joined)]
    if subject and not inside and subject[-1].form == "one" and subject[-1].last <= figure.at:
        subject = [replace(subject[-1], owners=_led(passage, subject[-1]))]
    owners = tuple(dict.fromkeys(e for m in subject for e in m.owners if m.form == "one"))
    if (
        not owners
        and not named
        and figure.direction is not None
        and passage.turn.owners
        and not (group and len(passage.turn.owners) == 1)
        and ((passage.turn.pronoun and not passage.turn.borrowed) or not _counts_else(figure))
    ):
        follows = piece.verb is None or passage.turn.pronoun or piece.opener in ("and", "but")
        owners = passage.turn.owners if follows else ()
    them = _of_them(passage, figure)
    owners, group = (them, False) if them else (owners, group)
    opening = passage.line.lows(piece.first, piece.first + 2)
    none = opening[:1] in (["no"], ["neither"]) and any(m.first == piece.first + 1 for m in passage.alls)
    each = (
        none
        or any(m.form == "each" for m in subject)
        or bool(not inside and set(lows) & {"each", "every"} and set(lows) & {"type", "kind", "sort", "one", "model"})
        or bool(not named and figure.direction is not None and _into_each(passage.line.tokens[figure.end : piece.last]))
    )
    counted = bool(inside) or bool(them) or (bool(owners) and not measure.dimension and not measure.nouns)
    passage.used.add(figure.at)
    leaning = lean(passage.line, _said_of(passage, piece) if inside else piece, figure, fresh=passage.fresh)
    leaning -= _THERE * (bool(counted or measure.nouns & STAFF) and _there(passage, piece))
    passage.out.limits.append(
        Limit(
            figure.value, figure.direction, figure.strict, leaning, measure, owners, counted,
            bool(group), each, figure, passage.k, passage.line.tokens[piece.first].start,
            passage.line.tokens[piece.last - 1].end, passage.fresh,
        )
    )  # fmt: skip


def _said_of(passage: Passage, piece: Piece) -> Piece:
    """The piece that says what becomes of owners counted side by side: "3 buses and 7 vans are available"."""
    k = passage.line.pieces.index(piece)
    if any(earlier.verb is not None for earlier in passage.line.pieces[:k]):
        return piece
    for later in passage.line.pieces[k:]:
        if later.verb is not None:
            return later
        if later is not piece and later.opener not in ("and", ","):
            break
    return piece


def added(limits: Sequence[Limit], rows: Sequence[Row]) -> tuple[Limit, ...]:
    """The limits with amounts of one kind added up: "210 pupils and 14 teachers" are 224 people to move."""
    result: list[Limit] = []
    own = [row.measure.nouns for row in rows]
    for limit in limits:
        before = result[-1] if result else None
        if (
            before is not None
            and _one_kind(before, limit)
            and not any((nouns - {PERSON}) & (before.measure.nouns | limit.measure.nouns) for nouns in own)
        ):
            figure = replace(limit.figure, first=before.figure.first)
            result[-1] = replace(before, value=before.value + limit.value, figure=figure, end=limit.end)
        else:
            result.append(limit)
    return tuple(result)


def _one_kind(a: Limit, b: Limit) -> bool:
    """Whether both count people, side by side, and neither is bounded on its own."""
    beside = a.line == b.line and 0 < b.figure.at - a.figure.end <= _BESIDE
    free = not a.owners and not b.owners and b.direction in (None, a.direction)
    return beside and free and PERSON in a.measure.nouns & b.measure.nouns and a.measure.nouns != b.measure.nouns


def _of_them(passage: Passage, figure: Figure) -> tuple[int, ...]:
    """The owners that "35 of them" counts: those named last in the line."""
    behind = passage.line.lows(figure.at + 1, figure.at + 4)
    behind = behind[1:] if behind[:1] != ["of"] else behind[:2]
    before = [m for m in passage.mentions if m.last <= figure.at and m.form == "one"]
    if behind == ["of", "it"]:
        return before[-1].owners if before and len(before[-1].owners) == 1 else ()
    return before[-1].owners if before and behind in (["of", "them"], ["of", "these"], ["of", "those"]) else ()


def _into_each(tokens: Sequence[Token]) -> bool:
    """ "At least 5 hours into each subject": every owner, by whatever noun."""
    if len(tokens) < 3 or tokens[0].low not in _LINKS or tokens[1].low not in ("each", "every"):
        return False
    noun = tokens[2]
    return is_content(noun.low) and noun.lemma not in OCCASIONS | COUNTERS and unit_of(noun.low) is None


def _there(passage: Passage, piece: Piece) -> bool:
    """ "There are 100 old servers, 80 new ones": what is there of the owners themselves."""
    verbs = [p for p in passage.line.pieces if p.first <= piece.first and p.verb is not None]
    if not verbs:
        return False
    lows = passage.line.lows(verbs[-1].first, verbs[-1].last)
    return any(a == "there" and b in ("is", "are") for a, b in pairwise(lows)) and not set(lows) & {"must", "should"}


def _joined_bound(passage: Passage, figure: Figure) -> Figure:
    """The figure with the comparison in front of the one before it: "at least ten chairs and five tables"."""
    before = passage.out.limits[-1] if passage.out.limits else None
    if figure.direction is not None or before is None or before.line != passage.k or not before.counted:
        return figure
    between = set(passage.line.lows(before.figure.end, figure.at))
    if before.direction is None or not between or not between <= _JOINED:
        return figure
    return replace(figure, direction=before.direction, strict=before.strict, soft=False)


def _led(passage: Passage, last: Mention) -> tuple[int, ...]:
    """The owners joined in front of a comparison: "the area of oats and rye must be at least 40 fields"."""
    group = [last]
    for mention in reversed([m for m in passage.mentions if m.first < last.first and m.form == "one"]):
        gap = set(passage.line.lows(mention.last, group[-1].first))
        piece = passage.line.pieces[passage.line.piece_of(mention.first)]
        held = any(piece.first <= f.at < piece.last for f in passage.line.figures)
        if held or not gap & {"and", ",", "+", "plus", "&", "or"} or not gap <= _JOINING:
            break
        group.append(mention)
    return tuple(dict.fromkeys(e for m in reversed(group) for e in m.owners))


def _opens_clause(passage: Passage, mention: Mention, first: Mention) -> bool:
    """Whether the mention is the subject of a clause of its own: "15 barrels of ale, and stout should not ..."."""
    k = passage.line.piece_of(mention.first)
    piece = passage.line.pieces[k]
    compared = [c.first for c in passage.line.comparators] + [f.at for f in passage.line.figures]
    if not any(mention.last <= at for at in compared) and TOGETHER & set(passage.line.lows(0, mention.first)):
        return False
    verb = piece.verb
    return k != passage.line.piece_of(first.first) and verb is not None and verb > mention.first


def _counts_else(figure: Figure) -> bool:
    return bool(figure.measure.nouns or figure.measure.dimension)
