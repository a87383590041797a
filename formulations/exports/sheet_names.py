"""Names of worksheets: at most 31 characters, and different even in small letters."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 31
#: Excel keeps this one for itself.
_RESERVED = "history"


class SheetNames:
    """The names taken so far in one workbook."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {_RESERVED, *(name.casefold() for name in taken)}

    def take(self, name: str) -> str:
        """The name itself, cut and numbered where needed."""
        candidate, number = name[:_LONGEST], 1
        while candidate.casefold() in self._taken:
            number += 1
            ending = f"_{number}"
            candidate = f"{name[: _LONGEST - len(ending)]}{ending}"
        self._taken.add(candidate.casefold())
        return candidate
