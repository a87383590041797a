"""What one more unit of each number in the data is worth: by prices where the program is linear, else by steps.

With duals y, reduced costs d and the affine maps of ``formulations.dependence``, the optimal objective changes with an
entry of a parameter at the rate ``dc x + y (db - dA x) + d du``: the envelope theorem.
Source: Milgrom & Segal (2002), Envelope theorems for arbitrary choice sets; for linear programs Bertsimas & Tsitsiklis
(1997), ch. 5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from formulations.data import Instance
from formulations.dependence import Affine, Dependence, NotAffineError, dependence, parameter_labels
from formulations.program import Floats
from solvers.answers import Answer, Answerer
from solvers.families import family
from solvers.sensitivity import Sensitivity
from solvers.solution import Solution
from solvers.solver import Options

#: Entries that are stepped at most: each takes two solves.
MOST_STEPS = 200
#: Share of a value that is a step, where the value is no whole number.
_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Marginal:
    """The rate at which the optimal objective changes with one entry of a parameter, in the user's sense.

    value: the entry now. It holds while the entry alone moves between valid_from and valid_to, None where that is not
    known because the entry is used in more than one place.
    """

    parameter: str
    label: str
    value: float
    rate: float
    valid_from: float | None
    valid_to: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The optimal objective after one entry alone was moved by a step down and up, by solving again.

    down, up: None where there is no optimum then (``down_status`` and ``up_status`` say what there is).
    """

    parameter: str
    label: str
    value: float
    step: float
    base: float
    down: float | None
    up: float | None
    down_status: str
    up_status: str


def marginals(instance: Instance, found: Sensitivity, values: Floats) -> tuple[Marginal, ...]:
    """The rate of every entry of every parameter that enters affinely, in the order of the formulation.

    found, values: the sensitivity of the grounded instance and its optimal plan. With integer columns the rates are
    those of the linear program in which they keep their values.
    """
    result: list[Marginal] = []
    for parameter in instance.formulation.parameters:
        try:
            maps = dependence(instance, [parameter.name])
        except NotAffineError:  # a step may still tell
            continue
        entries = instance.parameters[parameter.name].ravel()
        rates = _rates(maps, found, values, entries)
        ranges = _Ranges(maps, found, rates)
        for place, label in enumerate(parameter_labels(instance, [parameter.name])):
            value = float(entries[place])
            low, high = ranges.of(place, value)
            rate = float(rates[place]) + 0.0
            result.append(
                Marginal(parameter=parameter.name, label=label, value=value, rate=rate, valid_from=low, valid_to=high)
            )
    return tuple(result)


def _rates(maps: Dependence, found: Sensitivity, values: Floats, theta: Floats) -> Floats:
    """d objective / d theta, shape (K,)."""
    prices = np.array([row.shadow_price for row in found.rows])
    costs = np.array([column.reduced_cost for column in found.columns])
    at_lower = np.array([row.bound is not None for row in found.rows]) & _is_at(
        maps.row_lower, theta, np.array([np.nan if row.bound is None else row.bound for row in found.rows])
    )
    column_lower = maps.column_lower.at(theta)
    column_upper = maps.column_upper.at(theta)
    at_bottom = np.abs(values - column_lower) <= np.abs(values - column_upper)
    matrix = maps.frame.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    rate = maps.cost.slopes.T @ values + maps.offset.slopes.T @ np.ones(1)
    rate = rate + maps.row_lower.slopes.T @ np.where(at_lower, prices, 0.0)
    rate = rate + maps.row_upper.slopes.T @ np.where(at_lower, 0.0, prices)
    rate = rate + maps.column_lower.slopes.T @ np.where(at_bottom, costs, 0.0)
    rate = rate + maps.column_upper.slopes.T @ np.where(at_bottom, 0.0, costs)
    return np.asarray(rate - maps.coefficients.slopes.T @ (prices[rows] * values[matrix.indices]))


