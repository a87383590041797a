"""Providers against a real HTTP server: what arrives, what fails, and that the key stays secret."""

from __future__ import annotations

import pytest
from openai_server import BreakOff, Hang, KeepAlive, Raw, Refuse, Say, Step, Trickle, openai_server
from pydantic import SecretStr

from copilot.providers import (
    PROVIDERS,
    Completion,
    EndpointError,
    EndpointProblem,
    Message,
    provider_for,
)
from copilot.providers.openai_compatible import OpenAICompatible
from copilot.settings import Settings

KEY = "test-key-8c1f0e2d"
HELLO = (Message("system", "Be brief."), Message("user", "Say hello."))


def provider(url: str, *, waits: list[float] | None = None, model: str = "tiny") -> OpenAICompatible:
    sleep = (lambda seconds: None) if waits is None else waits.append
    return OpenAICompatible(base_url=url, model=model, api_key=SecretStr(KEY), sleep=sleep)


@pytest.mark.parametrize("kind", PROVIDERS, ids=lambda kind: kind.name)
def test_every_provider_completes_a_conversation(kind: type[OpenAICompatible]) -> None:
    with openai_server(Say("hello")) as server:
        reply = kind(base_url=server.url, model="tiny", api_key=SecretStr(KEY)).complete(HELLO, seed=3)
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens, reply.finished) == ("hello", 7, 5, True)
    request = server.requests[0]
    assert request["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Say hello."},
    ]
    assert (request["model"], request["seed"], request["temperature"]) == ("tiny", 3, 0.0)
    assert server.authorizations == [f"Bearer {KEY}"]


def test_a_streamed_reply_arrives_in_pieces_and_whole() -> None:
    pieces: list[str] = []
    with openai_server(Say("one\ntwo\nthree")) as server:
        reply = provider(server.url).complete(HELLO, on_text=pieces.append)
    assert pieces == ["one\n", "two\n", "three"]
    assert reply.text == "one\ntwo\nthree"
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)


def test_a_reply_cut_off_by_the_token_limit_says_so() -> None:
    with openai_server(Say("set Pi", finish_reason="length")) as server:
        assert not provider(server.url).complete(HELLO).finished
        assert not provider(server.url).complete(HELLO, on_text=lambda piece: None).finished


def test_the_only_model_on_offer_is_taken_when_none_is_chosen() -> None:
    with openai_server(Say("hello"), models=("lonely",)) as server:
        provider(server.url, model="").complete(HELLO)
    assert server.requests[0]["model"] == "lonely"


def test_a_choice_of_models_is_left_to_the_person() -> None:
    with openai_server(Say("hello"), models=("small", "large")) as server:
        failure = failure_of(server.url, model="")
    assert failure.kind is EndpointProblem.NOT_CONFIGURED
    assert "small, large" in str(failure)
    assert "OPTCOPILOT_MODEL" in str(failure)


def failure_of(url: str, *, model: str = "tiny", stream: bool = False, timeout: float = 5.0) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        provider(url, model=model).complete(HELLO, timeout=timeout, on_text=(lambda piece: None) if stream else None)
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value.__cause__)
    return caught.value


