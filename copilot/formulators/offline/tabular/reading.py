"""The one place where tabular problems enter the pipeline."""

from __future__ import annotations

import re

from copilot.formulators.draft import Draft
from copilot.formulators.offline.words.layouts import piped
from copilot.formulators.offline.words.tables import Table, tables
from copilot.formulators.offline.words.tokens import clean

from .bullets import bullet_tables, sentence_table
from .coverages import coverage
from .equations import equations
from .induction import induced
from .inline import inline_tables
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

#: A line break after a long line that neither ends a heading nor opens a bullet, a table row or a paragraph.
_WRAP = re.compile(r"(?<=[^\n:|]{55}[^\n:|])\n(?=[A-Za-z0-9(\"'$])(?!\d{1,2}[.)] )")

_TABULAR = re.compile(
    r"\\begin\{(?:tabular|array)\}(?:\{[^}\n]{0,60}\})?(?P<body>.{1,6000}?)\\end\{(?:tabular|array)\}", re.S
)
_RULE = r"\\[a-z]+(?:\{[\d-]*\})?"
#: The end of a row with the rules and lines after it, a rule elsewhere, a word in another type.
_ROW_END = re.compile(rf"\\\\(?:\s|{_RULE})*")
_RULED = re.compile(rf"{_RULE}[ \t]*")
_TYPED = re.compile(r"\\[a-z]+\{(?P<words>[^{}\d-][^{}]*)\}")


def tabular(original: str, formulator: str) -> Draft | None:
    """The draft of a problem whose figures are records of named members, or None where there are none."""
    draft = _drafted(unwrapped(original), original, formulator)
    return with_leftovers(draft, original) if draft is not None else None


def _drafted(text: str, original: str, formulator: str) -> Draft | None:
    written = equations(text, original, formulator) or induced(text, original, formulator)
    if written is not None:
        return written
    prose, found = all_tables(text)
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


def unwrapped(text: str) -> str:
    """The text with line breaks inside paragraphs and marks of bold print as spaces, character for character."""
    return _WRAP.sub(" ", piped(text).replace("**", "  "))


def all_tables(text: str) -> tuple[str, tuple[Table, ...]]:
    """The text without its tables and lists of records, character for character, and those as tables."""
    prose, listed = bullet_tables(_TABULAR.sub(_piped, text))
    prose, piped = tables(clean(prose))
    prose, told = inline_tables(prose)
    return prose, (*piped, *listed, *told)


def _piped(match: re.Match[str]) -> str:
    """A LaTeX tabular with pipes for its marks, character for character."""
    body = _TYPED.sub(lambda m: m["words"].rjust(len(m[0]) - 1) + " ", match["body"])
    body = _ROW_END.sub(lambda m: "|" + " " * (len(m[0]) - 2) + "\n", body)
    body = body.replace("\\%", " %").replace("\\$", " $").replace("&", "|")
    body = _RULED.sub(lambda m: " " * len(m[0]), body)
    head, tail = match.start("body") - match.start(), match.end() - match.end("body")
    return " " * head + body + " " * tail
