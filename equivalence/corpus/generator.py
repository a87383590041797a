"""Pairs of programs: every transformation on every family, and the twins, for some seeds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from equivalence.corpus.change import Change, Transformation, column, composed, identity
from equivalence.corpus.families import FAMILIES
from equivalence.corpus.family import Family
from equivalence.corpus.oracle import Correspondence
from equivalence.corpus.rewritings import permuted_and_renamed
from equivalence.corpus.sketch import sketch
from equivalence.corpus.transformations import TRANSFORMATIONS
from equivalence.corpus.twins import TWINS, Twins

#: The seeds of the whole corpus.
SEEDS = range(5)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two programs that may or may not be the same problem.

    kind: "same" where the transformation was meant to keep the decisions; the oracle knows better. disguised: rows
    and columns of one program carry other names, in another order. swapped: A is the changed one.
    """

    name: str
    family: str
    transformation: str
    kind: str
    seed: int
    disguised: bool
    swapped: bool
    correspondence: Correspondence


def pairs(
    seeds: Iterable[int] = SEEDS,
    *,
    families: Sequence[Family] = FAMILIES,
    transformations: Sequence[Transformation] = TRANSFORMATIONS,
    twins: Sequence[Twins] = TWINS,
) -> Iterator[Pair]:
    """All pairs, always in the same order and with the same numbers."""
    seeds = tuple(seeds)
    for transformation in transformations:
        for family in families:
            for seed in seeds:
                pair = transformed(family, transformation, seed)
                if pair is not None:
                    yield pair
    for both in twins:
        for seed in seeds:
            yield twin_pair(both, seed)


def transformed(family: Family, transformation: Transformation, seed: int) -> Pair | None:
    """The base and what the transformation makes of it; None where it has nothing to work on."""
    rng = random.Random(f"{family.name} {transformation.name} {seed}")
    base = sketch(family.program(seed))
    change = transformation.apply(base.copy(), rng)
    if change is None:
        return None
    disguised = transformation.name.startswith("permuted") or rng.random() < 0.5
    if disguised:
        change = composed(change, permuted_and_renamed(change.sketch.copy(), rng))
    swapped = rng.random() < 0.5
    name = f"{transformation.name}: {family.name} {seed}"
    first = (base if change.base is None else change.base).program(family.name)
    second = change.sketch.program(family.name)
    about = tuple(column(label) for label in change.forward)
    same = Correspondence(
        a=first,
        b=second,
        about_a=about,
        about_b=tuple(change.forward.values()),
        alpha=change.alpha,
        beta=change.beta,
        forward=change.forward,
        backward=change.backward,
    )
    return Pair(
        name=name,
        family=family.name,
        transformation=transformation.name,
        kind=transformation.kind,
        seed=seed,
        disguised=disguised,
        swapped=swapped,
        correspondence=mirrored(same) if swapped else same,
    )


def twin_pair(twins: Twins, seed: int) -> Pair:
    rng = random.Random(f"{twins.name} {seed}")
    first, second = twins.programs(seed)
    about_a, about_b = twins.about(first, second)
    change = Change(sketch(second), {str(k): e for k, e in enumerate(about_b)}, identity(sketch(second)))
    disguised, swapped = rng.random() < 0.5, rng.random() < 0.5
    if disguised:
        change = composed(change, permuted_and_renamed(change.sketch.copy(), rng))
    same = Correspondence(
        a=first,
        b=change.sketch.program(second.name),
        about_a=about_a,
        about_b=tuple(change.forward.values()),
    )
    return Pair(
        name=f"{twins.name}: {twins.family} {seed}",
        family=twins.family,
        transformation=twins.name,
        kind=twins.kind,
        seed=seed,
        disguised=disguised,
        swapped=swapped,
        correspondence=mirrored(same) if swapped else same,
    )


def mirrored(pair: Correspondence) -> Correspondence:
    """B and A."""
    return Correspondence(
        a=pair.b,
        b=pair.a,
        about_a=pair.about_b,
        about_b=pair.about_a,
        alpha=1 / pair.alpha,
        beta=-pair.beta / pair.alpha,
        forward=pair.backward,
        backward=pair.forward,
    )
