# ruff: noqa: E402
"""Does a certified bound ever cross the optimum? Random programs whose optimum is known exactly, many at once.

Linear, quadratic and conic programs are made around a point x*, multipliers and prices that satisfy the optimality
conditions, from numbers with few binary digits, so that the optimal value is exact in floating point (conic: up to
rounding that the comparison allows for). Integer programs are solved by enumeration of all their points. Each is
bounded from its true duals, where a wrong rounding margin would show, from disturbed and random ones, and from what the
ascent finds; bounds of rays on feasible programs must not be positive.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# The folder of this script holds an equivalence.py, which must not hide the package of that name.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]

from formulations.expression import Binary, Call, Column, Expression, Number
from formulations.program import Floats
from solvers.proxies.ascent import ascend
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import Box, farkas_bounds
from solvers.proxies.curves import Curves, Group
from solvers.proxies.problems import Problems

#: Instances made at once; they share a pattern.
CHUNK = 500
#: Roundings allowed to the optimal value of conic programs, which is a sum of few terms.
ULPS = 64 * 2.0**-53
#: Of disturbances; at the smallest ones rounding is all that is left between bound and optimum.
SCALES = (1e-16, 1e-14, 1e-9, 1e-3, 1.0)
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Known:
    """Programs with their optimal values (NaN: infeasible), and the duals and points that attain them, if known."""

    problems: Problems
    optima: Floats
    slack: Floats
    duals: Floats
    points: Floats


def linear(random: np.random.Generator, count: int) -> Known:
    return _around(random, count, _no_curves)


def quadratic(random: np.random.Generator, count: int) -> Known:
    return _around(random, count, _forms)


def conic(random: np.random.Generator, count: int) -> Known:
    return _around(random, count, _norm)


def integer(random: np.random.Generator, count: int) -> Known:
    """Pure integer programs with up to five columns, solved by looking at every point."""
    m, n, top = int(random.integers(1, 5)), int(random.integers(1, 6)), int(random.integers(1, 4))
    rows, columns = np.divmod(np.arange(m * n), n)
    order = np.lexsort((rows, columns))
    values = random.integers(-4, 7, (count, m * n)).astype(float)
    points = np.array(list(itertools.product(range(top + 1), repeat=n)), dtype=float)
    activity = np.einsum("smn,pn->smp", values.reshape(count, m, n), points)
    middle = np.quantile(activity, 0.5, axis=2).round()
    cost = random.integers(-5, 6, (count, n)) / 2.0
    upper = middle + random.integers(-3, 4, (count, m))
    lower = np.where(random.random((1, m)) < 0.5, -np.inf, upper - random.integers(0, 6, (count, m)))
    feasible = ((activity >= lower[:, :, None]) & (activity <= upper[:, :, None])).all(axis=1)
    best = np.where(feasible, cost @ points.T, np.inf).min(axis=1)
    batch = Batch(
        count=count,
        rows=rows[order],
        columns=columns[order],
        values=values[:, order],
        cost=cost,
        offset=np.zeros(1),
        row_lower=lower,
        row_upper=upper,
        column_lower=np.zeros((1, n)),
        column_upper=np.full((1, n), float(top)),
        integer=np.ones(n, dtype=bool),
    )
    optima = np.where(np.isfinite(best), best, np.nan)
    nothing = np.zeros((count, m))
    return Known(Problems(batch, None), optima, np.zeros(count), nothing, np.zeros((count, n)))


FAMILIES: dict[str, Callable[[np.random.Generator, int], Known]] = {
    "LP": linear,
    "QP": quadratic,
    "SOCP": conic,
    "MILP": integer,
}

# --- programs around a point --------------------------------------------------------------------------------------

#: From points (count, n): curved parts for m + 1 places, their gradients weighted by the multipliers, how many rows
#: they add, and the multipliers of these rows.
_Curving = Callable[[np.random.Generator, Floats, int], "_Curved"]


@dataclass(frozen=True, eq=False)
class _Curved:
    """curves: or None. gradient: (count, n) what c must outweigh. value: (count,) of the curved objective at x*.

    cone: whether one more row stands at the end, ``linear`` (count, n) its linear part, ``multiplier`` (count, 1).
    """

    curves: Curves | None
    gradient: Floats
    value: Floats
    linear: Floats | None = None
    side: Floats | None = None
    multiplier: Floats | None = None


def _around(random: np.random.Generator, count: int, curving: _Curving) -> Known:
    m, n = int(random.integers(1, 6)), int(random.integers(1, 7))
    x = random.integers(-3, 4, (count, n)).astype(float)
    curved = curving(random, x, m)
    present = random.random((m, n)) < random.uniform(0.3, 1.0)
    dense = random.integers(-8, 9, (count, m, n)) / 2.0 * present
    active = random.random((1, m)) < 0.6
    y = np.where(active, random.integers(-3, 4, (count, m)), 0).astype(float)
    at_bound = random.random((1, n)) < 0.5
    r = np.where(at_bound, random.integers(-4, 5, (count, n)), 0).astype(float)
    activity = np.einsum("smn,sn->sm", dense, x)
    gaps = random.integers(0, 4, (4, count, max(m, n))).astype(float)
    far = random.random((4, 1, max(m, n))) < (0.3 if curved.curves is None else 0.0)
    row_lower = np.where(y > 0, activity, np.where(far[0, :, :m], -np.inf, activity - gaps[0, :, :m]))
    row_upper = np.where(y < 0, activity, np.where(far[1, :, :m], np.inf, activity + gaps[1, :, :m]))
    lower = np.where(r > 0, x, np.where(far[2, :, :n], -np.inf, x - gaps[2, :, :n]))
    upper = np.where(r < 0, x, np.where(far[3, :, :n], np.inf, x + gaps[3, :, :n]))
    cost = np.einsum("smn,sm->sn", dense, y) + r - curved.gradient
    duals = y
    if curved.linear is not None and curved.multiplier is not None and curved.side is not None:
        dense = np.concatenate([dense, curved.linear[:, None, :]], axis=1)
        row_lower = np.concatenate([row_lower, curved.side[:, None]], axis=1)
        row_upper = np.concatenate([row_upper, np.full((count, 1), np.inf)], axis=1)
        duals = np.concatenate([y, curved.multiplier], axis=1)
        m += 1
    columns, rows = np.divmod(np.arange(m * n), m)
    batch = Batch(
        count=count,
        rows=rows,
        columns=columns,
        values=dense[:, rows, columns],
        cost=cost,
        offset=np.full(1, 0.25),
        row_lower=row_lower,
        row_upper=row_upper,
        column_lower=lower,
        column_upper=upper,
        integer=np.zeros(n, dtype=bool),
    )
    value = (cost * x).sum(axis=1) + curved.value + 0.25
    slack = np.zeros(count) if curved.linear is None else ULPS * ((np.abs(cost * x)).sum(axis=1) + 1.0)
    return Known(Problems(batch, curved.curves), value, slack, duals, x)


def _no_curves(random: np.random.Generator, x: Floats, m: int) -> _Curved:
    return _Curved(None, np.zeros_like(x), np.zeros(len(x)))


def _forms(random: np.random.Generator, x: Floats, m: int) -> _Curved:
    """x'F'F x in the objective, F of small integers with fewer rows than columns at times."""
    count, n = x.shape
    k = int(random.integers(1, n + 1))
    root = random.integers(-2, 3, (count, k, n)).astype(float)
    form = np.einsum("ski,skj->sij", root, root)
    left, right = np.triu_indices(n)
    values = form[:, left, right] * np.where(left == right, 1.0, 2.0)
    curves = Curves(np.full(len(left), m), left, right, values, (), np.zeros(m, dtype=bool))
    gradient = 2 * np.einsum("sij,sj->si", form, x)
    return _Curved(curves, gradient, np.einsum("sij,si,sj->s", form, x, x))


def _norm(random: np.random.Generator, x: Floats, m: int) -> _Curved:
    """A row v'x - ||M x + o|| >= -v0 that is active at x*, where M x* + o is a multiple of (3, 4)."""
    count, n = x.shape
    matrix = random.integers(-2, 3, (count, 2, n)).astype(float)
    size = random.integers(1, 4, (count, 1)).astype(float)
    at = size * np.where(random.random((count, 1)) < 0.5, [3.0, 4.0], [-4.0, 3.0])
    shift = at - np.einsum("skn,sn->sk", matrix, x)
    axis = random.integers(-2, 3, (count, n)).astype(float)
    side = (axis * x).sum(axis=1) - 5.0 * size[:, 0]
    multiplier = random.integers(0, 4, (count, 1)).astype(float)
    outward = axis - np.einsum("skn,sk->sn", matrix, at / (5.0 * size))
    numbers = np.concatenate([np.concatenate([shift[:, k, None], matrix[:, k]], axis=1) for k in range(2)], axis=1)
    numbers = np.insert(numbers, [n + 1, 2 * n + 2], 2.0, axis=1)  # the exponents stand behind each square
    template = Call("sqrt", (Binary("+", _square(n), _square(n)),))
    group = Group(template, np.array([m]), np.arange(n)[None], numbers[:, None, :], np.full((1, 1), -1.0))
    flags = np.zeros(m + 1, dtype=bool)
    flags[m] = True
    curves = Curves(_NONE, _NONE, _NONE, np.zeros((1, 0)), (group,), flags)
    return _Curved(curves, -multiplier * outward, np.zeros(count), axis, side, multiplier)


