"""Lists of records, one bullet for each item, turned into a table of items by figures.

"- Oats: 13 grams of protein and 370 calories for $2." becomes a row "Oats" with the columns "protein (grams)",
"calories" and "cost ($)"; figures are matched by what they count, not by their order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.words.lexicon import is_content, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import Cell, Table
from copilot.formulators.offline.words.tokens import Token, clean, tokenize

_BULLET = re.compile(r"(?m)^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+\**([A-Z][\w ()'-]{0,40}?)\**\s*:\**[ \t]+(\S.*)$")
#: "Milk contains 6 grams of protein and costs $2." A sentence that is a record; figures may have decimals.
_SENTENCE = re.compile(
    r"(?:(?<=[.:;?!])\s+|\A)(?:(?:An?|One|Each|Every)\s+(?:(?:serving|portion|unit|cup|piece|kilogram|pound)\s+of\s+)?)?"
    r"([A-Za-z][a-z]*(?: [a-z]+)?)\s+((?:contains?|costs?|provides?|has|have|gives?|offers?|is|supplies|yields?)\b"
    r"(?:[^.;\n]|\.(?=\d)){5,300})(?=[.;])"
)
_VAGUE = frozenset({"count", "level", "content", "amount"})
_SINGLE = re.compile(r"\ba single (?=dollar|euro|unit|gram|hour)")
_LEADING = frozenset({"of", "the", "a", "an", "mere", "just", "only", "units", "unit"})


_EARNED = {
    "profit": frozenset(map(stem, ("profit", "margin"))),
    "selling price": frozenset(map(stem, ("sell", "sold", "selling", "revenue", "retail"))),
}


@dataclass(frozen=True, slots=True)
class _Figure:
    key: str
    unit: str
    token: Token


def bullet_tables(text: str) -> tuple[str, tuple[Table, ...]]:
    """The text with lists of records blanked out, character for character, and the lists as tables."""
    runs: list[list[re.Match[str]]] = []
    for match in _BULLET.finditer(text):
        if runs and text[runs[-1][-1].end() : match.start()].strip() == "":
            runs[-1].append(match)
        else:
            runs.append([match])
    found: list[Table] = []
    for run in runs:
        table = _table(run) if len(run) >= 2 else None
        if table is not None:
            found.append(table)
            first, last = run[0].start(), run[-1].end()
            text = text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
    return text, tuple(found)


def sentence_table(text: str) -> tuple[str, Table | None]:
    """At least three neighboring sentences that are records of the same kind, blanked out, as a table."""
    runs: list[list[re.Match[str]]] = []
    for match in _SENTENCE.finditer(text):
        if runs and text[runs[-1][-1].end() : match.start()].strip(" .;") == "":
            runs[-1].append(match)
        else:
            runs.append([match])
    for run in runs:
        while len(run) >= 3:
            table = _table(run)
            if table is not None:
                first, last = run[0].start(), run[-1].end()
                return text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:], table
            run = run[:-1] if len(_figures(run[-1])) < len(_figures(run[0])) else []
    return text, None


def _table(run: Sequence[re.Match[str]]) -> Table | None:
    names = [match[1].strip() for match in run]
    rows = [_figures(match) for match in run]
    if len(set(names)) < len(names) or any(len(row) < 2 for row in rows):
        return None
    columns = _columns(rows)
    if len(columns) < 2 or any(key.isdigit() for key, _ in columns):
        return None
    header = [_cell("Item", run[0].start(1))]
    header.extend(_cell(f"{key} ({unit})" if unit else key, rows[0][0].token.start) for key, unit in columns)
    body = []
    for match, row in zip(run, rows, strict=True):
        by_key = {_same(figure.key, columns): figure for figure in reversed(row)}
        cells = [_cell(match[1].strip(), match.start(1))]
        for key, _ in columns:
            figure = by_key.get(key)
            token = figure.token if figure else None
            if token is None and re.search(rf"\b(?:no|without) {re.escape(key)}", match[2], re.I):
                cells.append(_cell("0", match.start(2)))
                continue
            cells.append(_cell(_shown(token), token.start if token else match.start(), token))
        body.append(tuple(cells))
    if any(cell.value is None for cells in body for cell in cells[1:]):
        return None
    return Table(tuple(header), tuple(body))


def _columns(rows: Sequence[Sequence[_Figure]]) -> list[tuple[str, str]]:
    """Keys that most rows have, with their units, in the order of the first row."""
    found: list[tuple[str, str]] = []
    for row in rows:
        for figure in row:
            if _same(figure.key, found) is None:
                found.append((figure.key, figure.unit))
    most = max(1, round(0.75 * len(rows)))
    return [(key, unit) for key, unit in found if sum(any(_alike(f.key, key) for f in row) for row in rows) >= most]


def _alike(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 4 and long.startswith(short))


def _same(key: str, columns: Sequence[tuple[str, str]]) -> str | None:
    return next((other for other, _ in columns if _alike(key, other)), None)


def _figures(match: re.Match[str]) -> list[_Figure]:
    body = _SINGLE.sub(lambda m: "1".rjust(len(m[0]) - 1) + " ", match[2])
    at = match.start(2)
    tokens = [replace(t, start=t.start + at, end=t.end + at) for t in tokenize(clean(body))]
    found = []
    for i, token in enumerate(tokens):
        if token.is_number and not token.multiplier:
            key, unit = _counted(tokens, i)
            if key:
                found.append(_Figure(key, unit, token))
    return found


def _counted(tokens: Sequence[Token], at: int) -> tuple[str, str]:
    """What a figure counts, and its unit: the words after it, or "cost" for money."""
    if tokens[at].money:
        return _paid(tokens[max(0, at - 4) : at + 4]), "$"
    unit = ""
    key = ""
    for token in tokens[at + 1 : at + 6]:
        if token.is_number or (not token.is_word and token.low != "-") or token.low in ("and", "but", "for", "at"):
            break
        known = unit_of(token.low)
        if known is not None and not unit:
            if known[0] == "money":
                return _paid(tokens[max(0, at - 4) : at + 4]), "$"
            unit = token.low
            if known[0] == "calorie":
                return "calorie", ""
        elif token.low not in _LEADING and is_content(token.low):
            key = lemma(token.low)
            break
    if not key:
        before = [t for t in tokens[max(0, at - 4) : at] if t.is_word and is_content(t.low)]
        before = [t for t in before if t.low not in _VAGUE and unit_of(t.low) in (None, unit_of("calorie"))]
        key = lemma(before[-1].low) if before else unit
    return key, unit


def _paid(around: Sequence[Token]) -> str:
    """What an amount of money is, by the words around it."""
    words = {token.stem for token in around if token.is_word}
    return next((name for name, stems in _EARNED.items() if words & stems), "cost")


def _shown(token: Token | None) -> str:
    if token is None or token.value is None:
        return ""
    return f"{'$' if token.money else ''}{token.value:g}{' %' if token.percent else ''}"


def _cell(text: str, start: int, token: Token | None = None) -> Cell:
    return Cell(text, start, token.end if token else start + len(text), tokenize(clean(text)))
