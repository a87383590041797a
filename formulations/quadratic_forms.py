"""Definiteness, factors and second-order cones of sparse quadratic forms x'Qx with symmetric Q.

A form is taken apart into the connected components of its sparsity pattern, and each component is scaled to
unit diagonal (a congruence: inertia survives), so that the verdict depends neither on units nor on unrelated
columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from formulations.program import Floats, Integers

#: An eigenvalue of a component scaled to unit diagonal counts as zero below this.
EIGENVALUE_TOLERANCE = 1e-9
#: Components up to this size are decided by their eigenvalues, larger ones by a factorization.
EIGENVALUE_SIZE = 500
#: Forms over up to this many columns are not worth taking apart.
SMALL = 50
#: Larger components with at least this share of nonzeros are factored as dense matrices.
DENSE_SHARE = 0.05

#: ``unconstrained_minimum`` looks for minima over up to this many columns.
MINIMUM_SIZE = 2000


class Definiteness(Enum):
    """The sign of x'Qx over all x."""

    ZERO = "zero"
    POSITIVE = "positive semidefinite"
    NEGATIVE = "negative semidefinite"
    INDEFINITE = "indefinite"


@dataclass(frozen=True, eq=False)
class Cone:
    """``|| matrix x + offset || <= axis x + axis_offset``; column bounds keep the right side nonnegative.

    Shapes: matrix (k, n), offset (k,), axis (n,).
    """

    matrix: sparse.csr_array
    offset: Floats
    axis: Floats
    axis_offset: float

    def spread(self, columns: Integers, size: int) -> Cone:
        """The cone over ``size`` columns, of which its own are those at ``columns``."""
        entries = self.matrix.tocoo()
        places = (entries.row, columns[entries.col])
        matrix = sparse.csr_array((entries.data, places), shape=(entries.shape[0], size))
        axis = np.zeros(size)
        axis[columns] = self.axis
        return Cone(matrix, self.offset, axis, self.axis_offset)


def definiteness(matrix: sparse.csr_array) -> Definiteness:
    """The definiteness of a symmetric matrix, up to EIGENVALUE_TOLERANCE."""
    if not matrix.count_nonzero():
        return Definiteness.ZERO
    if is_positive_semidefinite(matrix):
        return Definiteness.POSITIVE
    if is_positive_semidefinite(-matrix):
        return Definiteness.NEGATIVE
    return Definiteness.INDEFINITE


def is_positive_semidefinite(matrix: sparse.csr_array) -> bool:
    """Whether x'Qx >= 0 for all x, up to EIGENVALUE_TOLERANCE in each scaled component."""
    if matrix.shape[0] <= SMALL:
        return _is_semidefinite(matrix.toarray())
    _, block = _restricted_to_support(matrix)
    diagonal = block.diagonal()
    if (diagonal <= 0).any():  # a negative square, or a product without squares to outweigh it
        return False
    scaled = _scaled(block, 1 / np.sqrt(diagonal))
    dominated = abs(scaled).sum(axis=1) <= 2.0  # Gershgorin: unit diagonal, the rest sums to at most one
    if dominated.all():
        return True
    return all(
        dominated[members].all() or _component_is_semidefinite(scaled[members][:, members])
        for members in _components(scaled)
    )


def factor(matrix: sparse.csr_array) -> sparse.csr_array:
    """A factor L, shape (k, n), with L'L = Q for a positive semidefinite Q.

    Raises ValueError if Q is not positive semidefinite.
    """
    support, block = _restricted_to_support(matrix)
    diagonal = block.diagonal()
    if (diagonal <= 0).any():
        raise ValueError("a matrix with negative eigenvalues has no real factor")
    roots = np.sqrt(diagonal)
    scaled = _scaled(block, 1 / roots)
    pieces = [
        _spread(_component_factor(scaled[members][:, members]), members, len(support))
        for members in _components(scaled)
    ]
    stacked = sparse.vstack([sparse.coo_array((0, len(support))), *pieces], format="coo")
    return sparse.csr_array(
        (stacked.data * roots[stacked.col], (stacked.row, support[stacked.col])),
        shape=(stacked.shape[0], matrix.shape[0]),
    )


