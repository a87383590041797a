"""Tables: what is read from files, what is proposed for it, and which cells are refused."""

import datetime
import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.data import bind
from formulations.files import FileError
from formulations.formulation import Data, Formulation, Parameter, Set
from formulations.tables import (
    LongSource,
    Mapping,
    ScalarSource,
    SetSource,
    TableError,
    WideSource,
    apply_mapping,
    preview,
    propose_mapping,
    read_table,
    read_tables,
)
from formulations.tables.likeness import likeness


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(text: str, name: str = "table.csv") -> pd.DataFrame:
    return read_table(text.encode(), name)


# -- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "plant,cost\nNorth,1.5\nSouth,2\n",
        "plant;cost\nNorth;1,5\nSouth;2,0\n",
        "plant;cost\nNorth;1.5\nSouth;2\n",
        "plant\tcost\nNorth\t1,5\nSouth\t2\n",
        "plant|cost\n North | 1.5 \n\nSouth|2\n",
        '\ufeffplant,cost\r\n"North","1.5"\r\n"South",2\r\n',
        "Costs of the year\nplant,cost\nNorth,1.5\nSouth,2\n",
        "plant,cost,\nNorth,1.5,\nSouth,2,\n",
    ],
)
def test_separators_decimals_marks_and_blank_lines_are_recognized(text: str) -> None:
    frame = csv(text)
    assert list(frame.columns) == ["plant", "cost"]
    assert frame["plant"].tolist() == ["North", "South"]
    assert frame["cost"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    assert read_table("Stadt;Größe\nKöln;1,5\n".encode(encoding), "a.csv").columns.tolist() == ["Stadt", "Größe"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "-3"], [1, 2, -3]),
        (["1", "2.5"], [1.0, 2.5]),
        (["007", "008"], ["007", "008"]),
        (["1", "x"], [1, "x"]),
        (["1", ""], [1, None]),
        (["nan", "inf"], ["nan", "inf"]),
        (["12345678901234567890123"], ["12345678901234567890123"]),
    ],
)
def test_a_column_is_numeric_where_every_cell_is(cells: list[str], expected: list[object]) -> None:
    frame = csv("k,v\n" + "".join(f"a{number},{cell}\n" for number, cell in enumerate(cells)))
    assert frame["v"].tolist() == expected
    assert [type(value) for value in frame["v"].tolist()] == [type(value) for value in expected]


def test_rows_keep_the_number_they_have_in_the_file() -> None:
    assert csv("a,b\n\n1,2\n\n3,4\n").index.tolist() == [3, 5]
    frame = read_table(workbook(Costs=[[], [None, "a", "b"], [None, 1, 2]]), "a.xlsx")
    assert frame.index.tolist() == [3]
    assert frame.columns.tolist() == ["a", "b"]


def test_all_sheets_of_a_workbook_are_read_and_empty_ones_left_out() -> None:
    content = workbook(Plants=[["Plant"], ["A"]], Nothing=[], Cost=[[None, "m", 2024], ["A", 1, 2.5]])
    tables = read_tables(content, "data.xlsx")
    assert list(tables) == ["Plants", "Cost"]
    assert tables["Cost"].columns.tolist() == ["column A", "m", "2024"]
    assert list(read_tables(workbook(Sheet1=[["a"], [1]]), "demand.xlsx")) == ["demand"]


def test_parquet_is_read_with_its_index() -> None:
    stream = io.BytesIO()
    pd.DataFrame({"cost": [1.5, None]}, index=pd.Index(["a", "b"], name="plant")).to_parquet(stream)
    frame = read_table(stream.getvalue(), "cost.parquet")
    assert frame.columns.tolist() == ["plant", "cost"]
    assert frame["cost"].tolist() == [1.5, None]


def test_headers_that_are_missing_or_repeated_get_names() -> None:
    assert csv("a,,a\n1,2,3\n").columns.tolist() == ["a", "column B", "a.2"]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "empty"),
        (b",,\n,,\n", "a.csv", "no cells"),
        (b"a,b\n1,2,3\n", "a.csv", "more cells than the header"),
        (b"a\x00b", "a.csv", "null bytes"),
        (b"PK\x03\x04 rest", "a.xlsx", "not a readable workbook"),
        (b"PAR1 rest", "a.parquet", "not a readable Parquet"),
        (b"\xd0\xcf\x11\xe0", "a.xls", "format of 1997"),
        (workbook(Sheet1=[]), "a.xlsx", "all sheets are empty"),
    ],
)
def test_files_that_hold_no_table_are_refused(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        read_tables(content, name)
    assert reason in caught.value.reason
    assert caught.value.file.startswith(name)


# -- likeness -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("dough_stock", "Dough Stock (kg)", True),
        ("doughStock", "dough stock", True),
        ("Cities", "city", True),
        ("Boxes", "box", True),
        ("Gäste", "gaste", True),
        ("cost", "shipping_cost", True),
        ("demand", "demnad", True),
        ("cost", "coal", False),
        ("a", "b", False),
        ("plants", "markets", False),
        ("", "x", False),
    ],
)
def test_names_of_the_same_thing_are_alike(first: str, second: str, same: bool) -> None:
    assert (likeness(first, second) > 0.6) is same
    assert likeness(first, second) == likeness(second, first)


