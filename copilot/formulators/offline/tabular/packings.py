"""Things of given sizes put into equal bins, and lengths cut from equal rods.

Sources: Martello and Toth (1990), ch. 8; Gilmore and Gomory (1961).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.senses import wants_least
from copilot.formulators.offline.words.tables import Table

from .lists import COUNT, LIST, VALUE, count_of, figures_in

_CONFIDENCE = 0.85
_MOST_THINGS = 40
_MOST_PATTERNS = 2000
_UNIT = r"(?:m|cm|mm|meters?|metres?|centimeters?|ft|feet|foot|inch(?:es)?|in|yards?)"
_SIZES = re.compile(
    rf"\b(?:weigh\w*|weights?|siz\w+|volumes?|lengths?|heights?|loads?)\b[^.;\d]{{0,60}}?(?P<values>{LIST})", re.I
)
_BIN = re.compile(
    rf"\b(?P<noun>bins?|boxes|containers?|trucks?|vans?|crates?|trailers?|disks?|bags?|shelves|wagons?|lorries)\b"
    rf"[^.;\d]{{0,60}}?(?:hold|carry|take|capacity|fit|load|limit)\w*[^.;\d]{{0,30}}?(?P<value>{VALUE})",
    re.I,
)
_NEEDED = re.compile(r"\bhow many \w+ (?:are|is) (?:needed|necessary|required)\b|\bat least\?", re.I)
_CUT = re.compile(r"\bcut\w*\b|\bsaw\w*\b|\bslit\w*\b", re.I)
_ORDER = re.compile(
    rf"(?P<count>\d[\d,]*)\s+(?:pieces?|rolls?|rods?|bars?|boards?|sheets?|units?|sections?|strips?|lengths?)?\s*"
    rf"(?:of|with|at|that are|measuring)?\s*(?:a )?(?:length|width)?\s*(?:of )?(?P<size>\d+(?:\.\d+)?)[ -]?{_UNIT}\b",
    re.I,
)
_STOCK = re.compile(
    rf"(?P<size>\d+(?:\.\d+)?)[ -]?{_UNIT}(?:[ -](?:long|wide))?[ -]?(?:\w+[ -]){{0,2}}?"
    r"(?P<noun>rods?|rolls?|bars?|pipes?|beams?|boards?|planks?|tubes?|logs?|sheets?|coils?|reels?)\b",
    re.I,
)
_LONG = re.compile(
    rf"(?P<noun>rods?|rolls?|bars?|pipes?|beams?|boards?|planks?|tubes?|logs?|coils?|reels?)\b[^.;\d]{{0,50}}?"
    rf"(?P<size>\d+(?:\.\d+)?)[ -]?{_UNIT}\b",
    re.I,
)


def packing(text: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of a cutting or bin-packing problem, or None."""
    page = _cut(text, tables, original) or _bins(text, original)
    return page.draft(_CONFIDENCE, formulator) if page is not None else None


def _bins(text: str, original: str) -> Paper | None:
    hold, sizes = _BIN.search(text), _SIZES.search(text)
    if hold is None or sizes is None or not (wants_least(text) or _NEEDED.search(text)):
        return None
    things = figures_in(text, sizes.start("values"), sizes.end("values"))
    (capacity,) = figures_in(text, hold.start("value"), hold.end("value"))
    told = re.search(rf"\b({COUNT})\s+(?:\w+\s+)?[a-z]+\b[^.]{{0,60}}$", text[: sizes.start("values")], re.I)
    if not 2 <= len(things) <= _MOST_THINGS or max(f.value for f in things) > capacity.value:
        return None
    if told is not None and count_of(told[1]) not in (None, len(things), 1):
        return None
    return bins_page(original, things, capacity, lemma(hold["noun"].lower()))


def bins_page(original: str, things: Sequence[Figure], capacity: Figure, noun: str) -> Paper:
    """The fewest bins that hold all things."""
    page = Paper(original)
    numbers = tuple(range(1, len(things) + 1))
    item, bin_ = page.set("item", numbers), page.set(noun, numbers)
    size = page.names.take("size")
    page.number_column(size, item, things)
    most = page.scalar("capacity", capacity.value, (capacity.start, capacity.end), f"what one {noun} holds")
    put = page.variable("put", item, bin_, domain="binary", description=f"1 if it goes into this {noun}")
    used = page.variable("used", bin_, domain="binary", description=f"1 if the {noun} is used")
    page.aim("minimize", f"{noun} count", f"sum({used}[b] for b in {bin_})")
    page.constraint("once", f"sum({put}[i, b] for b in {bin_}) == 1", over=f"i in {item}")
    page.constraint("fits", f"sum({size}[i]*{put}[i, b] for i in {item}) <= {most}*{used}[b]", over=f"b in {bin_}")
    page.constraint("in_turn", f"{used}[b] <= {used}[prev(b)]", over=f"b in {bin_} if b != first({bin_})")
    page.assumptions.append(f"a {noun} is used only after the one before it, which loses nothing")
    return page


