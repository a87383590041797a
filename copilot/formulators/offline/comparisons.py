"""Sentences of comparison read as bounds, ratios, shares, orders, linear forms and limits on totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from .clauses import Clause, Limit, Relation
from .comparators import OPPOSITE, Comparator, Direction
from .entities import Decisions, Mention, mark_of
from .lexicon import OCCASIONS, is_verb
from .linear import LinearForm, linear_form
from .measures import Measure, Quantity, context_of, family, noun_stems
from .scenes import Scene

_ALL_WORDS = frozenset("both all total combined together overall altogether sum either".split())
_OBLIGES = frozenset("must should needs need has have required requires wants want shall is are".split())
_MODALS = frozenset("must should can cannot may could shall will would be is are has have to".split())


class Used(set[int]):
    """Token positions of numbers that some clause of the sentence has used.

    ``spans`` are token ranges that comparisons have read: the entities in them are spoken for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spans: list[tuple[int, int]] = []
        self.definition: LinearForm | None = None
        self.reach: int | None = None

    def free(self, i: int) -> bool:
        return not any(first <= i < last for first, last in self.spans)


def comparisons(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Clause]:
    """Every statement of comparison in the sentence; numbers read are added to ``used``."""
    reach = 0
    _remember_definition(scene, decisions, used)
    last_bound: tuple[tuple[int, float], ...] = ()
    found: list[Clause] = []
    for k, comparator in enumerate(scene.comparators):
        first, last = scene.clause_of(comparator.first)
        following = scene.comparators[k + 1].first if k + 1 < len(scene.comparators) else last
        right = min(last, following) if not comparator.trailing else comparator.last
        read_up_to = used.spans[-1][1] if used.spans else 0
        left = max(first, reach, min(read_up_to, comparator.first))
        before = len(used)
        pending = k > 0 and not scene.mentions_in(left, comparator.first)
        used.reach = None
        if found and _adds_to(scene, found[-1], comparator, used):
            found[-1] = replace(found[-1], constant=_added(scene, comparator, used))
            reach = comparator.last
            continue
        for clause in _comparison(scene, decisions, comparator, left, right, used):
            if pending and isinstance(clause, Limit):
                clause = _elided(clause, last_bound)
            if isinstance(clause, Relation) and clause.kind == "bound":
                last_bound = clause.terms
            found.append(clause)
        if len(used) > before:
            rest = [q.at for q in scene.quantities_in(comparator.last, right) if q.at not in used]
            inside = [m.last for m in scene.mentions_in(comparator.first, min([right, *rest]))]
            end = max([comparator.last, *inside]) if used.reach is None else used.reach
            used.spans.append((comparator.first, end))
        reach = comparator.last
    yield from found
    yield from _ranges(scene, decisions, used)
    yield from _preferences(scene, used)
    yield from _plain_ratios(scene, decisions, used)


def _adds_to(scene: Scene, before: Clause, comparator: Comparator, used: Used) -> bool:
    """ "X cannot exceed twice Y by more than 10": the second comparison only adds a constant to the first."""
    if not isinstance(before, Relation) or before.kind not in ("ratio", "order", "linear") or before.constant:
        return False
    numbers = scene.quantities_in(comparator.last, comparator.last + 2)
    return scene.tokens[comparator.first - 1].low == "by" and bool(numbers)


def _added(scene: Scene, comparator: Comparator, used: Used) -> float:
    number = scene.quantities_in(comparator.last, comparator.last + 2)[0]
    used.add(number.at)
    return number.value


def _remember_definition(scene: Scene, decisions: Decisions, used: Used) -> None:
    """ "The score is calculated as 5 times X plus 3 times Y.": kept for the sentence that limits it."""
    if scene.comparators or not scene.words_in(0, len(scene.tokens)) & {"calculated", "defined", "computed", "determined", "given", "equal", "measured"}:
        return
    form = linear_form(scene, decisions, 0, len(scene.tokens), explicit=True)
    if form is not None:
        used.definition = form
        used.update(form.numbers)


