"""A draft beside its text, and what is worked out of the two once for all who judge it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from copilot.formulators.doubts.audit import sentences, unused_numbers
from copilot.formulators.doubts.mismatch import Mismatch
from copilot.formulators.draft import Draft, Span
from copilot.formulators.status import Grounded, grounded
from formulations.program import Program

#: Beyond this size nothing is solved here: this is a glance at the draft, not the result.
_MOST_COLUMNS, _MOST_ROWS = 200, 200
_SECONDS = 0.5
_STATUS = {0: "optimal", 2: "infeasible", 3: "unbounded", 4: "unbounded"}
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Glance:
    """Status, value and plan of a program's linear relaxation; without a plan where there is no optimum."""

    status: str = "unknown"
    value: float = 0.0
    plan: np.ndarray | None = None


@dataclass(frozen=True)
class Case:
    """A draft with its text. Everything here is worked out when it is first asked for."""

    draft: Draft
    text: str

    @cached_property
    def grounded(self) -> Grounded | None:
        """None for a document with errors."""
        return grounded(self.draft.document)

    @cached_property
    def program(self) -> Program | None:
        """None for a document with errors, and for one that is curved or too large to be looked at in passing."""
        if self.grounded is None:
            return None
        program = self.grounded.program
        curved = program.quadratic or program.nonlinear or program.indicators
        if curved or program.objective_quadratic is not None or program.objective_nonlinear is not None:
            return None
        return program if program.column_count <= _MOST_COLUMNS and program.row_count <= _MOST_ROWS else None

    @cached_property
    def mismatches(self) -> tuple[Mismatch, ...]:
        """What the text says against the draft."""
        # The checks read with the lexicon of this package, and are not complete while it is being imported.
        from copilot.formulators.doubts.questioning import mismatches

        found = self.grounded
        return () if found is None else mismatches(self.text, self.draft.document, found.program)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where figures and rows came from; that a set has its members from a sentence does not mean it was read."""
        sets = {entry.name for entry in self.draft.document.formulation.sets}
        return tuple(span for name, spans in self.draft.spans.items() if name not in sets for span in spans)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return sentences(self.text)

    @cached_property
    def unused(self) -> tuple[Span, ...]:
        return unused_numbers(self.text, self.draft.document)

    @cached_property
    def optimum(self) -> Glance:
        program = self.program
        if program is None:
            return Glance()
        sign = 1.0 if program.sense == "minimize" else -1.0
        found = milp(
            sign * program.objective,
            bounds=Bounds(program.column_lower, program.column_upper),
            constraints=limits(program),
            options={"time_limit": _SECONDS},
        )
        status = _STATUS.get(found.status, "unknown")
        if status == "optimal" and found.x is not None:
            return Glance(status, sign * float(found.fun) + program.objective_offset, found.x)
        return Glance(status)

    @property
    def worthless(self) -> bool:
        """Whether the best plan is worth nothing, as where nothing is done."""
        return self.optimum.plan is not None and abs(self.optimum.value) < _NOTHING


def limits(program: Program, rows: list[int] | None = None) -> list[LinearConstraint]:
    """The rows of a linear program as a solver takes them; ``rows``: these alone."""
    kept = list(range(program.row_count)) if rows is None else rows
    return [LinearConstraint(program.matrix[kept], program.row_lower[kept], program.row_upper[kept])] if kept else []
