"""``optcopilot sensitivity``: what one more unit of each number is worth, and how far that holds."""

from __future__ import annotations

import argparse
import math

from copilot.commands.asked import UNSOLVABLE, aligned, refused
from copilot.commands.checks import grounded
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.output import write_json, write_text
from copilot.commands.report import number
from copilot.commands.solve import CODES, options_of
from copilot.explain import verdict
from copilot.worth import step_sentences, worth_sentences
from formulations.data import Instance
from formulations.program import Program
from solvers.dispatch import solve
from solvers.marginals import Marginal, Step, marginals, steps
from solvers.sensitivity import NoSensitivityError, Sensitivity, sensitivity
from solvers.solution import Solution
from solvers.solver import Options
from solvers.verify import verify_instance

#: Sentences and rows of a table that are printed.
_SHOWN = 20
#: Prices closer to zero than this count as none.
_DUST = 1e-9


def run(arguments: argparse.Namespace) -> ExitCode:
    """Examines one optimum. Raises CommandError."""
    problem = read_problem(arguments)
    instance, program = grounded(problem)
    options = options_of(arguments, problem.settings)
    try:
        solution = solve(program, options)
        if instance is not None:
            solution = verify_instance(instance, program, solution, options)
        if not solution.termination.has_values:
            raise CommandError(
                CODES[solution.termination],
                "no-optimum",
                f"there is no optimum to examine. {verdict(solution).sentence}",
            )
        found, why = _sensitivity(program, solution, options)
        prices: tuple[Marginal, ...] = ()
        if found is not None and instance is not None and solution.values is not None:
            prices = marginals(instance, found, solution.values)
        stepped: tuple[Step, ...] = ()
        if instance is not None and (arguments.steps or found is None or found.integers_fixed):
            stepped = steps(instance, solution, options)
    except UNSOLVABLE as error:
        raise refused(error) from None
    if arguments.json:
        write_json(_as_json(solution, found, why, prices, stepped))
    else:
        write_text("\n".join(_lines(problem, instance, solution, found, why, prices, stepped)))
    return CODES[solution.termination]


def _sensitivity(program: Program, solution: Solution, options: Options) -> tuple[Sensitivity | None, str]:
    """Prices and ranges, or why there are none."""
    try:
        return sensitivity(program, solution, options), ""
    except NoSensitivityError as error:
        return None, str(error)


def _as_json(
    solution: Solution, found: Sensitivity | None, why: str, prices: tuple[Marginal, ...], stepped: tuple[Step, ...]
) -> dict[str, object]:
    return {
        "status": solution.termination.value,
        "objective": solution.objective,
        "reason": why,
        "caveats": [] if found is None else list(found.caveats),
        "integers_fixed": None if found is None else found.integers_fixed,
        "degenerate": None if found is None else found.degenerate,
        "alternative_optima": None if found is None else found.alternative_optima,
        "numbers": [_record(marginal) for marginal in prices],
        "steps": [_record(step) for step in stepped],
        "rows": [] if found is None else [_record(row) for row in found.rows],
        "columns": [] if found is None else [_record(column) for column in found.columns],
    }


def _record(entry: object) -> dict[str, object]:
    """The fields of a frozen record; ends that are infinite become null."""
    fields: dict[str, object] = {name: getattr(entry, name) for name in type(entry).__slots__}  # type: ignore[attr-defined]
    return fields


def _lines(
    problem: Problem,
    instance: Instance | None,
    solution: Solution,
    found: Sensitivity | None,
    why: str,
    prices: tuple[Marginal, ...],
    stepped: tuple[Step, ...],
) -> list[str]:
    head = problem.preface() + (f"objective {number(solution.objective)}" if solution.objective is not None else "")
    lines = [head, *([why] if why else [])]
    formulation = None if instance is None else instance.formulation
    if found is not None and found.integers_fixed:
        lines.append("The prices below hold while the integer variables keep their values.")
    if formulation is not None and prices:
        sentences = worth_sentences(formulation, prices)
        lines += ["", "What the numbers are worth", *_shortened(sentences)]
    if formulation is not None and stepped:
        sentences = step_sentences(formulation, stepped)
        lines += ["", "Solved again, one number moved by a step", *(_shortened(sentences) or ["  nothing changes"])]
    if found is not None:
        lines += [*_rows(found), *_columns(found)]
        lines += ["", *found.caveats] if found.caveats else []
    return lines


def _shortened(sentences: list[str]) -> list[str]:
    more = [f"  … and {len(sentences) - _SHOWN} more"] if len(sentences) > _SHOWN else []
    return [f"  {sentence}" for sentence in sentences[:_SHOWN]] + more


def _rows(found: Sensitivity) -> list[str]:
    priced = [row for row in found.rows if abs(row.shadow_price) > _DUST]
    if not priced:
        return []
    rows = [["constraint", "bound", "shadow price", "holds from", "to"]]
    for row in priced[:_SHOWN]:
        ends = [_end(row.valid_from), _end(row.valid_to)]
        rows.append([row.label, "-" if row.bound is None else number(row.bound), number(row.shadow_price), *ends])
    more = [f"  … and {len(priced) - _SHOWN} more"] if len(priced) > _SHOWN else []
    return ["", "Shadow prices", *aligned(rows), *more]


def _columns(found: Sensitivity) -> list[str]:
    shown = found.columns[:_SHOWN]
    rows = [["variable", "value", "reduced cost", "coefficient", "holds from", "to"]]
    for column in shown:
        ends = [_end(column.coefficient_from), _end(column.coefficient_to)]
        rows.append(
            [column.label, number(column.value), number(column.reduced_cost), number(column.coefficient), *ends]
        )
    more = [f"  … and {len(found.columns) - _SHOWN} more"] if len(found.columns) > _SHOWN else []
    return ["", "The plan stays optimal while a coefficient of the objective lies in its range", *aligned(rows), *more]


def _end(value: float | None) -> str:
    if value is None:
        return "fixed"
    return number(value) if math.isfinite(value) else "-inf" if value < 0 else "inf"
