"""Uncertain data: ranges around the data, and a budget for how many entries may reach their ends at once.

``demand: +-10% budget 2`` is the set of all theta = data + up z' - down z'' with z', z'' >= 0, z' + z'' <= 1 for each
factor and sum(z' + z'') <= 2 over the factors of the line; without a budget it is the whole box.
Source: Bertsimas & Sim (2004), The price of robustness.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse

from formulations.data import Instance
from formulations.dependence import Dependence
from formulations.program import Floats, Integers
from solvers.spaces import Group, Space, space
from solvers.variations import Variation, VariationError, parse_variation

_BUDGET = re.compile(r"(.*)\bbudget\s+(\S+)\s*", re.DOTALL)
#: What a value of the data may lie outside its range.
_ROUNDING = 1e-9


class UncertaintyError(ValueError):
    """The uncertainty cannot be taken into account: ``str`` says why and what to do."""


class Uncertainty(BaseModel):
    """Entries that are only known within a range; of those of one line, ``budget`` may be at their worst at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variation: Variation
    budget: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    def __str__(self) -> str:
        budget = "" if self.budget is None else f" budget {self.budget!r}".removesuffix(".0")
        return f"{self.variation}{budget}"


def parse_uncertainty(text: str) -> Uncertainty:
    """``demand: +-10% budget 2`` or ``cost: 90%..120%``. Raises VariationError."""
    found = _BUDGET.fullmatch(text)
    variation = parse_variation(found.group(1) if found else text)
    if variation.distribution.kind != "range":
        raise VariationError(f"cannot read {text!r}: uncertain data need a range, such as demand: +-10%")
    if found is None:
        return Uncertainty(variation=variation)
    try:
        budget = float(found.group(2))
    except ValueError:
        budget = math.nan
    if not 0 < budget < math.inf:
        raise VariationError(f"cannot read {text!r}: a budget is a positive number of entries")
    return Uncertainty(variation=variation, budget=budget)


@dataclass(frozen=True, eq=False)
class UncertaintySet:
    """The set of all theta = base + up z' - down z'', see the module; F factors.

    up, down: CSR (K, F), nonnegative in the sense of z. groups: of each factor, its line. budgets: of each line, at
    most its number of factors.
    """

    space: Space
    maps: Dependence
    up: sparse.csr_array
    down: sparse.csr_array
    groups: Integers
    budgets: Floats

    @property
    def base(self) -> Floats:
        return self.space.family.base

    @property
    def size(self) -> int:
        return len(self.groups)

    def gains(self, slopes: Floats) -> tuple[Floats, Floats]:
        """How much a function with these slopes by theta, (..., K), grows with z' and with z'': (..., F) each."""
        return np.asarray(slopes @ self.up), np.asarray(-(slopes @ self.down))

    def worst(self, slopes: Floats) -> float:
        """The largest growth of a linear function of theta over the set."""
        gain = np.maximum(0.0, np.maximum(*self.gains(slopes)))
        return sum(self._largest(gain[self.groups == line], budget) for line, budget in enumerate(self.budgets))

    @staticmethod
    def _largest(gain: Floats, budget: float) -> float:
        """The sum of the largest entries, as many as the budget, the last one in part."""
        ordered = np.sort(gain)[::-1]
        whole = math.floor(budget)
        part = (budget - whole) * ordered[whole] if whole < len(ordered) else 0.0
        return float(ordered[:whole].sum() + part)

    def worst_theta(self, slopes: Floats) -> Floats:
        """The theta at which a linear function of theta is largest."""
        with_up, with_down = self.gains(slopes)
        gain = np.maximum(0.0, np.maximum(with_up, with_down))
        shares = np.zeros(self.size)
        for line, budget in enumerate(self.budgets):
            left = budget
            for factor in sorted(np.flatnonzero(self.groups == line).tolist(), key=lambda f: -gain[f]):
                shares[factor] = min(1.0, left) if gain[factor] > 0 else 0.0
                left = max(0.0, left - 1.0)
        signs = np.where(with_up >= with_down, 1.0, -1.0)
        return self._theta(shares * signs)

    def _theta(self, z: Floats) -> Floats:
        return np.asarray(self.base + self.up @ np.maximum(z, 0.0) - self.down @ np.maximum(-z, 0.0))

    def vertex_count(self) -> int:
        """How many thetas ``vertices`` gives."""
        return math.prod(
            sum(self._count(line, used) for used in self._sizes(line)) for line in range(len(self.budgets))
        )

    def vertices(self) -> Iterator[Floats]:
        """Points of the set among which are all its vertices: theta of shape (K,)."""
        for parts in itertools.product(*(list(self._corners(line)) for line in range(len(self.budgets)))):
            z = np.zeros(self.size)
            for part in parts:
                for factor, value in part:
                    z[factor] = value
            yield self._theta(z)

    def _sides(self, factor: int) -> list[float]:
        """The directions in which a factor moves at all."""
        moves = [(1.0, self.up[:, [factor]]), (-1.0, self.down[:, [factor]])]
        return [sign for sign, column in moves if column.nnz and np.abs(column.data).max() > 0]

    def _moving(self, line: int) -> list[int]:
        return [factor for factor in np.flatnonzero(self.groups == line).tolist() if self._sides(factor)]

    def _sizes(self, line: int) -> range:
        """How many factors are away from the data in a vertex: all that may, or fewer if some move one way only."""
        moving = self._moving(line)
        most = min(len(moving), math.ceil(self.budgets[line]))
        one_way = any(len(self._sides(factor)) < 2 for factor in moving)
        return range(0 if one_way else most, most + 1)

    def _count(self, line: int, used: int) -> int:
        """An upper limit of the corners with so many factors away from the data."""
        partial = max(1, used) if self._is_part(line, used) else 1
        return int(math.comb(len(self._moving(line)), used) * 2**used * partial)

    def _is_part(self, line: int, used: int) -> bool:
        return bool(used > self.budgets[line])

    def _corners(self, line: int) -> Iterator[list[tuple[int, float]]]:
        moving, budget = self._moving(line), float(self.budgets[line])
        for used in self._sizes(line):
            for chosen in itertools.combinations(moving, used):
                for signs in itertools.product(*(self._sides(factor) for factor in chosen)):
                    if not self._is_part(line, used):
                        yield list(zip(chosen, signs, strict=True))
                        continue
                    for last in range(used):  # one of them only in part
                        part = [budget - math.floor(budget) if k == last else 1.0 for k in range(used)]
                        yield [(f, s * p) for f, s, p in zip(chosen, signs, part, strict=True)]


