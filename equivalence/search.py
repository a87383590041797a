"""One comparison of two linear programs: names and structure, then proofs with ever bolder maps, then refutations."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from equivalence import finite
from equivalence.attempts import LARGE, PLAIN, Attempt, Attempts
from equivalence.canonical import Level
from equivalence.context import Context, DeclaredMap, Options
from equivalence.exact import ZERO, Expr, Linear, substitute
from equivalence.faces import BestPlans, best_plans
from equivalence.negatives import negative, undecided
from equivalence.positives import isomorphic, positive, supported
from equivalence.scaling import scaled_isomorphism
from equivalence.status import State
from equivalence.structure import Isomorphism, isomorphism, objective_scale, same, same_numbers
from equivalence.verdict import AffineMap, Contract, Relation, Side, Verdict, Witness

__all__ = ["Comparison", "DeclaredMap", "Options"]

#: Attempts whose best plans are compared.
_FACES = 12


class Comparison:
    """One comparison, step by step."""

    def __init__(
        self,
        a: Linear,
        b: Linear,
        contract: Contract,
        options: Options,
        declared: DeclaredMap | None,
        started: float,
    ) -> None:
        self.context = Context(a, b, contract, options, declared, started)
        self.attempts = Attempts(self.context)
        self.made: list[Attempt] = []
        self.refuted = False
        self.other: AffineMap | None = None

    def verdict(self) -> Verdict:
        only_declared = self.context.declared is not None and self.context.declared.trusted
        if not only_declared:
            found = self.by_structure()
            if found is not None:
                return found
        states = {side: status.state for side, status in self.context.statuses.items()}
        if State.INFEASIBLE in states.values():
            return self.infeasible()
        return self.by_proof(only_declared=only_declared) or self.by_refutation(states)

    # --- structure ------------------------------------------------------------------------------------------------

    def by_structure(self) -> Verdict | None:
        """The verdict where one program is the other with rows and columns renamed, scaled and permuted.

        Equal names come first: where they mean something, another correspondence is not what was asked for.
        """
        context = self.context
        if context.same_names and context.options.trust_names:
            return self.same_by_name()
        return self.same_by_isomorphism(context.patience)

    def same_by_name(self) -> Verdict | None:
        for shapes in PLAIN:
            a, b = self.context.pair(shapes)
            if a.infeasible or b.infeasible or a.linear.by_label.keys() != b.linear.by_label.keys():
                return None
            columns = tuple(b.linear.by_label[col.label] for col in a.linear.columns)
            alpha = objective_scale(a.linear) / objective_scale(b.linear)
            if same(a.linear, b.linear, columns, alpha):
                verdict = isomorphic(self.context, a, b, Isomorphism(columns, alpha), "equal names")
                if verdict.by_name:
                    # Columns that were turned on the way, in one program only, are not those of their names.
                    return self.unless_empty(verdict)
        return None

    def same_by_isomorphism(self, deadline: float) -> Verdict | None:
        for shapes in PLAIN:
            a, b = self.context.pair(shapes)
            if a.infeasible or b.infeasible:
                return None
            found = isomorphism(a.linear, b.linear, deadline=deadline)
            if found is None:
                found = scaled_isomorphism(a.linear, b.linear, deadline=min(deadline, time.monotonic() + 1))
            if found is not None:
                return self.unless_empty(isomorphic(self.context, a, b, found, "an isomorphism"))
        return None

    def unless_empty(self, verdict: Verdict) -> Verdict:
        """The verdict, unless the programs are small and found to allow no plan at all."""
        small = len(self.context.sides[Side.A].columns) <= LARGE
        if small and all(status.state is State.INFEASIBLE for status in self.context.statuses.values()):
            return self.infeasible()
        return verdict

    def infeasible(self) -> Verdict:
        context = self.context
        states = {side: status.state for side, status in context.statuses.items()}
        if states[Side.A] is states[Side.B]:
            return context.plain(Relation.BOTH_INFEASIBLE, "neither program allows any plan")
        empty = Side.A if states[Side.A] is State.INFEASIBLE else Side.B
        point = context.statuses[empty.other].point
        if point is None:
            reason = f"{empty.value} allows no plan; whether {empty.other.value} allows one is open"
            return context.plain(Relation.UNKNOWN, reason, exact=False)
        values = context.lifted(empty.other, point)
        witness = Witness(point=values, mapped={}, allowed_by=empty.other, violated="", amount=ZERO, exact=True)
        reason = f"{empty.value} allows no plan, {empty.other.value} does"
        return replace(context.plain(Relation.DIFFERENT_PROVED, reason), witness=witness)

    # --- proofs ---------------------------------------------------------------------------------------------------

    def by_proof(self, *, only_declared: bool) -> Verdict | None:
        """The first positive verdict that a map proves."""
        context, attempts = self.context, self.attempts
        if context.declared is not None:
            images = context.declared_images()
            found = self.first(attempts.carried(images, "the declared map", trusted=context.declared.trusted))
            if found is not None or only_declared:
                return found
        found = self.first(attempts.by_name()) or finite.by_names(context)
        if found is not None:
            return found
        if context.same_names and context.options.trust_names:
            found = self.by_other_names()
        if found is not None or self.refuted:
            # Where names are known to mean something, nothing but the same structure speaks against them.
            return found
        return (
            self.first(attempts.by_structure())
            or self.first(attempts.by_guess())
            or finite.by_guess(context)
            or self.first(attempts.by_slacks())
        )

    def first(self, attempts: Iterable[Attempt]) -> Verdict | None:
        """The verdict of the first attempt that is a proof; the others are kept."""
        for attempt in attempts:
            found = positive(self.context, attempt) if attempt.proved else None
            if found is not None:
                return found
            self.made.append(attempt)
            self.refuted |= attempt.refuted
        return None

    def same_best_plans(self) -> Verdict | None:
        """Whether the best plans are the same under one of the maps that proved nothing about all plans.

        Under a map that is only a guess, best plans must correspond both ways. Under a trusted one it is enough that
        those of one program are best plans of the other, whose every plan may then be sent to one of them.
        """
        for attempt in self.made[:_FACES]:
            if self.context.expired:
                break
            trusted = all(attempt.maps.trusted)
            if not trusted and (self.refuted or not _whole(attempt)):
                continue
            found = best_plans(self.context, attempt)
            verdict = None if found is None else self.best(attempt, found, trusted=trusted)
            if verdict is not None:
                return verdict
        return None

    def best(self, attempt: Attempt, found: BestPlans, *, trusted: bool) -> Verdict | None:
        ways = [found.into_a.proved and found.into_a.exact, found.into_b.proved and found.into_b.exact]
        by = f"by {attempt.maps.origin}"
        if all(ways):
            reason = f"the best plans are the same, of the same worth, {by}"
        elif any(ways) and trusted:
            inner = Side.B if ways[0] else Side.A
            reason = f"the best plans of {inner.value} are best plans of {inner.other.value}, of the same worth, {by}"
        else:
            return None
        certificates = tuple(c for way in (found.into_a, found.into_b) if way.proved for c in way.certificates)
        verdict = self.context.plain(Relation.SAME_OPTIMA_PROVED, reason)
        verdict = supported(self.context, verdict, attempt.a, attempt.b, attempt.maps, found.scale)
        return replace(verdict, certificates=certificates)

    # --- refutations ----------------------------------------------------------------------------------------------

    def by_refutation(self, states: dict[Side, State]) -> Verdict:
        context = self.context
        if context.contract is Contract.OPTIMUM and context.bounded:
            found = self.same_best_plans()
            if found is not None:
                return found
        unbounded = [side for side in Side if states[side] is State.UNBOUNDED]
        if len(unbounded) == 2:
            return context.plain(Relation.BOTH_UNBOUNDED, "both objectives improve without end")
        if len(unbounded) == 1 and states[unbounded[0].other] is State.BOUNDED:
            side = unbounded[0]
            reason = f"the objective of {side.value} improves without end, that of {side.other.value} does not"
            return context.plain(Relation.DIFFERENT_PROVED, reason)
        for attempt in self.made:
            found = negative(context, attempt) if any(attempt.maps.trusted) else None
            if found is not None:
                return self.by_names(found)
        return undecided(context, self.made)

    def by_other_names(self) -> Verdict | None:
        """The verdict where the programs are the same once columns exchange their names.

        That may be meant: x[i, j] of one is x[j, i] of the other, and x1, x2, ... are dealt out in any order. A column
        that must be shifted or turned around besides is not the one of its name: this is kept as an aside.
        """
        if self.refuted and not same_numbers(*self.context.sides.values()):
            return None
        found = self.same_by_isomorphism(self.context.patience)
        if found is None or found.forward is None or not self.refuted or not self.context.names_telling:
            return found
        if all(
            not image.constant and list(image.coefficients.values()) == [1] for image in found.forward.columns.values()
        ):
            return found
        self.other = found.forward
        return None

    def by_names(self, verdict: Verdict) -> Verdict:
        """The verdict by equal names, with a word about another map under which the programs are the same."""
        if not self.context.names_trusted or self.context.declared is not None:
            return verdict
        reason = verdict.reason
        if self.other is not None:
            reason += "; they are the same only if columns are turned or shifted and exchange their names"
        return replace(verdict, reason=reason, by_name=True, other_map=self.other)


def _whole(attempt: Attempt) -> bool:
    """Whether a guess renames columns, sums of them included, and nothing else.

    Whatever shifts, turns or forgets columns relates the best plans of programs that have nothing to do with each
    other; it must prove all plans equivalent, or be meant.
    """
    a, b, maps = attempt.a, attempt.b, attempt.maps
    projected = any(shape.level >= Level.LEAN for shape in attempt.shapes)
    if not maps.forward or not maps.backward or (projected and not (a.faithful or b.faithful)):
        return False
    for own, image in zip(a.project, maps.forward, strict=True):
        other = substitute(image, b.project)
        if not image.terms or own.constant != other.constant or _signs(own) != _signs(other):
            return False
    return all(image.terms for image in maps.backward)


def _signs(expr: Expr) -> set[bool]:
    return {c > 0 for c in expr.terms.values()}
