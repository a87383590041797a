"""What a text wants: much or little of something."""

from __future__ import annotations

from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.senses import EXTENTS, OPTIMIZING, SUPERLATIVES
from formulations.formulation import Sense

from .pages import Page

#: Words of extent that ask for a figure behind "how".
_ASKING = word_set("many long far well good fast early close")


def sense(page: Page) -> Sense | None:
    """The direction that the words ask for; None where they ask for none, or for both."""
    votes: set[Sense] = set()
    lows = [token.low for token in page.tokens]
    for i, low in enumerate(lows):
        before, after = lows[i - 1] if i else "", lows[i + 1] if i + 1 < len(lows) else ""
        number_next = any(token.is_number for token in page.tokens[i + 1 : i + 3])
        if low in ("most", "least", "maximum", "minimum") and (before == "at" or (number_next and low[0] == "m")):
            # "How much can it hold at most?" asks; "at most 40" limits.
            if low == "most" and before == "at" and not number_next and after in ("?", ".", "(", ",", "in"):
                votes.add("maximize")
            continue
        if low in OPTIMIZING or low in SUPERLATIVES:
            votes.add(OPTIMIZING.get(low) or SUPERLATIVES[low])
        elif before in ("as", "how") and low in EXTENTS:
            possible = before == "how" or "possible" in lows[i : i + 8] or {"can", "could"} & set(lows[i : i + 6])
            if possible and (before == "as" or low not in _ASKING):
                votes.add(EXTENTS[low])
    if len(votes) == 2 and {"how", "cheapest"} & set(lows) and "maximize" not in map(SUPERLATIVES.get, lows):
        return "minimize"
    return votes.pop() if len(votes) == 1 else None
