"""The first textbook family whose words and figures are all understood."""

from __future__ import annotations

from copilot.formulators.offline.drafting import Sheet

from .crossings import crossing
from .crowding import crowding
from .demands import demand
from .flat import flat
from .lots import order_quantity
from .meetings import meeting
from .outlines import outline
from .outputs import output
from .pages import page
from .rectangles import rectangle
from .shapes import shape
from .trades import trade
from .vessels import vessel
from .written import written

#: Families that are read in small letters.
_BY_WORDS = (outline, rectangle, crowding, order_quantity, shape, trade, meeting, written)
#: Families that are read over a page of words and measured figures.
_BY_PAGE = (vessel, flat, demand, output, crossing)


def family(cleaned: str, original: str) -> Sheet | None:
    """The sheet of a clean text, as long as the original, or None."""
    low = cleaned.lower()
    for by_words in _BY_WORDS:
        sheet = by_words(low, original)
        if sheet is not None:
            return sheet
    read = page(cleaned, original)
    for by_page in _BY_PAGE if read.figures else ():
        sheet = by_page(read)
        if sheet is not None:
            return sheet
    return None
