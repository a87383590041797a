"""How many of some things are chosen: "at least two of A, B and C", "not both", "A or B", "A must be"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.formulators.offline.words.lexicon import NUMBER_WORDS

from .clauses import ANY, NOT, Group, groups_in, members_in
from .rule import Relation, Rule

_MUST = (
    r"(?:must|has to|have to|had to|needs? to|has got to|is to|are to|is compulsory|is mandatory|is required|is needed|"
    r"is obligatory|are required|are needed|should|shall|is a must|want|wants|insists?|wish|definitely)"
)
_TOGETHER = (
    r"(?:both|together|at the same time|simultaneously|side by side|at once|jointly|in the same \S+|"
    r"on the same \S+|in one \S+|alongside|next to)"
)
_CLASH = (
    r"(?:exclude each other|exclude one another|exclude|excludes|rules? out|rules? each other out|"
    r"(?:(?:is|are) )?mutually exclusive|clash(?:es)?|conflicts?|(?:is|are) incompatible|"
    r"(?:is|are) alternatives|(?:refuses?|declines?)|hates?|"
    r"dislikes?|quarrel\w*|fight|(?:do not|does not|don't|doesn't) (?:speak|talk|get)|"
    r"(?:is|are) rivals)"
)
_COUNT = r"(?P<count>one|two|three|four|five|six|seven|\d)"
_MORE = r"(?:at least|no fewer than|no less than|not fewer than|not less than|a minimum of|minimum|min)"
_FEWER = (
    r"(?:at most|no more than|not more than|up to|a maximum of|maximum|max|only|just|more than|cannot \S+ more than)"
)
_TOGETHER_NOT = re.compile(
    rf"\b{NOT}\b.*\b{_TOGETHER}\b|\b{NOT}\b.*{ANY}.* with .*{ANY}|\b{NOT}\b.*\b(?:with|near|beside|like)\b"
)
_ONE_ONLY = re.compile(
    r"\bboth\b[^\[]*\b(?:no sense|pointless|useless|a waste|wasteful|too much)\b|"
    r"\b(?:just|only|at most|no more than|not more than) one\b|\bone or the other\b|"
    r"\bnot (?:take |have |do )?(?:more than one|the two)\b"
)
_EXCLUDED = re.compile(
    r"\b(?:cannot|can't|must not|may not|won't|is not|are not|not) (?:be )?"
    r"(?:chosen|selected|taken|built|opened|included|invited|done|used|available|possible)\b"
)
_EQUAL = re.compile(
    r"\bonly (?:together|as a (?:pair|set))\b(?! with)|\bif and only if\b|\bboth or (?:neither|none)\b|"
    r"\bor not at all\b|\bor neither\b|\ball or none\b"
)


def equal(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A if and only if B", "either both or neither", "together or not at all"."""
    if not _EQUAL.search(text):
        return
    members = members_in(text)
    for other in members[1:]:
        yield Rule((members[0],), (other,), "==", 0, "together", *span)


def counting(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "at least two of A, B and C", "no more than one of A and B", "A and B: only one of them"."""
    of = rf"{_COUNT}(?P<more> or more)?(?: (?:out )?of| from| among| between)(?: among)?"
    spots = [
        rf"(?P<how>{_MORE}|{_FEWER}|exactly)? ?{of} (?:\w+ ){{0,4}}?(?P<group>{ANY})",
        rf"(?P<group>{ANY})[^\[]{{0,80}}?(?P<how>{_MORE}|{_FEWER}|exactly)? ?\b{of} "
        r"(?:them|those|these|the \S+|which|whom)",
        rf"(?P<group>{ANY})[^\[]{{0,40}}? of (?:which|whom)[^\[]*?(?P<how>{_MORE}|{_FEWER}|exactly) {_COUNT}"
        r"(?P<more> or more)?",
        rf"(?P<how>{_MORE}|{_FEWER}|exactly) {_COUNT}(?P<more> or more)? (?:\w+ ){{1,4}}?"
        rf"(?:of|from|among|between) (?:\w+ ){{0,2}}?(?P<group>{ANY})",
    ]
    for spot in spots:
        matches = list(re.finditer(spot, text))
        for match in matches:
            members = groups_in(match["group"])[0].members
            if len(members) < 2:
                continue
            how = match["how"] or ""
            count = int(NUMBER_WORDS.get(match["count"], 0) or match["count"])
            more = bool(match["more"]) or re.fullmatch(_MORE, how) is not None
            relation: Relation = ">=" if more else "<=" if how and how != "exactly" else "=="
            if not how and not more and re.search(r"\b(?:can|could|may)\b", text):
                relation = "<="
            yield Rule(members, (), relation, count, "number", *span)
        if matches:
            return


def conflict(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A and B cannot both be taken", "A excludes B", "A refuses to work with B", "not both A and B"."""
    members = members_in(text)
    if len(members) < 2 or re.search(r"\beither\b", text):
        return
    clash = re.search(rf"\b{_CLASH}\b", text)
    apart, alone = _TOGETHER_NOT.search(text), _ONE_ONLY.search(text)
    if not (clash or apart or alone):
        return
    groups = groups_in(text)
    if (
        len(groups) == 2
        and len(groups[0].members) == 1
        and len(groups[1].members) > 1
        and not re.search(r"\beach other\b", text)
    ):
        for other in groups[1].members:
            yield Rule((groups[0].members[0], other), (), "<=", 1, "not_both", *span)
        return
    yield Rule(members, (), "<=", 1, "not_both", *span)


def alternative(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "either A or B, but not both", "A or B must be chosen"."""
    groups = groups_in(text)
    both = [g for g in groups if g.joint == "or"]
    if not both and re.search(r"\beither\b.*\]\s*(?:,\s*)?or\b", text):
        both = [Group("or", members_in(text))]
    if not both:
        return
    exclusive = re.search(r"\bnot both\b|\bnot the two\b|\bexactly one\b|\bonly one\b", text) is not None
    forced = re.search(rf"\b{_MUST}\b|\bor both\b|\bgoing to\b|\bwill\b|\bat least\b|^either\b", text) is not None
    negative = re.search(r"\b(?:cannot|can't|must not|never|won't)\b", text) is not None
    if exclusive and not (forced and negative):
        yield Rule(both[0].members, (), "==" if forced else "<=", 1, "one_of", *span)
    elif forced and not negative:
        yield Rule(both[0].members, (), ">=", 1, "at_least_one", *span)


def single(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A must be chosen", "A and B cannot be chosen"."""
    groups = groups_in(text)
    if len(groups) != 1 or groups[0].joint == "or":
        return
    negative = _EXCLUDED.search(text)
    forced = re.search(rf"\b{_MUST}\b", text)
    for k in groups[0].members:
        if negative:
            yield Rule((k,), (), "==", 0, "left_out", *span)
        elif forced and not re.search(rf"\b{NOT}\b", text):
            yield Rule((k,), (), "==", 1, "chosen", *span)
