"""Boxes and cylinders: which faces they have, what an area of each costs, and what they must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Sheet
from formulations.formulation import Sense

from .extents import Extent, extents, factor, others

_PI = "3.141592653589793"
_ROUND = re.compile(r"\bcylind|\b(?:cans?|tins?|barrels?|drums?|silos?|mugs?|cups?|buckets?|jars?)\b")
_BOXES = re.compile(
    r"\bbox(?:es)?\b|\baquarium\b|\btank\b|\bcrate\b|\bcontainer\b|\bchest\b|\btrough\b|\bbin\b|\bplanter\b|\bcarton\b"
    r"|\bcistern\b|\bshed\b"
)
_SQUARE_BASE = re.compile(
    r"\bsquare (?:base|bottom|floor|ends?|front|cross)|\b(?:base|bottom|floor)\b[^.]{0,25}?\b(?:is|be"
    r"|are) (?:a )?square\b"
)
_OBLONG_BASE = re.compile(
    r"\b(twice|two times|double|three times|thrice|four times|half) as (?:long|wide) as"
    r"|\blength\b[^.]{0,50}?\b(twice|double|two times|three times|triple|four times)\b[^.]{0,20}?\bwidth\b"
)
_TIMES = {"twice": 2, "double": 2, "two": 2, "three": 3, "thrice": 3, "triple": 3, "four": 4, "half": 2}
_TOPLESS = re.compile(
    r"\bopen[- ]?top\w*|\bno (?:top|lid|cover)\b|\bwithout (?:a |any )?(?:top|lid|cover)\b|\bopen (?:at"
    r"|on) (?:the )?top"
    r"|\btopless\b|\blidless\b|\btop (?:is|stays|remains) open\b|\bopen (?:box|crate|tank|cylinder|container"
    r"|can|barrel|tin|trough)\b"
)
_BOTTOMLESS = re.compile(r"\bno bottom\b|\bwithout (?:a )?bottom\b")
_OTHER = re.compile(
    r"\bcorners?\b|\bgirth\b|\bhemispher\w+|\bsphere\b|\bcone\b|\bwindow\b|\blayers?\b|\btimes as (?:exp|cost|much)"
    r"|\btwice as (?:great|expensive|much|costly|dear)|\btimes the (?:cost|price)|\bcutting\b|\bwaste\b|\bmargins?\b"
)
#: The words of each face. The first that stands nearest before a price has it, else the first after it.
_FACES = {
    "side": re.compile(r"\b(?:sides?|lateral|curved|walls?|mantle|shell|round part|around|flanks?)\b"),
    "top": re.compile(r"\b(?:top|lid|cover|roof)\b"),
    "base": re.compile(r"\b(?:bottom|base|floor)\b"),
    "ends": re.compile(r"\b(?:ends|circular (?:faces|ends|parts)|dis[ck]s|flat (?:faces|parts|ends))\b"),
}
_ENDS = (". ", "; ", "? ", "! ", "\n")
_BREAK = re.compile(
    r",|;|\band (?=the (?:top|side|wall|curved|bottom|base|lid|material)|for |that )|\bwhile\b|\bwhereas\b|\bbut\b|\.\s"
)
_MOST = re.compile(r"\b(?:largest|greatest|maxim\w+|biggest|most|as (?:much|large|big) (?:\w+ ){0,3}?as possible)\b")


@dataclass(frozen=True, slots=True)
class _Face:
    name: str
    area: str


def vessel(low: str, original: str) -> Sheet | None:
    """The sheet of a box with a square or a twice as long base or of a cylinder, or None. ``low`` is as long as
    ``original``. Costs of faces told as multiples of others, and other solids, are for other readers.
    """
    if _OTHER.search(low) is not None:
        return None
    found = extents(low)
    volumes = [one for one in found if one.power == 3 and not one.price]
    areas = [one for one in found if one.power == 2 and not one.price]
    prices = [one for one in found if one.price]
    budgets = [one for one in found if one.money and not one.price]
    volumes = _without_conversions(low, volumes)
    if any(one.power == 1 and not one.price for one in found) or any(one.power != 2 for one in prices):
        return None
    if len(volumes) + len(areas) + len(budgets) != 1 or (budgets and not prices) or others(low, found):
        return None
    sheet = Sheet(original)
    solid = _cylinder(low, sheet) or _box(low, sheet)
    if solid is None:
        return None
    faces, volume = solid
    given = (*volumes, *areas, *budgets)[0]
    if not volumes and _MOST.search(low) is None:
        return None
    return _drawn(low, sheet, faces, volume, given, prices)


def _without_conversions(low: str, volumes: list[Extent]) -> list[Extent]:
    """The volumes without a remark that converts units: "1 cubic meter is 1,000 liters"."""
    remark = re.search(r"\b(?:1|one|a) (?:cubic \w+|lit(?:er|re)|gallon)\s*(?:is|=|equals|holds|has|are)\s", low)
    if remark is None:
        return volumes
    end = min((at for mark in (".", ")", ";") if (at := low.find(mark, remark.end())) >= 0), default=len(low))
    return [one for one in volumes if not remark.start() <= one.figure.start < max(end, remark.end())]


def _cylinder(low: str, sheet: Sheet) -> tuple[list[_Face], str] | None:
    if _ROUND.search(low) is None and not re.search(r"\bround and straight\b", low):
        return None
    if _SQUARE_BASE.search(low) or not re.search(r"cylind|\bradius\b|\bround\b|\bcircular\b|\bcans?\b|\btins?\b", low):
        return None
    radius, height = sheet.variable("radius", "radius of the base"), sheet.variable("height", "height of the cylinder")
    faces = [_Face("side", f"2*{_PI}*{radius}*{height}")]
    if _BOTTOMLESS.search(low) is None:
        faces.append(_Face("base", f"{_PI}*{radius}**2"))
    if _TOPLESS.search(low) is None:
        faces.append(_Face("top", f"{_PI}*{radius}**2"))
    return faces, f"{_PI}*{radius}**2*{height}"


def _box(low: str, sheet: Sheet) -> tuple[list[_Face], str] | None:
    if _BOXES.search(low) is None:
        return None
    oblong = _OBLONG_BASE.search(low)
    if _SQUARE_BASE.search(low) is not None:
        side, height = sheet.variable("side", "side of the square base"), sheet.variable("height", "height of the box")
        base, around = f"{side}**2", f"4*{side}*{height}"
    elif oblong is not None:
        ratio = _TIMES[(oblong[1] or oblong[2]).split()[0]]
        side, height = (
            sheet.variable("width", "shorter side of the base"),
            sheet.variable("height", "height of the box"),
        )
        base, around = f"{ratio}*{side}**2", f"{2 + 2 * ratio}*{side}*{height}"
        sheet.assumptions.append(f"the base is {ratio} times as long as it is wide")
    else:
        return None
    faces = [_Face("side", around), _Face("base", base)]
    if _TOPLESS.search(low) is None:
        faces.append(_Face("top", base))
    return faces, f"{base}*{height}"


def _drawn(
    low: str, sheet: Sheet, faces: list[_Face], volume: str, given: Extent, prices: list[Extent]
) -> Sheet | None:
    owners = _owners(low, prices, {face.name for face in faces})
    if owners is None:
        return None
    meters = prices[0].meters if prices else given.meters
    coins = {price.scale / _unit_scale(price) for price in prices} | ({given.scale} if given.money else set())
    coin = min(coins) if len(coins) == 1 else 1.0
    named: dict[Figure, str] = {}
    terms = []
    for face in faces:
        price = owners.get(face.name)
        if prices and price is None:
            return None
        if price is None:
            terms.append(face.area)
            continue
        if price.figure not in named:
            by = factor(price, meters, coin=coin)
            name = sheet.parameter(f"cost_{face.name}" if len(prices) > 1 else "cost_per_area", price.figure)
            named[price.figure] = name if abs(by - 1.0) < 1e-12 else f"{name}*{by!r}"
        terms.append(f"{named[price.figure]}*{face.area}")
    surface = " + ".join(terms)
    sense: Sense = "minimize" if given.power == 3 else "maximize"
    by = factor(given, meters, coin=coin)
    name = "volume_needed" if given.power == 3 else "budget" if given.money else "material"
    amount = sheet.parameter(name, given.figure)
    amount = amount if abs(by - 1.0) < 1e-12 else f"{amount}*{by!r}"
    if sense == "minimize":
        sheet.constraint("volume", f"{volume} >= {amount}", [given.figure])
        sheet.aim(sense, "cost" if prices else "surface_area", surface)
    else:
        sheet.constraint("material_limit", f"{surface} <= {amount}", [given.figure])
        sheet.aim(sense, "volume", volume)
    return sheet


def _unit_scale(price: Extent) -> float:
    """What the unit of area under a price is worth in its own unit of length: 1 for square meters."""
    return 1.0 if price.meters else price.scale


def _owners(low: str, prices: list[Extent], names: set[str]) -> dict[str, Extent] | None:
    """The price of each face; None where that is not told."""
    if not prices:
        return {}
    if len(prices) == 1:
        words = _around(low, prices, 0)
        if any(pattern.search(words) for name, pattern in _FACES.items() if name != "side") and len(names) > 1:
            return None
        return dict.fromkeys(names, prices[0])
    owners: dict[str, Extent] = {}
    rest: Extent | None = None
    for k, price in enumerate(prices):
        words = _around(low, prices, k)
        mine = [name for name, pattern in _FACES.items() if pattern.search(words)]
        if "ends" in mine:
            mine = [name for name in mine if name != "ends"] + ["top", "base"]
        if not mine or re.search(r"\b(?:rest|other|others|everything else|remaining)\b", words):
            rest = price
            continue
        for name in mine:
            if owners.get(name, price) is not price:
                return None
            owners[name] = price
    for name in names:
        if name not in owners and rest is not None:
            owners[name] = rest
    if "top" in names and "top" not in owners and "base" in owners and "side" in owners:
        owners["top"] = owners["base"]
    return owners if names <= owners.keys() else None


def _around(low: str, prices: list[Extent], k: int) -> str:
    """The words of a price: from the clause after the price before it to the end of its clause or of its sentence."""
    price = prices[k].figure
    start = max(low.rfind(mark, 0, price.start) for mark in _ENDS) + 1
    if k > 0:
        before = _BREAK.search(low, prices[k - 1].figure.end, price.start)
        start = max(start, before.end() if before is not None else prices[k - 1].figure.end)
    words = low[start : price.start]
    if any(pattern.search(words) for pattern in _FACES.values()):
        return words
    end = min((at for mark in _ENDS if (at := low.find(mark, price.end)) >= 0), default=len(low))
    if k + 1 < len(prices) and prices[k + 1].figure.start < end:
        after = _BREAK.search(low, price.end, prices[k + 1].figure.start)
        end = after.end() if after is not None else prices[k + 1].figure.start
    return low[start:end]
