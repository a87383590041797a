"""Whose figure it is: of what stands behind "for" or "per", in front, or in the pieces before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..words.lexicon import STOP_WORDS, VERB_FORMS, is_content, word_set
from ..words.morphology import stem
from ..words.particles import ARTICLES, POSSESSIVES, TOGETHER
from .dealing import HANDING, joined_owners, linked
from .facts import PERCENT
from .lines import Figure, Piece
from .mentions import Mention
from .passage import Passage

_HANDING = frozenset(
    stem(word) for word in ("allot", "allocate", "divide", "distribute", "split", "spread", "assign", "dedicate")
)
_HAVING = word_set("has have had owns got dividing spending investing allocating splitting")
_STRONG_SUPPLY = word_set("available hand stock budget capacity shelf fund")


def owner_of(passage: Passage, figure: Figure, piece: Piece, named: Sequence[Mention]) -> list[Mention]:
    """The mentions of whose figure it is: behind "for" or "per", in front, or of the pieces before."""
    behind = [m for m in named if m.first >= figure.end]
    if (
        behind
        and not passage.figure_between(figure, behind[0].first)
        and linked(passage.line, figure.end, behind[0].first, passage.owners)
    ):
        strong = set(passage.line.lows(figure.end, behind[0].first)) & word_set("for per each every from a an of")
        ahead = [m for m in named if m.last <= figure.at]
        if (strong or not ahead) and _shared_out(passage, piece, behind[0]):
            return []
        if strong or not ahead:
            return _with_joined(passage, behind[0], named)
    ahead = [m for m in named if m.last <= figure.at]
    if ahead and _of_a_place(passage, ahead[-1], figure):
        return []
    if ahead:
        group = joined_owners(passage.line, ahead, backward=True)
        last = ahead[-1]
        return [replace(last, owners=group)] if len(group) > 1 else [last]
    if passage.right and not passage.fresh and not _shared_later(passage, figure, piece):
        later = [m for m in passage.mentions if m.first >= figure.end and m.form == "one"]
        own_turn = later and _same_clause(passage, figure, later[0])
        if own_turn:
            return later[:1]
    if passage.turn.borrowed and _known(passage, figure):
        passage.turn.owners = ()
    if passage.turn.owners:
        return [Mention(piece.first, piece.first, passage.turn.owners, "one", passage.turn.single)]
    if behind and not passage.figure_between(figure, behind[0].first) and piece.verb is not None and behind[0].single:
        return behind[:1]
    return []


def _shared_out(passage: Passage, piece: Piece, first: Mention) -> bool:
    """ "Can spend 600,000 dollars on parks, fields and libraries": it is there for all of them together."""
    later = [m for m in passage.mentions if m.first >= first.first]
    everyone = len(joined_owners(passage.line, later, backward=False)) == len(passage.owners) > 1
    words = passage.line.tokens[piece.first : first.first]
    handing = any(token.low in HANDING | _HAVING or token.stem in _HANDING for token in words)
    return everyone and not first.single and handing


def _shared_later(passage: Passage, figure: Figure, piece: Piece) -> bool:
    later = [m for m in passage.mentions if m.first >= figure.end]
    return bool(later) and _shared_out(passage, piece, later[0])


def _of_a_place(passage: Passage, mention: Mention, figure: Figure) -> bool:
    """ "Roses and ferns in a greenhouse of 600 square feet": the figure is of where they stand."""
    lows = passage.line.lows(mention.last, figure.at)
    if len(lows) < 4 or lows[0] not in ("in", "on", "with", "from") or lows[1] not in ("a", "an", "the", "his", "her"):
        return False
    return lows[-1] in ("of", "with") and not set(lows[2:-1]) & STOP_WORDS


def _known(passage: Passage, figure: Figure) -> bool:
    """Whether the owners of the line before have a figure of this already: then "it" is somebody else."""
    return any(
        fact.owners == passage.turn.owners and fact.measure.dimension == figure.measure.dimension
        and (fact.measure.nouns & figure.measure.nouns or figure.measure.dimension)
        and not (figure.measure.nouns and not fact.measure.nouns & figure.measure.nouns)
        for fact in passage.earlier
    )  # fmt: skip


def _with_joined(passage: Passage, first: Mention, named: Sequence[Mention]) -> list[Mention]:
    later = [m for m in named if m.first > first.first]
    group = joined_owners(passage.line, [first, *later], backward=False)
    return [replace(first, owners=group)] if len(group) > 1 and not _has_figure_after(passage, first) else [first]


def _has_figure_after(passage: Passage, mention: Mention) -> bool:
    piece = passage.line.pieces[passage.line.piece_of(mention.first)]
    return any(mention.last <= f.at < piece.last for f in passage.line.figures)


def _same_clause(passage: Passage, figure: Figure, mention: Mention) -> bool:
    """Whether only figures of the same clause stand between: "2 hours and 3 nails go into a chair"."""
    lows = passage.line.lows(figure.end, mention.first)
    if set(lows) & word_set("; . : while but whereas how what"):
        return False
    if any(a == "to" and b in HANDING for a, b in pairwise(lows[:3])):
        return False
    between = passage.line.tokens[figure.end : mention.first]
    if any(
        a.low in ARTICLES | POSSESSIVES and is_content(b.low) and c.low in VERB_FORMS
        for a, b, c in zip(between, between[1:], between[2:], strict=False)
    ):
        return False
    verbs = [p for p in passage.line.pieces if figure.end <= p.first < mention.first and p.verb is not None]
    start = passage.line.piece_of(figure.at)
    taken = [m for m in passage.mentions if m.last <= figure.at]
    if taken and passage.turn.owners and not _repeats(passage, figure):
        return False
    return len(verbs) <= 1 and passage.line.piece_of(mention.first) - start <= 2


def _repeats(passage: Passage, figure: Figure) -> bool:
    """Whether the owner in turn has a figure of this kind already."""
    kind = figure.measure.dimension
    return any(
        fact.owners == passage.turn.owners and fact.line == passage.k and fact.measure.dimension in (kind, PERCENT)
        for fact in passage.out.facts
    )


def obliged(passage: Passage, figure: Figure, piece: Piece, link: Sequence[Mention]) -> bool:
    """Whether the piece bounds what it names: "bikes may be used for 60 hours in all"."""
    lows = passage.line.lows(piece.first, piece.last)
    words = set(lows)
    near = passage.within(piece.first, piece.last)
    if not near and words & _STRONG_SUPPLY:
        return True
    if handed(passage, figure, piece):
        return True
    own = {word for m in link for owner in m.owners for word in passage.owners.items[owner].words}
    counted = {token.lemma for token in passage.line.tokens[figure.at + 1 : figure.end]}
    if counted and counted <= own and words & {"available", "only"}:
        return True
    if any(m.single for m in link):
        return False
    if not near and words & TOGETHER:
        return True
    if words & {"only"} and not near:
        return not _missing(passage, figure, link)
    together = "in all" in " ".join(lows) or bool(words & TOGETHER)
    modal = bool(words & word_set("may must should shall cannot can't can limited capped restricted"))
    return modal and together and not figure.token.percent


def _missing(passage: Passage, figure: Figure, link: Sequence[Mention]) -> bool:
    """Whether another owner has such a figure and these have none: "25 grams of protein, though only 4 of fiber"."""
    own = {owner for mention in link for owner in mention.owners}
    told = [f for f in (*passage.earlier, *passage.out.facts) if f.measure.nouns & figure.measure.nouns]
    return bool(told) and not any(own & set(fact.owners) for fact in told)


def handed(passage: Passage, figure: Figure, piece: Piece) -> bool:
    """ "has 240 hectares to plant with rye": what is there for all of them."""
    after = passage.line.lows(figure.end, figure.end + 2)
    there = set(passage.line.lows(piece.first, piece.last)) & {"has", "have", "had", "are", "got", "is", "inherited"}
    return len(after) == 2 and after[0] == "to" and after[1] in HANDING and bool(there)
