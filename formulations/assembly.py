"""Terms assembled into sparse arrays: coefficients by row, products by row, and what stays an expression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from formulations import terms as algebra
from formulations.expression import Expression
from formulations.program import Floats
from formulations.terms import Columns, Linear, Terms


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


def _compressed(terms: Terms, width: int) -> tuple[Columns, Columns, Floats]:
    """The number of entries of each lane, their columns, and their coefficients, by lane."""
    parts = terms.linear
    if not parts:
        return np.zeros(terms.size, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0)
    if all(part.source is None for part in parts):
        return np.full(terms.size, len(parts), dtype=np.int32), *_side_by_side(parts, terms.size)
    if len(parts) == 1:
        (part,) = parts
        counts = _counts(part, terms.size)
        if counts is not None:
            return counts, part.columns, np.broadcast_to(part.coefficients, part.columns.shape)
    lanes = [np.arange(terms.size) if part.lanes is None else part.lanes for part in parts]
    coordinates = (
        np.concatenate([own.astype(np.int32) for own in lanes]),
        np.concatenate([part.columns for part in parts]),
    )
    data = np.concatenate([np.broadcast_to(part.coefficients, part.columns.shape) for part in parts])
    rows = sparse.coo_array((data, coordinates), shape=(terms.size, width)).tocsr()
    return np.diff(rows.indptr), rows.indices, rows.data


def _side_by_side(parts: Sequence[Linear], size: int) -> tuple[Columns, Floats]:
    """Columns and coefficients of parts that have one entry in each lane."""
    if len(parts) == 1:
        return parts[0].columns, np.broadcast_to(parts[0].coefficients, size)
    columns = np.empty((size, len(parts)), dtype=np.int32)
    values = np.empty((size, len(parts)))
    for k, part in enumerate(parts):
        columns[:, k], values[:, k] = part.columns, part.coefficients
    return columns.reshape(-1), values.reshape(-1)


def _counts(part: Linear, size: int) -> Columns | None:
    """The number of entries of each lane, if they come lane after lane; None if not."""
    assert part.source is not None
    heads, count = part.source.heads, part.source.count
    if len(heads) == size and (heads == np.arange(size)).all():
        return np.full(size, count, dtype=np.int32)
    if (heads[1:] >= heads[:-1]).all():
        return np.bincount(heads, minlength=size).astype(np.int32) * np.int32(count)
    return None


def dense(terms: Terms, count: int) -> Floats:
    """The linear coefficients of a single lane as one vector."""
    result = np.zeros(count)
    for part in terms.linear:
        columns = part.columns
        if len(columns) and (columns == np.arange(columns[0], columns[0] + len(columns), dtype=np.int32)).all():
            result[columns[0] : columns[0] + len(columns)] += part.coefficients
        else:
            weights = np.broadcast_to(part.coefficients, columns.shape)
            result += np.bincount(columns, weights=weights, minlength=count)
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
