"""A roster and what is said of it, assembled into an indexed draft."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.draft import Draft
from copilot.formulators.offline.judgment.case import Case
from copilot.formulators.offline.words.tables import Table
from copilot.formulators.offline.words.times import PERIODS
from copilot.formulators.offline.words.tokens import clean, sentences, tokenize

from .aim import EARNED, sense_asked
from .assembly import Assembly
from .curves import bend, carry, sell
from .growth import growths
from .naming import Naming, Speaking
from .roster import rosters
from .rules import rules
from .sayings import sayings
from .told import listed_limits, told_attributes
from .ways import by_ways

#: Figures that change with the decision in ways that no column tells: not a sheet of fixed figures.
_CURVED = re.compile(
    r"\^|\*\*|\bsquared?\b(?! (?:f|m|inch|cent))|\bnon-?\s?linear\w*|\b(?:in|de)creases? by\b|"
    r"\befficiency\b|\beconomies of scale\b|\bdiminishing\b|\bproportional to\b",
    re.I,
)
#: What is left of the confidence in a draft without a sensible optimum.
_UNSOUND = 0.4
#: What is kept from one period to the next makes a plan over time, which is no sheet.
_KEPT = re.compile(
    r"\b(?:hold(?:ing)?|stor(?:e|age|ing)|inventor(?:y|ies)|stock(?:ed)?|carr(?:y|ied)|kept|next)\b", re.I
)


def sheet_plan(prose: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The surest draft of the ways to read the tables, or None where no way names items and an aim."""
    best: Draft | None = None
    text = clean(prose)
    if any(map(_strange, tables)):
        return None
    parts = [sentence.tokens for sentence in sentences(tokenize(text), text)]
    for roster in rosters(tables):
        if roster.noun in PERIODS and _KEPT.search(text):
            continue
        if sense_asked(parts, text) == "maximize" and EARNED.search(text):
            sell(roster, text)
        bend(roster)
        naming = Naming(roster.noun, roster.items)
        ruled = dict(rules(parts, naming))
        said = list(sayings(parts, naming, Speaking(roster).naming))
        said = told_attributes(roster, listed_limits(roster, said))
        carry(roster, {k for saying in said for k in saying.titled})
        several = by_ways(roster, said)
        if several is not None:
            if ruled:
                continue
            roster, said = several.roster, several.said
        assembly = Assembly(roster, Speaking(roster), text, original, parts, said, ruled)
        draft = assembly.draft(formulator)
        if draft is not None and _CURVED.search(text) and not is_curved(draft):
            continue
        draft = sounded(draft, text) if draft is not None else None
        if draft is not None and (best is None or draft.confidence > best.confidence):
            best = draft
    return best


def _strange(table: Table) -> bool:
    """Whether a cell tells a curve that its whole column does not tell."""
    cells = [column for column in zip(*table.rows, strict=True) if any(_CURVED.search(cell.text) for cell in column)]
    return not all(map(growths, cells))


def sounded(draft: Draft, text: str) -> Draft:
    """The draft, hardly believed where it has no optimum or doing nothing is one."""
    case = Case(draft, text)
    sound = case.optimum.status in ("optimal", "unknown") and not case.worthless
    return draft if sound else draft.model_copy(update={"confidence": round(_UNSOUND * draft.confidence, 3)})


def is_curved(draft: Draft) -> bool:
    """Whether the objective is no sum of fixed figures times decisions."""
    objective = draft.document.formulation.objective
    return objective is not None and re.search(r"\*\*|sqrt|log|exp|\)/\(|\)\*", objective.expression) is not None
