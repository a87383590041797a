"""What values the decisions take: yes or no, whole numbers, or any amount."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.offline.lexicon import unit_of
from copilot.formulators.offline.morphology import lemma
from formulations.formulation import Domain

from .aim import Aim
from .roster import Roster
from .sayings import Saying

CHOOSING = re.compile(
    r"\bwhich (?:of |ones?|\w+ )|\bchoos\w+|\bselect\w*|\bpick\w*|\bpack\b|\bwholly or not\b|\ball or nothing\b|"
    r"\btake along\b|\bapprove\w*|\bnot at all\b|\bknapsack\b|\bsubset\b|\bat most once\b|\bfund(?:ed)?\b",
    re.I,
)
_MANY = re.compile(
    r"\bhow (?:many|much)\b|\bquantit\w+|\bunits of each\b|\bnumber of\b|\bamounts?\b|\bproduce\b|\bmix\b|\bplan\b",
    re.I,
)
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
    if _BROKEN.search(text):
        return "continuous"
    each = any(s.each and s.side == "<=" and s.value > 1 for s in said)
    bounded = any(a.role in ("least", "most") for a in roster.attributes) or each
    if CHOOSING.search(text) and not _MANY.search(text) and not bounded and not _INVESTED.search(text):
        return "binary"
    if _WHOLE.search(text):
        return "integer"
    titles = " ".join(a.title for a in roster.attributes).lower()
    per = re.findall(r"\bper (\w+)|/\s?(\w+)|\bfor (?:each|every|one|a) (\w+)", f"{titles} {text.lower()}")
    units = {lemma(w) for group in per for w in group if w}
    measured = any((known := unit_of(u)) and known[0] not in ("money",) for u in units if u in _MEASURES)
    if measured or (MIXED.search(text) and aim.sense == "minimize") or invests(roster, text):
        return "continuous"
    return "integer"


def invests(roster: Roster, text: str) -> bool:
    """Whether the decisions are amounts of money put to work."""
    return _INVESTED.search(text) is not None and any(a.percent for a in roster.of("gain", "content"))
