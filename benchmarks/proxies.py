# ruff: noqa: E402
"""Learned duals on the two families of Dual Lagrangian Learning (arXiv 2402.03086), beside solvers on the same core.

Knapsack: continuous multidimensional knapsacks, max p'x, W x <= b, 0 <= x <= 1, every number drawn anew: weights from
0 to 1000, b a quarter of the row sums, prices the mean weight of the item plus up to 100.
Production planning: min d'x + e't, r'x <= b, x_i t_i >= 1, second-order cones; for bounds t is eliminated (t = 1/x, the
closed-form completion of the paper), Clarabel gets the cones.

Compared: one constant dual vector; the paper's network (two sigmoid layers on all numbers, softplus) trained on the
bound for some seconds; our ascent after either, and alone; HiGHS and Clarabel cold, HiGHS warm from the basis of the
instance before, and from the basis that our duals suggest. All bounds are certified in float64; times include the
certificate; one thread everywhere. The paper had a GPU and up to half an hour for each network.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]

import numpy as np

from formulations.expression import Binary, Column, Number
from formulations.program import Floats
from solvers.proxies.ascent import ascend
from solvers.proxies.batch import Batch
from solvers.proxies.curves import Curves, Group
from solvers.proxies.dual_function import DualFunction
from solvers.proxies.exact import Engine, suggested_bases
from solvers.proxies.problems import Problems
from solvers.proxies.torch_gate import load_torch, pick_device

KNAPSACKS = tuple((m, n) for m in (5, 10, 30) for n in (100, 200, 500))
PLANS = (10, 50, 100, 200, 500, 1000)
#: The ascent ends at this relative distance between objective and bound.
TOLERANCE = 5e-5
#: Gaps are relative to the optimum, but to no less than this.
SMALLEST = 1e-6
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much to do for each size: instances to train on and to judge on, seconds for a network, steps of ascent."""

    taught: int
    judged: int
    seconds: float
    steps: int
    device: str


# --- the families -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Instances:
    """Problems, all their numbers in a line for each (what the paper's network reads), and points from duals."""

    problems: Problems
    numbers: Floats
    points: Callable[[Floats], Floats | None]


def knapsacks(m: int, n: int, count: int, seed: int) -> Instances:
    random = np.random.default_rng(seed)
    weights = random.integers(0, 1001, (count, m, n)).astype(float)
    room = np.round(0.25 * weights.sum(axis=2))
    price = np.round(100 * random.random((count, n)) + weights.mean(axis=1))
    columns, rows = np.divmod(np.arange(m * n), m)
    batch = Batch(
        count=count,
        rows=rows,
        columns=columns,
        values=weights[:, rows, columns],
        cost=-price,
        offset=np.zeros(1),
        row_lower=np.full((1, m), -np.inf),
        row_upper=room,
        column_lower=np.zeros((1, n)),
        column_upper=np.ones((1, n)),
        integer=np.zeros(n, dtype=bool),
        maximized=True,
    )
    numbers = np.concatenate([price, room, weights.reshape(count, -1)], axis=1)
    return Instances(Problems(batch, None), numbers, lambda duals: None)


def plannings(n: int, count: int, seed: int) -> Instances:
    random = np.random.default_rng(seed)

    def uniform(low: float, high: float, size: int = n) -> Floats:
        return low + (high - low) * random.random((count, size))

    demand, production = uniform(1, 100), uniform(1, 10)
    holding, ordering, storage = uniform(0.05, 2.0), uniform(0.1, 1.5) * production, uniform(0.1, 2.0) * production
    room = uniform(0.25, 0.75, 1) * storage.sum(axis=1, keepdims=True)
    d, e = production * holding / 2, ordering * demand
    batch = Batch(
        count=count,
        rows=np.zeros(n, dtype=np.int64),
        columns=np.arange(n),
        values=storage,
        cost=d,
        offset=np.zeros(1),
        row_lower=np.full((1, 1), -np.inf),
        row_upper=room,
        column_lower=np.zeros((1, n)),
        column_upper=room / storage,
        integer=np.zeros(n, dtype=bool),
    )
    group = Group(
        Binary("/", Number(1.0), Column(0)), np.full(n, 1), np.arange(n)[:, None], np.ones((1, n, 1)), factors=e
    )
    curves = Curves(_NONE, _NONE, _NONE, np.zeros((1, 0)), (group,), np.zeros(1, dtype=bool))

    def points(duals: Floats) -> Floats:
        """The minimizers of d x + e/x - y r x for y <= 0, within the bounds."""
        return np.minimum(np.sqrt(e / (d - duals * storage)), batch.column_upper)

    return Instances(Problems(batch, curves), np.concatenate([d, e, storage, room], axis=1), points)


