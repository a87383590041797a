"""One sample from its question to an outcome, as the product itself would go: draft, check, bind, ground, solve."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.sample import Sample
from copilot.formulators import formulator
from copilot.formulators.draft import Draft, FormulationRefused, Formulator
from copilot.formulators.hybrid import HybridFormulator
from copilot.formulators.llm import LLMFormulator
from copilot.providers import EndpointError, EndpointProblem
from copilot.providers.ledger import CountedProvider, Ledger, Prices
from copilot.settings import Settings
from formulations.check import check
from formulations.data import DataError, Instance, bind
from formulations.findings import render
from formulations.ground import GroundingError, ground
from formulations.notation import write_notation
from formulations.program import Program
from solvers.dispatch import NoCapableSolverError, solve
from solvers.solution import Solution, labelled_values
from solvers.solver import Options
from solvers.verify import verify_instance

#: The formulator that writes Python instead of a formulation.
CODE = "code"
#: Values by label that are kept of a solution; more than any data set lists.
_KEPT_VALUES = 500
#: Failures that the next sample would meet as well.
_LASTING = (
    EndpointProblem.UNREACHABLE,
    EndpointProblem.UNAUTHORIZED,
    EndpointProblem.NOT_FOUND,
    EndpointProblem.NOT_CONFIGURED,
    EndpointProblem.RATE_LIMITED,
    EndpointProblem.NOT_KEPT,
)


class RunStopped(Exception):
    """The run cannot go on, whatever the sample: ``str`` says why and what to do."""


class Assessor(Protocol):
    """Raises RunStopped; everything else is part of the outcome."""

    def assess(self, dataset: str, sample: Sample) -> Outcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a worker needs to know to assess samples. ``solve_limit``: seconds of solving."""

    formulator: str
    settings: Settings
    seed: int = 0
    solve_limit: float = 10.0

    def assessor(self) -> Assessor:
        """Raises RunStopped if there is no such formulator, provider or sandbox."""
        try:
            if self.formulator == CODE:
                from copilot.evaluation.coding import code_assessor

                return code_assessor(self.settings, seed=self.seed, run_limit=self.solve_limit)
            chosen = formulator(self.formulator, self.settings)
        except EndpointError as error:
            raise RunStopped(str(error)) from None
        ledger = Ledger(Prices(self.settings.prompt_price, self.settings.completion_price))
        if isinstance(chosen, LLMFormulator):
            chosen = self._counted(chosen, ledger)
        elif isinstance(chosen, HybridFormulator):
            # A run without its language model would measure something else under the same name.
            chosen = replace(chosen, model=self._counted(chosen.model, ledger), insists=True)
        return FormulatorAssessor(chosen, ledger, Options(time_limit=self.solve_limit, seed=self.seed))

    def _counted(self, model: LLMFormulator, ledger: Ledger) -> LLMFormulator:
        return replace(model, provider=CountedProvider(model.provider, ledger), seed=self.seed)


def accounted(ledger: Ledger, assess: Callable[[], Outcome]) -> Outcome:
    """The outcome with the seconds and tokens that it cost."""
    started = time.perf_counter()
    ledger.reset()
    outcome = assess()
    return outcome.model_copy(
        update={
            "seconds": time.perf_counter() - started,
            "prompt_tokens": ledger.prompt,
            "completion_tokens": ledger.completion,
            "writing": ledger.seconds,
            "money": ledger.money,
        }
    )


@dataclass(frozen=True, slots=True)
class FormulatorAssessor:
    """Assesses what a formulator drafts."""

    formulator: Formulator
    ledger: Ledger
    options: Options

    def assess(self, dataset: str, sample: Sample) -> Outcome:
        blank = Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=Stage.REFUSED)
        return accounted(self.ledger, lambda: self._assessed(sample, blank))

    def _assessed(self, sample: Sample, blank: Outcome) -> Outcome:
        started = time.perf_counter()
        try:
            draft = self.formulator.formulate(sample.question)
        except FormulationRefused as refusal:
            formulating = time.perf_counter() - started
            return blank.model_copy(update={"findings": (str(refusal),), "formulating": formulating})
        except EndpointError as error:
            return failed_endpoint(blank, error)
        drafted = blank.model_copy(
            update={
                "notation": write_notation(draft.document),
                "confidence": draft.confidence,
                "agreement": draft.agreement,
                "formulating": time.perf_counter() - started,
            }
        )
        return self._executed(draft, drafted)

    def _executed(self, draft: Draft, drafted: Outcome) -> Outcome:
        document = draft.document
        found = check(document.formulation, document.data)
        findings = tuple(render(finding) for finding in found if finding.severity != "info")
        findings += tuple(question.text for question in draft.questions)
        if any(finding.severity == "error" for finding in found):
            return drafted.model_copy(update={"stage": Stage.INVALID, "findings": findings})
        try:
            instance = bind(document.formulation, document.data)
            program = ground(instance)
        except (DataError, GroundingError) as error:
            return drafted.model_copy(update={"stage": Stage.INVALID, "findings": (*findings, str(error))})
        return self._solved(instance, program, drafted.model_copy(update={"findings": findings}))

    def _solved(self, instance: Instance, program: Program, drafted: Outcome) -> Outcome:
        try:
            solution = solve(program, self.options)
        except NoCapableSolverError as error:
            findings = (*drafted.findings, str(error))
            return drafted.model_copy(update={"stage": Stage.UNSOLVED, "findings": findings})
        solution = verify_instance(instance, program, solution, self.options)
        return drafted.model_copy(update=_results(solution, program))


def _results(solution: Solution, program: Program) -> dict[str, object]:
    value = solution.objective if solution.termination.has_values else None
    values = labelled_values(solution, program) if solution.termination.has_values else {}
    kept = [(label, number) for label, number in values.items() if math.isfinite(number)][:_KEPT_VALUES]
    return {
        "stage": Stage.EXECUTED,
        "termination": solution.termination,
        "value": value if value is not None and math.isfinite(value) else None,
        "values": dict(kept),
    }


def failed_endpoint(blank: Outcome, error: EndpointError) -> Outcome:
    """The outcome of a sample whose reply never came. Raises RunStopped where no other reply will come either."""
    if error.kind in _LASTING:
        raise RunStopped(str(error)) from None
    return blank.model_copy(update={"stage": Stage.ENDPOINT, "findings": (str(error),)})
