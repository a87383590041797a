"""Scoring of models that write code: the program runs in the sandbox, and what it prints at last is its answer."""

from __future__ import annotations

import ast
import math
import re
import time
from dataclasses import dataclass

from copilot.evaluation.assessment import RunStopped, accounted, failed_endpoint
from copilot.evaluation.outcome import Outcome, Stage
from copilot.evaluation.sample import Sample
from copilot.evaluation.sandbox import Ending, Execution, Limits, execute, unavailable
from copilot.formulators.asking import problem_between_marks
from copilot.formulators.replies.circles import stutters
from copilot.prompts.coding import CODING
from copilot.providers import EndpointError, Message, Provider, provider_for
from copilot.providers.ledger import CountedProvider, Ledger, Prices
from copilot.settings import Settings
from solvers.solution import Termination

#: What is believed of a program that ran to its end and printed a value; nothing tells good from bad ones.
CONFIDENCE = 0.5
_FENCED = re.compile(r"```[ \t]*(?:python|py)?[ \t]*\r?\n(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
_NUMBER = r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_OBJECTIVE = re.compile(rf"\bobjective\b[^=:\n]*[=:]\s*\$?\s*({_NUMBER})", re.IGNORECASE)
_STATUSES = {"infeasible": Termination.INFEASIBLE, "unbounded": Termination.UNBOUNDED}


def code_assessor(settings: Settings, *, seed: int, run_limit: float) -> CodeAssessor:
    """Raises RunStopped where there is no sandbox, EndpointError where there is no such provider."""
    reason = unavailable()
    if reason:
        raise RunStopped(f"programs of a language model only run in a sandbox: {reason}")
    ledger = Ledger(Prices(settings.prompt_price, settings.completion_price))
    provider = CountedProvider(provider_for(settings), ledger)
    return CodeAssessor(provider, ledger, settings=settings, seed=seed, limits=Limits(seconds=run_limit))


@dataclass(frozen=True)
class CodeAssessor:
    """Asks for a program, without a second try, and runs it."""

    provider: Provider
    ledger: Ledger
    settings: Settings
    seed: int
    limits: Limits

    def assess(self, dataset: str, sample: Sample) -> Outcome:
        blank = Outcome(dataset=dataset, id=sample.id, kind=sample.kind, stage=Stage.INVALID)
        return accounted(self.ledger, lambda: self._assessed(sample, blank))

    def _assessed(self, sample: Sample, blank: Outcome) -> Outcome:
        started = time.perf_counter()
        messages = (Message("system", CODING), Message("user", problem_between_marks(sample.question)))
        try:
            completion = self.provider.complete(
                messages,
                max_tokens=self.settings.reply_tokens,
                seed=self.seed,
                timeout=self.settings.reply_timeout,
                enough=stutters,
            )
        except EndpointError as error:
            return failed_endpoint(blank, error)
        code = program_in(completion.text)
        written = blank.model_copy(update={"notation": code, "formulating": time.perf_counter() - started})
        mistake = mistake_in(code)
        if mistake:
            return written.model_copy(update={"findings": (mistake,)})
        return written.model_copy(update=outcome_of(execute(code, self.limits)))


def program_in(reply: str) -> str:
    """The last fenced block of a reply, else the whole reply."""
    blocks = _FENCED.findall(reply)
    return (blocks[-1] if blocks else reply).strip() + "\n"


def mistake_in(code: str) -> str:
    """Why the text is no Python program; empty if it is one. Nothing is executed."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the reply holds no Python program: {error}"
    return "" if tree.body else "the reply holds no Python program: it is empty"


def outcome_of(execution: Execution) -> dict[str, object]:
    """Value or status in what a program printed, and its last words where it failed."""
    value, termination = printed_answer(execution.stdout)
    # A program that fails while it cleans up has answered all the same, if it said so in words.
    answered = execution.ending is Ending.DONE or (
        execution.ending is Ending.FAILED and bool(_OBJECTIVE.search(execution.stdout))
    )
    if answered and termination is not None:
        return {"stage": Stage.EXECUTED, "value": value, "termination": termination, "confidence": CONFIDENCE}
    last = (execution.stderr.strip() or "it printed no number").splitlines()[-1]
    why = last if execution.ending in (Ending.DONE, Ending.FAILED) else execution.ending.value
    return {"stage": Stage.UNSOLVED, "findings": (f"the program gave no value: {why}",)}


def printed_answer(text: str) -> tuple[float | None, Termination | None]:
    """The value of the last ``objective =``, else a status in the last line, else the last number printed."""
    stated = _OBJECTIVE.findall(text)
    if stated:
        return _value(stated[-1])
    lines = [line for line in text.splitlines() if line.strip()]
    for word, termination in _STATUSES.items():
        if lines and word in lines[-1].lower():
            return None, termination
    numbers = re.findall(rf"(?<![\w.]){_NUMBER}", text)
    return _value(numbers[-1]) if numbers else (None, None)


def _value(text: str) -> tuple[float | None, Termination | None]:
    number = float(text.replace(",", ""))
    return (number, Termination.OPTIMAL) if math.isfinite(number) else (None, None)
