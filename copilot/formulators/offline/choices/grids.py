"""One figure for each pair of two kinds of things, told in sentences.

"Ann needs 4 hours for the roof and 6 for the walls, Ben 5 and 3": each row is a run of equally many figures; what its
phrases have in common with other rows names the columns, and what only it has names the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import is_verb, unit_of, word_set
from copilot.formulators.offline.words.morphology import stem

from .figures import Figure
from .records import gap, lists, records
from .roster import Roster, announced, enumeration, roster_of
from .script import Script
from .vocabulary import ATTRIBUTES

_FEWEST_ROWS = 2
#: Those who are named, and not numbered.
_PEOPLE = word_set("person people worker employee student player friend driver nurse engineer agent technician child")
_MOST_COLUMNS = 8
#: Grids are kept for so many scripts.
_KEPT = 4

Phrase = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """``figures[r][c]`` for row r and column c; both sides know all places that name them and their own figures."""

    rows: Roster
    columns: Roster
    figures: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """The figures of one row, within the tokens ``first`` to ``last``; ``name`` where it is known."""

    figures: tuple[Figure, ...]
    first: int
    last: int
    name: Phrase | None = None


def turned(grid: Grid) -> Grid:
    """The grid with rows for columns."""
    return Grid(grid.columns, grid.rows, tuple(zip(*grid.figures, strict=True)))


@lru_cache(maxsize=_KEPT)
def grids(told: Script) -> tuple[Grid, ...]:
    """The readings of the text as such figures."""
    found = (_grid(told, lines) for lines in (*_sentences(told), *_runs(told)))
    return (*(grid for grid in found if grid is not None), *_by_lists(told))


def _sentences(told: Script) -> Iterator[list[_Line]]:
    """Neighboring sentences with equally many figures of one kind."""
    lines = []
    for part in told.parts:
        inside = tuple(f for f in told.figures if part.first <= f.at < part.last)
        first = part.first
        for i in range(part.first + 3, part.last - 1):
            behind = tuple(f for f in inside if f.at > i)
            if told.tokens[i].low == ":" and len(behind) > 1 and told.phrases(i + 1, behind[0].at):
                first, inside = i + 1, behind
                break
        lines.append(_Line(inside, first, part.last))
    counts = Counter(len(line.figures) for line in lines if len(line.figures) >= 2)
    for count, times in sorted(counts.items(), key=lambda pair: -pair[0] * pair[1]):
        chosen = [piece for line in lines for piece in _pieces(line, count) if _alike(piece.figures)]
        if times >= _FEWEST_ROWS and count <= _MOST_COLUMNS:
            yield chosen
            longer = [
                _last(line, count) for line in lines if len(line.figures) >= count and _alike(line.figures[-count:])
            ]
            if len(longer) == len(chosen) + 1:
                yield longer
            for size in range(len(chosen) - 1, _FEWEST_ROWS - 1, -1):
                yield chosen[-size:]


def _pieces(line: _Line, count: int) -> Iterator[_Line]:
    """The rows of so many figures that the sentence tells one after the other."""
    figures = line.figures
    starts = [line.first, *(figures[k - 1].after for k in range(count, len(figures), count))]
    if figures and len(figures) % count == 0:
        for k, (first, last) in enumerate(pairwise([*starts, line.last])):
            yield _Line(figures[k * count : (k + 1) * count], first, last)


def _last(line: _Line, count: int) -> _Line:
    """The line with its last figures only: "over 50 meters, Kai takes 38, 43 and 33 seconds"."""
    cut = len(line.figures) - count
    return line if not cut else _Line(line.figures[cut:], line.figures[cut - 1].after, line.last)


def _runs(told: Script) -> Iterator[list[_Line]]:
    """Records of one sentence, one after the other."""
    for run in records(told, fewest=_FEWEST_ROWS):
        if run.width < 2 or not all(_alike(row) for row in run.rows):
            continue
        if any(told.tokens[name.last - 1].lemma in ATTRIBUTES for name in run.names):
            continue
        starts = [name.first for name in run.names]
        last = max(f.after for f in run.rows[-1])
        end = next((part.last for part in told.parts if part.first < last <= part.last), last)
        spans = [*pairwise(starts), (starts[-1], end)]
        yield [
            _Line(row, span[0], span[1], (name.first, name.last))
            for row, span, name in zip(run.rows, spans, run.names, strict=True)
        ]


def _by_lists(told: Script) -> Iterator[Grid]:
    """Lists of figures, each behind its name, for things that the text has listed before: "at the mill they take 5, 2
    and 4 hours, at the lathe 3, 6 and 2"."""
    runs = [run for run in lists(told) if len(run) >= _FEWEST_ROWS]
    for size in dict.fromkeys(len(run) for run in runs):
        mine = [run for run in runs if len(run) == size and _alike(run)]
        if len(mine) < _FEWEST_ROWS:
            continue
        across = _across(told, size, mine[0][0].at)
        order = {figure.at: k for k, figure in enumerate(told.figures)}
        down = [phrases[-1] for run in mine if (phrases := _phrases(told, *gap(told, order[run[0].at])))]
        keys = {_key(told, p) for p in down}
        if across is None or len(keys) < len(mine) or keys & {frozenset(map(_mark, words)) for _, words in across}:
            continue
        figures = tuple(mine)
        named = [(_label(told, p), told.words(*p)) for p in down]
        rows, columns = (
            roster_of(told, [label for label, _ in side], [words for _, words in side], _taken(figures))
            for side in (named, across)
        )
        yield Grid(rows, columns, figures)


