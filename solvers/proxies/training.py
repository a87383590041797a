"""Training: a network that predicts duals, taught by the dual bound itself, no optimum needed as a label.

The loss of a prediction y is -B(y) relative to the size of the objective, with B as in ``certificate``: the better the
bound, the smaller the loss, and every prediction is dual feasible (Dual Lagrangian Learning, arXiv 2402.03086). It
starts from the constant vector, the mean of some optimal duals, and is kept only if it beats that vector on unseen
instances.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.dispatch import NoCapableSolverError, solve
from solvers.families import Family
from solvers.proxies.ascent import DualFunction, ascend
from solvers.proxies.batch import Batch, ShapeError
from solvers.proxies.certificate import Box
from solvers.proxies.curves import NotConvexError
from solvers.proxies.exact import Engine
from solvers.proxies.jets import UnsupportedFunctionError
from solvers.proxies.networks import Kind, Network, Spec
from solvers.proxies.problems import Problems, of_members
from solvers.proxies.proxy import Proxy, Settings
from solvers.proxies.ranges import Ranges, draw, ranges_of
from solvers.proxies.report import Gaps, Report
from solvers.proxies.torch_gate import load_torch, pick_device
from solvers.solution import Termination
from solvers.spaces import Space

#: A network must close at least this share of the constant vector's gap to be kept.
WORTHWHILE = 0.05
#: Gaps are relative to the optimum, but to no less than this.
SMALLEST = 1e-6
#: The ascent starts as warm as this multiple of the mean gap, within limits, allows.
CAUTION = 5.0
WARMTHS = (1e-3, 1.0)
#: Seconds in which HiGHS solves instances for the report.
SOLVING_SECONDS = 3.0
#: Instances whose optimal duals make the constant vector.
SEEDS = 32


@dataclass(frozen=True, kw_only=True)
class Training:
    """How long and on what to train.

    kind None: a fully connected network, given up for the constant vector where it adds nothing. Early stop: after
    ``patience`` epochs without progress on ``validation`` unseen instances, or after ``seconds``.
    """

    kind: Kind | None = None
    layers: tuple[int, ...] = (64, 64)
    samples: int = 384
    validation: int = 96
    epochs: int = 300
    patience: int = 25
    batch_size: int = 64
    learning_rate: float = 3e-3
    seconds: float = 20.0
    seed: int = 0
    device: str = "auto"
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where training stands: the mean gap on unseen instances so far, as a share; None before there is one."""

    stage: str
    epoch: int
    gap: float | None
    seconds: float


#: Called with every progress; returning True ends the training and keeps the best so far.
Watcher = Callable[[Progress], bool | None]


class UntrainableError(ValueError):
    """No proxy can be trained for the family: ``str`` says why."""


@dataclass(frozen=True, eq=False)
class _Lot:
    """Instances with their parameters, the box for their bounds, and references for the loss.

    reference: the bound at nearly optimal duals, minus infinity for instances that have none (infeasible, say).
    targets: what a perfect network would predict for each.
    """

    thetas: Floats
    problems: Problems
    box: Box
    reference: Floats
    targets: Floats

    @property
    def batch(self) -> Batch:
        return self.problems.batch


def train(space: Space, training: Training | None = None, *, watch: Watcher | None = None) -> Proxy:
    """A proxy for the members of a family that the variations of the space describe.

    Raises UntrainableError, TorchMissingError, ValueError for a device that is not there, and GroundingError where an
    expression has no value.
    """
    family, ranges = space.family, ranges_of(space)
    training = training or Training()
    torch, device = load_torch(), pick_device(training.device)
    torch.manual_seed(training.seed)
    clock = _Clock(watch)
    clock.tell("drawing instances", 0, None)
    counts = (training.samples, training.validation)
    try:
        lots = [_lot(family, draw(space, count, training.seed + k), device) for k, count in enumerate(counts)]
    except (NotConvexError, ShapeError, UnsupportedFunctionError) as error:
        raise UntrainableError(str(error)) from None
    taught, judged = lots
    if not np.isfinite(taught.reference).any():
        raise UntrainableError(
            "no instance of these ranges has a certified bound: all are infeasible or unbounded, "
            "or a variable of a curved term has no bounds"
        )
    spec = _constant(taught, ranges)
    constant = Network(spec, device=device)
    kind = training.kind or Kind.DENSE
    network, epochs = constant, 0
    if kind is not Kind.CONSTANT and family.size and not clock.stopped:
        layers = training.layers if kind is Kind.DENSE else training.layers[:2]
        network = Network(replace(spec, kind=kind, layers=layers), device=device)
        epochs = _fit(network, lots, training, clock)
    proxy = Proxy(family, ranges, network, settings=training.settings, report=None, inner=None)
    return _judged(proxy, constant, judged, epochs=epochs, clock=clock, forced=training.kind is not None)


