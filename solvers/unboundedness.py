"""Why the objective of a Program improves for ever: the ray, in the names a person gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.affine import objective_terms
from formulations.expression import Column, walk
from formulations.program import Block, Floats, Labels, Program
from formulations.show import show_number
from solvers.dispatch import NoCapableSolverError, plan
from solvers.highs import Highs
from solvers.solution import Solution, Termination
from solvers.solver import Options

#: Movements below this share of the largest one are rounding.
NEGLIGIBLE = 1e-9
#: Columns and rows that are named before the rest is counted.
SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A column that moves without end: by ``rate`` (negative: it falls) per unit of objective improvement.

    gain: its own share of that unit; the shares of all columns sum to one. rows: labels of the constraints it
    occurs in, none of which stops it.
    """

    name: str
    label: str
    rate: float
    gain: float
    rows: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class UnboundedExplanation:
    """Which columns move for ever, and which of them a forgotten constraint should probably limit.

    certain: whether the movements were proved to be a direction in which every constraint stays satisfied.
    suspects: labels of columns that gain by moving, or, without a proved direction, of unlimited columns of the
    objective. verb: what the objective does, "rises" or "falls".
    """

    certain: bool
    verb: str
    movements: tuple[Movement, ...]
    suspects: tuple[str, ...]


def explain_unbounded(
    program: Program, solution: Solution | None = None, options: Options | None = None
) -> UnboundedExplanation:
    """The least movement of the columns that improves the objective for ever.

    Solves a linear program over the directions that leave every row and bound satisfied; functions that can be
    rewritten are rewritten first. The ray of ``solution`` serves where that gives nothing, and for programs that
    stay nonlinear the unlimited columns of the objective are all that is said. A mixed-integer program with
    rational data is unbounded along the same rays as its relaxation. Source: Meyer (1974).
    """
    verb = "rises" if program.sense == "maximize" else "falls"
    direction, certain = _direction(program, options or Options())
    if direction is None and solution is not None and solution.ray is not None:
        direction, certain = _per_unit(program, solution.ray), True
    if direction is None:
        return UnboundedExplanation(certain=False, verb=verb, movements=(), suspects=_unlimited(program))
    movements = _movements(program, direction)
    suspects = tuple(movement.label for movement in movements if movement.gain > 0)
    return UnboundedExplanation(
        certain=certain, verb=verb, movements=movements, suspects=suspects or tuple(m.label for m in movements)
    )


def _direction(program: Program, options: Options) -> tuple[Floats | None, bool]:
    """The movement of each column per unit of improvement, None if none is found; and whether it is proved."""
    always = replace(program, indicators={})  # a direction that respects conditional rows always does so when needed
    for certain, candidate in ((True, program), (True, always), (False, _without_rows(always, program.indicators))):
        try:
            linear = plan(candidate, Highs.name).reduced
        except NoCapableSolverError:
            continue
        solution = Highs().solve(recession(linear), replace(options, start=None))
        if solution.termination is Termination.OPTIMAL and solution.values is not None:
            n = linear.column_count
            moved = solution.values[:n] - solution.values[n:]
            moved[np.abs(moved) <= NEGLIGIBLE * np.abs(moved).max(initial=0.0)] = 0.0
            return moved[: program.column_count], certain
    return None, False


