"""Why a Program is infeasible, in the names a person gave, and what would make it feasible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy import sparse

from formulations.program import Block, Flags, Labels, Program
from formulations.show import show_number
from solvers.conflicts import Conflict, find_conflict
from solvers.feasibility import Oracle
from solvers.repairs import Change, Goal, Repair, change_text, distinct, least_repair, movable, repaired
from solvers.restrictions import Kind, Member, Restrictions, Side
from solvers.solution import Termination
from solvers.solver import Options
from solvers.unboundedness import UnboundedExplanation, explain_unbounded, render_unbounded

__all__ = [
    "Change",
    "Conflict",
    "Diagnosis",
    "Goal",
    "Kind",
    "Member",
    "Repair",
    "Side",
    "UnboundedExplanation",
    "Verdict",
    "diagnose",
    "explain_unbounded",
    "render",
    "repaired",
]

#: Conflicts looked for before the search for the fewest changes gives up.
MOST_CONFLICTS = 12
#: Members of a conflict for which it is worked out how far they must move alone.
MOST_ALONE = 30
#: Members of one constraint or variable, and repairs, that are written out before the rest is counted.
SHOWN = 4


class Verdict(StrEnum):
    INFEASIBLE = "infeasible"
    FEASIBLE = "feasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Conflicts and repairs of an infeasible Program.

    conflicts: the first one explains; further ones were met on the way to the fewest changes. repairs: by goal,
    without repetitions; the one with the fewest changes only if the least total change moves more limits.
    complete: whether all questions were answered within the time.
    """

    verdict: Verdict
    conflicts: tuple[Conflict, ...]
    repairs: tuple[Repair, ...]
    complete: bool
    seconds: float


def diagnose(program: Program, options: Options | None = None, *, scaled: bool = False) -> Diagnosis:
    """The contradiction in a Program, over its named constraints, bounds and integrality, and minimal repairs.

    Works on every program some solver can decide: mixed-integer ones, conditional rows and nonlinear rows too.
    The time limit of the options holds for the whole diagnosis (a minute if there is none); what it cuts short
    is marked as not proved. ``scaled`` weighs changes of rows by their largest coefficient.
    Source: Chinneck (2008), Feasibility and Infeasibility in Optimization.
    """
    oracle = Oracle(options or Options())
    restrictions = Restrictions(program)
    everything = restrictions.present
    infeasible = oracle.infeasible(restrictions.restricted(everything), share=1.0)
    if not infeasible:
        verdict = Verdict.UNDECIDED if infeasible is None else Verdict.FEASIBLE
        return Diagnosis(
            verdict=verdict, conflicts=(), repairs=(), complete=not oracle.cut_short, seconds=oracle.seconds
        )
    elastic = movable(restrictions)
    least = least_repair(restrictions, elastic, oracle, goal=Goal.LEAST_TOTAL, scaled=scaled)
    if least is None:
        elastic = movable(restrictions, signs=True)
        least = least_repair(restrictions, elastic, oracle, goal=Goal.LEAST_TOTAL, scaled=scaled)
    conflict = find_conflict(restrictions, everything, oracle)
    alone = _alone(restrictions, conflict, elastic, oracle)
    conflicts, fewest = _fewest(restrictions, conflict, elastic, oracle)
    repairs = [repair for repair in (*_better(least, fewest, scaled), *alone) if repair is not None]
    return Diagnosis(
        verdict=Verdict.INFEASIBLE,
        conflicts=conflicts,
        repairs=distinct(repairs),
        complete=not oracle.cut_short,
        seconds=oracle.seconds,
    )


def _better(least: Repair | None, fewest: Repair | None, scaled: bool) -> tuple[Repair | None, Repair | None]:
    """The two repairs, or one where it is as good as the other in both respects."""
    if least is None or fewest is None:
        return least, fewest
    if len(fewest.changes) >= len(least.changes):
        return least, None
    if not scaled and math.isclose(fewest.total, least.total):
        return replace(fewest, goal=Goal.LEAST_TOTAL, proved=least.proved), None
    return least, fewest


def _flags(restrictions: Restrictions, members: Sequence[Member]) -> Flags:
    flags = np.zeros(len(restrictions.present), dtype=np.bool_)
    for member in members:
        flags[restrictions.numbers_of(member)] = True
    return flags


def _alone(restrictions: Restrictions, conflict: Conflict, elastic: Flags, oracle: Oracle) -> list[Repair]:
    """For each member (of the first MOST_ALONE) that can put everything right by itself, how far it must move."""
    found: list[Repair] = []
    for member in conflict.members[:MOST_ALONE]:
        flags = _flags(restrictions, [member]) & elastic
        repair = least_repair(restrictions, flags, oracle, goal=Goal.ALONE) if flags.any() else None
        if repair is not None:
            found.append(repair)
    return found


def _fewest(
    restrictions: Restrictions, first: Conflict, elastic: Flags, oracle: Oracle
) -> tuple[tuple[Conflict, ...], Repair | None]:
    """The conflicts met, and the repair that moves the fewest limits, by the least total amount among these.

    Every repair must move a member of every conflict: the smallest set that meets all conflicts found so far is
    tried; if the rest is still infeasible, it holds another conflict.
    Source: Parker & Ryan (1996), Finding the minimum weight IIS cover of an infeasible system.
    """
    conflicts = [first]
    while True:
        candidates = [
            [member for member in conflict.members if (_flags(restrictions, [member]) & elastic).any()]
            for conflict in conflicts
        ]
        chosen = _smallest_cover(candidates, oracle)
        if chosen is None:
            return tuple(conflicts), None
        flags = _flags(restrictions, [replace(m, side=_limit_of(m)[2]) for m in chosen]) & restrictions.present
        rest = restrictions.present & ~flags
        infeasible = oracle.infeasible(restrictions.restricted(rest))
        if infeasible is False:
            repair = least_repair(restrictions, flags & elastic, oracle, goal=Goal.FEWEST)
            return tuple(conflicts), repair
        if infeasible is None or len(conflicts) >= MOST_CONFLICTS:
            return tuple(conflicts), None
        conflicts.append(find_conflict(restrictions, rest, oracle))


