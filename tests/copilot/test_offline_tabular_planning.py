"""Plans over periods out of sentences, headings and lists: own texts to their optimum."""

from __future__ import annotations

import pytest

from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.offline.tabular.records import read_records
from formulations.check import check
from formulations.data import bind
from solvers.dispatch import solve_instance
from solvers.solver import Options

PROBLEMS = {
    "costs by month in one sentence": (
        "A dairy plans cheese over three months. The demand is 100 wheels in Month 1, 150 in Month 2 and 80 in Month 3."
        " The production cost is $5 per wheel in Month 1, $7 in Month 2 and $6 in Month 3. The holding cost is $1 per "
        "wheel and month. At most 130 wheels can be made each month (capacity). Minimize the total cost.",
        2000.0,
    ),
    "two items with set-ups": (
        "Two paints are made on one line over two weeks. Demand for Paint A is 40 in Week 1 and 60 in Week 2; demand "
        "for Paint B is 30 in Week 1 and 20 in Week 2. The setup cost is 200 for Paint A and 150 for Paint B. The "
        "inventory holding cost is 2 for Paint A and 3 for Paint B per unit per week. Minimize the total cost of "
        "set-ups and stock. There is no initial inventory.",
        530.0,
    ),
    "lists under headings": (
        "Minimize the cost of a plan for Quarter 1 to Quarter 4.\n\n"
        "1. **Setup costs**: a fixed cost whenever an order is placed:\n"
        "   - Quarter 1: $300, Quarter 2: $280, Quarter 3: $320, Quarter 4: $300.\n"
        "2. **Holding costs** per unit at the end of a quarter:\n"
        "   - Quarter 1: $2, Quarter 2: $2, Quarter 3: $3, Quarter 4: $3.\n"
        "3. **Demand**:\n   - Quarter 1: 60, Quarter 2: 90, Quarter 3: 40, Quarter 4: 70.\n\n"
        "The initial inventory is 10 units.",
        940.0,
    ),
    "machines that start up, and backlog": (
        "Minimize the setup costs of 20 per production run, the startup costs of 15 per startup, the holding costs of "
        "1 for Product 1 and 2 for Product 2, and the backlog costs of 6 for Product 1 and 5 for Product 2. The demand "
        "for Product 1 is 10 in Period 1 and 12 in Period 2, while the demand for Product 2 is 8 in Period 1 and 9 in "
        "Period 2. The capacity of Machine 1 is 18 and that of Machine 2 is 14. The startup time of Machine 1 is 2, "
        "and for Machine 2 it is 1. Each machine makes only one product at a time in a period.",
        110.0,
    ),
    "cumulative demand and a shared capacity": (
        "Minimize production, setup and holding costs of two sorts of jam. Producing one unit of Jam A costs 3 in "
        "Month 1 and 4 in Month 2, and producing one unit of Jam B costs 5 in Month 1 and 5 in Month 2. The setup cost "
        "is 30 for Jam A and 40 for Jam B. The holding cost is 1 for Jam A and 2 for Jam B. The cumulative demand "
        "for Jam A is 20 in Month 1 and 50 in Month 2, and the cumulative demand for Jam B is 10 in Month 1 and 30 in "
        "Month 2. The capacity is 80 in Month 1 and 90 in Month 2.",
        None,
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, answer) in PROBLEMS.items() if answer is not None])
def test_a_plan_is_read_to_its_optimum(name: str) -> None:
    text, answer = PROBLEMS[name]
    draft = OfflineFormulator().formulate(text)
    assert not [f for f in check(draft.document.formulation) if f.severity == "error"]
    solution = solve_instance(bind(draft.document.formulation, draft.document.data), Options())
    assert solution.objective == pytest.approx(answer)
    assert draft.confidence >= 0.8


def test_cumulative_demand_becomes_the_demand_of_each_period() -> None:
    draft = OfflineFormulator().formulate(PROBLEMS["cumulative demand and a shared capacity"][0])
    records = draft.document.data.parameters["demand"]
    demand = {tuple(record[:2]): record[2] for record in records}  # type: ignore[union-attr,index]
    assert demand == {
        ("Jam A", "Month 1"): 20,
        ("Jam A", "Month 2"): 30,
        ("Jam B", "Month 1"): 10,
        ("Jam B", "Month 2"): 20,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The fee is 4 for Line 1, 5 for Line 2.", [({"line": 0}, 4.0), ({"line": 1}, 5.0)]),
        ("Line 1 takes 4 and Line 2 takes 5.", [({"line": 0}, 4.0), ({"line": 1}, 5.0)]),
        (
            "Job 1 takes 3, 5 and 7 hours on Tool 1, Tool 2 and Tool 3. Job 2 takes 2, 4 and 6 hours.",
            [({"job": j, "tool": t}, v) for j, row in enumerate(((3, 5, 7), (2, 4, 6))) for t, v in enumerate(row)],
        ),
        (
            "Demand is 9 for Item A in Week 1, 8 in Week 2; 7 for Item B in Week 1, 6 in Week 2.",
            [({"item": i, "week": w}, v) for i, row in enumerate(((9, 8), (7, 6))) for w, v in enumerate(row)],
        ),
    ],
)
def test_figures_get_the_members_they_are_for(text: str, expected: list[tuple[dict[str, int], float]]) -> None:
    assert [(dict(record.members), record.value) for record in read_records(text).records] == expected
