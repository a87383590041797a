"""Rules between things that are chosen or not: "A only if B", "not both", "at least two of A, B and C".

A clause is written with its names as groups and compared with the few shapes that such rules have in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .clauses import ANY, NOT, clauses, written
from .conditions import conditional, requirement
from .exclusions import alternative, conflict, counting, equal, single
from .roster import Roster
from .rule import Rule, Ruling
from .script import Script

_CUES = re.compile(
    rf"\b(?:{NOT}|if|unless|only|either|both|must|has to|have to|requires?|without|exclude\w*|depends?|neither|"
    r"prerequisite|at least|at most|exactly|together|when|whenever|compulsory|mandatory)\b"
)
_BECAUSE = re.compile(r" ,? ?(?:because|since|as (?:they|it|he|she|both)|due to|, for)\b(?!.*\b(?:so|therefore)\b).*")


def rules(told: Script, roster: Roster, used: frozenset[int]) -> Ruling:
    """The rules of all clauses without a figure of ``used`` (tokens that records take)."""
    found: list[Rule] = []
    read: set[int] = set()
    unread: list[tuple[int, int]] = []
    for part in told.parts:
        for clause in clauses(told, roster, part):
            if any(clause.first <= i < clause.last for i in used):
                continue
            text = written(told, roster, clause)
            if not re.search(ANY, text):
                continue
            span = told.tokens[clause.first].start, told.tokens[clause.last - 1].end
            fresh = list(_ruled(_BECAUSE.sub("", text), span))
            if fresh:
                found.extend(fresh)
                read |= set(range(clause.first, clause.last))
            elif _CUES.search(text) and not re.match(r"(?:which|what|how)\b", text):
                unread.append(span)
    return Ruling(tuple(dict.fromkeys(found)), frozenset(read), tuple(unread))


def _ruled(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """The rules of one clause, by the first shape that fits."""
    for shape in (equal, counting, conditional, requirement, conflict, alternative, single):
        fresh = list(shape(text, span))
        if fresh:
            yield from fresh
            return
