"""Tables written inside sentences: "steel (1.5 tons, 3 tons), profit ($) (20, 35)" and "[1, 8, 9], [2, 6, 7]".

A tuple after a name is a column, with one figure for each item of an enumeration; a run of lists after an enumeration
of names is the rows below their heads.
"""

from __future__ import annotations

import re

from copilot.formulators.offline.words.lexicon import is_content
from copilot.formulators.offline.words.tables import Cell, Table
from copilot.formulators.offline.words.tokens import clean, tokenize

_VALUE = r"\$?\s?\d[\d,]*(?:\.\d+)?\s?%?\s?[A-Za-z.]{0,12}"
_COLUMN = re.compile(
    rf"(?P<name>[A-Za-z][A-Za-z /-]{{1,40}}?(?: \([$A-Za-z/ ]{{1,12}}\))?)\s*[:=]?\s*"
    rf"[(\[](?P<values>{_VALUE}(?:, {_VALUE}){{1,30}})[)\]]"
)
_ROWS = re.compile(
    r"(?P<heads>[A-Z][\w/ ()$]{0,40}(?:, [A-Z][\w/ ()$]{0,40}){1,9}),? are:? "
    r"(?P<rows>\[[^\[\]]{3,80}\](?:,? (?:and )?\[[^\[\]]{3,80}\]){1,30})"
)
_NUMBER = re.compile(r"\$?\s?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s?%?\s?[A-Za-z.]{0,12}")
_ITEMS = re.compile(
    r"(?:: |\b(?:of|types?|kinds?|products?|items?):? )"
    r"(?P<items>[A-Za-z][\w-]*(?: [\w-]+)?(?:, [\w-]+(?: [\w-]+)?){0,20},? and [\w-]+(?: [\w-]+)?)"
)

_LISTED = r"\d+(?:\.\d+)?(?:,\s+(?:and\s+)?\d+(?:\.\d+)?|\s+and\s+\d+(?:\.\d+)?){1,30}"
_FOR_NAME = re.compile(rf"({_LISTED})\s+for\s+([A-Z][\w-]*)")
_FOR_HEADS = re.compile(r"\bfor\s+([a-z][\w-]*(?:,\s+[a-z][\w -]*?){0,20},?\s+and\s+[a-z][\w -]*?)\s+are\b")


def inline_tables(text: str) -> tuple[str, tuple[Table, ...]]:
    """The text with tables in sentences blanked out, character for character, and the tables."""
    rows = _ROWS.search(text)
    if rows is not None:
        table = _from_rows(rows)
        if table is not None:
            return _blank(text, rows.start("heads"), rows.end("rows")), (table,)
    matrix = _from_names(text)
    if matrix is not None:
        return _blank(text, matrix.header[1].start, matrix.rows[-1][0].end), (matrix,)
    return _from_columns(text)


def _from_names(text: str) -> Table | None:
    """ "for sport and art are 4 and 9 for Ida, 6 and 5 for Max": names in rows, an enumeration as the heads."""
    rows = list(_FOR_NAME.finditer(text))
    values = [[(m[0], row.start(1) + m.start()) for m in re.finditer(r"\d+(?:\.\d+)?", row[1])] for row in rows]
    heads = _FOR_HEADS.search(text, 0, rows[0].start() + 1) if len(rows) >= 2 else None
    if heads is None or text[heads.end() : rows[0].start()].strip():
        return None
    at = heads.start(1)
    names = [(m[0], at + m.start()) for m in re.finditer(r"\b(?!and\b)[A-Za-z][\w-]*(?: (?!and\b)[\w-]+)*", heads[1])]
    if any(len(row) != len(names) for row in values) or len({row[2] for row in rows}) < len(rows):
        return None
    header = (_cell("Person / Task", heads.start()), *(_cell(*name) for name in names))
    body = [(_cell(row[2], row.start(2)), *(_cell(*v) for v in line)) for row, line in zip(rows, values, strict=True)]
    return Table(header, tuple(body))


def _from_rows(match: re.Match[str]) -> Table | None:
    heads = [(m[0].strip(), match.start("heads") + m.start()) for m in re.finditer(r"[^,]+", match["heads"])]
    body = []
    for row in re.finditer(r"\[([^\[\]]+)\]", match["rows"]):
        offset = match.start("rows") + row.start(1)
        body.append([(m[0].strip(), offset + m.start()) for m in re.finditer(r"[^\s,\[\]]+(?: [A-Za-z.]+)?", row[1])])
    if any(len(row) != len(heads) for row in body):
        return None
    return Table(tuple(_cell(*head) for head in heads), tuple(tuple(_cell(*cell) for cell in row) for row in body))


def _from_columns(text: str) -> tuple[str, tuple[Table, ...]]:
    groups = [(match, _values(match)) for match in _COLUMN.finditer(text)]
    counts = [len(values) for _, values in groups]
    for count in sorted({n for n in counts if counts.count(n) >= 2}, reverse=True):
        items = _items(text, count)
        if items is None:
            continue
        chosen = [(match, values) for match, values in groups if len(values) == count]
        heads = {word for match, _ in chosen for word in _name(match).lower().split()}
        if any(_name(match).lower() in text[: match.start()].lower() for match, _ in chosen) or any(
            name.lower().split()[0] in heads for name, _ in items
        ):
            continue
        header = [_cell("Item", items[0][1]), *(_cell(_name(m), m.start("name")) for m, _ in chosen)]
        body = [(_cell(*items[k]), *(_cell(*values[k]) for _, values in chosen)) for k in range(count)]
        for match, _ in chosen:
            text = _blank(text, match.start("name"), match.end())
        return text, (Table(tuple(header), tuple(body)),)
    return text, ()


def _values(match: re.Match[str]) -> list[tuple[str, int]]:
    return [(m[0].strip(), match.start("values") + m.start()) for m in _NUMBER.finditer(match["values"])]


def _items(text: str, count: int) -> list[tuple[str, int]] | None:
    """An enumeration of as many names: "three types of tiles: plain, striped and blue"."""
    for match in _ITEMS.finditer(text):
        names = [
            (m[0].strip(), match.start("items") + m.start())
            for m in re.finditer(r"\b(?!and\b)[A-Za-z][\w-]*(?: (?!and\b)[\w-]+)?", match["items"])
        ]
        words = {word for name, _ in names for word in name.lower().split()}
        if len(names) == count and len({name for name, _ in names}) == count and all(map(is_content, words)):
            return names
    return None


def _name(match: re.Match[str]) -> str:
    return re.sub(r"^(?:and|the|with|are|in)\s+", "", match["name"].strip())


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _cell(text: str, start: int) -> Cell:
    spaced = re.sub(r"(?<=\d)(?=[A-Za-z])", " ", text)
    return Cell(spaced, start, start + len(text), tokenize(clean(spaced)))