# -- proposal and application -------------------------------------------------------------------------------------

TRANSPORT = Formulation(
    sets=(Set(name="Plants"), Set(name="Markets")),
    parameters=(
        Parameter(name="capacity", indices=("Plants",)),
        Parameter(name="demand", indices=("Markets",)),
        Parameter(name="cost", indices=("Plants", "Markets")),
        Parameter(name="budget"),
    ),
)
EXPECTED = Data(
    sets={"Plants": ("A", "B"), "Markets": ("x", "y", "z")},
    parameters={
        "capacity": (("A", 10.0), ("B", 20.0)),
        "demand": (("x", 5.0), ("y", 6.0), ("z", 7.5)),
        "cost": tuple((p, m, 1.0 * k) for k, (p, m) in enumerate((p, m) for p in "AB" for m in "xyz")),
        "budget": 99.0,
    },
)
PLANTS = [["Plant", "Capacity (t)", "Remark"], ["A", 10, None], ["B", 20, "old"]]
MARKETS = [["market", "demand"], ["x", 5], ["y", 6], ["z", 7.5]]
SCALARS = [["name", "value"], ["Budget", 99], ["unrelated", 3]]
LONG = [
    ["from plant", "to market", "cost"],
    *([p, m, 3 * i + j] for i, p in enumerate("AB") for j, m in enumerate("xyz")),
]
MATRIX = [[None, "x", "y", "z"], ["A", 0, 1, 2], ["B", 3, 4, 5]]
TRANSPOSED = [["Market", "A", "B"], ["x", 0, 3], ["y", 1, 4], ["z", 2, 5]]


def sorted_records(data: Data) -> tuple[object, object]:
    return data.sets, {
        name: sorted(value, key=str) if isinstance(value, tuple) else value for name, value in data.parameters.items()
    }


@pytest.mark.parametrize("costs", [LONG, MATRIX, TRANSPOSED], ids=["long", "matrix", "transposed"])
def test_a_workbook_is_mapped_to_the_data_it_holds(costs: list[list[object]]) -> None:
    frames = read_tables(workbook(Plants=PLANTS, Markets=MARKETS, Cost=costs, Scalars=SCALARS), "data.xlsx")
    mapping = propose_mapping(frames, TRANSPORT)
    data = apply_mapping(frames, mapping, TRANSPORT)
    assert mapping.missing(TRANSPORT) == ()
    assert sorted_records(data) == sorted_records(EXPECTED)
    bind(TRANSPORT, data)


def test_csv_files_one_for_each_table_are_mapped() -> None:
    frames = {
        "plants": csv("plant;capacity\nA;10\nB;20\n"),
        "demand": csv("market;value\nx;5\ny;6\nz;7,5\n"),
        "shipping cost": csv("plant;x;y;z\nA;0;1;2\nB;3;4;5\n"),
        "budget": csv("budget\n99\n"),
    }
    data = apply_mapping(frames, propose_mapping(frames, TRANSPORT), TRANSPORT)
    assert sorted_records(data) == sorted_records(EXPECTED)


def test_members_may_come_from_a_matrix_alone() -> None:
    formulation = Formulation(
        sets=(Set(name="Workers"), Set(name="Tasks")),
        parameters=(Parameter(name="hours", indices=("Workers", "Tasks")),),
    )
    frames = {"hours": csv("worker,dig,plant\nAnn,1,2\nBob,3,4\n")}
    mapping = propose_mapping(frames, formulation)
    assert mapping.parameters == (WideSource("hours", "hours", ("worker",), ("dig", "plant"), 1),)
    data = apply_mapping(frames, mapping, formulation)
    assert data.sets == {"Workers": ("Ann", "Bob"), "Tasks": ("dig", "plant")}


def test_a_parameter_called_like_its_set_is_the_column_of_numbers() -> None:
    formulation = Formulation(sets=(Set(name="Seat"),), parameters=(Parameter(name="seats", indices=("Seat",)),))
    frames = {"seats": csv("Seat,seats\nstalls,300\nbalcony,120\n")}
    data = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert data.parameters == {"seats": (("stalls", 300.0), ("balcony", 120.0))}


