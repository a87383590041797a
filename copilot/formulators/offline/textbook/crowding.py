"""Two quantities that pull at each other: "for each further tree, every tree bears 8 pears fewer", "for every $20 more,
one more room stays empty". What is wanted is the largest product of the two, less what a unit costs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from copilot.formulators.offline.drafting import Figure, Sheet
from copilot.formulators.offline.morphology import stem
from copilot.formulators.offline.tokens import Sentence, Token, sentences, tokenize

_TRIGGER = re.compile(
    r"\b(?:for\s+(?:each|every)|with\s+(?:each|every)|by\s+every|(?:each|every)\s+time|whenever|as\s+(?:you|we|i|they)\s+(?=increase|raise|lower|reduce|decrease|cut)|(?:each|every|per)\b(?=\s+(?:\$|\d|\w+\s+)?"
    r"(?:\w+\s+)?(?:increase|rise|decrease|reduction|additional|extra|more|further|dollar|euro|added|new|discount|cent)\b))"
)
_UP = re.compile(
    r"\b(?:increas\w*|ris(?:e|es|ing)|raise[sd]?|rais(?:e|ing)|goes up|go up|up by|put\w* (?:\w+ ){0,3}?up"
    r"|higher|above|beyond|over|more|additional|extra|"
    r"further|another|added|add|adds|gain\w*|grow\w*|new|exceed\w*|dearer)\b"
)
_DOWN = re.compile(
    r"\b(?:decreas\w*|fall(?:s|ing)?|fell|drop\w*|lower\w*|reduc\w*|declin\w*|downwards?"
    r"|(?:go|goes|going|come|comes|get|gets|take|takes) (?:\w+ )?down|down by|cut\w*|fewer"
    r"|less|los(?:e|es|t|ing)|below|under|"
    r"discount\w*|shrink\w*|cheaper|away|sinks?)\b"
)
#: More of what is lost: "one more room stays empty".
_LOST = re.compile(r"\b(?:empty|vacant|unlet|unsold|unrented|unoccupied|away|lost|free|cancel\w*)\b")
_COST = re.compile(r"\b(?:cost\w*|expens\w*|spend\w*|maint\w*|clean\w*|pays? (?:for|out))\b")
_FIXED = re.compile(r"\b(?:fixed|start-?up|in any case|regardless|overheads?)\b")
_ROOM = re.compile(r"\b(?:holds?|takes|has|have|seats?|capacity|room for|at most|no more than|only|maximum)\b")
_WHOLE = re.compile(r"\b(?:in between|proportional\w*|any amount|fractions?)\b")
_WANTED = re.compile(
    r"\b(?:revenue|profit|income|yield|harvest|crop|takings|receipts|earn\w*|production|output|catch|rent|money|total|makes?|"
    r"brings?|gives?|take)\b"
)
_MOST = re.compile(
    r"\b(?:maximi[sz]\w*|largest|greatest|highest|maximum|biggest|most|best|as (?:large|high|much|great|many|big))\b"
)
_BEYOND = re.compile(r"\b(?:beyond|above|below|over|than)\s+\$?$")
_BEYOND_FIGURE = re.compile(r"\b(?:beyond|above|below|over|than)\s+\$?[\d.,]+")
_COMPARED = frozenset({"more", "fewer", "less", "additional", "further"})
_NOUN = re.compile(
    r"\b(?:additional|extra|further|another|new|each|every)\s+(?:\d+\s+)?"
    r"(?:(?:additional|extra|more|further|new)\s+)?([a-z]+)"
)
_RISING = re.compile(r"\bincreas|\brais|\brise|\bup\b|\badditional|\bextra")
#: "only by a multiple of 10 cents" says the step once more.
_MULTIPLE = re.compile(r"\bmultiples?\b|\bsteps of\b")
#: A sentence that tells the change has at most so many figures.
_MOST_FIGURES = 4
_COIN = re.compile(r"\s*(?:dollars?|euros?|cents?|pounds?|\$|€)(?=\W|$)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """step: of what is chosen; change: of the other. Both with their signs; money: which of them is a price."""

    step: Figure | None
    step_sign: int
    change: Figure
    change_sign: int
    priced: bool
    noun: str


def crowding(low: str, original: str) -> Sheet | None:
    """The sheet of two quantities that pull at each other, or None. ``low`` is as long as ``original``."""
    if _MOST.search(low) is None or _WANTED.search(low) is None:
        return None
    parts = sentences(tokenize(low), low)
    ruled = [(part, rule) for part in parts if (rule := _rule(part, low)) is not None]
    if not ruled or len(ruled) > 2:
        return None
    rule = ruled[0][1]
    now = _now(parts, low, rule)
    pair = now.pair(rule, low)
    if pair is None:
        return None
    count, worth = (_figure(token, low) for token in pair)
    sheet = Sheet(original)
    whole = _WHOLE.search(low) is None
    steps = sheet.variable(
        "steps", "how many steps away from now", lower=None, domain="integer" if whole else "continuous"
    )
    many, each = sheet.parameter("count_now", count), sheet.parameter("worth_of_one_now", worth)
    size = f"{sheet.parameter('step', rule.step)}*" if rule.step is not None else ""
    change = sheet.parameter("change", rule.change)
    moved, answer = f"{_sign(rule.step_sign)} {size}{steps}", f"{_sign(rule.change_sign)} {change}*{steps}"
    number, value = (
        (f"({many} {answer})", f"({each} {moved})") if rule.priced else (f"({many} {moved})", f"({each} {answer})")
    )
    sheet.constraint("count_stays_positive", f"{number} >= 0")
    sheet.constraint("worth_stays_positive", f"{value} >= 0")
    if now.room is not None:
        seats = _figure(now.room, low)
        sheet.constraint("room", f"{number} <= {sheet.parameter('room', seats)}", [seats])
    margin = value
    if now.cost is not None:
        margin = f"({value} - {sheet.parameter('unit_cost', _figure(now.cost, low))})"
    total = f"{number}*{margin}"
    if now.fixed is not None:
        total += f" - {sheet.parameter('fixed_cost', _figure(now.fixed, low))}"
    sheet.aim("maximize", "total", total)
    sheet.assumptions.append("what changes does so evenly, in both directions" + (", in whole steps" if whole else ""))
    return sheet


def _sign(sign: int) -> str:
    return "+" if sign > 0 else "-"


def _figure(token: Token, low: str) -> Figure:
    assert token.value is not None
    cents = re.match(r"\s*cents?\b", low[token.end :]) is not None or low[token.start : token.end].endswith(
        ("cent", "cents")
    )
    return Figure(token.value / 100 if cents else token.value, token.start, token.end)


def _is_money(token: Token, low: str) -> bool:
    return token.money or _COIN.match(low, token.end) is not None


def _numbers(part: Sentence) -> list[Token]:
    """The figures of a sentence; in "one more room" and "one fewer", one is a figure too."""
    found = []
    for token, after in itertools.zip_longest(part.tokens, part.tokens[1:]):
        if token.low == "one" and after is not None and after.low in _COMPARED:
            found.append(replace(token, kind="number", value=1.0))
        elif token.is_number and token.value is not None and not token.multiplier:
            found.append(token)
    return found


def _rule(part: Sentence, low: str) -> _Rule | None:
    """What a sentence like "for every $20 more, one more room stays empty" says."""
    text = low[part.start : part.end]
    trigger = _TRIGGER.search(text)
    if trigger is None:
        return None
    at = part.start + trigger.start()
    # "each tree beyond 30", "lower the price below $9": the figure is where counting starts.
    numbers = [token for token in _numbers(part) if _BEYOND.search(low, at, token.start) is None]
    if not 1 <= len(numbers) <= _MOST_FIGURES:
        return None
    comma = re.search(r",(?!\d)", low[part.start + trigger.end() : part.end])
    stop = part.start + trigger.end() + comma.start() if comma is not None else part.end
    driving = [token for token in numbers if at <= token.start < stop]
    begin = max(part.start, low.rfind(";", part.start, at) + 1)
    before = [token for token in numbers if begin <= token.start < at]
    after = [token for token in numbers if token.start >= stop]
    if comma is None and len(driving) >= 2:
        stop = _clause_start(low, driving[0].end, driving[1].start)
        driving, after = driving[:1], driving[1:]
    elif comma is None and len(driving) == 1 and not before and _is_implicit(low[at : driving[0].start]):
        stop = _clause_start(low, part.start + trigger.end(), driving[0].start)
        driving, after = [], driving
    answers = after or before[-1:]
    if not answers or len(driving) > 2:
        return None
    step = driving[0] if driving else None
    words, said = low[at:stop], low[stop : part.end] if after else low[begin:at]
    change_sign = _direction(_BEYOND_FIGURE.sub(" ", said))
    if change_sign == 0:
        return None
    priced = (step is not None and _is_money(step, low)) or re.search(r"\b(?:dollar|euro|cent)s?\b", words) is not None
    noun = _NOUN.search(words)
    down = _DOWN.search(words) is not None and _RISING.search(words) is None
    return _Rule(
        _figure(step, low) if step is not None else None,
        -1 if down else 1,
        _figure(answers[0], low),
        change_sign,
        priced,
        stem(noun[1]) if noun is not None else "",
    )


def _is_implicit(words: str) -> bool:
    """Whether a step of one was named before the figure: "for each additional tree the yield falls by 8"."""
    return (
        re.search(r"\b(?:additional|extra|further|more|added|increase|beyond|above|another|new|dollar|euro)\b", words)
        is not None
    )


def _clause_start(low: str, first: int, last: int) -> int:
    """Where, between two figures, the second clause begins."""
    found = re.search(
        r"\b(?:the|every|all|each|there|we|i|they|it|then|about|leaves|lowers?|reduces?|decreases?|raises?|costs|drops?|cuts?)\b",
        low[first:last],
    )
    return first + found.start() if found is not None else last


def _direction(words: str) -> int:
    if _LOST.search(words):
        return -1
    if _DOWN.search(words):
        return -1
    return 1 if _UP.search(words) else 0


@dataclass(slots=True)
class _Now:
    """The figures of today: how many, what one is worth, the room for them, what one costs, and what is paid anyway."""

    counts: list[Token] = field(default_factory=list)
    moneys: list[Token] = field(default_factory=list)
    room: Token | None = None
    cost: Token | None = None
    fixed: Token | None = None

    def pair(self, rule: _Rule, low: str) -> tuple[Token, Token] | None:
        """How many there are, and what one is worth; None where that is not told."""
        if rule.priced or self.moneys:
            return (self.counts[0], self.moneys[0]) if len(self.counts) == len(self.moneys) == 1 else None
        if len(self.counts) != 2 or not rule.noun:
            return None
        # "30 trees ... 400 pears": those of which there may be more are the number.
        near = [
            re.match(rf"\s*(?:\w+\s+)?{re.escape(rule.noun)}", low[token.end :]) is not None for token in self.counts
        ]
        first, second = self.counts
        return (first, second) if near == [True, False] else (second, first) if near == [False, True] else None


def _now(parts: Sequence[Sentence], low: str, rule: _Rule) -> _Now:
    """The figures beside the rule, by the words in front of each."""
    found = _Now()
    taken = {rule.change.start} | ({rule.step.start} if rule.step is not None else set())
    told = {rule.change.value} | ({rule.step.value, rule.step.value * 100} if rule.step is not None else set())
    for part in parts:
        again = _rule(part, low) is not None or _MULTIPLE.search(low, part.start, part.end) is not None
        numbers = [token for token in _numbers(part) if token.start not in taken]
        for k, token in enumerate(numbers):
            words = low[numbers[k - 1].end if k else part.start : token.start]
            money = _is_money(token, low)
            alike = found.moneys if money else found.counts
            one = low[token.start].isalpha() and token.value == 1
            if one or (again and token.value in told) or any(token.value == other.value for other in alike):
                continue
            if money and found.fixed is None and _FIXED.search(words + low[token.end : token.end + 20]):
                found.fixed = token
            elif money and found.cost is None and _COST.search(words):
                found.cost = token
            elif not money and found.room is None and found.counts and found.moneys and _ROOM.search(words):
                found.room = token
            else:
                alike.append(token)
    return found
