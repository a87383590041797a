"""The members of a family as arrays, linear or convex, and certified bounds for them from duals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.expression import Negative
from formulations.features import required_features
from formulations.program import Floats, Integers, Program
from formulations.reductions import Recover
from solvers.families import Family
from solvers.planning import NoCapableSolverError, plan
from solvers.proxies.batch import Batch, of_family, of_programs
from solvers.proxies.certificate import Box, blended, dual_bounds, implied_box
from solvers.proxies.curves import CONVEX, Curves, NotConvexError, is_curved, of_convex
from solvers.proxies.tangents import tangent_batch


@dataclass(frozen=True, eq=False)
class Problems:
    """Minimization problems with one structure; ``curves`` is None where they are linear.

    recover: from column values to those of the user's program, where that was rewritten first.
    """

    batch: Batch
    curves: Curves | None
    recover: Recover | None = None

    @property
    def outputs(self) -> int:
        """How many numbers a network predicts: a dual for each row and, for tangents, a value for each column."""
        return self.batch.row_count + (0 if self.curves is None else self.batch.column_count)

    def split(self, predicted: Floats) -> tuple[Floats, Floats | None]:
        """Predictions (count, outputs) as duals (count, m) and points (count, n) or None."""
        m = self.batch.row_count
        return predicted[:, :m], None if self.curves is None else predicted[:, m:]

    def select(self, index: Integers | slice) -> Problems:
        curves = None if self.curves is None else self.curves.select(index)
        return Problems(self.batch.select(index), curves, self.recover)

    def box(self) -> Box:
        """Column bounds that the linear rows imply where there are none."""
        return implied_box(self.linear)

    @property
    def linear(self) -> Batch:
        """The batch without its curved rows."""
        if self.curves is None:
            return self.batch
        curved = self.curves.curved[None]
        return replace(
            self.batch,
            row_lower=np.where(curved, -np.inf, self.batch.row_lower),
            row_upper=np.where(curved, np.inf, self.batch.row_upper),
        )

    def with_cutoff(self, value: Floats, points: Floats | None, box: Box) -> Box:
        """The box with what a cutoff above the values (count,) implies; itself if nothing is missing."""
        if not (np.isinf(box.lower).any() or np.isinf(box.upper).any()):
            return box
        value = np.where(np.isfinite(value), value, 0.0)
        return implied_box(self.tangents(points, box), cutoff=value + np.abs(value) + 1.0)

    def tangents(self, points: Floats | None, box: Box) -> Batch:
        """The linear programs whose duals bound the problems: themselves, or their tangents at points (count, n)."""
        if self.curves is None or points is None:
            return self.batch
        return tangent_batch(self.batch, self.curves, points, box)

    def bounds(self, duals: Floats, points: Floats | None, box: Box, inner: Floats | None = None) -> Floats:
        """Certified lower bounds (count,), minus infinity for none.

        ``inner`` (1 or count, m) are duals that leave no column open; they are blended in where nothing else helps.
        """
        flat = self.tangents(points, box)
        bounds = dual_bounds(flat, duals, box)
        open_ended = np.isneginf(bounds)
        if inner is not None and open_ended.any():
            bounds = np.where(open_ended, dual_bounds(flat, blended(flat, duals, inner, box), box), bounds)
        return bounds


def of_members(family: Family, thetas: Floats) -> Problems:
    """The members at ``thetas`` (S, K), rewritten where they contain more than convex functions and integers.

    Raises NotConvexError, ShapeError where the structure changes with the parameters, and GroundingError.
    """
    pattern = None if family.dependence is None else family.pattern
    if pattern is not None and not (is_curved(pattern) or pattern.indicators):
        return Problems(of_family(family, thetas), None)
    return of_grounded([family.program(theta) for theta in thetas])


def of_grounded(programs: Sequence[Program]) -> Problems:
    """Programs with one structure: as they are if linear or convex, else as the reductions for HiGHS leave them.

    Reductions (absolute values, minima and maxima, piecewise linear functions, indicators) keep the optimum, so that
    a bound on what they leave is one on the program. Raises NotConvexError, ShapeError.
    """
    first = programs[0]
    if not (is_curved(first) or first.indicators):
        return Problems(of_programs(programs), None)
    if not first.indicators and required_features(first) <= CONVEX:
        return Problems(*of_convex(programs))
    try:
        plans = [plan(program, "HiGHS") for program in programs]
    except NoCapableSolverError as error:
        raise NotConvexError(str(error).splitlines()[-1].strip()) from None
    reduced = [_in_sense(own.reduced, program) for own, program in zip(plans, programs, strict=True)]
    recover = plans[0].recover
    if is_curved(reduced[0]):
        return Problems(*of_convex(reduced), recover)
    return Problems(of_programs(reduced), None, recover)


def _in_sense(reduced: Program, program: Program) -> Program:
    """The reduced program with the objective in the sense of the program it came from."""
    if reduced.sense == program.sense:
        return reduced
    form, expression = reduced.objective_quadratic, reduced.objective_nonlinear
    return replace(
        reduced,
        sense=program.sense,
        objective=-reduced.objective,
        objective_offset=-reduced.objective_offset,
        objective_quadratic=None if form is None else -form,
        objective_nonlinear=None if expression is None else Negative(expression),
    )
