"""The objective resolved: which columns, or which plain sum of decisions, the goal of the text means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..words.measures import label
from ..words.morphology import stem
from .clauses import Goal, Limit
from .fits import CERTAIN, PLAUSIBLE, goal_fit, limit_fit
from .reading import Reading

#: Stems of what figures count, and nobody decides how much of.
_COUNTED = frozenset(
    stem(word) for word in ("person", "people", "customer", "point", "score", "calorie", "vote", "view")
)


@dataclass(frozen=True, slots=True)
class Target:
    """The objective: columns with their signs, or plain factors for each entity; ``over`` is its denominator."""

    goal: Goal
    parts: tuple[tuple[float, int], ...] = ()
    terms: tuple[tuple[int, float], ...] = ()
    over: Target | None = None


def used_columns(target: Target) -> set[int]:
    below = set() if target.over is None else {k for _, k in target.over.parts}
    return {k for _, k in target.parts} | below


def target_of(reading: Reading, goal: Goal, doubts: list[str]) -> tuple[Target | None, float]:
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
    fits = sorted(((goal_fit(goal, column, size), -k) for k, column in enumerate(reading.columns)), reverse=True)
    marks = {stem(word) for word in reading.decisions.category}
    if goal.everything or goal.measure.nouns & marks:
        return Target(goal, terms=tuple((entity, 1.0) for entity in range(size)))
    if fits and fits[0][0] >= PLAUSIBLE:
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
    fits = [(goal_fit(goal, column, size), k) for k, column in enumerate(table)]
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
    if fits and fits[0][0] >= CERTAIN:
        return Target(goal, parts=((1.0, fits[0][1]),)), 4.0 if len(table[fits[0][1]].values) == size else 1.0
    if goal.measure.dimension == "money" or goal.measure.dimension == "time":
        alike = [k for fit, k in fits if fit >= PLAUSIBLE]
        if alike:
            return Target(goal, parts=((1.0, alike[0]),)), 3.0 if len(table[alike[0]].values) == size else 0.5
    if goal.measure.dimension == "time":
        return Target(goal, terms=everything), 2.0
    if len(goal.subject) == 1 and counting:
        return Target(goal, terms=((goal.subject[0], 1.0),)), 2.5
    if goal.everything or len(goal.subject) >= 2:
        return Target(goal, terms=everything if goal.everything else tuple((e, 1.0) for e in goal.subject)), 3.0
    if fits and fits[0][0] >= PLAUSIBLE:
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
    named = bool(goal.measure.nouns - _COUNTED) and not goal.measure.dimension and not _free_columns(reading)
    if counting or goal.strength >= 4 or named:
        doubts.append(f'read "{goal.words}" as the sum of all decisions')
        return Target(goal, terms=everything), 1.0 if counting or goal.strength >= 4 else 0.0
    return None, 0.0


def _lone_column(reading: Reading) -> int | None:
    """The one full column that no limit of the text speaks of; prices are none."""
    free = [k for k in _free_columns(reading) if reading.columns[k].measure.dimension != "money"]
    return free[0] if len(free) == 1 else None


def _free_columns(reading: Reading) -> list[int]:
    """The full columns that no limit of the text speaks of."""
    shares = Counter(noun for column in reading.columns for noun in column.measure.nouns)
    kinds = Counter(column.measure.dimension for column in reading.columns)
    limits = [clause for clause in reading.clauses if isinstance(clause, Limit)]
    return [
        k for k, column in enumerate(reading.columns)
        if len(column.values) == len(reading.decisions) and not column.percent
        and all(limit_fit(limit, column, shares, kinds) < PLAUSIBLE for limit in limits)
    ]  # fmt: skip


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
