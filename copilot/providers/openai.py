"""OpenAI's own address."""

from __future__ import annotations

from typing import ClassVar

from copilot.providers.openai_compatible import OpenAICompatible
from copilot.settings import OPENAI_URL


class OpenAI(OpenAICompatible):
    name: ClassVar[str] = "openai"
    default_url: ClassVar[str] = OPENAI_URL
    needs_key: ClassVar[bool] = True
