"""``optcopilot check``: everything wrong or doubtful in a formulation and its data."""

from __future__ import annotations

import argparse

from copilot.commands.checks import data_findings, findings_of
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.output import write_json, write_text
from formulations.data import DataError, bind
from formulations.findings import finding_dict, render
from formulations.ground import GroundingError, ground


def run(arguments: argparse.Namespace) -> ExitCode:
    """Lists the findings; exit code 1 if one of them is an error. Raises CommandError for unreadable input."""
    try:
        problem = read_problem(arguments)
    except CommandError as error:
        if not (arguments.json and error.findings):
            raise
        write_json({"findings": list(error.findings)})
        return error.code
    findings, texts = _everything(problem)
    if arguments.json:
        write_json({"findings": findings})
    else:
        write_text(problem.preface() + ("\n".join(texts) if texts else f"{problem.source}: nothing to complain about"))
    return ExitCode.BAD_INPUT if any(finding["severity"] == "error" for finding in findings) else ExitCode.OK


def _everything(problem: Problem) -> tuple[list[dict[str, object]], list[str]]:
    """The findings as JSON and as text: those of ``check``, then, if none is an error, of binding and grounding."""
    found = findings_of(problem.document)
    findings: list[dict[str, object]] = [{**finding_dict(finding)} for finding in found]
    texts = [render(finding) for finding in found]
    if problem.document is None or any(finding.severity == "error" for finding in found):
        return findings, texts
    further: list[dict[str, object]] = []
    try:
        ground(bind(problem.document.formulation, problem.document.data))
    except DataError as error:
        further = data_findings(error)
    except GroundingError as error:
        further = [
            {"severity": "error", "code": "grounding", "element": "", "reason": str(error), "message": str(error)}
        ]
    return findings + further, texts + [str(finding["message"]) for finding in further]
