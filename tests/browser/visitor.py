"""A person at the browser: finds things by what they say, waits as a person waits."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")
PATIENCE = 60.0


@dataclass
class Visitor:
    browser: WebDriver
    address: str

    def arrive(self, width: int = 1280, height: int = 1000) -> None:
        self.browser.set_window_size(width, height)
        self.browser.get(self.address)
        self.sees("What do you want to decide?")

    def until(self, look: Callable[[], T | None], complaint: str, *, patience: float = PATIENCE) -> T:
        """What ``look`` finds, as soon as it finds something; pages redraw meanwhile."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                found = look()
            except WebDriverException:
                found = None
            if found:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{complaint}; the page says:\n{self.text()[:3000]}")

    def text(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "body").text

    def sees(self, words: str, *, patience: float = PATIENCE) -> None:
        self.until(lambda: words in self.text(), f"'{words}' does not appear", patience=patience)

    def settles(self) -> None:
        """Waits until nothing on the page is being recomputed."""
        time.sleep(0.5)
        busy = '[data-testid="stStatusWidget"], [data-stale="true"], [data-testid="stSkeleton"]'
        self.until(lambda: not self.browser.find_elements(By.CSS_SELECTOR, busy), "the page does not come to rest")

    def clicks(self, selector: str, words: str = "") -> None:
        def attempt() -> bool:
            for element in self.browser.find_elements(By.CSS_SELECTOR, selector):
                if words in element.text and element.is_enabled():
                    self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
                    element.click()
                    return True
            return False

        self.until(attempt, f"there is no {selector} '{words}' to click")
        self.settles()

    def presses(self, words: str) -> None:
        self.clicks("button", words)

    def goes_to(self, page: str) -> None:
        """By the navigation, or on a narrow screen by opening it first."""
        link = 'a[href$="/"]' if page == "Describe" else f'a[href$="/{page.lower()}"]'
        if not any(element.is_displayed() for element in self.browser.find_elements(By.CSS_SELECTOR, link)):
            self.clicks('[data-testid="stExpandSidebarButton"]')
        self.clicks(link)

    def writes(self, words: str) -> None:
        """Into the first text area, replacing what stands there, and leaves it."""
        area: WebElement = self.until(
            lambda: next(iter(self.browser.find_elements(By.TAG_NAME, "textarea")), None), "there is nowhere to write"
        )
        area.send_keys(Keys.CONTROL, "a")
        area.send_keys(words)
        area.send_keys(Keys.CONTROL, Keys.ENTER)
        self.settles()

    def fills(self, label: str, value: str) -> None:
        """The field of that label, in place of what stands there."""
        field: WebElement = self.until(
            lambda: next(iter(self.browser.find_elements(By.CSS_SELECTOR, f"input[aria-label='{label}']")), None),
            f"there is no field '{label}'",
        )
        field.send_keys(Keys.CONTROL + "a")
        field.send_keys(value)

    def opens_sample(self, slug: str) -> None:
        self.clicks(f".st-key-pick-open-sample-{slug} button")
        self.sees("Mathematics")

    def opens_file(self, name: str, content: str) -> None:
        """A file of this content by the sidebar."""
        picker = "section[data-testid='stSidebar'] input[type='file']"
        if not self.browser.find_elements(By.CSS_SELECTOR, picker):
            self.clicks("summary", "Open a session or a file")
        file = Path(tempfile.mkdtemp()) / name
        file.write_text(content)
        self.until(lambda: self.browser.find_elements(By.CSS_SELECTOR, picker), "there is no place for a file")
        self.browser.find_element(By.CSS_SELECTOR, picker).send_keys(str(file))
        self.settles()

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.browser.execute_script(script))

    def scrolled(self) -> int:
        """Pixels by which the beginning of the page is out of sight."""
        return int(self.browser.execute_script("return document.querySelector('[data-testid=stMain]').scrollTop"))

    def errors(self) -> list[str]:
        return [e.text for e in self.browser.find_elements(By.CSS_SELECTOR, '[data-testid="stException"]')]
