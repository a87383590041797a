"""Tables without pipes given their pipes, character for character: columns by tabs, by wide gaps, by commas or slashes,
and lines of the form "Demand: 60 80 120" under one that names the columns.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FIGURE = re.compile(r"^[^\w\d]{0,3}(?:\d[\d.,]*\s?[^\d\s]{0,4}(?: ?/ ?\w+)?|[-–—x.])?(?: ?[A-Za-z%€$£²³]{1,8}\.?)?$")
_NUMERIC = re.compile(r"^[^\w]{0,2}-?\d[\d.,]*\s?%?$")
_KEYED = re.compile(
    r"^\s*(?:[-*\u2022]\s+)?(?P<key>[A-Za-z][^:|\n]{0,50}?)\s*(?P<colon>:)\s*(?P<values>\S[^:|\n]*?)[.;]?\s*$"
)
_LONGEST_CELL = 32
_FEWEST_LINES = 3
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Layout:
    """How columns are parted; ``least`` cells make a line of a table; ``ragged`` lines may end early."""

    gap: re.Pattern[str]
    least: int
    ragged: bool


_LAYOUTS = (
    _Layout(re.compile(r" *\t[\t ]*"), 2, True),
    _Layout(re.compile(r" {2,}"), 2, True),
    _Layout(re.compile(r"\s*;\s*"), 2, False),
    _Layout(re.compile(r"\s*[;/]\s*(?=\D)|\s+/\s+|;\s*"), 3, False),
    _Layout(re.compile(r",(?=\S)"), 3, False),
    _Layout(re.compile(r"\s*(?:(?<!\d),|,(?!\d{3}\b))\s*"), 2, False),
)


def piped(text: str) -> str:
    """The text, as long as before, with pipes between the columns of tables that have none."""
    if "\n" not in text:
        return text
    changed = list(text)
    for block in _blocks(text):
        for places in _parted(block):
            for at in places:
                changed[at] = "|"
    return "".join(changed)


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Runs of at least two lines without an empty one and without pipes or marks of typesetting."""
    run: list[_Line] = []
    start = 0
    for line in [*text.splitlines(keepends=True), ""]:
        body = line.rstrip("\r\n")
        if body.strip() and not re.search(r"[|\\&]", body):
            run.append(_Line(start, body))
        else:
            if len(run) >= 2:
                yield run
            run = []
        start += len(line)


def _parted(block: Sequence[_Line]) -> Iterator[list[int]]:
    """Places of pipes for the tables in a block."""
    at = 0
    while at < len(block):
        for layout in _LAYOUTS:
            rows = _run(block, at, layout)
            if rows:
                yield [line.start + gap for line, gaps in zip(block[at:], rows, strict=False) for gap in gaps]
                at += len(rows)
                break
        else:
            keyed = _keyed(block, at)
            if keyed:
                yield [place for places in keyed for place in places]
            at += max(1, len(keyed))


def _run(block: Sequence[_Line], at: int, layout: _Layout) -> list[list[int]]:
    """Places of the gaps in each line of a table that begins at line ``at``; empty if none does."""
    cells: list[list[str]] = []
    gaps: list[list[int]] = []
    for line in block[at : at + _MOST_LINES]:
        parts, places = _split(line.text, layout)
        if layout.ragged and cells and len(parts) == len(cells[-1]) - 1:
            parts, places = _narrow(line.text, parts, places)
        if not parts or (":" in parts[0] and not layout.ragged) or any(len(part) > _LONGEST_CELL for part in parts):
            break
        if len(cells) >= 2 and not _fits(parts, len(cells[1]), layout):
            break
        if len(cells) == 1 and not len(cells[0]) <= len(parts) <= len(cells[0]) + 1:
            break
        cells.append(parts)
        gaps.append(places)
    while len(cells) >= _FEWEST_LINES and not _row(cells[-1]):
        cells, gaps = cells[:-1], gaps[:-1]
    fewest = _FEWEST_LINES + (not layout.ragged and len(cells[-1]) == 2 if cells else 0)
    if len(cells) < fewest or len(cells[1]) < layout.least or not all(map(_row, cells[1:])):
        return []
    heads = cells[0] if len(cells[0]) < len(cells[1]) else cells[0][1:]
    return gaps if _names_columns(heads) and any(map(str.strip, heads)) else []


def _split(line: str, layout: _Layout) -> tuple[list[str], list[int]]:
    """The cells of a line and the places where pipes go."""
    lead = len(line) - len(line.lstrip(" "))
    body = line.strip(" ").rstrip("\t")
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for match in layout.gap.finditer(body):
        parts.append(body[last : match.start()].strip())
        wide = next((k for k in range(match.start(), match.end()) if body[k] in ",;/\t"), match.start())
        places.append(lead + wide)
        last = match.end()
    return ([*parts, body[last:].strip()], places) if places else ([], [])


def _narrow(line: str, parts: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    """With one more gap between a long label and its first figure: "Gamma property 7 %   4"."""
    match = re.match(
        r"\s*(?P<label>\S.*?[A-Za-z.)])(?P<gap> )(?P<figure>[$€£]?\d[\d.,]*(?: ?%)?)$", line[: places[0]].rstrip()
    )
    if match is None:
        return parts, places
    return [match["label"], match["figure"], *parts[1:]], [match.start("gap"), *places]


def _fits(parts: Sequence[str], width: int, layout: _Layout) -> bool:
    return len(parts) == width or (layout.ragged and width > 2 and len(parts) == width - 1)


def _row(parts: Sequence[str]) -> bool:
    """A label, then figures for the most part."""
    figures = [bool(_FIGURE.match(part)) and (any(map(str.isdigit, part)) or len(part) <= 1) for part in parts[1:]]
    return bool(figures) and 2 * sum(figures) > len(figures) and any(map(str.isdigit, "".join(parts[1:])))


def _keyed(block: Sequence[_Line], at: int) -> list[list[int]]:
    """Places of pipes in lines of a key and as many values each, the first of which names the columns."""
    width = 0
    places: list[list[int]] = []
    for line in block[at : at + _MOST_LINES]:
        match = _KEYED.match(line.text)
        values, gaps = _values(match["values"]) if match else ([], [])
        if match is None or len(values) < 2 or (width and len(values) != width):
            break
        if not (_names_columns(values) if not width else all(map(_is_figure, values))):
            return []
        width = len(values)
        base = line.start + match.start("values")
        places.append([line.start + match.start("colon"), *(base + gap for gap in gaps)])
    return places if len(places) >= 2 else []


def _names_columns(heads: Sequence[str]) -> bool:
    """Whether these are names of columns, or their numbers from one on."""
    return not any(_NUMERIC.match(head) for head in heads) or list(heads) == [str(k + 1) for k in range(len(heads))]


def _is_figure(value: str) -> bool:
    return _NUMERIC.match(value) is not None or value in ("-", "\u2013")


def _values(text: str) -> tuple[list[str], list[int]]:
    """Values parted by commas, else by spaces, and the places of what parts them."""
    pattern = r",(?!\d{3}\b)" if re.search(r",(?!\d{3}\b)", text) else r"(?<=\S) (?=\S)"
    gaps = [match.start() for match in re.finditer(pattern, text)]
    edges = [-1, *gaps, len(text)]
    values = [text[a + 1 : b].strip() for a, b in itertools.pairwise(edges)]
    return values, gaps
