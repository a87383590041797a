"""What became of one sample: how far a formulator's draft came, and the value or status at the end."""

from __future__ import annotations

from enum import Enum

from pydantic import BaseModel, ConfigDict

from solvers.solution import Termination


class Stage(Enum):
    """How far a sample came. ``REFUSED``: the formulator said that it cannot; ``INVALID``: what it wrote has errors;
    ``UNSOLVED``: no solver, or no run of the code, came to an end; ``EXECUTED``: there is a value or a status.
    """

    REFUSED = "refused"
    INVALID = "invalid"
    UNSOLVED = "unsolved"
    EXECUTED = "executed"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    ENDPOINT = "endpoint"


class Outcome(BaseModel):
    """One line of a log.

    values: by label, for the rule that compares all results. agreement: what independent formulators say to it.
    notation: the formulation, or the code. findings: what is wrong or doubtful, rendered. formulating: seconds until
    the draft; seconds: until the end; writing: what the language model's replies took when they were written, which a
    replay does not repeat. Token counts are None where nobody counted; money is what was paid for them by the prices
    of the settings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    id: str
    kind: str
    stage: Stage
    termination: Termination | None = None
    value: float | None = None
    values: dict[str, float] = {}
    confidence: float = 0.0
    agreement: str = ""
    notation: str = ""
    findings: tuple[str, ...] = ()
    formulating: float = 0.0
    seconds: float = 0.0
    writing: float = 0.0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    money: float = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other sample of a run."""
        return self.dataset, self.id

    @property
    def formulated(self) -> bool:
        """Whether there is a formulation without errors, or code that could be run."""
        return self.stage in (Stage.UNSOLVED, Stage.EXECUTED)
