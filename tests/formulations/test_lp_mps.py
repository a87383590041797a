"""LP and MPS files: what is written reads back as it was, and other readers find the same optimum in it."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from formulations.exports.exporter import ExportRefused
from formulations.exports.lp import Lp, write_lp
from formulations.exports.mps import Mps, write_mps
from formulations.expression import Binary, Call, Column, Number
from formulations.notation import parse_notation
from formulations.program import Block, Indicator, Labels, Program, scalar_labels
from formulations.reading import FileError, read_lp, read_mps

INF = math.inf
FORMATS = pytest.mark.parametrize(("write", "read"), [(write_lp, read_lp), (write_mps, read_mps)], ids=["lp", "mps"])


def program(
    columns: Sequence[str],
    rows: Sequence[str] = (),
    *,
    matrix: object = None,
    row_bounds: list[tuple[float, float]] = [],  # noqa: B006
    bounds: list[tuple[float, float]] | None = None,
    integer: list[bool] | None = None,
    objective: list[float] | None = None,
    quadratic_objective: object = None,
    quadratic: dict[int, object] = {},  # noqa: B006
    **others: object,
) -> Program:
    labels = columns if isinstance(columns, Labels) else scalar_labels(columns)
    row_labels = rows if isinstance(rows, Labels) else scalar_labels(rows)
    n, m = len(labels), len(row_labels)
    dense = np.zeros((m, n)) if matrix is None else np.array(matrix, dtype=float).reshape(m, n)
    return Program(
        **{
            "name": "",
            "sense": "minimize",
            "columns": labels,
            "rows": row_labels,
            "column_lower": np.array([low for low, _ in bounds] if bounds else [0.0] * n),
            "column_upper": np.array([high for _, high in bounds] if bounds else [INF] * n),
            "integer": np.array(integer or [False] * n, dtype=bool),
            "objective": np.array(objective or [0.0] * n, dtype=float),
            "objective_quadratic": None
            if quadratic_objective is None
            else sparse.csr_array(np.array(quadratic_objective, dtype=float)),
            "matrix": sparse.csr_array(dense),
            "row_lower": np.array([low for low, _ in row_bounds], dtype=float),
            "row_upper": np.array([high for _, high in row_bounds], dtype=float),
            "quadratic": MappingProxyType(
                {row: sparse.csr_array(np.array(q, dtype=float)) for row, q in quadratic.items()}
            ),
            **others,
        }
    )


def described(given: Program) -> dict[str, object]:
    """The program as plain values by label, in which the order of columns and rows plays no part."""
    columns, rows = list(given.columns), list(given.rows)

    def entries(matrix: sparse.csr_array | None) -> dict[tuple[str, str], float]:
        if matrix is None:
            return {}
        found = sparse.coo_array(matrix)
        triples = zip(found.row.tolist(), found.col.tolist(), found.data.tolist(), strict=True)
        return {(columns[i], columns[j]): value for i, j, value in triples if value}

    body = sparse.coo_array(given.matrix)
    return {
        "sense": given.sense,
        "offset": given.objective_offset,
        "columns": {
            name: (low, high, bool(whole), cost)
            for name, low, high, whole, cost in zip(
                columns,
                given.column_lower.tolist(),
                given.column_upper.tolist(),
                given.integer.tolist(),
                given.objective.tolist(),
                strict=True,
            )
        },
        "rows": dict(zip(rows, zip(given.row_lower.tolist(), given.row_upper.tolist(), strict=True), strict=True)),
        "matrix": {
            (rows[i], columns[j]): value
            for i, j, value in zip(body.row.tolist(), body.col.tolist(), body.data.tolist(), strict=True)
            if value
        },
        "objective_quadratic": entries(given.objective_quadratic),
        "quadratic": {rows[row]: entries(matrix) for row, matrix in given.quadratic.items() if matrix.nnz},
        "indicators": {
            rows[row]: (columns[condition.column], condition.value) for row, condition in given.indicators.items()
        },
    }


# -- the round trip -----------------------------------------------------------------------------------------------

LABELS = st.one_of(
    st.from_regex(r"[a-z]{1,3}\[('[a-z -]{1,3}'|[0-9]{1,2})\]", fullmatch=True),
    st.sampled_from(
        [
            "free",
            "st",
            "End",
            "e5",
            "x 1",
            "x_1",
            "x+1",
            "7up",
            "größe",
            "λ",
            "-",
            "a:b",
            "obj",
            "c_upper",
            "c",
            "RHS",
            "inflow",
            "nan",
        ]
    ),
    st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,5}", fullmatch=True),
)
NUMBERS = st.floats(-1e9, 1e9).map(lambda value: 0.0 if abs(value) < 1e-9 else value)
SIMPLE = st.integers(-40, 40).map(lambda value: value / 8)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[float, float]:
    low, high = sorted([draw(SIMPLE), draw(SIMPLE)])
    kind = draw(st.sampled_from(["both", "both", "low", "high", "none", "equal", "default", "unit"]))
    return {
        "both": (low, high),
        "low": (low, INF),
        "high": (-INF, high),
        "none": (-INF, INF),
        "equal": (low, low),
        "default": (0.0, INF),
        "unit": (0.0, 1.0),
    }[kind]


@st.composite
def programs(draw: st.DrawFn, *, with_extras: bool = True) -> Program:
    columns = draw(st.lists(LABELS, min_size=1, max_size=5, unique=True))
    rows = draw(st.lists(LABELS, max_size=4, unique=True))
    n, m = len(columns), len(rows)
    values = st.one_of(st.just(0.0), NUMBERS if with_extras else SIMPLE)

    def square() -> np.ndarray:
        half = np.array(draw(st.lists(st.sampled_from([0, 0, 1, -2, 0.3]), min_size=n * n, max_size=n * n)))
        return half.reshape(n, n) + half.reshape(n, n).T

    quadratic = {row: square() for row in range(m) if with_extras and draw(st.integers(0, 3)) == 0}
    return program(
        columns,
        rows,
        matrix=draw(st.lists(values, min_size=n * m, max_size=n * m)),
        row_bounds=draw(st.lists(intervals(), min_size=m, max_size=m)),
        bounds=draw(st.lists(intervals(), min_size=n, max_size=n)),
        integer=draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        objective=draw(st.lists(values, min_size=n, max_size=n)),
        quadratic_objective=square() if with_extras and draw(st.booleans()) else None,
        quadratic=quadratic,
        sense=draw(st.sampled_from(["minimize", "maximize"])),
        objective_offset=draw(values),
        indicators={
            row: Indicator(draw(st.integers(0, n - 1)), draw(st.booleans()))
            for row in range(m)
            if with_extras and row not in quadratic and draw(st.integers(0, 3)) == 0
        },
    )


@FORMATS
@given(given_program=programs())
@settings(max_examples=120, deadline=None)
def test_what_was_written_reads_back_as_the_same_program(
    write: Callable[[Program], str], read: Callable[[str], Program], given_program: Program
) -> None:
    again = read(write(given_program))
    assert described(again) == described(given_program)


@FORMATS
def test_labels_come_back_as_blocks_in_the_order_of_the_program(
    write: Callable[[Program], str], read: Callable[[str], Program]
) -> None:
    sizes = Block("make", 2, (("large", "extra large"),), np.array([[0], [1]]))
    flows = Block("flow", 2, (("a", "b"), (1, 2)), np.array([[0, 0], [1, 1]]))
    given_program = program(
        Labels((sizes, flows, Block("spare", 1))),
        Labels((Block("limit", 2, ((1, 2),), np.array([[0], [1]])),)),
        matrix=[[0, 1, 1, 0, 0], [1, 0, 0, 1, 0]],
        row_bounds=[(-1, 4), (-INF, 3)],
        name="Two sizes",
    )
    text = write(given_program)
    again = read(text)
    assert "make_extra_large: make['extra large']" in text
    assert list(again.columns) == list(given_program.columns)
    assert list(again.rows) == ["limit[1]", "limit[2]"]
    assert [block.name for block in again.columns.blocks] == ["make", "flow", "spare"]
    assert again.columns.blocks[0].key(1) == ("extra large",)
    assert again.name.replace("_", " ") == "Two sizes"


def test_a_legend_that_no_longer_fits_the_rows_is_not_followed() -> None:
    given_program = program(["x", "y"], ["span"], matrix=[1, 1], row_bounds=[(1, 4)])
    edited = write_lp(given_program).replace("span_upper: x + y", "span_upper: x + 2 y")
    assert list(read_lp(edited).rows) == ["span", "span_upper"]


# -- HiGHS as a second reader -------------------------------------------------------------------------------------


def highs_optimum(path: Path) -> tuple[str, float]:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    # Presolve calls some feasible programs with fractional bounds on integers infeasible; files are judged here.
    solver.setOptionValue("presolve", "off")
    assert solver.readModel(str(path)) != highspy.HighsStatus.kError
    solver.run()
    return str(solver.getModelStatus()), solver.getInfo().objective_function_value


@st.composite
def bounded_programs(draw: st.DrawFn) -> Program:
    """Small linear programs with finite bounds, whole for integers: solvers do not agree on unbounded ones."""
    given_program = draw(programs(with_extras=False))
    lower = np.where(np.isfinite(given_program.column_lower), given_program.column_lower, -3)
    upper = np.where(np.isfinite(given_program.column_upper), given_program.column_upper, lower + 6)
    lower = np.where(given_program.integer, np.floor(lower), lower)
    upper = np.where(given_program.integer, np.ceil(upper), upper)
    return replace(given_program, column_lower=np.minimum(lower, upper), column_upper=np.maximum(lower, upper))


@given(given_program=bounded_programs())
@settings(max_examples=60, deadline=None)
def test_highs_finds_the_same_optimum_in_both_files(
    given_program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("files")
    results = []
    for name, text in (("p.lp", write_lp(given_program)), ("p.mps", write_mps(given_program))):
        (folder / name).write_text(text, encoding="utf-8")
        results.append(highs_optimum(folder / name))
    (lp_status, lp_value), (mps_status, mps_value) = results
    assert lp_status == mps_status
    if "kOptimal" in lp_status:
        # HiGHS takes values within 1e-6 of an integer for it, not always the same ones.
        assert lp_value == pytest.approx(mps_value, rel=1e-5, abs=1e-5)


@FORMATS
@given(given_program=programs(with_extras=False))
@settings(max_examples=60, deadline=None)
def test_highs_reads_the_same_numbers_from_a_file_as_we_do(
    write: Callable[[Program], str],
    read: Callable[[str], Program],
    given_program: Program,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # Without the legend our reader keeps the names and rows of the file, as HiGHS does.
    text = "\n".join(line for line in write(given_program).split("\n") if line[:1] not in ("*", "\\"))
    path = tmp_path_factory.mktemp("files") / ("p.lp" if write is write_lp else "p.mps")
    path.write_text(text, encoding="utf-8")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(path))
    lp, ours = solver.getLp(), described(read(text))
    bounds = zip(lp.col_names_, lp.col_lower_, lp.col_upper_, lp.col_cost_, strict=True)
    assert {name: numbers for name, *numbers in bounds} == {
        name: [low, high, cost] for name, (low, high, _, cost) in ours["columns"].items()
    }
    # HiGHS drops free rows of MPS files.
    sides = zip(lp.row_names_, lp.row_lower_, lp.row_upper_, strict=True)
    theirs = {name: (low, high) for name, low, high in sides if (low, high) != (-INF, INF)}
    assert theirs == {name: pair for name, pair in ours["rows"].items() if pair != (-INF, INF)}
    assert lp.offset_ == ours["offset"]
    assert (str(lp.sense_) == "ObjSense.kMaximize") == (ours["sense"] == "maximize")


@st.composite
def solvable_programs(draw: st.DrawFn) -> Program:
    """Small bounded programs with quadratic and conditional rows, where a global solver needs no time."""
    given_program = draw(bounded_programs())
    n, m = given_program.column_count, given_program.row_count
    row = draw(st.integers(0, m - 1)) if m else -1
    square = np.diag(draw(st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=n, max_size=n)))
    conditional = m > 0 and draw(st.booleans())
    lower, upper = given_program.column_lower.copy(), given_program.column_upper.copy()
    integer = given_program.integer.copy()
    if conditional:
        lower[0], upper[0], integer[0] = 0, 1, True
    return replace(
        given_program,
        sense="minimize",
        column_lower=lower,
        column_upper=upper,
        integer=integer,
        objective_quadratic=sparse.csr_array(square) if draw(st.booleans()) else None,
        quadratic={row: sparse.csr_array(square)} if m and not conditional else {},
        indicators={row: Indicator(0, draw(st.booleans()))} if conditional else {},
    )


@given(given_program=solvable_programs())
@settings(max_examples=40, deadline=None)
def test_scip_finds_the_same_optimum_in_both_files_with_conditions_and_products(
    given_program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    pyscipopt = pytest.importorskip("pyscipopt")
    folder = tmp_path_factory.mktemp("files")
    found = []
    for name, text in (("p.lp", write_lp(given_program)), ("p.mps", write_mps(given_program))):
        (folder / name).write_text(text, encoding="utf-8")
        model = pyscipopt.Model()
        model.hideOutput()
        model.readProblem(str(folder / name))
        model.optimize()
        found.append((model.getStatus(), model.getObjVal() if model.getNSols() else None))
    assert found[0][0] == found[1][0]
    if found[0][1] is not None:
        assert found[0][1] == pytest.approx(found[1][1], rel=1e-5, abs=1e-5)


@FORMATS
def test_highs_solves_a_written_quadratic_program_to_its_known_optimum(
    write: Callable[[Program], str], read: Callable[[str], Program], tmp_path: Path
) -> None:
    # minimize x^2 + x y + y^2 - 3 x + 5 with x + y >= 1: at x = 2, y = -1 the gradient vanishes, value 2.
    given_program = program(
        ["x", "y"],
        ["total"],
        matrix=[1, 1],
        row_bounds=[(1, INF)],
        bounds=[(-INF, INF)] * 2,
        objective=[-3, 0],
        objective_offset=5.0,
        quadratic_objective=[[1, 0.5], [0.5, 1]],
    )
    path = tmp_path / ("q.lp" if write is write_lp else "q.mps")
    path.write_text(write(given_program), encoding="utf-8")
    assert highs_optimum(path) == ("HighsModelStatus.kOptimal", pytest.approx(2.0, abs=1e-6))


# -- what is refused on writing -----------------------------------------------------------------------------------


@FORMATS
def test_a_nonlinear_row_is_refused_with_its_name_and_term(
    write: Callable[[Program], str], read: Callable[[str], Program]
) -> None:
    curve = Binary("*", Number(2.0), Call("exp", (Column(0),)))
    given_program = program(["make['a']"], ["taste"], matrix=[0], row_bounds=[(0, 1)], nonlinear={0: curve})
    with pytest.raises(ExportRefused, match=r"taste.*\n  2\*exp\(make\['a'\]\)"):
        write(given_program)


@FORMATS
def test_a_nonlinear_objective_and_an_empty_program_are_refused(
    write: Callable[[Program], str], read: Callable[[str], Program]
) -> None:
    with pytest.raises(ExportRefused, match="objective"):
        write(program(["x"], objective_nonlinear=Call("sqrt", (Column(0),))))
    with pytest.raises(ExportRefused, match="no variables"):
        write(program([]))


@FORMATS
def test_a_quadratic_indicator_row_is_refused(write: Callable[[Program], str], read: Callable[[str], Program]) -> None:
    given_program = program(
        ["x", "b"],
        ["cap"],
        matrix=[0, 0],
        row_bounds=[(-INF, 1)],
        quadratic={0: [[1, 0], [0, 0]]},
        indicators={0: Indicator(1, True)},
    )
    with pytest.raises(ExportRefused, match="cap"):
        write(given_program)


def test_long_rows_are_broken_into_lines_every_reader_takes() -> None:
    labels = [f"a_rather_long_name_{k}" for k in range(200)]
    text = write_lp(program(labels, ["r"], matrix=[1 / 3] * 200, row_bounds=[(1, INF)]))
    assert max(map(len, text.splitlines())) < 150
    assert read_lp(text).matrix.nnz == 200


DOCUMENT = """# Balance
set Side
parameter goal[Side]
variable load[Side] integer >= 0 <= 10
minimize unevenness: abs(sum(load[s] for s in Side) - 7) + max(load["left"], load["right"])
constraint enough for s in Side: load[s] >= goal[s]
data
set Side = left, right
parameter goal = left: 1.5, right: 4.25
"""


@pytest.mark.parametrize("exporter", [Lp(), Mps()], ids=["lp", "mps"])
def test_a_document_is_exported_with_its_kinks_rewritten(exporter: Lp | Mps, tmp_path: Path) -> None:
    text = exporter.export(parse_notation(DOCUMENT))
    path = tmp_path / f"balance{exporter.suffix}"
    path.write_text(text, encoding="utf-8")
    assert "load['left']" in text
    # left 2, right 5: the loads sum to 7, and the greater is 5.
    assert highs_optimum(path) == ("HighsModelStatus.kOptimal", pytest.approx(5.0))


def test_a_document_that_stays_nonlinear_is_refused() -> None:
    document = parse_notation("variable x >= 1\nminimize cost: exp(x)\nconstraint c: x >= 2\n")
    with pytest.raises(ExportRefused, match=r"LP: objective.*\n  exp\(x\)"):
        Lp().export(document)


# -- LP files as others write them --------------------------------------------------------------------------------

LP = r"""\ An example
\Problem name: Blend
MAXIMISE
 profit: 3x + 2.5 y - z + 10 + [ 2 x^2 + 4 x * y - z ^ 2 ] / 2
