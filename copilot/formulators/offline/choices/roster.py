"""The things that a text lets choose from, the figures of each, and every place that names one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, OCCASIONS, STOP_WORDS, is_content, unit_of
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.times import ORDINALS

from .figures import Figure
from .records import Name, distinct, gap, lists, records
from .script import Script
from .vocabulary import ATTRIBUTES

_FEWEST = 3
#: Rosters are kept for so many scripts and least lengths.
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One figure for each thing; ``words`` are the stems that say what it is."""

    figures: tuple[Figure, ...]
    words: frozenset[str]

    @property
    def dimension(self) -> str:
        return next((f.dimension for f in self.figures if f.dimension), "")

    @property
    def size(self) -> float:
        return next((f.size for f in self.figures if f.dimension), 1.0)

    @property
    def nouns(self) -> frozenset[str]:
        return frozenset().union(*(f.nouns for f in self.figures))

    @property
    def scale(self) -> float:
        """The scale that the figures are told in: a million for "12 million" and "18", 1 where they differ."""
        scales = {f.scale for f in self.figures if f.scale > 1}
        if len(scales) != 1:
            return 1.0
        bare = [f.value / f.scale for f in self.figures if f.value]
        return scales.pop() if max(bare) < 1000 * min(bare) else 1.0

    @property
    def values(self) -> tuple[float, ...]:
        """The figures in the unit and the scale of the column, as they are written."""
        scale = self.scale
        return tuple((f.value / (f.scale if scale > 1 else 1.0)) * (self._unit(f) / self.size) for f in self.figures)

    def _unit(self, figure: Figure) -> float:
        """The size of the figure's unit, told or understood: "50 cents, 1.50 and 75 cents" has one in whole coins."""
        if figure.dimension:
            return figure.size
        return 1.0 if self.dimension == "money" and figure.value % 1 else self.size


@dataclass(frozen=True, slots=True)
class Mention:
    """The tokens ``first`` to ``last`` name thing ``index``."""

    index: int
    first: int
    last: int


@dataclass(frozen=True)
class Roster:
    """``labels`` are shown; ``marks[k]`` are the stems that only thing k has; ``kinds`` name all of them."""

    labels: tuple[str, ...]
    marks: tuple[frozenset[str], ...]
    kinds: frozenset[str]
    columns: tuple[Column, ...]
    mentions: tuple[Mention, ...]
    strange: int = 0

    def between(self, first: int, last: int) -> list[Mention]:
        return [m for m in self.mentions if first <= m.first < last]


@lru_cache(maxsize=_KEPT)
def rosters(told: Script, *, fewest: int = _FEWEST) -> tuple[Roster, ...]:
    """The readings of what is chosen from, most figures first: records, then lists with one figure for each."""
    return (*_recorded(told, fewest), *_counted(told))


def _recorded(told: Script, fewest: int) -> Iterator[Roster]:
    for run in records(told, fewest=fewest)[:8]:
        names = distinct(told, run.names)
        labels = [_label(told, name) for name in names]
        if len(set(labels)) < len(labels):
            continue
        columns = [
            Column(tuple(row[p] for row in run.rows), _words(told, [row[p] for row in run.rows], names))
            for p in range(run.width)
        ]
        whole = _completed(told, labels, [told.words(n.first, n.last) for n in names], columns)
        yield replace(whole, strange=run.strange)


def roster_of(
    told: Script,
    labels: Sequence[str],
    words: Sequence[Sequence[str]],
    taken: frozenset[int],
    columns: Sequence[Column] = (),
) -> Roster:
    """Things of known names, with the figures of each that do not stand at the tokens ``taken``."""
    return _completed(told, labels, words, columns, taken=taken)


def _label(told: Script, name: Name) -> str:
    text = told.original[told.tokens[name.first].start : told.tokens[name.last - 1].end]
    return " ".join(text.split())


def _words(told: Script, figures: Sequence[Figure], names: Sequence[Name]) -> frozenset[str]:
    """Stems of the words around the figures, apart from those of names."""
    own = {stem(word) for name in names for word in told.words(name.first, name.last)}
    order = {figure.at: k for k, figure in enumerate(told.figures)}
    found: set[str] = set()
    for figure in figures:
        low, high = gap(told, order[figure.at])
        places = [*range(low, high), *range(figure.at + 1, figure.after)]
        if figure.leads:
            places = list(range(figure.at + 1, figure.after))
        found |= {told.tokens[i].stem for i in places if told.tokens[i].is_word}
        found |= _behind(told, figure)
    return frozenset(found - own - {stem(word) for word in STOP_WORDS})


