"""Every page draws every kind of problem, solved or not, broken or missing, without an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = (
    "describe",
    "formulation",
    "data",
    "solve",
    "explore",
    "versions",
    "compare",
    "export",
    "evaluation",
    "settings",
)
STATES = ("nothing", "text only", "broken", "no data", "infeasible", "transport", "lot-sizing", "hub", "machines")
SCRIPT = """
import streamlit as st
from copilot.session import parse_session
from copilot.formulators.offline import OfflineFormulator
from copilot.gallery import samples
from copilot.pages import {page} as shown, state
from copilot.session import Session
from copilot.summary import summarize
from formulations.notation import parse_notation
from solvers.dispatch import solve_instance

TEXTS = {{
    "broken": "variable x >= 0\\nminimize z: x + y",
    "no data": "set I\\nparameter c[I]\\nvariable x[I] >= 0\\nminimize z: sum(c[i]*x[i] for i in I)",
    "infeasible": "parameter a\\nvariable x >= 0\\nminimize z: x\\nconstraint p: x >= 8\\nconstraint q: x <= a\\n"
    "data\\nparameter a = 5",
}}


def started(name):
    if name == "nothing":
        return Session()
    if name == "text only":
        return Session(text="A farm grows wheat. It has 40 acres.")
    if name in TEXTS:
        return Session(title=name).edited(parse_notation(TEXTS[name]), at=state.now())
    sample = next(sample for sample in samples() if sample.slug == name)
    session = Session(title=sample.title, text=sample.text)
    if name == "transport":
        return session.drafted(OfflineFormulator().formulate(sample.text), at=state.now())
    return session.edited(sample.document(), at=state.now())


def studied(instance, solution):
    # A study of every kind that this problem allows.
    from copilot import hedging, what_ifs
    from copilot.exploring import explorer
    from copilot.worth_study import worth_told
    from solvers.designs import hypercube
    from solvers.scenarios import sweep
    from solvers.solver import Options
    from solvers.uncertainty import parse_uncertainty

    names = [parameter.name for parameter in instance.formulation.parameters]
    if not names:
        return
    line = names[0] + ": +-5%"
    found = explorer(instance, [names[0] + " together: +-5%"])
    yield worth_told(instance, Options(time_limit=5))
    yield what_ifs.settings_told(found, found.base, None)
    yield what_ifs.tornado_told(found, found.tornado())
    scenarios = hypercube(found.space, 4)
    yield what_ifs.scenarios_told(instance, "drawn", sweep(scenarios, Options()))
    late = (instance.formulation.variables[-1].name,)
    uncertain = (parse_uncertainty(line + " budget 1"),)
    for asked in (
        hedging.WorstCase(uncertainties=uncertain, budgets=True),
        hedging.WorstCase(uncertainties=uncertain, recourse=late),
        hedging.OverScenarios(design=scenarios, recourse=late, said="drawn", weight=0.5),
    ):
        hedge = hedging.Hedge(instance, asked, Options(time_limit=10)).start()
        hedge.wait()
        assert (hedge.told is None) == bool(hedge.problem)
        if hedge.told is not None:
            yield hedge.told


if "session" not in st.session_state:
    # As after a reload: what is made from here on stands beside what was read from a file.
    state.open_session(parse_session(started("{name}").model_dump_json()))
    compiled = state.compiled()
    if compiled is not None and compiled.program is not None:
        solution = solve_instance(compiled.instance)
        state.keep(state.session().solved(summarize(solution, compiled.program)))
        document = state.session().document
        again = document.model_copy(update={{"text": document.text + " "}})
        state.keep(state.session().edited(again, at=state.now()))
        state.keep(state.session().solved(summarize(solution, compiled.program)))
        for told in studied(compiled.instance, solution):
            state.keep_study(told, document)
        names = [element.name for element in document.formulation.elements()]
        state.select(names[-1])
shown.page()
"""


@pytest.mark.parametrize("name", STATES)
def test_no_page_raises(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCOPILOT_SESSIONS", str(tmp_path))
    for page in PAGES:
        drawn = AppTest.from_string(SCRIPT.format(page=page, name=name), default_timeout=120).run()
        assert [raised.value for raised in drawn.exception] == [], page
        assert drawn.title, page
