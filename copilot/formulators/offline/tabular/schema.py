"""Axes and parameters out of declared data: which list runs over what, and what each number is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.formulators.offline.words.lexicon import NUMBER_WORDS, is_content, unit_of, word_set
from copilot.formulators.offline.words.morphology import lemma

from .declared import Declared, Value

Role = Literal[
    "incidence", "fixed", "limit", "least", "most", "rate", "capability", "demand", "supply", "budget", "weight",
    "content", "profit", "cost", "population", "distance", "size", "",
]  # fmt: skip

_ROLES: tuple[tuple[Role, str], ...] = (
    ("fixed", r"fixed|opening|set-?up"),
    ("least", r"\bmin(?:imum)?\b|\blower\b|\bcommit\w*|\bat least\b"),
    ("most", r"\bmax(?:imum)?\b|\bupper\b|\bmarket\b|\bat most\b"),
    ("limit", r"\blimits?\b"),
    ("rate", r"\b(?:production )?rate\b(?![^.]{0,40}cost)"),
    ("capability", r"\bcapabilit\w+|\bcan (?:carry|hold|serve)\b"),
    ("budget", r"\bbudget\b"),
    ("population", r"\bpopulation|\binhabitants|\bpeople\b"),
    ("cost", r"\bcosts?\b|\bprices?\b|\bexpenses?\b"),
    ("profit", r"\bprofits?\b|\brevenues?\b|\bvalues?\b|\bbenefits?\b|\bscores?\b|\breturns?\b"),
    ("distance", r"\bdistances?\b|\btravel times?\b"),
    ("demand", r"\bdemands?\b|\borders?\b|\brequire\w*|\bneeds?\b"),
    ("supply", r"\bsuppl(?:y|ies)\b|\bavailab\w+|\bavail\b|\bcapacit\w+|\bseats\b|\bstock\b"),
    ("weight", r"\bweights?\b"),
    ("size", r"\bsizes?\b|\bvolumes?\b|\blengths?\b|\bwidths?\b"),
)
_NOUN = r"(?:[a-z]+[- ]){0,2}?[a-z]+"
_OVER = re.compile(
    rf"\b(?:each|every|per|number of|at an?|of an?|for an?|on an?|uses an?|a (?:given|specific|particular))"
    rf"\s+(?:different |specific |particular |given |possible |potential )?(?:types? of |kinds? of )?({_NOUN})"
    r"(?=\s+(?:for|at|on|in|of|to|x|is|indexed|by|with|gained|per|from|if|can|that|otherwise)\b|\s*[,.;)`]|$)"
)
_LETTERED = re.compile(r"([a-z]{3,}) (?:`[a-z]`|[b-z]\b(?!'))")
_SUBJECT = re.compile(r"\bif ([a-z]+) (?:uses|covers|serves|contains|needs|is)\b")
_INDEXED = re.compile(r"\bindexed by \[?(\w+)\]?(?:\[(\w+)\])?")
_ROUND = re.compile(r"\b(?:tours?|round trip|visit\w*|routes?|returns?|loop)\b", re.I)
_DOING = word_set("needs requires produces has uses takes holds gives sells ships costs wants can must")
_PLAIN = word_set("integer float string number amount list unit value type kind set week day hour ton total item_")


@dataclass(slots=True)
class Axis:
    """Things of one kind that lists run over."""

    noun: str
    members: tuple[str, ...]
    named: bool = False
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, or one number for each member or pair of members of its axes."""

    name: str
    words: str
    axes: tuple[Axis, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]
    role: Role
    start: int
    end: int

    @property
    def number(self) -> float:
        return self.values[0][1]


@dataclass(slots=True)
class Schema:
    axes: list[Axis] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)

    def over(self, *axes: Axis) -> list[Parameter]:
        """Parameters with exactly these axes."""
        return [
            p
            for p in self.parameters
            if len(p.axes) == len(axes) and all(a is b for a, b in zip(p.axes, axes, strict=True))
        ]


