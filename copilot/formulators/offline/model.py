"""Clauses resolved into a linear model over the decisions: every limit finds the figures that it limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from .clauses import Goal, Limit, Place, Relation
from .columns import Column
from .comparators import Direction
from .entities import HYPERNYMS, mark_of
from .measures import Measure, label, likeness
from .morphology import stem
from .reading import Reading

RowKind = Literal["resource", "average", "total", "bound", "ratio", "share", "linear", "order"]

#: Stems of words that speak of what the decisions cost, where the decisions are sums of money themselves.
_OUTLAYS = frozenset(stem(word) for word in ("cost", "expense", "expenditure", "expenses", "fee"))
_CERTAIN = 3.0
_PLAUSIBLE = 0.9


@dataclass(frozen=True, slots=True)
class Row:
    """``sum(factor * entity) direction constant``; ``column`` when the factors are those of a column."""

    kind: RowKind
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    strict: bool
    place: Place
    measure: Measure = field(default_factory=Measure)
    column: int | None = None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """The objective: columns with their signs, or plain factors for each entity; ``over`` is its denominator."""

    goal: Goal
    parts: tuple[tuple[float, int], ...] = ()
    terms: tuple[tuple[int, float], ...] = ()
    over: Target | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """``merit``: how surely the objective was found, 4 at most; ``loss``: how unsurely limits found their figures."""

    reading: Reading
    target: Target
    rows: tuple[Row, ...]
    unmatched: tuple[Place, ...]
    score: float
    doubts: tuple[str, ...]
    merit: float = 0.0
    loss: float = 0.0


def resolve(reading: Reading) -> Model | None:
    """The model that the clauses amount to, or None without an objective."""
    if reading.goal is None:
        return None
    doubts: list[str] = []
    target, merit = _target(reading, reading.goal, doubts)
    if target is None:
        return None
    rows: list[Row] = [_row(clause) for clause in reading.clauses if isinstance(clause, Relation)]
    limits = [_handed_out(clause, reading.goal) for clause in reading.clauses if isinstance(clause, Limit)]
    matched, unmatched, loss = _match(reading, limits, doubts)
    rows.extend(matched)
    score = (
        0.5 * min(reading.decisions.promise, 5.0)
        + merit
        - loss
        + _economy(reading, target, rows)
        - 1.5 * len(reading.unused)
    )
    return Model(reading, target, tuple(_distinct(rows)), tuple(unmatched), score, tuple(doubts), merit, loss)


def _handed_out(limit: Limit, goal: Goal) -> Limit:
    """What is shared out is shared out in full where little of the objective is wanted: else nothing would be done."""
    return replace(limit, direction="==") if limit.allotted and goal.sense == "minimize" else limit


def _row(relation: Relation) -> Row:
    return Row(
        relation.kind, relation.terms, relation.direction, relation.constant, relation.strict, relation.place,
        share=relation.share,
    )  # fmt: skip


def _distinct(rows: Sequence[Row]) -> Iterator[Row]:
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        key = (row.terms, row.direction, row.constant, row.share, row.strict)
        if key not in seen:
            seen.add(key)
            yield row


def used_columns(target: Target) -> set[int]:
    below = set() if target.over is None else {k for _, k in target.over.parts}
    return {k for _, k in target.parts} | below


def _economy(reading: Reading, target: Target, rows: Sequence[Row]) -> float:
    """Merit of the reading: full columns that serve a purpose, each entity decided by something."""
    size = len(reading.decisions)
    serving = {row.column for row in rows if row.column is not None} | used_columns(target)
    merit = 0.0
    for k, column in enumerate(reading.columns):
        missing = size - len(column.values)
        merit += len(column.values) if k in serving else -1.0 * len(column.values)
        merit -= 0.8 * missing
    merit += sum(1.0 for row in rows if row.column is None)
    touched = {entity for row in rows for entity, _ in row.terms}
    touched |= {entity for k in used_columns(target) for entity in reading.columns[k].values}
    return merit - 1.5 * (size - len(touched))


# --- limits ------------------------------------------------------------------------------------------------------


def _match(reading: Reading, limits: Sequence[Limit], doubts: list[str]) -> tuple[list[Row], list[Place], float]:
    rows: list[Row] = []
    unmatched: list[Place] = []
    loss = 0.0
    taken: set[tuple[int, Direction]] = set()
    shares = Counter(noun for column in reading.columns for noun in column.measure.nouns)
    kinds = Counter(column.measure.dimension for column in reading.columns)
    pairs = sorted(
        (
            (_fit(limit, column, shares, kinds), i, k)
            for i, limit in enumerate(limits)
            for k, column in enumerate(reading.columns)
            if not _counts_decisions_themselves(reading, limit, column)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    chosen: dict[int, tuple[int, float]] = {}
    for fit, i, k in pairs:
        if i in chosen or fit < _PLAUSIBLE or not _wanted(limits[i], fit):
            continue
        if (k, limits[i].direction) in taken and fit < _CERTAIN + 3:
            continue
        chosen[i] = (k, fit)
        taken.add((k, limits[i].direction))
    spare = _spare(reading, limits, chosen)
    for i, limit in enumerate(limits):
        if i in chosen:
            k, fit = chosen[i]
            rows.append(_resource(reading, limit, k))
            rows.extend(_resource(reading, limit, other) for other in _companions(reading, limit, k))
            loss += 0.0 if fit >= _CERTAIN else 0.4
        elif i in spare:
            rows.append(_resource(reading, limit, spare[i]))
            loss += 0.9
        elif limit.subject:
            rows.append(_plain(limit, limit.subject))
        elif _sums_up(reading, limit):
            everything = tuple((entity, 1.0) for entity in range(len(reading.decisions)))
            rows.append(_plain(limit, everything))
            loss += 0.8
        elif _plain_count(reading, limit):
            doubts.append(f"read the limit of {limit.value:g} as one on all decisions together")
            rows.append(_plain(limit, tuple((entity, 1.0) for entity in range(len(reading.decisions)))))
            loss += 1.6
        else:
            unmatched.append(limit.place)
            loss += 2.0
    return rows, unmatched, loss


def _spare(reading: Reading, limits: Sequence[Limit], chosen: Mapping[int, tuple[int, float]]) -> dict[int, int]:
    """The one limit without figures and the one column without a purpose belong together, if nothing speaks against.

    "A van takes 8 guests ... 400 people must be moved": the words differ, the sense does not.
    """
    goal = reading.goal
    taken = {k for k, _ in chosen.values()}
    size = len(reading.decisions)
    if goal is not None:
        fits = sorted(((_goal_fit(goal, column, size), -k) for k, column in enumerate(reading.columns)), reverse=True)
        taken |= {-k for fit, k in fits[:1] if fit >= _PLAUSIBLE and not goal.counted}
    idle = [
        k for k, column in enumerate(reading.columns)
        if k not in taken and len(column.values) == size and not column.percent
    ]  # fmt: skip
    open_limits = [
        i for i, limit in enumerate(limits)
        if i not in chosen and not (limit.percent or limit.named or limit.shared or limit.allotted)
        and len(limit.subject) in (0, size) and not _speaks_of_decisions(reading, limit)
    ]  # fmt: skip
    if len(idle) != 1 or len(open_limits) != 1:
        return {}
    limit, column = limits[open_limits[0]], reading.columns[idle[0]]
    return {open_limits[0]: idle[0]} if limit.measure.dimension == column.measure.dimension else {}


def _plain_count(reading: Reading, limit: Limit) -> bool:
    """Whether a ceiling counts things that no figure of the text counts: places for people, jobs, orders."""
    counted = {noun for column in reading.columns for noun in column.measure.nouns}
    plain = not (limit.measure.dimension or limit.percent or limit.measure.nouns & counted)
    return plain and limit.direction == "<=" and bool(limit.measure.words)


def _speaks_of_decisions(reading: Reading, limit: Limit) -> bool:
    marks = {mark for entity in reading.decisions.entities for mark in entity.marks}
    own = reading.decisions.category | marks | HYPERNYMS
    named = {mark_of(word) for word in limit.measure.words.split()}
    return bool(named & own) or (limit.measure.dimension != "" and limit.measure.dimension in reading.units)


def _companions(reading: Reading, limit: Limit, k: int) -> list[int]:
    """ "each machine has 350 minutes": the other columns that the limit holds for, column by column."""
    if not limit.each or limit.subject:
        return []
    dimension = reading.columns[k].measure.dimension
    if dimension in ("", "money"):
        return []
    alike = (other for other, column in enumerate(reading.columns) if column.measure.dimension == dimension)
    return [other for other in alike if other != k and not reading.columns[other].percent]


def _counts_decisions_themselves(reading: Reading, limit: Limit, column: Column) -> bool:
    """Whether the limit is in the unit of the decisions (dollars invested, hours worked) and not in the column's."""
    dimension = limit.measure.dimension
    if dimension not in reading.units:
        return False
    if dimension == "money":
        return not limit.measure.context & _OUTLAYS
    return column.measure.dimension != dimension and not limit.measure.nouns & column.measure.nouns


