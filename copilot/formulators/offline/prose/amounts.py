"""Comparisons with a number: bounds of decisions, limits on totals, excesses, ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ..words.comparators import Comparator
from ..words.lexicon import OCCASIONS, is_verb
from ..words.measures import Measure, Quantity, context_of, family, noun_stems
from ..words.morphology import stem
from ..words.particles import TOGETHER
from .clauses import Clause, Limit, Relation
from .entities import Decisions, mark_of
from .linear import linear_form
from .proportions import minus
from .scenes import Scene
from .subjects import named_after, named_later, subject_of
from .used import Used

#: Stems of what is handed out as it stands, whatever a unit of it costs.
_POOLED = frozenset(map(stem, ("budget", "investment", "allocation", "fund", "resource")))
_ALL_WORDS = TOGETHER | {"both", "either"}


def numeric(
    scene: Scene,
    decisions: Decisions,
    comparator: Comparator,
    left: int,
    numbers: list[Quantity],
    right: int,
    used: Used,
) -> Iterator[Clause]:
    """The number after the comparison, and those that follow it in a list ("at least 20 chairs and 5 tables")."""
    for k, number in enumerate(numbers):
        end = numbers[k + 1].at if k + 1 < len(numbers) else right
        if k > 0 and not _continues_list(scene, numbers[k - 1], number):
            return
        used.add(number.at)
        yield from _one_number(scene, decisions, comparator, left, number, end, used, first=k == 0)


def each_its_own(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, numbers: list[Quantity], used: Used
) -> list[Relation]:
    """ "X, Y and Z may take at most 5, 4 and 3 hours respectively"."""
    words = scene.words_in(numbers[-1].at, len(scene.tokens)) if numbers else frozenset()
    if len(numbers) < 2 or not words & {"respectively", "respective"}:
        return []
    front = tuple(dict.fromkeys(m.entity for m in scene.mentions_in(left, comparator.first) if m.entity is not None))
    if not front and len(numbers) < len(decisions):
        earlier = [m.entity for m in reversed(scene.mentions_in(0, comparator.first)) if m.entity is not None]
        front = tuple(sorted(list(dict.fromkeys(earlier))[: len(numbers)]))
    everyone = tuple(range(len(decisions)))
    owners = front if len(front) == len(numbers) else everyone if len(numbers) == len(decisions) else ()
    if not owners:
        return []
    used.update(q.at for q in numbers)
    return [
        Relation("bound", ((entity, 1.0),), comparator.direction, comparator.strict, q.value, scene.place(q.at, q.end))
        for entity, q in zip(owners, numbers, strict=True)
    ]


def ranges(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Clause]:
    """ "between 10 and 50 units", "from 5 to 20": a floor and a ceiling for what the sentence is about."""
    yield from _intervals(scene, used)
    for k, low in enumerate(scene.quantities[:-1]):
        high = scene.quantities[k + 1]
        opener = scene.tokens[low.at - 1].low if low.at else ""
        between = [t.low for t in scene.tokens[low.at + 1 : high.at] if t.is_word]
        gap = [t.low for t in scene.tokens[low.at + 1 : high.at]]
        joined = opener in ("between", "from", "range") and bool({"and", "to", "-"} & set(gap))
        joined = joined or (gap in (["to"], ["-"]) and not low.measure.dimension)
        if {low.at, high.at} & used or not joined or len(between) > 4 or low.value > high.value:
            continue
        first, last = scene.clause_of(low.at)
        named = list(named_after(scene, high, last))
        entities = tuple(dict.fromkeys(m.entity for m in named if m.entity is not None))
        if not entities:
            before = [m for m in scene.mentions_in(first, low.at) if used.free(m.first)]
            entities = subject_of(scene, first, low.at) or tuple(m.entity for m in before[-1:] if m.entity is not None)
        comparator = Comparator("<=", False, low.at - 1, low.at)
        limit = limit_of(scene, decisions, comparator, first, high, high.end, first=True)
        subject = tuple((entity, 1.0) for entity in entities)
        used.update((low.at, high.at))
        limit = replace(limit, shared=bool(subject))
        floor = replace(limit, direction=">=", value=low.value, subject=subject, place=scene.place(low.at, low.at + 1))
        ceiling = replace(limit, subject=subject, place=scene.place(high.at, high.end))
        yield ceiling
        if low.value > 0:
            yield floor


def _intervals(scene: Scene, used: Used) -> Iterator[Relation]:
    """ "chairs and tables must lie in [30, 70] and [20, 80] respectively"."""
    lows = [token.low for token in scene.tokens]
    found = [
        (a, b)
        for a, b in pairwise(scene.quantities)
        if a.at
        and lows[a.at - 1] == "["
        and lows[a.at + 1 : b.at] in ([","], ["-"])
        and lows[b.at + 1 : b.at + 2] == ["]"]
    ]
    if not found:
        return
    before = [m.entity for m in scene.mentions_in(0, found[0][0].at) if m.entity is not None]
    owners = list(dict.fromkeys(before))[-len(found) :]
    if len(owners) != len(found):
        return
    for entity, (low, high) in zip(owners, found, strict=True):
        used.update((low.at, high.at))
        place = scene.place(low.at - 1, high.at + 1)
        yield Relation("bound", ((entity, 1.0),), ">=", False, low.value, place)
        yield Relation("bound", ((entity, 1.0),), "<=", False, high.value, place)


def _excess(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, number: Quantity, used: Used
) -> Relation | None:
    """ "X at least 7 hours more than Y", "a minimum excess of 7 hours over Y", "20 fewer A than B"."""
    last = scene.clause_of(number.at)[1]
    stretch = [token.low for token in scene.tokens[number.at + 1 : last]]
    turn = next((i for i, low in enumerate(stretch) if low in ("than", "over", "compared")), None)
    if turn is None or turn > 12 or set(stretch[:turn]) & {"and", ",", "must", "should", "but", "while", "be"}:
        return None
    words = set(stretch[:turn])
    if not words & {"more", "greater", "higher", "larger", "fewer", "less", "lower", "smaller"}:
        words |= scene.words_in(comparator.first, number.at)
    more = bool(words & {"more", "greater", "higher", "larger", "excess", "additional", "surplus"})
    less = bool(words & {"fewer", "less", "lower", "smaller"})
    if more == less:
        return None
    cut = number.at + 1 + turn
    other = linear_form(scene, decisions, cut, _phrase_end(scene, cut, last))
    before = [m.entity for m in scene.mentions_in(number.at, cut) if m.entity is not None]
    subject = (
        tuple(before)
        or subject_of(scene, left, comparator.first)
        or tuple(m.entity for m in scene.mentions_in(0, comparator.first) if m.entity is not None)
    )
    if other is None or not subject or any(entity == subject[-1] for entity, _ in other.terms):
        return None
    used.update(other.numbers)
    constant = number.value + (other.constant if more else -other.constant)
    terms = minus(((subject[-1], 1.0),), other.terms)
    if less:
        terms = tuple((entity, -factor) for entity, factor in terms)
    return Relation("linear", terms, comparator.direction, False, constant, scene.place(left, last))


def surplus(scene: Scene, comparator: Comparator, left: int, numbers: list[Quantity], used: Used) -> Relation | None:
    """ "X needs more hours than Y by at least 20"."""
    if not numbers or not comparator.first or scene.tokens[comparator.first - 1].low != "by":
        return None
    named = [m.entity for m in scene.mentions_in(left, comparator.first) if m.entity is not None]
    if len(named) < 2 or not scene.words_in(left, comparator.first) & {
        "more",
        "exceed",
        "exceeds",
        "greater",
        "higher",
    }:
        return None
    used.add(numbers[0].at)
    terms = ((named[-2], 1.0), (named[-1], -1.0))
    place = scene.place(left, numbers[0].at + 1)
    return Relation("linear", terms, comparator.direction, False, numbers[0].value, place)


def _for_each(scene: Scene, first: int, last: int, number: Quantity) -> bool:
    """ "each crop must get at least 12 units", "no crop may get more than 90": a bound for every decision."""
    if number.measure.nouns or number.measure.dimension or number.token.percent:
        return False
    return any(
        m.entity is None and m.first and scene.tokens[m.first - 1].low in ("each", "every", "no", "any")
        for m in scene.mentions_in(first, last)
    )  # fmt: skip


def _counts_units(scene: Scene, first: int, last: int) -> bool:
    """ "the total number of units": the decisions, whatever else is said of them."""
    lows = [token.low for token in scene.tokens[first:last]]
    counted = any(
        lows[i : i + 3] == ["number", "of", "units"] and lows[i + 3 : i + 4] != ["of"] for i in range(len(lows))
    )
    return counted and "total" in lows


def _phrase_end(scene: Scene, first: int, last: int) -> int:
    for i in range(first, last):
        if scene.tokens[i].low in (",", ";", ".", "to", "due", "in", "for") and any(
            m.first < i for m in scene.mentions_in(first, last)
        ):
            return i
    return last


def _has_each(scene: Scene, first: int, last: int) -> bool:
    """Whether "each", "every" or "of that type" stands there, other than in "each week"."""
    lows = [token.low for token in scene.tokens[first:last]]
    if any(lows[i : i + 3] == ["of", "that", "type"] for i in range(len(lows))):
        return True
    return any(
        scene.tokens[i].low in ("each", "every")
        and not (i + 1 < len(scene.tokens) and scene.tokens[i + 1].lemma in OCCASIONS)
        for i in range(first, last)
    )


def _continues_list(scene: Scene, before: Quantity, number: Quantity) -> bool:
    between = scene.tokens[before.at + 1 : number.at]
    words = {token.low for token in between}
    named = scene.mentions_in(before.at + 1, number.at)
    if (
        between
        and between[-1].low in ("is", "are", ":", "it's")
        and len(named) == 1
        and len(between) <= 8
        and words & {"and", ","}
        and words & {"for", "of"}
    ):
        return True
    if not between or between[-1].low not in ("and", ",", "or", "plus", "of"):
        return False
    if any(is_verb(token.low) for token in between) or words & {"budget", "have", "has"}:
        return False
    if words & {"costs", "requires", "takes", "each", "per", "is", "are", "must", "should", "can", "needs", "uses"}:
        return False
    return not (number.token.percent or number.token.multiplier)


def _one_number(
    scene: Scene,
    decisions: Decisions,
    comparator: Comparator,
    left: int,
    number: Quantity,
    end: int,
    used: Used,
    *,
    first: bool,
) -> Iterator[Clause]:
    start = left if first else number.at
    place = scene.place(comparator.first if first else number.at, end)
    direction, strict = comparator.direction, comparator.strict
    right_side = named_after(scene, number, end)
    if not first and not right_side and scene.tokens[number.at - 1].low in ("is", "are", ":", "it's"):
        right_side = scene.mentions_in(max(0, number.at - 6), number.at)[-1:]
    if not right_side and number.end == number.at + 1 and not number.measure.dimension:
        right_side = named_later(scene, number, end)
    words = scene.words_in(number.at, end)
    if first and not comparator.trailing:
        form = linear_form(scene, decisions, start, comparator.first, explicit=True)
        if form is None and used.definition is not None and _refers_back(scene, left, comparator.first):
            form, used.definition = used.definition, None
        if form is None and number.end < end and scene.tokens[number.end].low == "(":
            form = linear_form(scene, decisions, number.end, scene.clause_of(number.at)[1], explicit=True)
        if form is not None:
            used.update(form.numbers)
            wide = scene.place(start, end)
            constant = number.value - form.constant
            yield Relation("linear", form.terms, direction, strict, constant, wide)
            return
    used.reach = max([number.end, *(m.last for m in right_side)])
    gap = _excess(scene, decisions, comparator, left, number, used) if first else None
    if gap is not None:
        used.reach = None
        yield gap
        return
    everyone = tuple(range(len(decisions)))
    entities = [m.entity for m in right_side if m.entity is not None]
    each = _has_each(scene, number.at, end) and (
        any(m.entity is None for m in right_side) or bool(words & {"type", "kind", "one", "flavor", "variety"})
    )
    each = each or (first and _for_each(scene, left, comparator.first, number))
    if each and not entities:
        for entity in everyone:
            yield Relation("bound", ((entity, 1.0),), direction, strict, number.value, place)
        return
    if len(set(entities)) == 1 and not number.token.percent:
        yield Relation("bound", ((entities[0], 1.0),), direction, strict, number.value, place)
        return
    subject: tuple[int, ...] = tuple(dict.fromkeys(entities))
    if not subject and first:
        inside = [m.entity for m in scene.mentions_in(comparator.first, comparator.last) if m.entity is not None]
        subject = tuple(dict.fromkeys(inside)) or subject_of(scene, left, comparator.first)
        if len(subject) == 1 and not number.measure.nouns - {""}:
            place = scene.place(left, end)
            limit = limit_of(scene, decisions, comparator, left, number, end, first=first)
            pooled = any(token.stem in _POOLED for token in scene.tokens[left : comparator.first])
            yield replace(limit, subject=((subject[0], 1.0),), place=place, shared=pooled)
            return
    total = units = False
    if not subject and first:
        before = scene.words_in(left, comparator.first)
        total = any(m.entity is None for m in scene.mentions_in(left, comparator.first)) and bool(before & _ALL_WORDS)
        units = _counts_units(scene, left, comparator.first)
        total = total or units
        subject = everyone if total else ()
        total = (
            total
            and not before & {"per"}
            and not before & {"cost", "costs", "expense", "expenses", "spending", "spend", "expenditure"}
        )
    if not subject and (any(m.entity is None for m in right_side) or words & {"combined", "altogether"}):
        subject = everyone
    limit = limit_of(scene, decisions, comparator, left, number, end, first=first)
    counted = any(m.entity is None and m.first < number.end for m in right_side) and not number.measure.dimension
    named = bool(entities) or total or counted
    closing = scene.words_in(number.at, end)
    weighed = first and scene.words_in(left, comparator.first) & {"weigh", "weighs"}
    summed = (
        bool(weighed)
        or bool(closing & {"total", "altogether"})
        or (first and scene.words_in(left, comparator.first) & {"total", "combined", "overall", "altogether"})
    )
    stems = {token.stem for token in scene.tokens[left : comparator.first]} if first else set()
    front = {mark_of(token.low) for token in scene.tokens[left : comparator.first]} if first else set()
    shared = (first and total and units) or (
        (total or len(subject) == 1) and bool(front & decisions.substance or stems & _POOLED)
    )
    every = _has_each(scene, left, end)
    yield replace(
        limit,
        subject=tuple((entity, 1.0) for entity in subject),
        named=named,
        shared=shared or bool(weighed),
        total=bool(summed),
        each=every,
    )


def limit_of(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, number: Quantity, end: int, *, first: bool
) -> Limit:
    start = left if first else max(left, number.at - 3)
    scene.tokens[left : comparator.first]
    taken = {i for m in scene.mentions for i in range(m.first, m.last)}
    around = [scene.tokens[i] for i in (*range(left, comparator.first), *range(number.end, end)) if i not in taken]
    lows = [token.low for token in scene.tokens[left:end]]
    measure = number.measure
    nouns = measure.nouns
    if not nouns and measure.dimension in ("", "money", "time"):
        nouns = _last_nouns(scene, left, comparator.first)
    kind = family(lows, near=number.at - left) if measure.dimension in ("money", "") else ""
    found = Measure(
        nouns, measure.context | context_of(around) | context_of(scene.tokens[comparator.first : comparator.last]),
        measure.dimension, measure.size, kind, measure.words, measure.unit,
    )  # fmt: skip
    return Limit(
        comparator.direction,
        comparator.strict,
        number.value,
        found,
        scene.place(start, end),
        percent=number.token.percent,
    )


def _last_nouns(scene: Scene, left: int, last: int) -> frozenset[str]:
    """Stems of the nouns in front of the comparison ("the amount of smoke must be at most 9")."""
    taken = {i for m in scene.mentions for i in range(m.first, m.last)}
    cut = max((i for i in range(left, last) if scene.tokens[i].low == ","), default=left)
    span = [t for i, t in enumerate(scene.tokens[cut:last], cut) if i not in taken]
    return noun_stems(span)


def _refers_back(scene: Scene, left: int, last: int) -> bool:
    words = scene.words_in(left, last)
    return bool(words & {"this", "the", "that", "combined"}) and not any(
        m.entity is not None for m in scene.mentions_in(left, last)
    )