def _refers_back(scene: Scene, left: int, last: int) -> bool:
    words = scene.words_in(left, last)
    return bool(words & {"this", "the", "that", "combined"}) and not any(m.entity is not None for m in scene.mentions_in(left, last))


def _ranges(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Clause]:
    """ "between 10 and 50 units", "from 5 to 20": a floor and a ceiling for what the sentence is about."""
    for k, low in enumerate(scene.quantities[:-1]):
        high = scene.quantities[k + 1]
        opener = scene.tokens[low.at - 1].low if low.at else ""
        between = [t.low for t in scene.tokens[low.at + 1 : high.at] if t.is_word]
        joined = opener in ("between", "from", "range") and bool({"and", "to"} & set(between))
        if (
            {low.at, high.at} & used
            or not joined
            or len(between) > 4
            or low.value > high.value
        ):
            continue
        first, last = scene.clause_of(low.at)
        named = list(_named_after(scene, high, last))
        entities = tuple(dict.fromkeys(m.entity for m in named if m.entity is not None))
        if not entities:
            before = [m for m in scene.mentions_in(first, low.at) if used.free(m.first)]
            entities = _subject(scene, first, low.at) or tuple(m.entity for m in before[-1:] if m.entity is not None)
        comparator = Comparator("<=", False, low.at - 1, low.at)
        limit = _limit(scene, decisions, comparator, first, high, high.end, first=True)
        subject = tuple((entity, 1.0) for entity in entities)
        used.update((low.at, high.at))
        floor = replace(limit, direction=">=", value=low.value, subject=subject, place=scene.place(low.at, low.at + 1))
        ceiling = replace(limit, subject=subject, place=scene.place(high.at, high.end))
        yield ceiling
        if low.value > 0:
            yield floor


def _elided(limit: Limit, bound: tuple[tuple[int, float], ...]) -> Clause:
    """ "at least 100 mangos but at most 150": the noun of the first bound serves the second."""
    bare = not limit.measure.nouns and not limit.measure.dimension and not limit.percent and not limit.subject
    if not (bare and bound):
        return limit
    return Relation("bound", bound, limit.direction, limit.strict, limit.value, limit.place)


def _comparison(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, right: int, used: Used
) -> Iterator[Clause]:
    if comparator.trailing:
        numbers = [q for q in scene.quantities_in(left, comparator.first) if q.at not in used]
        if numbers:
            yield from _numeric(scene, decisions, comparator, left, numbers[-1:], comparator.last, used)
        return
    numbers = [q for q in scene.quantities_in(comparator.last, right) if q.at not in used]
    lead = numbers[0] if numbers and numbers[0].at <= comparator.last + 2 else None
    if lead is not None and lead.value == 0 and comparator.direction == ">=":
        used.add(lead.at)
        return
    if lead is None:
        yield from _order(scene, comparator, left, right, used)
        return
    if lead.token.multiplier or lead.token.percent:
        relation = _proportion(scene, decisions, comparator, left, right, lead, used)
        if relation is not None:
            used.add(lead.at)
            yield relation
            return
        if (
            lead.token.multiplier
            and not lead.token.fraction
            and not lead.token.percent
            and lead.measure.nouns == frozenset()
        ):
            return
    listed = _each_its_own(scene, decisions, comparator, left, numbers, used)
    if listed:
        yield from listed
        return
    yield from _numeric(scene, decisions, comparator, left, numbers, right, used)


