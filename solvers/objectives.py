"""Several objectives of one formulation: their lines, and a family whose parameters weigh and limit them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from formulations.check import check
from formulations.data import Instance
from formulations.evaluate import evaluate
from formulations.findings import render_all
from formulations.formulation import Constraint, Document, Formulation, Objective, Parameter
from formulations.ground import values_by_variable
from formulations.notation import NotationError, parse_notation, write_notation
from formulations.program import Floats, Program
from solvers.activities import activities
from solvers.families import family
from solvers.solution import Solution
from solvers.solver import Options
from solvers.warm import WarmHighs


class ParetoError(ValueError):
    """The objectives cannot be traded off: ``str`` says why and what to do."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ParetoPoint:
    """A plan and its objectives in the user's senses, recomputed on the expressions as written.

    proved: whether no plan is better in one objective and as good in the others, up to tolerances.
    """

    objectives: tuple[float, ...]
    plan: Solution
    proved: bool


def parse_objective(text: str) -> Objective:
    """The objective of a line as in the notation: ``minimize emissions in t: sum(co2[a]*use[a] for a in A)``.

    Raises ParetoError.
    """
    try:
        document = parse_notation(text.strip())
    except NotationError as error:
        raise ParetoError(f"cannot read the objective {text!r}\n{error}") from None
    found = document.formulation.objective
    if found is None or document.formulation.elements() != (found,) or found.sense is None:
        raise ParetoError(
            f"cannot read the objective {text!r}: write minimize or maximize, a name, a colon, an expression"
        )
    return found


def objective_text(objective: Objective) -> str:
    """The line of the notation that ``parse_objective`` reads."""
    return write_notation(Document(formulation=Formulation(objective=objective))).strip()


class Objectives:
    """The augmented family: objectives made minimal, their weights and limits as parameters."""

    def __init__(self, instance: Instance, objectives: Sequence[Objective], options: Options) -> None:
        self.instance, self.objectives, self.options = instance, objectives, options
        self.signs = np.array([-1.0 if objective.sense == "maximize" else 1.0 for objective in objectives])
        count = len(objectives)
        taken = {element.name for element in instance.formulation.elements()}
        prefixes = itertools.chain(["pareto"], (f"pareto{k}" for k in itertools.count()))
        prefix = next(prefix for prefix in prefixes if not _clashes(prefix, taken))
        self.weights = [f"{prefix}_weight_{k}" for k in range(count)]
        self.limits = [f"{prefix}_limit_{k}" for k in range(count)]
        self.rows = [f"{prefix}_row_{k}" for k in range(count)]
        augmented = self._augmented()
        self.family = family(augmented, [*self.weights, *self.limits])
        self._warm = WarmHighs(options)
        # All limits at nought give the constants of the objectives.
        frame = self.family.program(self._theta(np.ones(count), np.zeros(count)))
        self._places = [frame.rows.span(row).start for row in self.rows]
        self._constants = -frame.row_upper[self._places]
        self.steps = [_step(frame, place) for place in self._places]

    def _augmented(self) -> Instance:
        formulation = self.instance.formulation
        signed = [
            f"-({objective.expression})" if sign < 0 else f"({objective.expression})"
            for objective, sign in zip(self.objectives, self.signs, strict=True)
        ]
        errors = []
        for objective in self.objectives[1:]:
            asked = formulation.model_copy(update={"objective": objective})
            errors += [
                f for f in check(asked, self.instance.data) if f.severity == "error" and f.name == objective.name
            ]
        if errors:
            raise ParetoError(f"a further objective cannot be used\n{render_all(errors)}")
        total = " + ".join(f"{weight}*({text})" for weight, text in zip(self.weights, signed, strict=True))
        bounded = zip(self.rows, signed, self.limits, strict=True)
        rows = tuple(Constraint(name=row, expression=f"{text} <= {limit}") for row, text, limit in bounded)
        names = (*self.weights, *self.limits)
        return replace(
            self.instance,
            formulation=formulation.model_copy(
                update={
                    "parameters": (*formulation.parameters, *(Parameter(name=name) for name in names)),
                    "objective": Objective(name=self.rows[0] + "_total", sense="minimize", expression=total),
                    "constraints": (*formulation.constraints, *rows),
                }
            ),
            parameters={**self.instance.parameters, **{name: np.asarray(0.0) for name in names}},
        )

    def _theta(self, weights: Floats, limits: Floats) -> Floats:
        return np.concatenate([weights, limits])

    def solve(self, weights: Floats, limits: Floats) -> Solution:
        """The plan that is best under these weights and keeps the limits, infinite ones being none."""
        held = np.isfinite(limits)
        program = self.family.program(self._theta(weights, np.where(held, limits, 0.0)))
        upper = program.row_upper.copy()
        upper[np.array(self._places)[~held]] = np.inf
        return self._warm.solve(replace(program, row_upper=upper))

    def values(self, solution: Solution) -> Floats:
        """The objectives at a plan, made minimal."""
        assert solution.values is not None
        weights = np.ones(len(self.objectives))
        program = self.family.program(self._theta(weights, np.zeros(len(weights))))
        return activities(program, solution.values).rows[self._places] + self._constants

    def point(self, solution: Solution, proved: bool) -> ParetoPoint:
        assert solution.values is not None
        plan = values_by_variable(self.instance, solution.values)
        formulation = self.instance.formulation
        written = []
        for objective in self.objectives:
            asked = replace(self.instance, formulation=formulation.model_copy(update={"objective": objective}))
            value = evaluate(asked, plan).objective
            assert value is not None
            written.append(value)
        scale = np.maximum(1.0, np.abs(written))
        agree = np.abs(self.values(solution) * self.signs - written) <= self.options.verification_tolerance * scale
        return ParetoPoint(objectives=tuple(written), plan=solution, proved=proved and bool(agree.all()))


def _clashes(prefix: str, taken: set[str]) -> bool:
    return any(name.startswith(prefix) for name in taken)


def _step(program: Program, row: int) -> float | None:
    """The least difference of two values of an objective that takes multiples of a whole number; None of others."""
    if row in program.quadratic or row in program.nonlinear:
        return None
    part = slice(program.matrix.indptr[row], program.matrix.indptr[row + 1])
    columns, coefficients = program.matrix.indices[part], program.matrix.data[part]
    used = coefficients != 0
    whole = program.integer[columns[used]].all() and (coefficients == np.round(coefficients)).all()
    if not used.any():  # it has one value only
        return 1.0
    if not whole or np.abs(coefficients).max() > 2**53:
        return None
    return float(reduce(math.gcd, [int(abs(value)) for value in coefficients[used]]))