def _wanted(limit: Limit, fit: float) -> bool:
    """Entities that the sentence names outweigh a column that only seems alike."""
    if limit.shared:
        return False
    if not limit.subject:
        return True
    if limit.named:
        return fit >= 4.5
    return fit >= (_PLAUSIBLE if limit.measure.dimension else _CERTAIN)


def _fit(limit: Limit, column: Column, shares: Counter[str], kinds: Counter[str]) -> float:
    if column.percent != limit.percent and (limit.percent or (column.percent and limit.measure.dimension == "money")):
        return -1.0
    fit = likeness(column.measure, limit.measure, shares)
    dimension = limit.measure.dimension
    if not dimension and column.measure.dimension and not limit.measure.nouns & column.measure.nouns:
        return -1.0
    if dimension and dimension == column.measure.dimension and kinds[dimension] == 1:
        fit += 1.5
    if column.measure.dimension == "money" and limit.measure.dimension == "money":
        spending = limit.direction == "<=" and limit.measure.family in ("cost", "")
        if spending and column.measure.family == "profit":
            fit -= 3.0
        if spending and column.measure.family == "revenue" and kinds["money"] == 1:
            fit += 1.5
        if spending and column.measure.family in ("cost", ""):
            fit += 1.0
    return fit + 0.05 * len(column.values)


