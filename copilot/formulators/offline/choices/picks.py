"""Choosing among things, each at most once or as often as one likes: the figures of all put into five elements.

Source: Martello and Toth (1990), ch. 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import STOP_WORDS
from copilot.formulators.offline.words.names import identifier
from copilot.formulators.offline.words.senses import says, wanted
from formulations.formulation import Domain, Sense

from .limits import GAINING, SPENDING, Limit, Limits, limits, relation_of, scaled
from .placing import column_of, quoted, ruled
from .roster import Roster, rosters
from .rule import Ruling
from .rules import rules
from .script import Script
from .wording import asks_amounts, domain_of

_SURE = 0.9
_LOOSE_FIGURE = 0.6
_LOOSE_RULE = 0.55
_IDLE_COLUMN = 0.6
_NO_LIMIT = 0.35
_STRANGE = 0.85
_GUESSED_GOAL = 0.8
_GUESSED_LIMIT = 0.95


@dataclass(frozen=True, slots=True)
class Pick:
    """One reading of a choice, with its confidence."""

    told: Script
    roster: Roster
    ruling: Ruling
    limits: Limits
    sense: Sense
    goal: int | None
    domain: Domain
    confidence: float

    @property
    def explained(self) -> int:
        """The number of figures in columns."""
        return len(self.roster.columns) * len(self.roster.labels)


def pick(told: Script, known: Roster | None = None) -> Pick | None:
    """The best reading of the text as a choice among things, told in it or known; or None."""
    offered = rosters(told) if known is None else (known,)
    found = [reading for roster in offered if (reading := _reading(told, roster)) is not None]
    return max(found, key=lambda reading: (reading.confidence, reading.explained)) if found else None


def _reading(told: Script, roster: Roster) -> Pick | None:
    if not roster.columns:
        return None
    domain = domain_of(told.original)
    sense = wanted(told.original)
    if sense is None:
        return None
    used = frozenset(f.at for column in roster.columns for f in column.figures)
    ruling = rules(told, roster, used)
    bounded = limits(told, roster, ruling.tokens)
    ruling = _without_limits(ruling, bounded)
    if domain is None:
        if not ruling.rules or asks_amounts(told.original):
            return None
        domain = "binary"
    each = [limit for limit in bounded.limits if limit.items and not limit.together and limit.column is None]
    if domain == "binary" and any(limit.value > 1 for limit in each):
        return None
    goal, sure = _goal(told, roster, bounded, sense)
    if goal is None:
        return None
    bounded, guessed = _assigned(told, roster, bounded, goal, once=domain == "binary")
    serving = {limit.column for limit in bounded.limits} | {goal}
    idle = sum(1 for k in range(len(roster.columns)) if k not in serving)
    loose = sum(0.5 if figure.spelled else 1.0 for figure in bounded.left)
    confidence = _SURE * _LOOSE_FIGURE**loose * _LOOSE_RULE ** len(ruling.unread) * _IDLE_COLUMN**idle
    confidence *= (1.0 if sure else _GUESSED_GOAL) * (_GUESSED_LIMIT if guessed else 1.0)
    against: set[str] = {"<=", "=="} if sense == "maximize" else {">=", "=="}
    said = [limit.relation for limit in bounded.limits if not limit.items]
    said += (
        [rule.relation for rule in ruling.rules if not rule.minus and len(rule.plus) > 1] if sense == "minimize" else []
    )
    if not against & set(said):
        confidence *= _NO_LIMIT
    if any(limit.column == goal and limit.relation == "<=" for limit in bounded.limits):
        confidence *= 0.5
    if domain == "binary" and any(_beyond_all(limit, roster) for limit in bounded.limits):
        confidence *= 0.2
    confidence *= _STRANGE**roster.strange
    tied = [(x.column, x.relation) for x in bounded.limits if not x.items]
    confidence *= 0.4 ** (len(tied) - len(set(tied)))
    return Pick(told, roster, ruling, bounded, sense, goal, domain, round(confidence, 3))


def _beyond_all(limit: Limit, roster: Roster) -> bool:
    """Whether more is asked for than all things together have: then they are not chosen once, but in amounts."""
    if limit.column is None or limit.relation != ">=" or limit.items or limit.average:
        return False
    return limit.value > sum(roster.columns[limit.column].values)


def _without_limits(ruling: Ruling, bounded: Limits) -> Ruling:
    """The ruling without what only limits some of the things: that is read."""
    read = [limit.figure for limit in bounded.limits if limit.items and limit.column is not None]
    unread = tuple(span for span in ruling.unread if not any(span[0] <= figure.start < span[1] for figure in read))
    return replace(ruling, unread=unread)


def _assigned(told: Script, roster: Roster, bounded: Limits, goal: int, *, once: bool) -> tuple[Limits, bool]:
    """The only figure left over limits the only column left over: "costs 10, 12 and 8; you own 20"."""
    limited = {limit.column for limit in bounded.limits}
    free = [k for k in range(len(roster.columns)) if k != goal and k not in limited]
    if len(free) != 1:
        return bounded, False
    column = roster.columns[free[0]]
    most = {f.at: scaled(f.value, f, column) for f in bounded.left}
    low, high = max(column.values), sum(column.values) if once else float("inf")
    fits = [f for f in bounded.left if low <= most[f.at] < high]
    if len(fits) != 1:
        return bounded, False
    left = tuple(f for f in bounded.left if f is not fits[0])
    return Limits((*bounded.limits, Limit(fits[0], free[0], relation_of(told, fits[0]), most[fits[0].at])), left), True


def _goal(told: Script, roster: Roster, bounded: Limits, sense: Sense) -> tuple[int | None, bool]:
    """The column to optimize, and whether the words say so or only one is left."""
    limited = {limit.column for limit in bounded.limits if limit.column is not None}
    words: set[str] = set()
    for part in told.parts:
        if says(sense, " ".join(told.words(part.first, part.last))):
            words |= {t.stem for t in told.tokens[part.first : part.last] if t.is_word and t.low not in STOP_WORDS}
    telling = GAINING if sense == "maximize" else SPENDING
    points = []
    for k, column in enumerate(roster.columns):
        score = 2.0 * len(words & (column.words | column.nouns)) + (1.0 if column.words & telling else 0.0)
        score += 1.0 if column.dimension == "money" and words & (SPENDING | GAINING) else 0.0
        if sense == "maximize" and column.words & SPENDING and not column.words & GAINING:
            score -= 1.0
        if k in limited:
            score -= 5.0
        points.append(score)
    free = [k for k in range(len(roster.columns)) if k not in limited]
    if len(free) == 1:
        return free[0], True
    best = max(range(len(points)), key=lambda k: points[k])
    ties = sum(1 for p in points if p == points[best])
    return best, ties == 1 and points[best] > 0


def draft(reading: Pick, formulator: str) -> Draft:
    """The reading as an indexed document."""
    told, roster = reading.told, reading.roster
    page = Paper(told.original)
    item = page.set("item", roster.labels)
    columns = [column_of(page, _title(reading, k), item, roster, column) for k, column in enumerate(roster.columns)]
    once = reading.domain == "binary"
    take = page.variable(
        "take", item, domain="binary" if once else "integer",
        description="1 if it is chosen" if once else "how many are chosen",
    )  # fmt: skip
    assert reading.goal is not None
    goal = columns[reading.goal]
    page.aim(reading.sense, f"total_{goal}", f"sum({goal}[i]*{take}[i] for i in {item})")
    for limit in reading.limits.limits:
        _limited(page, reading, limit, columns, (item, take))
    for rule in reading.ruling.rules:
        ruled(page, rule, roster, take)
    page.assumptions.append(f"these are chosen from: {', '.join(roster.labels)}")
    page.assumptions.append("each is chosen at most once" if once else "each may be chosen any number of times")
    made = page.draft(reading.confidence, formulator)
    loose = [(f.start, f.end, "what does {!r} mean in this problem?") for f in reading.limits.left]
    loose += [(a, b, "what does this rule out: {!r}?") for a, b in reading.ruling.unread]
    questions = tuple(
        Question(text=asked.format(told.original[a:b][:120]), default="it is left out", span=Span(start=a, end=b))
        for a, b, asked in loose
    )
    return made.model_copy(update={"questions": questions, "unread": tuple(q.span for q in questions if q.span)})


def _title(reading: Pick, k: int) -> str:
    """A name for the column out of its words."""
    column = reading.roster.columns[k]
    for words in (column.nouns, column.words & GAINING, column.words & SPENDING, column.words):
        inside = {t.stem: t.lemma for t in reversed(reading.told.tokens) if t.stem in words and t.is_word}
        for stem in sorted(inside):
            if not identifier(inside[stem]).startswith("n"):
                return inside[stem]
    return "value" if k == reading.goal else "size"


def _limited(page: Paper, reading: Pick, limit: Limit, columns: list[str], names: tuple[str, str]) -> None:
    item, take = names
    span = limit.figure.start, limit.figure.end
    if limit.column is None:
        bound = page.scalar("number_chosen" if not limit.items else "bound", limit.value, span)
        if limit.together:
            terms = " + ".join(f"{take}[{quoted(reading.roster.labels[k])}]" for k in limit.items)
            page.constraint("of_these", f"{terms} {limit.relation} {bound}")
        elif not limit.items:
            page.constraint("chosen", f"sum({take}[i] for i in {item}) {limit.relation} {bound}")
        elif len(limit.items) == len(reading.roster.labels):
            page.constraint("of_each", f"{take}[i] {limit.relation} {bound}", over=f"i in {item}")
        else:
            label = reading.roster.labels[limit.items[0]]
            page.constraint("bound_on", f"{take}[{quoted(label)}] {limit.relation} {bound}")
        return
    column = columns[limit.column]
    bound = page.scalar(f"{column}_limit", limit.value, span)
    if limit.items:
        terms = " + ".join(
            f"{column}[{i}]*{take}[{i}]" for i in (quoted(reading.roster.labels[k]) for k in limit.items)
        )
        page.constraint(f"{column}_of_these", f"{terms} {limit.relation} {bound}")
    elif limit.average:
        page.constraint(
            f"average_{column}", f"sum(({column}[i] - {bound})*{take}[i] for i in {item}) {limit.relation} 0"
        )
    else:
        page.constraint(f"{column}_total", f"sum({column}[i]*{take}[i] for i in {item}) {limit.relation} {bound}")
