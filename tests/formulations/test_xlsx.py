"""Workbooks: the data read back as they were, results stand beside them, and no text becomes a formula."""

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.exports import workbook
from formulations.exports.exporter import ExportRefused
from formulations.exports.xlsx import Results, Xlsx, export_workbook
from formulations.formulation import Data, Document, Formulation, Parameter, Set, Variable
from formulations.notation import parse_notation
from formulations.tables import apply_mapping, propose_mapping, read_tables

NOTATION = """# Dairy
set Farm
set Shop
set Road within Farm * Shop
set Month
set Open within Shop
parameter milk[Farm] in liter "per day"
parameter distance[Road]
parameter price[Shop, Month] default 1.5
parameter cost[Farm, Shop]
parameter demand[Farm, Shop, Month]
parameter hours "working hours"
parameter bonus default 3
variable send[f in Farm, s in Shop] >= 0
variable use[Farm] binary
variable total
minimize travel: sum(cost[f, s]*send[f, s] for f in Farm for s in Shop) + total
constraint supply for f in Farm: sum(send[f, s] for s in Shop) <= milk[f]
data
set Farm = hill, "=river()"
set Shop = "+1", "-x", "@z"
set Road = (hill, "+1"), (hill, "-x"), ("=river()", "@z")
set Month = 1..3
set Open = "@z"
parameter milk = hill: 10, "=river()": 20.25
parameter distance = (hill, "+1"): 4, (hill, "-x"): 5, ("=river()", "@z"): 6
parameter price = ("+1", 1): 2, ("+1", 2): 2.5, ("-x", 3): 0.1, ("-x", 1): 7
parameter cost = (hill, "+1"): 1, (hill, "-x"): 2, (hill, "@z"): 3, ("=river()", "+1"): 4, ("=river()", "-x"): 5,
    ("=river()", "@z"): 6
parameter demand = (hill, "+1", 1): 5, (hill, "-x", 2): 6
parameter hours = 38.5
"""


@pytest.fixture(scope="module")
def dairy() -> Document:
    return parse_notation(NOTATION)


RESULTS = Results(
    termination="optimal",
    objective=12.5,
    values={
        "send['hill', '+1']": 3.0,
        "send['hill', '-x']": 0.0,
        "send['=river()', '@z']": 2.5,
        "use['hill']": 1.0,
        "use['=river()']": 0.0,
        "total": 7.0,
    },
    rows=pd.DataFrame(
        {"constraint": ["supply['hill']", "supply['=river()']"], "activity": [3.0, 2.5], "dual": [float("nan"), -1.0]}
    ),
    solver="HiGHS",
)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(content: bytes, title: str) -> list[tuple[object, ...]]:
    return list(opened(content)[title].iter_rows(values_only=True))


def unordered(data: Data) -> object:
    return data.sets, {k: set(v) if isinstance(v, tuple) else v for k, v in data.parameters.items()}


@pytest.mark.parametrize("results", [None, RESULTS], ids=["data", "results"])
def test_the_data_read_back_through_the_tables_as_they_were(dairy: Document, results: Results | None) -> None:
    frames = read_tables(export_workbook(dairy, results), "dairy.xlsx")
    mapping = propose_mapping(frames, dairy.formulation)
    assert unordered(apply_mapping(frames, mapping, dairy.formulation)) == unordered(dairy.data)


def test_two_plain_indices_make_a_matrix_and_others_a_list(dairy: Document) -> None:
    content = Xlsx().export(dairy)
    assert rows_of(content, "cost") == [
        ("Farm \\ Shop", "+1", "-x", "@z"),
        ("hill", 1, 2, 3),
        ("=river()", 4, 5, 6),
    ]
    assert rows_of(content, "demand")[0] == ("Farm", "Shop", "Month", "demand")
    assert rows_of(content, "Road")[:2] == [("Farm", "Shop"), ("hill", "+1")]
    assert rows_of(content, "Scalars")[1] == ("hours", 38.5, None, "working hours")


