"""Fits the weights of the embedded formulator's confidence, and shows how far it can be believed.

    python benchmarks/confidence.py DATA.jsonl [DATA.jsonl ...] [--quick] [--json]

Every problem is read and solved. The signs of a reading of prose are regressed on whether the optimum was right; so
are the remarks on a draft, whoever read it, on top of what its reader thinks. Four in five problems, chosen by a hash
of their ids, are fitted on; the others show the share right among the surer half. Weights never go against the meaning
of their sign. The result is copied by hand into the formulator. The table of reliability sets the share right in each
range of confidence beside it, before and after the remarks.
"""

# ruff: noqa: E402 (the path must be set right before packages of the project are imported)
from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
from scipy.optimize import minimize

from copilot.evaluation.assessment import Recipe
from copilot.evaluation.datasets import load
from copilot.evaluation.records import DatasetError
from copilot.evaluation.rules import objective
from copilot.formulators.draft import Draft
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.judgment.confidence import signs
from copilot.formulators.offline.judgment.trust import remarks
from copilot.formulators.offline.prose.contest import choose
from copilot.formulators.offline.words.tables import tables
from copilot.formulators.offline.words.tokens import clean, sentences, tokenize
from copilot.settings import load_settings

_QUICK = 30
_PENALTY = 0.02
_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class Case:
    """``read``: the confidence of the reader, ``judged``: what is left of it. signs: of readings of prose only."""

    dataset: str
    fitted: bool
    right: bool
    read: float
    judged: float
    remarks: Mapping[str, float]
    signs: Mapping[str, float] | None


def cases(paths: Sequence[Path], most: int | None) -> tuple[list[Case], dict[str, int]]:
    """One case for each problem that is read, and how many problems each set has. Raises DatasetError."""
    assessor = Recipe(formulator="offline", settings=load_settings()).assessor()
    found: list[Case] = []
    counts: dict[str, int] = {}
    for path in paths:
        data = load(path)
        for sample in data.samples[:most]:
            if sample.target.doubtful:
                continue
            counts[data.name] = counts.get(data.name, 0) + 1
            outcome = assessor.assess(data.name, sample)
            if not outcome.notation:
                continue
            draft = OfflineFormulator().read(sample.question)
            fitted = int(hashlib.sha256(sample.id.encode()).hexdigest(), 16) % 10 < 8
            found.append(
                Case(
                    data.name,
                    fitted,
                    bool(objective(sample, outcome)),
                    draft.confidence,
                    outcome.confidence,
                    remarks(draft, sample.question),
                    _signs(sample.question, draft),
                )
            )
    return found, counts


def _signs(question: str, draft: Draft) -> Mapping[str, float] | None:
    """The signs of the first reader of prose, where it is its reading that was drafted."""
    prose, tabled = tables(clean(question))
    choice = choose(sentences(tokenize(prose), prose), tabled)
    if choice is None:
        return None
    labels = ", ".join(entity.label for entity in choice.reading.decisions.entities)
    return signs(choice).as_mapping() if f"the decisions are: {labels}" in draft.assumptions else None


def weights(
    rows: Sequence[Mapping[str, float]], right: Sequence[bool], offset: Sequence[float]
) -> tuple[float, dict[str, float]]:
    """Base and weights of the most likely logistic model over an offset, mildly shrunk; no weight is negative."""
    names = list(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    truth, start = np.array(right, dtype=float), np.array(offset)

    def loss(point: np.ndarray) -> float:
        evidence = start + point[0] - table @ point[1:]
        likelihood = np.logaddexp(0.0, np.where(truth > 0, -evidence, evidence)).mean()
        return float(likelihood + _PENALTY * (point[1:] ** 2).mean())

    first = np.full(len(names) + 1, 0.5)
    found = minimize(loss, first, bounds=[(None, None), *[(0.0, 4.0)] * len(names)], method="L-BFGS-B")
    return float(found.x[0]), dict(zip(names, (round(float(value), 3) for value in found.x[1:]), strict=True))


def _log_odds(sure: float) -> float:
    bounded = min(max(sure, 0.005), 0.995)
    return float(np.log(bounded / (1.0 - bounded)))


def surest_half(some: Sequence[Case], problems: int, confidence: Callable[[Case], float]) -> float:
    """The share right among the surer half of all problems, the refused ones being the least sure."""
    ranked = sorted(some, key=confidence, reverse=True)[: max(1, problems // 2)]
    return sum(case.right for case in ranked) / max(1, problems // 2)


def reliability(some: Sequence[Case], confidence: Callable[[Case], float]) -> dict[str, str]:
    """How many are right, of how many, in each range of confidence."""
    found = {}
    for low, high in pairwise(_EDGES):
        inside = [case for case in some if low <= confidence(case) < high or (high == 1.0 and confidence(case) == 1.0)]
        found[f"{low:.1f}-{high:.1f}"] = f"{sum(case.right for case in inside)}/{len(inside)}"
    return found


def report(found: Sequence[Case], counts: Mapping[str, int]) -> dict[str, object]:
    fitted = [case for case in found if case.fitted]
    prose = [(case, case.signs) for case in fitted if case.signs is not None]
    told: dict[str, object] = {}
    if prose:
        base, fit = weights([one for _, one in prose], [case.right for case, _ in prose], [0.0] * len(prose))
        told["signs"] = {"base": round(base, 3), **fit}
    offset = [_log_odds(case.read) for case in fitted]
    base, fit = weights([case.remarks for case in fitted], [case.right for case in fitted], offset)
    told["remarks"] = {"base": round(base, 3), **fit}
    sets: dict[str, dict[str, object]] = {}
    for name in sorted({case.dataset for case in found}):
        some = [case for case in found if case.dataset == name]
        sets[name] = {"n": counts[name], "read": len(some)}
        views: tuple[tuple[str, Callable[[Case], float]], ...] = (
            ("before", lambda case: case.read),
            ("after", lambda case: case.judged),
        )
        for when, confidence in views:
            sets[name][when] = {
                "surest_half": round(surest_half(some, counts[name], confidence), 4),
                "sure_and_wrong": sum(not case.right and confidence(case) > _SURE for case in some),
                "reliability": reliability(some, confidence),
            }
    return {**told, "sets": sets}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl")
    parser.add_argument("--quick", action="store_true", help=f"the first {_QUICK} problems of each data set")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        if not arguments.data:
            raise DatasetError("no data given; give JSONL files with question and answer (see --help)")
        found, counts = cases(arguments.data, _QUICK if arguments.quick else None)
        if not any(case.fitted for case in found):
            raise DatasetError("none of the problems was read: there is nothing to fit on")
        result = report(found, counts)
    except DatasetError as error:
        print(json.dumps({"error": str(error)}) if arguments.json else str(error))
        return 2
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
