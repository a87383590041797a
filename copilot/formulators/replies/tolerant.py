"""Reading what a language model wrote: the slips undone, the assumptions told, and everything still wrong listed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pydantic import ValidationError

from copilot.formulators.replies.declarations import declared, distinct, unused_empty_parameters
from copilot.formulators.replies.lines import code_of, notation_of, wishes
from copilot.formulators.replies.pieces import Known
from copilot.formulators.replies.signs import quoted_parts
from copilot.formulators.replies.slips import mended
from formulations.check import check, render
from formulations.data import DataError, bind
from formulations.formulation import Constraint, Document, Formulation, Variable
from formulations.ground import GroundingError, ground
from formulations.notation import NotationError, parse_notation

#: Mistakes that are shown to a model at once; more only confuse a small one.
SHOWN_MISTAKES = 6
#: Names in front of ``in``, and sums with at most one level of brackets inside.
_BOUND = re.compile(r"(\w+)(?=(?:\s*,\s*\w+)*\s+in\b)")
_SUM = re.compile(r"(?:sum|prod)\((?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a reply.

    document: None if the reply holds no formulation. mistakes: renderings of what is still wrong. source: the
    notation or JSON as it was understood, for a repair. assumptions: the model's own and ours.
    """

    document: Document | None
    mistakes: tuple[str, ...]
    source: str
    assumptions: tuple[str, ...] = ()

    @property
    def is_formulation(self) -> bool:
        """Whether something is decided in it, mistakes or not."""
        return self.document is not None and bool(self.document.formulation.variables)

    @property
    def sound(self) -> bool:
        return self.document is not None and not self.mistakes


def read_reply(reply: str, *, data_attached: bool = False) -> Reading:
    """The formulation in a reply. ``data_attached``: numbers come later, so that missing data are no mistake."""
    code = code_of(reply)
    if code.lstrip().startswith("{"):
        return _read_json(code.strip(), data_attached=data_attached)
    notation = notation_of(code)
    if not re.search(r"^(?:minimize|maximize|objective|constraint)\b", notation, re.MULTILINE):
        return Reading(None, ("the reply holds no formulation: answer with the notation only",), code.strip())
    try:
        document = parse_notation(notation)
    except NotationError as error:
        return Reading(None, tuple(map(str, error.mistakes))[:SHOWN_MISTAKES], notation)
    return _completed(document, notation, wishes(code), data_attached=data_attached)


def _read_json(code: str, *, data_attached: bool) -> Reading:
    try:
        content = json.JSONDecoder().raw_decode(code)[0]
    except (json.JSONDecodeError, RecursionError) as error:
        return Reading(None, (f"this is not JSON: {error}",), code)
    if isinstance(content, dict) and "formulation" not in content:
        content = {"formulation": content, "data": content.pop("data", {})}
    try:
        document = Document.model_validate_json(json.dumps(content))
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        mistakes = tuple(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)
        return Reading(None, mistakes[:SHOWN_MISTAKES], code)
    return _completed(document, code, (), data_attached=data_attached)


def _completed(document: Document, source: str, notes: tuple[str, ...], *, data_attached: bool) -> Reading:
    document = distinct(without_slips(document))
    document, assumed = declared(document)
    document, loosened = without_strict_inequalities(document)
    if not data_attached:
        document = unused_empty_parameters(document)
    mistakes = mistakes_of(document, data_attached=data_attached)
    return Reading(document, mistakes[:SHOWN_MISTAKES], source, (*notes, *assumed, *loosened))


def mistakes_of(document: Document, *, data_attached: bool = False) -> tuple[str, ...]:
    """Renderings of the errors that ``check``, ``bind`` and ``ground`` find, in this order; empty if none."""
    found = check(document.formulation, None if data_attached else document.data)
    errors = tuple(render(finding) for finding in found if finding.severity == "error")
    if errors or data_attached:
        return errors
    try:
        ground(bind(document.formulation, document.data))
    except DataError as error:
        return tuple(map(str, error.problems))
    except GroundingError as error:
        return (str(error),)
    return ()


