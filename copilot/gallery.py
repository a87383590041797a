"""The sample gallery: problems with text, stored formulation, data and a known optimum, in ``assets/gallery``."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from formulations.formulation import Document
from formulations.notation import parse_notation

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "gallery"


class Sample(BaseModel):
    """One entry of ``index.json``. checked_by: the second solver, or "enumeration", that found the same optimum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    title: str
    kind: str
    optimum: float
    checked_by: str

    @property
    def text(self) -> str:
        return (FOLDER / f"{self.slug}.txt").read_text(encoding="utf-8")

    @property
    def notation(self) -> str:
        return (FOLDER / f"{self.slug}.opt").read_text(encoding="utf-8")

    def document(self) -> Document:
        return parse_notation(self.notation).model_copy(update={"text": self.text})


def samples() -> tuple[Sample, ...]:
    """All samples in the order of the index."""
    entries = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    return tuple(Sample.model_validate(entry) for entry in entries)
