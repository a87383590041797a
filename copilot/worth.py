"""What one more unit of a limit or of a number is worth, in the words and units of the formulation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from copilot.numbers import DUST, shown
from formulations.expression import Comparison, Expression, Item, Name
from formulations.formulation import Constraint, Formulation, Parameter
from formulations.parse import ParseError, parse_expression
from formulations.show import show_number
from solvers.marginals import Marginal, Step
from solvers.sensitivity import ColumnSensitivity, RowSensitivity, Sensitivity

#: Rates closer to zero than this share of the largest one are not worth a sentence.
_NEGLIGIBLE = 1e-9


def price_sentences(found: Sensitivity, formulation: Formulation, *, most: int = 12) -> tuple[str, ...]:
    """One sentence for each limit that costs something, the dearest first.

    >>> "One more kg of flour_limit raises total_profit by 1.71 EUR, as long as the limit is between 200 and 340 kg."
    """
    priced = sorted((row for row in found.rows if abs(row.shadow_price) > DUST), key=lambda row: -abs(row.shadow_price))
    return tuple(_price_sentence(row, formulation) for row in priced[:most])


def price_table(found: Sensitivity) -> pd.DataFrame:
    """All rows: limit, activity, slack, shadow price and the interval of the limit in which it holds."""
    return pd.DataFrame(
        [
            {
                "constraint": row.label,
                "limit": row.bound,
                "activity": _clean(row.activity),
                "slack": _clean(row.slack),
                "shadow price": _clean(row.shadow_price),
                "valid from": _finite(row.valid_from),
                "valid to": _finite(row.valid_to),
            }
            for row in found.rows
        ]
    )


def cost_table(found: Sensitivity) -> pd.DataFrame:
    """All columns: value, objective coefficient, how far it alone may move before the plan changes, reduced cost."""
    return pd.DataFrame([_cost_row(column) for column in found.columns])


def _cost_row(column: ColumnSensitivity) -> dict[str, str | float | None]:
    return {
        "decision": column.label,
        "value": _clean(column.value),
        "coefficient": column.coefficient,
        "plan stays from": None if column.coefficient_from is None else _finite(column.coefficient_from),
        "plan stays to": None if column.coefficient_to is None else _finite(column.coefficient_to),
        "reduced cost": _clean(column.reduced_cost),
    }


def _price_sentence(row: RowSensitivity, formulation: Formulation) -> str:
    objective = formulation.objective
    what = "the objective" if objective is None else f"`{objective.name}`"
    money = f" {objective.unit}" if objective is not None and objective.unit else ""
    unit = limit_unit(formulation, row.label.partition("[")[0])
    of = f"One more {unit} of" if unit else "One more unit of"
    verb = "raises" if row.shadow_price > 0 else "lowers"
    price = shown(abs(row.shadow_price))
    return f"{of} `{row.label}` {verb} {what} by **{price}**{money}, {_validity(row, unit)}."


def _validity(row: RowSensitivity, unit: str) -> str:
    """``as long as the limit stays between 200 and 340 kg (it is 300)``"""
    within = _within(row.valid_from, row.valid_to, "stays", unit, shown)
    now = "" if row.bound is None else f" (it is {shown(row.bound)})"
    return f"as long as the limit {within}{now}" if within else f"wherever the limit goes{now}"


def limit_unit(formulation: Formulation, name: str) -> str:
    """The unit of a constraint's limit, where one side of it is a parameter with a unit; "" where it is not known."""
    constraint = next((c for c in formulation.constraints if c.name == name), None)
    if constraint is None:
        return ""
    units = {parameter.name: parameter.unit for parameter in formulation.parameters}
    return next((units[side] for side in _plain_sides(constraint) if units.get(side)), "")


def _plain_sides(constraint: Constraint) -> list[str]:
    try:
        relation = parse_expression(constraint.expression)
    except ParseError:
        return []
    sides: tuple[Expression, ...] = relation.operands if isinstance(relation, Comparison) else ()
    return [side.name for side in reversed(sides) if isinstance(side, Name | Item)]


def _clean(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return 0.0 if abs(value) < DUST else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


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
    within = _within(low, high, "lies", parameter.unit, _figure)
    return f", as long as it {within}" if within else ", however large or small it is"


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


def _within(low: float, high: float, verb: str, unit: str, said: Callable[[float], str]) -> str:
    """``stays between 200 and 340 kg``, ``is at most 340 kg``; nothing where there is no end either way."""
    tail = f" {unit}" if unit else ""
    match math.isfinite(low), math.isfinite(high):
        case True, True:
            return f"{verb} between {said(low)} and {said(high)}{tail}"
        case True, False:
            return f"is at least {said(low)}{tail}"
        case False, True:
            return f"is at most {said(high)}{tail}"
    return ""
