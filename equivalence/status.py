"""Infeasible, unbounded or with an optimum: each with exact evidence, or not settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction

import numpy as np

from equivalence.bounding import Source
from equivalence.exact import ZERO, Expr, Linear, Point, combine, first_violation, numeric
from equivalence.relaxation import ANY, DENOMINATORS
from solvers.highs import Highs
from solvers.solver import Options


class State(Enum):
    """What is known of a program."""

    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    BOUNDED = "bounded"
    OPEN = "open"


@dataclass(frozen=True)
class Status:
    """point: feasible. ray: for UNBOUNDED, a direction that improves forever. reason: why it is OPEN."""

    state: State
    point: Point | None = None
    ray: Mapping[int, Fraction] | None = None
    reason: str = ""


def status_of(source: Source) -> Status:
    """The state of the program, proved exactly. A program with rational data that is bounded has an optimum."""
    settled = source.infeasible()
    if settled.exact:
        return Status(State.INFEASIBLE)
    if settled.point is None:
        return Status(State.OPEN, reason=settled.reason)
    objective = source.linear.objective
    if not objective.terms or source.points is not None:
        return Status(State.BOUNDED, settled.point)
    size = scale_of(objective)
    down = {j: -int(c / size) for j, c in objective.terms.items()}
    if source.relaxation.maximize(down, source.remaining, wanted=ANY).bound is not None:
        return Status(State.BOUNDED, settled.point)
    tight = Source(source.tight, source.deadline)
    if tight.relaxation.maximize(down, source.remaining, wanted=ANY).bound is not None:
        return Status(State.BOUNDED, settled.point)
    ray = improving_ray(source.linear)
    if ray is not None:
        # With rational data, an integer program with a feasible point follows its relaxation (Meyer 1974).
        return Status(State.UNBOUNDED, settled.point, ray)
    return Status(State.OPEN, settled.point, reason="boundedness could not be settled exactly")


def scale_of(expr: Expr) -> Fraction:
    from equivalence.exact import content

    return content(expr.terms.values())


def cone_of(linear: Linear) -> Linear:
    """The directions in which the relaxation goes on forever, no column changing by more than one."""
    columns = tuple(
        replace(
            col,
            lower=Fraction(-1) if col.lower is None else ZERO,
            upper=Fraction(1) if col.upper is None else ZERO,
            integer=False,
        )
        for col in linear.columns
    )
    rows = tuple(
        replace(row, lower=None if row.lower is None else ZERO, upper=None if row.upper is None else ZERO)
        for row in linear.rows
    )
    return Linear(columns, rows, Expr(linear.objective.terms, ZERO))


def improving_ray(linear: Linear) -> Mapping[int, Fraction] | None:
    """A direction along which the relaxation improves forever, in rational numbers."""
    cone = cone_of(linear)
    solution = Highs().solve(numeric(cone), Options(time_limit=5.0))
    if solution.values is None:
        return None
    for denominator in DENOMINATORS:
        ray = {
            j: Fraction(value).limit_denominator(denominator)
            for j, value in enumerate(np.asarray(solution.values).tolist())
        }
        if cone.objective.at(ray) < 0 and first_violation(cone, ray) is None:
            return ray
    return None


@dataclass(frozen=True)
class Optimum:
    """The optimal value, to be minimized, at an exact point; ``exact`` if both were proved in rational arithmetic."""

    value: Fraction
    point: Point
    exact: bool


def optimum_of(source: Source) -> Optimum | None:
    """The optimal value with its proof; None where it was not proved."""
    linear = source.linear
    if source.points is not None:
        return _enumerated_optimum(source)
    point = best_point(source)
    if point is None:
        return None
    value = linear.objective.at(point)
    opposite = combine([(Fraction(-1), linear.objective)])
    settled = source.at_most(opposite.terms, -value - opposite.constant)
    return Optimum(value, point, settled.exact) if settled.method else None


def _enumerated_optimum(source: Source) -> Optimum | None:
    assert source.points is not None
    objective = source.linear.objective
    size = scale_of(objective)
    best = source.points.maximum({j: -int(c / size) for j, c in objective.terms.items()})
    if best is None:
        return None
    point = source.points.point(best[1])
    return Optimum(objective.at(point), point, True)


def best_point(source: Source) -> Point | None:
    """An exact feasible point that the solver holds for optimal."""
    linear = source.linear
    if not linear.columns:
        return {} if first_violation(linear, {}) is None else None
    if not linear.discrete:
        size = scale_of(linear.objective)
        down = {j: -int(c / size) for j, c in linear.objective.terms.items()}
        vertex = source.relaxation.maximize(down, source.remaining).point
        if vertex is not None and first_violation(linear, vertex) is None:
            return vertex
    solution = Highs().solve(numeric(linear), Options(time_limit=max(0.1, source.remaining), mip_gap=1e-9))
    return None if solution.values is None else source.exact_point(solution.values)
