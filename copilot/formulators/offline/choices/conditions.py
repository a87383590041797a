"""What is chosen only with something else: "A only if B", "if A then not B", "B is a prerequisite of A"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .clauses import ANY, NOT, Group, groups_in, members_in
from .rule import Rule

_IF = r"(?:if|when|whenever|once|in case|provided(?: that)?|as soon as|as long as|should)"
_ONLY = (
    r"(?:only|just)(?: \S+){0,5}? (?:if|when|together with|with|along with|alongside|after|once|in combination with|"
    r"provided(?: that)?|in case|as long as|where)|provided(?: that)?|on condition that|as long as"
)
_NEEDS = (
    r"(?:requires?|needs?|depends? on|presupposes?|builds on|relies on|calls for|goes only with|comes only with|"
    r"is based on|are based on|assumes?|is useless without|is pointless without|implies|means|entails?|"
    r"forces? us to (?:take|do|build)|has as a prerequisite)"
)
#: Shapes whose effect needs their cause.
_PRECONDITIONS = tuple(
    re.compile(shape)
    for shape in (
        rf".{{0,20}}?\bunless\b(?P<cause>.*?{ANY}.*?)(?:,|then)(?P<effect>.*{ANY}.*)",
        rf"(?P<effect>.*?{ANY}.*?)\bunless\b(?P<cause>.*{ANY}.*)",
        rf"only (?:if|when|with|together with|once|after)\b(?P<cause>.*?{ANY}.*?)"
        rf"(?P<effect>\b(?:can|may|will|could|is|are|does|do)\b.*{ANY}.*)",
        rf"(?P<effect>.*?{ANY}[^\[]*?)\b(?:{_ONLY})\b(?P<cause>[^\[]*{ANY}.*)",
        rf"(?P<effect>.*?{ANY}[^\[]*?)\bnot\b[^\[]{{0,30}}\b(?:if|when)\b(?P<cause>[^\[]*{ANY}[^\[]*?\b{NOT}\b.*)",
    )
)
#: Shapes whose effect follows from their cause.
_CONSEQUENCES = tuple(
    re.compile(shape)
    for shape in (
        rf".{{0,30}}?\b{_IF} (?P<cause>.*?{ANY}[^,]*?)(?:,|\bthen\b)(?P<effect>.*{ANY}.*)",
        rf".{{0,30}}?\b{_IF} (?P<cause>[^\[]*{ANY})(?P<effect>[^\[]*{ANY}.*)",
        rf"(?:whoever|anyone who|who) (?P<cause>[^\[]*{ANY})(?P<effect>[^\[]*{ANY}.*)",
    )
)
_REVERSED = re.compile(rf"(?P<effect>.*?{ANY}.*?)\b(?:if|when|whenever|once|in case)\b(?P<cause>.*{ANY}.*)")
_BASIS = r"(?:prerequisite|precondition|requirement|basis|condition)"
_REQUIREMENTS = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<effect>.*{ANY}[^\[]*?)\b(?:has|have)\b(?P<cause>[^\[]*{ANY}) as (?:an? |its |their )?{_BASIS}",
        rf"(?P<cause>.*{ANY}[^\[]*?)\b(?:{_BASIS} (?:of|for|to)|(?:required|needed|necessary) (?:for|by|before))\b"
        rf"(?P<effect>.*{ANY}.*)",
        rf"(?P<effect>.*?{ANY}[^\[]*?)\bwithout\b(?P<cause>.*{ANY}.*)",
        rf"without(?P<cause>[^\[]*{ANY})(?P<effect>.*\b{NOT}\b.*{ANY}.*|.*{ANY}.*\b{NOT}\b.*)",
        rf"(?P<effect>.*?{ANY}(?: (?:also|in turn|itself|always|then|absolutely))?) {_NEEDS}\b"
        rf"(?P<cause>[^\[\d]*{ANY}.*)",
    )
)


def conditional(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A only if B", "unless B no A", "if A then B", "if A then not B", "B is a must if A"."""
    for pattern in _PRECONDITIONS:
        if match := pattern.match(text):
            yield from _needs(match["effect"], match["cause"], span)
            return
    for pattern in _CONSEQUENCES:
        if match := pattern.match(text):
            yield from _follows(match["cause"], match["effect"], span)
            return
    if match := _REVERSED.match(text):
        allowed = re.search(r"\b(?:can|may|could|possible|allowed|makes sense)\b", match["effect"])
        if allowed and not re.search(rf"\b{NOT}\b", match["effect"]):
            yield from _needs(match["effect"], match["cause"], span)
        else:
            yield from _follows(match["cause"], match["effect"], span)


def requirement(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A requires B", "A has B as a prerequisite", "B is a prerequisite of A", "no A without B"."""
    for pattern in _REQUIREMENTS:
        if match := pattern.match(text):
            yield from _needs(match["effect"], match["cause"], span)
            return


def _needs(effect: str, cause: str, span: tuple[int, int]) -> Iterator[Rule]:
    """Nothing of the effect without the cause."""
    groups = groups_in(cause)
    causes = groups[0] if groups else Group("", ())
    for dependent in members_in(effect):
        if causes.joint == "or":
            yield Rule((dependent,), causes.members, "<=", 0, "only_with", *span)
        else:
            for needed in members_in(cause):
                if needed != dependent:
                    yield Rule((dependent,), (needed,), "<=", 0, "only_with", *span)


def _follows(cause: str, effect: str, span: tuple[int, int]) -> Iterator[Rule]:
    """What must or must not be chosen where the cause is, or where it is not."""
    causes, effects = groups_in(cause), groups_in(effect)
    if not causes or not effects:
        return
    negative = re.search(rf"\b{NOT}\b", cause) is not None
    without = (
        re.search(rf"\b{NOT}\b|\bexcluded\b|\bdropped\b|\bskip\b|\bleft out\b|\brule[sd]? out\b", effect) is not None
    )
    either = effects[0].joint == "or" or re.search(r"\bat least one\b", effect) is not None
    for first in causes[0].members if causes[0].joint != "and" else causes[0].members[:1]:
        both = causes[0].members if causes[0].joint == "and" else (first,)
        shift = len(both) - 1
        if negative and without:
            for other in members_in(effect):
                yield Rule((other,), (first,), "<=", 0, "only_with", *span)
        elif negative:
            yield Rule((first, *members_in(effect)), (), ">=", 1, "at_least_one", *span)
        elif without:
            for other in _others(effect, both):
                yield Rule((*both, other), (), "<=", 1 + shift, "not_both", *span)
        elif either:
            yield Rule(both, _others(effect, both), "<=", shift, "then", *span)
        else:
            for other in _others(effect, both):
                yield Rule(both, (other,), "<=", shift, "then", *span)


def _others(effect: str, causes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k for k in members_in(effect) if k not in causes)
