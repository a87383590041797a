"""Evaluations beside the page: they run, can be cancelled, and logs of the past are shown with their data."""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path

import pytest
from openai_server import Hang, Refuse, Say, openai_server

from copilot.evaluating import Evaluation, Prepared, prepared, told
from copilot.evaluation.assessment import Recipe
from copilot.evaluation.log import LogError
from copilot.evaluation.records import DatasetError
from copilot.evaluation.report import cost, rows
from copilot.settings import Settings

TEXT = (
    "A smith makes hooks and rings. A hook brings {n} and takes 2 minutes, a ring brings 5 and takes 3 minutes. There "
    "are 60 minutes. Maximize the income."
)
#: Hooks alone: 30 of them.
RIGHT = [{"id": f"hooks-{n}", "question": TEXT.format(n=n), "answer": 30 * n, "kind": "few"} for n in range(7, 10)]
WRONG = {"id": "rings", "question": TEXT.format(n=6), "answer": 1.0, "kind": "spoiled"}


def lines(*records: object) -> bytes:
    return "\n".join(map(json.dumps, records)).encode()


EMBEDDED = Recipe(formulator="offline", settings=Settings())


def begun(contents: dict[str, bytes], recipe: Recipe = EMBEDDED) -> Evaluation:
    return prepared(contents).begun(recipe)


def ended(found: Evaluation) -> Evaluation:
    deadline = time.monotonic() + 240
    while found.running and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not found.running
    return found


def test_a_run_beside_the_page_ends_with_a_table_and_its_log_shows_it_again(tmp_path: Path) -> None:
    data = lines(*RIGHT, WRONG)
    found = ended(begun({"smith.jsonl": data}))
    assert found.failure == ""
    assert found.done == found.total == 4
    run = found.run_so_far()
    assert run is not None
    assert [entry.right for entry in run.scored] == [True, True, True, False]
    again = prepared({"smith.jsonl": data, "kept.log": found.log.read_bytes()}).past()
    assert not again.running
    shown = again.run_so_far()
    assert shown is not None
    assert rows(shown) == rows(run)
    stranger = prepared({"smith.jsonl": lines(*RIGHT), "kept.log": found.log.read_bytes()}).past()
    with pytest.raises(LogError, match="give the files"):
        stranger.run_so_far()


def test_a_cancelled_run_keeps_what_is_done() -> None:
    many = [{**RIGHT[0], "id": f"hooks-{number}"} for number in range(3000)]
    found = begun({"smith.jsonl": lines(*many)})
    deadline = time.monotonic() + 240
    while found.done < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    found.cancel()
    assert not found.running
    assert found.failure == ""
    run = found.run_so_far()
    assert run is not None
    assert 2 <= len(run.scored) < 3000


BAD = {
    "nothing": {},
    "no records": {"a.jsonl": b""},
    "another file": {"a.jsonl": b'{"colour": "red"}'},
    "not JSON": {"a.jsonl": b"question,answer\n"},
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_data_set_is_refused_in_words(case: str) -> None:
    with pytest.raises(DatasetError) as caught:
        prepared(BAD[case])
    assert str(caught.value).startswith(("a.jsonl", "give data sets"))


def test_a_file_name_cannot_lead_elsewhere() -> None:
    found = prepared({"../../smith.jsonl": lines(*RIGHT)})
    assert found.datasets[0].name == "smith"


REPLY = "```\nvariable hooks integer >= 0\nmaximize income: 7*hooks\nconstraint minutes: 2*hooks <= 60\n```"
#: What a server says, and how many of the three problems are right then.
MODELS = {"llm": (REPLY, 1), "code": ("```python\nprint('objective = 210')\n```", 1)}


def asking(url: str, **more: object) -> Settings:
    return Settings.model_validate({"base_url": url, "model": "tiny", "api_key": "sk-evaluated", "repairs": 0, **more})


@pytest.mark.parametrize("formulator", MODELS)
def test_a_language_model_is_measured_with_the_settings_of_the_page(formulator: str) -> None:
    reply, right = MODELS[formulator]
    with openai_server(Say(reply)) as server:
        settings = asking(server.url, completion_price=2.0)
        found = ended(begun({"smith.jsonl": lines(*RIGHT)}, Recipe(formulator=formulator, settings=settings)))
        assert found.failure == ""
        assert server.authorizations == ["Bearer sk-evaluated"] * 3
    run = found.run_so_far()
    assert run is not None
    assert run.header.model == "tiny"
    assert sum(entry.right for entry in run.scored) == right
    assert "tokens" in cost(run)
    assert "paid" in cost(run)


def test_a_run_that_an_endpoint_stopped_says_why_and_is_resumed_from_its_log() -> None:
    data = lines(*RIGHT)
    with openai_server(Say(REPLY), Refuse(401, "bad key")) as server:
        recipe = Recipe(formulator="llm", settings=asking(server.url))
        found = ended(begun({"smith.jsonl": data}, recipe))
        assert "(401)" in found.failure
        assert str(found.log) not in found.failure
        assert found.done == 1
        server.steps[:] = [Say(REPLY)]
        given = prepared({"smith.jsonl": data, "kept.log": found.log.read_bytes()})
        assert given.header is not None
        assert given.header.formulator == "llm"
        again = ended(given.begun(recipe, log=given.log))
        assert again.failure == ""
        assert again.done == 3
        assert len(server.requests) == 4


def test_a_run_that_nobody_holds_any_more_ends() -> None:
    with openai_server(Hang()) as server:
        found = begun({"smith.jsonl": lines(*RIGHT)}, Recipe(formulator="llm", settings=asking(server.url)))
        process = found.process
        assert process is not None
        deadline = time.monotonic() + 240
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        del found
        gc.collect()
        assert process.wait(60) != 0


def test_what_a_language_model_may_cost_is_told_before_it_is_asked() -> None:
    given: Prepared = prepared({"smith.jsonl": lines(*RIGHT, {**WRONG, "notes": {"doubtful": True}})})
    settings = asking("http://one/v1", completion_price=2.0, repairs=2, candidates=3, reply_tokens=1000)
    assert "Nothing leaves this machine" in told(given, EMBEDDED, None)
    alone = told(given, Recipe(formulator="llm", settings=settings), None)
    assert "tiny at http://one/v1" in alone
    assert "up to 3 replies" in alone
    assert "at most 0.02" in alone
    assert "up to 9 replies" in told(given, Recipe(formulator="hybrid", settings=settings), None)
    assert "up to 1 reply " in told(given, Recipe(formulator="code", settings=settings), 1)
