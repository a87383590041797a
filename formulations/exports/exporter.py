"""The protocol of an export, and the one way in which it declines."""

from __future__ import annotations

from typing import ClassVar, Protocol

from formulations.formulation import Document


class ExportRefused(ValueError):
    """The document cannot be written in this format: ``str`` names the element, the term and the reason."""

    def __init__(self, target: str, element: str, term: str, reason: str, *, hint: str = "") -> None:
        where = f"{element}: " if element else ""
        what = f"\n  {term}" if term else ""
        advice = f"\n  hint: {hint}" if hint else ""
        super().__init__(f"{target}: {where}{reason}{what}{advice}")
        self.target = target
        self.element = element
        self.term = term
        self.reason = reason
        self.hint = hint


class Exporter(Protocol):
    """One output format.

    ``name`` is what a user types after ``--to``, ``title`` what a button shows, ``suffix`` ends the file name
    (``.py``), ``media_type`` is for downloads. ``export`` raises ExportRefused, and DataError where it has to
    bind data that is incomplete.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    media_type: ClassVar[str]

    def export(self, document: Document) -> bytes | str: ...
