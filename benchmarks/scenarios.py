"""Scenario sweeps: many members of one family, beside cold solves, hand-written changes and rebuilding.

    python benchmarks/scenarios.py [--quick] [--json] [--scenarios 300] [--repeats 3]

A transport model of 50 plants and 100 markets. What varies: one demand or one supply at a time (tornado), the level
of all demands, all demands at random, all costs, or both, each by 10 %. The peers, all in one process and in turn:
"by hand" keeps one HiGHS and calls changeRowsBounds or changeColsCost with numpy arrays; "cold" loads a new HiGHS for
each scenario; "pyomo" builds its model anew (some scenarios only); "optcopilot" is ``sweep`` with everything it does:
the affine maps, the order, bases tried before HiGHS is asked, verification on the program and now and then on the
expressions, and the frame. All read the plan of every scenario, and all objectives are compared. Seconds are of
processor time per scenario, the best of the repeats; everything runs on one core.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from formulations.data import Instance, bind
from formulations.files import read_notation
from formulations.formulation import Data
from formulations.program import Floats
from solvers.designs import Design, hypercube, tornado
from solvers.highs import load
from solvers.scenarios import sweep
from solvers.solver import Options
from solvers.spaces import space
from solvers.variations import parse_variation

TRANSPORT = """
set Plant
set Market
parameter supply[Plant]
parameter demand[Market]
parameter cost[Plant, Market]
variable ship[Plant, Market] >= 0
minimize total: sum(cost[p, m]*ship[p, m] for p in Plant for m in Market)
constraint capacity for p in Plant: sum(ship[p, m] for m in Market) <= supply[p]
constraint need for m in Market: sum(ship[p, m] for p in Plant) >= demand[m]
"""
CASES = {
    "one demand at a time": ("tornado", "demand: 90%..110%"),
    "one supply at a time": ("tornado", "supply: 90%..110%"),
    "level of demand": ("hypercube", "demand together: 90%..110%"),
    "all demands": ("hypercube", "demand: 90%..110%"),
    "all costs": ("hypercube", "cost: 90%..110%"),
    "all demands and costs": ("hypercube", "demand: 90%..110%", "cost: 90%..110%"),
}
Peer = Callable[[Design], Floats]


def transport(plants: int, markets: int) -> Instance:
    random = np.random.default_rng(11)
    document = read_notation(TRANSPORT)
    demand = random.uniform(10, 30, markets)
    arrays = {
        "demand": demand,
        "supply": np.full(plants, 1.3 * demand.sum() / plants),
        "cost": random.uniform(1, 10, (plants, markets)),
    }
    data = Data(sets={"Plant": tuple(range(plants)), "Market": tuple(range(markets))})
    return bind(document.formulation, data, arrays=arrays)


def parts(design: Design, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Supply, demand and cost of a scenario, as whoever writes by hand has them."""
    own = {**design.family.instance.parameters, **design.family.parameters(theta)}
    supply, demand, cost = (np.asarray(own[name]) for name in ("supply", "demand", "cost"))
    return supply, demand, cost


# -- the peers: each gives the objectives of all scenarios -----------------------------------------------------------


def optcopilot(design: Design) -> Floats:
    return sweep(design).frame()["objective"].to_numpy(dtype=float)


def by_hand(design: Design) -> Floats:
    engine = load(design.family.program(design.family.base), Options()).engine
    result = np.empty(len(design))
    for number, theta in enumerate(design.thetas):
        supply, demand, cost = parts(design, theta)
        m, n = len(supply), len(demand)
        rows, columns = np.arange(m + n, dtype=np.int32), np.arange(m * n, dtype=np.int32)
        if design.family.names != ("cost",):
            lower = np.concatenate([np.full(m, -np.inf), demand])
            upper = np.concatenate([supply, np.full(n, np.inf)])
            engine.changeRowsBounds(m + n, rows, lower, upper)
        if "cost" in design.family.names:
            engine.changeColsCost(m * n, columns, cost.ravel())
        engine.run()
        plan = np.array(engine.getSolution().col_value)
        result[number] = cost.ravel() @ plan
    return result


