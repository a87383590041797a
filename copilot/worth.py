"""What a unit of each number is worth, in the words and units of the formulation."""

from __future__ import annotations

import math
from collections.abc import Sequence

from formulations.formulation import Formulation, Parameter
from formulations.show import show_number
from solvers.marginals import Marginal, Step

#: Rates closer to zero than this share of the largest one are not worth a sentence.
_NEGLIGIBLE = 1e-9


def worth_sentences(formulation: Formulation, found: Sequence[Marginal]) -> list[str]:
    """One sentence for each number that matters, the largest effect of one percent of it first."""
    parameters = {parameter.name: parameter for parameter in formulation.parameters}
    largest = max((abs(marginal.rate) for marginal in found), default=0.0)
    telling = [marginal for marginal in found if abs(marginal.rate) > _NEGLIGIBLE * largest]
    telling.sort(key=lambda marginal: -abs(marginal.rate * (marginal.value or 1.0)))
    return [worth_sentence(formulation, parameters[marginal.parameter], marginal) for marginal in telling]


def worth_sentence(formulation: Formulation, parameter: Parameter, marginal: Marginal) -> str:
    """``stock (clay at hand): 1 kg more raises earnings by 3 EUR, as long as it lies between 40 and 90 kg.``"""
    change = _change(formulation, marginal.rate)
    return f"{_named(parameter, marginal.label)}: 1{_unit(parameter)} more {change}{_range(parameter, marginal)}."


def _range(parameter: Parameter, marginal: Marginal) -> str:
    low, high = marginal.valid_from, marginal.valid_to
    if low is None or high is None:
        return ", for small changes"
    unit = _unit(parameter)
    match math.isfinite(low), math.isfinite(high):
        case True, True:
            return f", as long as it lies between {_figure(low)} and {_figure(high)}{unit}"
        case True, False:
            return f", as long as it is at least {_figure(low)}{unit}"
        case False, True:
            return f", as long as it is at most {_figure(high)}{unit}"
    return ", however large or small it is"


def step_sentences(formulation: Formulation, found: Sequence[Step]) -> list[str]:
    """One sentence for each number of which a step changes the optimum, the largest change first."""
    parameters = {parameter.name: parameter for parameter in formulation.parameters}

    def effect(step: Step) -> float:
        ends = (step.down, step.up)
        return max(math.inf if end is None else abs(end - step.base) for end in ends)

    scale = max((abs(step.base) for step in found), default=1.0)
    telling = [step for step in found if effect(step) > _NEGLIGIBLE * max(1.0, scale)]
    telling.sort(key=effect, reverse=True)
    return [step_sentence(formulation, parameters[step.parameter], step) for step in telling]


def step_sentence(formulation: Formulation, parameter: Parameter, step: Step) -> str:
    """``stock (clay at hand): 61 kg instead of 60 raises earnings by 4 EUR; 59 lowers it by 3 EUR.``"""
    ends = ((step.value + step.step, step.up, step.up_status), (step.value - step.step, step.down, step.down_status))
    parts = []
    for number, (value, objective, status) in enumerate(ends):
        size = f"{_figure(value)}{_unit(parameter)}" + ("" if number else f" instead of {_figure(step.value)}")
        if objective is None:
            parts.append(f"{size} makes it {status.replace('_', ' ')}")
        elif abs(objective - step.base) <= _NEGLIGIBLE * max(1.0, abs(step.base)):
            parts.append(f"{size} changes nothing")
        else:
            parts.append(f"{size} {_change(formulation, objective - step.base)}")
    return f"{_named(parameter, step.label)}: {'; '.join(parts)}."


def _named(parameter: Parameter, label: str) -> str:
    return f"{label} ({parameter.description})" if parameter.description else label


def _unit(parameter: Parameter) -> str:
    return f" {parameter.unit}" if parameter.unit else ""


def _change(formulation: Formulation, amount: float) -> str:
    objective = formulation.objective
    name = "the objective" if objective is None else objective.name
    unit = f" {objective.unit}" if objective is not None and objective.unit else ""
    return f"{'raises' if amount > 0 else 'lowers'} {name} by {_figure(abs(amount))}{unit}"


def _figure(value: float) -> str:
    """Six digits, or as many as stand before the point."""
    digits = max(6, len(str(int(abs(value)))))
    return show_number(float(f"{value:.{digits}g}"))
