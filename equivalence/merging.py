"""Columns that can be forgotten: an objective that one row bounds, and columns that occur only as a sum."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from equivalence.exact import ONE, ZERO, ExactColumn, Expr, Row, activity, combine, content, negated, scaled_row
from equivalence.removals import Split, sum_range
from equivalence.workspace import Workspace, solved_for


def remove_epigraphs(work: Workspace) -> bool:
    """``minimize z, z >= expression``: z becomes the expression, its best value for every plan.

    Only a continuous column that is the whole objective is taken for an auxiliary: a decision might be bounded
    by one row just as well.
    """
    if len(work.objective.terms) != 1:
        return False
    found = [remove_epigraph(work, j, down=c > 0) for j, c in list(work.objective.terms.items())]
    return any(found)


def remove_epigraph(work: Workspace, j: int, *, down: bool) -> bool:
    if len(work.where[j]) != 1 or work.columns[j].integer or work.columns[j].label in work.keep:
        return False
    (i,) = work.where[j]
    row, col = work.rows[i], work.columns[j]
    from_below = (row.terms[j] > 0) == down
    bound, other = (row.lower, row.upper) if from_below else (row.upper, row.lower)
    if bound is None or other is not None:
        return False
    if not work.may_define(Row(row.label, row.terms, bound, bound), j):
        return False
    expr = solved_for(row, j, bound)
    lowest, highest = activity(expr.terms, work.columns)
    end, floor = (lowest, col.lower) if down else (negated(highest), negated(col.upper))
    least = expr.constant if down else -expr.constant
    if floor is not None and (end is None or end + least < floor):
        return False
    work.note("epigraph objective", f"{col.label} by {row.label}")
    work.faithful = False
    work.drop(i)
    work.eliminate(j, expr)
    ceiling = col.upper if down else col.lower
    if ceiling is not None:
        left = ceiling - expr.constant
        lower, upper = (None, left) if down else (left, None)
        work.put(i, scaled_row(row.label, expr.terms, lower, upper))
    return True


def merge_parallel(work: Workspace) -> bool:
    """Columns that occur only as ``x + k y``: one column with the range of the sum."""
    groups: dict[object, list[tuple[Fraction, int]]] = defaultdict(list)
    for j in work.columns:
        entries = {i: Fraction(work.rows[i].terms[j]) for i in work.where[j]}
        if not entries:
            continue
        weight = work.objective.terms.get(j, ZERO)
        size = content([*entries.values(), weight])
        if entries[min(entries)] < 0:
            size = -size
        shape = frozenset((i, c / size) for i, c in entries.items())
        groups[shape, weight / size].append((size, j))
    found = False
    for members in groups.values():
        members.sort(key=lambda member: (abs(member[0]), member[1]))
        while len(members) > 1:
            (first, j), (second, k) = members[0], members.pop(1)
            merged = sum_range(work.columns[j], work.columns[k], second / first)
            if merged is not None:
                members[0] = (first, merge(work, j, k, second / first, merged))
                found = True
    return found


def merge(work: Workspace, j: int, k: int, ratio: Fraction, merged: ExactColumn) -> int:
    """Puts one new column in the place of ``x_j + ratio x_k``."""
    new, work.next_column = work.next_column, work.next_column + 1
    work.note("split column", f"{work.columns[j].label}, {work.columns[k].label}")
    work.faithful = False
    work.removals.append(Split(new, j, k, ratio, (work.columns[j], work.columns[k])))
    work.columns[new], work.where[new] = merged, set()
    work.project[new] = combine([(ONE, work.project[j]), (ratio, work.project[k])])
    for i in sorted(work.where[j]):
        row = work.drop(i)
        terms = {n: c for n, c in row.terms.items() if n not in (j, k)} | {new: row.terms[j]}
        work.put(i, scaled_row(row.label, terms, row.lower, row.upper))
    weight = work.objective.terms.get(j, ZERO)
    rest = {n: c for n, c in work.objective.terms.items() if n not in (j, k)}
    work.objective = Expr(rest | {new: weight} if weight else rest, work.objective.constant)
    for old in (j, k):
        del work.columns[old], work.where[old], work.project[old]
    return new