def cold(design: Design) -> Floats:
    import highspy

    result = np.empty(len(design))
    for number, theta in enumerate(design.thetas):
        supply, demand, cost = parts(design, theta)
        m, n = len(supply), len(demand)
        index = np.empty(2 * m * n, dtype=np.int32)
        index[0::2], index[1::2] = np.arange(m * n) // n, m + np.arange(m * n) % n
        engine = highspy.Highs()
        engine.setOptionValue("output_flag", False)
        engine.passModel(
            m * n,
            m + n,
            2 * m * n,
            0,
            int(highspy.MatrixFormat.kColwise),
            0,
            1,
            0.0,
            cost.ravel(),
            np.zeros(m * n),
            np.full(m * n, np.inf),
            np.concatenate([np.full(m, -np.inf), demand]),
            np.concatenate([supply, np.full(n, np.inf)]),
            np.arange(0, 2 * m * n + 1, 2, dtype=np.int32),
            index,
            np.ones(2 * m * n),
            np.zeros(0, dtype=np.int32),
            np.zeros(0, dtype=np.int32),
            np.zeros(0),
            np.zeros(m * n, dtype=np.int32),
        )
        engine.run()
        result[number] = cost.ravel() @ np.array(engine.getSolution().col_value)
    return result


def pyomo(design: Design) -> Floats:
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers.highs import Highs

    result = np.empty(len(design))
    for number, theta in enumerate(design.thetas):
        supply, demand, cost = parts(design, theta)
        model = pyo.ConcreteModel()
        model.P, model.M = pyo.RangeSet(0, len(supply) - 1), pyo.RangeSet(0, len(demand) - 1)
        model.ship = pyo.Var(model.P, model.M, domain=pyo.NonNegativeReals)
        model.total = pyo.Objective(expr=sum(cost[p, m] * model.ship[p, m] for p in model.P for m in model.M))
        model.capacity = pyo.Constraint(
            model.P, rule=lambda model, p, s=supply: sum(model.ship[p, m] for m in model.M) <= s[p]
        )
        model.need = pyo.Constraint(
            model.M, rule=lambda model, m, d=demand: sum(model.ship[p, m] for p in model.P) >= d[m]
        )
        Highs().solve(model)
        result[number] = pyo.value(model.total)
    return result


PEERS: dict[str, Peer] = {
    "by hand": by_hand,
    "optcopilot": optcopilot,
    "cold": cold,
    "pyomo": pyomo,
}


# -- measuring -------------------------------------------------------------------------------------------------------


def first(design: Design, count: int) -> Design:
    return Design(
        kind=design.kind,
        family=design.family,
        names=design.names[:count],
        labels=design.labels,
        values=design.values[:count],
        thetas=design.thetas[:count],
    )


def measure(case: str, count: int, rebuilt: int, repeats: int) -> list[dict[str, Any]]:
    """Seconds per scenario of each peer, and their ratios to the hand-written changes."""
    kind, *lines = CASES[case]
    own = space(transport(50, 100), [parse_variation(line) for line in lines])
    design = first(tornado(own), 2 * count + 1) if kind == "tornado" else hypercube(own, count)
    asked = {name: first(design, rebuilt) if name == "pyomo" else design for name in PEERS}
    best = dict.fromkeys(PEERS, float("inf"))
    objectives: dict[str, Floats] = {}
    for peer in PEERS.values():  # what is loaded only once is not counted
        peer(first(design, 1))
    for _ in range(repeats):
        for name, peer in PEERS.items():
            started = time.process_time()
            objectives[name] = peer(asked[name])
            best[name] = min(best[name], (time.process_time() - started) / len(asked[name]))
    for name, found in objectives.items():
        np.testing.assert_allclose(found, objectives["by hand"][: len(found)], rtol=1e-6, err_msg=name)
    return [
        {
            "varies": case,
            "peer": name,
            "scenarios": len(asked[name]),
            "seconds_per_scenario": seconds,
            "ratio_to_hand": seconds / best["by hand"],
            "ratio_to_optcopilot": seconds / best["optcopilot"],
        }
        for name, seconds in best.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="few scenarios, one repeat")
    parser.add_argument("--scenarios", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    count = 20 if arguments.quick else arguments.scenarios
    repeats = 1 if arguments.quick else arguments.repeats
    rows: list[dict[str, Any]] = []
    for case in CASES:
        found = measure(case, count, min(count, 2 if arguments.quick else 4), repeats)
        rows += found
        if not arguments.json:
            for row in found:
                print(
                    f"{row['varies']:<21} {row['peer']:<11} {1000 * row['seconds_per_scenario']:9.2f} ms "
                    f"{row['ratio_to_hand']:8.2f}x by hand {row['ratio_to_optcopilot']:8.2f}x optcopilot",
                    flush=True,
                )
    if arguments.json:
        print(json.dumps({"benchmark": "scenarios", "scenarios": count, "repeats": repeats, "results": rows}))


if __name__ == "__main__":
    main()
