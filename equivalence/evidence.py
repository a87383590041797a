"""Evidence in the user's labels: maps, lemmas and witnesses carried from the canonical forms back to the programs."""

from __future__ import annotations

from collections.abc import Sequence

from equivalence.canonical import Canonical
from equivalence.exact import Expr, first_violation, substitute
from equivalence.mapping import Maps
from equivalence.proof import Containment, image_point
from equivalence.verdict import Affine, AffineMap, Lemma, Side, Witness


def affine_maps(a: Canonical, b: Canonical, maps: Maps) -> tuple[AffineMap, AffineMap]:
    """f and g over original columns; those that no affine map restores (digits of a sum) are left out."""
    forward = _affine_map(a, b, maps.forward, maps.origin)
    return forward, _affine_map(b, a, maps.backward, maps.origin)


def _affine_map(target: Canonical, source: Canonical, images: Sequence[Expr], origin: str) -> AffineMap:
    labels = [col.label for col in source.original.columns]
    through = [substitute(image, source.project) for image in images]
    columns = {}
    for col, lifted in zip(target.original.columns, target.lift, strict=True):
        if lifted is not None:
            expr = substitute(lifted, through)
            columns[col.label] = Affine({labels[j]: c for j, c in expr.terms.items()}, expr.constant)
    return AffineMap(columns=columns, origin=origin)


def lemmas_of(a: Canonical, b: Canonical) -> tuple[Lemma, ...]:
    return tuple(
        Lemma(side, step.name, step.subject) for side, form in ((Side.A, a), (Side.B, b)) for step in form.steps
    )


def witness_outside(a: Canonical, b: Canonical, maps: Maps, containment: Containment, side: Side) -> Witness | None:
    """The point that the other side allows and ``side`` forbids, rechecked on the original programs."""
    assert containment.outside is not None
    target, source, images = (a, b, maps.forward) if side is Side.A else (b, a, maps.backward)
    point = source.lift_point(containment.outside)
    mapped = target.lift_point(image_point(images, containment.outside))
    if first_violation(source.original, point) is not None:
        return None
    violation = first_violation(target.original, mapped)
    if violation is None:
        return None
    return Witness(
        point={col.label: point[j] for j, col in enumerate(source.original.columns)},
        mapped={col.label: mapped[j] for j, col in enumerate(target.original.columns)},
        allowed_by=side.other,
        violated=violation.label,
        amount=violation.amount,
        exact=True,
    )
