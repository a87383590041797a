"""``optcopilot formulate``: the formulation of a problem text, or of a file in another form.

An output that ends in ``.session.json`` is a session that the page opens.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import SESSION_SUFFIX, Problem, read_problem
from copilot.commands.output import note, write_json, write_output
from copilot.session import Session, SessionFileError, save_session
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
    if arguments.output.endswith(SESSION_SUFFIX):
        _save_session(problem, problem.document, arguments.output)
        return _told(problem, arguments, {"session": arguments.output})
    content = written(problem.document, arguments.to)
    if arguments.output or not arguments.json:
        write_output(content, arguments.output)
    return _told(problem, arguments, {arguments.to: content})


def _told(problem: Problem, arguments: argparse.Namespace, content: dict[str, object]) -> ExitCode:
    """What was assumed, beside the content where JSON was asked for."""
    explained = _explained(problem) if arguments.explain else []
    if arguments.json:
        write_json({**content, "draft": problem.draft_json(), **({"explained": explained} if explained else {})})
        return ExitCode.OK
    if problem.draft is not None:
        note(problem.preface())
    for entry in explained:
        note(
            "\n".join(f"  {word}" if number else f"{word}" for number, word in enumerate(filter(None, entry.values())))
        )
    return ExitCode.OK


def _explained(problem: Problem) -> list[dict[str, str]]:
    """Each objective and constraint in words, with the sentences it came from and what in them it contradicts."""
    from copilot.formulators.doubts.backtranslation import back_translations
    from copilot.formulators.doubts.questioning import mismatches
    from copilot.formulators.status import grounded

    document = problem.document
    if document is None:
        return []
    text = document.text
    explained = [
        {
            "element": entry.element,
            "words": entry.words,
            "sentences": " … ".join(" ".join(text[span.start : span.end].split()) for span in entry.spans),
            "contradiction": str(entry.contradiction or ""),
        }
        for entry in back_translations(text, document)
    ]
    found = grounded(document)
    broken = () if found is None else mismatches(text, document, found.program)
    return explained + [
        {"element": "text", "words": one.question().text, "sentences": one.said, "contradiction": one.against}
        for one in broken
    ]


def _save_session(problem: Problem, document: Document, output: str) -> None:
    """A session that the page opens, with the draft and what was assumed for it."""
    session, now = Session(text=document.text), datetime.now(UTC)
    if problem.draft is not None:
        session = session.drafted(problem.draft, at=now)
    try:
        save_session(session.edited(document, at=now), Path(output))
    except SessionFileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "output", str(error)) from None


def written(document: Document, form: str) -> str:
    """The document as ``notation`` or ``json``."""
    if form == "json":
        return document.model_dump_json(indent=1, exclude_defaults=True) + "\n"
    return write_notation(document)
