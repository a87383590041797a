"""``python -m solvers.worker``: solves programs in a process of its own, one after the other.

It reads from standard input a line of JSON ``{"solver", "options", "memory_limit", "bytes"}`` followed by that many
bytes of ``wire.encode_program``, and writes one JSON line per event, at last ``done``, ``refused`` or ``failed``. A
line ``stop`` meanwhile makes it stop and keep its incumbent. It ends when its input does: then its parent is gone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from solvers.registry import solver_named
from solvers.solver import Event, UnsupportedProgramError
from solvers.wire import Message, decode_program, event_message, options_of, solution_message


@dataclass(frozen=True)
class Worker:
    """Reads in a thread of its own, so that a stop is heard while a solver works."""

    source: BinaryIO
    sink: TextIO
    stop: threading.Event = field(default_factory=threading.Event)
    requests: queue.SimpleQueue[tuple[Message, bytes]] = field(default_factory=queue.SimpleQueue)

    def run(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            self._answer(*self.requests.get())

    def _read(self) -> None:
        while line := self.source.readline():
            if line.strip() == b"stop":
                self.stop.set()
                continue
            head: Message = json.loads(line)
            program = self.source.read(head["bytes"])
            self.stop.clear()
            self.requests.put((head, program))
        os._exit(0)  # nobody is left to read an answer; a solver may be deep in its own code

    def _answer(self, head: Message, data: bytes) -> None:
        if head["memory_limit"] is not None:
            _limit_memory(head["memory_limit"])
        solver, options = solver_named(head["solver"]), options_of(head["options"])
        try:
            solution = solver.solve(decode_program(data), options, self._tell)
        except ValueError as refusal:
            unsupported = isinstance(refusal, UnsupportedProgramError)
            self._write({"event": "refused", "unsupported": unsupported, "reason": str(refusal)})
        except MemoryError:
            self._write({"event": "failed", "reason": "the solver ran out of memory"})
        else:
            self._write({"event": "done", "solution": solution_message(solution)})

    def _tell(self, event: Event) -> bool:
        self._write(event_message(event))
        return self.stop.is_set()

    def _write(self, message: Message) -> None:
        self.sink.write(json.dumps(message) + "\n")
        self.sink.flush()


def _limit_memory(limit: int) -> None:
    """Limits what this process may allocate (not what it maps: libraries map far more than they use), for good."""
    import resource  # not on every platform

    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def main() -> None:
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a solver prints must not break the stream of events
    # Ctrl-C reaches the whole process group; it is for the parent to say "stop", so that the incumbent is kept.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Worker(sys.stdin.buffer, sink).run()


if __name__ == "__main__":
    main()
