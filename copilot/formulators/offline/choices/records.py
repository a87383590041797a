"""Things with the same figures told of each, however the sentences go, found by what repeats and not by the words.

"The tent weighs 4 kg and is worth 9, the stove 2 and 5" are two records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from copilot.formulators.offline.words.lexicon import NOUN_LIKE, OCCASIONS, STOP_WORDS, is_verb, unit_of, word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.times import ORDINALS
from copilot.formulators.offline.words.tokens import Token

from .figures import Figure
from .script import Script
from .vocabulary import ATTRIBUTES

Style = Literal["last", "subject", "proper"]

#: The fewest records that make a run, where a reader asks for no fewer, and at all.
_FEWEST, _FEWEST_EVER = 3, 2
#: What is found is kept for so many scripts: all readers of a text ask for the same.
_KEPT = 4
_STYLES: tuple[Style, ...] = ("last", "subject", "proper")
_WIDEST = 6
#: Words before the first figure behind a name that make it a limit and no property of a thing; those that do so always.
_LIMITS = word_set(
    """most least exceed exceeds maximum minimum limit limited budget available total altogether overall max min than
    within capacity spend"""
)
_WHOLE = word_set("budget available total altogether overall within spend")
_JOINTS = word_set("of for in at the a an with")


@dataclass(frozen=True, slots=True)
class Name:
    """The tokens that name one thing."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Records:
    """``rows[k]`` are the figures of ``names[k]``, in the same order for all."""

    names: tuple[Name, ...]
    rows: tuple[tuple[Figure, ...], ...]
    strange: int = 0

    @property
    def width(self) -> int:
        return len(self.rows[0])


def records(told: Script, *, fewest: int = _FEWEST) -> list[Records]:
    """Runs of at least so many records, the one that explains most figures first."""
    return [run for run in _records(told) if len(run.rows) >= fewest]


@lru_cache(maxsize=_KEPT)
def _records(told: Script) -> tuple[Records, ...]:
    figures = told.figures
    listed = [{f.at for f in run} for run in lists(told) if len(run) >= _FEWEST]
    named = [[_name(told, at, style) for at in range(len(figures))] for style in _STYLES]
    found: list[tuple[float, Records]] = []
    for first in range(len(figures)):
        for width in range(1, _WIDEST + 1):
            runs = [_run(told, first, width, names, listed) for names in named]
            for run in dict.fromkeys(run for run in runs if run is not None):
                run = replace(run, strange=_strange(told, run))
                points = len(run.rows) * width - run.strange - 0.01 * width + 0.001 * _parallel(told, run)
                found.append((points, run))
    found.sort(key=lambda pair: -pair[0])
    return tuple(run for _, run in found)


def _parallel(told: Script, run: Records) -> int:
    """How many names are written alike: as labels, with capitals, or small."""
    shapes = Counter((len(told.tokens[name.last - 1].low) == 1, told.capital(name.last - 1)) for name in run.names)
    return max(shapes.values())


def _run(
    told: Script, first: int, width: int, named: Sequence[Name | None], listed: Sequence[set[int]]
) -> Records | None:
    """The records of so many figures each from figure ``first`` on; ``named[k]``: what figure k would open."""
    figures = told.figures
    names: list[Name] = []
    rows: list[tuple[Figure, ...]] = []
    seen: set[tuple[str, ...]] = set()
    at = first
    while at + width <= len(figures):
        name = named[at]
        row = figures[at : at + width]
        if name is None or _key(told, name) in seen or not _clean(told, row, name) or _torn(row, listed):
            break
        fitted = _fitted(row, rows)
        if fitted is None:
            break
        seen.add(_key(told, name))
        names.append(name)
        rows.append(fitted)
        at += width
    return Records(tuple(names), tuple(rows)) if len(rows) >= _FEWEST_EVER else None


def _torn(row: Sequence[Figure], listed: Sequence[set[int]]) -> bool:
    """Whether a list of figures stands partly in the row and partly outside."""
    inside = {f.at for f in row}
    return any(run & inside and not run <= inside for run in listed)


