"""Riddles about two numbers: what their sums, products, differences and squares are, and which of these is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.formulators.offline.drafting import Figure, Paper
from copilot.formulators.offline.words.lexicon import FACTORS, NUMBER_WORDS
from copilot.formulators.offline.words.senses import EXTENTS, OPTIMIZING, SUPERLATIVES
from formulations.formulation import Domain, Sense

_WORD = re.compile(r"\$?\d[\d,]*(?:\.\d+)?|[a-z]+|[^\w\s]")
_FILLERS = frozenset({"the", "their", "its", "these", "those", "two", "both", "of", "a", "an", "number", "numbers",
                      "positive", "nonnegative", "real", "whole"})  # fmt: skip
_JOINS = {"sum": " + ", "total": " + ", "product": "*", "difference": " - "}
_POWERS = {"square": 2, "squares": 2, "cube": 3, "cubes": 3}
_MEMBERS = {"first": "first_number", "one": "first_number", "second": "second_number", "other": "second_number"}
_EQUALS = frozenset({"is", "be", "of", "to", "equals", "equal", "must", "should", "exactly", "that", "are", "at"})
_SENSES = OPTIMIZING | SUPERLATIVES | EXTENTS


@dataclass(frozen=True, slots=True)
class Word:
    low: str
    start: int
    end: int

    @property
    def value(self) -> float | None:
        """The number that the word is; ordinals and "one" are members here and no numbers."""
        if self.low[-1].isdigit():
            return float(self.low.strip("$").replace(",", ""))
        return None if self.low in _MEMBERS else NUMBER_WORDS.get(self.low)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``expression`` over the two numbers, said by ``words[first:last]``."""

    kind: str
    expression: str
    first: int
    last: int


def two_numbers(low: str, original: str) -> Paper | None:
    """The sheet of a riddle of two numbers; None where a figure of it or its aim is not understood."""
    opening = re.search(r"\btwo (?:[\w-]+ ){0,3}?numbers\b", low)
    if opening is None:
        return None
    words = [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(low)]
    sheet = Paper(original)
    domain: Domain = "integer" if re.search(r"\binteger|\bwhole\b", low) else "continuous"
    signed = re.search(r"\bdiffer", low) is not None and not re.search(r"positive|negative", low)
    for name, told in (("first_number", "one number"), ("second_number", "the other number")):
        sheet.variable(name, description=told, domain=domain, lower=None if signed else "0")
    used: set[int] = set()
    for quantity in _quantities(words):
        used.update(range(quantity.first, quantity.last))
        at = _equal_to(words, quantity.last)
        sense = _wanted(words, quantity)
        if at is not None and (figure := _figure(words[at])) is not None:
            used.add(at)
            given = sheet.parameter(f"{quantity.kind}_given", figure)
            sheet.constraint(quantity.kind, f"{quantity.expression} == {given}", [figure])
        elif sense is not None and sheet.objective is None:
            sheet.aim(sense, f"{quantity.kind}_wanted", quantity.expression)
    left = [k for k, word in enumerate(words) if k not in used and word.value is not None]
    left = [k for k in left if not (opening.start() <= words[k].start < opening.end() or words[k].low == "two")]
    return sheet if sheet.objective is not None and sheet.constraints and not left else None


def _figure(word: Word) -> Figure | None:
    return None if word.value is None else Figure(word.value, word.start, word.end)


def _quantities(words: list[Word]) -> list[Quantity]:
    """The sums, products and differences spoken of, none inside another."""
    found: list[Quantity] = []
    i = 0
    while i < len(words):
        low, after = words[i].low, words[i + 1].low if i + 1 < len(words) else ""
        if low in ("add", "adding", "sum") and after in ("up", "to"):
            found.append(Quantity("sum", "first_number + second_number", i, i + 1 + (after == "up")))
        elif low in ("differ", "differing") and after == "by":
            found.append(Quantity("difference", "first_number - second_number", i, i + 2))
        elif low in ("multiply", "multiplying") and after == "to":
            found.append(Quantity("product", "first_number*second_number", i, i + 1))
        elif low in _JOINS:
            expression, last = _joined(words, i)
            found.append(Quantity(low, expression, i, last))
        i = max(i + 1, found[-1].last if found else 0)
    return found


def _joined(words: list[Word], i: int) -> tuple[str, int]:
    """The expression of "sum of ... and ..." that begins at i, and where it ends."""
    join = _JOINS[words[i].low]
    plain = f"first_number{join}second_number"
    j = i + 1
    while j < len(words) and words[j].low in _FILLERS | {"between"}:
        j += 1
    if j < len(words) and words[j].low in ("squares", "cubes"):
        power = _POWERS[words[j].low]
        j += 1
        while j < len(words) and words[j].low in _FILLERS:
            j += 1
        return f"first_number**{power}{join}second_number**{power}", j
    left = _term(words, i + 1)
    if left is None:
        return plain, j if words[j - 1].low == "numbers" else i + 1
    if left[1] < len(words) and words[left[1]].low == "and":
        right = _term(words, left[1] + 1)
        if right is not None and right[0] != left[0]:
            return f"{left[0]}{join}{right[0]}", right[1]
    return plain, i + 1


def _term(words: list[Word], i: int) -> tuple[str, int] | None:
    """One of the numbers, its multiple or its power, and where it ends."""
    while i < len(words) and words[i].low in _FILLERS - {"two"}:
        i += 1
    if i >= len(words):
        return None
    low, after = words[i].low, words[i + 1].low if i + 1 < len(words) else ""
    if low in _POWERS:
        inner = _term(words, i + 1)
        return inner and (f"{inner[0]}**{_POWERS[low]}", inner[1])
    if low in FACTORS:
        inner = _term(words, i + 1)
        return inner and (f"{FACTORS[low]:g}*{inner[0]}", inner[1])
    if words[i].value is not None and after == "times":
        inner = _term(words, i + 2)
        return inner and (f"{words[i].value:g}*{inner[0]}", inner[1])
    if low not in _MEMBERS:
        return None
    end = i + 1 + (after in ("number", "factor"))
    raised = words[end].low if end < len(words) else ""
    power = {"squared": "**2", "cubed": "**3"}.get(raised, "")
    return f"{_MEMBERS[low]}{power}", end + bool(power)


def _equal_to(words: list[Word], i: int) -> int | None:
    """Where the number stands that the quantity before i is said to be."""
    for k in range(i, min(i + 5, len(words))):
        if words[k].value is not None:
            return k
        if words[k].low not in _EQUALS | {"a", "up"}:
            return None
    return None


def _wanted(words: list[Word], quantity: Quantity) -> Sense | None:
    """Whether much or little of the quantity is wanted, by the words around it in its clause."""
    before = [w.low for w in words[max(0, quantity.first - 5) : quantity.first]]
    after = [w.low for w in words[quantity.last : quantity.last + 6]]
    for k, low in enumerate(after):
        if low in ".,;?":
            after = after[:k]
            break
    for k in range(len(before) - 1, -1, -1):
        if before[k] in ".;":
            before = before[k + 1 :]
            break
    for low in [*after, *reversed(before)]:
        if low in _SENSES:
            return _SENSES[low]
    return None