def _without_rows(program: Program, rows: Iterable[int]) -> Program:
    """The program with rows that ask for nothing."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[list(rows)], upper[list(rows)] = -np.inf, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def recession(program: Program) -> Program:
    """Directions p - q that stay feasible and gain one unit, with the least sum of movements."""
    n = program.column_count
    rises, falls = np.isposinf(program.column_upper), np.isneginf(program.column_lower)
    stack = [program.matrix]
    lower = np.where(np.isfinite(program.row_lower), 0.0, -np.inf)
    upper = np.where(np.isfinite(program.row_upper), 0.0, np.inf)
    if program.objective_quadratic is not None:  # along a ray of a convex objective the curved part stays as it is
        stack.append(program.objective_quadratic)
        lower, upper = np.concatenate([lower, np.zeros(n)]), np.concatenate([upper, np.zeros(n)])
    gain = 1.0 if program.sense == "maximize" else -1.0
    stack.append(sparse.csr_array(gain * program.objective[None, :]))
    rows = sparse.vstack(stack, format="csr")
    return Program(
        name="directions",
        sense="minimize",
        columns=numbered("direction", 2 * n),
        column_lower=np.zeros(2 * n),
        column_upper=np.concatenate([np.where(rises, np.inf, 0.0), np.where(falls, np.inf, 0.0)]),
        integer=np.zeros(2 * n, dtype=np.bool_),
        objective=np.ones(2 * n),
        rows=numbered("row", rows.shape[0]),
        matrix=sparse.csr_array(sparse.hstack([rows, -rows], format="csr")),
        row_lower=np.append(lower, 1.0),
        row_upper=np.append(upper, 1.0),
    )


def numbered(name: str, count: int) -> Labels:
    return Labels((Block(name, count, (range(count),), np.arange(count)[:, None]),))


def _per_unit(program: Program, ray: Floats) -> Floats | None:
    gain = abs(float(program.objective @ ray))
    return ray / gain if gain > 0 else None


def _movements(program: Program, direction: Floats) -> tuple[Movement, ...]:
    """The columns that move, those that gain most first."""
    gains = direction * program.objective * (1.0 if program.sense == "maximize" else -1.0)
    by_column = program.matrix.tocsc()
    movements = [
        Movement(
            name=program.columns.locate(j)[0].name,
            label=program.columns[j],
            rate=float(direction[j]),
            gain=float(gains[j]),
            rows=tuple(program.rows[row] for row in _rows_of(by_column, j)[:SHOWN]),
        )
        for j in np.flatnonzero(direction).tolist()
    ]
    return tuple(sorted(movements, key=lambda movement: -movement.gain))


def _rows_of(by_column: sparse.csc_array, j: int) -> list[int]:
    rows: list[int] = by_column.indices[by_column.indptr[j] : by_column.indptr[j + 1]].tolist()
    return sorted(rows)


def _unlimited(program: Program) -> tuple[str, ...]:
    """The columns of the objective that have an infinite bound."""
    terms = objective_terms(program)
    used = {*terms.linear, *(j for pair in terms.quadratic for j in pair)}
    for _, expression in terms.residual:
        used |= {node.index for node in walk(expression) if isinstance(node, Column)}
    unlimited = np.isinf(program.column_lower) | np.isinf(program.column_upper)
    return tuple(program.columns[j] for j in sorted(used) if unlimited[j])


def render_unbounded(explanation: UnboundedExplanation) -> str:
    """What happens, along which columns, and what is probably missing, in plain words."""
    if not explanation.movements:
        suspects = _series(explanation.suspects) or "no variable of the objective"
        return (
            f"The objective {explanation.verb} without limit. No direction could be worked out for this kind of "
            f"problem; without a bound: {suspects}. Look for a missing bound or constraint there."
        )
    lines = [f"The objective {explanation.verb} without limit: nothing stops these variables from moving together."]
    lines.append("For each unit by which it improves:")
    for movement in explanation.movements:
        way = "grows" if movement.rate > 0 else "falls"
        what = "which does not stop it" if len(movement.rows) == 1 else "which do not stop it"
        where = f" (occurs in {_series(movement.rows)}, {what})" if movement.rows else " (in no constraint)"
        lines.append(f"  {movement.label} {way} by {show_number(abs(movement.rate))}{where}")
    names = _series(explanation.suspects)
    lines.append(f"Probably missing: a constraint, or a bound, that limits {names}.")
    return "\n".join(lines)


def _series(names: tuple[str, ...]) -> str:
    shown = list(names[:SHOWN])
    if len(names) > SHOWN:
        shown.append(f"{len(names) - SHOWN} more")
    return shown[0] if len(shown) == 1 else " and ".join([", ".join(shown[:-1]), shown[-1]]) if shown else ""