def _is_at(bound: Affine, theta: Floats, active: Floats) -> np.ndarray:
    """Whether the active bound of each row is this one."""
    with np.errstate(invalid="ignore"):
        return np.abs(bound.at(theta) - active) <= 1e-9 * np.maximum(1.0, np.abs(active))


class _Ranges:
    """Intervals of entries that are used in one place: the right-hand side of one row, or the cost of one column."""

    def __init__(self, maps: Dependence, found: Sensitivity, rates: Floats) -> None:
        self.found, self.rates = found, rates
        self.costs = sparse.csc_array(maps.cost.slopes)
        self.sides = [sparse.csc_array(side.slopes) for side in (maps.row_lower, maps.row_upper)]
        others = (maps.coefficients, maps.column_lower, maps.column_upper)
        self.elsewhere = np.sum([np.diff(sparse.csc_array(other.slopes).indptr) for other in others], axis=0)

    def of(self, place: int, value: float) -> tuple[float | None, float | None]:
        costs, lower, upper = (_column(own, place) for own in (self.costs, *self.sides))
        rows = {**lower, **upper}
        if self.elsewhere[place] or len(costs) + len(rows) > 1:
            return None, None
        if not costs and not rows:
            return -math.inf, math.inf
        if costs:
            ((number, slope),) = costs.items()
            column = self.found.columns[number]
            ends: tuple[float | None, float | None] = (column.coefficient_from, column.coefficient_to)
            now = column.coefficient
        else:
            ((number, slope),) = rows.items()
            row = self.found.rows[number]
            if row.bound is None or lower.get(number, slope) != upper.get(number, slope):
                return None, None
            ends, now = (row.valid_from, row.valid_to), row.bound
        if ends[0] is None or ends[1] is None:
            return None, None
        moved = sorted(value + (end - now) / slope for end in ends if end is not None)
        return moved[0], moved[1]


def _column(matrix: sparse.csc_array, place: int) -> dict[int, float]:
    """The rows with an entry in one column."""
    part = slice(matrix.indptr[place], matrix.indptr[place + 1])
    return dict(zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True))


def steps(
    instance: Instance,
    solution: Solution,
    options: Options | None = None,
    *,
    names: Sequence[str] | None = None,
    share: float = _SHARE,
) -> tuple[Step, ...]:
    """The effect of a step in each entry of these parameters (all, if none are named), by solving again.

    A step is one unit for a whole number, else ``share`` of the value. At most MOST_STEPS entries are stepped, those
    of parameters with few entries first. Raises KeyError for a name that is no parameter, ValueError without an
    objective to compare with.
    """
    if solution.objective is None or not solution.termination.has_values:
        raise ValueError(f"there is no optimum to start from: the solver said {solution.termination.value}")
    known = [parameter.name for parameter in instance.formulation.parameters]
    chosen = known if names is None else list(names)
    result: dict[str, list[Step]] = {name: [] for name in chosen}
    left = MOST_STEPS
    for name in sorted(chosen, key=lambda name: instance.parameters[name].size):
        own = family(instance, [name])
        if own.size > left:
            break
        left -= own.size
        answerer = Answerer(own, options or Options(), keep_values=False)
        for place, label in enumerate(own.labels):
            value = float(own.base[place])
            size = 1.0 if value == round(value) else share * abs(value)
            moved = []
            for sign in (-1.0, 1.0):
                theta = own.base.copy()
                theta[place] += sign * size
                moved.append(answerer.answer(theta))
            result[name].append(_step(name, label, value, size, solution.objective, moved))
    return tuple(step for name in known for step in result.get(name, []))


def _step(name: str, label: str, value: float, size: float, base: float, moved: Sequence[Answer]) -> Step:
    down, up = moved
    return Step(
        parameter=name,
        label=label,
        value=value,
        step=size,
        base=base,
        down=down.objective,
        up=up.objective,
        down_status=down.note or down.termination.value,
        up_status=up.note or up.termination.value,
    )
