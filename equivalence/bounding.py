"""The greatest value of a linear expression over a linear program: proved exactly, exceeded at a point, or open.

HiGHS only proposes: its duals are rounded to rational numbers and the bound they give is computed exactly, its
points are recomputed in rational arithmetic. What rests on its word alone is marked so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from equivalence.exact import (
    ZERO,
    ExactColumn,
    Linear,
    Point,
    activity,
    first_violation,
    numeric,
    row_scale,
    scaled_row,
)
from equivalence.points import Points, enumerated
from equivalence.propagation import integral, refuted, tightened
from equivalence.relaxation import DENOMINATORS, MARGIN, Relaxation, Relaxed
from equivalence.sequencing import Sequences
from equivalence.smt import z3_maximum
from formulations.program import Floats
from solvers.highs import Highs
from solvers.solution import Solution, Termination
from solvers.solver import Options


@dataclass(frozen=True, slots=True)
class Settled:
    """``method`` shows that the bound holds ("": open, for ``reason``); or ``point`` exceeds it."""

    method: str = ""
    point: Point | None = None
    reason: str = ""

    @property
    def exact(self) -> bool:
        return bool(self.method) and self.method != "solver"


class Source:
    """A linear program over which bounds are to be proved; work on it is shared between the bounds."""

    def __init__(self, linear: Linear, deadline: float) -> None:
        self.linear = linear
        self.deadline = deadline

    @property
    def remaining(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    @cached_property
    def columns(self) -> tuple[ExactColumn, ...] | None:
        """Bounds implied by rows; None if there is no feasible point."""
        return tightened(self.linear)

    @cached_property
    def tight(self) -> Linear:
        """The program with the implied bounds; the same feasible points."""
        return self.linear if self.columns is None else replace(self.linear, columns=self.columns)

    @cached_property
    def points(self) -> Points | None:
        """All feasible points where they are few."""
        return None if self.columns is None else enumerated(self.linear, self.columns)

    @cached_property
    def samples(self) -> tuple[Point, ...]:
        """A few feasible points, far from each other where they are easily found."""
        if self.points is not None:
            count = len(self.points)
            return tuple(self.points.point(n) for n in dict.fromkeys((0, count // 2, count - 1)) if count)
        found = [self.feasible_point()]
        if not self.linear.discrete and found[0] is not None:
            for sign in (1, -1):
                spread = {j: sign * (1 + j % 7) for j in range(len(self.linear.columns))}
                found.append(self.vertex(spread))
        return tuple(point for point in found if point is not None)

    def vertex(self, terms: Mapping[int, int]) -> Point | None:
        """A feasible point of a continuous program that the solver holds for the one with the greatest sum."""
        point = self.relaxation.vertex(terms, self.remaining)
        return point if point is not None and first_violation(self.linear, point) is None else None

    @cached_property
    def relaxation(self) -> Relaxation:
        return Relaxation(self.linear)

    def at_most(self, terms: Mapping[int, Fraction], upper: Fraction) -> Settled:
        """Whether ``sum(terms[j] x_j) <= upper`` at every feasible point."""
        if self.columns is None:
            return Settled("no feasible point")
        row = scaled_row("", terms, None, upper)
        assert row.upper is not None
        if not row.terms:
            if row.upper >= ZERO:
                return Settled("bounds")
            return self.anywhere()
        found = self.same_row(row.terms, row.upper)
        if found:
            return found
        _, highest = activity(row.terms, self.columns)
        if highest is not None and highest <= row.upper:
            return Settled("bounds")
        if self.points is not None:
            return self.enumerate(row.terms, row.upper)
        whole = integral(terms, self.linear)
        beyond = Fraction(math.floor(row.upper) + 1) if whole else row.upper
        if refuted(self.linear, self.columns, row.terms, beyond):
            return Settled("propagation")
        return self.optimize(row.terms, row.upper, whole=whole)

    def same_row(self, terms: Mapping[int, int], upper: Fraction) -> Settled | None:
        index = self.linear.row_index
        row = index.get(frozenset(terms.items()))
        if row is not None and row.upper is not None and row.upper <= upper:
            return Settled("same row")
        row = index.get(frozenset((j, -c) for j, c in terms.items()))
        if row is not None and row.lower is not None and -row.lower <= upper:
            return Settled("same row")
        return None

    def enumerate(self, terms: Mapping[int, int], upper: Fraction) -> Settled:
        assert self.points is not None
        if sum(abs(c) for c in terms.values()) > 2**40:
            return self.optimize(terms, upper, whole=True)
        best = self.points.maximum(terms)
        if best is None or best[0] <= upper:
            return Settled("enumeration")
        return Settled(point=self.points.point(best[1]))

    def anywhere(self) -> Settled:
        """Any feasible point exceeds a bound that no point meets."""
        point = self.feasible_point()
        return Settled(point=point) if point is not None else Settled(reason="no exact feasible point was found")

    # --- with HiGHS -----------------------------------------------------------------------------------------------

    def optimize(self, terms: Mapping[int, int], upper: Fraction, *, whole: bool) -> Settled:
        """By the dual of the relaxation, else by the mixed-integer program and, for small ones, by Z3."""
        if not self.remaining:
            return Settled(reason="the time limit was reached")
        limit = Fraction(math.floor(upper)) if whole else upper
        relaxed = self.relaxation.maximize(terms, self.remaining, wanted=limit)
        bound = relaxed.bound
        if bound is not None and (math.floor(bound) if whole else bound) <= limit:
            return Settled("rounding" if whole and bound > upper else "dual")
        if not self.linear.discrete:
            return self.continuous(relaxed, terms, upper)
        if self.sequenced(terms, limit):
            return Settled("sequencing")
        return self.discrete(terms, limit, whole=whole)

    @cached_property
    def sequences(self) -> Sequences:
        return Sequences(self.linear, self.linear.columns if self.columns is None else self.columns)

    def sequenced(self, terms: Mapping[int, int], limit: Fraction) -> bool:
        """Whether disjunctions keep a single column from being less than the limit allows."""
        if len(terms) != 1:
            return False
        ((j, c),) = terms.items()
        least = self.sequences.least(j) if c < 0 else None
        return least is not None and c * least <= limit

    def continuous(self, relaxed: Relaxed, terms: Mapping[int, int], upper: Fraction) -> Settled:
        point = relaxed.point if relaxed.point is not None else self.exceeding(terms, upper)
        if point is not None and first_violation(self.linear, point) is None and value(terms, point) > upper:
            return Settled(point=point)
        return Settled(reason="no exact point or certificate was found")

    def discrete(self, terms: Mapping[int, int], limit: Fraction, *, whole: bool) -> Settled:
        answer = z3_maximum(self.linear, terms, limit, seconds=min(2.0, self.remaining))
        if answer is True:
            return Settled("z3")
        if answer is not None and first_violation(self.linear, answer) is None:
            return Settled(point=answer)
        solution = self.solve(terms, beyond=limit + 1 if whole else None)
        if whole and solution.termination is Termination.INFEASIBLE:
            return Settled("solver")
        if solution.values is not None:
            point = self.exact_point(solution.values)
            if point is not None and value(terms, point) > limit:
                return Settled(point=point)
        known = not whole and solution.dual_bound is not None
        highest = -solution.dual_bound / float(row_scale(terms)) if known and solution.dual_bound is not None else None
        if highest is not None and highest <= float(limit) - MARGIN * max(1.0, abs(float(limit))):
            return Settled("solver")
        return Settled(reason="the solver did not settle it in time")

    def solve(self, terms: Mapping[int, int], beyond: Fraction | None) -> Solution:
        """The point with the greatest sum, or any with a sum of at least ``beyond``."""
        linear = self.linear
        if beyond is not None:
            extra = scaled_row("beyond", terms, beyond, None)
            linear = Linear(linear.columns, (*linear.rows, extra), type(linear.objective)())
        program = numeric(linear)
        if beyond is None:
            scale = row_scale(terms)
            cost = np.zeros(len(linear.columns))
            for j, c in terms.items():
                cost[j] = -float(c * scale)
            program = replace(program, objective=cost, objective_offset=0.0)
        return Highs().solve(program, Options(time_limit=max(0.1, self.remaining)))

    def exceeding(self, terms: Mapping[int, int], upper: Fraction) -> Point | None:
        """A point a little beyond the bound, for programs whose maximum is infinite."""
        extra = scaled_row("beyond", terms, upper + max(Fraction(1), abs(upper)), None)
        return Source(replace(self.linear, rows=(*self.linear.rows, extra)), self.deadline).feasible_point()

    def infeasible(self) -> Settled:
        """Whether there is no feasible point at all; otherwise one of them."""
        if self.columns is None:
            return Settled("propagation")
        if self.points is not None:
            return Settled(point=self.points.point(0)) if len(self.points) else Settled("enumeration")
        point = self.feasible_point()
        if point is not None:
            return Settled(point=point)
        if not self.linear.columns:
            return Settled("bounds")
        if self.relaxation.refuted(self.remaining):
            return Settled("dual")
        answer = z3_maximum(self.linear, {}, Fraction(-1), seconds=min(5.0, self.remaining))
        if answer is True:
            return Settled("z3")
        if answer is not None and first_violation(self.linear, answer) is None:
            return Settled(point=answer)
        return Settled(reason="feasibility could not be settled exactly")

    def only(self, point: Point) -> bool:
        """Whether the point, a feasible one, is the only one, exactly."""
        if self.points is not None:
            return len(self.points) == 1
        return all(self.at_most({j: Fraction(sign)}, sign * at).exact for j, at in point.items() for sign in (1, -1))

    def feasible_point(self) -> Point | None:
        """A feasible point in rational numbers, None if none was found."""
        if self.columns is None:
            return None
        if self.points is not None:
            return self.points.point(0) if len(self.points) else None
        if not self.linear.columns:
            return {} if first_violation(self.linear, {}) is None else None
        linear = replace(self.linear, objective=type(self.linear.objective)())
        solution = Highs().solve(numeric(linear), Options(time_limit=max(0.1, self.remaining)))
        return None if solution.values is None else self.exact_point(solution.values)

    def exact_point(self, values: Floats) -> Point | None:
        """The solver's point in rational numbers: rounded, or the vertex that it is meant to be."""
        for denominator in DENOMINATORS:
            point = {
                j: Fraction(round(value)) if col.integer else Fraction(value).limit_denominator(denominator)
                for j, (col, value) in enumerate(zip(self.linear.columns, values.tolist(), strict=True))
            }
            if first_violation(self.linear, point) is None:
                return point
        if self.linear.pure_integer:
            return None
        columns = tuple(
            replace(col, lower=Fraction(round(value)), upper=Fraction(round(value)), integer=False)
            if col.integer
            else col
            for col, value in zip(self.linear.columns, values.tolist(), strict=True)
        )
        fixed = Linear(columns, self.linear.rows, self.linear.objective)
        vertex = Relaxation(fixed).maximize({}, self.remaining).point
        return vertex if vertex is not None and first_violation(self.linear, vertex) is None else None


def value(terms: Mapping[int, int], point: Point) -> Fraction:
    return sum((c * point[j] for j, c in terms.items()), ZERO)