def _across(told: Script, size: int, before: int) -> list[tuple[str, list[str]]] | None:
    """Labels and words of the columns: those of the last list of so many names, or the numbers of "four tasks"."""
    names = enumeration(told, size, before)
    if names is not None:
        return [(_label(told, (n.first, n.last)), told.words(n.first, n.last)) for n in names]
    nouns = [noun for noun in announced(told, size) if noun not in _PEOPLE]
    return [(f"{nouns[0]} {k + 1}", [str(k + 1)]) for k in range(size)] if nouns else None


def _alike(figures: Sequence[Figure]) -> bool:
    return len({f.dimension for f in figures if f.dimension}) <= 1


def _phrases(told: Script, first: int, last: int) -> list[Phrase]:
    """Noun phrases that may be names."""
    found = []
    for a, b in told.phrases(first, last):
        head = told.tokens[b - 1]
        if a in told.measured or ((head.lemma in ATTRIBUTES or head.low in ATTRIBUTES) and not told.capital(b - 1)):
            continue
        verbal = told.tokens[a].low.endswith("ing") and b - a == 1 and is_verb(told.tokens[a].low)
        if verbal and not told.is_activity(a):
            continue
        found.append((a, b))
    return found


def _gaps(told: Script, line: _Line) -> list[list[Phrase]]:
    """The phrases before the first figure, between the figures, and behind the last."""
    bounds = [line.first, *(f.at for f in line.figures), line.last]
    starts = [line.first, *(f.after for f in line.figures)]
    return [_phrases(told, a, b) for a, b in zip(starts, bounds[1:], strict=True)]


def _columns_of(told: Script, line: _Line) -> list[Phrase] | None:
    """The phrase that belongs to each figure, where each has one of its own; None where they are left out."""
    gaps = _gaps(told, line)
    count = len(line.figures)
    measured = [(f.at + 2, f.after) for f in line.figures if f.after > f.at + 2 and unit_of(told.tokens[f.at + 1].low)]
    if len(measured) == count:
        return measured
    behind = [gap[-1] for gap in gaps[1:] if gap]
    ahead = [gap[-1] for gap in gaps[:-1] if gap]
    if not any(gaps[1:-1]) and len(gaps[-1]) == count:
        return gaps[-1]
    if len(gaps[1:]) == len(behind) == count and (len(gaps[-1]) == 1 or not gaps[0]):
        behind[-1] = gaps[-1][0]
        return behind
    if len(behind) == count and len(ahead) < count:
        behind[-1] = gaps[-1][0]
        return behind
    if len(ahead) == count and (len(gaps[0]) > 1 or line.name is not None):
        return ahead
    return None


def _key(told: Script, phrase: Phrase) -> frozenset[str]:
    return frozenset(_mark(word) for word in told.words(*phrase))


def _mark(word: str) -> str:
    return word if len(word) == 1 or word.isdigit() else stem(word)