class _Clock:
    """Time since the start, and whether somebody asked to stop."""

    def __init__(self, watch: Watcher | None) -> None:
        self.watch, self.started, self.stopped = watch, time.perf_counter(), False

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def tell(self, stage: str, epoch: int, gap: float | None) -> None:
        if self.watch is not None:
            told = Progress(stage=stage, epoch=epoch, gap=gap, seconds=self.seconds)
            self.stopped = bool(self.watch(told)) or self.stopped


def _lot(family: Family, thetas: Floats, device: str) -> _Lot:
    problems = of_members(family, thetas)
    batch, box = problems.batch, problems.box()
    found = ascend(batch, box, curves=problems.curves, device=device)
    box = problems.with_cutoff(batch.objectives(found.points), found.anchors, box)
    bounds = problems.bounds(found.duals, found.anchors, box)
    reference = np.where(found.converged, bounds, -np.inf)
    targets = found.duals if problems.curves is None else np.concatenate([found.duals, found.anchors], axis=1)
    return _Lot(thetas, problems, box, reference, targets)


def _constant(lot: _Lot, ranges: Ranges) -> Spec:
    """The mean of the duals of some instances that have a bound, and how much they scatter."""
    good = np.flatnonzero(np.isfinite(lot.reference))
    targets = lot.targets[good]
    base = targets[:SEEDS].mean(axis=0)
    scatter = targets.std(axis=0)
    largest = max(float(np.abs(targets).max(initial=0.0)), SMALLEST)
    scale = np.where(scatter > 0, scatter, 1e-3 * largest)
    return Spec(kind=Kind.CONSTANT, base=base, scale=scale, center=ranges.center, spread=ranges.spread)


def _fit(network: Network, lots: list[_Lot], training: Training, clock: _Clock) -> int:
    """Train in place, leaving the weights that did best on the second lot; the number of epochs."""
    torch = load_torch()
    taught, judged = lots
    random = np.random.default_rng(training.seed)
    places = random.permutation(np.flatnonzero(np.isfinite(taught.reference)))
    pieces = [places[k : k + training.batch_size] for k in range(0, len(places), training.batch_size)]
    tasks = [_Task(network, taught, np.sort(piece)) for piece in pieces]
    exam = _Task(network, judged, np.flatnonzero(np.isfinite(judged.reference)))
    optimizer = torch.optim.Adam(network.module.parameters(), lr=training.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, training.epochs)
    best, since = float(exam.gap().item()), 0
    kept = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    epoch = 0
    for epoch in range(1, training.epochs + 1):
        for k in random.permutation(len(tasks)):
            optimizer.zero_grad()
            loss = tasks[k].gap()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.module.parameters(), 10.0)
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            gap = float(exam.gap().item())
        if gap < best * (1 - 1e-3):
            best, since = gap, 0
            kept = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
        else:
            since += 1
        clock.tell("training", epoch, best)
        if since >= training.patience or clock.seconds >= training.seconds or clock.stopped:
            break
    network.module.load_state_dict(kept)
    return epoch


class _Task:
    """Some instances of a lot, ready to be judged: the mean relative gap of the network's duals, differentiable."""

    def __init__(self, network: Network, lot: _Lot, chosen: Any) -> None:
        torch = load_torch()
        problems = lot.problems.select(chosen)
        batch = problems.batch
        self.network, self.m = network, batch.row_count
        self.inputs = network.inputs(lot.thetas[chosen], batch)
        box = _softened(lot, batch, chosen)
        self.dual = DualFunction(torch, batch, box, device=network.device, curves=problems.curves)
        self.reference = torch.as_tensor(lot.reference[chosen], device=network.device)

    def gap(self) -> Any:
        predicted = self.network(self.inputs)
        if self.dual.curved is not None:
            own = self.dual.arrays
            inside = predicted[:, self.m :].maximum(own["box_lower"]).minimum(own["box_upper"])
            self.dual.move(inside)
        bound = self.dual.bound(self.dual.projected(predicted[:, : self.m]))
        return ((self.reference - bound) / self.reference.abs().clamp_min(SMALLEST)).mean()


def _softened(lot: _Lot, batch: Batch, chosen: Any) -> Box:
    """The box with a finite stand-in for bounds that are missing still: a penalty rather than minus infinity."""
    lower, upper = (array if len(array) == 1 else array[chosen] for array in (lot.box.lower, lot.box.upper))
    finite = np.concatenate([lower[np.isfinite(lower)], upper[np.isfinite(upper)], np.ones(1)])
    reach = 10.0 * float(np.abs(finite).max())
    ceiling = np.full(batch.count, np.inf)
    return Box(np.nan_to_num(lower, neginf=-reach), np.nan_to_num(upper, posinf=reach), ceiling)


# --- the report ---------------------------------------------------------------------------------------------------


