"""How one quantity changes with another: "falls by 5 cents for each crate made", "for every $20 more, one room stays
empty", "less 2 euros per person beyond 20".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.offline.words.lexicon import STOP_WORDS, is_verb, word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.particles import STOPS

from .pages import Measured, Page

DOWN = word_set(
    """decrease decreases decreasing decreased fall falls falling fell drop drops dropping dropped lower lowers lowering
    lowered reduce reduces reducing reduced decline declines declining fewer less lose loses losing lost minus cut cuts
    cutting shrink shrinks down cheaper sink sinks knock knocks shave shaves discount discounted below under off away
    quit quits cancel"""
)
UP = word_set(
    """increase increases increasing increased rise rises rising raise raises raising raised more higher additional
    extra further another grow grows gain gains climb climbs up above beyond over dearer add adds goes put puts"""
)
#: More of what is lost: "one more room stays empty".
_LOST = word_set("empty vacant unlet unsold unrented unoccupied away lost free cancel cancels")
#: "Every 10 cents more costs us 40 riders": where it is no money that it costs.
_TAKES = word_set("cost costs scare scares deter deters")
_EACH = word_set("each every per whenever")
_FURTHER = word_set("further additional extra more")
_PERSONS = word_set("i we you he she they")
_BEYOND = word_set("beyond above over past exceeding after below under than")
_CLAUSES = word_set("and but while whereas so since because which with though although")
_LONGEST = 14


@dataclass(frozen=True, slots=True)
class Change:
    """``amount``, with its sign, for each ``step``, up or down, of what the stems ``driver`` name; from ``beyond`` on.

    ``tokens[first:last]`` is the clause that says so; ``subject`` are the stems of the words that say what changes.
    """

    amount: Measured
    sign: int
    step: Measured | None
    step_sign: int
    driver: frozenset[str]
    noun: str
    beyond: Measured | None
    subject: frozenset[str]
    first: int
    last: int


def changes(page: Page) -> Iterator[Change]:
    """The changes that a text tells, in order."""
    done = 0
    for i, token in enumerate(page.tokens):
        rising = token.low == "as" and page.words(i + 1, i + 2) & _PERSONS and page.words(i + 2, i + 3) & (DOWN | UP)
        any_more = token.low == "any" and page.words(i + 1, i + 2) & _FURTHER
        if (token.low in _EACH or rising or any_more) and i >= done:
            found = _change(page, i)
            if found is not None:
                done = found.last
                yield found


def _change(page: Page, each: int) -> Change | None:
    """The change told around "each": its amount stands before it, as in "less 10 cents for each", or behind."""
    begin = next((k + 1 for k in range(each - 1, -1, -1) if page.tokens[k].low in STOPS), 0)
    end = next((k for k in range(each, len(page.tokens)) if page.tokens[k].low in STOPS), len(page.tokens))
    inside = [f for f in page.figures if begin <= f.at < end]
    stop = _driver_end(page, each + 1, end)
    before = [f for f in inside if f.at < each][-1:]
    if before and _joins(page, before[0].end, each):
        first = _clause_begin(page, begin, before[0].at)
        sign = _direction(page, first, each)
        if sign:
            return _told(page, before[0], sign, (each + 1, stop), (first, stop), (first, before[0].at))
    if page.tokens[each].low == "per":
        return None
    behind = [f for f in inside if f.at > each]
    steps = [f for f in behind if f.at < stop and not page.words(f.at - 3, f.at) & _BEYOND]
    later = [f for f in behind if f.at >= stop]
    around = page.words(each - 1, each) | page.words(each + 1, each + 2)
    led = page.tokens[each].low not in ("each", "every") or bool(around & {"for", "with", "by", "time"})
    if len(steps) > 1 or (steps and steps[-1].at > each + 1 and not (later and led)):
        # "each crate we make knocks 10 cents off": what is driven stands in the same breath.
        later, steps = steps[-1:], steps[:-1]
        stop = _verb(page, steps[-1].end if steps else each + 1, later[0].at)
    if not later:
        return None
    amount = later[0]
    first = _clause_begin(page, begin, each)
    others = {f.at for f in inside}
    last = next((k for k in range(amount.end, end) if page.tokens[k].low == "," or k in others), end)
    lost = page.words(amount.end, last) & _LOST
    if amount.dimension != "money" and page.words(each + 1, amount.at) & (DOWN | UP):
        lost |= page.words(amount.at - 4, amount.at) & _TAKES
    sign = -1 if lost else _direction(page, stop, amount.end + 2)
    return _told(page, amount, sign, (each + 1, stop), (first, last), (stop, last)) if sign else None


def _told(
    page: Page, amount: Measured, sign: int, driver: tuple[int, int], clause: tuple[int, int], subject: tuple[int, int]
) -> Change | None:
    steps = [f for f in page.figures if driver[0] <= f.at < driver[1]]
    beyond = [f for f in steps if page.words(f.at - 3, f.at) & _BEYOND]
    steps = [f for f in steps if f not in beyond]
    if len(steps) > 1 or len(beyond) > 1:
        return None
    until = next((k for k in range(*driver) if beyond and page.tokens[k].low in _BEYOND), driver[1])
    nouns = _nouns(page, steps[0].end if steps else driver[0], until)
    told = {
        t.low for k, t in enumerate(page.tokens[slice(*driver)], driver[0]) if not any(f.at == k + 1 for f in beyond)
    }
    falling = -1 if told & DOWN and not told & UP else 1
    return Change(
        amount, sign, steps[0] if steps else None, falling, frozenset(map(stem, nouns)), nouns[-1] if nouns else "",
        beyond[0] if beyond else None, frozenset(map(stem, _nouns(page, *subject))), *clause,
    )  # fmt: skip


def _joins(page: Page, first: int, last: int) -> bool:
    """Whether only a unit and "for" stand between an amount and "each"."""
    between = page.tokens[first:last]
    return len(between) <= 4 and not any(token.low in (",", "and", "is") for token in between)


def _clause_begin(page: Page, begin: int, at: int) -> int:
    """Where the clause of a place begins: behind a comma, a joining word or the figure before it."""
    figures = {k for f in page.figures for k in range(f.at, f.end)}
    for k in range(at - 1, begin - 1, -1):
        if page.tokens[k].low == "," or k in figures:
            return k + 1
        if page.tokens[k].low in _CLAUSES and k + 1 < at:
            return k
    return begin


def _driver_end(page: Page, first: int, end: int) -> int:
    """Where the words of the driver end: at a comma, a clause, or a word that tells the direction."""
    for k in range(first, min(end, first + _LONGEST)):
        low = page.tokens[k].low
        if low == "," or (low in _CLAUSES and k > first):
            return k
    return min(end, first + _LONGEST)


def _verb(page: Page, first: int, last: int) -> int:
    """Where, between a step and the amount in the same breath, the verb stands."""
    verbs = [k for k in range(first, last) if page.tokens[k].low in DOWN | UP or is_verb(page.tokens[k].low)]
    return verbs[-1] if verbs else last


def _direction(page: Page, first: int, last: int) -> int:
    """Down or up, by the word nearest before the end of the part; 0 where none tells."""
    last = min(last, len(page.tokens))
    if "of" in [token.low for token in page.tokens[max(first, last - 2) : last]]:
        last -= 2
    for k in range(last - 1, first - 1, -1):
        low = page.tokens[k].low
        compares = "than" in page.words(k + 1, k + 4) or (low == "up" and page.words(k + 1, k + 2) & {"to"})
        if low in DOWN | UP and not compares:
            return -1 if low in DOWN else 1
    return 0


def _nouns(page: Page, first: int, last: int) -> list[str]:
    skipped = DOWN | UP | STOP_WORDS
    return [
        t.low
        for t in page.tokens[first:last]
        if t.is_word and t.low not in skipped and not (is_verb(t.low) and t.low not in ("invested", "spent"))
    ]
