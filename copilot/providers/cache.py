"""Replies kept in an SQLite file, so that the same question is answered once, and a run can be replayed to the byte.

A reply is found again by everything that shapes it: address, model, conversation, schema, grammar, limit, temperature
and seed. Only replies of a named model that a seed or temperature 0 makes repeatable are kept; the endpoint's key is
not.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Unpack

from copilot.providers.provider import Completion, EndpointError, EndpointProblem, Message, Provider, Wanted

#: Seconds to wait for another process that writes.
_PATIENCE = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS replies (
    request TEXT PRIMARY KEY, model TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    prompt_tokens INTEGER, completion_tokens INTEGER, seconds REAL NOT NULL, finished INTEGER NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class ReplyCache:
    """The replies in one file, which any number of processes may use at a time."""

    path: Path

    def get(self, request: str) -> Completion | None:
        """The reply to a request. Raises EndpointError of kind NOT_KEPT if the file cannot be read."""
        columns = "text, prompt_tokens, completion_tokens, seconds, finished"
        with self._open() as connection:
            row = connection.execute(f"SELECT {columns} FROM replies WHERE request = ?", (request,)).fetchone()
        if row is None:
            return None
        text, prompt, written, seconds, finished = row
        return Completion(text, prompt, written, seconds, finished=bool(finished), replayed=True)

    def put(self, request: str, completion: Completion, *, model: str, question: str) -> None:
        """Keeps a reply. Raises EndpointError of kind NOT_KEPT if the file cannot be written."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        row = (
            request, model, question, completion.text, completion.prompt_tokens, completion.completion_tokens,
            completion.seconds, completion.finished, now,
        )  # fmt: skip
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are committed at the end."""
        connection: sqlite3.Connection | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=_PATIENCE)
            with connection:
                connection.execute(_TABLE)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise EndpointError(
                EndpointProblem.NOT_KEPT,
                f"the file of replies {self.path} cannot be used ({error}): remove it, or set OPTCOPILOT_REPLY_CACHE "
                "to another file",
            ) from None
        finally:
            if connection is not None:
                connection.close()


@dataclass(frozen=True)
class CachedProvider:
    """Another provider, which is asked only for what the cache does not hold; with ``replay`` never."""

    provider: Provider
    cache: ReplyCache
    replay: bool = False

    name: ClassVar[str] = "cached"

    @property
    def base_url(self) -> str:
        return self.provider.base_url

    @property
    def model(self) -> str:
        return self.provider.model

    def complete(self, messages: Sequence[Message], **wanted: Unpack[Wanted]) -> Completion:
        """The kept reply, else the other provider's. Raises EndpointError."""
        repeatable = wanted.get("seed") is not None or wanted.get("temperature", 0.0) == 0
        if not self.replay and not (repeatable and self.provider.model):
            return self.provider.complete(messages, **wanted)
        request = self._request(messages, wanted)
        kept = self.cache.get(request)
        if kept is not None:
            if on_text := wanted.get("on_text"):
                on_text(kept.text)
            return kept
        if self.replay:
            raise EndpointError(
                EndpointProblem.NOT_KEPT,
                f"{self.cache.path} holds no reply to this question, and nothing else may be asked: "
                "leave out OPTCOPILOT_REPLAY, or choose the file, model and seed of the run to repeat",
            )
        completion = self.provider.complete(messages, **wanted)
        question = messages[-1].content if messages else ""
        self.cache.put(request, completion, model=self.provider.model, question=question)
        return completion

    def models(self) -> tuple[str, ...]:
        return self.provider.models()

    def _request(self, messages: Sequence[Message], wanted: Wanted) -> str:
        """What tells a request from every other one."""
        content = {
            "address": self.provider.base_url,
            "model": self.provider.model,
            "messages": [[message.role, message.content] for message in messages],
            "schema": wanted.get("schema"),
            "grammar": wanted.get("grammar"),
            "max_tokens": wanted.get("max_tokens"),
            "temperature": wanted.get("temperature", 0.0),
            "seed": wanted.get("seed"),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
