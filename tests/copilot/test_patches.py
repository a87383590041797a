"""Corrections by name, back-translations, and repair from the status of a solve."""

from __future__ import annotations

import pytest
from openai_server import Refuse, Say, openai_server

from copilot.formulators.doubts.backtranslation import back_translations, contradictions
from copilot.formulators.doubts.questioning import questioned
from copilot.formulators.draft import Draft
from copilot.formulators.llm import LLMFormulator
from copilot.formulators.replies.patches import patched, removals
from copilot.formulators.status import status_of
from copilot.providers.openai_compatible import OpenAICompatible
from formulations.data import bind
from formulations.formulation import Document
from formulations.notation import parse_notation, write_notation
from solvers.dispatch import solve_instance

WEAVER = """\
# Weaver
set Cloth
parameter yarn[Cloth]
variable weave[Cloth] >= 0
variable rest >= 0
maximize meters: sum(weave[c] for c in Cloth)
constraint stock: sum(yarn[c]*weave[c] for c in Cloth) + rest == 90
constraint order: weave["linen"] >= 20
data
set Cloth = linen, wool
parameter yarn = linen: 2, wool: 3
"""


def same(first: str, second: str) -> bool:
    return write_notation(parse_notation(first)) == write_notation(parse_notation(second))


PATCHES = {
    "a constraint replaced": ('constraint order: weave["linen"] >= 25\n', (">= 20", ">= 25")),
    "a constraint added": ("constraint more: rest <= 5\n", ("data\nset", "constraint more: rest <= 5\ndata\nset")),
    "a bound changed": ("variable rest >= 1\n", ("variable rest >= 0", "variable rest >= 1")),
    "the objective": ("maximize m: rest\n", ("maximize meters: sum(weave[c] for c in Cloth)", "maximize m: rest")),
    "a table replaced": ("data\nparameter yarn = linen: 1, wool: 4\n", ("linen: 2, wool: 3", "linen: 1, wool: 4")),
    "nothing": ("Sorry, I see no mistake.\n", ("", "")),
}


@pytest.mark.parametrize("case", PATCHES)
def test_a_patch_changes_the_elements_that_it_names_and_no_others(case: str) -> None:
    patch, (before, after) = PATCHES[case]
    assert same(patched(WEAVER, patch), WEAVER.replace(before, after, 1) if before else WEAVER)


def test_elements_are_taken_out_by_name() -> None:
    names = removals("remove order\n- delete the constraint `stock`\nconstraint remove_it: rest <= 1\n")
    assert names == ("order", "stock")
    document = parse_notation(patched(WEAVER, "", names))
    assert document.formulation.constraints == ()
    assert document.data == parse_notation(WEAVER).data


def test_a_whole_formulation_replaces_everything() -> None:
    whole = "variable x >= 0\nminimize cost: x\nconstraint need: x >= 4\n"
    assert patched(WEAVER, whole) == whole


TEXT = """\
A weaver makes linen and wool. A meter of linen takes 2 kg of yarn and brings 9, a meter of wool takes 3 kg and brings
12. There are 90 kg of yarn, and at least 20 meters of linen are ordered. Maximize the income."""
GOOD = """\
variable linen >= 0
variable wool >= 0
maximize income: 9*linen + 12*wool
constraint yarn: 2*linen + 3*wool <= 90
constraint order: linen >= 20
"""


def drafted(*steps: Say | Refuse, **options: object) -> tuple[Draft, list[str]]:
    """The draft, and the last message of every request."""
    with openai_server(*steps) as server:
        provider = OpenAICompatible(base_url=server.url, model="tiny", sleep=lambda seconds: None)
        draft = LLMFormulator(provider, **options).formulate(TEXT)  # type: ignore[arg-type]
    return draft, [request["messages"][-1]["content"] for request in server.requests]


def optimum(document: Document) -> float | None:
    return solve_instance(bind(document.formulation, document.data)).objective


