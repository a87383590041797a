"""No bound crosses an optimum that is known exactly; the check would notice if one did."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.validity import FAMILIES, campaign, check
from solvers.proxies import certificate, tangents


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(FAMILIES)), st.integers(0, 2**32 - 1))
def test_no_bound_crosses_a_known_optimum(name: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    found = check(random, FAMILIES[name](random, 20), climbing=False)
    assert found["crossings"] == found["false_rays"] == 0


@pytest.mark.parametrize("name", ["LP", "QP", "SOCP"])
def test_the_ascent_comes_close_to_known_optima(name: str) -> None:
    found = campaign(name, 60, 3)
    assert found["crossings"] == 0
    assert isinstance(found["median_gap"], float)
    assert found["median_gap"] < 1e-6


def test_without_margins_for_rounding_bounds_would_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (certificate, tangents):
        monkeypatch.setattr(module, "gamma", lambda terms: np.zeros(np.shape(terms)))
    monkeypatch.setattr(certificate, "INFLATION", 0.0)
    random = np.random.default_rng(1)
    crossings = [check(random, FAMILIES["LP"](random, 200), climbing=False)["crossings"] for _ in range(6)]
    assert sum(crossings) > 0
