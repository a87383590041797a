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


class Cost(BaseModel):
    """What a language model's replies cost; tokens are None where the endpoint does not count.

    replayed: how many of the replies came from the cache. money: by the prices of the settings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    replies: int
    replayed: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0
    money: float = 0.0

    def __str__(self) -> str:
        kept = f" ({self.replayed} kept)" if self.replayed else ""
        parts = [f"{self.replies} {'reply' if self.replies == 1 else 'replies'}{kept}"]
        if self.prompt_tokens is not None or self.completion_tokens is not None:
            parts.append(f"{self.prompt_tokens or 0:,} + {self.completion_tokens or 0:,} tokens")
        parts.append(f"{self.seconds:.1f} s")
        parts += [f"{self.money:.4f} in money"] if self.money else []
        return ", ".join(parts)


class Draft(BaseModel):
    """A formulation with its data, and everything a reader needs to judge it.

    spans: element name to the parts of the text it came from. unread: parts of the text that the formulator
    could not use although they may matter. confidence: between 0 and 1, as estimated by the formulator itself; doubts:
    why it is not higher, in words, gravest first.
    agreement: what independent formulators say to it, and how surely. cost: of the replies of a language model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    spans: dict[str, tuple[Span, ...]] = Field(default_factory=dict)
    unread: tuple[Span, ...] = ()
    confidence: float = 0.0
    doubts: tuple[str, ...] = ()
    formulator: str
    agreement: str = ""
    cost: Cost | None = None


class FormulationRefused(Exception):
    """The formulator cannot draft this text: ``str`` says what could not be read and what to do about it.

    spans: the sentences that could not be read. partial: a draft of the little that was understood, to go on from.
    """

    def __init__(self, reason: str, *, spans: tuple[Span, ...] = (), partial: Draft | None = None) -> None:
        super().__init__(reason)
        self.spans = spans
        self.partial = partial


class Formulator(Protocol):
    """Text, and the schema of data that is already at hand, to a draft. Raises FormulationRefused."""

    name: ClassVar[str]

    def formulate(self, text: str) -> Draft: ...