def second_order_cone(
    quadratic: sparse.csr_array, linear: Floats, *, constant: float, lower: Floats, upper: Floats
) -> Cone | None:
    """The cone equal to x'Qx + a'x + constant <= 0 within the column bounds, or None if there is none.

    Written with a column fixed at one, the form must have exactly one negative eigenvalue; then its
    solutions are two opposite cones, and the bounds must leave only one of them.
    """
    n = len(linear)
    low, high = np.append(lower, 1.0), np.append(upper, 1.0)
    if n < SMALL:
        border = linear[:, None] / 2
        homogeneous = np.block([[quadratic.toarray(), border], [border.T, np.array([[constant]])]])
        found = _half_of_double_cone(homogeneous, low, high)
        return None if found is None else _cone(sparse.csr_array(found[0]), found[1])
    support, block = _restricted_to_support(_homogenized(quadratic, linear, constant))
    axis = np.zeros(n + 1)
    pieces = [sparse.coo_array((0, n + 1))]
    negative_seen = False
    for members in _components(block):
        component, own = block[members][:, members], support[members]
        if is_positive_semidefinite(component):
            pieces.append(_spread(factor(component), own, n + 1))
            continue
        if negative_seen or len(members) > EIGENVALUE_SIZE:
            return None
        negative_seen = True
        found = _half_of_double_cone(component.toarray(), low[own], high[own])
        if found is None:
            return None
        root, axis[own] = found
        pieces.append(_spread(sparse.coo_array(root), own, n + 1))
    return _cone(sparse.csr_array(sparse.vstack(pieces, format="csr")), axis) if negative_seen else None


def is_sum_of_squares(quadratic: sparse.csr_array, linear: Floats, constant: float) -> bool:
    """Whether x'Qx + a'x + constant = || L x + b ||^2 for some L and b, so that its root is a norm."""
    return is_positive_semidefinite(_homogenized(quadratic, linear, constant))


def square_norm(quadratic: sparse.csr_array, linear: Floats, constant: float) -> tuple[sparse.csr_array, Floats]:
    """The L, shape (k, n), and b, shape (k,), of ``is_sum_of_squares``. Raises ValueError if it is none."""
    root = factor(_homogenized(quadratic, linear, constant))
    n = len(linear)
    return root[:, :n].tocsr(), root[:, [n]].toarray().ravel()


def unconstrained_minimum(quadratic: sparse.csr_array, linear: Floats) -> float:
    """The smallest value of x'Qx + a'x over all x, minus infinity where there is none or it is not found."""
    if linear.size > MINIMUM_SIZE or not is_positive_semidefinite(quadratic):
        return -np.inf
    point = np.linalg.lstsq(2 * quadratic.toarray(), -linear, rcond=EIGENVALUE_TOLERANCE)[0]
    gradient = 2 * (quadratic @ point) + linear
    if np.abs(gradient).max(initial=0.0) > EIGENVALUE_TOLERANCE * max(1.0, float(np.abs(linear).max(initial=0.0))):
        return -np.inf  # the linear part falls along a direction in which the form is flat
    return float(point @ (quadratic @ point) + linear @ point)


def _cone(matrix: sparse.csr_array, axis: Floats) -> Cone:
    """The cone of a form in which the last column stands for one."""
    n = len(axis) - 1
    return Cone(matrix[:, :n].tocsr(), matrix[:, [n]].toarray().ravel(), axis[:n], float(axis[n]))


