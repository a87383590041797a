"""Projects whose tasks wait for each other: how long each takes, what comes after what, and the earliest end.

Source: Hillier and Lieberman (2015), ch. 22: the critical path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import is_content, word_set
from copilot.formulators.offline.words.morphology import stem

from .words import Item, Telling

_CONFIDENCE = 0.86
_TIMES = word_set("day week hour minute month")
_SOON = re.compile(
    r"\b(?:earliest|how soon|soonest|shortest|how (?:long|quickly|fast|early)|in how many|"
    r"minimum (?:total )?(?:time|duration|number)|"
    r"as (?:early|soon|quickly|fast)|least (?:time|number of days)|finish\w*|completion time|"
    r"how many (?:days|weeks|hours|months))\b",
    re.I,
)
_AFTER = word_set("after once follows follow needs need requires require depends when until behind wait waits waiting")
_BEFORE = word_set("before precedes precede")
_TAKING = word_set("takes take needs need lasts last requires require is for")
#: How many tasks a pronoun stands for.
_POINTING = {"both": 2, "all": 99, "these": 99, "that": 1, "it": 1}
#: Words with which a sentence follows on the one before it.
_THEN = word_set("then next afterwards")
_LISTING = word_set("and , the both or & a our")
_LONGEST = 4
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    marks: frozenset[str]
    time: Item
    sentence: int
    first: int
    last: int


def project(told: Telling, formulator: str) -> Draft | None:
    """The draft, or None unless every number is the time of a task and something waits for something."""
    if _SOON.search(told.text) is None or any(n.money or n.percent for n in told.numbers):
        return None
    tasks = _tasks(told)
    counted = [n for n in told.numbers if not (n.spelled and n.value == len(tasks))]
    if len(tasks) < _FEWEST or len(tasks) != len(counted):
        return None
    links = list(dict.fromkeys(_links(told, tasks)))
    if not links or _goes_round(links, len(tasks)):
        return None
    return _page(told, tasks, links).draft(_CONFIDENCE, formulator)


def _tasks(told: Telling) -> list[Task]:
    found: list[tuple[tuple[str, ...], Item, int, int, int]] = []
    for s, run in enumerate(told.sentences):
        for k, item in enumerate(run):
            timed = item.is_number and k + 1 < len(run) and run[k + 1].lemma in _TIMES
            elided = item.is_number and bool(found) and found[-1][2] == s and k + 1 < len(run)
            if not (timed or elided):
                continue
            phrase, first = _phrase(run, k)
            if phrase:
                found.append((phrase, item, s, first, k + 1))
    stems = [frozenset(stem(w) if len(w) > 1 else w for w in phrase) for phrase, *_ in found]
    tasks = []
    for j, (phrase, item, s, first, last) in enumerate(found):
        others = frozenset().union(*(m for i, m in enumerate(stems) if i != j))
        marks = stems[j] - others
        if not marks:
            return []
        tasks.append(Task(" ".join(phrase), marks, item, s, first, last))
    return tasks


def _phrase(run: Sequence[Item], k: int) -> tuple[tuple[str, ...], int]:
    """The words of the task in front of its time, "pouring the foundation 3 days", or in front of its bracket."""
    j = k - 1
    bracket = next((i for i in range(k - 1, max(-1, k - 8), -1) if run[i].low in ("(", ")")), None)
    if bracket is not None and run[bracket].low == "(":
        j = bracket - 1
    aside = k + 2 < len(run) and run[k + 2].low in (",", ";", ".") and run[j].low == ","
    j -= aside
    while j >= 0 and (
        run[j].low in _TAKING or run[j].low in (":", "\u2013", "-", "=", "about", "only", "itself", "then", "which")
    ):
        j -= 1
    if run[j].low == "," and run[j + 1].low == "which":
        j -= 1
    words: list[str] = []
    first = j
    while j >= 0 and run[j].kind == "word" and len(words) < _LONGEST:
        low = run[j].low
        if len(low) == 1 and run[j].capital:
            words.insert(0, low.upper())
            first = j
            break
        if low in ("and", "of", "consists", "then", "while") or low in _AFTER | _BEFORE:
            break
        if is_content(low) or low.endswith("ing"):
            words.insert(0, low)
            first = j
        elif low not in ("the", "a", "out", "up", "down", "off", "in", "our", "new"):
            break
        j -= 1
    return tuple(words), first


def _mentions(run: Sequence[Item], tasks: Sequence[Task]) -> list[tuple[int, int]]:
    """Where tasks are named: position and task, each stretch of words once."""
    found: list[tuple[int, int]] = []
    for k, item in enumerate(run):
        if item.kind != "word":
            continue
        key = item.low.upper() if len(item.low) == 1 else stem(item.low)
        if len(item.low) == 1 and not item.capital:
            continue
        task = next((t for t, entry in enumerate(tasks) if key in entry.marks), None)
        if task is not None and not (found and found[-1][1] == task and k - found[-1][0] <= _LONGEST):
            found.append((k, task))
    return found


def _links(told: Telling, tasks: Sequence[Task]) -> Iterator[tuple[int, int]]:
    """Pairs of tasks of which the second waits for the first."""
    for s, run in enumerate(told.sentences):
        yield from _in_brackets(run, tasks)
        if run[0].low in _THEN:
            before = max((task.sentence for task in tasks if task.sentence < s), default=-1)
            steps = [[t for t, task in enumerate(tasks) if task.sentence == at] for at in (before, s)]
            yield from product(*steps)
        plain = _without_brackets(run)
        named = _mentions(plain, tasks)
        spots = [k for k, item in enumerate(plain) if item.low in _AFTER | _BEFORE and not _is_time(plain, k)]
        begin = 0
        for n, k in enumerate(spots):
            until = spots[n + 1] if n + 1 < len(spots) else len(plain)
            left = [t for at, t in _nearest(plain, [(at, t) for at, t in named if begin <= at < k], k)]
            stop = _stop(plain, named, k, until, last=n + 1 == len(spots) and bool(left))
            right = _pointed(plain, left, k)
            if right:
                stop = next((j for j in range(k, until) if plain[j].low == ","), until)
            right = right or [t for at, t in named if k < at < stop]
            if not left:
                left = [t for at, t in named if stop <= at < until]
                stop = until
            begin = stop
            waits = plain[k].low in _AFTER
            for a in left:
                for b in right:
                    if a != b:
                        yield (b, a) if waits else (a, b)


def _nearest(run: Sequence[Item], named: Sequence[tuple[int, int]], k: int) -> Sequence[tuple[int, int]]:
    """The tasks that the word at k speaks of: the last one before it with those in its list, or all of them."""
    if not named or {"both", "they", "all", "these"} & {item.low for item in run[named[-1][0] : k]}:
        return named
    start = len(named) - 1
    while start and all(i.low in _LISTING or i.is_number or i.lemma in _TIMES for i in _between(run, named, start)):
        start -= 1
    return named[start:]


def _pointed(run: Sequence[Item], left: Sequence[int], k: int) -> list[int]:
    """The tasks told before those that wait, which "both", "all" or "that" behind the word at k stands for."""
    told = next((item.low for item in run[k + 1 : k + 3] if item.low in _POINTING), "")
    return list(range(min(left)))[-_POINTING[told] :] if told and left else []


def _between(run: Sequence[Item], named: Sequence[tuple[int, int]], k: int) -> Sequence[Item]:
    """What stands between a task and the one named before it."""
    return run[named[k - 1][0] + 1 : named[k][0]]


def _is_time(run: Sequence[Item], k: int) -> bool:
    """Whether "needs" or "takes" speaks of a time: "framing needs 4 days"."""
    return any(item.is_number for item in run[k + 1 : k + 3])


def _stop(run: Sequence[Item], named: Sequence[tuple[int, int]], k: int, until: int, *, last: bool) -> int:
    """Where the tasks that are waited for end: at the first pause behind one of them."""
    if last:
        return until
    for j in range(k + 1, until):
        if run[j].low in (",", ";") and any(k < at < j for at, _ in named):
            return j
    ands = [j for j in range(k + 1, until) if run[j].low == "and" and any(k < at < j for at, _ in named)]
    return ands[-1] if ands else until


def _in_brackets(run: Sequence[Item], tasks: Sequence[Task]) -> Iterator[tuple[int, int]]:
    """ "wiring (3 days, after tearing out)": what the bracket behind a task says."""
    named = _mentions(run, tasks)
    opened: int | None = None
    for k, item in enumerate(run):
        if item.low == "(":
            opened = k
        elif item.low == ")" and opened is not None:
            owner = next((t for at, t in reversed(named) if at < opened), None)
            spot = next((j for j in range(opened, k) if run[j].low in _AFTER | _BEFORE), None)
            if owner is not None and spot is not None:
                for at, task in named:
                    if spot < at < k and task != owner:
                        yield (task, owner) if run[spot].low in _AFTER else (owner, task)
            opened = None


def _without_brackets(run: Sequence[Item]) -> list[Item]:
    kept: list[Item] = []
    depth = 0
    for item in run:
        depth += item.low == "("
        if not depth:
            kept.append(item)
        depth -= item.low == ")" and depth > 0
    return kept


def _goes_round(links: Sequence[tuple[int, int]], count: int) -> bool:
    left = set(range(count))
    while left:
        free = {t for t in left if not any(b == t and a in left for a, b in links)}
        if not free:
            return True
        left -= free
    return False


def _page(told: Telling, tasks: Sequence[Task], links: Sequence[tuple[int, int]]) -> Paper:
    page = Paper(told.text)
    names = tuple(task.name for task in tasks)
    task = page.set("task", names)
    pairs = tuple((names[a], names[b]) for a, b in links)
    order = page.set("waits", pairs, within=(task, task))
    page.spans[order] = tuple(
        Span(start=run[0].start, end=run[-1].end)
        for run in told.sentences
        if any(item.low in _AFTER | _BEFORE for item in run) and _mentions(run, tasks)
    )
    time = page.column("time", task, {t.name: t.time for t in tasks})
    start = page.variable("start", task, description="when the task begins")
    end = page.variable("finish", description="when everything is done")
    page.aim("minimize", "total_time", end)
    page.constraint("order", f"{start}[b] >= {start}[a] + {time}[a]", over=f"a, b in {order}")
    page.spans[page.constraints[-1].name] = page.spans[order]
    page.constraint("all_done", f"{end} >= {start}[t] + {time}[t]", over=f"t in {task}")
    page.assumptions.append("; ".join(f"{b} waits for {a}" for a, b in pairs))
    return page
