"""The quadratic part of a symbolic expression taken out: ``sum(q[i, j]*x[i]*x[j] for ...)`` as terms (q, x, x)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formulations.exports.extremes import ONE, ZERO, minus, negated, plus, times
from formulations.exports.parsed import Parsed
from formulations.expression import (
    Aggregate,
    Binary,
    Binder,
    Call,
    Expression,
    Item,
    Junction,
    Name,
    Negative,
    Number,
    walk,
)

#: Calls that a rewrite for a target puts in, each of which stands for a variable or a linear expression.
AFFINE_CALLS = (
    "absolute",
    "absolute_above",
    "largest",
    "largest_above",
    "smallest",
    "smallest_below",
    "piecewise",
    "piecewise_above",
    "piecewise_below",
    "switched",
)
BEYOND = 3


def degree(node: Expression, parsed: Parsed) -> int:
    """The polynomial degree in the variables, BEYOND for everything above 2."""
    if parsed.is_data(node):
        return 0
    match node:
        case Name() | Item() | Call(function="switched"):
            return 1
        case Negative(operand=operand):
            return degree(operand, parsed)
        case Binary(operator="+" | "-", left=left, right=right):
            return max(degree(left, parsed), degree(right, parsed))
        case Binary(operator="*", left=left, right=right):
            return min(BEYOND, degree(left, parsed) + degree(right, parsed))
        case Binary(operator="/", left=left, right=right) if parsed.is_data(right):
            return degree(left, parsed)
        case Call(function="square", arguments=(base,)) | Binary(operator="**", left=base, right=Number(value=2.0)):
            return min(BEYOND, 2 * degree(base, parsed))
        case Aggregate(function="sum", body=body):
            return degree(body, parsed)
        case Call(function=function) if function in AFFINE_CALLS:
            return 1
    return BEYOND


@dataclass(frozen=True)
class QuadraticTerm:
    """``coefficient*left*right`` for every combination of the binders; left and right are affine."""

    coefficient: Expression
    left: Expression
    right: Expression
    binders: tuple[Binder, ...] = ()
    condition: Expression | None = None

    def scaled(self, factor: Expression) -> QuadraticTerm:
        return replace(self, coefficient=times(factor, self.coefficient))


def split(node: Expression, parsed: Parsed) -> tuple[Expression, tuple[QuadraticTerm, ...]]:
    """What is not quadratic, and the quadratic terms, whose sum is the expression."""
    own = degree(node, parsed)
    if own < 2:
        return node, ()
    match node:
        case Negative(operand=operand):
            rest, terms = split(operand, parsed)
            return negated(rest), tuple(replace(t, coefficient=negated(t.coefficient)) for t in terms)
        case Binary(operator="+" | "-" as operator, left=left, right=right):
            first, first_terms = split(left, parsed)
            second, second_terms = split(right if operator == "+" else Negative(right), parsed)
            if isinstance(second, Negative):
                return minus(first, second.operand), (*first_terms, *second_terms)
            return plus(first, second), (*first_terms, *second_terms)
        case Binary(operator="*", left=factor, right=other) if parsed.is_data(factor):
            return _scaled(other, factor, parsed)
        case Binary(operator="*", left=other, right=factor) if parsed.is_data(factor):
            return _scaled(other, factor, parsed)
        case Binary(operator="/", left=other, right=divisor) if parsed.is_data(divisor):
            return _scaled(other, Binary("/", ONE, divisor), parsed)
        case Binary(operator="*", left=left, right=right) if own == 2:
            return _product(left, right, parsed)
        case Call(function="square", arguments=(base,)) | Binary(operator="**", left=base, right=Number(value=2.0)) if (
            own == 2
        ):
            return ZERO, (QuadraticTerm(ONE, base, base),)
        case Aggregate(function="sum", body=body):
            rest, terms = split(body, parsed)
            rest = ZERO if rest == ZERO else replace(node, body=rest)
            return rest, tuple(_inside(term, node) for term in terms)
    return node, ()


def _product(left: Expression, right: Expression, parsed: Parsed) -> tuple[Expression, tuple[QuadraticTerm, ...]]:
    """The product of two affine expressions, multiplied out unless it is a square."""
    if left != right:
        for factor, other in ((left, right), (right, left)):
            match other:
                case Binary(operator="+" | "-", left=a, right=b):
                    parts = replace(other, left=Binary("*", factor, a), right=Binary("*", factor, b))
                    return split(parts, parsed)
                case Aggregate(function="sum", body=body) if not _names(factor) & _bound(other):
                    return split(replace(other, body=Binary("*", factor, body)), parsed)
    (c, first), (d, second) = unscaled(left, parsed), unscaled(right, parsed)
    return ZERO, (QuadraticTerm(times(c, d), first, second),)


def _bound(node: Expression) -> set[str]:
    return {name for part in walk(node) for binder in getattr(part, "binders", ()) for name in binder.names}


def _names(node: Expression) -> set[str]:
    """Every index name that the expression mentions or binds."""
    return {part.name for part in walk(node) if isinstance(part, Name)} | _bound(node)


def unscaled(node: Expression, parsed: Parsed) -> tuple[Expression, Expression]:
    """A data coefficient and what it multiplies."""
    match node:
        case Negative(operand=operand):
            coefficient, inner = unscaled(operand, parsed)
            return negated(coefficient), inner
        case Binary(operator="*", left=factor, right=other) if parsed.is_data(factor):
            coefficient, inner = unscaled(other, parsed)
            return times(factor, coefficient), inner
        case Binary(operator="*" | "/" as operator, left=other, right=factor) if parsed.is_data(factor):
            coefficient, inner = unscaled(other, parsed)
            return (times(coefficient, factor) if operator == "*" else Binary("/", coefficient, factor)), inner
    return ONE, node


def _scaled(node: Expression, factor: Expression, parsed: Parsed) -> tuple[Expression, tuple[QuadraticTerm, ...]]:
    rest, terms = split(node, parsed)
    return times(factor, rest), tuple(term.scaled(factor) for term in terms)


def _inside(term: QuadraticTerm, aggregate: Aggregate) -> QuadraticTerm:
    """The term with the loops and the condition of the sum it stands in."""
    conditions = [c for c in (aggregate.condition, term.condition) if c is not None]
    joined = Junction("and", tuple(conditions)) if len(conditions) > 1 else next(iter(conditions), None)
    return replace(term, binders=(*aggregate.binders, *term.binders), condition=joined)


def listed(terms: tuple[QuadraticTerm, ...]) -> Expression:
    """The terms as ``items(tuple(c, left, right), each(sum(tuple(...) for ...)))``."""
    items = []
    for term in terms:
        body = Call("tuple", (term.coefficient, term.left, term.right))
        if term.binders:
            items.append(Call("each", (Aggregate("sum", body, term.binders, term.condition),)))
        else:
            items.append(body)
    return Call("items", tuple(items))
