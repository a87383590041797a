"""What-if questions about one instance: factors to turn, an answer for every setting, and the curve along one of them.

Every answer carries the factors it is for, so that nothing can be shown beside other ones.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from formulations.data import Instance
from formulations.formulation import Document, Record
from formulations.ground import GroundingError
from formulations.program import Flags, Floats
from solvers.answers import Answer, Answerer
from solvers.designs import DesignError, tornado
from solvers.proxies.badge import badge
from solvers.proxies.proxy import Proxy
from solvers.proxies.torch_gate import load_torch
from solvers.scenarios import Tornado, sweep, tornado_bars
from solvers.solver import Options
from solvers.spaces import Group, Space, space
from solvers.variations import VariationError, parse_variation

#: Factors that can be turned on a page.
MOST_FACTORS = 24
#: Parameters chosen before somebody chooses.
FIRST_FACTORS = 4
#: Points of a curve, and seconds that each call may take for their exact answers, the very first one before anything
#: is dragged, and once for better bounds.
POINTS, CURVE_SECONDS, FIRST_SECONDS, BOUND_SECONDS = 17, 0.03, 0.8, 0.02
#: Seconds for one exact answer and for the bars.
PATIENCE, TORNADO_SECONDS = 5.0, 3.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """One setting of the factors and what is known of it. badge: how far the answer can be trusted."""

    factors: Floats
    answer: Answer

    @property
    def badge(self) -> str:
        return badge(self.answer)

    @property
    def level(self) -> str:
        """The style of the badge: a proof, a certificate, or neither."""
        words = self.badge
        if words.startswith("infeasible") or not self.answer.termination.has_values:
            return "alert"
        return "proved" if words == "exact" else "tested" if words.startswith("certified") else "unverified"


@dataclass(eq=False)
class _Curve:
    """What is known along one factor while the others stay: one entry per point, NaN where nothing is known."""

    factor: int
    others: Floats
    values: Floats
    thetas: Floats
    bounds: Floats
    objectives: Floats = field(default_factory=lambda: np.full(POINTS, np.nan))
    asked: Flags = field(default_factory=lambda: np.zeros(POINTS, dtype=bool))
    refined: bool = False

    def along(self, factor: int, others: Floats) -> bool:
        return self.factor == factor and np.array_equal(self.others, others)


@dataclass(eq=False)
class Explorer:
    """A space of factors with a warm solver, and a learned proxy where there is one."""

    instance: Instance
    space: Space
    proxy: Proxy | None = None
    proxy_first: bool = True
    options: Options = field(default_factory=lambda: Options(time_limit=PATIENCE))

    def __post_init__(self) -> None:
        if self.proxy is not None:
            # Threads that wait for each other cost ten times what they save on a single question.
            load_torch().set_num_threads(1)
        self._answerer = Answerer(self.space.family, self.options)
        self._curve: _Curve | None = None
        self.base = self.ask(self.space.base)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.space.labels

    def theta(self, factors: Sequence[float] | Floats) -> Floats:
        return np.asarray(self.space.thetas(np.asarray(factors, dtype=float)[None])[0])

    def ask(self, factors: Sequence[float] | Floats) -> Asked:
        """The answer of the proxy where it certifies one, else of the solver, verified."""
        factors = np.asarray(factors, dtype=float)
        theta = self.theta(factors)
        answer = (
            self.proxy.answer(theta) if self.proxy is not None and self.proxy_first else self._answerer.answer(theta)
        )
        return Asked(factors=factors, answer=answer)

    def curve(self, factors: Floats, factor: int, *, seconds: float | None = None) -> pd.DataFrame:
        """Objective and certified bound along one factor, the others as they stand.

        Columns ``value``, ``objective``, ``bound``. A proxy's network bounds all points at once; objectives are exact
        and come from the setting outwards, as many as the time allows, NaN beyond. While the same slider moves, the
        curve is the same, and each call adds what is missing, at last steps of ascent to bounds that are too far off.
        """
        others = np.delete(np.asarray(factors, dtype=float), factor)
        if seconds is None:
            seconds = FIRST_SECONDS if self._curve is None else CURVE_SECONDS
        if self._curve is None or not self._curve.along(factor, others):
            self._curve = self._begun(factors, factor, others)
        known = self._curve
        started = time.perf_counter()
        if known.asked.all():
            self._refine(known)
        for place in np.argsort(np.abs(known.values - factors[factor]), kind="stable").tolist():
            if known.asked[place]:
                continue
            answer = self._answerer.answer(known.thetas[place])
            found = [value for value in (answer.bound, answer.objective) if value is not None]
            if self.proxy is None and found:
                known.bounds[place] = found[0]
            known.objectives[place] = np.nan if answer.objective is None else answer.objective
            known.asked[place] = True
            if time.perf_counter() - started > seconds:
                break
        return pd.DataFrame({"value": known.values, "objective": known.objectives, "bound": known.bounds})

    def _begun(self, factors: Floats, factor: int, others: Floats) -> _Curve:
        values = np.linspace(self.space.low[factor], self.space.high[factor], POINTS)
        settings = np.repeat(np.asarray(factors, dtype=float)[None], POINTS, axis=0)
        settings[:, factor] = values
        thetas = self.space.thetas(settings)
        bounds = np.full(POINTS, np.nan)
        if self.proxy is not None:
            found = self.proxy.bounds(thetas, seconds=0)
            bounds = np.where(np.isfinite(found), found, np.nan)
        return _Curve(factor, others, values, thetas, bounds)

    def _refine(self, known: _Curve) -> None:
        """Better bounds, once, where those of the network are not within the tolerance."""
        if self.proxy is None or known.refined:
            return
        known.refined = True
        within = self.proxy.settings.tolerance * np.maximum(1e-9, np.abs(known.objectives))
        wide = np.isfinite(known.objectives) & ~(np.abs(known.objectives - known.bounds) <= within)
        if wide.any():
            found = self.proxy.bounds(known.thetas[wide], seconds=BOUND_SECONDS)
            known.bounds[wide] = np.where(np.isfinite(found), found, known.bounds[wide])

    def tornado(self) -> tuple[Tornado, ...]:
        """What each factor alone does to the objective. Raises DesignError."""
        return tornado_bars(sweep(tornado(self.space), self.options))

    def document(self, document: Document, factors: Floats) -> Document:
        """The document with these numbers in its data."""
        arrays = self.space.family.parameters(self.theta(factors))
        parameters = dict(document.data.parameters)
        for name, array in arrays.items():
            block = next(block for block in self.space.family.labels.blocks if block.name == name)
            values = [float(f"{value:.12g}") for value in array.ravel()]
            records: tuple[Record, ...] = tuple((*block.key(k), value) for k, value in enumerate(values))
            parameters[name] = records if block.members else values[0]
        return document.model_copy(update={"data": document.data.model_copy(update={"parameters": parameters})})


def lines_for(parameters: Sequence[str], spread: int, *, together: bool) -> list[str]:
    """One variation for each parameter: all of it, up to so many percent either way."""
    return [f"{name}{' together' if together else ''}: +-{spread}%" for name in parameters]


def explorer(instance: Instance, lines: Sequence[str], proxy: Proxy | None = None) -> Explorer:
    """The explorer of these variations. Raises VariationError for what cannot vary, GroundingError."""
    own = space(instance, [parse_variation(line) for line in lines if line.strip()])
    if len(own.labels) > MOST_FACTORS:
        raise VariationError(
            f"that makes {len(own.labels)} sliders, more than {MOST_FACTORS}: let tables vary together, or choose less"
        )
    return Explorer(instance, own, proxy)


def first_parameters(instance: Instance, spread: int = 20) -> list[str]:
    """The parameters that move the objective most, each varied as a whole; in their order where that takes too long."""
    names = [p.name for p in instance.formulation.parameters if np.any(instance.parameters[p.name])]
    if len(names) <= FIRST_FACTORS:
        return names
    try:
        own = space(instance, [parse_variation(line) for line in lines_for(names, spread, together=True)])
        design = tornado(own)
        started = time.perf_counter()
        found = sweep(design, Options(time_limit=1.0), on_answer=lambda *_: _late(started))
    except (VariationError, DesignError, GroundingError):
        return names[:FIRST_FACTORS]
    if not found.complete:
        return names[:FIRST_FACTORS]
    order = [bar.label for bar in tornado_bars(found)]
    ranked = sorted(names, key=lambda name: next(k for k, label in enumerate(order) if label.split()[0] == name))
    return [name for name in names if name in ranked[:FIRST_FACTORS]]


def _late(started: float) -> bool:
    return time.perf_counter() - started > TORNADO_SECONDS


def slider_rows(own: Space, factors: Floats) -> list[dict[str, float | str]]:
    """What a slider needs for each factor: label, ends, step, value now and in the data."""
    rows: list[dict[str, float | str]] = []
    whole = [_whole(group) for group in own.groups for _ in range(group.count)]
    for place, label in enumerate(own.labels):
        low, high = float(own.low[place]), float(own.high[place])
        # Whole numbers step by one where that leaves room to move.
        step = 1.0 if whole[place] and high - low >= 10 else _round_step((high - low) / 100)
        rows.append(
            {
                "label": label,
                "low": low,
                "high": high,
                "step": step,
                "value": float(factors[place]),
                "base": float(own.base[place]),
            }
        )
    return rows


def _whole(group: Group) -> bool:
    return not group.variation.together and bool(np.all(group.data == np.round(group.data)))


def _round_step(width: float) -> float:
    """A step of 1, 2 or 5 times a power of ten, near the width."""
    if width <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width))
    return float(next((power * k for k in (1, 2, 5) if power * k >= width), power * 10))