def _each_its_own(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, numbers: list[Quantity], used: Used
) -> list[Relation]:
    """ "X, Y and Z cannot exceed 50, 40 and 30 units respectively"."""
    words = scene.words_in(numbers[-1].at, len(scene.tokens)) if numbers else frozenset()
    if len(numbers) < 2 or not words & {"respectively", "respective"}:
        return []
    front = tuple(
        dict.fromkeys(m.entity for m in scene.mentions_in(left, comparator.first) if m.entity is not None)
    )
    everyone = tuple(range(len(decisions)))
    owners = front if len(front) == len(numbers) else everyone if len(numbers) == len(decisions) else ()
    if not owners:
        return []
    used.update(q.at for q in numbers)
    return [
        Relation("bound", ((entity, 1.0),), comparator.direction, comparator.strict, q.value, scene.place(q.at, q.end))
        for entity, q in zip(owners, numbers, strict=True)
    ]


# --- proportions -------------------------------------------------------------------------------------------------


def _proportion(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, right: int, lead: Quantity, used: Used
) -> Relation | None:
    """ "at least twice as many A as B", "A at least a third of B", "at most 40 % of the pills can be A"."""
    last = right
    after = scene.mentions_in(lead.at, last)
    subject = _subject(scene, left, comparator.first)
    named = [m for m in after if m.entity is not None]
    place = scene.place(left if subject else comparator.first, last)
    tail = scene.tokens[lead.at + 1 : last]
    of_whole = bool(tail) and tail[0].low == "of" or (len(tail) > 1 and tail[1].low == "of")
    if not lead.token.percent:
        counted = scene.words_in(lead.at, lead.at + 5) & {"many", "much", "more"}
        form = linear_form(scene, decisions, lead.at, right) if not counted else None
        if subject and form is not None and (len(form.terms) > 1 or form.constant):
            for at in form.numbers:
                used.add(at)
            terms = _minus(((subject[-1], 1.0),), form.terms)
            return Relation("linear", terms, comparator.direction, comparator.strict, form.constant, place)
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
    part = [m.entity for m in named] or list(subject[-1:]) or (earlier[-1:] if of_whole else [])
    if not part or part[0] is None:
        return None
    if not (of_whole or subject or any(m.entity is None for m in after)) and lead.measure.nouns:
        return None
    terms = tuple((entity, 1.0) for entity in dict.fromkeys(e for e in part if e is not None))
    if len(terms) == len(decisions):
        return None
    return Relation("share", terms, comparator.direction, comparator.strict, 0.0, place, share=lead.value)


def _ratio(a: int, b: int, factor: float, comparator: Comparator, place: object) -> Relation:
    strict = comparator.strict and comparator.direction == "<="
    return Relation("ratio", ((a, 1.0), (b, -factor)), comparator.direction, strict, 0.0, place)  # type: ignore[arg-type]


