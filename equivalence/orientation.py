"""How columns are turned: lower bounds at zero, and columns with two bounds the same way in all programs alike."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from equivalence.exact import ONE, ZERO, Expr, Row, activity, column, combine
from equivalence.removals import Turned
from equivalence.workspace import Workspace


def orient(work: Workspace, *, turn: bool) -> None:
    """Finite lower bounds move to zero; columns bounded above only, or turned against the objective, are turned."""
    slacks: dict[int, _Slack] = {}
    turns = {j: _turned(work, j, slacks, turn=turn) for j in work.columns}
    turns = {j: turned for j, turned in turns.items() if turned.sign < 0 or turned.shift}
    if not turns:
        return
    for j, turned in turns.items():
        work.note("column shifted or turned", work.columns[j].label)
        col = work.columns[j]
        ends = [None if end is None else turned.sign * (end - turned.shift) for end in (col.lower, col.upper)]
        lower, upper = ends if turned.sign > 0 else reversed(ends)
        work.columns[j] = replace(col, lower=lower, upper=upper)
        work.project[j] = combine([(Fraction(turned.sign), work.project[j])], -turned.sign * turned.shift)
        work.removals.append(turned)
    for i, row in work.rows.items():
        moved = sum((c * turns[j].shift for j, c in row.terms.items() if j in turns), ZERO)
        terms = {j: c * turns[j].sign if j in turns else c for j, c in row.terms.items()}
        lower = None if row.lower is None else row.lower - moved
        upper = None if row.upper is None else row.upper - moved
        work.rows[i] = Row(row.label, terms, lower, upper)
    images = {j: Expr({j: Fraction(turned.sign)}, turned.shift) for j, turned in turns.items()}
    parts = [(c, images.get(j, column(j))) for j, c in work.objective.terms.items()]
    work.objective = combine(parts, work.objective.constant)


def _turned(work: Workspace, j: int, slacks: dict[int, _Slack], *, turn: bool) -> Turned:
    col = work.columns[j]
    if col.lower is not None and (col.upper is None or not turn):
        return Turned(j, 1, col.lower)
    if col.upper is not None and col.lower is None:
        return Turned(j, -1, col.upper)
    weight = work.objective.terms.get(j, ZERO)
    sign = 1 if weight > 0 else -1 if weight < 0 else leaning(work, j, slacks)
    shift = (col.lower if sign > 0 else col.upper) or ZERO
    return Turned(j, sign, shift)


def leaning(work: Workspace, j: int, slacks: dict[int, _Slack]) -> int:
    """A sign that depends on what the column's rows say only, and on no bound's being zero or turned before."""
    ahead, back = [], []
    for i in work.where[j]:
        row = work.rows[i]
        if i not in slacks:
            slacks[i] = _slack(work, row)
        size = abs(row.terms[j])
        for end, slack, sign in ((row.upper, slacks[i][0], 1), (row.lower, slacks[i][1], -1)):
            if end is not None:
                # Whatever the other columns are measured in, and however the row is scaled: steps until it binds.
                steps = -ONE if slack is None else slack / size
                leans = sign if row.terms[j] > 0 else -sign
                ahead.append((leans, steps))
                back.append((-leans, steps))
    return 1 if sorted(ahead) >= sorted(back) else -1


_Slack = tuple[Fraction | None, Fraction | None]


def _slack(work: Workspace, row: Row) -> _Slack:
    """How far the row's ends are from the extreme values its columns allow; None where that is infinite."""
    lowest, highest = activity(row.terms, work.columns)
    above = None if row.upper is None or lowest is None else row.upper - lowest
    below = None if row.lower is None or highest is None else highest - row.lower
    return above, below
