"""Ratios, shares and orders between decisions: "twice as many A as B", "at most 40 % of the pills"."""

from __future__ import annotations

from collections.abc import Iterator

from ..words.comparators import Comparator, Direction
from ..words.lexicon import word_set
from ..words.measures import Quantity
from .clauses import Relation
from .entities import Decisions, Mention
from .linear import linear_form
from .scenes import Scene
from .subjects import subject_of
from .used import Used

_OBLIGES = word_set("""must should needs need has have required requires wants want shall is are""")


def quotient(scene: Scene, comparator: Comparator, left: int, numbers: list[Quantity], used: Used) -> Relation | None:
    """ "the ratio of sand to clay cannot exceed 3 to 2"."""
    named = [m.entity for m in scene.mentions_in(left, comparator.first) if m.entity is not None]
    if len(named) < 2 or not numbers or "ratio" not in scene.words_in(left, comparator.first):
        return None
    a, b = named[-2], named[-1]
    factor = numbers[0].value
    used.add(numbers[0].at)
    if len(numbers) > 1 and numbers[1].at <= numbers[0].at + 3 and numbers[1].value:
        factor /= numbers[1].value
        used.add(numbers[1].at)
    return Relation(
        "ratio", ((a, 1.0), (b, -factor)), comparator.direction, False, 0.0, scene.place(left, numbers[0].at + 1)
    )


def proportion(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, right: int, lead: Quantity, used: Used
) -> Relation | None:
    """ "at least twice as many A as B", "A at least a third of B", "at most 40 % of the pills can be A"."""
    last = right
    after = scene.mentions_in(lead.at, last)
    subject = subject_of(scene, left, comparator.first)
    named = [m for m in after if m.entity is not None]
    place = scene.place(left if subject else comparator.first, last)
    tail = scene.tokens[lead.at + 1 : last]
    of_whole = (bool(tail) and tail[0].low == "of") or (len(tail) > 1 and tail[1].low == "of")
    if not lead.token.percent:
        counted = scene.words_in(lead.at, lead.at + 5) & {"many", "much", "more"}
        form = linear_form(scene, decisions, lead.at, right) if not counted else None
        if subject and form is not None and (len(form.terms) > 1 or form.constant):
            for at in form.numbers:
                used.add(at)
            terms = minus(((subject[-1], 1.0),), form.terms)
            return Relation("linear", terms, comparator.direction, comparator.strict, form.constant, place)
        if of_whole and subject and named and _far_behind(scene, lead, named[0]):
            named = []  # "a quarter of the endowment and that ...": what follows is another clause
        distinct = list(dict.fromkeys(m.entity for m in named if m.entity is not None))
        if len(distinct) >= 2 and not (subject and of_whole and len(set(distinct)) == len(decisions)):
            return _ratio(distinct[0], distinct[1], lead.value, comparator, scene.place(comparator.first, last))
        if subject and distinct and subject[-1] != distinct[0]:
            return _ratio(subject[-1], distinct[0], lead.value, comparator, place)
        if distinct and not subject and not lead.token.fraction and len(decisions) == 2:
            return _ratio(distinct[0], 1 - distinct[0], lead.value, comparator, place)
        if not lead.token.fraction:
            return None
    if lead.token.percent and len(named) >= 1 and subject and named[0].entity != subject[-1] and of_whole:
        return _ratio(subject[-1], named[0].entity or 0, lead.value, comparator, place)
    if lead.token.percent and not of_whole and not subject and not named:
        return None
    earlier = [m.entity for m in scene.mentions_in(0, comparator.first) if m.entity is not None]
    named = list(_contiguous(scene, named))
    part = [m.entity for m in named] or list(subject[-1:]) or (earlier[-1:] if of_whole else [])
    if not part or part[0] is None:
        return None
    if not (of_whole or subject or any(m.entity is None for m in after)) and lead.measure.nouns:
        return None
    terms = tuple((entity, 1.0) for entity in dict.fromkeys(e for e in part if e is not None))
    if len(terms) == len(decisions):
        return None
    return Relation("share", terms, comparator.direction, comparator.strict, 0.0, place, share=lead.value)


def _far_behind(scene: Scene, lead: Quantity, mention: Mention) -> bool:
    """Whether a new clause begins between the figure and the mention."""
    return bool(scene.words_in(lead.at, mention.first) & {"and", ";", "but", ","})


def _contiguous(scene: Scene, named: list[Mention]) -> Iterator[Mention]:
    """The first mentions up to where something else than "and" or "or" comes between."""
    for k, mention in enumerate(named):
        if k and not {t.low for t in scene.tokens[named[k - 1].last : mention.first]} <= {"and", "or", ",", "the", "a"}:
            return
        yield mention


