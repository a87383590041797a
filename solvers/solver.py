"""The protocol every solver implements, its options, and the events it reports while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from formulations.features import Feature
from formulations.program import Floats, Program
from solvers.solution import Solution


@dataclass(frozen=True, kw_only=True)
class Options:
    """Limits and tolerances; the only place where tolerance literals live.

    start: (n,) values to begin from (MIP start or initial point), NaN where a value is not given.
    """

    time_limit: float | None = None
    node_limit: int | None = None
    mip_gap: float = 1e-6
    feasibility_tolerance: float = 1e-7
    integrality_tolerance: float = 1e-6
    optimality_tolerance: float = 1e-7
    threads: int | None = None
    seed: int = 0
    start: Floats | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    text: str


@dataclass(frozen=True, slots=True)
class Incumbent:
    """A new best feasible point, objective in the user's sense; ``values`` (n,) where the solver gives them."""

    objective: float
    seconds: float
    values: Floats | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A new dual bound, in the user's sense."""

    value: float
    seconds: float


Event = LogLine | Incumbent | Bound
#: Called for every event; returning True asks the solver to stop and keep its incumbent.
EventHandler = Callable[[Event], bool | None]


def ignore(event: Event) -> None:
    """The handler of whoever does not listen."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a solver can run here; if not, why and the command that installs it."""

    installed: bool
    version: str = ""
    reason: str = ""
    install: str = ""


class Solver(Protocol):
    """A numerical optimizer. ``exact`` says whether it may claim OPTIMAL (global) at all."""

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    exact: ClassVar[bool]

    def available(self) -> Availability: ...

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution: ...
