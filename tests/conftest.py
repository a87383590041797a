"""What all tests share: in CI, a test of something that must be there may not be skipped."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator

import pytest

#: Markers whose tests must run: CI sets ``OPTCOPILOT_REQUIRE="highs browser"``.
REQUIRED = frozenset(os.environ.get("OPTCOPILOT_REQUIRE", "").split())


@pytest.fixture(autouse=True, scope="module")
def main_module_stays() -> Iterator[None]:
    """A page that runs in a test makes itself the main module, which worker processes would then run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = REQUIRED & {marker.name for marker in item.iter_markers()}
    if report.skipped and required:
        report.outcome = "failed"
        report.longrepr = f"skipped although {', '.join(sorted(required))} must be tested here: {report.longrepr}"
    return report