def schema(found: Sequence[Declared], text: str = "") -> Schema | None:
    """The schema of declared data; None where a list fits no axis or a matrix is ragged.

    ``text`` names axes that the data leave without a name: "four workers and four jobs".
    """
    made = Schema()
    rest = []
    for item in found:
        members = _members(item)
        if members is None:
            rest.append(item)
        else:
            told = re.findall(r"\b(?:list|set) of (?:strings, each representing )?([a-z ]{3,30})", item.words.lower())
            made.axes.append(Axis(_noun(item), members, True, frozenset(lemma(t.split()[-1]) for t in told)))
    rest.sort(key=lambda item: _depth(item.value))
    for item in rest:
        rows = _tabled(item.value)
        if rows is None:
            return None
        size, labels, numbers = rows
        axes = _axes(made, item, size, labels, found, text)
        if axes is None:
            return None
        keys = _keys(axes)
        values = tuple(zip(keys, numbers, strict=True))
        made.parameters.append(
            Parameter(item.name, item.words, axes, values, _role(item, axes, numbers), item.start, item.end)
        )
    made.parameters.sort(key=lambda p: p.start)
    return made


def _members(item: Declared) -> tuple[str, ...] | None:
    """The members that a list of words declares, or a list 0, 1, 2 … that is told to be a list of things."""
    value = item.value
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(v, str) for v in value) and len(set(map(str, value))) == len(value):
        return tuple(map(str, value))
    running = [float(k) for k in range(len(value))], [float(k) for k in range(1, len(value) + 1)]
    if value in running and len(value) > 1 and re.search(r"\b(?:list|set) of\b", f"{item.words}", re.I):
        noun = _noun(item).capitalize()
        return tuple(f"{noun} {v:g}" for v in value if isinstance(v, float))
    return None


def _noun(item: Declared) -> str:
    words = [w for w in re.findall(r"[a-z]+", _spaced(item.name)) if w not in ("set", "list", "names", "name")]
    return lemma(words[-1]) if words else "item"