def uncertainty_set(instance: Instance, lines: Sequence[Uncertainty]) -> UncertaintySet:
    """The uncertainty set of these lines around the data of the instance.

    Raises VariationError for names that are not there, UncertaintyError for data outside their ranges and for
    parameters on which the program does not depend affinely.
    """
    own = space(instance, [line.variation for line in lines])
    if own.family.dependence is None:
        raise UncertaintyError(f"exact worst cases need data that enter linearly: {own.family.reason}")
    ups, downs, groups = [], [], []
    for line, group in enumerate(own.groups):
        up, down = _deviations(group, own.family.size)
        ups.append(up)
        downs.append(down)
        groups += [line] * group.count
    counts = np.bincount(np.array(groups, dtype=np.int64), minlength=len(lines))
    budgets = [
        float(count) if line.budget is None else min(line.budget, float(count))
        for line, count in zip(lines, counts, strict=True)
    ]
    none = sparse.csr_array((own.family.size, 0))
    return UncertaintySet(
        space=own,
        maps=own.family.dependence,
        up=sparse.csr_array(sparse.hstack([none, *ups], format="csr")),
        down=sparse.csr_array(sparse.hstack([none, *downs], format="csr")),
        groups=np.array(groups, dtype=np.int64),
        budgets=np.array(budgets),
    )


def _deviations(group: Group, depth: int) -> tuple[sparse.csr_array, sparse.csr_array]:
    """What each factor of a line adds at its high end and takes away at its low end: CSR (K, count)."""
    ends = []
    for factors in (group.high, group.low):
        thetas = np.zeros((1, depth))
        group.fill(thetas, factors[None])
        ends.append(thetas[0, group.entries])
    up, down = ends[0] - group.data, group.data - ends[1]
    scale = _ROUNDING * np.maximum(1.0, np.abs(group.data))
    # A factor common to negative entries lowers them at its high end.
    fits = ((up >= -scale) & (down >= -scale)) | (group.variation.together & group.variation.relative)
    if not np.all(fits):
        place = int(np.argmin(fits))
        raise UncertaintyError(
            f"{group.names[place]} is {group.data[place]:g} in the data, which is outside its range "
            f"({group.variation}): choose a range around it"
        )
    columns = np.zeros(len(group.entries), dtype=np.int64) if group.count == 1 else np.arange(group.count)
    shape = (depth, group.count)
    return (
        sparse.csr_array(sparse.coo_array((up, (group.entries, columns)), shape=shape)),
        sparse.csr_array(sparse.coo_array((down, (group.entries, columns)), shape=shape)),
    )