def without_slips(document: Document) -> Document:
    """The document with every expression mended."""
    formulation = document.formulation
    known = Known(
        names=frozenset(element.name for element in formulation.elements()),
        members=frozenset(
            member for members in document.data.sets.values() for member in members if isinstance(member, str)
        ),
        indices={
            entry.name: tuple(index.rsplit(" in ", 1)[-1] for index in entry.indices)
            for group in (formulation.parameters, formulation.variables)
            for entry in group
        },
    )
    objective = formulation.objective
    if objective is not None:
        objective = objective.model_copy(update={"expression": mended(objective.expression, known)})
    changed = {
        "variables": tuple(_mended_variable(variable, known) for variable in formulation.variables),
        "objective": objective,
        "constraints": tuple(_mended_constraint(constraint, known) for constraint in formulation.constraints),
    }
    return document.model_copy(update={"formulation": formulation.model_copy(update=changed)})


def _mended_variable(variable: Variable, known: Known) -> Variable:
    bounds = {
        side: mended(text, known)
        for side, text in (("lower", variable.lower), ("upper", variable.upper))
        if text is not None
    }
    return variable.model_copy(update=bounds)


def _mended_constraint(constraint: Constraint, known: Known) -> Constraint:
    for_each = re.sub(r"^\(\s*([\w\s,]+?)\s*\)\s+in\b", r"\1 in", mended(constraint.for_each, known))
    when = None if constraint.when is None else mended(constraint.when, known)
    expression = mended(constraint.expression, known)
    if _is_superfluous(for_each, expression):
        for_each = ""
    return constraint.model_copy(update={"expression": expression, "for_each": for_each, "when": when})


def _is_superfluous(for_each: str, expression: str) -> bool:
    """Whether the sums of an expression bind every index of ``for_each`` themselves, and nothing else uses it."""
    bound = set(_BOUND.findall(for_each))
    outside = set(re.findall(r"\w+", _SUM.sub("", expression)))
    return bool(bound) and bound <= set(_BOUND.findall(expression)) and not bound & outside


def without_strict_inequalities(document: Document) -> tuple[Document, tuple[str, ...]]:
    """The document with ``<`` read as ``<=``, one less where everything counted is whole, and what that assumes."""
    formulation = document.formulation
    constraints, notes = [], []
    for constraint in formulation.constraints:
        signs = re.findall(r"(?<![<>=!])[<>](?!=)", _outside_brackets(constraint.expression))
        if len(signs) != 1:
            constraints.append(constraint)
            continue
        strict = signs[0]
        whole = _counts_whole(constraint, document)
        loose = _loosened(constraint.expression, strict)
        if whole:
            loose += " - 1" if strict == "<" else " + 1"
        constraints.append(constraint.model_copy(update={"expression": loose}))
        meaning = "by at least 1" if whole else f"with equality allowed ({strict}=)"
        notes.append(f"{constraint.name}: the strict {strict} is kept {meaning}")
    changed: Formulation = formulation.model_copy(update={"constraints": tuple(constraints)})
    return document.model_copy(update={"formulation": changed}), tuple(notes)


def _loosened(expression: str, strict: str) -> str:
    depth, done = 0, []
    for character in expression:
        depth += (character in "([") - (character in ")]")
        done.append("<=" if character == strict == "<" and depth == 0 else character)
        if character == strict == ">" and depth == 0:
            done[-1] = ">="
    return "".join(done)


def _outside_brackets(expression: str) -> str:
    depth, kept = 0, []
    for part, quoted in quoted_parts(expression):
        for character in "" if quoted else part:
            depth += (character in "([") - (character in ")]")
            if depth == 0:
                kept.append(character)
    return "".join(kept)


def _counts_whole(constraint: Constraint, document: Document) -> bool:
    """Whether both sides take whole values only: integer variables, whole numbers, no division."""
    names = set(re.findall(r"[^\W\d]\w*", constraint.expression))
    continuous = {variable.name for variable in document.formulation.variables if variable.domain == "continuous"}
    if names & continuous or "/" in constraint.expression or re.search(r"\d\.\d", constraint.expression):
        return False
    for parameter in document.formulation.parameters:
        if parameter.name in names:
            records = document.data.parameters.get(parameter.name)
            if records is None:
                return False
            numbers = [records] if isinstance(records, (int, float)) else [record[-1] for record in records]
            if not all(isinstance(number, (int, float)) and float(number).is_integer() for number in numbers):
                return False
    return True
