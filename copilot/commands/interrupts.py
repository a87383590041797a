"""Ctrl-C: the first one asks for what there is, the second one gives up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from copilot.commands.output import note


@dataclass(slots=True)
class Interrupts:
    """The first Ctrl-C asks the solver to stop and keep its incumbent, the second ends the command."""

    seen: bool = False

    def handle(self, signum: int, frame: FrameType | None) -> None:
        if self.seen:
            raise KeyboardInterrupt
        self.seen = True
        note("stopping; press Ctrl-C again to give up the best plan so far")


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    before = signal.signal(signal.SIGINT, interrupts.handle)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
