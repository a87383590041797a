"""Tables of pairs: sources in the rows, destinations in the columns, their supplies and demands at the margins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.tables import Cell, Table

from .members import Family

_MARGIN = re.compile(
    r"\b(?:supply|demand|capacity|availab\w+|requirements?|required|needs?|needed|population|stock|production|total|"
    r"fixed|opening|set-?up)\b",
    re.I,
)
_GIVES = re.compile(r"\b(?:supply|availab\w+|capacity|stock|production|offer)\b", re.I)
_TAKES = re.compile(r"\b(?:demand|requirements?|required|needs?|needed|orders?)\b", re.I)
_PAIRED = re.compile(r"\bfrom\b|\bto\b|[\\/]", re.I)
#: One of these for one of those.
_ONE_TO_ONE = re.compile(
    r"\bassign\w*|\bmatch(?:ed|ing)?\b|\b(?:exactly |just )?one (?!way)\w+ (?:for|to|per|in|at|on) (?:each|every)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """``figures[r, c]`` with their places; ``attributes`` hold (family, head, member, value, start, end)."""

    rows: Family
    columns: Family
    figures: dict[tuple[int, int], tuple[float, int, int]]
    attributes: tuple[tuple[Family, str, int, float, int, int], ...]
    title: str

    @property
    def families(self) -> tuple[Family, ...]:
        return (self.rows,) if self.rows is self.columns else (self.rows, self.columns)


def one_to_one(text: str) -> bool:
    """Whether the text pairs things one to one: "assign", "one nurse for each ward"."""
    return _ONE_TO_ONE.search(text) is not None


def read_grid(table: Table, told: Sequence[Family] = (), *, paired: bool = False) -> Grid | None:
    """The table as a grid of pairs, or None where its columns are attributes of items.

    ``told`` are families that the text names: a table of their members against others is a grid, too.
    So is one without any word at its corner or margins where the text is known to pair things (``paired``).
    """
    inner = [k for k in range(1, len(table.header)) if not _MARGIN.search(_plain(table.header[k].text))]
    body = [r for r in range(len(table.rows)) if not _MARGIN.search(_plain(table.rows[r][0].text))]
    if len(inner) < 2 or len(body) < 2:
        return None
    heads = [table.header[k].text for k in inner]
    labels = [table.rows[r][0].text for r in body]
    corner = table.header[0].text
    noun = _shared(heads)
    same = [_plain(x) for x in heads] == [_plain(x) for x in labels]
    known = [set(family.members) for family in told]
    named = set(map(_plain, heads)) in known or (not corner.strip() and set(map(_plain, labels)) in known)
    if (
        not same
        and not _PAIRED.search(corner)
        and noun is None
        and not named
        and not _framed(table)
        and not (paired and _bare(table))
    ):
        return None
    if len(set(labels)) < len(labels) or len(set(heads)) < len(heads):
        return None
    if noun is None and not same and len({_unit(table.rows[body[0]][k]) for k in inner}) > 1:
        return None
    rows = _family(labels, _shared(labels) or _corner_noun(corner, 0))
    columns = rows if same else _family(heads, noun if noun != rows.noun and noun else _corner_noun(corner, 1))
    figures = {}
    for r, at in enumerate(body):
        for c, k in enumerate(inner):
            cell = table.rows[at][k]
            if cell.value is not None:
                figures[r, c] = (cell.value, cell.start, max(cell.end, cell.start + 1))
    margins = []
    for k in range(1, len(table.header)):
        if k not in inner:
            margins.extend(_margin(rows, table.header[k].text, [table.rows[at][k] for at in body]))
    for r, row in enumerate(table.rows):
        if r not in body:
            margins.extend(_margin(columns, row[0].text, [row[k] for k in inner]))
    return Grid(rows, columns, figures, tuple(margins), "")


def _framed(table: Table) -> bool:
    """Whether supplies stand at one margin and demands at the other, as nothing but a transport has them."""
    heads = [_plain(cell.text) for cell in table.header[1:]]
    labels = [_plain(row[0].text) for row in table.rows]
    return any(
        any(map(a.search, heads)) and any(map(b.search, labels)) for a, b in ((_GIVES, _TAKES), (_TAKES, _GIVES))
    )


def _bare(table: Table) -> bool:
    """Whether names alone stand around the figures, of which every pair has one."""
    heads = [cell.text for cell in table.header[1:]]
    units = any(re.search(r"[(\d$%]", head) or _MARGIN.search(head) for head in heads)
    return (
        not table.header[0].text.strip() and not units and all(c.value is not None for r in table.rows for c in r[1:])
    )


def _margin(family: Family, head: str, cells: Sequence[Cell]) -> list[tuple[Family, str, int, float, int, int]]:
    return [
        (family, head, k, cell.value, cell.start, max(cell.end, cell.start + 1))
        for k, cell in enumerate(cells)
        if cell.value is not None
    ]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\([^)]*\)", " ", text)).strip()


def _unit(cell: Cell) -> str:
    return "$" if "$" in cell.text else "".join(re.findall(r"[A-Za-z%]+", cell.text)[:1])


def _shared(labels: Sequence[str]) -> str | None:
    """The noun that all labels share: "school" of "North School" and "South School"."""
    sets = [{lemma(w.lower()) for w in re.findall(r"[A-Za-z]{3,}", _plain(x)) if unit_of(w) is None} for x in labels]
    common = set.intersection(*sets) if sets else set()
    if not common or any(len(_plain(x).split()) < 2 for x in labels):
        return None
    measures = {"cost", "price", "time", "profit", "rate", "required", "per", "unit", "hour", "revenue", "amount"}
    return None if common & measures else sorted(common)[0]


def _corner_noun(corner: str, side: int) -> str:
    words = [w for w in re.findall(r"[A-Za-z]{3,}", corner) if w.lower() not in ("from", "and", "the")]
    if side < len(words):
        return lemma(words[side].lower())
    return ("source", "destination")[side]


def _family(labels: Sequence[str], noun: str) -> Family:
    members = tuple(_plain(x) or x for x in labels)
    inside = [tuple(w.strip() for w in re.findall(r"\(([^)]*)\)", x) if unit_of(w.strip()) is None) for x in labels]
    bare = [(w,) if (w := _without(member, noun)) != member and len(w) > 2 else () for member in members]
    often = Counter(word for own in inside for word in own)
    inside = [tuple(word for word in own if often[word] == 1) for own in inside]
    unique = len(set(members)) == len(members)
    aliases = tuple((*a, *b, member) for a, b, member in zip(inside, bare, members, strict=True))
    return Family(noun, members if unique else tuple(labels), aliases)


def _without(member: str, noun: str) -> str:
    return " ".join(w for w in member.split() if lemma(w.lower()) != noun)
