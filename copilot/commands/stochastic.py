"""``optcopilot stochastic``: decisions before the numbers are known, best on average or in bad cases."""

from __future__ import annotations

import argparse
import math

import numpy as np

from copilot.commands.asked import REFUSALS, UNSOLVABLE, aligned, design_of, read_instance, read_study, refused
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import write_json, write_text
from copilot.commands.report import WORDS, number
from copilot.commands.solve import CODES, options_of
from solvers.designs import Design
from solvers.stochastic import Stochastic, stochastic

#: Values that are printed.
_SHOWN = 30


def run(arguments: argparse.Namespace) -> ExitCode:
    """Solves one two-stage program. Raises CommandError."""
    problem, instance = read_instance(arguments)
    if arguments.risk > 1 or arguments.level >= 1:
        raise CommandError(ExitCode.USAGE, "usage", "--risk is from 0 to 1, --level above 0 and below 1")
    try:
        study = read_study(arguments)
        design = design_of(arguments, instance, study)
        options = options_of(arguments, problem.settings)
        found = stochastic(design, study.recourse, options, weight=arguments.risk, alpha=arguments.level)
    except (*REFUSALS, *UNSOLVABLE) as error:
        raise refused(error) from None
    if arguments.json:
        write_json(_as_json(found, design))
    else:
        write_text(problem.preface() + "\n".join(_lines(found, design, arguments.level)))
    return CODES[found.solution.termination]


def _decisions(found: Stochastic) -> dict[str, float]:
    """The first stage by label."""
    if found.plans is None:
        return {}
    columns, early = found.stages.family.columns, np.flatnonzero(~found.stages.recourse)
    return {columns[place]: float(found.plans[0, place]) for place in early.tolist()}


def _as_json(found: Stochastic, design: Design) -> dict[str, object]:
    outcomes = [] if found.outcomes is None else found.outcomes.tolist()
    # JSON has no infinity: decisions for the mean that leave a scenario without a plan are told in words.
    hopeless = found.mean_data is not None and math.isinf(found.mean_data)
    return {
        "status": found.solution.termination.value,
        "objective": found.solution.objective,
        "bound": found.solution.dual_bound,
        "expected": found.expected,
        "risk": found.risk,
        "value_of_perfect_information": found.perfect_information,
        "loss_by_planning_for_the_mean": None if hopeless else found.mean_data,
        "mean_plan_infeasible": hopeless,
        "decisions": _decisions(found),
        "scenarios": [
            {"scenario": name, "probability": share, "outcome": outcome}
            for name, share, outcome in zip(design.names, found.probabilities.tolist(), outcomes, strict=False)
        ],
        "seconds": found.solution.seconds,
        "solver": found.solution.solver,
    }


def _lines(found: Stochastic, design: Design, level: float) -> list[str]:
    lines = [f"{WORDS[found.solution.termination]} ({len(design)} scenarios)"]
    if found.expected is not None and found.risk is not None and found.outcomes is not None:
        lines.append(f"objective on average: {number(found.expected)}")
        lines.append(f"mean of the worst {1 - level:.3g} of the outcomes: {number(found.risk)}")
        lines.append(f"outcomes from {number(float(found.outcomes.min()))} to {number(float(found.outcomes.max()))}")
    if found.perfect_information is not None:
        lines.append(f"knowing the numbers beforehand would be worth {number(found.perfect_information)}")
    if found.mean_data is not None:
        lost = found.mean_data
        words = "leaves some scenario without any plan" if math.isinf(lost) else f"would lose {number(lost)}"
        lines.append(f"planning for the mean of the numbers {words}")
    decisions = [(label, value) for label, value in _decisions(found).items() if abs(value) > 1e-9]
    if decisions:
        rows = [[label, number(value)] for label, value in decisions[:_SHOWN]]
        more = [f"  … and {len(decisions) - _SHOWN} more"] if len(decisions) > _SHOWN else []
        lines += ["", "Decide now", *aligned(rows), *more]
    return lines
