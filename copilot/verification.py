"""What speaks for a solution and for the formulation behind it: checks that can fail, each with what it found.

Five checks: the plan recomputed on the expressions as written; a certificate for the claim, recomputed too; the optimum
found again by another solver; other data near the given ones solved and recomputed; the text read once more by an
independent formulator, and the two formulations compared for equivalence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import shorten

import numpy as np

from copilot.background import Background
from copilot.compiled import Compiled, compile_document
from copilot.explain import Level, verdict
from copilot.formulators.draft import Draft, FormulationRefused
from copilot.numbers import shown, violation
from equivalence.compare import Options as ComparisonOptions
from equivalence.compare import compare
from equivalence.verdict import Contract
from equivalence.words import title, witness_in_words
from formulations.evaluate import evaluate
from formulations.formulation import Data, Document, Record
from formulations.ground import values_by_variable
from solvers.dispatch import NoCapableSolverError, plans
from solvers.job import Job
from solvers.proofs import proved
from solvers.solution import Grade, Solution, Termination
from solvers.solver import Options, SolverUnavailableError, UnsupportedProgramError
from solvers.verify import verify_instance

#: Other data sets that are solved, and how far their numbers move at most.
OTHER_DATA = 5
SPREAD = 0.1
#: Seconds for each solve and for the comparison.
PATIENCE = 10.0
#: Two solvers agree if their objectives differ by no more than this share.
AGREEMENT = 1e-5


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The outcome of one check.

    level: ``proved`` and ``tested`` speak for it, ``failed`` against, ``unverified`` says that it could not be made.
    about: the solution or the formulation. rows: what was found, one line each.
    """

    check: str
    about: str
    level: Level
    sentence: str
    rows: tuple[tuple[str, str], ...] = ()


Reader = Callable[[str], Draft]


@dataclass(eq=False)
class Checks(Background):
    """All checks of one solution, made one after the other in the background; ``done`` grows until it runs no more."""

    compiled: Compiled
    solution: Solution
    draft: Draft | None = None
    readers: Mapping[str, Reader] = field(default_factory=dict)
    done: list[Evidence] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """No further check begins."""
        self._stopped.set()

    def _run(self) -> None:
        for evidence in evidences(self.compiled, self.solution, self.draft, self.readers):
            self.done.append(evidence)
            if self._stopped.is_set():
                return


def evidences(
    compiled: Compiled, solution: Solution, draft: Draft | None, readers: Mapping[str, Reader]
) -> Iterator[Evidence]:
    """The checks in the order of their cost. ``readers`` are the formulators that may read the text once more."""
    if solution.values is not None:
        yield recheck(compiled, solution)
    yield certificate(compiled, solution)
    yield second_solver(compiled, solution)
    yield other_data(compiled.document)
    yield independent_reading(compiled, draft, readers)


def formulation_level(done: list[Evidence]) -> Level:
    """How far the formulation, rather than the solution, can be trusted."""
    levels = [evidence.level for evidence in done if evidence.about == "formulation"]
    for level in ("failed", "proved", "tested"):
        if level in levels:
            return level
    return "unverified"


def recheck(compiled: Compiled, solution: Solution) -> Evidence:
    """Every constraint and bound of the formulation at the plan, without grounding, reductions or solver."""
    instance, program = compiled.instance, compiled.program
    assert instance is not None
    assert program is not None
    assert solution.values is not None
    found = evaluate(instance, values_by_variable(instance, solution.values))
    formulation = instance.formulation
    relations = len(formulation.constraints) + len(formulation.variables)
    tolerance = Options().verification_tolerance
    missed = [(label, f"missed by {amount:.3g}") for label, amount in found.violations.items() if amount > tolerance]
    # How large a violation may be depends on the size of its row: that is what the verification weighs.
    verified = verify_instance(instance, program, solution, Options())
    level: Level = "failed" if verdict(verified).level == "failed" else "tested"
    objective = "" if found.objective is None else f", and the objective is {shown(found.objective)}"
    sentence = (
        f"{relations} constraints and domains were evaluated on the expressions as written: the largest violation is "
        f"{violation(found.max_violation)}{objective}."
    )
    return Evidence(check="Recheck", about="solution", level=level, sentence=sentence, rows=tuple(missed[:10]))


