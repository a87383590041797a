"""Item problems out of a table and the prose around it: objective, limits on columns, counts, items and shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.tokens import Token, sentences, tokenize
from formulations.formulation import Domain, Sense, Variable

from .amounts import Valuation, figures, ratio_in
from .sheet import MONEY_IN, Column, Sheet, sheet, stems, words_of

_CONFIDENCE = 0.85
_SENSE = re.compile(r"\b(maximi[sz]\w*|minimi[sz]\w*|largest|smallest|highest|lowest|cheapest|greatest)\b", re.I)
_GE = re.compile(
    r"\bat least\b|\bminimum(?: of)?\b|\bno(?:t)? (?:less|fewer) than\b|\bmust exceed\b|>=|\bor more\b|\bmore than\b",
    re.I,
)
_LE = re.compile(
    r"\bat most\b|\bmaximum(?: of)?\b|\bno(?:t)? more than\b|\bnot exceed\w*|\bcannot exceed\b|\bup to\b|<=|\bwithin\b|"
    r"\blimit(?:ed|s)?\b|\bbudget\b|\bavailable\b|\bavailability\b|\bcapacity\b|\bcan (?:hold|carry)\b|\bsupply of\b|"
    r"\bhas a total of\b|\bless than\b|\bonly\b|\bstock\b",
    re.I,
)
_EQ = re.compile(r"\bexactly\b|\bequal to\b", re.I)
#: Signs of more decisions or of time spans than a table of items tells.
_OTHER = re.compile(r"\band (?:the number of|how (?:many|much))\b|\bdecade\b|\bnext \w+ years\b", re.I)
_EACH = re.compile(r"\b(?:each|every|any one|any single|all types)\b", re.I)


@dataclass(slots=True)
class Ledger:
    """One reading of a table with its prose; ``left`` holds the figures that were not understood."""

    prose: str
    sheet: Sheet
    page: Paper
    value: Valuation
    left: list[Token] = field(default_factory=list)
    budgets: dict[str, str] = field(default_factory=dict)

    def bound(self, name: str, token: Token, expression: str, side: str, *, over: str = "") -> str:
        """A limit on an expression, with its figure as a parameter of the page."""
        prefix = {">=": "min", "<=": "max"}.get(side, "exact")
        number = self.page.scalar(f"{prefix}_{name}", token.value or 0.0, (token.start, token.end))
        self.page.constraint(
            f"{name}_{'need' if side == '>=' else 'limit'}", f"{expression} {side} {number}", over=over
        )
        self.page.spans[self.page.constraints[-1].name] = self.page.spans[number]
        return number


def ledger(prose: str, tables: Sequence[Table], original: str, formulator: str, *, entire: bool = True) -> Draft | None:
    """The draft of an item problem; None where something is not understood and it should be read ``entire``.

    Formulas in cells are beyond a linear reading: then a draft with open figures is still the better one.
    """
    if len(tables) != 1:
        return None
    items = sheet(tables[0])
    if items is None or not items.columns:
        return None
    page = Paper(original)
    value = Valuation(page, items, prose)
    value.index = page.set(items.noun, items.items)
    value.variable = page.names.take("amount")
    book = Ledger(prose, items, page, value)
    page.spans[value.index] = tuple(Span(start=cell.start, end=max(cell.end, cell.start + 1)) for cell in items.cells)
    parts = sentences(tokenize(prose), prose)
    goal = _goal(book, [prose[part.start : part.end] for part in parts])
    if goal is None:
        return None
    page.aim(goal[0], "objective_value", goal[1])
    for part in parts:
        _SentenceReader(book, prose[part.start : part.end], part.start, part.tokens).read()
    for column in items.columns:
        if column.bound:
            name = page.column(column.title, value.index, figures(items, column), column.title)
            page.constraint(
                f"{name}_bound", f"{value.variable}[i] {column.bound} {name}[i]", over=f"i in {value.index}"
            )
    domain = _domain(prose)
    page.variables.append(
        Variable(
            name=value.variable,
            indices=(f"i in {value.index}",),
            domain=domain,
            lower=None if domain == "binary" else "0",
            description=f"how much of each {items.noun}",
        )
    )
    if domain != "continuous":
        page.assumptions.append("whole numbers only")
    _at_least_once(book)
    used = {c for c in items.columns if items.columns.index(c) in value.named or c.bound}
    plain = _OTHER.search(prose) is None
    complete = plain and not book.left and len(used) == len(items.columns)
    if entire and not complete and not any(column.curves for column in items.columns):
        return None
    share = len(page.constraints) / max(1, len(book.left) + len(page.constraints))
    return page.draft(_CONFIDENCE * share, formulator)


def _goal(book: Ledger, parts: Sequence[str]) -> tuple[Sense, str] | None:
    """The objective: a ratio where the text defines one, else what is maximized or minimized."""
    aims = [(k, m) for k, part in enumerate(parts) for m in _SENSE.finditer(part)]
    if not aims:
        return None
    for k, match in reversed(aims):
        sense: Sense = "maximize" if match[1].lower().startswith(("maxi", "larg", "high", "great")) else "minimize"
        rest = parts[k][match.start() :]
        pair = ratio_in(rest, " ".join(parts[k + 1 : k + 3]))
        if pair is not None:
            above, below = book.value.worth(pair[0]), book.value.worth(pair[1])
            if above is not None and below is not None:
                return sense, f"({above})/({below})"
            continue
        found = book.value.worth(parts[k][match.end() :])
        if found is not None:
            return sense, found
    return None


def _at_least_once(book: Ledger) -> None:
    """ "Each cake is baked at least once": one of each."""
    match = re.search(r"\b(?:each|every)\b[^.]{0,60}\bat least once\b", book.prose, re.I)
    if match is not None:
        value = book.value
        least = book.page.scalar("min_each", 1.0, match.span())
        book.page.constraint("each_once", f"{value.variable}[i] >= {least}", over=f"i in {value.index}")


def _domain(prose: str) -> Domain:
    if re.search(r"\bknapsack\b|\bwhich (?:items|projects|ones)\b|\bat most once\b", prose, re.I):
        return "binary"
    return "continuous" if re.search(r"\bproportions?\b|\bfractions? of each\b", prose, re.I) else "integer"


@dataclass(slots=True)
class _SentenceReader:
    book: Ledger
    text: str
    start: int
    tokens: Sequence[Token]
    mentions: list[tuple[int, int, int]] = field(default_factory=list)

    def read(self) -> None:
        numbers = [t for t in self.tokens if t.is_number and not self._excused(t)]
        if not numbers:
            return
        self.mentions = self._mentions()
        edges = [self.start, *(t.end for t in numbers)]
        ends = [*(t.start for t in numbers[1:]), self.start + len(self.text)]
        before = [self._at(a, t.start) for a, t in zip(edges, numbers, strict=False)]
        after = [self._at(t.end, b) for t, b in zip(numbers, ends, strict=True)]
        if self._own_column(numbers, before, after):
            return
        leading = bool(self._named(edges[0], numbers[0].start))
        side = ""
        for k, token in enumerate(numbers):
            side = _direction(before[k], after[k]) or side
            zone = (edges[k], token.start) if leading else (token.end, ends[k])
            owners = self._named(*zone)
            if not side or not self._limit(token, side, before[k], after[k], owners):
                self.book.left.append(token)

    def _at(self, a: int, b: int) -> str:
        return self.book.prose[a:b]

    def _excused(self, token: Token) -> bool:
        """Figures that only count the items, name a formula, or are read elsewhere."""
        if any(a <= token.start < b or a <= token.end - 1 < b for a, b in self.book.value.extra):
            return True
        said = re.search(
            r"\bat (?:least|most)\s+$", self.book.prose[max(self.start, token.start - 20) : token.start], re.I
        )
        if token.value == len(self.book.sheet.items) or (token.low == "one" and not said):
            return not token.money and not token.percent
        formula = any(c.curves for c in self.book.sheet.columns)
        around = self.book.prose[max(0, token.start - 30) : token.end + 12]
        return (
            formula and re.search(r"\^|increases? by|decreases? by|(?:above|beyond|exceeds?)\s+$", around) is not None
        )

    def _mentions(self) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        low = self.text.lower()
        for k, names in enumerate(self.book.sheet.names):
            for name in names:
                for m in re.finditer(rf"\b{re.escape(name)}(?:s|es)?\b", low):
                    if all(m.end() <= a or m.start() >= b for a, b, _ in found):
                        found.append((m.start(), m.end(), k))
        return sorted((a + self.start, b + self.start, k) for a, b, k in found)

    def _named(self, a: int, b: int) -> list[int]:
        return list(dict.fromkeys(k for x, _, k in self.mentions if a <= x < b))

    def _own_column(self, numbers: Sequence[Token], before: Sequence[str], after: Sequence[str]) -> bool:
        """A figure for each item without a limit: a further column in words, noted as not understood."""
        owners = [k for _, _, k in self.mentions]
        if len(numbers) != len(self.book.sheet.items) or sorted(owners) != list(range(len(numbers))):
            return False
        if any(_direction(b, a) for b, a in zip(before, after, strict=True)):
            return False
        said = [
            c.values[k] == t.value
            for k, t in zip(owners, numbers, strict=True)
            for c in self.book.sheet.columns
            if t.value in c.values
        ]
        if said and all(said) and len(said) >= len(numbers):
            return True
        self.book.left.extend(numbers)
        return True

    def _limit(self, token: Token, side: str, before: str, after: str, owners: list[int]) -> bool:
        book, value = self.book, self.book.value
        x = value.variable
        phrase = f"{before}  {after.lstrip()}"
        if token.percent:
            return self._share(token, side, owners)
        column = self._column(token, phrase)
        if owners:
            for k in owners:
                item = book.sheet.items[k]
                name = f"{x}[{_quoted(item)}]"
                if column is not None and (token.money or (column.unit and column.unit in _lemmas(after))):
                    name = f"{value.coefficient(column).replace('[i]', f'[{_quoted(item)}]')}*{name}"
                elif token.money:
                    return False
                book.bound(item, token, name, side)
            return True
        each = _EACH.search(phrase)
        if column is None and each and side != "==" and not token.money:
            book.bound(f"each_{book.sheet.noun}", token, f"{x}[i]", side, over=f"i in {value.index}")
            return True
        if column is not None:
            name = book.bound(_name(column), token, value.total(column), side)
            if side == "<=" and column.money:
                book.budgets[column.title] = name
            return True
        if token.money:
            return False
        words = stems(words_of(phrase)) | stems(words_of(self.text))
        counted = re.search(r"\btotal\b|\bcombined\b|\ball\b|\bcapacity\b|\boverall\b|\baltogether\b", self.text, re.I)
        if counted or stems([book.sheet.noun]) & words:
            book.bound("total", token, value.count(), side)
            return True
        return False

    def _column(self, token: Token, phrase: str) -> Column | None:
        """The column that a limit is about, by its words, its unit, and whether it is money."""
        columns = tuple(c for c in self.book.sheet.columns if c.money == token.money and not c.percent and not c.bound)
        if token.money:
            columns = tuple(c for c in columns if c.words.isdisjoint(MONEY_IN)) or columns
        after = phrase.rpartition("  ")[2]
        if not token.money and re.match(r"\s*units?\b", after):
            columns = tuple(c for c in columns if not c.unit or c.unit in _lemmas(self.text))
        found = self.book.value.find(phrase, among=columns) or self.book.value.find(self.text, among=columns)
        if found is None and token.money and len(columns) == 1:
            return columns[0]
        return found

    def _share(self, token: Token, side: str, owners: list[int]) -> bool:
        """A share of a column's total, or of the count: "a fifth of all money goes to maples"."""
        book, value = self.book, self.book.value
        x = value.variable
        money = tuple(c for c in book.sheet.columns if c.money and c.words.isdisjoint(MONEY_IN))
        column = value.find(self.text)
        if re.search(r"\bbudget\b|\bmoney\b|\bspen[dt]\w*\b|\binvest\w*\b", self.text, re.I) and money:
            column = column if column in money else money[0]
        term = f"{value.coefficient(column)}*{x}[i]" if column is not None else f"{x}[i]"
        whole = value.total(column) if column is not None else value.count()
        if column is not None and re.search(r"\bbudget\b", self.text, re.I) and column.title in book.budgets:
            whole = book.budgets[column.title]
        number = book.page.scalar("share", token.value or 0.0, (token.start, token.end))
        if owners or self.mentions:
            chosen = owners or list(dict.fromkeys(k for _, _, k in self.mentions))
            part = " + ".join(term.replace("[i]", f"[{_quoted(book.sheet.items[k])}]") for k in chosen)
            book.page.constraint("share_limit", f"{part} {side} {number}*({whole})")
        elif _EACH.search(self.text):
            book.page.constraint(
                "share_limit", f"{term} {side} {number}*({value.again(whole)})", over=f"i in {value.index}"
            )
        else:
            return False
        book.page.spans[book.page.constraints[-1].name] = book.page.spans[number]
        return True


def _direction(before: str, after: str) -> str:
    """The comparison that the words before a figure say, else those right after it."""
    best, side = -1, ""
    for pattern, sign in ((_GE, ">="), (_LE, "<="), (_EQ, "==")):
        for match in pattern.finditer(before):
            if match.end() > best:
                best, side = match.end(), sign
    if side == ">=" and re.search(r"\b(?:no|not)\s+more than\s*$", before, re.I):
        side = "<="
    if side:
        return side
    near = after[:40]
    if re.search(r"\bor more\b", near, re.I):
        return ">="
    if re.search(r"\bavailable\b|\bor less\b|\bin stock\b|\bon hand\b", after[:80], re.I):
        return "<="
    return ""


def _quoted(item: str) -> str:
    return '"' + item.replace("\\", "").replace('"', "") + '"'


def _lemmas(text: str) -> set[str]:
    return {lemma(word) for word in words_of(text)}


def _name(column: Column) -> str:
    return re.split(r"\bper\b|/|\(", column.title, maxsplit=1)[0].strip() or column.title
