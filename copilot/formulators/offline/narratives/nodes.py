"""The places of a text: proper names, labels such as "market A", and bearings such as "the northern farm"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from copilot.formulators.offline.words.lexicon import is_content, unit_of, word_set
from copilot.formulators.offline.words.times import DAYS, MONTHS, ORDINALS

from .words import Item, Telling

_BEARINGS = {f"{word}{end}": word for word in ("north", "south", "east", "west") for end in ("", "ern")}
#: What stands in front of a noun from which something goes on "to" another.
_OPENERS = frozenset(["the", "our", "from", ",", ";", ":", "and", ".", "(", "\u2013", "-", "a"])
_LISTED = frozenset([",", "and", "or", "&"])
#: Capitalized words that name no place.
_NEVER = word_set("i i'm i've i'd i'll euro euros eur usd gbp dollar dollars").union(MONTHS, DAYS)
_NO_LABEL = word_set("week month quarter day year period shift season hour plan option type kind step")


@dataclass(frozen=True, slots=True)
class Mention:
    """Items ``first`` to ``last`` of sentence ``sentence`` name the place."""

    name: str
    sentence: int
    first: int
    last: int


def mentions(told: Telling) -> tuple[Mention, ...]:
    """All places where a place is named, in the order of the text; each name stands at least twice, or is a rank."""
    labeled = _label_nouns(told)
    proper = _proper_words(told)
    common = _common_words(told, labeled) | proper
    found: list[Mention] = []
    for s, run in enumerate(told.sentences):
        k = 0
        while k < len(run):
            batch = (
                _labels(run, s, k, labeled)
                or _proper(run, s, k, proper)
                or _bearing(run, s, k)
                or _common(run, s, k, common)
            )
            found.extend(batch)
            k = batch[-1].last if batch else k + 1
    letters = {m.name for m in found if len(m.name) == 1}
    found = [replace(m, name=m.name[-1]) if m.name[-1] in letters and m.name[-2:-1] == " " else m for m in found]
    counts = Counter(m.name for m in found)
    ranks = {name.capitalize() for name in ORDINALS} & set(counts)
    return tuple(m for m in found if counts[m.name] > 1 or (m.name in ranks and {"First", "Second"} <= ranks))


def _is_label(item: Item) -> bool:
    if item.is_number:
        return not (item.money or item.percent or item.spelled) and item.value == int(item.value) and item.value <= 12
    return len(item.low) == 1 and item.capital


def _labels_noun(run: Sequence[Item], k: int) -> bool:
    """Whether the number or letter after the noun at k names it: not "ridge 5 km", not "link A-B"."""
    if k + 1 >= len(run) or not _is_label(run[k + 1]):
        return False
    after = run[k + 2] if k + 2 < len(run) else None
    if after is None:
        return True
    dashed = after.low in ("-", "\u2013") and k + 3 < len(run) and run[k + 3].capital
    return not dashed and not (run[k + 1].is_number and unit_of(after.low) is not None)


def _label_nouns(told: Telling) -> frozenset[str]:
    """Nouns with two different labels, the first of them 1 or a letter: "site 1 ... site 2", "markets A, B"."""
    seen: dict[str, set[str]] = {}
    for run in told.sentences:
        for k, a in enumerate(run):
            noun = a.kind == "word" and is_content(a.low) and a.lemma not in _NO_LABEL and not unit_of(a.low)
            if noun and _labels_noun(run, k):
                seen.setdefault(a.lemma, set()).add(run[k + 1].low)
    plural = {
        a.lemma
        for run in told.sentences
        for a, b in pairwise(run)
        if a.kind == "word" and a.low != a.lemma and _is_label(b)
    }
    return frozenset(
        n
        for n, labels in seen.items()
        if ((len(labels) > 1 or n in plural) and labels & {"1", "a", "i", "s", "x", "p"}) or len(labels) > 2
    )


def _labels(run: Sequence[Item], s: int, k: int, nouns: frozenset[str]) -> list[Mention]:
    """ "market A" or "markets A, B and C"."""
    if run[k].kind != "word" or run[k].lemma not in nouns or not _labels_noun(run, k):
        return []
    noun = run[k].lemma
    found = [Mention(f"{noun} {run[k + 1].low.upper()}", s, k, k + 2)]
    j = k + 2
    while run[k].low != noun and j < len(run):
        step = j
        while step < len(run) and run[step].low in _LISTED:
            step += 1
        if step == j or step >= len(run) or not _is_label(run[step]):
            break
        found.append(Mention(f"{noun} {run[step].low.upper()}", s, step, step + 1))
        j = step + 1
    return found


def _proper_words(told: Telling) -> frozenset[str]:
    """Words that stand with a capital in the middle of a sentence."""
    inside: set[str] = set()
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for run in told.sentences:
        for k, item in enumerate(run):
            if item.kind != "word" or item.low in _NEVER:
                continue
            opens = k == 0 or run[k - 1].low in (":", "(", '"', "-", "\u2022")
            if item.capital:
                large[item.low] += 1
                if not opens or len(item.low) == 1:
                    inside.add(item.low)
            else:
                small[item.low] += 1
    return frozenset(low for low in inside if large[low] >= small[low] or len(low) == 1)


def _common_words(told: Telling, labeled: frozenset[str]) -> frozenset[str]:
    """Plain nouns between which something goes: "pit A to yard", "yard to site 1", "from the harbor"."""
    after: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for run in told.sentences:
        for k, item in enumerate(run):
            if (
                item.kind != "word"
                or item.low != item.lemma
                or item.lemma in labeled
                or not is_content(item.low)
                or unit_of(item.low)
            ):
                continue
            j = k - 1 - (k > 0 and run[k - 1].low in ("the", "our"))
            into = j >= 0 and run[j].low in ("to", "-", "\u2013", "into")
            outof = j >= 0 and run[j].low == "from"
            lows = [i.low for i in run[max(0, j - 3) : j + 1]]
            outof = outof or lows[-1:] == ["between"]
            into = into or (lows[-1:] == ["and"] and "between" in lows)
            onward = (
                k + 1 < len(run) and run[k + 1].low in ("to", "-", "\u2013") and (not k or run[k - 1].low in _OPENERS)
            )
            after[item.low] += into
            before[item.low] += outof or (onward and not into)
    seen = Counter(item.low for run in told.sentences for item in run)
    return frozenset(w for w in after | before if after[w] + before[w] > 1 or (after[w] + before[w] and seen[w] > 1))


def _common(run: Sequence[Item], s: int, k: int, words: frozenset[str]) -> list[Mention]:
    item = run[k]
    if item.low not in words or item.kind != "word" or len(item.low) == 1:
        return []
    return [Mention(item.low.capitalize(), s, k, k + 1)]


def _proper(run: Sequence[Item], s: int, k: int, proper: frozenset[str]) -> list[Mention]:
    j = k
    while j < len(run) and run[j].low in proper and run[j].capital and (j == k or len(run[j].low) > 1):
        j += 1
    if j == k or (run[k].low in ("a", "i") and j == k + 1 and k + 1 < len(run) and _reads_as_article(run, k)):
        return []
    words = [item.low.removesuffix("'s") for item in run[k:j]]
    return [Mention(" ".join(word.capitalize() for word in words), s, k, j)]


def _reads_as_article(run: Sequence[Item], k: int) -> bool:
    after = run[k + 1]
    return (
        (k == 0 or run[k - 1].low in (":", ","))
        and after.kind == "word"
        and after.low not in ("to", "and", "has", "is")
    )


def _bearing(run: Sequence[Item], s: int, k: int) -> list[Mention]:
    """ "the northern farm", "the southern one", "the first mine"."""
    name = _BEARINGS.get(run[k].low) or (run[k].low if run[k].low in ORDINALS else None)
    if name is None or run[k].kind != "word" or not k or run[k - 1].low not in ("the", "from", "to", "our"):
        return []
    return [Mention(name.capitalize(), s, k, k + 1)]
