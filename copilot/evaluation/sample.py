"""One question of a data set with what is known about its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The kind of a sample whose data set does not tell kinds apart.
ANY_KIND = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The right outcome: an optimal value, or a status in words where there is none.

    alternatives: further values that count, where a text can be read in more than one way. listed: every result that
    the data set lists, by its name, for the rule of the original OptiBench. status: ``infeasible``, ``unbounded``,
    ``ill-posed``, ``missing data`` or ``no optimum``. doubtful: nobody knows the answer; such samples are left out.
    """

    answer: float | None
    alternatives: tuple[float, ...] = ()
    listed: Mapping[str, float] = field(default_factory=dict)
    status: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """``id`` is unique within its data set; ``line`` is where the sample begins in its file."""

    id: str
    question: str
    target: Target
    kind: str = ANY_KIND
    line: int = 0
