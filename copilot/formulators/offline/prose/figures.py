"""Single figures outside comparisons: what a number measures where it stands, as a coefficient or as a plain limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..words.comparators import Direction
from ..words.lexicon import DEMAND_WORDS, is_verb, word_set
from ..words.measures import Measure, Quantity, context_of, family, noun_stems
from ..words.tokens import Token
from .clauses import Coefficient, Limit
from .scenes import Scene


def coefficient(scene: Scene, number: Quantity, entity: int, first: int, last: int) -> Coefficient:
    measure = measure_at(scene, number, first, last)
    end = max(number.end, number.at + 1)
    return Coefficient(entity, number.value, measure, scene.place(number.at, end), number.token.percent)


def measure_at(scene: Scene, number: Quantity, first: int, last: int) -> Measure:
    """The number's measure with the words near it: back to the number before, on to the one after."""
    ordered = [q for q in scene.quantities if first <= q.at < last]
    k = ordered.index(number)
    start = ordered[k - 1].end if k > 0 else first
    stop = ordered[k + 1].at if k + 1 < len(ordered) else last
    if k > 0:
        turns = [i for i in range(start, number.at) if scene.tokens[i].low in ("and", ",", ";", "but")]
        start = turns[-1] + 1 if turns else start
    taken = {i for m in scene.mentions for i in range(m.first, m.last)}
    before = [token for i, token in enumerate(scene.tokens[start : number.at], start) if i not in taken]
    behind = [token for i, token in enumerate(scene.tokens[number.end : stop], number.end) if i not in taken]
    if k + 1 < len(ordered):
        behind = _until_turn(behind)
    measure = number.measure
    nouns = measure.nouns - {scene.tokens[i].stem for i in taken if number.at < i < number.end}
    kind = ""
    if measure.dimension in ("money", "") or number.token.percent:
        lows = (
            [t.low for t in before]
            + ["#"]
            + [t.low for t in scene.tokens[number.at + 1 : number.end]]
            + [t.low for t in behind]
        )
        kind = family(lows, near=len(before))
        bare = not measure.nouns and not any(is_verb(t.low) for t in before)
        again = scene.tokens[first].low in ("it", "it's", "for", "that", "those", "and")
        if not kind and (k > 0 or again) and (measure.dimension == "money" or bare):
            wide = [t.low for t in scene.tokens[0 if again else first : number.at]]
            kind = family(wide, near=len(wide))
    secondary = (_attached_nouns(behind) or noun_stems(before)) if not nouns else frozenset()
    if kind and measure.dimension == "" and not nouns and not number.token.percent:
        measure = replace(measure, dimension="money")
    context = context_of(before) | context_of(behind)
    if k > 0:
        opening = [token for i, token in enumerate(scene.tokens[first : ordered[0].at], first) if i not in taken]
        context = context or context_of(opening)
    return Measure(
        nouns or secondary,
        context | measure.context,
        measure.dimension,
        measure.size,
        kind,
        measure.words,
        measure.unit,
    )


def _attached_nouns(tokens: Sequence[Token]) -> frozenset[str]:
    """Nouns of a phrase that begins with a preposition: "2 hours on the lathe"."""
    if not tokens or tokens[0].low not in ("with", "on", "in", "at", "for", "of"):
        return frozenset()
    end = next(
        (i for i, t in enumerate(tokens[1:], 1) if not t.is_word or t.low in ("and", "to", "per", "while")), len(tokens)
    )
    return noun_stems(tokens[1:end])


def _until_turn(tokens: list[Token]) -> list[Token]:
    for i, token in enumerate(tokens):
        if token.low in ("and", ",", "while", "but", ";"):
            return tokens[:i]
    return tokens


def plain_limit(scene: Scene, number: Quantity, numbers: Sequence[Quantity], first: int, last: int) -> Iterator[Limit]:
    if number.token.multiplier:
        return
    if scene.tokens[number.at].low.isalpha() and number.value <= 9 and not number.measure.dimension:
        return
    direction = _side(scene, number, first, last)
    if direction is None:
        return
    place = scene.place(number.at, max(number.end, number.at + 1))
    measure = measure_at(scene, number, first, last)
    everything = context_of(scene.tokens[first:last])
    measure = replace(measure, context=measure.context | (everything if len(numbers) == 1 else frozenset()))
    yield Limit(direction, False, number.value, measure, place, percent=number.token.percent)


def _side(scene: Scene, number: Quantity, first: int, last: int) -> Direction | None:
    """Whether the number is what there is (a ceiling) or what is wanted (a floor), by the nearest word that tells."""
    obliged = scene.words_in(first, number.at) & {"must", "should", "need", "needs", "required", "order", "contract"}
    for i in range(number.at - 1, first - 1, -1):
        low = scene.tokens[i].low
        if low in ("with", "having", "total") and obliged:
            continue
        if low in ("requires", "require", "required") and i + 1 < number.at and scene.tokens[i + 1].low in ("a", "the"):
            continue
        if low in ("has", "have") and i and scene.tokens[i - 1].low == "to":
            continue
        if low in _WANTS:
            spending = number.token.money and scene.words_in(first, number.at) & {"invest", "spend", "put", "gamble"}
            return "<=" if spending else ">="
        if low in _HAS and not (
            low in ("has", "have") and i + 1 < len(scene.tokens) and scene.tokens[i + 1].low == "to"
        ):
            return "<="
        if low in ("has", "have"):
            return ">="
    for i in range(number.at + 1, last):
        low = scene.tokens[i].low
        if low in _HAS:
            return "<="
        if low in _WANTS:
            return ">="
    return None


_WANTS = DEMAND_WORDS | word_set("demanded requiring should meet deliver")


_HAS = word_set(
    """available budget stock only access hand has have had there operates supply limit limited owns possesses
    with having total open inventory capacity runs afford works got
    i've we've they've you've there's spare gives gets"""
)
