"""Boxes and cylinders: which faces they have, what an area of each costs, and what they must hold."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import MULTIPLIERS, word_set

from .aims import sense
from .pages import Measured, Page

_PI = "3.141592653589793"
_ROUND = word_set("can tin barrel drum silo mug cup bucket jar")
_CYLINDERS = word_set("cylinder cylindrical cylindric")
_BOXES = word_set("box aquarium tank crate container chest trough bin planter carton cistern shed")
_OTHER_SOLIDS = "corner girth hemisphere hemispherical sphere cone window layer cutting waste margin"
_RELATIVE = ("times as", "twice as great/expensive/much/costly/dear", "times the cost/price")
_BASE = word_set("base bottom floor end front cross")
#: The words of each face. The first that stands nearest before a price has it, else the first after it.
_FACES = {
    "side": word_set("side sides lateral curved wall mantle shell around flank"),
    "top": word_set("top lid cover roof"),
    "base": word_set("bottom base floor"),
    "ends": word_set("ends disc disk circular flat"),
}
_REST = word_set("rest other others everything remaining")


@dataclass(frozen=True, slots=True)
class _Face:
    name: str
    area: str


def vessel(page: Page) -> Paper | None:
    """The sheet of a box with a square or a twice as long base or of a cylinder, or None.

    Costs of faces told as multiples of others, and other solids, are for other readers.
    """
    if page.has(_OTHER_SOLIDS) or any(page.says(phrase) for phrase in _RELATIVE):
        return None
    prices, budgets = page.of("money", "area"), page.of("money")
    volumes = tuple(f for f in page.of("volume") if not _converts(page, f))
    areas = page.of("area")
    remarks = tuple(f for f in page.of("volume") if f not in volumes)
    if len(volumes) + len(areas) + len(budgets) != 1 or (budgets and not prices):
        return None
    if not page.only(*volumes, *areas, *budgets, *prices, *remarks):
        return None
    sheet = Paper(page.original)
    solid = _cylinder(page, sheet) or _box(page, sheet)
    if solid is None or (not volumes and sense(page) != "maximize"):
        return None
    return _drawn(page, sheet, solid, (*volumes, *areas, *budgets)[0], prices)


def _converts(page: Page, figure: Measured) -> bool:
    """Whether a volume stands in a remark that converts units: "1 cubic meter is 1,000 liters"."""
    links = word_set("is = equal equals hold holds has are")
    behind = figure.end < len(page.tokens) and page.tokens[figure.end].low in links
    follows = figure.at > 1 and page.tokens[figure.at - 1].low in links
    return (behind and figure.value == 1) or (follows and page.volume_ends(figure.at - 1))


def _cylinder(page: Page, sheet: Paper) -> tuple[list[_Face], str] | None:
    round_ = bool(page.lows & _CYLINDERS or (page.has("radius round circular") and page.lows & _ROUND))
    round_ = round_ or page.says("circular/round base/bottom/floor") or page.says("round and straight")
    if not (round_ or page.has("can tin drum barrel")) or _square(page):
        return None
    radius, height = (
        sheet.variable("radius", description="radius of the base"),
        sheet.variable("height", description="height of the cylinder"),
    )
    faces = [_Face("side", f"2*{_PI}*{radius}*{height}")]
    if not page.says("no bottom") and not page.says("without a/any/the bottom"):
        faces.append(_Face("base", f"{_PI}*{radius}**2"))
    if not _topless(page):
        faces.append(_Face("top", f"{_PI}*{radius}**2"))
    return faces, f"{_PI}*{radius}**2*{height}"


def _box(page: Page, sheet: Paper) -> tuple[list[_Face], str] | None:
    ratio = 1 if _square(page) else _oblong(page)
    if not page.lows & _BOXES or ratio is None:
        return None
    name, told = ("side", "side of the square base") if ratio == 1 else ("width", "shorter side of the base")
    side = sheet.variable(name, description=told)
    height = sheet.variable("height", description="height of the box")
    base = f"{side}**2" if ratio == 1 else f"{ratio:g}*{side}**2"
    if ratio != 1:
        sheet.assumptions.append(f"the base is {ratio:g} times as long as it is wide")
    faces = [_Face("side", f"{2 + 2 * ratio:g}*{side}*{height}"), _Face("base", base)]
    if not _topless(page):
        faces.append(_Face("top", base))
    return faces, f"{base}*{height}"


def _square(page: Page) -> bool:
    """ "with a square base", "the bottom is to be square"."""
    for i in page.places("square"):
        before = i - 1 - (page.tokens[i - 1].low in ("a", "exactly", "perfectly"))
        linked = page.tokens[before].low in ("is", "be", "are", "being")
        if page.words(i + 1, i + 2) & _BASE or (
            linked and page.words(before - 6, before) & {"base", "bottom", "floor"}
        ):
            return True
    return False


def _oblong(page: Page) -> float | None:
    """How many times as long as wide the base is: "twice as long as wide", "the length is three times the width"."""
    for i, token in enumerate(page.tokens):
        times = _times(page, i)
        if times is None:
            continue
        behind = page.words(i + 1, i + 8)
        if "as" in behind and behind & {"long", "wide"}:
            return 1 / times if times < 1 else times
        if "length" in page.words(i - 9, i) and "width" in behind and token.value != 0.5:
            return times
    return None


def _times(page: Page, i: int) -> float | None:
    token = page.tokens[i]
    if token.low in MULTIPLIERS or token.value == 0.5:
        return MULTIPLIERS.get(token.low, token.value)
    return token.value if token.multiplier or (token.is_number and page.words(i + 1, i + 2) & {"time"}) else None


def _topless(page: Page) -> bool:
    lids = "top/lid/cover"
    phrases = (
        f"no {lids}", f"without {lids}", f"without a/any {lids}", "open top", "open topped", "open at/on top",
        "open at/on the top", "top is/stays/remains open",
        "open box/crate/tank/cylinder/container/can/barrel/tin/trough",
    )  # fmt: skip
    return page.has("topless lidless") or any(page.says(phrase) for phrase in phrases)


def _drawn(
    page: Page, sheet: Paper, solid: tuple[list[_Face], str], given: Measured, prices: tuple[Measured, ...]
) -> Paper | None:
    faces, volume = solid
    owners = _owners(page, prices, {face.name for face in faces})
    if owners is None:
        return None
    unit, coin = page.unit(), page.coin()
    named: dict[Measured, str] = {}
    terms = []
    for face in faces:
        price = owners.get(face.name)
        if price is not None and price not in named:
            name = f"cost_{face.name}" if len(prices) > 1 else "cost_per_area"
            named[price] = page.quantity(sheet, name, price, unit, coin)
        terms.append(f"{named[price]}*{face.area}" if price is not None else face.area)
    surface = " + ".join(terms)
    name = "volume_needed" if given.dimension == "volume" else "budget" if given.dimension == "money" else "material"
    amount = page.quantity(sheet, name, given, unit, coin)
    if given.dimension == "volume":
        sheet.constraint("volume", f"{volume} >= {amount}", [given.figure()])
        sheet.aim("minimize", "cost" if prices else "surface_area", surface)
    else:
        sheet.constraint("material_limit", f"{surface} <= {amount}", [given.figure()])
        sheet.aim("maximize", "volume", volume)
    return sheet


def _owners(page: Page, prices: tuple[Measured, ...], names: set[str]) -> dict[str, Measured] | None:
    """The price of each face; None where that is not told."""
    told = [_faces(page.stretch(prices, k), page) for k in range(len(prices))]
    if not prices:
        return {}
    if len(prices) == 1:
        return dict.fromkeys(names, prices[0]) if not told[0] - {"side"} or len(names) == 1 else None
    owners: dict[str, Measured] = {}
    rest: Measured | None = None
    for price, mine in zip(prices, told, strict=True):
        if not mine or "rest" in mine:
            rest = price
            continue
        for name in mine:
            if owners.setdefault(name, price) is not price:
                return None
    if rest is not None:
        owners = {**dict.fromkeys(names, rest), **owners}
    if "top" in names and "base" in owners and "side" in owners:
        owners.setdefault("top", owners["base"])
    return owners if names <= owners.keys() else None


def _faces(stretch: tuple[int, int, int], page: Page) -> set[str]:
    """The faces that are named before a price, else in the whole of its clause."""
    first, at, last = stretch
    for words in (page.words(first, at), page.words(first, last)):
        mine = {name for name, said in _FACES.items() if words & said}
        if "ends" in mine:
            mine = mine - {"ends"} | {"top", "base"}
        if mine:
            return mine | ({"rest"} if words & _REST else set())
    return {"rest"} if page.words(first, last) & _REST else set()
