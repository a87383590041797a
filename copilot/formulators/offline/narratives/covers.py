"""The fewest people whose turns cover the needs of every day of the week or every block of the day."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import word_set

from .calendar import Calendar, with_periods
from .clock import with_blocks
from .figures import Figure, figures
from .words import Telling

_CONFIDENCE = 0.86
_WEEK = 7
_DAY = 24.0
_ON = word_set(
    "work works working row consecutive straight stretch successive running on duty shift shifts long turn turns"
)
_BLOCKS = word_set("block blocks slot slots period periods window windows interval intervals")
_OFF = word_set("off rest rests resting free rest holiday leave")
_WORK = word_set("work works working")
_FEW = re.compile(
    r"\b(?:few|fewest|least|minimum|minimal|minimi[sz]\w*|smallest|lowest|as few|how many|how few|"
    r"get away with|cheapest)\b",
    re.I,
)


def cover(plain: Telling, formulator: str) -> Draft | None:
    """The draft of a rota, or None unless needs, the length of a turn and every other figure are understood."""
    if _FEW.search(plain.text) is None:
        return None
    return _week(plain, formulator) or _day(plain, formulator)


def _week(plain: Telling, formulator: str) -> Draft | None:
    told, calendar = with_periods(plain)
    if calendar is None or calendar.noun != "day" or calendar.count != _WEEK or not calendar.named:
        return None
    read = _read(figures(told, _WEEK), ("day", "days"))
    if read is None:
        return None
    need, length, pay = read
    if not 1 <= length.value < _WEEK:
        return None
    return _page(plain, calendar, need, int(length.value), (length,), pay, range(_WEEK), True).draft(
        _CONFIDENCE, formulator
    )


def _day(plain: Telling, formulator: str) -> Draft | None:
    blocks = with_blocks(plain)
    if blocks is None:
        return None
    count = len(blocks.names)
    read = _read(figures(blocks.told, count), ("hour", "hours"), blocks.step)
    if read is None:
        return None
    need, length, pay = read
    run, rest = divmod(length.value, blocks.step)
    if rest or not 1 <= run <= count:
        return None
    calendar = Calendar("block", count, blocks.names, True)
    around = abs(blocks.step * count - _DAY) < 1e-9
    begins = blocks.begins or range(count)
    return _page(plain, calendar, need, int(run), (length,), pay, begins, around).draft(_CONFIDENCE, formulator)


def _read(
    found: Sequence[Figure], units: tuple[str, str], step: float = 0.0
) -> tuple[Figure, Figure, Figure | None] | None:
    """Needs, the length of a turn and what one costs; None where another figure is left."""
    need: Figure | None = None
    length: Figure | None = None
    pay: Figure | None = None
    rest: list[Figure] = []
    for figure in found:
        timed = bool(figure.after) and any(word in units for word in figure.after[:3])
        words = set(figure.near)
        if figure.is_row and not figure.money:
            if need is not None:
                return None
            need = figure
        elif figure.money and pay is None:
            pay = figure
        elif not figure.money and _OFF & {*figure.before[-3:], *figure.after[:3]} and not words & _WORK:
            rest.append(figure)
        elif not figure.money and (timed or words & _ON) and not (step and figure.value == step and words & _BLOCKS):
            if length is not None and length.value != figure.value:
                rest.append(figure)
            length = length or figure
        else:
            rest.append(figure)
    if need is None or length is None:
        return None
    left = [f for f in rest if f.value not in (_WEEK - length.value, len(need.values), step)]
    return None if left else (need, length, pay)


def _page(
    plain: Telling,
    calendar: Calendar,
    need: Figure,
    run: int,
    sources: Sequence[Figure],
    pay: Figure | None,
    begins: Sequence[int],
    around: bool,
) -> Paper:
    page = Paper(plain.text)
    names, count = calendar.names, calendar.count
    block = page.set(calendar.noun, names)
    pairs = tuple((names[(k + j) % count], names[k]) for k in begins for j in range(run) if around or k + j < count)
    duty = page.set("on_duty", pairs, within=(block, block))
    page.spans[duty] = tuple(Span(start=f.start, end=f.end) for f in sources)
    needed = page.column("need", block, need.over(names), f"people needed in each {calendar.noun}")
    first = block
    if len(begins) < count:
        first = page.set("first", tuple(names[k] for k in begins), within=(block,))
    start = page.variable(
        "start", first, domain="integer", description=f"people whose turn begins with this {calendar.noun}"
    )
    cost = f"{page.scalar('pay', pay.value, (pay.start, pay.end))}*" if pay is not None else ""
    page.aim("minimize", "cost" if cost else "people", f"sum({cost}{start}[f] for f in {first})")
    page.constraint(
        "enough", f"sum({start}[f] for f in {first} if (b, f) in {duty}) >= {needed}[b]", over=f"b in {block}"
    )
    page.assumptions.append(f"a turn covers the {calendar.noun} in which it begins and the next {run - 1}")
    return page
