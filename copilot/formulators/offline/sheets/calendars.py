"""Tables of periods: what is needed, what can be made, and what making, starting and keeping cost, month by month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import Cell, Table
from copilot.formulators.offline.words.times import DAYS, MONTHS, SEASONS, SHORT_DAYS, SHORT_MONTHS

from .roster import Figure, figure_of

Duty = Literal[
    "need", "start", "keep", "price", "room", "cost", "bound", "begin", "end", "use", "over_room", "over_cost"
]  # fmt: skip

_NAMES = "|".join((*MONTHS, *DAYS, *SEASONS, "fall", *SHORT_MONTHS, *SHORT_DAYS))
_NOUN = r"month|week|day|quarter|period|year|season|shift"
_PERIOD = re.compile(
    rf"(?:{_NAMES})\.?(?: \d+)?|(?:{_NOUN})s? ?\d+|(?:first|second|third|fourth|\d(?:st|nd|rd|th)) (?:{_NOUN})|"
    r"[QMWTDPY]\.? ?\d+",
    re.I,
)
_KEPT = re.compile(r"\bhold\w*|\bstor(?:e|age|ing)\b|\binventor\w*|\bcarry\w*|\bkeep\w*|\bkept\b|\bstock\w*", re.I)
_STARTED = re.compile(r"\bset-?\s?ups?\b|\bfixed\b|\bstart\w*|\bchange-?overs?\b|\bsetting up\b", re.I)
_NEEDED = re.compile(r"\bdemand\w*|\bneed\w*|\brequir\w*|\borders?\b|\bforecast\w*|\bdeliver\w*|\bcontract\w*", re.I)
_OVER = re.compile(r"\bovertime\b|\bsubcontract\w*|\boutsourc\w*|\bextra shifts?\b", re.I)
_SOLD = re.compile(r"\bsell\w*|\bsales? price|\brevenue\b", re.I)
_ROOM = re.compile(r"\bcapacit\w*|\bavailab\w*|\bmax\w*|\bat most\b|\blimit\w*|\bcan (?:make|produce)\b", re.I)
_COST = re.compile(r"\bcosts?\b|\bprice\b|[$€£]|\bexpens\w*", re.I)
#: Stems of words of a title that name no product.
_PLAIN = frozenset(
    map(
        stem,
        re.findall(
            r"\w+",
            "demand need required requirement order forecast of for in the per unit cost price production product "
            "set up setup holding storage inventory capacity available maximum max to next period month week "
            "overtime regular",
        ),
    )
)


@dataclass(slots=True)
class Calendar:
    """``rows[duty, product]`` has a figure for each period; the product is empty where a figure is for all."""

    noun: str
    periods: tuple[str, ...]
    places: tuple[Cell, ...]
    products: tuple[str, ...] = ()
    rows: dict[tuple[Duty, str], tuple[str, tuple[Figure, ...]]] = field(default_factory=dict)


def duty_of(title: str, *, money: bool = False) -> Duty | None:
    """What a row of figures is for, by its title."""
    money = money or _COST.search(title) is not None
    if _OVER.search(title):
        return "over_cost" if money else "over_room"
    if money and _KEPT.search(title):
        return "keep"
    if money and _STARTED.search(title):
        return "start"
    if money and _SOLD.search(title):
        return "price"
    if money:
        return "cost"
    if _KEPT.search(title) and _ROOM.search(title):
        return "bound"
    if _NEEDED.search(title):
        return "need"
    return "room" if _ROOM.search(title) else None


def calendars(tables: Sequence[Table], text: str) -> Iterator[Calendar]:
    """Calendars that all the tables together make."""
    ways = [way for table in tables for way in (table, table.transposed()) if _is_timed(way, text)]
    if len(ways) != len(tables):
        return
    calendar = Calendar(_noun(ways[0], text), _labels(ways[0]), tuple(ways[0].header[1:]))
    if any(_labels(way) != calendar.periods for way in ways):
        return
    named: list[tuple[Duty | None, str, str, tuple[Figure, ...]]] = []
    for way in ways:
        for row in way.rows:
            figures = [figure_of(cell) for cell in row[1:]]
            if any(figure is None for figure in figures):
                return
            title = row[0].text.strip()
            known = tuple(figure for figure in figures if figure is not None)
            named.append((duty_of(title, money=any(f.money for f in known)), _owner(title), title, known))
    if all(duty is None for duty, *_ in named) and _NEEDED.search(text):
        named = [("need", title, title, line) for _, _, title, line in named]
    owners = [owner for duty, owner, *_ in named if duty == "need"]
    calendar.products = tuple(owners) if len(owners) > 1 else ("",)
    for duty, owner, title, line in named:
        key = next((p for p in calendar.products if p and _same(p, owner)), "")
        if duty is None or (duty, key) in calendar.rows:
            return
        calendar.rows[duty, key] = (title, line)
    if all(("need", product) in calendar.rows for product in calendar.products):
        yield calendar


def _is_timed(table: Table, text: str) -> bool:
    labels = _labels(table)
    if len(labels) < 2 or len(set(labels)) < len(labels):
        return False
    if all(_PERIOD.fullmatch(label) for label in labels):
        return True
    numbered = [str(k + 1) for k in range(len(labels))]
    corner = f"{table.header[0].text} {text}" if not table.header[0].text.strip() else table.header[0].text
    return list(labels) == numbered and re.search(rf"\b(?:{_NOUN})s?\b", corner, re.I) is not None


def _labels(table: Table) -> tuple[str, ...]:
    return tuple(cell.text.strip() for cell in table.header[1:])


def _noun(table: Table, text: str) -> str:
    match = re.search(rf"\b({_NOUN})s?\b", f"{table.header[0].text} {' '.join(_labels(table))} {text}", re.I)
    return lemma(match[1].lower()) if match else "period"


def _owner(title: str) -> str:
    """What is left of a title without its duty: the product it is about."""
    plain = re.sub(r"\([^)]*\)", " ", title)
    return " ".join(w for w in re.findall(r"[A-Za-z0-9]+", plain) if stem(w.lower()) not in _PLAIN)


def _same(product: str, owner: str) -> bool:
    return {stem(w) for w in product.lower().split()} <= {stem(w) for w in owner.lower().split()}
