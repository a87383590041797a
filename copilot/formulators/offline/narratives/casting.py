"""Which figure of a plan plays which role: the assignment that fits all of their words best, each role once.

A figure that its own words leave open is settled by the others: of two prices of a piece the dearer one is that of the
other way of making, the small one per piece and month is for keeping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .figures import Figure
from .roles import Role, has_limit, has_need, is_made, role_of, time_rate, unit_rate

#: What a clear word is worth, and what is worth little: a role that only the other figures suggest.
_CLEAR, _PLAIN, _HINT = 3.0, 1.8, 1.1
#: Below this difference to the next best assignment, the reading is not sure.
_CLOSE = 0.5
_OTHERWISE = re.compile(
    r"\b(?:more|another|other|otherwise|instead|bought|buys?|buying|market|mobile|rent\w*|hire[sd]?|any|else|beyond|above|"
    r"on top|colleagues?|partners?|friends?|neighbou?rs?|across|too|help\w*|rush|emergency)\b"
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles with their figures; ``sure`` where no other assignment comes close."""

    roles: Mapping[Role, Figure]
    sure: bool


def cast(found: Sequence[Figure]) -> Cast | None:
    """The best assignment, or None where a figure has no role at all."""
    options = [_options(figure, found) for figure in found]
    if not all(options):
        return None
    best: list[tuple[float, dict[Role, Figure]]] = []

    def place(k: int, taken: dict[Role, Figure], points: float) -> None:
        if k == len(found):
            dearer = "extra_unit" not in taken or "capacity" in taken
            if dearer and ("extra_capacity" not in taken or "extra_unit" in taken):
                best.append((points, dict(taken)))
            return
        for role, worth in options[k].items():
            holder = taken.get(role)
            if holder is not None and holder.values != found[k].values:
                continue
            if holder is None:
                taken[role] = found[k]
            place(k + 1, taken, points + worth)
            if holder is None:
                del taken[role]

    place(0, {}, 0.0)
    if not best:
        return None
    best.sort(key=lambda pair: -pair[0])
    return Cast(best[0][1], len(best) == 1 or best[0][0] - best[1][0] >= _CLOSE)


def _options(figure: Figure, found: Sequence[Figure]) -> dict[Role, float]:
    guess = role_of(figure, " ".join(figure.lead))
    near, after = " ".join(figure.near), " ".join(figure.after)
    options: dict[Role, float] = {}
    if figure.percent or guess == "sales":
        return {guess: _CLEAR} if guess else {}
    if figure.money:
        if not figure.is_row:
            options |= _costs(figure, near, after, found)
        vague = guess == "unit" and not (is_made(near) or figure.is_row)
    else:
        if not figure.is_row:
            options |= _amounts(figure, near, found)
        vague = guess in ("capacity", "demand") and not (has_limit(near) or has_need(near) or figure.is_row)
    if guess:
        options[guess] = _PLAIN if vague else _CLEAR
    return options


def _costs(figure: Figure, near: str, after: str, found: Sequence[Figure]) -> dict[Role, float]:
    options: dict[Role, float] = {}
    others = [f.value for f in found if f.money and f is not figure]
    if unit_rate(near):
        options["unit"] = _HINT
    if time_rate(after) and others and figure.value < 0.5 * max(others):
        options["hold"] = _HINT + (unit_rate(near) and _HINT)
    if unit_rate(near) and any(1.0 < figure.value / v < 4.0 for v in others if v > 0):
        options["extra_unit"] = _HINT + (_OTHERWISE.search(f"{' '.join(figure.lead)} {near}") is not None)
    return options


def _amounts(figure: Figure, near: str, found: Sequence[Figure]) -> dict[Role, float]:
    options: dict[Role, float] = {}
    if has_limit(near) or time_rate(near):
        options["capacity"] = _HINT
    if has_limit(near) and any(f.value > figure.value for f in found if not f.money and not f.is_row):
        options["room"] = _HINT
        options["extra_capacity"] = _HINT + (_OTHERWISE.search(f"{' '.join(figure.lead)} {near}") is not None)
    if has_need(near):
        options["demand"] = _HINT
    return options