def _half_of_double_cone(form: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats] | None:
    """The L, shape (k, n), and v, shape (n,), of x'Qx = ||Lx||^2 - (v'x)^2 with v'x >= 0 within the bounds.

    None unless Q, shape (n, n), has exactly one negative eigenvalue and the bounds know the sign of v'x.
    """
    largest = np.abs(form).max(axis=1)
    scale = 1 / np.sqrt(np.where(largest > 0, largest, 1.0))
    scaled = form * scale[:, None] * scale
    values, vectors = np.linalg.eigh(scaled)
    tolerance = EIGENVALUE_TOLERANCE * max(1.0, float(np.abs(values).max()))
    if values[0] >= -tolerance or (len(values) > 1 and values[1] < -tolerance):
        return None
    direction = np.where(np.abs(vectors[:, 0]) < EIGENVALUE_TOLERANCE, 0.0, vectors[:, 0]) / scale
    side = _side(scaled, direction, lower, upper)
    if side == 0:
        return None
    positive = values > tolerance
    root = np.sqrt(values[positive])[:, None] * vectors[:, positive].T / scale
    return root, side * np.sqrt(-values[0]) * direction


def _side(form: Floats, axis: Floats, lower: Floats, upper: Floats) -> int:
    """+1 or -1 if the bounds leave only the cone on that side of the axis, 0 if both remain."""
    lowest, highest = _range(axis, lower, upper)
    if lowest >= 0:
        return 1
    if highest <= 0:
        return -1
    # A hyperplane x_j = 0 on which the form is nonnegative separates the two cones just as well.
    for j in np.flatnonzero((axis != 0) & ((lower >= 0) | (upper <= 0))):
        others = np.delete(np.arange(len(axis)), j)
        if _is_semidefinite(form[np.ix_(others, others)]):
            return int(np.sign(axis[j])) * (1 if lower[j] >= 0 else -1)
    return 0


def _is_semidefinite(form: Floats) -> bool:
    """``is_positive_semidefinite`` of a dense matrix; columns of zeros do not matter."""
    used = form.any(axis=1)
    diagonal = form.diagonal()[used]
    if (diagonal <= 0).any():
        return False
    scale = 1 / np.sqrt(diagonal)
    scaled = form[np.ix_(used, used)] * scale[:, None] * scale
    return not len(scaled) or bool(np.linalg.eigvalsh(scaled)[0] >= -EIGENVALUE_TOLERANCE)


def _range(weights: Floats, lower: Floats, upper: Floats) -> tuple[float, float]:
    """The smallest and largest weights'x within the bounds, freed of rounding dust around zero."""
    used = weights != 0
    weights, lower, upper = weights[used], lower[used], upper[used]
    at_lower, at_upper = weights * lower, weights * upper
    lowest, highest = np.minimum(at_lower, at_upper).sum(), np.maximum(at_lower, at_upper).sum()
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in (at_lower, at_upper)]
    dust = EIGENVALUE_TOLERANCE * max(finite)
    return float(lowest + dust), float(highest - dust)


def _homogenized(quadratic: sparse.csr_array, linear: Floats, constant: float) -> sparse.csr_array:
    """The symmetric (n + 1, n + 1) matrix of x'Qx + a'x t + constant t^2."""
    n = len(linear)
    entries, used = quadratic.tocoo(), np.flatnonzero(linear)
    border = np.full(len(used), n)
    data = np.concatenate([entries.data, linear[used] / 2, linear[used] / 2, [constant]])
    rows, columns = np.concatenate([entries.row, used, border, [n]]), np.concatenate([entries.col, border, used, [n]])
    return sparse.csr_array((data, (rows, columns)), shape=(n + 1, n + 1))


def _restricted_to_support(matrix: sparse.csr_array) -> tuple[Integers, sparse.csr_array]:
    """The columns with a nonzero entry, and the matrix over them."""
    entries = matrix.tocoo()
    nonzero = entries.data != 0
    rows, columns = entries.row[nonzero], entries.col[nonzero]
    support = np.unique(rows).astype(np.int64)
    places = (np.searchsorted(support, rows), np.searchsorted(support, columns))
    return support, sparse.csr_array((entries.data[nonzero], places), shape=(len(support), len(support)))


