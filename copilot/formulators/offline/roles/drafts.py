"""A schema as a document: every element carries the words it was read from."""

from __future__ import annotations

import re
from dataclasses import replace

from copilot.formulators.draft import Draft, Question, Span
from formulations.formulation import Domain

from ..choices.wording import taken_once
from ..prose.assembly import Outline, assemble
from ..prose.clauses import Goal, Place
from ..prose.columns import Column
from ..prose.model import Row as Line
from ..prose.model import RowKind
from ..prose.targets import Target
from ..words.lexicon import unit_of
from ..words.measures import DIVISIBLE, Measure
from .facts import PERCENT
from .restrictions import Restriction
from .rows import Row
from .schema import Schema

_WHOLE = (
    r"integer|indivisib|whole (number|unit|piece|dollar|acre|thousand|bag|barrel|bottle|hour|hr|pack|trip|run)|"
    r"only whole|whole only|in whole"
)
_KINDS: dict[str, RowKind] = {
    "bound": "bound", "total": "total", "order": "order", "ratio": "ratio", "difference": "difference",
    "resource": "resource", "average": "average",
}  # fmt: skip


def draft(found: Schema, text: str, confidence: float) -> Draft:
    """The draft of a schema, with what it assumes and what it leaves open."""
    unread = tuple(Span(start=limit.start, end=limit.end) for limit in found.unmatched)
    left = tuple(Span(start=figure.token.start, end=figure.token.end) for figure in found.unused)
    asked = [(f"what does this limit: {text[s.start : s.end][:120]!r}?", s) for s in unread]
    asked += [(f"what does {text[s.start : s.end]!r} mean in this problem?", s) for s in left]
    questions = tuple(Question(text=words, default="it is left out", span=span) for words, span in asked)
    made = assemble(outline(found, text), text).draft(confidence, "offline")
    return made.model_copy(update={"unread": unread, "questions": questions})


def outline(found: Schema, text: str) -> Outline:
    """The schema as it is to be written down."""
    owners, aim = found.owners.items, found.aim
    goal = Goal(aim.sense, Measure(), Place(aim.start, aim.end), words=" ".join(aim.words.split()[-3:]))
    everyone = tuple((e, 1.0) for e in range(len(owners)))
    wanted, wish = {k for _, k in found.objective.parts}, aim.family or "value"
    return Outline(
        members=tuple(owner.label for owner in owners),
        places=tuple(Place(owner.start, owner.end) for owner in owners),
        heads=frozenset(owner.words[-1] for owner in owners),
        verb="quantity",
        domain=domain_of(found, text),
        columns=tuple(_column(row, wish if k in wanted else "") for k, row in enumerate(found.rows)),
        target=Target(goal, found.objective.parts, () if found.objective.parts else everyone),
        rows=tuple(_line(line, found) for line in found.lines),
    )


def domain_of(found: Schema, text: str) -> Domain:
    """Whole numbers, unless the owners are measured (in money, hectares, liters), or taken once or not at all."""
    low = text.lower()
    if taken_once(text) and not any(line.kind in ("bound", "ratio") for line in found.lines):
        return "binary"
    if re.search(r"(fraction|part|portion)\w* of \w+ \w+ (is|are) (fine|ok|okay|allowed|possible|permitted)", low):
        return "continuous"
    asked = re.search(r"how many (?:whole )?(\w+)", low)
    counted = asked is not None and asked[1].endswith("s") and unit_of(asked[1]) is None
    if counted or re.search(_WHOLE, low):
        return "integer"
    return "continuous" if found.units & (DIVISIBLE | {"money", "time"}) else "integer"


def _column(row: Row, wish: str) -> Column:
    """The figures of one measure; without words of their own they are called by the wish that they serve."""
    places = [Place(figure.token.start, figure.token.end) for _, figure in row.figures]
    measure = row.measure
    if wish and not measure.words and not measure.family:
        measure = replace(measure, words=wish, dimension="money" if measure.dimension == "money" else "", unit="")
    elif measure.dimension == PERCENT:
        measure = replace(measure, dimension="")
    return Column(measure, dict(row.values), places)


def _line(line: Restriction, found: Schema) -> Line:
    """A restriction as a row. A row of figures is called by its column where it speaks of all that have one."""
    place = Place(line.start, line.end)
    kind = _KINDS.get(line.kind, "linear")
    if line.kind == "share" and (share := _share(line, len(found.owners))) is not None:
        part = tuple((e, 1.0) for e, factor in line.terms if factor > 0)
        return Line("share", part, line.direction, 0.0, line.strict, place, share=share)
    column = line.row
    if line.row is not None:
        figures = found.rows[line.row].values
        if kind == "average":
            share = figures.get(0, 0.0) - dict(line.terms).get(0, 0.0)
            return Line(kind, line.terms, line.direction, 0.0, line.strict, place, column=column, share=share)
        column = line.row if len(line.terms) == len(figures) else None
    # One unit more or less is meant by "more than" only among whole numbers of whole things.
    strict = line.strict and all(factor % 1 == 0 for _, factor in line.terms)
    return Line(kind, line.terms, line.direction, line.constant, strict, place, column=column)


def _share(line: Restriction, size: int) -> float | None:
    """The share where the row says that some are at most, at least or just this share of all of them together."""
    shares = {round(1.0 - factor if factor > 0 else -factor, 12) for _, factor in line.terms}
    return shares.pop() if len(shares) == 1 and len(line.terms) == size else None
