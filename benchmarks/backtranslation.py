# ruff: noqa: E402
"""How often a text raises a question: on right readings (false alarms), on wrong ones, and on right ones spoiled.

Every reading of the embedded formulator is judged by the label of its problem. Of the right ones each constraint in
turn is left out, or turned round.

    python benchmarks/backtranslation.py DATA.jsonl ... [--quick] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]

from copilot.evaluation.assessment import Recipe
from copilot.evaluation.datasets import load
from copilot.evaluation.engine import LocalEngine
from copilot.evaluation.runner import Run, Selection, run
from copilot.formulators.doubts.claims import claims
from copilot.formulators.doubts.counterexamples import counterexamples
from copilot.formulators.doubts.questioning import mismatches
from copilot.formulators.status import grounded
from copilot.settings import Settings
from formulations.formulation import Document
from formulations.notation import parse_notation


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="20 problems of each set")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    done = run(
        [load(path) for path in arguments.data],
        Recipe(formulator="offline", settings=Settings()),
        selection=Selection(limit=20 if arguments.quick else None),
        engine=LocalEngine(arguments.jobs),
    )
    found = counted(done)
    if arguments.json:
        print(json.dumps(found))
        return
    for name, count in found.items():
        print(f"{name:60} {count:6d}")


def counted(done: Run) -> dict[str, int]:
    """Readings and questions of each sort."""
    counts: Counter[str] = Counter()
    for entry in done.scored:
        if not entry.outcome.notation:
            continue
        document = parse_notation(entry.outcome.notation).model_copy(update={"text": entry.sample.question})
        sort = "right" if entry.right else "wrong"
        told = grounded(document)
        if told is None:
            continue
        spoken = bool(claims(document.text, told.program))
        counts[f"{sort} readings"] += 1
        counts[f"{sort}, questioned"] += bool(mismatches(document.text, document, told.program))
        counts[f"{sort}, some sentence is put to the plans"] += spoken
        counts[f"{sort}, questioned with a plan"] += bool(counterexamples(document.text, told.program))
        if entry.right:
            for way, spoiled in _spoiled(document):
                mutant = grounded(spoiled)
                if mutant is not None:
                    counts[f"constraints {way}"] += 1
                    counts[f"constraints {way}, noticed"] += bool(mismatches(document.text, spoiled, mutant.program))
                if mutant is not None and spoken:
                    counts[f"constraints {way}, a sentence is put to the plans"] += 1
                    plans = counterexamples(document.text, mutant.program)
                    counts[f"constraints {way}, noticed with a plan"] += bool(plans)
    return dict(sorted(counts.items()))


def _spoiled(document: Document) -> Iterator[tuple[str, Document]]:
    """The document without each of its constraints, and with each turned round."""
    rows = document.formulation.constraints
    turned = str.maketrans("<>", "><")
    for place, row in enumerate(rows):
        changed = row.model_copy(update={"expression": row.expression.translate(turned)})
        ways = [("left out", (*rows[:place], *rows[place + 1 :]))]
        if changed != row:
            ways.append(("turned round", (*rows[:place], changed, *rows[place + 1 :])))
        for way, others in ways:
            formulation = document.formulation.model_copy(update={"constraints": others})
            yield way, document.model_copy(update={"formulation": formulation})


if __name__ == "__main__":
    main()
