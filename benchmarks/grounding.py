"""Build and load: how long until a solver holds the model, and at what peak memory, beside other modelling libraries.

    python benchmarks/grounding.py [--quick] [--json] [--sizes 1e4 1e5 1e6] [--repeats 3]

Three models (transport, facility location, multi-period lot sizing) at about 1e4, 1e5 and 1e6 nonzeros. Every
measurement runs in a process of its own; what is timed is the way from numpy arrays to a loaded solver, imports
excluded, in processor seconds, whose ratios hold on a busy machine, too. "arrays" is hand-written numpy and one
passModel call, the yardstick that the ratios refer to. CVXPY is timed up to the arrays it would hand to HiGHS, which
flatters it.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

LIBRARIES = ("arrays", "optcopilot", "linopy", "cvxpy", "highspy", "mathopt", "pyomo")
MODELS = ("transport", "facility", "lotsizing")
Data = dict[str, Any]


# -- data: sizes such that the constraint matrix has about ``nonzeros`` entries -----------------------------------


def data(model: str, nonzeros: int) -> Data:
    rng = np.random.default_rng(7)
    if model == "transport":
        m = n = round(math.sqrt(nonzeros / 2))
        return {"m": m, "n": n, "cost": rng.random((m, n)), "supply": np.full(m, 2.0), "demand": rng.random(n)}
    if model == "facility":
        m = max(2, round(math.sqrt(nonzeros / 3) / 2))
        n = round(nonzeros / 3 / m)
        return {"m": m, "n": n, "cost": rng.random((m, n)), "fixed": 5 + rng.random(m)}
    periods = 50
    items = max(1, round(nonzeros / 7 / periods))
    demand = 1 + rng.random((items, periods))
    return {
        "m": items,
        "n": periods,
        "demand": demand,
        "setup": 5 + rng.random((items, periods)),
        "hold": rng.random((items, periods)),
        "big": np.cumsum(demand[:, ::-1], axis=1)[:, ::-1].copy(),
        "capacity": np.full(periods, 4.0 * items),
    }


# -- hand-written arrays ------------------------------------------------------------------------------------------


def arrays_transport(d: Data) -> Any:
    m, n = d["m"], d["n"]
    columns = np.arange(m * n, dtype=np.int32)
    index = np.empty(2 * m * n, dtype=np.int32)
    index[0::2] = columns // n
    index[1::2] = m + columns % n
    lower = np.concatenate([np.full(m, -np.inf), d["demand"]])
    upper = np.concatenate([d["supply"], np.full(n, np.inf)])
    start = np.arange(0, 2 * m * n + 1, 2, dtype=np.int32)
    return pass_model(d["cost"].ravel(), np.inf, lower, upper, start, index, np.ones(2 * m * n), 0)


def arrays_facility(d: Data) -> Any:
    """Columns x[i, j] then open[i]; rows serve[j] then link[i, j]."""
    m, n = d["m"], d["n"]
    pairs = np.arange(m * n, dtype=np.int32)
    index = np.empty(3 * m * n, dtype=np.int32)
    index[0 : 2 * m * n : 2] = pairs % n
    index[1 : 2 * m * n : 2] = n + pairs
    index[2 * m * n :] = n + pairs
    start = np.concatenate([np.arange(0, 2 * m * n, 2), 2 * m * n + np.arange(0, m * n + 1, n)]).astype(np.int32)
    value = np.ones(3 * m * n)
    value[2 * m * n :] = -1.0
    cost = np.concatenate([d["cost"].ravel(), d["fixed"]])
    lower = np.concatenate([np.ones(n), np.full(m * n, -np.inf)])
    upper = np.concatenate([np.ones(n), np.zeros(m * n)])
    return pass_model(cost, 1.0, lower, upper, start, index, value, m)


def arrays_lotsizing(d: Data) -> Any:
    """Columns make, stock, setup, each [i, t]; rows balance[i, t], link[i, t], capacity[t]; by rows."""
    m, n = d["m"], d["n"]
    k = m * n
    cell = np.arange(k)
    first = cell % n == 0
    balance = np.stack([cell, k + cell, k + cell - 1], axis=1)
    values = np.tile([1.0, -1.0, 1.0], (k, 1))
    keep = np.ones((k, 3), dtype=bool)
    keep[first, 2] = False
    link = np.stack([cell, 2 * k + cell], axis=1)
    link_values = np.stack([np.ones(k), -d["big"].ravel()], axis=1)
    capacity = cell.reshape(m, n).T
    lengths = np.concatenate([keep.sum(axis=1), np.full(k, 2), np.full(n, m)])
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    index = np.concatenate([balance[keep], link.ravel(), capacity.ravel()]).astype(np.int32)
    value = np.concatenate([values[keep], link_values.ravel(), np.ones(k)])
    cost = np.concatenate([np.zeros(k), d["hold"].ravel(), d["setup"].ravel()])
    upper = np.concatenate([np.full(2 * k, np.inf), np.ones(k)])
    lower_rows = np.concatenate([d["demand"].ravel(), np.full(k + n, -np.inf)])
    upper_rows = np.concatenate([d["demand"].ravel(), np.zeros(k), d["capacity"]])
    return pass_model(cost, upper, lower_rows, upper_rows, start, index, value, k, rowwise=True)


def pass_model(
    cost: Any, upper: Any, row_lower: Any, row_upper: Any, start: Any, index: Any, value: Any, integers: int,
    rowwise: bool = False,
) -> Any:  # fmt: skip
    import highspy

    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    columns = len(cost)
    integrality = np.zeros(columns, dtype=np.int32)
    if integers:
        integrality[-integers:] = 1
    layout = highspy.MatrixFormat.kRowwise if rowwise else highspy.MatrixFormat.kColwise
    engine.passModel(
        columns, len(row_lower), len(value), 0, int(layout), 1, 1, 0.0, cost, np.zeros(columns),
        np.broadcast_to(upper, columns).astype(float), row_lower, row_upper, start, index, value,
        np.zeros(1, np.int32), np.zeros(1, np.int32), np.zeros(1), integrality,
    )  # fmt: skip
    return engine


# -- this project -------------------------------------------------------------------------------------------------

NOTATION = {
    "transport": """
