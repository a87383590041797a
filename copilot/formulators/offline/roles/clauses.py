"""Every figure of a line read clause by clause: whose figure it is, of what, or what it limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..words.lexicon import word_set
from .attribution import obliged, owner_of
from .chunks import nominal
from .dealing import adjoins, group_for
from .facts import Fact, Facts
from .kinds import stated
from .limits import read_limit
from .lines import Figure, Line, Piece
from .mentions import Mention
from .owners import Owners
from .passage import PRONOUNS, Passage
from .rates import deal_rates

_LINKS = word_set("in on for into at")
#: In so many first lines a number in words counts what is decided.
_OPENING = 2
_WANTING = word_set("wants want plans plan hopes hope wishes wish intends intend would")
#: "They need 2,000 liters": people, not what was spoken of.
_PEOPLE = word_set("need needs want wants have must owe can could would plan hope")


def facts_of(
    line: Line,
    k: int,
    seen: Sequence[Mention],
    owners: Owners,
    used: set[int],
    before: tuple[int, ...],
    turn: int,
    earlier: Sequence[Fact],
) -> tuple[Facts, tuple[int, ...], int]:
    """The facts of a line, the owners it ends with, and the number of its last turn.

    ``used`` are figures that relations have taken; ``before`` the owners with which the line before ended.
    """
    named, alls = [m for m in seen if m.form != "all"], [m for m in seen if m.form == "all"]
    counting = {f.at for f in line.figures for m in seen if m.first <= f.at < m.last}
    passage = Passage(line, k, named, alls, owners, used | counting, earlier)
    passage.turn.number = turn
    first = next((f for f in line.figures if f.at not in used and not f.soft), None)
    holds = first is not None and bool(named) and first.at < named[0].first < first.end
    passage.right = first is not None and not holds and (not named or first.at < named[0].first)
    people = len(line.tokens) > 1 and line.tokens[0].low == "they" and line.tokens[1].low in _PEOPLE
    people |= len(line.tokens) > 1 and line.tokens[1].low in _WANTING
    told = {fact.owners for fact in earlier if fact.line == k - 1}
    unclear = len(told) > 1 and line.tokens[0].low == "it"
    pointing = line.tokens[0].low in ("this", "these") and len(line.tokens) > 1 and nominal(line.tokens, 1)
    if not (people or unclear or pointing) and line.tokens[0].low in PRONOUNS | {"these", "this", "he"}:
        passage.turn.owners = before
        passage.turn.borrowed = True
    deal_lists(passage)
    deal_rates(passage)
    for piece in line.pieces:
        read_piece(passage, piece)
    return passage.out, passage.turn.last, passage.turn.number


def read_piece(passage: Passage, piece: Piece) -> None:
    """The figures of a piece; the owner named last without a figure behind it has the next turn."""
    passage.enter(piece)
    inside = [f for f in passage.line.figures if piece.first <= f.at < piece.last]
    for figure in inside:
        if figure.at not in passage.used:
            read_figure(passage, figure, piece)
    here = passage.within(piece.first, piece.last)
    if here and not any(f.at > here[-1].first for f in inside):
        passage.turn_to(here[-1:])


def read_figure(passage: Passage, figure: Figure, piece: Piece) -> None:
    named = passage.within(piece.first, piece.last)
    figure = _before_link(passage, figure, named)
    inside = [m for m in named if figure.at < m.first < figure.end]
    group = [m for m in passage.alls if figure.at < m.first < figure.end]
    article = figure.soft and figure.value == 1.0 and bool(inside) and not figure.direction
    if _portion(passage, figure, piece, inside):
        passage.out.portions.append(figure)
        article = True
    if figure.token.multiplier and _compares(passage, figure):
        return
    if article or _announces(passage, figure, inside, group):
        passage.out.excused.add(figure.at)
        return
    link = owner_of(passage, figure, piece, named)
    if figure.direction is None and not inside and link and not obliged(passage, figure, piece, link):
        _coefficient(passage, figure, piece, link)
        return
    if (
        inside
        and figure.direction is None
        and link
        and link[0].single
        and not set(link[0].owners) & set(inside[0].owners)
    ):
        _coefficient(passage, figure, piece, link)
        return
    read_limit(passage, figure, piece, inside, bool(group))


def _before_link(passage: Passage, figure: Figure, named: Sequence[Mention]) -> Figure:
    """The figure without the owner that a preposition links to it: "0.6 in chemistry", "40 for rye"."""
    for mention in named:
        linked = passage.line.tokens[mention.first - 1].low in _LINKS and mention.first - 1 > figure.at
        if linked and figure.at < mention.first < figure.end:
            return replace(figure, end=mention.first - 1)
    return figure


def _portion(passage: Passage, figure: Figure, piece: Piece, inside: Sequence[Mention]) -> bool:
    """ "100 ml of Aube hold 12 ml of rose oil", "a 100 ml bottle": the amount that other figures are for."""
    if figure.direction is not None or figure.relative:
        return False
    if figure.at and passage.line.tokens[figure.at - 1].low in ("a", "an") and not figure.token.money:
        return bool(figure.measure.dimension) and len(passage.line.figures) > 1
    if figure.at and passage.line.tokens[figure.at - 1].low in ("per", "every") and figure.value != 1.0:
        return bool(figure.measure.dimension) and len(passage.line.figures) > 1
    more = any(f.at > figure.at and f.at < piece.last for f in passage.line.figures)
    opens = figure.at == piece.first and bool(inside) and bool(figure.measure.dimension)
    again = any(one.value == figure.value for one in passage.out.portions)
    return opens and more and (piece.verb is not None or again)


def _compares(passage: Passage, figure: Figure) -> bool:
    """A multiple of something that no relation has read: it is no amount by itself."""
    after = passage.line.lows(figure.end, figure.end + 1) or [""]
    return figure.token.low.isalpha() or figure.token.fraction or after[0] in ("as", "the", "that", "more")


def _announces(passage: Passage, figure: Figure, inside: Sequence[Mention], group: Sequence[Mention]) -> bool:
    """ "two lamps: ...": it only says how many owners there are."""
    if figure.value != len(passage.owners) or figure.measure.dimension:
        return False
    if figure.direction and not (group and passage.line.tokens[figure.at - 1].low == "over"):
        return False
    spelled = figure.token.end - figure.token.start != len(figure.token.low) and passage.k < _OPENING
    behind = passage.line.lows(figure.at + 1, figure.at + 5)
    kinds = set(behind) & word_set("types kinds sorts varieties models versions different products options")
    return bool(group or kinds) or ((figure.soft or spelled) and not inside and not passage.within(0, figure.at))


def _coefficient(passage: Passage, figure: Figure, piece: Piece, link: Sequence[Mention]) -> None:
    named = tuple(dict.fromkeys(e for m in link for e in m.owners))
    if not passage.out.facts or passage.out.facts[-1].owners != named:
        passage.turn.number += 1
    passage.turn_to(link)
    passage.used.add(figure.at)
    passage.out.facts.append(stated(passage, named, figure, _words_for(passage, figure, piece)))


def _words_for(passage: Passage, figure: Figure, piece: Piece) -> tuple[str, ...]:
    """Stems of the words that say what the figure is of, the nearest last."""
    own = (*passage.stems(figure.end, piece.last), *passage.stems(piece.first, figure.at))
    verb = piece.verb is not None
    return (*passage.turn.heading, *(() if verb else passage.turn.words), *own)


def deal_lists(passage: Passage) -> None:
    """Lists of figures dealt out to owners named side by side: "300, 200 and 250 grams respectively"."""
    figures = [f for f in passage.line.figures if f.at not in passage.used]
    i = 0
    while i < len(figures):
        j = i
        while j + 1 < len(figures) and adjoins(passage.line, figures[j], figures[j + 1]):
            j += 1
        run = figures[i : j + 1]
        i = j + 1
        if len(run) < 2 or any(f.direction for f in run):
            continue
        group = group_for(passage.line, run, passage.mentions, passage.alls, passage.owners)
        if group:
            _dealt(passage, run, group)


def _dealt(passage: Passage, run: Sequence[Figure], group: Sequence[int]) -> None:
    known = next((f for f in reversed(run) if f.measure.nouns or f.measure.dimension), run[-1])
    piece = passage.line.pieces[passage.line.piece_of(run[0].at)]
    words = _around(passage, run[0], run[-1], piece)
    for owner, figure in zip(group, run, strict=True):
        measure = figure.measure if figure.measure.dimension or figure.measure.nouns else known.measure
        measure = replace(measure, nouns=measure.nouns | known.measure.nouns, words=known.measure.words)
        passage.turn.number += 1
        passage.out.facts.append(stated(passage, (owner,), replace(figure, measure=measure), words))
        passage.used.add(figure.at)
    passage.turn.last = tuple(group)


def _around(passage: Passage, first: Figure, last: Figure, piece: Piece) -> tuple[str, ...]:
    words = passage.stems(piece.first, first.at)
    if not words:
        start = max((p.first for p in passage.line.pieces if p.verb is not None and p.first <= first.at), default=0)
        words = passage.stems(start, first.at)
    end = passage.line.pieces[passage.line.piece_of(last.at)].last
    return (*passage.turn.heading, *words, *passage.stems(last.end, end))
