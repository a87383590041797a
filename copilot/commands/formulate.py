"""``optcopilot formulate``: the formulation of a problem text, or of a file in another form."""

from __future__ import annotations

import argparse

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import read_problem
from copilot.commands.output import note, write_json, write_output
from formulations.formulation import Document
from formulations.notation import write_notation


def run(arguments: argparse.Namespace) -> ExitCode:
    """Writes notation or JSON; what was assumed goes to standard error. Raises CommandError."""
    problem = read_problem(arguments)
    if problem.document is None:
        raise CommandError(
            ExitCode.BAD_INPUT,
            "formulation",
            f"{problem.source} holds a program without sets and parameters: export it instead "
            f"(optcopilot export {problem.source} --to lp)",
        )
    content = written(problem.document, arguments.to)
    if arguments.json:
        write_json({arguments.to: content, "draft": problem.draft_json()})
    if arguments.output or not arguments.json:
        write_output(content, arguments.output)
    if problem.draft is not None and not arguments.json:
        note(problem.preface())
    return ExitCode.OK


def written(document: Document, form: str) -> str:
    """The document as ``notation`` or ``json``."""
    if form == "json":
        return document.model_dump_json(indent=1, exclude_defaults=True) + "\n"
    return write_notation(document)
