"""What a provider of language-model replies is, what it returns, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """One reply. Token counts are None where the endpoint does not count.

    finished: False if the reply was cut off by the token limit.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    finished: bool = True


class EndpointProblem(Enum):
    """What went wrong between us and the endpoint."""

    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    NOT_A_REPLY = "not_a_reply"
    REJECTED = "rejected"
    SCHEMA_REJECTED = "schema_rejected"
    NOT_CONFIGURED = "not_configured"


class EndpointError(Exception):
    """The endpoint gave no usable reply; ``str`` says what, where and what to do, and never holds the key.

    retry_after: seconds the endpoint asked to wait, None if it did not say.
    """

    def __init__(
        self,
        kind: EndpointProblem,
        message: str,
        *,
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.passing = passing
        self.retry_after = retry_after


class Provider(Protocol):
    """Completes conversations with one model at one address.

    ``schema`` is a JSON schema that the reply must follow; an endpoint that cannot do so raises EndpointError
    of kind SCHEMA_REJECTED. ``on_text`` receives the reply piece by piece as it is written. ``timeout`` is in
    seconds, for the whole reply.
    """

    name: ClassVar[str]

    @property
    def base_url(self) -> str: ...

    @property
    def model(self) -> str: ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        max_tokens: int = 2048,
        temperature: float = 0.0,
        seed: int | None = None,
        timeout: float = 120.0,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion: ...

    def models(self) -> tuple[str, ...]:
        """The models on offer. Raises EndpointError."""
        ...
