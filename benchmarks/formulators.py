"""How many word problems each formulator gets right, by rule and kind, how sure it is, how fast, on which data.

    python benchmarks/formulators.py DATA.jsonl [DATA.jsonl ...] [--formulator offline ...] [--quick] [--json]

Runs ``optcopilot evaluate`` for each formulator, and prints the SHA-256 of every data file beside the numbers. Data
sets are not part of the project: without files the script says what is missing. Language models are asked at the
endpoint of the settings (OPTCOPILOT_BASE_URL, OPTCOPILOT_MODEL).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from copilot.evaluation.assessment import Recipe, RunStopped
from copilot.evaluation.datasets import load
from copilot.evaluation.engine import LocalEngine
from copilot.evaluation.log import LogError
from copilot.evaluation.progress import Progress
from copilot.evaluation.records import DatasetError
from copilot.evaluation.report import table
from copilot.evaluation.runner import Run, Selection, run
from copilot.settings import SettingsError, load_settings

_QUICK = 20
_SAMPLE_LIMIT = {"offline": 60.0}
_MODEL_LIMIT = 900.0


def measured(arguments: argparse.Namespace, name: str) -> Run:
    """One formulator over all data sets. Raises DatasetError, LogError, RunStopped and SettingsError."""
    recipe = Recipe(formulator=name, settings=load_settings())
    log = None if arguments.logs is None else arguments.logs / f"{name}.jsonl"
    return run(
        [load(path) for path in arguments.data],
        recipe,
        selection=Selection(a_kind=_QUICK if arguments.quick else None),
        engine=LocalEngine(arguments.jobs),
        sample_limit=_SAMPLE_LIMIT.get(name, _MODEL_LIMIT),
        log_path=log,
        on_outcome=Progress(sys.stderr),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl")
    known = ("offline", "llm", "code")
    parser.add_argument("--formulator", nargs="+", choices=known, default=["offline"], help="default: offline")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} problems of each kind and data set")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes (default 1)")
    parser.add_argument("--logs", type=Path, help="folder of logs to append to, and to go on from")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    report: dict[str, object] = {}
    try:
        if not arguments.data:
            raise DatasetError("no data given; give JSONL files with question and answer (see --help)")
        for name in arguments.formulator:
            done = measured(arguments, name)
            report[name] = done.as_json()
            if not arguments.json:
                print(f"{table(done)}\n")
    except (DatasetError, LogError, RunStopped, SettingsError) as error:
        print(json.dumps({"error": str(error)}) if arguments.json else str(error))
        return 2
    if arguments.json:
        print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
