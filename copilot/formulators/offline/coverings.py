"""Covering problems out of tables: sites within reach of every place, and shifts of consecutive days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from copilot.formulators.draft import Draft, Span
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Domain,
    Formulation,
    Objective,
    Parameter,
    Record,
    Set,
    Variable,
)

from .words.lexicon import FEW
from .words.tables import Table
from .words.times import DAYS


def covering(text: str, found: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft of a covering problem, or None. ``text`` is clean and as long as the original."""
    low = text.lower()
    for table in found:
        draft = _sites(low, table, original, formulator) or _shifts(low, table, original, formulator)
        if draft is not None:
            return draft
    return None


def _sites(low: str, table: Table, original: str, formulator: str) -> Draft | None:
    """A square table of distances and a reach: the fewest sites such that every place has one within reach."""
    places = [row[0].text for row in table.rows]
    heads = [cell.text for cell in table.header[1:]]
    reach = re.search(r"within (\d+(?:\.\d+)?)\s*(?:-?\s?)(?:minutes?|miles?|km|kilometers?|hours?|meters?)", low)
    if reach is None or places != heads or len(places) < 3:
        return None
    if not re.search(r"minimum number|fewest|minimi[sz]e the (?:total )?number|least number|smallest number", low):
        return None
    most = float(reach[1])
    distances = [[cell.value for cell in row[1:]] for row in table.rows]
    if any(value is None for row in distances for value in row):
        return None
    covers = tuple(
        (a, b, 1.0)
        for a, row in zip(places, distances, strict=True)
        for b, value in zip(places, row, strict=True)
        if value is not None and value <= most
    )
    spans = {"covers": (Span(start=reach.start(), end=reach.end()), _span(table))}
    assumption = f"a site covers the places at most {reach[1]} away, and each place may have a site"
    return _draft(
        "place", places, "open", "binary", covers, dict.fromkeys(places, 1.0), original, formulator, assumption, spans
    )


def _shifts(low: str, table: Table, original: str, formulator: str) -> Draft | None:
    """Needs for each day of the week and workers who work so many days in a row."""
    row_days = [row[0].text.lower() for row in table.rows]
    length = re.search(r"\b(two|three|four|five|six|\d)\s+consecutive (?:working )?days", low)
    if length is None or tuple(row_days) != DAYS:
        return None
    needs = [next((cell.value for cell in row[1:] if cell.value is not None), None) for row in table.rows]
    if any(need is None for need in needs):
        return None
    run = FEW.get(length[1]) or int(length[1])
    days = [row[0].text for row in table.rows]
    covers = tuple((days[(start + k) % 7], days[start], 1.0) for start in range(7) for k in range(run))
    spans = {"covers": (Span(start=length.start(), end=length.end()),), "need": (_span(table),)}
    need = {day: value for day, value in zip(days, needs, strict=True) if value is not None}
    assumption = f"who starts on a day works that day and the {run - 1} days after it, week after week"
    return _draft("day", days, "start", "integer", covers, need, original, formulator, assumption, spans)


def _span(table: Table) -> Span:
    return Span(start=table.header[0].start, end=max(table.rows[-1][-1].end, table.header[0].start + 1))


def _draft(
    kind: str,
    members: Sequence[str],
    variable: str,
    domain: Domain,
    covers: tuple[Record, ...],
    need: dict[str, float],
    original: str,
    formulator: str,
    assumption: str,
    spans: Mapping[str, tuple[Span, ...]],
) -> Draft:
    group = kind.capitalize()
    formulation = Formulation(
        sets=(Set(name=group),),
        parameters=(
            Parameter(
                name="covers",
                indices=(group, group),
                default=0.0,
                description=f"1 where the second {kind} serves the first",
            ),
            Parameter(name="need", indices=(group,), description=f"how many each {kind} needs"),
        ),
        variables=(Variable(name=variable, indices=(f"i in {group}",), domain=domain, lower="0"),),
        objective=Objective(name="total", sense="minimize", expression=f"sum({variable}[i] for i in {group})"),
        constraints=(
            Constraint(
                name="covered",
                for_each=f"i in {group}",
                expression=f"sum(covers[i, j]*{variable}[j] for j in {group}) >= need[i]",
            ),
        ),
    )
    data = Data(
        sets={group: tuple(members)},
        parameters={"covers": covers, "need": tuple((member, value) for member, value in need.items())},
    )
    return Draft(
        document=Document(formulation=formulation, data=data, text=original),
        assumptions=(assumption,),
        spans=dict(spans),
        confidence=0.8,
        formulator=formulator,
    )
