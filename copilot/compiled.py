"""A document taken as far as it goes: findings, then the instance, then the program."""

from __future__ import annotations

from dataclasses import dataclass

from formulations.check import Finding, check, render_all
from formulations.data import DataError, Instance, bind
from formulations.formulation import Document
from formulations.ground import GroundingError, ground
from formulations.parse import ParseError
from formulations.program import Program


@dataclass(frozen=True, eq=False)
class Compiled:
    """``instance`` and ``program`` are None where the way ends; ``obstacle`` then says why, in the user's words."""

    document: Document
    findings: tuple[Finding, ...]
    instance: Instance | None = None
    program: Program | None = None
    obstacle: str = ""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def compile_document(document: Document) -> Compiled:
    """Checks, binds and grounds; what is wrong with the input is said, never raised."""
    findings = check(document.formulation, document.data)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        return Compiled(document, findings, obstacle=render_all(errors))
    try:
        instance = bind(document.formulation, document.data)
    except DataError as error:
        return Compiled(document, findings, obstacle=str(error))
    try:
        return Compiled(document, findings, instance, ground(instance))
    except (GroundingError, ParseError) as error:
        return Compiled(document, findings, instance, obstacle=str(error))
