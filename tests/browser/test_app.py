"""The whole way in a real browser: describe, formulate, check, solve, export, for three samples and for odd input."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from copilot.gallery import samples
from tests.browser.visitor import Visitor
from tests.copilot.openai_server import Say, openai_server

pytestmark = pytest.mark.browser
PAGES = (
    "Formulation",
    "Data",
    "Solve",
    "Explore",
    "Versions",
    "Compare",
    "Export",
    "Evaluation",
    "Settings",
    "Describe",
)
SAMPLES = {sample.slug: sample for sample in samples()}


@pytest.fixture
def visitor(browser: WebDriver, address: str) -> Visitor:
    found = Visitor(browser, address)
    found.arrive()
    return found


def shown(number: float) -> str:
    return f"{number:,.6g}"


@pytest.mark.parametrize("slug", ["bakery", "lot-sizing", "hub"])
def test_the_whole_way_for_a_sample(visitor: Visitor, slug: str) -> None:
    sample = SAMPLES[slug]
    visitor.opens_sample(slug)
    visitor.until(lambda: visitor.browser.find_elements(By.CSS_SELECTOR, ".katex"), "no mathematics appears")
    visitor.sees("Checked: no findings.")
    visitor.goes_to("Data")
    visitor.sees("Apply")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.sees(shown(sample.optimum))
    visitor.sees("Re-evaluated on the formulation as written")
    visitor.goes_to("Export")
    visitor.sees("import pyomo.environ as pyo")
    visitor.presses("CVXPY")
    visitor.sees("import cvxpy as cp")
    assert visitor.errors() == []


def test_a_text_is_formulated_offline_and_solved(visitor: Visitor) -> None:
    visitor.writes(
        "A workshop makes lamps and vases. Each lamp takes 2 hours of glass blowing and brings a profit of $30. "
        "Each vase takes 3 hours of glass blowing and brings a profit of $40. There are 12 hours of glass blowing "
        "available. At most 4 lamps can be sold. How many of them should be made to maximize profit?"
    )
    visitor.presses("Formulate")
    visitor.sees("Mathematics")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.sees("170")


def test_another_page_is_shown_from_its_beginning(visitor: Visitor) -> None:
    visitor.clicks(".st-key-pick-open-sample-fence button")
    visitor.sees("Mathematics")
    visitor.until(lambda: visitor.scrolled() == 0, "the beginning of the page is out of sight")


def test_an_edit_is_checked_kept_and_undone(visitor: Visitor) -> None:
    visitor.opens_sample("knapsack")
    visitor.writes("set Item\nvariable take[Item] binary\nmaximize total: sum(worth[i]*take[i] for i in Item")
    visitor.presses("Apply")
    visitor.sees("is never closed")
    visitor.writes("set Item\nvariable take[Item binary\nmaximize total: 1")
    visitor.presses("Apply")
    visitor.sees("your text is kept")
    visitor.writes("set Item\nvariable take[Item] binary\nmaximize total: sum(worth[i]*take[i] for i in Item)")
    visitor.presses("Apply")
    visitor.sees("worth")
    visitor.sees("Findings")
    visitor.presses("Undo")
    visitor.sees("is never closed")
    visitor.presses("Undo")
    visitor.sees("Checked: no findings.")


def test_a_text_that_cannot_be_read_gets_an_answer_and_is_kept(visitor: Visitor) -> None:
    visitor.writes("Tell me a story about a fox.")
    visitor.presses("Formulate")
    visitor.sees("Write the formulation myself")
    assert "fox" in str(visitor.browser.find_element(By.TAG_NAME, "textarea").get_attribute("value"))
    assert visitor.errors() == []


def test_a_text_waits_while_another_page_is_looked_at(visitor: Visitor) -> None:
    visitor.writes("We make lamps and vases.")
    visitor.goes_to("Settings")
    visitor.goes_to("Describe")
    visitor.until(
        lambda: "lamps" in str(visitor.browser.find_element(By.TAG_NAME, "textarea").get_attribute("value")),
        "the text is gone",
    )


def test_an_infeasible_problem_is_explained(visitor: Visitor) -> None:
    visitor.presses("New problem")
    visitor.goes_to("Formulation")
    visitor.writes("variable x >= 0\nminimize cost: x\nconstraint much: x >= 8\nconstraint little: x <= 5")
    visitor.presses("Apply")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("These exclude each other")
    visitor.goes_to("Formulation")
    visitor.sees("in conflict")
    visitor.goes_to("Solve")
    visitor.presses("Solve with this")
    visitor.sees("optimal")
    visitor.goes_to("Versions")
    visitor.sees("changed constraint much")
    visitor.presses("Undo")
    visitor.goes_to("Solve")
    visitor.sees("These exclude each other")
    assert visitor.errors() == []


def test_an_lp_file_opens_and_solves(visitor: Visitor) -> None:
    visitor.opens_file("small.lp", "Maximize\n gain: 3 x#1 + y\nSubject To\n c: x#1 + y <= 2\nEnd\n")
    visitor.sees("Checked: no findings.")
    visitor.sees("x#1")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.opens_file("broken.mps", "ROWS\n N")
    visitor.sees("broken.mps")
    assert visitor.errors() == []


def test_a_language_model_answers_and_its_key_is_never_shown(visitor: Visitor) -> None:
    key = "sk-browser-secret-123"
    reply = "variable pens integer >= 0\nmaximize profit: 3*pens\nconstraint ink: 2*pens <= 9"
    with openai_server(Say(f"Here it is:\n```\n{reply}\n```")) as server:
        visitor.goes_to("Settings")
        for label, value in (("Address", server.url), ("Model", "tiny"), ("Key", key)):
            visitor.fills(label, value)
        visitor.presses("Use it")
        visitor.goes_to("Describe")
        visitor.writes(
            "A pen brings a profit of $3 and takes 2 ml of ink. There are 9 ml of ink. How many pens are best?"
        )
        visitor.presses("Formulate")
        visitor.sees("Mathematics")
        visitor.sees("pens")
        assert key in server.authorizations[-1]
    assert key not in visitor.browser.page_source
    visitor.goes_to("Settings")
    assert key not in visitor.browser.page_source


def test_the_endpoint_can_be_tried_before_it_is_used(visitor: Visitor) -> None:
    visitor.goes_to("Settings")
    visitor.fills("Address", "http://127.0.0.1:9/v1")
    visitor.presses("Test the endpoint")
    visitor.sees("is the server running?")
    with openai_server(Say("ready")) as server:
        visitor.fills("Address", server.url)
        visitor.presses("Test the endpoint")
        visitor.sees("answered in")
    assert visitor.errors() == []


def test_an_endpoint_that_does_not_answer_leaves_the_text_and_a_way_on(visitor: Visitor) -> None:
    visitor.goes_to("Settings")
    for label, value in (("Address", "http://127.0.0.1:9/v1"), ("Model", "tiny")):
        visitor.fills(label, value)
    visitor.presses("Use it")
    visitor.goes_to("Describe")
    visitor.writes(
        "Each lamp brings $30 and takes 2 hours. Each vase brings $40 and takes 3 hours. There are 12 hours."
    )
    visitor.clicks("label", "Language model alone (tiny)")
    visitor.presses("Formulate")
    visitor.sees("No answer from http://127.0.0.1:9/v1")
    visitor.presses("Use the embedded formulator instead")
    visitor.sees("lamp")
    assert visitor.errors() == []


def test_every_page_fits_a_telephone(visitor: Visitor) -> None:
    visitor.opens_sample("transport")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.browser.set_window_size(390, 844)
    try:
        visitor.settles()
        for page in PAGES:
            visitor.goes_to(page)
            assert visitor.overflow() <= 0, page
            assert visitor.errors() == [], page
    finally:
        visitor.browser.set_window_size(1280, 1000)


def test_the_navigation_folds_on_a_telephone_once_a_page_is_chosen(visitor: Visitor) -> None:
    def covered() -> bool:
        found = visitor.browser.find_element(By.CSS_SELECTOR, "[data-testid='stSidebar']")
        return found.rect["x"] + found.rect["width"] > 10

    visitor.opens_sample("bakery")
    visitor.goes_to("Settings")
    assert covered(), "on a wide screen the sidebar stays"
    visitor.browser.set_window_size(390, 844)
    try:
        visitor.settles()
        visitor.goes_to("Data")
        visitor.until(lambda: not covered(), "the navigation stays over the page")
        visitor.sees("Apply")
        visitor.clicks('[data-testid="stExpandSidebarButton"]')
        visitor.until(covered, "the navigation does not open")
        visitor.presses("New problem")
        visitor.until(lambda: not covered(), "the navigation stays over the new problem")
    finally:
        visitor.browser.set_window_size(1280, 1000)
    assert visitor.errors() == []


def test_a_click_joins_a_constraint_to_its_sentence_its_code_and_its_rows(visitor: Visitor) -> None:
    visitor.opens_sample("transport")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.clicks('[role="tab"]', "Verification")
    visitor.presses("Run the checks")
    visitor.sees("formulation proved")
    visitor.clicks('[role="tab"]', "Sensitivity")
    visitor.sees("One more case of capacity['Lyon'] lowers total_cost by 11.2")
    visitor.goes_to("Formulation")
    visitor.sees("1 of 2 binding")
    visitor.clicks(".st-key-pick-capacity button")
    visitor.sees("likely origin")
    quoted = visitor.browser.find_element(By.TAG_NAME, "blockquote").text
    assert "Lyon can ship 350 cases and Porto 600 cases." in quoted
    visitor.sees("def capacity(model, i):")
    assert visitor.browser.find_elements(By.CSS_SELECTOR, "mark.exact")
    assert visitor.errors() == []


def test_a_long_run_is_watched_and_cancelled_and_keeps_its_plan(visitor: Visitor) -> None:
    draw = random.Random(5)
    rows = [[draw.randrange(100) for _ in range(40)] for _ in range(5)]
    records = ", ".join(f"({i}, {j}): {a}" for i, row in enumerate(rows) for j, a in enumerate(row))
    halves = ", ".join(f"{i}: {sum(row) // 2}" for i, row in enumerate(rows))
    visitor.opens_file(
        "split.opt",
        "set I\nset J\nparameter a[I, J]\nparameter half[I]\nvariable x[J] binary\nvariable over[I] >= 0\n"
        "variable under[I] >= 0\nminimize missed: sum(over[i] + under[i] for i in I)\nconstraint split for i in I: "
        "sum(a[i, j]*x[j] for j in J) + under[i] - over[i] == half[i]\n"
        f"data\nset I = 0..4\nset J = 0..39\nparameter a = {records}\nparameter half = {halves}\n",
    )
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.until(lambda: "none yet" not in visitor.text() and "incumbent" in visitor.text(), "no incumbent is shown")
    visitor.presses("Cancel")
    visitor.sees("after being cancelled")
    visitor.sees("tested · feasible")
    assert visitor.errors() == []


def test_an_evaluation_runs_beside_the_page_and_its_errors_can_be_looked_at(visitor: Visitor, tmp_path: Path) -> None:
    text = "A smith makes hooks and rings. A hook brings {} and takes 2 minutes, a ring brings 5 and takes 3 minutes. "
    text += "There are 60 minutes. Maximize the income."
    known = [{"id": f"smith-{n}", "question": text.format(n), "answer": 30 * n + n // 9} for n in (7, 8, 9)]
    data = tmp_path / "smith.jsonl"
    data.write_text("\n".join(map(json.dumps, known)))
    visitor.goes_to("Evaluation")
    picker_of_files = "[data-testid='stMain'] input[type='file']"
    visitor.browser.find_element(By.CSS_SELECTOR, picker_of_files).send_keys(str(data))
    visitor.sees("smith.jsonl")
    visitor.settles()
    visitor.clicks("[data-testid='stBaseButton-primary']", "Evaluate")
    visitor.sees("Not right: 1", patience=240)
    visitor.sees("271")
    assert visitor.overflow() <= 0
    assert visitor.errors() == []
    visitor.browser.set_window_size(390, 844)
    try:
        visitor.settles()
        assert visitor.overflow() <= 0
    finally:
        visitor.browser.set_window_size(1280, 1000)
    with openai_server(Say("```\nvariable hooks integer >= 0\nmaximize income: 7*hooks + 2*hooks**2\n```")) as server:
        visitor.goes_to("Settings")
        for label, value in (("Address", server.url), ("Model", "tiny")):
            visitor.fills(label, value)
        visitor.presses("Use it")
        visitor.goes_to("Evaluation")
        visitor.browser.find_element(By.CSS_SELECTOR, picker_of_files).send_keys(str(data))
        visitor.clicks("label", "Language model alone")
        visitor.sees(f"Their texts go to tiny at {server.url}")
        visitor.clicks("[data-testid='stBaseButton-primary']", "Evaluate")
        visitor.sees("Not right: 3", patience=240)
        assert len(server.requests) >= 3
    assert visitor.errors() == []