# --- solvers ------------------------------------------------------------------------------------------------------


def highs(instances: Instances) -> tuple[Floats, dict[str, float]]:
    """Optimal values, and microseconds for each instance, cold and warm."""
    batch, engine = instances.problems.batch, Engine()
    optima = np.full(batch.count, np.nan)
    started = time.perf_counter()
    for k in range(batch.count):
        engine.load(batch, k)
        found = engine.run()
        optima[k] = found.objective if found.optimal else np.nan
    cold = time.perf_counter() - started
    basis = None
    started = time.perf_counter()
    for k in range(batch.count):
        engine.load(batch, k)
        if basis is not None:
            engine.highs.setBasis(basis)
        engine.run(presolve=basis is None)
        basis = engine.highs.getBasis()
    warm = time.perf_counter() - started
    return optima, {"HiGHS cold": 1e6 * cold / batch.count, "HiGHS warm": 1e6 * warm / batch.count}


def from_basis(instances: Instances, duals: Floats, points: Floats) -> float:
    """Microseconds for an exact optimum by HiGHS from the basis that duals suggest, their computation not counted."""
    batch, engine = instances.problems.batch, Engine()
    started = time.perf_counter()
    for k, basis in enumerate(suggested_bases(batch, duals, points)):
        engine.load(batch, k)
        engine.set_basis(basis)
        engine.run(presolve=False)
    return 1e6 * (time.perf_counter() - started) / batch.count


def clarabel(instances: Instances) -> tuple[Floats, dict[str, float]]:
    """Optimal values of the conic form, and microseconds for each instance without the assembly of its matrices."""
    import clarabel as solver
    from scipy import sparse

    batch, curves = instances.problems.batch, instances.problems.curves
    assert curves is not None
    n, factors = batch.column_count, curves.groups[0].factors
    optima, seconds = np.full(batch.count, np.nan), 0.0
    settings = solver.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    for k in range(batch.count):
        entries: list[tuple[int, int, float]] = [(0, j, float(batch.values[k, j])) for j in range(n)]
        for j in range(n):  # (x + t, x - t, 2) in the cone says x t >= 1
            first = 1 + 3 * j
            entries += [(first, j, -1.0), (first, n + j, -1.0), (first + 1, j, -1.0), (first + 1, n + j, 1.0)]
        rows, columns, values = (np.array(part) for part in zip(*entries, strict=True))
        matrix = sparse.csc_matrix((values, (rows, columns)), shape=(1 + 3 * n, 2 * n))
        right = np.concatenate([batch.row_upper[k], np.tile([0.0, 0.0, 2.0], n)])
        cost = np.concatenate([batch.cost[k], factors[k]])
        cones = [solver.NonnegativeConeT(1), *(solver.SecondOrderConeT(3) for _ in range(n))]
        started = time.perf_counter()
        found = solver.DefaultSolver(sparse.csc_matrix((2 * n, 2 * n)), cost, matrix, right, cones, settings).solve()
        seconds += time.perf_counter() - started
        if str(found.status) == "Solved":
            optima[k] = found.obj_val
    return optima, {"Clarabel": 1e6 * seconds / batch.count}


# --- the paper's network ------------------------------------------------------------------------------------------


