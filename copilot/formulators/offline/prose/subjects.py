"""Which decisions a comparison is about: in front of it, or in the phrase of its number."""

from __future__ import annotations

from itertools import pairwise

from ..words.lexicon import is_verb, word_set
from ..words.measures import Quantity
from ..words.particles import DETERMINERS, MODALS
from .entities import Mention
from .scenes import Scene

_VERBAL = MODALS | word_set("be is are has have to")


def subject_of(scene: Scene, left: int, last: int) -> tuple[int, ...]:
    """Entities that the clause in front of a comparison is about, joined by "and"."""
    cut = left
    for i in range(last - 1, left - 1, -1):
        words = scene.words_in(i + 1, last)
        if scene.tokens[i].low == "," and not (words and words <= _VERBAL | {"it", "they", "this"}):
            cut = i + 1
            break
    found = list(scene.mentions_in(cut, last))
    if not found and scene.tokens[cut].low in ("and", "but", "while") and scene.tokens[cut + 1].low in DETERMINERS:
        return ()
    if not found:
        opening = [m for m in scene.mentions_in(left, min(cut, left + 5)) if m.entity is not None]
        since = scene.words_in(left, opening[0].first if opening else left) & {
            "since",
            "because",
            "as",
            "if",
            "due",
            "although",
            "to",
            "given",
        }
        return tuple(m.entity for m in opening[:1] if m.entity is not None) if not since else ()
    if scene.words_in(cut, last) & {"combined", "sum", "together", "total"} and len(found) >= 2:
        several = tuple(dict.fromkeys(m.entity for m in found if m.entity is not None))
        if len(several) >= 2:
            return several
    if found[-1].entity is None and len(found) > 1 and found[-1].first - found[-2].last <= 3:
        found = found[:-1]
    group = [found[-1]]
    for mention in reversed(found[:-1]):
        gap = [token.low for token in scene.tokens[mention.last : group[0].first]]
        if (
            set(gap)
            <= {"and", "or", ",", "the", "a", "an", "number", "of", "plus", "in", "product", "type", "units", "both"}
            and gap
        ):
            group.insert(0, mention)
        else:
            break
    entities = tuple(dict.fromkeys(m.entity for m in group if m.entity is not None))
    return entities


def named_after(scene: Scene, number: Quantity, end: int) -> tuple[Mention, ...]:
    """Mentions that belong to the number's own phrase: inside its noun phrase, or as what it "must be"."""
    found: list[Mention] = []
    limit = number.end
    for mention in scene.mentions_in(number.at, end):
        gap = {token.low for token in scene.tokens[limit : mention.first]} if mention.first > limit else set()
        broken = gap & {",", ";", "if", "per", "because", "since", ":", "so"} or _to_do(scene, limit, mention.first)
        if mention.first > limit and broken and not (found and gap <= {",", "and", "or", "the", "a"}):
            break
        if (
            mention.first > limit
            and gap & {"and", ",", "or"}
            and not (found and gap <= {"and", "or", "the", "a", "an", ","})
        ):
            break
        if mention.first > limit and gap & {"at", "per"}:
            break
        found.append(mention)
        limit = mention.last
    return tuple(found)


def _to_do(scene: Scene, first: int, last: int) -> bool:
    """Whether a purpose follows ("to meet demand") rather than a goal of allocation ("allocated to X")."""
    lows = [token.low for token in scene.tokens[first : last + 1]]
    return any(low == "to" and is_verb(after) for low, after in pairwise(lows))


def named_later(scene: Scene, number: Quantity, end: int) -> tuple[Mention, ...]:
    """ "at least 6 but no more than 9 lamps": the noun stands only behind the second number."""
    after = [c for c in scene.comparators if 0 <= c.first - end <= 1 or c.first == number.end + 1]
    if not after or not scene.words_in(number.end, after[0].first) & {"but", "and"}:
        return ()
    later = scene.quantities_in(after[0].last, after[0].last + 2)
    return named_after(scene, later[0], len(scene.tokens)) if later else ()
