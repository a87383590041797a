"""Sentences of comparison, from the first phrase to the last, read as bounds, ratios, shares and limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..words.comparators import Comparator
from ..words.measures import Quantity
from .amounts import each_its_own, numeric, ranges, surplus
from .clauses import Clause, Limit, Relation
from .entities import Decisions
from .equations import announces, equation
from .linear import linear_form
from .proportions import order, plain_ratios, preferences, proportion, quotient
from .scenes import Scene
from .subjects import subject_of
from .used import Used

_DEFINED = frozenset({"calculated", "defined", "computed", "determined", "given", "equal", "measured"})


def comparisons(scene: Scene, decisions: Decisions, used: Used) -> Iterator[Clause]:
    """Every statement of comparison in the sentence; numbers read are added to ``used``."""
    reach = 0
    _remember_definition(scene, decisions, used)
    yield from ranges(scene, decisions, used)
    used.passed = _spelled_out(scene)
    used.update(q.at for q in scene.quantities_in(0, used.passed))
    last_bound: tuple[tuple[int, float], ...] = ()
    found: list[Clause] = []
    for k, comparator in enumerate(scene.comparators):
        if comparator.first < used.passed or (
            k + 1 < len(scene.comparators) and announces(scene, comparator, scene.comparators[k + 1])
        ):
            continue
        first, last = scene.clause_of(comparator.first)
        following = scene.comparators[k + 1].first if k + 1 < len(scene.comparators) else last
        right = min(last, following) if not comparator.trailing else comparator.last
        read_up_to = used.spans[-1][1] if used.spans else 0
        left = max(first, reach, min(read_up_to, comparator.first))
        before = len(used)
        pending = k > 0 and not scene.mentions_in(left, comparator.first)
        used.reach = None
        extended = _extended(scene, found[-1], comparator, used) if found else None
        if extended is not None:
            found[-1] = extended
            reach = comparator.last
            continue
        for clause in _comparison(scene, decisions, comparator, left, right, used):
            if pending and isinstance(clause, Limit):
                clause = _elided(clause, last_bound)
            if isinstance(clause, Relation) and clause.kind == "bound":
                last_bound = clause.terms
            elif isinstance(clause, Limit) and len(clause.subject) == 1:
                last_bound = clause.subject
            found.append(clause)
        if len(used) > before:
            rest = [q.at for q in scene.quantities_in(comparator.last, right) if q.at not in used]
            inside = [m.last for m in scene.mentions_in(comparator.first, min([right, *rest]))]
            related = found[-1] if found and isinstance(found[-1], Relation) else None
            if used.reach is None and related is not None and related.kind in ("ratio", "order", "share"):
                used.reach = max([comparator.last, *_first_ends(scene, comparator.first, right, related)])
            end = max([comparator.last, *inside]) if used.reach is None else used.reach
            used.spans.append((comparator.first, end))
        reach = comparator.last
    yield from found
    yield from preferences(scene, used)
    yield from plain_ratios(scene, decisions, used)


def _comparison(
    scene: Scene, decisions: Decisions, comparator: Comparator, left: int, right: int, used: Used
) -> Iterator[Clause]:
    if comparator.trailing:
        numbers = [q for q in scene.quantities_in(left, comparator.first) if q.at not in used]
        if numbers:
            yield from numeric(scene, decisions, comparator, left, numbers[-1:], comparator.last, used)
        return
    numbers = [q for q in scene.quantities_in(comparator.last, right) if q.at not in used]
    weighed = equation(scene, comparator, left, right, numbers, used)
    if weighed:
        yield from weighed
        return
    lead = numbers[0] if numbers and numbers[0].at <= comparator.last + 2 else None
    if lead is not None and lead.value == 0 and comparator.direction == ">=":
        used.add(lead.at)
        used.reach = lead.end
        return
    if lead is None:
        yield from order(scene, comparator, left, right, used)
        return
    if lead.token.multiplier or lead.token.percent:
        relation = proportion(scene, decisions, comparator, left, right, lead, used)
        if relation is not None:
            used.add(lead.at)
            if relation.kind == "share":
                part = {entity for entity, _ in relation.terms}
                ends = [m.last for m in scene.mentions_in(lead.at, right) if m.entity in part]
                used.reach = max([lead.end, *ends[:1]])
            yield relation
            return
        if (
            lead.token.multiplier
            and not lead.token.fraction
            and not lead.token.percent
            and lead.measure.nouns == frozenset()
        ):
            yield from _occasions(scene, comparator, left, lead, used)
            return
    ratio = quotient(scene, comparator, left, numbers, used)
    if ratio is not None:
        yield ratio
        return
    lead_over = surplus(scene, comparator, left, numbers, used)
    if lead_over is not None:
        yield lead_over
        return
    listed = each_its_own(scene, decisions, comparator, left, numbers, used)
    if listed:
        yield from listed
        return
    yield from numeric(scene, decisions, comparator, left, numbers, right, used)


def _occasions(scene: Scene, comparator: Comparator, left: int, lead: Quantity, used: Used) -> Iterator[Relation]:
    """ "the van can't go more than six times": how often, not times something."""
    subject = subject_of(scene, left, comparator.first)
    after = scene.tokens[lead.at + 1].low if lead.at + 1 < len(scene.tokens) else "."
    if len(subject) == 1 and after not in ("the", "as", "that", "what", "of", "more", "a") and lead.value > 1:
        used.add(lead.at)
        place = scene.place(comparator.first, lead.at + 1)
        direction, strict = comparator.direction, comparator.strict
        yield Relation("bound", ((subject[0], 1.0),), direction, strict, lead.value, place)


def _spelled_out(scene: Scene) -> int:
    """Where a formula stands in brackets ("(i.e., x - 2y >= 30)"): the words before it say the same, less exactly."""
    lows = [token.low for token in scene.tokens]
    for i, low in enumerate(lows):
        if low == "(" and lows[i + 1 : i + 5] in (["i", ".", "e", "."], ["that", "is", ",", ""]):
            closed = next((k for k in range(i, len(lows)) if lows[k] == ")"), len(lows))
            formula = any(i < c.first < closed and lows[c.first] in "<>=" for c in scene.comparators)
            if formula and len([m for m in scene.mentions_in(i, closed) if m.entity is not None]) >= 2:
                return i
    return 0


def _first_ends(scene: Scene, first: int, last: int, relation: Relation) -> Iterator[int]:
    """Where the entities of a relation are named first behind its comparison."""
    seen: set[int] = set()
    entities = {entity for entity, _ in relation.terms}
    for mention in scene.mentions_in(first, last):
        if mention.entity in entities and mention.entity not in seen and mention.entity is not None:
            seen.add(mention.entity)
            yield mention.last


def _extended(scene: Scene, before: Clause, comparator: Comparator, used: Used) -> Relation | None:
    """ "X cannot exceed twice Y by more than 10": the second comparison only adds a constant to the first."""
    if not isinstance(before, Relation) or before.kind not in ("ratio", "order", "linear") or before.constant:
        return None
    numbers = scene.quantities_in(comparator.last, comparator.last + 2)
    if scene.tokens[comparator.first - 1].low != "by" or not numbers:
        return None
    used.add(numbers[0].at)
    return replace(before, constant=numbers[0].value, strict=False)


def _elided(limit: Limit, bound: tuple[tuple[int, float], ...]) -> Clause:
    """ "at least 6 lamps but at most 9": the noun of the first bound serves the second."""
    bare = not limit.measure.nouns and not limit.percent and not limit.subject and not limit.total
    if not (bare and bound):
        return limit
    return Relation("bound", bound, limit.direction, limit.strict, limit.value, limit.place)


def _remember_definition(scene: Scene, decisions: Decisions, used: Used) -> None:
    """ "The score is calculated as 5 times X plus 3 times Y.": kept for the sentence that limits it."""
    words = scene.words_in(0, len(scene.tokens))
    weighed = words & {"plus", "minus"} or any(q.token.multiplier for q in scene.quantities)
    if scene.comparators or not weighed or not words & _DEFINED:
        return
    form = linear_form(scene, decisions, 0, len(scene.tokens), explicit=True)
    if form is not None:
        used.definition = form
        used.update(form.numbers)
