"""Notes read clause by clause into the facts, limits and relations of the reader by roles, which joins them."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.formulators.draft import Draft

from ..roles.drafts import draft
from ..roles.optimum import judged
from ..roles.rows import rows_of
from ..roles.schema import Schema, Setting, schema
from ..roles.trust import trust
from ..words.lexicon import word_set
from .aims import aim_of
from .cutting import Clause, clauses_of
from .owners import owner_lists
from .told import Told, read

#: Words that join sentences: where more of the words are such, or lines have more words, a text is no notes.
_PROSE = word_set(
    """a an the is are was were has can will would should it they we i he she that which who there his her our your my
    their this these those do does i'm i've we've it's"""
)
_MOST_PROSE = 0.12
_LONGEST_LINE = 8
_LEAST = 0.2
#: What is left of the confidence for each limit of something of which nothing else is said.
_FOREIGN = 0.6
_JUDGED = 3


def notes(text: str, formulator: str) -> Draft | None:
    """The draft of notes, or None where the text consists of sentences or of a table, or says too little."""
    if any(line.count("|") > 1 or "\t" in line.strip() for line in text.splitlines()):
        return None
    clauses = clauses_of(text)
    if not _terse(clauses):
        return None
    reading = best(clauses, text)
    if reading is None:
        return None
    found, told = reading
    sure = round(trust(found) * _FOREIGN ** (told.foreign() + told.unread), 3)
    return draft(found, text, sure).model_copy(update={"formulator": formulator}) if sure >= _LEAST else None


def _terse(clauses: Sequence[Clause]) -> bool:
    """Whether the text is of short lines, with few of the words that join sentences."""
    words = [t.low for clause in clauses for t in clause.tokens if t.is_word]
    lines = len({clause.line for clause in clauses})
    joining = sum(low in _PROSE for low in words)
    return bool(words) and joining <= _MOST_PROSE * len(words) and len(words) <= _LONGEST_LINE * lines


def best(clauses: Sequence[Clause], text: str) -> tuple[Schema, Told] | None:
    """The best way to join what the clauses say, over all lists of owners, and what they say."""
    aim = aim_of(clauses)
    if aim is None:
        return None
    clauses = tuple(kept for clause in clauses if (kept := clause.before(aim.start, aim.end)) is not None)
    found: list[tuple[Schema, Told]] = []
    for owners in owner_lists(clauses):
        told = read(clauses, owners, aim, text)
        setting = Setting(owners, aim, frozenset(told.units), tuple(told.unused), mixing=False)
        made = schema(setting, rows_of(told.facts), told.limits, told.relations)
        if made is not None:
            found.append((made, told))
    found.sort(key=lambda pair: -pair[0].score)
    return max(((judged(made), told) for made, told in found[:_JUDGED]), key=lambda pair: pair[0].score, default=None)
