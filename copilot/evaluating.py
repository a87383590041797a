"""An evaluation that runs beside the page: a process of its own, a log that grows, and what the log says so far."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from copilot.evaluation.assessment import CODE, Recipe
from copilot.evaluation.datasets import Dataset, load
from copilot.evaluation.figures import score
from copilot.evaluation.log import Header, LogError, read_log
from copilot.evaluation.records import DatasetError
from copilot.evaluation.runner import Run, Selection
from copilot.settings import environment_of

#: Seconds that a cancelled run has to end its workers by itself.
_PATIENCE = 8.0
_WHERE = {"hybrid": ", where the embedded formulator is unsure"}


@dataclass(frozen=True)
class Prepared:
    """Data sets in a folder of their own, and the log of a run over them where one was given."""

    folder: Path
    files: tuple[Path, ...]
    datasets: tuple[Dataset, ...]
    log: Path | None = None

    @property
    def header(self) -> Header | None:
        """What the run of the log is; None without a log."""
        return None if self.log is None else read_log(self.log)[0]

    def count(self, a_kind: int | None = None) -> int:
        """Problems that a run would assess, of each kind at most so many."""
        return len(Selection(a_kind=a_kind).of(self.datasets))

    def past(self, *, a_kind: int | None = None) -> Evaluation:
        """The run of the log as it stands. Raises LogError without one."""
        if self.log is None:
            raise LogError("there is no log among the files")
        return Evaluation(self.datasets, self.log, self.count(a_kind))

    def begun(self, recipe: Recipe, *, a_kind: int | None = None, log: Path | None = None) -> Evaluation:
        """A run in a process of its own, which ends with the last who holds it; it goes on from a log that is given."""
        room = Path(tempfile.mkdtemp(prefix="run-", dir=self.folder))
        log = log or room / "evaluation.log"
        command = [sys.executable, "-m", "copilot.cli", "evaluate", *map(str, self.files), "--json"]
        command += ["--formulator", recipe.formulator, "--seed", str(recipe.seed)]
        command += ["--time-limit", str(recipe.solve_limit), "--log", str(log)]
        command += ["--a-kind", str(a_kind)] if a_kind else []
        # The page's settings and no others, and a key where no list of processes shows it.
        foreign = ("OPTCOPILOT_", "OPENAI_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        with (room / "said").open("wb") as said, (room / "told").open("wb") as told:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=said,
                env=environment | environment_of(recipe.settings, room / "settings.toml"),
            )  # fmt: skip
        return Evaluation(self.datasets, log, self.count(a_kind), process, room)


@dataclass(eq=False)
class Evaluation:
    """Data sets with the log of a run over them; ``process``, and where it speaks, are None for a run of the past."""

    datasets: tuple[Dataset, ...]
    log: Path
    total: int
    process: subprocess.Popen[bytes] | None = None
    room: Path | None = None
    cancelled: bool = False
    begun: float = field(default_factory=time.monotonic)
    before: int = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.done
        if self.process is not None:
            # Nobody pays for a run that nobody sees any more: the page was closed, or the app ends.
            weakref.finalize(self, _let_go, self.process)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def done(self) -> int:
        """Samples that are assessed."""
        return max(0, self.log.read_bytes().count(b"\n") - 1) if self.log.exists() else 0

    @property
    def left(self) -> float | None:
        """Seconds until the end at the pace so far; None before the first sample."""
        new = self.done - self.before
        return None if new <= 0 else (time.monotonic() - self.begun) / new * max(0, self.total - self.done)

    @property
    def failure(self) -> str:
        """Why the run ended before its time; empty if it did not."""
        if self.process is None or self.room is None or self.running or self.cancelled or self.process.returncode == 0:
            return ""
        try:
            told = json.loads((self.room / "told").read_text(encoding="utf-8", errors="replace"))["error"]["message"]
        except (ValueError, KeyError, TypeError):
            words = (self.room / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return words[-1] if words else f"the run ended with exit code {self.process.returncode}"
        # Where the log lies is of use on a command line.
        return "\n".join(line for line in str(told).splitlines() if str(self.log) not in line)

    def cancel(self) -> None:
        """Ends the run; what is done stays."""
        if self.process is not None and self.running:
            self.cancelled = True
            _ended(self.process)

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


def prepared(contents: Mapping[str, bytes]) -> Prepared:
    """Files by name as data sets, and at most one log among them. Raises DatasetError and LogError."""
    folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
    paths = []
    for name, content in contents.items():
        path = folder / Path(name).name
        path.write_bytes(content)
        paths.append(path)
    try:
        return _of_files(folder, tuple(paths))
    except (DatasetError, LogError) as error:
        # Whoever gave a file knows it by its name, not by where it lies meanwhile.
        raise type(error)(str(error).replace(f"{folder}/", "")) from None


def told(given: Prepared, recipe: Recipe, a_kind: int | None) -> str:
    """How much there is to do, and what a language model may cost that is asked."""
    count, kinds = given.count(a_kind), {sample.kind for data in given.datasets for sample in data.samples}
    names = ", ".join(data.name for data in given.datasets)
    words = f"{names}: {_many(count, 'problem')}{f' of {len(kinds)} kinds' if len(kinds) > 1 else ''}."
    if doubtful := sum(sample.target.doubtful for data in given.datasets for sample in data.samples):
        words += f" Left out: {doubtful} whose answers nobody knows."
    settings, each = recipe.settings, _replies(recipe)
    if not each:
        return f"{words} Nothing leaves this machine."
    asked = " at ".join(filter(None, (settings.model or "the language model", settings.base_url)))
    words += f" Their texts go to {asked}{_WHERE.get(recipe.formulator, '')}: up to {_many(each, 'reply', 'replies')} "
    words += f"a problem of at most {settings.reply_tokens:,} tokens; on a small machine, minutes for each."
    if settings.completion_price:
        most = count * each * settings.reply_tokens * settings.completion_price / 1e6
        words += f" What is written costs at most {most:,.2f} by the price under Settings."
    return words


def _replies(recipe: Recipe) -> int:
    """How often a language model may be asked about one problem."""
    readings = {"offline": 0, "hybrid": recipe.settings.candidates}.get(recipe.formulator, 1)
    return readings * (1 if recipe.formulator == CODE else 1 + recipe.settings.repairs)


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def _of_files(folder: Path, paths: tuple[Path, ...]) -> Prepared:
    logs = [path for path in paths if _is_log(path)]
    data = tuple(path for path in paths if path not in logs)
    if len(logs) > 1 or not data:
        raise DatasetError("give data sets, and at most one log of a run over them")
    datasets = tuple(load(path) for path in data)
    if twice := {one.name for one in datasets if [other.name for other in datasets].count(one.name) > 1}:
        raise DatasetError(f"two data sets are called {', '.join(sorted(twice))}: rename one of the files")
    return Prepared(folder, data, datasets, logs[0] if logs else None)


def _asked_to_end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Has a process end that nobody waits for; an interrupt that meets it at a bad moment is not the last word."""
    _asked_to_end(process)
    last = threading.Timer(_PATIENCE, process.kill)
    last.daemon = True
    last.start()


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with what it started."""
    _asked_to_end(process)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_log(path: Path) -> bool:
    try:
        read_log(path)
    except LogError as error:
        return "line 1" not in str(error)
    return True
