"""The one place where problems told in sentences over periods and along ways enter the pipeline."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.tabular import found_in
from copilot.formulators.offline.words.senses import sense_of, wanted, wants_least

from .calendar import Calendar, with_periods
from .cash import cash
from .covers import cover
from .deliveries import deliveries
from .figures import Figure, figures
from .mixtures import mixture
from .nodes import mentions
from .plans import plan
from .projects import project
from .roads import road
from .staffing import staffing
from .tabled import in_thousands, periods_of
from .ways import ways
from .words import Telling, telling

#: The number of a table is no figure of the plan.
_CAPTION = re.compile(r"\b(?:table|figure|exhibit) \d+(?:[-.]\d+)*", re.I)
_FEWEST_NAMES = 6
#: What is left of the confidence where the text never says what is wanted.
_UNASKED = 0.8


def narrative(text: str, formulator: str) -> Draft | None:
    """The draft of a problem told in sentences, or None where no reader understands all of its figures."""
    found = found_in(text)
    told = periods_of(found.tables)
    if told is not None:
        uncaptioned = _CAPTION.sub(lambda match: " " * len(match[0]), found.prose)
        return _planned(Telling(text, telling(uncaptioned).sentences), formulator, *told)
    plain = telling(text)
    return (
        cover(plain, formulator)
        or _over_periods(plain, formulator)
        or _along_ways(plain, formulator)
        or _mixed(plain, formulator)
    )


def timetable(text: str, formulator: str) -> Draft | None:
    """The draft of a project whose tasks wait for each other, or None."""
    return project(telling(text), formulator)


def _mixed(told: Telling, formulator: str) -> Draft | None:
    return mixture(told, formulator) if _cheap(told.text) else None


def _over_periods(plain: Telling, formulator: str) -> Draft | None:
    return _planned(plain, formulator)


def _planned(
    plain: Telling, formulator: str, known: Calendar | None = None, rows: tuple[Figure, ...] = ()
) -> Draft | None:
    """The plan over the periods of the text, or over those of a table with its rows of figures."""
    told, calendar = with_periods(plain)
    asked = _cheap(plain.text)
    calendar = known or calendar
    if calendar is None:
        return None
    single = [in_thousands(figure, rows) for figure in figures(told, calendar.count)]
    found = (*single, *rows)
    earned = plan(told, calendar, found, formulator, earning=True) if wanted(plain.text) == "maximize" else None
    if earned is not None:
        return earned
    if sense_of(plain.text) is not None and not asked:
        return None
    draft = (
        staffing(told, calendar, found, formulator)
        or cash(told, calendar, found, formulator)
        or plan(told, calendar, found, formulator)
    )
    return draft if draft is None or asked else _unasked(draft)


def _along_ways(told: Telling, formulator: str) -> Draft | None:
    named = mentions(told)
    if len(named) < _FEWEST_NAMES:
        return None
    found = ways(told, named)
    asked = _cheap(told.text)
    drawn = deliveries(told.text, found, formulator) if asked or sense_of(told.text) is None else None
    if drawn is not None:
        return drawn if asked else _unasked(drawn)
    return road(told, named, found, formulator)


def _unasked(draft: Draft) -> Draft:
    """The draft of a text that gives costs and never says what is wanted, less sure."""
    assumptions = (
        *draft.assumptions,
        "the text names no aim; what it gives are costs, so the least cost is looked for",
    )
    return draft.model_copy(update={"assumptions": assumptions, "confidence": round(_UNASKED * draft.confidence, 3)})


_LITTLE = re.compile(
    r"(?<!at )\bleast\b|\bcheap\w*|\bto a minimum\b|\bcosts? down\b|\b(?:costs?|little) as\b|\bmin\.? (?:total )?cost",
    re.I,
)


def _cheap(text: str) -> bool:
    """Whether little cost is wanted, said in any way."""
    return wants_least(text) or (sense_of(text) is None and _LITTLE.search(text) is not None)
