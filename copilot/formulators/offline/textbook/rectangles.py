"""Fenced rectangles: sides that need no fence or another one, partitions, and what a length of each costs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Sheet
from copilot.formulators.offline.lexicon import NUMBER_WORDS
from formulations.formulation import Sense

from .extents import Extent, extents, factor, others

_FLAT = re.compile(
    r"\brectang\w+|\b(?:pen|paddock|garden|field|yard|plot|bed|corral|pasture|enclosure|play(?:ground| area)|run|lot)\b"
)
_FENCE = re.compile(
    r"\b(?:fenc\w*|enclos\w*|surround\w*|border\w*|rope|hedg\w*|shrubs?|hurdles?|walls?|railings?|netting|wire|stakes?)\b"
)
_SOLID = re.compile(
    r"\bvolume\b|\bbox\b|\bcylind|\bcubic\b|\bcrate\b|\bmargins?\b|\bprinted\b|\bwindow\b|\bcircle\b"
    r"|\bsemi-?\s?circ|\bhalf[- ](?:circ|dis[ck])|\bdis[ck]s?\b"
)
_BANK = (
    r"(?:straight\s+|existing\s+|long\s+|old\s+|brick\s+|stone\s+|rock\s+|\w+'s\s+)*"
    r"(?:river\w*|canal|stream|creek|lake\w*|cliff|barn|house|building|garage|shed|wall|shore|sea|bank|pond|stable)\b"
)
_OPEN = re.compile(
    rf"\b(?:along|alongside|beside|against|(?<!enclosed )(?<!surrounded )(?<!fenced )by|next to|on|borders?"
    rf"|bordering|bounds?|using|uses?)\s+"
    rf"(?:(?:a|an|the|one|its|our|my|your|side|sides|bank|edge|banks|wall|straight|of|to)\s+)*{_BANK}"
    r"|\b(?:other |remaining )?three (?:other |remaining )?sides\b|\bno fenc\w+\b|\bneeds? (?:none|no\b)"
    rf"|\b{_BANK}\s+(?:as|bounds|forms|serves|is|makes|on (?:one|a) side)\b"
)
_ROUND = re.compile(r"\b(?:all )?four sides|\ball sides|\ball (?:the )?(?:way )?(?:a)?round")
_DIVIDING = re.compile(
    r"\b(?:partition\w*|divid\w+|split\w*|separat\w+|subdivid\w+|cross-?fenc\w*|inner|inside fence|between the"
    r"|straight across)\b"
)
_PARTS = re.compile(
    r"\binto\s+(\w+)\s+(?:\w+\s+){0,3}?(?:parts?|pens?|plots?|halves|sections?|areas?|fields?|pieces|rectang\w+|compartments?|"
    r"paddocks?|beds?|yards?|lots?|corrals?|enclosures?|runs?)"
)
#: Pens in a row that share their fences: "two identical pens side by side".
_SHARED = re.compile(
    r"\b(\w+)\s+(?:(?:identical|equal|adjacent|adjoining|neighbou?ring|rectangular|congruent|same-sized)\s+)+"
    r"(?:pens?|plots?|fields?|paddocks?|corrals?|enclosures?|runs?|yards?|beds?|areas?)\b"
    r"(?=[^.]*\b(?:side by side|sharing|share|shared|common)\b|(?<=adjacent pens)|(?<=adjoining pens))"
)
_PARTITIONS = re.compile(
    r"\b(\w+)\s+(?:\w+\s+){0,2}?(?:partitions?|dividers?|dividing fences?|cross-?fences?|inner fences?|inner hedges?)\b"
)
_OTHERS = re.compile(r"\b(?:other|remaining|rest|others)\b|\bthree sides\b|\belsewhere\b")
_ONE_SIDE = re.compile(
    r"\b(?:side|front|edge)\b(?!s)(?:\s+(?:that|which))?\s+(?:along|facing|faces|next|by|to|towards?|on|bordering|at|parallel)"
    r"|\b(?:one|fourth|front|road|street|south|north|east|west|river|back|highway|long|opposite|far)(?:ern)?\s+side\b(?!s)"
    r"|\bside opposite\b|\bthe front\b|\balong the (?:road|street|highway|path|lane)\b"
)
_TWO_SIDES = re.compile(
    r"\b(?:two|both)\s+(?:\w+\s+)?(?:sides|ends)\b|\b(?:ends|widths?|lengths?)\b"
    r"|\bsides (?:that are )?(?:parallel|perpendicular)"
    r"|\b(?:north\w*|east\w*|front|left|top) and (?:the )?(?:south\w*|west\w*|back|right|bottom)\b"
)
_ENDS = (". ", "; ", "? ", "! ")
_BREAK = re.compile(r",|;|\band\b|\bwhile\b|\bbut\b|\.\s")


@dataclass(slots=True)
class _Prices:
    """What a length costs: everywhere, on one side, on the two that are like it, on the rest, on the partitions."""

    everywhere: Extent | None = None
    one: Extent | None = None
    pair: Extent | None = None
    others: Extent | None = None
    dividing: Extent | None = None


def rectangle(low: str, original: str) -> Sheet | None:
    """The sheet of a rectangle to be fenced, or None. ``low`` is in small letters and as long as ``original``."""
    if _SOLID.search(low) or _FLAT.search(low) is None:
        return None
    found = extents(low)
    fenced = re.search(r"\bfenc\w*|\benclos\w*|\bhurdles\b", low) is not None
    if not fenced and ("rectang" not in low or not (_FENCE.search(low) or any(one.price for one in found))):
        return None
    areas = [one for one in found if one.power == 2 and not one.price]
    lengths = [one for one in found if one.power == 1 and not one.price]
    budgets = [one for one in found if one.money and not one.price]
    prices = [one for one in found if one.power == 1 and one.price]
    if len(areas) + len(lengths) + len(budgets) != 1 or any(one.power != 1 for one in found if one.price):
        return None
    if others(low, found):
        return None
    given = (*areas, *lengths, *budgets)[0]
    roles = _roles(low, prices)
    if roles is None or (budgets and not prices):
        return None
    bare = _OPEN.search(low) is not None and _ROUND.search(low) is None and roles.one is None
    if roles.one is not None and roles.others is None and roles.everywhere is None and roles.pair is None:
        return None
    return _drawn(low, original, given, roles, bare=bare)


def _drawn(low: str, original: str, given: Extent, roles: _Prices, *, bare: bool) -> Sheet | None:
    sense: Sense = "minimize" if given.power == 2 else "maximize"
    sheet = Sheet(original)
    width, length = sheet.variable("width", "the two equal sides"), sheet.variable("length", "the other sides")
    walls = _partitions(low)
    priced = [one for one in (roles.everywhere, roles.one, roles.pair, roles.others, roles.dividing) if one is not None]
    meters = priced[0].meters if priced else given.meters
    coins = {one.scale for one in priced} | ({given.scale} if given.money else set())
    coin = coins.pop() if len(coins) == 1 else 1.0

    def cost(extent: Extent | None, name: str) -> str:
        if extent is None:
            return ""
        return _times(sheet.parameter(name, extent.figure), factor(extent, meters, coin=coin)) + "*"

    if roles.one is not None or roles.pair is not None:
        special = cost(roles.one or roles.pair, "cost_of_one_side" if roles.one else "cost_of_two_sides")
        usual = cost(roles.others or roles.everywhere, "cost_of_other_sides") or special
        terms = [f"{special}{length}", f"{usual}(2*{width}{f' + {length}' if roles.one else ''})"]
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
    if given.power == 2:
        need = _times(sheet.parameter("area_needed", given.figure), factor(given, meters))
        sheet.constraint("area", f"{width}*{length} >= {need}", [given.figure])
        sheet.aim(sense, "cost" if priced else "fence_length", fence)
    else:
        most = _times(
            sheet.parameter("budget" if given.money else "fence", given.figure), factor(given, meters, coin=coin)
        )
        sheet.constraint("budget_limit" if given.money else "fence_limit", f"{fence} <= {most}", [given.figure])
        sheet.aim(sense, "enclosed_area", f"{width}*{length}")
    return sheet


def _times(name: str, by: float) -> str:
    return name if abs(by - 1.0) < 1e-12 else f"{name}*{by!r}"


def _partitions(low: str) -> int:
    """How many partitions there are."""
    parts = _PARTS.search(low)
    counted = {**{word: int(value) for word, value in NUMBER_WORDS.items() if 1 <= value <= 12}, "half": 2, "halves": 2}
    if parts is not None and _DIVIDING.search(low) is not None:
        number = counted.get(parts[1], int(parts[1]) if parts[1].isdigit() else 0)
        if number > 1:
            return number - 1
    shared = _SHARED.search(low)
    if shared is not None:
        number = counted.get(shared[1], int(shared[1]) if shared[1].isdigit() else 0)
        if number > 1:
            return number - 1
    match = _PARTITIONS.search(low)
    if match is not None:
        return int(match[1]) if match[1].isdigit() else counted.get(match[1], 1)
    return 1 if _DIVIDING.search(low) is not None else 0


def _roles(low: str, prices: list[Extent]) -> _Prices | None:
    """Whose price each is, by the words around it; None where two have the same role."""
    roles = _Prices()
    if len(prices) == 1:
        roles.everywhere = prices[0]
        return roles
    for k, price in enumerate(prices):
        words = _around(low, prices, k)
        for name, pattern in (("dividing", _DIVIDING), ("others", _OTHERS), ("one", _ONE_SIDE), ("pair", _TWO_SIDES)):
            if pattern.search(words) is not None and getattr(roles, name) is None:
                setattr(roles, name, price)
                break
        else:
            if roles.everywhere is not None:
                return None
            roles.everywhere = price
    if roles.one is not None and roles.pair is not None:
        roles.others, roles.pair = roles.others or roles.pair, None
    return roles


def _around(low: str, prices: list[Extent], k: int) -> str:
    """The words of a price: from the clause after the price before it to the end of its clause or of its sentence."""
    price = prices[k].figure
    start = max(low.rfind(mark, 0, price.start) for mark in _ENDS) + 1
    if k > 0:
        start = max(start, _break_after(low, prices[k - 1].figure.end, price.start))
    end = min((at for mark in _ENDS if (at := low.find(mark, price.end)) >= 0), default=len(low))
    if k + 1 < len(prices) and prices[k + 1].figure.start < end:
        end = _break_after(low, price.end, prices[k + 1].figure.start)
    return low[start:end]


def _break_after(low: str, first: int, last: int) -> int:
    """Where the words of one price end and those of the next begin."""
    found = _BREAK.search(low, first, last)
    return found.end() if found is not None else first
