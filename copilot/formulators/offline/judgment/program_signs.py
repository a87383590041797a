"""What a program is like that was not meant: limits without effect or beyond reason, no plan, no end, no worth.

Nothing here looks at the text.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import Bounds, milp

from copilot.formulators.draft import Question
from formulations.program import Program

from .case import Case, limits

#: Rows of a program in which a conflict is looked for.
_MOST_IN_CONFLICT = 40
#: Things that a question names before it breaks off.
_NAMED = 3
_TOLERANCE = 1e-6


def repetitions(case: Case) -> Iterator[Question]:
    """Limits of one sum in one direction: of two such limits one is without effect."""
    program = case.program
    if program is None:
        return
    seen: dict[tuple[bytes, bool], int] = {}
    table, labels = program.matrix.toarray(), list(program.rows)
    for row, (line, low, high) in enumerate(zip(table, program.row_lower, program.row_upper, strict=True)):
        scale = line[np.flatnonzero(line)[0]] if line.any() else 0.0
        if not scale or low == high:
            continue
        sides = {scale > 0} if np.isfinite(high) else set()
        sides |= {scale < 0} if np.isfinite(low) else set()
        key = np.round(line / scale, 9).tobytes()
        for side in sides:
            first = seen.setdefault((key, side), row)
            if first != row:
                yield Question(
                    text=f"do both '{labels[first]}' ({_side(program, first)}) and '{labels[row]}' "
                    f"({_side(program, row)}) limit the same sum, or is one of them about something else?",
                    default="both hold, so that one of them has no effect",
                    element=_name(labels[row]),
                )


def infeasible(case: Case) -> float:
    return float(case.optimum.status == "infeasible")


def contradictions(case: Case) -> Iterator[Question]:
    """Limits that contradict each other and that no scarce resource joins: comparisons, totals, limits on one thing.

    A text may well ask for more than a resource allows; that it contradicts itself is rarer than a misreading.
    """
    program = case.program
    if program is None or not infeasible(case) or program.row_count > _MOST_IN_CONFLICT:
        return
    table = program.matrix.toarray()
    core = list(range(program.row_count))
    for row in range(program.row_count):
        rest = [other for other in core if other != row]
        if not _feasible(program, rest):
            core = rest
    if any(_is_resource(table[row]) and np.isfinite(program.row_upper[row]) for row in core):
        return
    labels = list(program.rows)
    told = " and ".join(f"'{labels[row]}' ({_side(program, row)})" for row in core[:_NAMED])
    yield Question(
        text=f"{told or 'the bounds'} cannot hold at once: which of them is meant otherwise?",
        default="they are kept, and no plan exists",
        element=_name(labels[core[-1]]) if core else "",
    )


def _feasible(program: Program, rows: list[int]) -> bool:
    bounds = Bounds(program.column_lower, program.column_upper)
    return milp(np.zeros(program.column_count), bounds=bounds, constraints=limits(program, rows)).status != 2


def _is_resource(line: np.ndarray) -> bool:
    """Whether a row adds up what several things use, each its own amount."""
    used = line[line != 0]
    return len(used) > 1 and bool((used > 0).all()) and len(set(used)) > 1


def unbounded(case: Case) -> float:
    return float(case.optimum.status == "unbounded")


def nothing(case: Case) -> Iterator[Question]:
    """The best plan is worth nothing, as where nothing is done."""
    if case.worthless:
        yield Question(
            text="the best plan here is worth nothing: is something needed at least, or is something brought in, that "
            "is left out here?",
            default="it is left as it is",
        )


def stifled(case: Case) -> Iterator[Question]:
    """Limits that allow not even one of some whole thing, or of anything: "at most 2" where one takes 80."""
    program = case.program
    if program is None:
        return
    labels, table = list(program.rows), program.matrix.toarray()
    for row, line in enumerate(table):
        low, high = program.row_lower[row], program.row_upper[row]
        used = np.flatnonzero(line)
        if len(used) < 2 or low == high:
            continue
        for sign, side in ((1.0, high), (-1.0, -low)):
            part = sign * line[used]
            if not np.isfinite(side) or side <= 0 or (part < 0).any():
                continue
            over = part > side + _TOLERANCE
            if not (over.all() or (over & program.integer[used]).any()):
                continue
            title = program.columns.title(int(used[int(part.argmax())]))
            yield Question(
                text=f"'{labels[row]}' allows {side:g} in all, and one {title} takes {part.max():g}: "
                "does the figure limit something else, or is none of it ever chosen?",
                default="it limits this sum all the same",
                element=_name(labels[row]),
            )
            break


def lonely(case: Case) -> Iterator[Question]:
    """Rows in which a figure stands with one thing alone, although several are decided."""
    program = case.program
    if program is None or program.column_count < 2:
        return
    labels, matrix = list(program.rows), program.matrix
    for row in np.flatnonzero(np.diff(matrix.indptr) == 1).tolist():
        place = matrix.indptr[row]
        if abs(abs(matrix.data[place]) - 1.0) <= _TOLERANCE:
            continue
        title = program.columns.title(int(matrix.indices[place]))
        yield Question(
            text=f"does '{labels[row]}' ({_side(program, row)}) limit {title} alone, at {abs(matrix.data[place]):g} "
            "each, or do other things count for it too?",
            default=f"{title} alone",
            element=_name(labels[row]),
        )


def _side(program: Program, row: int) -> str:
    """The limits of a row in words."""
    low, high = program.row_lower[row], program.row_upper[row]
    if low == high:
        return f"exactly {low:g}"
    parts = [f"at least {low:g}"] if np.isfinite(low) else []
    parts += [f"at most {high:g}"] if np.isfinite(high) else []
    return " and ".join(parts) or "no limit"


def _name(label: str) -> str:
    return label.partition("[")[0]
