"""What a figure is: a cost, a demand, a supply, by the words around it."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["fixed", "capacity", "demand", "supply", "distance", "time", "profit", "cost", ""]

_KIND_WORDS: tuple[tuple[Kind, str], ...] = (
    (
        "fixed",
        "fixed|opening|open|opened|set-?up|renting|rented|rent|leasing|lease|starting|start-?up|"
        "establish(?:ing|ment)?|build(?:ing)?|construct(?:ion|ing)|install",
    ),
    (
        "demand",
        "demands?|needs?|needed|requires?|required|requirements?|orders?|ordered|receives?|at least|target|deficits?|"
        "shortfalls?|shortages?|lacks?",
    ),
    ("capacity", "capacit(?:y|ies)|limit(?:s|ed)?|handles?|carr(?:y|ies)|at most|up to|throughput"),
    (
        "supply",
        "supply|supplies|available|has|have|currently|current|stock|surplus|holds?|present|equipped|"
        "(?:can|could|may) (?:ship|deliver|supply|send|provide|offer|produce|make|spare)",
    ),
    ("cost", r"costs?|costing|expenses?|prices?|priced|fees?|\$"),
    ("distance", "distances?|km|kilometers?|miles?"),
    ("time", r"times?|minutes?|(?<!per )(?<!an )(?<!each )(?:hours?)|seconds?"),
    ("profit", "profits?|revenues?|values?|benefits?|ratings?|scores?|weights?|dispersion|preferences?"),
    ("capacity", "maximum|send|flow|transport|transported|move"),
)
#: The first of the kinds, whose words leave no doubt.
_PLAIN = 5
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.I)) for kind, words in _KIND_WORDS)


def kind_of(*levels: str) -> Kind:
    """What a figure is, by the first level of words that says it."""
    for words in levels:
        for kind, pattern in _KINDS:
            if pattern.search(words):
                return kind
    return ""


def several_kinds(words: str) -> bool:
    """Whether the words speak of figures of several kinds: "fixed cost 30, capacity 20"."""
    return sum(1 for _, pattern in _KINDS[:_PLAIN] if pattern.search(words)) > 1
