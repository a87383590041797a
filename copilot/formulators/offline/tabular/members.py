"""The named things that figures are given for, "City 1 … City 6", "Basel, Linz and Trento", and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from copilot.formulators.offline.words.lexicon import is_content, unit_of, word_set
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.times import DAYS

_LABELED = re.compile(r"(?<![A-Za-z])([A-Za-z]+)[ _]#?(\d{1,3}|[A-Z])(?![\w%]|[.,]\d)")
_NAME = r"[A-Z][a-z]+(?: [A-Z][a-z]+)?"
_LIST = re.compile(rf"\b{_NAME}(?:, {_NAME}){{0,40}},? and {_NAME}\b")
#: Nouns that a number follows as a quantity or a reference, not as a label.
_NEVER = word_set(
    """table figure cost price total capacity demand limit supply distance time profit budget equation constraint
    unit least about only exactly minimum maximum example step section or and either"""
)
_FEWEST = 2
_FEWEST_ARCS = 3
#: Two names that a route joins, before its figure.
ARC = re.compile(
    r"(?<![\w-])(?P<a>[A-Z]\w*(?: [A-Z]\w*)?)\s*(?:\bto(?: the)?\b|->|\u2192|\u2013|-)\s*(?P<b>[A-Z]\w*(?: [A-Z]\w*)?)"
    r"(?=\s*(?:is|takes?|costs?|has|with|can carry|carries|carry|holds?|lets|allows|of)?\s*[:(=]?\s*\$?\d)"
)
WEEK = tuple(day.capitalize() for day in DAYS)


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one kind, in order: ``members`` are the labels that data and charts show."""

    noun: str
    members: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...] = ()

    def spellings(self, k: int) -> tuple[str, ...]:
        """How the text may call member ``k``."""
        return (self.members[k], *(self.aliases[k] if self.aliases else ()))

    @property
    def title(self) -> str:
        return self.noun.capitalize()


@dataclass(frozen=True, slots=True)
class Naming:
    """``text[start:end]`` names ``family.members[index]``."""

    family: Family
    index: int
    start: int
    end: int

    @property
    def member(self) -> str:
        return self.family.members[self.index]


@dataclass(slots=True)
class _Labels:
    word: str
    labels: set[str] = field(default_factory=set)
    first: dict[str, str] = field(default_factory=dict)


def families(text: str) -> tuple[Family, ...]:
    """The families of a text: nouns with running numbers or letters, and enumerated proper names."""
    return (*_labeled(text), *_titled(text), *_week(text), *(_linked(text) or _named(text)))


def namings(text: str, found: Sequence[Family]) -> tuple[Naming, ...]:
    """All places that name a member, in the order of the text, without overlaps."""
    places: list[Naming] = []
    for family in found:
        numbered = _label_of(family)
        if numbered is None:
            for k in range(len(family.members)):
                for name in family.spellings(k):
                    places.extend(Naming(family, k, *m.span()) for m in _spelled(name, text))
            continue
        order = {label: k for k, label in enumerate(numbered)}
        for match in _LABELED.finditer(text):
            if lemma(match[1].lower()) == family.noun and match[2] in order:
                places.append(Naming(family, order[match[2]], match.start(), match.end()))
        places.extend(_bare(text, family, order))
    places.sort(key=lambda p: (p.start, -p.end))
    kept: list[Naming] = []
    for place in places:
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return tuple(kept)


def _spelled(name: str, text: str) -> Iterator[re.Match[str]]:
    """Places of a name: "north" is also "northern"; a lone capital is no article at the start of a sentence."""
    bearing = "(?:ern)?" if name.lower() in ("north", "south", "east", "west") else ""
    flags = re.I if name[:1].islower() or bearing else 0
    for match in re.finditer(rf"(?<!\w){re.escape(name)}{bearing}(?!\w)", text, flags):
        article = name in ("A", "I") and re.match(r"\s+[a-z]{3,}", text[match.end() :])
        if not article or re.search(r"[a-z,]\s+$", text[: match.start()]):
            yield match


def _week(text: str) -> tuple[Family, ...]:
    return (Family("day", WEEK),) if all(day in text for day in WEEK) else ()