def _square(n: int) -> Expression:
    total: Expression = Number(0.0)
    for j in range(n):
        total = Binary("+", total, Binary("*", Number(0.0), Column(j)))
    return Binary("**", total, Number(2.0))


# --- the campaign -------------------------------------------------------------------------------------------------


def trials(random: np.random.Generator, known: Known) -> Iterator[tuple[Floats, Floats, Box]]:
    """Duals and points of tangents to bound the programs with, and the box to do it in."""
    problems = known.problems
    box, shape = problems.box(), known.duals.shape
    cutoff = problems.with_cutoff(known.optima + random.normal(size=len(known.optima)), known.points, box)
    yield known.duals, known.points, box
    yield known.duals, known.points, cutoff
    for scale in SCALES:
        noise = scale * random.normal(size=shape) * (1.0 + np.abs(known.duals))
        moved = known.points + scale * random.normal(size=known.points.shape)
        yield known.duals + noise, moved, cutoff
    wild = random.normal(size=shape) * 10.0 ** random.integers(-12, 13, shape)
    yield wild, known.points, box


def check(random: np.random.Generator, known: Known, *, climbing: bool) -> dict[str, float]:
    """How many bounds were above the optimum, how many there were, and the mean gap of those from the ascent."""
    found = {"bounds": 0.0, "missing": 0.0, "crossings": 0.0, "false_rays": 0.0, "gap": np.nan}
    problems, feasible = known.problems, np.isfinite(known.optima)
    for duals, points, box in trials(random, known):
        _count(found, problems.bounds(duals, points, box), known)
        flat = problems.tangents(points, problems.box())
        rays = farkas_bounds(flat, duals, problems.box())
        found["false_rays"] += float((rays[feasible] > 0).sum())
    if climbing:
        box = problems.box()
        climb = ascend(problems.batch, box, curves=problems.curves)
        box = problems.with_cutoff(problems.batch.objectives(climb.points), climb.anchors, box)
        bounds = problems.bounds(climb.duals, climb.anchors, box)
        _count(found, bounds, known)
        there = feasible & np.isfinite(bounds)
        gaps = (known.optima - bounds)[there] / np.maximum(1.0, np.abs(known.optima[there]))
        found["gap"] = float(np.median(gaps)) if len(gaps) else np.nan
    return found