def test_one_row_under_the_members_is_a_parameter_over_them() -> None:
    formulation = Formulation(sets=(Set(name="T"),), parameters=(Parameter(name="demand", indices=("T",)),))
    frames = {"demand": csv("1,2,3\n10,20,30\n")}
    data = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert data == Data(sets={"T": (1, 2, 3)}, parameters={"demand": ((1, 10.0), (2, 20.0), (3, 30.0))})


def test_pairs_and_subsets_come_from_their_own_tables() -> None:
    formulation = Formulation(
        sets=(
            Set(name="Cities"),
            Set(name="Depots", within=("Cities",)),
            Set(name="Arcs", within=("Cities", "Cities")),
        ),
        parameters=(Parameter(name="length", indices=("Arcs",)), Parameter(name="rent", indices=("Depots",))),
    )
    frames = {
        "cities": csv("city\n1\n2\n3\n"),
        "arcs": csv("from,to,length\n1,2,4.5\n2,3,6\n"),
        "depots": csv("depot,rent\n2,100\n"),
    }
    mapping = propose_mapping(frames, formulation)
    assert apply_mapping(frames, mapping, formulation) == Data(
        sets={"Cities": (1, 2, 3), "Depots": (2,), "Arcs": ((1, 2), (2, 3))},
        parameters={"length": ((1, 2, 4.5), (2, 3, 6.0)), "rent": ((2, 100.0),)},
    )


def test_a_matrix_of_pairs_may_have_blank_cells() -> None:
    formulation = Formulation(
        sets=(Set(name="Cities"), Set(name="Arcs", within=("Cities", "Cities"))),
        parameters=(Parameter(name="length", indices=("Arcs",)),),
    )
    frames = {"length": csv(",a,b\na,,3\nb,4,\n")}
    mapping = Mapping(parameters=(WideSource("length", "length", ("column A",), ("a", "b"), 1),))
    data = apply_mapping(frames, mapping, formulation)
    assert data.parameters == {"length": (("a", "b", 3.0), ("b", "a", 4.0))}


def test_known_data_help_to_recognize_columns_and_stay_where_tables_give_nothing() -> None:
    known = Data(sets={"Plants": ("A", "B"), "Markets": ("x", "y", "z")}, parameters={"budget": 99.0})
    frames = {"cost": csv("k1,k2,cost\nx,A,1\nz,B,2\n")}
    formulation = TRANSPORT.model_copy(update={"parameters": TRANSPORT.parameters[2:]})
    mapping = propose_mapping(frames, formulation, data=known)
    assert mapping.parameters == (LongSource("cost", "cost", ("k2", "k1"), "cost"),)
    mapping = replace(mapping, sets=())
    data = apply_mapping(frames, mapping, formulation, base=known)
    assert data.sets == known.sets
    assert data.parameters == {"budget": 99.0, "cost": (("A", "x", 1.0), ("B", "z", 2.0))}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2"], (1, 2)),
        (["1", "x"], ("1", "x")),
        (["1.5", "2"], ("1.5", "2")),
        (["07", "8"], ("07", "8")),
        ([" a ", "b"], ("a", "b")),
        (["b", "a", "b"], ("b", "a")),
    ],
)
def test_members_are_integers_where_all_of_them_are(cells: list[str], expected: tuple[object, ...]) -> None:
    formulation = Formulation(sets=(Set(name="S"),))
    frames = {"S": csv("S,x\n" + "".join(f"{cell},0\n" for cell in cells))}
    mapping = Mapping(sets=(SetSource("S", "S", ("S",)),))
    assert apply_mapping(frames, mapping, formulation).sets["S"] == expected


def test_members_have_one_kind_over_all_tables_and_dates_are_texts() -> None:
    formulation = Formulation(
        sets=(Set(name="Day"),),
        parameters=(Parameter(name="demand", indices=("Day",)), Parameter(name="price", indices=("Day",))),
    )
    frames = read_tables(
        workbook(
            demand=[["Day", "demand"], [1, 5], [2, 6]],
            price=[["Day", "price"], [1, 5], ["holiday", 6], [datetime.datetime(2024, 1, 31), 7]],
        ),
        "data.xlsx",
    )
    data = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert data.parameters["demand"] == (("1", 5.0), ("2", 6.0))
    assert data.parameters["price"] == (("1", 5.0), ("holiday", 6.0), ("2024-01-31", 7.0))


