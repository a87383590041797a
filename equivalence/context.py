"""What the steps of one comparison share: limits, canonical forms, and what is known of the two programs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from equivalence.bounding import Source
from equivalence.canonical import Canonical, Level, canonical
from equivalence.exact import Expr, Linear, Point
from equivalence.labels import running_numbers
from equivalence.status import Optimum, State, Status, optimum_of, status_of
from equivalence.verdict import Affine, Contract, Relation, Side, Verdict


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
NORMAL, SUMMED, CLEAR, OUTRIGHT, DEFINED, MERGED, EPIGRAPH, LEAN, PROJECTED = map(Shape, Level)

#: The share of the time that one search for an isomorphism may take.
_SHARE = 0.25


class Context:
    """Two programs, the question and the limits; canonical forms and what is known of them are made once."""

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
        self.sources: dict[int, Source] = {}
        self.optima: dict[tuple[Side, Shape], Optimum | None] = {}
        self.wholes: dict[Side, Source] = {}
        self.tests: list[str] = []

    def form(self, side: Side, shape: Shape) -> Canonical:
        known = self.forms.get((side, shape))
        if known is None:
            keep = frozenset(self.sides[side.other].by_label) | self.meant(side)
            known = canonical(self.sides[side], shape.level, keep, turn=shape.turn)
            for other in self.forms.values():
                if other.original is known.original and other.kept == known.kept and other.removals == known.removals:
                    # The same steps make the same form: what is known of it need not be found out again.
                    known = other
                    break
            self.forms[side, shape] = known
        return known

    def meant(self, side: Side) -> frozenset[str]:
        """The columns of a side of which a trusted declared map says what they are, or what others are by them."""
        if self.declared is None or not self.declared.trusted:
            return frozenset()
        own, other = self.declared.forward, self.declared.backward
        if side is Side.B:
            own, other = other, own
        return frozenset(own) | {label for image in other.values() for label in image.coefficients}

    def pair(self, shapes: Shapes) -> tuple[Canonical, Canonical]:
        return self.form(Side.A, shapes[0]), self.form(Side.B, shapes[1])

    def source(self, side: Side, shape: Shape = DEFINED) -> Source:
        form = self.form(side, shape)
        known = self.sources.get(id(form))
        if known is None:
            known = self.sources[id(form)] = Source(form.linear, self.deadline)
        return known

    def whole(self, side: Side) -> Source:
        """The program as it was given, to prove bounds over."""
        if side not in self.wholes:
            self.wholes[side] = Source(self.sides[side], self.deadline)
        return self.wholes[side]

    def optimum(self, side: Side, shape: Shape = DEFINED) -> Optimum | None:
        """The optimal value with its proof, exact or not; None where none was found."""
        if (side, shape) not in self.optima:
            self.optima[side, shape] = optimum_of(self.source(side, shape))
        return self.optima[side, shape]

    @property
    def expired(self) -> bool:
        return time.monotonic() > self.deadline

    @property
    def patience(self) -> float:
        """Until when one search may last."""
        return min(self.deadline, time.monotonic() + _SHARE * self.options.time_limit)

    @cached_property
    def statuses(self) -> dict[Side, Status]:
        found = {}
        for side in Side:
            contradiction = self.form(side, DEFINED).infeasible
            found[side] = Status(State.INFEASIBLE) if contradiction else status_of(self.source(side))
        return found

    @property
    def settled(self) -> bool:
        """Whether anybody has asked for the statuses so far."""
        return "statuses" in vars(self)

    @property
    def bounded(self) -> bool:
        """Whether both programs are known to have an optimum."""
        return all(self.statuses[side].state is State.BOUNDED for side in Side)

    @cached_property
    def same_names(self) -> bool:
        """Whether both programs declare the same column labels."""
        a, b = self.sides[Side.A].by_label.keys(), self.sides[Side.B].by_label.keys()
        return bool(a) and a == b

    @cached_property
    def names_trusted(self) -> bool:
        """Whether equal labels are known to mean the same: where one program's labels are among the other's."""
        a, b = self.sides[Side.A].by_label.keys(), self.sides[Side.B].by_label.keys()
        return self.options.trust_names and bool(a) and bool(b) and (a <= b or b <= a)

    @cached_property
    def names_telling(self) -> bool:
        """Whether labels say something: x1, x2, ... are numbers, and may be dealt out in any order."""
        return self.names_trusted and not running_numbers(self.sides[Side.A].by_label)

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

    def lifted(self, side: Side, point: Point) -> dict[str, Fraction]:
        """A point of the defined form in the user's labels."""
        labels = self.sides[side].columns
        return {labels[j].label: value for j, value in self.form(side, DEFINED).lift_point(point).items()}

    def plain(self, relation: Relation, reason: str, *, exact: bool = True) -> Verdict:
        return Verdict(
            relation=relation,
            contract=self.contract,
            exact=exact,
            reason=reason,
            tests=tuple(dict.fromkeys(self.tests)),
        )
