"""All facts of a text put together: which measures are limited, which one is wanted, judged as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog

from ..comparators import Direction
from ..measures import Measure, likeness
from ..morphology import stem
from .aims import Aim
from .facts import PERCENT, Limit
from .owners import Owners
from .relations import Relation
from .rows import Row

_NEVER = -50.0
_UNMATCHED = -2.5
#: A fit above this says no more.
_CERTAIN = 3.0
_TRIED = 5
#: The wish's own sense as evidence for the direction of a limit that does not say it.
_PRIOR = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """``sum(factor * owner) direction constant`` of the program, from a limit or a relation."""

    kind: str
    terms: tuple[tuple[int, float], ...]
    direction: Direction
    constant: float
    strict: bool
    start: int
    end: int
    row: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Objective:
    """The sum of ``sign * row``; without parts the number of all owners."""

    parts: tuple[tuple[float, int], ...]
    merit: float


@dataclass(frozen=True, slots=True)
class Schema:
    """A reading of the whole text. ``score`` ranks it; ``unmatched``, ``idle``, ``partial``, ``doubtful``, ``guessed``
    and ``alike`` (no figure tells the owners apart) speak against it.
    """

    owners: Owners
    rows: tuple[Row, ...]
    objective: Objective
    lines: tuple[Line, ...]
    aim: Aim
    score: float
    unmatched: tuple[Limit, ...]
    idle: int
    partial: int
    doubtful: int
    unused: int
    guessed: int
    standing: str = "unjudged"
    units: frozenset[str] = frozenset()
    value: float = math.nan
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the whole text: whose problem, what is wanted, in which dimensions the owners are counted.

    ``unused`` figures are in no fact; ``mixing``: the owners are mixed into one thing.
    """

    owners: Owners
    aim: Aim
    units: frozenset[str]
    unused: int
    mixing: bool


def schema(
    setting: Setting, rows: Sequence[Row], limits: Sequence[Limit], relations: Sequence[Relation]
) -> Schema | None:
    """The best way to join rows, limits and the wish, or None where nothing can be wanted."""
    owners, aim = setting.owners, setting.aim
    kept = tuple(row for row in rows if not (row.soft and len(row.values) < len(owners)))
    best: Schema | None = None
    options = sorted(_objectives(kept, aim, owners), key=lambda option: -option.merit)
    for option in options[:_TRIED]:
        found = _joined(setting, kept, limits, relations, option)
        if best is None or found.score > best.score:
            best = found
    return best


# --- the objective ----------------------------------------------------------------------------------------------


def _objectives(rows: Sequence[Row], aim: Aim, owners: Owners) -> Iterator[Objective]:
    size = len(owners)
    foreign = (
        bool(aim.nouns)
        and not aim.family
        and not any(aim.nouns & (row.measure.nouns | row.measure.context) for row in rows)
    )
    elsewhere = [1.5 if foreign and row.measure.dimension != "money" else 0.0 for row in rows]
    merits = [elsewhere[k] + _wanted(row, aim) - 1.5 * (size - len(row.values)) for k, row in enumerate(rows)]
    earning = [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == "revenue"]
    earning += [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == ""]
    paying = [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == "cost"]
    if aim.family == "profit" and any(len(rows[p].values) == size for p in paying):
        merits = [m - 1.0 * (k in earning and rows[k].measure.family != "profit") for k, m in enumerate(merits)]
    if aim.sense == "maximize" and aim.family in ("profit", ""):
        for e in earning:
            if paying and len(rows[e].values) == size:
                full = [p for p in paying if len(rows[p].values) == size]
                for p in full:
                    yield Objective(((1.0, e), (-1.0, p)), 4.25 if rows[e].measure.family else 3.0)
                if len(full) > 1:
                    yield Objective(((1.0, e), *((-1.0, p) for p in full)), 4.5)
    if aim.sense == "minimize" and aim.family == "cost" and len(paying) > 1:
        yield Objective(tuple((1.0, p) for p in paying if len(rows[p].values) == size), 3.6)
    for k, merit in enumerate(merits):
        yield Objective(((1.0, k),), merit)
    own = {stem(w) for owner in owners.items for w in owner.words} | {stem(w) for w in owners.category}
    general = {"unit", "item", "vehicl", "trip", "work", "staff", "person", "machin", "crew", "product", "piec"}
    if not aim.family:
        named = bool(aim.nouns & own)
        if aim.dimension == "time" and all(row.measure.dimension != "time" for row in rows):
            yield Objective((), 2.0)
        yield Objective((), 3.5 if named else 2.0 if aim.nouns & general else 0.5 if aim.counted else -1.0)


