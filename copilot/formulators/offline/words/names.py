"""Names for elements out of the words of the text: identifiers, each given once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from formulations.refusals import RESERVED
from formulations.statements import KEYWORDS

_TAKEN = frozenset({*RESERVED, *KEYWORDS, "inf", "nan", "infinity", "data", "text", "name"})
_LONGEST = 40


class Names:
    """Hands out identifiers that are unique in one formulation."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._given = set(taken)

    def free(self, *words: str) -> bool:
        """Whether the identifier of the words was not given yet."""
        return identifier(" ".join(words)) not in self._given

    def take(self, *words: str) -> str:
        """An identifier made of the words; numbered when it was given before."""
        base = identifier(" ".join(words))
        name, count = base, 2
        while name in self._given:
            name, count = f"{base}_{count}", count + 1
        self._given.add(name)
        return name


def identifier(words: str) -> str:
    """The words joined by underscores, in lower case, never a reserved word."""
    name = re.sub(r"\W+", "_", words.lower(), flags=re.ASCII).strip("_")[:_LONGEST].strip("_")
    if not name:
        return "amount"
    if name[0].isdigit():
        name = f"n{name}"
    return f"{name}_" if name in _TAKEN else name
