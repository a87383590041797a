"""The dual bound as a function of the duals, in torch: differentiable, for many instances, on one device."""

from __future__ import annotations

from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.proxies.batch import VARYING, Batch
from solvers.proxies.certificate import Box
from solvers.proxies.curves import Curves
from solvers.proxies.jets import Jet
from solvers.proxies.linearization import Linearization

#: Patterns at least this full are multiplied as dense matrices.
DENSE_SHARE = 0.2
#: Stands for a missing column bound when iterates are compared.
PENALTY = 1e7
#: A ray counts from this share of its terms on.
CLEARLY = 1e-9


def is_dense(batch: Batch) -> bool:
    """Whether the pattern is so full that it is better multiplied as a dense matrix."""
    return len(batch.rows) >= DENSE_SHARE * batch.row_count * batch.column_count


class Linear:
    """Products with A and, unless ``sparse``, the normal matrix, for lines of instances on one device."""

    def __init__(self, torch: Any, batch: Batch, device: str, *, sparse: bool = False) -> None:
        self.torch, self.m, self.n = torch, batch.row_count, batch.column_count
        self.values = torch.as_tensor(batch.values, dtype=torch.float64, device=device)
        self.rows = torch.as_tensor(batch.rows, device=device)
        self.columns = torch.as_tensor(batch.columns, device=device)
        self.dense = is_dense(batch) and not sparse
        if self.dense:
            self.matrix = torch.zeros((len(batch.values), self.m, self.n), dtype=torch.float64, device=device)
            self.matrix[:, self.rows, self.columns] = self.values
        elif not sparse:
            left, right = _pairs(batch)
            self.left, self.right = torch.as_tensor(left, device=device), torch.as_tensor(right, device=device)
            self.places = self.rows[self.left] * self.m + self.rows[self.right]
            self.weights = self.values[:, self.left] * self.values[:, self.right]
            self.pair_columns = self.columns[self.left]

    def keep(self, chosen: Any) -> None:
        """Drop the instances that are not chosen."""
        for name in ("values", "matrix", "weights"):
            array = getattr(self, name, None)
            if array is not None and len(array) > 1:
                setattr(self, name, array[chosen])

    def change(self, values: Any) -> None:
        """Other coefficients (lines, nnz) at the same places."""
        self.values = values
        if self.dense:
            matrix = values.new_zeros((len(values), self.m * self.n))
            self.matrix = matrix.index_add(1, self.rows * self.n + self.columns, values).view(-1, self.m, self.n)
        else:
            self.weights = values[:, self.left] * values[:, self.right]

    def full(self) -> Any:
        """A as (lines or 1, m, n)."""
        if self.dense:
            return self.matrix
        matrix = self.values.new_zeros((len(self.values), self.m * self.n))
        return matrix.index_add(1, self.rows * self.n + self.columns, self.values).view(-1, self.m, self.n)

    def forward(self, x: Any) -> Any:
        if self.dense:
            return self._times(self.matrix, x)
        return x.new_zeros((len(x), self.m)).index_add_(1, self.rows, self.values * x[:, self.columns])

    def backward(self, y: Any) -> Any:
        if self.dense:
            return self._times(self.matrix.mT, y)
        return y.new_zeros((len(y), self.n)).index_add_(1, self.columns, self.values * y[:, self.rows])

    def normal(self, weights: Any) -> Any:
        """A diag(w) A' of every instance: (lines, m, m)."""
        if self.dense:
            return (self.matrix * weights[:, None, :]) @ self.matrix.mT
        flat = weights.new_zeros((len(weights), self.m * self.m))
        flat.index_add_(1, self.places, self.weights * weights[:, self.pair_columns])
        return flat.view(-1, self.m, self.m)

    def _times(self, matrix: Any, vectors: Any) -> Any:
        return vectors @ matrix[0].mT if len(matrix) == 1 else (matrix @ vectors[..., None])[..., 0]


def _pairs(batch: Batch) -> tuple[Any, Any]:
    """All ordered pairs of entries that share a column."""
    lengths = np.diff(batch.column_starts)
    own = lengths[batch.columns]
    left = np.repeat(np.arange(len(batch.rows)), own)
    inside = np.arange(len(left)) - np.repeat(np.cumsum(own) - own, own)
    return left, batch.column_starts[batch.columns[left]] + inside


