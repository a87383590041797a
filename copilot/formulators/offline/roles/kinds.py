"""Of what a figure is: hours, euros, units of a noun, told by the figure itself or by the words around it."""

from __future__ import annotations

from ..words.lexicon import GENERIC_HEADS, UNITS, word_set
from ..words.measures import Measure
from ..words.morphology import stem
from .facts import PERCENT, Fact
from .lines import Figure
from .passage import PERSONS, Passage
from .vocabulary import AUDIENCE, COST, PERSON, PROFIT, money_family

_PASSING = frozenset(stem(w) for w in word_set("day week month year hour shift evening night season daily weekly"))
#: What money lies in: a figure beside these is an amount of money.
_PURSE = frozenset(
    stem(w) for w in word_set("budget bank treasury cash loan purse funds granted donated money euros dollars")
)
#: Words before what a figure is spent on or at.
_PLACES = word_set("on in at of for by with")
_EXCHANGE = frozenset(stem(w) for w in word_set("goes go fetches worth asks priced dollars euros cents gets get"))


def stated(passage: Passage, named: tuple[int, ...], figure: Figure, words: tuple[str, ...]) -> Fact:
    """The fact that one unit of each of the owners named goes with the figure."""
    measure, bare = measure_of(passage, figure, words)
    return Fact(named, figure.value, measure, figure, passage.k, passage.turn.number, bare)


def measure_of(passage: Passage, figure: Figure, words: tuple[str, ...]) -> tuple[Measure, bool]:
    """What the figure measures, with the words around it; whether it says so itself."""
    found = figure.measure
    own = {stem(w) for owner in passage.owners.items for w in owner.words} | {stem(w) for w in passage.owners.category}
    nouns = frozenset(found.nouns - own - {stem(w) for w in GENERIC_HEADS})
    if nouns and nouns <= PROFIT | COST and not found.dimension:
        words, nouns = (*words, *nouns), frozenset()
    nouns |= {PERSON} if nouns & AUDIENCE else frozenset()
    bare = not nouns and not found.dimension and not figure.token.percent
    dimension, size = found.dimension, found.size
    if figure.token.percent:
        dimension, size = PERCENT, 1.0
    if not dimension and not nouns:
        dimension, size = _elided(passage, figure) or passage.turn.unit
    if dimension == "pound" and not nouns and money_family(passage.stems(_opening(passage, figure), figure.at)):
        dimension = "money"
    family = money_family(words) if dimension in ("money", "", PERCENT) else ""
    if not dimension and not nouns and _paid(passage, figure, words):
        dimension, size = "money", 1.0
    family = family if dimension in ("money", PERCENT) else ""
    units = {stem(u) for u in UNITS}
    context = frozenset(w for w in words if w not in own and w not in units and len(w) > 2) | found.context
    return Measure(nouns, context, dimension, size, family, found.words, found.unit), bare


def _elided(passage: Passage, figure: Figure) -> tuple[str, float] | None:
    """The unit of the figure before, where no verb comes between: "4 minutes on the press and 6 on the lathe"."""
    piece = passage.line.pieces[passage.line.piece_of(figure.at)]
    last = passage.out.facts[-1] if passage.out.facts else None
    if last is None or last.line != passage.k or piece.verb is not None or figure.end > figure.at + 1:
        return None
    dimension = last.measure.dimension
    place = set(passage.line.lows(piece.first, piece.last)) & _PLACES
    if dimension in ("", "money", PERCENT) or last.owners != passage.turn.owners or not place:
        return None
    return dimension, last.measure.size


def _opening(passage: Passage, figure: Figure) -> int:
    """Where the words begin that may speak of the figure: behind the figure before, or with the piece."""
    start = max([f.end for f in passage.line.figures if f.end <= figure.at], default=0)
    return max(start, passage.line.pieces[passage.line.piece_of(figure.at)].first)


def _paid(passage: Passage, figure: Figure, words: tuple[str, ...]) -> bool:
    """Whether a figure without unit is an amount of money: "is sold at 60", "costs 12", "at 640 a day"."""
    start = _opening(passage, figure)
    local = [w for w in passage.stems(start, figure.at) if w not in _PASSING]
    between = bool(start and any(f.end == start for f in passage.line.figures))
    near = local or ([] if between else [w for w in words if w not in _PASSING])
    alone = figure.end == figure.at + 1
    if not local and near and _governs_else(passage, near[-1]):
        return False
    if alone and _PURSE & {*near, *words} and near[-1:] != ["at"]:
        return True
    piece = passage.line.pieces[passage.line.piece_of(figure.at)]
    last = passage.out.facts[-1] if passage.out.facts else None
    follows = last is not None and last.line == passage.k and last.owners == passage.turn.owners and not between
    if piece.verb is None and last is not None and follows and last.bare and last.measure.dimension == "money":
        return True
    if near and _governs_else(passage, near[-1]):
        return False
    if near[-1:] == ["giv"] and PERSONS & set(passage.line.lows(figure.at - 2, figure.at)):
        return True
    if near and (money_family((near[-1],)) or near[-1] in _EXCHANGE):
        return True
    if near[-1:] == ["at"] and money_family(tuple(near[-2:-1])):
        return True
    after = passage.line.lows(figure.end, figure.end + 2)
    if after in (["to", "spend"], ["to", "invest"]):
        return True
    return near[-1:] == ["at"] and after[:1] in (["a"], ["an"], ["per"], ["each"], ["apiece"])


def _governs_else(passage: Passage, verb: str) -> bool:
    """Whether the word stands in front of an amount that is no money: "a ticket costs us 3 hours, a feature 20"."""
    told = [f for f in passage.out.facts if f.line == passage.k and not f.bare and f.measure.dimension != "money"]
    return any(
        verb in passage.stems(passage.line.pieces[passage.line.piece_of(f.figure.at)].first, f.figure.at) for f in told
    )
