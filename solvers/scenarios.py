"""Sweeps: many members of one family answered, by one warm solver per core, and told as a table.

``space`` and a design say what to ask (``solvers.spaces``, ``solvers.designs``); ``sweep`` answers it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from formulations.program import Floats
from solvers.answers import Answer, Answerer, Question
from solvers.crew import Answered, CrewEngine, Engine
from solvers.designs import Design
from solvers.ordering import nearest_neighbor_order
from solvers.solver import Options

if TYPE_CHECKING:
    import pandas as pd


#: Numbers in the plans of all scenarios together beyond which plans are not kept, unless they are asked for.
_KEPT = 20_000_000

#: Called with the position of a scenario and its answer; True stops the sweep.
AnswerHandler = Callable[[int, Answer], bool | None]
#: Answers first: an answer within the tolerance for each theta of shape (S, K), None where the solver must be asked.
FirstAnswers = Callable[[Floats], Sequence[Answer | None]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Sweep:
    """The answers in the order of the design; None where the sweep was stopped before. seconds: for all of it."""

    design: Design
    answers: tuple[Answer | None, ...]
    seconds: float

    @property
    def complete(self) -> bool:
        return all(answer is not None for answer in self.answers)

    def frame(self) -> pd.DataFrame:
        """One row per scenario: its name, the factors, status, objective, bound, gap, source, seconds, note."""
        import pandas as pd

        answers = self.answers
        factors = pd.DataFrame(self.design.values, columns=list(self.design.labels))
        columns = {
            "status": ["not asked" if answer is None else answer.termination.value for answer in answers],
            "objective": pd.array([None if a is None else a.objective for a in answers], dtype="Float64"),
            "bound": pd.array([None if a is None else a.bound for a in answers], dtype="Float64"),
            "gap": pd.array([None if a is None else a.gap for a in answers], dtype="Float64"),
            "source": ["" if answer is None else answer.source for answer in answers],
            "seconds": pd.array([None if a is None else a.seconds for a in answers], dtype="Float64"),
            "note": ["" if answer is None else answer.note for answer in answers],
        }
        names = pd.Series(self.design.names, name="scenario", dtype=object)
        return pd.concat([names, factors, pd.DataFrame(columns)], axis=1)

    def values(self) -> Floats:
        """The plans of all scenarios, shape (S, n); rows of NaN where there is none or it was not kept."""
        width = next((len(a.values) for a in self.answers if a is not None and a.values is not None), 0)
        rows = [None if answer is None else answer.values for answer in self.answers]
        return np.stack([np.full(width, np.nan) if row is None else row for row in rows])


def sweep(
    design: Design,
    options: Options | None = None,
    *,
    engine: Engine | None = None,
    jobs: int = 1,
    keep_values: bool | None = None,
    first: FirstAnswers | None = None,
    on_answer: AnswerHandler | None = None,
) -> Sweep:
    """Verified answers to all scenarios of a design.

    With one job they are answered in this process, with more in worker processes, or wherever ``engine`` says.
    ``first`` may answer some of them beforehand: a proxy that certifies its gap. Plans are kept while they fit into
    memory. Raises SweepStopped where an engine cannot go on.
    """
    started = time.perf_counter()
    count = len(design)
    answers: list[Answer | None] = list(first(design.thetas)) if first is not None else [None] * count
    stopped = [on_answer(place, answer) for place, answer in enumerate(answers) if answer is not None and on_answer]
    waiting = [] if any(stopped) else [place for place, answer in enumerate(answers) if answer is None]
    if keep_values is None:
        keep_values = count * len(design.family.columns) <= _KEPT
    if engine is None and jobs > 1:
        engine = CrewEngine(jobs)
    stream = _stream(design, waiting, options or Options(), engine, keep_values)
    for place, answer in stream:
        answers[place] = answer
        if on_answer is not None and on_answer(place, answer):
            stream.close()
            break
    return Sweep(design=design, answers=tuple(answers), seconds=time.perf_counter() - started)


def _stream(
    design: Design, waiting: list[int], options: Options, engine: Engine | None, keep_values: bool
) -> Generator[Answered]:
    """Exact answers to the waiting scenarios, as they are done."""
    own, thetas = design.family, design.thetas
    order = [waiting[place] for place in nearest_neighbor_order(thetas[waiting])]
    if engine is None:
        answerer = Answerer(own, options, keep_values=keep_values)
        for place in order:
            yield place, answerer.answer(thetas[place])
        return
    # One thread for each process: there is a process for each core.
    asked = replace(options, threads=options.threads or 1)
    question = Question(instance=own.instance, names=own.names, options=asked, keep_values=keep_values)
    yield from engine.answers(question, thetas, order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """What one factor does to the objective by itself; None where an end has no optimum."""

    label: str
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    base: float | None

    @property
    def swing(self) -> float | None:
        """How far the objective moves between the ends, or from the base where an end has none."""
        known = [value for value in (self.at_low, self.at_high, self.base) if value is not None]
        return max(known) - min(known) if len(known) > 1 else None


def tornado_bars(found: Sweep) -> tuple[Tornado, ...]:
    """The bars of a tornado sweep, the widest first; factors without a swing come last.

    Raises ValueError for a sweep of another design.
    """
    if found.design.kind != "tornado":
        raise ValueError(f"bars need a tornado design, not a {found.design.kind}")
    objectives = [None if answer is None else answer.objective for answer in found.answers]
    values = found.design.values
    bars = [
        Tornado(
            label=label,
            low=float(values[2 * place + 1, place]),
            high=float(values[2 * place + 2, place]),
            at_low=objectives[2 * place + 1],
            at_high=objectives[2 * place + 2],
            base=objectives[0],
        )
        for place, label in enumerate(found.design.labels)
    ]
    return tuple(sorted(bars, key=lambda bar: -1.0 if bar.swing is None else bar.swing, reverse=True))
