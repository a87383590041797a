"""Fenced rectangles: sides that need no fence or another one, partitions, and what a length of each costs."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, word_set

from .pages import Measured, Page

_FLAT = "rectangle rectangular pen paddock garden field yard plot bed corral pasture enclosure playground run lot"
_FENCES = "fence fenced fencing enclose enclosed enclosing hurdle"
_BORDERS = "surround surrounded border rope hedge shrub wall railing netting wire stake"
_SOLID = """volume box cylinder cylindrical cubic crate margin printed window circle semicircle semicircular disc disk
    circular"""
_BANKS = word_set(
    """river riverbank canal stream creek lake lakeshore cliff barn house building garage shed wall shore sea bank pond
    stable"""
)
_BESIDE = word_set("along alongside beside against by to on border borders bordering bound bounds using use uses")
_FENCED = word_set("enclosed surrounded fenced")
#: What may stand between "along" and the name of a bank: "along one side of the old brick wall".
_FILLERS = word_set(
    """a an the one its our my your side sides bank edge banks wall straight of to existing long old brick stone rock"""
)
_UNFENCED = (
    "three other/remaining sides", "other/remaining three sides", "three sides", "no fence/fencing",
    "need/needs none/no",
)  # fmt: skip
_BARE = ("no fence/fencing", "need/needs none/no")
_DIVIDING = word_set(
    """partition partitioned divide divided dividing divider split splitting separate separated separating subdivide
    subdivided cross-fence inner between"""
)
_PARTS = word_set(
    """part pen plot half halves section area field piece rectangle compartment paddock bed yard lot corral enclosure
    run"""
)
_ALIKE = word_set(
    "identical equal adjacent adjoining neighboring neighbouring rectangular congruent same-sized same size"
)
_SHARING = word_set("adjacent adjoining sharing share shared common")
_WALLS = word_set("partition divider fence hedge")
_OTHERS = word_set("other remaining rest others elsewhere")
_EDGE = word_set("side front edge")
_TOWARDS = word_set("along facing faces next by to towards toward on bordering at parallel")
_ONE = word_set(
    """one fourth front road street south north east west river back highway long opposite far southern northern eastern
    western"""
)
_ENDS = word_set("ends width widths length lengths")
_PAIRS = ("north/northern/east/eastern/front/left/top and south/southern/west/western/back/right/bottom",
          "two/both sides/ends", "sides parallel/perpendicular")  # fmt: skip


@dataclass(slots=True)
class _Prices:
    """What a length costs: everywhere, on one side, on the two that are like it, on the rest, on the partitions."""

    everywhere: Measured | None = None
    one: Measured | None = None
    pair: Measured | None = None
    others: Measured | None = None
    dividing: Measured | None = None


def rectangle(page: Page) -> Paper | None:
    """The sheet of a rectangle to be fenced, or None."""
    if page.has(_SOLID) or not (page.has(_FLAT) or page.lows & _BANKS):
        return None
    areas, lengths, budgets, prices = page.of("area"), page.of("length"), page.of("money"), page.of("money", "length")
    if not page.has(_FENCES) and not (page.has("rectangle rectangular") and (page.has(_BORDERS) or prices)):
        return None
    if len(areas) + len(lengths) + len(budgets) != 1 or (budgets and not prices):
        return None
    counts = [f for f in page.figures if not f.dimension and f.value <= 12 and f.value == int(f.value)]
    if not page.only(*areas, *lengths, *budgets, *prices, *counts):
        return None
    roles = _roles(page, prices)
    if roles is None:
        return None
    unfenced = any(page.says(phrase) for phrase in _BARE)
    bare = _open(page) and (roles.one is None or unfenced)
    if roles.one is not None and roles.others is None and roles.everywhere is None and roles.pair is None:
        return None
    return _drawn(page, (*areas, *lengths, *budgets)[0], roles, bare=bare)


def _open(page: Page) -> bool:
    """Whether one side needs no fence: a river or a wall is there."""
    if page.says("four sides") or page.says("all sides") or page.says("all around/round") or page.says("way around"):
        return False
    if any(page.says(phrase) for phrase in _UNFENCED):
        return True
    for i, token in enumerate(page.tokens):
        if token.lemma not in _BANKS or token.low in ("banks",):
            continue
        if page.words(i + 1, i + 2) & word_set("as bounds forms serves is makes") or page.words(i + 1, i + 3) >= {
            "on",
            "one",
        }:
            return True
        first = i
        while first and (page.tokens[first - 1].low in _FILLERS or page.tokens[first - 1].low.endswith("'s")):
            first -= 1
        before = page.tokens[first - 1].low if first else ""
        if any(page.tokens[k].low in _BESIDE for k in range(max(0, first - 1), i)):
            return before != "by" or page.tokens[first - 2].low not in _FENCED
    return False


def _drawn(page: Page, given: Measured, roles: _Prices, *, bare: bool) -> Paper | None:
    sheet = Paper(page.original)
    width, length = (
        sheet.variable("width", description="the two equal sides"),
        sheet.variable("length", description="the other sides"),
    )
    walls = _partitions(page)
    priced = any((roles.everywhere, roles.one, roles.pair, roles.others, roles.dividing))
    unit, coin = page.unit(), page.coin()

    def cost(figure: Measured | None, name: str) -> str:
        return "" if figure is None else page.quantity(sheet, name, figure, unit, coin) + "*"

    if roles.one is not None or roles.pair is not None:
        special = cost(roles.one or roles.pair, "cost_of_one_side" if roles.one else "cost_of_two_sides")
        usual = cost(roles.others or roles.everywhere, "cost_of_other_sides") or special
        terms = [f"{special}{length}", f"{usual}(2*{width}{f' + {length}' if roles.one and not bare else ''})"]
        if roles.pair is not None:
            terms = [f"{special}2*{length}", f"{usual}2*{width}"]
            terms[0] = f"{special}{length}" if bare else terms[0]
    else:
        usual = cost(roles.everywhere or roles.others, "cost_of_a_length")
        terms = [f"{usual}(2*{width} + {length})" if bare else f"{usual}(2*{width} + 2*{length})"]
    if walls:
        inner = cost(roles.dividing, "cost_of_partitions") or usual
        terms.append(f"{inner}{f'{walls}*' if walls > 1 else ''}{width}")
        sheet.assumptions.append("the partitions run along the width")
    fence = " + ".join(terms)
    if bare:
        sheet.assumptions.append("one side of the rectangle needs no fence")
    if given.dimension == "area":
        sheet.constraint(
            "area", f"{width}*{length} >= {page.quantity(sheet, 'area_needed', given, unit)}", [given.figure()]
        )
        sheet.aim("minimize", "cost" if priced else "fence_length", fence)
    else:
        name = "budget" if given.dimension == "money" else "fence"
        sheet.constraint(
            f"{name}_limit", f"{fence} <= {page.quantity(sheet, name, given, unit, coin)}", [given.figure()]
        )
        sheet.aim("maximize", "enclosed_area", f"{width}*{length}")
    return sheet


def _partitions(page: Page) -> int:
    """How many partitions there are: one fewer than parts, or so many as are counted."""
    dividing = bool(page.lows & _DIVIDING) or page.says("straight across")
    for i, token in enumerate(page.tokens):
        count = 2 if token.low in ("half", "halves") else token.value or NUMBER_WORDS.get(token.low, 0)
        if not 1 <= count <= 12 or count != int(count):
            continue
        behind = page.words(i, i + 6)
        into = i > 0 and page.tokens[i - 1].low == "into"
        if (into and dividing and behind & _PARTS) or (
            page.words(i + 1, i + 2) & _ALIKE
            and behind & _PARTS
            and (page.lows & _SHARING or page.says("side by side"))
        ):
            return int(count) - 1
        if page.words(i + 1, i + 4) & word_set("partition divider") or (
            page.words(i + 1, i + 2) & word_set("inner dividing cross") and page.words(i + 2, i + 3) & _WALLS
        ):
            return int(count)
    return int(dividing)


def _roles(page: Page, prices: tuple[Measured, ...]) -> _Prices | None:
    """Whose price each is, by the words around it; None where two have the same role."""
    roles = _Prices()
    if len(prices) == 1:
        roles.everywhere = prices[0]
        return roles
    for k, price in enumerate(prices):
        first, _, last = page.stretch(prices, k)
        for name in ("dividing", "others", "one", "pair"):
            if name in _said(page, first, last) and getattr(roles, name) is None:
                setattr(roles, name, price)
                break
        else:
            if roles.everywhere is not None:
                return None
            roles.everywhere = price
    if roles.one is not None and roles.pair is not None:
        roles.others, roles.pair = roles.others or roles.pair, None
    return roles


def _said(page: Page, first: int, last: int) -> set[str]:
    """The sides that some words speak of."""
    words, found = page.words(first, last), set()
    if words & _DIVIDING or page.says("straight across", first, last):
        found.add("dividing")
    if words & _OTHERS or page.says("three sides", first, last):
        found.add("others")
    for i in range(first, last):
        low, after = page.tokens[i].low, page.words(i + 1, i + 2)
        single = low in _EDGE and (
            after & _TOWARDS or (after & {"that", "which"} and page.words(i + 2, i + 3) & _TOWARDS)
        )
        named = low in _ONE and "side" in {token.low for token in page.tokens[i + 1 : i + 2]}
        if single or named or low == "front" or (low in ("side", "fence") and "opposite" in after):
            found.add("one")
    if page.says("along the road/street/highway/path/lane", first, last):
        found.add("one")
    if words & _ENDS or any(page.says(phrase, first, last) for phrase in _PAIRS):
        found.add("pair")
    return found
