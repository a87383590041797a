"""``optcopilot robust``: the plan that is best in the worst case, or the decisions that leave the best reactions."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from copilot.commands.asked import REFUSALS, UNSOLVABLE, aligned, read_instance, read_study, refused
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import write_json, write_text
from copilot.commands.report import WORDS, number
from copilot.commands.solve import CODES, options_of
from formulations.data import Instance
from formulations.program import Flags, Floats, Labels
from solvers.adjustable import adjustable
from solvers.families import Family, family
from solvers.robust import robust
from solvers.solution import Solution
from solvers.solver import Options
from solvers.study import Study

#: Values that are printed.
_SHOWN = 30


def run(arguments: argparse.Namespace) -> ExitCode:
    """Finds one robust plan. Raises CommandError."""
    problem, instance = read_instance(arguments)
    try:
        study = read_study(arguments)
        if not study.uncertainties:
            raise CommandError(
                ExitCode.USAGE, "usage", "say what is uncertain: --uncertain 'demand: +-10% budget 3', or a --study"
            )
        answer = _answer(instance, study, options_of(arguments, problem.settings))
    except (*REFUSALS, *UNSOLVABLE) as error:
        raise refused(error) from None
    if arguments.json:
        write_json(answer.as_json())
    else:
        write_text(problem.preface() + "\n".join(answer.lines()))
    return CODES[answer.plan.termination]


@dataclass(frozen=True, eq=False)
class _Answer:
    """A robust plan in one stage or in two, to be told; ``early`` are the columns decided beforehand."""

    own: Family
    plan: Solution
    nominal: Solution
    price: float | None
    theta: Floats | None
    told: Mapping[str, object]
    early: Flags

    @property
    def worst(self) -> dict[str, float]:
        """The entries that are away from the data where the plan is worst."""
        if self.theta is None:
            return {}
        moved = np.flatnonzero(np.abs(self.theta - self.own.base) > 1e-12)
        return {self.own.labels[place]: float(self.theta[place]) for place in moved.tolist()}

    def values(self) -> dict[str, float]:
        if self.plan.values is None:
            return {}
        return dict(zip(self.own.columns, self.plan.values.tolist(), strict=True))

    def as_json(self) -> dict[str, object]:
        return {
            "status": self.plan.termination.value,
            "worst_objective": self.plan.objective,
            "bound": self.plan.dual_bound,
            "certain_objective": self.nominal.objective,
            "price": self.price,
            "worst_case": self.worst,
            "values": self.values(),
            "seconds": self.plan.seconds,
            "solver": self.plan.solver,
            **self.told,
        }

    def lines(self) -> list[str]:
        lines = [WORDS[self.plan.termination]]
        if self.plan.objective is not None:
            lines.append(f"objective in the worst case: {number(self.plan.objective)}")
        if self.nominal.objective is not None:
            lines.append(f"optimum if the data were certain: {number(self.nominal.objective)}")
        if self.price is not None:
            lines.append(f"price of robustness: {number(self.price)}")
        lines += [f"{key.replace('_', ' ')}: {_said(value)}" for key, value in self.told.items() if value is not None]
        if self.worst:
            rows = [[label, number(value)] for label, value in list(self.worst.items())[:_SHOWN]]
            lines += ["", "The worst case for this plan", *aligned(rows)]
        lines += _plan_lines(self.own.columns, self.plan, self.early)
        return lines


def _said(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _plan_lines(columns: Labels, plan: Solution, early: Flags) -> list[str]:
    if plan.values is None:
        return []
    chosen = np.flatnonzero(early & (np.abs(plan.values) > 1e-9)).tolist()
    rows = [[columns[place], number(float(plan.values[place]))] for place in chosen[:_SHOWN]]
    more = [f"  … and {len(chosen) - _SHOWN} more"] if len(chosen) > _SHOWN else []
    return ["", "Decisions that are not zero", *aligned(rows), *more]


def _answer(instance: Instance, study: Study, options: Options) -> _Answer:
    own = family(instance, [line.variation.parameter for line in study.uncertainties])
    if not study.recourse:
        found = robust(instance, study.uncertainties, options)
        told: dict[str, object] = {
            "objective_if_the_data_hold": found.at_data,
            "largest_violation_in_the_worst_case": found.worst_violation,
        }
        every = np.ones(len(own.columns), dtype=bool)
        return _Answer(own, found.plan, found.nominal, found.price, found.worst_theta, told, every)
    staged = adjustable(instance, study.uncertainties, study.recourse, options)
    rounds: dict[str, object] = {"rounds": staged.rounds, "worst_cases_tried": staged.vertices}
    early = ~staged.stages.recourse
    return _Answer(own, staged.solution, staged.nominal, staged.price, staged.worst_theta, rounds, early)
