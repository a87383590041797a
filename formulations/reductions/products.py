"""What the rewrites of products of columns share: finding products at any depth, and replacing them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from formulations.affine import Terms, curved_terms, key, product, rebuilt, split, total
from formulations.expression import Binary, Expression, Number, children
from formulations.features import Feature
from formulations.program import Program
from formulations.reductions.extension import Extension, Place
from formulations.reductions.reduction import Recover

#: What may be gone once products with binaries are: whatever a product can make of a program.
PRODUCT_FEATURES = frozenset(
    {
        Feature.CONVEX_QUADRATIC_OBJECTIVE,
        Feature.NONCONVEX_QUADRATIC_OBJECTIVE,
        Feature.CONVEX_QUADRATIC_ROW,
        Feature.SECOND_ORDER_CONE,
        Feature.NONCONVEX_QUADRATIC_ROW,
        Feature.MIXED_INTEGER_QUADRATIC,
        Feature.CONVEX_NONLINEAR,
        Feature.NONLINEAR,
    }
)

#: Rewrites the products of one sum; sums inside its residual terms have been rewritten already.
Change = Callable[[Terms, Place], Terms]


def replace_products(extension: Extension, change: Change) -> tuple[Program, Recover]:
    """The program with the change made to every sum of its curved parts, from the inside out."""
    program = extension.program
    rows = sorted({*program.quadratic, *program.nonlinear})
    for place in (None, *rows):
        before = curved_terms(program, place)
        after = _changed(before, change, place)
        if key(after) != key(before):
            extension.replace_curved(place, after)
    return extension.finish()


def is_binary(program: Program, column: int) -> bool:
    """Whether it is a column of the program (not an auxiliary one) that takes the values 0 and 1 only."""
    if column >= program.column_count:
        return False
    bounds = program.column_lower[column], program.column_upper[column]
    return bool(program.integer[column]) and bounds[0] >= 0 and bounds[1] <= 1


def factors(expression: Expression) -> tuple[Expression, ...]:
    """The factors of a product, one for each positive integral power; the expression itself if it is none."""
    match expression:
        case Binary(operator="*", left=left, right=right):
            return factors(left) + factors(right)
        case Binary(operator="**", left=base, right=Number(value=exponent)) if exponent in (2, 3):
            return factors(base) * int(exponent)
    return (expression,)


def _changed(terms: Terms, change: Change, place: Place) -> Terms:
    plain = Terms(constant=terms.constant, linear=terms.linear, quadratic=terms.quadratic)
    rest = [(c, _changed_term(e, change, place)) for c, e in terms.residual]
    return change(total((1.0, plain), *rest), place)


def _changed_term(node: Expression, change: Change, place: Place) -> Terms:
    """A residual term whose operands have been changed; a product as a whole, not two factors at a time."""
    is_product = isinstance(node, Binary) and node.operator == "*"
    operands = tuple(split(operand) for operand in (factors(node) if is_product else children(node)))
    changed = tuple(_changed(operand, change, place) for operand in operands)
    if all(key(a) == key(b) for a, b in zip(operands, changed, strict=True)):
        return Terms(residual=((1.0, node),))
    return reduce(product, changed) if is_product else rebuilt(node, changed)
