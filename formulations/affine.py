"""An expression over columns taken apart into a constant, linear, quadratic and residual terms, and put back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from scipy import sparse

from formulations.expression import (
    ArithmeticOperator,
    Binary,
    Call,
    Column,
    Expression,
    Negative,
    Number,
)
from formulations.program import Program

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Terms:
    """``constant + sum(linear[j] x_j) + sum(quadratic[i, j] x_i x_j) + sum(c e for c, e in residual)``.

    Keys of ``quadratic`` have i <= j; no coefficient is zero; the residual expressions are neither sums nor
    products of degree two or less.
    """

    constant: float = 0.0
    linear: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    quadratic: Mapping[Pair, float] = field(default_factory=lambda: MappingProxyType({}))
    residual: tuple[tuple[float, Expression], ...] = ()

    @property
    def degree(self) -> int | None:
        """0, 1 or 2; None if there is a residual."""
        if self.residual:
            return None
        return 2 if self.quadratic else 1 if self.linear else 0

    def __neg__(self) -> Terms:
        return total((-1.0, self))

    def __add__(self, other: Terms) -> Terms:
        return total((1.0, self), (1.0, other))

    def __sub__(self, other: Terms) -> Terms:
        return total((1.0, self), (-1.0, other))

    def __rmul__(self, factor: float) -> Terms:
        return total((factor, self))


#: A hashable stand-in for Terms: two equal keys mean the same function, term by term.
TermsKey = tuple[
    float, tuple[tuple[int, float], ...], tuple[tuple[Pair, float], ...], tuple[tuple[float, Expression], ...]
]


def key(terms: Terms) -> TermsKey:
    """The terms in a fixed order, for dictionaries."""
    return (
        terms.constant,
        tuple(sorted(terms.linear.items())),
        tuple(sorted(terms.quadratic.items())),
        terms.residual,
    )


def number(value: float) -> Terms:
    return Terms(constant=value)


def column(index: int, coefficient: float = 1.0) -> Terms:
    return Terms(linear={index: coefficient})


def split(expression: Expression) -> Terms:
    """The expression as a sum, equal to it wherever it is defined.

    Products of two affine factors and squares of affine bases are multiplied out; constants are folded. Sums of
    any length are taken apart without recursion.
    """
    result = _Sum()
    stack = [(1.0, expression)]
    while stack:
        coefficient, node = stack.pop()
        match node:
            case Number(value=value):
                result.constant += coefficient * value
            case Column(index=index):
                result.linear[index] = result.linear.get(index, 0.0) + coefficient
            case Negative(operand=operand):
                stack.append((-coefficient, operand))
            case Binary(operator="+", left=left, right=right):
                stack += [(coefficient, right), (coefficient, left)]
            case Binary(operator="-", left=left, right=right):
                stack += [(-coefficient, right), (coefficient, left)]
            case Binary(operator="*" | "/"):
                result.add(coefficient, _product(node))
            case Binary(operator="**", left=base, right=exponent):
                result.add(coefficient, power(split(base), split(exponent)))
            case Call(function=function, arguments=arguments):
                result.add(coefficient, call(function, tuple(split(argument) for argument in arguments)))
            case _:
                raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")
    return result.terms()


def join(terms: Terms) -> Expression:
    """An expression equal to the terms; ``split(join(terms))`` has the same key. Its depth is logarithmic."""
    parts = [_scaled(c, Column(j)) for j, c in sorted(terms.linear.items())]
    parts += [_scaled(c, _monomial(i, j)) for (i, j), c in sorted(terms.quadratic.items())]
    parts += [_scaled(c, expression) for c, expression in terms.residual]
    if terms.constant or not parts:
        parts.append(_literal(terms.constant))
    return _balanced("+", parts)


def total(*parts: tuple[float, Terms]) -> Terms:
    """The sum of coefficient times terms."""
    result = _Sum()
    for coefficient, terms in parts:
        result.add(coefficient, terms)
    return result.terms()


def product(left: Terms, right: Terms) -> Terms:
    """The product, multiplied out while its degree stays at most two."""
    if left.degree == 0:
        return total((left.constant, right))
    if right.degree == 0:
        return total((right.constant, left))
    if left.degree == 1 and right.degree == 1:
        return _multiplied(left, right)
    return Terms(residual=((1.0, Binary("*", join(left), join(right))),))


def quotient(left: Terms, right: Terms) -> Terms:
    """The quotient; a residual unless the divisor is a number other than zero."""
    if right.degree == 0 and right.constant:
        return total((1 / right.constant, left))
    return Terms(residual=((1.0, Binary("/", join(left), join(right))),))


def power(base: Terms, exponent: Terms) -> Terms:
    """``base ** exponent``; squares of affine bases are multiplied out."""
    if exponent.degree == 0:
        if exponent.constant == 0:
            return number(1.0)
        if exponent.constant == 1:
            return base
        if exponent.constant == 2 and base.degree == 1:
            return _multiplied(base, base)
        if base.degree == 0:
            value = _constant_power(base.constant, exponent.constant)
            if value is not None:
                return number(value)
    return Terms(residual=((1.0, Binary("**", join(base), join(exponent))),))


def call(function: str, arguments: tuple[Terms, ...]) -> Terms:
    """``function(arguments)`` as a single residual term, or its value if all arguments are constant."""
    if all(argument.degree == 0 for argument in arguments):
        value = evaluate_call(function, tuple(argument.constant for argument in arguments))
        if value is not None:
            return number(value)
    return Terms(residual=((1.0, Call(function, tuple(join(argument) for argument in arguments))),))


def rebuilt(node: Expression, operands: tuple[Terms, ...]) -> Terms:
    """A residual node with other operands: a product, quotient, power or call."""
    match node:
        case Binary(operator="*"):
            return product(*operands)
        case Binary(operator="/"):
            return quotient(*operands)
        case Binary(operator="**"):
            return power(*operands)
        case Call(function=function):
            return call(function, operands)
    raise TypeError(f"{type(node).__name__} is not a residual term")


def evaluate_call(function: str, values: tuple[float, ...]) -> float | None:
    """The value of a grounded function, None where it is undefined or not finite."""
    x = values[0]
    try:
        match function:
            case "abs":
                return abs(x)
            case "min":
                return min(values)
            case "max":
                return max(values)
            case "exp":
                return math.exp(x)
            case "log":
                return math.log(x)
            case "sqrt":
                return math.sqrt(x)
            case "sin":
                return math.sin(x)
            case "cos":
                return math.cos(x)
            case "piecewise":
                inside = values[1] <= x <= values[-2]
                return float(np.interp(x, values[1::2], values[2::2])) if inside else None
    except (ValueError, OverflowError):  # undefined here, or beyond floating point
        return None
    raise TypeError(f"function '{function}' does not occur in grounded expressions")


def quadratic_pairs(matrix: sparse.csr_array) -> dict[Pair, float]:
    """The coefficients of x_i x_j, i <= j, in x'Qx."""
    entries = matrix.tocoo()
    pairs: dict[Pair, float] = {}
    for i, j, value in zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True):
        pair = (i, j) if i <= j else (j, i)
        pairs[pair] = pairs.get(pair, 0.0) + value
    return {pair: value for pair, value in pairs.items() if value}


