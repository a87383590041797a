"""Covers told in sentences: which of the choices reach every place, counted or priced, with rules between choices.

Source: Balas and Padberg (1976).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.formulators.draft import Draft, Question, Span
from copilot.formulators.offline.drafting import Paper
from copilot.formulators.offline.words.lexicon import STOP_WORDS, is_content, is_verb, word_set
from copilot.formulators.offline.words.morphology import lemma, stem
from copilot.formulators.offline.words.senses import wanted

from .figures import Figure
from .placing import column_of, ruled
from .roster import Roster, roster_of
from .rule import Ruling
from .rules import rules
from .script import Part, Script
from .vocabulary import ATTRIBUTES

_SURE = 0.9
_LOOSE_FIGURE = 0.6
_LOOSE_RULE = 0.55
_FEWEST = 3
_VERBS = frozenset(
    stem(word)
    for word in word_set(
        """cover serve reach visit watch protect supply speak know teach inspect monitor see guard overlook handle
        connect control feed include treat patrol understand"""
    )
)
_LINKS = word_set(", and or & both also only the a an as well plus then either to from in")


@dataclass(frozen=True, slots=True)
class Cover:
    """``pairs`` are the choices and places, by index."""

    told: Script
    choices: Roster
    places: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    ruling: Ruling
    confidence: float


@dataclass(frozen=True, slots=True)
class _Said:
    """One clause: the tokens that name the choice, and the places that it reaches."""

    choice: tuple[int, int]
    places: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    first: int
    last: int


def cover(told: Script) -> Cover | None:
    """The reading of the text as a cover, or None."""
    if wanted(told.original) != "minimize":
        return None
    said = list(_clauses(told))
    if len(said) < _FEWEST:
        return None
    names = [tuple(told.words(*clause.choice)) for clause in said]
    if len(set(names)) < len(names):
        return None
    kinds = Counter(word for clause in said for place in clause.places for word in set(place))
    order: dict[tuple[str, ...], str] = {}
    pairs: list[tuple[int, int]] = []
    for k, clause in enumerate(said):
        for place, label in zip(clause.places, clause.labels, strict=True):
            order.setdefault(place, label)
            pairs.append((k, list(order).index(place)))
    reached = Counter(p for _, p in pairs)
    if len(order) < _FEWEST or max(reached.values()) < 2 or len(set(pairs)) < len(pairs) or not kinds:
        return None
    inside = frozenset(i for clause in said for i in range(clause.first, clause.last))
    labels = [_label(told, clause.choice) for clause in said]
    taken = frozenset(f.at for f in told.figures if _in_places(told, said, f.at))
    roster = roster_of(told, labels, [list(name) for name in names], taken)
    ruling = rules(told, roster, inside)
    used = {f.at for column in roster.columns for f in column.figures} | inside & taken | ruling.tokens
    used |= {i for m in roster.mentions for i in range(m.first, m.last)}
    sizes = {1.0, float(len(labels)), float(len(order))}
    left = [f for f in told.figures if f.at not in used and not (f.value in sizes and not f.dimension)]
    left = [f for f in left if not _reach(told, f)]
    confidence = _SURE * _LOOSE_FIGURE ** len(left) * _LOOSE_RULE ** len(ruling.unread)
    if len(roster.columns) > 1 or (not roster.columns and _priced(told)):
        confidence *= 0.4
    if min(reached.values()) < 1:
        confidence *= 0.5
    spans = tuple((told.tokens[c.first].start, told.tokens[c.last - 1].end) for c in said)
    return Cover(told, roster, tuple(order.values()), tuple(pairs), spans, ruling, round(confidence, 3))


def _priced(told: Script) -> bool:
    return any(token.lemma in ("cost", "price", "rent", "fee", "cheap", "cheaply", "cheapest") for token in told.tokens)


def _reach(told: Script, figure: Figure) -> bool:
    """Whether the figure says what counts as reached, "within ten minutes": who reaches what is told by name."""
    return figure.dimension in ("time", "length") and "within" in told.words(figure.at - 2, figure.at)


def _in_places(told: Script, said: list[_Said], i: int) -> bool:
    return any(
        c.first <= i < c.last and told.tokens[i].low in {word for place in c.places for word in place} for c in said
    )


def _clauses(told: Script) -> Iterator[_Said]:
    """What each choice reaches: a name, a verb of reaching, and a list of places without figures."""
    nouns = _place_nouns(told)
    for part in told.parts:
        verbs = [i for i in range(part.first + 1, part.last) if _reaches(told, i, nouns)]
        if not verbs:
            continue
        ends = [*(_name_before(told, part, verb)[0] for verb in verbs[1:]), part.last]
        for verb, end in zip(verbs, ends, strict=True):
            name = _name_before(told, part, verb)
            if name[1] <= name[0]:
                continue
            places = list(_places(told, verb + 1, end, nouns))
            if places:
                keys = tuple(key for key, _ in places)
                yield _Said(name, keys, tuple(label for _, label in places), name[0], end)


def _reaches(told: Script, i: int, nouns: frozenset[str]) -> bool:
    """Whether token i is the verb, or the noun of places behind a name where the verb is left out."""
    token = told.tokens[i]
    if not token.is_word:
        return False
    if _acts(told, i) and token.low not in ("seen", "served", "covered", "reached", "spoken", "watched"):
        before = told.tokens[i - 1].low
        return before not in ("be", "to", "is", "are", "must", "every", "all", "each") and not before.endswith("ly")
    ahead = told.tokens[i - 1]
    elided = token.lemma in nouns and token.low != token.lemma and ahead.is_word and ahead.low not in STOP_WORDS
    return elided and ahead.stem not in _VERBS and (told.capital(i - 1) or len(ahead.low) == 1)


def _acts(told: Script, i: int) -> bool:
    """Whether token i is a verb of reaching, or "does" before a noun, or a verb that the text repeats so."""
    token = told.tokens[i]
    after = told.tokens[i + 1] if i + 1 < len(told.tokens) else token
    if token.stem in _VERBS:
        return True
    object_ = after.is_word and (after.low == "the" or (is_content(after.low) and not is_verb(after.low)))
    if token.low in ("does", "offers", "has", "holds", "owns", "brings", "handles", "provides", "gives", "wins"):
        same = sum(1 for t in told.tokens if t.low == token.low)
        return object_ and same >= _FEWEST
    return False


def _place_nouns(told: Script) -> frozenset[str]:
    """Nouns in the plural right behind a verb of reaching: "covers districts A and B"."""
    found = set()
    for i, token in enumerate(told.tokens[:-2]):
        after = told.tokens[i + 1]
        listed = told.tokens[i + 2].is_number or len(told.tokens[i + 2].low) == 1
        if token.is_word and token.stem in _VERBS and after.is_word and after.low != lemma(after.low) and listed:
            found.add(after.lemma)
    return frozenset(found)


def _name_before(told: Script, part: Part, verb: int) -> tuple[int, int]:
    """The last noun phrase before the verb in its clause: "a station in Ash can reach"."""
    phrases = [
        (a, b)
        for a, b in told.phrases(part.first, verb)
        if not all(t.lemma in ATTRIBUTES or t.is_number for t in told.tokens[a:b])
        and not any(f.at <= a < f.after for f in told.figures)
    ]
    return phrases[-1] if phrases else (verb, verb)


def _places(told: Script, first: int, last: int, nouns: frozenset[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The places of a list, with their labels; nothing where other words stand between them."""
    found: list[tuple[tuple[str, ...], str]] = []
    i = first
    while i < last:
        token = told.tokens[i]
        if token.low in _LINKS or token.lemma in nouns:
            i += 1
            continue
        j = i
        while j < last and (told.tokens[j].is_word or told.tokens[j].is_number) and _nominal(told, j):
            j += 1
        if j == i or j - i > 4:
            break
        words = told.tokens[i:j]
        key = tuple(t.low if len(t.low) == 1 else t.stem for t in words)
        found.append((key, told.original[words[0].start : words[-1].end]))
        i = j
    yield from found


