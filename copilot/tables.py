"""Results as tables: one for each variable, one for the constraints."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from copilot.numbers import DUST, shown
from formulations.data import Instance
from formulations.formulation import Member
from formulations.parse import parse_index
from formulations.program import Floats, Program
from solvers.activities import activities
from solvers.solution import Solution


def index_names(instance: Instance, variable: str) -> list[str]:
    """A heading for each index position of a variable: the set, numbered where it occurs twice."""
    declared = next(v for v in instance.formulation.variables if v.name == variable)
    names: list[str] = []
    for text in declared.indices:
        index_set = instance.sets[parse_index(text).set_name]
        names += [universe.name for universe in index_set.universes] if index_set.dimension > 1 else [index_set.name]
    return [name if names.count(name) == 1 else f"{name} {names[:k].count(name) + 1}" for k, name in enumerate(names)]


def long_table(instance: Instance, variable: str, values: Floats) -> pd.DataFrame:
    """One row per entry: a column for each index position, then ``value``. ``values`` has one axis per index set."""
    declared = next(v for v in instance.formulation.variables if v.name == variable)
    sets = [instance.sets[parse_index(text).set_name] for text in declared.indices]
    keys: list[list[Member]] = [[] for index_set in sets for _ in range(index_set.dimension)]
    places = np.indices(values.shape).reshape(len(sets), values.size) if sets else np.zeros((0, 1), dtype=int)
    column = 0
    for index_set, place in zip(sets, places, strict=True):
        for d, universe in enumerate(index_set.universes):
            keys[column] = [universe.members[code] for code in index_set.codes[place, d]]
            column += 1
    frame = pd.DataFrame(dict(zip(index_names(instance, variable), keys, strict=True)))
    frame["value"] = _clean(values.ravel())
    return frame


def variable_table(instance: Instance, variable: str, values: Floats) -> pd.DataFrame:
    """The way a person would write it: a matrix for two sets, else one row per entry."""
    frame = long_table(instance, variable, values)
    names = [name for name in frame.columns if name != "value"]
    if len(names) == 2 and values.ndim == 2:
        rows, columns = frame[names[0]].drop_duplicates(), frame[names[1]].drop_duplicates()
        matrix = pd.DataFrame(_clean(values), index=rows.rename(names[0]), columns=[str(c) for c in columns])
        return matrix.rename_axis(columns=names[1])
    return frame


def constraint_table(program: Program, solution: Solution) -> pd.DataFrame:
    """One row per constraint row: activity, limits, slack to the nearer limit, and the shadow price if there is one.

    A row that its condition switches off has no slack.
    """
    if solution.values is None:
        return pd.DataFrame(columns=["constraint", "activity", "lower", "upper", "slack", "shadow price"])
    activity = activities(program, solution.values).rows
    slack = np.minimum(activity - program.row_lower, program.row_upper - activity)
    for row, indicator in program.indicators.items():
        if (solution.values[indicator.column] > 0.5) != indicator.value:
            slack[row] = np.nan  # the row is switched off: nothing is missed, whatever its activity
    frame = pd.DataFrame(
        {
            "constraint": list(program.rows),
            "activity": _clean(activity),
            "lower": _finite(program.row_lower),
            "upper": _finite(program.row_upper),
            "slack": _clean(_finite(slack)),
        }
    )
    if solution.duals is not None:
        frame["shadow price"] = _clean(solution.duals)
    return frame


def limited(rows: pd.DataFrame) -> pd.DataFrame:
    """The constraint table with its limits as a person writes them, ``≤ 350``: one column instead of two half empty."""

    def words(lower: float, upper: float) -> str:
        if math.isfinite(lower) and math.isfinite(upper):
            return f"= {shown(upper)}" if lower == upper else f"{shown(lower)} … {shown(upper)}"
        if math.isfinite(lower):
            return f"≥ {shown(lower)}"
        return f"≤ {shown(upper)}" if math.isfinite(upper) else "none"

    limits = [words(*pair) for pair in zip(rows["lower"].tolist(), rows["upper"].tolist(), strict=True)]
    told = rows.drop(columns=["lower", "upper"])
    told.insert(2, "limit", limits)
    return told.dropna(axis="columns", how="all")


def _clean(values: Floats) -> Floats:
    return np.where(np.abs(values) < DUST, 0.0, values)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)


def plans_table(before: Mapping[str, float | None], after: Mapping[str, float | None]) -> pd.DataFrame:
    """Two plans by label: ``before``, ``after`` and ``change``; a decision that one of them lacks counts as none."""
    labels = list(dict.fromkeys((*before, *after)))
    frame = pd.DataFrame(
        {"decision": labels, "before": [before.get(x) for x in labels], "after": [after.get(x) for x in labels]}
    ).astype({"before": "float64", "after": "float64"})
    frame["change"] = frame["after"].fillna(0.0) - frame["before"].fillna(0.0)
    return frame