def _wanted(row: Row, aim: Aim) -> float:
    measure = row.measure
    merit = 0.0
    money = measure.dimension == "money"
    if aim.family:
        if money or measure.dimension == PERCENT:
            merit += _money_fit(aim, measure.family)
            merit -= 0.0 if money else 1.0
        else:
            merit -= 0.0 if not (measure.dimension or measure.nouns) else 2.0
    elif money and not aim.nouns:
        merit += {"profit": 3.0, "revenue": 2.5, "": 1.5, "cost": -1.0}[measure.family]
        if aim.sense == "minimize":
            merit = 3.0 if measure.family == "cost" else 1.0
    if aim.dimension and aim.dimension == measure.dimension != "money":
        merit += 1.5
    merit += 3.5 * min(1, len(aim.nouns & measure.nouns)) + 2.0 * min(1, len(aim.nouns & measure.context))
    return merit


def _money_fit(aim: Aim, family: str) -> float:
    if aim.family == "cost":
        return {"cost": 4.0, "": 3.0, "revenue": 0.5, "profit": -3.0}[family]
    if aim.family == "profit":
        return {"profit": 4.0, "revenue": 3.0, "": 2.5, "cost": -2.0}[family]
    return {"revenue": 4.0, "profit": 3.0, "": 2.5, "cost": -2.0}[family]


# --- limits -----------------------------------------------------------------------------------------------------


def _joined(
    setting: Setting, rows: Sequence[Row], limits: Sequence[Limit], relations: Sequence[Relation], objective: Objective
) -> Schema:
    owners, aim, units = setting.owners, setting.aim, setting.units
    wanted = {k for _, k in objective.parts}
    praised = {k for sign, k in objective.parts if sign > 0}
    shared: dict[str, int] = {}
    for row in rows:
        for noun in row.measure.nouns:
            shared[noun] = shared.get(noun, 0) + 1
    width = len(rows)
    fits = np.full((len(limits), 2 * width + len(limits)), _NEVER)
    places: dict[tuple[int, int], str] = {}
    for i, limit in enumerate(limits):
        down = _direction(limit, aim, row=True) == "<="
        for k, row in enumerate(rows):
            fit = _fit(limit, row, rows, shared, units, wanted=k in praised, upward=aim.sense == "maximize")
            cover = 1.0 if k not in wanted else -0.75 if k in praised else 0.0
            fits[i, 2 * k + down] = min(fit, _CERTAIN) + cover if fit > -2.0 else _NEVER
        own, kind = _alone(limit, owners, rows, objective, units)
        floor = 0.0 if limit.figure.soft else _UNMATCHED
        if limit.figure.soft and limit.direction is None and not (limit.counted and limit.lean > 1):
            own = floor - 1.0
        fits[i, 2 * width + i] = max(own, floor)
        places[i, 0] = kind if own >= floor else "unmatched"
    chosen = _assigned(fits)
    lines: list[Line] = [_related(relation) for relation in relations]
    unmatched: list[Limit] = []
    score, guessed, doubtful = objective.merit + 1.0 * len(relations), 0, 0
    score += 0.75 * sum(relation.figures for relation in relations)
    limited: set[int] = set()
    for i, limit in enumerate(limits):
        column = chosen[i]
        score += float(fits[i, column])
        if column < 2 * width:
            k = column // 2
            limited.add(k)
            direction = _direction(limit, aim, row=True)
            guessed += limit.direction is None and abs(limit.lean) < 2
            doubtful += float(fits[i, column]) < 2.0
            lines.append(_resource(limit, rows[k], k, direction, owners, rows))
        elif places[i, 0] == "unmatched":
            unmatched.extend([] if limit.figure.soft else [limit])
        else:
            doubtful += float(fits[i, column]) < 1.0
            units = units | ({limit.measure.dimension} - {""})
            lines.extend(_own(limit, owners, aim, places[i, 0], setting.mixing))
    idle = [k for k in range(width) if k not in limited | wanted and not rows[k].soft]
    partial = sum(len(owners) - len(rows[k].values) for k in limited | wanted)
    score += sum(0.75 * len(rows[k].values) for k in limited | wanted)
    alike = bool(limited | wanted) and all(len(set(rows[k].values.values())) < 2 for k in limited | wanted)
    score -= 8.0 * alike
    totals = [line.direction for line in lines if line.kind == "total" and len(line.terms) == len(owners)]
    score -= 2.5 * (len(totals) - len(set(totals)))
    score -= sum(1.0 * len(rows[k].values) + 0.5 for k in idle) + 1.0 * partial + 1.5 * setting.unused
    touched = {e for line in lines for e, _ in line.terms} | {e for k in wanted for e in rows[k].values}
    score -= 2.0 * (len(owners) - len(touched))
    score += 0.3 * len(owners)
    return Schema(
        owners, tuple(rows), objective, tuple(_distinct(lines)), aim, score, tuple(unmatched),
        sum(len(rows[k].values) for k in idle), partial, doubtful, setting.unused, guessed, units=units,
        alike=alike,
    )  # fmt: skip


