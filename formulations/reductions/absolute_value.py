"""abs(e) becomes a column t."""

from __future__ import annotations

from typing import ClassVar

from formulations.affine import Terms, column, number
from formulations.features import Feature
from formulations.intervals import call
from formulations.program import Program
from formulations.reductions.atoms import Atom, replace_atoms
from formulations.reductions.position import Position
from formulations.reductions.reduction import Recover


class AbsoluteValue:
    """abs(e), wherever it stands, becomes a column t with linear rows over e.

    Where any t >= abs(e) will do (a term that is minimized, or bounded above), two rows suffice::

        t - e >= 0,   t + e >= 0

    Elsewhere a binary b chooses the sign, with l <= e <= u from the bounds::

        t - e <= -2 l (1 - b),   t + e <= 2 u b

    and the two rows above are added unless any t <= abs(e) will do. If the bounds decide the sign of e, abs(e) is
    e or -e and nothing is added. Raises ReductionError if l or u is needed and infinite.
    Source: Williams (2013), Model Building in Mathematical Programming, 5th ed., ch. 3.4 and 9.
    """

    name: ClassVar[str] = "absolute value"
    removes: ClassVar[frozenset[Feature]] = frozenset({Feature.ABSOLUTE_VALUE})

    def apply(self, program: Program) -> tuple[Program, Recover]:
        return replace_atoms(program, frozenset({"abs"}), _replacement)


def _replacement(atom: Atom) -> Terms:
    (e,), (original,) = atom.arguments, atom.originals
    declared = atom.declared_range(original)
    if declared.lower >= 0:
        return e
    if declared.upper <= 0:
        return -e
    lowest = highest = 0.0
    if atom.position is not Position.ABOVE:
        lowest, highest = atom.finite(original, above=False), atom.finite(original, above=True)
    extension, origin = atom.extension, atom.origin
    ends = call("abs", (atom.implied_range(original),))
    t = column(extension.column(origin, lower=ends.lower, upper=ends.upper))
    if atom.position is not Position.BELOW:
        extension.row(origin, "positive", t - e, lower=0.0)
        extension.row(origin, "negative", t + e, lower=0.0)
    if atom.position is not Position.ABOVE:
        b = column(extension.binary(origin, "sign"))
        extension.row(origin, "positive_limit", t - e + 2 * lowest * (number(1.0) - b), upper=0.0)
        extension.row(origin, "negative_limit", t + e - 2 * highest * b, upper=0.0)
    return t
