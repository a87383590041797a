"""Expressions as small immutable trees.

Nodes carry no behaviour: printing, checking, grounding and every export are modules with one ``match`` each.
``at`` is the column of the node in the text it was parsed from (0-based); it never takes part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

ArithmeticOperator = Literal["+", "-", "*", "/", "**"]
ComparisonOperator = Literal["<=", ">=", "==", "<", ">", "!="]
AggregateFunction = Literal["sum", "prod", "min", "max"]

#: Functions of one number.
ELEMENTARY_FUNCTIONS = ("abs", "exp", "log", "sqrt", "sin", "cos")
#: ``min(a, b, ...)`` and ``max(a, b, ...)`` of two or more arguments.
EXTREMUM_FUNCTIONS = ("min", "max")
#: ``card(S)``, ``first(S)``, ``last(S)``; ``prev(i)``, ``next(i)`` step along the set that binds ``i``.
SET_FUNCTIONS = ("card", "first", "last")
STEP_FUNCTIONS = ("prev", "next")
AGGREGATES: tuple[AggregateFunction, ...] = ("sum", "prod", "min", "max")
FUNCTIONS = (*ELEMENTARY_FUNCTIONS, *EXTREMUM_FUNCTIONS, *SET_FUNCTIONS, *STEP_FUNCTIONS)


def _position() -> int:
    return field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number:
    """A finite literal, never negative when it comes from the parser."""

    value: float
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Text:
    """A set member written in quotes, ``"large"``: allowed as an index and in conditions."""

    value: str
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Name:
    """A scalar parameter or variable, a bound index, or (as argument of ``card`` and its kin) a set."""

    name: str
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Item:
    """``name[index, ...]``: one entry of an indexed parameter or variable."""

    name: str
    indices: tuple[Expression, ...]
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expression
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Binary:
    operator: ArithmeticOperator
    left: Expression
    right: Expression
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Call:
    """``function(argument, ...)`` with a function of ``FUNCTIONS``."""

    function: str
    arguments: tuple[Expression, ...]
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Binder:
    """``for i, j in Arcs``: the names bound, in order, and the set they run over."""

    names: tuple[str, ...]
    set_name: str
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``sum(body for i in I for j in J if condition)``, likewise ``prod``, ``min`` and ``max``."""

    function: AggregateFunction
    body: Expression
    binders: tuple[Binder, ...]
    condition: Expression | None = None
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Piecewise:
    """``piecewise(argument, [(breakpoint, value) for p in Points])``: linear between the breakpoints.

    The breakpoints increase strictly; outside them the function is undefined (the argument is bounded by them).
    """

    argument: Expression
    breakpoint: Expression
    value: Expression
    binders: tuple[Binder, ...]
    condition: Expression | None = None
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain ``a <= b <= c``: one operator fewer than operands."""

    operands: tuple[Expression, ...]
    operators: tuple[ComparisonOperator, ...]
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Membership:
    """``i in S``, ``(i, j) not in Arcs``: only inside conditions."""

    elements: tuple[Expression, ...]
    set_name: str
    negated: bool = False
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Junction:
    """``a and b and c`` or ``a or b or c``: two or more operands, only inside conditions."""

    operator: Literal["and", "or"]
    operands: tuple[Expression, ...]
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expression
    at: int = _position()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Program: the leaf of grounded nonlinear expressions, never written by a person."""

    index: int
    at: int = _position()


Expression = (
    Number
    | Text
    | Name
    | Item
    | Negative
    | Binary
    | Call
    | Aggregate
    | Piecewise
    | Comparison
    | Membership
    | Junction
    | Not
    | Column
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """The direct subexpressions, in reading order (a condition comes last)."""
    match expression:
        case Number() | Text() | Name() | Column():
            return ()
        case Item(indices=indices):
            return indices
        case Negative(operand=operand) | Not(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
        case Aggregate(body=body, condition=condition):
            return (body,) if condition is None else (body, condition)
        case Piecewise(argument=argument, breakpoint=at, value=value, condition=condition):
            return (argument, at, value) if condition is None else (argument, at, value, condition)
        case Comparison(operands=operands) | Junction(operands=operands):
            return operands
        case Membership(elements=elements):
            return elements


def walk(expression: Expression) -> Iterator[Expression]:
    """Every node of the tree, parents before children, without recursion."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))
