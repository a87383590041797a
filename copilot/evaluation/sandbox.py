"""Foreign Python in a process that can do nothing but compute and print.

What holds, on Linux with namespaces (as root, or where users may make them): no network at all; no sight of other
processes; a root folder with only Python, its packages and the system's libraries, read-only; one writable folder, in
memory, gone afterwards; an empty environment; limits on processor time, memory of each process and of all together,
processes, files and their size; system calls refused that hold memory outside these limits, or that only an attack
needs; output read up to a limit; everything killed on time, whatever it started. As root the program runs as a user
that owns nothing. What does not hold: most system calls are let through, so that a hole in the kernel is a hole in the
sandbox. Where something of this cannot be had, nothing runs: ``unavailable`` says why.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO

from copilot.evaluation.jail import REFUSED, SCRATCH

_MEBI = 1 << 20
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
#: One thread for each library: many threads would each reserve memory and count as processes.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
#: Seconds between two looks at the memory of all processes.
_LOOK = 0.05
_PIECE = 1 << 16
#: Characters of output that are kept, from its end.
_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """memory: of each process; total_memory: of all together; both in bytes, as the others that hold bytes."""

    seconds: float = 30.0
    memory: int = 4096 * _MEBI
    total_memory: int = 2048 * _MEBI
    processes: int = 64
    scratch: int = 64 * _MEBI
    output: int = 4 * _MEBI


class Ending(Enum):
    """How a program ended."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "used too much memory"
    TOO_MUCH_OUTPUT = "printed too much"


@dataclass(frozen=True, slots=True)
class Execution:
    """What a program printed, from the end of it, and how it ended; ``exit_code`` is 128 and a signal if one did it."""

    ending: Ending
    exit_code: int
    stdout: str
    stderr: str
    seconds: float


class SandboxUnavailableError(RuntimeError):
    """The sandbox cannot be made here: ``str`` says what is missing."""


def execute(source: str, limits: Limits | None = None) -> Execution:
    """Runs a Python program in a sandbox. Raises SandboxUnavailableError; nothing has run then."""
    limits = limits or Limits()
    if sys.platform != "linux":
        raise SandboxUnavailableError("the sandbox needs the namespaces of Linux")
    with tempfile.TemporaryDirectory(prefix="sandbox-") as root:
        jail = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("jail.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={},
            start_new_session=True,
        )
        try:
            execution = _watched(jail, _order(source, limits, root), limits)
        finally:
            _end(jail)
    if execution.exit_code == REFUSED and execution.stderr.startswith("sandbox: "):
        reason = execution.stderr.strip().removeprefix("sandbox: ")
        raise SandboxUnavailableError(
            f"the sandbox cannot be made here: {reason}; it needs user, mount, process and network namespaces"
        )
    return execution


@functools.cache
def unavailable() -> str:
    """Why programs cannot be run here; empty if they can."""
    try:
        probe = execute("print(6 * 7)", Limits(seconds=20.0))
    except SandboxUnavailableError as error:
        return str(error)
    if probe.stdout.strip() != "42":
        last = (probe.stderr.strip() or probe.ending.value).splitlines()[-1]
        return f"Python does not run in the sandbox ({last}): can everybody read {sys.prefix}?"
    return ""


def _order(source: str, limits: Limits, root: str) -> bytes:
    packages = {place for place in sys.path if Path(place).name in ("site-packages", "dist-packages")}
    places = {*_SYSTEM, sys.prefix, sys.base_prefix, *packages}
    order = {
        "command": [sys.executable, "-I", "-B", f"{SCRATCH}/program.py"],
        "environment": {"HOME": SCRATCH, "TMPDIR": SCRATCH, "LANG": "C.UTF-8", **dict.fromkeys(_THREADS, "1")},
        "source": source.encode("utf-8", "replace").decode(),
        "root": root,
        "readable": sorted(places, key=len),  # a place before those inside it
        "scratch_bytes": limits.scratch,
        "limits": {
            "RLIMIT_CPU": max(1, round(limits.seconds) + 1),
            "RLIMIT_AS": limits.memory,
            "RLIMIT_NPROC": limits.processes,
            "RLIMIT_FSIZE": limits.scratch,
            "RLIMIT_NOFILE": 128,
            "RLIMIT_CORE": 0,
        },
    }
    return json.dumps(order).encode() + b"\n"


