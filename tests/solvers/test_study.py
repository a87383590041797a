"""Studies come back from their lines and from their JSON."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from test_scenarios import VARIATIONS

from formulations.formulation import Objective
from solvers.study import Study, parse_study, write_study
from solvers.uncertainty import Uncertainty

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
UNCERTAINTIES = st.builds(
    Uncertainty,
    variation=VARIATIONS.filter(lambda variation: variation.distribution.kind == "range"),
    budget=st.one_of(st.none(), st.floats(0.1, 99)),
)
OBJECTIVES = st.builds(
    Objective,
    name=NAMES,
    sense=st.sampled_from(("minimize", "maximize")),
    expression=st.just("sum(c[i]*x[i] for i in I)"),
    unit=st.sampled_from(("", "kg")),
)
STUDIES = st.builds(
    Study,
    variations=st.lists(VARIATIONS, max_size=3).map(tuple),
    uncertainties=st.lists(UNCERTAINTIES, max_size=3).map(tuple),
    recourse=st.lists(NAMES, max_size=3, unique=True).map(tuple),
    objectives=st.lists(OBJECTIVES, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(STUDIES)
def test_a_study_comes_back_from_its_lines_and_from_json(study: Study) -> None:
    assert parse_study(write_study(study)) == study
    assert parse_study(study.model_dump_json()) == study
