"""The one place where choices told in prose enter the pipeline."""

from __future__ import annotations

from copilot.formulators.draft import Draft

from . import covers, loads, matches, picks
from .script import Script, script
from .wording import asks_of_each

_MOST_FIGURES = 150
#: What a share or a factor that nobody reads leaves of the confidence.
_SHARE = 0.6


def choice(text: str, formulator: str) -> Draft | None:
    """The surest draft of the text as a choice, or None."""
    if "|" in text:
        return None
    told = script(text)
    if len(told.figures) > _MOST_FIGURES:
        return None
    found: list[Draft] = []
    if not asks_of_each(text):
        found = _shared_out(told, formulator)
    if (picked := picks.pick(told)) is not None:
        found.append(picks.draft(picked, formulator))
    best = max(found, key=lambda draft: draft.confidence, default=None)
    if best is None or not told.shares:
        return best
    return best.model_copy(update={"confidence": round(best.confidence * _SHARE**told.shares, 3)})


def _shared_out(told: Script, formulator: str) -> list[Draft]:
    """Covers, loads, matchings and sites."""
    found: list[Draft] = []
    if (covered := covers.cover(told)) is not None:
        found.append(covers.draft(covered, formulator))
    if (loaded := loads.load(told)) is not None:
        found.append(loads.draft(loaded, formulator))
    if (shared := matches.match(told)) is not None:
        found.append(matches.draft(shared, formulator))
    return found
