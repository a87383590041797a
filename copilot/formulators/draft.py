"""What a formulator returns, and the protocol it implements."""

from __future__ import annotations

from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from formulations.formulation import Document


class Span(BaseModel):
    """Characters ``text[start:end]`` of the problem text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int


class Question(BaseModel):
    """Something the text leaves open. ``default`` is what the draft assumes until somebody answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    default: str
    element: str = ""
    span: Span | None = None


class Draft(BaseModel):
    """A formulation with its data, and everything a reader needs to judge it.

    spans: element name to the parts of the text it came from. unread: parts of the text that the formulator
    could not use although they may matter. confidence: between 0 and 1, as estimated by the formulator itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    spans: dict[str, tuple[Span, ...]] = Field(default_factory=dict)
    unread: tuple[Span, ...] = ()
    confidence: float = 0.0
    formulator: str


class FormulationRefused(Exception):
    """The formulator cannot draft this text: ``str`` says what could not be read and what to do about it."""

    def __init__(self, reason: str, *, spans: tuple[Span, ...] = ()) -> None:
        super().__init__(reason)
        self.spans = spans


class Formulator(Protocol):
    """Text, and the schema of data that is already at hand, to a draft. Raises FormulationRefused."""

    name: ClassVar[str]

    def formulate(self, text: str) -> Draft: ...
