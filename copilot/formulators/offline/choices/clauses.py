"""Clauses with the names in them written as groups: ``[and:0,2]``, ``[or:1,3]``, ``[:4]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.offline.words.lexicon import is_verb, word_set

from .roster import Roster
from .script import Part, Script

_GROUP = r"\[(and|or)?:([\d,]+)\]"

#: Any group.
ANY = r"\[(?:and|or)?:[\d,]+\]"
NOT = (
    r"(?:cannot|can not|can't|can never|must not|mustn't|may not|should not|shouldn't|will not|won't|"
    r"would not|wouldn't|never|"
    r"do not|don't|does not|doesn't|did not|didn't|is not|isn't|are not|aren't|not|no|nor|neither|impossible|forbidden|"
    r"ruled out|out of the question)"
)
_NUMBERS = re.compile(r"(?<=:)\d+")
_ENDING = r"\w{0,4}"
_VERBAL = word_set(
    """not if either at exactly unless only no cannot can can't must is are has have needs requires may will won't
    exclude excludes should never need require refuses"""
)
#: Words with which a clause behind a comma, or behind "and", begins.
_CONJUNCTIONS = word_set("and but while whereas though although yet")
_OPENINGS = word_set("not if either at exactly unless only no")


@dataclass(frozen=True, slots=True)
class Group:
    """Names that "and" or "or" joins; ``joint`` is empty for a single one."""

    joint: str
    members: tuple[int, ...]


def clauses(told: Script, roster: Roster, part: Part) -> Iterator[Part]:
    """The sentence, or its coordinate clauses where each of them names something."""
    cuts = [part.first]
    conditional = told.tokens[part.first].low in ("if", "when", "whenever", "unless", "once")
    for i in range(part.first + 1, part.last - 1):
        token, after = told.tokens[i], told.tokens[i + 1].low
        joint = token.low == "," and after in _CONJUNCTIONS
        fresh = token.low in ("and", "but") and told.tokens[i - 1].low != "if" and after in _OPENINGS
        if (joint or fresh) and roster.between(cuts[-1], i) and roster.between(i, part.last):
            consequence = not conditional or len({m.index for m in roster.between(cuts[-1], i)}) > 1
            verbs = any(t.low in _VERBAL for t in told.tokens[i : part.last])
            listed = _inside_list(roster, i) and (conditional or not _told(told, cuts[-1], i))
            if consequence and verbs and not listed:
                cuts.append(i + 1)
    for a, b in zip(cuts, [*cuts[1:], part.last], strict=True):
        yield Part(a, b)


def _told(told: Script, first: int, last: int) -> bool:
    """Whether the tokens say something of what they name: "there is no A without B", not "A, B"."""
    return any(t.low in _VERBAL or is_verb(t.low) for t in told.tokens[first:last])


def _inside_list(roster: Roster, i: int) -> bool:
    """Whether names stand close on both sides: "A, B, and C"."""
    return any(0 <= i - m.last <= 1 for m in roster.mentions) and any(0 < m.first - i <= 3 for m in roster.mentions)


def written(told: Script, roster: Roster, clause: Part) -> str:
    """The clause with its names as groups."""
    words: list[str] = []
    inside = roster.between(clause.first, clause.last)
    starts = {m.first: m for m in inside}
    i = clause.first
    while i < clause.last:
        if i in starts:
            words.append(f"[:{starts[i].index}]")
            i = max(starts[i].last, i + 1)
            continue
        words.append(told.tokens[i].low)
        i += 1
    text = " ".join(words)
    kinds = "|".join(sorted((re.escape(k) for k in roster.kinds if len(k) > 2), key=len, reverse=True))
    text = re.sub(rf"\b(?:the|an?{f'|(?:{kinds}){_ENDING}' if kinds else ''}) (?=\[)", "", text)
    text = re.sub(r"\b(?:the|an?) (?=\[)", "", text)
    text = re.sub(r"(?<=\]) (?:is|are) (?=(?:also |then )?\[)", " ", text)
    single = r"\[:(\d+)\]"
    listed = rf"{single}(?: , {single})*(?: ,)? (?:and|or|nor|&|\+) (?:both )?{single}|{single}(?: , {single})+"
    return re.sub(listed, lambda m: _group(m[0]), text)


def _group(text: str) -> str:
    joint = "or" if re.search(r"\b(?:or|nor)\b", text) else "and"
    members = ",".join(_NUMBERS.findall(text))
    return f"[{joint}:{members}]"


def groups_in(text: str) -> list[Group]:
    """The groups of a written clause, in its order."""
    return [Group(m[1] or "", tuple(dict.fromkeys(map(int, m[2].split(","))))) for m in re.finditer(_GROUP, text)]


def members_in(text: str) -> tuple[int, ...]:
    """All names of a written clause, each once."""
    return tuple(dict.fromkeys(k for group in groups_in(text) for k in group.members))
