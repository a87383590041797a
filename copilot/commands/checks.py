"""What every command asks of a formulation before it goes on: findings, data that fit, a program."""

from __future__ import annotations

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem
from formulations.check import check
from formulations.data import DataError, Instance, bind
from formulations.findings import Finding, finding_dict, render_all
from formulations.formulation import Document
from formulations.ground import GroundingError, ground
from formulations.program import Program


def findings_of(document: Document | None) -> tuple[Finding, ...]:
    """All findings on the formulation with its data; none for an imported program."""
    return () if document is None else check(document.formulation, document.data)


def grounded(problem: Problem) -> tuple[Instance | None, Program]:
    """The instance, None for an imported program, and the program. Raises CommandError with everything wrong."""
    if problem.program is not None:
        return None, problem.program
    assert problem.document is not None
    instance = bound(problem.document, findings_of(problem.document), source=problem.source)
    try:
        return instance, ground(instance)
    except GroundingError as error:
        raise CommandError(ExitCode.BAD_INPUT, "formulation", f"{problem.source}: {error}") from None


def bound(document: Document, findings: tuple[Finding, ...], *, source: str) -> Instance:
    """The instance. Raises CommandError with the errors among the findings, or with what the data lack."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise CommandError(
            ExitCode.BAD_INPUT,
            "formulation",
            f"{source}: the formulation has {_counted(len(errors), 'error')}\n{render_all(errors)}",
            findings=[{**finding_dict(finding)} for finding in errors],
        )
    try:
        return bind(document.formulation, document.data)
    except DataError as error:
        raise CommandError(
            ExitCode.BAD_INPUT,
            "data",
            f"{source}: the data do not fit the formulation\n{error}",
            findings=data_findings(error),
        ) from None


def data_findings(error: DataError) -> list[dict[str, object]]:
    """What is wrong with the data, in the form of findings."""
    return [
        {
            "severity": "error",
            "code": "data",
            "element": problem.element,
            "reason": problem.reason,
            "hint": problem.hint,
            "message": str(problem),
        }
        for problem in error.problems
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
