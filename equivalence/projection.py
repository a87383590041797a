"""Columns that only one of two programs has are projected out, by Fourier and Motzkin, where that stays small."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from equivalence.exact import ONE, Expr, activity, combine, scaled_row
from equivalence.removals import Forgotten, Summed, sum_range
from equivalence.workspace import Workspace, solved_for

#: Columns in more rows than this are not projected out.
_MOST_ROWS = 12
#: Sums are tried only where at most this many columns may be forgotten.
_MOST_SUMS = 80


def project(work: Workspace) -> bool:
    """Projects columns out of the rows (Fourier and Motzkin) where no more rows come of it than were there.

    For an integer column it is exact only if all that bounds it from below, or all that bounds it from above, are
    integers: its coefficients there are 1 or -1 in rows of integers. Then the greatest of the ones, or the least of
    the others, is a value for it.
    """
    for step in (project_column, add_up):
        free = [j for j, col in work.columns.items() if col.label not in work.keep]
        if step is add_up and len(free) > _MOST_SUMS:
            return False
        changed = [j for j in free if j in work.columns and step(work, j)]
        if changed:
            return True
    return False


def project_column(work: Workspace, j: int) -> bool:
    """Forgets one column outside the objective."""
    col = work.columns.get(j)
    if col is None or j in work.objective.terms or len(work.where[j]) > _MOST_ROWS:
        return False
    rows = [work.rows[i] for i in sorted(work.where[j])]
    # Everything that bounds the column from below, and from above, as (expression, label).
    below: list[tuple[Expr, str]] = []
    above: list[tuple[Expr, str]] = []
    whole = {True: True, False: True}
    for row in rows:
        for end, is_lower in ((row.lower, True), (row.upper, False)):
            if end is not None:
                from_below = is_lower == (row.terms[j] > 0)
                whole[from_below] &= abs(row.terms[j]) == 1 and all(work.columns[k].integer for k in row.terms)
                (below if from_below else above).append((solved_for(row, j, end), row.label))
    if col.integer and not any(whole.values()):
        return False
    below += [] if col.lower is None else [(Expr({}, col.lower), col.label)]
    above += [] if col.upper is None else [(Expr({}, col.upper), col.label)]
    new = []
    for low, label in below:
        for high, other in above:
            difference = combine([(ONE, high), (-ONE, low)])
            least, _ = activity(difference.terms, work.columns)
            if least is None or least + difference.constant < 0:
                new.append(scaled_row(f"{label} with {other}", difference.terms, -difference.constant, None))
    if len(new) > max(len(rows), 1):
        return False
    work.note("column projected out", col.label)
    work.faithful = False
    for i in sorted(work.where[j]):
        work.drop(i)
    work.removals.append(Forgotten(j, col, tuple(rows)))
    del work.columns[j], work.where[j], work.project[j]
    for row in new:
        work.next_row += 1
        work.put(work.next_row, row)
    return True


def add_up(work: Workspace, j: int) -> bool:
    """Puts the sum ``x_j + x_k`` in the place of x_j if x_k, of the same cost, can then be projected out."""
    weight = work.objective.terms.get(j)
    if weight is None or len(work.where[j]) > _MOST_ROWS:
        return False
    for i in sorted(work.where[j]):
        terms = work.rows[i].terms
        for k in terms:
            same_kind = work.columns[k].integer == work.columns[j].integer
            if k != j and work.objective.terms.get(k) == weight and terms[k] == terms[j] and same_kind:
                trial = deepcopy(work)
                _sum_up(trial, j, k)
                if trial.columns[k].label not in trial.keep and project_column(trial, k):
                    vars(work).update(vars(trial))
                    return True
    return False


def _sum_up(work: Workspace, j: int, k: int) -> None:
    """Rewrites everything by ``x_j = s - x_k`` and calls s column j."""
    one, other = work.columns[j], work.columns[k]
    work.note("columns added up", f"{one.label}, {other.label}")
    work.removals.append(Summed(j, k))
    for i in sorted(work.where[j]):
        row = work.drop(i)
        c = row.terms[j]
        rest = row.terms.get(k, 0) - c
        terms = {n: v for n, v in row.terms.items() if n != k} | ({k: rest} if rest else {})
        work.put(i, scaled_row(row.label, terms, row.lower, row.upper))
    weights = {n: v for n, v in work.objective.terms.items() if n != k}
    work.objective = Expr(weights, work.objective.constant)
    work.project[j] = combine([(ONE, work.project[j]), (ONE, work.project[k])])
    total = sum_range(one, other, ONE)
    lower, upper = (None, None) if total is None else (total.lower, total.upper)
    work.columns[j] = replace(one, lower=lower, upper=upper)
    if one.lower is not None or one.upper is not None:
        work.next_row += 1
        work.put(work.next_row, scaled_row(f"bounds of {one.label}", {j: 1, k: -1}, one.lower, one.upper))
