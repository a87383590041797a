"""What a limit is worth is said in the names and units of the user, with the range in which it holds."""

from __future__ import annotations

from copilot.compiled import compile_document
from copilot.gallery import samples
from copilot.worth import cost_table, limit_unit, price_sentences, price_table
from formulations.formulation import Document
from solvers.dispatch import solve_instance
from solvers.sensitivity import Sensitivity, sensitivity

SAMPLES = {sample.slug: sample for sample in samples()}


def examined(document: Document) -> Sensitivity:
    compiled = compile_document(document)
    assert compiled.instance is not None
    assert compiled.program is not None
    return sensitivity(compiled.program, solve_instance(compiled.instance))


def test_a_price_is_said_with_unit_and_range_and_holds_at_both_ends() -> None:
    document = SAMPLES["transport"].document()
    said = price_sentences(examined(document), document.formulation)
    assert said[0] == (
        "One more case of `need['Paris']` raises `total_cost` by **15.9**, as long as the limit stays between 75 and "
        "375 case (it is 325)."
    )
    assert any("`capacity['Lyon']` lowers `total_cost` by **11.2**" in sentence for sentence in said)
    assert limit_unit(document.formulation, "capacity") == "case"
    assert limit_unit(document.formulation, "nothing") == ""


def test_tables_have_no_infinities_and_every_row_and_column() -> None:
    found = examined(SAMPLES["bakery"].document())
    prices, costs = price_table(found), cost_table(found)
    assert len(prices) == len(found.rows)
    assert len(costs) == len(found.columns)
    assert not prices.isin([float("inf"), float("-inf")]).any().any()