def _cut(text: str, tables: Sequence[Table], original: str) -> Paper | None:
    if _CUT.search(text) is None or not (wants_least(text) or _NEEDED.search(text)):
        return None
    orders: dict[float, tuple[Figure, Figure]] = {}
    for match in _ORDER.finditer(text):
        size, count = Figure.read(match, "size"), Figure.read(match, "count")
        if size.value in orders:
            return None
        orders[size.value] = size, count
    if not orders and len(tables) == 1:
        orders = _ordered(tables[0])
    stocks = [m for pattern in (_STOCK, _LONG) for m in pattern.finditer(text)]
    longer = [m for m in stocks if orders and float(m["size"]) > max(orders)]
    if len(orders) < 2 or not longer or len({m["size"] for m in longer}) > 1:
        return None
    return cut_page(original, orders, Figure.read(longer[0], "size"), lemma(longer[0]["noun"].lower()))


def cut_page(original: str, orders: Mapping[float, tuple[Figure, Figure]], stock: Figure, noun: str) -> Paper | None:
    """The fewest pieces of stock that give all orders, each a length and how many of it; None for too many patterns."""
    sizes = sorted(orders, reverse=True)
    patterns = _patterns(sizes, stock.value)
    if patterns is None:
        return None
    page = Paper(original)
    length = page.set("piece", tuple(f"{size:g}" for size in sizes))
    ways = page.set("pattern", tuple(range(1, len(patterns) + 1)))
    order = page.column("order", length, {f"{s:g}": orders[s][1] for s in sizes}, "pieces ordered")
    gives = page.names.take("pieces")
    records = [
        (f"{size:g}", k, float(pattern[j]))
        for k, pattern in enumerate(patterns, start=1)
        for j, size in enumerate(sizes)
    ]
    page.number_table(gives, (length, ways), records, f"pieces that one {noun} cut this way gives")
    page.spans[gives] = (Span(start=stock.start, end=stock.end),)
    cut = page.variable("cut", ways, domain="integer", description=f"{noun}s cut this way")
    page.aim("minimize", f"{noun} count", f"sum({cut}[p] for p in {ways})")
    page.constraint("ordered", f"sum({gives}[w, p]*{cut}[p] for p in {ways}) >= {order}[w]", over=f"w in {length}")
    page.assumptions.append(f"the patterns are all ways to cut one {noun} of {stock.value:g} with no piece left to cut")
    return page


def _ordered(table: Table) -> dict[float, tuple[Figure, Figure]]:
    """Sizes and counts out of a table with a column of each."""
    heads = [cell.text.lower() for cell in table.header]
    size = next((k for k, head in enumerate(heads) if re.search(r"\b(?:length|width|size)", head)), None)
    count = next(
        (k for k, head in enumerate(heads) if re.search(r"\b(?:order|demand|quantity|pieces|number|rolls)", head)), None
    )
    if size is None or count is None or size == count:
        return {}
    found = {}
    for row in table.rows:
        a, b = row[size].value, row[count].value
        if a is None or b is None:
            return {}
        found[a] = Figure(a, row[size].start, row[size].end), Figure(b, row[count].start, row[count].end)
    return found


def _patterns(sizes: Sequence[float], stock: float) -> list[tuple[int, ...]] | None:
    """All maximal ways to cut the stock, or None where there are too many. ``sizes`` fall."""
    found: list[tuple[int, ...]] = []

    def extend(k: int, rest: float, counts: tuple[int, ...]) -> None:
        if len(found) > _MOST_PATTERNS:
            return
        if k == len(sizes):
            if rest < sizes[-1] - 1e-9:
                found.append(counts)
            return
        for count in range(int((rest + 1e-9) // sizes[k]), -1, -1):
            extend(k + 1, rest - count * sizes[k], (*counts, count))

    extend(0, stock, ())
    return found if 0 < len(found) <= _MOST_PATTERNS else None
