"""Speeds: a way at so much an hour for time and so much for fuel, which grows faster than the speed."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import unit_of, word_set

from .aims import sense
from .formulas import formulas
from .pages import Measured, Page

_SPEEDS = frozenset({"speed", "spe"})
_WAY = word_set("mile km kilometer kilometre miles kilometers kilometres nautical")


def trip(page: Page) -> Paper | None:
    """The speed at which a way is cheapest, where every figure is understood; per kilometer where no way is given."""
    found = list(formulas(page))
    if (
        sense(page) != "minimize"
        or len(found) != 1
        or len(found[0].atoms) != 1
        or not page.has("speed fast slow mph km/h v")
    ):
        return None
    formula, atom = found[0], found[0].atoms[0]
    if not (atom.words & _SPEEDS or (atom.letter and _is_speed(page, atom.letter))):
        return None
    way: Measured | None = None
    limit: Measured | None = None
    wage: Measured | None = None
    fuel: Measured | None = None
    for figure in page.figures:
        if formula.first <= figure.at < formula.last or (figure.token.low.isalpha() and not figure.dimension):
            continue
        timed = _timed(figure.per)
        behind = page.words(figure.end, figure.end + 2)
        if (figure.dimension == "length" and not figure.per) or (behind & _WAY and not figure.per):
            way, taken = figure, way
        elif figure.dimension == "length" and timed:
            limit, taken = figure, limit
        elif timed and figure.dimension in ("", "money"):
            wage, taken = figure, wage
        elif figure.per in ("volume", "gallon") or (figure.per and unit_of(figure.per)):
            fuel, taken = figure, fuel
        else:
            return None
        if taken is not None:
            return None
    sheet = Paper(page.original)
    upper = sheet.parameter("speed_limit", limit.figure()) if limit is not None else None
    speed = sheet.variable("speed", description="how fast to go", lower="0.001", upper=upper)
    used = formula.rendered(sheet, {atom: speed})
    rate = f"{sheet.parameter('fuel_price', fuel.figure())}*({used})" if fuel is not None else used
    hourly = sheet.parameter("cost_of_an_hour", wage.figure()) if wage is not None else ""
    far = sheet.parameter("distance", way.figure()) if way is not None else "1"
    if _per_way(page, formula.last):
        cost = f"{far}*({rate}{f' + {hourly}/{speed}' if hourly else ''})"
    else:
        cost = f"{far}/{speed}*({rate}{f' + {hourly}' if hourly else ''})"
    sheet.aim("minimize", "cost_of_the_way", cost)
    return sheet


def _timed(word: str) -> bool:
    unit = unit_of(word) if word else None
    return unit is not None and unit[0] == "time"


def _is_speed(page: Page, letter: str) -> bool:
    """Whether a letter stands for a speed: "at v km/h", "a speed of v"."""
    for i, token in enumerate(page.tokens):
        if token.low == letter and (
            page.words(i + 1, i + 4) & word_set("km mph km/h knots mile miles kilometers kilometres")
            or page.words(i - 3, i) & {"speed"}
        ):
            return True
    return False


def _per_way(page: Page, last: int) -> bool:
    """Whether a formula tells what a kilometer takes, not an hour."""
    return bool(page.words(last, last + 6) & _WAY) and bool(page.words(last, last + 6) & word_set("per each every a"))
