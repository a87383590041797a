"""Reading what a command is about: text, notation, JSON, a session, LP or MPS, from a file or standard input."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot.commands.attachments import read_attachments, with_attachments
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.output import note
from copilot.formulators import formulator
from copilot.formulators.draft import Draft, FormulationRefused, Formulator
from copilot.formulators.llm import LLMFormulator
from copilot.formulators.tables import TableSchema, schema_of
from copilot.providers import EndpointError
from copilot.session import FORMAT, Session, SessionFileError, parse_session
from copilot.settings import Settings, SettingsError, load_settings
from copilot.store import SUFFIX as SESSION_SUFFIX
from copilot.store import default_store
from formulations.files import FileError, read_document, read_json, read_notation, read_text
from formulations.formulation import Document
from formulations.notation import NotationError
from formulations.program import Program
from formulations.reading import read_lp, read_mps
from formulations.statements import Mistake

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for, under which settings, with which tables attached."""

    arguments: argparse.Namespace
    settings: Settings
    tables: tuple[TableSchema, ...] = ()


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
        lines += [f"  assumed: {assumption}" for assumption in self.draft.assumptions]
        lines += [f"  open: {question.text} (taken: {question.default})" for question in self.draft.questions]
        text = self.draft.document.text
        lines += [f"  not used: {' '.join(text[span.start : span.end].split())}" for span in self.draft.unread]
        return "\n".join(lines) + "\n\n"


def read_problem(arguments: argparse.Namespace) -> Problem:
    """The problem that the arguments name. Raises CommandError."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise CommandError(ExitCode.BAD_INPUT, "settings", str(error)) from None
    try:
        frames = read_attachments(arguments.data)
        read = _from_standard_input if arguments.file == STANDARD_INPUT else _from_file
        problem = read(Request(arguments, settings, schema_of(frames)))
        if problem.document is None:
            return problem
        return replace(problem, document=with_attachments(problem.document, frames))
    except FileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "file", str(error), findings=_mistakes(error)) from None
    except SessionFileError as error:
        raise CommandError(ExitCode.BAD_INPUT, "session", str(error)) from None


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


def _from_file(request: Request) -> Problem:
    path = Path(request.arguments.file)
    if request.arguments.kind:
        return _of_kind(request.arguments.kind, read_text(path), path.name, request)
    if path.suffix.lower() == ".txt":
        return _formulated(read_text(path), path.name, request)
    if path.name.endswith(SESSION_SUFFIX):
        return _of_kind("json", read_text(path), path.name, request)
    return _holding(read_document(path), path.name, request)


def _from_standard_input(request: Request) -> Problem:
    try:
        text = sys.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise CommandError(ExitCode.BAD_INPUT, "file", "standard input is not UTF-8 text: convert it first") from None
    if not text.strip():
        raise CommandError(ExitCode.BAD_INPUT, "file", "standard input is empty: write or pipe a problem into it")
    return _of_kind(request.arguments.kind or kind_of(text), text, "standard input", request)


def _of_kind(kind: str, text: str, name: str, request: Request) -> Problem:
    match kind:
        case "opt":
            return _holding(read_notation(text, name), name, request)
        case "json" if f'"{FORMAT}"' in text[:200]:
            document = parse_session(text, name=name).document
            if document is None:
                raise SessionFileError(f"{name} holds a text without a formulation: formulate it first")
            return _holding(document, name, request)
        case "json":
            return _holding(read_json(text, name), name, request)
        case "lp":
            return _holding(read_lp(text, name), name, request)
        case "mps":
            return _holding(read_mps(text, name), name, request)
    return _formulated(text, name, request)


def _holding(content: Document | Program, name: str, request: Request) -> Problem:
    if isinstance(content, Document):
        return Problem(source=name, settings=request.settings, document=content)
    return Problem(source=name, settings=request.settings, program=content)


def _formulated(text: str, name: str, request: Request) -> Problem:
    """The draft of a problem text, by the formulator asked for, or by the language model if one is configured."""
    try:
        chosen = formulator(request.arguments.formulator, request.settings)
        draft = _drafted(chosen, text, request.tables)
    except EndpointError as error:
        kept = _keep(text) if request.arguments.file == STANDARD_INPUT else ""
        raise CommandError(
            ExitCode.ENDPOINT, error.kind.value, f"{error}\n{kept}or use the offline formulator: --formulator offline"
        ) from None
    except FormulationRefused as error:
        raise CommandError(ExitCode.BAD_INPUT, "formulation", f"{name}: {error}") from None
    return replace(_holding(draft.document, name, request), draft=draft)


def _drafted(chosen: Formulator, text: str, tables: Sequence[TableSchema]) -> Draft:
    """A formulator that can is told the columns of attached tables."""
    if isinstance(chosen, LLMFormulator):
        return chosen.formulate(text, data_schema=tables)
    return chosen.formulate(text)


def _keep(text: str) -> str:
    """Saves a typed text that would be lost, and says where."""
    store = default_store()
    try:
        name = store.save(Session(text=text))
    except SessionFileError as error:
        note(str(error))
        return ""
    return f"the text is kept in {store.path(name)};\n"


def _mistakes(error: FileError) -> list[dict[str, object]]:
    """The mistakes of a notation file, as findings."""
    cause = error.__cause__
    return [mistake_json(mistake) for mistake in cause.mistakes] if isinstance(cause, NotationError) else []


def mistake_json(mistake: Mistake) -> dict[str, object]:
    return {
        "severity": "error",
        "code": "notation",
        "element": f"line {mistake.line}",
        "reason": mistake.reason,
        "text": mistake.text,
        "column": mistake.column,
        "hint": mistake.hint,
    }
