"""The whole way in a real browser: describe, formulate, check, solve, export, for three samples and for odd input."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from copilot.gallery import samples
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
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
        "available. At most 4 lamps can be sold. How many of each should be made to maximize profit?"
    )
    visitor.presses("Formulate")
    visitor.sees("Mathematics")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("optimal")
    visitor.sees("170")


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


def test_an_infeasible_problem_is_explained(visitor: Visitor) -> None:
    visitor.presses("New problem")
    visitor.goes_to("Formulation")
    visitor.writes("variable x >= 0\nminimize cost: x\nconstraint much: x >= 8\nconstraint little: x <= 5")
    visitor.presses("Apply")
    visitor.goes_to("Solve")
    visitor.clicks("[data-testid='stBaseButton-primary']", "Solve")
    visitor.sees("infeasible")
    visitor.sees("much")
    visitor.sees("little")
    assert visitor.errors() == []


@pytest.mark.parametrize("page", ["Describe", "Formulation", "Data", "Solve", "Export", "Settings"])
def test_a_page_fits_a_telephone(visitor: Visitor, page: str) -> None:
    visitor.opens_sample("transport")
    visitor.browser.set_window_size(390, 844)
    try:
        visitor.settles()
        visitor.goes_to(page)
        assert visitor.overflow() <= 0
        assert visitor.errors() == []
    finally:
        visitor.browser.set_window_size(1280, 1000)
