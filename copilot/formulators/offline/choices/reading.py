"""The one place where choices told in prose enter the pipeline."""

from __future__ import annotations

from functools import lru_cache

from copilot.formulators.draft import Draft
from copilot.formulators.offline.tabular import found_in

from . import bins, covers, cuts, hauls, loads, matches, picks, sequences, suppliers
from .listing import listing
from .script import Script, script
from .wording import asks_of_each

_MOST_FIGURES = 150
#: Drafts are kept for so many texts: the panel asks first for a sure one, and again where nobody else reads the text.
_KEPT = 4
#: What a share or a factor that nobody reads leaves of the confidence.
_SHARE = 0.6


@lru_cache(maxsize=_KEPT)
def choice(text: str, formulator: str) -> Draft | None:
    """The surest draft of the text as a choice, or None."""
    source = found_in(text)
    if source.tables or "|" in text:
        told = script(source.prose)
        listed = picks.pick(told, listing(told, source.tables[0])) if len(source.tables) == 1 else None
        return _with_shares(picks.draft(listed, formulator), told, text) if listed is not None else None
    told = script(text)
    if len(told.figures) > _MOST_FIGURES:
        return None
    found = _sourced(told, formulator)
    if not asks_of_each(text):
        found += _shared_out(told, formulator)
    if (picked := picks.pick(told)) is not None:
        found.append(picks.draft(picked, formulator))
    best = max(found, key=lambda draft: draft.confidence, default=None)
    return _with_shares(best, told, text) if best is not None else None


def _with_shares(draft: Draft, told: Script, text: str) -> Draft:
    """The draft of the whole text, less sure where a share or a factor is left out."""
    document = draft.document.model_copy(update={"text": text})
    confidence = round(draft.confidence * _SHARE**told.shares, 3)
    return draft.model_copy(update={"document": document, "confidence": confidence})


def _shared_out(told: Script, formulator: str) -> list[Draft]:
    """Covers, cuts, bins, loads, hauls, matchings, sites and sequences."""
    found: list[Draft] = []
    if (covered := covers.cover(told)) is not None:
        found.append(covers.draft(covered, formulator))
    if (cut := cuts.cut(told)) is not None and (drawn := cuts.draft(cut, formulator)) is not None:
        found.append(drawn)
    if (filled := bins.filling(told)) is not None:
        found.append(bins.draft(filled, formulator))
    if (loaded := loads.load(told)) is not None:
        found.append(loads.draft(loaded, formulator))
    if (moved := hauls.haul(told)) is not None:
        found.append(hauls.draft(moved, formulator))
    if (shared := matches.match(told)) is not None:
        found.append(matches.draft(shared, formulator))
    if (ordered := sequences.sequence(told)) is not None:
        found.append(sequences.draft(ordered, formulator))
    return found


def _sourced(told: Script, formulator: str) -> list[Draft]:
    """Units from sources with a fixed charge."""
    found = suppliers.sourcing(told)
    return [suppliers.draft(found, formulator)] if found is not None else []
