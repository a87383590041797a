"""Evaluations beside the page: they run, can be cancelled, and logs of the past are shown with their data."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from copilot.evaluating import Evaluation, begun
from copilot.evaluation.log import LogError
from copilot.evaluation.records import DatasetError
from copilot.evaluation.report import rows

TEXT = (
    "A smith makes hooks and rings. A hook brings {n} and takes 2 minutes, a ring brings 5 and takes 3 minutes. There "
    "are 60 minutes. Maximize the income."
)
#: Hooks alone: 30 of them.
RIGHT = [{"id": f"hooks-{n}", "question": TEXT.format(n=n), "answer": 30 * n, "kind": "few"} for n in range(7, 10)]
WRONG = {"id": "rings", "question": TEXT.format(n=6), "answer": 1.0, "kind": "spoiled"}


def lines(*records: object) -> bytes:
    return "\n".join(map(json.dumps, records)).encode()


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
    again = begun({"smith.jsonl": data, "kept.log": found.log.read_bytes()})
    assert not again.running
    shown = again.run_so_far()
    assert shown is not None
    assert rows(shown) == rows(run)
    stranger = begun({"smith.jsonl": lines(*RIGHT), "kept.log": found.log.read_bytes()})
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
        begun(BAD[case])
    assert str(caught.value).startswith(("a.jsonl", "give data sets"))


def test_a_file_name_cannot_lead_elsewhere() -> None:
    found = begun({"../../smith.jsonl": lines(*RIGHT)})
    found.cancel()
    assert found.datasets[0].name == "smith"