def _behind(told: Script, figure: Figure) -> set[str]:
    """The words after a figure up to the next mark: "5 hours of work", "9 points to me"."""
    found = set()
    for i in range(figure.after, min(figure.after + 3, len(told.tokens))):
        token = told.tokens[i]
        if not token.is_word or token.low in ("and", "but", "while", "with") or i in told.begins:
            break
        found.add(token.stem)
    return found


def _counted(told: Script) -> Iterator[Roster]:
    """Things that have no name or stand in an enumeration, with their figures in lists of equal length."""
    runs = [run for run in lists(told) if len(run) >= _FEWEST]
    for length in sorted({len(run) for run in runs}, key=lambda n: -n * sum(len(r) == n for r in runs)):
        mine = [run for run in runs if len(run) == length]
        named = enumeration(told, length, mine[0][0].at)
        kind = _announced(told, length)
        if named is None and kind is None:
            continue
        words = [told.words(n.first, n.last) for n in named] if named else [[str(k + 1)] for k in range(length)]
        labels = [_label(told, n) for n in named] if named else [f"{kind} {k + 1}" for k in range(length)]
        yield _completed(told, labels, words, [], kind or "")


def enumeration(told: Script, length: int, before: int) -> list[Name] | None:
    """The last list of so many noun phrases before a token: "the coat, the boots and the lamp"."""
    for part in reversed(told.parts):
        if part.first > before:
            continue
        phrases = told.phrases(part.first, min(part.last, before))
        for k in range(len(phrases) - length, -1, -1):
            run = phrases[k : k + length]
            gaps = [told.words(a[1], b[0]) for a, b in pairwise(run)]
            joined = all(set(g) <= {",", "and", "or", "the", "a", "an"} and g for g in gaps)
            if joined and "and" in gaps[-1] + ["and" if "," in gaps[-1] else ""]:
                return [Name(*phrase) for phrase in run]
    return None


def _announced(told: Script, length: int) -> str | None:
    return next(announced(told, length), None)


def announced(told: Script, length: int) -> Iterator[str]:
    """The nouns of "five investments", where the number is that of the list."""
    for i, token in enumerate(told.tokens[:-1]):
        if token.is_number and token.value == length:
            for after in told.tokens[i + 1 : i + 4]:
                if not after.is_word or after.low in STOP_WORDS:
                    break
                unit = unit_of(after.low) is not None or after.lemma in OCCASIONS
                if after.lemma != after.low and is_content(after.low) and not unit:
                    yield after.lemma
                    break


def _for(told: Script, roster: Roster, figure: Figure) -> list[Mention]:
    """The name behind a figure: "three researchers are needed for Aurora, two for Borealis"."""
    for i in range(figure.after, min(figure.after + 4, len(told.tokens))):
        if not told.tokens[i].is_word:
            break
        if told.tokens[i].low in ("for", "on", "to", "by", "at", "in", "from"):
            return roster.between(i + 1, i + 3)[:1]
    return []


def _completed(
    told: Script,
    labels: Sequence[str],
    words: Sequence[Sequence[str]],
    columns: Sequence[Column],
    kind: str = "",
    *,
    taken: frozenset[int] = frozenset(),
) -> Roster:
    stems = [[_mark(word) for word in item] for item in words]
    shared = Counter(s for item in stems for s in set(item))
    marks = tuple(
        frozenset(s for s in item if shared[s] == 1 and s not in ATTRIBUTES and s not in NUMBER_WORDS)
        or frozenset(item[-1:])
        for item in stems
    )
    kinds = {s for s, count in shared.items() if count > len(labels) / 2}
    kinds |= {stem(kind)} if kind else set()
    noun = _announced(told, len(labels))
    kinds |= {stem(noun)} if noun else set()
    heads = [item[-1] for item in stems]
    marks = tuple(mark - kinds or mark for mark in marks)
    roster = Roster(tuple(labels), marks, frozenset(kinds), tuple(columns), ())
    roster = replace(roster, mentions=tuple(_mentions(told, roster, stems, heads, counted=bool(kind))))
    return replace(roster, columns=(*columns, *_more_columns(told, roster, taken)))