def _assigned(fits: np.ndarray) -> dict[int, int]:
    """For each limit its column, so that the sum of fits is largest and no column is taken twice."""
    if not fits.size:
        return {}
    lines, columns = linear_sum_assignment(fits, maximize=True)
    return {int(i): int(column) for i, column in zip(lines, columns, strict=True)}


def _distinct(lines: Sequence[Line]) -> Iterator[Line]:
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        key = (line.terms, line.direction, line.constant)
        if key not in seen:
            seen.add(key)
            yield line


def _direction(limit: Limit, aim: Aim, *, row: bool) -> Direction:
    """The direction told, or what the words and the wish make likely: who pays must reach, who earns may use up."""
    if limit.direction is not None:
        return limit.direction
    prior = _PRIOR if aim.sense == "minimize" else -_PRIOR
    return ">=" if limit.lean + (prior if row else 0.25 * prior) > 0 else "<="


def _fit(
    limit: Limit,
    row: Row,
    rows: Sequence[Row],
    shared: Mapping[str, int],
    units: frozenset[str],
    *,
    wanted: bool,
    upward: bool,
) -> float:
    a, b = limit.measure, row.measure
    if limit.counted or (limit.figure.relative and not limit.figure.token.percent):
        return _NEVER
    if a.dimension == PERCENT and b.dimension != PERCENT:
        return _NEVER
    mixed = b.dimension == PERCENT and a.dimension != PERCENT
    if mixed:
        if not a.nouns & b.nouns:
            return _NEVER
        return 3.0
    if a.dimension and b.dimension and a.dimension != b.dimension:
        return _NEVER
    if a.dimension != b.dimension and not a.nouns & (b.nouns | b.context) and (a.nouns or b.dimension == "money"):
        return _NEVER
    fit = likeness(a, b, shared)
    same = [other for other in rows if other.measure.dimension == a.dimension]
    if a.dimension and a.dimension == b.dimension:
        fit += 1.5 if len(same) == 1 else 0.0
        if a.dimension in units and limit.whole and not a.nouns & b.nouns:
            fit -= 2.0
    if not a.dimension and not b.dimension and not a.nouns & (b.nouns | b.context):
        fit -= 0.5 if not (b.nouns or a.nouns) else 0.25
    if a.dimension == "money" and b.family in ("profit", "revenue") and not (a.nouns & b.nouns or wanted):
        fit -= 2.0
    if a.dimension == "money" and b.family == "cost":
        fit += 1.0
    if limit.owners:
        fit -= 1.5
    if wanted and (limit.direction or ("<=" if limit.lean < 0 else "")) == ("<=" if upward else ">="):
        fit -= 3.0
    vague = abs(limit.lean) < 2 and limit.direction is None and not limit.fresh
    if vague and any(line == limit.line for line, _ in row.figures):
        fit -= 3.0
    if a.dimension != PERCENT and limit.value * (a.size / b.size if a.dimension else 1.0) < max(row.values.values()):
        fit -= 2.5
    if limit.whole and not a.dimension:
        fit -= 1.0
    return fit


def _alone(
    limit: Limit, owners: Owners, rows: Sequence[Row], objective: Objective, units: frozenset[str]
) -> tuple[float, str]:
    """How well the limit stands on the owners themselves: on one, on some, or on all of them."""
    measure = limit.measure
    if limit.figure.token.percent or (limit.figure.relative and limit.value <= 1.0):
        return _NEVER, "unmatched"
    percents = [row for row in rows if row.measure.dimension == PERCENT]
    money = (
        measure.dimension == "money"
        and bool(percents)
        and any(rows[k].measure.dimension == PERCENT for _, k in objective.parts)
    )
    fitting = measure.dimension in units or money
    if limit.each:
        return (2.0 if not measure.dimension or fitting else -1.0), "each"
    if limit.owners and len(limit.owners) < len(owners):
        if limit.counted:
            return (3.5 if limit.direction is not None else 1.0 if abs(limit.lean) > 1 else 0.0), "owners"
        return (2.5 if fitting or not measure.dimension else -0.5), "owners"
    score = -0.5
    if limit.whole:
        score += 2.0 + (limit.direction is not None) if not measure.dimension or fitting else 0.5
    other = bool(measure.nouns) and any(measure.nouns & row.measure.nouns for row in rows)
    if fitting:
        score += 0.0 if other else 2.5
    elif measure.dimension:
        score -= 1.5
    elif not measure.nouns:
        score += 1.0
    vague = limit.direction is None and not limit.fresh and abs(limit.lean) < 2
    if vague and (limit.value < 1.0 or any(line == limit.line for row in rows for line, _ in row.figures)):
        score -= 3.0
    return score, "total"


