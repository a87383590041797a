"""One element of a formulation through all its forms: line of notation, exported source, rows of the program."""

from __future__ import annotations

import re

from formulations.data import DataError
from formulations.exports import EXPORTS, ExportRefused
from formulations.formulation import Document, Element
from formulations.ground import GroundingError
from formulations.notation import write_notation
from formulations.program import Program

_HEADERS = ("# Sets", "# Parameters", "# Variables", "# Objective", "# Constraints")
KINDS = {"Set": "set", "Parameter": "parameter", "Variable": "variable", "Objective": "objective"}


def kind_of(element: Element) -> str:
    """The word for what it is."""
    return KINDS.get(type(element).__name__, "constraint")


def notation_lines(document: Document) -> dict[str, str]:
    """The line of notation of every element by its name."""
    elements = document.formulation.elements()
    lines = write_notation(Document(formulation=document.formulation)).splitlines()
    # Each element is one line; a header may come before them.
    own = lines[len(lines) - len(elements) :]
    return {element.name: line for element, line in zip(elements, own, strict=True)}


def with_line(document: Document, name: str, line: str) -> str:
    """The notation, without data, in which the line of one element is replaced; empty removes it."""
    old = notation_lines(document)[name]
    text = write_notation(Document(formulation=document.formulation))
    # A name is unique, so is the line that declares it.
    return "".join(f"{line}\n" if each == old else f"{each}\n" for each in text.splitlines())


def source_of(source: str, name: str) -> str:
    """The part of an exported Pyomo source that makes one element, comments included; empty if there is none."""
    lines = source.splitlines()
    made = re.compile(rf"\s+(?:model\.{re.escape(name)}_? = |def {re.escape(name)}_?\()")
    for number, line in enumerate(lines):
        if made.match(line):
            first, last = number, number + 1
            while (
                first and lines[first - 1].strip().startswith(("#", "@")) and lines[first - 1].strip() not in _HEADERS
            ):
                first -= 1
            indent = len(line) - len(line.lstrip())
            while last < len(lines) and lines[last].strip() and not lines[last].startswith(" " * indent + "#"):
                inner = len(lines[last]) - len(lines[last].lstrip())
                if inner <= indent and not lines[last].strip().startswith(")"):
                    break
                last += 1
            return "\n".join(each[indent:] for each in lines[first:last])
    return ""


def _belongs(line: str) -> bool:
    """Whether a line above an element is its comment or decorator."""
    return line.startswith(("#", "@")) and line not in _HEADERS


def pyomo_source(document: Document) -> str:
    """The Pyomo export of a document, empty where it is refused."""
    try:
        content = EXPORTS["pyomo"].export(document)
    except (ExportRefused, DataError, GroundingError):
        return ""
    return content if isinstance(content, str) else ""


def rows_of(program: Program, name: str) -> slice | None:
    """The rows that a constraint became; None for other elements and constraints without rows."""
    try:
        return program.rows.span(name)
    except KeyError:
        return None
