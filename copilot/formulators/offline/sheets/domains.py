"""What values the decisions take: yes or no, whole numbers, or any amount."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.offline.words.lexicon import unit_of
from copilot.formulators.offline.words.morphology import lemma
from formulations.formulation import Domain

from .aim import Aim
from .roster import Roster
from .sayings import Saying

CHOOSING = re.compile(
    r"\bwhich (?:of |ones?|(?!(?:is|are|was|were|has|have|can|could|must|may|will|would|should)\b)\w+ )|"
    r"\bchoos\w+|\bselect\w*|\bpick\w*|\bpack\b|\bwholly or not\b|\ball or nothing\b|"
    r"\btake along\b|\bapprove\w*|\bnot at all\b|\bknapsack\b|\bsubset\b|\bat most once\b|\bfund(?:ed)?\b",
    re.I,
)
_MANY = re.compile(
    r"\bhow (?:many|much)\b|\bquantit\w+|\bunits of each\b|\bnumber of\b|\bamounts?\b|\bproduce\b|\bmix\b|\bplan\b",
    re.I,
)
_NUMBERED = re.compile(r"\bhow many\b|\bnumber of\b", re.I)
_BROKEN = re.compile(
    r"\bfraction\w*(?: \w+){0,3} (?:are |is )?(?:fine|allowed|ok|okay|possible|permitted)\b|\bfractional\b|"
    r"\bparts of \w+ are\b|\bneed not be whole\b|\bnot necessarily (?:whole|integer)\b|\bdivisible\b|\bcontinuous\b|"
    r"\bpartial\w*\b|\bproportions?\b",
    re.I,
)
_WHOLE = re.compile(
    r"\bwhole (?:pieces?|numbers?|units?)\b|\bintegers?\b|\bintegral\b|\bindivisible\b|\bwhole \w+s\b", re.I
)
MIXED = re.compile(
    r"\bblend\w*|\bmix(?:ed|ture|es|ing)?\b|\balloy|\bdiet\w*|\bfeed\b|\bfeedstuff|\bcompound|\brecipe|\bpercent\w*",
    re.I,
)
_INVESTED = re.compile(r"\binvest\w*|\bput into\b|\bportfolio\b|\ballocat\w+", re.I)
_MEASURES = frozenset(
    [
        "kilo",
        "kg",
        "kilogram",
        "ton",
        "tonne",
        "pound",
        "lb",
        "liter",
        "litre",
        "gallon",
        "acre",
        "hectare",
        "gram",
        "g",
        "ounce",
        "hour",
        "day",
        "dollar",
        "barrel",
    ]
)


def domain_of(roster: Roster, said: Sequence[Saying], text: str, aim: Aim) -> Domain:
    """Binary where items are chosen, continuous where they are measured or mixed, else whole numbers."""
    if _BROKEN.search(text) or (aim.formula is not None and not (_WHOLE.search(text) or _NUMBERED.search(text))):
        return "continuous"
    each = any(s.each and s.side and s.value > 1 for s in said)
    bounded = any(a.role in ("least", "most") for a in roster.attributes) or each
    chosen = CHOOSING.search(text) and not _MANY.search(text) and not invests(roster, text)
    if chosen and not bounded and not _several(roster, said):
        return "binary"
    if _WHOLE.search(text):
        return "integer"
    if re.search(
        rf"\b(?:how many|number of) (?:of )?(?:each )?(?:(?:types?|kinds?) of )?{re.escape(roster.noun)}", text, re.I
    ):
        return "integer"
    titles = " ".join(a.title for a in roster.attributes).lower()
    per = re.findall(r"\bper (\w+)|/\s?(\w+)|\bfor (?:each|every|one|a) (\w+)", f"{titles} {text.lower()}")
    units = {lemma(w) for group in per for w in group if w}
    measured = any((known := unit_of(u)) and known[0] not in ("money",) for u in units if u in _MEASURES)
    if measured or (MIXED.search(text) and aim.sense == "minimize") or invests(roster, text):
        return "continuous"
    return "integer"


def _several(roster: Roster, said: Sequence[Saying]) -> bool:
    """Whether there must be several of an item, or all limits leave room for one of each."""
    counts = (s.value for s in said if s.items and s.side and not (s.unit or s.token.money or s.token.percent))
    room = [
        sum(f.value for f in a.figures.values()) <= margin.figure.value
        for a in roster.attributes
        for margin in a.margins
        if margin.side == "<="
    ]
    return any(value > 1 for value in counts) or (bool(room) and all(room))


def invests(roster: Roster, text: str) -> bool:
    """Whether the decisions are amounts of money put to work."""
    return _INVESTED.search(text) is not None and any(a.percent for a in roster.of("gain", "content"))
