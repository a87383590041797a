"""Which scenarios to ask: one factor at a time, all combinations, a Latin hypercube, or the rows of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from formulations.data import Instance
from formulations.program import Floats
from solvers.families import Family, FamilyError, family
from solvers.spaces import Space, entries_of
from solvers.variations import VariationError, parse_target

if TYPE_CHECKING:
    import pandas as pd

#: Scenarios of one design at most, and numbers in all of them.
LARGEST = 1_000_000
_NUMBERS = 30_000_000
#: Columns of a table that name the scenario.
_NAMES = ("scenario", "name")


class DesignError(ValueError):
    """The scenarios asked for cannot be made: ``str`` says why and what to do."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """S scenarios of a family.

    names: of the scenarios. labels: of the factors, the F columns of ``values`` that tell the scenarios apart.
    thetas: (S, K), what the factors give. kind ``tornado``: first the data themselves, then low and high of each
    factor in turn.
    """

    kind: Literal["tornado", "grid", "hypercube", "table"]
    family: Family
    names: tuple[str, ...]
    labels: tuple[str, ...]
    values: Floats
    thetas: Floats

    def __len__(self) -> int:
        return len(self.names)


def tornado(space: Space) -> Design:
    """The data themselves, then each factor alone at its low and at its high end. Raises DesignError."""
    count = len(space.labels)
    _fitting(2 * count + 1, space.family.size)
    values = np.repeat(space.base[None], 2 * count + 1, axis=0)
    odd = np.arange(count)
    values[2 * odd + 1, odd] = space.low
    values[2 * odd + 2, odd] = space.high
    thetas = np.repeat(space.family.base[None], len(values), axis=0)
    start = 0
    for group in space.groups:
        rows = np.arange(2 * start + 1, 2 * (start + group.count) + 1)
        if group.variation.together:
            block = thetas[rows]
            group.fill(block, values[rows, start : start + 1])
            thetas[rows] = block
        else:
            thetas[rows, np.repeat(group.entries, 2)] = values[rows, np.repeat(odd[start : start + group.count], 2)]
        start += group.count
    names = ["as given", *(f"{label} {end}" for label in space.labels for end in ("low", "high"))]
    return Design(
        kind="tornado",
        family=space.family,
        names=tuple(names),
        labels=space.labels,
        values=values,
        thetas=thetas,
    )


def grid(space: Space, steps: int = 5) -> Design:
    """All combinations of ``steps`` values of each factor, of listed values each of them. Raises DesignError."""
    if steps < 1:
        raise DesignError(f"a grid needs at least one step, not {steps}")
    axes = [column for group in space.groups for column in group.steps(steps).T]
    _fitting(math.prod(len(axis) for axis in axes), space.family.size)
    values = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes)) if axes else np.zeros((1, 0))
    return _design("grid", space, values)


def hypercube(space: Space, count: int, *, seed: int = 0) -> Design:
    """``count`` scenarios from the distributions, each factor spread evenly over its own (Latin hypercube).

    Source: McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input variables.
    Raises DesignError.
    """
    if count < 1:
        raise DesignError(f"at least one scenario is needed, not {count}")
    _fitting(count, space.family.size)
    if not space.labels:
        return _design("hypercube", space, np.zeros((count, 0)))
    from scipy.stats import qmc  # slow to load

    shares = qmc.LatinHypercube(len(space.labels), rng=np.random.default_rng(seed)).random(count)
    return _design("hypercube", space, space.values(shares))


def table(instance: Instance, frame: pd.DataFrame) -> Design:
    """One scenario for each row; the columns are entries such as ``demand['north']``, or scalar parameters.

    A column ``scenario`` names the rows; an empty cell leaves the data as they are. Raises DesignError for columns
    that name no entry and for cells that are no finite numbers.
    """
    frame = frame.rename(columns=lambda column: str(column).strip())
    titles = [column for column in frame.columns if column.lower() in _NAMES][:1]
    columns = [column for column in frame.columns if column not in titles]
    if not columns or not len(frame):
        raise DesignError("the table of scenarios is empty: give one column per parameter and one row per scenario")
    try:
        targets = [parse_target(column) for column in columns]
        own = family(instance, [name for name, _ in targets])
        places = [entries_of(own, name, index) for name, index in targets]
    except (VariationError, FamilyError) as error:
        raise DesignError(f"the table of scenarios has a column that names no parameter: {error}") from None
    _fitting(len(frame), own.size)
    thetas = np.repeat(own.base[None], len(frame), axis=0)
    values = np.zeros((len(frame), len(columns)))
    for number, (column, (name, index), entries) in enumerate(zip(columns, targets, places, strict=True)):
        if not index and len(entries) > 1:
            example = own.labels[int(entries[0])]
            raise DesignError(f"'{name}' has {len(entries)} entries: give one column for each, such as {example}")
        cells = _cells(frame[column], column)
        given = np.isfinite(cells)
        thetas[np.ix_(given, entries)] = cells[given][:, None]
        values[:, number] = np.where(given, cells, own.base[entries].mean())
    names = [str(name) for name in frame[titles[0]]] if titles else [str(k + 1) for k in range(len(frame))]
    return Design(kind="table", family=own, names=tuple(names), labels=tuple(columns), values=values, thetas=thetas)


def _cells(column: pd.Series, name: str) -> Floats:
    """The numbers of a column, NaN where a cell is empty."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    wrong = np.flatnonzero(~np.isfinite(numbers) & column.notna().to_numpy())
    if len(wrong):
        raise DesignError(f"column {name}, row {wrong[0] + 1}: {column.iloc[wrong[0]]!r} is not a finite number")
    return numbers


def _design(kind: Literal["grid", "hypercube"], space: Space, values: Floats) -> Design:
    return Design(
        kind=kind,
        family=space.family,
        names=tuple(str(number + 1) for number in range(len(values))),
        labels=space.labels,
        values=values,
        thetas=space.thetas(values),
    )


def _fitting(count: int, entries: int) -> None:
    if count > LARGEST or count * entries > _NUMBERS:
        raise DesignError(
            f"that would be {count:,} scenarios of {entries:,} numbers each: too many; vary fewer entries, or let "
            "those of a parameter vary together"
        )
