"""Binding validates all data at once and turns members into codes."""

from __future__ import annotations

import numpy as np
import pytest

from formulations.data import DataError, bind
from formulations.formulation import Data, Formulation, Parameter, Set

NETWORK = Formulation(
    sets=(Set(name="City"), Set(name="Depot", within=("City",)), Set(name="Road", within=("Depot", "City"))),
    parameters=(
        Parameter(name="demand", indices=("City",)),
        Parameter(name="length", indices=("Road",)),
        Parameter(name="capacity", default=7),
    ),
)
SETS = {"City": ("ulm", "bern", "graz"), "Depot": ("bern",), "Road": (("bern", "ulm"), ("bern", "graz"))}
PARAMETERS = {
    "demand": (("ulm", 1), ("bern", 2), ("graz", 3)),
    "length": (("bern", "graz", 5), ("bern", "ulm", 4)),
}


def test_members_become_codes_of_the_outermost_set() -> None:
    instance = bind(NETWORK, Data(sets=SETS, parameters=PARAMETERS))
    assert instance.sets["Depot"].codes.tolist() == [[1]]
    assert instance.sets["Road"].codes.tolist() == [[1, 0], [1, 2]]
    assert instance.sets["Road"].universes[0] is instance.sets["City"].universes[0]
    assert instance.sets["Road"].member(1) == ("bern", "graz")


def test_records_fill_arrays_in_the_order_of_the_sets() -> None:
    instance = bind(NETWORK, Data(sets=SETS, parameters=PARAMETERS))
    assert instance.parameters["demand"].tolist() == [1, 2, 3]
    assert instance.parameters["length"].tolist() == [4, 5]
    assert instance.parameters["capacity"].tolist() == 7


def test_a_large_parameter_can_come_as_an_array() -> None:
    formulation = Formulation(sets=(Set(name="S"),), parameters=(Parameter(name="c", indices=("S", "S")),))
    values = np.arange(9.0).reshape(3, 3)
    instance = bind(formulation, Data(sets={"S": (1, 2, 3)}), arrays={"c": values})
    assert instance.parameters["c"][1, 2] == 5


@pytest.mark.parametrize(
    ("sets", "parameters", "complaint"),
    [
        ({"City": None}, {}, "set 'City': has no members in the data"),
        ({"City": ("ulm", "ulm", "bern", "graz")}, {}, "lists 'ulm' more than once"),
        ({"Depot": ("rom",)}, {}, "has members outside City: 'rom'"),
        ({"Road": (("ulm", "bern"),)}, {}, "has members outside Depot * City: ('ulm', 'bern')"),
        ({"Road": ("bern",)}, {}, "needs members of 2 part(s)"),
        ({}, {"demand": None}, "parameter 'demand': has no value"),
        ({}, {"demand": (("ulm", 1), ("graz", 3))}, "lacks 1 of 3 values: 'bern'"),
        ({}, {"demand": (("ulm", 1), ("bern", 2), ("graz", 3), ("oslo", 4))}, "'oslo'"),
        ({}, {"demand": (("ulm", 1), ("ulm", 9), ("bern", 2), ("graz", 3))}, "more than one value for 'ulm'"),
        ({}, {"demand": (("ulm", float("inf")), ("bern", 2), ("graz", 3))}, "not finite"),
        ({}, {"demand": (("ulm", "many"), ("bern", 2), ("graz", 3))}, "not finite numbers: ('ulm', 'many')"),
        ({}, {"demand": 5.0}, "each record is 1 member(s) and then a number"),
        ({}, {"capacity": (("ulm", 5),)}, "each record is a plain number"),
        ({}, {"price": 3.0}, "data for parameter 'price': the formulation declares no such parameter"),
        ({"Shop": ("a",)}, {}, "data for set 'Shop'"),
    ],
)
def test_each_fault_is_named(sets: dict, parameters: dict, complaint: str) -> None:
    given_sets = {name: value for name, value in {**SETS, **sets}.items() if value is not None}
    given = {name: value for name, value in {**PARAMETERS, **parameters}.items() if value is not None}
    with pytest.raises(DataError) as caught:
        bind(NETWORK, Data(sets=given_sets, parameters=given))
    assert complaint in str(caught.value)
    assert "hint:" in str(caught.value)


def test_all_faults_are_listed_at_once() -> None:
    with pytest.raises(DataError) as caught:
        bind(NETWORK, Data(sets={"City": ("a",)}, parameters={"extra": 1.0}))
    assert {problem.element for problem in caught.value.problems} >= {"set 'Depot'", "data for parameter 'extra'"}


@pytest.mark.parametrize("within", [("Ghost",), ("Loop",)])
def test_a_set_within_itself_or_within_nothing_is_refused(within: tuple[str, ...]) -> None:
    formulation = Formulation(sets=(Set(name="Loop", within=within),))
    with pytest.raises(DataError, match="lies within"):
        bind(formulation, Data(sets={"Loop": (1,)}))


def test_integer_and_word_members_are_different() -> None:
    formulation = Formulation(sets=(Set(name="T"),), parameters=(Parameter(name="d", indices=("T",)),))
    with pytest.raises(DataError, match="3 and '3' are different"):
        bind(formulation, Data(sets={"T": (1, 3)}, parameters={"d": ((1, 1), ("3", 1))}))


def test_empty_sets_are_allowed() -> None:
    formulation = Formulation(sets=(Set(name="T"),), parameters=(Parameter(name="d", indices=("T",)),))
    assert bind(formulation, Data(sets={"T": ()})).parameters["d"].shape == (0,)