def _smallest_cover(candidates: Sequence[Sequence[Member]], oracle: Oracle) -> list[Member] | None:
    """The fewest members such that each sequence has one of them; None if one is empty or no time is left."""
    if not all(candidates):
        return None
    columns: dict[tuple[Kind, int, Side], Member] = {}
    for member in (member for group in candidates for member in group):
        columns.setdefault(_limit_of(member), member)
    order = {limit: j for j, limit in enumerate(columns)}
    n, m = len(columns), len(candidates)
    pairs = {(i, order[_limit_of(member)]) for i, group in enumerate(candidates) for member in group}
    rows, cols = np.array(sorted(pairs), dtype=np.int32).T
    cover = Program(
        name="cover",
        sense="minimize",
        columns=Labels((Block("moved", n, (range(n),), np.arange(n)[:, None]),)),
        column_lower=np.zeros(n),
        column_upper=np.ones(n),
        integer=np.ones(n, dtype=np.bool_),
        objective=np.ones(n),
        rows=Labels((Block("conflict", m, (range(m),), np.arange(m)[:, None]),)),
        matrix=sparse.coo_array((np.ones(len(pairs)), (rows, cols)), shape=(m, n)).tocsr(),
        row_lower=np.ones(m),
        row_upper=np.full(m, np.inf),
    )
    solution = oracle.solve(cover)
    if solution is None or solution.termination is not Termination.OPTIMAL or solution.values is None:
        return None
    members = list(columns.values())
    return [members[j] for j in np.flatnonzero(solution.values > 0.5).tolist()]


def _limit_of(member: Member) -> tuple[Kind, int, Side]:
    """What counts as one limit: a row with both its sides, or a column bound."""
    side = Side.BOTH if member.kind is Kind.CONSTRAINT else member.side
    return member.kind, member.position, side


def render(finding: Diagnosis | UnboundedExplanation) -> str:
    """What is wrong, where, why, and what to do, in plain words."""
    return render_unbounded(finding) if isinstance(finding, UnboundedExplanation) else _render(finding)


def _render(diagnosis: Diagnosis) -> str:
    match diagnosis.verdict:
        case Verdict.FEASIBLE:
            return "The constraints can be satisfied together: nothing needs repair."
        case Verdict.UNDECIDED:
            return (
                f"In {diagnosis.seconds:.1f} seconds it was not decided whether all constraints can be met. "
                "Give more time, or leave out constraints to see which ones make it hard."
            )
    lines = [_conflict_text(diagnosis.conflicts[0])]
    further = [conflict for conflict in diagnosis.conflicts[1:] if _apart(conflict, diagnosis.conflicts[0])]
    for conflict in further:
        lines += ["", "Another contradiction, independent of it:", *_member_lines(conflict)]
    lines += ["", *_repair_lines(diagnosis.repairs)]
    if not diagnosis.complete:
        lines += ["", "The time limit cut the search short: there may be smaller conflicts and smaller changes."]
    return "\n".join(lines)


def _conflict_text(conflict: Conflict) -> str:
    count = len(conflict.members)
    if count == 1:
        head = "No plan is possible: this requirement cannot be met."
    else:
        why = "Without any one of them the others can be met" if conflict.irreducible else "Not all may be to blame"
        head = f"No plan is possible: these {count} requirements contradict each other. {why}."
    return "\n".join([head, *_member_lines(conflict)])


def _member_lines(conflict: Conflict) -> list[str]:
    """One line each; of many members of one constraint or variable, the first ones."""
    groups: dict[tuple[Kind, str], list[Member]] = {}
    for member in conflict.members:
        groups.setdefault((member.kind, member.name), []).append(member)
    lines: list[str] = []
    for (_, name), members in groups.items():
        lines += [f"  {member_text(member)}" for member in members[:SHOWN]]
        if len(members) > SHOWN:
            lines.append(f"  ... and {len(members) - SHOWN} more of {name}")
    return lines


def member_text(member: Member) -> str:
    """``dough_limit: 12*make['large'] <= 500`` for a row; for a column just its algebra."""
    return f"{member.label}: {member.text}" if member.kind is Kind.CONSTRAINT else member.text


def _apart(conflict: Conflict, other: Conflict) -> bool:
    return not {_limit_of(member) for member in conflict.members} & {_limit_of(member) for member in other.members}


def _repair_lines(repairs: Sequence[Repair]) -> list[str]:
    if not repairs:
        return ["No change of limits was found that makes a plan possible; leave out one of the requirements above."]
    lines = ["Any one of these changes makes a plan possible:"]
    for repair in repairs[:SHOWN]:
        note = f"{repair.goal}{'' if repair.proved else ', as far as the time allowed'}"
        if len(repair.changes) > 1:
            note += f", {show_number(repair.total)} in all"
        changes = [change_text(change) for change in repair.changes[:SHOWN]]
        if len(repair.changes) > SHOWN:
            changes.append(f"{len(repair.changes) - SHOWN} more changes")
        lines.append(f"  {' and '.join(changes)} ({note})")
    if len(repairs) > SHOWN:
        lines.append(f"  ... or one of {len(repairs) - SHOWN} more")
    return lines
