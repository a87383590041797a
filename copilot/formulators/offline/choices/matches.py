"""Work shared out one to one, and sites opened for customers, from figures for pairs told in sentences.

Sources: Kuhn (1955); Daskin (1995), ch. 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .grids import Grid, grids
from .placing import column_of, quoted, table_of
from .roster import Column, Roster
from .script import Script

_SURE = 0.9
_LOOSE_FIGURE = 0.65
#: What is left of a matching where something could be opened.
_OPENABLE = 0.5
_ONE_TO_ONE = re.compile(
    r"\bassign\w*|\bmatch(?:ed|ing|es)?\b|\bone (?:\w+ ){0,2}(?:each|apiece)\b|\bone to one\b|"
    r"\b(?:each|every|everyone|everybody|no)\b[^.;]{0,40}\b(?:exactly|just|only|a single|one|two)\b|"
    r"\b(?:each|every) \w+ (?:\w+ )?(?:gets?|needs|receives|has|takes|does) (?:a|an|one|its own|their own)\b|"
    r"\bone \w+ (?:per|for each|for every|to each|to every)\b|\bwho (?:should|does|gets|takes|is|will)\b|"
    r"\bpair(?:s|ed|ing)?\b|\bdifferent \w+ each\b",
    re.I,
)
_OPENED = word_set("open fix rent build set setup establish lease construct oper yearl annual")
_CHOSEN = word_set("open rent build lease establish")
_NOT = re.compile(r"\b(?:cannot|can't|can not|must not|may not|won't|will not|does not|doesn't|never|unable|not)\b")


@dataclass(frozen=True, slots=True)
class Match:
    """A grid read as a matching or as sites to open, with its confidence."""

    told: Script
    grid: Grid
    opening: Column | None
    demand: Column | None
    capacity: Column | None
    turned: bool
    confidence: float


def match(told: Script) -> Match | None:
    """The surest reading of figures for pairs, or None."""
    if wanted(told.original) is None:
        return None
    found = [m for grid in grids(told) if (m := _match(told, grid)) is not None]
    return max(found, key=lambda m: (m.confidence, len(m.grid.figures) * len(m.grid.figures[0]))) if found else None


def _match(told: Script, grid: Grid) -> Match | None:
    used = {f.at for row in grid.figures for f in row}
    sides = [
        (side, column) for side in (grid.rows, grid.columns) for column in side.columns if _owns(side, column, grid)
    ]
    money = "money" in {f.dimension for row in grid.figures for f in row}
    sides = [(side, column) for side, column in sides if column.dimension == "money" or not money]
    sites = next(((side, column) for side, column in sides if _opens(told, column)), None)
    if sites is not None and wanted(told.original) == "minimize":
        turned = sites[0] is grid.columns
        customers = grid.rows if turned else grid.columns
        others = [column for side, column in sides if side is sites[0] and column is not sites[1]]
        capacity = others[0] if len(others) == 1 else None
        wanted_there = [column for side, column in sides if side is customers]
        demand = wanted_there[0] if len(wanted_there) == 1 else None
        for column in (sites[1], capacity, demand):
            used |= {f.at for f in column.figures} if column is not None else set()
        left = [f for f in told.figures if f.at not in used and not _counts(grid, f)]
        if (capacity is not None) > (demand is not None) or len(others) > 1:
            return None
        confidence = _SURE * _LOOSE_FIGURE ** len(left)
        return Match(told, grid, sites[1], demand, capacity, turned, round(confidence, 3))
    if grid.rows.columns or grid.columns.columns:
        return None
    left = [f for f in told.figures if f.at not in used and not _counts(grid, f)]
    if not _ONE_TO_ONE.search(told.original) or _mixed(grid):
        return None
    confidence = _SURE * _LOOSE_FIGURE ** len(left) * (_OPENABLE if _may_open(told) else 1.0)
    return Match(told, grid, None, None, None, False, round(confidence, 3))


def _owns(side: Roster, column: Column, grid: Grid) -> bool:
    """Whether the figures are this side's: where both sides are as long, they are of the side named last before."""
    other = grid.columns if side is grid.rows else grid.rows
    if all(column.figures != rival.figures for rival in other.columns):
        return True
    first = column.figures[0].at
    own, others = ([m.first for m in each.mentions if m.first < first] for each in (side, other))
    return max(own, default=-1) > max(others, default=-1)


def _opens(told: Script, column: Column) -> bool:
    """Whether the column, or the sentence in which it begins, speaks of opening something, or all of the text does."""
    first = column.figures[0].at
    lead = {token.stem for token in told.tokens[told.part_of(first).first : first]}
    return bool((column.words | lead) & _OPENED) or _may_open(told)


