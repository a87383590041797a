"""Several objectives at once: plans of which no other is better in every respect.

One objective is minimized while the others keep within limits (epsilon-constraint); each point is made efficient by
minimizing the objectives one after the other, lexicographically. Weights and limits are parameters of one augmented
formulation, so that a warm solver goes from point to point.
Source: Mavrotas (2009), Effective implementation of the epsilon-constraint method in multi-objective mathematical
programming problems.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formulations.data import Instance
from formulations.formulation import Objective
from formulations.program import Floats, Labels
from solvers.objectives import Objectives, ParetoError, ParetoPoint
from solvers.solution import Termination
from solvers.solver import Options

if TYPE_CHECKING:
    import pandas as pd

#: Combinations of limits up to which all values of integer objectives are tried.
_EXHAUSTIVE = 400
#: What a value may miss a limit by, relative to the larger of 1 and the limit, and what counts as no difference.
_SLACK, _SAME = 1e-7, 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class Front:
    """Points of which none dominates another, sorted by the first objective; ``columns`` label the plans' values.

    payoff[k]: the objectives where the k-th is best and the others follow in order. ideal, nadir: the best and the
    worst values on the front as the payoff table has them. knee: the number of the point farthest from the plane
    through the extremes, in shares of the ranges; None without one. complete: whether these are all points there are.
    stopped: whether the listener stopped the search.
    """

    objectives: tuple[Objective, ...]
    columns: Labels
    points: tuple[ParetoPoint, ...]
    payoff: tuple[tuple[float, ...], ...]
    ideal: tuple[float, ...]
    nadir: tuple[float, ...]
    knee: int | None
    complete: bool
    stopped: bool
    seconds: float

    def frame(self) -> pd.DataFrame:
        """One row per point: its objectives, whether it is proved and whether it is the knee."""
        import pandas as pd

        columns: dict[str, object] = {
            objective.name: [point.objectives[k] for point in self.points]
            for k, objective in enumerate(self.objectives)
        }
        columns["proved"] = [point.proved for point in self.points]
        columns["knee"] = [number == self.knee for number in range(len(self.points))]
        return pd.DataFrame(columns)


#: Called with every point as it is found; True stops the search.
PointHandler = Callable[[ParetoPoint], bool | None]


def pareto(
    instance: Instance,
    others: Sequence[Objective],
    options: Options | None = None,
    *,
    points: int = 12,
    on_point: PointHandler | None = None,
) -> Front:
    """The front of the formulation's own objective and one or two others.

    points: how many limits are tried for each further objective. Objectives that take whole values only, few enough,
    are tried at all of them: the front is then complete. Raises ParetoError for objectives that cannot be read or
    have no optimum, and what ``dispatch.solve`` raises.
    """
    started = time.perf_counter()
    own = instance.formulation.objective
    if own is None:
        raise ParetoError("the formulation has no objective of its own to trade off against: add one")
    objectives = (own, *others)
    if not 2 <= len(objectives) <= 3:
        raise ParetoError(f"give one or two further objectives, not {len(others)}")
    if points < 2:
        raise ParetoError(f"a front needs at least two points, not {points}")
    problem = Objectives(instance, objectives, options or Options())
    search = _Search(problem, points, on_point)
    search.run()
    kept = _undominated(search.found, problem.signs)
    payoff = np.array([point.objectives for point in search.payoff])
    best, worst = (payoff * problem.signs).min(axis=0), (payoff * problem.signs).max(axis=0)
    return Front(
        objectives=objectives,
        columns=problem.family.columns,
        points=tuple(kept),
        payoff=tuple(point.objectives for point in search.payoff),
        ideal=tuple((best * problem.signs).tolist()),
        nadir=tuple((worst * problem.signs).tolist()),
        knee=_knee(kept, best, worst, problem.signs),
        complete=search.complete and not search.stopped and all(point.proved for point in kept),
        stopped=search.stopped,
        seconds=time.perf_counter() - started,
    )


class _Search:
    """The points met on the way over all limits."""

    def __init__(self, problem: Objectives, points: int, on_point: PointHandler | None) -> None:
        self.problem, self.points, self.on_point = problem, points, on_point
        self.found: list[ParetoPoint] = []
        self.payoff: list[ParetoPoint] = []
        self.complete = False
        self.stopped = False

    def run(self) -> None:
        count = len(self.problem.objectives)
        free = np.full(count, np.inf)
        for first in range(count):
            order = [first, *(k for k in range(count) if k != first)]
            point = self._lexicographic(order, free)
            if point is None:
                raise ParetoError(
                    f"there is no plan that is best in '{self.problem.objectives[first].name}': {self._reason(first)}"
                )
            self.payoff.append(point)
            self._keep(point)
        ends = self._ends()
        self.complete = ends is not None
        self._over_limits(ends or self._payoff_ends())

    def _reason(self, first: int) -> str:
        weights = np.eye(len(self.problem.objectives))[first]
        solution = self.problem.solve(weights, np.full(len(weights), np.inf))
        return f"the solver said {solution.termination.value}"

    def _payoff_ends(self) -> list[tuple[float, float]]:
        table = np.array([point.objectives for point in self.payoff]) * self.problem.signs
        return list(zip(table.min(axis=0).tolist(), table.max(axis=0).tolist(), strict=True))

    def _ends(self) -> list[tuple[float, float]] | None:
        """The ranges of all objectives but the first if all their values can be tried; None if not."""
        problem, ends, tries = self.problem, self._payoff_ends(), 1.0
        for k in range(1, len(ends)):
            step = problem.steps[k]
            if step is None:
                return None
            if len(ends) > 2:  # a payoff table of three may miss the worst value on the front
                worst = problem.solve(-np.eye(len(ends))[k], np.full(len(ends), np.inf))
                if worst.termination is not Termination.OPTIMAL:
                    return None
                ends[k] = (ends[k][0], float(problem.values(worst)[k]))
            tries *= (ends[k][1] - ends[k][0]) / step + 1
            if tries > _EXHAUSTIVE:
                return None
        return ends

    def _over_limits(self, ends: list[tuple[float, float]]) -> None:
        """All combinations of limits, from loose to tight; the second objective's in the inner loop."""
        count = len(ends)
        for outer in self._limits(2, *ends[2]) if count > 2 else (None,):
            if not self._over_second(ends, outer) or self.stopped:
                return

    def _over_second(self, ends: list[tuple[float, float]], outer: float | None) -> bool:
        """All limits of the second objective under one of the third; whether any has a plan."""
        limits = np.full(len(ends), np.inf)
        if outer is not None:
            limits[2] = outer
        met: float | None = None
        for limit in self._limits(1, *ends[1]):
            if met is not None and met <= limit:  # the last point keeps this limit too
                continue
            limits[1] = limit
            point = self._lexicographic(range(len(limits)), limits)
            if point is None:
                break
            met = point.objectives[1] * float(self.problem.signs[1])
            self._keep(point)
            if self.stopped:
                break
        return met is not None

    def _limits(self, k: int, low: float, high: float) -> Iterator[float]:
        step = self.problem.steps[k] if self.complete else None
        if step is not None:
            count = round((high - low) / step)
            # Half a step of room keeps tolerances from deciding which values are met.
            yield from (high - number * step + step / 4 for number in range(count + 1))
        elif high - low <= _SAME * max(1.0, abs(high)):
            yield high
        else:
            yield from np.linspace(high, low, self.points).tolist()

    def _lexicographic(self, order: Sequence[int], limits: Floats) -> ParetoPoint | None:
        """The plan that is best in the first objective, among those in the second, and so on."""
        limits = limits.copy()
        proved, last = True, None
        for k in order:
            solution = self.problem.solve(np.eye(len(limits))[k], limits)
            if solution.values is None or not solution.termination.has_values:
                break
            proved &= solution.termination is Termination.OPTIMAL
            last = solution
            value = float(self.problem.values(solution)[k])
            step = self.problem.steps[k]
            room = _SLACK * max(1.0, abs(value)) if step is None else step / 4
            limits[k] = min(limits[k], value + room)
        else:
            assert last is not None
            return self.problem.point(last, proved)
        return None if last is None else self.problem.point(last, False)

    def _keep(self, point: ParetoPoint) -> None:
        values, scale = np.array(point.objectives), np.maximum(1.0, np.abs(point.objectives))
        if any((np.abs(np.array(other.objectives) - values) <= _SAME * scale).all() for other in self.found):
            return
        self.found.append(point)
        if self.on_point is not None and self.on_point(point):
            self.stopped = True


