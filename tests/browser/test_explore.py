"""Sliders in a real browser: dragging changes objective, band and badge, and no badge ever stands for other numbers.

How long an answer takes is measured by ``benchmarks/explore.py``; time decides nothing here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from copilot.compiled import compile_document
from copilot.exploring import Explorer, explorer
from copilot.gallery import samples
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
SAMPLE = next(sample for sample in samples() if sample.slug == "transport")
LINES = ["supply together: +-20%", "demand together: +-20%", "cost together: +-20%"]
#: In one breath: where the sliders stand, and what is to be seen of answers, with what they are for.
LOOK = """
const root = document.querySelector('.sliders');
const values = [...root.querySelectorAll('input')].map((input) => Number(input.value));
const answers = [...document.querySelectorAll('[data-for]')]
  .filter((answer) => getComputedStyle(answer).visibility !== 'hidden')
  .map((answer) => [answer.dataset.for, answer.innerText]);
const live = document.querySelector('.live');
return [values, answers, live.classList.contains('waiting') ? null : live.dataset.complete];
"""


@pytest.fixture
def visitor(browser: WebDriver, address: str) -> Visitor:
    found = Visitor(browser, address)
    found.arrive()
    found.opens_sample("transport")
    found.goes_to("Explore")
    found.sees("as with the data")
    return found


@pytest.fixture(scope="module")
def truth() -> Explorer:
    instance = compile_document(SAMPLE.document()).instance
    assert instance is not None
    return explorer(instance, LINES)


def looks(visitor: Visitor) -> tuple[list[float], str]:
    """Where the sliders stand and the answer beside them, "" while there is none; a stale one fails."""
    values, answers, pictures = visitor.browser.execute_script(LOOK)
    for key, text in [*answers, *([] if pictures is None else [(pictures, "a picture that is not dimmed")])]:
        stands = [float(part) for part in key.split("|")] if key else [100.0] * len(values)
        assert stands == pytest.approx(values), f"'{text}' is shown for {stands}, but the sliders stand at {values}"
    return values, answers[0][1] if answers else ""


def drags(visitor: Visitor, slider: WebElement, pixels: int) -> Iterator[tuple[list[float], str]]:
    """Moves a slider with the button held down; what is seen at every moment until the answer is there."""
    visitor.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider)
    before = visitor.browser.execute_script(LOOK)[0]
    ActionChains(visitor.browser, duration=20).click_and_hold(slider).move_by_offset(pixels, 0).perform()
    started, text, values = time.monotonic(), "", before
    while (not text or values == before) and time.monotonic() < started + 30:
        values, text = looks(visitor)
        yield values, text
    ActionChains(visitor.browser).release().perform()


def check(visitor: Visitor, truth: Explorer) -> None:
    """Drags every slider twice; every answer must be the exact one."""
    for number in range(len(LINES)):
        for pixels in (14, 26):
            slider = visitor.browser.find_elements(By.CSS_SELECTOR, ".sliders input")[number]
            values, text = list(drags(visitor, slider, pixels))[-1]
            expected = truth.ask(values).answer.objective
            assert ("no plan" if expected is None else f"{expected:,.6g}") in text
            assert "exact" in text or "certified" in text


def test_answers_follow_the_slider_and_none_is_ever_stale(visitor: Visitor, truth: Explorer) -> None:
    check(visitor, truth)
    visitor.presses("Keep as scenario")
    visitor.clicks('[role="tab"]', "Scenarios")
    visitor.sees("Kept settings")
    visitor.presses("Make it a version")
    visitor.sees("Versions (2)")
    assert visitor.errors() == []


def test_a_proxy_is_trained_watched_and_certifies_what_it_says(visitor: Visitor, truth: Explorer) -> None:
    pytest.importorskip("torch")
    visitor.clicks('[role="tab"]', "Proxy")
    field = visitor.browser.find_element(By.CSS_SELECTOR, "input[aria-label='Seconds of training']")
    field.send_keys("\ue009a", "2", "\ue007")
    visitor.presses("Train a proxy")
    visitor.sees("The sliders ask the proxy first", patience=200)
    visitor.sees("HiGHS warm")
    check(visitor, truth)
    assert visitor.errors() == []


def test_tornado_front_and_why_not(visitor: Visitor) -> None:
    visitor.presses("Turn each factor alone")
    visitor.sees("No plan at an end of")
    visitor.clicks('[role="tab"]', "Worth")
    visitor.presses("Tell what each number is worth")
    visitor.sees("demand['Paris']: 1 case more raises total_cost by 15.9")
    visitor.clicks('[role="tab"]', "Pareto")
    area = [a for a in visitor.browser.find_elements(By.TAG_NAME, "textarea") if a.is_displayed()][-1]
    area.send_keys("minimize porto: ship['Porto', 'Madrid']")
    visitor.presses("Find the front")
    visitor.sees("none dominated by another")
    visitor.clicks('[role="tab"]', "Why not")
    visitor.fills("Why not …", "ship['Lyon', 'Madrid'] >= 100\n")
    visitor.sees("costs 1,712.5")
    visitor.sees("capacity['Lyon']")
    assert visitor.errors() == []


def test_an_uncertain_plan_is_found_kept_over_a_reload_and_outdated_by_an_edit(visitor: Visitor) -> None:
    visitor.clicks('[role="tab"]', "Uncertainty")
    visitor.presses("Find the plan")
    visitor.sees("it misses capacity['Lyon'] by 35")
    visitor.sees("narrow the ranges")
    visitor.presses("Best over scenarios")
    visitor.sees("Choose at least one variable")
    visitor.presses("Best in the worst case")
    chooses(visitor, "By up to", "± 5 %")
    visitor.presses("Find the plan")
    visitor.sees("price of robustness")
    visitor.sees("7,413.5")
    visitor.clicks('[role="tab"]', "Tornado")
    visitor.presses("Turn each factor alone")
    visitor.sees("with the data")
    visitor.goes_to("Data")
    visitor.goes_to("Explore")
    visitor.sees("with the data")
    visitor.browser.refresh()
    visitor.sees("Transport: plants to markets")
    visitor.clicks('[role="tab"]', "Uncertainty")
    visitor.sees("7,413.5")
    assert "outdated" not in visitor.text()
    visitor.goes_to("Formulation")
    visitor.writes(SAMPLE.notation.partition("\ndata\n")[0].replace("<= supply[i]", "<= 2*supply[i]"))
    visitor.presses("Apply")
    visitor.goes_to("Explore")
    visitor.clicks('[role="tab"]', "Uncertainty")
    visitor.sees("outdated: formulation or data have changed since")
    visitor.presses("Undo")
    visitor.clicks('[role="tab"]', "Uncertainty")
    visitor.until(lambda: "outdated" not in visitor.text(), "the answer holds again")
    visitor.sees("7,413.5")
    assert visitor.errors() == []


def chooses(visitor: Visitor, label: str, option: str) -> None:
    """An option of the last box of that label that is to be seen."""
    boxes = visitor.browser.find_elements(By.CSS_SELECTOR, f"input[aria-label*='{label}']")
    [box for box in boxes if box.is_displayed()][-1].click()
    visitor.clicks("[role='option']", option)
