"""Worker processes: started, kept warm for the next program, and ended with this one."""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from solvers.wire import Message

#: Seconds a process gets to end after it has closed its output.
_PATIENCE = 2.0
#: Bytes of a dead worker's last words that are read.
_LAST_WORDS = 2000


@dataclass(eq=False)
class WorkerProcess:
    """The parent's end of one ``python -m solvers.worker``, which serves the solvers of one module.

    Solvers of one module use one library; those of several may clash with each other.
    """

    module: str
    process: subprocess.Popen[bytes]
    stderr: IO[bytes]

    @classmethod
    def start(cls, module: str) -> WorkerProcess:
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-m", "solvers.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=os.environ | {"PYTHONPATH": path},
        )
        return cls(module, process, stderr)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def say(self, data: bytes) -> None:
        """Sends bytes in one piece; a dead process does not get them, as its silence will tell."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):  # it is gone, or was closed here
            return

    def messages(self) -> Iterator[Message]:
        """What the process says, until it ends; a line that it could not finish is left out."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                yield json.loads(line)

    def autopsy(self) -> str:
        """How the process ended, and its last words."""
        try:
            code = self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.stderr.seek(max(0, self.stderr.seek(0, os.SEEK_END) - _LAST_WORDS))
        text = self.stderr.read().decode(errors="replace")
        words = [line for line in text.splitlines() if line.strip() and not line.startswith(" ")]
        words = [line for line in words if "rror" in line or "terminate called" in line] or words
        how = f"exit code {code}"
        if code < 0:
            how = f"killed by {signal.Signals(-code).name}"
            how += " (perhaps out of memory)" if -code == signal.SIGKILL else ""
        return f"{how}: {words[-1]}" if words else how

    def close(self) -> None:
        """Ends the process, whatever it does."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:  # a last flush that nobody reads
                    continue
        self.process.wait()
        self.stderr.close()


class Pool:
    """All workers of this process. At most one per module waits for the next program, its library loaded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, WorkerProcess] = {}
        self._busy: set[WorkerProcess] = set()
        atexit.register(self.close)

    def take(self, module: str) -> WorkerProcess:
        """The worker that waits for programs of this module's solvers, or a new one."""
        with self._lock:
            worker = self._idle.pop(module, None)
        if worker is not None and not worker.alive:
            worker.close()
            worker = None
        worker = worker or WorkerProcess.start(module)
        with self._lock:
            self._busy.add(worker)
        return worker

    def give(self, worker: WorkerProcess, *, reusable: bool) -> None:
        """Takes a worker back, to keep it or to end it."""
        with self._lock:
            self._busy.discard(worker)
            kept = reusable and self._idle.setdefault(worker.module, worker) is worker
        if not kept:
            worker.close()

    def close(self) -> None:
        """Ends all workers."""
        with self._lock:
            workers = [*self._idle.values(), *self._busy]
            self._idle.clear()
            self._busy.clear()
        for worker in workers:
            worker.close()


@functools.cache
def pool() -> Pool:
    """The pool of this process."""
    return Pool()
