"""The rules of disciplined convex programming on symbolic expressions, and their rewriting into CVXPY's atoms.

A term is asked for with a position: 1 wants it convex, -1 concave, 0 affine. It is rewritten, or refused by name.
``abs``, ``exp``, ``log``, ``sqrt``, powers, quotients, ``min`` and ``max`` have their atoms; ``x*log(x)``, squares over
linear terms and roots of sums of squares are recognized. Source: Grant, Boyd & Ye (2006), Disciplined Convex
Programming.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from formulations.exports.exporter import ExportRefused
from formulations.exports.extremes import ONE, ZERO, constant, literal, minus, negated, plus, times
from formulations.exports.lowering import Relation
from formulations.exports.parsed import Parsed
from formulations.exports.polynomial import QuadraticTerm, listed, split
from formulations.exports.ranges import Ranges
from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Expression,
    Item,
    Name,
    Negative,
    Number,
    Piecewise,
    walk,
)
from formulations.printing import to_text

_SHAPES = {1: "convex", -1: "concave", 0: "affine"}
_HINT = "export to Pyomo, whose solver SCIP takes nonconvex terms, or rewrite the term"


@dataclass(frozen=True, eq=False)
class Discipline:
    """The rules for one element. ``convex_form`` tells that its quadratic part is convex as a whole."""

    ranges: Ranges
    element: str
    convex_form: bool

    @property
    def parsed(self) -> Parsed:
        return self.ranges.parsed

    def refused(self, node: Expression, reason: str, hint: str = "") -> ExportRefused:
        return ExportRefused("CVXPY", self.element, to_text(node), reason, hint=hint or _HINT)

    def _demand(self, node: Expression, shape: int, position: int) -> None:
        if shape != position:
            reason = (
                f"the problem is not DCP: this term is {_SHAPES[shape]} where {_article(_SHAPES[position])} one "
                "is needed"
            )
            raise self.refused(node, reason)

    def _sign(self, node: Expression) -> int:
        """The sign as CVXPY will see it, 0 for unknown: it looks neither at logarithms nor at bounds other than 0."""
        if any(isinstance(part, Call) and part.function == "log" for part in walk(node)):
            return 0
        return replace(self.ranges, coarse=True).sign(node) or 0

    def _nonnegative(self, node: Expression, why: Expression) -> None:
        if self.ranges.of(node).lower < 0:
            reason = f"the problem is DCP only where {to_text(node)} is not negative, and its bounds allow that"
            raise self.refused(why, reason, "give the variables in it lower bounds of 0 or more")

    def _within(self, node: Aggregate | Piecewise) -> Discipline:
        return replace(self, ranges=self.ranges.within(node.binders))

    # -- whole sides ------------------------------------------------------------------------------------------

    def side(self, node: Expression, position: int) -> Expression:
        """An objective or the side of a relation; products of variables may be convex together if not each alone."""
        try:
            return self.atoms(node, position)
        except ExportRefused:
            form = self._form(node, position)
            if form is None:
                raise
            return form

    def relation(self, small: Expression, great: Expression) -> Relation:
        """``small <= great`` in CVXPY's atoms."""
        cone = self._cone(small, great)
        if cone is not None:
            return cone
        try:
            return Relation((self.atoms(small, 1), self.atoms(great, -1)), ("<=",))
        except ExportRefused:
            form = self._form(minus(small, great), 1)
            if form is None:
                raise
            return Relation((form, ZERO), ("<=",))

    def _form(self, node: Expression, position: int) -> Expression | None:
        """The expression with its quadratic terms gathered into one form; None unless that is known to be convex."""
        rest, terms = split(node, self.parsed)
        leaves = all(isinstance(side, Name | Item) for term in terms for side in (term.left, term.right))
        if not (terms and leaves and self.convex_form and position):
            return None
        if position < 0:
            terms = tuple(replace(term, coefficient=negated(term.coefficient)) for term in terms)
        form = Call("quadratic_form", (listed(terms),))
        rest = self.atoms(rest, position)
        return plus(rest, form) if position > 0 else minus(rest, form)

    def _cone(self, small: Expression, great: Expression) -> Relation | None:
        """``sum of squares <= square`` of something nonnegative is a second-order cone."""
        rest, terms = split(minus(small, great), self.parsed)
        axes = [term for term in terms if constant(term.coefficient) is not None and self._coefficient(term) == -1]
        if len(axes) != 1 or axes[0].binders or axes[0].left != axes[0].right:
            return None
        if self.ranges.sign(axes[0].left) != 1:
            return None
        squares = self._roots(rest, tuple(term for term in terms if term is not axes[0]))
        if squares is None:
            return None
        root = times(_root(negated(axes[0].coefficient)), axes[0].left)
        return Relation((Call("norm", (squares,)), root), ("<=",))

    def _coefficient(self, term: QuadraticTerm) -> int | None:
        return self.ranges.within(term.binders).sign(term.coefficient)

    def _roots(self, rest: Expression, terms: tuple[QuadraticTerm, ...]) -> Expression | None:
        """The items whose squares add up to the terms and the rest; None if it is not a sum of squares."""
        if not self.parsed.is_data(rest) or self.ranges.sign(rest) != 1:
            return None
        items: list[Expression] = [] if rest == ZERO else [_root(rest)]
        for term in terms:
            if term.left != term.right or self._coefficient(term) != 1:
                return None
            body = times(_root(term.coefficient), term.left)
            aggregate = Aggregate("sum", body, term.binders, term.condition)
            items.append(Call("each", (aggregate,)) if term.binders else body)
        return Call("items", tuple(items))

    # -- terms ------------------------------------------------------------------------------------------------

    def atoms(self, node: Expression, position: int) -> Expression:
        """The term in CVXPY's atoms. Raises ExportRefused."""
        if self.parsed.is_data(node):
            return node
        match node:
            case Name() | Item():
                return node
            case Negative(operand=operand):
                return Negative(self.atoms(operand, -position))
            case Binary(operator="+", left=left, right=right):
                return replace(node, left=self.atoms(left, position), right=self.atoms(right, position))
            case Binary(operator="-", left=left, right=right):
                return replace(node, left=self.atoms(left, position), right=self.atoms(right, -position))
            case Binary(operator="*" | "/"):
                return self._product(node, position)
            case Binary(operator="**", left=left, right=right):
                return self._power(node, left, right, position)
            case Aggregate(function="sum", body=body):
                return replace(node, body=self._within(node).atoms(body, position))
            case Aggregate(function="min" | "max" as function, body=body):
                self._demand(node, 1 if function == "max" else -1, position)
                inner = replace(node, body=self._within(node).atoms(body, position))
                name = "largest" if function == "max" else "smallest"
                return Call(name, (Call("items", (Call("each", (inner,)),)),))
            case Call():
                return self._call(node, position)
            case Piecewise():
                return self._piecewise(node, position)
            case _:
                raise self.refused(node, "the problem is not DCP: no convex atom says this")

    def _call(self, node: Call, position: int) -> Expression:
        argument = node.arguments[0]
        match node.function:
            case "abs":
                self._demand(node, 1, position)
                return replace(node, arguments=(self.atoms(argument, self._sign(argument)),))
            case "exp":
                self._demand(node, 1, position)
                return replace(node, arguments=(self.atoms(argument, 1),))
            case "log":
                self._demand(node, -1, position)
                return replace(node, arguments=(self.atoms(argument, -1),))
            case "sqrt":
                return self._square_root(node, argument, position)
            case "min" | "max":
                self._demand(node, 1 if node.function == "max" else -1, position)
                return replace(node, arguments=tuple(self.atoms(a, position) for a in node.arguments))
        raise self.refused(node, f"the problem is not DCP: {node.function} is neither convex nor concave")

    def _square_root(self, node: Call, argument: Expression, position: int) -> Expression:
        rest, terms = split(argument, self.parsed)
        squares = self._roots(rest, terms) if terms else None
        if squares is not None:
            self._demand(node, 1, position)
            return Call("norm", (squares,))
        self._demand(node, -1, position)
        return replace(node, arguments=(self.atoms(argument, -1),))

    def _piecewise(self, node: Piecewise, position: int) -> Expression:
        argument = self.atoms(node.argument, 0)
        points = Aggregate("sum", Call("tuple", (node.breakpoint, node.value)), node.binders, node.condition)
        name = {1: "piecewise_above", 0: "piecewise", -1: "piecewise_below"}[position]
        return Call(name, (argument, Call("items", (Call("each", (points,)),))))

    # -- products and powers ----------------------------------------------------------------------------------

    def _product(self, node: Binary, position: int) -> Expression:
        left, right = node.left, node.right
        if self.parsed.is_data(right):
            return replace(node, left=self.atoms(left, position * (self.ranges.sign(right) or 0)))
        if self.parsed.is_data(left) and node.operator == "*":
            return replace(node, right=self.atoms(right, position * (self.ranges.sign(left) or 0)))
        factors = _factors(node, self.parsed)
        sign = self.ranges.sign(factors.coefficient) or 0
        atom = self._atom(node, factors, position * sign)
        return times(factors.coefficient, atom)

    def _atom(self, node: Expression, factors: _Factors, position: int) -> Expression:
        """The product of the variable factors, wanted in a position that already counts the coefficient's sign."""
        match factors.above, factors.below:
            case (), (below,):
                self._demand(node, 1, position)
                self._nonnegative(below, node)
                return Call("inverse", (self.atoms(below, -1),))
            case (), (first, second) if first == second:
                return self._power(node, first, literal(-2.0), position)
            case (first, second), () if first == second:
                return self._power(node, first, Number(2.0), position)
            case (first, second), (below,) if first == second:
                self._demand(node, 1, position)
                self._nonnegative(below, node)
                return Call("quadratic_over_linear", (self.atoms(first, 0), self.atoms(below, -1)))
            case ((argument, Call(function="log", arguments=(logged,))), ()) | (
                (Call(function="log", arguments=(logged,)), argument),
                (),
            ) if argument == logged:
                self._demand(node, 1, position)
                return Negative(Call("entropy", (self.atoms(argument, 0),)))
        raise self.refused(node, "the problem is not DCP: this is a product or quotient of variables")

    def _power(self, node: Expression, base: Expression, exponent: Expression, position: int) -> Expression:
        if self.parsed.is_data(base):
            if self.ranges.of(base).lower <= 0:
                raise self.refused(node, "the problem is not DCP: the base of this power is not positive")
            return self.atoms(Call("exp", (Binary("*", Call("log", (base,)), exponent),)), position)
        power = self.ranges.constant(exponent)
        if power is None:
            raise self.refused(node, "the problem is not DCP: the exponent is not one number")
        if power in (0.0, 1.0):
            return self.atoms(base, position) if power else ONE
        if 0 < power < 1:
            self._demand(node, -1, position)
            return Call("power", (self.atoms(base, -1), literal(power)))
        self._demand(node, 1, position)
        if power > 1 and power % 2 == 0:
            argument = self.atoms(base, self._sign(base))
            return Call("square", (argument,)) if power == 2 else Call("power", (argument, literal(power)))
        self._nonnegative(base, node)
        return Call("power", (self.atoms(base, 1 if power > 1 else -1), literal(power)))


