"""A roster and what is said of it, assembled into an indexed draft."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.draft import Draft
from copilot.formulators.offline.tables import Table
from copilot.formulators.offline.tokens import clean, sentences, tokenize

from .assembly import Assembly
from .naming import Naming, Speaking
from .roster import rosters
from .rules import rules
from .sayings import sayings
from .told import listed_limits, told_attributes

#: Ratios and figures that change with the decision: not a sheet of fixed figures.
_CURVED = re.compile(
    r"\^|\*\*|\bsquared?\b(?! (?:f|m|inch|cent))|\bnon-?\s?linear\w*|\b(?:in|de)creases? by\b|\bratio\b|"
    r"\befficiency\b|\bdivided by\b|"
    r"\b(?:maximi[sz]\w*|minimi[sz]\w*)[^.]{0,60}\bper (?!week|day|month|year|shift|quarter)|\beconomies of scale\b|"
    r"\bdiminishing\b|\bproportional to\b",
    re.I,
)

_PERIODS = frozenset({"period", "month", "week", "day", "quarter", "year"})
#: What is kept from one period to the next makes a plan over time, which is no sheet.
_KEPT = re.compile(
    r"\b(?:hold(?:ing)?|stor(?:e|age|ing)|inventor(?:y|ies)|stock(?:ed)?|carr(?:y|ied)|kept|next)\b", re.I
)


def sheet_plan(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The surest draft of the ways to read the tables, or None where no way names items and an aim."""
    best: Draft | None = None
    text = clean(prose)
    if _CURVED.search(text) or any(_CURVED.search(cell.text) for table in tables for row in table.rows for cell in row):
        return None
    parts = [sentence.tokens for sentence in sentences(tokenize(text), text)]
    for roster in rosters(tables):
        if roster.noun in _PERIODS and _KEPT.search(text):
            continue
        naming = Naming(roster.noun, roster.items)
        ruled = dict(rules(parts, naming))
        said = list(sayings(parts, naming, Speaking(roster.attributes).naming))
        said = told_attributes(roster, listed_limits(roster, said))
        assembly = Assembly(roster, Speaking(roster.attributes), text, original, parts, said, ruled)
        draft = assembly.draft(formulator)
        if draft is not None and (best is None or draft.confidence > best.confidence):
            best = draft
    return best
