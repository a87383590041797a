"""Conflicts name what is to blame and nothing else; repairs are minimal and really repair."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from formulations.data import bind
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program, scalar_labels
from solvers.infeasibility import (
    Change,
    Conflict,
    Diagnosis,
    Goal,
    Kind,
    Member,
    Side,
    Verdict,
    diagnose,
    render,
    repaired,
)
from solvers.repairs import rounded
from solvers.solver import Options


def program(text: str) -> Program:
    document = parse_notation(dedent(text))
    return ground(bind(document.formulation, document.data))


def texts(conflict: Conflict) -> set[str]:
    return {
        f"{member.label}: {member.text}" if member.kind is Kind.CONSTRAINT else member.text
        for member in conflict.members
    }


TWO_AMONG_TWENTY = """
set I
variable x[i in I] >= 0 <= 100
minimize c: sum(x[i] for i in I)
constraint spare for i in I: x[i] <= 50 + i
constraint total: sum(x[i] for i in I) <= 40
constraint demand: sum(2*x[i] for i in I) >= 100
constraint order for i in I if i < 9: x[i] <= x[i+1] + 200
data
set I = 1..9
"""

DIAGNOSES = [
    (
        "two rows among twenty",
        TWO_AMONG_TWENTY,
        [
            {
                "total: x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7] + x[8] + x[9] <= 40",
                "demand: 2*x[1] + 2*x[2] + 2*x[3] + 2*x[4] + 2*x[5] + 2*x[6] + 2*x[7] + 2*x[8] + 2*x[9] >= 100",
            }
        ],
        {"total": (40, 50), "demand": (100, 80)},
    ),
    (
        "an integer that is three halves",
        "variable x integer >= 0\nminimize c: x\nconstraint odd: 2*x == 3",
        [{"odd: 2*x == 3", "x is an integer"}],
        {"odd": (3, None)},
    ),
    (
        "parity of two integers",
        "variable x integer >= 0 <= 9\nvariable y integer >= 0 <= 9\nminimize c: x\nconstraint odd: 4*x - 2*y == 3",
        [{"odd: 4*x - 2*y == 3", "x is an integer", "y is an integer"}],
        {"odd": (3, None)},
    ),
    (
        "bounds that cross",
        "variable x >= 5 <= 3\nvariable y >= 0\nminimize c: y\nconstraint r: x + y >= 2",
        [{"x >= 5", "x <= 3"}],
        {"x >= 5": (5, 3), "x <= 3": (3, 5)},
    ),
    (
        "bounds between two integers",
        "variable x integer >= 0.2 <= 0.8\nminimize c: x",
        [{"x >= 0.2", "x <= 0.8", "x is an integer"}],
        {"x >= 0.2": (0.2, 0), "x <= 0.8": (0.8, 1)},
    ),
    (
        "a row against a bound",
        "variable x >= 0 <= 10\nvariable y >= 0 <= 4\nminimize c: x\nconstraint need: x + y >= 20",
        [{"need: x + y >= 20", "x <= 10", "y <= 4"}],
        {"need": (20, 14), "x <= 10": (10, 16), "y <= 4": (4, 10)},
    ),
    (
        "two conflicts that have nothing in common",
        """
        variable x >= 0 <= 10
        variable y >= 0 <= 10
        minimize c: y
        constraint a1: x >= 8
        constraint a2: 2*x <= 10
        constraint b1: y >= 9
        constraint b2: y <= 2
        """,
        [{"a1: x >= 8", "a2: 2*x <= 10"}, {"b1: y >= 9", "b2: y <= 2"}],
        {},
    ),
    (
        "an infeasible range row",
        "variable x >= 0\nvariable y >= 0\nminimize c: x\nconstraint band: 5 <= x + y <= 3",
        [{"band: 5 <= x + y <= 3"}],
        {"band": (None, None)},
    ),
    (
        "one side of a range row",
        "variable x >= 0\nminimize c: x\nconstraint band: 5 <= x <= 9\nconstraint cap: x <= 4",
        [{"band: x >= 5", "cap: x <= 4"}],
        {"band": (5, 4), "cap": (4, 5)},
    ),
    (
        "a conditional row whose condition is forced",
        """
        variable x >= 0 <= 10
        variable open binary
        minimize c: x
        constraint need: x >= 4
        constraint closed when open == 0: x <= 1
        constraint budget: 5*open <= 3
        """,
        [{"need: x >= 4", "closed: if open == 0 then x <= 1", "budget: 5*open <= 3"}],
        {"need": (4, 1), "closed": (1, 4), "budget": (3, 5)},
    ),
    (
        "an absolute value",
        "variable x >= 0 <= 10\nminimize c: x\nconstraint near: abs(x - 3) <= 1\nconstraint far: x >= 6",
        [{"near: abs(x - 3) <= 1", "far: x >= 6"}],
        {"near": (1, 3), "far": (6, 4)},
    ),
    (
        "nonnegativity, where nothing else can be blamed",
        "variable x >= 0\nminimize c: x\nconstraint debt: x <= -5",
        [{"debt: x <= -5", "x >= 0"}],
        {"debt": (-5, 0)},
    ),
]


@pytest.mark.parametrize(
    ("text", "conflicts", "alone"), [row[1:] for row in DIAGNOSES], ids=[row[0] for row in DIAGNOSES]
)
def test_a_diagnosis_names_the_conflict_and_what_repairs_it_alone(
    text: str, conflicts: list[set[str]], alone: dict[str, tuple[float | None, float | None]]
) -> None:
    """``alone``: by row label or bound, from where to where; None where it may be one of several numbers."""
    diagnosis = diagnose(program(text))
    assert diagnosis.verdict is Verdict.INFEASIBLE
    assert diagnosis.complete
    found = [texts(conflict) for conflict in diagnosis.conflicts]
    assert sorted(found, key=str) == sorted(conflicts, key=str)
    assert all(conflict.irreducible for conflict in diagnosis.conflicts)
    single = {_limit(r.changes[0]): r.changes[0] for r in diagnosis.repairs if len(r.changes) == 1}
    assert set(single) == set(alone)
    for limit, (before, after) in alone.items():
        assert before is None or single[limit].before == before
        assert after is None or single[limit].after == pytest.approx(after)
    amounts = [repair.total for repair in diagnosis.repairs]
    assert diagnosis.repairs[0].goal is Goal.LEAST_TOTAL
    assert amounts[0] == pytest.approx(min(amounts))


def _limit(change: Change) -> str:
    return change.member.label if change.member.kind is Kind.CONSTRAINT else change.member.text


def test_a_nonlinear_conflict_is_found_with_scip() -> None:
    pytest.importorskip("pyscipopt")
    diagnosis = diagnose(
        program(
            """
            variable x >= 0 <= 9
            variable y >= 0 <= 9
            minimize c: x
            constraint area: x*y >= 4
            constraint fence: x + y <= 2
            constraint idle: exp(x) >= 0.5
            """
        )
    )
    assert {member.label for member in diagnosis.conflicts[0].members if member.kind is Kind.CONSTRAINT} == {
        "area",
        "fence",
    }
    least = diagnosis.repairs[0].changes[0]
    assert least.member.label == "fence"
    assert least.after == pytest.approx(4, abs=1e-4)


def test_a_feasible_program_needs_no_repair() -> None:
    diagnosis = diagnose(program("variable x >= 0\nminimize c: x\nconstraint r: x >= 2"))
    assert diagnosis.verdict is Verdict.FEASIBLE
    assert "nothing needs repair" in render(diagnosis)


def test_without_time_nothing_is_claimed() -> None:
    diagnosis = diagnose(program(TWO_AMONG_TWENTY), Options(time_limit=0.0))
    assert diagnosis.verdict is Verdict.UNDECIDED
    assert not diagnosis.complete
    assert "not decided" in render(diagnosis)


def test_the_fewest_changes_are_offered_where_the_least_total_moves_more_limits() -> None:
    # Relaxing each demand by 1 costs 3 in all; raising the one capacity costs 10, but is a single change.
    diagnosis = diagnose(
        program(
            """
            set D
            variable x[D] >= 0
            variable y >= 0
            minimize c: y
            constraint demand for d in D: x[d] + 0.1*y >= 2
            constraint capacity: y <= 0
            constraint shut for d in D: x[d] <= 1
            data
            set D = 1..3
            """
        )
    )
    counts = {repair.goal: len(repair.changes) for repair in diagnosis.repairs}
    assert counts[Goal.LEAST_TOTAL] == 3
    assert counts[Goal.FEWEST] == 1
    fewest = next(repair for repair in diagnosis.repairs if repair.goal is Goal.FEWEST)
    assert [(c.member.label, c.after) for c in fewest.changes] == [("capacity", pytest.approx(10))]
    assert fewest.proved


def test_scaled_weights_measure_rows_by_their_largest_coefficient() -> None:
    text = """
    variable x >= 0
    minimize c: x
    constraint grams: 1000*x >= 2000
    constraint kilos: x <= 1
    """
    plain, scaled = diagnose(program(text)), diagnose(program(text), scaled=True)
    assert [c.member.label for c in plain.repairs[0].changes] == ["kilos"]
    assert [c.after for c in scaled.repairs[0].changes] in ([1000], [2])


def test_a_diagnosis_reads_as_plain_words() -> None:
    diagnosis = diagnose(
        program(
            """
            set Pizza
            parameter dough[Pizza]
            variable make[Pizza] integer >= 0
            maximize n: sum(make[p] for p in Pizza)
            constraint dough_limit: sum(dough[p]*make[p] for p in Pizza) <= 500
            constraint popular: make["large"] >= 70
            data
            set Pizza = large, medium
            parameter dough = large: 12, medium: 8
            """
        )
    )
    assert render(diagnosis) == dedent("""\
        No plan is possible: these 3 requirements contradict each other. Without any one of them the others can be met.
          dough_limit: 12*make['large'] + 8*make['medium'] <= 500
          popular: make['large'] >= 70
          make['medium'] >= 0

        Any one of these changes makes a plan possible:
          lower the limit of 'popular' by 29, from 70 to 41 (least total change)
          raise the limit of 'dough_limit' by 340, from 500 to 840 (one limit alone)""")


def test_long_conflicts_and_lists_of_repairs_are_cut_short_in_words_only() -> None:
    diagnosis = diagnose(
        program(
            """
            set I
            variable x[I] >= 0
            minimize c: sum(x[i] for i in I)
            constraint demand for i in I: x[i] >= 3
            constraint capacity: sum(x[i] for i in I) <= 20
            data
            set I = 1..9
            """
        )
    )
    assert len(diagnosis.conflicts[0].members) == 10
    assert len(diagnosis.repairs) == 1  # no demand can yield all seven units alone; three of them cost as much
    text = render(diagnosis)
    assert "  demand[4]: x[4] >= 3\n  ... and 5 more of demand\n  capacity: " in text
    assert "raise the limit of 'capacity' by 7, from 20 to 27 (least total change)" in text


def test_a_diagnosis_becomes_json() -> None:
    text = json.dumps(dataclasses.asdict(diagnose(program(TWO_AMONG_TWENTY))))
    assert json.loads(text)["conflicts"][0]["members"][0]["kind"] == "constraint"


@pytest.mark.parametrize(
    ("value", "outward", "expected"),
    [
        (340.00000000001, 1, 340),
        (1 / 3, 1, 0.333334),
        (1 / 3, -1, 0.333333),
        (1 / 3, 0, 1 / 3),
        (-2 / 3, -1, -0.666667),
        (-2 / 3, 1, -0.666666),
        (3.99999997, 1, 4),
        (0.0, 1, 0),
        (1234567.0, 1, 1234570),
    ],
)
def test_repaired_limits_are_rounded_to_the_safe_side(value: float, outward: float, expected: float) -> None:
    assert rounded(value, outward, 6) == expected


# --- laws on random systems, checked with another solver --------------------------------------------------------


@st.composite
def systems(draw: st.DrawFn) -> Program:
    m, n = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    entries = st.integers(-2, 3).map(float)
    matrix = np.array([[draw(entries) for _ in range(n)] for _ in range(m)])
    bounds = [(-np.inf, float(draw(st.integers(-4, 6)))) for _ in range(m)]
    for row in range(m):
        kind = draw(st.sampled_from(["<=", ">=", "==", "range"]))
        limit = bounds[row][1]
        bounds[row] = {"<=": bounds[row], ">=": (limit, np.inf), "==": (limit, limit), "range": (limit, limit + 2)}[
            kind
        ]
    return Program(
        name="random",
        sense="minimize",
        columns=scalar_labels([f"x{j}" for j in range(n)]),
        column_lower=np.array([draw(st.sampled_from([0.0, 0.0, -3.0, 1.0])) for _ in range(n)]),
        column_upper=np.array([draw(st.sampled_from([4.0, 7.0, 20.0])) for _ in range(n)]),
        integer=np.array([draw(st.booleans()) for _ in range(n)]),
        objective=np.ones(n),
        rows=scalar_labels([f"r{i}" for i in range(m)]),
        matrix=sparse.csr_array(matrix),
        row_lower=np.array([low for low, _ in bounds]),
        row_upper=np.array([high for _, high in bounds]),
    )


def feasible(p: Program) -> bool | None:
    """Whether the largest violation of a row can be made zero; robust where rows leave next to no room.

    None where that is not decided soon: unbounded integers can keep a solver busy for ever.
    """
    result = _least_violation(p, p.integer)
    if result.status == 4:  # it stumbles over numbers as small as its tolerance: try every integer point instead
        whole = np.flatnonzero(p.integer)
        ranges = [range(math.ceil(p.column_lower[j]), math.floor(p.column_upper[j]) + 1) for j in whole]
        return any(feasible(_with_values(p, whole, point)) for point in itertools.product(*ranges))
    if result.status == 1:
        return None
    assert result.status in (0, 2), result.message  # infeasible only if the bounds of the columns are
    return bool(result.status == 0 and result.x[-1] <= 1e-6)


def _least_violation(p: Program, integer: np.ndarray) -> OptimizeResult:
    m, n = p.matrix.shape
    body, slack = sparse.csr_array(p.matrix), np.ones((m, 1))
    return milp(
        np.append(np.zeros(n), 1.0),
        integrality=np.append(integer, False).astype(int),
        bounds=Bounds(np.append(p.column_lower, 0.0), np.append(p.column_upper, np.inf)),
        constraints=[
            LinearConstraint(sparse.hstack([body, slack]), p.row_lower, np.inf),
            LinearConstraint(sparse.hstack([body, -slack]), -np.inf, p.row_upper),
        ],
        options={"time_limit": 1.0},
    )


def _with_values(p: Program, columns: np.ndarray, point: tuple[int, ...]) -> Program:
    lower, upper = p.column_lower.copy(), p.column_upper.copy()
    lower[columns] = upper[columns] = point
    continuous = np.zeros(p.column_count, dtype=bool)
    return dataclasses.replace(p, column_lower=lower, column_upper=upper, integer=continuous)


def only(p: Program, members: list[Member]) -> Program:
    """The program with nothing but the members."""
    row_lower, row_upper = np.full(p.row_count, -np.inf), np.full(p.row_count, np.inf)
    lower, upper = np.full(p.column_count, -np.inf), np.full(p.column_count, np.inf)
    integer = np.zeros(p.column_count, dtype=bool)
    for member in members:
        at = member.position
        if member.kind is Kind.INTEGRALITY:
            integer[at] = True
            continue
        row = member.kind is Kind.CONSTRAINT
        lows, highs = (row_lower, row_upper) if row else (lower, upper)
        if member.side is not Side.UPPER:
            lows[at] = (p.row_lower if row else p.column_lower)[at]
        if member.side is not Side.LOWER:
            highs[at] = (p.row_upper if row else p.column_upper)[at]
    return dataclasses.replace(
        p, row_lower=row_lower, row_upper=row_upper, column_lower=lower, column_upper=upper, integer=integer
    )


def _short_of(diagnosis: Diagnosis, p: Program) -> list[Program]:
    """The programs with all but a hundredth of each repair that moves a single limit of a continuous program."""
    short = []
    for repair in diagnosis.repairs:
        if len(repair.changes) == 1 and not p.integer.any():
            (change,) = repair.changes
            almost = change.before + 0.99 * (change.after - change.before)
            short.append(repaired(p, [dataclasses.replace(change, after=almost)]))
    return short


@settings(max_examples=60, deadline=None)
@given(systems())
def test_conflicts_are_irreducible_and_repairs_are_minimal(p: Program) -> None:
    diagnosis = diagnose(p, Options(time_limit=10))
    assert (diagnosis.verdict is Verdict.FEASIBLE) == feasible(p)
    assume(diagnosis.verdict is Verdict.INFEASIBLE)
    for conflict in diagnosis.conflicts:
        assert feasible(only(p, list(conflict.members))) is not True
        assert conflict.irreducible or not diagnosis.complete
        for member in conflict.members if conflict.irreducible else ():
            assert feasible(only(p, [other for other in conflict.members if other != member])) is not False
    for repair in diagnosis.repairs:
        assert feasible(repaired(p, repair.changes))
    for short in _short_of(diagnosis, p):
        assert not feasible(short)


@settings(max_examples=25, deadline=None)
@given(systems())
def test_the_fewest_changes_are_as_few_as_can_be(p: Program) -> None:
    p = dataclasses.replace(p, column_lower=np.zeros(p.column_count), column_upper=np.full(p.column_count, 30.0))
    diagnosis = diagnose(p, Options(time_limit=10))
    assume(diagnosis.verdict is Verdict.INFEASIBLE and diagnosis.repairs and diagnosis.complete)
    counts = [len(repair.changes) for repair in diagnosis.repairs]
    limits = [("row", i) for i in range(p.row_count)] + [("bound", j) for j in range(p.column_count)]
    for size in range(1, min(counts)):
        for dropped in itertools.combinations(limits, size):
            rows = [i for kind, i in dropped if kind == "row"]
            columns = [j for kind, j in dropped if kind == "bound"]
            row_lower, row_upper, upper = p.row_lower.copy(), p.row_upper.copy(), p.column_upper.copy()
            row_lower[rows], row_upper[rows], upper[columns] = -np.inf, np.inf, np.inf
            freed = dataclasses.replace(p, row_lower=row_lower, row_upper=row_upper, column_upper=upper)
            assert not feasible(freed)
