"""Two-stage robust programs: decide now for the worst of an uncertainty set, react when it is known.

Column-and-constraint generation: a master program over some thetas gives decisions and a bound, the worst theta for
these decisions joins them until the two agree. With continuous recourse whose costs and coefficients are certain the
cost of reacting is convex in theta, so that the worst one is a vertex; all of them are tried, by a warm solver.
Source: Zeng & Zhao (2013), Solving two-stage robust optimization problems using a column-and-constraint generation
method.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.data import Instance
from formulations.program import Floats
from solvers.dispatch import solve
from solvers.extensive import Aggregate, Stages, StagesError, extensive, stages
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Bound, Event, EventHandler, Incumbent, Options, Pulse, ignore
from solvers.stochastic import fixed_first_stage, reactions
from solvers.uncertainty import Uncertainty, UncertaintyError, UncertaintySet, uncertainty_set
from solvers.warm import WarmHighs

#: Vertices of the uncertainty set that are tried at most in every round.
MOST_VERTICES = 20_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Adjustable:
    """Decisions that leave a reaction to every theta of the set, best in the worst case.

    solution: its objective is the worst one over all vertices, its bound what no decisions can beat; its values are
    the decisions with the best reaction to the data, (n,). worst_theta: where its objective is worst. thetas: those the
    decisions were made for, one more in every round. vertices: how many were tried in each round. nominal_worst: the
    worst objective with the decisions that are best for the data, infinite where these leave no reaction, None if not
    known.
    """

    stages: Stages
    solution: Solution
    nominal: Solution
    worst_theta: Floats | None
    thetas: Floats
    rounds: int
    vertices: int
    nominal_worst: float | None

    @property
    def price(self) -> float | None:
        """How much worse the worst case is than the optimum at the data."""
        if self.solution.objective is None or self.nominal.objective is None:
            return None
        sign = -1.0 if self.stages.program.sense == "maximize" else 1.0
        return max(0.0, sign * (self.solution.objective - self.nominal.objective))


def adjustable(
    instance: Instance,
    lines: Sequence[Uncertainty],
    recourse: Sequence[str],
    options: Options | None = None,
    *,
    on_event: EventHandler = ignore,
) -> Adjustable:
    """The two-stage robust optimum for these uncertainties and recourse variables.

    The time limit of the options holds for all rounds together; ``on_event`` hears the bound and the incumbent of
    every round. Raises VariationError, UncertaintyError and
    StagesError where the method would not be exact, and what ``dispatch.solve`` raises.
    """
    options = options or Options()
    started = time.perf_counter()
    uncertain = uncertainty_set(instance, lines)
    own = stages(uncertain.space.family, recourse)
    _refuse_inexact(own, uncertain)
    vertices = list(uncertain.vertices())
    search = _Rounds(own, vertices, options, started, on_event)
    solution, worst = search.run()
    nominal = solve(own.family.program(own.family.base), options, on_event=search.pulse)
    return Adjustable(
        stages=own,
        solution=replace(solution, seconds=time.perf_counter() - started),
        nominal=nominal,
        worst_theta=worst,
        thetas=np.array(search.thetas),
        rounds=search.rounds,
        vertices=len(vertices),
        nominal_worst=_nominal_worst(own, vertices, nominal, options, search.waits_no_longer),
    )


def _nominal_worst(
    own: Stages, vertices: list[Floats], nominal: Solution, options: Options, on_event: EventHandler
) -> float | None:
    if nominal.values is None or nominal.termination is not Termination.OPTIMAL:
        return None
    found = reactions(own, np.array([own.family.base, *vertices]), nominal.values, options, on_event=on_event)
    if found is None:
        return None
    return float(found.min() if own.program.sense == "maximize" else found.max())


def _refuse_inexact(own: Stages, uncertain: UncertaintySet) -> None:
    maps, program = uncertain.maps, own.program
    integer = np.flatnonzero(own.recourse & program.integer)
    if len(integer):
        raise StagesError(
            f"{program.columns[int(integer[0])]} reacts in whole numbers, and worst cases of such reactions are not "
            "found exactly: decide it beforehand or make it continuous"
        )
    moving = program.matrix.indices[maps.coefficients.moving]
    priced = [column for column in (*moving.tolist(), *maps.cost.moving.tolist()) if own.recourse[column]]
    if priced:
        raise UncertaintyError(
            f"a cost or coefficient of the recourse variable {program.columns[priced[0]]} is uncertain: only bounds, "
            "right-hand sides and data of the other variables may be"
        )
    count = uncertain.vertex_count()
    if count > MOST_VERTICES:
        raise UncertaintyError(
            f"the set has {count:,} vertices, more than {MOST_VERTICES:,} can be tried: lower the budget, or let "
            "entries vary together"
        )


class _Rounds:
    """Master and worst case in turn."""

    def __init__(
        self, own: Stages, vertices: list[Floats], options: Options, started: float, on_event: EventHandler
    ) -> None:
        self.own, self.vertices, self.options, self.started = own, vertices, options, started
        self.stopped = False
        self._on_event = on_event
        self.thetas: list[Floats] = [own.family.base]
        self.rounds = 0
        self._sign = -1.0 if own.program.sense == "maximize" else 1.0
        self._warm = WarmHighs(options)

    def tell(self, event: Event) -> bool:
        """Whether whoever listens has asked to stop, now or before."""
        self.stopped = bool(self._on_event(event)) or self.stopped
        return self.stopped

    def pulse(self, event: Event) -> bool:
        """The same for an event of a single solve, whose bounds and incumbents are not those of the whole."""
        return self.tell(Pulse(self._seconds))

    def waits_no_longer(self, event: Event) -> bool:
        return self.pulse(event) or self._remaining() == 0.0

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self.started

    @property
    def _limit(self) -> Limit:
        return Limit.INTERRUPTED if self.stopped else Limit.TIME

    def run(self) -> tuple[Solution, Floats | None]:
        """The solution in the columns of one scenario, and the theta where it is worst."""
        best: tuple[float, Solution, Floats] | None = None
        while True:
            self.rounds += 1
            master, values = self._master()
            if values is None:
                return self._cut(best, master) if best is not None else (_bare(master), None)
            bound = master.objective if master.dual_bound is None else master.dual_bound
            loss, worst = self._worst(values)
            if loss is None:
                return self._cut(best, replace(master, limit=self._limit))
            if bound is not None:
                self.tell(Bound(bound, self._seconds))
            if np.isfinite(loss) and (best is None or loss < best[0]):
                plan = replace(_bare(master), values=self._at_data(values), objective=self._sign * loss)
                best = (loss, plan, worst)
                self.tell(Incumbent(self._sign * loss, self._seconds))
            if best is not None and bound is not None and self._closed(best[0], self._sign * bound):
                proved = master.termination is Termination.OPTIMAL
                reached = Termination.OPTIMAL if proved else Termination.FEASIBLE
                return replace(best[1], termination=reached, dual_bound=bound, limit=master.limit), best[2]
            if any(np.array_equal(worst, known) for known in self.thetas):
                # The master holds this theta already: tolerances are all that is left between the two.
                return self._cut(best, replace(master, limit=None))
            self.thetas.append(worst)

    def _master(self) -> tuple[Solution, Floats | None]:
        names = ["data", *(f"worst case {number}" for number in range(1, len(self.thetas)))]
        aggregate = Aggregate(probabilities=np.full(len(names), 1 / len(names)), worst=True)
        whole = extensive(self.own, np.array(self.thetas), aggregate, names)
        remaining = self._remaining()
        master = solve(whole.program, replace(self.options, time_limit=remaining), on_event=self.pulse)
        if master.values is None or not master.termination.has_values:
            return master, None
        return master, master.values[whole.places[0]]

    def _worst(self, values: Floats) -> tuple[float | None, Floats]:
        """The largest loss over the vertices, infinite where no reaction is possible; None if time ran out."""
        loss, worst = -np.inf, self.thetas[0]
        for theta in (self.own.family.base, *self.vertices):
            if self._remaining() == 0.0 or self.tell(Pulse(self._seconds)):
                return None, worst
            answer = self._warm.solve(fixed_first_stage(self.own, theta, values))
            if answer.termination is Termination.INFEASIBLE:
                return np.inf, theta
            if answer.objective is None or answer.termination is not Termination.OPTIMAL:
                return None, worst
            if self._sign * answer.objective > loss:
                loss, worst = self._sign * answer.objective, theta
        return loss, worst

    def _at_data(self, values: Floats) -> Floats | None:
        answer = self._warm.solve(fixed_first_stage(self.own, self.own.family.base, values))
        return answer.values

    def _closed(self, loss: float, bound: float) -> bool:
        gap = max(self.options.mip_gap, self.options.verification_tolerance)
        return loss - bound <= gap * max(1.0, abs(loss))

    def _cut(self, best: tuple[float, Solution, Floats] | None, master: Solution) -> tuple[Solution, Floats | None]:
        """What is known when the rounds end without agreement."""
        bound = master.dual_bound if master.dual_bound is not None else master.objective
        if best is None:
            found = replace(_bare(master), termination=Termination.NO_SOLUTION_FOUND, dual_bound=bound)
            return found, None
        return replace(best[1], termination=Termination.FEASIBLE, dual_bound=bound, limit=master.limit), best[2]

    def _remaining(self) -> float | None:
        if self.options.time_limit is None:
            return None
        return max(0.0, self.options.time_limit - self._seconds)


def _bare(master: Solution) -> Solution:
    """What the master says without the numbers of its own columns."""
    return replace(master, values=None, duals=None, reduced_costs=None, ray=None, max_violation=None, objective=None)
