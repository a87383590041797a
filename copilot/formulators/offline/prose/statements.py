"""Numbers outside comparisons: what one unit of an entity takes or brings, and what there is or is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..words.comparators import Direction
from ..words.lexicon import SUPPLY_WORDS, is_verb, word_set
from ..words.measures import Measure, Quantity
from ..words.morphology import stem
from ..words.particles import EACH
from .clauses import Clause, Coefficient, Limit, Relation
from .entities import Decisions, Mention
from .figures import coefficient, measure_at, plain_limit
from .owners import owners, run_of, tied
from .scenes import Scene
from .surroundings import SHARING
from .used import Used

_FOR_ALL = word_set("both each all every either")


def statements(scene: Scene, decisions: Decisions, used: Used, topic: tuple[int, ...]) -> Iterator[Clause]:
    """Coefficients and plain limits of the sentence; ``topic`` is what the sentence before was about."""
    for number in scene.quantities:
        if number.at not in used and _introduces(scene, number, decisions):
            used.add(number.at)
    used.update(q.at for q in scene.quantities if q.at not in used and _restated(scene, q))
    allotment = _allotted(scene, decisions, used)
    if allotment is not None:
        yield allotment
    zipped = _respectively(scene, decisions, used)
    if zipped:
        yield from _zip(scene, zipped, used)
    carried = topic
    for first, last in scene.clauses:
        numbers = [q for q in scene.quantities_in(first, last) if q.at not in used]
        named = [m for m in scene.mentions_in(first, last) if used.free(m.first)]
        if numbers:
            for clause in _clause(scene, decisions, numbers, named, first, last, carried):
                used.update(q.at for q in numbers if _within(q, clause))
                yield clause
        single = [m.entity for m in named if m.entity is not None]
        if single:
            carried = (single[-1],)


def _allotted(scene: Scene, decisions: Decisions, used: Used) -> Limit | None:
    """ "plans to divide 90 hours among the three crews": all of it is handed out."""
    for i, token in enumerate(scene.tokens):
        if token.low not in SHARING:
            continue
        numbers = [q for q in scene.quantities_in(i + 1, i + 9) if q.at not in used and not q.token.multiplier]
        if not numbers or numbers[0].value == len(decisions) or scene.mentions_in(i + 1, numbers[0].at):
            continue
        turn = scene.words_in(numbers[0].at, numbers[0].end + 4) & {"between", "among", "across", "amongst", "into"}
        if not turn:
            continue
        used.add(numbers[0].at)
        everyone = tuple((entity, 1.0) for entity in range(len(decisions)))
        place = scene.place(i, max(numbers[0].end, numbers[0].at + 1))
        return Limit(
            "<=", False, numbers[0].value, numbers[0].measure, place,
            subject=everyone, shared=True, total=True, allotted=True,
        )  # fmt: skip
    return None


def _zip(scene: Scene, pairs: Sequence[tuple[Mention, Quantity]], used: Used) -> Iterator[Clause]:
    """Coefficients that share one measure: that of the first number, with the unit of the last."""
    first, last = scene.clause_of(pairs[0][1].at)
    measures = [
        measure_at(scene, number, first, max(last, number.at + 1)) for _, number in pairs if first <= number.at < last
    ]
    head, tail = measures[0], measures[-1]
    kind = next((m.family for m in measures if m.family), "")
    dimension = head.dimension or tail.dimension
    unit = head if head.dimension else tail
    nouns = pairs[-1][1].measure.nouns or head.nouns
    shared = Measure(nouns, head.context, dimension, unit.size, kind, tail.words, unit.unit)
    for mention, number in pairs:
        used.add(number.at)
        place = scene.place(number.at, number.at + 1)
        yield Coefficient(mention.entity or 0, number.value, shared, place, number.token.percent)


def _introduces(scene: Scene, number: Quantity, decisions: Decisions) -> bool:
    """ "two types of lamps", "3 machines": the number only says how many there are in the list."""
    if number.token.money or number.token.percent or number.token.multiplier:
        return False
    words = scene.words_in(number.at + 1, number.at + 4)
    low = scene.tokens[number.at].low
    if number.value == 1 and low == "one":
        return True
    if number.value == 1 and _one_of(scene, number):
        return True
    if number.value == 1 and number.at and scene.tokens[number.at - 1].low in ("for", "per", "every", "of"):
        return True
    if words & {"types", "kinds", "type", "kind", "different", "models", "options", "ways", "categories"}:
        return True
    spelled = scene.tokens[number.at].low.isalpha()
    pointing = number.at and scene.tokens[number.at - 1].low in ("these", "those", "both", "all", "its", "their")
    if spelled and pointing and number.value <= len(decisions):
        return True
    if number.value != len(decisions) or number.measure.dimension:
        return False
    if number.measure.nouns & {stem(word) for word in decisions.category}:
        return True
    # "A plane requires four units of wood and two of paint": behind the name of a decision it is a figure of that one.
    return spelled and not any(m.entity is not None and m.last <= number.at for m in scene.mentions)


def _one_of(scene: Scene, number: Quantity) -> bool:
    """ "to make 1 kg of X takes": the unit in which the decision is counted."""
    tokens = scene.tokens
    making = number.at and tokens[number.at - 1].stem in _MAKING
    return bool(making) and any(number.at < m.first <= number.at + 5 for m in scene.mentions)


_MAKING = frozenset(
    map(stem, ("make", "produce", "manufacture", "prepare", "process", "brew", "bake", "grow", "build"))
)


def _restated(scene: Scene, number: Quantity) -> bool:
    """ "500 cubic feet (about 14.2 cubic meters)": the same once more, in another unit."""
    lows = [token.low for token in scene.tokens[max(0, number.at - 2) : number.at]]
    return lows[-2:] in (["(", "about"], ["(", "approximately"], ["(", "roughly"]) and any(
        q.at < number.at - 1 for q in scene.quantities
    )


def _within(number: Quantity, clause: Clause) -> bool:
    return clause.place.start <= number.token.start < clause.place.end and (
        not isinstance(clause, Coefficient) or abs(clause.value - number.value) < 1e-12
    )


def _respectively(scene: Scene, decisions: Decisions, used: Used) -> list[tuple[Mention, Quantity]]:
    """Pairs out of "X and Y cost 4 and 3 units respectively", in either order."""
    if not any(token.low in ("respectively", "respective") for token in scene.tokens):
        return []
    at = next(i for i, token in enumerate(scene.tokens) if token.low in ("respectively", "respective"))
    named: list[Mention] = []
    for mention in scene.mentions:
        if mention.entity is not None and mention.entity not in {m.entity for m in named}:
            named.append(mention)
    numbers = [q for q in scene.quantities if q.at not in used]
    before = [q for q in numbers if q.at < at]
    if not named and len(numbers) == len(decisions):
        before = numbers
    if not named and len(before) == len(decisions):
        return [(Mention(q.at, q.at, entity), q) for entity, q in enumerate(before)]
    chosen = before[-len(named) :] if len(before) >= len(named) else numbers[-len(named) :]
    if len(named) < 2 or len(chosen) != len(named):
        return []
    return list(zip(named, chosen, strict=True))


def _clause(
    scene: Scene,
    decisions: Decisions,
    numbers: Sequence[Quantity],
    named: Sequence[Mention],
    first: int,
    last: int,
    topic: tuple[int, ...],
) -> Iterator[Clause]:
    single = [m for m in named if m.entity is not None]
    if not single:
        if any(m.entity is None for m in named) and _about_all(scene, named, numbers, first):
            for number in numbers:
                for entity in range(len(decisions)):
                    yield coefficient(scene, number, entity, first, last)
            return
        if topic and _continues_topic(scene, first):
            for number in numbers:
                yield coefficient(scene, number, topic[0], first, last)
            return
        for number in numbers:
            yield from plain_limit(scene, number, numbers, first, last)
        return
    owned = _stock_of_each(scene, numbers, single, first)
    if owned:
        yield from owned
        return
    leading = [q for q in numbers if q.at < single[0].first]
    cues = {token.low for token in scene.tokens[first : numbers[0].at]}
    after = {token.low for token in scene.tokens[numbers[0].at : single[0].first]}
    group = run_of(scene, single)
    stock = (
        cues & SUPPLY_WORDS
        or after & {"available", "stock", "hand", "access"}
        or cues & {"need", "needs", "requires", "required", "must"}
    )
    is_tied = any(tied(scene, q, single[0]) for q in leading[-1:])
    distributed = after & EACH
    if stock and is_tied and not distributed and len(numbers) == 1 and len(group) == len(decisions) == len(single):
        is_tied = False  # "has 90 acres for rye and oats": one amount for all of them
    alone = len(leading) == len(numbers) and not is_tied
    if leading and alone and (len(group) >= 2 or (stock and not _rate_words(scene, leading[-1], single[0]))):
        for number in numbers:
            yield from plain_limit(scene, number, numbers, first, last)
        return
    if (
        len(numbers) == 1
        and not leading
        and len(group) == len(decisions) == len(single)
        and _pooled(scene, group, numbers[0])
    ):
        place = scene.place(numbers[0].at, max(numbers[0].end, numbers[0].at + 1))
        everyone = tuple((entity, 1.0) for entity in range(len(decisions)))
        measure = measure_at(scene, numbers[0], first, last)
        yield Limit("<=", False, numbers[0].value, measure, place, subject=everyone)
        return
    for number, entities in owners(scene, numbers, single, decisions):
        for entity in entities:
            yield (
                _bound(scene, number, entity, first)
                or _own_bound(scene, number, entity, first, last)
                or coefficient(scene, number, entity, first, last)
            )


def _stock_of_each(scene: Scene, numbers: Sequence[Quantity], single: Sequence[Mention], first: int) -> list[Relation]:
    """ "has access to 70 crates and 40 barrels": a ceiling for each."""
    cues = scene.words_in(first, numbers[0].at) | scene.words_in(single[-1].last, single[-1].last + 3)
    if not cues & _STOCKED or len(numbers) != len(single) or len(numbers) < 2:
        return []
    pairs = list(zip(numbers, single, strict=True))
    if any(not q.at < m.first <= q.at + 2 or q.token.money or q.token.percent or q.token.multiplier for q, m in pairs):
        return []
    return [
        Relation("bound", ((m.entity or 0, 1.0),), "<=", False, q.value, scene.place(q.at, m.last)) for q, m in pairs
    ]


_STOCKED = word_set("access available stock hand only there owns own has have left supply")


def _pooled(scene: Scene, group: Sequence[Mention], number: Quantity) -> bool:
    """ "grows wheat and corn on 100 acres": one amount for all, not so much for each."""
    spelled = scene.tokens[number.at].low.isalpha()
    if number.token.percent or number.token.multiplier or number.token.money or spelled:
        return False
    words = scene.words_in(max(0, group[0].first - 2), number.end + 2)
    return not words & {
        "each",
        "both",
        "per",
        "every",
        "require",
        "requires",
        "need",
        "needs",
        "take",
        "takes",
        "costs",
        "cost",
    }


def _bound(scene: Scene, number: Quantity, entity: int, first: int) -> Relation | None:
    """ "there are bounds for each route: 15 for X, 12 for Y": a ceiling, not a coefficient."""
    words = scene.words_in(first, number.at)
    if (
        not words & {"bound", "bounds", "limits"}
        or not number.value
        or number.token.percent
        or number.measure.dimension == "money"
    ):
        return None
    place = scene.place(number.at, max(number.end, number.at + 1))
    return Relation("bound", ((entity, 1.0),), "<=", False, number.value, place)


def _own_bound(scene: Scene, number: Quantity, entity: int, first: int, last: int) -> Relation | None:
    """ "the churn can handle 180 kg of butter", "to deliver 100 kg of cheese": an amount of the decision itself."""
    if number.token.money or number.token.percent or number.token.multiplier:
        return None
    own = [m for m in scene.mentions_in(number.at, last) if m.first <= number.end and m.entity is not None]
    if not own or own[0].entity != entity or scene.words_in(number.at, own[0].first) & _DISTRIBUTED:
        return None
    before = scene.words_in(first, number.at)
    if before & _DISTRIBUTED:
        return None
    direction: Direction | None = ">=" if before & _OBLIGED else "<=" if before & _ABLE else None
    if direction is None:
        return None
    place = scene.place(number.at, max(number.end, own[0].last))
    return Relation("bound", ((entity, 1.0),), direction, False, number.value, place)


_DISTRIBUTED = EACH | {"for"}
_OBLIGED = word_set("oblige obliges obliged deliver promised must contract contracts contracted committed owes owe")
_ABLE = word_set("can handle only spare hold holds fits most")


def _rate_words(scene: Scene, number: Quantity, mention: Mention) -> bool:
    words = scene.words_in(number.at, mention.first)
    return bool(words & _DISTRIBUTED)


def _about_all(scene: Scene, named: Sequence[Mention], numbers: Sequence[Quantity], first: int) -> bool:
    opening = scene.words_in(first, numbers[0].at)
    before = scene.tokens[named[0].first - 1].low if named[0].first else ""
    if before not in _FOR_ALL and scene.tokens[max(0, named[0].first - 2)].low not in _FOR_ALL:
        return False
    return bool(opening & _FOR_ALL) and not opening & SUPPLY_WORDS and named[0].first < numbers[0].at


def _continues_topic(scene: Scene, first: int) -> bool:
    opening = scene.tokens[first].low
    if opening in ("also", "and") and first + 1 < len(scene.tokens):
        opening = scene.tokens[first + 1].low
    if (is_verb(opening) and opening.endswith("s")) or opening in ("results", "costs", "needs", "uses"):
        return True
    return opening in ("it", "they", "which", "this", "requires", "requiring") or (
        first > 0 and opening.endswith("ing") and is_verb(opening)
    )
