"""The one place where tabular problems enter the pipeline."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.words.tokens import clean

from .bullets import sentence_table
from .coverages import coverage
from .equations import equations
from .finding import Found, found_in
from .induction import induced
from .leftovers import with_leftovers
from .loads import spread
from .networks import network
from .packings import packing
from .periods import production_plan
from .planning import lot_sizing
from .requirements import required_mix
from .rotas import rota
from .schedules import flow_shop
from .selections import selection
from .telling import read_facts

_BASES = "depot|base|office|warehouse|garage|hub|home|school|station"
#: The place where trips begin, as one end of a way: "depot-A 10", "A to the depot 7".
_HOME = re.compile(
    rf"\b(?:{_BASES})(?=\s?(?:-|\u2013|->)\s?[A-Z]|\s+to\s+[A-Z]\w*\b[\s:,]*\$?\d)|"
    rf"(?:(?<=[A-Za-z]-)|(?<=[A-Za-z]\u2013)|(?<= to )|(?<= to the ))(?:{_BASES})(?=[\s:,]*\$?\d)"
)


def tabular(original: str, formulator: str) -> Draft | None:
    """The draft of a problem whose figures are records of named members, or None where there are none."""
    named = _HOME.sub(lambda home: home[0].capitalize(), original)
    draft = _drafted(found_in(named), original, formulator)
    return with_leftovers(draft, original) if draft is not None else None


def _drafted(source: Found, original: str, formulator: str) -> Draft | None:
    text, prose, found = source.text, source.prose, source.tables
    written = equations(text, original, formulator) or induced(text, original, formulator)
    if written is not None:
        return written
    for words, grids in ((text, ()), (prose, found)) if not found else ((prose, found), (text, ())):
        facts = read_facts(words, grids)
        if facts.families:
            drawn = network(text, facts, original, formulator) or selection(text, facts, original, formulator)
            if drawn is not None:
                return drawn
    planned = (
        coverage(prose, found, original, formulator)
        or rota(prose, found, original, formulator)
        or packing(prose, found, original, formulator)
        or flow_shop(prose, found, original, formulator)
        or lot_sizing(text, original, formulator)
        or production_plan(text, original, formulator)
        or spread(text, original, formulator)
    )
    if planned is not None:
        return planned
    if found:
        return required_mix(prose, found, original, formulator)
    words, told = sentence_table(clean(text))
    return required_mix(words, (told,), original, formulator) if told is not None else None