def quadratic_matrix(pairs: Mapping[Pair, float], size: int) -> sparse.csr_array | None:
    """The symmetric (size, size) matrix of the coefficients of x_i x_j; None for no coefficient."""
    if not pairs:
        return None
    i, j = np.array(list(pairs), dtype=np.int32).T
    half = np.array(list(pairs.values())) / 2
    entries = (np.concatenate([half, half]), (np.concatenate([i, j]), np.concatenate([j, i])))
    return sparse.csr_array(sparse.coo_array(entries, shape=(size, size)))


def row_terms(program: Program, row: int) -> Terms:
    """The whole body of a row: matrix, quadratic and nonlinear part."""
    start, end = program.matrix.indptr[row : row + 2]
    indices = program.matrix.indices[start:end].tolist()
    linear = Terms(linear=dict(zip(indices, program.matrix.data[start:end].tolist(), strict=True)))
    return linear + curved_terms(program, row)


def objective_terms(program: Program) -> Terms:
    """The whole objective, its offset included."""
    nonzero = np.flatnonzero(program.objective)
    linear = dict(zip(nonzero.tolist(), program.objective[nonzero].tolist(), strict=True))
    return Terms(constant=program.objective_offset, linear=linear) + curved_terms(program, None)


def curved_terms(program: Program, row: int | None) -> Terms:
    """The quadratic and nonlinear part of a row, or of the objective (None)."""
    matrix = program.objective_quadratic if row is None else program.quadratic.get(row)
    quadratic = Terms() if matrix is None else Terms(quadratic=quadratic_pairs(matrix))
    expression = program.objective_nonlinear if row is None else program.nonlinear.get(row)
    return quadratic if expression is None else quadratic + split(expression)


