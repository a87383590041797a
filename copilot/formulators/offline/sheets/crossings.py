"""Tables of pairs: one figure for each row and column, with what margins, other tables and the prose add to both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.formulators.offline.words.lexicon import is_content, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.tables import Cell, Table

from .naming import Naming
from .roster import Figure, attribute_like, figure_of
from .sayings import Saying

Duty = Literal["supply", "demand", "fixed", "price", "number", ""]

_TIME = r"(?:machine |working )?(?:hour|minute|day|h\b|min\b)"
_WORDS: tuple[tuple[Duty, tuple[str, ...]], ...] = (
        ("fixed", (r"\bfixed\b", r"\bopen\w*\b", r"\brent(?:s|ed)?\b", r"\bset-?\s?up\b", r"\bbuild\w*\b", r"\blease\b",
                   r"\bstart-?up\b")),
        ("price", (rf"(?:[$€]|\bcosts?|\bwage|\brate).{{0,20}}(?:\bper\b|/|\ban?\b) ?{_TIME}",)),
        ("demand", (r"\bdemands?\b", r"\bneed(?:s|ed)?\b", r"\brequire\w*", r"\border\w*", r"\bwants?\b", r"\btakes?\b",
                    r"\bexpects?\b", r"\breceives?\b", r"\bat least\b",
                    r"\b(?:has to|have to|must) be\b")),
        ("supply", (r"\bsuppl\w+", r"\bcapacit\w+", r"\bavailab\w+", r"\bstock\w*\b", r"\bholds?\b",
                    r"\bha(?:s|ve)\b(?! to\b)", r"\bproduc\w+", r"\b(?:per|an?) (?:day|week|month|year)\b",
                    r"\bmax\w*", r"\bup to\b", r"\bat most\b",
                    r"\boffers?\b", r"\bcan\b", r"\blimit\w*", r"\bhours?\b", r"\bminutes?\b", r"\binventory\b")),
)  # fmt: skip
_DUTIES = tuple((duty, re.compile("|".join(patterns), re.I)) for duty, patterns in _WORDS)
_KEYS = 2
#: Figures of a list have at most so many words each.
_SHORT = 4


@dataclass(slots=True)
class Side:
    """The rows or the columns: names, their noun, and what each has by duty."""

    noun: str
    names: tuple[str, ...]
    places: tuple[Cell, ...]
    figures: dict[Duty, dict[int, Figure]] = field(default_factory=dict)
    titles: dict[Duty, str] = field(default_factory=dict)
    loose: int = 0

    def whole(self, duty: Duty) -> dict[int, Figure] | None:
        found = self.figures.get(duty, {})
        return found if len(found) == len(self.names) else None

    def add(self, title: str, figures: dict[int, Figure]) -> None:
        duty = duty_of(title)
        if not duty or duty in self.figures:
            self.loose += 1
            return
        self.figures[duty] = figures
        self.titles[duty] = title


@dataclass(slots=True)
class Crossing:
    """``figures[r, c]`` for each pair that has one; a pair without is not possible."""

    rows: Side
    columns: Side
    figures: dict[tuple[int, int], Figure]
    title: str
    same: bool


def duty_of(words: str) -> Duty:
    """What a figure is for, by its words; the surest words count first."""
    return next((duty for duty, pattern in _DUTIES if pattern.search(words)), "")


def crossings(tables: Sequence[Table], prose: str) -> Iterator[Crossing]:
    """Tables of pairs, completed by what the other tables say of their rows and columns."""
    for k, table in enumerate(tables):
        crossing = _crossing(table, prose)
        if crossing is not None and all(_joined(crossing, other) for j, other in enumerate(tables) if j != k):
            yield crossing


def _crossing(table: Table, prose: str) -> Crossing | None:
    shared = Counter(mark for cell in table.header[1:] for mark in re.findall(r"\([^)]*\)", cell.text))
    common = {mark for mark, count in shared.items() if count > 1 and "%" not in mark}
    plain = ["".join(re.split("|".join(map(re.escape, common)), c.text)) if common else c.text for c in table.header]
    inner = [k for k in range(1, len(table.header)) if not attribute_like(plain[k])]
    body = [k for k, row in enumerate(table.rows) if not attribute_like(row[0].text)]
    names = tuple(table.rows[k][0].text.strip() for k in body)
    heads = tuple(plain[k].strip() for k in inner)
    if min(len(inner), len(body)) < 2 or not all(names) or not all(heads):
        return None
    if len(set(names)) < len(names) or len(set(heads)) < len(heads):
        return None
    figures = {
        (r, c): f
        for r, k in enumerate(body)
        for c, j in enumerate(inner)
        if (f := figure_of(table.rows[k][j])) is not None
    }
    if len(figures) < len(names) * len(heads) / 2:
        return None
    corner = [w for w in re.split(r"[\\/]| to | vs\.? ", table.header[0].text) if w.strip()]
    rows = Side(_noun(corner[0] if corner else "", names, "row"), names, tuple(table.rows[k][0] for k in body))
    other = _noun(corner[1] if len(corner) > 1 else "", heads, "column")
    columns = Side(other if other != rows.noun else "column", heads, tuple(table.header[k] for k in inner))
    for j in range(1, len(table.header)):
        if j not in inner:
            rows.add(table.header[j].text, _line([table.rows[k][j] for k in body]))
    for k, row in enumerate(table.rows):
        if k not in body:
            columns.add(row[0].text, _line([row[j] for j in inner]))
    before = prose[: table.header[0].start].rstrip()
    title = " ".join((re.split(r"[.!?\n]\s", before)[-1], *sorted(common)))
    same = [n.lower() for n in names] == [h.lower() for h in heads]
    return Crossing(rows, columns, figures, title, same)


def _line(cells: Sequence[Cell]) -> dict[int, Figure]:
    return {k: f for k, cell in enumerate(cells) if (f := figure_of(cell)) is not None}


def _noun(corner: str, names: Sequence[str], default: str) -> str:
    """What the names are: by the corner of the table, else by a word that all of them share."""
    words = [w for w in re.findall(r"[a-z]+", corner.lower()) if is_content(w) and unit_of(w) is None]
    shared = set.intersection(*({lemma(w) for w in re.findall(r"[a-z]{3,}", name.lower())} for name in names))
    return lemma(words[-1]) if words else next(iter(sorted(shared)), default)


def _joined(crossing: Crossing, table: Table) -> bool:
    """Takes over a table that lists figures of the rows or of the columns."""
    for way in (table, table.transposed()):
        labels = [row[0].text.strip().lower() for row in way.rows]
        for side in (crossing.rows, crossing.columns):
            names = [name.lower() for name in side.names]
            if set(labels) <= set(names) and len(labels) == len(names):
                for j in range(1, len(way.header)):
                    side.add(
                        way.header[j].text,
                        {names.index(x): f for x, r in zip(labels, way.rows, strict=True) if (f := figure_of(r[j]))},
                    )
                return True
    return False


def told(crossing: Crossing, said: Sequence[Saying], naming: Naming) -> list[Saying]:
    """Gives the sides the figures that the prose has for their members; returns the sayings that are left.

    ``naming`` numbers the rows first, then the columns.
    """
    size = len(crossing.rows.names)
    groups: dict[tuple[int, int, Duty], dict[int, Saying]] = {}
    owner: int | None = None
    sentence = -1
    key: Duty = ""
    order: dict[int, tuple[int, int, Duty]] = {}
    for at, saying in enumerate(said):
        if saying.sentence != sentence:
            owner, sentence, key = None, saying.sentence, ""
        owner = saying.items[-1] if len(saying.items) == 1 else owner
        if owner is None:
            continue
        key = duty_of(" ".join(saying.words)) or ("" if saying.items and saying.token.money else key)
        key = key or (_after(said, at) if not saying.token.money else "")
        place = (saying.sentence if not key else -1, int(owner >= size), key)
        groups.setdefault(place, {}).setdefault(owner, saying)
        order[at] = place
    left: list[Saying] = []
    full = {
        place for place, members in groups.items()
        if len(members) == len((crossing.columns if place[1] else crossing.rows).names)
    }  # fmt: skip
    for place in full:
        side = crossing.columns if place[1] else crossing.rows
        figures = {
            k - (size if place[1] else 0): Figure(s.value, s.token.start, s.token.end, money=s.token.money)
            for k, s in groups[place].items()
        }
        side.add(place[2] or " ".join(next(iter(groups[place].values())).words), figures)
    rest = [s for at, s in enumerate(said) if order.get(at) not in full]
    at = 0
    while at < len(rest):
        owned = _listed(crossing, rest, at)
        if owned is None:
            left.append(rest[at])
            at += 1
            continue
        run = rest[at : at + len(owned.names)]
        owned.add(" ".join(run[0].words), {k: Figure(s.value, s.token.start, s.token.end) for k, s in enumerate(run)})
        at += len(run)
    return left


def _after(said: Sequence[Saying], at: int) -> Duty:
    """The duty of the next figure of the sentence, where the verb stands at the end of a list."""
    following = said[at + 1 : at + 2]
    same = [s for s in following if s.sentence == said[at].sentence and s.items and not s.token.money]
    return duty_of(" ".join(same[0].words)) if same else ""


def _listed(crossing: Crossing, said: Sequence[Saying], at: int) -> Side | None:
    """The side that a list of figures belongs to: as many members, and its noun or duty in the words."""
    fits = []
    for side in (crossing.rows, crossing.columns):
        run = said[at : at + len(side.names) + 1]
        run = [s for k, s in enumerate(run) if s.sentence == said[at].sentence and (not k or len(s.words) <= _SHORT)]
        if len(run) == len(side.names):
            lows = {stem(w) for w in run[0].words}
            named = stem(side.noun) in lows or bool({stem(w) for w in _kinds(side)} & lows)
            fits.append((named, duty_of(" ".join(run[0].words)) not in side.figures, side))
    fits.sort(key=lambda fit: (not fit[0], not fit[1]))
    return fits[0][2] if fits and (fits[0][0] or len(fits) == 1) and duty_of(" ".join(said[at].words)) else None


def _kinds(side: Side) -> list[str]:
    return [w for w in re.findall(r"[a-z]{3,}", " ".join(side.names[:_KEYS]).lower()) if is_content(w)]
