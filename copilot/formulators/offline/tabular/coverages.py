"""Set covers: the fewest or cheapest choices such that everything to be covered is, from marks in a table or prose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Span
from copilot.formulators.offline.drafting import Figure, Paper, Told
from copilot.formulators.offline.words.senses import wants_least
from copilot.formulators.offline.words.tables import Table

from .lists import COUNT, count_of

_CONFIDENCE = 0.85
_MARKED = frozenset({"1", "x", "yes", "y", "\u2713", "\u2714", "\u2022", "*"})
_UNMARKED = frozenset({"0", "", "-", "\u2013", "no", "n"})
_VERBS = r"cover|serv|reach|visit|watch|protect|suppl|speak|spoke|know|taught|seen|inspect|teach|monitor|see"
_ABOUT = re.compile(rf"\b(?:{_VERBS})\w*", re.I)
#: The verb of one choice: "Tower B serves X and Z".
_DOES = re.compile(
    r"\b(?:can |only )?(?:covers|serves|reaches|visits|watches|protects|supplies|speaks|inspects|teaches|monitors|sees)"
    r"\b(?: only| both)?",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.;:?!])\s+|\n")
_ITEM = re.compile(r"\s*(?:,\s*(?:and|while|but)\b|,|\band\b|\bwhile\b)\s*")
_TRIM = re.compile(r"^(?:the|a|an|only|both|[a-z]+s(?=\s+[A-Z0-9]))\s+|^[-*\u2022]\s*|[.;:?!]+$", re.I)
_COST = re.compile(r"\b(?:costs?|price|rent|fees?|expenses?|salary|wages?)\b", re.I)
_COUNTED = re.compile(r"\b(?:few\w*|minimum|minimal|smallest|least|minimi[sz]e)\b", re.I)
_TIMES = re.compile(rf"\bat least (?P<count>{COUNT})\b", re.I)
_MOST_TIMES = 3
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Cover:
    """Which choice covers what, in the order told; ``costs`` is empty where choices are counted."""

    choices: tuple[str, ...]
    places: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    costs: Mapping[str, Told]
    spans: tuple[Span, ...]


def coverage(text: str, tables: Sequence[Table], original: str, formulator: str) -> Draft | None:
    """The draft, or None where no choices cover things or the text does not ask for the least of them."""
    if not _ABOUT.search(text) or not (wants_least(text) or _COUNTED.search(text)):
        return None
    found = next((c for table in tables if (c := _marks(table, text)) is not None), None) or _told(text)
    if found is None:
        return None
    if not found.costs and _COST.search(text):
        return None
    times = _TIMES.search(text)
    need = int((count_of(times["count"]) if times is not None else None) or 1)
    if need > _MOST_TIMES:
        return None
    page = Paper(original)
    choice = page.set("choice", found.choices)
    place = page.set("place", found.places)
    covers = page.set("covers", found.pairs, within=(choice, place))
    page.spans[covers] = found.spans
    take = page.variable("take", choice, domain="binary", description="1 where this is chosen")
    if found.costs:
        cost = page.column("cost", choice, found.costs, "cost of choosing it")
        page.aim("minimize", "total_cost", f"sum({cost}[c]*{take}[c] for c in {choice})")
    else:
        page.aim("minimize", "number", f"sum({take}[c] for c in {choice})")
    page.constraint(
        "covered", f"sum({take}[c] for c in {choice} if (c, p) in {covers}) >= {need}", over=f"p in {place}"
    )
    page.assumptions.append("every one of these must be covered: " + ", ".join(found.places))
    return page.draft(_CONFIDENCE, formulator)


def _marks(table: Table, text: str) -> _Cover | None:
    """A table of marks; its rows are the choices unless the text wants the rows covered ("every town")."""
    columns = range(1, len(table.header))
    cells = {k: [row[k].text.strip().lower() for row in table.rows] for k in columns}
    marked = [k for k in columns if set(cells[k]) <= _MARKED | _UNMARKED]
    others = [k for k in columns if k not in marked]
    priced = [k for k in others if _COST.search(table.header[k].text)]
    if len(marked) < 2 or len(table.rows) < 2 or others != priced or len(priced) > 1:
        return None
    if not any(cell in _MARKED for k in marked for cell in cells[k]):
        return None
    rows = tuple(row[0].text.strip() for row in table.rows)
    heads = tuple(table.header[k].text.strip() for k in marked)
    on = [(rows[i], table.header[k].text.strip()) for k in marked for i in range(len(rows)) if cells[k][i] in _MARKED]
    if len(set(rows)) < len(rows) or len(set(heads)) < len(heads):
        return None
    span = Span(start=table.header[0].start, end=max(table.rows[-1][-1].end, table.header[0].start + 1))
    if not priced and _wanted(table.header[0].text, text):
        return _complete(_Cover(heads, rows, tuple((b, a) for a, b in on), {}, (span,)))
    costs = {}
    for name, row in zip(rows, table.rows, strict=True):
        for cell in (row[k] for k in priced):
            if cell.value is None:
                return None
            costs[name] = Figure(cell.value, cell.start, cell.end)
    return _complete(_Cover(rows, heads, tuple(on), costs, (span,)))


def _wanted(head: str, text: str) -> bool:
    """Whether the text says that each of these must be covered."""
    noun = head.strip().lower().rstrip("s")
    return (
        bool(noun)
        and re.search(rf"\b(?:every|each|all)\b(?: \w+){{0,3}}? {re.escape(noun)}s?\b", text, re.I) is not None
    )


def _told(text: str) -> _Cover | None:
    """Sentences that say what each choice covers: "Tower A serves X and Y, tower B serves X and Z"."""
    served: dict[str, list[str]] = {}
    spans = []
    start = 0
    for sentence in _SENTENCE.split(text):
        start = text.index(sentence, start)
        verbs = list(_DOES.finditer(sentence))
        if verbs:
            spans.append(Span(start=start, end=start + len(sentence)))
        choice = _ITEM.split(sentence[: verbs[0].start()])[-1] if verbs else ""
        for k, verb in enumerate(verbs):
            end = verbs[k + 1].start() if k + 1 < len(verbs) else len(sentence)
            items = [item for item in _ITEM.split(sentence[verb.end() : end].strip(" .;:?!")) if item.strip()]
            following = items.pop() if k + 1 < len(verbs) and items else ""
            name, places = _trimmed(choice), [_trimmed(item) for item in items]
            if not name or not places or name in served or any(_long(words) for words in (name, *places)):
                return None
            served[name] = places
            choice = following
        start += len(sentence)
    if len(served) < 3:
        return None
    reached = tuple(dict.fromkeys(place for each in served.values() for place in each))
    pairs = tuple((name, place) for name, each in served.items() for place in each)
    costs = _costs(text, tuple(served)) if _COST.search(text) else {}
    return _complete(_Cover(tuple(served), reached, pairs, costs, tuple(spans)))


def _costs(text: str, choices: Sequence[str]) -> dict[str, Figure]:
    """The cost after each name, empty unless all have one."""
    found = {}
    for name in choices:
        match = re.search(rf"{re.escape(name)}\b(?: would)? costs? \$?(\d[\d,]*(?:\.\d+)?)(?! ?%)", text, re.I)
        if match is None:
            return {}
        found[name] = Figure.read(match, 1)
    return found


def _complete(cover: _Cover) -> _Cover | None:
    """The cover, where it leaves a choice: nothing is without cover and something is covered twice."""
    reached = [place for _, place in cover.pairs]
    if len(cover.places) < 3 or set(reached) != set(cover.places) or len(reached) == len(set(reached)):
        return None
    return cover if len(set(cover.pairs)) == len(cover.pairs) else None


def _trimmed(words: str) -> str:
    previous = ""
    words = words.strip()
    while words != previous:
        previous, words = words, _TRIM.sub("", words).strip()
    return words


def _long(words: str) -> bool:
    return len(words.split()) > _MOST_WORDS
