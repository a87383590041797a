"""Texts whose figures stand in attached tables: who reads what of them, and whether readers stand over one data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openai_server import Refuse, Say, openai_server

from copilot.cli import main
from copilot.formulators import drafted
from copilot.formulators.attached import LONGEST, read_attached, written_out
from copilot.formulators.draft import Draft, FormulationRefused
from copilot.formulators.hybrid import HybridFormulator
from copilot.formulators.llm import LLMFormulator
from copilot.formulators.offline import OfflineFormulator
from copilot.providers.openai_compatible import OpenAICompatible
from formulations.data import bind
from solvers.dispatch import solve_instance

POTTERY = """\
A pottery turns several wares. Each piece needs clay and hours of work as the table says, and earns a profit. There are
400 kg of clay and 120 hours of work. How many pieces of each ware should be turned to maximize the total profit?"""
WARES = pd.DataFrame({"ware": ["bowl", "plate", "vase"], "clay": [2, 3, 5], "hours": [1, 0.5, 2], "profit": [9, 7, 21]})
REPLY = """\
set Ware
parameter clay[Ware]
parameter hours[Ware]
parameter profit[Ware]
variable turn[Ware] integer >= 0
maximize gain: sum(profit[w]*turn[w] for w in Ware)
constraint clay_limit: sum(clay[w]*turn[w] for w in Ware) <= 400
constraint work_limit: sum(hours[w]*turn[w] for w in Ware) <= 120
"""
SHIPPING = """\
Goods are shipped from plants to shops. Each plant has a supply, and the demand of each shop must be met. Minimize the
total cost of shipping."""
WAYS = pd.DataFrame({"plant": ["north", "north", "south", "south"], "shop": ["a", "b", "a", "b"], "cost": [4, 6, 5, 3]})
GRID = pd.DataFrame({"plant": ["north", "south"], "a": [4, 5], "b": [6, 3]})
SUPPLY = pd.DataFrame({"plant": ["north", "south"], "supply": [80, 70]})
DEMAND = pd.DataFrame({"shop": ["a", "b"], "demand": [60, 50]})
ASSIGNING = "Assign each worker to one job so that the total time is the smallest. Each job is done by one worker."
TIMES = pd.DataFrame({"worker": ["Ann", "Bo", "Cy"], "weld": [9, 6, 5], "paint": [2, 4, 8], "pack": [7, 3, 1]})

READ = {
    "items with their columns": (POTTERY, {"wares": WARES}, 1358),
    "ways as records": (SHIPPING, {"ways": WAYS, "supply": SUPPLY, "demand": DEMAND}, 390),
    "ways as a matrix": (SHIPPING, {"cost": GRID, "supply": SUPPLY, "demand": DEMAND}, 390),
    "a matrix of pairs": (ASSIGNING, {"times": TIMES}, 9),
    "more workers than jobs": (ASSIGNING, {"times": TIMES.drop(columns="pack")}, 7),
}


def optimum(draft: Draft) -> float | None:
    return solve_instance(bind(draft.document.formulation, draft.document.data)).objective


@pytest.mark.parametrize("case", READ)
def test_the_embedded_formulator_reads_text_and_tables_as_one(case: str) -> None:
    text, frames, value = READ[case]
    draft = read_attached(OfflineFormulator(), text, frames)
    assert optimum(draft) == pytest.approx(value)
    assert draft.document.text == text
    assert all(span.end <= len(text) for spans in draft.spans.values() for span in spans)


REFUSED = {
    "a table that the text has no use for": (POTTERY, {"wares": WARES, "supply": SUPPLY}),
    "a limit that only the text knows": (
        SHIPPING + " No more than 30 units go on one way.",
        {"ways": WAYS, "supply": SUPPLY, "demand": DEMAND},
    ),
    "shops that no way leads to": (SHIPPING, {"ways": WAYS[WAYS.shop == "a"], "supply": SUPPLY, "demand": DEMAND}),
    "tables that are too long": (POTTERY, {"wares": pd.concat([WARES] * 400)}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_cannot_bring_together_is_refused_in_words(case: str) -> None:
    text, frames = REFUSED[case]
    with pytest.raises(FormulationRefused, match=r"table|characters|could not be read"):
        read_attached(OfflineFormulator(), text, frames)


def test_a_column_that_is_left_out_becomes_a_question() -> None:
    draft = read_attached(OfflineFormulator(), POTTERY, {"wares": WARES.assign(shelf=[311, 322, 333])})
    assert any("'shelf'" in question.text for question in draft.questions) or "311" in str(draft.document.data)


@pytest.mark.parametrize("cell", ["a lot", None])
def test_a_cell_without_a_figure_among_figures_is_asked_about(cell: str | None) -> None:
    column = WARES.columns[1]
    first = WARES.iloc[0, 0]
    holes = WARES.astype({column: object})
    holes.loc[0, column] = cell
    draft = read_attached(OfflineFormulator(), POTTERY, {"wares": holes})
    assert any(f"what is the {column} of {first}?" in question.text for question in draft.questions)


def test_tables_that_are_written_out_keep_the_places_of_their_numbers() -> None:
    whole, places = written_out(POTTERY, {"wares": WARES, "supply": SUPPLY.assign(note=["a | b", None])})
    assert whole.startswith(POTTERY)
    assert [whole[span.start : span.end] for span in places["wares", "hours"]] == ["1", "0.5", "2"]
    assert [whole[span.start : span.end] for span in places["supply", "supply"]] == ["80", "70"]
    assert len(whole) < LONGEST


def hybrid(url: str, **options: Any) -> HybridFormulator:
    provider = OpenAICompatible(base_url=url, model="tiny", sleep=lambda seconds: None)
    return HybridFormulator(LLMFormulator(provider, repairs=0), trusted=1.0, **options)


def test_the_embedded_formulator_and_a_model_agree_by_proof_over_the_data_of_the_tables() -> None:
    with openai_server(Say(REPLY)) as server:
        draft = drafted(hybrid(server.url, candidates=1), POTTERY, {"wares": WARES})
    assert draft.agreement.startswith("two independent formulators agree: proved")
    assert optimum(draft) == pytest.approx(1358)
    sent = str(server.requests)
    assert "wares, 3 rows: ware (members)" in sent
    assert "vase" not in sent


def test_readers_that_disagree_over_the_tables_are_told_apart_by_a_question() -> None:
    with openai_server(Say(REPLY.replace("<= 120", "<= 12"))) as server:
        draft = drafted(hybrid(server.url, candidates=1), POTTERY, {"wares": WARES})
    assert "no two agree" in draft.agreement
    assert draft.questions


def test_a_model_alone_is_filled_from_the_tables() -> None:
    with openai_server(Say(REPLY)) as server:
        draft = drafted(hybrid(server.url).model, POTTERY, {"wares": WARES})
    assert optimum(draft) == pytest.approx(1358)


def test_tables_that_a_model_names_otherwise_are_asked_about() -> None:
    with openai_server(Say(REPLY)) as server:
        draft = drafted(hybrid(server.url).model, POTTERY, {"wares": WARES, "supply": SUPPLY})
    assert any("'supply' fits no set" in question.text for question in draft.questions)


def test_without_an_answer_the_embedded_reading_of_the_tables_stands() -> None:
    with openai_server(Refuse(401, "no")) as server:
        draft = drafted(hybrid(server.url), POTTERY, {"wares": WARES})
    assert optimum(draft) == pytest.approx(1358)
    assert "the language model failed" in draft.assumptions[0]


def test_the_command_line_solves_a_text_over_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pottery.txt").write_text(POTTERY)
    WARES.to_csv(tmp_path / "wares.csv", index=False)
    files = [str(tmp_path / name) for name in ("pottery.txt", "wares.csv")]
    assert main(["solve", files[0], "--formulator", "offline", "--data", files[1]]) == 0
    assert "total_profit = 1358" in capsys.readouterr().out
