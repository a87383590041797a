"""Plans for numbers that are not certain: what is asked, answered in the background, told as a study.

Best in the worst case of a set (``solvers.robust``, ``solvers.adjustable``), or over scenarios, on average and in bad
cases (``solvers.stochastic``); always beside the plan that is best if the data hold.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from copilot.background import Background
from copilot.hedging_words import adjustable_told, robust_told, stochastic_told
from copilot.studies import Told
from formulations.data import Instance
from formulations.ground import GroundingError
from solvers.adjustable import adjustable
from solvers.designs import Design, DesignError
from solvers.dispatch import NoCapableSolverError, solve
from solvers.extensive import StagesError
from solvers.robust import robust
from solvers.solver import Bound, Event, Incumbent, Options, SolverUnavailableError, UnsupportedProgramError
from solvers.stochastic import reactions, stochastic
from solvers.uncertainty import Uncertainty, UncertaintyError, uncertainty_set
from solvers.variations import VariationError

#: What a question may be refused for, with a text that says why and what to do.
REFUSED = (
    DesignError,
    GroundingError,
    NoCapableSolverError,
    SolverUnavailableError,
    StagesError,
    UncertaintyError,
    UnsupportedProgramError,
    VariationError,
)
#: Budgets that are compared.
_BUDGETS = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class WorstCase:
    """Best in the worst case of these uncertainties; with ``recourse``, variables that react, in two stages.

    budgets: whether other budgets are looked at as well, which is for plans in one stage.
    """

    uncertainties: tuple[Uncertainty, ...]
    recourse: tuple[str, ...] = ()
    budgets: bool = False

    @property
    def text(self) -> str:
        return _text([f"uncertain {line}" for line in self.uncertainties], self.recourse)


@dataclass(frozen=True, eq=False, kw_only=True)
class OverScenarios:
    """Best over the scenarios of a design; ``weight`` of the mean of the worst ``1 - level`` of the outcomes.

    said: what the scenarios are, in a line.
    """

    design: Design
    recourse: tuple[str, ...]
    said: str
    weight: float = 0.0
    level: float = 0.95

    @property
    def text(self) -> str:
        risk = f"risk {self.weight:g} at level {self.level:g}"
        return _text([*self.said.splitlines(), risk], self.recourse)


def _text(lines: Sequence[str], recourse: Sequence[str]) -> str:
    return "\n".join([*lines, *([f"recourse {', '.join(recourse)}"] if recourse else [])])


@dataclass(eq=False)
class Hedge(Background):
    """One question at work in a thread; ``told`` once it is answered, ``problem`` if it was refused.

    incumbent, bound: the latest of the solve at work. stage: what it is about.
    """

    instance: Instance
    asked: WorstCase | OverScenarios
    options: Options
    stopped: bool = False
    stage: str = "starting"
    incumbent: float | None = None
    bound: float | None = None
    told: Told | None = None
    problem: str = ""
    started: float = field(default_factory=time.monotonic)

    def _run(self) -> None:
        try:
            if isinstance(self.asked, OverScenarios):
                self.told = self._over_scenarios(self.asked)
            else:
                self.told = self._two_stages(self.asked) if self.asked.recourse else self._one_stage(self.asked)
        except REFUSED as error:
            self.problem = str(error)
        except MemoryError:
            self.problem = "there is not enough memory for that: ask for fewer scenarios, or lower the budget"

    def _heard(self, event: Event) -> bool:
        match event:
            case Incumbent(objective=objective):
                self.incumbent = objective
            case Bound(value=value):
                self.bound = value
        return self.stopped

    def _at(self, stage: str) -> None:
        self.stage, self.incumbent, self.bound = stage, None, None

    def _one_stage(self, asked: WorstCase) -> Told:
        self._at("the plan that is best in the worst case")
        found = robust(self.instance, asked.uncertainties, self.options, on_event=self._heard)
        own = uncertainty_set(self.instance, asked.uncertainties)
        curve = [(0, found.nominal.objective), *self._curve(asked, own.size)] if asked.budgets else []
        return robust_told(self.instance, asked.text, found, own, curve)

    def _curve(self, asked: WorstCase, factors: int) -> list[tuple[int, float | None]]:
        """The worst objective of the best plan for other budgets, None where there is none; ends when stopped."""
        curve = []
        for budget in dict.fromkeys(np.linspace(0, factors, _BUDGETS).round().astype(int).tolist()):
            if self.stopped or not budget:
                continue
            self._at(f"the plan for a budget of {budget}")
            lines = [Uncertainty(variation=line.variation, budget=float(budget)) for line in asked.uncertainties]
            plan = robust(self.instance, lines, self.options, on_event=self._heard).plan
            curve.append((budget, plan.objective if plan.termination.has_values else None))
        return curve

    def _two_stages(self, asked: WorstCase) -> Told:
        self._at("decisions that leave the best reactions")
        found = adjustable(self.instance, asked.uncertainties, asked.recourse, self.options, on_event=self._heard)
        return adjustable_told(self.instance, asked.text, found)

    def _over_scenarios(self, asked: OverScenarios) -> Told:
        self._at(f"decisions for {len(asked.design):,} scenarios")
        design = asked.design
        found = stochastic(
            design, asked.recourse, self.options, weight=asked.weight, alpha=asked.level, on_event=self._heard
        )
        self._at("the plan that is best if the data hold")
        own = found.stages
        nominal = solve(own.family.program(own.family.base), self.options, on_event=self._heard)
        outcomes = None
        if found.plans is not None and nominal.values is not None and nominal.termination.has_values:
            outcomes = reactions(own, design.thetas, nominal.values, self.options, on_event=self._heard)
        return stochastic_told(
            self.instance, asked.text, found, design, level=asked.level, nominal=nominal, unhedged=outcomes
        )
