"""What CI must not do without."""

from __future__ import annotations

import os
import shutil

import pytest

from solvers.registry import solver_named


@pytest.mark.highs
def test_highs_is_installed() -> None:
    assert solver_named("HiGHS").available().installed


@pytest.mark.skipif(not os.environ.get("CI"), reason="asked for in CI only")
def test_a_browser_is_installed_in_ci() -> None:
    assert shutil.which("chromium")
    assert shutil.which("chromedriver")
