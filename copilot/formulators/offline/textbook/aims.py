"""What a text wants: much or little of something."""

from __future__ import annotations

from copilot.formulators.offline.words.lexicon import word_set
from formulations.formulation import Sense

from .pages import Page

_MORE = word_set(
    """maximize maximise maximizes maximises maximum maximizing largest biggest greatest highest max most
    maximal"""
)
_LESS = word_set(
    """minimize minimise minimizes minimises minimum minimizing smallest least cheapest lowest shortest fewest soonest
    quickest fastest min minimal cheaply nearest closest"""
)
_MUCH = word_set("large big much great high many")
_LITTLE = word_set("small little cheap cheaply low short soon few quickly")


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
        if low in _MORE:
            votes.add("maximize")
        elif low in _LESS:
            votes.add("minimize")
        elif before in ("as", "how") and low in _MUCH | _LITTLE:
            possible = before == "how" or "possible" in lows[i : i + 8] or {"can", "could"} & set(lows[i : i + 6])
            if possible and (low != "many" or before == "as"):
                votes.add("maximize" if low in _MUCH else "minimize")
    if len(votes) == 2 and {"how", "cheapest"} & set(lows) and not _MORE & set(lows):
        return "minimize"
    return votes.pop() if len(votes) == 1 else None
