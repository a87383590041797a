"""The one place where choices told in prose enter the pipeline."""

from __future__ import annotations

from copilot.formulators.draft import Draft

from .picks import draft, pick
from .script import script

_MOST_FIGURES = 150


def choice(text: str, formulator: str) -> Draft | None:
    """The surest draft of the text as a choice, or None."""
    if "|" in text:
        return None
    told = script(text)
    if len(told.figures) > _MOST_FIGURES:
        return None
    reading = pick(told)
    return draft(reading, formulator) if reading is not None else None
