"""Servers that people run on their own machine, each at its customary address."""

from __future__ import annotations

from typing import ClassVar

from copilot.providers.openai_compatible import OpenAICompatible


class LlamaCpp(OpenAICompatible):
    name: ClassVar[str] = "llama.cpp"
    default_url: ClassVar[str] = "http://127.0.0.1:8080/v1"

    def with_grammar(self, grammar: str) -> dict[str, object]:
        return {"grammar": grammar}


class Ollama(OpenAICompatible):
    name: ClassVar[str] = "ollama"
    default_url: ClassVar[str] = "http://127.0.0.1:11434/v1"


class Vllm(OpenAICompatible):
    name: ClassVar[str] = "vllm"
    default_url: ClassVar[str] = "http://127.0.0.1:8000/v1"

    def with_grammar(self, grammar: str) -> dict[str, object]:
        return {"structured_outputs": {"grammar": grammar}}
