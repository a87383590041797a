"""Plans for uncertain numbers as figures, sentences and sheets, each beside the plan for certain ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from copilot.explain import verdict
from copilot.numbers import shown
from copilot.studies import Figure, Level, Sheet, Told, sheet
from copilot.tables import plans_table
from formulations.data import Instance
from formulations.program import Flags, Floats, Labels
from solvers.adjustable import Adjustable
from solvers.designs import Design
from solvers.robust import Robust, worst_miss, worst_objective
from solvers.solution import Solution, Termination
from solvers.stochastic import Stochastic, tail_mean
from solvers.uncertainty import UncertaintySet

#: What a plan may miss a limit by without being told of.
_MISS = 1e-6
#: What to do where no plan holds in every case.
_WAY_OUT = {
    "robust": "narrow the ranges, lower the budget, or let some decisions wait",
    "two-stage robust": "narrow the ranges, lower the budget, or let more decisions wait",
    "stochastic": "narrow what varies, or let more decisions wait",
}
_ALL_WAIT = "All decisions can wait: nothing has to be decided before the numbers are known."
CERTAIN, HEDGED = "for certain data", "under uncertainty"
AT_DATA, WORST = "if the data hold", "in the worst case"


def robust_told(
    instance: Instance, question: str, found: Robust, own: UncertaintySet, curve: Sequence[tuple[int, float | None]]
) -> Told:
    """A plan in one stage; ``curve`` holds budgets with the worst objective of the best plan for each."""
    plan, nominal = found.plan, found.nominal
    badge, level = _claim(plan)
    notes = [_about(plan, "robust")]
    sheets = {}
    known = nominal.values is not None and nominal.termination.has_values
    unhedged = None
    if known and nominal.values is not None:
        where, missed = worst_miss(own, nominal.values)
        if missed > _MISS * max(1.0, abs(nominal.objective or 0.0)):
            notes.append(f"The plan for certain data is none in its worst case: it misses {where} by {shown(missed)}.")
        else:
            unhedged = worst_objective(own, nominal.values)[0]
            notes.append("The plan for certain data keeps every constraint in the worst case too.")
    if plan.values is not None:
        labels = own.space.family.columns
        sheets["decisions"] = _decisions(labels, nominal.values if known else None, plan.values)
        cases = [
            (CERTAIN, AT_DATA, nominal.objective), (CERTAIN, WORST, unhedged),
            (HEDGED, AT_DATA, found.at_data), (HEDGED, WORST, plan.objective),
        ]  # fmt: skip
        sheets["objectives"] = sheet(pd.DataFrame(cases, columns=["plan", "case", "objective"]))
        sheets["worst case"] = _worst_case(found.labels, own.base, found.worst_theta)
        if level == "tested":
            notes.append("Every constraint was checked where it is worst, by sorting, apart from the reformulation.")
    if curve:
        sheets["budgets"] = sheet(pd.DataFrame(curve, columns=["budget", "worst objective"]))
    return Told(
        kind="robust",
        question=question,
        badge=badge,
        level=level,
        figures=_priced(instance, plan, nominal, found.price, found.at_data),
        notes=tuple(notes),
        sheets=sheets,
    )


def adjustable_told(instance: Instance, question: str, found: Adjustable) -> Told:
    """Decisions in the first of two stages, best in the worst case after the best reaction."""
    plan, nominal = found.solution, found.nominal
    badge, level = _claim(plan)
    notes = [_about(plan, "two-stage robust")]
    sheets = {}
    own = found.stages.family
    if plan.values is not None:
        early = ~found.stages.recourse
        known = nominal.values is not None and nominal.termination.has_values
        sheets["decisions"] = _decisions(own.columns, nominal.values if known else None, plan.values, early)
        cases = [
            (CERTAIN, AT_DATA, nominal.objective), (CERTAIN, WORST, _finite(found.nominal_worst)),
            (HEDGED, WORST, plan.objective),
        ]  # fmt: skip
        sheets["objectives"] = sheet(pd.DataFrame(cases, columns=["plan", "case", "objective"]))
        sheets["worst case"] = _worst_case(tuple(own.labels), own.base, found.worst_theta)
        rounds = "in one round" if found.rounds == 1 else f"in each of {found.rounds} rounds"
        notes.append(f"{found.vertices:,} corners of the set were tried {rounds}.")
        notes += [] if early.any() else [_ALL_WAIT]
    if found.nominal_worst is not None and math.isinf(found.nominal_worst):
        notes.append("The decisions for certain data leave no reaction at all in some case.")
    return Told(
        kind="two stages",
        question=question,
        badge=badge,
        level=level,
        figures=_priced(instance, plan, nominal, found.price, None),
        notes=tuple(notes),
        sheets=sheets,
    )


def stochastic_told(
    instance: Instance,
    question: str,
    found: Stochastic,
    design: Design,
    *,
    level: float,
    nominal: Solution,
    unhedged: Floats | None,
) -> Told:
    """Decisions over scenarios; ``unhedged`` are the outcomes with the decisions for the data, infinite where none."""
    solution, unit = found.solution, _unit(instance)
    badge, trust = _claim(solution)
    notes = [_about(solution, "stochastic")]
    sheets = {}
    bad = f"mean of the worst {100 * (1 - level):.3g} %"
    figures = [
        Figure(label="expected", value=found.expected, unit=unit, help="The mean over the scenarios."),
        Figure(label=bad, value=found.risk, unit=unit, help="Conditional value at risk."),
    ]
    if found.perfect_information is not None:
        said = "How much better the mean would be if every scenario were known beforehand."
        figures.append(Figure(label="worth of knowing", value=found.perfect_information, unit=unit, help=said))
    if found.mean_data is not None:
        said = "How much worse the mean is with the decisions that are best for the mean of the scenarios."
        figures.append(
            Figure(label="worth of hedging", value=_finite(found.mean_data), unit=unit, words="decisive", help=said)
        )
        if math.isinf(found.mean_data):
            notes.append("Decisions for the mean of the scenarios leave some scenario without any plan.")
    if found.plans is not None and found.outcomes is not None:
        known = nominal.values is not None and nominal.termination.has_values
        early = ~found.stages.recourse
        columns = found.stages.family.columns
        sheets["decisions"] = _decisions(columns, nominal.values if known else None, found.plans[0], early)
        frame = pd.DataFrame({"scenario": design.names, "probability": found.probabilities, "outcome": found.outcomes})
        if unhedged is not None:
            frame[f"outcome {CERTAIN}"] = np.where(np.isfinite(unhedged), unhedged, np.nan)
            notes.append(_compared(found, unhedged, level, unit))
        sheets["scenarios"] = sheet(frame)
        notes += [] if early.any() else [_ALL_WAIT]
    return Told(
        kind="stochastic",
        question=question,
        badge=badge,
        level=trust,
        figures=tuple(figures) if found.plans is not None else (),
        notes=tuple(notes),
        sheets=sheets,
    )


def _compared(found: Stochastic, unhedged: Floats, level: float, unit: str) -> str:
    """What the decisions for the data come to in the same scenarios."""
    lost = int(np.isinf(unhedged).sum())
    if lost:
        return f"The decisions for certain data leave {lost} of {len(unhedged)} scenarios without any plan."
    sign = -1.0 if found.stages.program.sense == "maximize" else 1.0
    mean = float(found.probabilities @ unhedged)
    tail = sign * tail_mean(sign * unhedged, found.probabilities, level)
    return f"The decisions for certain data come to {shown(mean, unit)} on average, {shown(tail, unit)} in bad cases."


def _claim(solution: Solution) -> tuple[str, Level]:
    """Badge and level: that nothing is better rests on the solver, so that it is tested, not proved."""
    found = verdict(solution)
    if found.badge == "alert":
        return found.title, "alert"
    level = "tested" if found.level == "proved" else found.level
    return f"{level} · {found.title}", level


def _about(solution: Solution, kind: str) -> str:
    who = f"{solution.solver} {solution.version}".strip()
    match solution.termination:
        case Termination.OPTIMAL:
            return f"{who} found the best {kind} plan, in {solution.seconds:.2f} s."
        case Termination.INFEASIBLE:
            return f"No plan keeps the constraints in every case ({who}): {_WAY_OUT[kind]}."
        case Termination.NUMERICAL_ERROR:
            last = solution.log.strip().splitlines()[-1:]
            return f"The answer of {who} did not survive the check. {' '.join(last)}"
    return verdict(solution).sentence


def _priced(
    instance: Instance, plan: Solution, nominal: Solution, price: float | None, at_data: float | None
) -> tuple[Figure, ...]:
    unit = _unit(instance)
    worst = plan.objective if plan.termination.has_values else None
    figures = [
        Figure(label="in the worst case", value=worst, unit=unit, words=_missing(plan)),
        Figure(label="if data were certain", value=nominal.objective, unit=unit, words=_missing(nominal)),
    ]
    if price is not None:
        share = "" if not nominal.objective else f" ({price / abs(nominal.objective):.2%})"
        said = f"How much worse the worst case is than the optimum for certain data{share}."
        figures.append(Figure(label="price of robustness", value=price, unit=unit, help=said))
    if at_data is not None:
        said = "What this plan comes to if nothing deviates from the data."
        figures.append(Figure(label="this plan if data hold", value=at_data, unit=unit, help=said))
    return tuple(figures)


def _missing(solution: Solution) -> str:
    """What stands where there is no objective: that none can be is another thing than that none is known."""
    return "no plan" if solution.termination is Termination.INFEASIBLE else "not known"


def _decisions(columns: Labels, certain: Floats | None, hedged: Floats, early: Flags | None = None) -> Sheet:
    """Both plans side by side: all decisions, or those that are taken early."""
    places = np.arange(len(hedged)) if early is None else np.flatnonzero(early)
    names = [columns[place] for place in places.tolist()]
    before = dict.fromkeys(names) if certain is None else dict(zip(names, certain[places].tolist(), strict=True))
    table = plans_table(before, dict(zip(names, hedged[places].tolist(), strict=True)))
    if certain is None:
        table["change"] = np.nan
    return sheet(table.rename(columns={"before": CERTAIN, "after": HEDGED}))


def _worst_case(labels: Sequence[str], base: Floats, theta: Floats | None) -> Sheet:
    """The entries that are away from the data where the plan is worst."""
    moved = (
        [] if theta is None else np.flatnonzero(np.abs(theta - base) > _MISS * np.maximum(1.0, np.abs(base))).tolist()
    )
    rows = [(labels[place], float(base[place]), float(theta[place])) for place in moved if theta is not None]
    return sheet(pd.DataFrame(rows, columns=["number", "in the data", WORST]))


def _unit(instance: Instance) -> str:
    objective = instance.formulation.objective
    return objective.unit if objective is not None else ""


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
