"""min(e1, ..., ek) and max(e1, ..., ek) become a column t."""

from __future__ import annotations

import math
from typing import ClassVar

from formulations.affine import Terms, column, key, number
from formulations.features import Feature
from formulations.intervals import call
from formulations.program import Program
from formulations.reductions.atoms import Atom, replace_atoms
from formulations.reductions.position import Position
from formulations.reductions.reduction import Recover


class Extremum:
    """max(e1, ..., ek), wherever it stands, becomes a column t with linear rows over the arguments.

    Where any t >= max will do (a term that is minimized, or bounded above), k rows suffice::

        t - ei >= 0

    Elsewhere binaries bi, of which exactly one is 1, choose an argument that t must not exceed::

        t - ei <= Mi (1 - bi),   b1 + ... + bk = 1,   Mi = the largest ej, j != i, less the smallest ei

    and the rows above are added unless any t <= max will do. min is the mirror image: the convex direction is to
    maximize it. Arguments that bounds show to be beaten by another one are left out; with two arguments b2 is
    1 - b1. Raises ReductionError if an Mi is needed and infinite.
    Source: Williams (2013), Model Building in Mathematical Programming, 5th ed., ch. 3.3 and 9.
    """

    name: ClassVar[str] = "minimum and maximum"
    removes: ClassVar[frozenset[Feature]] = frozenset({Feature.EXTREMUM})

    def apply(self, program: Program) -> tuple[Program, Recover]:
        return replace_atoms(program, frozenset({"min", "max"}), _replacement)


def _replacement(atom: Atom) -> Terms:
    """``sign`` 1 for max, -1 for min: min(e) = -max(-e)."""
    sign = 1.0 if atom.function == "max" else -1.0
    chosen = _candidates(atom, sign)
    if len(chosen) == 1:
        return atom.arguments[chosen[0]]
    arguments = [sign * atom.arguments[i] for i in chosen]
    originals = [sign * atom.originals[i] for i in chosen]
    position = atom.position.times(sign)
    limits = [] if position is Position.ABOVE else _leads(atom, originals)

    extension, origin = atom.extension, atom.origin
    ends = call(atom.function, tuple(atom.implied_range(atom.originals[i]) for i in chosen))
    t = column(extension.column(origin, lower=ends.lower, upper=ends.upper))
    if position is not Position.BELOW:
        for i, e in enumerate(arguments):
            lower, upper = _side(sign)
            extension.row(origin, "bound", t - sign * e, key=(i + 1,), lower=lower, upper=upper)
    if position is not Position.ABOVE:
        for i, (e, limit, b) in enumerate(zip(arguments, limits, _choices(atom, len(chosen)), strict=True)):
            body = t - sign * (e + limit * (number(1.0) - b))
            lower, upper = _side(-sign)
            extension.row(origin, "limit", body, key=(i + 1,), lower=lower, upper=upper)
    return t


def _side(sign: float) -> tuple[float, float]:
    """The bounds of a body that must be >= 0 for sign 1, <= 0 for -1."""
    return (0.0, math.inf) if sign > 0 else (-math.inf, 0.0)


def _candidates(atom: Atom, sign: float) -> list[int]:
    """The arguments that may attain the maximum (of sign times the arguments), without repetitions."""
    first_of = {key(terms): i for i, terms in reversed(list(enumerate(atom.originals)))}
    distinct = sorted(first_of.values())
    ranges = {i: atom.declared_range(sign * atom.originals[i]) for i in distinct}
    best = max(distinct, key=lambda i: ranges[i].lower)
    return [i for i in distinct if i == best or ranges[i].upper > ranges[best].lower]


def _leads(atom: Atom, originals: list[Terms]) -> list[float]:
    """For each argument, the most by which another one can exceed it."""
    highest = [atom.finite(terms, above=True) for terms in originals]
    lowest = [atom.finite(terms, above=False) for terms in originals]
    first, second = sorted(highest, reverse=True)[:2]
    others = [second if high == first else first for high in highest]
    return [max(0.0, other - low) for other, low in zip(others, lowest, strict=True)]


def _choices(atom: Atom, count: int) -> list[Terms]:
    """Binaries that sum to one; for two, one binary and its complement."""
    extension, origin = atom.extension, atom.origin
    if count == 2:
        first = column(extension.binary(origin, "choice"))
        return [first, number(1.0) - first]
    choices = [column(extension.binary(origin, "choice", key=(i + 1,))) for i in range(count)]
    body = choices[0]
    for choice in choices[1:]:
        body = body + choice
    extension.row(origin, "one_choice", body, lower=1.0, upper=1.0)
    return choices
