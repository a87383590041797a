"""piecewise(e, (x1, y1), ..., (xk, yk)) becomes linear rows, or a chain of filled segments."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from formulations.affine import Terms, column, number
from formulations.features import Feature
from formulations.program import Floats, Program
from formulations.reductions.atoms import Atom, replace_atoms
from formulations.reductions.position import Position
from formulations.reductions.reduction import Recover

#: Slopes that differ by less than this share of their size are one slope.
SAME_SLOPE = 1e-12


class PiecewiseLinear:
    """A piecewise linear function f of e, wherever it stands, becomes linear, with x1 <= e <= xk as a row.

    One slope: f is affine. Slopes that increase where any t >= f(e) will do, or that decrease where any
    t <= f(e) will do, give one row for each segment, with slope s and intercept a::

        t - s e >= a        (or <= a)

    Elsewhere segments are filled in order (incremental form): with 0 <= zi <= 1 the share filled of segment i,
    and binaries bi that tell whether segment i is full::

        e = x1 + sum((x[i+1] - xi) zi),   f = y1 + sum((y[i+1] - yi) zi),   zi >= bi >= z[i+1]

    No bounds are needed: the breakpoints bound the argument. The corners of its linear relaxation are integral.
    In an indicator row the argument is bound only while the row is on.
    Source: Padberg (2000), Approximating separable nonlinear functions via mixed zero-one programs.
    """

    name: ClassVar[str] = "piecewise linear function"
    removes: ClassVar[frozenset[Feature]] = frozenset({Feature.PIECEWISE_LINEAR})

    def apply(self, program: Program) -> tuple[Program, Recover]:
        return replace_atoms(program, frozenset({"piecewise"}), _replacement)


def _replacement(atom: Atom) -> Terms:
    e, points = atom.arguments[0], np.array([terms.constant for terms in atom.arguments[1:]])
    x, y = _corners(points[::2], points[1::2])
    slopes = np.diff(y) / np.diff(x)
    convex = atom.position is Position.ABOVE and bool((np.diff(slopes) > 0).all())
    concave = atom.position is Position.BELOW and bool((np.diff(slopes) < 0).all())
    if not (len(slopes) == 1 or convex or concave):
        return _filled_segments(atom, e, x, y)
    ends = atom.declared_range(atom.originals[0])
    if ends.lower < x[0] or ends.upper > x[-1]:
        lower, upper = float(x[0]), float(x[-1])
        atom.extension.row(atom.origin, "domain", e, lower=lower, upper=upper, indicator=atom.indicator)
    lines = [number(float(v - s * u)) + float(s) * e for u, v, s in zip(x, y, slopes, strict=False)]
    if len(lines) == 1:
        return lines[0]
    t = column(atom.extension.column(atom.origin, lower=float(y.min()), upper=float(y.max())))
    for i, line in enumerate(lines):
        lower, upper = (0.0, np.inf) if convex else (-np.inf, 0.0)
        atom.extension.row(atom.origin, "segment", t - line, key=(i + 1,), lower=lower, upper=upper)
    return t


def _corners(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The points without those on a straight line between their neighbours."""
    kept = [0]
    for i in range(1, len(x) - 1):
        before = (y[i] - y[kept[-1]]) / (x[i] - x[kept[-1]])
        after = (y[i + 1] - y[i]) / (x[i + 1] - x[i])
        if abs(after - before) > SAME_SLOPE * max(abs(before), abs(after)):
            kept.append(i)
    kept.append(len(x) - 1)
    return x[kept], y[kept]


def _filled_segments(atom: Atom, e: Terms, x: Floats, y: Floats) -> Terms:
    extension, origin = atom.extension, atom.origin
    count = len(x) - 1
    filled = [column(extension.column(origin, "fill", key=(i + 1,), lower=0.0, upper=1.0)) for i in range(count)]
    full = [column(extension.binary(origin, "full", key=(i + 1,))) for i in range(count - 1)]
    argument, value = number(float(x[0])), number(float(y[0]))
    for z, width, rise in zip(filled, np.diff(x).tolist(), np.diff(y).tolist(), strict=True):
        argument, value = argument + width * z, value + rise * z
    extension.row(origin, "argument", e - argument, lower=0.0, upper=0.0, indicator=atom.indicator)
    for i, b in enumerate(full):
        extension.row(origin, "full", filled[i] - b, key=(i + 1,), lower=0.0)
        extension.row(origin, "next", filled[i + 1] - b, key=(i + 1,), upper=0.0)
    return value
