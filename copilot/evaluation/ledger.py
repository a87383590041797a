"""Tokens counted on their way through a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from copilot.providers import Completion, Message, Provider


@dataclass(slots=True)
class Tokens:
    """What replies cost since the last ``reset``; None where no endpoint counted."""

    prompt: int | None = None
    completion: int | None = None

    def reset(self) -> None:
        self.prompt = self.completion = None

    def add(self, completion: Completion) -> None:
        self.prompt = _sum(self.prompt, completion.prompt_tokens)
        self.completion = _sum(self.completion, completion.completion_tokens)


def _sum(known: int | None, more: int | None) -> int | None:
    return known if more is None else (known or 0) + more


@dataclass(frozen=True, slots=True)
class CountedProvider:
    """Another provider whose tokens are counted."""

    provider: Provider
    tokens: Tokens

    name: ClassVar[str] = "counted"

    @property
    def base_url(self) -> str:
        return self.provider.base_url

    @property
    def model(self) -> str:
        return self.provider.model

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
    ) -> Completion:
        """The other provider's reply. Raises EndpointError."""
        completion = self.provider.complete(
            messages,
            schema=schema,
            max_tokens=max_tokens,
            temperature=temperature,
            seed=seed,
            timeout=timeout,
            on_text=on_text,
        )
        self.tokens.add(completion)
        return completion

    def models(self) -> tuple[str, ...]:
        return self.provider.models()
