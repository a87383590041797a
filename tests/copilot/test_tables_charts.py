"""Results become the tables and the pictures that their indices ask for."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from copilot.charts import slack_chart, variable_chart
from copilot.compiled import compile_document
from copilot.explain import verdict
from copilot.flow_charts import coordinates, place_map
from copilot.gallery import samples
from copilot.numbers import shown, violation
from copilot.tables import constraint_table, limited, long_table, variable_table
from formulations.data import Instance
from formulations.ground import values_by_variable
from formulations.notation import parse_notation
from formulations.program import Program
from solvers.dispatch import solve_instance
from solvers.solution import Evidence, Grade, Limit, Solution, Termination, without_values

SAMPLES = {sample.slug: sample for sample in samples()}


def solved(slug: str) -> tuple[Instance, Program, Solution]:
    compiled = compile_document(SAMPLES[slug].document())
    assert compiled.instance is not None
    assert compiled.program is not None
    return compiled.instance, compiled.program, solve_instance(compiled.instance)


def test_two_sets_make_a_matrix_and_one_set_a_list() -> None:
    instance, _, solution = solved("transport")
    ship = values_by_variable(instance, solution.values)["ship"]
    matrix = variable_table(instance, "ship", ship)
    assert matrix.loc["Lyon", "Milan"] == 275
    assert list(long_table(instance, "ship", ship).columns) == ["Plant", "Market", "value"]
    instance, _, solution = solved("bakery")
    table = variable_table(instance, "bake", values_by_variable(instance, solution.values)["bake"])
    assert list(table["Product"]) == ["rye", "wheat", "rolls"]


def test_a_set_that_occurs_twice_is_numbered() -> None:
    instance, _, solution = solved("flow")
    table = variable_table(instance, "flow", values_by_variable(instance, solution.values)["flow"])
    assert list(table.columns) == ["Node 1", "Node 2", "value"]


def test_the_constraint_table_tells_slack_and_shadow_prices() -> None:
    _, program, solution = solved("bakery")
    rows = constraint_table(program, solution).set_index("constraint")
    assert rows.loc["flour_limit", "slack"] == pytest.approx(0, abs=1e-6)
    assert rows.loc["flour_limit", "shadow price"] == pytest.approx(12 / 7)
    assert rows.loc["rolls", "slack"] == pytest.approx(28.5714 - 10, abs=1e-3)


def test_limits_are_written_as_a_person_writes_them() -> None:
    _, program, solution = solved("transport")
    told = limited(constraint_table(program, solution)).set_index("constraint")
    assert list(told["limit"]) == ["≤ 350", "≤ 600", "≥ 325", "≥ 300", "≥ 275"]
    assert "lower" not in told
    _, program, solution = solved("portfolio")
    assert list(limited(constraint_table(program, solution))["limit"]) == ["= 1", "≥ 0.06"]


def test_rows_that_their_condition_switches_off_have_no_slack() -> None:
    _, program, solution = solved("power")
    rows = constraint_table(program, solution).set_index("constraint")
    assert np.isnan(rows.loc["stopped['coal', 1]", "slack"]), "coal runs in the first period"
    assert rows.loc["at_work['coal', 1]", "slack"] == pytest.approx(100)
    assert not (rows["slack"] < -1e-6).any()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-3e-17, "0"),
        (7217.5, "7,217.5"),
        (1234567.891, "1,234,568"),
        (-98765432.1, "-98,765,432"),
        (0.000123456789, "0.000123457"),
        (1e20, "1e+20"),
        (float("inf"), "∞"),
        (float("nan"), "unknown"),
    ],
)
def test_numbers_are_written_out_with_six_digits(value: float, said: str) -> None:
    assert shown(value) == said


def test_numbers_take_their_unit_along() -> None:
    assert shown(1250, "kg") == "1,250 kg"


@pytest.mark.parametrize(
    ("amount", "said"), [(0.0, "0"), (1.1e-16, "rounding only"), (0.00123, "0.0012"), (25.0, "25")]
)
def test_violations_tell_dust_from_misses(amount: float, said: str) -> None:
    assert violation(amount) == said


@pytest.mark.parametrize(
    ("slug", "variable", "mark"),
    [
        ("bakery", "bake", "bar"),
        ("lot-sizing", "make", "bar"),
        ("transport", "ship", "area"),
        ("assignment", "swims", "rect"),
        ("power", "output", "bar"),
        ("flow", "flow", "rule"),
        ("vehicle-routing", "drive", "rule"),
        ("job-shop", "start", "x2"),
        ("hub", "hub_east", None),
    ],
)
def test_the_picture_fits_the_indices(slug: str, variable: str, mark: str | None) -> None:
    instance, _, solution = solved(slug)
    chart = variable_chart(instance, variable, values_by_variable(instance, solution.values)[variable])
    if mark is None:
        assert chart is None
    else:
        assert f'"{mark}"' in json.dumps(chart.to_dict())


def test_a_chosen_point_is_shown_among_the_places() -> None:
    instance, _, solution = solved("hub")
    arrays = values_by_variable(instance, solution.values)
    chart = place_map(instance, {name: float(array) for name, array in arrays.items()})
    assert chart is not None
    assert '"diamond"' in json.dumps(chart.to_dict())
    assert place_map(instance, {"hub_east": 1.0}) is None
    assert set(coordinates(instance, "Customer")) == {1, 2, 3, 4, 5}


def test_arcs_lie_where_their_nodes_are() -> None:
    document = parse_notation(
        "set City\nset Road within City * City\nparameter x[City]\nparameter y[City]\nvariable flow[Road] >= 0\n"
        "minimize cost: sum(flow[i, j] for i, j in Road)\nconstraint c: flow['a', 'b'] >= 3\n"
        "data\nset City = a, b\nset Road = (a, b), (b, a)\nparameter x = a: 0, b: 40\nparameter y = a: 7, b: 9"
    )
    instance = compile_document(document).instance
    assert instance is not None
    chart = variable_chart(instance, "flow", np.array([3.0, 0.0]))
    assert {"x": 0.0, "y": 7.0, "x2": 40.0, "y2": 9.0}.items() <= next(
        row for rows in chart.to_dict()["datasets"].values() for row in rows if "x2" in row
    ).items()


def test_flows_are_as_wide_as_what_they_carry() -> None:
    instance, _, solution = solved("transport")
    chart = variable_chart(instance, "ship", values_by_variable(instance, solution.values)["ship"])
    bands = [row for rows in chart.to_dict()["datasets"].values() for row in rows if "flow" in row]
    assert {row["flow"]: row["high"] - row["low"] for row in bands} == pytest.approx(
        {"Lyon → Paris": 75, "Lyon → Milan": 275, "Porto → Paris": 250, "Porto → Madrid": 300}
    )


def test_too_many_marks_are_left_to_the_table() -> None:
    document = parse_notation("set I\nvariable x[I, I] >= 0\nminimize z: sum(x[i, i] for i in I)\ndata\nset I = 1..60")
    compiled = compile_document(document)
    assert compiled.instance is not None
    assert variable_chart(compiled.instance, "x", np.zeros((60, 60))) is None


def test_binding_rows_stand_out() -> None:
    _, program, solution = solved("bakery")
    chart = slack_chart(constraint_table(program, solution))
    assert chart is not None
    assert {row["state"] for row in next(iter(chart.to_dict()["datasets"].values()))} == {"binding", "slack"}


def test_a_document_with_errors_says_what_is_in_the_way() -> None:
    broken = compile_document(parse_notation("variable x >= 0\nminimize z: x + y"))
    assert broken.program is None
    assert "y" in broken.obstacle
    incomplete = compile_document(parse_notation("parameter c\nvariable x >= 0\nminimize z: c*x\nconstraint k: x >= 1"))
    assert "no value in the data" in incomplete.obstacle
    stepping = "set T\nvariable x[T] >= 0\nminimize z: sum(x[t] for t in T)\nconstraint k for t in T: x[t - 1] >= 1"
    outside = compile_document(parse_notation(stepping + "\ndata\nset T = 1..3"))
    assert "outside 'T'" in outside.obstacle


@pytest.mark.parametrize(
    ("termination", "level"),
    [
        (Termination.OPTIMAL, "proved"),
        (Termination.LOCALLY_OPTIMAL, "tested"),
        (Termination.FEASIBLE, "tested"),
        (Termination.INFEASIBLE, "proved"),
        (Termination.UNBOUNDED, "proved"),
        (Termination.INFEASIBLE_OR_UNBOUNDED, "unverified"),
        (Termination.NO_SOLUTION_FOUND, "unverified"),
        (Termination.NUMERICAL_ERROR, "failed"),
    ],
)
def test_every_termination_is_told_without_claiming_more(termination: Termination, level: str) -> None:
    told = verdict(without_values(termination, solver="HiGHS", version="1"))
    assert told.level == level
    assert "HiGHS" in told.sentence


def test_what_one_solver_claims_alone_is_not_called_proved() -> None:
    evidence = Evidence(grade=Grade.CLAIMED, sentence="Optimality is claimed by X alone.", exact=False, solvers=("X",))
    bare = without_values(Termination.OPTIMAL, solver="X", version="1")
    assert verdict(replace(bare, evidence=evidence)).level == "tested"
    assert verdict(replace(bare, evidence=replace(evidence, grade=Grade.CERTIFIED))).level == "proved"
    nothing = replace(bare, termination=Termination.INFEASIBLE, evidence=evidence)
    assert (verdict(nothing).level, verdict(nothing).badge) == ("tested", "alert")


def test_a_limit_is_named() -> None:
    cut = replace(without_values(Termination.NO_SOLUTION_FOUND, solver="SCIP", version=""), limit=Limit.TIME)
    assert "the time limit" in verdict(cut).sentence
