"""How many word problems the offline formulator gets right, by kind, and how fast.

    python benchmarks/offline_formulator.py DATA.jsonl [DATA.jsonl ...] [--quick] [--json]

Each line of a file is a JSON object with `question`, `answer` (a number or null), `kind` and `notes`. A problem is
right when the optimum found is within max(1e-4 |a|, 0.01 if the label has two decimals) of `answer` or of one of
`notes.alternatives`; problems with `notes.trust` "doubtful" are left out, those with "invalid" count when the solver
says `notes.expected_status`. Data sets are not part of the project: without files the script says what is missing.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator
from formulations.data import DataError, bind
from formulations.ground import GroundingError
from solvers.dispatch import NoCapableSolverError, solve_instance
from solvers.solver import Options

_QUICK = 20
_SECONDS_A_PROBLEM = 10.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one problem; ``confidence`` and ``seconds`` are those of the formulator."""

    kind: str
    right: bool
    refused: bool
    confidence: float
    seconds: float


def right(sample: dict[str, Any], value: float | str | None) -> bool:
    """Whether the value, or the status in words, is what the sample expects."""
    notes = sample.get("notes", {})
    if sample["answer"] is None:
        return isinstance(value, str) and value == notes.get("expected_status")
    if value is None or isinstance(value, str):
        return False
    return any(
        abs(value - answer) <= tolerance(answer)
        for answer in (sample["answer"], *(notes.get("alternatives") or ()))
        if answer is not None
    )


def tolerance(answer: float) -> float:
    """The objective rule: relative 1e-4, or a cent where the label is rounded to cents."""
    text = repr(float(answer))
    decimals = 0 if text.endswith(".0") else len(text.partition(".")[2])
    return max(1e-4 * abs(answer), 1e-2 if 0 < decimals <= 2 else 1e-9)


def outcome(sample: dict[str, Any]) -> Outcome:
    started = time.perf_counter()
    try:
        draft = OfflineFormulator().formulate(sample["question"])
    except FormulationRefused:
        return Outcome(sample["kind"], False, True, 0.0, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    value: float | str | None
    try:
        instance = bind(draft.document.formulation, draft.document.data)
        solution = solve_instance(instance, Options(time_limit=_SECONDS_A_PROBLEM))
        value = solution.objective if solution.termination.has_values else solution.termination.value
    except (DataError, GroundingError, NoCapableSolverError) as error:
        value = f"{type(error).__name__}"
    return Outcome(sample["kind"], right(sample, value), False, draft.confidence, seconds)


def samples(path: Path, *, quick: bool) -> Iterator[dict[str, Any]]:
    kept: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        sample = json.loads(line)
        if "question" not in sample or sample.get("notes", {}).get("trust") == "doubtful":
            continue
        kept[sample["kind"]] = kept.get(sample["kind"], 0) + 1
        if not quick or kept[sample["kind"]] <= _QUICK:
            yield sample


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share. Source: Wilson (1927)."""
    if count == 0:
        return 0.0, 1.0
    share = hits / count
    center = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, center - spread), min(1.0, center + spread)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    by_kind = {kind: _share([o for o in outcomes if o.kind == kind]) for kind in sorted({o.kind for o in outcomes})}
    surest = sorted((o for o in outcomes if not o.refused), key=lambda o: -o.confidence)
    return {
        **_share(outcomes),
        "refused": sum(o.refused for o in outcomes),
        "seconds": {
            "median": round(statistics.median(o.seconds for o in outcomes), 4),
            "most": round(max(o.seconds for o in outcomes), 4),
        },
        "selective": _share(surest[: len(surest) // 2]),
        "by_kind": by_kind,
    }


def _share(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    hits = sum(o.right for o in outcomes)
    low, high = wilson(hits, len(outcomes))
    accuracy = round(hits / len(outcomes), 4) if outcomes else None
    return {"n": len(outcomes), "right": hits, "accuracy": accuracy, "interval": [round(low, 4), round(high, 4)]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} problems of each kind")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    missing = [str(path) for path in arguments.data if not path.is_file()]
    if missing or not arguments.data:
        what = f"no such file: {', '.join(missing)}" if missing else "no data given"
        message = f"{what}; give JSONL files with question, answer, kind and notes (see --help)"
        print(json.dumps({"error": message}) if arguments.json else message)
        return 2
    report: dict[str, Any] = {}
    for path in arguments.data:
        outcomes = [outcome(sample) for sample in samples(path, quick=arguments.quick)]
        if outcomes:
            report[path.stem] = summary(outcomes)
    print(json.dumps(report) if arguments.json else _table(report))
    return 0


def _table(report: dict[str, Any]) -> str:
    lines = []
    for name, part in report.items():
        rows = {"all": part, **part["by_kind"], "surest half": part["selective"]}
        lines.append(f"{name}: {part['refused']} refused, {part['seconds']['median']:.3f} s a problem (median)")
        for label, row in rows.items():
            low, high = row["interval"]
            share = 100 * (row["accuracy"] or 0.0)
            lines.append(
                f"  {label:18} {row['right']:4d} of {row['n']:4d}  {share:5.1f} %  [{100 * low:.1f}, {100 * high:.1f}]"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