class _Sum:
    """Terms while they are being added up."""

    def __init__(self) -> None:
        self.constant = 0.0
        self.linear: dict[int, float] = {}
        self.quadratic: dict[Pair, float] = {}
        self.residual: dict[Expression, float] = {}

    def add(self, coefficient: float, terms: Terms) -> None:
        self.constant += coefficient * terms.constant
        for j, c in terms.linear.items():
            self.linear[j] = self.linear.get(j, 0.0) + coefficient * c
        for pair, c in terms.quadratic.items():
            self.quadratic[pair] = self.quadratic.get(pair, 0.0) + coefficient * c
        for c, expression in terms.residual:
            self.residual[expression] = self.residual.get(expression, 0.0) + coefficient * c

    def terms(self) -> Terms:
        return Terms(
            constant=self.constant,
            linear={j: c for j, c in self.linear.items() if c},
            quadratic={pair: c for pair, c in self.quadratic.items() if c},
            residual=tuple((c, expression) for expression, c in self.residual.items() if c),
        )


def _product(node: Expression) -> Terms:
    """A chain of ``*``, ``/`` and signs: constants in front, then the factors above and below the line."""
    coefficient = 1.0
    above: list[Terms] = []
    below: list[Terms] = []
    stack = [(node, False)]
    while stack:
        part, inverted = stack.pop()
        match part:
            case Negative(operand=operand):
                coefficient = -coefficient
                stack.append((operand, inverted))
            case Binary(operator="*", left=left, right=right):
                stack += [(right, inverted), (left, inverted)]
            case Binary(operator="/", left=left, right=right):
                stack += [(right, not inverted), (left, inverted)]
            case _:
                front, factors = _front(split(part))
                if inverted and front == 0:
                    front, factors = 1.0, [number(0.0)]
                coefficient = coefficient / front if inverted else coefficient * front
                (below if inverted else above).extend(factors)
    if not below and len(above) <= 2:
        result = number(1.0)
        for factor in above:
            result = product(result, factor)
        return total((coefficient, result))
    expression = _balanced("*", [join(factor) for factor in above] or [Number(1.0)])
    if below:
        expression = Binary("/", expression, _balanced("*", [join(factor) for factor in below]))
    return Terms(residual=((coefficient, expression),) if coefficient else ())


def _front(terms: Terms) -> tuple[float, list[Terms]]:
    """A number and the factors it multiplies: none for a constant, the columns of a monomial, else the sum itself."""
    if terms.degree == 0:
        return terms.constant, []
    if terms.constant or len(terms.linear) + len(terms.quadratic) + len(terms.residual) > 1:
        return 1.0, [terms]
    for j, c in terms.linear.items():
        return c, [column(j)]
    for (i, j), c in terms.quadratic.items():
        return c, [column(i), column(j)]
    c, expression = terms.residual[0]
    return c, [Terms(residual=((1.0, expression),))]


def _constant_power(base: float, exponent: float) -> float | None:
    try:
        value = math.pow(base, exponent)
    except (ValueError, OverflowError):  # undefined, or beyond floating point
        return None
    return value


def _multiplied(left: Terms, right: Terms) -> Terms:
    """The product of two affine functions."""
    pairs: dict[Pair, float] = {}
    for i, a in left.linear.items():
        for j, b in right.linear.items():
            pair = (i, j) if i <= j else (j, i)
            pairs[pair] = pairs.get(pair, 0.0) + a * b
    products = Terms(quadratic=pairs)
    crossed = ((left.constant, Terms(linear=right.linear)), (right.constant, Terms(linear=left.linear)))
    return total((1.0, products), *crossed, (1.0, number(left.constant * right.constant)))


def _monomial(i: int, j: int) -> Expression:
    return Binary("**", Column(i), Number(2.0)) if i == j else Binary("*", Column(i), Column(j))


def _literal(value: float) -> Expression:
    return Negative(Number(-value)) if value < 0 else Number(value)


def _scaled(coefficient: float, expression: Expression) -> Expression:
    if coefficient == 1:
        return expression
    if coefficient == -1:
        return Negative(expression)
    return Binary("*", _literal(coefficient), expression)


def _balanced(operator: ArithmeticOperator, parts: Iterable[Expression]) -> Expression:
    """The parts under one operator, in order, as a tree of logarithmic depth."""
    level = list(parts)
    while len(level) > 1:
        paired = [Binary(operator, a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]
