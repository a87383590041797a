"""An unbounded objective is explained by the variables that move and the limits that are missing."""

from __future__ import annotations

import dataclasses
import json
from textwrap import dedent

import numpy as np
import pytest

from formulations.data import bind
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program
from solvers.highs import Highs
from solvers.infeasibility import explain_unbounded, render
from solvers.solution import Termination
from solvers.solver import Options


def program(text: str) -> Program:
    document = parse_notation(dedent(text))
    return ground(bind(document.formulation, document.data))


LP = """
variable make >= 0
variable buy >= 0
variable hire >= 0 <= 4
maximize profit: 3*make - buy + hire
constraint supply: make <= 2*buy + 5
constraint least: make + hire >= 4
"""


def test_an_unbounded_linear_program_shows_the_least_movement_per_unit_of_gain() -> None:
    found = explain_unbounded(program(LP))
    assert found.certain
    assert {m.label: pytest.approx(m.rate) for m in found.movements} == {"make": 0.4, "buy": 0.2}
    assert sum(m.gain for m in found.movements) == pytest.approx(1)
    assert found.suspects == ("make",)
    assert render(found) == dedent("""\
        The objective rises without limit: nothing stops these variables from moving together.
        For each unit by which it improves:
          make grows by 0.4 (occurs in supply and least, which do not stop it)
          buy grows by 0.2 (occurs in supply, which does not stop it)
        Probably missing: a constraint, or a bound, that limits make.""")


def test_an_unbounded_integer_program_is_explained_by_its_relaxation() -> None:
    p = program(LP.replace("variable make >= 0", "variable make integer >= 0"))
    solution = Highs().solve(p, Options())
    assert solution.termination is Termination.UNBOUNDED
    assert explain_unbounded(p, solution).suspects == ("make",)


@pytest.mark.parametrize(
    ("text", "certain", "suspects"),
    [
        ("variable x\nvariable y\nminimize c: x + y**2 + abs(y)\nconstraint r: x + y <= 4", True, ("x",)),
        ("variable x\nvariable y\nminimize c: x - y**2", False, ("x", "y")),
        ("variable x\nvariable y >= 0 <= 1\nmaximize c: y + x**3", False, ("x",)),
        ("variable x >= 0\nvariable b binary\nmaximize c: x\nconstraint r when b == 1: x <= 4", False, ("x",)),
        ("variable x >= 0\nvariable b binary\nmaximize c: x\nconstraint r when b == 1: x >= 4", True, ("x",)),
        ("variable x >= 0\nvariable y >= 0\nmaximize c: min(x, y)", True, ("x", "y")),
    ],
)
def test_other_programs_are_explained_as_far_as_can_be_proved(
    text: str, certain: bool, suspects: tuple[str, ...]
) -> None:
    found = explain_unbounded(program(text))
    assert found.certain is certain
    assert set(found.suspects) == set(suspects)
    assert "without limit" in render(found)


def test_the_ray_of_a_solver_serves_where_no_direction_is_found() -> None:
    p = program("variable x\nvariable y\nminimize c: x - y**2")
    solution = Highs().solve(program("variable x\nminimize c: x"), Options())
    ray = dataclasses.replace(solution, ray=np.array([-2.0, 0.0]))
    found = explain_unbounded(p, ray)
    assert [(m.label, m.rate) for m in found.movements] == [("x", -1.0)]


def test_an_explanation_becomes_json() -> None:
    assert json.loads(json.dumps(dataclasses.asdict(explain_unbounded(program(LP)))))["certain"] is True


def test_many_variables_are_counted() -> None:
    found = explain_unbounded(
        program(
            "set I\nvariable x[I] >= 0\nvariable total\nmaximize c: total\n"
            "constraint sums: total == sum(x[i] for i in I)\nconstraint even for i in I if i > 1: x[i] == x[1]\n"
            "data\nset I = 1..8"
        )
    )
    assert len(found.movements) == 9
    assert found.suspects == ("total",)
