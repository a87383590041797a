"""The log of a run: a header and one line for each sample, only ever appended to, so that a run can go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from copilot.evaluation.outcome import Outcome


class LogError(ValueError):
    """A log cannot be used; ``str`` says which, why and what to do."""


class DataHash(BaseModel):
    """Which data were used, to the byte."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format: str
    sha256: str
    n: int


class Header(BaseModel):
    """What a run is: two logs with equal headers, but for ``created``, may go on in one file.

    asking: how a language model is asked, where one is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    commit: str
    formulator: str
    provider: str = ""
    model: str = ""
    asking: str = ""
    seed: int = 0
    solve_limit: float
    sample_limit: float
    data: tuple[DataHash, ...]
    created: str = ""


@dataclass(eq=False)
class Log:
    """A log file open for appending, and the outcomes it already holds."""

    path: Path
    outcomes: tuple[Outcome, ...]
    _file: IO[bytes] = field(repr=False)

    @classmethod
    def open(cls, path: Path, header: Header) -> Log:
        """The log at ``path``, new or gone on with. A last line that was cut off is dropped. Raises LogError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("ab")
        except OSError as error:
            raise _unwritable(path, error) from None
        try:
            _lock(file, path)
            text = path.read_bytes()
            whole = text[: text.rfind(b"\n") + 1]
            outcomes = _outcomes(whole, header, path) if whole else ()
            file.truncate(len(whole))
        except OSError as error:
            file.close()
            raise _unwritable(path, error) from None
        except LogError:
            file.close()
            raise
        log = cls(path, outcomes, file)
        if not whole:
            log._write(header)
        return log

    def append(self, outcome: Outcome) -> None:
        self._write(outcome)

    def _write(self, entry: BaseModel) -> None:
        try:
            self._file.write(entry.model_dump_json().encode() + b"\n")
            self._file.flush()
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _unwritable(path: Path, error: OSError) -> LogError:
    return LogError(f"{path}: the log cannot be written ({error.strerror}): make room for it, or choose another file")


def _lock(file: IO[bytes], path: Path) -> None:
    """Keeps the file for this run until it is closed. Raises LogError while another run has it."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LogError(f"{path} is being written by another run: wait for it, or choose another file") from None
    except OSError:  # a file system without locks
        return


def read_log(path: Path) -> tuple[Header, tuple[Outcome, ...]]:
    """What a log holds, also while it is being written. Raises LogError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise LogError(f"{path}: the log cannot be read ({error.strerror})") from None
    lines = text[: text.rfind(b"\n") + 1].splitlines()
    return _header(lines, path), _read(lines, path)


def _outcomes(text: bytes, header: Header, path: Path) -> tuple[Outcome, ...]:
    lines = text.splitlines()
    differences = _differences(_header(lines, path), header)
    if differences:
        raise LogError(
            f"{path} is the log of another run: {'; '.join(differences)}. Choose another file, or repeat that run"
        )
    return _read(lines, path)


def _header(lines: Sequence[bytes], path: Path) -> Header:
    try:
        return Header.model_validate_json(lines[0] if lines else b"")
    except ValidationError:
        raise LogError(f"{path}, line 1: this is not the log of an evaluation: choose another file") from None


def _read(lines: Sequence[bytes], path: Path) -> tuple[Outcome, ...]:
    outcomes = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            outcome = Outcome.model_validate_json(line)
        except ValidationError:
            raise LogError(f"{path}, line {number}: this is not an outcome: remove the line, or begin anew") from None
        outcomes[outcome.key] = outcome
    return tuple(outcomes.values())


def _differences(written: Header, header: Header) -> list[str]:
    before, now = (_told(entry) for entry in (written, header))
    return [f"{name} {before[name] or 'none'}, not {now[name] or 'none'}" for name in now if before[name] != now[name]]


def _told(header: Header) -> dict[str, str]:
    plain = {name: str(value) for name, value in header if name not in ("created", "data")}
    return {**plain, "data": _data_told(header.data)}


def _data_told(data: Sequence[DataHash]) -> str:
    return ", ".join(f"{entry.name} ({entry.sha256[:12]})" for entry in sorted(data, key=lambda entry: entry.name))
