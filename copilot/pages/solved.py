"""What is solved: the run at work, the verified result of the document in hand, and what is worked out from it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import pandas as pd
import streamlit as st

from copilot.pages import state
from copilot.summary import restored
from copilot.tables import constraint_table
from copilot.verification import Checks
from formulations.formulation import Document
from formulations.program import Program
from solvers.infeasibility import Diagnosis, Kind, diagnose
from solvers.job import Job
from solvers.proofs import proved
from solvers.sensitivity import NoSensitivityError, Sensitivity, sensitivity
from solvers.solution import Solution, Termination
from solvers.solver import Options
from solvers.verify import verify_instance

#: Seconds for finding the constraints that exclude each other.
DIAGNOSIS_SECONDS = 30.0
#: Columns up to which evidence is looked for at once, and seconds for each look.
MOST_EXAMINED, EVIDENCE_SECONDS = 5000, 1.0


@dataclass(eq=False)
class Run:
    """A solve of one document, and what it reported so far."""

    document: Document
    job: Job
    lines: list[str] = field(default_factory=list)
    progress: list[dict[str, float | str]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    cancelled: bool = False


@dataclass(eq=False)
class Result:
    """The verified solution of one document, and what is worked out from it when a page asks.

    kept: it comes from the session, so that a proof in it is the word of an earlier run.
    """

    document: Document
    program: Program
    solution: Solution
    why: str
    checks: Checks | None = None
    kept: bool = False

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The constraint table of the whole program; empty without a plan."""
        return constraint_table(self.program, self.solution)

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """Why there is no plan; None where there is one, or nobody knows."""
        if self.solution.termination not in (Termination.INFEASIBLE, Termination.INFEASIBLE_OR_UNBOUNDED):
            return None
        return diagnose(self.program, Options(time_limit=DIAGNOSIS_SECONDS))

    @cached_property
    def sensitivity(self) -> Sensitivity | str:
        """Shadow prices with ranges, or why there are none."""
        try:
            return sensitivity(self.program, self.solution)
        except NoSensitivityError as error:
            return str(error)


def run() -> Run | None:
    return cast("Run | None", st.session_state.get("run"))


def result() -> Result | None:
    """The result of the document in hand: the one just found, else what the session has kept, verified again."""
    known = st.session_state.get("result")
    document = state.session().document
    if known is not None and known.document is document:
        return cast(Result, known)
    kept, found = state.session().solution, state.compiled()
    if kept is None or document is None or found is None or found.program is None or found.instance is None:
        return None
    solution = restored(kept, found.program)
    if solution is None:
        return None
    verified = verify_instance(found.instance, found.program, solution, Options())
    shown = examined(found.program, verified)
    st.session_state["result"] = Result(document, found.program, shown, kept.why, kept=True)
    return cast(Result, st.session_state["result"])


def examined(program: Program, solution: Solution) -> Solution:
    """The verified solution with the evidence that is found within a moment; large programs keep what they have."""
    if program.column_count > MOST_EXAMINED:
        return solution
    return proved(program, solution, Options(time_limit=EVIDENCE_SECONDS))


def conflicting() -> frozenset[str]:
    """The constraints and variables that exclude each other, as far as somebody has looked."""
    known = st.session_state.get("result")
    if known is None or known.document is not state.session().document or "diagnosis" not in vars(known):
        return frozenset()
    found = known.diagnosis
    members = [member for conflict in found.conflicts for member in conflict.members] if found is not None else []
    return frozenset(member.name for member in members if member.kind is not Kind.INTEGRALITY)
