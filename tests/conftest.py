"""What all tests share: in CI, a test of something that must be there may not be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

#: Markers whose tests must run: CI sets ``OPTCOPILOT_REQUIRE="highs browser"``.
REQUIRED = frozenset(os.environ.get("OPTCOPILOT_REQUIRE", "").split())


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
