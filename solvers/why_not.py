"""Why not otherwise? A decision is forced, the problem solved again: the price, and what it is due to.

The causes are a conflict: the forced decision, constraints, and the demand for an objective as good as before, of
which none can be left out without making the others possible together.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.check import check
from formulations.data import Instance
from formulations.findings import render_all
from formulations.formulation import Constraint
from formulations.ground import GroundingError, ground
from formulations.program import Block, Program
from solvers.conflicts import find_conflict
from solvers.dispatch import solve
from solvers.feasibility import Oracle
from solvers.infeasibility import member_text
from solvers.restrictions import Kind, Member, Restrictions
from solvers.solution import Solution, Termination
from solvers.solver import Options
from solvers.verify import verify_instance

#: Names of what is added; no formulation can use them.
FORCED, AS_GOOD = "what if", "as good as before"
#: Improvement of a forced objective that counts as none, relative to the larger of 1 and the objective.
_SAME = 1e-6


class WhyNotError(ValueError):
    """The question cannot be asked: ``str`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that has another value in the forced plan."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, eq=False, kw_only=True)
class WhyNot:
    """The answer to "why not?".

    before, forced: the optimal solutions without and with the decision. price: how much worse the objective gets, at
    least 0, None where the decision is impossible or one side has no optimum. causes: the constraints, bounds and
    integrality that stand against it, without the decision itself; irreducible: none of them can be left out.
    differences: the largest changes of the plan first.
    """

    question: str
    before: Solution
    forced: Solution
    price: float | None
    causes: tuple[Member, ...]
    irreducible: bool
    differences: tuple[Difference, ...]

    @property
    def impossible(self) -> bool:
        return self.forced.termination is Termination.INFEASIBLE


def why_not(
    instance: Instance, question: str, options: Options | None = None, *, before: Solution | None = None
) -> WhyNot:
    """What a decision written as a constraint would cost: ``open['plant2'] = 1``, ``sum(x[i] for i in I) >= 3``.

    before: the optimum without it, if it is at hand. Raises WhyNotError for a question that cannot be read and for
    problems without an optimum, and what ``dispatch.solve`` raises.
    """
    options = options or Options()
    program = ground(instance)
    if before is None:
        before = solve(program, options)
    if before.objective is None or before.values is None or not before.termination.has_values:
        raise WhyNotError(f"there is no optimal plan to compare with: the solver said {before.termination.value}")
    asked = forced_instance(instance, question)
    harder = _named(ground(asked), program.row_count)
    forced = verify_instance(asked, harder, solve(harder, options), options)
    conflict = _causes(program, harder, before.objective, forced, options)
    members = tuple(member for member in conflict[0] if member.name not in (FORCED, AS_GOOD))
    return WhyNot(
        question=question,
        before=before,
        forced=forced,
        price=_price(program, before, forced),
        causes=members,
        irreducible=conflict[1],
        differences=_differences(program, before, forced),
    )


def forced_instance(instance: Instance, question: str) -> Instance:
    """The instance with the decision as one more constraint. Raises WhyNotError."""
    text = re.sub(r"(?<![<>=!])=(?!=)", "==", question).strip()
    taken = {element.name for element in instance.formulation.elements()}
    name = next(name for name in ("what_if", *(f"what_if_{k}" for k in range(len(taken) + 1))) if name not in taken)
    constraint = Constraint(name=name, expression=text)
    asked = instance.formulation.model_copy(update={"constraints": (*instance.formulation.constraints, constraint)})
    errors = [
        finding for finding in check(asked, instance.data) if finding.severity == "error" and finding.name == name
    ]
    if errors:
        raise WhyNotError(f"the question {question!r} cannot be read\n{render_all(errors)}")
    forced = replace(instance, formulation=asked)
    try:
        ground(forced)
    except GroundingError as error:
        raise WhyNotError(f"the question {question!r} does not fit the data\n{error}") from None
    return forced


def _named(program: Program, start: int) -> Program:
    """The program with the rows from ``start`` on under one name that is no identifier."""
    kept: list[Block] = []
    position = 0
    for block in program.rows.blocks:
        kept.append(block if position < start else replace(block, name=FORCED))
        position += block.count
    return replace(program, rows=replace(program.rows, blocks=tuple(kept)))


def _price(program: Program, before: Solution, forced: Solution) -> float | None:
    if before.objective is None or forced.objective is None or not forced.termination.has_values:
        return None
    worse = forced.objective - before.objective
    worse = -worse if program.sense == "maximize" else worse
    return max(0.0, worse)


def _causes(
    program: Program, harder: Program, objective: float, forced: Solution, options: Options
) -> tuple[tuple[Member, ...], bool]:
    """What contradicts the decision, or an objective as good as before together with it."""
    oracle = Oracle(options)
    if forced.termination is Termination.INFEASIBLE:
        contradiction = harder
    elif forced.objective is None or not forced.termination.has_values:
        return (), False
    else:
        worse = forced.objective - objective
        size = max(1.0, abs(objective), abs(forced.objective))
        if (-worse if program.sense == "maximize" else worse) <= _SAME * size:
            return (), True
        # Half of the price is asked for: all of it is on the edge of what tolerances tell apart.
        limited = _as_good(harder, objective + worse / 2)
        if limited is None:
            return (), False
        contradiction = limited
    restrictions = Restrictions(contradiction)
    if not oracle.infeasible(restrictions.restricted(restrictions.present), share=1.0):
        return (), False
    found = find_conflict(restrictions, restrictions.present, oracle)
    return found.members, found.irreducible


def _as_good(program: Program, limit: float) -> Program | None:
    """The program with its linear objective as a row that must be at least as good as the limit."""
    if program.objective_quadratic is not None or program.objective_nonlinear is not None:
        return None
    row = sparse.csr_array(program.objective[None])
    bound = limit - program.objective_offset
    high = program.sense == "minimize"
    return replace(
        program,
        rows=program.rows.extended(Block(AS_GOOD, 1)),
        matrix=sparse.csr_array(sparse.vstack([program.matrix, row], format="csr")),
        row_lower=np.append(program.row_lower, -math.inf if high else bound),
        row_upper=np.append(program.row_upper, bound if high else math.inf),
    )


def _differences(program: Program, before: Solution, forced: Solution) -> tuple[Difference, ...]:
    if before.values is None or forced.values is None or not forced.termination.has_values:
        return ()
    moved = np.abs(forced.values - before.values)
    order = np.argsort(-moved, kind="stable")
    tolerance = Options().verification_tolerance
    return tuple(
        Difference(program.columns[column], float(before.values[column]), float(forced.values[column]))
        for column in order.tolist()
        if moved[column] > tolerance
    )


def explained(found: WhyNot) -> str:
    """The answer in a few lines."""
    lines = []
    if found.impossible:
        lines.append(f"{found.question} is impossible.")
    elif found.price is None:
        lines.append(f"{found.question}: no optimum was found ({found.forced.termination.value}).")
    elif found.price <= _SAME * max(1.0, abs(found.before.objective or 0.0)):
        lines.append(f"{found.question} costs nothing: another plan is as good.")
    else:
        lines.append(f"{found.question} makes the objective worse by {found.price:.6g}.")
    if found.causes:
        lines.append("What stands against it:" if found.impossible else "Because of:")
        lines += [f"  {_cause_text(member)}" for member in found.causes]
        if not found.irreducible:
            lines.append("  (perhaps not all of these: the time limit cut the search short)")
    return "\n".join(lines)


def _cause_text(member: Member) -> str:
    if member.kind is Kind.INTEGRALITY:
        return f"{member.label} must be a whole number"
    return member_text(member)