def _resource(reading: Reading, limit: Limit, k: int) -> Row:
    column = reading.columns[k]
    factor = 1.0
    if limit.measure.dimension and limit.measure.dimension == column.measure.dimension:
        factor = limit.measure.size / column.measure.size
    only = {entity for entity, _ in limit.subject}
    whole = len(only) in (0, len(reading.decisions))
    terms = tuple((e, v) for e, v in sorted(column.values.items()) if whole or e in only)
    if not terms or (not whole and len(only) > 1 and len(terms) < len(only)):
        return _plain(limit, limit.subject)
    if limit.percent and column.percent and whole:
        return Row(
            "average", terms, limit.direction, 0.0, limit.strict, limit.place, limit.measure,
            column=k, share=limit.value,
        )  # fmt: skip
    if whole and _is_average(reading, limit, column):
        return Row(
            "average", terms, limit.direction, 0.0, limit.strict, limit.place, limit.measure,
            column=k, share=limit.value,
        )  # fmt: skip
    return Row(
        "resource", terms, limit.direction, limit.value * factor, limit.strict, limit.place, limit.measure,
        column=k if whole else None,
    )  # fmt: skip


def _is_average(reading: Reading, limit: Limit, column: Column) -> bool:
    """A limit between the least and the largest figure of a column, in a text about mixing: an average is limited."""
    if len(column.values) < len(reading.decisions) or not limit.value:
        return False
    mixing = any(
        scene.words_in(0, len(scene.tokens)) & {"mix", "mixture", "blend", "blending", "average", "alloy", "rating"}
        for scene in reading.scenes
    )
    value = limit.value
    if limit.measure.dimension and limit.measure.dimension == column.measure.dimension:
        value *= limit.measure.size / column.measure.size
    return mixing and min(column.values.values()) < value < max(column.values.values())


