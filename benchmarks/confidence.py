"""Fits the weights of the embedded formulator's confidence, and shows how well they hold on problems not fitted on.

    python benchmarks/confidence.py DATA.jsonl [DATA.jsonl ...] [--quick] [--json]

Every problem is read and solved; the signs of its reading are regressed on whether the optimum was right. Three in
five problems, chosen by a hash of their ids, are fitted on; the others show the share right among the surer half.
Weights never go against the meaning of their sign. The result is copied by hand into the formulator.
"""

# ruff: noqa: E402 (the path must be set right before packages of the project are imported)
from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
from scipy.optimize import minimize

from copilot.evaluation.assessment import Recipe
from copilot.evaluation.datasets import load
from copilot.evaluation.records import DatasetError
from copilot.evaluation.rules import objective
from copilot.formulators.offline.confidence import Signs, confidence, signs
from copilot.formulators.offline.model import Model
from copilot.formulators.offline.prose import choose
from copilot.formulators.offline.tables import tables
from copilot.formulators.offline.tokens import clean, sentences, tokenize
from copilot.settings import load_settings

_QUICK = 30
_PENALTY = 0.02


@dataclass(frozen=True, slots=True)
class Case:
    dataset: str
    fitted: bool
    signs: Signs
    right: bool


def cases(paths: Sequence[Path], most: int | None) -> list[Case]:
    """One case for each problem in prose that the formulator reads. Raises DatasetError."""
    assessor = Recipe(formulator="offline", settings=load_settings()).assessor()
    found: list[Case] = []
    for path in paths:
        data = load(path)
        for sample in data.samples[:most]:
            choice = _choice(sample.question)
            if choice is None or sample.target.doubtful:
                continue
            outcome = assessor.assess(data.name, sample)
            if outcome.confidence is None or abs(outcome.confidence - confidence(choice)) > 1e-9:
                continue  # read as a table or as a textbook family
            fitted = int(hashlib.sha256(sample.id.encode()).hexdigest(), 16) % 10 < 6
            found.append(Case(data.name, fitted, signs(choice), bool(objective(sample, outcome))))
    return found


def _choice(question: str) -> Model | None:
    prose, tabled = tables(clean(question))
    return choose(sentences(tokenize(prose), prose), tabled)


def weights(fitted: Sequence[Case]) -> tuple[float, dict[str, float]]:
    """Base and weights of the most likely logistic model, mildly shrunk; no weight is negative."""
    names = list(fitted[0].signs.as_mapping())
    table = np.array([[case.signs.as_mapping()[name] for name in names] for case in fitted])
    right = np.array([case.right for case in fitted], dtype=float)

    def loss(point: np.ndarray) -> float:
        evidence = point[0] - table @ point[1:]
        likelihood = np.logaddexp(0.0, np.where(right > 0, -evidence, evidence)).mean()
        return float(likelihood + _PENALTY * (point[1:] ** 2).mean())

    start = np.full(len(names) + 1, 0.5)
    found = minimize(loss, start, bounds=[(None, None), *[(0.0, 4.0)] * len(names)], method="L-BFGS-B")
    return float(found.x[0]), dict(zip(names, (float(value) for value in found.x[1:]), strict=True))


def surest_half(some: Sequence[Case], base: float, weight: dict[str, float]) -> float:
    """The share that is right among the half of the cases with the most evidence."""
    ranked = sorted(some, key=lambda case: sum(weight[k] * v for k, v in case.signs.as_mapping().items()))
    half = ranked[: max(1, len(ranked) // 2)]
    return sum(case.right for case in half) / len(half)


def report(found: Sequence[Case]) -> dict[str, object]:
    base, weight = weights([case for case in found if case.fitted])
    rows: dict[str, dict[str, float]] = {}
    for name in sorted({case.dataset for case in found}):
        for part, fitted in (("fitted", True), ("held out", False)):
            some = [case for case in found if case.dataset == name and case.fitted == fitted]
            if some:
                share = sum(case.right for case in some) / len(some)
                rows[f"{name}, {part}"] = {"n": len(some), "right": share, "surest": surest_half(some, base, weight)}
    return {"base": base, "weights": weight, "sets": rows}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} problems of each data set")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        if not arguments.data:
            raise DatasetError("no data given; give JSONL files with question and answer (see --help)")
        found = cases(arguments.data, _QUICK if arguments.quick else None)
        if not any(case.fitted for case in found):
            raise DatasetError("none of the problems was read as prose: there is nothing to fit on")
        result = report(found)
    except DatasetError as error:
        print(json.dumps({"error": str(error)}) if arguments.json else str(error))
        return 2
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