@dataclass(eq=False)
class _Tail:
    """The end of a stream, and how much there was of it."""

    kept: bytes = b""
    length: int = 0

    def add(self, piece: bytes) -> None:
        self.kept = (self.kept + piece)[-4 * _KEPT :]
        self.length += len(piece)

    @property
    def text(self) -> str:
        return self.kept.decode("utf-8", "replace")[-_KEPT:]


@dataclass(eq=False)
class _Streams:
    stdout: _Tail = field(default_factory=_Tail)
    stderr: _Tail = field(default_factory=_Tail)

    @property
    def length(self) -> int:
        return self.stdout.length + self.stderr.length


def _watched(jail: subprocess.Popen[bytes], order: bytes, limits: Limits) -> Execution:
    """Reads what is printed until both streams end or a limit is reached."""
    assert jail.stdin is not None
    assert jail.stdout is not None
    assert jail.stderr is not None
    started = time.monotonic()
    streams = _Streams()
    cut: Ending | None = None
    with contextlib.suppress(BrokenPipeError):  # it ended at once; its last words say why
        jail.stdin.write(order)
        jail.stdin.close()
    with selectors.DefaultSelector() as selector:
        selector.register(jail.stdout, selectors.EVENT_READ, streams.stdout)
        selector.register(jail.stderr, selectors.EVENT_READ, streams.stderr)
        while selector.get_map() and cut is None:
            for key, _ in selector.select(_LOOK):
                if not _read(key.fileobj, key.data):
                    selector.unregister(key.fileobj)
            cut = _exceeded(jail.pid, streams, limits, started)
    if cut is None:
        code = jail.wait()
        ending = Ending.DONE if code == 0 else Ending.FAILED
        if code == 128 + signal.SIGXCPU:
            ending = Ending.TIMED_OUT
    else:
        _end(jail)
        code, ending = 128 + signal.SIGKILL, cut
    seconds = time.monotonic() - started
    return Execution(ending, code, streams.stdout.text, streams.stderr.text, seconds)


def _read(stream: object, tail: _Tail) -> bool:
    """Whether the stream goes on."""
    piece = os.read(stream.fileno(), _PIECE)  # type: ignore[attr-defined]
    tail.add(piece)
    return bool(piece)


def _exceeded(pid: int, streams: _Streams, limits: Limits, started: float) -> Ending | None:
    if time.monotonic() - started > limits.seconds:
        return Ending.TIMED_OUT
    if streams.length > limits.output:
        return Ending.TOO_MUCH_OUTPUT
    return Ending.OUT_OF_MEMORY if _memory(pid) > limits.total_memory else None


def _memory(pid: int) -> int:
    """Resident bytes of a process and of all that descend from it."""
    children: dict[int, list[int]] = {}
    resident: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if not name.isdecimal():
            continue
        try:
            text = Path("/proc", name, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        fields = text.rpartition(")")[2].split()
        children.setdefault(int(fields[1]), []).append(int(name))
        resident[int(name)] = int(fields[21])
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += resident.get(one, 0)
        waiting += children.get(one, ())
    return total * os.sysconf("SC_PAGE_SIZE")


def _end(jail: subprocess.Popen[bytes]) -> None:
    """Kills the jail and the first process inside, with which all others end."""
    with contextlib.suppress(ProcessLookupError):  # it is gone already
        os.killpg(jail.pid, signal.SIGKILL)
    jail.wait()
    streams: tuple[IO[bytes] | None, ...] = (jail.stdin, jail.stdout, jail.stderr)
    for stream in streams:
        if stream is not None and not stream.closed:
            stream.close()