def certificate(compiled: Compiled, solution: Solution) -> Evidence:
    """A proof of what the solver claims that does not rest on the solver."""
    evidence = _evidence("Certificate", "solution")
    if compiled.program is None or solution.evidence is None:
        return evidence("unverified", "The solver claims nothing that could be proved.")
    found = proved(compiled.program, solution, Options(time_limit=PATIENCE))
    if found.evidence is None:
        return evidence("failed", "The claim did not survive the search for a proof.", (("log", found.log[-300:]),))
    if found.evidence.grade is not Grade.CERTIFIED:
        return evidence("unverified", f"No certificate was found. {found.evidence.sentence}")
    exact = " The arithmetic is exact." if found.evidence.exact else " The arithmetic is that of floats, with a margin."
    return evidence("proved", found.evidence.sentence + ("" if "exact" in found.evidence.sentence else exact))


def second_solver(compiled: Compiled, solution: Solution) -> Evidence:
    """The optimum by another solver, of another make."""
    evidence = _evidence("Second solver", "solution")
    if compiled.program is None:
        return evidence("unverified", "There is no program to solve.")
    for candidate in plans(compiled.program):
        if candidate.solver.name == solution.solver or not candidate.solver.exact:
            continue
        try:
            other = Job(candidate, Options(time_limit=PATIENCE)).follow()
        except (UnsupportedProgramError, ValueError):
            continue
        return _agreement(evidence, solution, other)
    return evidence("unverified", "No other solver that can prove an optimum takes this program.")


def _agreement(evidence: _Maker, solution: Solution, other: Solution) -> Evidence:
    rows = tuple(
        (found.solver, found.termination.value.replace("_", " ") + _objective(found)) for found in (solution, other)
    )
    if other.limit is not None or other.termination is Termination.NUMERICAL_ERROR:
        return evidence("unverified", f"{other.solver} did not come to an end within {PATIENCE:g} s.", rows)
    if solution.termination.has_values != other.termination.has_values:
        return evidence("failed", f"{other.solver} disagrees about whether there is a plan.", rows)
    if solution.objective is None or other.objective is None:
        return evidence("tested", f"{other.solver} comes to the same answer.", rows)
    apart = abs(solution.objective - other.objective) / max(1.0, abs(solution.objective))
    if apart <= AGREEMENT:
        return evidence("tested", f"{other.solver} finds the same objective.", rows)
    if solution.termination is not Termination.OPTIMAL:
        return evidence("unverified", f"{other.solver} finds another objective; this plan was not proved best.", rows)
    return evidence("failed", f"{other.solver} finds an objective that differs by {apart:.2%}.", rows)


def other_data(document: Document, *, seed: int = 0) -> Evidence:
    """Data near the given ones: does the formulation still stand, and is every plan right as written?"""
    evidence = _evidence("Other data", "formulation")
    varied = [perturbed(document.data, np.random.default_rng([seed, k])) for k in range(OTHER_DATA)]
    if all(data == document.data for data in varied):
        return evidence("unverified", "The formulation has no numbers in its data that could be other ones.")
    rows, failures, solved = [], 0, 0
    for number, data in enumerate(varied, 1):
        outcome, found = _solved(document.model_copy(update={"data": data}))
        if found is None or verdict(found).level == "failed":
            failures += 1
        solved += found is not None and found.termination.has_values
        rows.append((f"data {number}", outcome))
    if failures:
        return evidence("failed", f"{failures} of {OTHER_DATA} other data sets broke the formulation.", tuple(rows))
    if not solved:
        return evidence("unverified", "None of the other data sets has a plan.", tuple(rows))
    sentence = (
        f"{solved} of {OTHER_DATA} data sets with numbers up to {SPREAD:.0%} away have a plan, each recomputed on the "
        "expressions as written."
    )
    return evidence("tested", sentence, tuple(rows))


