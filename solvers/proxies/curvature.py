"""Inverses of the barrier's curvature plus that of the functions, for many instances."""

from __future__ import annotations

from typing import Any

from solvers.proxies.barrier import TINY
from solvers.proxies.dual_function import Linear


class Diagonal:
    """The inverse of a diagonal matrix for each line."""

    def __init__(self, inverse: Any) -> None:
        self.inverse = inverse

    def __call__(self, vectors: Any) -> Any:
        return self.inverse * vectors

    def normal(self, linear: Linear) -> Any:
        return linear.normal(self.inverse)


class Full:
    """The inverse of diag(d) + H for each line, H positive semidefinite (lines, n, n)."""

    def __init__(self, torch: Any, diagonal: Any, bend: Any) -> None:
        matrix = bend + torch.diag_embed(diagonal)
        self.scale = matrix.diagonal(dim1=1, dim2=2).clamp_min(TINY).rsqrt()
        self.torch = torch
        self.factor = cholesky(torch, matrix * self.scale[:, :, None] * self.scale[:, None, :])

    def __call__(self, vectors: Any) -> Any:
        return self.torch.cholesky_solve((vectors * self.scale)[..., None], self.factor)[..., 0] * self.scale

    def normal(self, linear: Linear) -> Any:
        full = linear.full() * self.scale[:, None, :]
        return full @ self.torch.cholesky_solve(full.mT.expand(len(self.factor), -1, -1), self.factor)


def cholesky(torch: Any, matrix: Any) -> Any:
    """The factors of positive semidefinite matrices with unit diagonal, lifted as far as rounding asks for it."""
    eye = torch.eye(matrix.shape[1], dtype=matrix.dtype, device=matrix.device)
    lift = 1e-13
    while True:
        factor, failed = torch.linalg.cholesky_ex(matrix + lift * eye)
        if lift > 1e-2 or not bool(failed.any()):
            return factor.nan_to_num(0.0)
        lift *= 100
