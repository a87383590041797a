"""The page Describe: what a person writes is what is formulated, whatever came before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from copilot.pages.upload import ATTACHED

ROOT = Path(__file__).resolve().parents[2]
NO_PROBLEM = "Please tell me something nice about the weather in Lisbon and 3 of its 12 bridges."
PROBLEM = (
    "A workshop makes lamps and vases. Each lamp takes 2 hours and brings a profit of $30. Each vase takes 3 hours and "
    "brings a profit of $40. There are 12 hours. Maximize the profit."
)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()


def press(shown: AppTest, label: str) -> None:
    next(button for button in shown.button if button.label == label).click()
    shown.run()
    assert not shown.exception


def test_a_text_that_is_changed_after_a_refusal_is_the_one_that_is_read(shown: AppTest) -> None:
    shown.text_area[0].set_value(NO_PROBLEM)
    press(shown, "Formulate")
    assert len(shown.error) == 1
    shown.text_area[0].set_value(PROBLEM).run()
    assert shown.text_area[0].value == PROBLEM
    press(shown, "Formulate")
    assert not shown.error
    assert shown.session_state["session"].document is not None


def test_a_new_problem_begins_without_the_text_and_the_refusal_of_the_last_one(shown: AppTest) -> None:
    shown.text_area[0].set_value(NO_PROBLEM)
    press(shown, "Formulate")
    press(shown, "New problem")
    assert shown.text_area[0].value == ""
    assert not shown.error


def test_tables_stay_attached_until_they_are_removed_or_another_problem_begins(shown: AppTest) -> None:
    frame = pd.DataFrame({"cake": ["nut", "lemon"], "profit": [15, 12], "minutes": [6, 4]})
    shown.session_state[ATTACHED] = {"cakes": frame}
    shown.text_area[0].set_value(
        "We bake the cakes in the table. Each has a profit and needs minutes of oven time. There are 500 minutes of "
        "oven time. How many of each should we bake to maximize the profit?"
    )
    press(shown, "Formulate")
    document = shown.session_state["session"].document
    assert document is not None
    assert [values for name, values in document.data.parameters.items() if "minutes" in name]
    press(shown, "New problem")
    assert ATTACHED not in shown.session_state


def test_a_worker_that_reads_the_app_again_loads_no_page() -> None:
    script = (
        "import runpy, sys; runpy.run_path('app.py', run_name='__mp_main__'); "
        "print(*sorted({'streamlit', 'copilot.pages', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