def _minus(a: tuple[tuple[int, float], ...], b: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    total: dict[int, float] = dict(a)
    for entity, factor in b:
        total[entity] = total.get(entity, 0.0) - factor
    return tuple(total.items())


def _order(scene: Scene, comparator: Comparator, left: int, right: int, used: Used) -> Iterator[Relation]:
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


def _preferences(scene: Scene, used: Used) -> Iterator[Relation]:
    """ "more pears than apples", "as many A as B" without a number."""
    for i, token in enumerate(scene.tokens):
        if (
            token.low not in ("more", "fewer", "less")
            or i
            and (scene.tokens[i - 1].is_number or scene.tokens[i - 1].low in ("no", "not", "or"))
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


def _plain_ratios(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Relation]:
    """ "three times as many A as B must be made": a ratio without a phrase of comparison is an equality."""
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


# --- plain numbers -----------------------------------------------------------------------------------------------


def _numeric(
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


def _excess(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, number: Quantity, end: int, used: Used
) -> Relation | None:
    """ "X at least 200 units more than Y", "a minimum excess of 200 units over Y", "20 fewer A than B"."""
    last = scene.clause_of(number.at)[1]
    stretch = [token.low for token in scene.tokens[number.at + 1 : last]]
    turn = next((i for i, low in enumerate(stretch) if low in ("than", "over")), None)
    if turn is None or turn > 12 or set(stretch[:turn]) & {"and", ",", "must", "should", "but", "while", "be"}:
        return None
    words = set(stretch[:turn]) | scene.words_in(comparator.first, number.at)
    more = bool(words & {"more", "greater", "higher", "larger", "excess", "additional", "surplus"})
    less = bool(words & {"fewer", "less", "lower", "smaller"})
    if more == less:
        return None
    cut = number.at + 1 + turn
    other = linear_form(scene, decisions, cut, _phrase_end(scene, cut, last))
    before = [m.entity for m in scene.mentions_in(number.at, cut) if m.entity is not None]
    subject = (
        tuple(before)
        or _subject(scene, left, comparator.first)
        or tuple(m.entity for m in scene.mentions_in(0, comparator.first) if m.entity is not None)
    )
    if other is None or not subject or any(entity == subject[-1] for entity, _ in other.terms):
        return None
    used.update(other.numbers)
    constant = number.value + (other.constant if more else -other.constant)
    terms = _minus(((subject[-1], 1.0),), other.terms)
    if less:
        terms = tuple((entity, -factor) for entity, factor in terms)
    return Relation("linear", terms, comparator.direction, False, constant, scene.place(left, last))


def _phrase_end(scene: Scene, first: int, last: int) -> int:
    for i in range(first, last):
        if scene.tokens[i].low in (",", ";", ".", "to", "due", "in", "for") and any(
            m.first < i for m in scene.mentions_in(first, last)
        ):
            return i
    return last


def _has_each(scene: Scene, first: int, last: int) -> bool:
    """Whether "each" or "every" stands there, other than in "each week"."""
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
        and between[-1].low in ("is", "are", ":")
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
    right_side = _named_after(scene, number, end)
    if not first and not right_side and scene.tokens[number.at - 1].low in ("is", "are", ":"):
        right_side = scene.mentions_in(max(0, number.at - 6), number.at)[-1:]
    if not right_side and number.end == number.at + 1 and not number.measure.dimension:
        right_side = _named_later(scene, number, end)
    words = scene.words_in(number.at, end)
    if first and not comparator.trailing:
        form = linear_form(scene, decisions, start, comparator.first, explicit=True)
        if form is None and used.definition is not None and _refers_back(scene, left, comparator.first):
            form, used.definition = used.definition, None
        if form is not None:
            used.update(form.numbers)
            wide = scene.place(start, end)
            constant = number.value - form.constant
            yield Relation("linear", form.terms, direction, strict, constant, wide)
            return
    used.reach = max([number.end, *(m.last for m in right_side)])
    gap = _excess(scene, decisions, comparator, left, number, end, used) if first else None
    if gap is not None:
        used.reach = None
        yield gap
        return
    everyone = tuple(range(len(decisions)))
    entities = [m.entity for m in right_side if m.entity is not None]
    each = _has_each(scene, number.at, end) and (
        any(m.entity is None for m in right_side) or bool(words & {"type", "kind", "one", "flavor", "variety"})
    )
    if each and not entities:
        for entity in everyone:
            yield Relation("bound", ((entity, 1.0),), direction, strict, number.value, place)
        return
    if len(set(entities)) == 1 and not number.token.percent:
        yield Relation("bound", ((entities[0], 1.0),), direction, strict, number.value, place)
        return
    subject: tuple[int, ...] = tuple(dict.fromkeys(entities))
    if not subject and first:
        subject = _subject(scene, left, comparator.first)
        if len(subject) == 1 and not number.measure.nouns - {""} and _is_bound(scene, left, comparator):
            place = scene.place(left, end)
            limit = _limit(scene, decisions, comparator, left, number, end, first=first)
            yield replace(limit, subject=((subject[0], 1.0),), place=place)
            return
    total = False
    if not subject and first:
        before = scene.words_in(left, comparator.first)
        total = any(m.entity is None for m in scene.mentions_in(left, comparator.first)) and bool(before & _ALL_WORDS)
        subject = everyone if total else ()
        total = total and not before & {"per"} and not before & {"cost", "costs", "expense", "expenses", "spending", "spend", "expenditure"}
    if not subject and (any(m.entity is None for m in right_side) or words & {"combined", "altogether"}):
        subject = everyone
    limit = _limit(scene, decisions, comparator, left, number, end, first=first)
    named = bool(entities) or total
    summed = first and scene.words_in(left, comparator.first) & {"total", "combined", "overall", "altogether"}
    front = {mark_of(token.low) for token in scene.tokens[left : comparator.first]} if first else set()
    pooled = {"budget", "investment", "allocation", "fund", "funding", "resource"}
    shared = total and bool(front & (decisions.substance | pooled))
    every = _has_each(scene, left, end)
    yield replace(limit, subject=tuple((entity, 1.0) for entity in subject), named=named, shared=shared, total=bool(summed), each=every)


def _limit(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, number: Quantity, end: int, *, first: bool
) -> Limit:
    start = left if first else max(left, number.at - 3)
    before = scene.tokens[left : comparator.first]
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
    """Stems of the nouns in front of the comparison ("the amount of wastewater must be at most 90")."""
    taken = {i for m in scene.mentions for i in range(m.first, m.last)}
    cut = max((i for i in range(left, last) if scene.tokens[i].low == ","), default=left)
    span = [t for i, t in enumerate(scene.tokens[cut:last], cut) if i not in taken]
    return noun_stems(span)


def _named_after(scene: Scene, number: Quantity, end: int) -> tuple[Mention, ...]:
    """Mentions that belong to the number's own phrase: inside its noun phrase, or as what it "must be"."""
    found: list[Mention] = []
    limit = number.end
    for mention in scene.mentions_in(number.at, end):
        gap = {token.low for token in scene.tokens[limit : mention.first]} if mention.first > limit else set()
        broken = gap & {",", ";", "if", "per", "because", "since", ":", "so"} or _to_do(scene, limit, mention.first)
        if mention.first > limit and broken:
            if not (found and gap <= {",", "and", "or", "the", "a"}):
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


def _named_later(scene: Scene, number: Quantity, end: int) -> tuple[Mention, ...]:
    """ "at least 15 but no more than 40 radio ads": the noun stands only behind the second number."""
    after = [c for c in scene.comparators if 0 <= c.first - end <= 1 or c.first == number.end + 1]
    if not after or not scene.words_in(number.end, after[0].first) & {"but", "and"}:
        return ()
    later = scene.quantities_in(after[0].last, after[0].last + 2)
    return _named_after(scene, later[0], len(scene.tokens)) if later else ()


def _subject(scene: Scene, left: int, last: int) -> tuple[int, ...]:
    """Entities that the clause in front of a comparison is about, joined by "and"."""
    cut = left
    for i in range(last - 1, left - 1, -1):
        words = scene.words_in(i + 1, last)
        if scene.tokens[i].low == "," and not (words and words <= _MODALS | {"it", "they", "this"}):
            cut = i + 1
            break
    found = [m for m in scene.mentions_in(cut, last)]
    if not found:
        opening = [m for m in scene.mentions_in(left, min(cut, left + 5)) if m.entity is not None]
        since = scene.words_in(left, left + 4) & {"since", "because", "as", "if", "due", "although", "to", "given"}
        return tuple(m.entity for m in opening[:1] if m.entity is not None) if not since else ()
    if scene.words_in(cut, last) & {"combined", "sum", "together", "total"} and len(found) >= 2:
        several = tuple(dict.fromkeys(m.entity for m in found if m.entity is not None))
        if len(several) >= 2:
            return several
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


def _is_bound(scene: Scene, left: int, comparator: Comparator) -> bool:
    """Whether the words in front of a comparison are just the entity: nothing of it is measured."""
    return True


def opposite(direction: Direction) -> Direction:
    return OPPOSITE[direction]
