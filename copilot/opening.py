"""Opening what a person has at hand: a session, a formulation in notation or JSON, an LP or MPS file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copilot.session import FORMAT, Session, parse_session
from formulations.files import read_json, read_notation
from formulations.formulation import Document
from formulations.program import Program
from formulations.reading import FileError, read_lp, read_mps
from formulations.reading.source import decoded
from formulations.transcript import TranscriptRefused, transcribed

#: Suffixes of files that can be opened, without the dot.
SUFFIXES = ("json", "opt", "lp", "mps")


@dataclass(frozen=True, eq=False)
class Opened:
    """A document, and the program of a file that holds one."""

    document: Document
    program: Program | None = None


def open_session(name: str, content: bytes, *, at: datetime) -> Session:
    """The session of a file: as it was saved, or a new one with the formulation as its first version.

    Raises FileError, SessionFileError for a damaged session.
    """
    text = decoded(content, name)
    if f'"{FORMAT}"' in text[:200]:
        return parse_session(text, name=name)
    document = open_document(name, content).document
    title = document.formulation.name or name.rsplit(".", 1)[0]
    return Session(title=title, text=document.text).edited(document, at=at, note=f"from {name}")


def open_document(name: str, content: bytes) -> Opened:
    """The formulation of a file; an LP or MPS file is written out as one. Raises FileError."""
    text = decoded(content, name)
    if not text.strip():
        raise FileError(name, "the file is empty", hint="was it saved, or copied to its end?")
    match name.lower().rsplit(".", 1)[-1]:
        case "lp":
            return _transcribed(read_lp(text, name), name)
        case "mps":
            return _transcribed(read_mps(text, name), name)
        case "json":
            return Opened(read_json(text, name))
    return Opened(read_notation(text, name))


def _transcribed(program: Program, name: str) -> Opened:
    try:
        return Opened(transcribed(program), program)
    except TranscriptRefused as error:
        raise FileError(name, str(error)) from None