def _count(found: dict[str, float], bounds: Floats, known: Known) -> None:
    feasible = np.isfinite(known.optima)
    found["bounds"] += float(np.isfinite(bounds[feasible]).sum())
    found["missing"] += float((~np.isfinite(bounds[feasible])).sum())
    found["crossings"] += float((bounds[feasible] > (known.optima + known.slack)[feasible]).sum())


def campaign(name: str, count: int, seed: int) -> dict[str, object]:
    """The counts over ``count`` instances of one family."""
    random = np.random.default_rng([seed, sorted(FAMILIES).index(name)])
    total = {"bounds": 0.0, "missing": 0.0, "crossings": 0.0, "false_rays": 0.0}
    gaps, done, started = list[float](), 0, time.perf_counter()
    while done < count:
        size = min(CHUNK, count - done)
        found = check(random, FAMILIES[name](random, size), climbing=True)
        gaps.append(found.pop("gap"))
        total = {key: total[key] + found[key] for key in total}
        done += size
    whole: dict[str, object] = {key: int(value) for key, value in total.items()}
    median = float(np.nanmedian(gaps))
    return {"family": name, "instances": done, **whole, "median_gap": median, "seconds": time.perf_counter() - started}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="two thousand instances rather than a hundred thousand")
    parser.add_argument("--instances", type=int, default=104_000, help="of all families together (default 104000)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    each = (2000 if arguments.quick else arguments.instances) // len(FAMILIES)
    results = [campaign(name, each, arguments.seed) for name in FAMILIES]
    if arguments.json:
        print(json.dumps({"results": results}, indent=1))
    else:
        head = ("family", "instances", "bounds", "none", "crossings", "false rays", "ascent gap")
        print("{:<6} {:>9} {:>9} {:>8} {:>9} {:>10} {:>10}".format(*head))
        for own in results:
            print(
                f"{own['family']:<6} {own['instances']:>9} {own['bounds']:>9} {own['missing']:>8} {own['crossings']:>9}"
                f" {own['false_rays']:>10} {own['median_gap']:>10.1e}"
            )
    return 1 if any(own["crossings"] or own["false_rays"] for own in results) else 0


if __name__ == "__main__":
    sys.exit(main())
