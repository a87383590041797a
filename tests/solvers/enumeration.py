"""Optima of tiny linear programs found by trying everything, to hold solvers against."""

from __future__ import annotations

import itertools
import math

import numpy as np

from formulations.program import Floats, Program

_TOLERANCE = 1e-9


def best_objective(program: Program) -> float | None:
    """The optimum of a bounded linear program with at most two continuous columns, None if it is infeasible."""
    optimum: float | None = None
    better = max if program.sense == "maximize" else min
    continuous = np.flatnonzero(~program.integer).tolist()
    assert len(continuous) <= 2
    for point in _integer_points(program):
        for candidate in _candidates(program, point, continuous):
            if _is_feasible(program, candidate):
                value = float(program.objective @ candidate) + program.objective_offset
                optimum = value if optimum is None else better(optimum, value)
    return optimum


def _integer_points(program: Program) -> list[Floats]:
    """All points whose integer columns lie within their bounds; the continuous ones are 0."""
    ranges = [
        range(math.ceil(low), math.floor(high) + 1) if integer else (0,)
        for low, high, integer in zip(program.column_lower, program.column_upper, program.integer, strict=True)
    ]
    return [np.array(point, dtype=float) for point in itertools.product(*ranges)]


def _candidates(program: Program, point: Floats, continuous: list[int]) -> list[Floats]:
    """The point with its continuous columns at every crossing of as many rows and bounds: all vertices."""
    if not continuous:
        return [point]
    normals, limits = _edges(program, point, continuous)
    found = []
    for chosen in itertools.combinations(range(len(limits)), len(continuous)):
        system = normals[list(chosen)]
        if abs(np.linalg.det(system)) > _TOLERANCE:
            vertex = point.copy()
            vertex[continuous] = np.linalg.solve(system, limits[list(chosen)])
            found.append(vertex)
    return found


def _edges(program: Program, point: Floats, continuous: list[int]) -> tuple[Floats, Floats]:
    matrix = program.matrix.toarray()
    settled = matrix @ point
    identity = np.eye(program.column_count)
    normals, limits = [], []
    for bounds in (program.row_lower, program.row_upper):
        for row in np.flatnonzero(np.isfinite(bounds)):
            normals.append(matrix[row, continuous])
            limits.append(bounds[row] - settled[row])
    for bounds in (program.column_lower, program.column_upper):
        for column in continuous:
            normals.append(identity[column, continuous])
            limits.append(bounds[column])
    return np.array(normals).reshape(-1, len(continuous)), np.array(limits)


def _is_feasible(program: Program, point: Floats) -> bool:
    activity = program.matrix @ point
    return bool(
        (activity >= program.row_lower - _TOLERANCE).all()
        and (activity <= program.row_upper + _TOLERANCE).all()
        and (point >= program.column_lower - _TOLERANCE).all()
        and (point <= program.column_upper + _TOLERANCE).all()
    )