def _mark(word: str) -> str:
    """A label keeps its capital; other words are compared by stem."""
    return word if len(word) == 1 or word.isdigit() else stem(word)


def _mentions(
    told: Script, roster: Roster, stems: Sequence[Sequence[str]], heads: Sequence[str], *, counted: bool
) -> Iterator[Mention]:
    owner = {mark: k for k, marks in enumerate(roster.marks) for mark in marks}
    numbered = counted and all(re.search(r" \d+$", label) for label in roster.labels)
    i = 0
    kind_before = False
    while i < len(told.tokens):
        token = told.tokens[i]
        mark = _mark(token.low)
        if numbered:
            kind_before = token.stem in roster.kinds or (
                kind_before and (token.low in (",", "and", "or", "&") or token.low.isdigit() or _whole(token.value))
            )
            value = int(token.low) if token.low.isdigit() else _ordinal(told, i, roster)
            if value and 1 <= value <= len(roster.labels) and (kind_before or not token.low.isdigit()):
                yield Mention(value - 1, i, i + 1)
            i += 1
            continue
        k = owner.get(mark)
        common = token.is_word and token.low in STOP_WORDS and told.text[token.start].islower()
        if k is None or common:
            i += 1
            continue
        first, last = i, i + 1
        while last < len(told.tokens) and _mark(told.tokens[last].low) in stems[k]:
            last += 1
        while first > 0 and _mark(told.tokens[first - 1].low) in stems[k]:
            first -= 1
        if (heads[k] in roster.marks[k] or len(roster.marks[k]) > 1) and len(stems[k]) > 1 and last - first == 1:
            partial = mark != heads[k] and told.tokens[i].low.islower() and not told.capital(i)
            followed = last < len(told.tokens) and told.tokens[last].stem in roster.kinds
            if partial and not followed and heads[k] in roster.marks[k] and len(roster.marks[k]) > 1 and _common(mark):
                i += 1
                continue
        yield Mention(k, first, last)
        i = last


def _common(mark: str) -> bool:
    return mark in ATTRIBUTES or unit_of(mark) is not None


def _whole(value: float | None) -> bool:
    return value is not None and value % 1 == 0


def _ordinal(told: Script, i: int, roster: Roster) -> int | None:
    """ "the second investment", "investment two"."""
    low = told.tokens[i].low
    after = told.tokens[i + 1].stem if i + 1 < len(told.tokens) else ""
    before = told.tokens[i - 1].stem if i else ""
    if low in ORDINALS and after in roster.kinds:
        return ORDINALS.index(low) + 1
    if low in NUMBER_WORDS and before in roster.kinds and told.tokens[i - 1].low == lemma(told.tokens[i - 1].low):
        return int(NUMBER_WORDS[low])
    return None


def _more_columns(told: Script, roster: Roster, taken: frozenset[int]) -> Iterator[Column]:
    """Columns told elsewhere: lists with a figure for each, and figures that follow each name once more."""
    size = len(roster.labels)
    taken |= {f.at for column in roster.columns for f in column.figures}
    for run in lists(told):
        if len(run) == size and not any(f.at in taken for f in run):
            taken |= {f.at for f in run}
            yield Column(run, _words(told, run[:1], ()) | _behind(told, run[-1]) | run[-1].nouns)
    for style in ("behind", "before"):
        owned: dict[int, Figure] = {}
        for figure in told.figures:
            if figure.at in taken:
                continue
            k = _owner(told, roster, figure, style)
            if k is None or k in owned:
                owned = {}
            if k is not None:
                owned[k] = figure
            if len(owned) == size:
                inside = [owned[k] for k in range(size)]
                taken |= {f.at for f in inside}
                yield Column(tuple(inside), _words(told, inside, [Name(m.first, m.last) for m in roster.mentions]))
                owned = {}


def _owner(told: Script, roster: Roster, figure: Figure, style: str) -> int | None:
    """The thing that a figure is for: the one named before it, or behind it with a preposition."""
    order = {f.at: k for k, f in enumerate(told.figures)}
    low, high = gap(told, order[figure.at])
    if style == "behind":
        named = _for(told, roster, figure)
    else:
        named = roster.between(low, high)
    if len({m.index for m in named}) != 1 or set(told.words(low, high)) & {"least", "most", "than"}:
        return None
    return named[0].index
