"""Training: from a space of parameter values to a proxy with its report.

A network is kept only if it beats the constant vector of duals on unseen instances.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from solvers.proxies.batch import ShapeError
from solvers.proxies.curves import NotConvexError
from solvers.proxies.fitting import Clock, Lot, Progress, Training, Watcher, constant_vector, fit, gathered
from solvers.proxies.jets import UnsupportedFunctionError
from solvers.proxies.measuring import gaps_of, solved, timed
from solvers.proxies.networks import Kind, Network
from solvers.proxies.problems import of_members
from solvers.proxies.proxy import Proxy
from solvers.proxies.ranges import draw, ranges_of
from solvers.proxies.report import Report
from solvers.proxies.torch_gate import load_torch, pick_device
from solvers.spaces import Space

__all__ = ["Progress", "Training", "UntrainableError", "Watcher", "train"]

#: A network must close at least this share of the constant vector's gap to be kept.
WORTHWHILE = 0.05
#: The ascent starts as warm as this multiple of the mean gap, within limits, allows.
CAUTION = 5.0
WARMTHS = (1e-3, 1.0)
#: The time for training is divided so: shares of it for gathering instances to train and to judge on.
PARTS = (0.35, 0.1)
#: Instances that tell what one costs; at least as many are gathered.
PROBE = 8
#: Numbers of all instances together at most, and rows (columns) of curved programs.
MEMORY, LARGEST = 100_000_000, 2000


class UntrainableError(ValueError):
    """No proxy can be trained for the family: ``str`` says why."""


def train(space: Space, training: Training | None = None, *, watch: Watcher | None = None) -> Proxy:
    """A proxy for the members of a family that the variations of the space describe.

    Raises UntrainableError, TorchMissingError, ValueError for a device that is not there, and GroundingError where an
    expression has no value.
    """
    family, ranges = space.family, ranges_of(space)
    training = training or Training()
    torch, device = load_torch(), pick_device(training.device)
    torch.manual_seed(training.seed)
    clock = Clock(watch)
    clock.tell("drawing instances", 0, None)
    try:
        counts = _affordable(space, training, device)
        thetas = [draw(space, count, training.seed + k) for k, count in enumerate(counts)]
        taught, judged = (gathered(of_members(family, drawn), drawn, device=device) for drawn in thetas)
    except (NotConvexError, ShapeError, UnsupportedFunctionError) as error:
        raise UntrainableError(str(error)) from None
    if not np.isfinite(taught.reference).any():
        raise UntrainableError(
            "no instance of these ranges has a certified bound: all are infeasible or unbounded, "
            "or a variable of a curved term has no bounds"
        )
    spec = constant_vector(taught, ranges)
    constant = Network(spec, device=device)
    kind = training.kind or Kind.DENSE
    network, epochs = constant, 0
    if kind is not Kind.CONSTANT and family.size and not clock.stopped:
        layers = training.layers if kind is Kind.DENSE else training.layers[:2]
        network = Network(replace(spec, kind=kind, layers=layers), device=device)
        epochs = fit(network, taught, judged, training=training, clock=clock)
    proxy = Proxy(family, ranges, network, settings=training.settings, report=None, inner=taught.inner)
    return _judged(proxy, constant, judged, epochs=epochs, clock=clock, forced=training.kind is not None)


def _affordable(space: Space, training: Training, device: str) -> tuple[int, int]:
    """How many instances to train and to judge on: as many as asked for, or as the time and memory allow.

    Raises UntrainableError for programs that are too large for the ascent.
    """
    probe = draw(space, PROBE, training.seed + len(PARTS))
    problems = of_members(space.family, probe)
    batch = problems.batch
    full = problems.curves is not None and not problems.curves.separable
    if problems.curves is not None and (batch.row_count > LARGEST or (full and batch.column_count > LARGEST)):
        raise UntrainableError(
            f"{batch.row_count} rows and {batch.column_count} columns are too many for a proxy of a curved program, "
            f"whose ascent factors dense matrices: it takes up to {LARGEST} rows, and as many columns where terms of "
            "several of them are curved"
        )
    _, seconds = timed(lambda: gathered(problems, probe, device=device))
    room = MEMORY // (4 * batch.column_count + len(batch.rows) + 1)
    wanted = (training.samples, training.validation)
    share = [int(part * training.seconds * PROBE / max(seconds, 1e-9)) for part in PARTS]
    few = [max(PROBE, min(count, room, own)) for count, own in zip(wanted, share, strict=True)]
    return few[0], few[1]


def _judged(proxy: Proxy, constant: Network, lot: Lot, *, epochs: int, clock: Clock, forced: bool) -> Proxy:
    """The proxy with its report; with the constant vector in place of a network that adds nothing."""
    clock.tell("measuring", epochs, None)
    network = proxy.network
    optima = solved(proxy.family, lot)
    gaps_constant = gaps_of(lot, optima, *timed(lambda: constant.predict(lot.thetas, lot.batch)))
    gaps_network = None
    why, kept = "nothing varies", network
    if network.spec.kind is Kind.CONSTANT:
        why = "no network was asked for"
    else:
        gaps_network = gaps_of(lot, optima, *timed(lambda: network.predict(lot.thetas, lot.batch)))
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
    ascent = gaps_of(lot, optima, None, time.perf_counter() - started, bounds=bounds)
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