def _judged(proxy: Proxy, constant: Network, lot: _Lot, *, epochs: int, clock: _Clock, forced: bool) -> Proxy:
    """The proxy with its report; with the constant vector in place of a network that adds nothing."""
    clock.tell("measuring", epochs, None)
    network = proxy.network
    optima = _solved(proxy.family, lot)
    gaps_constant = _gaps(lot, optima, *_timed(lambda: constant.predict(lot.thetas, lot.batch)))
    gaps_network = None
    why, kept = "nothing varies", network
    if network.spec.kind is Kind.CONSTANT:
        why = "no network was asked for"
    else:
        gaps_network = _gaps(lot, optima, *_timed(lambda: network.predict(lot.thetas, lot.batch)))
        won = 1 - gaps_network.mean / max(gaps_constant.mean, 1e-12)
        enough = won >= WORTHWHILE and gaps_network.missing <= gaps_constant.missing
        why = f"it closes {won:.0%} of the constant vector's gap" if enough else "a network adds nothing here"
        kept = network if enough or forced else constant
    expected = gaps_network if kept is network and gaps_network is not None else gaps_constant
    warmth = float(np.clip(CAUTION * expected.mean, *WARMTHS))
    chosen = Proxy(
        proxy.family,
        proxy.ranges,
        kept,
        settings=replace(proxy.settings, warmth=warmth),
        report=None,
        inner=proxy.inner,
    )
    started = time.perf_counter()
    bounds = chosen.climb(lot.thetas, lot.problems).bounds
    ascent = _gaps(lot, optima, None, time.perf_counter() - started, bounds=bounds)
    report = Report(
        instances=int(np.isfinite(optima.values).sum()),
        infeasible=optima.infeasible,
        constant=gaps_constant,
        network=gaps_network,
        ascent=ascent,
        solver=optima.solver,
        cold_microseconds=optima.cold,
        warm_microseconds=optima.warm,
        kept=kept.spec.kind.value,
        why=why,
        training_seconds=clock.seconds,
        epochs=epochs,
        device=network.device,
    )
    chosen.report = report
    return chosen


def _timed(work: Callable[[], Floats]) -> tuple[Floats, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


@dataclass(frozen=True, eq=False)
class _Optima:
    """Optima of the relaxation, NaN for instances without one or beyond the time; microseconds for each."""

    values: Floats
    infeasible: int
    solver: str
    cold: float
    warm: float | None


def _solved(family: Family, lot: _Lot) -> _Optima:
    """By HiGHS from arrays, or for curved programs by the solver that the plan picks."""
    if lot.problems.curves is not None:
        return _solved_convex(family, lot)
    values, engine = np.full(lot.batch.count, np.nan), Engine()
    started, infeasible, solved = time.perf_counter(), 0, 0
    for k in range(lot.batch.count):
        engine.load(lot.batch, k)
        found = engine.run()
        infeasible, solved = infeasible + found.infeasible, k + 1
        values[k] = found.objective if found.optimal else np.nan
        if time.perf_counter() - started > SOLVING_SECONDS:
            break
    cold = 1e6 * (time.perf_counter() - started) / max(1, solved)
    if len(lot.batch.values) > 1 or solved < 2:
        return _Optima(values, infeasible, "HiGHS", cold, None)
    engine.load(lot.batch, 0)
    engine.run()
    started = time.perf_counter()
    for k in range(1, solved):
        engine.change(lot.batch, k)
        engine.run(presolve=False)
    return _Optima(values, infeasible, "HiGHS", cold, 1e6 * (time.perf_counter() - started) / (solved - 1))


def _solved_convex(family: Family, lot: _Lot) -> _Optima:
    values, name = np.full(lot.batch.count, np.nan), "solver"
    started, infeasible, solved = time.perf_counter(), 0, 0
    for k in range(lot.batch.count):
        program = family.program(lot.thetas[k])
        try:
            found = solve(replace(program, integer=np.zeros_like(program.integer)))
        except NoCapableSolverError:
            break
        name, solved = found.solver, k + 1
        infeasible += found.termination is Termination.INFEASIBLE
        if found.termination is Termination.OPTIMAL and found.objective is not None:
            values[k] = lot.batch.user_value(found.objective)
        if time.perf_counter() - started > SOLVING_SECONDS:
            break
    return _Optima(values, infeasible, name, 1e6 * (time.perf_counter() - started) / max(1, solved), None)


def _gaps(
    lot: _Lot, optima: _Optima, predicted: Floats | None, seconds: float, *, bounds: Floats | None = None
) -> Gaps:
    """Gaps of certified bounds on the instances that have an optimum."""
    if bounds is None:
        assert predicted is not None
        started = time.perf_counter()
        bounds = lot.problems.bounds(*lot.problems.split(predicted), lot.box)
        seconds += time.perf_counter() - started
    known = np.isfinite(optima.values)
    optimum = optima.values[known]
    with np.errstate(invalid="ignore"):
        gaps = (optimum - bounds[known]) / np.maximum(np.abs(optimum), SMALLEST)
    there = gaps[np.isfinite(gaps)]
    if not len(there):
        there = np.array([1.0])
    return Gaps(
        mean=float(there.mean()),
        quantile95=float(np.quantile(there, 0.95)),
        largest=float(there.max()),
        missing=int((~np.isfinite(gaps)).sum()),
        microseconds=1e6 * seconds / lot.batch.count,
    )
