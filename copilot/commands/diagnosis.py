"""Why there is no optimum: what contradicts what, or what grows without end, as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.program import Program
from solvers.infeasibility import (
    Conflict,
    Diagnosis,
    Repair,
    UnboundedExplanation,
    diagnose,
    explain_unbounded,
    render,
)
from solvers.repairs import change_text
from solvers.solution import Solution, Termination
from solvers.solver import Options


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said about an infeasible or unbounded problem."""

    text: str
    as_json: dict[str, object]


def explanation(program: Program, solution: Solution, options: Options) -> Explanation | None:
    """The diagnosis of an infeasible problem, the direction of an unbounded one, None for all others."""
    match solution.termination:
        case Termination.INFEASIBLE | Termination.INFEASIBLE_OR_UNBOUNDED:
            found = diagnose(program, options)
            return Explanation(render(found), _diagnosis_json(found))
        case Termination.UNBOUNDED:
            direction = explain_unbounded(program, solution, options)
            return Explanation(render(direction), _direction_json(direction))
    return None


def _diagnosis_json(diagnosis: Diagnosis) -> dict[str, object]:
    return {
        "verdict": str(diagnosis.verdict),
        "conflicts": [_conflict_json(conflict) for conflict in diagnosis.conflicts],
        "repairs": [_repair_json(repair) for repair in diagnosis.repairs],
        "complete": diagnosis.complete,
        "text": render(diagnosis),
    }


def _conflict_json(conflict: Conflict) -> dict[str, object]:
    members = [
        {"kind": str(member.kind), "name": member.name, "label": member.label, "text": member.text}
        for member in conflict.members
    ]
    return {"members": members, "irreducible": conflict.irreducible}


def _repair_json(repair: Repair) -> dict[str, object]:
    changes = [
        {
            "name": change.member.name,
            "label": change.member.label,
            "before": change.before,
            "after": change.after,
            "text": change_text(change),
        }
        for change in repair.changes
    ]
    return {"goal": str(repair.goal), "changes": changes, "total": repair.total, "proved": repair.proved}


def _direction_json(direction: UnboundedExplanation) -> dict[str, object]:
    movements = [
        {"name": movement.name, "label": movement.label, "rate": movement.rate, "gain": movement.gain}
        for movement in direction.movements
    ]
    return {
        "verdict": "unbounded",
        "certain": direction.certain,
        "movements": movements,
        "suspects": list(direction.suspects),
        "text": render(direction),
    }