def _related(relation: Relation) -> Line:
    return Line(
        relation.kind, relation.terms, relation.direction, relation.constant, relation.strict, relation.start,
        relation.end,
    )  # fmt: skip


def _resource(limit: Limit, row: Row, k: int, direction: Direction, owners: Owners, rows: Sequence[Row]) -> Line:
    only = set(limit.owners)
    terms = tuple((e, v) for e, v in sorted(row.values.items()) if not only or e in only)
    terms = terms or tuple(sorted(row.values.items()))
    constant = limit.value
    a, b = limit.measure, row.measure
    if a.dimension == PERCENT:
        terms = tuple((e, row.values.get(e, 0.0) - limit.value) for e in range(len(owners)))
        return Line("average", terms, direction, 0.0, limit.strict, limit.start, limit.end, k, _name(row))
    if a.dimension and a.dimension == b.dimension:
        constant *= a.size / b.size
    return Line("resource", terms, direction, constant, limit.strict, limit.start, limit.end, k, _name(row))


def _own(limit: Limit, owners: Owners, aim: Aim, kind: str, mixing: bool) -> Iterator[Line]:
    everyone = range(len(owners))
    if kind == "each":
        for e in limit.owners or everyone:
            yield Line(
                "bound", ((e, 1.0),), _direction(limit, aim, row=False), limit.value, limit.strict, limit.start,
                limit.end, name=owners.items[e].label,
            )  # fmt: skip
        return
    chosen = limit.owners if kind == "owners" else everyone
    direction = _direction(limit, aim, row=kind == "total")
    if kind == "total" and limit.direction is None and mixing:
        direction = "=="
    yield Line(
        "bound" if len(chosen) == 1 else "total", tuple((e, 1.0) for e in chosen), direction, limit.value,
        limit.strict, limit.start, limit.end,
        name=" ".join(owners.items[e].label for e in chosen) if kind == "owners" else "total",
    )  # fmt: skip


def _name(row: Row) -> str:
    measure: Measure = row.measure
    return measure.words or measure.family or measure.unit or measure.dimension or "amount"


# --- what the optimum tells -------------------------------------------------------------------------------------


def costs_of(found: Schema) -> tuple[float, ...]:
    """The objective's coefficient of each owner."""
    costs = [0.0 if found.objective.parts else 1.0] * len(found.owners)
    for sign, k in found.objective.parts:
        for e, value in found.rows[k].values.items():
            costs[e] += sign * value
    return tuple(costs)


def judged(found: Schema) -> Schema:
    """The schema with the standing of its relaxation: sound, zero, infeasible or unbounded."""
    size = len(found.owners)
    sign = 1.0 if found.aim.sense == "minimize" else -1.0
    upper, upper_sides, equal, equal_sides = [], [], [], []
    for line in found.lines:
        dense = np.zeros(size)
        for e, factor in line.terms:
            dense[e] += factor
        if line.direction == "==":
            equal.append(dense)
            equal_sides.append(line.constant)
        else:
            turn = 1.0 if line.direction == "<=" else -1.0
            upper.append(turn * dense)
            upper_sides.append(turn * line.constant)
    costs = sign * np.array(costs_of(found))
    solved = linprog(
        costs, A_ub=np.array(upper) if upper else None, b_ub=upper_sides or None,
        A_eq=np.array(equal) if equal else None, b_eq=equal_sides or None, bounds=(0, None), method="highs",
    )  # fmt: skip
    standing = {0: "sound", 2: "infeasible", 3: "unbounded"}.get(solved.status, "unjudged")
    if standing == "sound" and solved.x is not None and abs(float(costs @ solved.x)) < 1e-9:
        standing = "zero"
    value = sign * float(costs @ solved.x) if standing == "sound" and solved.x is not None else math.nan
    return replace(found, standing=standing, value=value, score=found.score - (0.0 if standing == "sound" else 4.0))
