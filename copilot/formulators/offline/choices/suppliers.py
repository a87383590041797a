"""So many units from several sources, each with a price, a charge that is due where it is used at all, and a limit.

Source: Nemhauser and Wolsey (1988), ch. I.1: fixed charges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.draft import Draft
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import OCCASIONS
from copilot.formulators.offline.words.particles import EACH
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .placing import column_of
from .records import gap
from .roster import Column, Roster, rosters
from .script import Script

_SURE = 0.88
#: The same where the text does not say that the second price is a charge.
_UNSAID = 0.7
_LOOSE_FIGURE = 0.6
_FIXED = re.compile(
    r"\bset-?\s?ups?\b|\bset(?:ting)? up\b|\bfixed\b|\bdeliver\w*\b|\bflat\b|\bone-off\b|\bonce\b|"
    r"\bopening\b|\bfees?\b|\btrip\b|\bplus\b|\bonly (?:charged|paid|due|billed)\b|"
    r"\bstart(?:ing)?(?: |-)?(?:up)?\b|\bregardless\b|\bat all\b|\bno matter\b|\bhowever (?:many|much)\b|\bcall-?out\b",
    re.I,
)
_LEAST = re.compile(r"\b(?:at least|no (?:less|fewer) than|minimum|min)\b")


@dataclass(frozen=True, slots=True)
class Sourcing:
    """``need`` units in all; ``price``, ``charge``, the ``most`` and the ``least`` that each source gives."""

    told: Script
    sources: Roster
    price: Column
    charge: Column
    most: Column | None
    least: Column | None
    need: Figure
    confidence: float


def sourcing(told: Script) -> Sourcing | None:
    """The surest reading of the text as such a problem, or None."""
    if wanted(told.original) != "minimize":
        return None
    return max(_readings(told), key=lambda reading: reading.confidence, default=None)


def _readings(told: Script) -> Iterator[Sourcing]:
    for roster in rosters(told, fewest=2):
        paid = [c for c in roster.columns if c.dimension == "money"]
        prices = [c for c in paid if _each(told, c)]
        if len(paid) != 2 or len(prices) != 1 or len(roster.columns) > 4:
            continue
        charge = next(c for c in paid if c is not prices[0])
        counts = [c for c in roster.columns if c not in paid]
        least = next((c for c in counts if _at_least(told, c)), None)
        limits = [c for c in counts if c is not least]
        if len(limits) > 1:
            continue
        most = limits[0] if limits else None
        taken = {f.at for c in roster.columns for f in c.figures}
        rest = [f for f in told.figures if f.at not in taken and not (f.spelled and f.value <= len(roster.labels))]
        needs = [f for f in rest if f.dimension != "money" and f.value > 1]
        if not needs or (most is not None and needs[0].value > sum(most.values)):
            continue
        left = [f for f in rest if f.value != needs[0].value]
        sure = _SURE if _FIXED.search(told.original) else _UNSAID
        confidence = round(sure * _LOOSE_FIGURE ** len(left) * 0.85**roster.strange, 3)
        yield Sourcing(told, roster, prices[0], charge, most, least, needs[0], confidence)


def _each(told: Script, column: Column) -> bool:
    """Whether some figure of the column is for one unit: "2.10 per chair", "each part then costs 3"."""
    order = {figure.at: k for k, figure in enumerate(told.figures)}
    for figure in column.figures:
        behind = told.words(figure.after, figure.after + 2)
        if len(behind) == 2 and behind[0] in EACH and behind[1] not in OCCASIONS:
            return True
        first, last = gap(told, order[figure.at])
        if {"each", "every", "per"} & {*told.words(first if first in told.begins else first + 1, last)}:
            return True
    return False


def _at_least(told: Script, column: Column) -> bool:
    order = {figure.at: k for k, figure in enumerate(told.figures)}
    return any(_LEAST.search(" ".join(told.words(*gap(told, order[f.at])))) for f in column.figures)


def draft(found: Sourcing, formulator: str) -> Draft:
    """The reading as an indexed document."""
    page = Paper(found.told.original)
    source = page.set("source", found.sources.labels)
    price, charge = (
        column_of(page, title, source, found.sources, column)
        for title, column in (("price", found.price), ("charge", found.charge))
    )
    need = page.scalar("needed", found.need.value, (found.need.start, found.need.end))
    whole = not found.need.dimension
    buy = page.variable(
        "buy", source, domain="integer" if whole else "continuous", description="how much comes from it"
    )
    used = page.variable("used", source, domain="binary", description="1 if anything comes from it")
    page.aim("minimize", "total_cost", f"sum({price}[s]*{buy}[s] + {charge}[s]*{used}[s] for s in {source})")
    page.constraint("enough", f"sum({buy}[s] for s in {source}) >= {need}")
    most = need
    if found.most is not None:
        most = f"{column_of(page, 'limit', source, found.sources, found.most)}[s]"
    page.constraint("only_if_used", f"{buy}[s] <= {most}*{used}[s]", over=f"s in {source}")
    if found.least is not None:
        least = column_of(page, "least", source, found.sources, found.least)
        page.constraint("least_if_used", f"{buy}[s] >= {least}[s]*{used}[s]", over=f"s in {source}")
    page.assumptions.append("the charge is due only where something is taken")
    return page.draft(found.confidence, formulator)
