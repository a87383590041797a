"""Solutions in words that claim no more than is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copilot.numbers import violation
from solvers.solution import Grade, Limit, Solution, Termination

_LIMITS = {
    Limit.TIME: "the time limit",
    Limit.NODE: "the node limit",
    Limit.ITERATION: "the iteration limit",
    Limit.INTERRUPTED: "being cancelled",
}


Level = Literal["proved", "tested", "unverified", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """level: how far the result can be trusted. title: two words. sentence: what was done to know it."""

    level: Level
    title: str
    sentence: str

    @property
    def badge(self) -> str:
        """The style: that there is no plan is no good news, however sure it is."""
        return "alert" if self.title in ("infeasible", "unbounded") else self.level


def verdict(solution: Solution) -> Verdict:
    """What may be said of a verified solution."""
    rechecked = ""
    if solution.max_violation is not None:
        largest = violation(solution.max_violation)
        rechecked = f" Re-evaluated on the formulation as written; the largest violation is {largest}."
    who = f"{solution.solver} {solution.version}".strip()
    after = f" after {_LIMITS[solution.limit]}" if solution.limit is not None else ""
    match solution.termination:
        case Termination.OPTIMAL:
            level, sentence = _grounds(solution, f"{who} proved that no plan is better.")
            return Verdict(level, "optimal", sentence + rechecked)
        case Termination.LOCALLY_OPTIMAL:
            sentence = f"{who} found no better plan nearby; a better one elsewhere is not excluded.{rechecked}"
            return Verdict("tested", "locally optimal", sentence)
        case Termination.FEASIBLE:
            gap = solution.mip_gap
            known = "how far it is from the best is not known" if gap is None else f"at most {gap:.2%} from the best"
            return Verdict("tested", "feasible", f"{who} stopped{after}; this plan is feasible and {known}.{rechecked}")
        case Termination.INFEASIBLE:
            level, sentence = _grounds(solution, f"{who} proved that no plan satisfies all constraints.")
            return Verdict(level, "infeasible", sentence)
        case Termination.UNBOUNDED:
            level, sentence = _grounds(solution, f"{who} found that the objective can be improved without limit.")
            return Verdict(level, "unbounded", sentence)
        case Termination.INFEASIBLE_OR_UNBOUNDED:
            sentence = f"{who} found that there is no optimum, but not which of the two is the reason."
            return Verdict("unverified", "infeasible or unbounded", sentence)
        case Termination.NO_SOLUTION_FOUND:
            return Verdict("unverified", "nothing found", f"{who} stopped{after} before it found any plan.")
        case Termination.NUMERICAL_ERROR:
            sentence = f"The answer of {who} did not survive the check; the log says what was claimed and what is true."
            return Verdict("failed", "not verified", sentence + rechecked)


def _grounds(solution: Solution, otherwise: str) -> tuple[Level, str]:
    """How sure a claim is and why: proved by a certificate that was checked, else only as good as who claims it."""
    evidence = solution.evidence
    if evidence is None:
        return "proved", otherwise
    return "proved" if evidence.grade is Grade.CERTIFIED else "tested", evidence.sentence
