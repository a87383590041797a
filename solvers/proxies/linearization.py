"""Tangents and curvature of many convex programs in torch: what the ascent and the training need, without margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from formulations.program import Integers
from solvers.proxies.batch import Batch
from solvers.proxies.curves import Curves
from solvers.proxies.jets import Jet, jet
from solvers.proxies.tangents import Layout


@dataclass(frozen=True, eq=False)
class Tangent:
    """Functions near points as alpha + slopes'x: slopes (lines, nnz + n), alpha (lines, m + 1), the objective last."""

    slopes: Any
    alpha: Any


class Linearization:
    """The curved parts on one device; every method takes points (lines, n)."""

    def __init__(self, torch: Any, batch: Batch, curves: Curves, *, device: str) -> None:
        self.torch, self.curves, self.device = torch, curves, device
        self.m, self.n = batch.row_count, batch.column_count
        self.layout = Layout(batch, curves)
        self.size = self.layout.size
        self.forms = self._tensor(curves.forms)
        self.numbers = [self._tensor(group.numbers) for group in curves.groups]
        self.factors = [self._tensor(group.factors) for group in curves.groups]
        self.places, self.left, self.right = map(self._index, (curves.places, curves.left, curves.right))
        self.left_positions, self.right_positions = self._index(self.layout.left), self._index(self.layout.right)
        self.group_places = [self._index(group.places) for group in curves.groups]
        self.group_columns = [self._index(group.columns) for group in curves.groups]
        self.group_positions = [self._index(positions) for positions in self.layout.groups]

    def _tensor(self, array: Any) -> Any:
        return self.torch.as_tensor(np.array(array), dtype=self.torch.float64, device=self.device)

    def _index(self, array: Integers) -> Any:
        return self.torch.as_tensor(np.ascontiguousarray(array), dtype=self.torch.int64, device=self.device)

    def keep(self, chosen: Any) -> None:
        """Drop the instances that are not chosen."""

        def kept(array: Any) -> Any:
            return array[chosen] if len(array) > 1 else array

        self.forms = kept(self.forms)
        self.numbers, self.factors = [*map(kept, self.numbers)], [*map(kept, self.factors)]

    def jets(self, w: Any) -> list[Jet]:
        """The jets of all groups, factors left out."""
        one, found = w.new_ones((1, 1)), []
        for group, index, numbers in zip(self.curves.groups, self.group_columns, self.numbers, strict=True):
            columns = [w[:, index[:, a]] for a in range(index.shape[1])]
            found.append(jet(group.template, columns, [numbers[..., k] for k in range(numbers.shape[2])], one))
        return found

    def tangent(self, w: Any, jets: list[Jet] | None = None) -> Tangent:
        lines = len(w)
        slopes, values = w.new_zeros((lines, self.size)), w.new_zeros((lines, self.m + 1))
        dots = w.new_zeros((lines, self.m + 1))
        left, right = w[:, self.left], w[:, self.right]
        values = values.index_add(1, self.places, self.forms * left * right)
        dots = dots.index_add(1, self.places, 2 * self.forms * left * right)
        slopes = slopes.index_add(1, self.left_positions, (self.forms * right).expand(lines, -1))
        slopes = slopes.index_add(1, self.right_positions, (self.forms * left).expand(lines, -1))
        for g, found in enumerate(self.jets(w) if jets is None else jets):
            places, factors = self.group_places[g], self.factors[g]
            values = values.index_add(1, places, (factors * found.value).expand(lines, -1))
            for a, part in found.gradient.items():
                slope = (factors * part).expand(lines, len(places))
                slopes = slopes.index_add(1, self.group_positions[g][:, a], slope)
                dots = dots.index_add(1, places, slope * w[:, self.group_columns[g][:, a]])
        return Tangent(slopes, values - dots)

    def curvature(self, multipliers: Any, jets: list[Jet]) -> Any:
        """The second derivative of sum_k multipliers_k q_k: its diagonal (lines, n), or (lines, n, n) if it is more.

        ``multipliers`` (lines, m + 1), the last for the objective.
        """
        lines, separable = len(multipliers), self.curves.separable
        flat = multipliers.new_zeros((lines, self.n if separable else self.n * self.n))

        def add(a: Any, b: Any, part: Any) -> None:
            flat.index_add_(1, a if separable else a * self.n + b, part.expand(lines, len(a)))

        weighted = self.forms * multipliers[:, self.places]
        add(self.left, self.right, weighted)
        add(self.right, self.left, weighted)
        for g, found in enumerate(jets):
            weight = self.factors[g] * multipliers[:, self.group_places[g]]
            for (a, b), part in found.hessian.items():
                columns = self.group_columns[g]
                add(columns[:, a], columns[:, b], weight * part)
                if a != b:
                    add(columns[:, b], columns[:, a], weight * part)
        return flat if separable else flat.view(lines, self.n, self.n)
