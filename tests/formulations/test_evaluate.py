"""Evaluation tells what is true at a point, in the labels of the user."""

from __future__ import annotations

import math

import numpy as np
import pytest

from formulations.data import Instance, bind
from formulations.evaluate import EvaluationError, evaluate
from formulations.formulation import Constraint, Data, Formulation, Objective, Parameter, Set, Variable

SHOP = Formulation(
    sets=(Set(name="Item"),),
    parameters=(Parameter(name="price", indices=("Item",)), Parameter(name="cap", indices=("Item",))),
    variables=(
        Variable(name="buy", indices=("Item",), domain="integer", lower="0", upper="cap"),
        Variable(name="open", domain="binary"),
        Variable(name="level"),
    ),
    objective=Objective(name="worth", sense="maximize", expression="sum(price[i]*buy[i] for i in Item)"),
    constraints=(
        Constraint(name="weight", expression="1 <= sum(buy[i] for i in Item) <= 4"),
        Constraint(name="shut", for_each="i in Item", when="open == 0", expression="buy[i] <= 0"),
        Constraint(name="root", expression="log(level) >= -9"),
        Constraint(name="curve", expression="piecewise(level, [(price[i], cap[i]) for i in Item]) <= 100"),
    ),
)


@pytest.fixture
def instance() -> Instance:
    records = {"price": (("pen", 2), ("cup", 5)), "cap": (("pen", 3), ("cup", 6))}
    return bind(SHOP, Data(sets={"Item": ("pen", "cup")}, parameters=records))


def point(pen: float, cup: float, opened: float = 1, level: float = 3) -> dict[str, np.ndarray]:
    return {"buy": np.array([pen, cup]), "open": np.array(opened), "level": np.array(level)}


def test_a_feasible_point_has_no_violations(instance: Instance) -> None:
    found = evaluate(instance, point(1, 2))
    assert (found.objective, found.max_violation, found.worst) == (12, 0, "")


@pytest.mark.parametrize(
    ("values", "violations"),
    [
        (point(3, 3), {"weight": 2}),
        (point(0, 0), {"weight": 1}),
        (point(4, 0), {"buy['pen']": 1}),
        (point(-1, 2), {"buy['pen']": 1}),
        (point(0.75, 1), {"buy['pen']": 0.25}),
        (point(1, 2, opened=0), {"shut['pen']": 1, "shut['cup']": 2}),
        (point(1, 2, opened=0.25), {"open": 0.25, "shut['pen']": 1, "shut['cup']": 2}),
        (point(1, 2, opened=2), {"open": 1}),
        (point(1, 2, level=-1), {"root": math.inf, "curve": math.inf}),
        (point(1, 2, level=6), {"curve": math.inf}),
        (point(1, 2, level=math.nan), {"level": math.inf, "root": math.inf, "curve": math.inf}),
    ],
)
def test_every_violation_is_named_and_measured(instance: Instance, values: dict, violations: dict) -> None:
    found = evaluate(instance, values)
    assert found.violations == pytest.approx(violations)
    assert found.max_violation == max(violations.values())


def test_a_point_of_the_wrong_shape_is_an_error(instance: Instance) -> None:
    with pytest.raises(EvaluationError, match="no values for variable 'level'"):
        evaluate(instance, {"buy": np.zeros(2), "open": np.zeros(())})
    with pytest.raises(EvaluationError, match=r"'buy' has shape \(3,\)"):
        evaluate(instance, {**point(1, 1), "buy": np.zeros(3)})


def test_large_sums_are_worked_through_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formulations.point._SLICE", 50)
    formulation = Formulation(
        sets=(Set(name="I"),),
        variables=(Variable(name="x", indices=("I", "I")),),
        objective=Objective(name="o", sense="minimize", expression="sum(x[i, j] for i in I for j in I if i != j)"),
        constraints=(Constraint(name="row", for_each="i in I", expression="sum(x[i, j] for j in I) <= i"),),
    )
    instance = bind(formulation, Data(sets={"I": tuple(range(20))}))
    found = evaluate(instance, {"x": np.ones((20, 20))})
    assert found.objective == 380
    assert found.violations == {f"row[{i}]": 20 - i for i in range(20)}
