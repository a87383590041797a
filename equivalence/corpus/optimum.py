"""One optimum of a sketch, in floats: what some transformations look at. It decides no label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equivalence.corpus.sketch import Line, Sketch
from solvers.highs import Highs
from solvers.solution import Termination
from solvers.solver import Options

_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Optimum:
    """Values by label, and the objective in the sense of the sketch."""

    values: Mapping[str, float]
    value: float

    def binds(self, row: Line) -> bool:
        activity = sum(float(c) * self.values[label] for label, c in row.terms.items())
        return any(end is not None and abs(activity - float(end)) < _CLOSE for end in (row.lower, row.upper))


def optimum(sketch: Sketch) -> Optimum | None:
    """An optimum by HiGHS; None if there is none."""
    solution = Highs().solve(sketch.program(), Options())
    if solution.termination is not Termination.OPTIMAL or solution.values is None or solution.objective is None:
        return None
    return Optimum(dict(zip(sketch.columns, solution.values.tolist(), strict=True)), solution.objective)
