"""Proofs tried with one pair of maps after the other, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from equivalence.bounding import Source
from equivalence.canonical import Canonical
from equivalence.context import (
    CLEAR,
    DEFINED,
    EPIGRAPH,
    LEAN,
    MERGED,
    NORMAL,
    OUTRIGHT,
    PROJECTED,
    SUMMED,
    Context,
    Shape,
    Shapes,
)
from equivalence.exact import ONE, Expr, Linear, combine, substitute
from equivalence.likeness import likenesses
from equivalence.mapping import Maps, Partial, by_costs, by_names, carried, completions, inverse_of, paired
from equivalence.proof import Containment, Scale, contained, identity_after, objective_scale, vanishes
from equivalence.scaling import signs_of
from equivalence.slacks import Slack, maps_by_slacks, slacks_of
from equivalence.structure import bijections, isomorphism
from equivalence.verdict import Side

#: Pairs of forms in which the programs are compared, the plainest first.
PLAIN: tuple[Shapes, ...] = ((NORMAL, NORMAL), (CLEAR, CLEAR), (DEFINED, DEFINED))
_FORGETFUL: tuple[Shapes, ...] = (
    (NORMAL, SUMMED),
    (SUMMED, NORMAL),
    (CLEAR, OUTRIGHT),
    (OUTRIGHT, CLEAR),
    (DEFINED, MERGED),
    (MERGED, DEFINED),
    (MERGED, MERGED),
    (DEFINED, EPIGRAPH),
    (EPIGRAPH, DEFINED),
    (NORMAL, LEAN),
    (LEAN, NORMAL),
)
#: Programs with more columns than this are not searched for maps that only look likely.
LARGE = 400
#: Bijections by signs that are tried.
_GUESSES = 3


@dataclass(frozen=True)
class Attempt:
    """What a proof with one pair of maps came to.

    into_a: whether f takes B's plans into A's; into_b: whether g takes A's into B's. retraction: whether one of
    them undoes the other, so that no decision is lost.
    """

    shapes: Shapes
    a: Canonical
    b: Canonical
    maps: Maps
    into_a: Containment
    into_b: Containment
    scale: Scale | None
    retraction: bool

    @property
    def proved(self) -> bool:
        return self.into_a.proved and self.into_b.proved and self.scale is not None

    @property
    def refuted(self) -> bool:
        """Whether a trusted correspondence does not hold."""
        outside = zip((self.into_a, self.into_b), self.maps.trusted, strict=True)
        if any(trusted and containment.outside is not None for containment, trusted in outside):
            return True
        return all(self.maps.trusted) and self.into_a.proved and self.into_b.proved and self.scale is None

    @property
    def shortcoming(self) -> str:
        """What the proof lacks, in words."""
        for side, containment in ((Side.A, self.into_a), (Side.B, self.into_b)):
            if containment.outside is not None:
                return f"{side.other.value} allows a plan that {side.value} forbids by '{containment.violated}'"
            if containment.reason:
                return containment.reason
        return "the objectives do not agree"


@dataclass
class Attempts:
    """The attempts of one comparison."""

    context: Context
    seen: set[tuple[Shapes, tuple[int, ...]]] = field(default_factory=set)
    slacks: dict[tuple[Side, Shape], tuple[Slack, ...]] = field(default_factory=dict)

    def by_name(self) -> Iterator[Attempt]:
        """Columns with equal labels are the same."""
        a, b = self.context.sides[Side.A], self.context.sides[Side.B]
        if a.by_label.keys() & b.by_label.keys():
            names = by_names(a, b), by_names(b, a)
            yield from self.carried(names, "equal names", trusted=self.context.names_trusted)

    def by_structure(self) -> Iterator[Attempt]:
        """An isomorphism of forms in which columns that change nothing are forgotten, bounds aside if need be."""
        for shapes in _FORGETFUL:
            yield from self.isomorphic(shapes, bounds=True)
        if self.large:
            return
        for shapes in (PLAIN[-1], *_FORGETFUL):
            yield from self.isomorphic(shapes, bounds=False)

    def by_guess(self) -> Iterator[Attempt]:
        """Maps that only look likely."""
        if self.large:
            return
        yield from self.single_plan()
        yield from self.by_signs()
        yield from self.by_costs()
        yield from self.by_likeness()

    @property
    def large(self) -> bool:
        return max(len(linear.columns) for linear in self.context.sides.values()) > LARGE

    def carried(
        self, images: tuple[dict[int, Expr], dict[int, Expr]], origin: str, *, trusted: bool
    ) -> Iterator[Attempt]:
        """Proofs with images given over original columns.

        Trusted images must be kept: columns that both programs have are not replaced, not even fixed ones.
        """
        for shapes in ((PROJECTED, PROJECTED), (DEFINED, DEFINED)):
            if trusted and shapes[0] is DEFINED:
                return
            a, b = self.context.pair(shapes)
            partial = carried(a, b, images[0]), carried(b, a, images[1])
            yield from self.completed(shapes, partial, origin, trusted=trusted)

    def isomorphic(self, shapes: Shapes, *, bounds: bool) -> Iterator[Attempt]:
        if not bounds:
            # How a column with two bounds is turned may depend on there being two, in one program only.
            shapes = shapes[0]._replace(turn=False), shapes[1]._replace(turn=False)
        a, b = self.context.pair(shapes)
        if bounds and a.faithful and b.faithful:
            return
        found = isomorphism(a.linear, b.linear, deadline=self.context.patience, bounds=bounds)
        if found is not None:
            yield from self.bijective(shapes, found.columns, "an isomorphism")

    def by_signs(self) -> Iterator[Attempt]:
        """Bijections that look at signs only, for programs that differ in coefficients without effect."""
        shapes = DEFINED._replace(turn=False), DEFINED._replace(turn=False)
        a, b = self.context.pair(shapes)
        if len(a.linear.columns) == len(b.linear.columns):
            found = bijections(signs_of(a.linear), signs_of(b.linear), deadline=self.context.patience, bounds=False)
            for columns in islice(found, _GUESSES):
                yield from self.bijective(shapes, columns, "equal signs")

    def by_costs(self) -> Iterator[Attempt]:
        a, b = self.context.sides[Side.A], self.context.sides[Side.B]
        shapes = PLAIN[-1]
        one, other = self.context.pair(shapes)
        costs = by_costs(one.linear, other.linear), by_costs(other.linear, one.linear)
        if costs[0]:
            named = carried(one, other, by_names(a, b)), carried(other, one, by_names(b, a))
            both = named[0] | costs[0], named[1] | costs[1]
            yield from self.completed(shapes, both, "equal objective coefficients", trusted=False)

    def by_likeness(self) -> Iterator[Attempt]:
        """Each column with the one that is most like it, where the programs differ here and there."""
        for shapes in ((OUTRIGHT, OUTRIGHT), (DEFINED, DEFINED), (MERGED, MERGED)):
            a, b = self.context.pair(shapes)
            if shapes[0] is MERGED and a.faithful and b.faithful:
                continue
            for pairs in likenesses(a.linear, b.linear):
                if self.context.expired:
                    return
                if len(pairs) == len(a.linear.columns) == len(b.linear.columns):
                    yield from self.bijective(shapes, tuple(pairs[j] for j in range(len(pairs))), "likeness")
                else:
                    yield from self.completed(shapes, paired(pairs), "likeness", trusted=False)

    def by_slacks(self) -> Iterator[Attempt]:
        """What the equations between slacks that are alike say about the columns."""
        context = self.context
        if not context.bounded:
            return
        for shapes in ((DEFINED, DEFINED), (DEFINED, EPIGRAPH), (EPIGRAPH, DEFINED)):
            a, b = context.pair(shapes)
            if EPIGRAPH in shapes and a.faithful and b.faithful:
                continue
            for side, shape, form in zip(Side, shapes, (a, b), strict=True):
                if (side, shape) not in self.slacks:
                    self.slacks[side, shape] = slacks_of(form.linear)
            slacks = self.slacks[Side.A, shapes[0]], self.slacks[Side.B, shapes[1]]
            for partial in maps_by_slacks(a.linear, b.linear, slacks):
                yield from self.completed(shapes, partial, "slacks that are alike", trusted=False)

    def bijective(self, shapes: Shapes, columns: Sequence[int], origin: str) -> Iterator[Attempt]:
        """The attempt with one column for each, unless it was made before."""
        mark = shapes, tuple(columns)
        if mark not in self.seen:
            self.seen.add(mark)
            yield self.attempt(shapes, inverse_of(columns, origin))

    def completed(
        self, shapes: Shapes, partial: tuple[Partial, Partial], origin: str, *, trusted: bool
    ) -> Iterator[Attempt]:
        a, b = self.context.pair(shapes)
        whole = len(partial[0]) == len(a.linear.columns), len(partial[1]) == len(b.linear.columns)
        for forward in completions(a.linear, b.linear, partial[0]):
            for backward in completions(b.linear, a.linear, partial[1]):
                if self.context.expired:
                    return
                maps = Maps(forward, backward, origin, (trusted and whole[0], trusted and whole[1]))
                attempt = self.attempt(shapes, maps)
                yield attempt
                if attempt.proved or not attempt.into_a.proved:
                    break

    def single_plan(self) -> Iterator[Attempt]:
        """Where one program allows a single plan, any plan of the other may stand for it."""
        for side in Side:
            here, there = self.context.statuses[side].point, self.context.statuses[side.other].point
            source = self.context.source(side)
            if here is None or there is None or not source.only(here):
                continue
            images = [tuple(Expr({}, point[j]) for j in range(len(point))) for point in (here, there)]
            forward, backward = images if side is Side.A else reversed(images)
            yield self.attempt(PLAIN[-1], Maps(forward, backward, "its only plan", single=True))

    def attempt(self, shapes: Shapes, maps: Maps) -> Attempt:
        a, b = self.context.pair(shapes)
        source_a, source_b = self.context.source(Side.A, shapes[0]), self.context.source(Side.B, shapes[1])
        into_a = contained(source_b, a.linear, maps.forward, Side.A, thorough=maps.trusted[0])
        into_b = Containment((), reason="not tried")
        if into_a.proved or any(maps.trusted):
            into_b = contained(source_a, b.linear, maps.backward, Side.B, thorough=maps.trusted[1])
        scale, retraction = None, False
        if into_a.proved and into_b.proved:
            retraction = maps.single or (
                (a.faithful and identity_after(maps.backward, maps.forward, a.linear))
                or (b.faithful and identity_after(maps.forward, maps.backward, b.linear))
            )
            scale = objective_scale(source_b, substitute(a.linear.objective, maps.forward), b.linear.objective)
            if scale is not None and not _holds_on_a(a.linear, b.linear, maps, scale, source_a):
                scale = None
        attempt = Attempt(shapes, a, b, maps, into_a, into_b, scale, retraction)
        if not attempt.proved:
            self.context.tests.append(f"{maps.origin}: {attempt.shortcoming}")
        return attempt


def _holds_on_a(a: Linear, b: Linear, maps: Maps, scale: Scale, source: Source) -> bool:
    """Whether alpha c_B(g(x)) + beta = c_A(x) on A, which is not said by the same on B."""
    back = substitute(b.objective, maps.backward)
    return vanishes(source, combine([(ONE, a.objective), (-scale.alpha, back)], -scale.beta))