def network(
    taught: Instances, base: Floats, effort: Effort, widths: tuple[int, int]
) -> tuple[Callable[[Floats], Floats], int]:
    """A function from numbers to duals y <= 0, trained on the bound, and the epochs it took.

    Its last layer starts at the constant vector ``base`` (m,): from a random start a short training gets nowhere.
    """
    torch = load_torch()
    torch.manual_seed(0)
    center, spread = taught.numbers.mean(axis=0), taught.numbers.std(axis=0) + 1e-9
    m, nn = taught.problems.batch.row_count, torch.nn
    layers = [nn.Linear(taught.numbers.shape[1], widths[0]), nn.Sigmoid(), nn.Linear(*widths), nn.Sigmoid()]
    last = nn.Linear(widths[1], m)
    size_of_duals = torch.as_tensor(np.maximum(-base, 1e-9), dtype=torch.float32)
    with torch.no_grad():
        last.weight.mul_(0.01)
        last.bias.copy_(torch.zeros(m) + math.log(math.expm1(1.0)))
    model = nn.Sequential(*layers, last, nn.Softplus()).to(effort.device)
    size_of_duals = size_of_duals.to(effort.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    size, tasks = 64, list[tuple[Any, DualFunction, Any]]()

    def inputs(numbers: Floats) -> Any:
        normal = torch.as_tensor((numbers - center) / spread, dtype=torch.float32)
        return normal.to(effort.device)

    for first in range(0, effort.taught, size):
        part = taught.problems.select(slice(first, first + size))
        dual = DualFunction(torch, part.batch, part.box(), device=effort.device, curves=part.curves)
        scale = dual.arrays["plain_cost"].abs().sum(1)
        tasks.append((inputs(taught.numbers[first : first + size]), dual, scale))
    started, epochs = time.perf_counter(), 0
    while time.perf_counter() - started < effort.seconds:
        for numbers, dual, scale in tasks:
            optimizer.zero_grad()
            y = -(size_of_duals * model(numbers)).double()
            loss = -(_lagrangian(dual, y) / scale).mean()
            loss.backward()
            optimizer.step()
        epochs += 1

    def predict(numbers: Floats) -> Floats:
        with torch.no_grad():
            return np.asarray(-(size_of_duals * model(inputs(numbers))).double().cpu().numpy())

    return predict, epochs


def _lagrangian(dual: DualFunction, y: Any) -> Any:
    """The bound of y <= 0; for plannings the least value of d x + e/x - y r x, at its minimizer, plus y b."""
    if dual.curved is None:
        return dual.bound(y)
    slope, e = dual.arrays["plain_cost"] - y * dual.plain_values, dual.curved.factors[0]
    x = (e / slope).sqrt().minimum(dual.arrays["box_upper"]).detach()
    return (slope * x + e / x).sum(1) + (y * dual.arrays["row_upper"]).sum(1)


# --- measuring ----------------------------------------------------------------------------------------------------


def measured(
    name: str, taught: Instances, judged: Instances, effort: Effort, widths: tuple[int, int]
) -> dict[str, Any]:
    """Certified gaps and times of one size."""
    problems, box = judged.problems, judged.problems.box()
    optima, solvers = highs(judged) if problems.curves is None else clarabel(judged)

    def line(duals: Floats, points: Floats | None, seconds: float) -> dict[str, float]:
        started = time.perf_counter()
        bounds = problems.bounds(duals, points, box)
        seconds += time.perf_counter() - started
        gaps = (optima - bounds) / np.maximum(np.abs(optima), SMALLEST)
        gaps = gaps[np.isfinite(optima)]
        crossed = int((gaps < -1e-6).sum())
        return {
            "mean": float(gaps.mean()),
            "largest": float(gaps.max()),
            "above_optimum": crossed,
            "microseconds": 1e6 * seconds / len(bounds),
        }

    def climbed(start: Floats | None, warmth: float) -> tuple[Any, float]:
        started = time.perf_counter()
        found = ascend(
            problems.batch,
            box,
            curves=problems.curves,
            start=start,
            anchor=None if start is None else judged.points(start),
            steps=effort.steps,
            tolerance=TOLERANCE,
            device=effort.device,
            warmth=warmth,
        )
        return found, time.perf_counter() - started

    ways: dict[str, dict[str, float]] = {}
    reference = ascend(
        taught.problems.batch, taught.problems.box(), curves=taught.problems.curves, device=effort.device
    )
    base = np.repeat(reference.duals.mean(axis=0)[None], problems.batch.count, axis=0)
    ways["constant"] = line(base, judged.points(base), 0.0)
    predict, epochs = network(taught, base[0], effort, widths)
    predict(judged.numbers[:2])
    started = time.perf_counter()
    predicted = predict(judged.numbers)
    points = judged.points(predicted)
    ways["paper's network"] = line(predicted, points, time.perf_counter() - started)
    for way, start in (("constant, ascent", base), ("network, ascent", predicted), ("ascent alone", None)):
        expected = ways["constant" if way.startswith("constant") else "paper's network"]["mean"]
        found, seconds = climbed(start, float(np.clip(5 * expected, 1e-3, 1.0)))
        ways[way] = line(found.duals, found.anchors, seconds) | {"steps": float(found.steps.mean())}
    if problems.curves is None:
        solvers["HiGHS, suggested basis"] = from_basis(judged, found.duals, found.points)
    return {"size": name, "ways": ways, "solvers": solvers, "epochs": epochs, "instances": problems.batch.count}


def run(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    quick = arguments.quick
    effort = Effort(
        taught=128 if quick else 1024,
        judged=16 if quick else 128,
        seconds=1.0 if quick else arguments.seconds,
        steps=arguments.steps,
        device=pick_device(arguments.device),
    )
    results = []
    for m, n in KNAPSACKS[:1] if quick else KNAPSACKS:
        lots = [knapsacks(m, n, count, seed) for count, seed in ((effort.taught, 1), (effort.judged, 2))]
        results.append(measured(f"knapsack {m}x{n}", *lots, effort, (2 * (m + n), 2 * (m + n))))
        note(results[-1])
    for n in PLANS[:1] if quick else PLANS:
        lots = [plannings(n, count, seed) for count, seed in ((effort.taught, 1), (effort.judged, 2))]
        width = max(128, 4 * n)
        results.append(measured(f"planning {n}", *lots, effort, (width, width)))
        note(results[-1])
    return results


def note(result: dict[str, Any]) -> None:
    """One size on standard error, as it is done."""
    cold = next(iter(result["solvers"].values()))
    parts = [
        f"{name} {100 * way['mean']:.4f} % {cold / way['microseconds']:.1f}x" for name, way in result["ways"].items()
    ]
    parts += [f"{name} {cold / value:.1f}x" for name, value in result["solvers"].items()]
    print(f"{result['size']} ({cold:.0f} us cold): {'; '.join(parts)}", file=sys.stderr)


def table(results: list[dict[str, Any]]) -> str:
    """Mean certified gap in per cent, and in brackets the speed as a multiple of the cold solver."""
    ways = list(results[0]["ways"])
    solvers = list(dict.fromkeys(name for result in results for name in result["solvers"]))
    lines = ["| size | " + " | ".join([*ways, *solvers]) + " |", "|---" * (1 + len(ways) + len(solvers)) + "|"]
    for result in results:
        cold = next(iter(result["solvers"].values()))
        cells = [f"{100 * w['mean']:.4f} % ({cold / w['microseconds']:.1f}x)" for w in result["ways"].values()]
        for name in solvers:
            value = result["solvers"].get(name)
            cells.append("" if value is None else f"{value:.0f} us" if value == cold else f"{cold / value:.1f}x")
        lines.append(f"| {result['size']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Learned duals beside solvers, on two published families.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="one small size of each family")
    parser.add_argument("--steps", type=int, default=25, help="of the ascent, at most (default 25)")
    parser.add_argument("--seconds", type=float, default=15.0, help="to train each network (default 15)")
    parser.add_argument("--device", default="auto", help="cpu, cuda, or auto: a GPU where there is one")
    arguments = parser.parse_args()
    load_torch().set_num_threads(1)
    results = run(arguments)
    print(json.dumps({"results": results}, indent=1) if arguments.json else table(results))
    return 1 if any(way["above_optimum"] for result in results for way in result["ways"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
