"""Terms assembled into sparse arrays: coefficients by row, products by row, and what stays an expression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations import terms as algebra
from formulations.expression import Expression
from formulations.program import Floats
from formulations.terms import Terms

Integers32 = NDArray[np.int32]


def stacked(templates: Sequence[Terms], shape: tuple[int, int]) -> sparse.csr_array:
    """The coefficients of all templates, one below the other; repeated columns are added, zeros dropped."""
    parts = [_compressed(terms, shape[1]) for terms in templates]
    lengths = [np.zeros(1, dtype=np.int32), *(part[0] for part in parts)]
    indices = [np.zeros(0, dtype=np.int32), *(part[1] for part in parts)]
    values = [np.zeros(0), *(part[2] for part in parts)]
    starts = np.cumsum(np.concatenate(lengths), dtype=np.int32)
    matrix = sparse.csr_array((np.concatenate(values), np.concatenate(indices), starts), shape=shape)
    matrix.sum_duplicates()
    if not matrix.data.all():
        matrix.eliminate_zeros()
    return matrix


def _compressed(terms: Terms, width: int) -> tuple[Integers32, Integers32, Floats]:
    """The number of entries of each lane, their columns, and their coefficients, by lane."""
    if len(terms.linear) == 1:
        part = terms.linear[0]
        values = np.broadcast_to(part.coefficients, part.columns.shape)
        if part.lanes is None:
            return np.ones(terms.size, dtype=np.int32), part.columns.astype(np.int32), values
        if (part.lanes[1:] >= part.lanes[:-1]).all():
            counts = np.bincount(part.lanes, minlength=terms.size).astype(np.int32)
            return counts, part.columns.astype(np.int32), values
    if not terms.linear:
        return np.zeros(terms.size, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0)
    lanes = [np.arange(terms.size) if part.lanes is None else part.lanes for part in terms.linear]
    coordinates = (
        np.concatenate([own.astype(np.int32) for own in lanes]),
        np.concatenate([part.columns.astype(np.int32) for part in terms.linear]),
    )
    data = np.concatenate([np.broadcast_to(part.coefficients, part.columns.shape) for part in terms.linear])
    rows = sparse.coo_array((data, coordinates), shape=(terms.size, width)).tocsr()
    return np.diff(rows.indptr), rows.indices, rows.data


def dense(terms: Terms, count: int) -> Floats:
    """The linear coefficients of a single lane as one vector."""
    result = np.zeros(count)
    for part in terms.linear:
        weights = np.broadcast_to(part.coefficients, part.columns.shape)
        result += np.bincount(part.columns, weights=weights, minlength=count)
    return result


def quadratic_rows(terms: Terms, start: int, count: int) -> dict[int, sparse.csr_array]:
    """A symmetric matrix for each lane that has products."""
    if not terms.quadratic:
        return {}
    lanes = np.concatenate([part.lanes for part in terms.quadratic])
    first = np.concatenate([part.first for part in terms.quadratic])
    second = np.concatenate([part.second for part in terms.quadratic])
    values = np.concatenate([np.broadcast_to(p.coefficients, p.lanes.shape) for p in terms.quadratic]) / 2
    order = np.argsort(lanes, kind="stable")
    edges = np.flatnonzero(np.diff(lanes[order])) + 1
    result = {}
    for own in np.split(order, edges):
        i, j, v = first[own], second[own], values[own]
        coordinates = (np.concatenate([i, j]), np.concatenate([j, i]))
        matrix = sparse.coo_array((np.concatenate([v, v]), coordinates), shape=(count, count)).tocsr()
        matrix.eliminate_zeros()
        if matrix.nnz:
            result[start + int(lanes[own[0]])] = matrix
    return result


def nonlinear_rows(terms: Terms, start: int) -> dict[int, Expression]:
    groups: dict[int, list[Expression]] = {}
    for lane, expression in terms.nonlinear:
        groups.setdefault(start + lane, []).append(expression)
    return {row: algebra.total(group) for row, group in groups.items()}
