"""From a problem text to a draft: the formulators, and which of them the settings ask for."""

from __future__ import annotations

from copilot.formulators.draft import Formulator
from copilot.formulators.llm import LLMFormulator
from copilot.formulators.offline import OfflineFormulator
from copilot.providers import provider_for
from copilot.settings import Settings

#: Every formulator there is.
FORMULATORS: tuple[type[Formulator], ...] = (OfflineFormulator, LLMFormulator)


def formulator(name: str, settings: Settings) -> Formulator:
    """The formulator of that name; for "" what the settings say: the language model where one is configured.

    Raises EndpointError if the language model is asked for and its provider does not exist.
    """
    name = name or settings.formulator or (LLMFormulator.name if settings.endpoint_configured else "")
    if name != LLMFormulator.name:
        return OfflineFormulator()
    return LLMFormulator(provider_for(settings), max_tokens=settings.reply_tokens, timeout=settings.reply_timeout)
