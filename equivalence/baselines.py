"""Rules in use for telling whether two programs are the same, to be scored beside proofs. None of them proves anything.

The one-optimum rule is EquivaMap's: solve B once, map that one optimum into A, and see whether it is optimal there.
Source: Zhai, Lawless, Vitercik, Leqi (2025), EquivaMap: Leveraging LLMs for Automatic Equivalence Checking of
Optimization Formulations, Algorithm 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from equivalence.exact import Expr, Row, exact_linear
from equivalence.verdict import Affine
from formulations.program import Floats, Program
from solvers.dispatch import solve
from solvers.solution import Solution, Termination
from solvers.solver import Options

#: The tolerance published with the rule: absolute, whatever the size of the objective.
TOLERANCE = 1e-6
#: How often the rule asks for a map.
TRIES = 3
#: A pinned column may move by this much, relative to its value: solvers return floats.
_PIN = 1e-9

#: A's columns in terms of B's, for the number of the try; None where no map was found.
MapSource = Callable[[int], Mapping[str, Affine] | None]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says, and why."""

    equivalent: bool
    reason: str


def one_optimum(
    a: Program,
    b: Program,
    maps: MapSource,
    *,
    tries: int = TRIES,
    tolerance: float = TOLERANCE,
    options: Options | None = None,
) -> Ruling:
    """Whether one optimum of B, mapped into A and pinned there, is as good as A's optimum, for one of the maps.

    A program without an optimum is never equivalent to anything, by this rule, nor is one for which no map was found.
    """
    options = options or Options(time_limit=60.0, mip_gap=0.0)
    best_a, best_b = solve(a, options), solve(b, options)
    if best_a.termination is not Termination.OPTIMAL or best_b.termination is not Termination.OPTIMAL:
        return Ruling(False, "a program has no optimum")
    reason = "no map was found"
    for number in range(tries):
        found = maps(number)
        if found is None:
            continue
        values = _mapped(a, b, found, best_b)
        if values is None:
            reason = "the map leaves columns out"
            continue
        pinned = solve(_pinned(a, values), options)
        if pinned.objective is None or best_a.objective is None:
            reason = "the mapped optimum is not feasible"
        elif abs(best_a.objective - pinned.objective) < tolerance:
            return Ruling(True, "the mapped optimum is optimal")
        else:
            reason = "the mapped optimum is worse"
    return Ruling(False, reason)


def same_optimal_value(a: Program, b: Program, *, options: Options | None = None) -> Ruling:
    """Execution accuracy: whether the optimal values are equal within a relative 1e-4, or neither program has one."""
    options = options or Options(time_limit=60.0, mip_gap=0.0)
    first, second = solve(a, options), solve(b, options)
    if first.objective is None or second.objective is None:
        return Ruling(first.termination is second.termination, "compared by status")
    close = abs(first.objective - second.objective) <= 1e-4 * max(1.0, abs(first.objective))
    return Ruling(close, f"{first.objective:.10g} against {second.objective:.10g}")


def same_canonical_text(a: Program, b: Program) -> Ruling:
    """Canonical accuracy: whether the texts agree once columns are numbered, rows scaled, turned and sorted."""
    return Ruling(canonical_text(a) == canonical_text(b), "compared as text")


def canonical_text(program: Program) -> str:
    """The program with columns numbered in order, every row with coprime coefficients, the first one positive."""
    linear = exact_linear(program)
    lines = ["minimize " + _sum_text(linear.objective)]
    lines += sorted(_row_text(row) for row in linear.rows)
    lines += [f"{c.lower} <= x{j} <= {c.upper}{' integer' * c.integer}" for j, c in enumerate(linear.columns)]
    return "\n".join(lines)


def same_hash(a: Program, b: Program) -> Ruling:
    """Whether the Weisfeiler-Lehman hashes agree: blind to names and order, and to some differences as well."""
    return Ruling(weisfeiler_lehman(a) == weisfeiler_lehman(b), "compared by hash")


def weisfeiler_lehman(program: Program, *, rounds: int = 4) -> str:
    """A hash of the graph of columns, rows and coefficients, the same for all orders and names of both."""
    linear = exact_linear(program)
    columns = [
        _digest(f"{c.lower} {c.upper} {c.integer} {linear.objective.terms.get(j, 0)}")
        for j, c in enumerate(linear.columns)
    ]
    rows = [_digest(f"{row.lower} {row.upper}") for row in linear.rows]
    for _ in range(rounds):
        news = [sorted(f"{c} {columns[j]}" for j, c in row.terms.items()) for row in linear.rows]
        rows, before = [_digest(old, *new) for old, new in zip(rows, news, strict=True)], rows
        columns = [
            _digest(old, *sorted(f"{linear.rows[i].terms[j]} {before[i]}" for i in linear.column_rows[j]))
            for j, old in enumerate(columns)
        ]
    return _digest(str(linear.objective.constant), *sorted(columns), *sorted(rows))


def _mapped(a: Program, b: Program, found: Mapping[str, Affine], optimum: Solution) -> Floats | None:
    """The values of A's columns at B's optimum; None where a column or a name is missing."""
    assert optimum.values is not None
    at = dict(zip(b.columns, optimum.values.tolist(), strict=True))
    values = np.empty(a.column_count)
    for j, label in enumerate(a.columns):
        image = found.get(label)
        if image is None or not image.coefficients.keys() <= at.keys():
            return None
        values[j] = float(image.constant) + sum(float(c) * at[k] for k, c in image.coefficients.items())
    return values


def _pinned(a: Program, values: Floats) -> Program:
    """A with every column held at its value, up to the noise of a solver, within its own bounds."""
    values = np.where(a.integer & (np.abs(values - np.round(values)) < 1e-5), np.round(values), values)
    room = _PIN * np.maximum(1.0, np.abs(values))
    lower = np.maximum(a.column_lower, values - np.where(a.integer, 0.0, room))
    upper = np.minimum(a.column_upper, values + np.where(a.integer, 0.0, room))
    outside = lower > upper
    # A value beyond a bound stays there, so that the pinned program is infeasible.
    lower, upper = (
        np.where(outside, np.maximum(lower, upper), lower),
        np.where(outside, np.minimum(lower, upper), upper),
    )
    return replace(a, column_lower=lower, column_upper=upper)


def _row_text(row: Row) -> str:
    terms = sorted(row.terms.items())
    sign = -1 if terms and terms[0][1] < 0 else 1
    body = " + ".join(f"{sign * c} x{j}" for j, c in terms)
    lower, upper = (None if end is None else sign * end for end in (row.lower, row.upper))
    return f"{lower} <= {body} <= {upper}" if sign > 0 else f"{upper} <= {body} <= {lower}"


def _sum_text(expr: Expr) -> str:
    return " + ".join([f"{c} x{j}" for j, c in sorted(expr.terms.items())] + [str(expr.constant)])


def _digest(*parts: str) -> str:
    return hashlib.blake2b("|".join(parts).encode(), digest_size=12).hexdigest()