set Plant
set Market
parameter cost[Plant, Market]
parameter supply[Plant]
parameter demand[Market]
variable ship[Plant, Market] >= 0
minimize total: sum(cost[i, j]*ship[i, j] for i in Plant for j in Market)
constraint limit for i in Plant: sum(ship[i, j] for j in Market) <= supply[i]
constraint need for j in Market: sum(ship[i, j] for i in Plant) >= demand[j]
""",
    "facility": """
set Plant
set Market
parameter cost[Plant, Market]
parameter fixed[Plant]
variable serve[Plant, Market] >= 0 <= 1
variable opened[Plant] binary
minimize total: sum(cost[i, j]*serve[i, j] for i in Plant for j in Market) + sum(fixed[i]*opened[i] for i in Plant)
constraint once for j in Market: sum(serve[i, j] for i in Plant) == 1
constraint link for i in Plant for j in Market: serve[i, j] <= opened[i]
""",
    "lotsizing": """
set Plant
set Market
parameter demand[Plant, Market]
parameter setup[Plant, Market]
parameter hold[Plant, Market]
parameter big[Plant, Market]
parameter capacity[Market]
variable make[Plant, Market] >= 0
variable stock[Plant, Market] >= 0
variable run[Plant, Market] binary
minimize total: sum(hold[i, t]*stock[i, t] + setup[i, t]*run[i, t] for i in Plant for t in Market)
constraint begin for i in Plant: make[i, 0] - stock[i, 0] == demand[i, 0]
constraint balance for i in Plant for t in Market if t > 0: make[i, t] + stock[i, t - 1] - stock[i, t] == demand[i, t]
constraint link for i in Plant for t in Market: make[i, t] <= big[i, t]*run[i, t]
constraint limit for t in Market: sum(make[i, t] for i in Plant) <= capacity[t]
""",
}


def optcopilot(model: str, d: Data) -> Any:
    from formulations.data import bind
    from formulations.formulation import Data as Members
    from formulations.ground import ground
    from formulations.notation import parse_notation
    from solvers.highs import load
    from solvers.solver import Options

    formulation = parse_notation(NOTATION[model]).formulation
    members = Members(sets={"Plant": tuple(range(d["m"])), "Market": tuple(range(d["n"]))})
    tables = {name: array for name, array in d.items() if name not in ("m", "n")}
    program = ground(bind(formulation, members, arrays=tables))
    return load(program, Options())


# -- linopy -------------------------------------------------------------------------------------------------------


def linopy_model(model: str, d: Data) -> Any:
    import linopy
    import pandas as pd
    import xarray as xr

    m = linopy.Model()
    rows, columns = pd.RangeIndex(d["m"], name="i"), pd.RangeIndex(d["n"], name="j")

    def table(name: str) -> xr.DataArray:
        array = d[name]
        if array.ndim == 2:
            return xr.DataArray(array, coords=[rows, columns])
        return xr.DataArray(array, coords=[rows if name in ("supply", "fixed") else columns])

    if model == "transport":
        x = m.add_variables(lower=0, coords=[rows, columns], name="x")
        m.add_constraints(x.sum("j") <= table("supply"))
        m.add_constraints(x.sum("i") >= table("demand"))
        m.add_objective((table("cost") * x).sum())
    elif model == "facility":
        x = m.add_variables(lower=0, upper=1, coords=[rows, columns], name="x")
        y = m.add_variables(binary=True, coords=[rows], name="y")
        m.add_constraints(x.sum("i") == 1)
        m.add_constraints(x - y <= 0)
        m.add_objective((table("cost") * x).sum() + (table("fixed") * y).sum())
    else:
        x = m.add_variables(lower=0, coords=[rows, columns], name="x")
        s = m.add_variables(lower=0, coords=[rows, columns], name="s")
        y = m.add_variables(binary=True, coords=[rows, columns], name="y")
        m.add_constraints(x + s.shift(j=1) - s == table("demand"))
        m.add_constraints(x - table("big") * y <= 0)
        m.add_constraints(x.sum("i") <= table("capacity"))
        m.add_objective((table("hold") * s).sum() + (table("setup") * y).sum())
    from linopy.io import to_highspy

    return to_highspy(m)


# -- CVXPY --------------------------------------------------------------------------------------------------------


def cvxpy_model(model: str, d: Data) -> Any:
    import cvxpy as cp

    shape = (d["m"], d["n"])
    if model == "transport":
        x = cp.Variable(shape, nonneg=True)
        rows = [cp.sum(x, axis=1) <= d["supply"], cp.sum(x, axis=0) >= d["demand"]]
        objective = cp.sum(cp.multiply(d["cost"], x))
    elif model == "facility":
        x, y = cp.Variable(shape, bounds=[0, 1]), cp.Variable((d["m"], 1), boolean=True)
        rows = [cp.sum(x, axis=0) == 1, x - y @ np.ones((1, d["n"])) <= 0]
        objective = cp.sum(cp.multiply(d["cost"], x)) + d["fixed"] @ y[:, 0]
    else:
        x, s = cp.Variable(shape, nonneg=True), cp.Variable(shape, nonneg=True)
        y = cp.Variable(shape, boolean=True)
        demand = d["demand"]
        rows = [
            x[:, 0] - s[:, 0] == demand[:, 0],
            x[:, 1:] + s[:, :-1] - s[:, 1:] == demand[:, 1:],
            x - cp.multiply(d["big"], y) <= 0,
            cp.sum(x, axis=0) <= d["capacity"],
        ]
        objective = cp.sum(cp.multiply(d["hold"], s)) + cp.sum(cp.multiply(d["setup"], y))
    return cp.Problem(cp.Minimize(objective), rows).get_problem_data(cp.HIGHS)


# -- highspy's own algebra ----------------------------------------------------------------------------------------


def highspy_model(model: str, d: Data) -> Any:
    import highspy

    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    m, n = d["m"], d["n"]
    rows, columns = range(m), range(n)
    if model == "transport":
        x = h.addVariables(rows, columns, obj=d["cost"].ravel().tolist(), out_array=True).reshape(m, n)
        for i in rows:
            h.addConstr(h.qsum(x[i, :]) <= d["supply"][i])
        for j in columns:
            h.addConstr(h.qsum(x[:, j]) >= d["demand"][j])
    elif model == "facility":
        x = h.addVariables(rows, columns, ub=1, obj=d["cost"].ravel().tolist(), out_array=True).reshape(m, n)
        y = h.addBinaries(rows, obj=d["fixed"].tolist(), out_array=True)
        for j in columns:
            h.addConstr(h.qsum(x[:, j]) == 1)
        for i in rows:
            h.addConstrs(x[i, j] <= y[i] for j in columns)
    else:
        x = h.addVariables(rows, columns, out_array=True).reshape(m, n)
        s = h.addVariables(rows, columns, obj=d["hold"].ravel().tolist(), out_array=True).reshape(m, n)
        y = h.addBinaries(rows, columns, obj=d["setup"].ravel().tolist(), out_array=True).reshape(m, n)
        for i in rows:
            h.addConstr(x[i, 0] - s[i, 0] == d["demand"][i, 0])
            h.addConstrs(x[i, t] + s[i, t - 1] - s[i, t] == d["demand"][i, t] for t in columns[1:])
            h.addConstrs(x[i, t] <= float(d["big"][i, t]) * y[i, t] for t in columns)
        for t in columns:
            h.addConstr(h.qsum(x[:, t]) <= d["capacity"][t])
    return h


# -- OR-Tools MathOpt ---------------------------------------------------------------------------------------------


def mathopt_model(model: str, d: Data) -> Any:
    from ortools.math_opt.python import mathopt

    p = mathopt.Model()
    m, n = d["m"], d["n"]
    rows, columns = range(m), range(n)
    if model == "transport":
        x = [[p.add_variable(lb=0) for _ in columns] for _ in rows]
        for i in rows:
            p.add_linear_constraint(mathopt.fast_sum(x[i]) <= d["supply"][i])
        for j in columns:
            p.add_linear_constraint(mathopt.fast_sum([x[i][j] for i in rows]) >= d["demand"][j])
        p.minimize(mathopt.fast_sum([d["cost"][i, j] * x[i][j] for i in rows for j in columns]))
    elif model == "facility":
        x = [[p.add_variable(lb=0, ub=1) for _ in columns] for _ in rows]
        y = [p.add_binary_variable() for _ in rows]
        for j in columns:
            p.add_linear_constraint(mathopt.fast_sum([x[i][j] for i in rows]) == 1)
        for i in rows:
            for j in columns:
                p.add_linear_constraint(x[i][j] - y[i] <= 0)
        serve = [d["cost"][i, j] * x[i][j] for i in rows for j in columns]
        p.minimize(mathopt.fast_sum(serve + [d["fixed"][i] * y[i] for i in rows]))
    else:
        x = [[p.add_variable(lb=0) for _ in columns] for _ in rows]
        s = [[p.add_variable(lb=0) for _ in columns] for _ in rows]
        y = [[p.add_binary_variable() for _ in columns] for _ in rows]
        for i in rows:
            for t in columns:
                before = s[i][t - 1] if t else 0
                p.add_linear_constraint(x[i][t] + before - s[i][t] == d["demand"][i, t])
                p.add_linear_constraint(x[i][t] - d["big"][i, t] * y[i][t] <= 0)
        for t in columns:
            p.add_linear_constraint(mathopt.fast_sum([x[i][t] for i in rows]) <= d["capacity"][t])
        cells = [(i, t) for i in rows for t in columns]
        p.minimize(mathopt.fast_sum([d["hold"][i, t] * s[i][t] + d["setup"][i, t] * y[i][t] for i, t in cells]))
    return p, mathopt.IncrementalSolver(p, mathopt.SolverType.HIGHS)


# -- Pyomo, loaded into its persistent HiGHS interface ------------------------------------------------------------


def pyomo_model(model: str, d: Data) -> Any:
    import pyomo.environ as pyo
    from pyomo.contrib import appsi

    p = pyo.ConcreteModel()
    p.I, p.J = pyo.RangeSet(0, d["m"] - 1), pyo.RangeSet(0, d["n"] - 1)
    if model == "transport":
        cost, supply, demand = d["cost"].tolist(), d["supply"].tolist(), d["demand"].tolist()
        p.x = pyo.Var(p.I, p.J, domain=pyo.NonNegativeReals)
        p.limit = pyo.Constraint(p.I, rule=lambda p, i: pyo.quicksum(p.x[i, j] for j in p.J) <= supply[i])
        p.need = pyo.Constraint(p.J, rule=lambda p, j: pyo.quicksum(p.x[i, j] for i in p.I) >= demand[j])
        p.total = pyo.Objective(expr=pyo.quicksum(cost[i][j] * p.x[i, j] for i in p.I for j in p.J))
    elif model == "facility":
        cost, fixed = d["cost"].tolist(), d["fixed"].tolist()
        p.x, p.y = pyo.Var(p.I, p.J, bounds=(0, 1)), pyo.Var(p.I, domain=pyo.Binary)
        p.once = pyo.Constraint(p.J, rule=lambda p, j: pyo.quicksum(p.x[i, j] for i in p.I) == 1)
        p.link = pyo.Constraint(p.I, p.J, rule=lambda p, i, j: p.x[i, j] <= p.y[i])
        serve = pyo.quicksum(cost[i][j] * p.x[i, j] for i in p.I for j in p.J)
        p.total = pyo.Objective(expr=serve + pyo.quicksum(fixed[i] * p.y[i] for i in p.I))
    else:
        demand, big, hold, setup = (d[name].tolist() for name in ("demand", "big", "hold", "setup"))
        capacity = d["capacity"].tolist()
        p.x = pyo.Var(p.I, p.J, domain=pyo.NonNegativeReals)
        p.s = pyo.Var(p.I, p.J, domain=pyo.NonNegativeReals)
        p.y = pyo.Var(p.I, p.J, domain=pyo.Binary)
        p.balance = pyo.Constraint(
            p.I, p.J, rule=lambda p, i, t: p.x[i, t] + (p.s[i, t - 1] if t else 0) - p.s[i, t] == demand[i][t]
        )
        p.link = pyo.Constraint(p.I, p.J, rule=lambda p, i, t: p.x[i, t] <= big[i][t] * p.y[i, t])
        p.limit = pyo.Constraint(p.J, rule=lambda p, t: pyo.quicksum(p.x[i, t] for i in p.I) <= capacity[t])
        p.total = pyo.Objective(
            expr=pyo.quicksum(hold[i][t] * p.s[i, t] + setup[i][t] * p.y[i, t] for i in p.I for t in p.J)
        )
    engine = appsi.solvers.Highs()
    engine.set_instance(p)
    return engine


# -- measuring ----------------------------------------------------------------------------------------------------

ARRAYS = {"transport": arrays_transport, "facility": arrays_facility, "lotsizing": arrays_lotsizing}
BUILDERS: dict[str, Callable[[str, Data], Any]] = {
    "arrays": lambda model, d: ARRAYS[model](d),
    "optcopilot": optcopilot,
    "linopy": linopy_model,
    "cvxpy": cvxpy_model,
    "highspy": highspy_model,
    "mathopt": mathopt_model,
    "pyomo": pyomo_model,
}


def measure_here(library: str, model: str, nonzeros: int, repeats: int) -> dict[str, float]:
    """Processor seconds (the best of ``repeats``) and additional peak memory in MiB, in this process."""
    build = BUILDERS[library]
    build(model, data(model, 500))  # imports and caches
    d = data(model, nonzeros)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = math.inf
    for _ in range(repeats):
        start = time.process_time()
        held = build(model, d)
        seconds = min(seconds, time.process_time() - start)
        del held
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "peak_mib": (after - before) / 1024}


def measure(library: str, model: str, nonzeros: int, repeats: int) -> dict[str, float | str]:
    """The same in a fresh process."""
    command = [sys.executable, __file__, "--one", library, model, str(nonzeros), "--repeats", str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {"error": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    result: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="1e4 nonzeros, one repeat")
    parser.add_argument("--sizes", nargs="+", type=float, default=[1e4, 1e5, 1e6])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--libraries", nargs="+", choices=LIBRARIES, default=LIBRARIES)
    parser.add_argument("--one", nargs=3, metavar=("LIBRARY", "MODEL", "NONZEROS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        library, model, nonzeros = arguments.one
        print(json.dumps(measure_here(library, model, int(nonzeros), arguments.repeats)))
        return
    sizes = [1e4] if arguments.quick else arguments.sizes
    repeats = 1 if arguments.quick else arguments.repeats
    libraries = [name for name in LIBRARIES if name in arguments.libraries or name == "arrays"]
    results: list[dict[str, Any]] = []
    for size in sizes:
        for model in MODELS:
            yardstick = math.nan
            for library in libraries:
                found = measure(library, model, int(size), repeats)
                if library == "arrays" and "seconds" in found:
                    yardstick = float(found["seconds"])
                ratio = float(found["seconds"]) / yardstick if "seconds" in found else None
                row = {"model": model, "nonzeros": int(size), "library": library, **found, "ratio": ratio}
                results.append(row)
                if not arguments.json:
                    shown = (
                        f"{row['seconds'] * 1000:10.1f} ms {row['peak_mib']:8.0f} MiB {ratio:8.2f}x arrays"
                        if "seconds" in row
                        else f"failed: {row['error']}"
                    )
                    print(f"{int(size):>8} {model:<10} {library:<11} {shown}", flush=True)
    if arguments.json:
        print(json.dumps({"benchmark": "grounding", "repeats": repeats, "results": results}))


if __name__ == "__main__":
    main()
