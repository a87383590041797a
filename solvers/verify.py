"""Trust nothing: what a solver says is recomputed on the Program before anybody sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from formulations.data import Instance
from formulations.evaluate import evaluate
from formulations.ground import values_by_variable
from formulations.program import Flags, Floats, Program
from solvers.activities import Activities, activities, row_maxima
from solvers.certificates import evidence_of
from solvers.solution import Solution, Termination
from solvers.solver import Options

#: Terminations that deny what a feasible point would show.
_DENIALS = (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED)


@dataclass(frozen=True, kw_only=True)
class Violations:
    """How far a point is from feasible.

    largest: the largest violation of a row, bound or integrality, in their own units. relative: the largest one
    relative to the largest term of its row (at least 1), which decides whether the point passes. worst: the
    offender by label and in words, empty if nothing is violated. Undefined values count as infinite violations.
    """

    largest: float
    relative: float
    worst: str


def verify(program: Program, solution: Solution, options: Options) -> Solution:
    """The solution with objective and largest violation recomputed, degraded where a claim does not hold.

    Integer columns are first rounded where the point stays as feasible as it was. A point that violates more than
    the tolerance, an objective or bound that contradicts it, and a claim without values make a NUMERICAL_ERROR
    that keeps the values; an optimum with an open gap becomes FEASIBLE; a ray that does not improve forever is
    dropped. The log says what was claimed and what is true, the evidence what a claim that is left rests on.
    """
    if solution.values is None:
        if solution.termination.has_values:
            return _degraded(solution, f"claimed {solution.termination.value}, but gave no values")
        checked = _without_false_ray(program, solution, options)
        return replace(checked, evidence=evidence_of(program, checked, options, scale=1.0))
    if solution.values.shape != (program.column_count,):
        given = f"{solution.values.size} values for {program.column_count} columns"
        return replace(_degraded(solution, f"gave {given}"), values=None, max_violation=None)
    point, found, true = _examined(program, solution.values, options)
    checked = replace(
        solution,
        values=point,
        objective=true.objective if math.isfinite(true.objective) else None,
        max_violation=found.largest,
    )
    complaint = _complaint(program, solution, found, true, options)
    if complaint:
        return _degraded(checked, complaint)
    closed = _closed(checked, true.objective_scale, options)
    return replace(closed, evidence=evidence_of(program, closed, options, scale=true.objective_scale))


def verify_instance(instance: Instance, program: Program, solution: Solution, options: Options) -> Solution:
    """``verify``, and then the same on the expressions as they were written, independently of the grounding."""
    checked = verify(program, solution, options)
    if checked.values is None or not checked.termination.has_values:
        return checked
    claim = checked.termination.value
    evaluation = evaluate(instance, values_by_variable(instance, checked.values))
    found = activities(program, checked.values, options)
    for label, amount in evaluation.violations.items():
        if not amount <= _tolerance(options) * _scale_of(label, program, found):
            return _degraded(checked, f"claimed {claim}, but as written '{label}' is violated by {amount:.6g}")
    if evaluation.objective is None:
        return checked
    if not _agree(checked.objective, evaluation.objective, found.objective_scale, options):
        true = f"{evaluation.objective:.9g}"
        return _degraded(checked, f"claimed the objective {checked.objective}, but as written it is {true}")
    return checked


def violations(program: Program, values: Floats, options: Options | None = None) -> Violations:
    """The violations of every bound, integrality and row at one point, shape (n,)."""
    return _violations(program, values, activities(program, values, options))


def _held(program: Program, values: Floats) -> Flags:
    """Which rows must hold: all but those whose indicator says otherwise."""
    held = np.ones(program.row_count, dtype=bool)
    for row, indicator in program.indicators.items():
        held[row] = (values[indicator.column] > 0.5) == indicator.value
    return held


def _amount(excess: Floats) -> Floats:
    """Positive parts, infinite where a number is undefined."""
    amount = np.maximum(excess, 0.0)
    return np.where(np.isnan(amount), np.inf, amount) if np.isnan(amount.max(initial=0.0)) else amount


def _examined(program: Program, values: Floats, options: Options) -> tuple[Floats, Violations, Activities]:
    """The point, what it violates and what it gives; near-integers rounded where that keeps it feasible."""
    rounded = np.where(program.integer, np.round(values), values) if program.integer.any() else values
    with np.errstate(invalid="ignore"):
        change = 0.0 if rounded is values else float(np.abs(rounded - values).max(initial=0.0))
    if 0 < change <= options.integrality_tolerance:
        true = activities(program, rounded, options)
        found = _violations(program, rounded, true)
        if found.relative <= options.feasibility_tolerance:
            return rounded, found, true
    true = activities(program, values, options)
    return values, _violations(program, values, true), true


def _violations(program: Program, values: Floats, true: Activities) -> Violations:
    with np.errstate(invalid="ignore"):
        excess = np.maximum(program.row_lower - true.rows, true.rows - program.row_upper)
        outside = np.maximum(program.column_lower - values, values - program.column_upper)
        discrete = program.integer.any()
        fraction = np.where(program.integer, np.abs(values - np.round(values)), 0.0) if discrete else np.zeros(1)
    held = _held(program, values)
    amounts = (
        _amount(excess) if held.all() else np.where(held, _amount(excess), 0.0),
        _amount(outside),
        _amount(fraction),
    )
    relative = [
        amounts[0] / _row_scales(program, true) if amounts[0].any() else amounts[0],
        amounts[1] / _bound_scales(program.column_lower, program.column_upper) if amounts[1].any() else amounts[1],
        amounts[2],
    ]
    kind = max((0, 1, 2), key=lambda kind: relative[kind].max(initial=0.0))
    worst = ""
    if relative[kind].max(initial=0.0) > 0:
        position = int(relative[kind].argmax())
        worst = _offender(program, values, float(amounts[kind][position]), position, kind)
    return Violations(
        largest=max(float(amount.max(initial=0.0)) for amount in amounts),
        relative=float(relative[kind].max(initial=0.0)),
        worst=worst,
    )


def _tolerance(options: Options) -> float:
    return max(options.verification_tolerance, options.integrality_tolerance)


def _bound_scales(lower: Floats, upper: Floats) -> Floats:
    """The size of the larger finite bound, at least 1."""
    sizes = [np.where(np.isfinite(bound), np.abs(bound), 1.0) for bound in (lower, upper)]
    return np.maximum(1.0, np.maximum(*sizes))


def _row_scales(program: Program, true: Activities) -> Floats:
    terms = np.where(np.isfinite(true.row_scales), true.row_scales, 1.0)
    return np.maximum(terms, _bound_scales(program.row_lower, program.row_upper))


def _scale_of(label: str, program: Program, true: Activities) -> float:
    """The largest scale among the rows, or the column bounds, of the element that a label names."""
    name = label.partition("[")[0]
    pairs = (
        (program.rows, _row_scales(program, true)),
        (program.columns, _bound_scales(program.column_lower, program.column_upper)),
    )
    for labels, scales in pairs:
        own = [
            scales[start : start + block.count].max(initial=1.0)
            for block, start in zip(labels.blocks, labels.starts, strict=False)
            if block.name == name
        ]
        if own:
            return float(max(own))
    return 1.0


def _offender(program: Program, values: Floats, amount: float, position: int, kind: int) -> str:
    """The row (kind 0), bound (1) or integrality (2) at a position, and how far it is missed."""
    name = program.rows[position] if kind == 0 else program.columns[position]
    if not math.isfinite(amount):
        return f"{name} has no value"
    if kind == 0:
        return f"{name} is violated by {amount:.6g}"
    value = f"{name} = {values[position]:.9g}"
    return f"{value} is outside its bounds by {amount:.6g}" if kind == 1 else f"{value} is not an integer"


def _complaint(program: Program, solution: Solution, found: Violations, true: Activities, options: Options) -> str:
    """What is wrong with a point and the claims about it, '' if nothing is."""
    feasible = found.relative <= _tolerance(options)
    claim = solution.termination.value
    if solution.termination in _DENIALS and feasible:
        return f"claimed {claim}, but gave a feasible point"
    if not solution.termination.has_values:
        return ""
    if not feasible:
        return f"claimed {claim}, but {found.worst}"
    if not math.isfinite(true.objective):
        return f"claimed {claim}, but the objective has no value there"
    scale = true.objective_scale
    if solution.objective is not None and not _agree(solution.objective, true.objective, scale, options):
        return f"claimed the objective {solution.objective:.9g}, but it is {true.objective:.9g}"
    if solution.dual_bound is None:
        return ""
    beyond = solution.dual_bound - true.objective
    beyond = -beyond if program.sense == "maximize" else beyond
    if not beyond <= options.verification_tolerance * scale:
        return f"claimed the bound {solution.dual_bound:.9g}, but a feasible point has {true.objective:.9g}"
    return ""


def _agree(claimed: float | None, true: float, scale: float, options: Options) -> bool:
    return claimed is not None and abs(claimed - true) <= options.verification_tolerance * scale


def _closed(solution: Solution, scale: float, options: Options) -> Solution:
    """An optimum whose own bound leaves a larger gap than was asked for is no more than feasible."""
    if solution.termination is not Termination.OPTIMAL or solution.mip_gap is None:
        return solution
    assert solution.objective is not None
    assert solution.dual_bound is not None
    gap = abs(solution.objective - solution.dual_bound)
    if gap <= max(options.mip_gap, options.verification_tolerance) * max(scale, abs(solution.objective)):
        return solution
    note = f"claimed optimal, but its bound {solution.dual_bound:.9g} leaves a gap of {solution.mip_gap:.2%}"
    return replace(solution, termination=Termination.FEASIBLE, log=_noted(solution, note))


def _without_false_ray(program: Program, solution: Solution, options: Options) -> Solution:
    """A ray must improve the objective and leave every row and bound of a linear program behind."""
    ray = solution.ray
    if ray is None:
        return solution
    if ray.shape == (program.column_count,) and improves_forever(program, ray, options):
        return solution
    note = "claimed a ray along which the objective improves forever, but it is none"
    return replace(solution, ray=None, log=_noted(solution, note))


def improves_forever(program: Program, ray: Floats, options: Options) -> bool:
    """Whether a linear program's objective gets better along a direction that leaves every row and bound satisfied."""
    size = float(np.abs(ray).max(initial=0.0))
    if not 0 < size < math.inf:
        return False
    direction = ray / size
    moves = program.matrix @ direction
    scales = np.maximum(1.0, row_maxima(abs(program.matrix)))
    tolerance = options.verification_tolerance
    inside = (
        (moves[np.isfinite(program.row_upper)] <= tolerance * scales[np.isfinite(program.row_upper)]).all()
        and (moves[np.isfinite(program.row_lower)] >= -tolerance * scales[np.isfinite(program.row_lower)]).all()
        and (direction[np.isfinite(program.column_upper)] <= tolerance).all()
        and (direction[np.isfinite(program.column_lower)] >= -tolerance).all()
    )
    slope = float(program.objective @ direction)
    return bool(inside) and (slope > 0 if program.sense == "maximize" else slope < 0)


def refuted(solution: Solution, complaint: str, values: Floats | None = None) -> Solution:
    """A NUMERICAL_ERROR whose log says what was claimed and what is true; with the values that show it."""
    return _degraded(solution if values is None else replace(solution, values=values), complaint)


def _degraded(solution: Solution, complaint: str) -> Solution:
    note = f"{solution.solver} {complaint}"
    return replace(solution, termination=Termination.NUMERICAL_ERROR, evidence=None, log=_noted(solution, note))


def _noted(solution: Solution, note: str) -> str:
    return f"{solution.log.rstrip()}\nVerification: {note}.\n".lstrip()
