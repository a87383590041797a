"""Sliders ask about the instance: answers are right, carry their badge, and the curve never crosses its bound."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from copilot.compiled import compile_document
from copilot.exploring import Explorer, explorer, first_parameters, lines_for, slider_rows
from copilot.gallery import samples
from copilot.moving_charts import SHOWN, band, moved
from copilot.sweeping import Study
from formulations.data import Instance, bind
from solvers.designs import hypercube
from solvers.dispatch import solve_instance
from solvers.variations import VariationError

SAMPLES = {sample.slug: sample for sample in samples()}


def instance(slug: str) -> Instance:
    found = compile_document(SAMPLES[slug].document()).instance
    assert found is not None
    return found


def exploring(slug: str, *lines: str) -> Explorer:
    return explorer(instance(slug), lines)


@pytest.mark.parametrize("slug", ["transport", "lot-sizing", "portfolio", "hub"])
def test_an_answer_is_that_of_solving_the_changed_document(slug: str) -> None:
    own = instance(slug)
    found = explorer(own, lines_for(first_parameters(own), 20, together=True))
    factors = found.space.base + 0.3 * (found.space.high - found.space.base)
    asked = found.ask(factors)
    changed = found.document(SAMPLES[slug].document(), factors)
    again = solve_instance(bind(changed.formulation, changed.data))
    assert asked.answer.termination is again.termination
    if again.objective is not None:
        assert asked.answer.objective == pytest.approx(again.objective, rel=1e-5)


def test_the_badge_says_no_more_than_is_known() -> None:
    found = exploring("transport", "demand together: 80%..140%")
    assert (found.base.badge, found.base.level) == ("exact", "proved")
    beyond = found.ask([140.0])
    assert beyond.answer.objective is None
    assert beyond.level == "alert"


def test_the_curve_passes_through_the_answers_and_the_bound_is_never_beyond_it() -> None:
    found = exploring("transport", "supply together: +-20%", "cost together: +-20%")
    curve = found.curve(found.space.base, 0, seconds=10.0)
    solved = curve.dropna()
    assert len(solved) > 5
    assert (solved["bound"] <= solved["objective"] + 1e-6).all()
    row = solved.iloc[-1]
    assert found.ask([row["value"], 100.0]).answer.objective == pytest.approx(row["objective"])


def test_the_curve_of_a_proxy_is_bounded_by_its_certificates() -> None:
    pytest.importorskip("torch")
    from solvers.proxies.training import Training, train

    found = exploring("transport", "cost together: +-20%")
    training = Training(samples=32, validation=16, epochs=5, seconds=3.0, device="cpu")
    learned = explorer(found.instance, ["cost together: +-20%"], train(found.space, training))
    curve = learned.curve(np.array([100.0]), 0, seconds=10.0)
    assert curve["bound"].notna().all()
    assert (curve["bound"] <= curve["objective"] + 1e-6).all()
    asked = learned.ask([110.0])
    exact = found.ask([110.0]).answer
    assert asked.answer.objective is not None
    assert exact.objective is not None
    assert asked.answer.objective >= exact.objective - 1e-6


def test_sliders_start_at_the_data_and_end_where_the_variation_ends() -> None:
    found = exploring("bakery", "flour_stock: 200..400", "profit together: +-10%")
    flour, profit = slider_rows(found.space, found.space.base)
    assert (flour["low"], flour["high"], flour["value"], flour["step"]) == (200.0, 400.0, 300.0, 1.0)
    assert (profit["low"], profit["high"], profit["value"], profit["step"]) == (90.0, 110.0, 100.0, 0.2)


def test_the_first_parameters_are_those_that_matter() -> None:
    chosen = first_parameters(instance("bakery"))
    assert len(chosen) == 4
    assert "profit" in chosen


def test_too_many_sliders_and_lines_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(VariationError, match="36 sliders"):
        exploring("vehicle-routing", "distance: +-20%")
    with pytest.raises(VariationError, match="cannot read"):
        exploring("bakery", "profit rises")


def test_a_sweep_in_the_background_ends_with_every_answer_or_where_it_was_stopped() -> None:
    found = exploring("transport", "cost together: +-20%")
    study = Study(hypercube(found.space, 8), found).start()
    study.wait()
    assert study.found is not None
    assert (study.done, study.found.complete, study.problem) == (8, True, "")
    stopped = Study(hypercube(found.space, 8), found, stopped=True).start()
    stopped.wait()
    assert stopped.found is not None
    assert not stopped.found.complete


def test_the_picture_of_a_curve_says_what_is_unknown_and_none_is_drawn_of_nothing() -> None:
    curve = pd.DataFrame({"value": [1.0, 2.0], "objective": [5.0, np.nan], "bound": [np.nan, 4.0]})
    drawn = band(curve, "demand", 1.5, None)
    assert drawn is not None
    assert (drawn["objectives"], drawn["bounds"], drawn["objective"]) == ([5.0, None], [None, 4.0], None)
    json.dumps(drawn, allow_nan=False)
    assert band(curve.assign(objective=np.nan, bound=np.nan), "demand", 1.5, None) is None


def test_decisions_that_moved_are_drawn_before_large_ones() -> None:
    labels = [f"make[{k}]" for k in range(40)]
    before = np.arange(40.0)
    after = before.copy()
    after[3] += 1e-3
    rows = moved(labels, before, after)
    assert len(rows) == SHOWN
    assert rows[0] == (labels[3], 3.0, 3.001)
    assert rows[-1] == (labels[39], 39.0, 39.0)
    assert moved(labels, before, None) == []