def _labeled(text: str) -> tuple[Family, ...]:
    found: dict[str, _Labels] = {}
    for match in _LABELED.finditer(text):
        low = match[1].lower()
        noun = lemma(low)
        if noun != low or noun in _NEVER or not is_content(noun) or unit_of(noun) is not None:
            continue
        entry = found.setdefault(noun, _Labels(match[1]))
        entry.labels.add(match[2])
        entry.first.setdefault(match[2], match[0])
    families = []
    for noun, entry in found.items():
        digits = sorted(int(label) for label in entry.labels if label.isdigit())
        letters = sorted(label for label in entry.labels if not label.isdigit())
        if len(digits) >= _FEWEST and digits == list(range(digits[0], digits[-1] + 1)) and digits[0] <= 1:
            families.append(Family(noun, tuple(_title(noun, str(d)) for d in digits)))
        elif not digits and len(letters) >= 1:
            letters = sorted({*letters, *_enumerated_letters(text, letters)})
            if len(letters) >= _FEWEST and ord(letters[-1]) - ord(letters[0]) == len(letters) - 1:
                families.append(Family(noun, tuple(_title(noun, label) for label in letters)))
    return tuple(families)


def _titled(text: str) -> tuple[Family, ...]:
    """Names under a common noun: "Mill North" and "Mill South" in a text about mills."""
    found: dict[str, list[str]] = {}
    for first, second in re.findall(r"\b([A-Z][a-z]+) ([A-Z][a-z]+)\b", text):
        found.setdefault(first, []).append(f"{first} {second}")
    families = []
    for first, names in found.items():
        distinct = tuple(dict.fromkeys(names))
        common = re.search(rf"\b{first.lower()}s\b", text) is not None
        if len(distinct) >= _FEWEST and common and is_content(first.lower()) and unit_of(first.lower()) is None:
            families.append(Family(lemma(first.lower()), distinct))
    return tuple(families)


def _enumerated_letters(text: str, known: Sequence[str]) -> set[str]:
    """Letters of an enumeration "A, B, C and D" that names the known ones."""
    for match in re.finditer(r"\b[A-Z](?:, [A-Z]){0,25},? and [A-Z]\b", text):
        letters = set(re.findall(r"\b[A-Z]\b", match[0]))
        if letters >= set(known):
            return letters
    return set()


def _title(noun: str, label: str) -> str:
    return f"{noun.capitalize()} {label}"


def _label_of(family: Family) -> tuple[str, ...] | None:
    """The bare labels of a labeled family; None for proper names and names out of tables."""
    if family.aliases or any(re.fullmatch(r"\w+ (?:\d{1,3}|[A-Z])", member) is None for member in family.members):
        return None
    labels = tuple(member.rpartition(" ")[2] for member in family.members)
    titled = all(member == _title(family.noun, label) for member, label in zip(family.members, labels, strict=True))
    return labels if titled else None


def _bare(text: str, family: Family, order: dict[str, int]) -> list[Naming]:
    """Labels without their noun: "from City A to B", "location 1 to 3 costs"."""
    letters = not next(iter(order)).isdigit()
    pattern = r"(?<![\w'$])([A-Z])(?![\w'])" if letters else r"(?<=\bto )(\d{1,2})(?= costs?\b| is\b|:| \()"
    return [Naming(family, order[m[1]], m.start(1), m.end(1)) for m in re.finditer(pattern, text) if m[1] in order]


def _linked(text: str) -> tuple[Family, ...]:
    """Places that arcs join: "S to A 12, A to B 4", "Rome - Pisa: 355"."""
    ends = [m.groups() for m in ARC.finditer(text)]
    names = list(dict.fromkeys(name for pair in ends for name in pair))
    if (
        len(ends) < _FEWEST_ARCS
        or len(names) > len(ends) + 1
        or any(re.match(r"[A-Z][a-z]+ (?:\d|[A-Z]$)", n) for n in names)
    ):
        return ()
    return (Family("place", tuple(names)),)


def _named(text: str) -> tuple[Family, ...]:
    lists: list[tuple[str, tuple[str, ...]]] = []
    for match in _LIST.finditer(text):
        names = tuple(re.findall(_NAME, match[0]))
        lists.append((_noun_before(text[: match.start()]), names))
    kept: list[tuple[str, tuple[str, ...]]] = []
    for noun, names in sorted(lists, key=lambda pair: -len(pair[1])):
        if all(not set(names) & set(other) for _, other in kept) and not set(names) & set(WEEK):
            kept.append((noun, names))
    kept.sort(key=lambda pair: text.find(pair[1][0]))
    nouns: set[str] = set()
    families = []
    for noun, names in kept:
        base = noun if noun not in nouns else "place"
        while base in nouns:
            base += "_"
        nouns.add(base)
        families.append(Family(base, names))
    return tuple(families)


def _noun_before(text: str) -> str:
    """The noun that a list of names follows: "shops in", "suppliers", "towns:"."""
    for word in reversed(re.findall(r"[A-Za-z]+", text[-60:])):
        low = word.lower()
        if len(low) > 2 and is_content(low) and unit_of(low) is None:
            return lemma(low)
    return "place"
