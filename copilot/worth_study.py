"""What each number is worth as a study: rates where shadow prices give them, else what a step of it does."""

from __future__ import annotations

import pandas as pd

from copilot.studies import Figure, Sheet, Told, sheet
from copilot.worth import step_sentences, worth_sentences
from formulations.data import Instance
from formulations.formulation import Formulation
from formulations.ground import ground
from solvers.dispatch import solve_instance
from solvers.marginals import Marginal, Step, marginals, steps
from solvers.sensitivity import NoSensitivityError, Sensitivity, sensitivity
from solvers.solution import Solution
from solvers.solver import Options

#: Sentences that are kept, and numbers up to which each is moved by a step.
_SENTENCES, _STEPPED = 20, 150


def worth_told(instance: Instance, options: Options) -> Told:
    """The optimum examined. Raises what ``solve_instance`` raises."""
    solution, formulation = solve_instance(instance, options), instance.formulation
    unit = formulation.objective.unit if formulation.objective is not None else ""
    figure = Figure(label="with the data", value=solution.objective, unit=unit, words="no plan")
    if not solution.termination.has_values or solution.values is None:
        notes: tuple[str, ...] = ("There is no optimum to examine.",)
        return Told(kind="worth", question="what the numbers are worth", figures=(figure,), notes=notes)
    found, why = _prices(instance, solution, options)
    if found is not None and not found.integers_fixed:
        rates = marginals(instance, found, solution.values)
        sheets = _sheets(worth_sentences(formulation, rates), _rates(formulation, rates))
        notes = ("A rate is what one more unit does to the objective, within the range given.", *found.caveats)
    else:
        entries = sum(array.size for array in instance.parameters.values())
        if entries > _STEPPED:
            notes = (f"{why} There are {entries:,} numbers, too many to move each by a step: use the tornado.",)
            return Told(kind="worth", question="what the numbers are worth", figures=(figure,), notes=notes)
        moved = steps(instance, solution, options)
        sheets = _sheets(step_sentences(formulation, moved), _steps(formulation, moved))
        notes = (f"{why} Each number was moved by a step either way and the problem solved again.",)
    return Told(
        kind="worth",
        question="what the numbers are worth",
        badge="" if sheets else "no number matters",
        figures=(figure,),
        notes=notes,
        sheets=sheets,
    )


def _prices(instance: Instance, solution: Solution, options: Options) -> tuple[Sensitivity | None, str]:
    try:
        found = sensitivity(ground(instance), solution, options)
    except NoSensitivityError as error:
        reason = str(error)
        return None, f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
    return found, "Some decisions are whole numbers, so that prices hold only while those stay." if found else ""


def _sheets(sentences: list[str], numbers: pd.DataFrame) -> dict[str, Sheet]:
    if not sentences:
        return {}
    words = pd.DataFrame({"sentence": sentences[:_SENTENCES]})
    return {"in words": sheet(words), "numbers": sheet(numbers)}


def _rates(formulation: Formulation, found: tuple[Marginal, ...]) -> pd.DataFrame:
    rows = [(m.label, _unit_of(formulation, m.parameter), m.value, m.rate, m.valid_from, m.valid_to) for m in found]
    return pd.DataFrame(rows, columns=["number", "unit", "in the data", "rate", "holds from", "to"])


def _steps(formulation: Formulation, found: tuple[Step, ...]) -> pd.DataFrame:
    rows = [(s.label, _unit_of(formulation, s.parameter), s.value, s.step, s.down, s.up) for s in found]
    names = ["number", "unit", "in the data", "step", "objective a step down", "objective a step up"]
    return pd.DataFrame(rows, columns=names)


def _unit_of(formulation: Formulation, name: str) -> str:
    return next(parameter.unit for parameter in formulation.parameters if parameter.name == name)
