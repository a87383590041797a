"""What a Program contains, hence what a solver must handle, and the name of its problem class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeGuard

import numpy as np
from scipy import sparse

from formulations.curvature import Curvature, Form, analyze, plus, quadratic_arrays, quadratic_curvature
from formulations.expression import Call, Expression, walk
from formulations.program import Floats, Integers, Program
from formulations.quadratic_forms import Cone, is_positive_semidefinite, second_order_cone


class Feature(Enum):
    """One capability; a Program requires a set of them, a Solver offers a set of them."""

    CONTINUOUS = "continuous columns"
    INTEGER = "integer columns"
    CONVEX_QUADRATIC_OBJECTIVE = "convex quadratic objective"
    NONCONVEX_QUADRATIC_OBJECTIVE = "nonconvex quadratic objective"
    CONVEX_QUADRATIC_ROW = "convex quadratic row"
    SECOND_ORDER_CONE = "second-order cone row"
    NONCONVEX_QUADRATIC_ROW = "nonconvex quadratic row"
    MIXED_INTEGER_QUADRATIC = "quadratic terms together with integer columns"
    CONVEX_NONLINEAR = "convex nonlinear expression"
    NONLINEAR = "nonlinear expression"
    ABSOLUTE_VALUE = "abs"
    EXTREMUM = "min or max"
    PIECEWISE_LINEAR = "piecewise linear function"
    INDICATOR = "indicator row"


class ProblemClass(Enum):
    """The textbook name of a problem; piecewise linear functions count as what they reduce to."""

    LP = "LP"
    MILP = "MILP"
    CONVEX_QP = "convex QP"
    NONCONVEX_QP = "nonconvex QP"
    CONVEX_QCQP = "convex QCQP"
    NONCONVEX_QCQP = "nonconvex QCQP"
    SOCP = "SOCP"
    MIQP = "MIQP"
    MIQCQP = "MIQCQP"
    MISOCP = "MISOCP"
    CONVEX_NLP = "convex NLP"
    NLP = "NLP"
    MINLP = "MINLP"
    PURE_INTEGER_LOGIC = "pure integer with logic"


_KINKS = {
    "abs": Feature.ABSOLUTE_VALUE,
    "min": Feature.EXTREMUM,
    "max": Feature.EXTREMUM,
    "piecewise": Feature.PIECEWISE_LINEAR,
}
_LOGIC = frozenset({Feature.INDICATOR, *_KINKS.values()})
_SMOOTH = frozenset({Feature.CONVEX_NONLINEAR, Feature.NONLINEAR})
_NONCONVEX_QUADRATIC = frozenset({Feature.NONCONVEX_QUADRATIC_OBJECTIVE, Feature.NONCONVEX_QUADRATIC_ROW})
_QUADRATIC_ROW = frozenset({Feature.CONVEX_QUADRATIC_ROW, Feature.NONCONVEX_QUADRATIC_ROW})
_QUADRATIC_OBJECTIVE = frozenset({Feature.CONVEX_QUADRATIC_OBJECTIVE, Feature.NONCONVEX_QUADRATIC_OBJECTIVE})


@dataclass(frozen=True)
class Contents:
    """The required features, and whether a piecewise linear function bends the wrong way (needs binaries)."""

    features: frozenset[Feature]
    needs_binaries: bool


def required_features(program: Program) -> frozenset[Feature]:
    """All capabilities that solving the Program as it stands takes.

    Expressions in ``abs``, ``min``, ``max`` and piecewise linear functions of affine arguments require just
    those; anything else in ``nonlinear`` requires CONVEX_NONLINEAR where the rules of ``formulations.curvature``
    prove it convex on the side the bounds ask for, SECOND_ORDER_CONE where it is a sum of Euclidean norms, and
    NONLINEAR otherwise. Maximizing a concave objective is convex.
    """
    return contents(program).features


def problem_class(program: Program) -> ProblemClass:
    """The name of the smallest class the Program belongs to."""
    found = contents(program)
    features = found.features
    discrete = found.needs_binaries or bool(features & {Feature.INTEGER, Feature.INDICATOR})
    if features & _SMOOTH:
        convex = not features & {Feature.NONLINEAR, *_NONCONVEX_QUADRATIC}
        if discrete:
            return ProblemClass.MINLP
        return ProblemClass.CONVEX_NLP if convex else ProblemClass.NLP
    if Feature.SECOND_ORDER_CONE in features and not features & _NONCONVEX_QUADRATIC:
        return ProblemClass.MISOCP if discrete else ProblemClass.SOCP
    if features & {*_QUADRATIC_ROW, Feature.SECOND_ORDER_CONE}:
        if discrete:
            return ProblemClass.MIQCQP
        nonconvex = features & _NONCONVEX_QUADRATIC
        return ProblemClass.NONCONVEX_QCQP if nonconvex else ProblemClass.CONVEX_QCQP
    if features & _QUADRATIC_OBJECTIVE:
        if discrete:
            return ProblemClass.MIQP
        nonconvex = features & _NONCONVEX_QUADRATIC
        return ProblemClass.NONCONVEX_QP if nonconvex else ProblemClass.CONVEX_QP
    if not discrete:
        return ProblemClass.LP
    bounded = bool(np.isfinite(program.column_lower).all() and np.isfinite(program.column_upper).all())
    if Feature.CONTINUOUS not in features and features & _LOGIC and bounded:
        return ProblemClass.PURE_INTEGER_LOGIC
    return ProblemClass.MILP


def contents(program: Program) -> Contents:
    """The features of every row and of the objective, gathered."""
    features: set[Feature] = set()
    needs_binaries = False
    if program.integer.any():
        features.add(Feature.INTEGER)
    if not program.integer.all():
        features.add(Feature.CONTINUOUS)
    if program.indicators:
        features.add(Feature.INDICATOR)

    for _, found in _curved(program):
        features |= found.features
        needs_binaries |= found.needs_binaries
    if Feature.INTEGER in features and features & (_QUADRATIC_OBJECTIVE | _QUADRATIC_ROW):
        features.add(Feature.MIXED_INTEGER_QUADRATIC)
    if Feature.INTEGER in features and Feature.SECOND_ORDER_CONE in features:
        features.add(Feature.MIXED_INTEGER_QUADRATIC)
    return Contents(frozenset(features), needs_binaries)


def places(program: Program) -> dict[Feature, str]:
    """For each required feature the first column, row or 'the objective' that has it: to tell a person where."""
    found: dict[Feature, str] = {}
    for feature, flags in ((Feature.INTEGER, program.integer), (Feature.CONTINUOUS, ~program.integer)):
        if flags.any():
            found[feature] = program.columns[int(np.flatnonzero(flags)[0])]
    if program.indicators:
        found[Feature.INDICATOR] = program.rows[min(program.indicators)]
    for row, own in _curved(program):
        for feature in own.features:
            found.setdefault(feature, "the objective" if row is None else program.rows[row])
    return found


def row_cone(program: Program, row: int) -> Cone | None:
    """The second-order cone that a one-sided quadratic row describes within the column bounds, if it is one."""
    sides = _sides(program, row)
    if row not in program.quadratic or row in program.nonlinear or len(sides) != 1:
        return None
    (side,) = sides
    columns, quadratic, linear = _compact(program, row)
    bound = program.row_upper[row] if side > 0 else program.row_lower[row]
    found = second_order_cone(
        side * quadratic,
        side * linear,
        constant=-side * float(bound),
        lower=program.column_lower[columns],
        upper=program.column_upper[columns],
    )
    return None if found is None else found.spread(columns, program.column_count)


def row_is_convex_quadratic(program: Program, row: int) -> bool:
    """Whether the quadratic part of a row is convex on the side that its bounds ask for."""
    sides = _sides(program, row)
    if len(sides) == 2:
        return False
    _, quadratic, _ = _compact(program, row)
    return all(is_positive_semidefinite(side * quadratic) for side in sides)


def _compact(program: Program, row: int) -> tuple[Integers, sparse.csr_array, Floats]:
    """The columns of a quadratic row, and its quadratic and linear part over them: rows are many and small."""
    form, span = program.quadratic[row], slice(*program.matrix.indptr[row : row + 2])
    own = program.matrix.indices[span]
    columns = np.unique(np.concatenate([form.indices, own])).astype(np.int64)
    filled = np.flatnonzero(np.diff(form.indptr))
    starts = np.searchsorted(columns, filled)  # the matrix is symmetric: its rows are among its columns
    indptr = np.zeros(len(columns) + 1, dtype=np.int64)
    indptr[starts + 1] = np.diff(form.indptr)[filled]
    places = (form.data, np.searchsorted(columns, form.indices), np.cumsum(indptr))
    linear = np.zeros(len(columns))
    linear[np.searchsorted(columns, own)] = program.matrix.data[span]
    return columns, sparse.csr_array(places, shape=(len(columns), len(columns))), linear


def _curved(program: Program) -> Iterator[tuple[int | None, Contents]]:
    """What the objective (None) and each row contain that is not linear."""
    side = frozenset({1 if program.sense == "minimize" else -1})
    quadratic, nonlinear = program.objective_quadratic, program.objective_nonlinear
    if _has_terms(quadratic):
        convex = all(is_positive_semidefinite(own * quadratic) for own in side)
        feature = Feature.CONVEX_QUADRATIC_OBJECTIVE if convex else Feature.NONCONVEX_QUADRATIC_OBJECTIVE
        yield None, Contents(frozenset({feature}), needs_binaries=False)
    if nonlinear is not None:
        yield None, _of_nonlinear(program, nonlinear, quadratic, side)
    for row in sorted({*program.quadratic, *program.nonlinear}):
        quadratic, nonlinear = program.quadratic.get(row), program.nonlinear.get(row)
        if _has_terms(quadratic):
            yield row, Contents(frozenset({_of_quadratic_row(program, row)}), needs_binaries=False)
        if nonlinear is not None:
            yield row, _of_nonlinear(program, nonlinear, quadratic, _sides(program, row))


def _of_quadratic_row(program: Program, row: int) -> Feature:
    if row_is_convex_quadratic(program, row):
        return Feature.CONVEX_QUADRATIC_ROW
    return Feature.NONCONVEX_QUADRATIC_ROW if row_cone(program, row) is None else Feature.SECOND_ORDER_CONE


def _of_nonlinear(
    program: Program,
    expression: Expression,
    quadratic: sparse.csr_array | None,
    sides: frozenset[int],
) -> Contents:
    form = analyze(expression, program.column_lower, program.column_upper)
    functions = {node.function for node in walk(expression) if isinstance(node, Call)}
    kinks = {_KINKS[function] for function in functions if function in _KINKS}
    features: set[Feature] = set(kinks)
    bends_right = _bends(form.rest, sides)
    smooth = form.smooth or bool(form.terms.quadratic) or not (kinks or form.cone)
    if smooth:
        convex = bends_right and _bends(_total_curvature(form, quadratic, program.column_count), sides)
        features.add(Feature.CONVEX_NONLINEAR if convex else Feature.NONLINEAR)
    if form.cone:
        features.add(Feature.SECOND_ORDER_CONE if bends_right else Feature.NONLINEAR)
    return Contents(frozenset(features), bool(kinks) and not bends_right)


def _total_curvature(form: Form, quadratic: sparse.csr_array | None, size: int) -> Curvature:
    """The curvature of an expression together with the quadratic part of its row."""
    if not _has_terms(quadratic):
        return form.curvature
    columns, own, _ = quadratic_arrays(form.terms)
    spread = sparse.coo_array(own)
    places = (columns[spread.row], columns[spread.col])
    total = sparse.csr_array((spread.data, places), shape=(size, size)) + quadratic
    return plus(quadratic_curvature(total), form.rest)


def _bends(curvature: Curvature, sides: frozenset[int]) -> bool:
    """Whether f is convex if bounded above or minimized (+1), concave if bounded below or maximized (-1)."""
    return all(curvature.is_convex if side > 0 else curvature.is_concave for side in sides)


def _sides(program: Program, row: int) -> frozenset[int]:
    """+1 for a finite upper bound of the row, -1 for a finite lower one."""
    bounds = ((1, program.row_upper[row]), (-1, program.row_lower[row]))
    return frozenset(side for side, bound in bounds if np.isfinite(bound))


def _has_terms(quadratic: sparse.csr_array | None) -> TypeGuard[sparse.csr_array]:
    return quadratic is not None and bool(quadratic.count_nonzero())
