"""Reading what a command is about: text, notation, JSON, a session, LP or MPS, from a file or standard input."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.commands.attachments import read_attachments, with_attachments
from copilot.commands.exits import CommandError, ExitCode
from copilot.settings import Settings, SettingsError, load_settings
from formulations.files import FileError, read_document, read_json, read_notation, read_text
from formulations.formulation import Document
from formulations.notation import NotationError
from formulations.program import Program
from formulations.reading import read_lp, read_mps
from formulations.reading.source import decoded
from formulations.statements import Mistake

if TYPE_CHECKING:
    import pandas as pd

    from copilot.formulators.draft import Draft

STANDARD_INPUT = "-"
SESSION_SUFFIX = ".session.json"
_SESSION = re.compile(r'\s*\{\s*"format"\s*:\s*"optcopilot-session"')


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What was read: a document, or the program of an LP or MPS file; a draft where a text was formulated."""

    source: str
    settings: Settings
    document: Document | None = None
    program: Program | None = None
    draft: Draft | None = None

    def draft_json(self) -> dict[str, object] | None:
        """What the formulator said, without the document; None if nothing was formulated."""
        return None if self.draft is None else self.draft.model_dump(mode="json", exclude={"document"})

    def preface(self) -> str:
        """What a reader must know before the result: who formulated, what was assumed, what was not used."""
        if self.draft is None:
            return ""
        lines = [f"Formulated by {self.draft.formulator} (confidence {self.draft.confidence:.0%})"]
        lines += [f"  {self.draft.agreement}"] if self.draft.agreement else []
        lines += [f"  unsure: {doubt}" for doubt in self.draft.doubts]
        lines += [f"  cost: {self.draft.cost}"] if self.draft.cost is not None else []
        lines += [f"  assumed: {assumption}" for assumption in self.draft.assumptions]
        lines += [f"  open: {question.text} (taken: {question.default})" for question in self.draft.questions]
        text = self.draft.document.text
        lines += [f"  not used: {' '.join(text[span.start : span.end].split())}" for span in self.draft.unread]
        return "\n".join(lines) + "\n\n"


@dataclass(frozen=True)
class _Request:
    """What the command line asks for, under which settings, with which tables attached."""

    arguments: argparse.Namespace
    settings: Settings
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def holding(self, content: Document | Program, name: str) -> Problem:
        if isinstance(content, Document):
            return Problem(source=name, settings=self.settings, document=content)
        return Problem(source=name, settings=self.settings, program=content)


def read_problem(arguments: argparse.Namespace) -> Problem:
    """The problem that the arguments name, with the data of attached files. Raises CommandError."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise CommandError(ExitCode.BAD_INPUT, "settings", str(error)) from None
    try:
        tables = read_attachments(arguments.data)
        read = _from_standard_input if arguments.file == STANDARD_INPUT else _from_file
        problem = read(_Request(arguments, settings, tables))
    except FileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "file", str(error), findings=_mistakes(error)) from None
    if problem.document is None or problem.draft is not None:
        return problem  # a draft has the data of the tables already
    return replace(problem, document=with_attachments(problem.document, tables))


def kind_of(text: str) -> str:
    """What a text without a file name is: ``json``, ``mps``, ``lp``, ``opt``, or ``txt`` for a problem in words."""
    if text.lstrip().startswith("{"):
        return "json"
    if re.search(r"^ROWS\s*$", text, re.MULTILINE) and re.search(r"^COLUMNS\s*$", text, re.MULTILINE):
        return "mps"
    declared = re.search(r"^\s*(?:variable|var|set|param(?:eter)?)\s+\w+", text, re.MULTILINE)
    if declared and re.search(r"^\s*(?:minimi[sz]e|maximi[sz]e|objective|constraint)\b.*:", text, re.MULTILINE):
        return "opt"
    if re.search(r"^\s*(?:min|max)\w*\s*$(?=.*^\s*(?:subject to|such that|st|s\.t\.)\s*$)", text, re.I | re.M | re.S):
        return "lp"
    return "txt"


def _from_file(request: _Request) -> Problem:
    path = Path(request.arguments.file)
    kind = request.arguments.kind
    if not kind and path.suffix.lower() == ".txt":
        kind = "txt"
    if not kind and path.name.endswith(SESSION_SUFFIX):
        kind = "json"
    if kind:
        return _of_kind(kind, read_text(path), path.name, request)
    return request.holding(read_document(path), path.name)


def _from_standard_input(request: _Request) -> Problem:
    text = decoded(sys.stdin.buffer.read(), "standard input")
    if not text.strip():
        raise CommandError(ExitCode.BAD_INPUT, "file", "standard input is empty: write or pipe a problem into it")
    return _of_kind(request.arguments.kind or kind_of(text), text, "standard input", request)


def _of_kind(kind: str, text: str, name: str, request: _Request) -> Problem:
    match kind:
        case "opt":
            return request.holding(read_notation(text, name), name)
        case "json" if _SESSION.match(text):
            from copilot.commands.texts import document_of_session

            return request.holding(document_of_session(text, name), name)
        case "json":
            return request.holding(read_json(text, name), name)
        case "lp":
            return request.holding(read_lp(text, name), name)
        case "mps":
            return request.holding(read_mps(text, name), name)
    return _formulated(text, name, request)


def _formulated(text: str, name: str, request: _Request) -> Problem:
    from copilot.commands.texts import drafted

    draft = drafted(
        text,
        source=name,
        name=request.arguments.formulator,
        settings=request.settings,
        tables=request.tables,
        typed=request.arguments.file == STANDARD_INPUT,
    )
    return replace(request.holding(draft.document, name), draft=draft)


def _mistakes(error: FileError) -> list[dict[str, object]]:
    """The mistakes of a notation file, as findings."""
    cause = error.__cause__
    return [_mistake(mistake) for mistake in cause.mistakes] if isinstance(cause, NotationError) else []


def _mistake(mistake: Mistake) -> dict[str, object]:
    return {
        "severity": "error",
        "code": "notation",
        "element": f"line {mistake.line}",
        "reason": mistake.reason,
        "text": mistake.text,
        "column": mistake.column,
        "hint": mistake.hint,
        "message": str(mistake),
    }
