"""What the figures outside the records limit: the sum of a column, or the number of things chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copilot.formulators.offline.words.lexicon import STOP_WORDS
from copilot.formulators.offline.words.morphology import lemma, stem

from .figures import Figure
from .roster import Column, Roster
from .rule import Relation
from .script import Script
from .vocabulary import GROUPS


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


#: Of columns that use something up, and of columns that something is gained by.
SPENDING = _stems(
    """cost costs price prices budget need needs require ask asks premium rent fee spend spending expense expenses
    invest investment capital pay money funding outlay buy use take takes charge weigh weighs occupy afford opening
    renting"""
)
GAINING = _stems(
    """return returns profit yield earn earning earnings bring value worth npv save saving gain benefit income interest
    sell fetch revenue reward payoff reach attract serve serves score raise rating liking win customers pleasure
    joy fun net present expected pays paying makes"""
)
_THINGS = _stems(
    """project item thing option site choice investment object piece course song proposal asset activity candidate
    location place player person member people feature program"""
)
_SEATS = _stems("seat place slot spot bed ticket chair")
_LEAST = re.compile(
    r"\b(?:at least|no (?:fewer|less) than|not (?:less|fewer|below)|minimum|"
    r"(?:must|to|should) (?:reach|total|come to)|or more|above)\b"
)
_MOST = re.compile(
    r"\b(?:at most|no more than|not more than|up to|maximum|max|only|exceed|limit|more than|or less|or fewer|within|"
    r"under|not)\b"
)
_EXACT = re.compile(r"\bexactly|precisely\b")
_NEAR = 7


@dataclass(frozen=True, slots=True)
class Limit:
    """``column`` None limits the number chosen; ``average`` the mean of those chosen; ``items`` some things only."""

    figure: Figure
    column: int | None
    relation: Relation
    value: float
    average: bool = False
    items: tuple[int, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    limits: tuple[Limit, ...]
    left: tuple[Figure, ...]


def limits(told: Script, roster: Roster, read: frozenset[int]) -> Limits:
    """Limits from the figures that neither the columns nor the rules (tokens ``read``) have used."""
    taken = {f.at for column in roster.columns for f in column.figures} | read
    taken |= {i for mention in roster.mentions for i in range(mention.first, mention.last)}
    found: list[Limit] = []
    left: list[Figure] = []
    for figure in told.figures:
        if figure.at in taken or _excused(told, roster, figure):
            continue
        limit = _limit(told, roster, figure)
        rival = next((x for x in found if limit is not None and _rivals(limit, x)), None)
        if limit is not None and rival is not None:
            found.remove(rival)
            rival, limit = _apart(told, roster, rival, limit)
            found.append(rival)
        if limit is None:
            left.append(figure)
        elif not any(_same(limit, other) for other in found):
            found.append(limit)
    return Limits(tuple(_without_totals(found)), tuple(left))


def _rivals(a: Limit, b: Limit) -> bool:
    """Whether both limit the same column the same way, by different figures."""
    plain = not (a.items or b.items or a.average or b.average)
    return plain and a.column is not None and a.column == b.column and a.relation == b.relation and a.value != b.value


def _apart(told: Script, roster: Roster, a: Limit, b: Limit) -> tuple[Limit, Limit]:
    """The two limits, the one whose words say less of the column moved to the next best one that is free."""
    points = [_column(told, roster, x.figure)[1] for x in (a, b)]
    moved = a if points[0] < points[1] else b
    assert moved.column is not None
    other, sure = _column(told, roster, moved.figure, without=moved.column)
    if other is None or sure <= 0:
        return a, b
    column = roster.columns[other]
    value = moved.figure.value * (moved.figure.size / column.size if moved.figure.dimension else 1.0)
    fresh = replace(moved, column=other, value=scaled(value, moved.figure, column))
    return (fresh, b) if moved is a else (a, fresh)


def _same(a: Limit, b: Limit) -> bool:
    return (a.column, a.relation, a.value, a.average, a.items) == (b.column, b.relation, b.value, b.average, b.items)


def _without_totals(found: Sequence[Limit]) -> Iterator[Limit]:
    """Without an average that another figure says as a total: "192 on average, that is 960 in all"."""
    counts = [x.value for x in found if x.column is None and x.relation == "==" and not x.items]
    for limit in found:
        totals = [x.value for x in found if x.column == limit.column and not x.average and x is not limit]
        if not (limit.average and any(abs(limit.value * n - total) < 1e-6 for n in counts for total in totals)):
            yield limit


def _excused(told: Script, roster: Roster, figure: Figure) -> bool:
    """Whether the figure only counts the things told of: "five investments", "9 out of 10"."""
    before = told.words(max(0, figure.at - 3), figure.at)
    if before[-1:] and before[-1] in ("item", "no", "number", "chapter", "page", "exercise", "problem", "question"):
        return True
    if before[-2:] == ["out", "of"]:
        return True
    if figure.value != len(roster.labels):
        return figure.spelled and figure.value in (1, 2) and bool(roster.between(figure.at + 1, figure.at + 3))
    behind = told.words(figure.at + 1, figure.at + 5)
    limited = _LEAST.search(" ".join(before)) or _MOST.search(" ".join(before)) or _EXACT.search(" ".join(before))
    plural = any(lemma(word) != word for word in behind[:3]) or behind[:1] == ["of"]
    used = any(figure.nouns & column.nouns for column in roster.columns)
    return plural and not limited and not figure.dimension and not used


def relation_of(told: Script, figure: Figure) -> Relation:
    """The relation that the words around a figure tell; at most, where they tell none."""
    before, after = _around(told, figure)
    if _EXACT.search(before):
        return "=="
    least = _LEAST.search(f"{before} | {after}") and not re.search(r"\b(?:no more|at most|exceed)\b", before)
    return ">=" if least else "<="


def _around(told: Script, figure: Figure) -> tuple[str, str]:
    part = told.part_of(figure.at)
    before = " ".join(told.words(max(part.first, figure.at - _NEAR), figure.at))
    return before, " ".join(told.words(figure.at + 1, min(part.last, figure.at + 5)))


def _limit(told: Script, roster: Roster, figure: Figure) -> Limit | None:
    part = told.part_of(figure.at)
    before, after = _around(told, figure)
    near = f"{before} | {after}"
    relation = relation_of(told, figure)
    each = re.match(r"(?:\w+ )?(?:of )?(?:each|every)\b", after)
    behind = roster.between(figure.at + 1, figure.after + 1)
    if behind and not figure.dimension:
        return Limit(figure, None, relation, figure.value, items=(behind[0].index,))
    if each and not figure.dimension:
        return Limit(figure, None, relation, figure.value, items=tuple(range(len(roster.labels))))
    group = _group(told, roster, figure)
    if group and figure.value <= len(group):
        return Limit(figure, None, relation, figure.value, items=group, together=True)
    column, points = _column(told, roster, figure)
    if _counts_things(told, roster, figure, after) and (
        points < 3 or figure.nouns & (roster.kinds | _counted_nouns(roster))
    ):
        limited = _LEAST.search(near) or _MOST.search(near)
        return Limit(figure, None, relation if limited or relation == "==" else "==", figure.value)
    if column is None or points <= 0:
        if figure.nouns & _SEATS and figure.value < len(roster.labels):
            return Limit(figure, None, relation, figure.value)
        return None
    value = figure.value * (figure.size / roster.columns[column].size if figure.dimension else 1.0)
    some = _subset(told, roster, figure) if figure.dimension else ()
    average = re.search(r"\b(?:average|mean)\b", " ".join(told.words(part.first, part.last))) is not None
    average = average and not re.search(r"\btotal", near)
    return Limit(figure, column, relation, scaled(value, figure, roster.columns[column]), average, some)


def _subset(told: Script, roster: Roster, figure: Figure) -> tuple[int, ...]:
    """Some of the things, where the sentence names them before what limits them: "A and B share 120 minutes"."""
    part = told.part_of(figure.at)
    named = {m.index for m in roster.between(part.first, figure.at)}
    plain = not {"if", "unless", "when"} & {*told.words(part.first, part.last)}
    return tuple(sorted(named)) if plain and 2 <= len(named) < len(roster.labels) else ()


def _group(told: Script, roster: Roster, figure: Figure) -> tuple[int, ...]:
    """The things that the text says to be what the figure counts: "the landscapes are A, B and C"."""
    for part in told.parts:
        if part.first <= figure.at < part.last or figure.dimension:
            continue
        for i in range(part.first, part.last - 1):
            token = told.tokens[i]
            if token.stem not in figure.nouns or token.low == token.lemma:
                continue
            ahead = {m.index for m in roster.between(part.first, i)}
            behind = {m.index for m in roster.between(i, part.last)}
            opens = told.tokens[i + 1].low in ("are", ":", "(", "would", "include")
            found = behind if opens and not ahead else ahead if told.tokens[i - 1].low == "are" else set()
            if 2 <= len(found) < len(roster.labels):
                return tuple(sorted(found))
    return ()


def scaled(value: float, figure: Figure, column: Column) -> float:
    """The limit in the scale of its column: "costs 12 million", "40 to spend"."""
    whole = sum(column.values)
    if column.scale > 1:
        return value / column.scale if figure.scale > 1 or value > 30 * whole else value
    return value / figure.scale if figure.scale > 1 and value > 30 * whole else value


def _counts_things(told: Script, roster: Roster, figure: Figure, after: str) -> bool:
    """Whether the figure is a number of the things: "at most three projects", "5 of them"."""
    if figure.value > len(roster.labels) or figure.value % 1 or figure.dimension:
        return False
    lead = figure.at - 1 - (told.tokens[figure.at - 1].low == "exactly")
    if told.words(lead, lead + 1) == ["of"] and told.tokens[lead - 1].lemma in GROUPS:
        return True
    nouns = figure.nouns | {stem(w) for w in told.words(figure.at + 1, figure.after + 1)}
    of = told.tokens[figure.at + 1 : figure.at + 3]
    if len(of) == 2 and of[0].low == "of" and of[1].value == len(roster.labels):
        return True
    if re.match(r"(?:\w+ )?(?:of )?(?:them|these|those|the)\b", after):
        return True
    return bool(nouns & (roster.kinds | _counted_nouns(roster)))


def _counted_nouns(roster: Roster) -> frozenset[str]:
    """What things are called in general, apart from what the columns measure."""
    return _THINGS - frozenset().union(*(column.nouns for column in roster.columns), frozenset())


def _column(told: Script, roster: Roster, figure: Figure, *, without: int = -1) -> tuple[int | None, float]:
    """The column that the figure speaks of, with how surely; not the one ``without``."""
    part = told.part_of(figure.at)
    words = {t.stem for t in told.tokens[part.first : part.last] if t.is_word and t.low not in STOP_WORDS}
    close = {
        t.stem for t in told.tokens[max(part.first, figure.at - 6) : min(part.last, figure.after + 3)] if t.is_word
    }
    best: tuple[int | None, float] = (None, 0.0)
    for k, column in enumerate(roster.columns):
        points = 0.0
        if figure.dimension and column.dimension:
            points += 3.0 if figure.dimension == column.dimension else -6.0
        if (
            figure.dimension
            and column.dimension == figure.dimension == "money"
            and (words & SPENDING)
            and (column.words & SPENDING)
        ):
            points += 1.0
        points += 2.0 * (figure.scale > 1 and figure.scale == column.scale)
        points += 3.0 * bool(figure.nouns & (column.nouns | column.words) - roster.kinds)
        points += 1.0 * len(close & (column.words | column.nouns) - _stems("is are be of"))
        points += 0.5 * len(words & column.words)
        if words & SPENDING and column.words & SPENDING:
            points += 1.0
        if (
            column.words & GAINING
            and not column.words & SPENDING
            and not _LEAST.search(" ".join(told.words(part.first, part.last)))
        ):
            points -= 1.5
        if (
            figure.nouns
            and column.nouns
            and not figure.nouns & (column.nouns | column.words)
            and not (figure.dimension and figure.dimension == column.dimension)
        ):
            points -= 2.0
        if points > best[1] and k != without:
            best = (k, points)
    return best
