"""Linear forms said in words: "twice the hours of X plus 3 tons of Y", "the difference between X and Y"."""

from __future__ import annotations

from dataclasses import dataclass

from ..words.lexicon import is_verb, word_set
from .entities import Decisions
from .scenes import Scene

_FILLERS = word_set(
    """the a an of number amount times unit units quantity for from in to by per allocated invested produced
    used budget resource resources hours hour allocation investment type product products assigned sold made
    its that those each spent effort level score on total product's vehicle vehicles capacity value return
    number's with project projects option department task acres planted effectiveness people points shares
    cost dollar dollars"""
)


@dataclass(frozen=True, slots=True)
class LinearForm:
    """``sum(factor * entity) + constant``, with the positions of the numbers it uses."""

    terms: tuple[tuple[int, float], ...]
    constant: float
    numbers: tuple[int, ...]


def linear_form(
    scene: Scene, decisions: Decisions, first: int, last: int, *, explicit: bool = False
) -> LinearForm | None:
    """The linear form that ``tokens[first:last]`` spells out, or None.

    With ``explicit`` only a form with factors, "plus", "minus" or a difference counts; the plain mention of one
    entity or of several does not.
    """
    named = [m for m in scene.mentions_in(first, last) if m.entity is not None]
    if not named:
        return None
    inside = _parenthesis(scene, first, last)
    if inside is not None:
        first, last = inside
        named = [m for m in scene.mentions_in(first, last) if m.entity is not None]
    first = _last_clause(scene, first, last)
    named = [m for m in named if m.first >= first]
    start = _start(scene, first, named[0].first)
    words = scene.words_in(start, last)
    numbers = list(scene.quantities_in(start, last))
    difference = bool(words & {"difference", "excess"}) and len(named) >= 2
    joined = bool(words & {"plus", "minus", "subtracted", "multiplied", "+", "-"}) or difference
    factors = [q for q in numbers if _attached(scene, q.at, [m.first for m in named])]
    if explicit and not joined and not (len(factors) >= 2 or (factors and len(named) >= 2)):
        return None
    terms: dict[int, float] = {}
    used: list[int] = []
    reach = start
    weighted = bool(words & {"weights", "weighted"})
    grouped = False
    for k, mention in enumerate(named):
        entity = mention.entity if mention.entity is not None else 0
        between = scene.words_in(reach, mention.first)
        own = [q for q in numbers if reach <= q.at < mention.first]
        factor = 1.0
        for q in own:
            factor *= q.value
            used.append(q.at)
        after = [q for q in numbers if mention.last <= q.at <= mention.last + 3]
        if weighted and not own:
            continue
        if after and scene.words_in(mention.last, after[0].at) >= {"multiplied", "by"}:
            factor *= after[0].value
            used.append(after[0].at)
            reach = after[0].at + 1
        negative = bool(between & {"minus", "-", "subtracted", "less"}) or (difference and k == 1)
        if grouped and not between & {"minus", "-", ")"}:
            negative = True
        grouped = negative and ("(" in between or grouped)
        terms[entity] = terms.get(entity, 0.0) + (-factor if negative else factor)
        reach = max(reach, mention.last)
    constant = 0.0
    tail = [q for q in numbers if q.at >= reach]
    if tail and scene.words_in(reach, tail[0].at) & {"plus", "additional", "minus"}:
        constant = -tail[0].value if "minus" in scene.words_in(reach, tail[0].at) else tail[0].value
        used.append(tail[0].at)
    elif tail:
        return None
    if not any(terms.values()):
        return None
    return LinearForm(tuple(terms.items()), constant, tuple(used))


def _parenthesis(scene: Scene, first: int, last: int) -> tuple[int, int] | None:
    """A parenthesis that spells out a form of its own: "the value (2 times the chairs plus the tables)"."""
    opened = next((i for i in range(first, last) if scene.tokens[i].low == "("), None)
    if opened is None:
        return None
    closed = next((i for i in range(opened, last) if scene.tokens[i].low == ")"), last)
    named = {m.entity for m in scene.mentions_in(opened, closed) if m.entity is not None}
    if len(named) < 2 or not scene.words_in(opened, closed) & {"plus", "minus", "times", "twice", "thrice"}:
        return None
    return opened + 1, closed


def _last_clause(scene: Scene, first: int, last: int) -> int:
    """Behind the last comma after which two entities are still named: "to keep a balance of X and Y, X minus Y"."""
    for i in range(last - 1, first, -1):
        if scene.tokens[i].low != "," or (i + 1 < last and scene.tokens[i + 1].low in ("plus", "minus", "and", "or")):
            continue
        named = [m for m in scene.mentions_in(i + 1, last) if m.entity is not None]
        before = [m for m in scene.mentions_in(first, i) if m.entity is not None]
        if len({m.entity for m in named}) >= 2 and {m.entity for m in before} <= {m.entity for m in named}:
            return i + 1
    return first


def _start(scene: Scene, first: int, mention: int) -> int:
    """Where the form begins: after the last comma or "that" in front of its first factor."""
    for i in range(mention - 1, first - 1, -1):
        low = scene.tokens[i].low
        after = scene.tokens[i + 1].low if i + 1 < len(scene.tokens) else ""
        if low in (",", ":", ";") or (low == "that" and after not in ("for", "of", "to", "in", "from")):
            return i + 1
    return first


def _attached(scene: Scene, number: int, entities: list[int]) -> bool:
    """Whether only filling words stand between a number and the next entity."""
    following = [at for at in entities if at > number]
    if not following:
        return False
    gap = scene.tokens[number + 1 : following[0]]
    if any(token.is_number or token.low in ("and", "plus", "minus") for token in gap):
        return False
    return len(gap) <= 10 and all(
        token.low in _FILLERS or (token.is_word and (not is_verb(token.low) or token.low.endswith("ed")))
        for token in gap
    )
