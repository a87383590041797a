"""Fitting a network to instances: the loss is the dual bound itself, no optimum is needed as a label.

The loss of a prediction y is -B(y) relative to the size of the objective, with B as in ``certificate``: the better the
bound, the smaller the loss, and every prediction is dual feasible (Dual Lagrangian Learning, arXiv 2402.03086). For
curved programs B is that of the tangents at a point that is predicted too. Fitting starts from the constant vector, the
mean of some optimal duals.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from formulations.program import Floats
from solvers.proxies.ascent import ascend
from solvers.proxies.batch import Batch
from solvers.proxies.certificate import Box
from solvers.proxies.dual_function import DualFunction
from solvers.proxies.exact import inner_duals
from solvers.proxies.networks import Kind, Network, Spec
from solvers.proxies.problems import Problems
from solvers.proxies.proxy import Settings
from solvers.proxies.ranges import Ranges
from solvers.proxies.torch_gate import load_torch

#: Gaps are relative to the optimum, but to no less than this.
SMALLEST = 1e-6
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


@dataclass(frozen=True, eq=False)
class Lot:
    """Instances with their parameters, the box for their bounds, and references for the loss.

    reference: the bound at nearly optimal duals, minus infinity for instances that have none (infeasible, say).
    targets: what a perfect network would predict for each. inner: (1, m) duals that leave no column open, where some
    instance needs them.
    """

    thetas: Floats
    problems: Problems
    box: Box
    reference: Floats
    targets: Floats
    inner: Floats | None

    @property
    def batch(self) -> Batch:
        return self.problems.batch


class Clock:
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


def gathered(problems: Problems, thetas: Floats, *, device: str = "cpu") -> Lot:
    """The instances with their references, from nearly optimal duals that the ascent finds."""
    batch, box = problems.batch, problems.box()
    found = ascend(batch, box, curves=problems.curves, device=device)
    box = problems.with_cutoff(batch.objectives(found.points), found.anchors, box)
    inner = None
    bounds = problems.bounds(found.duals, found.anchors, box)
    if problems.curves is None and np.isneginf(bounds[found.converged]).any():
        inner = inner_duals(batch, int(np.flatnonzero(found.converged & np.isneginf(bounds))[0]), box)
        bounds = problems.bounds(found.duals, found.anchors, box, inner)
    reference = np.where(found.converged, bounds, -np.inf)
    targets = found.duals if problems.curves is None else np.concatenate([found.duals, found.anchors], axis=1)
    return Lot(thetas, problems, box, reference, targets, inner)


def constant_vector(lot: Lot, ranges: Ranges) -> Spec:
    """The mean of the duals of some instances that have a bound, and how much they scatter."""
    good = np.flatnonzero(np.isfinite(lot.reference))
    targets = lot.targets[good]
    base = targets[:SEEDS].mean(axis=0)
    scatter = targets.std(axis=0)
    largest = max(float(np.abs(targets).max(initial=0.0)), SMALLEST)
    scale = np.where(scatter > 0, scatter, 1e-3 * largest)
    return Spec(kind=Kind.CONSTANT, base=base, scale=scale, center=ranges.center, spread=ranges.spread)


def fit(network: Network, taught: Lot, judged: Lot, *, training: Training, clock: Clock) -> int:
    """Train in place, leaving the weights that did best on the second lot; the number of epochs."""
    torch = load_torch()
    random = np.random.default_rng(training.seed)
    places = random.permutation(np.flatnonzero(np.isfinite(taught.reference)))
    pieces = [places[k : k + training.batch_size] for k in range(0, len(places), training.batch_size)]
    tasks = [Task(network, taught, np.sort(piece)) for piece in pieces]
    exam = Task(network, judged, np.flatnonzero(np.isfinite(judged.reference)))
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


class Task:
    """Some instances of a lot, ready to be judged: the mean relative gap of the network's duals, differentiable."""

    def __init__(self, network: Network, lot: Lot, chosen: Any) -> None:
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


def _softened(lot: Lot, batch: Batch, chosen: Any) -> Box:
    """The box with a finite stand-in for bounds that are missing still: a penalty rather than minus infinity."""
    lower, upper = (array if len(array) == 1 else array[chosen] for array in (lot.box.lower, lot.box.upper))
    finite = np.concatenate([lower[np.isfinite(lower)], upper[np.isfinite(upper)], np.ones(1)])
    reach = 10.0 * float(np.abs(finite).max())
    ceiling = np.full(batch.count, np.inf)
    return Box(np.nan_to_num(lower, neginf=-reach), np.nan_to_num(upper, posinf=reach), ceiling)