def _nominal(told: Script, j: int) -> bool:
    token = told.tokens[j]
    if token.lemma in ATTRIBUTES or token.low == "one" or token.money:
        return False
    return token.is_number or (is_content(token.low) and token.low not in STOP_WORDS) or len(token.low) == 1


def _label(told: Script, phrase: tuple[int, int]) -> str:
    return " ".join(told.original[told.tokens[phrase[0]].start : told.tokens[phrase[1] - 1].end].split())


def draft(found: Cover, formulator: str) -> Draft:
    """The reading as an indexed document."""
    told = found.told
    page = Paper(told.original)
    choice, place = page.set("choice", found.choices.labels), page.set("place", found.places)
    covers = page.set(
        "covers", [(found.choices.labels[c], found.places[p]) for c, p in found.pairs], within=(choice, place)
    )
    page.spans[covers] = tuple(Span(start=a, end=b) for a, b in found.spans)
    take = page.variable("take", choice, domain="binary", description="1 if it is chosen")
    if found.choices.columns:
        cost = column_of(page, "cost", choice, found.choices, found.choices.columns[0])
        page.aim("minimize", "total_cost", f"sum({cost}[c]*{take}[c] for c in {choice})")
    else:
        page.aim("minimize", "number", f"sum({take}[c] for c in {choice})")
    page.constraint("covered", f"sum({take}[c] for c in {choice} if (c, p) in {covers}) >= 1", over=f"p in {place}")
    for rule in found.ruling.rules:
        ruled(page, rule, found.choices, take)
    page.assumptions.append("every one of these must be covered: " + ", ".join(found.places))
    questions = tuple(
        Question(
            text=f"what does this rule out: {told.original[a:b][:120]!r}?", default="it is left out",
            span=Span(start=a, end=b),
        )
        for a, b in found.ruling.unread
    )  # fmt: skip
    made = page.draft(found.confidence, formulator)
    return made.model_copy(update={"questions": questions, "unread": tuple(q.span for q in questions if q.span)})