class DualFunction:
    """B(y) of ``certificate`` for many instances on one device, differentiable, without a margin for rounding.

    With curves it is that of the tangents at the point of the last ``move``.
    """

    def __init__(
        self,
        torch: Any,
        batch: Batch,
        box: Box,
        *,
        device: str,
        curves: Curves | None = None,
        sparse: bool = False,
    ) -> None:
        self.torch, self.device = torch, device
        self.linear = Linear(torch, batch, device, sparse=sparse)
        self.curved = None if curves is None else Linearization(torch, batch, curves, device=device)
        lines = batch.count
        own = {name: self.tensor(getattr(batch, name)) for name in VARYING if name != "values"}
        self.offset = own.pop("offset").expand(lines)
        self.arrays = {name: array.expand(lines, -1) for name, array in own.items()}
        self.arrays["box_lower"] = self.tensor(box.lower).expand(lines, -1).nan_to_num(neginf=-PENALTY)
        self.arrays["box_upper"] = self.tensor(box.upper).expand(lines, -1).nan_to_num(posinf=PENALTY)
        self.arrays["plain_cost"] = self.arrays["cost"]
        self.arrays["alpha"] = self.tensor(np.zeros((1, batch.row_count + 1))).expand(lines, -1)
        self.plain_values = self.linear.values

    def move(self, w: Any) -> list[Jet]:
        """Take the tangents at w (lines, n), where there are curves; the jets there."""
        if self.curved is None:
            return []
        jets = self.curved.jets(w)
        tangent = self.curved.tangent(w, jets)
        nnz = self.plain_values.shape[1]
        self.linear.change(self.plain_values + tangent.slopes[:, :nnz])
        self.arrays["cost"] = self.arrays["plain_cost"] + tangent.slopes[:, nnz:]
        self.arrays["alpha"] = tangent.alpha
        return jets

    def residual(self, x: Any, s: Any) -> Any:
        """A x - s, with rows replaced by their tangents."""
        return self.linear.forward(x) + self.arrays["alpha"][:, :-1] - s

    def objective(self, x: Any) -> Any:
        """The objective, or its tangent, at x: (lines,)."""
        return (self.arrays["cost"] * x).sum(1) + self.arrays["alpha"][:, -1] + self.offset

    def tensor(self, array: Floats) -> Any:
        return self.torch.as_tensor(np.array(array), dtype=self.torch.float64, device=self.device)

    def keep(self, chosen: Any) -> None:
        """Drop the instances that are not chosen."""
        self.linear.keep(chosen)
        if self.curved is not None:
            self.curved.keep(chosen)
        self.plain_values = self.plain_values[chosen] if len(self.plain_values) > 1 else self.plain_values
        self.offset = self.offset[chosen]
        self.arrays = {name: array[chosen] for name, array in self.arrays.items()}

    def projected(self, y: Any) -> Any:
        """Multipliers of missing row sides set to zero."""
        y = self.torch.where(self.torch.isneginf(self.arrays["row_lower"]), y.clamp_max(0.0), y)
        y = self.torch.where(self.torch.isposinf(self.arrays["row_upper"]), y.clamp_min(0.0), y)
        return y.nan_to_num(0.0, 0.0, 0.0)

    def slope(self, y: Any) -> Any:
        """c - A'y."""
        return self.arrays["cost"] - self.linear.backward(y)

    def bound(self, y: Any) -> Any:
        """B(y) of projected duals (lines, m): (lines,)."""
        torch, own, r = self.torch, self.arrays, self.slope(y)
        side = torch.where(y > 0, own["row_lower"], own["row_upper"])
        rows = torch.where(y == 0, 0.0, y * (torch.where(y == 0, 0.0, side) - own["alpha"][:, :-1]))
        columns = torch.minimum(r * own["box_lower"], r * own["box_upper"])
        return rows.sum(1) + columns.sum(1) + self.offset + own["alpha"][:, -1]

    def refutes(self, y: Any) -> Any:
        """Whether B(y) is clearly positive without costs, so that y suggests a proof of infeasibility: (lines,)."""
        torch, own = self.torch, self.arrays
        y = self.projected(y / y.abs().amax(1, keepdim=True).clamp_min(1e-300))
        r = -self.linear.backward(y)
        side = torch.where(y > 0, own["row_lower"], own["row_upper"])
        rows = torch.where(y == 0, 0.0, y * (torch.where(y == 0, 0.0, side) - own["alpha"][:, :-1]))
        ends = torch.minimum(r * own["box_lower"], r * own["box_upper"])
        size = rows.abs().sum(1) + ends.abs().sum(1)
        return rows.sum(1) + ends.sum(1) > CLEARLY * size
