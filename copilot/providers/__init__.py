"""Where language-model replies come from: one small class for each kind of endpoint."""

from __future__ import annotations

from pathlib import Path

from copilot.providers.cache import CachedProvider, ReplyCache
from copilot.providers.local import LlamaCpp, Ollama, Vllm
from copilot.providers.openai import OpenAI
from copilot.providers.openai_compatible import OpenAICompatible
from copilot.providers.provider import Completion, EndpointError, EndpointProblem, Message, Provider, Wanted
from copilot.settings import Settings

#: Every kind of endpoint; the first fits any address.
PROVIDERS: tuple[type[OpenAICompatible], ...] = (OpenAICompatible, OpenAI, LlamaCpp, Ollama, Vllm)

__all__ = [
    "PROVIDERS",
    "Completion",
    "EndpointError",
    "EndpointProblem",
    "Message",
    "Provider",
    "Wanted",
    "provider_for",
    "reached",
]

#: Tokens of a test reply, and seconds to wait for it.
_SHORT_REPLY, _PATIENCE = 64, 60.0


def provider_for(settings: Settings) -> Provider:
    """The provider that the settings name, with the cache that they name.

    Without a name it is OpenAI's own unless there is an address. Raises EndpointError of kind NOT_CONFIGURED for a
    name that does not exist.
    """
    name = settings.provider or (OpenAICompatible.name if settings.base_url else OpenAI.name)
    kinds = {kind.name: kind for kind in PROVIDERS}
    if name not in kinds:
        raise EndpointError(
            EndpointProblem.NOT_CONFIGURED, f"there is no provider {name!r}: choose one of {', '.join(kinds)}"
        )
    provider = kinds[name](base_url=settings.base_url, model=settings.model, api_key=settings.api_key)
    if not settings.reply_cache:
        return provider
    return CachedProvider(provider, ReplyCache(Path(settings.reply_cache).expanduser()), replay=settings.replay)


def reached(settings: Settings) -> str:
    """What a person hears when the endpoint of the settings answers a short question, kept replies left aside.

    Raises EndpointError.
    """
    if not settings.endpoint_configured:
        raise EndpointError(EndpointProblem.NOT_CONFIGURED, "no endpoint is set: enter the address of one")
    asking = provider_for(settings.model_copy(update={"reply_cache": "", "replay": False}))
    completion = asking.complete(
        [Message("user", "Answer with the one word: ready")],
        max_tokens=_SHORT_REPLY,
        timeout=min(settings.reply_timeout, _PATIENCE),
    )
    said = " ".join(completion.text.split())[:80]
    return f"{asking.model or 'The endpoint'} answered in {completion.seconds:.1f} s: {said or '(nothing)'}"
