"""Two tabs on one session: neither writes over what the other kept, and both states can be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
NOTATION = "variable pots >= 0\nmaximize gain: 3*pots\nconstraint clay: 2*pots <= {clay}"


@pytest.fixture
def visitor(browser: WebDriver, address: str) -> Iterator[Visitor]:
    found = Visitor(browser, address)
    found.arrive()
    yield found
    first, *others = browser.window_handles
    for other in others:
        browser.switch_to.window(other)
        browser.close()
    browser.switch_to.window(first)


def changes(visitor: Visitor, clay: int) -> None:
    visitor.goes_to("Formulation")
    visitor.writes(NOTATION.format(clay=clay))
    visitor.presses("Apply")


def test_two_tabs_on_one_session_lose_nothing(visitor: Visitor) -> None:
    browser = visitor.browser
    changes(visitor, 41)
    visitor.sees("clay")
    shared = visitor.until(lambda: browser.current_url if "session=" in browser.current_url else "", "no address")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    second = browser.current_window_handle
    browser.get(shared)
    visitor.sees("Mathematics")
    assert "Another tab or window" not in visitor.text(), "the same content twice is nothing to speak of"

    browser.switch_to.window(first)
    changes(visitor, 42)
    assert "Another tab or window" not in visitor.text()

    browser.switch_to.window(second)
    changes(visitor, 43)
    visitor.sees("Another tab or window has changed this session")
    visitor.sees("Nothing is lost")
    visitor.presses("Join both into one session")
    visitor.goes_to("Versions")
    visitor.sees("Two versions side by side")
    assert "Another tab or window" not in visitor.text()
    assert visitor.errors() == []
    visitor.goes_to("Formulation")
    visitor.until(lambda: "43" in editor(visitor), "the editor does not show 43")

    browser.switch_to.window(first)
    changes(visitor, 44)
    assert "Another tab or window" not in visitor.text(), "the other tab goes on with a session of its own"
    browser.switch_to.window(second)
    browser.get(shared)
    visitor.sees("Mathematics")
    visitor.until(lambda: "44" in editor(visitor), "the editor does not show 44")

    browser.switch_to.window(first)
    changes(visitor, 45)
    browser.switch_to.window(second)
    visitor.goes_to("Solve")
    visitor.sees("Another tab or window has changed this session since it was read here")
    visitor.presses("Show its latest state")
    visitor.goes_to("Formulation")
    assert "45" in editor(visitor)
    assert visitor.errors() == []


def editor(visitor: Visitor) -> str:
    return str(visitor.browser.execute_script("return document.querySelector('textarea').value"))
