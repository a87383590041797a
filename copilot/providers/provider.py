"""What a provider of language-model replies is, what it returns, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Literal, Protocol, TypedDict, Unpack


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """One reply. Token counts are None where the endpoint does not count.

    finished: False if the reply was cut off by the token limit. replayed: whether it comes from a cache; then
    tokens and seconds are what it cost when it was written.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    finished: bool = True
    replayed: bool = False


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
    NOT_KEPT = "not_kept"


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


class Wanted(TypedDict, total=False):
    """How a reply is to be written.

    schema: a JSON schema that it must follow; an endpoint that cannot do so raises EndpointError of kind
    SCHEMA_REJECTED. grammar: a GBNF grammar that it should follow; endpoints that know no grammars leave it aside.
    timeout: seconds for the whole reply. on_text: receives the reply piece by piece as it is written. enough: is
    asked with what is written so far, at the end of every line, and ends the reply when it says so.
    """

    schema: Mapping[str, object] | None
    grammar: str | None
    max_tokens: int
    temperature: float
    seed: int | None
    timeout: float
    on_text: Callable[[str], None] | None
    enough: Callable[[str], bool] | None


class Provider(Protocol):
    """Completes conversations with one model at one address."""

    name: ClassVar[str]

    @property
    def base_url(self) -> str: ...

    @property
    def model(self) -> str: ...

    def complete(self, messages: Sequence[Message], **wanted: Unpack[Wanted]) -> Completion:
        """The reply. Raises EndpointError."""
        ...

    def models(self) -> tuple[str, ...]:
        """The models on offer. Raises EndpointError."""
        ...
