"""A repair becomes a new version of the document, written where the limit stands, and makes it feasible."""

from __future__ import annotations

import pytest

from copilot.amendments import amended
from copilot.changes import changes
from copilot.compiled import compile_document
from formulations.formulation import Document
from formulations.notation import parse_notation, write_notation
from solvers.dispatch import solve_instance
from solvers.infeasibility import Goal, diagnose
from solvers.solution import Termination

HEAD = "set Plant\nvariable make[Plant] >= 0\nminimize cost: sum(make[p] for p in Plant)\n"
CASES = {
    "a number": (
        "variable x >= 0\nminimize cost: x\nconstraint much: x >= 8\nconstraint little: x <= 5",
        "little",
        ["x <= 8"],
    ),
    "a parameter": (
        "parameter most\nvariable x >= 0\nminimize cost: x\nconstraint much: x >= 8\nconstraint little: x <= most\n"
        "data\nparameter most = 5",
        "little",
        ["most: 5 → 8"],
    ),
    "one entry of a parameter": (
        f"parameter most[Plant]\n{HEAD}constraint much: make['a'] >= 8\n"
        "constraint little for p in Plant: make[p] <= most[p]\ndata\nset Plant = a, b\nparameter most = a: 5, b: 6",
        "little",
        ["a: 5 → 8"],
    ),
    "a parameter that stands elsewhere too": (
        "parameter most\nvariable x >= 0\nvariable y >= 0 <= most\nminimize cost: x + y\nconstraint much: x >= 8\n"
        "constraint little: x <= most\ndata\nparameter most = 5",
        "little",
        ["most + 3"],
    ),
    "a limit on the left": (
        f"parameter most[Plant]\n{HEAD}constraint much: make['a'] >= 8\n"
        "constraint little for p in Plant: most[p]/2 >= make[p]\ndata\nset Plant = a, b\nparameter most = a: 10, b: 12",
        "little",
        ["change_of_little[p]"],
    ),
    "a bound over a set": (
        "set Plant\nvariable make[Plant] >= 0 <= 5\nminimize cost: sum(make[p] for p in Plant)\n"
        "constraint much: make['a'] >= 8\ndata\nset Plant = a, b",
        "make",
        ["change_of_make_upper"],
    ),
    "a bound over pairs": (
        "set City\nset Road within City * City\nvariable flow[Road] >= 0 <= 5\n"
        "minimize cost: sum(flow[i, j] for i, j in Road)\nconstraint much: flow['a', 'b'] >= 8\n"
        "data\nset City = a, b\nset Road = (a, b), (b, a)",
        "flow",
        ["change_of_flow_upper"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_a_moved_limit_is_written_where_it_stands(case: str) -> None:
    text, name, expected = CASES[case]
    document = parse_notation(text)
    program = compile_document(document).program
    assert program is not None
    repairs = diagnose(program).repairs
    alone = next(r for r in repairs if all(c.member.label.startswith(name) for c in r.changes))
    changed = amended(document, alone.changes)
    said = write_notation(changed) + "\n".join(map(str, changes(document, changed)))
    assert all(words in said for words in expected)
    assert _solved(changed) is Termination.OPTIMAL


def test_every_repair_of_a_problem_with_several_conflicts_is_written_and_works() -> None:
    document = parse_notation(
        "set Shift\nparameter need[Shift]\nparameter staff\nvariable work[Shift] integer >= 0 <= 10\n"
        "minimize total: sum(work[s] for s in Shift)\nconstraint cover for s in Shift: work[s] >= need[s]\n"
        "constraint crew: sum(work[s] for s in Shift) <= staff\ndata\nset Shift = early, late\n"
        "parameter need = early: 14, late: 8\nparameter staff = 18"
    )
    program = compile_document(document).program
    assert program is not None
    found = diagnose(program)
    assert {repair.goal for repair in found.repairs} >= {Goal.LEAST_TOTAL}
    for repair in found.repairs:
        assert _solved(amended(document, repair.changes)) is Termination.OPTIMAL


def _solved(document: Document) -> Termination:
    instance = compile_document(document).instance
    assert instance is not None
    return solve_instance(instance).termination