def _undominated(found: Sequence[ParetoPoint], signs: Floats) -> list[ParetoPoint]:
    """The points that no other beats, sorted by the first objective."""
    values = np.array([point.objectives for point in found]) * signs
    slack = _SAME * np.maximum(1.0, np.abs(values).max(axis=0))
    kept = []
    for number, own in enumerate(values):
        as_good = (values <= own + slack).all(axis=1)
        better = (values < own - slack).any(axis=1)
        if not (as_good & better).any():
            kept.append(found[number])
    return sorted(kept, key=lambda point: point.objectives)


def _knee(kept: Sequence[ParetoPoint], best: Floats, worst: Floats, signs: Floats) -> int | None:
    """The point farthest below the plane through the extremes, ranges scaled to 1.

    Source: Das (1999), On characterizing the "knee" of the Pareto curve.
    """
    width = worst - best
    if len(kept) < 3 or not (width > 0).all():
        return None
    shares = (np.array([point.objectives for point in kept]) * signs - best) / width
    extremes = [int(np.argmin(shares[:, k])) for k in range(shares.shape[1])]
    level = shares[extremes].sum(axis=1).max()
    sums = shares.sum(axis=1)
    knee = int(np.argmin(sums))
    return knee if sums[knee] < level - _SAME and knee not in extremes else None
