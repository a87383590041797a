"""Who the rows of a table are and what its columns tell of them: items, attributes, and limits at the margins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from copilot.formulators.offline.words.comparators import Direction
from copilot.formulators.offline.words.lexicon import is_content, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import Cell, Table

from .growth import Growth, growths

Role = Literal["gain", "loss", "fixed", "least", "most", "content", "bend"]

_MARGIN = re.compile(
    r"\b(?:availab\w+|on hand|in stock|stock|supply|supplies|capacit\w+|limits?|max(?:imum|\.)?|min(?:imum|\.)?|"
    r"requir\w+|needs?|needed|demand|budget|quota|at (?:most|least)|target|have|inventory)\b|"
    r"^(?:weekly |daily |monthly )?total\b(?! (?:cost|profit|time))|^orders?$|^ordered\b",
    re.I,
)
_LOWER = re.compile(r"\bmin(?:imum|\.)?\b|\brequir\w+|\bneed(?:s|ed)?\b|\bdemand\b|\bat least\b|\btarget\b|\bquota\b|"
                    r"\blower\b|\bcommit\w*|\bcontract\w*|\bordered\b|\bpromised\b", re.I)  # fmt: skip
_UPPER = re.compile(
    r"^(?:the )?most\b|\bup to\b|\b\w?max(?:imum|\.)?\b|\bat most\b|\bupper\b|\bdemand\b|\bavailab\w+|"
    r"\bcapacity\b|\bsupply\b|\blimit\b|\bstock\b|"
    r"\bon hand\b|\bmarket\b|\bsaleable\b|\bceiling\b|\bcap\b",
    re.I,
)
_FIXED = re.compile(r"\bset-?\s?ups?\b|\bfixed\b|\bopening\b|\bstart-?\s?ups?\b|\binstall\w*|\bmounting\b|"
                    r"\bswitch\w* on\b|\bactivat\w+|"
                    r"\bone-?\s?(?:off|time)\b|\brent\b|\blicen[cs]e\b|\bentry\b", re.I)  # fmt: skip
GAIN = re.compile(
    r"\bprofits?\b|\bmargins?\b|\brevenues?\b|\bincome\b|\bearn\w*|\breturns?\b|\bbenefits?\b|\byields?\b|\bnpv\b|"
    r"\bpresent value\b|\bsell\w*|\bsales?\b|\bsold\b|\bcontribution\b|\bgain\w*|\binterest\b|\breward\b|\bbrings?\b",
    re.I,
)
LOSS = re.compile(
    r"\bcosts?\b|\bexpenses?\b|\boutlays?\b|\bwages?\b|\bsalar\w+|\bfees?\b|\bpa(?:y|id)\b|\bbuy\w*|\bpurchase\b|"
    r"\bfreight\b|\bexpenditure\w*|\binvestment\b",
    re.I,
)
MONEY = re.compile(r"[$€£¥]|\b(?:dollars?|euros?|eur|usd|pounds sterling|yuan|rupees|cents?)\b", re.I)
#: Those whose hours count where a margin counts heads.
PEOPLE = re.compile(
    r"\b(?:employees?|workers?|operators?|machines?|people|staff|craftsmen|technicians?|mechanics?)\b", re.I
)
_NAMELESS = frozenset(
    {"production", "per", "unit", "each", "of", "the", "a", "in", "for", "and", "item", "total", "amount", "number"}
)
#: What there is of a resource is at least so many times what one item takes.
_ROOM = 3.0
_UNIT_MARK = re.compile(r"\(([^)]*)\)|,\s*(\w+)$|\bin (\w+)$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its place; money and percent as written."""

    value: float
    start: int
    end: int
    percent: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True)
class Margin:
    """A limit on a total that stands at the margin of a table."""

    side: Direction
    figure: Figure
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bend:
    """A figure changes by another, up or down, with each unit decided, or with each ``step`` of money spent on it."""

    by: Attribute
    sign: Literal["+", "-"]
    step: float | None = None


