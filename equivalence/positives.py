"""What a proof lets us say: positive verdicts with their maps, certificates and lemmas."""

from __future__ import annotations

from dataclasses import replace

from equivalence.attempts import Attempt
from equivalence.canonical import Canonical
from equivalence.context import Context
from equivalence.evidence import affine_maps, lemmas_of
from equivalence.mapping import Maps, inverse_of
from equivalence.proof import Scale
from equivalence.structure import Isomorphism, matched_rows
from equivalence.verdict import AffineMap, Relation, Side, Verdict


def isomorphic(context: Context, a: Canonical, b: Canonical, found: Isomorphism, origin: str) -> Verdict:
    """The verdict for canonical forms that are the same under a bijection."""
    maps = inverse_of(found.columns, origin, found.scales)
    scale = Scale(found.alpha, a.linear.objective.constant - found.alpha * b.linear.objective.constant)
    whole = len(a.kept) == len(a.original.columns) and len(b.kept) == len(b.original.columns)
    columns = tuple((a.linear.columns[j].label, b.linear.columns[k].label) for j, k in enumerate(found.columns))
    reason = "A and B are the same, row by row and column by column"
    if not whole:
        reason = "A and B are the same, row by row, once columns that only restate others are replaced"
    if found.scales:
        reason += "; columns are measured in other units"
    verdict = context.plain(Relation.EQUIVALENT_STRUCTURAL if whole else Relation.EQUIVALENT_PROVED, reason)
    rows = matched_rows(a.linear, b.linear, found.columns) or ()
    return replace(supported(context, verdict, a, b, maps, scale), matched_columns=columns, matched_rows=rows)


def positive(context: Context, attempt: Attempt) -> Verdict | None:
    """The verdict of a proof; None for maps that forget everything, which would relate any two programs."""
    assert attempt.scale is not None
    maps, certificates = attempt.maps, (*attempt.into_a.certificates, *attempt.into_b.certificates)
    if attempt.retraction:
        relation = Relation.EQUIVALENT_PROVED
        reason = f"every plan of one is a plan of the other, of the same worth, by {maps.origin}"
    elif any(image.terms for image in maps.forward) and any(image.terms for image in maps.backward):
        relation = Relation.SAME_OPTIMA_PROVED
        reason = f"the best plans of one give best plans of the other, by {maps.origin}"
    else:
        return None
    exact = all(certificate.exact for certificate in certificates)
    verdict = context.plain(relation, reason, exact=exact)
    verdict = supported(context, verdict, attempt.a, attempt.b, maps, attempt.scale)
    return replace(verdict, certificates=certificates)


def supported(context: Context, verdict: Verdict, a: Canonical, b: Canonical, maps: Maps, scale: Scale) -> Verdict:
    """The verdict with its maps in the user's labels, and whether they go by name."""
    forward, backward = affine_maps(a, b, maps)
    by_name = goes_by_name(context, forward)
    reason = verdict.reason
    if by_name is False:
        reason += "; not by equal names: columns of one label do not stand for each other"
    return replace(
        verdict,
        reason=reason,
        forward=forward,
        backward=backward,
        by_name=by_name,
        alpha=scale.alpha,
        beta=scale.beta,
        lemmas=lemmas_of(a, b),
        tests=(),
    )


def goes_by_name(context: Context, forward: AffineMap) -> bool | None:
    """Whether columns of equal labels stand for each other; None where no labels are known to mean the same."""
    if not context.names_trusted:
        return None
    others = context.sides[Side.B].by_label
    for label, image in forward.columns.items():
        if label in others and (image.constant or dict(image.coefficients) != {label: 1}):
            return False
    return True
