"""Sensitivity in the user's words: what one more unit of each limit is worth, and as long as what."""

from __future__ import annotations

import math

import pandas as pd

from copilot.numbers import shown
from formulations.expression import Comparison, Expression, Item, Name
from formulations.formulation import Constraint, Formulation
from formulations.parse import ParseError, parse_expression
from solvers.sensitivity import ColumnSensitivity, RowSensitivity, Sensitivity

#: Prices smaller than this are the dust of a solver.
DUST = 1e-9


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
    price = _said(abs(row.shadow_price))
    return f"{of} `{row.label}` {verb} {what} by **{price}**{money}, {_validity(row, unit)}."


def _validity(row: RowSensitivity, unit: str) -> str:
    """``as long as the limit stays between 200 and 340 kg (it is 300)``."""
    low, high = _finite(row.valid_from), _finite(row.valid_to)
    tail = f" {unit}" if unit else ""
    now = "" if row.bound is None else f" (it is {_said(row.bound)})"
    if low is None and high is None:
        return f"wherever the limit goes{now}"
    if low is None:
        return f"as long as the limit is at most {_said(high)}{tail}{now}"
    if high is None:
        return f"as long as the limit is at least {_said(low)}{tail}{now}"
    return f"as long as the limit stays between {_said(low)} and {_said(high)}{tail}{now}"


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


def _said(value: float | None) -> str:
    return "" if value is None else shown(value)


def _clean(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return 0.0 if abs(value) < DUST else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
