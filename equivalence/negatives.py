"""What a trusted correspondence that fails lets us say: stricter, looser or different, with a witness."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from equivalence.attempts import Attempt
from equivalence.context import Context
from equivalence.evidence import witness_outside
from equivalence.exact import substitute
from equivalence.faces import other_best_plans
from equivalence.proof import Containment, Scale, image_point, objective_scale
from equivalence.refutation import differing_optima, differing_values, no_common_scale
from equivalence.verdict import Contract, Relation, Side, Verdict


def negative(context: Context, attempt: Attempt) -> Verdict | None:
    """What a trusted correspondence refutes."""
    by = f"by {attempt.maps.origin}"
    containments = {Side.A: attempt.into_a, Side.B: attempt.into_b}
    trusted = dict(zip(Side, attempt.maps.trusted, strict=True))
    broken = [side for side in Side if trusted[side] and containments[side].outside is not None]
    if len(broken) == 1 and containments[broken[0].other].proved:
        return _one_sided(context, attempt, broken[0], containments[broken[0].other], by)
    if context.contract is Contract.OPTIMUM:
        # Plans that one allows and the other forbids say nothing about the best ones.
        reason = other_best_plans(context, attempt) if all(trusted.values()) else ""
        return context.plain(Relation.DIFFERENT_PROVED, f"{reason}, {by}") if reason else None
    if broken:
        side = broken[0]
        witness = witness_outside(attempt.a, attempt.b, attempt.maps, containments[side], side)
        reason = f"{side.other.value} allows what {side.value} forbids {by}"
        if len(broken) == 2:
            reason += ", and the other way round"
        return replace(context.plain(Relation.DIFFERENT_PROVED, reason), witness=witness)
    if all(trusted.values()) and attempt.into_a.proved and attempt.into_b.proved and attempt.scale is None:
        return _other_objective(context, attempt, by)
    return None


def _one_sided(context: Context, attempt: Attempt, larger: Side, other: Containment, by: str) -> Verdict:
    """STRICTER or LOOSER: ``larger`` forbids what the other program allows, and not the other way round."""
    witness = witness_outside(
        attempt.a, attempt.b, attempt.maps, attempt.into_a if larger is Side.A else attempt.into_b, larger
    )
    relation = Relation.LOOSER if larger is Side.A else Relation.STRICTER
    reason = f"B allows {'more' if larger is Side.A else 'less'} than A {by}"
    verdict = context.plain(relation, reason, exact=other.exact)
    same, scale = same_optimum(context, attempt, larger=larger.other)
    return replace(
        verdict,
        witness=witness,
        certificates=other.certificates,
        same_optimum=same,
        alpha=None if scale is None else scale.alpha,
        beta=None if scale is None else scale.beta,
    )


def _other_objective(context: Context, attempt: Attempt, by: str) -> Verdict | None:
    mapped = substitute(attempt.a.linear.objective, attempt.maps.forward)
    difference = no_common_scale(context.source(Side.B, attempt.shapes[1]), mapped, attempt.b.linear.objective)
    if difference is None:
        return None
    reason = f"the same plans, but not of the same worth {by}: {difference}"
    return context.plain(Relation.DIFFERENT_PROVED, reason)


def same_optimum(context: Context, attempt: Attempt, *, larger: Side) -> tuple[bool | None, Scale | None]:
    """Whether the optimal values agree, where one program allows more and the objective is the same.

    Besides alpha and beta with ``c_A = alpha c_B + beta``, by which they do.
    """
    shapes = dict(zip(Side, attempt.shapes, strict=True))
    smaller = context.source(larger.other, shapes[larger.other])
    inner, outer = (attempt.a, attempt.b) if larger is Side.B else (attempt.b, attempt.a)
    into_outer = attempt.maps.backward if larger is Side.B else attempt.maps.forward
    mapped = substitute(outer.linear.objective, into_outer)
    # c_inner = alpha c_outer + beta on the smaller set.
    scale = objective_scale(smaller, inner.linear.objective, mapped)
    best = context.optimum(larger.other, shapes[larger.other])
    if scale is None or best is None or not best.exact:
        return None, None
    value = outer.linear.objective.at(image_point(into_outer, best.point))
    terms = {j: -c for j, c in outer.linear.objective.terms.items()}
    settled = context.source(larger, shapes[larger]).at_most(terms, outer.linear.objective.constant - value)
    same = True if settled.exact else False if settled.point is not None else None
    return same, scale if larger is Side.B else Scale(1 / scale.alpha, -scale.beta / scale.alpha)


def undecided(context: Context, attempts: Sequence[Attempt]) -> Verdict:
    """What no map can change, else unknown with its reason."""
    if context.bounded and not context.expired:
        sources = context.source(Side.A), context.source(Side.B)
        reason = differing_optima(*sources) if context.options.same_units else ""
        if not reason and context.contract is Contract.DECISIONS:
            reason = differing_values(*sources)
        if reason:
            return context.plain(Relation.DIFFERENT_PROVED, reason)
    if time.monotonic() >= context.deadline:
        reason = f"the time limit of {context.options.time_limit:g} s was reached"
    elif attempts:
        reason = f"no map could be proved; {attempts[0].maps.origin}: {attempts[0].shortcoming}"
    else:
        reason = "no map between the columns was found"
    return context.plain(Relation.UNKNOWN, reason, exact=False)