@dataclass(frozen=True)
class _Factors:
    """``coefficient * above... / below...``: the coefficient is data, the others are not."""

    coefficient: Expression
    above: tuple[Expression, ...]
    below: tuple[Expression, ...]


def _factors(node: Expression, parsed: Parsed) -> _Factors:
    if parsed.is_data(node):
        return _Factors(node, (), ())
    match node:
        case Negative(operand=operand):
            inner = _factors(operand, parsed)
            return replace(inner, coefficient=negated(inner.coefficient))
        case Binary(operator="*", left=left, right=right):
            a, b = _factors(left, parsed), _factors(right, parsed)
            return _Factors(times(a.coefficient, b.coefficient), a.above + b.above, a.below + b.below)
        case Binary(operator="/", left=left, right=right):
            a, b = _factors(left, parsed), _factors(right, parsed)
            coefficient = a.coefficient if b.coefficient == ONE else Binary("/", a.coefficient, b.coefficient)
            return _Factors(coefficient, a.above + b.below, a.below + b.above)
        case Binary(operator="**", left=left, right=Number(value=2.0)):
            return _Factors(ONE, (left, left), ())
    return _Factors(ONE, (node,), ())


def _root(node: Expression) -> Expression:
    value = constant(node)
    return Call("sqrt", (node,)) if value is None else literal(value**0.5)


def _article(shape: str) -> str:
    return f"an {shape}" if shape == "affine" else f"a {shape}"
