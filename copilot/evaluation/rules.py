"""The rules by which an outcome is right or wrong, side by side.

A rule returns None for a sample that it cannot judge; its accuracy is over the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from copilot.evaluation.datasets import NO_OPTIMUM
from copilot.evaluation.outcome import Outcome
from copilot.evaluation.sample import Sample
from solvers.solution import Termination

Rule = Callable[[Sample, Outcome], bool | None]

#: The rule whose accuracy is the headline.
HEADLINE = "objective"
_RELATIVE, _CENTS, _ZERO = 1e-4, 1e-2, 1e-9
_STRICT = 1e-6
_ORIGINAL = 1e-4

#: The terminations that a status in words stands for. Nothing stands for missing data: a refusal may have any reason.
_TERMINATIONS = {
    "infeasible": {Termination.INFEASIBLE},
    "unbounded": {Termination.UNBOUNDED},
    "ill-posed": {Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED},
    "missing data": set[Termination](),
    NO_OPTIMUM: {Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED},
}


def objective(sample: Sample, outcome: Outcome) -> bool:
    """|value - a| <= max(1e-4 |a|, 0.01 where a has cents) for the answer or an alternative, or the expected status."""
    target = sample.target
    if target.answer is None:
        return _has_status(sample, outcome)
    return _close(outcome.value, (target.answer, *target.alternatives), tolerance)


def strict(sample: Sample, outcome: Outcome) -> bool:
    """|value - answer| <= 1e-6 max(1, |answer|): the answer alone; statuses as in the objective rule."""
    answer = sample.target.answer
    if answer is None:
        return _has_status(sample, outcome)
    return _close(outcome.value, (answer,), lambda number: _STRICT * max(1.0, abs(number)))


def original(sample: Sample, outcome: Outcome) -> bool | None:
    """Every listed result is met within 1e-4 by a value of its own among the objective and the variables.

    The published rule asks a language model which printed number belongs to which name; here a number may belong to
    any name, once. A sample without listed results is not judged.
    """
    listed = sorted(sample.target.listed.values())
    if not listed:
        return None
    if outcome.value is None:
        return False
    found = sorted([outcome.value, *outcome.values.values()])
    place = 0
    for number in listed:
        # The smallest values that are too small for this result are too small for all later ones.
        while place < len(found) and found[place] <= number - _ORIGINAL:
            place += 1
        if place == len(found) or found[place] >= number + _ORIGINAL:
            return False
        place += 1
    return True


#: Name to rule, the headline first.
RULES: dict[str, Rule] = {HEADLINE: objective, "strict_1e-6": strict, "original_optibench": original}


def tolerance(answer: float) -> float:
    """The objective rule's: relative 1e-4, or a cent where the label is rounded to cents."""
    text = repr(float(answer))
    decimals = 0 if text.endswith(".0") else len(text.partition(".")[2])
    return max(_RELATIVE * abs(answer), _CENTS if 0 < decimals <= 2 else _ZERO)


def _close(value: float | None, answers: Iterable[float], within: Callable[[float], float]) -> bool:
    return value is not None and any(abs(value - answer) <= within(answer) for answer in answers)


def _has_status(sample: Sample, outcome: Outcome) -> bool:
    return outcome.termination in _TERMINATIONS.get(sample.target.status, ())
