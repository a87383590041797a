"""Words for all of the owners together: "two lamps", "a barrel of", "Kestrel flights", "crop X"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ..words.lexicon import COUNTERS, FEW, GENERIC_HEADS, is_content, unit_of, word_set
from .chunks import CALENDAR, NEVER, Phrase, nominal
from .lines import Line

_PARTS = word_set("piece unit square foot feet worth set pair package pack")
_KINDS = word_set("type kind sort variety model version different")


def counts_with(counter: str, lines: Sequence[Line]) -> bool:
    """Whether the text counts with the word: "a barrel of stout"."""
    lemmas = Counter(token.lemma for line in lines for token in line.tokens)
    for line in lines:
        tokens = line.tokens
        for i in range(len(tokens) - 2):
            named = tokens[i].lemma == counter and tokens[i + 1].low == "of" and is_content(tokens[i + 2].low)
            if named and (counter in COUNTERS or (counter not in CALENDAR and lemmas[tokens[i + 2].lemma] > 1)):
                return True
    return False


def counters_of(marks: Sequence[frozenset[str]], lines: Sequence[Line]) -> set[str]:
    """What the owners are counted in: "a barrel of stout, a barrel of ale" make barrels a word for all of them."""
    found: dict[str, set[int]] = {}
    for line in lines:
        tokens = line.tokens
        for i in range(len(tokens) - 2):
            if tokens[i].lemma not in COUNTERS - GENERIC_HEADS or unit_of(tokens[i].low) or tokens[i + 1].low != "of":
                continue
            for k, own in enumerate(marks):
                if {t.lemma for t in tokens[i + 2 : i + 4]} & own:
                    found.setdefault(tokens[i].lemma, set()).add(k)
    return {word for word, owners in found.items() if len(owners) > 1}


def counter_of(marks: frozenset[str], lines: Sequence[Line]) -> frozenset[str]:
    """What only one owner is counted in: "a jar of honey" makes jars a word for the honey."""
    found: dict[str, bool] = {}
    for line in lines:
        tokens = line.tokens
        for i in range(1, len(tokens) - 2):
            word = tokens[i].lemma
            if word not in COUNTERS - GENERIC_HEADS - NEVER or unit_of(word) or tokens[i + 1].low != "of":
                continue
            own = tokens[i + 2].lemma in marks
            found[word] = found.get(word, True) and own
    return frozenset(word for word, only in found.items() if only) - _PARTS


def heads_of(names: Sequence[str], lines: Sequence[Line]) -> set[str]:
    """Nouns that follow more than one owner of one word: "a Nordwind flight", "100 Solara flights"."""
    found: dict[str, set[str]] = {}
    for line in lines:
        verbs = {piece.verb for piece in line.pieces}
        for i, (before, token) in enumerate(pairwise(line.tokens), 1):
            if i in verbs or not nominal(line.tokens, i) or token.lemma in NEVER or unit_of(token.low):
                continue
            if before.lemma in names:
                found.setdefault(token.lemma, set()).add(before.lemma)
    return {word for word, owners in found.items() if len(owners) > 1}


def followers_of(marks: frozenset[str], lines: Sequence[Line]) -> set[str]:
    """Nouns that follow an owner and are limited on their own: "Kestrel flights" beside "at most 40 flights"."""
    after = {
        token.lemma
        for line in lines
        for before, token in pairwise(line.tokens)
        if before.lemma in marks and token.is_word and is_content(token.low) and token.low.endswith("s")
    }
    limited = {
        line.tokens[i].lemma
        for line in lines
        for f in line.figures
        if f.direction is not None
        for i in range(f.at + 1, min(f.end + 3, len(line.tokens)))
    }
    return (after & limited) - marks - NEVER


def given_for(lines: Sequence[Line]) -> set[str]:
    """What figures are given for, time and again: "28 tonnes a load, 190 euros per load"."""
    seen: Counter[str] = Counter()
    for line in lines:
        for figure in line.figures:
            if figure.end + 1 < len(line.tokens) and line.tokens[figure.end].low in ("a", "an", "per", "each"):
                word = line.tokens[figure.end + 1]
                if word.is_word and is_content(word.low) and not unit_of(word.low) and word.lemma not in CALENDAR:
                    seen[word.lemma] += 1
    return {word for word, count in seen.items() if count > 1}


def titles_of(phrases: Sequence[Phrase], lines: Sequence[Line]) -> set[str]:
    """Nouns that stand before the symbols: "crop X", "products A and B"."""
    symbols = {words[-1] for words in phrases}
    found: set[str] = set()
    for line in lines:
        for before, token in pairwise(line.tokens):
            if token.lemma in symbols and before.is_word and is_content(before.low) and before.lemma not in symbols:
                found.add(before.lemma)
    return {word for word in found - NEVER if not unit_of(word)}


def alias_of(symbol: str, lines: Sequence[Line]) -> frozenset[str]:
    """What a symbol stands for: "X (Network Upgrade)", "city tours (X)"."""
    for line in lines:
        lows = [token.lemma for token in line.tokens]
        for i, low in enumerate(lows):
            if low != symbol:
                continue
            if lows[i + 1 : i + 2] == ["("] and ")" in lows[i + 2 : i + 7]:
                inside = range(i + 2, lows.index(")", i + 2))
            elif i > 1 and lows[i - 1] == "(" and lows[i + 1 : i + 2] == [")"]:
                inside = range(max(0, i - 3), i - 1)
            elif lows[i + 1 : i + 2] and lows[i + 1] in ("represent", "denote", "represents"):
                inside = range(i + 2, min(i + 7, len(lows)))
            else:
                continue
            words = []
            for j in inside:
                if nominal(line.tokens, j):
                    words.append(lows[j])
                elif words and low == symbol and j > i:
                    break
            if words:
                return frozenset(words) - NEVER - GENERIC_HEADS
    return frozenset()


def announced_by(lines: Sequence[Line], phrases: Sequence[Phrase]) -> set[str]:
    """The noun of "two lamps: ...", "three kinds of bread", if as many are listed."""
    found: set[str] = set()
    for each in lines:
        for i, token in enumerate(each.tokens[:-1]):
            count = FEW.get(token.low, 0)
            if count != len(phrases):
                continue
            j = i + 1
            while j < len(each.tokens) and (each.tokens[j].lemma in _KINDS or each.tokens[j].low == "of"):
                j += 1
            run = []
            while j < len(each.tokens) and nominal(each.tokens, j):
                run.append(each.tokens[j].lemma)
                j += 1
            plural = bool(run) and each.tokens[j - 1].low.endswith("s")
            if plural and run[-1] not in NEVER | GENERIC_HEADS and not unit_of(run[-1]):
                found.add(run[-1])
    return found
