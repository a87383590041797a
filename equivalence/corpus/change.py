"""What a transformation hands back, and the small steps transformations are made of."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from equivalence.corpus.sketch import ONE, ZERO, Sketch
from equivalence.verdict import Affine

Map = dict[str, Affine]


@dataclass
class Change:
    """A rewritten program and how its columns stand to those of the base.

    forward: every column of the base in terms of the changed one. backward: every column of the changed program in
    terms of the base, None where no affine function does it. alpha, beta: base worth = alpha * changed worth + beta,
    both to be minimized. base: the base where the transformation changes it too.
    """

    sketch: Sketch
    forward: Map
    backward: Map | None
    alpha: Fraction = ONE
    beta: Fraction = ZERO
    base: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Transformation:
    """``apply`` gives None where the base has nothing to apply it to. It works on a copy of its own.

    kind: "same" where it is meant to keep the decisions, "other" where it is not; the label is for the oracle to say.
    """

    name: str
    kind: str
    apply: Callable[[Sketch, random.Random], Change | None] = field(repr=False)


def column(label: str) -> Affine:
    return Affine({label: ONE})


def affine(terms: Mapping[str, Fraction | int], constant: Fraction | int = 0) -> Affine:
    return Affine({label: Fraction(c) for label, c in terms.items() if c}, Fraction(constant))


def identity(sketch: Sketch) -> Map:
    return {label: column(label) for label in sketch.columns}


def unchanged(sketch: Sketch, changed: Sketch | None = None) -> Change:
    """A change after which every column means what it meant."""
    target = sketch if changed is None else changed
    return Change(target, identity(sketch), identity(target))


def replaced(sketch: Sketch, label: str, image: Affine, back: Mapping[str, Affine] | None) -> Change:
    """A column replaced by an expression of new ones, which ``back`` gives in terms of the base (None: nothing does).

    The new columns must be in the sketch already.
    """
    forward = identity(sketch) | {label: image}
    new = {name: column(name) for name in sketch.columns if name not in image.coefficients}
    for name in image.coefficients:
        forward.pop(name, None)
    sketch.substitute(label, image)
    new.pop(label)
    return Change(sketch, forward, None if back is None else new | dict(back))


def composed(first: Change, second: Change) -> Change:
    """First one, then the other."""
    forward = {label: mapped(e, second.forward) for label, e in first.forward.items()}
    backward = None
    if first.backward is not None and second.backward is not None:
        backward = {label: mapped(e, first.backward) for label, e in second.backward.items()}
    alpha = first.alpha * second.alpha
    beta = first.alpha * second.beta + first.beta
    return Change(second.sketch, forward, backward, alpha, beta, first.base)


def mapped(expression: Affine, images: Mapping[str, Affine]) -> Affine:
    """The expression with every column replaced by its image."""
    terms: dict[str, Fraction] = {}
    constant = expression.constant
    for label, factor in expression.coefficients.items():
        image = images[label]
        constant += factor * image.constant
        for other, c in image.coefficients.items():
            terms[other] = terms.get(other, ZERO) + factor * c
    return Affine({label: c for label, c in terms.items() if c}, constant)
