"""An evaluation that runs beside the page: a process of its own, a log that grows, and what the log says so far."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot.evaluation.datasets import Dataset, load
from copilot.evaluation.figures import score
from copilot.evaluation.log import LogError, read_log
from copilot.evaluation.records import DatasetError
from copilot.evaluation.runner import Run, Selection

_LOG = "evaluation.log"
#: Seconds that a cancelled run has to end its workers by itself.
_PATIENCE = 8.0


@dataclass(eq=False)
class Evaluation:
    """Data sets with the log of a run over them; ``process`` is None for a run of the past."""

    datasets: tuple[Dataset, ...]
    log: Path
    total: int
    process: subprocess.Popen[bytes] | None = None
    cancelled: bool = False

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def done(self) -> int:
        """Samples that are assessed."""
        return max(0, self.log.read_bytes().count(b"\n") - 1) if self.log.exists() else 0

    @property
    def failure(self) -> str:
        """Why the run ended before its time; empty if it did not."""
        if self.process is None or self.running or self.cancelled or self.process.returncode == 0:
            return ""
        words = (self.log.parent / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return words[-1] if words else f"the run ended with exit code {self.process.returncode}"

    def cancel(self) -> None:
        """Ends the run; what is done stays."""
        if self.process is None or not self.running:
            return
        self.cancelled = True
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def run_so_far(self) -> Run | None:
        """The samples that are done; None before the first. Raises LogError."""
        if not self.done:
            return None
        header, outcomes = read_log(self.log)
        samples = {(data.name, sample.id): sample for data in self.datasets for sample in data.samples}
        known = [score(samples[one.key], one) for one in outcomes if one.key in samples]
        if len(known) < len(outcomes):
            raise LogError(
                "the log speaks of problems that the data sets do not hold: give the files that it was run on"
            )
        return Run(header, tuple(known))


def begun(contents: Mapping[str, bytes], *, a_kind: int | None = None) -> Evaluation:
    """The evaluation of files by name with the embedded formulator, or, with a log among them, that run.

    Raises DatasetError and LogError.
    """
    folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
    paths = []
    for name, content in contents.items():
        path = folder / Path(name).name
        path.write_bytes(content)
        paths.append(path)
    try:
        return _of_files(folder, paths, a_kind)
    except (DatasetError, LogError) as error:
        # Whoever gave a file knows it by its name, not by where it lies meanwhile.
        raise type(error)(str(error).replace(f"{folder}/", "")) from None


def _of_files(folder: Path, paths: Sequence[Path], a_kind: int | None) -> Evaluation:
    logs = [path for path in paths if _is_log(path)]
    data = [path for path in paths if path not in logs]
    if len(logs) > 1 or not data:
        raise DatasetError("give data sets, and at most one log of a run over them")
    datasets = tuple(load(path) for path in data)
    total = len(Selection(a_kind=a_kind).of(datasets))
    if logs:
        return Evaluation(datasets, logs[0], total)
    return Evaluation(datasets, folder / _LOG, total, _started(folder, data, a_kind))


def _started(folder: Path, data: Sequence[Path], a_kind: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "copilot.cli", "evaluate", *map(str, data), "--formulator", "offline"]
    command += ["--log", str(folder / _LOG), "--json", *(["--a-kind", str(a_kind)] if a_kind else [])]
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)


def _is_log(path: Path) -> bool:
    try:
        read_log(path)
    except LogError as error:
        return "line 1" not in str(error)
    return True
