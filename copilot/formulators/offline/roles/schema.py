"""All facts of a text put together: which measures are limited, which one is wanted, judged as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from .aims import Aim
from .facts import Limit
from .fits import NEVER, alone, fit_of
from .limits import added
from .lines import Figure
from .objectives import Objective, objectives
from .owners import Owners
from .relations import Relation
from .restrictions import Restriction, direction_of, own_bounds, related, resource
from .rows import Row

_UNMATCHED = -2.5
#: A fit above this says no more.
_CERTAIN = 3.0
_TRIED = 5


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

    ``unused`` figures are in no fact; ``mixing``: the owners are mixed into one thing.
    """

    owners: Owners
    aim: Aim
    units: frozenset[str]
    unused: tuple[Figure, ...]
    mixing: bool


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
    praised = {k for sign, k in objective.parts if sign > 0}
    shared: dict[str, int] = {}
    for row in rows:
        for noun in row.measure.nouns:
            shared[noun] = shared.get(noun, 0) + 1
    width = len(rows)
    fits = np.full((len(limits), 2 * width + len(limits)), NEVER)
    places: dict[tuple[int, int], str] = {}
    for i, limit in enumerate(limits):
        down = direction_of(limit, aim, row=True) == "<="
        for k, row in enumerate(rows):
            fit = fit_of(limit, row, rows, shared, units, wanted=k in praised, upward=aim.sense == "maximize")
            cover = 1.0 if k not in wanted else -0.75 if k in praised else 0.0
            fits[i, 2 * k + down] = min(fit, _CERTAIN) + cover if fit > -2.0 else NEVER
        own, kind = alone(limit, owners, rows, objective, units)
        floor = 0.0 if limit.figure.soft else _UNMATCHED
        if limit.figure.soft and limit.direction is None and not (limit.counted and limit.lean > 1):
            own = floor - 1.0
        fits[i, 2 * width + i] = max(own, floor)
        places[i, 0] = kind if own >= floor else "unmatched"
    chosen = _assigned(fits)
    lines: list[Restriction] = [related(relation) for relation in relations]
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
            direction = direction_of(limit, aim, row=True)
            guessed += limit.direction is None and abs(limit.lean) < 2
            doubtful += float(fits[i, column]) < 2.0
            lines.append(resource(limit, rows[k], k, direction, owners, rows))
        elif places[i, 0] == "unmatched":
            unmatched.extend([] if limit.figure.soft else [limit])
        else:
            doubtful += float(fits[i, column]) < 1.0
            units = units | ({limit.measure.dimension} - {""})
            lines.extend(own_bounds(limit, owners, aim, places[i, 0], setting.mixing))
    idle = [k for k in range(width) if k not in limited | wanted and not rows[k].soft]
    partial = sum(len(owners) - len(rows[k].values) for k in limited | wanted)
    score += sum(0.75 * len(rows[k].values) for k in limited | wanted)
    alike = bool(limited | wanted) and all(len(set(rows[k].values.values())) < 2 for k in limited | wanted)
    score -= 8.0 * alike
    totals = [line.direction for line in lines if line.kind == "total" and len(line.terms) == len(owners)]
    score -= 2.5 * (len(totals) - len(set(totals)))
    score -= sum(1.0 * len(rows[k].values) + 0.5 for k in idle) + 1.0 * partial + 1.5 * len(setting.unused)
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


def _distinct(lines: Sequence[Restriction]) -> Iterator[Restriction]:
    seen: set[tuple[object, ...]] = set()
    for line in lines:
        key = (line.terms, line.direction, line.constant)
        if key not in seen:
            seen.add(key)
            yield line