def _scaled(matrix: sparse.csr_array, scale: Floats) -> sparse.csr_array:
    """Diag(scale) M Diag(scale)."""
    coordinates = matrix.tocoo()
    data = coordinates.data * scale[coordinates.row] * scale[coordinates.col]
    return sparse.csr_array((data, (coordinates.row, coordinates.col)), shape=matrix.shape)


def _components(matrix: sparse.csr_array) -> Iterator[Integers]:
    """The members of each connected component; isolated columns come together as one diagonal component."""
    count, owner = connected_components(matrix, directed=False)
    sizes = np.bincount(owner, minlength=count)
    diagonal = matrix.diagonal()
    isolated = np.flatnonzero(sizes[owner] == 1)
    # Kept apart by sign: a semidefinite test or a cone looks at one component at a time.
    for members in (isolated[diagonal[isolated] > 0], *isolated[diagonal[isolated] <= 0][:, None]):
        if len(members):
            yield members
    order = np.argsort(owner, kind="stable")
    for members in np.split(order, np.cumsum(sizes)[:-1]):
        if len(members) > 1:
            yield members


def _spread(piece: sparse.csr_array | sparse.coo_array, members: Integers, width: int) -> sparse.coo_array:
    """A matrix over the members of a component, over all columns."""
    entries = piece.tocoo()
    return sparse.coo_array((entries.data, (entries.row, members[entries.col])), shape=(piece.shape[0], width))


def _component_is_semidefinite(block: sparse.csr_array) -> bool:
    """Whether a component with unit diagonal has no eigenvalue below zero, up to the tolerance."""
    size = block.shape[0]
    if size <= EIGENVALUE_SIZE:
        return bool(np.linalg.eigvalsh(block.toarray())[0] >= -EIGENVALUE_TOLERANCE)
    return _cholesky(block) is not None


def _component_factor(block: sparse.csr_array) -> sparse.csr_array:
    """A factor of a component with unit diagonal. Raises ValueError if it is not semidefinite."""
    size = block.shape[0]
    if block.nnz == size:
        return sparse.csr_array(sparse.diags_array(np.sqrt(block.diagonal())))
    if size <= EIGENVALUE_SIZE:
        values, vectors = np.linalg.eigh(block.toarray())
        if values[0] < -EIGENVALUE_TOLERANCE:
            raise ValueError("a matrix with negative eigenvalues has no real factor")
        positive = values > EIGENVALUE_TOLERANCE
        return sparse.csr_array(np.sqrt(values[positive])[:, None] * vectors[:, positive].T)
    root = _cholesky(block)
    if root is None:
        raise ValueError("a matrix with negative eigenvalues has no real factor")
    return root


def _cholesky(block: sparse.csr_array) -> sparse.csr_array | None:
    """A triangular factor of the component lifted by the tolerance, None if it is not semidefinite.

    The lift makes singular matrices (a covariance of few scenarios) pass and is far below solver tolerances.
    """
    size = block.shape[0]
    lifted = sparse.csc_array(block + EIGENVALUE_TOLERANCE * sparse.eye_array(size))
    if block.nnz >= DENSE_SHARE * size * size:
        try:
            return sparse.csr_array(np.linalg.cholesky(lifted.toarray()).T)
        except np.linalg.LinAlgError:
            return None
    try:
        parts = splu(lifted, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    except RuntimeError:  # SuperLU's word for an exactly singular matrix
        return None
    pivots = parts.U.diagonal()
    if (parts.perm_r != parts.perm_c).any() or (pivots <= 0).any():
        return None
    # Pr M Pc = L U with Pr = Pc' and U = D L', so M = R'R with R = sqrt(D) L' Pr.
    root = sparse.diags_array(np.sqrt(pivots)) @ parts.L.T
    return sparse.csr_array(root)[:, parts.perm_r]