@lru_cache(maxsize=_KEPT)
def lists(told: Script) -> tuple[tuple[Figure, ...], ...]:
    """Runs of figures of one thing joined by commas and "and"."""
    runs: list[list[Figure]] = []
    for figure in told.figures:
        joint = told.words(runs[-1][-1].after, figure.at) if runs else ["."]
        other = bool(runs and figure.nouns and runs[-1][-1].nouns) and not figure.nouns & runs[-1][-1].nouns
        if runs and not other and joint in ([","], ["and"], [",", "and"], ["or"]):
            runs[-1].append(figure)
        else:
            runs.append([figure])
    return tuple(map(tuple, runs))


def _key(told: Script, name: Name) -> tuple[str, ...]:
    return tuple(stem(word) for word in told.words(name.first, name.last))


def gap(told: Script, at: int) -> tuple[int, int]:
    """The tokens between a figure and the one before it, from the last beginning of a sentence on."""
    figures = told.figures
    low = figures[at - 1].after if at else 0
    high = figures[at].at
    begins = [i for i in range(low, high) if i in told.begins]
    return (begins[-1] if begins else low), high


def _name(told: Script, at: int, style: Style) -> Name | None:
    """What figure ``at`` opens the record of: the noun phrase before it, or behind "a 2-minute"; by ``style`` the one
    that does something with it, "order A needs the oven for 2 hours", or the last with a capital, "for Linz we say 2".
    """
    figure = told.figures[at]
    if figure.leads:
        last = figure.after
        while last < len(told.tokens) and last - figure.after < 4 and _names_on(told, last, figure.after):
            last += 1
        return Name(figure.after, last) if last > figure.after else None
    first, last = gap(told, at)
    phrases = [(i, j) for i, j in told.phrases(first, last) if not _attribute(told, i, j)]
    if not phrases:
        return None
    last_first, last_end = phrases[-1]
    while last_end == last and last_end - last_first > 1 and told.tokens[last_end - 1].lemma in ATTRIBUTES:
        last = last_end = last_end - 1
    phrases[-1] = last_first, last_end
    opened = [i for i in range(first, last) if told.tokens[i].low == "("]
    if opened and not any(told.tokens[i].low == ")" for i in range(opened[-1], last)):
        ahead = [(i, j) for i, j in phrases if 0 <= opened[-1] - j <= 1]
        return Name(*ahead[-1]) if ahead else None
    marks = [i for i in range(first, last) if told.tokens[i].low in (":", "(")]
    if marks and phrases[-1][1] <= marks[-1]:
        near = [(i, j) for i, j in phrases if 0 <= marks[-1] - j <= 1]
        return Name(*near[-1]) if near else None
    proper = [phrase for phrase in phrases if told.capital(phrase[0])]
    if style == "proper" and proper:
        return Name(*proper[-1])
    if style == "subject" and len(phrases) > 1 and _governed(told, phrases[-2][1], phrases[-1][0]):
        return Name(*phrases[-2])
    return Name(*phrases[-1])


def _governed(told: Script, first: int, last: int) -> bool:
    """Whether the tokens are a verb with its object's article: "needs the"."""
    words = told.tokens[first:last]
    return 0 < len(words) < 4 and (is_verb(words[0].low) or words[0].low in NOUN_LIKE) and all(t.is_word for t in words)


def _names_on(told: Script, i: int, first: int) -> bool:
    """Whether the word goes on with the name behind "a 4-minute": it ends before "paying", "that" or a mark."""
    token = told.tokens[i]
    verb = i > first and (token.low.endswith("ing") or is_verb(token.low))
    return token.is_word and token.low not in STOP_WORDS and not verb


