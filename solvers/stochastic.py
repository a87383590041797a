"""Two-stage stochastic programs in extensive form: decide now, react later, on average and in bad cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.program import Floats, Program
from solvers.activities import activities
from solvers.designs import Design
from solvers.dispatch import solve
from solvers.extensive import Aggregate, Stages, StagesError, extensive, stages
from solvers.scenarios import sweep
from solvers.solution import Solution, Termination
from solvers.solver import EventHandler, Options, Pulse, ignore
from solvers.verify import violations
from solvers.warm import WarmHighs


@dataclass(frozen=True, eq=False, kw_only=True)
class Stochastic:
    """The best decisions before theta is known.

    solution: of the extensive form; its objective is what was optimized. plans: (S, n) the whole plan of each
    scenario, None without values. outcomes: (S,) its objectives. expected, risk: their mean and their conditional
    value at risk. perfect_information: how much better the mean would be if every scenario were known beforehand.
    mean_data: how much worse it would be with the decisions that are best for the mean of the data; infinite where
    these leave a scenario without any plan. Both None where risk was weighed in, or a part of it has no optimum.
    """

    stages: Stages
    solution: Solution
    probabilities: Floats
    plans: Floats | None
    outcomes: Floats | None
    expected: float | None
    risk: float | None
    perfect_information: float | None
    mean_data: float | None


def stochastic(
    design: Design,
    recourse: Sequence[str],
    options: Options | None = None,
    *,
    probabilities: Floats | None = None,
    weight: float = 0.0,
    alpha: float = 0.95,
    on_event: EventHandler = ignore,
) -> Stochastic:
    """The optimum over the scenarios of a design, equally likely if no probabilities are given.

    ``on_event`` hears of the extensive form; where it asks to stop, what would come behind it stays unknown.

    recourse: the variables that are decided when the scenario is known. weight: the share of the conditional value at
    risk in the objective, 0 to 1, at level alpha. Raises StagesError, and what ``dispatch.solve`` raises.
    """
    options = options or Options()
    shares = _probabilities(len(design), probabilities)
    if not 0 <= weight <= 1 or not 0 < alpha < 1:
        raise StagesError("the weight of the risk must be from 0 to 1, its level above 0 and below 1")
    own = stages(design.family, recourse)
    aggregate = Aggregate(probabilities=shares, weight=weight, alpha=alpha)
    whole = extensive(own, design.thetas, aggregate, design.names)
    solution = solve(whole.program, options, on_event=on_event)
    if solution.values is None or not solution.termination.has_values:
        return _without_plan(own, solution, shares)
    plans = solution.values[whole.places]
    outcomes, solution = _checked(own, design, plans, solution, options)
    sign = -1.0 if own.program.sense == "maximize" else 1.0
    expected = float(shares @ outcomes)
    better, worse = None, None
    if weight == 0 and solution.termination is Termination.OPTIMAL:
        better = _perfect_information(design, shares, expected, sign, options, on_event)
        worse = _mean_data(own, design, shares, expected, sign, options, on_event)
    return Stochastic(
        stages=own,
        solution=solution,
        probabilities=shares,
        plans=plans,
        outcomes=outcomes,
        expected=expected,
        risk=sign * tail_mean(sign * outcomes, shares, alpha),
        perfect_information=better,
        mean_data=worse,
    )


def tail_mean(losses: Floats, probabilities: Floats, alpha: float) -> float:
    """The mean of the largest losses that have the probability ``1 - alpha`` together: conditional value at risk."""
    order = np.argsort(-losses, kind="stable")
    left = np.clip(1 - alpha - np.concatenate([[0.0], np.cumsum(probabilities[order])[:-1]]), 0.0, probabilities[order])
    return float(losses[order] @ left / (1 - alpha))


def _probabilities(count: int, given: Floats | None) -> Floats:
    if given is None:
        return np.full(count, 1.0 / count)
    if given.shape != (count,) or not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0:
        raise StagesError(f"{count} scenarios need as many probabilities, none of them negative")
    return np.asarray(given / given.sum())


def _without_plan(own: Stages, solution: Solution, shares: Floats) -> Stochastic:
    return Stochastic(
        stages=own,
        solution=solution,
        probabilities=shares,
        plans=None,
        outcomes=None,
        expected=None,
        risk=None,
        perfect_information=None,
        mean_data=None,
    )


def _checked(
    own: Stages, design: Design, plans: Floats, solution: Solution, options: Options
) -> tuple[Floats, Solution]:
    """The objective of every scenario's plan on its own program; a plan that is none there is a NUMERICAL_ERROR."""
    outcomes = np.empty(len(plans))
    for number, (theta, values) in enumerate(zip(design.thetas, plans, strict=True)):
        program = own.family.program(theta)
        found = violations(program, values, options)
        if found.relative > options.verification_tolerance:
            log = f"{solution.log}\nVerification: in scenario {design.names[number]}, {found.worst}.".lstrip()
            solution = replace(solution, termination=Termination.NUMERICAL_ERROR, log=log)
        outcomes[number] = activities(program, values).objective
    return outcomes, solution


def _perfect_information(
    design: Design, shares: Floats, expected: float, sign: float, options: Options, on_event: EventHandler
) -> float | None:
    found = sweep(design, options, keep_values=False, on_answer=lambda _, answer: on_event(Pulse(answer.seconds)))
    answers = found.answers
    known = [answer.objective for answer in answers if answer is not None and answer.objective is not None]
    if len(known) < len(answers):
        return None
    return max(0.0, sign * (expected - float(shares @ np.array(known))))


def _mean_data(
    own: Stages,
    design: Design,
    shares: Floats,
    expected: float,
    sign: float,
    options: Options,
    on_event: EventHandler,
) -> float | None:
    """The value of the stochastic solution. Source: Birge & Louveaux (2011), ch. 4."""
    mean = solve(own.family.program(shares @ design.thetas), options, on_event=on_event)
    if mean.values is None or mean.termination is not Termination.OPTIMAL:
        return None
    found = reactions(own, design.thetas, mean.values, options, on_event=on_event)
    if found is None:
        return None
    return float("inf") if np.isinf(found).any() else max(0.0, sign * (float(shares @ found) - expected))


def reactions(
    own: Stages, thetas: Floats, values: Floats, options: Options, *, on_event: EventHandler = ignore
) -> Floats | None:
    """The objective of the best reaction to each theta once all columns but the recourse keep these values: (S,).

    Infinite, to the bad side, where no reaction is possible; None if one is not known to be best, or was not waited
    for.
    """
    sign = -1.0 if own.program.sense == "maximize" else 1.0
    warm, found = WarmHighs(options), np.empty(len(thetas))
    for place, theta in enumerate(thetas):
        answer = warm.solve(fixed_first_stage(own, theta, values))
        if answer.termination is Termination.INFEASIBLE:
            found[place] = sign * np.inf
        elif answer.objective is None or answer.termination is not Termination.OPTIMAL:
            return None
        else:
            found[place] = answer.objective
        if on_event(Pulse(answer.seconds)):
            return None
    return found


def fixed_first_stage(own: Stages, theta: Floats, values: Floats) -> Program:
    """The program of one scenario in which all columns but the recourse keep these values."""
    program = own.family.program(theta)
    # What a solver leaves beside a whole number or outside a bound must not make a scenario infeasible.
    exact = np.where(program.integer, np.round(values), np.clip(values, program.column_lower, program.column_upper))
    return replace(
        program,
        column_lower=np.where(own.recourse, program.column_lower, exact),
        column_upper=np.where(own.recourse, program.column_upper, exact),
    )