def _solved(document: Document) -> tuple[str, Solution | None]:
    compiled = compile_document(document)
    if compiled.program is None or compiled.instance is None:
        return compiled.obstacle.splitlines()[0], None
    options = Options(time_limit=PATIENCE)
    try:
        chosen = next(iter(plans(compiled.program)), None)
        if chosen is None:
            return "no solver takes it", None
        found = Job(chosen, options).follow()
    except (NoCapableSolverError, SolverUnavailableError, UnsupportedProgramError, ValueError) as error:
        return str(error).splitlines()[0], None
    found = verify_instance(compiled.instance, compiled.program, found, options)
    return found.termination.value.replace("_", " ") + _objective(found), found


def perturbed(data: Data, draw: np.random.Generator) -> Data:
    """The data with every number moved by at most SPREAD; zeros, ones and whole numbers stay what they are."""
    return data.model_copy(
        update={
            "parameters": {
                name: _near(values, draw)
                if isinstance(values, int | float)
                else tuple(_record(record, draw) for record in values)
                for name, values in data.parameters.items()
            }
        }
    )


def _record(record: Record, draw: np.random.Generator) -> Record:
    last = record[-1]
    return (*record[:-1], _near(last, draw)) if isinstance(last, int | float) else record


def _near(value: float, draw: np.random.Generator) -> float:
    moved = value * (1 + SPREAD * draw.uniform(-1, 1))
    if value in (0, 1):
        return value
    return float(round(moved)) if float(value).is_integer() else float(f"{moved:.6g}")


def independent_reading(compiled: Compiled, draft: Draft | None, readers: Mapping[str, Reader]) -> Evidence:
    """The text formulated anew by somebody who does not know this formulation, and both compared."""
    evidence = _evidence("Independent reading", "formulation")
    text, document = compiled.document.text, compiled.document
    if not text.strip() or compiled.program is None:
        return evidence("unverified", "There is no problem text to read once more.")
    author = draft.formulator if draft is not None and draft.document == document else ""
    said = []
    for name, reader in readers.items():
        if author.split(":")[0] == name:
            said.append((name, "wrote this formulation itself"))
            continue
        try:
            other = compile_document(reader(text).document)
        except FormulationRefused as refusal:
            said.append((name, f"could not read the text: {shorten(str(refusal), 200, placeholder=' …')}"))
            continue
        if other.program is None:
            said.append((name, "its formulation has findings"))
            continue
        options = ComparisonOptions(time_limit=PATIENCE, trust_names=False)
        found = compare(compiled.program, other.program, Contract.OPTIMUM, options=options)
        rows = [(name, title(found)), ("reason", found.reason)]
        if found.positive:
            sentence = f"The {name} formulator, from the text alone, arrives at the same optimum."
            return evidence("proved", sentence, tuple(rows))
        if found.witness is not None:
            rows.append(("plan", witness_in_words(found.witness)))
        said += rows
    if not said:
        return evidence("unverified", "No formulator is at hand that could read the text once more.")
    return evidence("unverified", "No independent reading of the text agrees with proof.", tuple(said))


def _objective(solution: Solution) -> str:
    return "" if solution.objective is None else f", objective {shown(solution.objective)}"


_Maker = Callable[..., Evidence]


def _evidence(check: str, about: str) -> _Maker:
    def made(level: Level, sentence: str, rows: tuple[tuple[str, str], ...] = ()) -> Evidence:
        return Evidence(check=check, about=about, level=level, sentence=sentence, rows=rows)

    return made
