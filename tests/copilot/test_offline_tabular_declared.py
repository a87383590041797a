"""Problems whose data are declared by name, as lists, matrices or dictionaries: own texts to their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.tabular.declared import declared
from copilot.formulators.offline.tabular.schema import schema
from formulations.check import check
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "a tour of a matrix": (
        "A courier starts at the depot, visits every stop exactly once and comes back to the depot. Minimize the total "
        "distance of the tour.\ndistances = [[0, 4, 9, 7], [4, 0, 3, 6], [9, 3, 0, 2], [7, 6, 2, 0]]",
        16.0,
    ),
    "a knapsack of lists": (
        "Which parcels should be loaded? Maximize the value that fits into the van.\nvalues = [60, 100, 120, 40]\n"
        "weights = [10, 20, 30, 5]\ncapacity = 50",
        220.0,
    ),
    "boxes to pack": (
        '{"items": ["lamp", "vase", "clock"], "size": [4, 6, 5], "bin_capacity": 10} Pack all items into as few boxes '
        "as possible; minimize the number of boxes.",
        2.0,
    ),
    "one job for each worker": (
        "Four workers are to be assigned to four jobs, one job each, so that the total cost is as small as possible "
        "(minimize). The cost matrix is [[9, 2, 7, 8], [6, 4, 3, 7], [5, 8, 1, 8], [7, 6, 9, 4]].",
        13.0,
    ),
    "sites with fixed costs": (
        "We plan warehouses. Minimize the fixed costs and the shipping costs.\n\nfixed_cost: cost of opening each "
        "warehouse\ncapacity: units that each warehouse can ship\ndemand: units that each shop needs\n"
        "shipping_cost: cost per unit from each warehouse to each shop\n\n"
        "{'fixed_cost': [100, 150], 'capacity': [80, 120], 'demand': [30, 40, 20], "
        "'shipping_cost': [[2, 4, 5], [3, 1, 2]]}",
        320.0,
    ),
    "a diet of dictionaries": (
        'A farm mixes feed at least cost. Data: {"cost": {"corn": 3, "soy": 5}, "content": {"corn": {"protein": 2, '
        '"fat": 1}, "soy": {"protein": 6, "fat": 2}}, "minimum": {"protein": 30, "fat": 12}}. Minimize the cost so '
        "that each nutrient reaches its minimum.",
        30.0,
    ),
    "the most people in reach": (
        "Masts are built so that as many people as possible are covered (maximize).\nreach: reach[i][j] is 1 if mast "
        "`i` covers village `j`\ncost: the cost of each mast\npeople: population of each village\nbudget: money\n"
        "{'reach': [[1, 1, 0], [0, 1, 1], [0, 0, 1]], 'cost': [5, 6, 3], 'people': [10, 20, 15], 'budget': 8}",
        45.0,
    ),
    "rates on machines with hours": (
        "A mill makes bars and coils (tons). Maximize the profit.\nitems: list of products\nrate: tons per hour of "
        "each product on each machine\nprofit: profit per ton of each product\nmarket: most tons of each product that "
        "can be sold\navail: hours available on each machine\n{'items': ['bar', 'coil'], 'rate': [[4, 5], [8, 4]], "
        "'profit': [10, 12], 'market': [100, 100], 'avail': [20, 20]}",
        986.6666666,
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_declared_data_are_read_to_their_optimum(name: str) -> None:
    text, answer = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [f for f in check(draft.document.formulation) if f.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options())
    assert solution.objective == pytest.approx(answer)
    assert draft.confidence >= 0.8


def test_axes_are_told_apart_by_the_words_where_lengths_agree() -> None:
    text = (
        "supply: what each depot has\ndemand: what each town needs\ncost: cost from each depot to each town\n"
        "{'supply': [4, 6], 'demand': [5, 5], 'cost': [[1, 2], [3, 4]]}"
    )
    made = schema(declared(text))
    assert made is not None
    axes = {p.name: [axis.noun for axis in p.axes] for p in made.parameters}
    assert axes == {"supply": ["depot"], "demand": ["town"], "cost": ["depot", "town"]}


def test_a_declared_number_without_a_use_lowers_the_confidence() -> None:
    text = PROBLEMS["a diet of dictionaries"][0].replace('{"cost"', '{"fat_demand": 7, "cost"')
    draft = OfflineFormulator().formulate(text)
    assert draft.confidence < 0.8
    assert "fat_demand is not used" in draft.assumptions


def test_a_limiting_sentence_that_nobody_read_is_asked_about() -> None:
    text = PROBLEMS["sites with fixed costs"][0] + " No more than 37 units may go to the first shop by van."
    draft = OfflineFormulator().formulate(text)
    assert any("37 units" in question.text for question in draft.questions)
    assert draft.confidence < 0.6


@pytest.mark.parametrize(
    "text", ["{'a': __import__('os')}", "{'a': [1, 2", "{'a': 1e999}", "{1: {2: {3: [4]}}}", "[[1], [2, 3]]"]
)
def test_what_is_no_data_is_no_declaration(text: str) -> None:
    assert all(not isinstance(item.value, str) for item in declared(text))
    schema(declared(text))
