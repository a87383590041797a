"""All facts of a text put together: which measures are limited, which one is wanted, judged as a whole."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..words.measures import Measure
from .aims import Aim
from .facts import Limit
from .fits import NEVER, alone, fit_of
from .limits import added
from .lines import Figure
from .objectives import Objective, objectives
from .owners import Owners
from .relations import Relation
from .restrictions import Restriction, direction_of, in_portions, own_bounds, related, resource
from .rows import Row

_UNMATCHED = -2.5
#: A fit above this says no more.
_CERTAIN = 3.0
_TRIED = 5
#: Against a limit of something else, where another limit is of what the row measures.
_CLAIMED = 2.0


@dataclass(frozen=True, slots=True)
class Schema:
    """A reading of the whole text. ``score`` ranks it; ``unmatched``, ``idle``, ``partial``, ``doubtful``, ``guessed``
    and ``alike`` (no figure tells the owners apart) speak against it.
    """

    owners: Owners
    rows: tuple[Row, ...]
    objective: Objective
    lines: tuple[Restriction, ...]
    aim: Aim
    score: float
    unmatched: tuple[Limit, ...]
    idle: int
    partial: int
    doubtful: int
    unused: tuple[Figure, ...]
    guessed: int
    standing: str = "unjudged"
    units: frozenset[str] = frozenset()
    value: float = math.nan
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the whole text: whose problem, what is wanted, in which dimensions the owners are counted.

    ``unused`` figures are in no fact; ``mixing``: the owners are mixed into one thing; ``portion``: what figures are
    for, as in "per 100 g".
    """

    owners: Owners
    aim: Aim
    units: frozenset[str]
    unused: tuple[Figure, ...]
    mixing: bool
    portion: Measure | None = None


def schema(
    setting: Setting, rows: Sequence[Row], limits: Sequence[Limit], relations: Sequence[Relation]
) -> Schema | None:
    """The best way to join rows, limits and the wish, or None where nothing can be wanted."""
    owners, aim = setting.owners, setting.aim
    limits = added(limits, rows)
    kept = tuple(row for row in rows if not (row.soft and len(row.values) < len(owners)))
    best: Schema | None = None
    options = sorted(objectives(kept, aim, owners), key=lambda option: -option.merit)
    for option in options[:_TRIED]:
        found = _joined(setting, kept, limits, relations, option)
        if best is None or found.score > best.score:
            best = found
    return best


def _joined(
    setting: Setting, rows: Sequence[Row], limits: Sequence[Limit], relations: Sequence[Relation], objective: Objective
) -> Schema:
    owners, aim, units = setting.owners, setting.aim, setting.units
    wanted = {k for _, k in objective.parts}
    fits, places = _fits(setting, rows, limits, objective)
    chosen = _assigned(fits)
    lines: list[Restriction] = [related(relation, rows, owners) for relation in relations]
    unmatched: list[Limit] = []
    score, guessed, doubtful = objective.merit + 1.0 * len(relations), 0, 0
    score += 0.75 * sum(relation.figures for relation in relations)
    limited: set[int] = set()
    for i, limit in enumerate(limits):
        fit = float(fits[i, chosen[i]])
        score += fit
        if chosen[i] < 2 * len(rows):
            k = chosen[i] // 2
            limited.add(k)
            guessed += limit.direction is None and abs(limit.lean) < 2
            doubtful += fit < 2.0
            lines.append(resource(limit, rows[k], k, direction_of(limit, aim, row=True), owners, rows))
        elif places[i] == "unmatched":
            unmatched.extend([] if limit.figure.soft else [limit])
        else:
            doubtful += fit < 1.0
            units = units | ({limit.measure.dimension} - {""})
            lines.extend(own_bounds(in_portions(limit, setting.portion), owners, aim, places[i], setting.mixing))
    used = limited | wanted
    idle = sum(len(row.values) for k, row in enumerate(rows) if k not in used and not row.soft)
    partial = sum(len(owners) - len(rows[k].values) for k in used)
    alike = bool(used) and all(len(set(rows[k].values.values())) < 2 for k in used)
    score += _completeness(setting, rows, lines, used) - 8.0 * alike - 1.0 * partial
    return Schema(
        owners, tuple(rows), objective, tuple(_distinct(lines)), aim, score, tuple(unmatched), idle, partial, doubtful,
        setting.unused, guessed, units=units, alike=alike,
    )  # fmt: skip


def _fits(
    setting: Setting, rows: Sequence[Row], limits: Sequence[Limit], objective: Objective
) -> tuple[np.ndarray, list[str]]:
    """How well each limit goes with each row, as a floor and as a ceiling, and with the owners themselves.

    The second value tells for each limit on which owners it then stands.
    """
    praised = {k for sign, k in objective.parts if sign > 0}
    paid = {k for _, k in objective.parts} - praised
    shared = Counter(noun for row in rows for noun in row.measure.nouns)
    upward = setting.aim.sense == "maximize"
    fits = np.full((len(limits), 2 * len(rows) + len(limits)), NEVER)
    places: list[str] = []
    claimed = {k for k, row in enumerate(rows) if any(m.measure.nouns & row.measure.nouns for m in limits)}
    for i, limit in enumerate(limits):
        down = direction_of(limit, setting.aim, row=True) == "<="
        for k, row in enumerate(rows):
            fit = fit_of(limit, row, rows, shared, setting.units, wanted=k in praised, upward=upward)
            nouns = row.measure.nouns | row.measure.context
            fit -= _CLAIMED if k in claimed and limit.measure.nouns and not limit.measure.nouns & nouns else 0.0
            cover = -0.75 if k in praised else 0.0 if k in paid else 1.0
            fits[i, 2 * k + down] = min(fit, _CERTAIN) + cover if fit > -2.0 else NEVER
        own, kind = alone(limit, setting.owners, rows, objective, setting.units)
        floor = 0.0 if limit.figure.soft else _UNMATCHED
        if limit.figure.soft and limit.direction is None and not (limit.counted and limit.lean > 1):
            own = floor - 1.0
        fits[i, 2 * len(rows) + i] = max(own, floor)
        places.append(kind if own >= floor else "unmatched")
    return fits, places


def _completeness(setting: Setting, rows: Sequence[Row], lines: Sequence[Restriction], used: Set[int]) -> float:
    """Points for what is told of every owner and used, less those for what is left over or said twice."""
    size = len(setting.owners)
    points = 0.75 * sum(len(rows[k].values) for k in used) + 0.3 * size - 1.5 * len(setting.unused)
    points -= sum(len(row.values) + 0.5 for k, row in enumerate(rows) if k not in used and not row.soft)
    totals = [line.direction for line in lines if line.kind == "total" and len(line.terms) == size]
    points -= 2.5 * (len(totals) - len(set(totals)))
    touched = {e for line in lines for e, _ in line.terms} | {e for k in used for e in rows[k].values}
    return points - 2.0 * (size - len(touched))


def _assigned(fits: np.ndarray) -> dict[int, int]:
    """For each limit its column, so that the sum of fits is largest and no column is taken twice."""
    if not fits.size:
        return {}
    lines, columns = linear_sum_assignment(fits, maximize=True)
    return {int(i): int(column) for i, column in zip(lines, columns, strict=True)}


def _distinct(lines: Sequence[Restriction]) -> Iterator[Restriction]:
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        key = (line.terms, line.direction, line.constant)
        if key not in seen:
            seen.add(key)
            yield line
