"""The theorem behind every positive verdict, checked row by row.

If f takes the plans of B into those of A and g those of A into B, and c_A(f(y)) <= alpha c_B(y) + beta on B,
alpha c_B(g(x)) + beta <= c_A(x) on A for some alpha > 0, then the optimal values correspond and both maps take
optima to optima: c_A(f(y*)) <= alpha c_B(y*) + beta <= alpha c_B(g(x)) + beta <= c_A(x) for all x. If besides
f(g(x)) = x on A, every plan of A is the image of a plan of B of the same worth: the same decisions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from equivalence.bounding import Settled, Source
from equivalence.exact import (
    ONE,
    ZERO,
    ExactColumn,
    Expr,
    Linear,
    Point,
    Row,
    combine,
    first_violation,
    scaled_row,
    substitute,
)
from equivalence.propagation import integer_valued
from equivalence.verdict import Certificate, Side

#: Equality rows are used to simplify expressions in programs of up to this many of them.
LARGEST_ELIMINATION = 150
#: Factors between two objectives that are tried.
_RATIOS = 5


@dataclass(frozen=True)
class Containment:
    """Whether a map takes one feasible set into another.

    certificates: one for each row, bound and integrality that holds. outside: a point of the source whose image the
    target forbids by ``violated`` by ``amount``. reason: what stayed open.
    """

    certificates: tuple[Certificate, ...]
    outside: Point | None = None
    violated: str = ""
    amount: Fraction = ZERO
    reason: str = ""

    @property
    def proved(self) -> bool:
        return self.outside is None and not self.reason

    @property
    def exact(self) -> bool:
        return all(certificate.exact for certificate in self.certificates)


def contained(source: Source, target: Linear, images: Sequence[Expr], side: Side, *, thorough: bool) -> Containment:
    """Whether ``images`` (a target column each) takes every feasible point of the source to one of the target.

    ``side`` is the target's. ``thorough`` goes on after a requirement that stays open, for a point outside is worth
    finding.
    """
    certificates: list[Certificate] = []
    reason = ""
    for requirement, name in _requirements(source, target, images):
        settled = requirement if isinstance(requirement, Settled) else _bounded(source, requirement)
        if settled.point is not None:
            image = image_point(images, settled.point)
            violation = first_violation(target, image)
            if violation is not None and first_violation(source.linear, settled.point) is None:
                return Containment(tuple(certificates), settled.point, violation.label, violation.amount)
            settled = Settled(reason="a point outside could not be confirmed")
        if settled.method:
            certificates.append(Certificate(side, name, settled.method))
            continue
        reason = reason or f"'{name}' of {side.value} is open: {settled.reason}"
        if not thorough:
            break
    return Containment(tuple(certificates), reason=reason)


@dataclass(frozen=True, slots=True)
class _AtMost:
    expr: Expr
    upper: Fraction


def _requirements(source: Source, target: Linear, images: Sequence[Expr]) -> Iterator[tuple[_AtMost | Settled, str]]:
    plain = _plain(images)
    for row in target.rows:
        if _same_row(source.linear, row, plain):
            yield Settled("same row"), row.label
            continue
        body = combine((Fraction(c), images[j]) for j, c in row.terms.items())
        if row.upper is not None:
            yield _AtMost(body, row.upper), row.label
        if row.lower is not None:
            yield _AtMost(combine([(-ONE, body)]), -row.lower), row.label
    for col, image, k in zip(target.columns, images, plain, strict=True):
        if k is not None and _within(source.linear.columns[k], col):
            if col.lower is not None or col.upper is not None:
                yield Settled("bounds"), f"bound of {col.label}"
            continue
        if col.upper is not None:
            yield _AtMost(image, col.upper), f"bound of {col.label}"
        if col.lower is not None:
            yield _AtMost(combine([(-ONE, image)]), -col.lower), f"bound of {col.label}"
        if col.integer and not integer_valued(image, source.linear):
            yield _integral(source, image), f"integrality of {col.label}"


def _plain(images: Sequence[Expr]) -> list[int | None]:
    """The source column that each image is, None where it is something else."""
    return [
        next(iter(image.terms)) if not image.constant and list(image.terms.values()) == [1] else None
        for image in images
    ]


def _same_row(linear: Linear, row: Row, plain: Sequence[int | None]) -> bool:
    """Whether the source has the row, as tight or tighter, column by column."""
    columns = [plain[j] for j in row.terms]
    known = [k for k in columns if k is not None]
    if len(set(known)) < len(columns):
        # Without an image of its own, or with one that another column has too, the row is another one.
        return False
    twin = linear.row_index.get(frozenset(zip(known, row.terms.values(), strict=True)))
    return (
        twin is not None
        and (row.upper is None or (twin.upper is not None and twin.upper <= row.upper))
        and (row.lower is None or (twin.lower is not None and twin.lower >= row.lower))
    )


def _within(own: ExactColumn, wanted: ExactColumn) -> bool:
    return (
        (own.integer or not wanted.integer)
        and (wanted.upper is None or (own.upper is not None and own.upper <= wanted.upper))
        and (wanted.lower is None or (own.lower is not None and own.lower >= wanted.lower))
    )


def _bounded(source: Source, requirement: _AtMost) -> Settled:
    return source.at_most(requirement.expr.terms, requirement.upper - requirement.expr.constant)


def _integral(source: Source, image: Expr) -> Settled:
    """Whether an expression is an integer at every feasible point of the source."""
    if source.points is not None:
        for number in range(len(source.points)):
            point = source.points.point(number)
            if image.at(point).denominator != 1:
                return Settled(point=point)
        return Settled("enumeration")
    simple = Reducer(source.linear).reduced(image)
    if integer_valued(simple, source.linear):
        return Settled("equalities")
    constant = constant_value(source, simple)
    if constant is not None and constant.denominator == 1:
        return Settled("one value")
    return _fractional(source, image)


def _fractional(source: Source, image: Expr) -> Settled:
    """A feasible point at which the expression lies between integers."""
    point = source.feasible_point()
    if point is None:
        return Settled(reason="no exact feasible point was found")
    near = math.floor(image.at(point))
    for value in (near + Fraction(1, 2), near - Fraction(1, 2), near + Fraction(3, 2), near + Fraction(1, 3)):
        between = scaled_row("between integers", image.terms, value - image.constant, value - image.constant)
        cut = Source(replace(source.linear, rows=(*source.linear.rows, between)), source.deadline)
        point = cut.feasible_point()
        if point is not None:
            return Settled(point=point)
    return Settled(reason="integrality is not evident")


def image_point(images: Sequence[Expr], point: Point) -> dict[int, Fraction]:
    return {j: image.at(point) for j, image in enumerate(images)}


class Reducer:
    """Rewrites expressions by the equality rows of a program, so that those equal on its feasible set look alike."""

    def __init__(self, linear: Linear) -> None:
        self.pivots: dict[int, Expr] = {}
        equalities = [row for row in linear.rows if row.lower is not None and row.lower == row.upper]
        for row in equalities[:LARGEST_ELIMINATION]:
            self._learn(row)

    def _learn(self, row: Row) -> None:
        assert row.lower is not None
        expr = self.reduced(Expr({j: Fraction(c) for j, c in row.terms.items()}, -row.lower))
        if not expr.terms:
            return
        pivot = max(expr.terms)
        c = expr.terms[pivot]
        solved = Expr({j: -v / c for j, v in expr.terms.items() if j != pivot}, -expr.constant / c)
        for known, image in self.pivots.items():
            if pivot in image.terms:
                self.pivots[known] = _replaced(image, {pivot: solved})
        self.pivots[pivot] = solved

    def reduced(self, expr: Expr) -> Expr:
        return _replaced(expr, self.pivots) if any(j in self.pivots for j in expr.terms) else expr


def _replaced(expr: Expr, images: dict[int, Expr]) -> Expr:
    kept = Expr({j: c for j, c in expr.terms.items() if j not in images}, expr.constant)
    return combine([(ONE, kept), *((c, images[j]) for j, c in expr.terms.items() if j in images)])


@dataclass(frozen=True, slots=True)
class Scale:
    """``c_A(f(y)) = alpha c_B(y) + beta`` on the feasible set of B."""

    alpha: Fraction
    beta: Fraction


def objective_scale(source: Source, mapped: Expr, own: Expr) -> Scale | None:
    """The relation of a mapped objective to the source's own on its feasible set; None if none was proved."""
    reducer = Reducer(source.linear)
    mapped, own = reducer.reduced(mapped), reducer.reduced(own)
    if not own.terms or not mapped.terms:
        constants = [constant_value(source, expr) for expr in (mapped, own)]
        if constants[0] is None or constants[1] is None:
            return None
        return Scale(ONE, constants[0] - constants[1])
    found = [mapped.terms.get(j, ZERO) / c for j, c in own.terms.items()]
    ratios = [ratio for ratio in dict.fromkeys([*found, ONE]) if ratio > 0][:_RATIOS]
    for alpha in ratios:
        difference = combine([(ONE, mapped), (-alpha, own)])
        if not difference.terms:
            return Scale(alpha, difference.constant)
    constants = [constant_value(source, expr) for expr in (mapped, own)]
    if constants[0] is not None and constants[1] is not None:
        return Scale(ONE, constants[0] - constants[1])
    for alpha in ratios:
        constant = constant_value(source, combine([(ONE, mapped), (-alpha, own)]))
        if constant is not None:
            return Scale(alpha, constant)
    return None


