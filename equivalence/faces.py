"""The best plans of two programs, compared as feasible sets of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from equivalence.attempts import Attempt
from equivalence.bounding import Source
from equivalence.context import Context
from equivalence.exact import ONE, Expr, combine, first_violation, scaled_row, substitute
from equivalence.proof import Containment, Scale, contained, image_point
from equivalence.verdict import Side


@dataclass(frozen=True)
class BestPlans:
    """Whether the maps take best plans to best plans, each way, and how the optimal values correspond."""

    into_a: Containment
    into_b: Containment
    scale: Scale


def best_plans(context: Context, attempt: Attempt) -> BestPlans | None:
    """How the best plans correspond under the maps of an attempt, all exact; None if the best values do not.

    The values correspond as the objectives do where these are the same up to a factor and a constant, else if equal.
    """
    maps, forms = attempt.maps, (attempt.a, attempt.b)
    optima = [context.optimum(side, shape) for side, shape in zip(Side, attempt.shapes, strict=True)]
    if any(best is None or not best.exact for best in optima):
        return None
    best_a, best_b = optima
    assert best_a is not None
    assert best_b is not None
    scale = declared_scale(substitute(attempt.a.linear.objective, maps.forward), attempt.b.linear.objective)
    if best_a.value != scale.alpha * best_b.value + scale.beta:
        return None
    image = image_point(maps.forward, best_b.point)
    if first_violation(attempt.a.linear, image) or attempt.a.linear.objective.at(image) != best_a.value:
        # One best plan whose image is none is quicker to see than the whole face.
        return None
    faces = []
    for form, best in zip(forms, (best_a, best_b), strict=True):
        objective = form.linear.objective
        cap = scaled_row("the best value", objective.terms, None, best.value - objective.constant)
        rows = (*form.linear.rows, cap) if cap.terms else form.linear.rows
        faces.append(Source(replace(form.linear, rows=rows), context.deadline))
    into_a = contained(faces[1], faces[0].linear, maps.forward, Side.A, thorough=False)
    into_b = contained(faces[0], faces[1].linear, maps.backward, Side.B, thorough=False)
    return BestPlans(into_a, into_b, scale)


def declared_scale(mapped: Expr, own: Expr) -> Scale:
    """alpha and beta where ``mapped = alpha own + beta`` for all values of the columns, else 1 and 0."""
    ratio = next((mapped.terms.get(j, Fraction(0)) / c for j, c in own.terms.items()), ONE)
    if ratio > 0 and mapped.terms:
        difference = combine([(ONE, mapped), (-ratio, own)])
        if not difference.terms:
            return Scale(ratio, difference.constant)
    return Scale(ONE, Fraction(0))
