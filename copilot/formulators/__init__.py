"""From a problem text to a draft: the formulators, and which of them the settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from copilot.formulators.attached import filled, read_attached
from copilot.formulators.doubts.questioning import asked_which, questioned
from copilot.formulators.draft import Draft, FormulationRefused, Formulator
from copilot.formulators.hybrid import HybridFormulator
from copilot.formulators.llm import LLMFormulator
from copilot.formulators.obstacles import obstacle
from copilot.formulators.offline import OfflineFormulator
from copilot.formulators.tables import schema_of
from copilot.providers import provider_for
from copilot.providers.ledger import Prices
from copilot.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

#: Every formulator there is.
FORMULATORS: tuple[type[Formulator], ...] = (OfflineFormulator, LLMFormulator, HybridFormulator)


def formulator(name: str, settings: Settings) -> Formulator:
    """The formulator of that name; for "" what the settings say: the hybrid where a language model is configured.

    Raises EndpointError if a language model is asked for and its provider does not exist.
    """
    # A draft calls its formulator with the model, as in "llm:tiny".
    asked = name.partition(":")[0]
    name = asked or settings.formulator or (HybridFormulator.name if settings.endpoint_configured else "")
    if name not in (LLMFormulator.name, HybridFormulator.name):
        return OfflineFormulator()
    model = LLMFormulator(
        provider_for(settings),
        style=settings.reply_form or "notation",
        both_styles=not settings.reply_form,
        repairs=settings.repairs,
        max_tokens=settings.reply_tokens,
        timeout=settings.reply_timeout,
        prices=Prices(settings.prompt_price, settings.completion_price),
    )
    return model if name == LLMFormulator.name else HybridFormulator(model, candidates=settings.candidates)


def drafted(
    reader: Formulator,
    text: str,
    frames: Mapping[str, pd.DataFrame],
    *,
    on_text: Callable[[str], None] | None = None,
) -> Draft:
    """The draft of a text whose data stand in tables, with those data in it; of a language model's tables only the
    columns are told. Sentences that it does not keep are questions of it. ``on_text`` receives what a model
    writes. Raises FormulationRefused, which names what stands in the way where that is plain, and EndpointError.
    """
    try:
        draft = _read(reader, text, frames, on_text)
    except FormulationRefused as error:
        seen = obstacle(text, english=isinstance(reader, OfflineFormulator))
        if not seen:
            raise
        raise FormulationRefused(seen, spans=error.spans, partial=error.partial) from None
    return asked_which(draft)


def _read(
    reader: Formulator, text: str, frames: Mapping[str, pd.DataFrame], on_text: Callable[[str], None] | None
) -> Draft:
    if isinstance(reader, HybridFormulator):
        return reader.formulate(text, frames=frames, on_text=on_text)
    if isinstance(reader, LLMFormulator):
        return questioned(filled(reader.formulate(text, data_schema=schema_of(frames), on_text=on_text), frames))
    return read_attached(reader, text, frames) if frames else reader.formulate(text)
