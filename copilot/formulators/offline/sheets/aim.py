"""What is wanted of the plan: the sense, and the attributes that make up its worth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from copilot.formulators.offline.words.lexicon import SCALES, unit_of
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.senses import sense_of
from copilot.formulators.offline.words.tokens import Token
from formulations.formulation import Sense

from .formulas import Formula, formula
from .naming import Speaking
from .quotients import ratio_in
from .roster import MONEY, Attribute, Role, Roster

_BEST = re.compile(r"\bbest\b|\bmost (?:money|profit|value|people)\b|\bmost (?:profitable|valuable|useful)\b", re.I)
_COUNT = re.compile(r"\b(?:number of|how few|how many|fewest|as few|as many)\b", re.I)
_SENSE = re.compile(
    r"\b(?:maximi[sz]\w*|minimi[sz]\w*|largest|smallest|highest|lowest|cheapest|cheaply|greatest|biggest|fewest|best|"
    r"most|least|as \w+ as|how few|maximum|minimum|keep)\b",
    re.I,
)
_LESS = re.compile(r"\bminus\b|\bless\b|\bnet\b|\bafter (?:deducting|paying|subtracting)\b|\bprofits?\b", re.I)
_VERB = re.compile(r"\b(?:maxi|mini)mi[sz]\w*", re.I)
_SURFACE = re.compile(r"\bsquare (?:met(?:er|re)s?|foot|feet)\b")
_MINUS = re.compile(r"\bminus\b|\b(?:subtract|deduct)\w*", re.I)
_PROFIT = re.compile(r"\bprofit|\bmargin|\bnpv\b|\bpresent value|\bcontribution|\bnet\b", re.I)
_COST = re.compile(
    r"\bcosts?\b|\bcheap\w*|\bexpens\w+|\bspend\w*|\boutlay|\bbill\b|\bpay\b|\bprice\b|\beconomical\w*", re.I
)
EARNED = re.compile(r"\bprofit\w*|\bmoney\b|\bearn\w*|\brevenue|\bincome|\bmargin|\breturn|\bsales\b|\btakings\b", re.I)
_COUNTED = re.compile(r"\b(?:number of|how few|how many|fewest|as few|as many)(?: different| distinct)? ([a-z]+)", re.I)
_WORDS_AROUND = 90
SCALED = re.compile(r"\bin (?:units of )?(?:(hundred|thousand|million)s?\b|[$€£] ?1[,. ]?000\b)", re.I)


@dataclass(slots=True)
class Aim:
    """``plus`` less ``minus`` attributes; ``count`` where only the number of items matters. ``sure`` if it is named.

    ``below`` divides it, None for the number of items; a ``formula`` over columns ``letters`` says it instead,
    in which decisions are counted by the ``scale``: in thousands.
    """

    sense: Sense
    plus: list[Attribute] = field(default_factory=list)
    minus: list[Attribute] = field(default_factory=list)
    fixed: list[Attribute] = field(default_factory=list)
    below: tuple[Attribute | None, ...] = ()
    formula: Formula | None = None
    letters: dict[str, Attribute] = field(default_factory=dict)
    scale: float = 1.0
    count: bool = False
    sure: bool = True
    start: int = 0
    end: int = 1


def aim_of(
    roster: Roster, speaking: Speaking, sentences: Sequence[Sequence[Token]], text: str, written: str
) -> Aim | None:
    """The aim, by the sentence that asks for the most or the least of something; None where none does.

    ``written`` is the text with its subscripts, as a formula needs them.
    """
    sense, words, place = _asked(sentences, text)
    if sense is None:
        return None
    asked = text[place[0] + max(text[slice(*place)].find(words), 0) :] if words else text
    aim = _by_formula(roster, sense, written) or _quotient(roster, speaking, sense, asked)
    if aim is None and (aim := _aim(roster, speaking, sense, words)) is not None and _told_quotient(asked):
        aim.sure = False
    return replace(aim, start=place[0], end=place[1]) if aim is not None else None


def _by_formula(roster: Roster, sense: Sense, text: str) -> Aim | None:
    """The aim that a formula over columns tells."""
    named = {a.title.strip().lstrip("\\").split("_")[0]: a for a in roster.attributes}
    found = formula(text, [a.title for a in roster.attributes])
    if found is None or not found.symbols <= named.keys():
        return None
    scaled = SCALED.search(text, max(0, found.start - _WORDS_AROUND), found.end + _WORDS_AROUND)
    scale = SCALES[(scaled[1] or "thousand").lower()] if scaled else 1.0
    letters = {letter: named[letter] for letter in sorted(found.symbols)}
    return Aim(sense, formula=found, letters=letters, scale=scale)


def _quotient(roster: Roster, speaking: Speaking, sense: Sense, asked: str) -> Aim | None:
    """The aim as a quotient, where the sentence that asks, or the one after it, tells one."""
    told = _told_quotient(asked)
    if told is None:
        return None
    above, below = _aim(roster, speaking, sense, f"{sense} {told[0]}"), _divisor(roster, speaking, told[1])
    return replace(above, below=below) if above is not None and below else None


def _told_quotient(asked: str) -> tuple[str, str] | None:
    sentence, *following = re.split(r"(?<=[.?!])\s+", asked, maxsplit=2)
    return ratio_in(sentence, " ".join(following[:1]))


def _aim(roster: Roster, speaking: Speaking, sense: Sense, words: str) -> Aim | None:
    """The aim as a sum over the items, by the words around what asks for it."""
    pool = [a for a in roster.attributes if a.role not in ("fixed", "least", "most")]
    if sense == "minimize" and any(_COST.search(match[0]) for match in _SENSE.finditer(words)):
        pool = [a for a in pool if a.money] or pool
    gained = [a for a in pool if a.role == "gain"]
    earned = sense == "maximize" and EARNED.search(words) and gained
    lows = re.findall(r"[a-z]+", words.lower())
    unit = next((w for w in lows if (known := unit_of(w)) is not None and known[0] not in ("time", "money")), "")
    named = speaking.attribute(lows, unit, among=gained if earned else pool)
    return _most(roster, named, words) if sense == "maximize" else _least(roster, named, words)


def _divisor(roster: Roster, speaking: Speaking, words: str) -> tuple[Attribute | None, ...]:
    """What a quotient is taken over: a column, all that is paid, or the number of items; empty if none is named."""
    lows = re.findall(r"[a-z]+", _SURFACE.sub("area", words.lower()))
    named = speaking.attribute(lows)
    losses = _full(roster, "loss")
    if named is not None and not (named.money and len(losses) > 1 and "total" in lows):
        return (named,)
    if losses and (_COST.search(words) or MONEY.search(words)):
        return tuple(losses)
    by = {stem(w) for a in roster.attributes for w in re.findall(r"\bper ([a-z]+)", a.title.lower())}
    counted = {stem(roster.noun), "unit", "item", "piec", *by} & {stem(w) for w in lows}
    return (None,) if counted else ()


def _most(roster: Roster, named: Attribute | None, words: str) -> Aim | None:
    """What is to be as large as possible: what is named, else what is earned, less what is paid."""
    gains, losses = _full(roster, "gain"), _full(roster, "loss")
    aim = Aim("maximize")
    if named is not None and not (_PROFIT.search(words) and _is_sale(named)) and named.role != "loss":
        aim.plus = [named]
        net = _LESS.search(_without(words, named)) and not _PROFIT.search(named.title)
        aim.minus = losses if net or _MINUS.search(words) else []
    elif gains and (EARNED.search(words) or not _rest(roster)):
        aim.plus = gains[:1] if len(gains) == 1 else [a for a in gains if _PROFIT.search(a.title)][:1] or gains[:1]
        aim.minus = losses if _LESS.search(words) and not any(_PROFIT.search(a.title) for a in aim.plus) else []
    elif EARNED.search(words) and len(losses) == 1:
        aim.plus = losses
    elif _counts_items(words, roster):
        aim.count = True
    elif len(rest := _rest(roster)) == 1:
        aim.plus, aim.sure = rest, False
    else:
        return None
    aim.fixed = roster.of("fixed") if aim.plus and aim.plus[0].money else []
    return aim


def _least(roster: Roster, named: Attribute | None, words: str) -> Aim | None:
    """What is to be as small as possible: a number of items, what is named, else what is paid."""
    gains, losses, fixed = _full(roster, "gain"), _full(roster, "loss"), roster.of("fixed")
    priced = any(a.price is not None for a in roster.attributes)
    if _COUNT.search(words) and not _COST.search(words):
        return Aim("minimize", count=True) if _counts_items(words, roster) else None
    if named is not None and named.role != "gain":
        plus = [named] if not named.money else losses or [named]
        return Aim("minimize", plus, fixed=fixed if named.money else [])
    if losses or priced or fixed:
        return Aim("minimize", losses, fixed=fixed)
    if gains and all(a.money for a in gains):
        return Aim("minimize", gains[:1])
    if len(rest := _rest(roster)) == 1 and not _COST.search(words):
        return Aim("minimize", rest, fixed=fixed, sure=False)
    return None


def _full(roster: Roster, role: Role) -> list[Attribute]:
    """Attributes of a role that every item has."""
    return [a for a in roster.of(role) if len(a.figures) == len(roster.items)]


def _counts_items(words: str, roster: Roster) -> bool:
    """Whether what is counted are the items: by their noun, or by a word that all their names share."""
    match = _COUNTED.search(words)
    shared = set.intersection(*({stem(w) for w in item.lower().split()} for item in roster.items))
    return match is not None and stem(match[1].lower()) in {stem(roster.noun), *shared}


def sense_asked(sentences: Sequence[Sequence[Token]], text: str) -> Sense | None:
    """The sense that the last sentence says with a verb, which asks after all that went before; else of the text."""
    last = text[sentences[-1][0].start : sentences[-1][-1].end] if sentences and sentences[-1] else ""
    return (sense_of(last) if _VERB.search(last) else None) or sense_of(text)


def _asked(sentences: Sequence[Sequence[Token]], text: str) -> tuple[Sense | None, str, tuple[int, int]]:
    """The sense and the words around what says it, in the last sentence that asks."""
    overall = sense_asked(sentences, text)
    for tokens in reversed(sentences):
        part = text[tokens[0].start : tokens[-1].end]
        plain = re.sub(r"\b(?:at|no) (?:least|most|more|less)\b", lambda m: " " * len(m[0]), part, flags=re.I)
        sense = sense_of(plain) or ("maximize" if _BEST.search(plain) else None)
        if sense is None or (overall is not None and sense != overall and not _BEST.search(plain)):
            continue
        match = next(iter(_SENSE.finditer(plain)), None)
        at = match.start() if match else 0
        words = plain[max(0, at - _WORDS_AROUND // 2) : at + _WORDS_AROUND]
        return overall or sense, words, (tokens[0].start, tokens[-1].end)
    return overall, text if overall else "", (0, 1)


def _is_sale(attribute: Attribute) -> bool:
    return not _PROFIT.search(attribute.title)


def _without(words: str, attribute: Attribute) -> str:
    return re.sub("|".join(map(re.escape, attribute.title.split())) or "$^", " ", words, flags=re.I)


def _rest(roster: Roster) -> list[Attribute]:
    """Attributes that nothing limits: one of them may be what is wanted."""
    return [
        a
        for a in roster.attributes
        if a.role in ("content", "gain") and not a.margins and len(a.figures) == len(roster.items)
    ]
