"""How much work something is, counted and not timed: the same on every machine, however busy."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable

from copilot.formulators.draft import FormulationRefused


def calls(work: Callable[[], object]) -> int:
    """Calls and returns of Python and of C functions until the work is done or refused."""
    count = 0

    def heard(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        with contextlib.suppress(FormulationRefused):
            work()
    finally:
        sys.setprofile(before)
    return count


def grows_at_most_quadratically(read: Callable[[str], object], piece: str, *, characters: int = 300) -> bool:
    """Whether reading twice as many repetitions takes at most about four times as many calls."""
    once, twice = (piece * (length // len(piece)) for length in (characters, 2 * characters))
    calls(lambda: read(once))  # what is loaded and kept at the first time is no part of it
    return calls(lambda: read(twice)) <= 5 * calls(lambda: read(once)) + 1000