def test_no_text_becomes_a_formula(dairy: Document) -> None:
    for sheet in opened(export_workbook(dairy, RESULTS)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value[:1] in "=+-@":
                    assert cell.quotePrefix


def test_the_summary_holds_the_notation_and_the_outcome(dairy: Document) -> None:
    lines = [row[0] for row in rows_of(export_workbook(dairy, RESULTS), "Summary")]
    assert lines[0] == "Dairy"
    assert "Termination: optimal (HiGHS)" in lines
    assert "Objective: 12.5" in lines
    assert any(str(line).startswith("minimize travel:") for line in lines)
    elements = rows_of(export_workbook(dairy), "Elements")
    assert ("parameter", "milk", "Farm", "liter", "per day") in elements


def test_results_have_a_sheet_for_each_variable_and_one_for_the_constraints(dairy: Document) -> None:
    content = export_workbook(dairy, RESULTS)
    assert rows_of(content, "send") == [
        ("Farm \\ Shop", "+1", "-x", "@z"),
        ("hill", 3, 0, None),
        ("=river()", None, None, 2.5),
    ]
    assert rows_of(content, "use") == [("Farm", "use"), ("hill", 1), ("=river()", 0)]
    assert rows_of(content, "Scalar variables") == [("variable", "value"), ("total", 7)]
    assert rows_of(content, "Constraints") == [
        ("constraint", "activity", "dual"),
        ("supply['hill']", 3, None),
        ("supply['=river()']", 2.5, -1),
    ]


def test_sheet_names_are_cut_and_kept_apart() -> None:
    long = "a" * 40
    formulation = Formulation(
        sets=(Set(name=long + "b"), Set(name=long + "c"), Set(name="summary"), Set(name="HISTORY")),
        variables=(Variable(name="x"),),
    )
    data = Data(sets={s.name: ("m",) for s in formulation.sets})
    titles = opened(export_workbook(Document(formulation=formulation, data=data))).sheetnames
    assert titles == ["Summary", "Elements", "a" * 31, "a" * 29 + "_2", "summary_2", "HISTORY_2"]


def test_numbers_that_excel_would_round_and_odd_characters_are_written_as_text() -> None:
    formulation = Formulation(sets=(Set(name="S"),))
    members = (2**60, "a\x01b", "x" * 40_000)
    content = export_workbook(Document(formulation=formulation, data=Data(sets={"S": members})))
    values = [row[0] for row in rows_of(content, "S")][1:]
    assert values == [str(2**60), "a\ufffdb", "x" * 32_767]


def test_more_rows_than_a_sheet_holds_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MAX_ROWS", 5)
    formulation = Formulation(sets=(Set(name="Days"),))
    with pytest.raises(ExportRefused, match="Days: has more than 4 rows"):
        export_workbook(Document(formulation=formulation, data=Data(sets={"Days": tuple(range(6))})))


WORDS = st.text(alphabet="ab=+-@ '\"1é", min_size=1, max_size=5).map(str.strip).filter(bool)
MEMBERS = st.one_of(
    st.lists(st.integers(-5, 60), min_size=1, max_size=4, unique=True),
    st.lists(WORDS, min_size=1, max_size=4, unique=True),
)


@given(
    rows=MEMBERS,
    columns=MEMBERS,
    values=st.lists(st.floats(-1e12, 1e12), min_size=16, max_size=16),
    holes=st.integers(0, 6),
)
@settings(max_examples=40, deadline=None)
def test_any_members_and_numbers_survive_the_way_through_excel(
    rows: list[int | str], columns: list[int | str], values: list[float], holes: int
) -> None:
    formulation = Formulation(
        sets=(Set(name="Left"), Set(name="Right")),
        parameters=(
            Parameter(name="weight", indices=("Left", "Right"), default=0.0),
            Parameter(name="load", indices=("Left",)),
            Parameter(name="limit"),
        ),
    )
    pairs = [(r, c) for r in rows for c in columns]
    kept = pairs[: max(1, len(pairs) - holes)]
    data = Data(
        sets={"Left": tuple(rows), "Right": tuple(columns)},
        parameters={
            "weight": tuple((*pair, value) for pair, value in zip(kept, values, strict=False)),
            "load": tuple((row, value) for row, value in zip(rows, values, strict=False)),
            "limit": values[0],
        },
    )
    frames = read_tables(export_workbook(Document(formulation=formulation, data=data)), "any.xlsx")
    again = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert unordered(again) == unordered(data)
