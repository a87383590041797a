"""Shifts that last several periods of a day: the fewest workers whose shifts cover the needs around the clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.senses import wants_least
from copilot.formulators.offline.words.tables import Table

from .lists import COUNT, count_of

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

_BEGINS = re.compile(
    r"\b(?:starts?|begins?|starting|beginning)\b[^.;\d]{0,25}"
    rf"(?P<hours>{_CLOCK}(?:\s*(?:, and|, or|,|and|or)\s*{_CLOCK})+)",
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
    begins = _begins(text, [a for a, _, _, _ in windows])
    firsts = begins[0] if begins is not None else range(count)
    pairs = tuple(
        (names[(k + j) % count], names[k]) for k in firsts for j in range(int(run)) if round_ or k + j < count
    )
    page = Paper(original)
    window = page.set("window", names)
    at_work = page.set("on_duty", pairs, within=(window, window))
    page.spans[at_work] = (Span(start=lasts.start(), end=lasts.end()),)
    need = page.column("need", window, {name: fact for _, _, name, fact in windows}, "workers needed")
    shift = window
    if begins is not None and len(firsts) < count:
        shift = page.set("shift", tuple(names[k] for k in firsts), within=(window,))
        page.spans[shift] = (begins[1],)
    start = page.variable("start", shift, domain="integer", description="workers whose shift begins here")
    page.aim("minimize", "workers", f"sum({start}[s] for s in {shift})")
    page.constraint(
        "enough", f"sum({start}[s] for s in {shift} if (w, s) in {at_work}) >= {need}[w]", over=f"w in {window}"
    )
    page.assumptions.append(f"a shift covers the window in which it begins and the next {int(run) - 1}")
    if round_:
        page.assumptions.append("the day goes round: late shifts reach into the next morning")
    return page.draft(_CONFIDENCE, formulator)


def _few(text: str) -> bool:
    return re.search(r"\bhow (?:few|many)\b[^.?]*\b(?:enough|needed|required|at least)\b", text, re.I) is not None


def _told(text: str) -> list[tuple[float, float, str, Figure]] | None:
    """Windows of the prose that follow each other, each with the figure after it, or each with the one before it."""
    chain: list[re.Match[str]] = []
    matches = list(_WINDOW.finditer(text))
    for match in matches:
        if not chain or _follows(_hour(chain[-1]["b"]), _hour(match["a"])):
            chain.append(match)
    after = [_NEED.search(text, m.end(), _until(text, m, matches)) for m in chain]
    if after and after[-1] is None:
        after = [
            _last_need(text, chain[k - 1].end() if k else _sentence(text, m), m.start()) for k, m in enumerate(chain)
        ]
    found = [
        (_hour(m["a"]), _hour(m["b"]), _name(m), Figure.read(need))
        for m, need in zip(chain, after, strict=True)
        if need is not None
    ]
    return found if len(found) == len(chain) and _even(found) else None


def _until(text: str, match: re.Match[str], matches: Sequence[re.Match[str]]) -> int:
    """Where the words about a window end: at the next window, or with the sentence."""
    later = next((m.start() for m in matches if m.start() >= match.end()), None)
    if later is not None:
        return later
    stop = re.compile(r"[.;?!](?:\s|$)").search(text, match.end())
    return min(len(text), match.end() + 60, stop.start() if stop is not None else len(text))


def _sentence(text: str, match: re.Match[str]) -> int:
    """Where the sentence of a window begins."""
    return max((m.end() for m in re.finditer(r"[.;:?!]\s", text[: match.start()])), default=0)


def _last_need(text: str, start: int, end: int) -> re.Match[str] | None:
    return next(reversed(list(_NEED.finditer(text, start, end))), None)


def _begins(text: str, hours: Sequence[float]) -> tuple[list[int], Span] | None:
    """The windows in which a shift may begin, where the text lists them: "start at 8, 12 or 16 o'clock"."""
    match = _BEGINS.search(text)
    if match is None:
        return None
    told = [_hour(m[0]) for m in re.finditer(_CLOCK, match["hours"], re.I)]
    listed = [k for k, hour in enumerate(hours) if hour in told]
    if len(told) < 2 or len(listed) < len(told):
        return None
    return listed, Span(start=match.start(), end=match.end())


def _tabled(tables: Sequence[Table]) -> list[tuple[float, float, str, Figure]] | None:
    for table in tables:
        found = []
        for row in table.rows:
            match = next((m for cell in row if (m := _WINDOW.search(cell.text))), None)
            need = next((c for c in reversed(row) if c.value is not None and not _WINDOW.search(c.text)), None)
            if match is None or need is None or need.value is None:
                break
            fact = Figure(need.value, need.start, need.end)
            found.append((_hour(match["a"]), _hour(match["b"]), _name(match), fact))
        if len(found) == len(table.rows) and _even(found):
            return found
    return None


def _even(found: Sequence[tuple[float, float, str, Figure]]) -> bool:
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
