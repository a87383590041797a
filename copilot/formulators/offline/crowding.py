"""Two quantities that pull at each other: "for each further tree, every tree bears 8 pears fewer", "for every $20 more,
one more room stays empty". What is wanted is the largest product of the two, less what a unit costs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .drafting import Figure, Sheet
from .morphology import stem
from .tokens import Sentence, Token, sentences, tokenize

_TRIGGER = re.compile(
    r"\b(?:for\s+(?:each|every)|with\s+(?:each|every)|by\s+every|(?:each|every)\s+time|whenever|(?:each|every|per)\b(?=\s+(?:\$|\d|\w+\s+)?"
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
_ROOM = re.compile(r"\b(?:holds?|has|have|seats?|capacity|room for|at most|no more than|only|maximum)\b")
_WHOLE = re.compile(r"\b(?:in between|proportional\w*|any amount|fractions?)\b")
_WANTED = re.compile(
    r"\b(?:revenue|profit|income|yield|harvest|crop|takings|receipts|earn\w*|production|output|catch|rent|money|total|makes?|brings?)\b"
)
_MOST = re.compile(
    r"\b(?:maximi[sz]\w*|largest|greatest|highest|maximum|biggest|most|best|as (?:large|high|much|great|many|big))\b"
)
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
    base = _base(parts, low, rule)
    if base is None:
        return None
    count, worth, seats, cost, fixed = base
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
    if seats is not None:
        sheet.constraint("room", f"{number} <= {sheet.parameter('room', seats)}", [seats])
    margin = f"({value} - {sheet.parameter('unit_cost', cost)})" if cost is not None else value
    total = f"{number}*{margin}"
    if fixed is not None:
        total += f" - {sheet.parameter('fixed_cost', fixed)}"
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
    return [token for token in part.tokens if token.is_number and token.value is not None and not token.multiplier]


def _rule(part: Sentence, low: str) -> _Rule | None:
    """What a sentence like "for every $20 more, one more room stays empty" says."""
    text = low[part.start : part.end]
    trigger = _TRIGGER.search(text)
    numbers = _numbers(part)
    if trigger is None or not 1 <= len(numbers) <= 4:
        return None
    at = part.start + trigger.start()
    comma = re.search(r",(?!\d)", low[part.start + trigger.end() : part.end])
    stop = part.start + trigger.end() + comma.start() if comma is not None else part.end
    driving = [token for token in numbers if at <= token.start < stop]
    before = [token for token in numbers if token.start < at]
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
    # "each tree beyond 30": the figure is where counting starts, not a step.
    step = next(
        (token for token in driving if not re.search(r"\b(?:beyond|above|over|than)\s+\$?$", low[at : token.start])),
        None,
    )
    words, said = low[at:stop], low[stop : part.end] if after else low[part.start : at]
    change_sign = _direction(said)
    if change_sign == 0:
        return None
    priced = (step is not None and _is_money(step, low)) or re.search(r"\b(?:dollar|euro|cent)s?\b", words) is not None
    noun = re.search(
        r"\b(?:additional|extra|further|another|new|each|every)\s+(?:\d+\s+)?(?:(?:additional|extra|more|further|new)\s+)?([a-z]+)",
        words,
    )
    down = (
        _DOWN.search(words) is not None
        and re.search(r"\bincreas|\brais|\brise|\bup\b|\badditional|\bextra", words) is None
    )
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
        re.search(r"\b(?:additional|extra|further|more|added|increase|beyond|another|new|dollar|euro)\b", words)
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


def _base(
    parts: tuple[Sentence, ...], low: str, rule: _Rule
) -> tuple[Figure, Figure, Figure | None, Figure | None, Figure | None] | None:
    """Count and worth now, room, cost of a unit and fixed cost; None where a figure is none of these."""
    taken = {rule.change.start} | ({rule.step.start} if rule.step is not None else set())
    counts: list[Token] = []
    moneys: list[Token] = []
    seats = cost = fixed = None
    for part in parts:
        again = _rule(part, low) is not None
        numbers = [token for token in _numbers(part) if token.start not in taken]
        for k, token in enumerate(numbers):
            start = numbers[k - 1].end if k else part.start
            words = low[start : token.start]
            if again and (
                token.value == rule.change.value
                or (rule.step and token.value in (rule.step.value, rule.step.value * 100))
            ):
                continue
            if any(token.value == one.value for one in (*counts, *moneys)) or (
                low[token.start].isalpha() and token.value == 1
            ):
                continue
            if _is_money(token, low):
                if _FIXED.search(words + low[token.end : token.end + 20]) and fixed is None:
                    fixed = _figure(token, low)
                elif _COST.search(words) and cost is None:
                    cost = _figure(token, low)
                else:
                    moneys.append(token)
            elif counts and moneys and _ROOM.search(words) and seats is None:
                seats = _figure(token, low)
            else:
                counts.append(token)
    if rule.priced or moneys:
        if len(counts) != 1 or len(moneys) != 1:
            return None
        return _figure(counts[0], low), _figure(moneys[0], low), seats, cost, fixed
    if len(counts) != 2 or not rule.noun:
        return None
    near = [re.match(rf"\s*(?:\w+\s+)?{re.escape(rule.noun)}", low[token.end :]) is not None for token in counts]
    if near == [True, False]:
        return _figure(counts[0], low), _figure(counts[1], low), seats, cost, fixed
    if near == [False, True]:
        return _figure(counts[1], low), _figure(counts[0], low), seats, cost, fixed
    return None
