"""The first textbook family whose words and figures are all understood."""

from __future__ import annotations

from collections.abc import Callable

from copilot.formulators.offline.drafting import Paper

from .crossings import crossing
from .crowding import crowding
from .demands import demand
from .flat import flat
from .lots import order_quantity
from .meetings import meeting
from .numbers import two_numbers
from .outlines import outline
from .pages import Page, page
from .rectangles import rectangle
from .risks import portfolio
from .selling import selling
from .shapes import shape
from .trips import trip
from .vessels import vessel
from .written import written


def _by_words(reader: Callable[[str, str], Paper | None]) -> Callable[[Page], Paper | None]:
    """A family that is read in small letters."""
    return lambda page: reader(page.low, page.original)


_FAMILIES: tuple[Callable[[Page], Paper | None], ...] = (
    outline, rectangle, vessel, crowding, _by_words(order_quantity), _by_words(shape),
    _by_words(two_numbers), selling, crossing, _by_words(meeting), trip, written, flat, demand, portfolio,
)  # fmt: skip


def family(cleaned: str, original: str) -> Paper | None:
    """The sheet of a clean text, as long as the original, or None."""
    read = page(cleaned, original)
    return next((sheet for reader in _FAMILIES if (sheet := reader(read)) is not None), None)