def _plain(limit: Limit, subject: tuple[tuple[int, float], ...]) -> Row:
    kind: RowKind = "bound" if len(subject) == 1 else "total"
    return Row(kind, subject, limit.direction, limit.value, limit.strict, limit.place, limit.measure)


def _sums_up(reading: Reading, limit: Limit) -> bool:
    """Whether a limit without figures of its own may speak of the decisions themselves (acres, money, pieces)."""
    measure = limit.measure
    if limit.percent:
        return False
    if limit.total or measure.words in ("units", "unit"):
        return True
    marks = {mark for entity in reading.decisions.entities for mark in entity.marks}
    heads = frozenset(stem(word) for word in reading.decisions.category | marks)
    if measure.nouns & heads or (not measure.nouns and measure.dimension == ""):
        return True
    if measure.dimension == "money":
        return "money" in reading.units or not any(
            c.measure.dimension == "money" and c.measure.family == "cost" and not c.percent for c in reading.columns
        )
    wholes = {stem(word) for word in HYPERNYMS}
    if measure.nouns & wholes and not any(measure.nouns & c.measure.nouns for c in reading.columns):
        return True
    same = [c for c in reading.columns if c.measure.dimension == measure.dimension]
    return bool(measure.dimension) and not same and measure.dimension in reading.units


# --- the objective -----------------------------------------------------------------------------------------------


def _target(reading: Reading, goal: Goal, doubts: list[str]) -> tuple[Target | None, float]:
    target, merit = _single_target(reading, goal, doubts)
    if goal.over is None or target is None:
        return target, merit
    below = _denominator(reading, goal.over)
    if below is None or (below.parts == target.parts and below.terms == target.terms):
        doubts.append(f'could not read what "{goal.words}" is divided by')
        return target, merit - 2.0
    return replace(target, over=below), merit + 1.0


def _denominator(reading: Reading, goal: Goal) -> Target | None:
    """A column that is clearly meant, or the sum of the decisions where they themselves are named."""
    size = len(reading.decisions)
    fits = sorted(((_goal_fit(goal, column, size), -k) for k, column in enumerate(reading.columns)), reverse=True)
    marks = {stem(word) for word in reading.decisions.category}
    if goal.everything or goal.measure.nouns & marks:
        return Target(goal, terms=tuple((entity, 1.0) for entity in range(size)))
    if fits and fits[0][0] >= _PLAUSIBLE:
        return Target(goal, parts=((1.0, -fits[0][1]),))
    same = [
        k for k, column in enumerate(reading.columns)
        if goal.measure.dimension and column.measure.dimension == goal.measure.dimension
    ]  # fmt: skip
    return Target(goal, parts=((1.0, same[0]),)) if same else None


