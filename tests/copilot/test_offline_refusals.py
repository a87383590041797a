"""A text that cannot be read is refused with the sentences named, what was understood, and what to do now."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from copilot.cli import main
from copilot.formulators.draft import FormulationRefused
from copilot.formulators.offline import OfflineFormulator

#: Two things to decide about and an aim, and figures that belong to nothing.
RIDDLE = (
    "A joiner makes chairs and tables. Each chair brings $3 and each table $5. Last year 17 of 88 were 4 after 19, and "
    "23 went with 61 under 7 over 42. Then 350 of 12 met 96, as 55 or 66 did at 13. Maximize the profit."
)
#: A text, and a part of each sentence that must be named.
REFUSED = {
    "no list": ("The hall is 30 m long. We need 12 stands. How should they be arranged?", ("30 m", "12 stands")),
    "no aim": (
        "A workshop makes chairs and tables. A chair takes 3 hours and a table 5 hours. There are 40 hours.",
        ("40 hours",),
    ),
    "a recipe": ("Mix 200 g of flour with 2 eggs and 300 ml of milk, then rest 20 minutes and fry.", ("200 g",)),
    "a wish without things": ("Earn as much as possible with 3 machines and 2 workers.", ("3 machines",)),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_refusal_names_the_sentences_it_could_not_read(name: str) -> None:
    text, named = REFUSED[name]
    with pytest.raises(FormulationRefused) as refused:
        OfflineFormulator().formulate(text)
    told = str(refused.value)
    marked = " ".join(text[span.start : span.end] for span in refused.value.spans)
    assert all(part in told and part in marked for part in named), told


def test_a_refusal_for_want_of_an_aim_says_what_is_decided() -> None:
    with pytest.raises(FormulationRefused, match=r"decided, it seems, about: chair, table"):
        OfflineFormulator().formulate(REFUSED["no aim"][0])


def test_a_text_without_a_limit_of_which_nothing_would_come_is_refused() -> None:
    text = "Each crate of tea costs $40 and each crate of coffee costs $70. Minimize the total cost of tea and coffee."
    with pytest.raises(FormulationRefused, match="no limit on the decisions") as refused:
        OfflineFormulator().formulate(text)
    assert refused.value.partial is not None


def test_the_command_line_says_what_to_do_with_a_refused_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_BASE_URL", "OPTCOPILOT_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "funds.txt").write_text(REFUSED["no list"][0])
    assert main(["formulate", str(tmp_path / "funds.txt")]) != 0
    told = capsys.readouterr().err
    assert "What now: change the sentences named" in told
    assert "write the formulation yourself" in told
    assert "Traceback" not in told


def test_the_page_marks_the_sentences_of_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    page = AppTest.from_string("from copilot.pages import describe\ndescribe.page()", default_timeout=60).run()
    page.text_area[0].set_value(REFUSED["no list"][0])
    next(button for button in page.button if button.label == "Formulate").click().run()
    assert any("<mark class='unread'" in str(shown.proto.body) for shown in page.get("html"))
    assert any(button.label == "Write the formulation myself" for button in page.button)
    assert not page.exception


def test_what_was_understood_of_a_refused_text_can_be_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    with pytest.raises(FormulationRefused) as refused:
        OfflineFormulator().formulate(RIDDLE)
    partial = refused.value.partial
    assert partial is not None
    assert partial.confidence < 0.15
    assert set(partial.document.data.sets.popitem()[1]) == {"chair", "table"}
    page = AppTest.from_string("from copilot.pages import describe\ndescribe.page()", default_timeout=60).run()
    page.text_area[0].set_value(RIDDLE)
    next(button for button in page.button if button.label == "Formulate").click().run()
    next(button for button in page.button if button.label == "Start from what was understood").click().run()
    assert page.session_state["session"].document.formulation == partial.document.formulation


FORMULATION = """
import datetime
import streamlit as st
from copilot.formulators.offline import OfflineFormulator
from copilot.pages import formulation, state
from copilot.session import Session
if "session" not in st.session_state:
    draft = OfflineFormulator().formulate(st.session_state["told"])
    state.open_session(Session(text=st.session_state["told"]).drafted(draft, at=datetime.datetime.now(datetime.UTC)))
formulation.page()
"""
DEPOTS = (
    "Opening A costs 40, B 50, C 60; A serves 3 villages, B serves 4, C serves 2. 5 villages must be served. "
    "Minimize cost."
)


@pytest.mark.parametrize(("text", "unsure"), [(f"If A opens, B must stay shut. {DEPOTS}", True), (RIDDLE[:75], False)])
def test_the_formulation_page_says_at_the_top_when_the_reading_is_unsure(
    text: str, unsure: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    if not unsure:
        text = (
            f"{text}. Each chair takes 2 hours and each table takes 4 hours. There are 40 hours. Maximize the profit."
        )
    page = AppTest.from_string(FORMULATION, default_timeout=60)
    page.session_state["told"] = text
    page.run()
    assert not page.exception
    assert any("Reading unsure" in str(shown.proto.body) for shown in page.get("html")) == unsure
