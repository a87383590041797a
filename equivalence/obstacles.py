"""Why a program has no optimum: the named constraints that contradict each other, or a direction without end."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from equivalence.canonical import Canonical
from equivalence.context import DEFINED, Context
from equivalence.exact import ZERO, Linear, Point, first_violation
from equivalence.status import State, cone_of
from equivalence.verdict import Conflict, Ray, Relation, Side, Verdict
from formulations.program import Program
from solvers.conflicts import find_conflict
from solvers.feasibility import Oracle
from solvers.infeasibility import member_text
from solvers.restrictions import Restrictions
from solvers.solver import Options

#: Seconds for the search for the smallest conflict of one program.
_SECONDS = 5.0


def with_obstacles(verdict: Verdict, context: Context, programs: dict[Side, Program]) -> Verdict:
    """The verdict with what keeps the programs from having an optimum, where that is what it is about."""
    if verdict.positive or not context.settled:
        return verdict
    states = {side: status.state for side, status in context.statuses.items()}
    conflicts: list[Conflict] = []
    rays: list[Ray] = []
    if verdict.relation in (Relation.BOTH_INFEASIBLE, Relation.DIFFERENT_PROVED):
        empty = [side for side in Side if states[side] is State.INFEASIBLE]
        conflicts = [found for side in empty if (found := conflict_of(side, programs[side])) is not None]
    if verdict.relation in (Relation.BOTH_UNBOUNDED, Relation.DIFFERENT_PROVED):
        for side in Side:
            direction = context.statuses[side].ray
            if states[side] is State.UNBOUNDED and direction is not None:
                ray = ray_of(side, context.form(side, DEFINED), direction)
                rays += [] if ray is None else [ray]
    return replace(verdict, conflicts=tuple(conflicts), rays=tuple(rays))


def conflict_of(side: Side, program: Program) -> Conflict | None:
    """Constraints, bounds and integralities that cannot hold together, as few as were found in time.

    None where the contradiction is too small for a solver in floats to see.
    """
    oracle = Oracle(Options(time_limit=_SECONDS))
    restrictions = Restrictions(program)
    if not oracle.infeasible(restrictions.restricted(restrictions.present), share=0.5):
        return None
    found = find_conflict(restrictions, restrictions.present, oracle)
    return Conflict(
        side=side,
        labels=tuple(member.label for member in found.members),
        members=tuple(map(member_text, found.members)),
        irreducible=found.irreducible,
    )


def ray_of(side: Side, form: Canonical, direction: Point) -> Ray | None:
    """The direction in the user's columns, checked in rational numbers: the program allows it, and it improves."""
    original = form.original
    ray: dict[int, Fraction] = {}
    for j, image in enumerate(form.lift):
        if image is None:
            return None
        ray[j] = sum((c * direction[k] for k, c in image.terms.items()), ZERO)
    cone = cone_of(original)
    if first_violation(_wide(cone), ray) is not None:
        return None
    gain = -cone.objective.at(ray)
    if gain <= 0:
        return None
    labels = [col.label for col in original.columns]
    return Ray(side=side, direction={labels[j]: value for j, value in ray.items() if value}, gain=gain)


def _wide(cone: Linear) -> Linear:
    """The cone with directions of any length."""
    columns = tuple(
        replace(col, lower=None if col.lower else col.lower, upper=None if col.upper else col.upper)
        for col in cone.columns
    )
    return replace(cone, columns=columns)
