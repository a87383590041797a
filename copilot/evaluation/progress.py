"""A progress bar for a terminal, and now and then a line for everything else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TextIO

from copilot.evaluation.figures import Scored

_WIDTH = 24
#: Seconds between two lines where there is no terminal.
_QUIET = 10.0


@dataclass(eq=False)
class Progress:
    """Shows how many samples are done and how many of them are right."""

    stream: TextIO
    _started: float = field(default_factory=time.monotonic)
    _said: float = field(default_factory=time.monotonic)
    _new: int = 0
    _right: int = 0

    def __call__(self, scored: Scored, done: int, total: int) -> None:
        now = time.monotonic()
        self._new += 1
        self._right += scored.right
        left = (now - self._started) / self._new * (total - done)
        words = f"{done}/{total}, {self._right} of {self._new} right, {clock(left)} left"
        if self.stream.isatty():
            filled = _WIDTH * done // total
            self.stream.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {words}\x1b[K")
            self.stream.write("\n" if done == total else "")
        elif done == total or now - self._said >= _QUIET:
            self.stream.write(f"{words}\n")
            self._said = now
        self.stream.flush()


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
