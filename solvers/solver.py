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
    verification_tolerance: what ``solvers.verify`` accepts: violations relative to the largest term of the row (at
    least 1), errors of a claimed objective relative to it likewise. Looser than what solvers are asked for, because
    they measure on scaled and presolved programs.
    """

    time_limit: float | None = None
    node_limit: int | None = None
    mip_gap: float = 1e-6
    feasibility_tolerance: float = 1e-7
    integrality_tolerance: float = 1e-6
    optimality_tolerance: float = 1e-7
    verification_tolerance: float = 1e-5
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


@dataclass(frozen=True, slots=True)
class Pulse:
    """Nothing new: the solver is at work and asks whether to go on. Sent a few times a second where it can be."""

    seconds: float


Event = LogLine | Incumbent | Bound | Pulse
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


class UnsupportedProgramError(ValueError):
    """The solver lacks a feature of the program: ``str`` names the solver and what it lacks."""


class SolverUnavailableError(RuntimeError):
    """The solver asked for by name is unknown or not installed: ``str`` says how to install it."""


class Solver(Protocol):
    """A numerical optimizer, called as its makers write it (``HiGHS``, ``CP-SAT``).

    ``exact`` says whether it may claim OPTIMAL (global) at all.
    ``own_process`` keeps it out of this process: its libraries clash with others', so that dispatch runs it in a
    worker process only. ``interruptible`` says whether it asks its event handler now and then whether to go on; one
    that does not is run in a worker, which is ended when the handler wants no more. ``solve`` raises
    UnsupportedProgramError for a program with features it does not have.
    """

    name: ClassVar[str]
    features: ClassVar[frozenset[Feature]]
    exact: ClassVar[bool]
    own_process: ClassVar[bool]
    interruptible: ClassVar[bool]

    def available(self) -> Availability: ...

    def solve(self, program: Program, options: Options, on_event: EventHandler = ignore) -> Solution: ...