def _ratio(a: int, b: int, factor: float, comparator: Comparator, place: object) -> Relation:
    strict = comparator.strict and comparator.direction == "<="
    return Relation("ratio", ((a, 1.0), (b, -factor)), comparator.direction, strict, 0.0, place)  # type: ignore[arg-type]


def minus(a: tuple[tuple[int, float], ...], b: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    total: dict[int, float] = dict(a)
    for entity, factor in b:
        total[entity] = total.get(entity, 0.0) - factor
    return tuple(total.items())


def order(scene: Scene, comparator: Comparator, left: int, right: int, used: Used) -> Iterator[Relation]:
    """ "the number of A must exceed the number of B"."""
    after = [m for m in scene.mentions_in(comparator.last, right) if m.entity is not None]
    before = [m for m in scene.mentions_in(left, comparator.first) if m.entity is not None]
    if not after or not before:
        return
    a, b = before[-1].entity, after[0].entity
    if a is None or b is None or a == b:
        return
    place = scene.place(left, right)
    extra = [q for q in scene.quantities_in(after[0].last, right + 5) if q.at not in used]
    constant = 0.0
    if extra and extra[0].at < len(scene.tokens) and scene.words_in(after[0].last, extra[0].at) & {"by", "plus"}:
        constant = extra[0].value
        used.add(extra[0].at)
    strict = comparator.strict and not constant
    yield Relation("order", ((a, 1.0), (b, -1.0)), comparator.direction, strict, constant, place)


def preferences(scene: Scene, used: Used) -> Iterator[Relation]:
    """ "more pears than apples", "as many A as B" without a number."""
    for i, token in enumerate(scene.tokens):
        if token.low not in ("more", "fewer", "less") or (
            i and (scene.tokens[i - 1].is_number or scene.tokens[i - 1].low in ("no", "not", "or"))
        ):
            continue
        first, last = scene.clause_of(i)
        following = [m for m in scene.mentions_in(i + 1, min(last, i + 14)) if m.entity is not None]
        if len(following) < 2 or following[0].first > i + 3:
            continue
        between = scene.words_in(following[0].last, following[1].first)
        a, b = following[0].entity, following[1].entity
        if "than" in between and a is not None and b is not None and a != b:
            if scene.quantities_in(i, following[1].first):
                continue
            direction: Direction = ">=" if token.low == "more" else "<="
            yield Relation(
                "order", ((a, 1.0), (b, -1.0)), direction, True, 0.0, scene.place(max(first, i - 3), following[1].last)
            )


def _for_every(scene: Scene, used: Used) -> Iterator[Relation]:
    """ "4 chairs for every table"."""
    for number in scene.quantities:
        if number.at in used or number.token.money or number.token.percent or number.measure.dimension:
            continue
        named = [m for m in scene.mentions_in(number.at, number.at + 12) if m.entity is not None]
        if len(named) < 2 or named[0].first > number.at + 2 or named[0].entity == named[1].entity:
            continue
        between = [t.low for t in scene.tokens[named[0].last : named[1].first]]
        if between not in (["for", "every"], ["for", "each"], ["to", "every"], ["per"]):
            continue
        used.add(number.at)
        terms = ((named[0].entity or 0, 1.0), (named[1].entity or 0, -number.value))
        yield Relation("ratio", terms, "==", False, 0.0, scene.place(number.at, named[1].last))


def plain_ratios(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Relation]:
    """ "three times as many A as B must be made": a ratio without a phrase of comparison is an equality."""
    yield from _for_every(scene, used)
    for quantity in scene.quantities:
        if quantity.at in used or not quantity.token.multiplier or quantity.token.low.find("/") > 0:
            continue
        first, last = scene.clause_of(quantity.at)
        named = [m.entity for m in scene.mentions_in(quantity.at, last) if m.entity is not None]
        before = [m.entity for m in scene.mentions_in(first, quantity.at) if m.entity is not None]
        words = scene.words_in(quantity.at, last)
        if not scene.words_in(first, last) & _OBLIGES or words & {"plus", "minus"}:
            continue
        pair: tuple[int, int] | None = None
        if len(named) >= 2 and words & {"as", "than"} and named[0] != named[1]:
            pair = (named[0], named[1])
        elif (
            before
            and named
            and before[-1] != named[0]
            and scene.words_in(first, quantity.at) & {"must", "should", "be", "is"}
        ):
            pair = (before[-1], named[0])
        if pair is not None:
            used.add(quantity.at)
            terms = ((pair[0], 1.0), (pair[1], -quantity.value))
            yield Relation("ratio", terms, "==", False, 0.0, scene.place(first, last))
