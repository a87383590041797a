"""Clauses resolved into a linear model over the decisions: every limit finds the figures that it limits."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ..words.comparators import Direction
from ..words.measures import Measure
from ..words.morphology import stem
from .clauses import Goal, Limit, Place, Relation
from .columns import Column
from .entities import HYPERNYMS, mark_of
from .fits import CERTAIN, PLAUSIBLE, goal_fit, limit_fit
from .reading import Reading
from .targets import Target, target_of, used_columns

RowKind = Literal["resource", "average", "total", "bound", "ratio", "share", "linear", "order", "difference"]

#: Stems of words that speak of what the decisions cost, where the decisions are sums of money themselves.
_OUTLAYS = frozenset(stem(word) for word in ("cost", "expense", "expenditure", "expenses", "fee"))


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
class Model:
    """``merit``: how surely the objective was found, 4 at most; ``loss``: how unsurely limits found their figures.

    lead: points between this reading and the best one with another optimum; infinite where none comes near.
    """

    reading: Reading
    target: Target
    rows: tuple[Row, ...]
    unmatched: tuple[Place, ...]
    score: float
    doubts: tuple[str, ...]
    merit: float = 0.0
    loss: float = 0.0
    lead: float = math.inf


def resolve(reading: Reading) -> Model | None:
    """The model that the clauses amount to, or None without an objective."""
    if reading.goal is None:
        return None
    doubts: list[str] = []
    target, merit = target_of(reading, reading.goal, doubts)
    if target is None:
        return None
    rows: list[Row] = [_row(clause) for clause in reading.clauses if isinstance(clause, Relation)]
    limits = [_handed_out(clause, reading.goal) for clause in reading.clauses if isinstance(clause, Limit)]
    matched, unmatched, loss = _match(reading, limits, doubts)
    rows.extend(matched)
    if (made := _to_make(reading, target, rows)) is not None:
        rows.append(made)
        reading = replace(reading, unused=())
        doubts.append(f"read {made.constant:g} as what is needed in all")
    score = (
        0.5 * min(reading.decisions.promise, 5.0)
        + merit
        - loss
        + _economy(reading, target, rows)
        - 1.5 * len(reading.unused)
    )
    return Model(reading, target, tuple(_distinct(rows)), tuple(unmatched), score, tuple(doubts), merit, loss)


def _to_make(reading: Reading, target: Target, rows: Sequence[Row]) -> Row | None:
    """ "The plant makes 200 tons a week": the only figure left over, in the unit of what is decided, where little of
    the objective is wanted and nothing would be done otherwise."""
    if target.goal.sense != "minimize" or any(row.direction != "<=" for row in rows) or len(reading.unused) != 1:
        return None
    found = [(q, view) for view in reading.scenes for q in view.quantities if q.token is reading.unused[0]]
    if not found or found[0][0].measure.dimension not in reading.units - {"money", "time"}:
        return None
    (left, view), everything = found[0], tuple((entity, 1.0) for entity in range(len(reading.decisions)))
    return Row("total", everything, ">=", left.value, False, view.place(left.at, left.end), left.measure)


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
            (limit_fit(limit, column, shares, kinds), i, k)
            for i, limit in enumerate(limits)
            for k, column in enumerate(reading.columns)
            if not _counts_decisions_themselves(reading, limit, column)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    chosen: dict[int, tuple[int, float]] = {}
    for fit, i, k in pairs:
        if i in chosen or fit < PLAUSIBLE or not _wanted(limits[i], fit):
            continue
        if (k, limits[i].direction) in taken and fit < CERTAIN + 3:
            continue
        chosen[i] = (k, fit)
        taken.add((k, limits[i].direction))
    spare = _spare(reading, limits, chosen)
    for i, limit in enumerate(limits):
        if i in chosen:
            k, fit = chosen[i]
            rows.append(_resource(reading, limit, k))
            rows.extend(_resource(reading, limit, other) for other in _companions(reading, limit, k))
            loss += 0.0 if fit >= CERTAIN else 0.4
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
        fits = sorted(((goal_fit(goal, column, size), -k) for k, column in enumerate(reading.columns)), reverse=True)
        taken |= {-k for fit, k in fits[:1] if fit >= PLAUSIBLE and not goal.counted}
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
    return fit >= (PLAUSIBLE if limit.measure.dimension else CERTAIN)


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
