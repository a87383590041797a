"""What a phrase about a table stands for: a column's total over the decisions, a difference, a ratio, a count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.morphology import lemma, stem

from .sheet import MONEY_IN, MONEY_OUT, Column, Sheet, stems, words_of

_DEFINED = (
    re.compile(
        r"(?:defined as|which is|is)\s+(?:the\s+)?(?P<above>[^.()]{3,90}?)\s+divided by\s+(?P<below>[^.()]{3,90})", re.I
    ),
    re.compile(r"\bratio of\s+(?:the\s+)?(?P<above>[^.(),]{3,60}?)\s+(?:to|over)\s+(?P<below>[^.(),]{3,60})", re.I),
)
_NAMED = (
    re.compile(
        r"(?:maximi[sz]\w*|minimi[sz]\w*|highest|largest|greatest|lowest|smallest|\bthe (?:most|least))\s+"
        r"(?:the\s+)?(?:average\s+)?(?P<above>[\w ]{3,40}?)\s+"
        r"per\s+(?P<below>[\w ]{3,50})",
        re.I,
    ),
    re.compile(
        r"(?:efficiency|ratio|rate|productivity)\s*\((?P<above>[\w ]{3,40}?) per (?P<below>[\w ]{3,50})\)", re.I
    ),
    re.compile(r"\b(?P<above>[A-Za-z]{3,20})(?:-to-|[-/])(?P<below>[A-Za-z]{3,20})\s+ratio\b", re.I),
)
_OCCASION = re.compile(r"^(?:day|week|month|year|hour|quarter|season|unit time)\b(?! of)", re.I)
_PRICE = re.compile(
    r"(?:price|rate|tariff)[^.$\d]{0,40}\$\s?(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?:per|/|for each|a)\s*"
    r"(?P<unit>[A-Za-z]+)",
    re.I,
)


@dataclass(slots=True)
class Valuation:
    """Names on the page for the columns of a sheet, and expressions built of them."""

    page: Paper
    sheet: Sheet
    prose: str
    index: str = ""
    variable: str = ""
    named: dict[int, str] = field(default_factory=dict)
    extra: list[tuple[int, int]] = field(default_factory=list)

    def coefficient(self, column: Column) -> str:
        """The column per unit of decision ``i``, with the formula of its cells."""
        k = self.sheet.columns.index(column)
        if k not in self.named:
            self.named[k] = self.page.column(_title(column), self.index, figures(self.sheet, column), column.title)
        name = f"{self.named[k]}[i]"
        if not column.curves:
            return name
        x = f"{self.variable}[i]"
        curve = column.curves[0]
        slope = self._curve(column, "slope", [c.slope for c in column.curves])
        if curve.start is not None:
            start = self._curve(column, "start", [c.start or 0.0 for c in column.curves])
            return f"({name} + {slope}*max({x} - {start}, 0))"
        power = f"{curve.power:g}"
        if all(c.slope == 0 for c in column.curves):
            return f"{name}*{x}**{float(power) - 1:g}" if curve.power != 1 else name
        return f"({name} + {slope}*{x}**{power})"

    def total(self, *columns: Column) -> str:
        """The sum over all decisions of the product of the columns."""
        product = "*".join(self.coefficient(column) for column in columns)
        return f"sum({product}*{self.variable}[i] for i in {self.index})"

    def again(self, expression: str) -> str:
        """The same expression with another index, for use inside a constraint over ``i``."""
        return re.sub(r"\bi\b", "j", expression)

    def count(self) -> str:
        return f"sum({self.variable}[i] for i in {self.index})"

    def find(self, phrase: str, *, among: tuple[Column, ...] | None = None) -> Column | None:
        """The column whose head shares most words with the phrase; None where none does or two tie."""
        phrase = re.sub(r"\bsquare (?:meter|metre|foot|feet)s?\b", "area", phrase, flags=re.I)
        words = stems(words_of(phrase))
        units = {lemma(w) for w in words_of(phrase)}
        scored = []
        for column in among if among is not None else self.sheet.columns:
            common = column.words & words
            score = len(common) + 0.5 * len(common) / max(1, len(column.words))
            if column.unit and column.unit in units and not column.money:
                score += 0.6
            if score > 0.5:
                scored.append((score, column))
        scored.sort(key=lambda pair: -pair[0])
        if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return None
        return scored[0][1]

    def worth(self, phrase: str) -> str | None:
        """The expression that a phrase of the objective stands for."""
        words = stems(words_of(phrase))
        incomes = [c for c in self.sheet.columns if c.words & MONEY_IN and c.money and not c.bound]
        costs = [c for c in self.sheet.columns if c.words & MONEY_OUT and c.money]
        wants_profit = bool(words & {stem("profit"), stem("earnings"), stem("margin")})
        if wants_profit:
            return self._profit(phrase, incomes, costs)
        if re.search(r"\bof\b", phrase):
            left, right = re.split(r"\bof\b", phrase, maxsplit=1)
            a, b = self.find(left), self.find(right)
            if a is not None and b is not None and a is not b and (a.percent or b.percent):
                return self.total(a, b)
        if words & {stem("cost"), stem("expense"), stem("dollar"), stem("spent")} and costs:
            exact = self.find(phrase, among=tuple(costs))
            whole = re.search(r"\btotal costs?\b|\bspent\b", phrase, re.I) is not None
            if exact is not None and not (whole and len(costs) > 1 and len(exact.words & words) < 2):
                return self.total(exact)
            return " + ".join(self.total(c) for c in costs)
        column = self.find(phrase)
        if column is not None:
            return self.total(column)
        if re.search(r"\bnumber of\b|\btotal units\b", phrase, re.I) or stem(self.sheet.noun) in words:
            return self.count()
        return None

    def _profit(self, phrase: str, incomes: list[Column], costs: list[Column]) -> str | None:
        profits = [c for c in incomes if stem("profit") in c.words]
        net = re.search(r"\bnet\b|\bminus\b", phrase, re.I) is not None and re.search(
            r"\bminus\b|\bsubtract|\bdeduct|\bafter\b", self.prose, re.I
        )
        if profits and not (net and costs):
            return self.total(self.find(phrase, among=tuple(profits)) or profits[0])
        if profits:
            return f"{self.total(profits[0])} - {' - '.join(self.total(c) for c in costs)}"
        sales = [c for c in incomes if c.words & {stem(w) for w in ("revenue", "selling", "sale", "income")}]
        sales = sales or [c for c in self.sheet.columns if stem("price") in c.words and c.words.isdisjoint(MONEY_OUT)]
        if not sales:
            priced = self._priced()
            return f"{priced} - {' - '.join(self.total(c) for c in costs)}" if priced and costs else priced
        if not costs:
            return self.total(sales[0])
        return f"{self.total(sales[0])} - {' - '.join(self.total(c) for c in costs)}"

    def _priced(self) -> str | None:
        """A column sold at a price that the prose gives: "$0.10 per kWh"."""
        match = _PRICE.search(self.prose)
        if match is None:
            return None
        unit = match["unit"].lower()
        for column in self.sheet.columns:
            if not column.money and unit in words_of(f"{column.title} {column.cells[0].text}"):
                self.extra.append(match.span("value"))
                price = self.page.scalar("price", float(match["value"].replace(",", "")), match.span("value"))
                return f"{price}*{self.total(column)}"
        return None

    def _curve(self, column: Column, what: str, values: list[float]) -> str:
        facts = {
            item: Figure(value, cell.start, cell.end)
            for item, value, cell in zip(self.sheet.items, values, column.cells, strict=True)
        }
        key = -1 - self.sheet.columns.index(column) - (100 if what == "start" else 0)
        if key not in self.named:
            self.named[key] = self.page.column(f"{_title(column)}_{what}", self.index, facts, f"{column.title}: {what}")
        return f"{self.named[key]}[i]"


def figures(sheet: Sheet, column: Column) -> dict[str, Figure]:
    """The column as facts with their places."""
    return {
        item: Figure(value, cell.start, cell.end)
        for item, value, cell in zip(sheet.items, column.values, column.cells, strict=True)
    }


def ratio_in(sentence: str, following: str = "") -> tuple[str, str] | None:
    """Numerator and denominator of the objective: as the text defines the ratio, else as it names it."""
    named = next((m for p in _NAMED if (m := p.search(sentence)) and not _OCCASION.match(m["below"])), None)
    here = (
        f"{sentence} {following}" if re.search(r"\bratio\b|\bdefined\b", f"{sentence} {following}", re.I) else sentence
    )
    defined = next((m for p in _DEFINED if (m := p.search(here))), None)
    match = defined or named
    return (match["above"], match["below"]) if match is not None else None


def _title(column: Column) -> str:
    front = re.split(r"\bper\b|/|\(", column.title, maxsplit=1)[0].strip()
    return front or column.title
