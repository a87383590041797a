"""The first family of curved problems whose words and figures are all understood."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Sheet

from .demands import demand
from .figures import page
from .outputs import output
from .sheets import sheet_of

_FAMILIES = (sheet_of, demand, output)


def curve(cleaned: str, original: str) -> Sheet | None:
    """The sheet of a clean text, as long as the original, or None where a figure of it would be left out."""
    read = page(cleaned, original)
    if not read.figures:
        return None
    for family in _FAMILIES:
        sheet = family(read)
        if sheet is not None and sheet.objective is not None:
            return sheet
    return None
