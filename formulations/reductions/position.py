"""Where a term stands decides how exactly a column that replaces it must follow it."""

from __future__ import annotations

from enum import Enum

from formulations.affine import row_terms
from formulations.bounds import Box, expression_interval, terms_interval
from formulations.expression import Binary, Call, Expression, Number, children
from formulations.intervals import Interval
from formulations.program import Program
from formulations.reductions.extension import Place


class Position(Enum):
    """What suffices of a column t that replaces a term.

    If the objective is minimized, or a row bounded above, and the term enters it increasingly, any t >= term will
    do: a point that is feasible with t is feasible with the term itself. Where the term enters decreasingly,
    t <= term will do; in an equation t must equal the term.
    """

    ABOVE = "t >= term"
    BELOW = "t <= term"
    EQUAL = "t == term"

    def flipped(self) -> Position:
        return {Position.ABOVE: Position.BELOW, Position.BELOW: Position.ABOVE}.get(self, Position.EQUAL)

    def times(self, coefficient: float) -> Position:
        """The position of a term inside ``coefficient * term``."""
        return self if coefficient > 0 else self.flipped()


def place_position(program: Program, place: Place, box: Box) -> Position:
    """The position of the body of a row, or of the objective; ``box`` must be the declared one."""
    if place is None:
        return Position.ABOVE if program.sense == "minimize" else Position.BELOW
    lower, upper = program.row_lower[place], program.row_upper[place]
    if lower < upper:
        body = terms_interval(row_terms(program, place), box)
        if body.lower >= lower:
            return Position.ABOVE
        if body.upper <= upper:
            return Position.BELOW
    return Position.EQUAL


def operand_positions(node: Expression, position: Position, box: Box) -> tuple[Position, ...]:
    """The positions of the operands of a residual term, by its monotonicity over the declared box.

    A function that is undefined for some arguments passes a relaxed argument on only if the argument itself
    stays where it is defined.
    """
    ranges = tuple(expression_interval(child, box) for child in children(node))
    match node:
        case Call(function="exp" | "min" | "max"):
            return (position,) * len(ranges)
        case Call(function="abs"):
            return (_by_sign(position, ranges[0]),)
        case Call(function="sqrt"):
            return (position if position is Position.BELOW or ranges[0].lower >= 0 else Position.EQUAL,)
        case Call(function="log"):
            return (position if position is Position.BELOW or ranges[0].lower > 0 else Position.EQUAL,)
        case Binary(operator="*"):
            return _by_sign(position, ranges[1]), _by_sign(position, ranges[0])
        case Binary(operator="/"):
            reciprocal = _by_sign(position, ranges[0])
            return _by_sign(position, ranges[1]), _power(reciprocal, ranges[1], -1.0)
        case Binary(operator="**", right=Number(value=exponent)):
            return _power(position, ranges[0], exponent), Position.EQUAL
    return (Position.EQUAL,) * len(ranges)


def _by_sign(position: Position, factor: Interval) -> Position:
    """The position of a term inside ``factor * term``."""
    if factor.lower >= 0:
        return position
    return position.flipped() if factor.upper <= 0 else Position.EQUAL


def _power(position: Position, base: Interval, exponent: float) -> Position:
    """The position of the base of ``base ** exponent``."""
    if exponent < 0:
        whole = exponent == int(exponent)
        if base.lower > 0 or (whole and exponent % 2 == 1 and base.upper < 0):
            return position.flipped()
        return Position.EQUAL
    if base.lower >= 0 or exponent % 2 == 1:
        return position
    return position.flipped() if exponent % 2 == 0 and base.upper <= 0 else Position.EQUAL
