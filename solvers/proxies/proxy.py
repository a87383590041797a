"""A trained proxy: what-if questions answered at once, each answer with a certified bound, or handed to the solver.

The network predicts duals, some steps of ascent improve them, ``certificate`` turns them into a bound in float64 on
the CPU, whoever computed them. A linear program needs no ascent as long as HiGHS is quick: it goes from the last
basis, at first from the one that the duals suggest, to the exact plan. Other plans come from a core problem (integer
programs) or from inside the feasible set, and every plan is verified like a solution. If plan and bound are farther
apart than the tolerance, or anything is missing, the exact solver answers: a badly trained network costs time, never
truth.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from formulations.data import Instance
from formulations.ground import GroundingError
from formulations.program import Floats, Program
from solvers.answers import Answer, Answerer, Checks
from solvers.families import Family, FamilyError, family
from solvers.proxies.ascent import Ascent, ascend
from solvers.proxies.batch import ShapeError
from solvers.proxies.certificate import Box, farkas_bounds
from solvers.proxies.curves import NotConvexError
from solvers.proxies.exact import Engine
from solvers.proxies.fingerprint import fingerprint
from solvers.proxies.jets import UnsupportedFunctionError
from solvers.proxies.networks import Network
from solvers.proxies.plans import Plan, find_plan, inside, vertex
from solvers.proxies.problems import Problems, of_members
from solvers.proxies.ranges import Ranges
from solvers.proxies.report import Report
from solvers.solution import Solution, Termination, without_values
from solvers.solver import Options
from solvers.verify import verify

#: What keeps a program from being read as arrays, or a function from having tangents.
_REFUSALS = (NotConvexError, ShapeError, UnsupportedFunctionError)


#: Questions of a sweep that are worked on at once.
AT_ONCE = 1000
#: The ascent aims at this share of the tolerance.
SHARPNESS = 0.1
#: Said of a question beyond the ranges of the training; its answer is certified like any other.
OUTSIDE = "outside the ranges that were trained for"


class AbstentionError(ValueError):
    """The proxy has no answer that it can certify within the tolerance: ``str`` says why."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """tolerance: the largest certified gap that a proxy may answer with. steps: of ascent, at most, after the network.

    warmth: the relative gap that predictions are believed to have when the ascent starts from them.
    """

    tolerance: float = 1e-4
    steps: int = 30
    warmth: float = 1e-2


class Proxy:
    """A family, the box of its parameters, and a network for its duals; ``report`` says how good it is."""

    def __init__(
        self,
        family: Family,
        ranges: Ranges,
        network: Network,
        *,
        settings: Settings,
        report: Report | None,
        inner: Floats | None,
        options: Options | None = None,
    ) -> None:
        self.family, self.ranges, self.network = family, ranges, network
        self.settings, self.report, self.inner = settings, report, inner
        self.options = options or Options()
        self.fingerprint = fingerprint(family)
        self._answerer = Answerer(family, self.options)
        self.checks, self.engine = Checks(family, self.options), Engine()

    @property
    def device(self) -> str:
        return self.network.device

    def fits(self, instance: Instance) -> bool:
        """Whether the instance differs from the one trained for in the varying numbers only."""
        try:
            return fingerprint(family(instance, self.family.names)) == self.fingerprint
        except (FamilyError, GroundingError):
            return False

    def theta(self, values: Mapping[str, Floats] | Floats) -> Floats:
        """All entries in the order of ``family.labels``, from arrays by parameter name or as they are."""
        theta = self.family.theta(values) if isinstance(values, Mapping) else np.asarray(values, dtype=float)
        if theta.shape != (self.family.size,):
            raise ValueError(f"{self.family.size} entries vary, but {theta.size} are given")
        return theta

    def answer(self, values: Mapping[str, Floats] | Floats, *, tolerance: float | None = None) -> Answer:
        """The answer for these parameters; beyond ``tolerance`` (default: the setting) the exact solver gives it.

        Its note says so, and when the question lies outside the ranges that were trained for.
        """
        started = time.perf_counter()
        theta = self.theta(values)
        try:
            return self.attempt(theta, tolerance=tolerance)
        except (AbstentionError, GroundingError) as error:
            reason = str(error)
        found = self._answerer.answer(theta)
        said = [found.note, f"answered by the solver, for {reason}"]
        return replace(found, note="; ".join(filter(None, said)), seconds=time.perf_counter() - started)

    def attempt(self, values: Mapping[str, Floats] | Floats, *, tolerance: float | None = None) -> Answer:
        """The proxy's own answer, certified within the tolerance.

        Raises AbstentionError where it has none, GroundingError where an expression has no value.
        """
        theta = self.theta(values)
        tolerance = self.settings.tolerance if tolerance is None else tolerance
        return _Question(self, theta, self.family.program(theta), time.perf_counter()).answer(tolerance)

    def first_answers(self, thetas: Floats) -> Sequence[Answer | None]:
        """For sweeps: the proxy's own answers to questions (S, K), None where it abstains.

        Linear programs are answered many at once, by points inside their bounds rather than by vertices.
        """
        parts = (thetas[first : first + AT_ONCE] for first in range(0, len(thetas), AT_ONCE))
        return [answer for part in parts for answer in self._answered(part)]

    def _answered(self, thetas: Floats) -> Sequence[Answer | None]:
        try:
            problems = of_members(self.family, thetas)
        except (*_REFUSALS, GroundingError):
            return [None] * len(thetas)
        if problems.curves is not None or problems.recover is not None or problems.batch.integer.any():
            return [self._own(theta) for theta in thetas]
        if problems.outputs != len(self.network.spec.base):
            return [None] * len(thetas)
        started = time.perf_counter()
        climb = self.climb(thetas, problems)
        points, feasible = inside(problems.batch, climb.ascent.points)
        objectives, share = problems.batch.objectives(points), (time.perf_counter() - started) / len(thetas)
        answers: list[Answer | None] = []
        for k, theta in enumerate(thetas):
            found = Answer(
                termination=Termination.FEASIBLE,
                limit=None,
                objective=problems.batch.user_value(float(objectives[k])),
                bound=problems.batch.user_value(float(climb.bounds[k])),
                values=points[k],
                source="proxy",
                seconds=share,
                note="" if self.ranges.holds(theta) else OUTSIDE,
            )
            answers.append(
                found if feasible[k] and found.gap is not None and found.gap <= self.settings.tolerance else None
            )
        return answers

    def _own(self, theta: Floats) -> Answer | None:
        try:
            return self.attempt(theta)
        except (AbstentionError, GroundingError):
            return None

    def bounds(self, thetas: Floats, *, seconds: float = math.inf) -> Floats:
        """Certified bounds of many members in the user's sense, infinite for none: (S,).

        They are the better, the more ``seconds`` there are for the ascent; without any the network alone gives them.
        """
        problems = of_members(self.family, thetas)
        if seconds > 0:
            lower = self.climb(thetas, problems, seconds=seconds).bounds
        else:
            duals, anchors = problems.split(self.predicted(thetas, problems))
            lower = problems.bounds(duals, anchors, problems.box(), self.inner)
        return -lower if problems.batch.maximized else lower

    def predicted(self, thetas: Floats, problems: Problems) -> Floats:
        """What the network says, zero where it says nothing: (S, outputs)."""
        return np.nan_to_num(self.network.predict(thetas, problems.batch), nan=0.0, posinf=0.0, neginf=0.0)

    def climb(self, thetas: Floats, problems: Problems, *, seconds: float = math.inf) -> Climb:
        """Network, ascent, certificate."""
        duals, anchors = problems.split(self.predicted(thetas, problems))
        box = problems.box()
        own = self.settings
        ascent = ascend(
            problems.batch,
            box,
            curves=problems.curves,
            start=duals,
            anchor=anchors,
            steps=own.steps,
            tolerance=own.tolerance * SHARPNESS,
            device=self.device,
            warmth=own.warmth,
            seconds=seconds,
        )
        wide = problems.with_cutoff(problems.batch.objectives(ascent.points), ascent.anchors, box)
        return Climb(ascent, wide, problems.bounds(ascent.duals, ascent.anchors, wide, self.inner))


@dataclass(frozen=True, eq=False)
class Climb:
    """Duals, the box their bounds rest on, and the certified bounds (count,)."""

    ascent: Ascent
    box: Box
    bounds: Floats


@dataclass(frozen=True, eq=False)
class _Question:
    """One question while it is being answered."""

    proxy: Proxy
    theta: Floats
    program: Program
    started: float

    def answer(self, tolerance: float) -> Answer:
        """The proxy's own answer. Raises AbstentionError."""
        try:
            problems = of_members(self.proxy.family, self.theta[None])
            if problems.outputs != len(self.proxy.network.spec.base):
                raise AbstentionError("the number of rows or columns is not the one trained for")
            linear = problems.curves is None and not problems.batch.integer.any()
            return (self._at_vertex(problems, tolerance) if linear else None) or self._climbed(problems, tolerance)
        except _REFUSALS as error:
            raise AbstentionError(str(error)) from None

    def _at_vertex(self, problems: Problems, tolerance: float) -> Answer | None:
        """The exact answer to a linear program, which needs no ascent; None where it was not found quickly."""
        duals, box = self.proxy.predicted(self.theta[None], problems), problems.box()
        found = vertex(self.proxy.engine, problems.batch, duals[0])
        if isinstance(found, Plan):
            bound = problems.bounds(duals, None, box, self.proxy.inner)[0]
            return self._from_plan(problems, found, float(bound), tolerance)
        rays = () if found is None else (found[None], -found[None])
        ray = next((ray[0] for ray in rays if farkas_bounds(problems.batch, ray, box)[0] > 0), None)
        return None if ray is None else self._told(Termination.INFEASIBLE, "proxy", ray=_scaled(ray))

    def _climbed(self, problems: Problems, tolerance: float) -> Answer:
        """The answer that the ascent and a plan lead to. Raises AbstentionError."""
        climb = self.proxy.climb(self.theta[None], problems)
        ray = _farkas(problems, climb)
        if ray is not None:
            return self._told(Termination.INFEASIBLE, "proxy", ray=ray)
        bound = float(climb.bounds[0])
        plan = find_plan(
            problems, self.program, climb.ascent.duals[0], climb.ascent.points[0], bound=bound, tolerance=tolerance
        )
        if plan is None:
            raise AbstentionError("no feasible plan was found quickly")
        return self._from_plan(problems, plan, bound, tolerance)

    def _from_plan(self, problems: Problems, plan: Plan, bound: float, tolerance: float) -> Answer:
        if problems.recover is not None:
            plan = replace(plan, values=problems.recover(plan.values))
        solution = self._verified(plan)
        if solution.values is None or not solution.termination.has_values:
            raise AbstentionError("the plan did not pass verification")
        return self._judged(solution, plan, problems.batch.user_value(bound), tolerance)

    def _judged(self, solution: Solution, plan: Plan, bound: float, tolerance: float) -> Answer:
        """The answer, exact if a solver proved the plan optimal and no certificate contradicts it."""
        sign = -1.0 if self.program.sense == "maximize" else 1.0
        certified = bool(np.isfinite(bound))
        objective = np.nan if solution.objective is None else solution.objective
        slip = sign * (bound - objective) if certified else 0.0
        if not slip <= self.proxy.options.verification_tolerance * max(1.0, abs(objective)):
            raise AbstentionError("plan and certificate contradict each other")
        exact = plan.optimal and solution.termination is Termination.OPTIMAL
        found = self._told(
            Termination.OPTIMAL if exact else Termination.FEASIBLE,
            "exact" if exact else "proxy",
            solution=solution,
            bound=solution.objective if exact else bound if certified else None,
        )
        if exact:
            return found
        if found.gap is None:
            raise AbstentionError("there is no certified bound: a variable has no bound, and the rows imply none")
        if found.gap > tolerance:
            raise AbstentionError(f"the certified gap of {found.gap:.2g} is above the tolerance of {tolerance:.2g}")
        return found

    def _verified(self, plan: Plan) -> Solution:
        claimed = replace(
            without_values(Termination.OPTIMAL if plan.optimal else Termination.FEASIBLE, solver="proxy", version=""),
            objective=plan.objective,
            dual_bound=plan.objective if plan.optimal else None,
            values=plan.values,
        )
        solution = verify(self.program, claimed, self.proxy.options)
        return self.proxy.checks.checked(self.theta, self.program, solution, time.perf_counter() - self.started)

    def _told(
        self,
        termination: Termination,
        source: Literal["exact", "proxy"],
        *,
        solution: Solution | None = None,
        bound: float | None = None,
        ray: Floats | None = None,
    ) -> Answer:
        return Answer(
            termination=termination,
            limit=None,
            objective=None if solution is None else solution.objective,
            bound=bound,
            values=None if solution is None else solution.values,
            source=source,
            seconds=time.perf_counter() - self.started,
            note="" if self.proxy.ranges.holds(self.theta) else OUTSIDE,
            ray=ray,
        )


def _farkas(problems: Problems, climb: Climb) -> Floats | None:
    """Multipliers (m,) that prove the single member infeasible, if late iterates or their difference do."""
    ascent, box = climb.ascent, problems.box()
    flat = problems.tangents(ascent.anchors, box)
    for ray in (ascent.last, ascent.last - ascent.earlier, ascent.duals):
        if farkas_bounds(flat, ray, box)[0] > 0:
            return _scaled(ray[0])
    return None


def _scaled(ray: Floats) -> Floats:
    """The ray with its largest entry 1."""
    size = float(np.abs(ray).max(initial=0.0))
    return np.asarray(ray / size if size > 0 else ray)
