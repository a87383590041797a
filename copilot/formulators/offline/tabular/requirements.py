"""The cheapest selection of items that meets required totals, where every item is a record of cost and contents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.tokens import Token, clean, sentences, tokenize

_CONFIDENCE = 0.9
_LEAST = re.compile(
    r"\b(?:minimi[sz]\w*|minimum|minimal|least|cheapest|lowest|low|cost-effective)\b[^.?!]{0,80}\b"
    r"(?:costs?|money|expens\w*|spend\w*|amount|way|price)\b"
    r"|\bleast expensive|\bcheapest|\bcosts?[^.?!]{0,30}as low as",
    re.I,
)
_MOST = re.compile(r"\b(?:at most|no more than|not exceed|up to|maximum|limit(?:ed)?|less than)\b")


def required_mix(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft, or None where the cost column or the required total of some other column is not found.

    ``prose`` is the text without the tables, as long as the original.
    """
    if len(tables) != 1 or _LEAST.search(prose) is None:
        return None
    table = tables[0]
    heads = [cell.text for cell in table.header]
    costs = [k for k, head in enumerate(heads) if k and re.match(r"(?:\w+ )?(?:cost|price)\b", head, re.I)]
    if len(costs) != 1 or len(heads) < 3:
        return None
    found: dict[int, tuple[str, Token]] = {}
    used: set[int] = set()
    for sentence in sentences(tokenize(clean(prose)), prose):
        for at, token in enumerate(sentence.tokens):
            if not token.is_number or token.money or token.percent or token.multiplier:
                continue
            column = _column_after(sentence.tokens, at, heads, costs[0])
            if column is None:
                continue
            if column in found and found[column][1].value != token.value:
                return None
            low = prose[sentence.start : token.start].lower()
            side = "<=" if _MOST.search(low.rsplit("at least", 1)[-1]) else ">="
            found.setdefault(column, (side, token))
            used.add(token.start)
    if set(found) | set(costs) != set(range(1, len(heads))):
        return None
    left = [
        t
        for t in tokenize(clean(prose))
        if t.is_number
        and t.start not in used
        and not (t.value is not None and t.value == len(table.rows))
        and t.value != 1
    ]
    if left:
        return None
    return _page(table, heads, costs[0], found, original).draft(_CONFIDENCE, formulator)


def _column_after(tokens: Sequence[Token], at: int, heads: Sequence[str], cost: int) -> int | None:
    """The column that the words after a figure name: "60 grams of protein"."""
    words = []
    for token in tokens[at + 1 : at + 6]:
        if token.is_number or token.low in (",", ";", ".", "and", "or"):
            break
        words.append(lemma(token.low))
    for k, head in enumerate(heads):
        names = [lemma(word.lower()) for word in re.findall(r"[A-Za-z]+", head.split("(")[0])]
        if k in (0, cost) or not names:
            continue
        if any(
            a == b or (len(min(a, b, key=len)) >= 4 and (a.startswith(b) or b.startswith(a)))
            for a in names
            for b in words
        ):
            return k
    return None


def _page(table: Table, heads: Sequence[str], cost: int, found: dict[int, tuple[str, Token]], original: str) -> Paper:
    page = Paper(original)
    items = tuple(row[0].text for row in table.rows)
    item = page.set("item", items)
    page.spans[item] = tuple(Span(start=row[0].start, end=row[0].end) for row in table.rows)
    price = page.column("cost", item, _column(table, cost), heads[cost])
    amount = page.variable("amount", f"i in {item}", domain="integer", description="how many of each")
    page.aim("minimize", "total_cost", f"sum({price}[i]*{amount}[i] for i in {item})")
    for k, (side, token) in sorted(found.items()):
        name = heads[k].split("(")[0].strip()
        content = page.column(name, item, _column(table, k), heads[k])
        bound = page.scalar(
            f"{'min' if side == '>=' else 'max'}_{name}", token.value or 0.0, (token.start, token.end), heads[k]
        )
        page.constraint(f"enough_{name}", f"sum({content}[i]*{amount}[i] for i in {item}) {side} {bound}")
        page.spans[page.constraints[-1].name] = page.spans[bound]
    page.assumptions.append("whole numbers of every item; amounts that are named are required at least")
    return page


def _column(table: Table, k: int) -> dict[str, Figure]:
    figures = {}
    for row in table.rows:
        figures[row[0].text] = Figure(row[k].value or 0.0, row[k].start, row[k].end)
    return figures