def _single_target(reading: Reading, goal: Goal, doubts: list[str]) -> tuple[Target | None, float]:
    size = len(reading.decisions)
    table = reading.columns
    words = set(goal.words.split())
    everything = tuple((entity, 1.0) for entity in range(size))
    counting = bool(words & {"number", "amount", "total", "quantity", "many"})
    fits = [(_goal_fit(goal, column, size), k) for k, column in enumerate(table)]
    if goal.measure.dimension == "time" and any(table[k].measure.dimension == "time" for _, k in fits):
        fits = [(fit + 1.0, k) for fit, k in fits if table[k].measure.dimension == "time"]
    fits.sort(key=lambda pair: (-pair[0], pair[1]))
    if goal.measure.family == "profit":
        made = _profit(reading, goal, fits)
        if made is not None:
            return made
    if _counts_decisions(goal):
        terms = everything if goal.everything else tuple((entity, 1.0) for entity in goal.subject)
        return Target(goal, terms=terms), 3.5
    if fits and fits[0][0] >= _CERTAIN:
        return Target(goal, parts=((1.0, fits[0][1]),)), 4.0 if len(table[fits[0][1]].values) == size else 1.0
    if goal.measure.dimension == "money" or goal.measure.dimension == "time":
        alike = [k for fit, k in fits if fit >= _PLAUSIBLE]
        if alike:
            return Target(goal, parts=((1.0, alike[0]),)), 3.0 if len(table[alike[0]].values) == size else 0.5
    if goal.measure.dimension == "time":
        return Target(goal, terms=everything), 2.0
    if len(goal.subject) == 1 and counting:
        return Target(goal, terms=((goal.subject[0], 1.0),)), 2.5
    if goal.everything or len(goal.subject) >= 2:
        return Target(goal, terms=everything if goal.everything else tuple((e, 1.0) for e in goal.subject)), 3.0
    if fits and fits[0][0] >= _PLAUSIBLE:
        return Target(goal, parts=((1.0, fits[0][1]),)), 2.0
    money = [k for _, k in fits if table[k].measure.dimension == "money"]
    if goal.measure.dimension == "money" and money:
        return Target(goal, parts=((1.0, money[0]),)), 1.5
    if goal.measure.dimension == "money" and "money" not in reading.units:
        return None, 0.0
    lone = _lone_column(reading)
    if lone is not None and not goal.measure.dimension:
        doubts.append(f'read "{goal.words}" as the sum of "{label(table[lone].measure)}"')
        return Target(goal, parts=((1.0, lone),)), 0.8
    if counting or goal.strength >= 4:
        doubts.append(f'read "{goal.words}" as the sum of all decisions')
        return Target(goal, terms=everything), 1.0
    return None, 0.0


def _lone_column(reading: Reading) -> int | None:
    """The one full column that no limit of the text speaks of."""
    shares = Counter(noun for column in reading.columns for noun in column.measure.nouns)
    kinds = Counter(column.measure.dimension for column in reading.columns)
    limits = [clause for clause in reading.clauses if isinstance(clause, Limit)]
    free = [
        k for k, column in enumerate(reading.columns)
        if len(column.values) == len(reading.decisions) and not column.percent and column.measure.dimension != "money"
        and all(_fit(limit, column, shares, kinds) < _PLAUSIBLE for limit in limits)
    ]  # fmt: skip
    return free[0] if len(free) == 1 else None


def _counts_decisions(goal: Goal) -> bool:
    """ "the total number of machines": nothing but the decisions is counted."""
    return goal.counted


def _profit(reading: Reading, goal: Goal, fits: Sequence[tuple[float, int]]) -> tuple[Target, float] | None:
    """Profit as given, or revenue less cost."""
    table = reading.columns
    size = len(reading.decisions)
    families = {
        name: [
            k
            for _, k in fits
            if table[k].measure.family == name and len(table[k].values) == size and not table[k].percent
        ]
        for name in ("profit", "revenue", "cost")
    }
    if families["profit"]:
        return Target(goal, parts=((1.0, families["profit"][0]),)), 4.0
    if families["revenue"] and families["cost"]:
        return Target(goal, parts=((1.0, families["revenue"][0]), (-1.0, families["cost"][0]))), 3.5
    return None


def _goal_fit(goal: Goal, column: Column, size: int) -> float:
    if column.percent and goal.measure.dimension == "money":
        return 4.0 if column.measure.family in ("profit", "revenue") or len(column.values) == size else 1.0
    if column.measure.dimension == "money" and not goal.measure.dimension and goal.measure.nouns & column.measure.nouns:
        return 3.5
    return likeness(goal.measure, column.measure) + (0.3 if len(column.values) == size else -1.0)
