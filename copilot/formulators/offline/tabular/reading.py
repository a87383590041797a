"""The one place where tabular problems enter the pipeline."""

from __future__ import annotations

from copilot.formulators.draft import Draft

from .facts import read_facts
from .networks import network


def tabular(text: str, formulator: str) -> Draft | None:
    """The draft of a problem whose figures are records of named members, or None where there are none."""
    facts = read_facts(text)
    if not facts.facts:
        return None
    return network(text, facts, formulator)
