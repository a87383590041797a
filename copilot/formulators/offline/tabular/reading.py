"""The one place where tabular problems enter the pipeline."""

from __future__ import annotations

from copilot.formulators.draft import Draft
from copilot.formulators.offline.tables import Table, tables
from copilot.formulators.offline.tokens import clean

from .bullets import bullet_tables
from .facts import read_facts
from .networks import network
from .requirements import required_mix


def tabular(text: str, formulator: str) -> Draft | None:
    """The draft of a problem whose figures are records of named members, or None where there are none."""
    facts = read_facts(text)
    if facts.facts:
        drawn = network(text, facts, formulator)
        if drawn is not None:
            return drawn
    prose, found = all_tables(text)
    if found:
        return required_mix(prose, found, text, formulator)
    return None


def all_tables(text: str) -> tuple[str, tuple[Table, ...]]:
    """The text without its tables and lists of records, character for character, and those as tables."""
    prose, listed = bullet_tables(text)
    prose, piped = tables(clean(prose))
    return prose, (*piped, *listed)
