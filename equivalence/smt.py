"""Z3 as an exact judge of small mixed-integer programs; without it nothing is claimed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal

from equivalence.exact import Linear, Point

#: Programs with more nonzeros than this are left to others.
LARGEST = 1500


def z3_maximum(
    linear: Linear, terms: Mapping[int, int], upper: Fraction, *, seconds: float
) -> Literal[True] | Point | None:
    """True if no feasible point has ``sum(terms[j] x_j) > upper``, else such a point; None if Z3 cannot tell."""
    if seconds <= 0 or sum(len(row.terms) for row in linear.rows) > LARGEST:
        return None
    z3 = _library()
    if z3 is None:
        return None
    solver = z3.Solver()
    solver.set("timeout", max(1, int(1000 * seconds)))
    columns = [z3.Int(f"x{j}") if col.integer else z3.Real(f"x{j}") for j, col in enumerate(linear.columns)]
    for x, col in zip(columns, linear.columns, strict=True):
        if col.lower is not None:
            solver.add(x >= _number(z3, col.lower))
        if col.upper is not None:
            solver.add(x <= _number(z3, col.upper))
    for row in linear.rows:
        body = z3.Sum([c * columns[j] for j, c in row.terms.items()])
        if row.lower is not None:
            solver.add(body >= _number(z3, row.lower))
        if row.upper is not None:
            solver.add(body <= _number(z3, row.upper))
    solver.add(z3.Sum([c * columns[j] for j, c in terms.items()]) > _number(z3, upper))
    answer = solver.check()
    if answer == z3.unsat:
        return True
    if answer != z3.sat:
        return None
    model = solver.model()
    point = {}
    for j, x in enumerate(columns):
        value = model.eval(x, model_completion=True)
        point[j] = Fraction(value.as_long()) if linear.columns[j].integer else value.as_fraction()
    return {j: Fraction(value.numerator, value.denominator) for j, value in point.items()}


def _library() -> Any:
    """Z3, or None where it is not installed."""
    try:
        return import_module("z3")
    except ImportError:
        return None


def _number(z3: Any, value: Fraction) -> Any:
    return z3.RealVal(f"{value.numerator}/{value.denominator}")
