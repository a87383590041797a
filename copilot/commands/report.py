"""A solution for people: the outcome in words, values by variable, constraints that bind, shadow prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from formulations.formulation import Formulation, Variable
from formulations.program import Floats, Program
from solvers.activities import activities
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Options

#: Entries of one table before zeros are left out, and then before the rest is counted.
FEW, MANY = 24, 200
WORDS = {
    Termination.OPTIMAL: "Optimal",
    Termination.LOCALLY_OPTIMAL: "Locally optimal (a better point elsewhere is not ruled out)",
    Termination.FEASIBLE: "Feasible, not proved optimal",
    Termination.INFEASIBLE: "Infeasible: no values satisfy all constraints",
    Termination.UNBOUNDED: "Unbounded: the objective can be improved without end",
    Termination.INFEASIBLE_OR_UNBOUNDED: "Infeasible or unbounded: the solver could not tell which",
    Termination.NO_SOLUTION_FOUND: "No solution found",
    Termination.NUMERICAL_ERROR: "Numerical error: what the solver returned did not pass verification",
}
LIMITS = {
    Limit.TIME: "the time limit was reached",
    Limit.NODE: "the node limit was reached",
    Limit.ITERATION: "the iteration limit was reached",
    Limit.INTERRUPTED: "it was interrupted",
}


def report(solution: Solution, program: Program, formulation: Formulation | None, *, why: str) -> str:
    """The whole report; ``formulation`` is None for an imported program."""
    sections = [[*_outcome(solution, program, formulation, why)]]
    if solution.values is not None:
        sections.append([*_values(solution.values, program, formulation)])
        if solution.termination.has_values:
            sections.append([*_rows(solution, program)])
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def number(value: float) -> str:
    """Up to six decimals, no exponent for ordinary sizes, no negative zero."""
    rounded = round(value, 6) + 0.0
    return str(int(rounded)) if rounded == int(rounded) and abs(rounded) < 1e15 else f"{rounded:.12g}"


def _outcome(solution: Solution, program: Program, formulation: Formulation | None, why: str) -> Iterator[str]:
    limit = f": {LIMITS[solution.limit]}" if solution.limit is not None else ""
    yield WORDS[solution.termination] + limit
    objective = None if formulation is None else formulation.objective
    name = "objective" if objective is None else objective.name
    unit = f" {objective.unit}" if objective is not None and objective.unit else ""
    if solution.objective is not None:
        yield f"{name} = {number(solution.objective)}{unit} ({program.sense}d)"
    if solution.dual_bound is not None and solution.termination in (
        Termination.FEASIBLE,
        Termination.NO_SOLUTION_FOUND,
    ):
        gap = f", gap {solution.mip_gap:.3%}" if solution.mip_gap is not None else ""
        yield f"no plan can do better than {number(solution.dual_bound)}{unit}{gap}"
    violation = "" if solution.max_violation is None else f", largest violation {solution.max_violation:.2g}"
    yield f"{solution.solver} {solution.version}, {solution.seconds:.2f} s{violation}"
    if solution.evidence is not None:
        yield solution.evidence.sentence
    if why:
        yield why
    if solution.termination is Termination.NUMERICAL_ERROR and solution.log:
        yield solution.log.strip().splitlines()[-1]


def _values(values: Floats, program: Program, formulation: Formulation | None) -> Iterator[str]:
    """One table for single variables, one for each indexed variable."""
    variables: dict[str, Variable] = (
        {} if formulation is None else {variable.name: variable for variable in formulation.variables}
    )
    singles: list[tuple[str, ...]] = []
    tables: list[str] = []
    for block, start in zip(program.columns.blocks, program.columns.starts, strict=False):
        variable = variables.get(block.name)
        unit = variable.unit if variable is not None else ""
        words = variable.description if variable is not None else ""
        if not block.members:
            singles.append((block.name, number(values[start]), unit, words))
            continue
        entries = [
            (", ".join(map(str, block.key(position))), number(values[start + position]))
            for position in range(block.count)
        ]
        title = block.name + (f" ({unit})" if unit else "") + (f": {words}" if words else "")
        tables += ["", title, *_table(_shortened(entries), indent="  ")]
    lines = [*_table(_shortened(singles)), *tables]
    yield from lines[1:] if lines and not lines[0] else lines


def _shortened(entries: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if len(entries) <= FEW:
        return list(entries)
    nonzero = [entry for entry in entries if entry[1] != "0"]
    shown = nonzero[:MANY]
    left = [f"{len(nonzero) - len(shown)} more"] if len(nonzero) > len(shown) else []
    zeros = [f"{len(entries) - len(nonzero)} zero"] if len(nonzero) < len(entries) else []
    return [*shown, *([(f"… and {' and '.join([*left, *zeros])}",)] if left or zeros else [])]


def _rows(solution: Solution, program: Program) -> Iterator[str]:
    """The constraints that hold with equality here, with their shadow prices where there are any."""
    assert solution.values is not None
    options = Options()
    found = activities(program, solution.values, options)
    tolerance = options.verification_tolerance * np.maximum(1.0, found.row_scales)
    upper = np.abs(found.rows - program.row_upper) <= tolerance
    lower = np.abs(found.rows - program.row_lower) <= tolerance
    binding = [row for row in np.flatnonzero(upper | lower).tolist() if row not in program.indicators]
    if not binding:
        return
    priced = solution.duals is not None
    yield "Binding constraints" + (" and their shadow prices" if priced else "")
    entries = []
    for row in binding:
        sign = "==" if upper[row] and lower[row] else "<=" if upper[row] else ">="
        bound = program.row_upper[row] if upper[row] else program.row_lower[row]
        price = number(float(solution.duals[row])) if solution.duals is not None else ""
        entries.append((program.rows[row], f"{sign} {number(float(bound))}", price))
    shown = entries[:FEW]
    yield from _table(shown, indent="  ")
    if len(entries) > len(shown):
        yield f"  … and {len(entries) - len(shown)} more"


def _table(entries: Sequence[tuple[str, ...]], *, indent: str = "") -> Iterator[str]:
    """Aligned columns: the second to the right, the others to the left; a row of one cell stands alone."""
    full = [entry for entry in entries if len(entry) > 1]
    widths = [max(len(entry[column]) for entry in full) for column in range(len(full[0]))] if full else []
    for entry in entries:
        if len(entry) == 1:
            yield indent + entry[0]
            continue
        cells = [
            cell.rjust(width) if column == 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(entry, widths, strict=True))
        ]
        yield (indent + "  ".join(cells)).rstrip()
