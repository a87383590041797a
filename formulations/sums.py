"""Long sums: as trees whose depth grows with the logarithm of the number of terms, and back as flat lists.

Everything that reads expressions recurses into them, so a sum of two thousand terms must not be two thousand deep.
"""

from __future__ import annotations

from collections.abc import Sequence

from formulations.expression import Binary, Expression, Negative

#: Sums of more terms than this in a row are balanced; shorter ones lean to the left, as they are read.
MAX_CHAIN = 100

#: Whether a term is subtracted, and the term.
Signed = tuple[bool, Expression]


def balanced(terms: Sequence[Signed]) -> Expression:
    """``a + b - c + d`` as ``(a + b) + (-c + d)``."""
    if len(terms) == 1:
        subtracted, term = terms[0]
        return Negative(term, at=term.at) if subtracted else term
    middle = len(terms) // 2
    left, right = terms[:middle], terms[middle:]
    first = balanced(left)
    if len(right) == 1:
        subtracted, term = right[0]
        return Binary("-" if subtracted else "+", first, term, at=first.at)
    return Binary("+", first, balanced(right), at=first.at)


def flat(expression: Expression) -> list[Signed] | None:
    """The terms of a balanced sum in order; None for any other expression, short sums included."""
    terms: list[Signed] = []
    stack: list[Signed] = [(False, expression)]
    while stack:
        subtracted, node = stack.pop()
        match node:
            case Binary(operator="+" | "-" as operator, left=left, right=right) if not subtracted:
                stack += [(operator == "-", right), (False, left)]
            case Negative(operand=operand) if not subtracted:
                terms.append((True, operand))
            case _:
                terms.append((subtracted, node))
    return terms if len(terms) > MAX_CHAIN and balanced(terms) == expression else None