def _may_open(told: Script) -> bool:
    return any(token.lemma in _CHOSEN for token in told.tokens)


def _mixed(grid: Grid) -> bool:
    """Whether the figures count different things: "50 toys and 3 operators"."""
    said = {f.nouns for row in grid.figures for f in row if f.nouns}
    return any(not a & b for a in said for b in said)


def _counts(grid: Grid, figure: Figure) -> bool:
    """Whether the figure only counts the things, or says "one"."""
    sizes = {1.0, float(len(grid.rows.labels)), float(len(grid.columns.labels))}
    return (figure.value in sizes and not figure.dimension) or (figure.spelled and figure.value <= 2)


def draft(found: Match, formulator: str) -> Draft:
    """The reading as an indexed document."""
    return _sites(found, formulator) if found.opening is not None else _matching(found, formulator)


def _matching(found: Match, formulator: str) -> Draft:
    grid, told = found.grid, found.told
    sense = wanted(told.original) or "minimize"
    page = Paper(told.original)
    row, column = page.set("who", grid.rows.labels), page.set("what", grid.columns.labels)
    value = table_of(page, "cost" if sense == "minimize" else "value", (row, column), grid)
    give = page.variable("give", row, column, domain="binary", description="1 where the first gets the second")
    page.aim(sense, "total", f"sum({value}[i, j]*{give}[i, j] for i in {row} for j in {column})")
    rows, columns = len(grid.rows.labels), len(grid.columns.labels)
    left, right = ("==" if rows <= columns else "<="), ("==" if columns <= rows else "<=")
    page.constraint("one_each", f"sum({give}[i, j] for j in {column}) {left} 1", over=f"i in {row}")
    page.constraint("one_for_each", f"sum({give}[i, j] for i in {row}) {right} 1", over=f"j in {column}")
    for part in told.parts:
        a, b = grid.rows.between(part.first, part.last), grid.columns.between(part.first, part.last)
        inside = any(part.first <= f.at < part.last for r in grid.figures for f in r)
        if inside or len({m.index for m in a}) != 1 or len({m.index for m in b}) != 1:
            continue
        words = " ".join(told.words(part.first, part.last))
        if _NOT.search(words):
            label = f"{quoted(grid.rows.labels[a[0].index])}, {quoted(grid.columns.labels[b[0].index])}"
            page.constraint("never", f"{give}[{label}] == 0")
    page.assumptions.append("each is given to one, and each gets one, as far as they go")
    return page.draft(found.confidence, formulator)


def _sites(found: Match, formulator: str) -> Draft:
    grid, told = found.grid, found.told
    sites, customers = (grid.columns, grid.rows) if found.turned else (grid.rows, grid.columns)
    page = Paper(told.original)
    site, customer = page.set("site", sites.labels), page.set("customer", customers.labels)
    cost = table_of(page, "cost", (site, customer), grid, turned=found.turned)
    assert found.opening is not None
    fixed = column_of(page, "opening_cost", site, sites, found.opening)
    is_open = page.variable("open", site, domain="binary", description="1 if it is opened")
    whole = found.demand is None
    serve = page.variable(
        "serve", site, customer, domain="binary" if whole else "continuous",
        description="1 if the site serves the customer" if whole else "how much goes from the site to the customer",
    )  # fmt: skip
    page.aim(
        "minimize", "total_cost",
        f"sum({fixed}[i]*{is_open}[i] for i in {site}) + "
        f"sum({cost}[i, j]*{serve}[i, j] for i in {site} for j in {customer})",
    )  # fmt: skip
    if found.demand is None:
        page.constraint("served", f"sum({serve}[i, j] for i in {site}) == 1", over=f"j in {customer}")
        page.constraint("opened", f"{serve}[i, j] <= {is_open}[i]", over=f"i in {site}, j in {customer}")
        return page.draft(found.confidence, formulator)
    demand = column_of(page, "demand", customer, customers, found.demand)
    page.constraint("served", f"sum({serve}[i, j] for i in {site}) == {demand}[j]", over=f"j in {customer}")
    if found.capacity is None:
        page.constraint("opened", f"{serve}[i, j] <= {demand}[j]*{is_open}[i]", over=f"i in {site}, j in {customer}")
    else:
        most = column_of(page, "capacity", site, sites, found.capacity)
        page.constraint(
            "opened", f"sum({serve}[i, j] for j in {customer}) <= {most}[i]*{is_open}[i]", over=f"i in {site}"
        )
    return page.draft(found.confidence, formulator)
