"""Numbers of the text beside numbers of the formulation."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.formulators.doubts.audit import mentions, scarce_numbers, sources, unused_numbers
from copilot.formulators.tables import schema_of
from formulations.notation import parse_notation

TEXT = (
    "A mill grinds rye and oats. A ton of rye takes 1.5 hours, a ton of oats 45 minutes; 1,200 hours are left. "
    "At least 30% of the flour must be rye. Rye earns $80 and oats $55 a ton. The mill has 3 floors."
)
MILL = parse_notation(
    "variable rye >= 0\nvariable oats >= 0\nmaximize profit: 80*rye + 55*oats\n"
    "constraint grinding: 1.5*rye + 0.75*oats <= 1200\nconstraint share: rye >= 0.3*(rye + oats)\n"
)


def test_every_number_is_found_as_it_is_written() -> None:
    found = {TEXT[mention.span.start : mention.span.end]: mention.values for mention in mentions(TEXT)}
    assert found["1.5"] == (1.5,)
    assert found["1,200"] == (1200.0,)
    assert found["30"] == (30.0, 0.3)
    assert [mention.values for mention in mentions("twice as many, half the price, seven days")] == [(2,), (0.5,), (7,)]


def test_only_numbers_that_occur_in_no_form_are_unused() -> None:
    assert [TEXT[span.start : span.end] for span in unused_numbers(TEXT, MILL)] == ["3"]


def test_a_number_is_not_used_because_another_one_is_its_multiple() -> None:
    text = "Moving a ton costs 0.2 a kilometre; the mine has 200 tons, the port 25 km away needs 150."
    notation = "variable moved >= 0 <= 200\nminimize cost: {}*moved\nconstraint need: moved >= 150\n"
    assert [text[span.start : span.end] for span in unused_numbers(text, parse_notation(notation.format(25)))] == [
        "0.2"
    ]
    assert unused_numbers(text, parse_notation(notation.format("25*0.2"))) == ()


def test_a_number_given_twice_and_used_once_is_scarce() -> None:
    text = "A crate takes 2 hours of picking and 2 hours of packing; 160 hours are left."
    document = parse_notation("variable crates >= 0\nmaximize made: crates\nconstraint all: 2*crates <= 160\n")
    assert scarce_numbers(text, document) == ("2 stands 2 times in the problem, 1 times here",)
    assert scarce_numbers(TEXT, MILL) == ()


def test_elements_point_at_the_sentences_of_their_numbers() -> None:
    spans = sources(TEXT, MILL)
    assert [TEXT[span.start : span.end] for span in spans["share"]] == ["At least 30% of the flour must be rye."]
    assert TEXT[spans["profit"][0].start : spans["profit"][0].end] == "Rye earns $80 and oats $55 a ton."


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    for span in unused_numbers(text, MILL):
        assert text[span.start : span.end]
    sources(text, MILL)


def test_a_schema_tells_columns_and_rows_only_where_it_is_allowed() -> None:
    import pandas as pd

    frame = pd.DataFrame({"ware": ["secret cup", "jug"], "clay": [0.5, 1.5], "count": [1, 2]})
    (schema,) = schema_of({"wares": frame})
    assert schema.described() == "- table wares, 2 rows: ware (members), clay (numbers), count (whole numbers)"
    (open_schema,) = schema_of({"wares": frame}, rows_allowed=True)
    assert "secret cup, 0.5, 1" in open_schema.described()
