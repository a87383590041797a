"""Any endpoint that speaks the chat-completions protocol, through the ``openai`` package."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, SecretStr, ValidationError

from copilot.providers.deadline import within
from copilot.providers.failures import explained
from copilot.providers.provider import Completion, EndpointError, EndpointProblem, Message

if TYPE_CHECKING:
    from openai import OpenAI

#: Parameters that some endpoints refuse, and what to send instead (None: leave it out).
REPLACEMENTS: Mapping[str, str | None] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": None,
    "temperature": None,
    "seed": None,
    "stream_options": None,
    "extra_body": None,
}
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
CONNECT_TIMEOUT = 10.0


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _ReplyMessage(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _ReplyMessage
    finish_reason: str | None = None


class _Reply(BaseModel):
    """The part of a chat completion that is read; everything else is ignored."""

    choices: list[_Choice]
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who hears of a reply while it is written."""

    on_text: Callable[[str], None] | None
    enough: Callable[[str], bool] | None

    def read(self, piece: str, pieces: Sequence[str]) -> bool:
        """Whether it is enough."""
        if self.on_text is not None:
            self.on_text(piece)
        return self.enough is not None and "\n" in piece and self.enough("".join(pieces))


@dataclass(frozen=True, kw_only=True)
class OpenAICompatible:
    """One model behind one address; an empty ``model`` means the only one on offer.

    retries: how often a passing failure (rate limit, server error) is tried again, with growing waits.
    """

    name: ClassVar[str] = "compatible"
    default_url: ClassVar[str] = ""
    needs_key: ClassVar[bool] = False

    base_url: str = ""
    model: str = ""
    api_key: SecretStr = field(default_factory=lambda: SecretStr(""))
    retries: int = 3
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url or self.default_url)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None = None,
        grammar: str | None = None,
        max_tokens: int = 2048,
        temperature: float = 0.0,
        seed: int | None = None,
        timeout: float = 120.0,
        on_text: Callable[[str], None] | None = None,
        enough: Callable[[str], bool] | None = None,
    ) -> Completion:
        """The reply to a conversation. Raises EndpointError."""
        request: dict[str, Any] = {
            "model": self.model or self._only_model(),
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
        }
        if seed is not None:
            request["seed"] = seed
        if schema is not None:
            definition = {"name": "document", "schema": dict(schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": definition}
        elif grammar is not None and (extra := self.with_grammar(grammar)):
            request["extra_body"] = extra
        reader = None if on_text is None and enough is None else _Reader(on_text, enough)
        if reader is not None:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return self._with_patience(lambda: self._adapted(request, timeout, reader))

    def with_grammar(self, grammar: str) -> dict[str, object]:
        """What this kind of endpoint is sent beside a request to hold it to a GBNF grammar; nothing if it cannot."""
        return {}

    def models(self) -> tuple[str, ...]:
        """The models on offer. Raises EndpointError."""
        import openai

        try:
            return tuple(model.id for model in self._client(10.0).models.list())
        except (openai.OpenAIError, json.JSONDecodeError, AttributeError) as error:
            raise self._explained(error) from None

    def _only_model(self) -> str:
        offered = self.models()
        if len(offered) == 1:
            return offered[0]
        choice = f"it offers {', '.join(offered[:12])}" if offered else "it lists none"
        raise EndpointError(
            EndpointProblem.NOT_CONFIGURED,
            f"no model chosen for {self.base_url} ({choice}): set OPTCOPILOT_MODEL",
        )

    def _with_patience(self, ask: Callable[[], Completion]) -> Completion:
        """Repeats passing failures ``retries`` times, waiting 1, 2, 4, ... seconds or as long as asked."""
        for attempt in range(self.retries + 1):
            try:
                return ask()
            except EndpointError as error:
                wait = FIRST_WAIT * 2**attempt if error.retry_after is None else error.retry_after
                if not error.passing or wait > LONGEST_WAIT:
                    raise
                if attempt == self.retries:
                    tries = f"{error} (tried {attempt + 1} times)" if attempt else str(error)
                    raise EndpointError(error.kind, tries) from None
            self.sleep(wait)
        raise AssertionError("the loop returns or raises")

    def _adapted(self, request: dict[str, Any], timeout: float, reader: _Reader | None) -> Completion:
        """Asks again without the parameters that this endpoint refuses, once for each."""
        request = dict(request)
        for _ in range(len(REPLACEMENTS) + 1):
            try:
                return self._ask(request, timeout, reader)
            except EndpointError as error:
                if error.kind is not EndpointProblem.REJECTED:
                    raise
                said = str(error)
                refused = next((name for name in REPLACEMENTS if _is_refused(name, request, said)), None)
                if refused is None:
                    if "response_format" in request:
                        raise EndpointError(EndpointProblem.SCHEMA_REJECTED, said) from None
                    raise
                value, instead = request.pop(refused), REPLACEMENTS[refused]
                if instead is not None:
                    request[instead] = value
        return self._ask(request, timeout, reader)

    def _ask(self, request: Mapping[str, Any], timeout: float, reader: _Reader | None) -> Completion:
        import openai

        start = time.monotonic()
        client = self._client(timeout)
        try:
            if reader is not None:
                with client.chat.completions.create(**request) as chunks:
                    return self._collected(chunks, start, reader)
            raw = client.chat.completions.with_raw_response.create(**request)
            reply = _Reply.model_validate_json(raw.http_response.content)
        except (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError, TimeoutError) as error:
            raise self._explained(error, timeout) from None
        except ValidationError:
            raise self._not_a_reply("what came back is not a chat completion") from None
        if not reply.choices:
            raise self._not_a_reply("the reply holds no choice")
        choice, usage = reply.choices[0], reply.usage or _Usage()
        return Completion(
            choice.message.content or "",
            usage.prompt_tokens,
            usage.completion_tokens,
            time.monotonic() - start,
            finished=choice.finish_reason != "length",
        )

    def _collected(self, chunks: Iterable[Any], start: float, reader: _Reader) -> Completion:
        """The reply put together from its pieces; they are only complete with a reason why they ended."""
        pieces: list[str] = []
        ending: str | None = None
        usage = _Usage()
        for chunk in chunks:
            if getattr(chunk, "usage", None):
                usage = _Usage.model_validate(chunk.usage, from_attributes=True)
            for choice in getattr(chunk, "choices", None) or ():
                ending = choice.finish_reason or ending
                if choice.delta is not None and choice.delta.content:
                    pieces.append(choice.delta.content)
                    if reader.read(choice.delta.content, pieces):
                        # Leaving the stream hangs up, and the endpoint stops writing; a piece is about a token.
                        seconds = time.monotonic() - start
                        return Completion("".join(pieces), usage.prompt_tokens, len(pieces), seconds)
        if not pieces and ending is None:
            raise self._not_a_reply("the stream held no text")
        if ending is None:
            raise EndpointError(
                EndpointProblem.TRUNCATED,
                f"the reply of {self.base_url} broke off after {sum(map(len, pieces))} characters: try again",
            )
        return Completion(
            "".join(pieces),
            usage.prompt_tokens,
            usage.completion_tokens,
            time.monotonic() - start,
            finished=ending != "length",
        )

    def _client(self, timeout: float) -> OpenAI:
        import openai

        if self.needs_key and not self.api_key.get_secret_value():
            raise EndpointError(EndpointProblem.NOT_CONFIGURED, f"no key for {self.base_url}: set OPTCOPILOT_API_KEY")
        if not self.base_url:
            raise EndpointError(
                EndpointProblem.NOT_CONFIGURED,
                "no address of a language model: set OPTCOPILOT_BASE_URL, for instance to http://127.0.0.1:8080/v1",
            )
        return openai.OpenAI(
            api_key=self.api_key.get_secret_value() or "none",
            base_url=self.base_url,
            timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            max_retries=0,
            http_client=openai.DefaultHttpxClient(event_hooks={"response": [within(timeout)]}),
        )

    def _explained(self, error: Exception, timeout: float = 10.0) -> EndpointError:
        return explained(error, base_url=self.base_url, model=self.model, timeout=timeout, secret=self.api_key)

    def _not_a_reply(self, what: str) -> EndpointError:
        return EndpointError(
            EndpointProblem.NOT_A_REPLY,
            f"{self.base_url} answered, but {what}: does the address lead to an OpenAI-compatible API "
            "(it usually ends in /v1)?",
        )


def _is_refused(name: str, request: Mapping[str, Any], said: str) -> bool:
    """Whether the endpoint speaks of this parameter; of extras it names what is inside."""
    if name not in request:
        return False
    words = (name, "grammar", *request[name]) if name == "extra_body" else (name,)
    return any(word in said for word in words)
