# ruff: noqa: E402
"""How many word problems each formulator gets right, by rule and kind, how sure it is, how fast, on which data.

    python benchmarks/formulators.py DATA.jsonl [DATA.jsonl ...] [--formulator offline ...] [--quick] [--json]

Runs ``optcopilot evaluate`` for each formulator over the same samples, and prints the SHA-256 of every data file beside
the numbers. Data sets are not part of the project: without files the script says what is missing. Language models are
asked at the endpoint of the settings (OPTCOPILOT_BASE_URL, OPTCOPILOT_MODEL); with ``--replies FILE`` nothing is asked
twice, and ``--replay`` repeats a measurement without the model.

Formulators: offline; code, a program that the model writes, without examples; notation, our notation with examples and
no second try; llm, with repairs; hybrid, the embedded formulator and up to OPTCOPILOT_CANDIDATES readings of the model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]

from copilot.evaluation.assessment import Recipe, RunStopped
from copilot.evaluation.datasets import load
from copilot.evaluation.engine import LocalEngine
from copilot.evaluation.log import LogError
from copilot.evaluation.progress import Progress
from copilot.evaluation.records import DatasetError
from copilot.evaluation.report import percent, rows, surest_half, table
from copilot.evaluation.runner import Run, Selection, run
from copilot.settings import Settings, SettingsError, changed_settings, load_settings

_QUICK = 20
_SAMPLE_LIMIT = {"offline": 60.0}
_MODEL_LIMIT = 1800.0
#: Name here to formulator and what differs in the settings.
VARIANTS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "offline": ("offline", {}),
    "code": ("code", {}),
    "notation": ("llm", {"repairs": 0}),
    "llm": ("llm", {}),
    "hybrid": ("hybrid", {}),
}


def measured(arguments: argparse.Namespace, name: str, settings: Settings) -> Run:
    """One formulator over all data sets. Raises DatasetError, LogError, RunStopped and SettingsError."""
    formulator, changes = VARIANTS[name]
    recipe = Recipe(formulator=formulator, settings=changed_settings(settings, changes))
    return run(
        [load(path) for path in arguments.data],
        recipe,
        selection=Selection(a_kind=arguments.a_kind or (_QUICK if arguments.quick else None)),
        engine=LocalEngine(arguments.jobs),
        sample_limit=_SAMPLE_LIMIT.get(name, _MODEL_LIMIT),
        log_path=None if arguments.logs is None else arguments.logs / f"{name}.jsonl",
        on_outcome=Progress(sys.stderr),
    )


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Raises SettingsError."""
    settings = load_settings()
    changes = {"reply_cache": str(arguments.replies or settings.reply_cache), "replay": arguments.replay}
    return changed_settings(settings, changes)


def side_by_side(runs: Mapping[str, Run]) -> str:
    """The headline of every formulator over the same samples, as Markdown."""
    names = [row.name for row in rows(next(iter(runs.values())))]
    head = f"| formulator | {' | '.join(names)} | surest half | s a problem | tokens |"
    lines = [head, "|---" * (len(names) + 4) + "|"]
    for formulator, done in runs.items():
        found = rows(done)
        cells = [f"{percent(row.rules[0])} ({round(row.rules[0].right)}/{row.rules[0].n})" for row in found]
        tokens = "" if found[0].tokens is None else f"{found[0].tokens:.0f}"
        spent = [entry.outcome.writing or entry.outcome.seconds for entry in done.scored]
        mean = f"{sum(spent) / len(spent):.2f}" if spent else ""
        lines.append(f"| {formulator} | {' | '.join(cells)} | {percent(surest_half(done))} | {mean} | {tokens} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl")
    parser.add_argument("--formulator", nargs="+", choices=VARIANTS, default=["offline"], help="default: offline")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} problems of each kind and data set")
    parser.add_argument("--a-kind", type=int, metavar="N", help="the first N problems of each kind and data set")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes (default 1)")
    parser.add_argument("--logs", type=Path, help="folder of logs to append to, and to go on from; made if need be")
    parser.add_argument("--replies", type=Path, help="file that keeps the replies of a language model")
    parser.add_argument("--replay", action="store_true", help="ask nothing: answer from --replies only")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    runs: dict[str, Run] = {}
    try:
        if not arguments.data:
            raise DatasetError("no data given; give JSONL files with question and answer (see --help)")
        settings = settings_of(arguments)
        for name in arguments.formulator:
            runs[name] = measured(arguments, name, settings)
            if not arguments.json:
                print(f"{table(runs[name])}\n")
    except (DatasetError, LogError, RunStopped, SettingsError) as error:
        print(json.dumps({"error": str(error)}) if arguments.json else str(error))
        return 2
    if arguments.json:
        print(json.dumps({name: done.as_json() for name, done in runs.items()}, indent=1))
    elif len(runs) > 1:
        print(side_by_side(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