def _attribute(told: Script, first: int, last: int) -> bool:
    if last - first == 1 and told.tokens[first].low in ORDINALS:
        return False
    words = told.tokens[first + (last - first > 1 and told.tokens[first].low in ORDINALS) : last]
    return all(t.lemma in ATTRIBUTES or t.low in ATTRIBUTES or t.lemma in OCCASIONS or unit_of(t.low) for t in words)


def _clean(told: Script, row: Sequence[Figure], name: Name) -> bool:
    """Whether the words between the figures limit nothing beyond the thing, and the name stands outside them."""
    inside = {i for f in row for i in range(f.at, f.after)} | set(range(name.first, name.last))
    first, head, last = min(name.first, row[0].at), row[0].at, row[-1].at
    lead = {told.tokens[i].low for i in range(first, head) if i not in inside}
    rest = {told.tokens[i].low for i in range(head, last) if i not in inside}
    return not lead & _LIMITS and not rest & _WHOLE and all(not name.first <= f.at < name.last for f in row)


def _fitted(row: Sequence[Figure], rows: Sequence[tuple[Figure, ...]]) -> tuple[Figure, ...] | None:
    """The row, in the order of units of the rows before it; None where its units are others."""
    if not rows:
        return tuple(row)
    model = [next((r[p] for r in rows if r[p].dimension or r[p].nouns), rows[0][p]) for p in range(len(row))]
    if all(_alike(a, b) for a, b in zip(row, model, strict=True)):
        return tuple(row)
    placed: dict[int, Figure] = {}
    for p, want in enumerate(model):
        fits = [f for f in row if f not in placed.values() and _alike(f, want) and (f.dimension or f.nouns)]
        if len(fits) == 1 and sum(_alike(fits[0], other) for other in model) == 1:
            placed[p] = fits[0]
    rest = [f for f in row if f not in placed.values()]
    free = [p for p in range(len(model)) if p not in placed]
    placed |= dict(zip(free, rest, strict=True))
    return tuple(placed[p] for p in range(len(model))) if all(_alike(placed[p], model[p]) for p in free) else None


def _alike(a: Figure, b: Figure) -> bool:
    if a.dimension and b.dimension:
        return a.dimension == b.dimension
    return not a.nouns or not b.nouns or bool(a.nouns & b.nouns) or (not (a.dimension or b.dimension) and _vague(a, b))


def _vague(a: Figure, b: Figure) -> bool:
    return not (a.nouns and b.nouns)


def _strange(told: Script, run: Records) -> int:
    """How many phrases between the figures look like names of their own."""
    inner: Counter[tuple[int, tuple[str, ...]]] = Counter()
    for name, row in zip(run.names, run.rows, strict=True):
        first, last = max(row[0].after, name.last), max(f.at for f in row)
        for i, j in told.phrases(first, last):
            if (
                not any(f.at < i < f.after for f in row)
                and not _enclosed(told, first, i)
                and not _attribute(told, i, j)
            ):
                inner[sum(f.at < i for f in row), tuple(stem(word) for word in told.words(i, j))] += 1
    return sum(1 for count in inner.values() if count == 1)


def _enclosed(told: Script, first: int, i: int) -> bool:
    """Whether token i stands in parentheses that open behind token ``first``, or just before it."""
    lows = told.words(max(first - 4, 0), i)
    return lows[::-1].index("(") < (lows[::-1].index(")") if ")" in lows else len(lows)) if "(" in lows else False


def distinct(told: Script, names: Sequence[Name]) -> list[Name]:
    """The names without the words at their ends that most of them share and that name nothing alone."""
    ends = Counter(told.tokens[name.last - 1].stem for name in names if name.last - name.first > 1)
    result = []
    for name in names:
        word: Token = told.tokens[name.last - 1]
        if name.last - name.first > 1 and ends[word.stem] >= 2 and word.low.endswith("s") and word.low != word.lemma:
            name = Name(name.first, name.last - 1)
        while name.last - name.first > 1 and told.tokens[name.first].low in STOP_WORDS | _JOINTS:
            name = Name(name.first + 1, name.last)
        result.append(name)
    return result
