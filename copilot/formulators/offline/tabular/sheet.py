"""A table of items by attributes: what each row is called, what each column counts, formulas in its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copilot.formulators.offline.words.lexicon import is_content, unit_of, word_set
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import Cell, Table

_EMPTY = word_set(
    "per unit each total type required require requirement number amount of and the item in for available"
)
MONEY_IN = frozenset(map(stem, ("profit", "revenue", "income", "earnings", "sale", "return", "benefit", "selling")))
MONEY_OUT = frozenset(map(stem, ("cost", "expense", "expenditure", "wage", "salary")))
_LOWER = re.compile(r"\bmin(?:imum|\.)?\b|\bat least\b|\blower\b|\bcommitted\b", re.I)
_UPPER = re.compile(
    r"\bmax(?:imum|\.)?\b|\bat most\b|\bupper\b|\bdemand\b|\bavailab\w+|\bcapacity\b|\bsupply\b|\blimit\b", re.I
)
_NUMBER = r"\$?\s?(\d[\d,]*(?:\.\d+)?)"
_CURVE = re.compile(rf"{_NUMBER}\s*\+\s*\(?\s*[A-Za-z]\w*\s*(?:\^|\*\*)\s*(\d(?:\.\d+)?)\s*\)?\s*/\s*(\d[\d,]*)")
_POWER = re.compile(rf"^{_NUMBER}\s*\*?\s*[A-Za-z]\w*\s*(?:\^|\*\*)\s*(\d(?:\.\d+)?)$")
_STEP = re.compile(
    rf"(increases?|decreases?|rises?|falls?|drops?) by {_NUMBER}[^)]{{0,40}}?"
    rf"\b(?:above|beyond|exceeds?|over) {_NUMBER}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Curve:
    """How a cell grows with decision ``x``: by ``slope * x**power``, or by ``slope`` for each unit above ``start``."""

    slope: float
    power: float = 1.0
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of all items; ``words`` are stems of its head; ``bound`` if it limits the decision itself."""

    title: str
    words: frozenset[str]
    unit: str
    values: tuple[float, ...]
    cells: tuple[Cell, ...]
    percent: bool = False
    bound: str = ""
    curves: tuple[Curve, ...] = ()
    money: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Items in rows; ``names[k]`` are spellings by which the prose may call item ``k``."""

    noun: str
    items: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    columns: tuple[Column, ...]


def sheet(table: Table) -> Sheet | None:
    """The table as a sheet, or None where its rows are not items or its cells are not figures."""
    noun = _noun(table.header[0].text)
    labels = tuple(row[0].text for row in table.rows)
    if len(set(labels)) < len(labels) or len(labels) < 2 or any(not label for label in labels):
        return None
    if any(re.search(r"\b(?:total|available|maximum|minimum|limit|availability|capacity)\b", x, re.I) for x in labels):
        return None
    columns = []
    for k in range(1, len(table.header)):
        column = _column(table, k, noun)
        if column is None:
            return None
        columns.append(column)
    return Sheet(
        noun, labels, tuple(_spellings(x, noun) for x in labels), tuple(r[0] for r in table.rows), tuple(columns)
    )


def stems(words: Iterable[str]) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stem(w) for w in words if len(w) > 1 and is_content(w) and lemma(w) not in _EMPTY)


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _noun(text: str) -> str:
    words = [w for w in words_of(text) if w not in ("type", "name", "kind")]
    return lemma(words[-1]) if words else "item"


def _spellings(label: str, noun: str) -> tuple[str, ...]:
    """The label as written, its singular, and with the noun before it: "A" is also "Product A"."""
    low = re.sub(r"\s+", " ", label.lower()).strip()
    found = {low, " ".join([*low.split()[:-1], lemma(low.split()[-1])])}
    if len(low) <= 2 or low.isdigit():
        found = {f"{noun} {low}", f"{noun}{low}"}
    elif len(low.split()) > 1:
        found.add(" ".join(low.split()[:-1]))
    return tuple(sorted(found, key=lambda s: -len(s)))


def _column(table: Table, k: int, noun: str) -> Column | None:
    head = table.header[k].text
    cells = tuple(row[k] for row in table.rows)
    values = [_number(cell.text) for cell in cells]
    if any(value is None for value in values):
        return None
    curves = _curves(cells)
    plain = re.sub(r"\([^)]*\)", " ", head)
    bracket = " ".join(re.findall(r"\(([^)]*)\)", head))
    front = re.split(r"\bper\b|/", plain, maxsplit=1)[0]
    words = stems(words_of(front)) - {stem(noun)} or stems(words_of(plain)) or stems(words_of(bracket))
    unit = next(
        (lemma(w) for w in [*words_of(bracket), *words_of(_tail(cells[0].text)), *words_of(front)] if unit_of(w)), ""
    )
    money = "$" in cells[0].text or "$" in head or bool(words & (MONEY_IN | MONEY_OUT))
    percent = all("%" in cell.text for cell in cells)
    bound = ""
    if not money and not percent and not re.search(r"\bper\b|/", plain):
        bound = ">=" if _LOWER.search(plain) else "<=" if _UPPER.search(plain) else ""
    numbers = tuple((v or 0.0) * (0.01 if percent else 1.0) for v in values)
    return Column(head, words, unit, numbers, cells, percent, bound, curves, money)


def _tail(text: str) -> str:
    return re.sub(r"^[\s$\d,.]+", "", text)


def _number(text: str) -> float | None:
    match = re.search(_NUMBER, text)
    return float(match[1].replace(",", "")) if match else None


def _curves(cells: Sequence[Cell]) -> tuple[Curve, ...]:
    """Formulas of the cells, where every cell has one of the same form."""
    found: list[Curve] = []
    for cell in cells:
        text = cell.text
        curve, power, step = _CURVE.search(text), _POWER.search(text), _STEP.search(text)
        if curve:
            found.append(Curve(1.0 / float(curve[3].replace(",", "")), float(curve[2])))
        elif power:
            found.append(Curve(0.0, float(power[2])))
        elif step:
            sign = 1.0 if step[1].lower().startswith(("incr", "rise")) else -1.0
            found.append(Curve(sign * float(step[2].replace(",", "")), start=float(step[3].replace(",", ""))))
    return tuple(found) if len(found) == len(cells) else ()
