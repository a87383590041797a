"""The best plans of two programs, compared as feasible sets of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from equivalence.attempts import Attempt
from equivalence.bounding import Source
from equivalence.context import Context
from equivalence.exact import ONE, ZERO, Expr, combine, first_violation, scaled_row, substitute
from equivalence.proof import Containment, Scale, contained, image_point
from equivalence.status import Optimum
from equivalence.verdict import Side
from equivalence.words import number


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
    optima = _optima(context, attempt)
    if optima is None:
        return None
    best_a, best_b = optima
    scale = _scale(attempt) or Scale(ONE, ZERO)
    if best_a.value != scale.alpha * best_b.value + scale.beta:
        return None
    image = image_point(attempt.maps.forward, best_b.point)
    if first_violation(attempt.a.linear, image) or attempt.a.linear.objective.at(image) != best_a.value:
        # One best plan whose image is none is quicker to see than the whole face.
        return None
    face_a, face_b = _faces(context, attempt, optima)
    into_a = contained(face_b, face_a.linear, attempt.maps.forward, Side.A, thorough=False)
    into_b = contained(face_a, face_b.linear, attempt.maps.backward, Side.B, thorough=False)
    return BestPlans(into_a, into_b, scale)


def other_best_plans(context: Context, attempt: Attempt) -> str:
    """What shows, in words, that the best plans are not the same under trusted maps; empty if nothing was proved.

    Each program has a best plan that is none of the other, or the objectives are the same and their best values are
    not.
    """
    optima = _optima(context, attempt)
    if optima is None:
        return ""
    best_a, best_b = optima
    scale = _scale(attempt)
    if scale is not None and best_a.value != scale.alpha * best_b.value + scale.beta:
        return f"the best values differ: {number(best_a.value)} in A, {number(best_b.value)} in B, both to be minimized"
    face_a, face_b = _faces(context, attempt, optima)
    into_a = contained(face_b, face_a.linear, attempt.maps.forward, Side.A, thorough=True)
    if into_a.outside is None:
        return ""
    into_b = contained(face_a, face_b.linear, attempt.maps.backward, Side.B, thorough=True)
    return "" if into_b.outside is None else "each has a best plan that is none of the other"


def _optima(context: Context, attempt: Attempt) -> tuple[Optimum, Optimum] | None:
    """The proved optima of both; None unless both are exact."""
    best_a, best_b = (context.optimum(side, shape) for side, shape in zip(Side, attempt.shapes, strict=True))
    if best_a is None or best_b is None or not (best_a.exact and best_b.exact):
        return None
    return best_a, best_b


def _scale(attempt: Attempt) -> Scale | None:
    return declared_scale(substitute(attempt.a.linear.objective, attempt.maps.forward), attempt.b.linear.objective)


def _faces(context: Context, attempt: Attempt, optima: tuple[Optimum, Optimum]) -> tuple[Source, Source]:
    """The programs with nothing but their best plans."""
    faces = []
    for form, best in zip((attempt.a, attempt.b), optima, strict=True):
        objective = form.linear.objective
        cap = scaled_row("the best value", objective.terms, None, best.value - objective.constant)
        rows = (*form.linear.rows, cap) if cap.terms else form.linear.rows
        faces.append(Source(replace(form.linear, rows=rows), context.deadline))
    return faces[0], faces[1]


def declared_scale(mapped: Expr, own: Expr) -> Scale | None:
    """alpha and beta where ``mapped = alpha own + beta`` for all values of the columns, None elsewhere."""
    ratio = next((mapped.terms.get(j, ZERO) / c for j, c in own.terms.items()), ONE)
    if ratio > 0:
        difference = combine([(ONE, mapped), (-ratio, own)])
        if not difference.terms:
            return Scale(ratio, difference.constant)
    return None