def vanishes(source: Source, expr: Expr) -> bool:
    """Whether the expression is zero at every feasible point, exactly."""
    return constant_value(source, Reducer(source.linear).reduced(expr)) == 0


def constant_value(source: Source, expr: Expr) -> Fraction | None:
    """The value of an expression that is exactly the same at all feasible points."""
    if not expr.terms:
        return expr.constant
    points = source.samples
    if not points or any(expr.at(point) != expr.at(points[0]) for point in points[1:]):
        return None
    there = expr.at(points[0]) - expr.constant
    opposite = {j: -c for j, c in expr.terms.items()}
    above = source.at_most(expr.terms, there)
    below = source.at_most(opposite, -there) if above.exact else above
    return there + expr.constant if above.exact and below.exact else None


def identity_after(first: Sequence[Expr], then: Sequence[Expr], linear: Linear) -> bool:
    """Whether mapping by ``first`` and back by ``then`` changes no feasible point of the program."""
    reducer = Reducer(linear)
    for j, back in enumerate(then):
        returned = substitute(back, first)
        if not returned.constant and returned.terms == {j: ONE}:
            continue
        change = combine([(ONE, returned), (-ONE, Expr({j: ONE}))])
        change = reducer.reduced(change)
        if change.terms or change.constant:
            return False
    return True
