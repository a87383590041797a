"""What may be wanted: which row, or which difference of rows, the wish speaks of, and how likely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..words.lexicon import word_set
from ..words.morphology import stem
from .aims import Aim
from .facts import PERCENT
from .owners import Owners
from .rows import Row

_NET = word_set("after minus less net")


@dataclass(frozen=True, slots=True)
class Objective:
    """The sum of ``sign * row``; without parts the number of all owners."""

    parts: tuple[tuple[float, int], ...]
    merit: float


def objectives(rows: Sequence[Row], aim: Aim, owners: Owners) -> Iterator[Objective]:
    """Every sum of rows that the wish may mean, with its merit in points."""
    size = len(owners)
    foreign = (
        bool(aim.nouns)
        and not aim.family
        and not any(aim.nouns & (row.measure.nouns | row.measure.context) for row in rows)
    )
    elsewhere = [1.5 if foreign and row.measure.dimension != "money" else 0.0 for row in rows]
    moneyless = all(row.measure.dimension != "money" for row in rows)
    merits = [
        elsewhere[k] + _wanted(row, aim, moneyless=moneyless) - 1.5 * (size - len(row.values))
        for k, row in enumerate(rows)
    ]
    earning = [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == "revenue"]
    earning += [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == ""]
    paying = [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family == "cost"]
    if aim.family == "profit" and any(len(rows[p].values) == size for p in paying):
        merits = [m - 1.0 * (k in earning and rows[k].measure.family != "profit") for k, m in enumerate(merits)]
    if aim.sense == "maximize" and set(aim.words.split()) & _NET:
        gains = [k for k, row in enumerate(rows) if row.measure.dimension == "money" and row.measure.family != "cost"]
        for e in gains:
            for p in paying:
                if len(rows[e].values) == len(rows[p].values) == size and aim.nouns & rows[p].measure.context:
                    yield Objective(((1.0, e), (-1.0, p)), 6.5)
    if aim.sense == "maximize" and aim.family in ("profit", ""):
        for e in earning:
            if paying and len(rows[e].values) == size:
                full = [p for p in paying if len(rows[p].values) == size]
                for p in full:
                    yield Objective(((1.0, e), (-1.0, p)), _margin(aim, rows[e]))
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


def _margin(aim: Aim, earned: Row) -> float:
    """How much speaks for the difference of what is earned and what is paid."""
    if not aim.family:
        return 2.0
    return 4.25 if earned.measure.family else 3.0


def _wanted(row: Row, aim: Aim, *, moneyless: bool) -> float:
    """How well the row fits the wish; a percentage is what is earned where no row is of money."""
    measure = row.measure
    merit = 0.0
    money = measure.dimension == "money"
    if aim.family:
        if money or measure.dimension == PERCENT:
            merit += _money_fit(aim, measure.family)
            merit -= 0.0 if money or moneyless else 1.0
        else:
            told = bool(aim.nouns & (measure.nouns | measure.context)) and not measure.dimension
            merit += 1.5 if told else 0.0
            merit -= 0.0 if told or not (measure.dimension or measure.nouns) else 2.0
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
