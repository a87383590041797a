"""What replies cost: how many, tokens, seconds and money, counted on their way through a provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Unpack

from copilot.providers.provider import Completion, Message, Provider, Wanted

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Money for a million tokens, in whatever currency; 0 where nothing is paid."""

    prompt: float = 0.0
    completion: float = 0.0


FREE = Prices()


@dataclass(slots=True)
class Ledger:
    """What replies cost since the last ``reset``. Tokens are None where no endpoint counted.

    replayed: how many of the replies came from a cache; they count with what they cost when they were written, but
    for the money.
    """

    prices: Prices = FREE
    replies: int = 0
    replayed: int = 0
    prompt: int | None = None
    completion: int | None = None
    seconds: float = 0.0
    money: float = 0.0

    def reset(self) -> None:
        self.replies = self.replayed = 0
        self.prompt = self.completion = None
        self.seconds = self.money = 0.0

    def add(self, completion: Completion) -> None:
        self.replies += 1
        self.prompt = _sum(self.prompt, completion.prompt_tokens)
        self.completion = _sum(self.completion, completion.completion_tokens)
        self.seconds += completion.seconds
        if completion.replayed:
            self.replayed += 1
            return
        paid = (completion.prompt_tokens or 0) * self.prices.prompt
        paid += (completion.completion_tokens or 0) * self.prices.completion
        self.money += paid / _MILLION


def _sum(known: int | None, more: int | None) -> int | None:
    return known if more is None else (known or 0) + more


@dataclass(frozen=True, slots=True)
class CountedProvider:
    """Another provider whose replies are counted."""

    provider: Provider
    ledger: Ledger

    name: ClassVar[str] = "counted"

    @property
    def base_url(self) -> str:
        return self.provider.base_url

    @property
    def model(self) -> str:
        return self.provider.model

    def complete(self, messages: Sequence[Message], **wanted: Unpack[Wanted]) -> Completion:
        """The other provider's reply. Raises EndpointError."""
        completion = self.provider.complete(messages, **wanted)
        self.ledger.add(completion)
        return completion

    def models(self) -> tuple[str, ...]:
        return self.provider.models()
