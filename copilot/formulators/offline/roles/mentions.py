"""Where a line speaks of an owner, of each of them, or of all together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..prose.entities import HYPERNYMS
from ..words.lexicon import COUNTERS, GENERIC_HEADS, OCCASIONS, STOP_WORDS, is_content, is_verb, unit_of, word_set
from ..words.morphology import is_adverb, stem
from ..words.particles import TOGETHER
from ..words.tokens import Token
from .lines import Line
from .owners import Owners
from .vocabulary import UNIT_ARTICLES, WHOLE

Form = Literal["one", "each", "all"]

_ADVERBS = word_set("already again too anyway left apiece alone either ones")
_ORDER = {"former": 0, "latter": -1}
_POINTING = word_set("the these those both all")
_OTHERS = word_set("other others rest remaining remainder")
_CONTRASTS = word_set("but ; while whereas")
#: In front of what somebody does: "wants to run", "as she swims".
_DOING = word_set("to can may must should will she he they i we you")
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}


@dataclass(frozen=True, slots=True)
class Mention:
    """``tokens[first:last]``; ``owners`` are places in the list; ``single``: "a saddle", "per saddle".

    ``form``: "one" names owners, "each" speaks of every owner one by one, "all" of their sum.
    """

    first: int
    last: int
    owners: tuple[int, ...]
    form: Form
    single: bool = False


def mentions(line: Line, owners: Owners) -> tuple[Mention, ...]:
    """The mentions of a line from left to right."""
    found: list[Mention] = []
    i = 0
    while i < len(line.tokens):
        mention = _others(line, i, owners, found) or _at(line, i, owners)
        if mention is None:
            i += 1
            continue
        if (
            found
            and found[-1].owners == mention.owners
            and found[-1].form == mention.form == "one"
            and _same(line, found[-1], mention)
        ):
            previous = found.pop()
            mention = Mention(previous.first, mention.last, mention.owners, "one", previous.single or mention.single)
        i = mention.last
        opener = mention.first - 1
        per = line.tokens[opener].low == "per" or (
            line.tokens[opener].low in ("a", "an", "each") and any(figure.end == opener for figure in line.figures)
        )
        if mention.form == "each" and (
            (per and any(other.form == "one" for other in found))
            or (_after_figure(line, mention) and any(other.form == "one" for other in found))
        ):
            continue
        title = (
            found
            and found[-1].form != "one"
            and mention.form == "one"
            and (
                found[-1].last == mention.first
                or (found[-1].last == mention.first - 1 and line.tokens[found[-1].last].low == "of")
            )
        )
        if title:
            before = found.pop()
            mention = Mention(before.first, mention.last, mention.owners, "one", before.single or mention.single)
        found.append(mention)
    return tuple(found)


def _after_figure(line: Line, mention: Mention) -> bool:
    """ "Guards cost 160 each": the word only says that the figure is for one."""
    return any(figure.end == mention.first for figure in line.figures)


def _unnamed(found: Sequence[Mention], owners: Owners) -> tuple[int, ...]:
    named = {e for mention in found for e in mention.owners}
    return tuple(e for e in range(len(owners)) if e not in named)


def _others(line: Line, i: int, owners: Owners, found: Sequence[Mention]) -> Mention | None:
    """ "The other two", "the others", "the rest", "the two cereals": the owners that the line has not named so far."""
    if i == 0 or line.tokens[i - 1].low not in _POINTING:
        return None
    ones = [mention for mention in found if mention.form == "one"]
    rest = _unnamed(ones, owners)
    if ones and not rest:
        start = max((j for j in range(ones[-1].first) if line.tokens[j].low in _CONTRASTS), default=0)
        rest = _unnamed([mention for mention in ones if mention.first > start], owners)
    last, count, other = i, 0, False
    for token in line.tokens[i : i + 2]:
        if token.low not in _OTHERS and token.low not in _COUNTS:
            break
        last, count, other = last + 1, count or _COUNTS.get(token.low, 0), other or token.low in _OTHERS
    after = line.tokens[last] if last < len(line.tokens) else None
    noun = after is not None and after.is_word and is_content(after.low)
    partial = after is not None and after.low == "of"
    if not ones or not rest or last == i or (count and count != len(rest)) or partial:
        return None
    if noun and after is not None and not count:
        known = after.lemma in owners.category or after.lemma in HYPERNYMS or after.lemma in GENERIC_HEADS
        if not known or (len(rest) > 1 and not after.low.endswith("s")):
            return None
    if not other and not noun:
        return None
    return Mention(i, last + noun, rest, "one")


def _same(line: Line, before: Mention, after: Mention) -> bool:
    """Whether two hits are words of one noun phrase: "wheat" and "beer" of "wheat beer"."""
    gap = line.tokens[before.last : after.first]
    return all(t.is_word and is_content(t.low) for t in gap) and len(gap) < 3


def _at(line: Line, i: int, owners: Owners) -> Mention | None:
    token = line.tokens[i]
    if not token.is_word:
        return None
    lemma = token.lemma
    if token.low in _ORDER and len(owners) == 2:
        return Mention(i, i + 1, (range(2)[_ORDER[token.low]],), "one", True)
    for k, owner in enumerate(owners.items):
        acting = any(mark.endswith("ing") and _acts(token, mark) for mark in owner.marks)
        done = acting and i > 0 and line.tokens[i - 1].low in _DOING
        if done or ((lemma in owner.marks or acting) and _stands_for(line, i, owner.words, owners)):
            last = i + 1
            while last < len(line.tokens) and line.tokens[last].lemma in {*owner.words, *owners.category}:
                last += 1
            return Mention(i, last, (k,), "one", _single(line.tokens, i))
    everyone = tuple(range(len(owners)))
    if lemma in owners.category:
        single = _single(line.tokens, i)
        return Mention(i, i + 1, everyone, "each" if single else "all", single)
    general = lemma in HYPERNYMS or lemma in GENERIC_HEADS
    if general and i and line.tokens[i - 1].low in ("each", "every", "per"):
        return Mention(i, i + 1, everyone, "each", True)
    if token.low in ("each", "both", "apiece", "either") and _stands_alone(line.tokens, i):
        return Mention(i, i + 1, everyone, "each", token.low == "each")
    return None


def _acts(token: Token, mark: str) -> bool:
    """Whether the word is a form of the verb of "running": "wants to run"."""
    base = mark[:-3]
    doubled = base[:-1] if base[-2:-1] == base[-1:] else base
    return token.stem == stem(mark) or token.lemma in (base, doubled, base + "e")


def _stands_for(line: Line, i: int, words: Sequence[str], owners: Owners) -> bool:
    """Whether the word speaks of the owner: a modifier in front of another noun does not ("orange juice")."""
    token, after = line.tokens[i], line.tokens[i + 1] if i + 1 < len(line.tokens) else None
    if token.lemma in OCCASIONS | {"night", "evening", "morning"} and token.lemma != words[-1]:
        return after is not None and after.lemma in {*words, *owners.category}
    if after is None or not after.is_word or not is_content(after.low) or is_verb(after.low):
        return True
    if (len(after.low) > 4 and after.low.endswith("ed")) or after.low in _ADVERBS or is_adverb(after.low):
        return True
    if after.lemma in words or after.lemma in owners.category or after.lemma in GENERIC_HEADS:
        return True
    if any(after.lemma in owner.marks for owner in owners.items):
        return True
    if i + 1 in {piece.verb for piece in line.pieces}:
        return True
    if token.lemma == words[-1]:
        inside = any(figure.at <= i < figure.end - 1 for figure in line.figures)
        return not inside
    return False


def _single(tokens: Sequence[Token], i: int) -> bool:
    """ "a drum of matt", "each red tablet", "per kilo of rye", "one doll": one unit is spoken of."""
    for j in range(i - 1, max(-1, i - 6), -1):
        low = tokens[j].low
        if low in UNIT_ARTICLES or (tokens[j].is_number and (tokens[j].value == 1.0 or low == "a")):
            return True
        if not (low == "of" or low == "the" or (tokens[j].is_word and is_content(low))):
            return False
        if low == "the" and not (j > 0 and tokens[j - 1].low == "of"):
            return False
    return False


def _stands_alone(tokens: Sequence[Token], i: int) -> bool:
    """ "each takes 3 hours", "both need paint", "$5 each": no noun of its own follows."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or not after.is_word:
        return True
    return after.low in STOP_WORDS - {"day", "week", "the"} or is_verb(after.low) or after.low in ("needs", "costs")


def wholes(line: Line, first: int, last: int, owners: Owners) -> bool:
    """Whether ``tokens[first:last]`` speaks of everything together: "of all trips", "the money", "altogether"."""
    for token in line.tokens[first:last]:
        if token.low in TOGETHER or token.lemma in owners.category or token.low in WHOLE or token.lemma in WHOLE:
            return True
    return False


def unit_words(line: Line, mention: Mention) -> Iterator[str]:
    """The unit in which an owner is counted: "a liter of Sunrise", "per hectare"."""
    for j in range(mention.first - 1, max(-1, mention.first - 4), -1):
        low = line.tokens[j].low
        if unit_of(low) or line.tokens[j].lemma in COUNTERS:
            yield line.tokens[j].lemma
        if low != "of" and low != "the" and not unit_of(low):
            break


def counted_in(line: Line) -> Iterator[str]:
    """Units that stand behind "per", "a", "each" after a figure: "310 a hectare"."""
    for figure in line.figures:
        for j in range(figure.end, min(figure.end + 2, len(line.tokens) - 1)):
            after = line.tokens[j + 1]
            if line.tokens[j].low in UNIT_ARTICLES and unit_of(after.low) and after.lemma not in OCCASIONS:
                yield after.lemma
