"""A run over data sets: which samples, what they were assessed with, where it is logged, what came out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from copilot.evaluation.assessment import Recipe
from copilot.evaluation.datasets import Dataset
from copilot.evaluation.engine import Engine, LocalEngine, Task
from copilot.evaluation.figures import Scored, figures, score
from copilot.evaluation.log import DataHash, Header, Log
from copilot.evaluation.outcome import Outcome

OnOutcome = Callable[[Scored, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which samples of the data sets; doubtful ones never. ``limit`` and ``a_kind`` count within each data set."""

    limit: int | None = None
    a_kind: int | None = None
    kinds: Collection[str] = ()

    def of(self, datasets: Sequence[Dataset]) -> list[Task]:
        return [task for dataset in datasets for task in self._of_one(dataset)]

    def _of_one(self, dataset: Dataset) -> list[Task]:
        chosen: list[Task] = []
        counts: dict[str, int] = {}
        for sample in dataset.samples:
            if sample.target.doubtful or (self.kinds and sample.kind not in self.kinds):
                continue
            counts[sample.kind] = counts.get(sample.kind, 0) + 1
            if self.a_kind is None or counts[sample.kind] <= self.a_kind:
                chosen.append((dataset.name, sample))
        return chosen[: self.limit]


@dataclass(frozen=True, slots=True)
class Run:
    """What came out: every sample with its outcome, in the order of the data sets."""

    header: Header
    scored: tuple[Scored, ...]

    def as_json(self) -> dict[str, object]:
        """The figures over all data sets and, if there are several, of each."""
        names = [entry.name for entry in self.header.data]
        parts = {name: figures([entry for entry in self.scored if entry.outcome.dataset == name]) for name in names}
        return {
            **figures(self.scored),
            **({"by_dataset": parts} if len(names) > 1 else {}),
            **self.header.model_dump(mode="json"),
        }


def header_of(datasets: Sequence[Dataset], recipe: Recipe, *, sample_limit: float) -> Header:
    """What a run over these data sets by this recipe is."""
    asks = recipe.formulator != "offline"
    return Header(
        version=project_version(),
        commit=commit(),
        formulator=recipe.formulator,
        provider=recipe.settings.base_url if asks else "",
        model=recipe.settings.model if asks else "",
        asking=_asking(recipe),
        seed=recipe.seed,
        solve_limit=recipe.solve_limit,
        sample_limit=sample_limit,
        data=tuple(
            DataHash(name=dataset.name, format=dataset.format, sha256=dataset.sha256, n=len(dataset.samples))
            for dataset in datasets
        ),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _asking(recipe: Recipe) -> str:
    repairs, candidates = f"{recipe.settings.repairs} repairs", f"{recipe.settings.candidates} candidates"
    form = f", {recipe.settings.reply_form} alone" if recipe.settings.reply_form else ""
    return {"llm": f"{repairs}{form}", "hybrid": f"{repairs}, {candidates}{form}"}.get(recipe.formulator, "")


def run(
    datasets: Sequence[Dataset],
    recipe: Recipe,
    *,
    selection: Selection | None = None,
    engine: Engine | None = None,
    sample_limit: float = 60.0,
    log_path: Path | None = None,
    on_outcome: OnOutcome | None = None,
) -> Run:
    """Every chosen sample assessed; those that the log holds are not assessed again.

    ``on_outcome`` hears of every new outcome, with how many are done and how many there are. Raises RunStopped and
    LogError; what was done until then is in the log.
    """
    header = header_of(datasets, recipe, sample_limit=sample_limit)
    tasks = (selection or Selection()).of(datasets)
    samples = {(dataset, sample.id): sample for dataset, sample in tasks}
    done: dict[tuple[str, str], Outcome] = {}
    with Log.open(log_path, header) if log_path is not None else nullcontext() as log:
        if log is not None:
            done = {outcome.key: outcome for outcome in log.outcomes if outcome.key in samples}
        waiting = [task for task in tasks if (task[0], task[1].id) not in done]
        chosen = engine or LocalEngine()
        for outcome in chosen.outcomes(waiting, recipe, sample_limit=sample_limit):
            done[outcome.key] = outcome
            if log is not None:
                log.append(outcome)
            if on_outcome is not None:
                on_outcome(score(samples[outcome.key], outcome), len(done), len(tasks))
    scored = tuple(score(sample, done[dataset, sample.id]) for dataset, sample in tasks)
    return Run(header, scored)


def project_version() -> str:
    try:
        return version("optcopilot")
    except PackageNotFoundError:
        return "unknown"


def commit() -> str:
    """The commit of the work tree this runs from, marked where files differ from it; empty outside of one."""
    root, git = Path(__file__).resolve().parents[2], shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""
    head = _said(git, root, "rev-parse", "--short=12", "HEAD")
    changed = _said(git, root, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+changes" if head and changed else head


def _said(git: str, root: Path, *arguments: str) -> str:
    done = subprocess.run([git, "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
