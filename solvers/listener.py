"""Between the callbacks of a solver library and the event handler of whoever listens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TypeVar

from formulations.program import Floats
from solvers.solver import Bound, Event, EventHandler, Incumbent, LogLine, Pulse

T = TypeVar("T")

#: Seconds between two pulses.
PULSE = 0.1


@dataclass(eq=False)
class Listener:
    """Passes events on, keeps the log, and remembers whether somebody asked to stop.

    bound: the last dual bound told. error: what the event handler raised inside a callback of the library.
    """

    on_event: EventHandler
    started: float = field(default_factory=time.perf_counter)
    lines: list[str] = field(default_factory=list)
    stopped: bool = False
    bound: float | None = None
    error: BaseException | None = None
    next_pulse: float = 0.0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def log(self) -> str:
        return "\n".join(self.lines)

    def send(self, event: Event) -> None:
        if not self.stopped and self.on_event(event):
            self.stopped = True

    def tell(self, text: str) -> None:
        """Keep a piece of log, and pass it on line by line."""
        for line in text.splitlines():
            self.lines.append(line)
            self.send(LogLine(line))

    def tell_incumbent(self, objective: float, values: Floats | None = None) -> None:
        self.send(Incumbent(objective, self.seconds, values))

    def tell_bound(self, bound: float) -> None:
        """Pass on a finite dual bound that is new."""
        if math.isfinite(bound) and bound != self.bound:
            self.bound = bound
            self.send(Bound(bound, self.seconds))

    def is_pulse_due(self) -> bool:
        return self.seconds >= self.next_pulse

    def pulse(self) -> None:
        """Ask whether to go on, unless that was asked a moment ago."""
        if self.is_pulse_due():
            self.next_pulse = self.seconds + PULSE
            self.send(Pulse(self.seconds))

    def attend(self, work: Callable[[SimpleQueue[Callable[[], None]]], T], interrupt: Callable[[], None]) -> T:
        """The result of work that runs in a thread of its own; raises what it raises.

        Work puts into the queue what is to be told, and that is told here, in the thread of the listener: event
        handlers need not bear being called from several threads. Asked to stop, or at an exception of the event
        handler, ``interrupt`` is called, once, and the work is waited for.
        """
        told: SimpleQueue[Callable[[], None]] = SimpleQueue()
        interrupted = False
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit(work, told)
            while not (future.done() and told.empty()):
                with self.guarded():
                    with suppress(Empty):
                        told.get(timeout=PULSE / 10)()
                    self.pulse()
                if self.stopped and not interrupted:
                    interrupted = True
                    interrupt()
        return future.result()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Hold back whatever is raised: an exception must not unwind through the frames of a C library."""
        try:
            yield
        except BaseException as error:
            self.error, self.stopped = error, True

    def raise_error(self) -> None:
        """Raise again what was held back."""
        if self.error is not None:
            raise self.error
