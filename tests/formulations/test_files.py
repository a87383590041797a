"""Files by suffix, and what is said about those that cannot be read."""

import gzip
import json
from pathlib import Path

import pytest

from formulations.files import FileError, read_document, read_json, read_tables, read_text
from formulations.formulation import Document
from formulations.notation import parse_notation
from formulations.program import Program
from formulations.reading import source

NOTATION = """# Two breads
set Bread
parameter flour[Bread]
variable bake[Bread] integer >= 0
maximize loaves: sum(bake[b] for b in Bread)
constraint stock: sum(flour[b]*bake[b] for b in Bread) <= 40
data
set Bread = rye, spelt
parameter flour = rye: 2, spelt: 3
"""
LP = "Maximize\n obj: x + 2 y\nSubject To\n c: x + y <= 4\nEnd\n"
MPS = "NAME p\nROWS\n N o\n L c\nCOLUMNS\n x o 1 c 1\nRHS\n R c 4\nENDATA\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_notation_and_json_open_as_the_same_document(tmp_path: Path) -> None:
    document = parse_notation(NOTATION)
    assert read_document(written(tmp_path, "breads.opt", NOTATION)) == document
    assert read_document(written(tmp_path, "breads.json", document.model_dump_json())) == document


def test_a_formulation_alone_opens_as_a_document_without_data(tmp_path: Path) -> None:
    document = parse_notation(NOTATION)
    path = written(tmp_path, "breads.JSON", document.formulation.model_dump_json())
    assert read_document(path) == Document(formulation=document.formulation)


@pytest.mark.parametrize(("name", "text"), [("p.lp", LP), ("p.mps", MPS), ("P.MPS", MPS)])
def test_lp_and_mps_files_open_as_programs_packed_or_not(tmp_path: Path, name: str, text: str) -> None:
    plain = read_document(written(tmp_path, name, text))
    packed = read_document(written(tmp_path, f"{name}.gz", gzip.compress(text.encode())))
    assert isinstance(plain, Program)
    assert isinstance(packed, Program)
    assert list(plain.columns) == list(packed.columns)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_ends_of_any_system_make_no_difference(tmp_path: Path, mark: str, end: str) -> None:
    assert read_text(written(tmp_path, "p.txt", f"{mark}a{end}b{end}")) == "a\nb\n"
    program = read_document(written(tmp_path, "p.lp", mark + LP.replace("\n", end)))
    assert isinstance(program, Program)


def test_umlauts_survive(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "p.txt", "Bäckerei")) == "Bäckerei"


@pytest.mark.parametrize(
    ("name", "content", "reason", "hint"),
    [
        ("a.lp", "", "the file is empty", "saved"),
        ("a.json", " \n ", "the file is empty", "saved"),
        ("a.opt", b"\x89PNG\r\n\x00\x00", "not a text file", "right file"),
        ("a.mps", "Größe".encode("latin-1"), "byte 0xf6 is not UTF-8 text", "UTF-8"),
        ("a.lp", LP.encode("utf-16"), "the text is UTF-16", "UTF-8"),
        ("a.mps.gz", MPS, "not a gzip file", "remove .gz"),
        ("a.mps.gz", gzip.compress(MPS.encode(), mtime=0)[:-12], "ends in the middle", "copy it again"),
        ("a.docx", "x", "nothing is known that reads '.docx' files", ".opt, .json, .lp, .mps"),
        ("a", "x", "no suffix", ".opt"),
        ("a.txt", "A bakery ...", "is a problem text", "formulated"),
        ("a.csv", "a,b", "is a table", "data"),
        ("a.json", "[1, 2]", "not an object", "formulation"),
        ("a.json", '{"name": "x"}', "neither a 'formulation' nor 'variables'", "formulation"),
        ("a.json", '{"variables": [], "x": NaN}', "the number NaN is not allowed", "null"),
        ("a.json", "[" * 100_000, "nested too deeply", "levels"),
        ("a.json", '{"variables": ' + "1" * 5000 + "}", "cannot be read", "shorten"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_a_remedy(
    tmp_path: Path, name: str, content: str | bytes, reason: str, hint: str
) -> None:
    with pytest.raises(FileError) as caught:
        read_document(written(tmp_path, name, content))
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert name in str(caught.value)


def test_tables_are_read_by_path(tmp_path: Path) -> None:
    assert list(read_tables(written(tmp_path, "demand.csv", "shop,demand\na,1\n"))) == ["demand"]


def test_a_missing_file_names_its_neighbors(tmp_path: Path) -> None:
    written(tmp_path, "plan.opt", NOTATION)
    with pytest.raises(FileError, match=r"there is no such file\n  hint: did you mean plan.opt\?"):
        read_document(tmp_path / "plan.lp")
    with pytest.raises(FileError, match="check its name"):
        read_document(tmp_path / "other.xyz")
    with pytest.raises(FileError, match="there is no directory"):
        read_text(tmp_path / "nowhere" / "p.txt")


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.lp").mkdir()
    (tmp_path / "plain").mkdir()
    for name in ("folder.lp", "plain"):
        with pytest.raises(FileError, match="is a directory"):
            read_document(tmp_path / name)


def test_huge_files_are_refused_before_they_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 1024 * 1024)
    with pytest.raises(FileError, match="the file holds 2 MB, the limit is 1 MB"):
        read_document(written(tmp_path, "big.lp", b" " * (2 * 1024 * 1024)))
    with pytest.raises(FileError, match="the limit is 1 MB"):
        read_document(written(tmp_path, "bomb.lp.gz", gzip.compress(b" " * (4 * 1024 * 1024))))


def test_a_mistake_in_json_is_shown_with_line_and_caret(tmp_path: Path) -> None:
    text = '{\n  "formulation": {\n    "name": "x"\n    "sets": []\n  }\n}'
    with pytest.raises(FileError) as caught:
        read_document(written(tmp_path, "a.json", text))
    assert (caught.value.line, caught.value.column) == (4, 4)
    assert '    "sets": []\n      ^' in str(caught.value)


def test_wrong_fields_are_listed_by_path_and_name_without_a_dump() -> None:
    raw = {
        "formulation": {
            "sets": [{"name": "Bread"}, {"nam": "Oven"}],
            "variables": [{"name": "2x", "lower": 0}],
            "objective": {"name": "cost", "sense": "min", "expression": "x"},
            "constraints": [{"name": "stock"}],
        },
        "data": {"parameters": {"flour": "many"}},
    }
    with pytest.raises(FileError) as caught:
        read_json(json.dumps(raw), "breads.json")
    lines = str(caught.value).split("\n")
    assert lines[0] == "breads.json: the JSON does not describe a formulation"
    assert "  formulation.sets[1].name: is missing" in lines
    assert "  formulation.sets[1].nam: is not a field here" in lines
    assert "  formulation.variables[0] '2x'.lower: should be a valid string, but is 0" in lines
    assert any("formulation.variables[0] '2x'.name" in line and "is not a name" in line for line in lines)
    assert any("'minimize' or 'maximize', but is \"min\"" in line for line in lines)
    assert "  formulation.constraints[0] 'stock'.expression: is missing" in lines
    assert sum("data.parameters.flour" in line for line in lines) == 1
    assert "pydantic" not in str(caught.value)


def test_mistakes_in_the_notation_keep_their_carets(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_document(written(tmp_path, "a.opt", "variable x >= 0\nset\nconstraint c x >= 1\n"))
    assert "a.opt" in str(caught.value)
    assert str(caught.value).count("^") == 2
    assert "line 3" in str(caught.value)
