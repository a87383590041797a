"""Formulations on many instances: coincidences of one instance are caught, and nothing is claimed beyond."""

from __future__ import annotations

import pytest

from equivalence.compare import compare
from equivalence.corpus.families import FAMILIES, PRODUCT_MIX, TRANSPORT
from equivalence.sampling import same_text, sample
from equivalence.verdict import Contract, Relation
from formulations.data import bind
from formulations.formulation import Document
from formulations.ground import ground
from formulations.notation import parse_notation
from formulations.program import Program

MIX = next(family for family in FAMILIES if family.name == "product mix").document(0)
SHIPPING = next(family for family in FAMILIES if family.name == "transport").document(0)

SHOP = """
set Goods
parameter price[Goods]
parameter worth[Goods]
parameter weight[Goods]
parameter limit
parameter room
variable take[g in Goods] integer >= 0 <= 5
maximize value: sum(price[g]*take[g] for g in Goods)
constraint load: sum(weight[g]*take[g] for g in Goods) <= limit
constraint place: sum(take[g] for g in Goods) <= room
data
set Goods = tea, rice, salt
parameter price = tea: 4, rice: 3, salt: 2
parameter worth = tea: 4, rice: 3, salt: 2
parameter weight = tea: 2, rice: 2, salt: 1
parameter limit = 9
parameter room = 20
"""


def document(text: str) -> Document:
    return parse_notation(text)


def program(of: Document) -> Program:
    return ground(bind(of.formulation, of.data))


#: Wrong, but right for the data given: other text, why.
COINCIDENCES = {
    "two tables that happen to be equal": SHOP.replace("sum(price[g]*take[g]", "sum(worth[g]*take[g]"),
    "a row that nothing meets": SHOP.replace("constraint place: sum(take[g] for g in Goods) <= room\n", ""),
    "a bound that is the number of the data": SHOP.replace("<= limit\n", "<= 9\n"),
}


@pytest.mark.parametrize("text", COINCIDENCES.values(), ids=COINCIDENCES)
def test_what_one_instance_makes_equal_is_caught_by_others(text: str) -> None:
    a, b = document(SHOP), document(text)
    assert compare(program(a), program(b)).positive
    found = sample(a, b)
    assert found.verdict.relation is Relation.UNKNOWN
    assert found.counterexample is not None
    assert not compare(*(ground(bind(d.formulation, _data_for(d, found.counterexample.data))) for d in (a, b))).positive


def _data_for(of: Document, data: object) -> object:
    names = {element.name for element in (*of.formulation.sets, *of.formulation.parameters)}
    parameters = {name: v for name, v in data.parameters.items() if name in names}  # type: ignore[attr-defined]
    return data.model_copy(update={"parameters": parameters})  # type: ignore[attr-defined]


#: The same for all data, in other words.
SAME = {
    "a bound as a row": PRODUCT_MIX.replace("integer >= 0 <= most[g]", "integer >= 0")
    + "constraint caps for g in Goods: make[g] <= most[g]\n",
    "a scaled row": PRODUCT_MIX.replace("for g in Goods) <= available[m]", "for g in Goods)*2 <= 2*available[m]"),
    "an objective in a column": PRODUCT_MIX.replace(
        "maximize earnings: sum", "variable gain\nmaximize total: gain\nconstraint earned: gain == sum"
    ),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_agreement_is_tested_and_never_proved(text: str) -> None:
    found = sample(MIX, parse_notation(text).model_copy(update={"data": MIX.data}))
    assert found.verdict.relation is Relation.TESTED
    assert not found.verdict.positive
    assert not found.verdict.exact
    assert found.counterexample is None
    assert len(found.samples) == len(found.verdict.tests) >= 5


def test_sets_of_one_two_and_three_members_are_among_the_samples() -> None:
    other = parse_notation(SAME["a scaled row"]).model_copy(update={"data": MIX.data})
    sizes = [len(s.data.sets["Goods"]) for s in sample(MIX, other).samples]
    assert sizes[:3] == [1, 2, 3]


def test_members_that_a_formulation_names_are_kept() -> None:
    named = SHOP + ""
    named = named.replace("data\n", 'constraint tea_first: take["tea"] >= take["salt"]\ndata\n')
    for s in sample(document(named), document(SHOP)).samples:
        assert {"tea", "salt"} <= set(s.data.sets["Goods"])


def test_the_same_text_in_another_order_is_equivalent_whatever_the_data() -> None:
    lines = PRODUCT_MIX.strip().splitlines()
    shuffled = [*lines[:2], *lines[5:1:-1], *lines[6:]]
    other = parse_notation("\n".join(shuffled).replace("constraint time", "constraint hours_left"))
    found = sample(MIX, other.model_copy(update={"data": MIX.data}))
    assert found.verdict.relation is Relation.EQUIVALENT_STRUCTURAL
    assert found.verdict.exact


def test_the_sense_and_the_domain_are_part_of_the_text() -> None:
    for change in (("maximize", "minimize"), (" integer", ""), ("<= available", ">= available"), ("profit[g]*", "")):
        assert not same_text(MIX.formulation, parse_notation(PRODUCT_MIX.replace(*change)).formulation)


def test_tables_that_only_one_formulation_has_leave_the_question_open() -> None:
    text = TRANSPORT.replace("parameter cost[Plants, Shops]", "parameter fare[Plants, Shops]").replace(
        "cost[p", "fare[p"
    )
    data = SHIPPING.data.model_copy(
        update={"parameters": {("fare" if k == "cost" else k): v for k, v in SHIPPING.data.parameters.items()}}
    )
    found = sample(SHIPPING, parse_notation(text).model_copy(update={"data": data}))
    assert found.verdict.relation is Relation.UNKNOWN
    assert "'fare'" in found.verdict.reason
    assert not found.samples


def test_random_directions_tell_feasible_sets_apart_where_no_proof_does() -> None:
    loose = SHOP.replace("integer >= 0 <= 5", ">= 0 <= 5").replace(
        "maximize value: sum(price[g]*take[g] for g in Goods)", "maximize value: 0"
    )
    tight = loose.replace("<= limit\n", "<= limit - 1\n")
    assert sample(document(loose), document(tight)).counterexample is not None


@pytest.mark.parametrize("contract", Contract)
def test_the_same_seeds_draw_the_same_data(contract: Contract) -> None:
    other = parse_notation(SAME["a scaled row"]).model_copy(update={"data": MIX.data})
    first, second = (sample(MIX, other, contract, seeds=2) for _ in range(2))
    assert [s.data for s in first.samples] == [s.data for s in second.samples]