such that
 span: -3 <= x + y
   + z <= 8
 x + y + 2 <= 5
 -x + z >= -3
 on: b = 1 -> x + y <= 4
 curve: x + [ x ^2 + 2 y * z ] <= 9
 5 >= x
 both: x + 1 >= y - 2
 loose: x - y >= -inf
 sum: 1 x + 2 x = 6
Bounds
 -2 <= x <= 5
 y FREE
 z <= 1e30
 b <= 5
 w = 3
 v >= -infinity
 -4 <= u
Generals
 z
Binaries
 b
End
"""


def test_an_lp_file_with_every_construct_is_read() -> None:
    found = read_lp(LP, "blend.lp")
    assert found.name == "Blend"
    assert described(found) == {
        "sense": "maximize",
        "offset": 10.0,
        "columns": {
            "x": (-2.0, 5.0, False, 3.0),
            "y": (-INF, INF, False, 2.5),
            "z": (0.0, INF, True, -1.0),
            "b": (0.0, 1.0, True, 0.0),
            "w": (3.0, 3.0, False, 0.0),
            "v": (-INF, INF, False, 0.0),
            "u": (-4.0, INF, False, 0.0),
        },
        "rows": {
            "span": (-3.0, 8.0),
            "R2": (-INF, 3.0),
            "R3": (-3.0, INF),
            "on": (-INF, 4.0),
            "curve": (-INF, 9.0),
            "R6": (-INF, 5.0),
            "both": (-3.0, INF),
            "loose": (-INF, INF),
            "sum": (6.0, 6.0),
        },
        "matrix": {
            ("span", "x"): 1.0,
            ("span", "y"): 1.0,
            ("span", "z"): 1.0,
            ("R2", "x"): 1.0,
            ("R2", "y"): 1.0,
            ("R3", "x"): -1.0,
            ("R3", "z"): 1.0,
            ("on", "x"): 1.0,
            ("on", "y"): 1.0,
            ("curve", "x"): 1.0,
            ("R6", "x"): 1.0,
            ("both", "x"): 1.0,
            ("both", "y"): -1.0,
            ("loose", "x"): 1.0,
            ("loose", "y"): -1.0,
            ("sum", "x"): 3.0,
        },
        "objective_quadratic": {("x", "x"): 1.0, ("x", "y"): 1.0, ("y", "x"): 1.0, ("z", "z"): -0.5},
        "quadratic": {"curve": {("x", "x"): 1.0, ("y", "z"): 1.0, ("z", "y"): 1.0}},
        "indicators": {"on": ("b", True)},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min\n x[1,2] + x(1,3)\nst\n c#1: 2x[1,2] - .5 x(1,3) >= 1e-3\nend", ["x[1,2]", "x(1,3)"]),
        ("Minimize\nobj:\nSubject To\nc: a + b >= 1\nEnd", ["a", "b"]),
        ("min a\nst\nc: a>=1\nbounds\nbinary_one <= 4\nend", ["a", "binary_one"]),
        ("min\n2 * a + e_\nst c1: a >= 1\nend", ["a", "e_"]),
        ("\\* Old style *\\\nminimize\na\nsubject  to\nc: a >= 1\nend\nanything after the end", ["a"]),
    ],
)
def test_names_and_spellings_that_writers_use_are_read(text: str, expected: list[str]) -> None:
    assert list(read_lp(text).columns) == expected


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("max: 3x + 2y;\nc1: x + y <= 4;", 1, "does not begin with Minimize"),
        ("Minimize\n x\nSubject To\n c: x + y >= 2\n", 5, "ends without End"),
        ("Minimize\n x\nSubject To\n c: x + y\nEnd", 5, "where <=, >= or = is expected"),
        ("Minimize\n x\nSubject To\n c: x + >= 2\nEnd", 4, "a term is missing after '+'"),
        ("Minimize\n x^2\nSubject To\n c: x >= 2\nEnd", 2, "stands in brackets"),
        ("Minimize\n [ x^2 ]\nSubject To\n c: x >= 2\nEnd", 2, "must end in '] / 2'"),
        ("Minimize\n [ x^3 ] / 2\nSubject To\n c: x >= 2\nEnd", 2, "only squares"),
        ("Minimize\n x\nSubject To\n c: 1 <= x >= 2\nEnd", 4, "point the same way"),
        ("Minimize\n x\nSubject To\n c: x >= 1\n c: x >= 2\nEnd", 5, "two constraints 'c'"),
        ("Minimize\n x\nSubject To\n c: x >= 1\nSemi-Continuous\n x\nEnd", 5, "semicontinuous variables"),
        ("Minimize\n x\nSubject To\n c: x >= 1\nSOS\n s: S1:: x:1\nEnd", 5, "special ordered sets"),
        ("Minimize\n x\nSubject To\n c: x >= 1\nGeneral Constraints\n m: y = MAX(x)\nEnd", 5, "general constraints"),
        ("Minimize multi-objectives\n o: x\nEnd", 1, "several objectives"),
        ("Minimize\n x\nBounds\n x <= y\nEnd", 4, "a number is expected"),
        ("Minimize\n x\nSubject To\n c: x >= inf\nEnd", 4, "infinite on the wrong side"),
        ("Minimize\n x\nSubject To\n c: b = 2 -> x >= 1\nEnd", 4, "an indicator reads"),
        ("Minimize\n x \x00\nSubject To\nEnd", 2, "does not belong"),
        ("Minimize\n 1e999 x\nEnd", 2, "too large"),
        ("Minimize\n 1e30 x\nEnd", 2, "infinite"),
        ("Minimize\n x + 2 <= 4\nEnd", 2, "does not belong in an objective"),
    ],
)
def test_mistakes_in_lp_files_are_reported_with_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        read_lp(text, "bad.lp")
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"bad.lp, line {line}: ")


@pytest.mark.parametrize("read", [read_lp, read_mps])
def test_a_file_without_variables_is_never_an_empty_program(read: Callable[[str], Program]) -> None:
    text = "Minimize\nobj: 0\nSubject To\nEnd\n" if read is read_lp else "NAME\nROWS\n N obj\nCOLUMNS\nENDATA\n"
    with pytest.raises(FileError, match="no variables"):
        read(text)


@given(text=st.text(alphabet=st.sampled_from("xyb13.e+-*^/[]<>=:\n \\#é") | st.characters(), max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole, read in (
        (f"min\n{text}\nst\nc: x >= 1\nend", read_lp),
        (f"min x\nst\n{text}\nend", read_lp),
        (f"min x\nst\nbounds\n{text}\nend", read_lp),
        (f"ROWS\n N o\n L c\nCOLUMNS\n x c 1\n{text}\nENDATA", read_mps),
        (text, read_mps),
    ):
        with suppress(FileError):
            read(whole)


# -- MPS files as others write them -------------------------------------------------------------------------------

MPS = """* An example
NAME          Blend
OBJSENSE
    MAX
