"""Shifts that last several periods of a day: the fewest workers whose shifts cover the needs around the clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.tables import Table

from .facts import Fact
from .lists import COUNT, count_of
from .page import Page
from .senses import wants_least

_CONFIDENCE = 0.85
_DAY = 24.0
_CLOCK = r"\d{1,2}(?::\d{2})?\s*(?:a\.?m\.?|p\.?m\.?|midnight|noon)?"
_WINDOW = re.compile(rf"(?<![\d$.])(?P<a>{_CLOCK})\s*(?:-|\u2013|to|and|until|till)\s*(?P<b>{_CLOCK})(?![\d%])", re.I)
_NEED = re.compile(r"(?<![\d:$.])\d{1,4}(?!\d|[:.]\d|\s?(?:a\.?m|p\.?m|o'clock|hours?))", re.I)
_HOURS = r"[- ]?(?:consecutive |successive |straight |continuous )?hours?\b"
_LASTS = re.compile(
    rf"\b(?:shifts?|works?|duty|lasts?|working)\b[^.;\d]{{0,40}}?\b(?P<a>{COUNT}){_HOURS}|"
    rf"\b(?P<b>{COUNT}){_HOURS}[^.;]{{0,30}}\b(?:shifts?|in a row|row|continuously)\b",
    re.I,
)


def rota(text: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft, or None unless equal windows follow each other, each with a need, and shifts last several of them."""
    lasts = _LASTS.search(text)
    hours = count_of(lasts["a"] or lasts["b"]) if lasts is not None else None
    windows = _tabled(tables) or _told(text)
    if lasts is None or hours is None or windows is None or len(windows) < 3 or not (wants_least(text) or _few(text)):
        return None
    step = (windows[0][1] - windows[0][0]) % _DAY
    run, rest = divmod(hours, step)
    if rest or not 1 <= run < len(windows):
        return None
    round_ = abs(step * len(windows) - _DAY) < 1e-9
    names = tuple(fact_name for _, _, fact_name, _ in windows)
    count = len(windows)
    pairs = tuple(
        (names[(k + j) % count], names[k]) for k in range(count) for j in range(int(run)) if round_ or k + j < count
    )
    page = Page(original)
    window = page.set("window", names)
    at_work = page.set("on_duty", pairs, within=(window, window))
    page.spans[at_work] = (Span(start=lasts.start(), end=lasts.end()),)
    need = page.column("need", window, {name: fact for _, _, name, fact in windows}, "workers needed")
    start = page.variable("start", window, domain="integer", description="workers whose shift begins here")
    page.aim("minimize", "workers", f"sum({start}[w] for w in {window})")
    page.constraint(
        "enough", f"sum({start}[s] for s in {window} if (w, s) in {at_work}) >= {need}[w]", over=f"w in {window}"
    )
    page.assumptions.append(f"a shift covers the window in which it begins and the next {int(run) - 1}")
    if round_:
        page.assumptions.append("the day goes round: late shifts reach into the next morning")
    return page.draft(_CONFIDENCE, formulator)


def _few(text: str) -> bool:
    return re.search(r"\bhow (?:few|many)\b[^.?]*\b(?:enough|needed|required|at least)\b", text, re.I) is not None


def _told(text: str) -> list[tuple[float, float, str, Fact]] | None:
    """Windows of the prose with the figure that follows each, where they follow each other."""
    found: list[tuple[float, float, str, Fact]] = []
    matches = list(_WINDOW.finditer(text))
    for k, match in enumerate(matches):
        limit = matches[k + 1].start() if k + 1 < len(matches) else min(len(text), match.end() + 60)
        need = _NEED.search(text, match.end(), limit)
        if need is not None and (k == 0 or not found or _follows(found[-1][1], _hour(match["a"]))):
            fact = Fact((), float(need[0]), "", need.start(), need.end())
            found.append((_hour(match["a"]), _hour(match["b"]), _name(match), fact))
    return found if _even(found) else None


def _tabled(tables: Sequence[Table]) -> list[tuple[float, float, str, Fact]] | None:
    for table in tables:
        found = []
        for row in table.rows:
            match = next((m for cell in row if (m := _WINDOW.search(cell.text))), None)
            need = next((c for c in reversed(row) if c.value is not None and not _WINDOW.search(c.text)), None)
            if match is None or need is None or need.value is None:
                break
            fact = Fact((), need.value, "", need.start, max(need.end, need.start + 1))
            found.append((_hour(match["a"]), _hour(match["b"]), _name(match), fact))
        if len(found) == len(table.rows) and _even(found):
            return found
    return None


def _even(found: Sequence[tuple[float, float, str, Fact]]) -> bool:
    """Whether windows of one length follow each other."""
    steps = {round((b - a) % _DAY, 6) for a, b, _, _ in found}
    chained = all(_follows(x[1], y[0]) for x, y in pairwise(found))
    return len(steps) == 1 and chained and len({name for _, _, name, _ in found}) == len(found)


def _follows(end: float, start: float) -> bool:
    return abs((end - start) % _DAY) < 1e-9


def _hour(words: str) -> float:
    match = re.match(r"(\d{1,2})(?::(\d{2}))?\s*(\w)?", words)
    if match is None:
        return 0.0
    hour = float(match[1]) + float(match[2] or 0) / 60
    half = (match[3] or "").lower()
    if half in ("p", "n") and hour < 12:
        hour += 12
    if half in ("a", "m") and hour >= 12:
        hour -= 12
    return hour % _DAY


def _name(match: re.Match[str]) -> str:
    return f"{match['a'].strip()}-{match['b'].strip()}"
