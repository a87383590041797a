"""Rules between things that are chosen or not: "A only if B", "not both", "at least two of A, B and C".

A clause is written with its names as groups, ``[and:0,2]``, ``[or:1,3]``, ``[:4]``, and compared with the few shapes
that such rules have in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copilot.formulators.offline.lexicon import NUMBER_WORDS

from .roster import Roster
from .script import Part, Script

Relation = Literal["<=", ">=", "=="]


@dataclass(frozen=True, slots=True)
class Rule:
    """The number chosen of ``plus``, less that of ``minus``, in relation to ``constant``."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    relation: Relation
    constant: int
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a text, the tokens that they read, and the clauses that look like rules and were not understood."""

    rules: tuple[Rule, ...]
    tokens: frozenset[int]
    unread: tuple[tuple[int, int], ...]


_G = r"\[(and|or)?:([\d,]+)\]"
_NUMBERS = re.compile(r"(?<=:)\d+")
_ENDING = r"\w{0,4}"
_ANY = r"\[(?:and|or)?:[\d,]+\]"
_NOT = (
    r"(?:cannot|can not|can't|can never|must not|mustn't|may not|should not|shouldn't|will not|won't|"
    r"would not|wouldn't|never|"
    r"do not|don't|does not|doesn't|did not|didn't|is not|isn't|are not|aren't|not|no|nor|neither|impossible|forbidden|"
    r"ruled out|out of the question)"
)
_MUST = (
    r"(?:must|has to|have to|had to|needs? to|has got to|is to|are to|is compulsory|is mandatory|is required|is needed|"
    r"is obligatory|are required|are needed|should|shall|is a must|want|wants|insists?|wish|definitely)"
)
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
_TOGETHER = (
    r"(?:both|together|at the same time|simultaneously|side by side|at once|jointly|in the same \S+|"
    r"on the same \S+|in one \S+|alongside|next to)"
)
_CLASH = (
    r"(?:exclude each other|exclude one another|exclude|excludes|rules? out|rules? each other out|"
    r"(?:(?:is|are) )?mutually exclusive|clash(?:es)?|conflicts?|(?:is|are) incompatible|"
    r"(?:is|are) alternatives|(?:refuses?|declines?)|hates?|"
    r"dislikes?|quarrels?|fight|(?:do not|does not|don't|doesn't) (?:speak|talk|get)|"
    r"(?:is|are) rivals)"
)
_COUNT = r"(?P<count>one|two|three|four|five|six|seven|\d)"
_MORE = r"(?:at least|no fewer than|no less than|not fewer than|not less than|a minimum of|minimum|min)"
_FEWER = (
    r"(?:at most|no more than|not more than|up to|a maximum of|maximum|max|only|just|more than|cannot \S+ more than)"
)
_CUES = re.compile(
    rf"\b(?:{_NOT}|if|unless|only|either|both|must|has to|have to|requires?|without|exclude\w*|depends?|neither|"
    r"prerequisite|at least|at most|exactly|together|when|whenever|compulsory|mandatory)\b"
)
_BECAUSE = re.compile(r" ,? ?(?:because|since|as (?:they|it|he|she|both)|due to|, for)\b(?!.*\b(?:so|therefore)\b).*")


#: Shapes whose effect needs their cause.
_PRECONDITIONS = tuple(
    re.compile(shape)
    for shape in (
        rf".{{0,20}}?\bunless\b(?P<cause>.*?{_ANY}.*?)(?:,|then)(?P<effect>.*{_ANY}.*)",
        rf"(?P<effect>.*?{_ANY}.*?)\bunless\b(?P<cause>.*{_ANY}.*)",
        rf"only (?:if|when|with|together with|once|after)\b(?P<cause>.*?{_ANY}.*?)"
        rf"(?P<effect>\b(?:can|may|will|could|is|are|does|do)\b.*{_ANY}.*)",
        rf"(?P<effect>.*?{_ANY}[^\[]*?)\b(?:{_ONLY})\b(?P<cause>[^\[]*{_ANY}.*)",
        rf"(?P<effect>.*?{_ANY}[^\[]*?)\bnot\b[^\[]{{0,30}}\b(?:if|when)\b(?P<cause>[^\[]*{_ANY}[^\[]*?\b{_NOT}\b.*)",
    )
)
#: Shapes whose effect follows from their cause.
_CONSEQUENCES = tuple(
    re.compile(shape)
    for shape in (
        rf".{{0,30}}?\b{_IF} (?P<cause>.*?{_ANY}[^,]*?)(?:,|\bthen\b)(?P<effect>.*{_ANY}.*)",
        rf".{{0,30}}?\b{_IF} (?P<cause>[^\[]*{_ANY})(?P<effect>[^\[]*{_ANY}.*)",
        rf"(?:whoever|anyone who|who) (?P<cause>[^\[]*{_ANY})(?P<effect>[^\[]*{_ANY}.*)",
    )
)
_REVERSED = re.compile(rf"(?P<effect>.*?{_ANY}.*?)\b(?:if|when|whenever|once|in case)\b(?P<cause>.*{_ANY}.*)")
_BASIS = r"(?:prerequisite|precondition|requirement|basis|condition)"
_REQUIREMENTS = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<effect>.*{_ANY}[^\[]*?)\b(?:has|have)\b(?P<cause>[^\[]*{_ANY}) as (?:an? |its |their )?{_BASIS}",
        rf"(?P<cause>.*{_ANY}[^\[]*?)\b(?:{_BASIS} (?:of|for|to)|(?:required|needed|necessary) (?:for|by|before))\b"
        rf"(?P<effect>.*{_ANY}.*)",
        rf"(?P<effect>.*?{_ANY}[^\[]*?)\bwithout\b(?P<cause>.*{_ANY}.*)",
        rf"without(?P<cause>[^\[]*{_ANY})(?P<effect>.*\b{_NOT}\b.*{_ANY}.*|.*{_ANY}.*\b{_NOT}\b.*)",
        rf"(?P<effect>.*?{_ANY}(?: (?:also|in turn|itself|always|then|absolutely))?) {_NEEDS}\b"
        rf"(?P<cause>[^\[\d]*{_ANY}.*)",
    )
)
_TOGETHER_NOT = re.compile(
    rf"\b{_NOT}\b.*\b{_TOGETHER}\b|\b{_NOT}\b.*{_ANY}.* with .*{_ANY}|\b{_NOT}\b.*\b(?:with|near|beside|like)\b"
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


def rules(told: Script, roster: Roster, used: frozenset[int]) -> Ruling:
    """The rules of all clauses without a figure of ``used`` (tokens that records take)."""
    found: list[Rule] = []
    read: set[int] = set()
    unread: list[tuple[int, int]] = []
    for part in told.parts:
        for clause in _clauses(told, roster, part):
            if any(clause.first <= i < clause.last for i in used):
                continue
            written = _written(told, roster, clause)
            if not re.search(_ANY, written):
                continue
            span = told.tokens[clause.first].start, told.tokens[clause.last - 1].end
            fresh = list(_ruled(_BECAUSE.sub("", written), span))
            if fresh:
                found.extend(fresh)
                read |= set(range(clause.first, clause.last))
            elif _CUES.search(written) and not re.match(r"(?:which|what|how)\b", written):
                unread.append(span)
    return Ruling(tuple(dict.fromkeys(found)), frozenset(read), tuple(unread))


def _clauses(told: Script, roster: Roster, part: Part) -> Iterator[Part]:
    """The sentence, or its coordinate clauses where each of them names something."""
    cuts = [part.first]
    conditional = told.tokens[part.first].low in ("if", "when", "whenever", "unless", "once")
    for i in range(part.first + 1, part.last - 1):
        token, after = told.tokens[i], told.tokens[i + 1].low
        joint = token.low == "," and after in ("and", "but", "while", "whereas", "though", "although", "yet")
        fresh = (
            token.low in ("and", "but")
            and told.tokens[i - 1].low != "if"
            and after
            in (
                "not",
                "if",
                "either",
                "at",
                "exactly",
                "unless",
                "only",
                "no",
            )
        )
        if (joint or fresh) and roster.between(cuts[-1], i) and roster.between(i, part.last):
            consequence = not conditional or len({m.index for m in roster.between(cuts[-1], i)}) > 1
            verbs = any(t.low in _VERBAL for t in told.tokens[i : part.last])
            listed = _inside_list(roster, i)
            if consequence and verbs and not listed:
                cuts.append(i + 1)
    for a, b in zip(cuts, [*cuts[1:], part.last], strict=True):
        yield Part(a, b)


_VERBAL = frozenset(
    [
        "not",
        "if",
        "either",
        "at",
        "exactly",
        "unless",
        "only",
        "no",
        "cannot",
        "can",
        "can't",
        "must",
        "is",
        "are",
        "has",
        "have",
        "needs",
        "requires",
        "may",
        "will",
        "won't",
        "exclude",
        "excludes",
        "should",
        "never",
        "need",
        "require",
        "refuses",
    ]
)


def _inside_list(roster: Roster, i: int) -> bool:
    """Whether names stand close on both sides: "A, B, and C"."""
    return any(0 <= i - m.last <= 1 for m in roster.mentions) and any(0 < m.first - i <= 3 for m in roster.mentions)


def _written(told: Script, roster: Roster, clause: Part) -> str:
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


@dataclass(frozen=True, slots=True)
class _Group:
    joint: str
    members: tuple[int, ...]


def _groups(text: str) -> list[_Group]:
    return [_Group(m[1] or "", tuple(dict.fromkeys(map(int, m[2].split(","))))) for m in re.finditer(_G, text)]


def _all(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(k for group in _groups(text) for k in group.members))


def _ruled(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """The rules of one clause, by the first shape that fits."""
    for shape in (_equal, _counting, _conditional, _requirement, _conflict, _alternative, _single):
        fresh = list(shape(text, span))
        if fresh:
            yield from fresh
            return


def _equal(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A if and only if B", "either both or neither", "together or not at all"."""
    if not _EQUAL.search(text):
        return
    members = _all(text)
    for other in members[1:]:
        yield Rule((members[0],), (other,), "==", 0, "together", *span)


