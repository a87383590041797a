"""How long a slider of the page Explore waits for its answer, measured in the browser itself.

The app runs in a process of its own, headless Chromium drags the sliders of a gallery problem with the button held
down. In the page, the clock starts with the input event and stops with the frame in which the complete answer for just
these values (objective, badge, band, decisions) is to be seen. First with the warm solver, then with a learned proxy.

    python benchmarks/explore.py [--quick] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402

from tests.browser.conftest import app, chromium  # noqa: E402
from tests.browser.visitor import Visitor  # noqa: E402

#: Notes for every key when it was asked for and when its answer was complete, in milliseconds.
CLOCK = """
if (window.answers) { window.answers = []; return; }
window.asked = {}; window.answers = [];
document.addEventListener('input', (event) => {
  if (!event.target.closest('.sliders')) return;
  requestAnimationFrame(() => { window.asked[document.querySelector('.sliders').dataset.key] = performance.now(); });
}, true);
new MutationObserver(() => {
  const key = document.querySelector('.live').dataset.complete;
  if (!key || !(key in window.asked) || key !== document.querySelector('.sliders').dataset.key) return;
  const since = window.asked[key];
  delete window.asked[key];
  requestAnimationFrame(() => setTimeout(() => window.answers.push(performance.now() - since)));
}).observe(document.body, {attributes: true, attributeFilter: ['data-complete'], subtree: true});
"""


#: Where the thumb of a slider is, in pixels from its middle.
THUMB = """
const [slider] = arguments, share = (slider.value - slider.min) / (slider.max - slider.min) - 0.5;
return share * (slider.clientWidth - 16);
"""
MOVES = 3


def measure(visitor: Visitor, drags: int) -> list[float]:
    """Milliseconds from each movement of a held thumb to its complete answer; every drag has MOVES of them."""
    browser = visitor.browser
    browser.execute_script(CLOCK)
    for number in range(drags):
        sliders = browser.find_elements(By.CSS_SELECTOR, ".sliders input")
        slider = sliders[number % len(sliders)]
        step = 4 if number // len(sliders) % 2 == 0 else -4
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", slider)
        thumb = int(browser.execute_script(THUMB, slider))
        ActionChains(browser, duration=0).move_to_element_with_offset(slider, thumb, 0).click_and_hold().perform()
        for _ in range(MOVES):
            ActionChains(browser, duration=0).move_by_offset(step, 0).perform()
            deadline = time.monotonic() + 20
            while browser.execute_script("return Object.keys(window.asked).length") and time.monotonic() < deadline:
                time.sleep(0.25)  # looking more often would slow down what is measured
        ActionChains(browser).release().perform()
        browser.execute_script("window.asked = {}")
    return [float(value) for value in browser.execute_script("return window.answers")]


def summary(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "answers": len(ordered),
        "median_ms": statistics.median(ordered),
        "p90_ms": ordered[int(0.9 * (len(ordered) - 1))],
        "largest_ms": ordered[-1],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="a few drags only")
    parser.add_argument("--sample", default="transport", help="a problem of the gallery")
    arguments = parser.parse_args()
    drags = 6 if arguments.quick else 30
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with app(home) as address, chromium(home) as browser:
            visitor = Visitor(browser, address)
            visitor.arrive()
            visitor.opens_sample(arguments.sample)
            visitor.goes_to("Explore")
            visitor.sees("as with the data")
            visitor.settles()
            found["warm solver"] = summary(measure(visitor, drags))
            visitor.clicks('[role="tab"]', "Proxy")
            visitor.presses("Train a proxy")
            visitor.sees("The sliders ask the proxy first", patience=200)
            visitor.settles()
            found["proxy"] = summary(measure(visitor, drags))
    if arguments.json:
        print(json.dumps(found))
        return
    for name, figures in found.items():
        print(name, "  ".join(f"{key} {value:.0f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