def _spaced(name: str) -> str:
    """ "RollWidth" and "roll_width" as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()


def _depth(value: Value) -> int:
    if isinstance(value, list):
        return 1 + (_depth(value[0]) if value else 0)
    if isinstance(value, dict):
        return 1 + max((_depth(v) for v in value.values()), default=0)
    return 0


def _tabled(value: Value) -> tuple[tuple[int, ...], tuple[tuple[str, ...] | None, ...], list[float]] | None:
    """Sizes, labels and numbers of a value of at most two dimensions, row by row."""
    if isinstance(value, float):
        return (), (), [value]
    if isinstance(value, str) or not value:
        return None
    labels = tuple(value) if isinstance(value, dict) else None
    inner = list(value.values()) if isinstance(value, dict) else value
    if all(isinstance(v, float) for v in inner):
        return (len(inner),), (labels,), [v for v in inner if isinstance(v, float)]
    rows = [_tabled(v) for v in inner]
    first = rows[0]
    if first is None or len(first[0]) != 1:
        return None
    numbers: list[float] = []
    for row in rows:
        if row is None or row[0] != first[0] or row[1] != first[1]:
            return None
        numbers.extend(row[2])
    return (len(inner), *first[0]), (labels, *first[1]), numbers


def _axes(
    made: Schema,
    item: Declared,
    size: tuple[int, ...],
    labels: tuple[tuple[str, ...] | None, ...],
    found: Sequence[Declared],
    text: str,
) -> tuple[Axis, ...] | None:
    """The axes of a value: by its labels, by the nouns of its words, by its length."""
    nouns = _nouns(item, found)
    if not nouns and len(size) == 2 and not _ROUND.search(text):
        named = [_counted(text, count) for count in size]
        nouns = list(dict.fromkeys(noun for names in named for noun in names)) if all(named) else []
    chosen: list[Axis] = []
    for k, (count, names) in enumerate(zip(size, labels, strict=True)):
        fits = [axis for axis in made.axes if len(axis.members) == count]
        if names is not None:
            axis = next((a for a in fits if set(a.members) == set(names)), None)
            if axis is None:
                axis = Axis(nouns[k] if k < len(nouns) else f"item_{len(made.axes) + 1}", names, named=True)
                made.axes.append(axis)
            chosen.append(axis)
            continue
        free = [axis for axis in fits if all(axis is not c for c in chosen)] if len(size) > 1 else fits
        told = [axis for noun in nouns for axis in free if noun == axis.noun or noun in axis.aliases]
        lone = [axis for axis in free if not (nouns and len(size) == 1)] if len(free) == 1 else []
        square = len(size) > 1 and len(set(size)) == 1
        if told:
            chosen.append(told[0])
        elif lone and not (square and k == 0 and nouns):
            chosen.append(lone[0])
        elif square and k == 1 and len(fits) == 1 and len(nouns) < 2:
            chosen.append(fits[0])
        else:
            used = {axis.noun for axis in made.axes}
            counted = {_noun(d) for d in found if d.value == float(count)}
            fresh = sorted((n for n in nouns if n not in used), key=lambda n: n not in counted)
            noun = next(iter(fresh), f"item_{len(made.axes) + 1}" if made.axes else "item")
            axis = Axis(noun, tuple(f"{noun.capitalize()} {j}" for j in range(1, count + 1)))
            made.axes.append(axis)
            chosen.append(axis)
    return tuple(chosen)


def _nouns(item: Declared, found: Sequence[Declared]) -> list[str]:
    """Nouns that the words of a value say it runs over, in their order."""
    words = item.words.lower()
    places: list[tuple[int, str]] = []
    for match in _INDEXED.finditer(words):
        for name in match.groups():
            source = next((d for d in found if d.name.lower() == name), None)
            if source is not None:
                places.append((match.start() - 1000, _noun(source)))
    for pattern in (_OVER, _LETTERED):
        for match in pattern.finditer(words):
            phrase = match[1].split()
            head = lemma(phrase[-2] if len(phrase) > 1 and phrase[-1] in _DOING else phrase[-1])
            counted = match[0].startswith("number of") and not re.search(r"\b(?:length|dimension|size)", words)
            if head not in _PLAIN and is_content(head) and unit_of(head) is None:
                places.append((match.start(1) + (1000 if counted else 0), head))
    for match in _SUBJECT.finditer(words):
        head = lemma(match[1])
        if is_content(head):
            places.append((match.start(), head))
    places.sort(key=lambda place: place[0])
    return list(dict.fromkeys(noun for _, noun in places))


def _counted(text: str, count: int) -> list[str]:
    """Nouns of which the text says that there are so many."""
    words = [word for word, value in NUMBER_WORDS.items() if value == count]
    found = re.findall(
        rf"\b(?:{'|'.join([str(count), *words])})\s+(?:different |identical )?([a-z]{{3,}}s)\b", text, re.I
    )
    return list(dict.fromkeys(lemma(noun.lower()) for noun in found if unit_of(noun.lower()) is None))


def _keys(axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    if not axes:
        return [()]
    if len(axes) == 1:
        return [(m,) for m in axes[0].members]
    return [(a, b) for a in axes[0].members for b in axes[1].members]


def _role(item: Declared, axes: Sequence[Axis], numbers: Sequence[float]) -> Role:
    if len(axes) == 2 and set(numbers) <= {0.0, 1.0}:
        return "incidence"
    for words in (_spaced(item.name), item.words.lower()):
        for role, pattern in _ROLES:
            if re.search(pattern, words):
                if role == "rate" and re.search(r"\bcosts?\b|\bprice", item.words.lower()):
                    return "cost"
                return role
    return "content" if len(axes) == 2 else ""