FAILURES = {
    "a wrong key": (
        Refuse(401, f"Incorrect API key provided: {KEY}."),
        "unauthorized",
        "check OPTCOPILOT_API_KEY",
    ),
    "a forbidden model": (Refuse(403, "not for you"), "unauthorized", "not for you"),
    "an unknown model": (Refuse(404, "no model 'tiny'"), "not_found", "OPTCOPILOT_MODEL"),
    "a used-up quota": (Refuse(429, "You exceeded your current quota"), "rate_limited", "used up"),
    "a broken server": (Refuse(500, "out of memory"), "server_error", "out of memory"),
    "a request it dislikes": (Refuse(400, "too many messages"), "rejected", "too many messages"),
    "a web page": (Raw(b"<html>hi</html>", "text/html"), "not_a_reply", "/v1"),
    "no JSON": (Raw(b"{'nope'"), "not_a_reply", "/v1"),
    "other JSON": (Raw(b'{"status": "ok"}'), "not_a_reply", "/v1"),
    "no choices": (Raw(b'{"choices": []}'), "not_a_reply", "/v1"),
    "not even text": (Raw(b"\xff\xfe\x00\x01"), "not_a_reply", "/v1"),
    "half a reply": (BreakOff("set Pizza\n" * 20), "truncated", "broke off"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("case", FAILURES)
def test_each_failure_is_told_in_words(case: str, stream: bool) -> None:
    step, kind, words = FAILURES[case]
    with openai_server(step) as server:
        failure = failure_of(server.url, stream=stream)
        assert failure.kind.value == kind
        assert words in str(failure)
        assert server.url in str(failure)


def test_an_error_inside_the_stream_is_told() -> None:
    body = b'data: {"error": {"message": "the model crashed"}}\n\n'
    with openai_server(Raw(body, "text/event-stream")) as server:
        failure = failure_of(server.url, stream=True)
    assert failure.kind is EndpointProblem.SERVER_ERROR
    assert "the model crashed" in str(failure)


def test_a_server_that_is_not_there_is_named() -> None:
    failure = failure_of("http://127.0.0.1:9/v1")
    assert failure.kind is EndpointProblem.UNREACHABLE
    assert str(failure).startswith("no answer from http://127.0.0.1:9/v1 (connection refused): is the server running?")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("step", [Hang(), Trickle(), KeepAlive()], ids=["silent", "never done", "only signs of life"])
def test_a_reply_that_takes_too_long_is_given_up(step: Step, stream: bool) -> None:
    with openai_server(step) as server:
        failure = failure_of(server.url, stream=stream, timeout=0.3)
    assert failure.kind is EndpointProblem.TIMEOUT
    assert "0.3 s" in str(failure)


def test_passing_failures_are_tried_again_with_growing_waits() -> None:
    waits: list[float] = []
    with openai_server(Refuse(429, "slow down"), Refuse(503), Say("hello")) as server:
        reply = provider(server.url, waits=waits).complete(HELLO)
    assert reply.text == "hello"
    assert waits == [1.0, 2.0]


def test_the_wait_an_endpoint_asks_for_is_kept() -> None:
    waits: list[float] = []
    with openai_server(Refuse(429, "slow down", (("Retry-After", "7"),)), Say("hello")) as server:
        provider(server.url, waits=waits).complete(HELLO)
    assert waits == [7.0]


def test_patience_ends() -> None:
    waits: list[float] = []
    with (
        openai_server(Refuse(500, "still broken")) as server,
        pytest.raises(EndpointError, match="tried 4 times"),
    ):
        provider(server.url, waits=waits).complete(HELLO)
    assert waits == [1.0, 2.0, 4.0]
    with (
        openai_server(Refuse(429, "come back tomorrow", (("Retry-After", "86400"),))) as server,
        pytest.raises(EndpointError, match='"come back tomorrow": try again in 24 h'),
    ):
        provider(server.url, waits=waits).complete(HELLO)
    assert len(server.requests) == 1


def test_parameters_that_an_endpoint_refuses_are_left_out_or_renamed() -> None:
    steps = (
        Refuse(400, "Unsupported parameter: 'max_tokens'", param="max_tokens"),
        Refuse(400, "temperature does not support 0"),
        Say("hello"),
    )
    with openai_server(*steps) as server:
        assert provider(server.url).complete(HELLO, max_tokens=99).text == "hello"
    assert server.requests[-1]["max_completion_tokens"] == 99
    assert "max_tokens" not in server.requests[-1]
    assert "temperature" not in server.requests[-1]


def test_a_schema_goes_out_as_response_format_and_its_refusal_has_a_kind_of_its_own() -> None:
    schema = {"type": "object", "properties": {}}
    with openai_server(Say("{}"), Refuse(400, "response_format json_schema is not supported")) as server:
        provider(server.url).complete(HELLO, schema=schema)
        with pytest.raises(EndpointError) as caught:
            provider(server.url).complete(HELLO, schema=schema)
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == schema
    assert caught.value.kind is EndpointProblem.SCHEMA_REJECTED


@pytest.mark.parametrize(
    ("settings", "name", "url"),
    [
        (Settings(base_url="http://127.0.0.1:1/v1"), "compatible", "http://127.0.0.1:1/v1"),
        (Settings(), "openai", "https://api.openai.com/v1"),
        (Settings(provider="ollama"), "ollama", "http://127.0.0.1:11434/v1"),
    ],
)
def test_the_settings_choose_the_provider(settings: Settings, name: str, url: str) -> None:
    chosen = provider_for(settings)
    assert (chosen.name, chosen.base_url) == (name, url)


def test_an_unknown_provider_and_a_missing_key_or_address_are_told_before_anything_is_sent() -> None:
    with pytest.raises(EndpointError, match="ollama"):
        provider_for(Settings(provider="nobody"))
    with pytest.raises(EndpointError, match="OPTCOPILOT_API_KEY"):
        provider_for(Settings(model="large")).complete(HELLO)
    with pytest.raises(EndpointError, match="OPTCOPILOT_BASE_URL"):
        OpenAICompatible(model="tiny").complete(HELLO)


def test_the_key_shows_in_no_representation() -> None:
    with openai_server(Say("hello")) as server:
        endpoint = provider(server.url)
        reply = endpoint.complete(HELLO)
    assert KEY not in repr(endpoint)
    assert isinstance(reply, Completion)
    assert KEY not in repr(reply)


def test_a_reply_ends_where_the_reader_has_enough() -> None:
    with openai_server(Say("one\n" * 50)) as server:
        reply = provider(server.url).complete(HELLO, enough=lambda text: text.count("\n") == 3)
    assert reply.text == "one\n" * 3
    assert reply.completion_tokens == 3
