"""``optcopilot evaluate``: how often a formulator is right over data sets, as a table, JSON and a report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import note, write_json, write_output, write_text
from copilot.evaluation.assessment import Recipe, RunStopped
from copilot.evaluation.datasets import Dataset, load
from copilot.evaluation.engine import Engine, LocalEngine
from copilot.evaluation.log import LogError
from copilot.evaluation.progress import Progress
from copilot.evaluation.records import DatasetError
from copilot.evaluation.report import markdown_report, table
from copilot.evaluation.report_html import html_report
from copilot.evaluation.runner import Run, Selection
from copilot.evaluation.runner import run as run_over
from copilot.settings import Settings, SettingsError, changed_settings, load_settings

#: Seconds for one sample: rules are quick, a language model on a small machine is not.
_OFFLINE_LIMIT, _MODEL_LIMIT = 60.0, 900.0
_REPORTS: dict[str, Callable[[Run], str]] = {".html": html_report, ".htm": html_report, ".md": markdown_report}


def run(arguments: argparse.Namespace) -> ExitCode:
    """Prints the figures and writes the report. Raises CommandError."""
    write = _report_writer(arguments.report)
    done = _done(arguments)
    if write is not None:
        write_output(write(done), arguments.report)
        note(f"report: {arguments.report}")
    if arguments.json:
        write_json(done.as_json())
    else:
        write_text(table(done))
    return ExitCode.OK


def _done(arguments: argparse.Namespace) -> Run:
    """The run that the arguments ask for. Raises CommandError."""
    settings = _settings(arguments)
    name = arguments.formulator or settings.formulator or "offline"
    recipe = Recipe(formulator=name, settings=settings, seed=arguments.seed, solve_limit=arguments.time_limit or 10.0)
    sample_limit = arguments.sample_limit or (_OFFLINE_LIMIT if name == "offline" else _MODEL_LIMIT)
    datasets = _datasets(arguments.data)
    for dataset in datasets:
        if doubtful := [sample.id for sample in dataset.samples if sample.target.doubtful]:
            some = ", ".join(doubtful[:5]) + (" …" if len(doubtful) > 5 else "")
            note(f"{dataset.name}: {len(doubtful)} left out, whose answers nobody knows ({some})")
    selection = Selection(limit=arguments.limit, a_kind=arguments.a_kind, kinds=_kinds(arguments.kinds, datasets))
    if not selection.of(datasets):
        raise CommandError(ExitCode.BAD_INPUT, "data", "every sample is doubtful: there is nothing to measure")
    try:
        return run_over(
            datasets,
            recipe,
            selection=selection,
            engine=_engine(arguments),
            sample_limit=sample_limit,
            log_path=Path(arguments.log) if arguments.log else None,
            on_outcome=Progress(sys.stderr),
        )
    except LogError as error:
        raise CommandError(ExitCode.BAD_INPUT, "log", str(error)) from None
    except RunStopped as error:
        raise CommandError(ExitCode.ENDPOINT, "stopped", f"{error}{_kept(arguments.log)}") from None
    except KeyboardInterrupt:
        raise CommandError(ExitCode.INTERRUPTED, "interrupted", f"interrupted{_kept(arguments.log)}") from None


def _kept(log: str) -> str:
    return f"\nwhat is done is kept in {log}; the same command goes on from there" if log else ""


def _report_writer(path: str) -> Callable[[Run], str] | None:
    if not path:
        return None
    try:
        return _REPORTS[Path(path).suffix.lower()]
    except KeyError:
        raise CommandError(
            ExitCode.USAGE, "usage", f"--report {path}: end the name in .html or .md to say how to write it"
        ) from None


def _settings(arguments: argparse.Namespace) -> Settings:
    try:
        settings = load_settings()
        if not (arguments.replies or arguments.replay):
            return settings
        kept = {"reply_cache": arguments.replies or settings.reply_cache, "replay": arguments.replay or settings.replay}
        return changed_settings(settings, kept)
    except SettingsError as error:
        raise CommandError(ExitCode.BAD_INPUT, "settings", str(error)) from None


def _datasets(names: Sequence[str]) -> list[Dataset]:
    found: dict[str, Dataset] = {}
    for name in names:
        try:
            dataset = load(Path(name))
        except DatasetError as error:
            raise CommandError(ExitCode.BAD_INPUT, "data", str(error)) from None
        if dataset.name in found:
            message = f"two data sets are called {dataset.name!r}: rename one of the files"
            raise CommandError(ExitCode.BAD_INPUT, "data", message)
        found[dataset.name] = dataset
    return list(found.values())


def _kinds(asked: str, datasets: Sequence[Dataset]) -> tuple[str, ...]:
    kinds = tuple(kind.strip() for kind in asked.split(",") if kind.strip())
    known = sorted({sample.kind for dataset in datasets for sample in dataset.samples})
    unknown = [kind for kind in kinds if kind not in known]
    if unknown:
        message = f"no sample is of kind {', '.join(unknown)}: there are {', '.join(known)}"
        raise CommandError(ExitCode.USAGE, "usage", message)
    return kinds


def _engine(arguments: argparse.Namespace) -> Engine:
    if arguments.engine == "local":
        return LocalEngine(arguments.jobs)
    from copilot.evaluation.cluster import RayEngine
    from solvers.ray_cluster import ray_missing

    reason = ray_missing()
    if reason:
        raise CommandError(ExitCode.NO_SOLVER, "engine", reason)
    return RayEngine(arguments.jobs)
