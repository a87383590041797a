"""Columns and rules of things put on a page."""

from __future__ import annotations

from copilot.formulators.draft import Span
from copilot.formulators.offline.drafting import Paper
from formulations.formulation import Constraint

from .grids import Grid
from .roster import Column, Roster
from .rule import Rule


def quoted(label: str) -> str:
    """The label as an index of the notation."""
    return '"' + label.replace("\\", " ").replace('"', "'") + '"'


def ruled(page: Paper, rule: Rule, roster: Roster, take: str) -> None:
    """The rule over the variable ``take``, with the words that say it."""
    left = " + ".join(f"{take}[{quoted(roster.labels[k])}]" for k in rule.plus)
    right = " + ".join(f"{take}[{quoted(roster.labels[k])}]" for k in rule.minus)
    constant = f" + {rule.constant}" if right and rule.constant else ""
    name = page.names.take(rule.name)
    page.spans[name] = (Span(start=rule.start, end=rule.end),)
    page.constraints.append(
        Constraint(name=name, expression=f"{left} {rule.relation} {right or rule.constant}{constant}", for_each="")
    )


def column_of(page: Paper, title: str, index: str, roster: Roster, column: Column) -> str:
    """The column as a parameter over the things, with the words that say it; its name."""
    name = page.names.take(title)
    page.number_table(name, (index,), list(zip(roster.labels, column.values, strict=True)))
    page.spans[name] = tuple(Span(start=f.start, end=f.end) for f in column.figures)
    return name


def table_of(page: Paper, title: str, indices: tuple[str, str], grid: Grid, *, turned: bool = False) -> str:
    """The figures of the grid as a parameter over rows and columns, or columns and rows; its name."""
    name = page.names.take(title)
    pairs = [(a, b) for a in grid.rows.labels for b in grid.columns.labels]
    values = Column(tuple(f for row in grid.figures for f in row), frozenset()).values
    records = [(b, a, v) if turned else (a, b, v) for (a, b), v in zip(pairs, values, strict=True)]
    page.number_table(name, indices, records)
    page.spans[name] = tuple(Span(start=f.start, end=f.end) for row in grid.figures for f in row)
    return name
