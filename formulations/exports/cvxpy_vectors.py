"""Large linear parts in CVXPY's vectors: scalar by scalar, ten thousand terms take it a minute.

Small formulations are left as they are, because they read better.
"""

from __future__ import annotations

import math
from dataclasses import replace

from formulations.exports.extremes import ONE, ZERO, minus, negated, plus
from formulations.exports.lowering import Relation
from formulations.exports.polynomial import unscaled
from formulations.exports.python_writer import Writer
from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Expression,
    Item,
    Name,
    Negative,
    Number,
)

#: Elements with more terms than this are written with vectors.
MANY = 1000


def is_many(terms: int) -> bool:
    return terms > MANY


def with_dot_products(node: Expression, rows: int, writer: Writer) -> Expression:
    """Sums of coefficient*entry become calls of ``dot`` where they have many terms in all rows together."""
    parsed = writer.parsed
    match node:
        case Negative(operand=operand):
            return Negative(with_dot_products(operand, rows, writer))
        case Binary(operator="+" | "-" | "*" | "/", left=left, right=right):
            return replace(
                node, left=with_dot_products(left, rows, writer), right=with_dot_products(right, rows, writer)
            )
        case Aggregate(function="sum", body=body, binders=binders) if not parsed.is_data(body):
            terms = rows * math.prod(len(writer.instance.sets[binder.set_name]) for binder in binders)
            coefficient, entry = unscaled(body, parsed)
            if is_many(terms) and isinstance(entry, Item):
                pairs = replace(node, body=Call("tuple", (_key(entry), coefficient)))
                return Call("dot", (Name(entry.name), Call("items", (Call("each", (pairs,)),))))
    return node


def rows_at_once(relation: Relation, loops: list[str], rows: int, writer: Writer) -> str | None:
    """All rows of a relation as one comparison of vectors; None if they are few or more than sums of entries."""
    if not is_many(rows) or not loops:
        return None
    left, right = relation.operands
    terms = _summands(minus(left, right), writer)
    if terms is None:
        return None
    tail = " ".join(loops)
    data: Expression = ZERO
    texts = []
    for coefficient, entry in terms:
        if entry is None:
            data = plus(data, coefficient)
            continue
        sign, vector = "+", _vector(coefficient, entry, tail, writer)
        if vector.startswith("-"):
            sign, vector = "-", vector[1:]
        texts += [sign, vector]
    if not texts:
        return None
    first = texts[1] if texts[0] == "+" else f"-{texts[1]}"
    bound = each_row(negated(data), tail, writer)
    return f"{' '.join([first, *texts[2:]])} {relation.operators[0]} {bound}"


def _key(entry: Item) -> Expression:
    return entry.indices[0] if len(entry.indices) == 1 else Call("tuple", entry.indices)


def each_row(node: Expression, tail: str, writer: Writer) -> str:
    """One number for each row."""
    return writer.text(node) if isinstance(node, Number) else f"np.array([{writer.text(node)} {tail}])"


def _vector(coefficient: Expression, entry: Name | Item, tail: str, writer: Writer) -> str:
    """``coefficient*entry`` in each row."""
    if isinstance(entry, Name):
        return f"{each_row(coefficient, tail, writer)} * {writer.text(entry)}"
    picked = f"pick({writer.element(entry.name)}, [{writer.text(_key(entry))} {tail}])"
    writer.used.add("function pick")
    if coefficient == ONE:
        return picked
    if coefficient == Negative(ONE):
        return f"-{picked}"
    return f"cp.multiply({each_row(coefficient, tail, writer)}, {picked})"


def _summands(node: Expression, writer: Writer) -> list[tuple[Expression, Name | Item | None]] | None:
    """Coefficients and entries that add up to the expression, the data with None; None if there is anything else."""
    parsed = writer.parsed
    if parsed.is_data(node):
        return [(node, None)]
    match node:
        case Negative(operand=operand):
            inner = _summands(operand, writer)
            return None if inner is None else [(negated(coefficient), entry) for coefficient, entry in inner]
        case Binary(operator="+" | "-" as operator, left=left, right=right):
            first = _summands(left, writer)
            second = _summands(right if operator == "+" else Negative(right), writer)
            return None if first is None or second is None else [*first, *second]
    coefficient, entry = unscaled(node, parsed)
    return [(coefficient, entry)] if isinstance(entry, Name | Item) else None
