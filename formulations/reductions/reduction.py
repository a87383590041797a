"""The protocol of a reduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from formulations.features import Feature
from formulations.program import Floats, Program

#: Maps column values of the reduced program, shape (reduced n,), to those of the original, shape (n,).
Recover = Callable[[Floats], Floats]


class ReductionError(ValueError):
    """The reduction cannot be applied here; ``str`` names the row or column and what is missing (a bound, say)."""


class Reduction(Protocol):
    """``removes`` names the features that are gone after ``apply``.

    A reduction keeps the original rows and columns first and in order (rows it rewrites stay in place), and
    appends auxiliary ones, so that duals and bounds of the first rows keep their meaning. Raises ReductionError.
    """

    name: ClassVar[str]
    removes: ClassVar[frozenset[Feature]]

    def apply(self, program: Program) -> tuple[Program, Recover]: ...
