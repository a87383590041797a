"""The one place where problems told in sentences over periods and along ways enter the pipeline."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.tabular.senses import sense_of, wants_least

from .calendar import with_periods
from .covers import cover
from .deliveries import deliveries
from .figures import figures
from .mixtures import mixture
from .nodes import mentions
from .plans import plan
from .roads import road
from .staffing import staffing
from .ways import ways
from .words import Telling, telling

_FEWEST_NAMES = 6


def narrative(text: str, formulator: str) -> Draft | None:
    """The draft of a problem told in sentences, or None where no reader understands all of its figures."""
    plain = telling(text)
    return (
        cover(plain, formulator)
        or _over_periods(plain, formulator)
        or _along_ways(plain, formulator)
        or _mixed(plain, formulator)
    )


def _mixed(told: Telling, formulator: str) -> Draft | None:
    return mixture(told, formulator) if _cheap(told.text) else None


def _over_periods(plain: Telling, formulator: str) -> Draft | None:
    told, calendar = with_periods(plain)
    if calendar is None or not _cheap(plain.text):
        return None
    found = figures(told, calendar.count)
    return staffing(told, calendar, found, formulator) or plan(told, calendar, found, formulator)


def _along_ways(told: Telling, formulator: str) -> Draft | None:
    named = mentions(told)
    if len(named) < _FEWEST_NAMES:
        return None
    found = ways(told, named)
    drawn = deliveries(told.text, found, formulator) if _cheap(told.text) else None
    return drawn or road(told, named, found, formulator)


def _cheap(text: str) -> bool:
    """Whether little cost is wanted, said in any way."""
    if wants_least(text):
        return True
    return (
        sense_of(text) is None
        and re.search(
            r"(?<!at )\bleast\b|\bcheap\w*|\bto a minimum\b|\bcosts? down\b|\b(?:costs?|little) as\b", text, re.I
        )
        is not None
    )
