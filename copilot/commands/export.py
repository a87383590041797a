"""``optcopilot export``: source code, a notebook, LaTeX, LP, MPS or a workbook."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Callable, Mapping

from copilot.commands.checks import bound, findings_of
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.output import note, write_json, write_output
from formulations.data import DataError
from formulations.exports import EXPORTS, ExportRefused
from formulations.exports.lp import write_lp
from formulations.exports.mps import write_mps
from formulations.ground import GroundingError
from formulations.program import Program

#: What an imported program can be written as.
PROGRAM_WRITERS: Mapping[str, Callable[[Program], str]] = {"lp": write_lp, "mps": write_mps}


def run(arguments: argparse.Namespace) -> ExitCode:
    """Writes one export. Raises CommandError."""
    problem = read_problem(arguments)
    content = exported(problem, arguments.to)
    if isinstance(content, bytes) and not arguments.output and not arguments.json and sys.stdout.isatty():
        raise CommandError(ExitCode.USAGE, "usage", f"{arguments.to} is not text: name a file with -o")
    if arguments.output or not arguments.json:
        write_output(content, arguments.output)
    if arguments.json:
        write_json({"to": arguments.to, "output": arguments.output or None, **_inline(content, arguments.output)})
    elif problem.draft is not None:
        note(problem.preface())
    return ExitCode.OK


def exported(problem: Problem, target: str) -> bytes | str:
    """The problem in the format called ``target``. Raises CommandError."""
    try:
        if problem.program is not None:
            return _of_program(problem.program, target, source=problem.source)
        assert problem.document is not None
        bound(problem.document, findings_of(problem.document), source=problem.source)
        return EXPORTS[target].export(problem.document)
    except (ExportRefused, DataError, GroundingError) as error:
        raise CommandError(ExitCode.BAD_INPUT, "export", str(error)) from None


def _of_program(program: Program, target: str, *, source: str) -> str:
    """An imported program in one of the formats that need no formulation."""
    if target not in PROGRAM_WRITERS:
        raise CommandError(
            ExitCode.BAD_INPUT,
            "export",
            f"{source} holds a program without sets and parameters: it can be written as "
            f"{' or '.join(PROGRAM_WRITERS)}, not as {target}",
        )
    return PROGRAM_WRITERS[target](program)


def _inline(content: bytes | str, output: str) -> dict[str, object]:
    if output:
        return {}
    if isinstance(content, bytes):
        return {"base64": base64.b64encode(content).decode()}
    return {"content": content}