ROWS
 N  PROFIT
 L  CAP
 G  FLOOR
 E  MIX
 E  MIXDOWN
 N  SPARE
COLUMNS
    X         PROFIT             3.0   CAP                1.0
    X         FLOOR              1.0
    MARKER                 'MARKER'                 'INTORG'
    Y         PROFIT             2.5   CAP                2.0
    Z         MIX                1.0   MIXDOWN           -1.0
    MARKER                 'MARKER'                 'INTEND'
    W         SPARE              4.0   MIX                1.0
    V         CAP                1.0
    U         CAP                1.0
    T         CAP                1.0
    S         CAP                1.0
RHS
    RHS       PROFIT           -10.0   CAP                8.0
    RHS       FLOOR              2.0   MIX                5.0
RANGES
    RNG       CAP                3.0   FLOOR              4.0
    RNG       MIX                2.0   MIXDOWN           -1.5
BOUNDS
 UP BND       X                 -1.0
 UP BND       Z                  7.0
 FR BND       W
 MI BND       V
 BV BND       U
 LI BND       T                  2.0
 FX BND       S                  1.5
ENDATA
"""


def test_an_mps_file_with_every_construct_is_read() -> None:
    found = read_mps(MPS, "blend.mps")
    assert found.name == "Blend"
    assert (found.sense, found.objective_offset) == ("maximize", 10.0)
    assert described(found)["columns"] == {
        "X": (-INF, -1.0, False, 3.0),
        "Y": (0.0, 1.0, True, 2.5),
        "Z": (0.0, 7.0, True, 0.0),
        "W": (-INF, INF, False, 0.0),
        "V": (-INF, INF, False, 0.0),
        "U": (0.0, 1.0, True, 0.0),
        "T": (2.0, INF, True, 0.0),
        "S": (1.5, 1.5, False, 0.0),
    }
    assert described(found)["rows"] == {
        "CAP": (5.0, 8.0),
        "FLOOR": (2.0, 6.0),
        "MIX": (5.0, 7.0),
        "MIXDOWN": (-1.5, 0.0),
        "SPARE": (-INF, INF),
    }


def test_sections_and_entries_that_say_nothing_do_no_harm() -> None:
    twice = MPS.replace("    T         CAP", "    T         CAP                0.0\n    T         CAP")
    assert described(read_mps(twice.replace("ENDATA", "SOS1\nENDATA"))) == described(read_mps(MPS))
    assert described(read_lp(LP.replace("\nEnd", "\nSemi-Continuous\nSOS\nEnd"))) == described(read_lp(LP))


def test_names_of_sets_may_be_left_out_in_free_format() -> None:
    text = MPS.replace("RHS       PROFIT", "PROFIT").replace("RNG       CAP", "CAP")
    text = text.replace("UP BND       Z", "UP Z").replace("FR BND       W", "FR W").replace("BV BND       U", "BV U")
    assert described(read_mps(text)) == described(read_mps(MPS))


def test_names_with_blanks_are_read_in_fixed_format() -> None:
    text = MPS.replace("    X  ", "    X 1").replace("BND       X  ", "BND       X 1")
    found = read_mps(text)
    assert found.columns[0] == "X 1"
    assert found.column_upper[0] == -1.0


def test_quadratic_sections_follow_their_conventions() -> None:
    head = "ROWS\n N o\n L c\nCOLUMNS\n x o 1 c 1\n y o 1 c 1\nRHS\n R c 4\n"
    triangle = read_mps(head + "QUADOBJ\n x x 2\n x y 3\nENDATA\n")
    full = read_mps(head + "QMATRIX\n x x 2\n x y 3\n y x 3\nENDATA\n")
    row = read_mps(head + "QCMATRIX c\n x x 1\n x y 1.5\n y x 1.5\nENDATA\n")
    expected = [[1.0, 1.5], [1.5, 0.0]]
    assert triangle.objective_quadratic is not None
    assert full.objective_quadratic is not None
    assert triangle.objective_quadratic.toarray().tolist() == expected
    assert full.objective_quadratic.toarray().tolist() == expected
    assert row.quadratic[0].toarray().tolist() == expected


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("ENDATA\n", ""), 38, "ends without ENDATA"),
        (("ROWS\n", "ROWZ\n"), 5, "no section 'ROWZ'"),
        ((" N  SPARE\n", " Q  SPARE\n"), 11, "row type 'Q' is unknown"),
        ((" N  SPARE\n", " L  CAP\n"), 11, "two rows 'CAP'"),
        (("    W         SPARE", "    W         SPORE"), 19, "no row 'SPORE'"),
        (("    U         CAP                1.0", "    U         CAP                1.O"), 21, "'1.O' stands"),
        (("    V         CAP", "    X         CAP"), 20, "continued after another column"),
        (("    X         FLOOR              1.0", "    X         CAP                1.0"), 14, "two coefficients"),
        ((" FX BND       S ", " FX BND       R "), 37, "no column 'R'"),
        ((" FX BND       S ", " SC BND       S "), 37, "semicontinuous"),
        ((" FX BND       S ", " XX BND       S "), 37, "bound type 'XX'"),
        (("ENDATA", "SOS1\n S1 a 1\nENDATA"), 39, "special ordered sets"),
        (("    MAX", "    UPWARD"), 4, "objective sense"),
        (("ENDATA", "QMATRIX\n    X  Y  1.0\nENDATA"), 40, "not symmetric"),
        (("ENDATA", "QUADOBJ\n    X  Y  1.0\n    Y  X  1.0\nENDATA"), 40, "given twice"),
        (("'INTORG'", "'SOSORG'"), 15, "marker 'SOSORG'"),
        (("               8.0", "               nan"), 25, "not a number"),
    ],
)
def test_mistakes_in_mps_files_are_reported_with_line_and_reason(
    change: tuple[str, str], line: int, reason: str
) -> None:
    assert change[0] in MPS
    with pytest.raises(FileError) as caught:
        read_mps(MPS.replace(*change, 1), "bad.mps")
    assert reason in caught.value.reason
    assert caught.value.line == line
