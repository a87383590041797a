"""A solve in a child process: watched without blocking, cancelled for certain, never lost without a reason."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from solvers.listener import PULSE
from solvers.planning import Plan
from solvers.pool import WorkerProcess, pool
from solvers.solution import Limit, Solution, Termination, without_values
from solvers.solver import (
    Bound,
    Event,
    EventHandler,
    Incumbent,
    LogLine,
    Options,
    Pulse,
    UnsupportedProgramError,
    ignore,
)
from solvers.wire import Message, encode_program, event_of, options_message, solution_of

#: Seconds a solver gets to stop by itself after it was asked to, and beyond its own time limit.
_STOP_GRACE = 3.0
#: The same for one that does not listen.
_DEAF_GRACE = 0.1
_LIMIT_GRACE = 15.0
_FINAL = ("done", "refused", "failed")


class Job:
    """One plan at work in a worker process, which starts at once.

    ``poll`` gives what is new in the user's terms, ``result`` the verified solution, None while it runs. A worker
    that dies makes a NUMERICAL_ERROR that says how, with the values of its last incumbent.
    memory_limit: bytes the worker may allocate.
    """

    def __init__(self, plan: Plan, options: Options | None = None, *, memory_limit: int | None = None) -> None:
        self.plan = plan
        self.options = options or Options()
        self._memory_limit = memory_limit
        self._request = self._encoded()
        self._started = time.perf_counter()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._finished = threading.Event()
        self._lock = threading.Lock()
        self._cut: Limit | None = None
        self._trace = _Trace()
        self._result: Solution | None = None
        self._worker: WorkerProcess | None = pool().take(type(plan.solver).__module__)
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def running(self) -> bool:
        return not self._finished.is_set()

    def poll(self) -> tuple[Event, ...]:
        """The events since the last call, without waiting."""
        events: list[Event] = []
        while not self._events.empty():
            event = self._events.get()
            if event is not None:
                events.append(self.plan.translate(event))
        return tuple(events)

    def cancel(self) -> None:
        """Asks the solver to stop and keep its incumbent; ends the process if it does not listen."""
        self._stop(Limit.INTERRUPTED, self._grace)

    @property
    def _grace(self) -> float:
        return _STOP_GRACE if self.plan.solver.interruptible else _DEAF_GRACE

    def wait(self, timeout: float | None = None) -> Solution | None:
        """The result, or None if there is none after ``timeout`` seconds."""
        return self.result if self._finished.wait(timeout) else None

    @property
    def result(self) -> Solution | None:
        """The verified solution in the user's terms, None while the solver runs.

        Raises UnsupportedProgramError, or ValueError for options that the solver refuses.
        """
        if self.running:
            return None
        with self._lock:
            if self._result is None:
                self._result = self.plan.finish(self.claim(), self.options)
            return self._result

    def follow(self, on_event: EventHandler = ignore) -> Solution:
        """The result, after all events went to the handler; it stops the solver by returning True."""
        try:
            while (event := self._next()) is not None:
                if on_event(self.plan.translate(event)):
                    self.cancel()
        except BaseException:
            self._stop(Limit.INTERRUPTED, 0.0)
            raise
        solution = self.wait()
        assert solution is not None
        return solution

    def _next(self) -> Event | None:
        """The next event, None after the last; a pulse while the worker is silent."""
        try:
            return self._events.get(timeout=PULSE)
        except queue.Empty:
            return Pulse(time.perf_counter() - self._started)

    def claim(self) -> Solution:
        """What the worker said at last about the reduced program, or what is known if it could not; unverified."""
        final = self._trace.final
        if final is not None and final["event"] == "done":
            return solution_of(final["solution"])
        if final is not None and final["event"] == "refused":
            raise (UnsupportedProgramError if final["unsupported"] else ValueError)(final["reason"])
        unfinished = self._unfinished()
        if self._cut is not None:
            found = unfinished.values is not None
            reached = Termination.FEASIBLE if found else Termination.NO_SOLUTION_FOUND
            return replace(unfinished, termination=reached, limit=self._cut)
        reason = self._trace.death if final is None else str(final["reason"])
        return replace(unfinished, log=f"{unfinished.log}\nThe solver process failed: {reason}".lstrip())

    def _unfinished(self) -> Solution:
        """What was heard before the worker fell silent, as a failure."""
        solver, trace = self.plan.solver, self._trace
        point = trace.incumbent if trace.incumbent is not None and trace.incumbent.values is not None else None
        version = solver.available().version
        return replace(
            without_values(Termination.NUMERICAL_ERROR, solver=solver.name, version=version, log="\n".join(trace.log)),
            objective=None if point is None else point.objective,
            values=None if point is None else point.values,
            dual_bound=trace.bound,
            seconds=time.perf_counter() - self._started,
        )

    def _stop(self, limit: Limit, grace: float) -> None:
        with self._lock:
            if self._cut is None and self.running:
                self._cut = limit
            worker = self._worker
        if worker is not None:
            _later(grace, self._end)
            worker.say(b"stop\n")

    def _end(self) -> None:
        with self._lock:
            if self._worker is not None:
                self._worker.process.kill()

    def _expire(self) -> None:
        self._stop(Limit.TIME, 0.0)

    def _encoded(self) -> bytes:
        data = encode_program(self.plan.reduced)
        head = {
            "solver": self.plan.solver.name,
            "options": options_message(self.plan.options(self.options)),
            "memory_limit": self._memory_limit,
            "bytes": len(data),
        }
        return json.dumps(head).encode() + b"\n" + data

    def _run(self) -> None:
        worker = self._worker
        assert worker is not None
        timer = None
        if self.options.time_limit is not None:
            timer = _later(self.options.time_limit + _LIMIT_GRACE, self._expire)
        try:
            self._listen(worker)
        finally:
            if timer is not None:
                timer.cancel()
            with self._lock:  # from here on the process may be at work for another job
                self._worker = None
            if self._trace.final is None and self._cut is None:
                self._trace.death = worker.autopsy()
            pool().give(worker, reusable=self._trace.final is not None and self._memory_limit is None)
            self._finished.set()
            self._events.put(None)

    def _listen(self, worker: WorkerProcess) -> None:
        worker.say(self._request)
        if self._cut is not None:  # cancelled while the program was on its way
            self._stop(self._cut, self._grace)
        for message in worker.messages():
            if message["event"] in _FINAL:
                self._trace.final = message
                return
            event = event_of(message)
            self._trace.see(event)
            self._events.put(event)


@dataclass(eq=False)
class _Trace:
    """What was heard from a worker so far, in terms of the reduced program."""

    log: list[str] = field(default_factory=list)
    incumbent: Incumbent | None = None
    bound: float | None = None
    final: Message | None = None
    death: str = ""

    def see(self, event: Event) -> None:
        match event:
            case LogLine(text=text):
                self.log.append(text)
            case Incumbent():
                self.incumbent = event
            case Bound(value=value):
                self.bound = value


def _later(seconds: float, action: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
