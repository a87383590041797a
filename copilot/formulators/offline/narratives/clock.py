"""Hours of the day and the blocks between them: "midnight to 6 am", "from 6 to 10 o'clock", "six four-hour blocks"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .words import Item, Telling

_DAY = 24.0
_NOON = 12.0
_NAMED = {"midnight": 0.0, "noon": 12.0, "midday": 12.0}
_TO = frozenset(["to", "and", "-", "\u2013", "until", "till", "through"])
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Blocks:
    """The text with its blocks as periods; ``begins`` are those in which a turn may start, empty for all."""

    told: Telling
    names: tuple[str, ...]
    step: float
    begins: tuple[int, ...] = ()


def with_blocks(plain: Telling) -> Blocks | None:
    """Blocks of equal length that follow each other, or None."""
    for bare in (False, True):
        runs = [_timed(run, bare=bare) for run in plain.sentences]
        spans = [span for run in runs for span in _spans(run)]
        starts = list(dict.fromkeys(start for start, _ in spans))
        blocks = _told_blocks(plain, runs, spans, starts) if len(starts) >= _FEWEST else None
        if blocks is not None:
            return blocks
    return _counted_blocks(plain)


def _told_blocks(
    plain: Telling, runs: Sequence[Sequence[Item]], spans: Sequence[tuple[float, float]], starts: Sequence[float]
) -> Blocks | None:
    step = (spans[0][1] - spans[0][0]) % _DAY
    ordered = all(abs((b - a) % _DAY - step) < 1e-9 for a, b in pairwise(starts))
    if not step or not ordered or any(abs((end - start) % _DAY - step) > 1e-9 for start, end in spans):
        return None
    index = {start: k for k, start in enumerate(starts)}
    rewritten = []
    begins: set[int] = set()
    for run in runs:
        kept: list[Item] = []
        k = 0
        while k < len(run):
            span = _span_at(run, k)
            if span is not None and span[0] in index:
                kept.append(Item("period", "block", run[k].start, run[span[2] - 1].end, indices=(index[span[0]],)))
                k = span[2]
                continue
            if run[k].low == "@time":
                if run[k].value in index and any(i.low.startswith(("start", "begin")) for i in run):
                    begins.add(index[run[k].value])
                kept.append(replace(run[k], kind="word", low="@clock"))
            else:
                kept.append(run[k])
            k += 1
        rewritten.append(tuple(kept))
    names = tuple(f"{_hour(s)}-{_hour((s + step) % _DAY or _DAY)}" for s in starts)
    allowed = tuple(sorted(begins)) if 0 < len(begins) < len(starts) else ()
    return Blocks(Telling(plain.text, tuple(rewritten)), names, step, allowed)


def _hour(value: float) -> str:
    return f"{int(value)}:{round(value % 1 * 60):02d}" if value % 1 else f"{int(value)}"


def _counted_blocks(plain: Telling) -> Blocks | None:
    """ "the day is divided into six four-hour blocks": as many needs as blocks stand in one list."""
    for run in plain.sentences:
        for k, item in enumerate(run):
            if item.is_number and [i.low for i in run[k + 1 : k + 3]] in (["-", "hour"], ["hour", "blocks"]):
                words = {i.lemma for i in run[k + 1 : k + 6]}
                count = _DAY / item.value if item.value else 0
                if words & {"block", "period", "slot", "interval", "window"} and count == int(count) >= _FEWEST:
                    names = tuple(f"{_hour(j * item.value)}-{_hour((j + 1) * item.value)}" for j in range(int(count)))
                    return Blocks(plain, names, item.value)
    return None


def _timed(run: Sequence[Item], *, bare: bool) -> list[Item]:
    """Hours of the clock as items "@time"; with ``bare``, numbers in "from 8 to 12" and "between 8 and 12" too."""
    kept: list[Item] = []
    k = 0
    while k < len(run):
        item = run[k]
        if item.low in _NAMED:
            kept.append(Item("word", "@time", item.start, item.end, value=_NAMED[item.low]))
            k += 1
            continue
        width, value = _clock(run, k)
        if width:
            kept.append(Item("word", "@time", item.start, run[k + width - 1].end, value=value))
            k += width
            continue
        hour = bare and item.is_number and item.value <= _DAY and not (item.money or item.percent)
        if hour and kept and _opens_span(kept, run[k + 1 :]):
            kept.append(Item("word", "@time", item.start, item.end, value=item.value % _DAY))
            k += 1
            continue
        kept.append(item)
        k += 1
    return kept


def _opens_span(kept: Sequence[Item], rest: Sequence[Item]) -> bool:
    """Whether the number between these items is an end of a span of hours."""
    if kept[-1].low in _TO and len(kept) > 1 and kept[-2].low == "@time":
        return True
    joined = len(rest) > 1 and rest[0].low in _TO and (rest[1].is_number or rest[1].low in _NAMED)
    return kept[-1].low in ("from", "between", "to") and joined


def _clock(run: Sequence[Item], k: int) -> tuple[int, float]:
    """How many items an hour of the clock takes, and which it is; (0, 0) where there is none."""
    if not run[k].is_number or run[k].value > _DAY or run[k].money:
        return 0, 0.0
    value, j = run[k].value, k + 1
    if (
        j + 1 < len(run)
        and run[j].low == ":"
        and run[j + 1].is_number
        and run[j + 1].start == run[j].end == run[k].end + 1
    ):
        value, j = value + run[j + 1].value / 60, j + 2
        marked = True
    else:
        marked = False
    low = run[j].low if j < len(run) else ""
    if low in ("a", "p") and [i.low for i in run[j + 1 : j + 3]] == [".", "m"]:
        last = j + 3 + (j + 3 < len(run) and run[j + 3].low == "." and j + 4 < len(run))
        return last - k, value % 12 + (12 if low == "p" else 0)
    if low in ("am", "pm"):
        return j + 1 - k, value % 12 + (12 if low == "pm" else 0)
    if low in ("o'clock", "hrs"):
        return j + 1 - k, value % _DAY
    if marked:
        return j - k, value % _DAY
    later = _later(run, k)
    return (1, later) if later is not None else (0, 0.0)


def _later(run: Sequence[Item], k: int) -> float | None:
    """The hour of a bare number in front of another hour: "6 to 10 o'clock", "6, 10 or 14 o'clock", "6-10 am"."""
    j = k + 1
    listed = any(item.low == "or" for item in run[k + 1 : k + 12])
    while (
        j < len(run)
        and (listed or run[j].low != ",")
        and (run[j].low in _TO | {",", "or"} or (run[j].is_number and not run[j].money))
    ):
        if run[j].low in ("am", "pm", "o'clock"):
            break
        j += 1
    if j < len(run) and run[j].low in ("am", "pm", "o'clock") and j > k + 2:
        if run[j].low != "o'clock" and run[k].value > _NOON:
            return None
        shift = 12.0 if run[j].low == "pm" else 0.0
        return run[k].value % 12 + shift if run[j].low != "o'clock" else run[k].value % _DAY
    return None


def _span_at(run: Sequence[Item], k: int) -> tuple[float, float, int] | None:
    if k + 2 < len(run) and run[k].low == run[k + 2].low == "@time" and run[k + 1].low in _TO:
        return run[k].value, run[k + 2].value, k + 3
    return None


def _spans(run: Sequence[Item]) -> list[tuple[float, float]]:
    found = []
    k = 0
    while k < len(run):
        span = _span_at(run, k)
        if span is not None:
            found.append(span[:2])
            k = span[2]
        else:
            k += 1
    return found