def _grid(told: Script, lines: Sequence[_Line]) -> Grid | None:
    named = [(k, columns) for k, line in enumerate(lines) if (columns := _columns_of(told, line)) is not None]
    if not named or len(lines) < _FEWEST_ROWS:
        return None
    heads = named[0][1]
    keys = [_key(told, phrase) for phrase in heads]
    shared = frozenset.intersection(*keys)
    keys = [key - shared or key for key in keys]
    if len({frozenset(key) for key in keys}) < len(keys):
        return None
    figures: list[tuple[Figure, ...]] = []
    for k, line in enumerate(lines):
        own = dict(named).get(k)
        order = list(range(len(heads))) if own is None else _order(told, own, keys)
        if order is None:
            return None
        figures.append(tuple(line.figures[j] for j in order))
    rows = _row_names(told, lines, keys)
    rows, heads = _parted(told, rows or [], heads)
    down_keys, across_keys = ({_key(told, phrase) for phrase in side} for side in (rows, heads))
    if not rows or (down_keys & across_keys and down_keys != across_keys):
        return None
    down = roster_of(told, [_label(told, p) for p in rows], [told.words(*p) for p in rows], _taken(figures))
    across = roster_of(told, [_label(told, p) for p in heads], [told.words(*p) for p in heads], _taken(figures))
    return Grid(down, across, tuple(figures))


def _parted(told: Script, rows: list[Phrase], heads: list[Phrase]) -> tuple[list[Phrase], list[Phrase]]:
    """Rows and columns, apart where a small noun and a name make one phrase: "over the first leg Rita needs"."""
    for phrase in {*rows} & {*heads}:
        cut = next((i for i in range(phrase[0] + 1, phrase[1]) if told.capital(i) and not told.capital(i - 1)), None)
        if cut is not None:
            rows = [(phrase[0], cut) if row == phrase else row for row in rows]
            heads = [(cut, phrase[1]) if head == phrase else head for head in heads]
    return rows, heads


def _taken(figures: Sequence[Sequence[Figure]]) -> frozenset[int]:
    return frozenset(f.at for row in figures for f in row)


def _order(told: Script, own: Sequence[Phrase], keys: Sequence[frozenset[str]]) -> list[int] | None:
    """For each column, the figure of this row that names it."""
    places: list[int] = []
    for key in keys:
        fits = [j for j, phrase in enumerate(own) if _key(told, phrase) & key]
        if len(fits) != 1:
            return None
        places.append(fits[0])
    return places if len(set(places)) == len(keys) else None


def _row_names(told: Script, lines: Sequence[_Line], keys: Sequence[frozenset[str]]) -> list[Phrase] | None:
    """The phrase of each row that is no column and that no other row has."""
    marks = frozenset().union(*keys)
    if all(line.name is not None for line in lines):
        return [line.name for line in lines if line.name is not None]
    free = [
        [p for p in _phrases(told, line.first, line.last) if not _key(told, p) & marks and p[0] < line.figures[-1].at]
        for line in lines
    ]
    seen = Counter(word for phrases in free for word in {w for p in phrases for w in _key(told, p)})
    all_words = Counter(_mark(token.low) for token in told.tokens)
    chosen: list[Phrase] = []
    for phrases in free:
        own = [p for p in phrases if any(seen[w] == 1 for w in _key(told, p))]
        if not own:
            return None
        chosen.append(max(own, key=lambda p: (_weight(told, p, seen, all_words), -p[0])))
    return chosen


def _weight(told: Script, phrase: Phrase, seen: Counter[str], all_words: Counter[str]) -> float:
    """How much a phrase looks like the name of a row: capitals, a label, named elsewhere too."""
    words = [w for w in _key(told, phrase) if seen[w] == 1]
    capital = any(told.capital(i) or len(told.tokens[i].low) == 1 for i in range(*phrase))
    elsewhere = any(all_words[w] > 1 for w in words)
    return 2.0 * capital + 1.0 * elsewhere + (1.0 if any(w.isdigit() for w in words) else 0.0)


def _label(told: Script, phrase: Phrase) -> str:
    text = told.original[told.tokens[phrase[0]].start : told.tokens[phrase[1] - 1].end]
    return " ".join(text.split()).removesuffix("'s").removesuffix("\u2019s")