def _counting(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "at least two of A, B and C", "no more than one of A and B", "A and B: only one of them"."""
    of = rf"{_COUNT}(?P<more> or more)?(?: (?:out )?of| from| among| between)(?: among)?"
    spots = [
        rf"(?P<how>{_MORE}|{_FEWER}|exactly)? ?{of} (?:\w+ ){{0,4}}?(?P<group>{_ANY})",
        rf"(?P<group>{_ANY})[^\[]{{0,80}}?(?P<how>{_MORE}|{_FEWER}|exactly)? ?\b{of} "
        r"(?:them|those|these|the \S+|which|whom)",
        rf"(?P<group>{_ANY})[^\[]{{0,40}}? of (?:which|whom)[^\[]*?(?P<how>{_MORE}|{_FEWER}|exactly) {_COUNT}"
        r"(?P<more> or more)?",
    ]
    for spot in spots:
        matches = list(re.finditer(spot, text))
        for match in matches:
            members = _groups(match["group"])[0].members
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


def _conditional(text: str, span: tuple[int, int]) -> Iterator[Rule]:
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
        if allowed and not re.search(rf"\b{_NOT}\b", match["effect"]):
            yield from _needs(match["effect"], match["cause"], span)
        else:
            yield from _follows(match["cause"], match["effect"], span)


def _needs(effect: str, cause: str, span: tuple[int, int]) -> Iterator[Rule]:
    """Nothing of the effect without the cause."""
    groups = _groups(cause)
    causes = groups[0] if groups else _Group("", ())
    for dependent in _all(effect):
        if causes.joint == "or":
            yield Rule((dependent,), causes.members, "<=", 0, "only_with", *span)
        else:
            for needed in _all(cause):
                if needed != dependent:
                    yield Rule((dependent,), (needed,), "<=", 0, "only_with", *span)


def _follows(cause: str, effect: str, span: tuple[int, int]) -> Iterator[Rule]:
    """What must or must not be chosen where the cause is, or where it is not."""
    causes, effects = _groups(cause), _groups(effect)
    if not causes or not effects:
        return
    negative = re.search(rf"\b{_NOT}\b", cause) is not None
    without = (
        re.search(rf"\b{_NOT}\b|\bexcluded\b|\bdropped\b|\bskip\b|\bleft out\b|\brule[sd]? out\b", effect) is not None
    )
    either = effects[0].joint == "or" or re.search(r"\bat least one\b", effect) is not None
    for first in causes[0].members if causes[0].joint != "and" else causes[0].members[:1]:
        both = causes[0].members if causes[0].joint == "and" else (first,)
        shift = len(both) - 1
        if negative and without:
            for other in _all(effect):
                yield Rule((other,), (first,), "<=", 0, "only_with", *span)
        elif negative:
            yield Rule((first, *_all(effect)), (), ">=", 1, "at_least_one", *span)
        elif without:
            for other in _others(effect, both):
                yield Rule((*both, other), (), "<=", 1 + shift, "not_both", *span)
        elif either:
            yield Rule(both, _others(effect, both), "<=", shift, "then", *span)
        else:
            for other in _others(effect, both):
                yield Rule(both, (other,), "<=", shift, "then", *span)


def _others(effect: str, causes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k for k in _all(effect) if k not in causes)


def _requirement(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A requires B", "A has B as a prerequisite", "B is a prerequisite of A", "no A without B"."""
    for pattern in _REQUIREMENTS:
        if match := pattern.match(text):
            yield from _needs(match["effect"], match["cause"], span)
            return


def _conflict(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A and B cannot both be taken", "A excludes B", "A refuses to work with B", "not both A and B"."""
    members = _all(text)
    if len(members) < 2 or re.search(r"\beither\b", text):
        return
    clash = re.search(rf"\b{_CLASH}\b", text)
    apart, alone = _TOGETHER_NOT.search(text), _ONE_ONLY.search(text)
    if not (clash or apart or alone):
        return
    groups = _groups(text)
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


def _alternative(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "either A or B, but not both", "A or B must be chosen"."""
    groups = _groups(text)
    both = [g for g in groups if g.joint == "or"]
    if not both and re.search(r"\beither\b.*\]\s*(?:,\s*)?or\b", text):
        both = [_Group("or", _all(text))]
    if not both:
        return
    exclusive = re.search(r"\bnot both\b|\bnot the two\b|\bexactly one\b|\bonly one\b", text) is not None
    forced = re.search(rf"\b{_MUST}\b|\bor both\b|\bgoing to\b|\bwill\b|\bat least\b|^either\b", text) is not None
    negative = re.search(r"\b(?:cannot|can't|must not|never|won't)\b", text) is not None
    if exclusive and not (forced and negative):
        yield Rule(both[0].members, (), "==" if forced else "<=", 1, "one_of", *span)
    elif forced and not negative:
        yield Rule(both[0].members, (), ">=", 1, "at_least_one", *span)


def _single(text: str, span: tuple[int, int]) -> Iterator[Rule]:
    """ "A must be chosen", "A and B cannot be chosen"."""
    groups = _groups(text)
    if len(groups) != 1 or groups[0].joint == "or":
        return
    negative = _EXCLUDED.search(text)
    forced = re.search(rf"\b{_MUST}\b", text)
    for k in groups[0].members:
        if negative:
            yield Rule((k,), (), "==", 0, "left_out", *span)
        elif forced and not re.search(rf"\b{_NOT}\b", text):
            yield Rule((k,), (), "==", 1, "chosen", *span)