@dataclass(slots=True)
class Attribute:
    """One figure for each item, where it has one; ``margins`` limit the total, ``price`` is paid for a unit of it.

    It counts for an amount to a ``power``; ``growth`` says how the figures change with the amounts.
    """

    title: str
    words: frozenset[str]
    unit: str
    role: Role
    money: bool
    figures: dict[int, Figure]
    margins: list[Margin] = field(default_factory=list)
    price: Figure | None = None
    bend: Bend | None = None
    power: float = 1.0
    growth: dict[int, Growth] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The title without what it is counted by."""
        return re.split(r"\bper\b|/|\(", self.title, maxsplit=1)[0].strip() or "figure"

    @property
    def heads(self) -> frozenset[str]:
        """Stems of all words of the title that carry meaning, also of those that many titles have."""
        return frozenset(stem(w) for w in re.findall(r"[a-z]+", self.title.lower()) if is_content(w) and len(w) > 1)

    @property
    def percent(self) -> bool:
        return bool(self.figures) and all(figure.percent for figure in self.figures.values())

    @property
    def dimension(self) -> str:
        known = unit_of(self.unit) if self.unit else None
        return known[0] if known else ("money" if self.money else "")

    @property
    def size(self) -> float:
        known = unit_of(self.unit) if self.unit else None
        return known[1] if known else 1.0


@dataclass(slots=True)
class Roster:
    """``items[k]`` with attributes; ``noun`` is what they are, ``head`` are the stems of all words that say so.

    Items of a group are one thing in several ways; bounds on decisions are then given for each group.
    """

    noun: str
    items: tuple[str, ...]
    places: tuple[Cell, ...]
    attributes: list[Attribute]
    head: frozenset[str] = frozenset()
    groups: tuple[tuple[int, ...], ...] = ()

    def of(self, *roles: Role) -> list[Attribute]:
        return [a for a in self.attributes if a.role in roles]


def rosters(tables: Sequence[Table]) -> Iterator[Roster]:
    """Rosters that the tables may mean: for each table and way round, with what the other tables add to it."""
    for k, table in enumerate(tables):
        for way in (table, table.transposed()):
            roster = _roster(way)
            if roster is None:
                continue
            rest = [other for j, other in enumerate(tables) if j != k]
            if all(_added(roster, other) for other in rest):
                yield roster


def words_of(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    found = re.findall(r"[a-z]+(?:'s)?", text.lower())
    return frozenset(stem(w) for w in found if len(w) > 1 and is_content(w) and lemma(w) not in _NAMELESS)


def attribute_like(label: str) -> bool:
    """Whether a label names a measure rather than a thing."""
    plain = re.sub(r"\([^)]*\)", " ", label)
    words = re.findall(r"[a-z]+", plain.lower())
    return bool(
        GAIN.search(plain) or LOSS.search(plain) or _FIXED.search(plain) or _MARGIN.search(plain) or MONEY.search(label)
        or any(unit_of(w) for w in words if len(w) > 2)
        or re.search(r"\bper\b|\ba (?:day|week|month|year)\b|\btime\b|\bweight\b|\bvolume\b|\bnumber\b", plain, re.I)
        or "%" in label
        or any(unit_of(w) for w in re.findall(r"[a-z]+", " ".join(re.findall(r"\(([^)]*)\)", label.lower()))))
    )  # fmt: skip


def figure_of(cell: Cell) -> Figure | None:
    """The number of a cell; None where it has none."""
    numbers = [token for token in cell.tokens if token.is_number and token.value is not None]
    if len(numbers) != 1:
        return None
    token = numbers[0]
    minus = cell.text.lstrip(" $").startswith("-") and len(numbers) == 1
    value = -(token.value or 0.0) if minus else token.value or 0.0
    return Figure(value, cell.start, max(cell.end, cell.start + 1), token.percent, token.money)


def _first(growth: Growth, cell: Cell) -> Figure:
    return Figure(growth.first, cell.start, max(cell.end, cell.start + 1), money="$" in cell.text)


def _roster(table: Table) -> Roster | None:
    labels = [row[0].text.strip() for row in table.rows]
    body = [k for k, label in enumerate(labels) if not _is_margin(label) and not _totals(table, k)]
    margins = [k for k in range(len(labels)) if k not in body]
    items = [labels[k] for k in body]
    if len(items) < 2 or len(set(items)) < len(items) or not all(items) or len(margins) > 3:
        return None
    if any(attribute_like(item) for item in items):
        return None
    attributes = []
    for column in range(1, len(table.header)):
        figures = {i: f for i, k in enumerate(body) if (f := figure_of(table.rows[k][column])) is not None}
        grown = [] if figures else growths([table.rows[k][column] for k in body])
        figures = figures or {
            i: _first(growth, table.rows[k][column]) for i, (k, growth) in enumerate(zip(body, grown, strict=False))
        }
        if not figures:
            return None
        attribute = named_attribute(table.header[column].text, figures)
        if any(growth.slope for growth in grown):
            attribute.growth = dict(enumerate(grown))
        elif grown:
            attribute.power = grown[0].power
        for k in margins:
            figure = figure_of(table.rows[k][column])
            if figure is not None:
                side = _side(f"{labels[k]} {table.rows[k][column].text}")
                attribute.margins.append(Margin(side, figure, labels[k]))
        attributes.append(attribute)
    if not attributes:
        return None
    head = [w for w in re.findall(r"[a-z]+", table.header[0].text.lower()) if is_content(w)]
    named = frozenset(stem(w) for w in head if unit_of(w) is None)
    for attribute in attributes:
        attribute.words = attribute.words - named or attribute.words
    nouns = [w for w in head if w not in ("type", "name", "kind")]
    noun = lemma(nouns[-1]) if nouns else "item"
    return Roster(noun, tuple(items), tuple(table.rows[k][0] for k in body), attributes, named)


def named_attribute(title: str, figures: dict[int, Figure]) -> Attribute:
    """An attribute with what its title says of it: unit, money, role."""
    bracket = " ".join(a or b or c for a, b, c in _UNIT_MARK.findall(title))
    plain = re.sub(r"\([^)]*\)", " ", title)
    front = re.split(r"\bper\b|/", plain, maxsplit=1)[0]
    words = words_of(front) or words_of(plain) or words_of(bracket)
    candidates = [*re.findall(r"[a-z]+", bracket.lower()), *re.findall(r"[a-z]+", front.lower())]
    unit = next((lemma(w) for w in candidates if unit_of(w) and unit_of(w) != unit_of("dollar")), "")
    money = bool(MONEY.search(title)) or any(f.money for f in figures.values())
    money = money or bool(GAIN.search(front) or LOSS.search(front) or re.search(r"\bprices?\b", front, re.I))
    bare = front.split()
    words = words - {stem(w) for w in bare if unit_of(w.lower())} or words
    return Attribute(title.strip(), words, unit, _role(front, money=money), money, figures)


def _role(front: str, *, money: bool) -> Role:
    if _FIXED.search(front) and money:
        return "fixed"
    if not money:
        if _LOWER.search(front) and not re.search(r"\bdemand\b|\brequire\w*", front, re.I):
            return "least"
        if _UPPER.search(front):
            return "most"
        return "gain" if GAIN.search(front) else "content"
    if LOSS.search(front):
        return "loss"
    return "gain" if GAIN.search(front) else "loss"


def _totals(table: Table, row: int) -> bool:
    """Whether the last row, whatever its label, holds what there is: more than the others, and not of everything."""
    if row != len(table.rows) - 1 or row < 2:
        return False
    columns = [[figure_of(line[k]) for line in table.rows] for k in range(1, len(table.header))]
    filled = [column for column in columns if all(figure is not None for figure in column)]
    open_ = [column for column in columns if column[-1] is None and all(column[:-1])]
    larger = all(
        column[-1].value > _ROOM * max(f.value for f in column[:-1] if f is not None)
        for column in filled
        if column[-1] is not None
    )
    return bool(filled) and len(filled) + len(open_) == len(columns) and len(open_) > 0 and larger


def _is_margin(label: str) -> bool:
    return bool(_MARGIN.search(re.sub(r"\([^)]*\)", " ", label)))


def _side(label: str) -> Direction:
    return ">=" if _LOWER.search(label) and not re.search(r"\bmax|\bat most\b|\bup to\b|<|≤", label, re.I) else "<="


def _added(roster: Roster, table: Table) -> bool:
    """Takes over what another table tells: more attributes of the items, or limits and prices of the attributes."""
    for way in (table, table.transposed()):
        labels = [row[0].text.strip() for row in way.rows]
        items = [_match(label, roster.items) for label in labels]
        if all(k is not None for k in items) and len(set(items)) == len(items) >= 2:
            for column in range(1, len(way.header)):
                cells = [(k, figure_of(row[column])) for k, row in zip(items, way.rows, strict=True)]
                figures = {k: f for k, f in cells if f is not None and k is not None}
                if figures:
                    roster.attributes.append(named_attribute(way.header[column].text, figures))
            return True
        titles = [_match(label, tuple(a.title for a in roster.attributes)) for label in labels]
        if all(k is not None for k in titles) and len(set(titles)) == len(titles) >= 1:
            for column in range(1, len(way.header)):
                head = way.header[column].text
                for k, row in zip(titles, way.rows, strict=True):
                    figure = figure_of(row[column])
                    if figure is None or k is None:
                        continue
                    attribute = roster.attributes[k]
                    if MONEY.search(head) or LOSS.search(head) or figure.money:
                        attribute.price = replace(figure, money=True)
                    else:
                        attribute.margins.append(Margin(_side(head), figure, head))
            return True
    return False


def _match(label: str, names: Sequence[str]) -> int | None:
    """The name that a label means: equal words, else the only one with all its words."""
    low = re.sub(r"\s+", " ", re.sub(r"\([^)]*\)", " ", label)).strip().lower()
    plain = [re.sub(r"\s+", " ", re.sub(r"\([^)]*\)", " ", name)).strip().lower() for name in names]
    if low in plain:
        return plain.index(low)
    own = {stem(w) for w in re.findall(r"\w+", low)}
    fits = [k for k, name in enumerate(plain) if own and own <= {stem(w) for w in re.findall(r"\w+", name)}]
    return fits[0] if len(fits) == 1 else None
