"""One comparison of two linear programs: structure first, then proofs with ever bolder maps, then refutations."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from equivalence.bounding import Source
from equivalence.canonical import Canonical, Level, canonical
from equivalence.evidence import affine_maps, lemmas_of, witness_outside
from equivalence.exact import ONE, ZERO, Expr, Linear, Point, combine, scaled_row, substitute
from equivalence.mapping import Maps, Partial, by_costs, by_names, carried, completions, inverse_of
from equivalence.proof import (
    Containment,
    Scale,
    contained,
    identity_after,
    image_point,
    objective_scale,
    vanishes,
)
from equivalence.refutation import differing_optima, differing_values, no_common_scale
from equivalence.scaling import scaled_isomorphism, signs_of
from equivalence.status import State, Status, optimum_of, status_of
from equivalence.structure import Isomorphism, bijections, isomorphism, matched_rows
from equivalence.verdict import Affine, Contract, Relation, Side, Verdict, Witness


@dataclass(frozen=True, kw_only=True)
class Options:
    """Limits of a comparison.

    time_limit: seconds for the whole comparison. trust_names: where the column labels of one program are among
    those of the other, equal labels mean the same, so that a witness under equal names refutes. same_units: the
    objectives are the same quantity in the same unit, so that different optimal values refute.
    """

    time_limit: float = 20.0
    trust_names: bool = True
    same_units: bool = False


@dataclass(frozen=True, kw_only=True)
class DeclaredMap:
    """What the caller says corresponds: A's columns in terms of B's (forward), B's in terms of A's (backward).

    Columns may be missing, those of auxiliaries for instance: what is missing is sought. ``trusted`` maps are what
    the user means, so that a witness against them refutes; others are guesses and can only help to prove.
    """

    forward: Mapping[str, Affine]
    backward: Mapping[str, Affine]
    trusted: bool


class Shape(NamedTuple):
    """A canonical form is named by its level and by whether columns with two bounds are turned."""

    level: Level
    turn: bool = True


Shapes = tuple[Shape, Shape]
_NORMAL, _SUMMED, _DEFINED, _MERGED, _EPIGRAPH, _LEAN, _PROJECTED = map(Shape, Level)
#: Pairs of forms in which the programs are compared, the plainest first.
_PLAIN: tuple[Shapes, ...] = ((_NORMAL, _NORMAL), (_DEFINED, _DEFINED))
_FORGETFUL: tuple[Shapes, ...] = (
    (_NORMAL, _SUMMED),
    (_SUMMED, _NORMAL),
    (_DEFINED, _MERGED),
    (_MERGED, _DEFINED),
    (_MERGED, _MERGED),
    (_DEFINED, _EPIGRAPH),
    (_EPIGRAPH, _DEFINED),
    (_NORMAL, _LEAN),
    (_LEAN, _NORMAL),
)


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


#: Programs with more columns than this are not searched for maps that only look likely.
_LARGE = 400
#: Bijections by signs that are tried.
_GUESSES = 3
#: The share of the time that one search for an isomorphism may take.
_SHARE = 0.25


class Comparison:
    """One comparison, step by step; canonical forms and what is known of them are made once."""

    def __init__(
        self,
        a: Linear,
        b: Linear,
        contract: Contract,
        options: Options,
        declared: DeclaredMap | None,
        started: float,
    ) -> None:
        self.sides = {Side.A: a, Side.B: b}
        self.contract = contract
        self.options = options
        self.declared = declared
        self.deadline = started + options.time_limit
        self.forms: dict[tuple[Side, Shape], Canonical] = {}
        self.sources: dict[tuple[Side, Shape], Source] = {}
        self.tests: list[str] = []
        self.refuted = False

    # --- what the steps share -------------------------------------------------------------------------------------

    def form(self, side: Side, shape: Shape) -> Canonical:
        known = self.forms.get((side, shape))
        if known is None:
            keep = frozenset(self.sides[side.other].by_label)
            known = self.forms[side, shape] = canonical(self.sides[side], shape.level, keep, turn=shape.turn)
        return known

    def pair(self, shapes: Shapes) -> tuple[Canonical, Canonical]:
        return self.form(Side.A, shapes[0]), self.form(Side.B, shapes[1])

    def source(self, side: Side, shape: Shape = _DEFINED) -> Source:
        known = self.sources.get((side, shape))
        if known is None:
            known = self.sources[side, shape] = Source(self.form(side, shape).linear, self.deadline)
        return known

    @cached_property
    def statuses(self) -> dict[Side, Status]:
        found = {}
        for side in Side:
            contradiction = self.form(side, _DEFINED).infeasible
            found[side] = Status(State.INFEASIBLE) if contradiction else status_of(self.source(side))
        return found

    @cached_property
    def names_trusted(self) -> bool:
        """Whether equal labels are known to mean the same: where one program's labels are among the other's."""
        a, b = self.sides[Side.A].by_label.keys(), self.sides[Side.B].by_label.keys()
        return self.options.trust_names and bool(a) and bool(b) and (a <= b or b <= a)

    def plain(self, relation: Relation, reason: str, *, exact: bool = True) -> Verdict:
        return Verdict(
            relation=relation,
            contract=self.contract,
            exact=exact,
            reason=reason,
            tests=tuple(dict.fromkeys(self.tests)),
        )

    # --- the order of steps ---------------------------------------------------------------------------------------

    def verdict(self) -> Verdict:
        only_declared = self.declared is not None and self.declared.trusted
        if not only_declared:
            structural = self.structural()
            if structural is not None:
                return structural
        states = {side: status.state for side, status in self.statuses.items()}
        if State.INFEASIBLE in states.values():
            return self.infeasible()
        attempts = []
        for attempt in self.attempts(only_declared=only_declared):
            positive = self.positive(attempt) if attempt.proved else None
            if positive is not None:
                return positive
            attempts.append(attempt)
            self.refuted |= any(attempt.maps.trusted) and self.refutes(attempt)
        unbounded = [side for side in Side if states[side] is State.UNBOUNDED]
        if len(unbounded) == 2:
            return self.plain(Relation.BOTH_UNBOUNDED, "both objectives improve without end")
        if len(unbounded) == 1 and states[unbounded[0].other] is State.BOUNDED:
            side = unbounded[0]
            reason = f"the objective of {side.value} improves without end, that of {side.other.value} does not"
            return self.plain(Relation.DIFFERENT_PROVED, reason)
        for attempt in attempts:
            negative = self.negative(attempt) if any(attempt.maps.trusted) else None
            if negative is not None:
                return negative
        return self.different(attempts, only_declared=only_declared)

    def structural(self) -> Verdict | None:
        """The verdict where one program is the other with rows and columns renamed, scaled and permuted."""
        for shapes in _PLAIN:
            a, b = self.pair(shapes)
            if a.infeasible or b.infeasible:
                return None
            found = isomorphism(a.linear, b.linear, deadline=self.patience)
            if found is None:
                found = scaled_isomorphism(a.linear, b.linear, deadline=min(self.patience, time.monotonic() + 1))
            if found is not None:
                small = len(a.linear.columns) <= _LARGE
                return self.infeasible() if small and self.both_empty else self.isomorphic(a, b, found)
        return None

    @property
    def both_empty(self) -> bool:
        return all(status.state is State.INFEASIBLE for status in self.statuses.values())

    @property
    def patience(self) -> float:
        return min(self.deadline, time.monotonic() + _SHARE * self.options.time_limit)

    def infeasible(self) -> Verdict:
        states = {side: status.state for side, status in self.statuses.items()}
        if states[Side.A] is states[Side.B]:
            return self.plain(Relation.BOTH_INFEASIBLE, "neither program allows any plan")
        empty = Side.A if states[Side.A] is State.INFEASIBLE else Side.B
        point = self.statuses[empty.other].point
        if point is None:
            reason = f"{empty.value} allows no plan; whether {empty.other.value} allows one is open"
            return self.plain(Relation.UNKNOWN, reason, exact=False)
        values = self.form(empty.other, _DEFINED).lift_point(point)
        labels = self.sides[empty.other].columns
        witness = Witness(
            point={labels[j].label: value for j, value in values.items()},
            mapped={},
            allowed_by=empty.other,
            violated="",
            amount=ZERO,
            exact=True,
        )
        reason = f"{empty.value} allows no plan, {empty.other.value} does"
        return replace(self.plain(Relation.DIFFERENT_PROVED, reason), witness=witness)

    # --- maps and proofs ------------------------------------------------------------------------------------------

    def attempts(self, *, only_declared: bool) -> Iterator[Attempt]:
        """Proofs tried one after the other, the likeliest maps first."""
        if self.declared is not None:
            yield from self.carried_attempts(self.declared_images(), "the declared map", trusted=self.declared.trusted)
        if only_declared:
            return
        a, b = self.sides[Side.A], self.sides[Side.B]
        if a.by_label.keys() & b.by_label.keys():
            names = by_names(a, b), by_names(b, a)
            yield from self.carried_attempts(names, "equal names", trusted=self.names_trusted)
        if self.refuted:
            # Where names are known to mean something, nothing but the same structure speaks against them.
            return
        for shapes in _FORGETFUL:
            yield from self.isomorphic_attempts(shapes, bounds=True)
        if max(len(a.columns), len(b.columns)) > _LARGE:
            return
        for shapes in (*_PLAIN[1:], *_FORGETFUL):
            yield from self.isomorphic_attempts(shapes, bounds=False)
        yield from self.single_plan()
        yield from self.sign_attempts()
        yield from self.cost_attempts()

    def carried_attempts(
        self, images: tuple[dict[int, Expr], dict[int, Expr]], origin: str, *, trusted: bool
    ) -> Iterator[Attempt]:
        """Proofs with images given over original columns.

        Trusted images must be kept: columns that both programs have are not replaced, not even fixed ones.
        """
        for shapes in ((_PROJECTED, _PROJECTED), (_DEFINED, _DEFINED)):
            if trusted and shapes[0] is _DEFINED:
                return
            a, b = self.pair(shapes)
            partial = carried(a, b, images[0]), carried(b, a, images[1])
            yield from self.completed(shapes, partial, origin, trusted=trusted)

    def isomorphic_attempts(self, shapes: Shapes, *, bounds: bool) -> Iterator[Attempt]:
        if not bounds:
            # How a column with two bounds is turned may depend on there being two, in one program only.
            shapes = shapes[0]._replace(turn=False), shapes[1]._replace(turn=False)
        a, b = self.pair(shapes)
        if bounds and a.faithful and b.faithful:
            return
        found = isomorphism(a.linear, b.linear, deadline=self.patience, bounds=bounds)
        if found is not None:
            yield self.attempt(shapes, inverse_of(found.columns, "an isomorphism"))

    def sign_attempts(self) -> Iterator[Attempt]:
        """Bijections that look at signs only, for programs that differ in coefficients without effect."""
        shapes = Shape(Level.DEFINED, turn=False), Shape(Level.DEFINED, turn=False)
        a, b = self.pair(shapes)
        if len(a.linear.columns) == len(b.linear.columns):
            found = bijections(signs_of(a.linear), signs_of(b.linear), deadline=self.patience, bounds=False)
            for columns in islice(found, _GUESSES):
                yield self.attempt(shapes, inverse_of(columns, "equal signs"))

    def cost_attempts(self) -> Iterator[Attempt]:
        a, b = self.sides[Side.A], self.sides[Side.B]
        shapes = _PLAIN[1]
        one, other = self.pair(shapes)
        costs = by_costs(one.linear, other.linear), by_costs(other.linear, one.linear)
        if costs[0]:
            named = carried(one, other, by_names(a, b)), carried(other, one, by_names(b, a))
            both = named[0] | costs[0], named[1] | costs[1]
            yield from self.completed(shapes, both, "equal objective coefficients", trusted=False)

    def declared_images(self) -> tuple[dict[int, Expr], dict[int, Expr]]:
        """The declared map over column numbers. Labels that do not exist are ignored: their columns stay open."""
        assert self.declared is not None
        images = []
        for side, given in ((Side.A, self.declared.forward), (Side.B, self.declared.backward)):
            target, source = self.sides[side].by_label, self.sides[side.other].by_label
            images.append(
                {
                    target[label]: Expr(
                        {source[name]: c for name, c in image.coefficients.items() if c}, image.constant
                    )
                    for label, image in given.items()
                    if label in target and image.coefficients.keys() <= source.keys()
                }
            )
        return images[0], images[1]

    def completed(
        self, shapes: Shapes, partial: tuple[Partial, Partial], origin: str, *, trusted: bool
    ) -> Iterator[Attempt]:
        a, b = self.pair(shapes)
        whole = len(partial[0]) == len(a.linear.columns), len(partial[1]) == len(b.linear.columns)
        for forward in completions(a.linear, b.linear, partial[0]):
            for backward in completions(b.linear, a.linear, partial[1]):
                if time.monotonic() > self.deadline:
                    return
                maps = Maps(forward, backward, origin, (trusted and whole[0], trusted and whole[1]))
                attempt = self.attempt(shapes, maps)
                yield attempt
                if attempt.proved or not attempt.into_a.proved:
                    break

    def single_plan(self) -> Iterator[Attempt]:
        """Where one program allows a single plan, any plan of the other may stand for it."""
        for side in Side:
            here, there = self.statuses[side].point, self.statuses[side.other].point
            source = self.source(side)
            if here is None or there is None or not _is_only_plan(source, here):
                continue
            images = [tuple(Expr({}, point[j]) for j in range(len(point))) for point in (here, there)]
            forward, backward = images if side is Side.A else reversed(images)
            yield self.attempt(_PLAIN[1], Maps(forward, backward, "its only plan", single=True))

    def attempt(self, shapes: Shapes, maps: Maps) -> Attempt:
        a, b = self.pair(shapes)
        source_a, source_b = self.source(Side.A, shapes[0]), self.source(Side.B, shapes[1])
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
            if scale is not None and not self.holds_on_a(a.linear, b.linear, maps, scale, source_a):
                scale = None
        attempt = Attempt(shapes, a, b, maps, into_a, into_b, scale, retraction)
        if not attempt.proved:
            self.tests.append(f"{maps.origin}: {_shortcoming(attempt)}")
        return attempt

    def holds_on_a(self, a: Linear, b: Linear, maps: Maps, scale: Scale, source: Source) -> bool:
        """Whether alpha c_B(g(x)) + beta = c_A(x) on A, which is not said by the same on B."""
        back = substitute(b.objective, maps.backward)
        return vanishes(source, combine([(ONE, a.objective), (-scale.alpha, back)], -scale.beta))

    # --- positive verdicts ----------------------------------------------------------------------------------------

    def isomorphic(self, a: Canonical, b: Canonical, found: Isomorphism) -> Verdict:
        maps = inverse_of(found.columns, "an isomorphism", found.scales)
        scale = Scale(found.alpha, a.linear.objective.constant - found.alpha * b.linear.objective.constant)
        whole = len(a.kept) == len(a.original.columns) and len(b.kept) == len(b.original.columns)
        columns = tuple((a.linear.columns[j].label, b.linear.columns[k].label) for j, k in enumerate(found.columns))
        reason = "A and B are the same, row by row and column by column"
        if not whole:
            reason = "A and B are the same, row by row, once columns that only restate others are replaced"
        if self.names_trusted and any(own != other for own, other in columns):
            reason += "; columns of equal names do not correspond"
        verdict = self.plain(Relation.EQUIVALENT_STRUCTURAL if whole else Relation.EQUIVALENT_PROVED, reason)
        if found.scales:
            reason += "; columns are measured in other units"
            verdict = replace(verdict, reason=reason)
        rows = matched_rows(a.linear, b.linear, found.columns) or ()
        return replace(self.supported(verdict, a, b, maps, scale), matched_columns=columns, matched_rows=rows)

    def positive(self, attempt: Attempt) -> Verdict | None:
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
        verdict = self.plain(relation, reason, exact=exact)
        return replace(
            self.supported(verdict, attempt.a, attempt.b, maps, attempt.scale),
            certificates=certificates,
        )

    def supported(self, verdict: Verdict, a: Canonical, b: Canonical, maps: Maps, scale: Scale) -> Verdict:
        forward, backward = affine_maps(a, b, maps)
        return replace(
            verdict,
            forward=forward,
            backward=backward,
            alpha=scale.alpha,
            beta=scale.beta,
            lemmas=lemmas_of(a, b),
            tests=(),
        )

    # --- negative verdicts ----------------------------------------------------------------------------------------

    def refutes(self, attempt: Attempt) -> bool:
        """Whether a trusted correspondence does not hold."""
        outside = zip((attempt.into_a, attempt.into_b), attempt.maps.trusted, strict=True)
        if any(trusted and containment.outside is not None for containment, trusted in outside):
            return True
        whole = all(attempt.maps.trusted)
        return whole and attempt.into_a.proved and attempt.into_b.proved and attempt.scale is None

    def negative(self, attempt: Attempt) -> Verdict | None:
        """What a trusted correspondence refutes."""
        by = f"by {attempt.maps.origin}"
        containments = {Side.A: attempt.into_a, Side.B: attempt.into_b}
        trusted = dict(zip(Side, attempt.maps.trusted, strict=True))
        broken = [side for side in Side if trusted[side] and containments[side].outside is not None]
        if self.contract is Contract.OPTIMUM and all(trusted.values()) and self.same_best_plans(attempt):
            return self.plain(Relation.SAME_OPTIMA_PROVED, f"the best plans are the same, of the same worth, {by}")
        if broken:
            side = broken[0]
            witness = witness_outside(attempt.a, attempt.b, attempt.maps, containments[side], side)
            other = containments[side.other]
            if len(broken) == 1 and other.proved:
                relation = Relation.LOOSER if side is Side.A else Relation.STRICTER
                reason = f"B allows {'more' if side is Side.A else 'less'} than A {by}"
                verdict = self.plain(relation, reason, exact=other.exact)
                same = self.same_optimum(attempt, larger=side.other)
                return replace(verdict, witness=witness, certificates=other.certificates, same_optimum=same)
            reason = f"{side.other.value} allows what {side.value} forbids {by}"
            if len(broken) == 2:
                reason += ", and the other way round"
            return replace(self.plain(Relation.DIFFERENT_PROVED, reason), witness=witness)
        if all(trusted.values()) and attempt.into_a.proved and attempt.into_b.proved and attempt.scale is None:
            return self.other_objective(attempt, by)
        return None

    def other_objective(self, attempt: Attempt, by: str) -> Verdict | None:
        mapped = substitute(attempt.a.linear.objective, attempt.maps.forward)
        difference = no_common_scale(self.source(Side.B, attempt.shapes[1]), mapped, attempt.b.linear.objective)
        if difference is None or self.contract is Contract.OPTIMUM:
            return None
        reason = f"the same plans, but not of the same worth {by}: {difference}"
        return self.plain(Relation.DIFFERENT_PROVED, reason)

    def same_best_plans(self, attempt: Attempt) -> bool:
        """Whether both have the same optimal value and each optimal plan of one is one of the other, exactly."""
        faces = []
        for side, form in ((Side.A, attempt.a), (Side.B, attempt.b)):
            best = optimum_of(self.source(side, attempt.shapes[list(Side).index(side)]))
            if best is None or not best.exact:
                return False
            cap = scaled_row("optimal", form.linear.objective.terms, None, best.value - form.linear.objective.constant)
            rows = (*form.linear.rows, cap) if cap.terms else form.linear.rows
            faces.append((best.value, Source(replace(form.linear, rows=rows), self.deadline)))
        (value_a, face_a), (value_b, face_b) = faces
        if value_a != value_b:
            return False
        into_a = contained(face_b, face_a.linear, attempt.maps.forward, Side.A, thorough=False)
        if not (into_a.proved and into_a.exact):
            return False
        into_b = contained(face_a, face_b.linear, attempt.maps.backward, Side.B, thorough=False)
        return into_b.proved and into_b.exact

    def same_optimum(self, attempt: Attempt, *, larger: Side) -> bool | None:
        """Whether the optimal values agree, where one program allows more and the objective is the same."""
        shapes = dict(zip(Side, attempt.shapes, strict=True))
        smaller = self.source(larger.other, shapes[larger.other])
        inner, outer = (attempt.a, attempt.b) if larger is Side.B else (attempt.b, attempt.a)
        into_outer = attempt.maps.backward if larger is Side.B else attempt.maps.forward
        mapped = substitute(outer.linear.objective, into_outer)
        scale = objective_scale(smaller, inner.linear.objective, mapped)
        best = optimum_of(smaller)
        if scale is None or best is None or not best.exact:
            return None
        value = outer.linear.objective.at(image_point(into_outer, best.point))
        terms = {j: -c for j, c in outer.linear.objective.terms.items()}
        settled = self.source(larger, shapes[larger]).at_most(terms, outer.linear.objective.constant - value)
        return True if settled.exact else False if settled.point is not None else None

    def different(self, attempts: list[Attempt], *, only_declared: bool) -> Verdict:
        """What no map can change, else unknown."""
        states = [self.statuses[side].state for side in Side]
        if states == [State.BOUNDED, State.BOUNDED] and time.monotonic() < self.deadline:
            sources = self.source(Side.A), self.source(Side.B)
            reason = differing_optima(*sources) if self.options.same_units else ""
            if not reason and self.contract is Contract.DECISIONS:
                reason = differing_values(*sources)
            if reason:
                return self.plain(Relation.DIFFERENT_PROVED, reason)
        if time.monotonic() >= self.deadline:
            reason = f"the time limit of {self.options.time_limit:g} s was reached"
        elif attempts:
            reason = f"no map could be proved; {attempts[0].maps.origin}: {_shortcoming(attempts[0])}"
        else:
            reason = "no map between the columns was found"
        return self.plain(Relation.UNKNOWN, reason, exact=False)


def _is_only_plan(source: Source, point: Point) -> bool:
    """Whether the point is the only feasible one, exactly."""
    if source.points is not None:
        return len(source.points) == 1
    return all(
        source.at_most({j: Fraction(sign)}, sign * value).exact for j, value in point.items() for sign in (1, -1)
    )


def _shortcoming(attempt: Attempt) -> str:
    for side, containment in ((Side.A, attempt.into_a), (Side.B, attempt.into_b)):
        if containment.outside is not None:
            return f"{side.other.value} allows a plan that {side.value} forbids by '{containment.violated}'"
        if containment.reason:
            return containment.reason
    return "the objectives do not agree"