def test_a_conflict_goes_back_by_name_and_a_patch_mends_it() -> None:
    broken = GOOD.replace("linen >= 20", "linen >= 20 + 30")
    draft, asked = drafted(Say(broken), Say("constraint order: linen >= 20\n"))
    assert "infeasible" in asked[1]
    assert "'order'" in asked[1]
    assert "'yarn'" in asked[1]
    assert optimum(draft.document) == pytest.approx(405)
    assert draft.questions == ()


def test_a_ray_goes_back_by_name_and_a_patch_mends_it() -> None:
    broken = GOOD.replace("2*linen + 3*wool <= 90", "2*linen + 3*wool >= 90")
    draft, asked = drafted(Say(broken), Say("```\nconstraint yarn: 2*linen + 3*wool <= 90\n```"))
    assert "unbounded" in asked[1]
    assert "wool" in asked[1].split("without limit")[1]
    assert optimum(draft.document) == pytest.approx(405)


@pytest.mark.parametrize("reply", [Say("I am sorry."), Refuse(403), Say("constraint order: linen >= 70\n")])
def test_what_stays_without_an_optimum_is_a_draft_with_a_question(reply: Say | Refuse) -> None:
    draft, asked = drafted(Say(GOOD.replace("linen >= 20", "linen >= 20 + 30")), reply)
    assert len(asked) == 2
    assert draft.confidence == pytest.approx(0.1)
    assert any("infeasible" in question.text for question in draft.questions)


def test_without_repairs_nothing_is_sent_back() -> None:
    draft, asked = drafted(Say(GOOD.replace("linen >= 20", "linen >= 20 + 30")), repairs=0)
    assert len(asked) == 1
    assert draft.confidence == pytest.approx(0.1)


def test_a_status_says_why_there_is_no_optimum() -> None:
    assert status_of(parse_notation(GOOD)).value == pytest.approx(405)
    assert status_of(parse_notation(GOOD)).words == ""
    assert status_of(parse_notation("variable x >= 0\nmaximize x_most: 2*x\n")).words == "unbounded"
    assert status_of(parse_notation("variable x >= 0\nmaximize x_most: 2*y\n")).words == "", "errors have no status"


def test_constraints_are_told_in_words_beside_their_sentences() -> None:
    document = parse_notation(GOOD).model_copy(update={"text": TEXT})
    told = {entry.element: entry for entry in back_translations(TEXT, document)}
    assert told["yarn"].words == "2 linen + 3 wool is at most 90"
    assert told["income"].words == "maximize income, which is 9 linen + 12 wool"
    assert any("90 kg of yarn" in TEXT[span.start : span.end] for span in told["yarn"].spans)
    assert not any(entry.contradiction for entry in told.values())


CONTRADICTIONS = {
    "the wrong side": (
        "constraint order: linen <= 20\n",
        "the text says \"at least 20\", but 'order' is at most 20",
    ),
    "the wrong side, turned": ("constraint order: 20 >= linen\n", 'the text says "at least 20"'),
    "the right side, turned": ("constraint order: 20 <= linen\n", ""),
    "a number that nothing stands before": ("constraint yarn: 2*linen + 3*wool >= 90\n", ""),
    "a difference, which may go either way": ("constraint order: wool - linen <= 20\n", ""),
    "an equation": ("constraint order: linen == 20\n", ""),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_limit_is_compared_with_the_words_before_its_number(case: str) -> None:
    row, expected = CONTRADICTIONS[case]
    document = parse_notation(f"variable linen >= 0\nvariable wool >= 0\nmaximize m: linen\n{row}")
    found = contradictions(TEXT, document)
    assert str(found[0]).startswith(expected) if expected else found == ()


def test_a_contradiction_is_sent_back_and_lowers_the_confidence() -> None:
    wrong = GOOD.replace("linen >= 20", "linen <= 20")
    draft, asked = drafted(Say(wrong), Say(GOOD))
    assert '"at least 20"' in asked[1]
    assert optimum(draft.document) == pytest.approx(405)
    stubborn = questioned(drafted(Say(wrong))[0])
    assert stubborn.confidence < 0.5
    assert any('"at least 20"' in question.text for question in stubborn.questions)
