"""Kept replies: the same question is asked once, a run can be replayed without its endpoint, and all is counted."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from openai_server import Refuse, Say, openai_server
from pydantic import SecretStr

from copilot.providers import EndpointError, EndpointProblem, Message, provider_for
from copilot.providers.cache import CachedProvider, ReplyCache
from copilot.providers.ledger import CountedProvider, Ledger, Prices
from copilot.providers.openai_compatible import OpenAICompatible
from copilot.settings import Settings, SettingsError, changed_settings, load_settings

KEY = "test-key-77aa01"
HELLO = (Message("user", "hello"),)


def cached(url: str, path: Path, *, model: str = "tiny", replay: bool = False) -> CachedProvider:
    endpoint = OpenAICompatible(base_url=url, model=model, api_key=SecretStr(KEY), retries=0)
    return CachedProvider(endpoint, ReplyCache(path), replay=replay)


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    with openai_server(Say("hi"), Say("something else")) as server:
        first = cached(server.url, tmp_path / "replies.sqlite").complete(HELLO, seed=1)
        pieces: list[str] = []
        again = cached(server.url, tmp_path / "replies.sqlite").complete(HELLO, seed=1, on_text=pieces.append)
    assert len(server.requests) == 1
    assert (first.text, again.text, pieces) == ("hi", "hi", ["hi"])
    assert (first.replayed, again.replayed) == (False, True)
    assert again.completion_tokens == first.completion_tokens
    assert again.seconds == first.seconds


DIFFERENCES: dict[str, dict[str, object]] = {
    "another seed": {"seed": 2},
    "another temperature": {"temperature": 0.5},
    "another limit": {"max_tokens": 9},
    "a schema": {"schema": {"type": "object"}},
    "a grammar": {"grammar": 'root ::= "yes"'},
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_what_shapes_a_reply_tells_questions_apart(case: str, tmp_path: Path) -> None:
    with openai_server(Say("hi")) as server:
        provider = cached(server.url, tmp_path / "replies.sqlite")
        provider.complete(HELLO, seed=1)
        provider.complete(HELLO, **{"seed": 1, **DIFFERENCES[case]})  # type: ignore[arg-type]
        provider.complete((*HELLO, Message("assistant", "hi")), seed=1)
        cached(server.url, tmp_path / "replies.sqlite", model="other").complete(HELLO, seed=1)
    assert len(server.requests) == 4


@pytest.mark.parametrize(("model", "wanted"), [("tiny", {"temperature": 0.5, "seed": None}), ("", {"seed": 1})])
def test_what_cannot_be_repeated_is_not_kept(model: str, wanted: dict[str, object], tmp_path: Path) -> None:
    with openai_server(Say("hi")) as server:
        provider = cached(server.url, tmp_path / "replies.sqlite", model=model)
        provider.complete(HELLO, **wanted)  # type: ignore[arg-type]
        provider.complete(HELLO, **wanted)  # type: ignore[arg-type]
    assert len(server.requests) == 2


def test_a_replay_asks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    with openai_server(Say("hi")) as server:
        cached(server.url, path).complete(HELLO, seed=1)
    assert cached(server.url, path, replay=True).complete(HELLO, seed=1).text == "hi"
    with pytest.raises(EndpointError) as caught:
        cached(server.url, path, replay=True).complete(HELLO, seed=2)
    assert caught.value.kind is EndpointProblem.NOT_KEPT
    assert str(path) in str(caught.value)


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    with openai_server(Refuse(500), Say("hi")) as server:
        provider = cached(server.url, tmp_path / "replies.sqlite")
        with pytest.raises(EndpointError):
            provider.complete(HELLO, seed=1)
        assert provider.complete(HELLO, seed=1).text == "hi"


def test_the_file_holds_no_key(tmp_path: Path) -> None:
    with openai_server(Say("hi")) as server:
        cached(server.url, tmp_path / "replies.sqlite").complete(HELLO, seed=1)
    assert KEY.encode() not in (tmp_path / "replies.sqlite").read_bytes()


def test_several_writers_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "replies.sqlite"
    with openai_server(Say("hi")) as server:
        provider = cached(server.url, path)
        writers = [threading.Thread(target=provider.complete, args=(HELLO,), kwargs={"seed": k}) for k in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    replay = cached(server.url, path, replay=True)
    assert [replay.complete(HELLO, seed=k).text for k in range(8)] == ["hi"] * 8


def test_a_file_that_is_no_cache_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "novel.txt"
    path.write_text("It was a dark and stormy night. " * 99)
    with openai_server(Say("hi")) as server, pytest.raises(EndpointError) as caught:
        cached(server.url, path).complete(HELLO, seed=1)
    assert caught.value.kind is EndpointProblem.NOT_KEPT
    assert "OPTCOPILOT_REPLY_CACHE" in str(caught.value)
    assert path.read_text().startswith("It was")


def test_the_settings_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "replies.sqlite"
    environment = {"OPTCOPILOT_REPLY_CACHE": str(path), "OPTCOPILOT_REPLAY": "1", "HOME": str(tmp_path)}
    settings = load_settings({**environment, "OPTCOPILOT_BASE_URL": "http://127.0.0.1:9/v1"})
    provider = provider_for(settings)
    assert isinstance(provider, CachedProvider)
    assert provider.replay
    with pytest.raises(SettingsError, match="OPTCOPILOT_REPLY_CACHE"):
        load_settings({"OPTCOPILOT_REPLAY": "1", "HOME": str(tmp_path)})
    with pytest.raises(SettingsError, match="replay"):
        changed_settings(Settings(), {"replay": True})


def test_the_ledger_counts_tokens_and_money_but_pays_a_kept_reply_once(tmp_path: Path) -> None:
    ledger = Ledger(Prices(prompt=1.0, completion=10.0))
    with openai_server(Say("hi")) as server:
        provider = CountedProvider(cached(server.url, tmp_path / "replies.sqlite"), ledger)
        provider.complete(HELLO, seed=1)
        paid = ledger.money
        provider.complete(HELLO, seed=1)
    assert paid == pytest.approx((7 * 1.0 + 5 * 10.0) / 1e6)
    assert ledger.money == paid
    assert (ledger.replies, ledger.replayed, ledger.prompt, ledger.completion) == (2, 1, 14, 10)
    ledger.reset()
    assert (ledger.replies, ledger.prompt, ledger.money) == (0, None, 0.0)
