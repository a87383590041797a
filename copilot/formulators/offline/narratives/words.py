"""A text as words, numbers with their units of money, marks and sentences, each with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from copilot.formulators.offline.words.lexicon import CURRENCIES, FRACTIONS, NUMBER_WORDS, SCALES, word_set
from copilot.formulators.offline.words.morphology import lemma
from copilot.formulators.offline.words.numerals import cardinal
from copilot.formulators.offline.words.spelled import low_at

Kind = Literal["word", "number", "mark", "period"]

_ITEM = re.compile(
    r"""(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|(?<!\w)\.\d+)
      | (?P<word>[^\W\d_]+\d+(?![\w.]*\d)|[^\W\d_]+(?:'[a-z]+)?\d*)
      | (?P<mark>[^\w\s]|\n)""",
    re.VERBOSE,
)
_LOOKALIKES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u2212": "-", "\u2014": "\u2013", "\t": " "})
_CENT = CURRENCIES["cent"]
_CURRENCIES = frozenset("$\u20ac\u00a3\u00a5")
#: Words in front of "a cent" or "one dollar" that is paid.
_PAYING = word_set("costs cost costing us me him her pay pays for charges at is")
#: Words in front of a share, "at least a quarter", and of a "one" that counts.
_LIMITING = word_set("most least than exceed under over")
_COUNTING = word_set("is are have has with only just got day week month quarter")
#: Words between a number and the unit of money that it counts.
_SCALES = {word: size for word, size in SCALES.items() if size >= 1000 and word != "k"}
#: Numbers up to this one behind a word may be labels: "month 1, 40 thousand".
_MOST_LABELS = 12
_ABBREVIATIONS = word_set("mr mrs ms dr st no vs etc approx e.g i.e max min")


@dataclass(frozen=True, slots=True)
class Item:
    """``text[start:end]``. A number has a value; "5 %" has the value 5 and ``percent``; ``cents`` are hundredths."""

    kind: Kind
    low: str
    start: int
    end: int
    value: float = 0.0
    money: bool = False
    cents: bool = False
    percent: bool = False
    spelled: bool = False
    thousands: bool = False
    capital: bool = False
    indices: tuple[int, ...] = ()

    @property
    def lemma(self) -> str:
        return lemma(self.low)

    @property
    def is_number(self) -> bool:
        return self.kind == "number"


@dataclass(frozen=True, slots=True)
class Telling:
    """The items of a text, sentence by sentence."""

    text: str
    sentences: tuple[tuple[Item, ...], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for sentence in self.sentences for item in sentence)

    @property
    def numbers(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_number)


def telling(text: str) -> Telling:
    """The text read into items. Places are those of ``text``."""
    items = _inherited(_joined(_raw(text.translate(_LOOKALIKES))))
    if {item.cents for item in items if item.money} == {True, False}:
        items = [replace(i, value=i.value / 100, cents=False) if i.cents else i for i in items]
    return Telling(text, tuple(tuple(run) for run in _sentences(items)))


def _inherited(items: list[Item]) -> list[Item]:
    """Units said once for two or more figures: "between 8 and 14 %", "120 and 130 thousand litres"."""
    for k in range(len(items) - 3, -1, -1):
        item, gap, after = items[k], items[k + 1], items[k + 2]
        if not (item.is_number and after.is_number and gap.low in ("and", "to", ",", "or", "-", "\u2013")):
            continue
        before = items[k - 1].low if k else ""
        if item.percent or item.money or item.spelled or item.value >= 1000:
            continue
        if after.percent and before in ("between", "from"):
            items[k] = replace(item, percent=True)
        elif after.thousands and not (gap.low == "," and item.value <= _MOST_LABELS and items[k - 1].kind == "word"):
            items[k] = replace(item, value=item.value * _scale(after), money=after.money, thousands=True)
    return items


def _scale(item: Item) -> float:
    return 1e6 if item.value >= 1e6 else 1e3


def _raw(text: str) -> list[Item]:
    found = []
    for match in _ITEM.finditer(text):
        kind = match.lastgroup or "mark"
        low = match[0].lower()
        if kind == "number":
            found.append(Item("number", low, *match.span(), value=float(low.replace(",", ""))))
        else:
            mark: Kind = "word" if kind == "word" else "mark"
            found.append(Item(mark, low, *match.span(), capital=match[0][:1].isupper()))
    for k in range(1, len(found) - 1):
        if found[k].low == "/" and found[k + 1].kind == "word":
            found[k] = replace(found[k], kind="word", low="per")
    return found


def _joined(raw: Sequence[Item]) -> list[Item]:
    """Number words, scales, percent signs and units of money taken into one number each."""
    found: list[Item] = []
    i = 0
    while i < len(raw):
        item, width = _number(raw, i)
        if not item.is_number:
            found.append(item)
            i += width
            continue
        money = bool(found) and (found[-1].low in _CURRENCIES or found[-1].low in ("eur", "usd", "gbp", "chf"))
        if money:
            item = replace(item, start=found.pop().start, money=True)
        i += width
        item, width = _with_unit(raw, i, item)
        found.append(item)
        i += width
    return found


def _number(raw: Sequence[Item], i: int) -> tuple[Item, int]:
    """The number that begins at ``raw[i]`` and how many items it takes; the item itself where none does."""
    item = raw[i]
    if item.kind != "word":
        return item, 1
    read = _half(raw, i) or _coin(raw, i) or _part(raw, i)
    if read is None and item.low != "zero" and (item.low != "one" or _counts_one(raw, i)):
        counted = cardinal(raw, i)
        read = (counted[0], counted[1] - i, False) if counted is not None else None
    if read is None:
        return item, 1
    value, width, money = read
    return replace(item, kind="number", end=raw[i + width - 1].end, value=value, spelled=True, money=money), width


_Read = tuple[float, int, bool]


def _half(raw: Sequence[Item], i: int) -> _Read | None:
    """ "half the crates", "half a euro", and not "half-yearly"."""
    if raw[i].low != "half" or low_at(raw, i + 1) == "-":
        return None
    coined = low_at(raw, i + 1) == "a" and _coined(low_at(raw, i + 2)) == 1
    return 0.5, 1 + 2 * coined, coined


def _coin(raw: Sequence[Item], i: int) -> _Read | None:
    """ "costs a cent", "pays us one dollar"; the coin stays, to be read as the unit."""
    paid = raw[i].low in ("a", "one") and low_at(raw, i - 1) in _PAYING and _coined(low_at(raw, i + 1))
    return (1.0, 1, False) if paid else None


def _part(raw: Sequence[Item], i: int) -> _Read | None:
    """ "two thirds", "a fifth of", "at least a quarter"; elsewhere "a quarter" is one of a year, "a third" a rank."""
    low, part = raw[i].low, low_at(raw, i + 1).removesuffix("s")
    if low not in ("a", "an", "one", "two", "three", "four") or part not in FRACTIONS or part == "half":
        return None
    whole = low_at(raw, i + 2) == "of"
    if part == "quarter":
        shared = whole or (low != "one" and (low in ("two", "three") or low_at(raw, i - 1) in _LIMITING))
        if not shared:
            return None
    elif part in ("third", "fourth", "fifth") and low == "an":
        return None
    return NUMBER_WORDS.get(low, 1.0) * FRACTIONS[part], 2, False


def _coined(low: str) -> float | None:
    """The size of a coin or a unit of money."""
    return CURRENCIES.get(lemma(low))


def _counts_one(raw: Sequence[Item], i: int) -> bool:
    """Whether "one" counts what is there: "there is one boat", "has one van"; elsewhere it is an article."""
    return low_at(raw, i - 1) in _COUNTING


def _with_unit(raw: Sequence[Item], i: int, number: Item) -> tuple[Item, int]:
    """A number with "thousand", "%" and the name of a currency after it, and how many items these take."""
    number, width = _scaled(raw, i, number)
    j = i + width
    if j >= len(raw):
        return number, width
    low, close = raw[j].low, raw[j].start == number.end
    coin = _coined(low)
    if low in ("%", "percent", "pct"):
        return replace(number, end=raw[j].end, percent=True), width + 1
    if low == "per" and low_at(raw, j + 1) == "cent":
        return replace(number, end=raw[j + 1].end, percent=True), width + 2
    if coin == _CENT or low == "\u00a2" or (low == "p" and close):
        return replace(number, end=raw[j].end, money=True, cents=True), width + 1
    sign = low in _CURRENCIES and not _before_number(raw, j)
    if coin is not None or sign:
        return replace(number, end=raw[j].end, money=True), width + 1
    return number, width


def _scaled(raw: Sequence[Item], i: int, number: Item) -> tuple[Item, int]:
    low = low_at(raw, i)
    if low in _SCALES and not number.spelled:
        return replace(number, end=raw[i].end, value=number.value * _SCALES[low], thousands=True), 1
    if (low == "k" and raw[i].start == number.end) or low in ("hundred", "dozen"):
        return replace(number, end=raw[i].end, value=number.value * SCALES[low]), 1
    return number, 0


def _before_number(raw: Sequence[Item], j: int) -> bool:
    """Whether the sign belongs to the figure behind it: the second of "5 $6"."""
    return j + 1 < len(raw) and raw[j + 1].is_number and raw[j + 1].start == raw[j].end


def _sentences(items: Sequence[Item]) -> list[list[Item]]:
    runs: list[list[Item]] = [[]]
    for k, item in enumerate(items):
        before = items[k - 1] if k else None
        if item.low == "\n":
            if runs[-1] and before is not None and _line_ends(items, k):
                runs.append([])
            continue
        runs[-1].append(item)
        stop = item.low in ("?", "!") or (item.low == "." and _full_stop(items, k))
        if stop:
            runs.append([])
    return [run for run in runs if run]


def _line_ends(items: Sequence[Item], k: int) -> bool:
    """Whether a line break ends a sentence: before a bullet or a capital, or at an empty line."""
    after = next((item for item in items[k + 1 :] if item.low != "\n"), None)
    empty = k + 1 < len(items) and items[k + 1].low == "\n"
    return empty or after is None or after.capital or after.low in ("-", "*", "\u2022", "\u2013") or after.is_number


def _full_stop(items: Sequence[Item], k: int) -> bool:
    if k + 1 >= len(items):
        return True
    if k and items[k - 1].low in _ABBREVIATIONS and items[k - 1].end == items[k].start and not items[k + 1].capital:
        return False
    return items[k + 1].start > items[k].end


#: Marks and words between the figures of one list.
LISTING = frozenset([",", "and", ";", "then", "finally", "or", "&", "/"])
BREAKS = frozenset([":", "(", ")", ".", "\u2013", "but", "while", "whereas", "which", "where", "?", "!"])


def chain(run: Sequence[Item], numbers: Sequence[int], k: int) -> list[int]:
    """The numbers from the k-th on that stand in one list: "40, 55 and 30", "600 tonnes, then 950 and finally 1000"."""
    found = [numbers[k]]
    for n in numbers[k + 1 :]:
        gap = [item.low for item in run[found[-1] + 1 : n] if item.low not in _CURRENCIES]
        words = [low for low in gap if low not in LISTING]
        if not any(low in LISTING for low in gap) or len(words) > 2 or any(w in BREAKS for w in words):
            break
        if words and gap[0] in LISTING and words[0] not in ("about", "a"):
            break
        found.append(n)
    return found


def longest_list(told: Telling) -> int:
    """The length of the longest list of numbers in the text."""
    best = 0
    for run in told.sentences:
        numbers = [k for k, item in enumerate(run) if item.is_number]
        for k in range(len(numbers)):
            best = max(best, len(chain(run, numbers, k)))
    return best
