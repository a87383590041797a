"""The objective as a column: for libraries that take linear objectives only, or manage them better."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy import sparse

from formulations.affine import Terms, objective_terms
from formulations.bounds import propagated, terms_interval
from formulations.curvature import quadratic_arrays
from formulations.program import Block, Floats, Program
from formulations.quadratic_forms import unconstrained_minimum
from solvers.activities import activities
from solvers.solver import Options

#: The bound on the objective is moved outward by this share, to cover rounding.
_ROUNDING = 1e-9


def with_linear_objective(program: Program) -> Program:
    """The program itself if its objective is linear; otherwise the objective becomes one more column and row.

    The column has the best bound that follows from the expression and the column bounds: without one the relaxation
    of a program with free columns is unbounded, and branch and bound may never end.
    """
    if program.objective_quadratic is None and program.objective_nonlinear is None:
        return program
    n, m = program.column_count, program.row_count
    terms = objective_terms(program)
    minimize = program.sense == "minimize"
    lower = _lowest(program, terms) if minimize else -math.inf
    upper = math.inf if minimize else -_lowest(program, -terms)
    last = sparse.csr_array(np.append(program.objective, -1.0)[None, :])
    widened = sparse.csr_array((program.matrix.data, program.matrix.indices, program.matrix.indptr), shape=(m, n + 1))
    quadratic = {row: _widened(form) for row, form in program.quadratic.items()}
    nonlinear = dict(program.nonlinear)
    if program.objective_quadratic is not None:
        quadratic[m] = _widened(program.objective_quadratic)
    if program.objective_nonlinear is not None:
        nonlinear[m] = program.objective_nonlinear
    offset = program.objective_offset
    return replace(
        program,
        columns=program.columns.extended(Block("objective", 1)),
        column_lower=np.append(program.column_lower, lower),
        column_upper=np.append(program.column_upper, upper),
        integer=np.append(program.integer, False),
        objective=np.append(np.zeros(n), 1.0),
        objective_offset=0.0,
        objective_quadratic=None,
        objective_nonlinear=None,
        rows=program.rows.extended(Block("objective_bound", 1)),
        matrix=sparse.csr_array(sparse.vstack([widened, last], format="csr")),
        row_lower=np.append(program.row_lower, -math.inf if minimize else -offset),
        row_upper=np.append(program.row_upper, -offset if minimize else math.inf),
        quadratic=quadratic,
        nonlinear=nonlinear,
    )


def start_with_objective(program: Program, options: Options) -> Floats | None:
    """The starting values for ``with_linear_objective(program)``: the objective is known if all columns are."""
    if options.start is None or (program.objective_quadratic is None and program.objective_nonlinear is None):
        return options.start
    objective = math.nan
    if np.isfinite(options.start).all():
        objective = activities(program, options.start, options).objective
    return np.append(options.start, objective)


def _widened(form: sparse.csr_array) -> sparse.csr_array:
    """The form with one more column, in which it is zero."""
    n = form.shape[0]
    indptr = np.append(form.indptr, form.indptr[-1])
    return sparse.csr_array((form.data, form.indices, indptr), shape=(n + 1, n + 1))


def _lowest(program: Program, terms: Terms) -> float:
    """A value that the terms cannot fall below: from the ranges of all terms, or from the quadratic part's minimum."""
    box = propagated(program)
    _, quadratic, linear = quadratic_arrays(terms)
    rest = terms_interval(Terms(residual=terms.residual), box).lower
    lowest = max(
        terms_interval(terms, box).lower,
        unconstrained_minimum(quadratic, linear) + terms.constant + rest,
    )
    return lowest - _ROUNDING * max(1.0, abs(lowest))