def test_every_bad_cell_is_listed_with_table_row_and_column() -> None:
    formulation = TRANSPORT.model_copy(update={"parameters": (TRANSPORT.parameters[0], TRANSPORT.parameters[2])})
    frames = {
        "capacity": csv('plant,capacity\nA,ten\nB,\n,3\nC,nan\nD,1e999\nE,5%\nA,4\nF,"1,234"\n'),
        "cost": csv("plant,x,y\nA,1,?\nA,2,\n"),
    }
    mapping = Mapping(
        parameters=(
            LongSource("capacity", "capacity", ("plant",), "capacity"),
            WideSource("cost", "cost", ("plant",), ("x", "y"), 1),
        )
    )
    with pytest.raises(TableError) as caught:
        apply_mapping(frames, mapping, formulation)
    assert [(cell.table, cell.row, cell.column) for cell in caught.value.cells] == [
        ("capacity", 2, "capacity"),
        ("capacity", 3, "capacity"),
        ("capacity", 4, "plant"),
        ("capacity", 5, "capacity"),
        ("capacity", 6, "capacity"),
        ("capacity", 7, "capacity"),
        ("capacity", 9, "capacity"),
        ("cost", 2, "y"),
        ("cost", 3, "x"),
        ("cost", 3, "y"),
    ]
    text = str(caught.value)
    assert "table 'capacity', row 2, column 'capacity': 'ten' is not a number" in text
    assert "row 3, column 'capacity': is blank" in text
    assert "row 7, column 'capacity': '5%' is a percentage: write it as a fraction, 5% as 0.05" in text
    assert "row 9, column 'capacity': '1,234' has separators between digits: write 1234" in text
    assert "table 'cost', row 3, column 'x': A, x is already given in row 2" in text


def test_a_decimal_point_beside_decimal_commas_is_not_guessed_at() -> None:
    formulation = Formulation(sets=(Set(name="S"),), parameters=(Parameter(name="d", indices=("S",)),))
    frames = {"d": csv("S;d\na;1,5\nb;1.234\n")}
    mapping = Mapping(parameters=(LongSource("d", "d", ("S",), "d"),))
    with pytest.raises(TableError, match=r"row 3, column 'd': '1.234'"):
        apply_mapping(frames, mapping, formulation)


def test_a_blank_cell_takes_the_default() -> None:
    formulation = Formulation(sets=(Set(name="S"),), parameters=(Parameter(name="d", indices=("S",), default=0.0),))
    frames = {"d": csv("S,d\na,1\nb,\n")}
    data = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert data == Data(sets={"S": ("a", "b")}, parameters={"d": (("a", 1.0),)})


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        (Mapping(sets=(SetSource("Plants", "nowhere", ("a",)),)), "no such table"),
        (Mapping(sets=(SetSource("Plants", "t", ("b",)),)), "no such column"),
        (Mapping(sets=(SetSource("Planets", "t", ("a",)),)), "the formulation has no 'Planets'"),
        (Mapping(parameters=(ScalarSource("budget", "t", "a", 7),)), "no such row"),
        (Mapping(parameters=(LongSource("cost", "t", ("a",), "a"),)), "'cost' has 2 indices"),
        (Mapping(parameters=(WideSource("budget", "t", (), ("a",), 0),)), "'budget' has 0 indices"),
        (Mapping(sets=(SetSource("Plants", "t", ("a", "a")),)), "members of 1 part"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: Mapping, reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        apply_mapping({"t": csv("a\n1\n")}, mapping, TRANSPORT)


def test_the_preview_shows_source_count_and_examples_of_everything() -> None:
    frames = read_tables(workbook(Plants=PLANTS, Cost=MATRIX, Scalars=SCALARS), "data.xlsx")
    shown = preview(frames, propose_mapping(frames, TRANSPORT), TRANSPORT).set_index("element")
    assert shown.loc["Plants", ["source", "entries", "examples"]].tolist() == ["Plants: Plant", 2, "A; B"]
    assert shown.loc["cost", "examples"] == "A, x: 0; A, y: 1; A, z: 2 ..."
    assert shown.loc["budget", "examples"] == "99"
    assert shown.loc["demand", "source"] == "no table gives it"
    assert shown.loc["Markets", "source"] == "Cost: names of 3 columns"


NAMES = st.text(alphabet="abc xyz-", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(
    records=st.dictionaries(
        st.tuples(NAMES, st.integers(0, 30)), st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=60, deadline=None)
def test_what_was_written_as_csv_is_read_as_the_same_records(
    records: dict[tuple[str, int], float], separator: str
) -> None:
    formulation = Formulation(
        sets=(Set(name="Item"), Set(name="Month")), parameters=(Parameter(name="sales", indices=("Item", "Month")),)
    )
    decimal = "," if separator == ";" else "."
    lines = [f"Item{separator}Month{separator}sales"]
    lines += [separator.join([i, str(m), repr(v).replace(".", decimal)]) for (i, m), v in records.items()]
    frames = {"sales": csv("\n".join(lines))}
    data = apply_mapping(frames, propose_mapping(frames, formulation), formulation)
    assert data.parameters["sales"] == tuple((*key, value) for key, value in records.items())
