"""Whether a sound formulation has an optimum, and if not, why: the conflict or the ray, by the names of elements."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.draft import Question
from formulations.check import check
from formulations.data import DataError, Instance, bind
from formulations.formulation import Document
from formulations.ground import GroundingError, ground
from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, solve
from solvers.infeasibility import diagnose, explain_unbounded, render
from solvers.solution import Solution, Termination
from solvers.solver import Options
from solvers.verify import verify_instance

#: Seconds for a solve and for a diagnosis: this is a check on the way, not the result.
_SECONDS = 5.0
_WITHOUT = {
    Termination.INFEASIBLE: "infeasible",
    Termination.UNBOUNDED: "unbounded",
    Termination.INFEASIBLE_OR_UNBOUNDED: "infeasible or unbounded",
}


@dataclass(frozen=True, slots=True)
class Status:
    """words: ``infeasible`` or ``unbounded``, empty where there is an optimum or nothing is known. why: the elements.

    value: the optimal value, or the best one found; None if there is none.
    """

    words: str = ""
    why: str = ""
    value: float | None = None

    def question(self) -> Question:
        first = self.why.splitlines()[0] if self.why else "no reason was found"
        return Question(text=f"As it stands the problem is {self.words}: {first}", default="left as it is")


#: Nothing speaks against an optimum.
HAS_OPTIMUM = Status()


@dataclass(frozen=True, slots=True)
class Grounded:
    """A document brought down to its program."""

    instance: Instance
    program: Program


def grounded(document: Document) -> Grounded | None:
    """None for a document that has errors."""
    if any(finding.severity == "error" for finding in check(document.formulation, document.data)):
        return None
    try:
        instance = bind(document.formulation, document.data)
        return Grounded(instance, ground(instance))
    except (DataError, GroundingError):
        return None


def status_of(document: Document) -> Status:
    """The status of a document. One with errors, or beyond the solvers here, has none."""
    found = grounded(document)
    return HAS_OPTIMUM if found is None else status_of_grounded(found)


def status_of_grounded(found: Grounded) -> Status:
    options = Options(time_limit=_SECONDS)
    try:
        solution = verify_instance(found.instance, found.program, solve(found.program, options), options)
    except NoCapableSolverError:
        return HAS_OPTIMUM
    words = _WITHOUT.get(solution.termination, "")
    if words:
        return Status(words, _why(found.program, solution, options))
    return Status(value=solution.objective if solution.termination.has_values else None)


def _why(program: Program, solution: Solution, options: Options) -> str:
    if solution.termination is Termination.UNBOUNDED:
        return render(explain_unbounded(program, solution, options))
    return render(diagnose(program, options))
