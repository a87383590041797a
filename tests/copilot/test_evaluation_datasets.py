"""Data sets: every format is recognized from its records, and bad files name the line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.evaluation.datasets import NO_OPTIMUM, Dataset, load
from copilot.evaluation.records import DatasetError, records
from copilot.evaluation.sample import Sample, Target

TEXT = "A kiln fires bowls and plates. A bowl earns 4, a plate 3; there is room for 20 pieces. Maximize the earnings."


def written(folder: Path, content: object, name: str = "kiln.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def only(dataset: Dataset) -> Sample:
    (sample,) = dataset.samples
    return sample


FORMATS = [
    (
        {"id": "k", "question": TEXT, "answer": 80, "kind": "linear", "alternatives": [79], "results": {"bowls": 20}},
        "own",
        Sample(
            "k", TEXT,
            Target(answer=80.0, alternatives=(79.0,), listed={"bowls": 20.0, "objective": 80.0}), "linear", 1,
        ),
    ),
    (
        {"question": TEXT, "answer": None, "status": "unbounded"},
        "own",
        Sample("kiln-0001", TEXT, Target(answer=None, status="unbounded"), "problem", 1),
    ),
    (
        {
            "id": "k", "question": TEXT, "answer": 80.0, "answer_by_variable": {"bowls": 20.0, "a": {"0": 1.0}},
            "kind": "linear", "notes": {"trust": "ambiguous", "alternatives": [79.0], "original_answer": 81.0},
        },
        "labelled",
        Sample(
            "k", TEXT,
            Target(answer=80.0, alternatives=(79.0,), listed={"bowls": 20.0, "a[0]": 1.0, "objective": 81.0}),
            "linear", 1,
        ),
    ),
    (
        {"id": "k", "question": TEXT, "answer": 1.0, "kind": "linear", "notes": {"trust": "doubtful"}},
        "labelled",
        Sample("k", TEXT, Target(answer=1.0, listed={"objective": 1.0}, doubtful=True), "linear", 1),
    ),
    (
        {
            "index": 7, "question": TEXT, "type": "linear-notable", "code": "...",
            "results": {"The maximum earnings": "80.0", "The number of bowls": "20", "The share of plates": "1/4"},
        },
        "OptiBench",
        Sample(
            "7", TEXT,
            Target(
                answer=80.0,
                listed={"The maximum earnings": 80.0, "The number of bowls": 20.0, "The share of plates": 0.25},
            ),
            "linear-notable", 1,
        ),
    ),
    (
        {"en_question": TEXT, "en_answer": "80", "difficulty": "Easy", "id": 3},
        "IndustryOR, OptMATH, MAMO or NL4OPT in English",
        Sample("3", TEXT, Target(answer=80.0, listed={"objective": 80.0}), "Easy", 1),
    ),
    (
        {"en_question": TEXT, "en_answer": "No Best Solution"},
        "IndustryOR, OptMATH, MAMO or NL4OPT in English",
        Sample("kiln-0001", TEXT, Target(answer=None, status=NO_OPTIMUM), "problem", 1),
    ),
    (
        {"id": 1, "Question": TEXT, "Answer": "1,080.50"},
        "MAMO",
        Sample("1", TEXT, Target(answer=1080.5, listed={"objective": 1080.5}), "problem", 1),
    ),
    (
        {"description": TEXT, "parameters": "{}", "solution": '{"variables": {"b": 20}, "objective": 80.0}'},
        "NLP4LP",
        Sample("kiln-0001", TEXT, Target(answer=80.0, listed={"b": 20.0, "objective": 80.0}), "problem", 1),
    ),
    (
        {"document": TEXT, "vars": ["bowls"], "obj_declaration": {}, "solved": {"lp": 80.5, "ilp": 80.0}},
        "NL4OPT",
        Sample("kiln-0001", TEXT, Target(answer=80.0, alternatives=(80.5,), listed={"objective": 80.0}), "problem", 1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("record", "form", "sample"), FORMATS)
def test_a_format_is_recognized_from_its_records(
    record: dict[str, object], form: str, sample: Sample, tmp_path: Path
) -> None:
    found = load(written(tmp_path, [record]))
    assert (found.name, found.format, only(found)) == ("kiln", form, sample)


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "a", "question": "q", "answer": 1}\n{"id": "b", "question": "q", "answer": 2}\n',
        '\ufeff[{"id": "a", "question": "q", "answer": 1},\n {"id": "b", "question": "q", "answer": 2}]',
        '{"a": {"question": "q", "answer": 1},\n "b": {"question": "q", "answer": 2}}',
        '{"id": "a", "question": "q",\n "answer": 1}\n\n{"id": "b",\n "question": "q", "answer": 2}',
    ],
    ids=["JSONL", "list with byte order mark", "object of objects", "objects over several lines"],
)
def test_records_stand_in_lists_lines_and_objects(content: str, tmp_path: Path) -> None:
    found = load(written(tmp_path, content))
    assert [(sample.id, sample.target.answer) for sample in found.samples] == [("a", 1.0), ("b", 2.0)]


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    one = load(written(tmp_path, '{"question": "q", "answer": 1}', "a.json"))
    same = load(written(tmp_path, '{"question": "q", "answer": 1}', "b.json"))
    other = load(written(tmp_path, '{"question": "q", "answer": 1} ', "c.json"))
    assert one.sha256 == same.sha256 != other.sha256


@pytest.mark.parametrize(
    ("results", "answer"),
    [
        ({"The number of bowls": "20", "The maximum earnings": "80"}, 80.0),
        ({"The minimum cost": "12", "The number of bowls": "20"}, 12.0),
        ({"The total earnings": "12", "The number of bowls": "20"}, 12.0),
        ({"The radius": "3", "The height": "4"}, 4.0),
    ],
)
def test_the_objective_among_the_results_of_optibench_is_the_one_called_so_or_the_last(
    results: dict[str, str], answer: float, tmp_path: Path
) -> None:
    assert only(load(written(tmp_path, [{"question": "q", "results": results}]))).target.answer == answer


def test_a_result_that_is_no_number_makes_a_sample_doubtful(tmp_path: Path) -> None:
    record = {"question": "q", "results": {"The number of bowls": "none", "The maximum earnings": "80"}}
    assert only(load(written(tmp_path, [record]))).target.doubtful


def test_complexor_is_a_folder_with_a_folder_for_each_problem(tmp_path: Path) -> None:
    part = tmp_path / "kiln"
    part.mkdir()
    (part / "description.txt").write_text("Fire as much as fits.\n")
    (part / "sample.json").write_text(
        '[{"input": {"room": 20}, "output": [80]},\n {"input": {"room": 5}, "output": [20]}]'
    )
    found = load(tmp_path)
    assert [(sample.id, sample.target.answer) for sample in found.samples] == [("kiln-1", 80.0), ("kiln-2", 20.0)]
    assert found.samples[1].question == 'Fire as much as fits.\n\nData: {"room": 5}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("hello", "line 1: a record begins with {"),
        ('{"question": "q", "answer": 1}\n{"question": "q", "answer": }\n', "line 2, column 29: not JSON"),
        ('[{"question": "q", "answer": 1}\n {"question": "q"}]', "line 2: the list goes on without a comma"),
        ('[{"question": "q", "answer": 1},\n 5]', "line 2: a record is an object {...}, this is a number"),
        ('[{"question": "q", "answer": 1}', "line 1: the list goes on without a comma, or breaks off"),
        ('[{"question": "q", "answer": 1}]\n[]', "line 2: there is something after the end"),
        ('{"text": "q", "label": 1}', "line 1: unknown record with text, label; give it the fields"),
        ('\n{"question": "q", "answer": "many"}', "line 2: 'answer' is 'many': write a number or null"),
        ('{"question": "q", "answer": null}', "'answer' is null without a 'status'"),
        ('{"question": "q", "answer": null, "status": "bad"}', "'status' is 'bad': write one of infeasible, unbounded"),
        ('{"question": "", "answer": 1}', "line 1: 'question' is not a text"),
        ('{"question": 5, "answer": 1}', "line 1: 'question' is not a text"),
        ('{"question": "q", "answer": 1, "alternatives": 3}', "'alternatives' is not a list of numbers"),
        ('{"question": "q", "answer": 1, "results": {"x": "y"}}', "'results.x' is 'y'"),
        ('{"question": "q", "answer": 1, "notes": "no"}', "'notes' is not an object"),
        ('{"question": "q", "results": {}}', "'results' is not an object with at least one result"),
        ('{"Question": "q", "Answer": "?"}', "'Answer' is '?': write a number"),
        ('{"description": "q", "solution": "x"}', "'solution' is not JSON"),
        ('{"description": "q", "solution": {}}', "'solution' has no 'objective'"),
        ('{"id": 1, "question": "q", "answer": 1}\n' * 2, "line 2: the id '1' was used on line 1"),
        ("[]", "the file holds no records"),
        ("[" * 100_000, "line 1: this JSON cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_with_its_line(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        load(written(tmp_path, content))
    assert message in str(caught.value)
    assert "kiln.json" in str(caught.value)


def test_missing_unreadable_and_empty_places_are_told(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"question": "caf\xe9"}')
    for place, message in [
        ("none.json", "no such file"),
        ("latin.json", "byte 17 is not UTF-8"),
        (".", "no folder in"),
    ]:
        with pytest.raises(DatasetError, match=message):
            load(tmp_path / place)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_records_or_an_error_with_a_place(text: str) -> None:
    try:
        found = list(records(text, "some file"))
    except DatasetError as error:
        found, message = [], str(error)
    else:
        message = "some file"
    assert message.startswith("some file")
    assert all(isinstance(record, dict) for _, record in found)


DECLARED = {
    "document": TEXT, "vars": ["bowls", "plates"], "order_mapping": {"bowls": 0, "plates": 1},
    "obj_declaration": {"type": "objective", "direction": "maximize", "terms": {"bowls": "4", "plates": "3"}},
    "const_declarations": [
        {"type": "sum", "direction": "at most", "limit": "20", "operator": "LESS_OR_EQUAL"},
        {"type": "ratio", "var": "bowls", "limit": "30%", "operator": "GREATER_OR_EQUAL"},
        {"type": "xby", "x_var": "bowls", "param": "2", "y_var": "plates", "operator": "LESS_OR_EQUAL"},
    ],
}  # fmt: skip
JUNK = (
    None, "", " ", "x", "½", "1/0", "1e999", "9" * 400, 10**400, -1, 1e308, True, [], [None], [[1]], {},
    {"bowls": "-7"}, {"a": {"b": []}},
)  # fmt: skip


def _places(value: object, place: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The ways to everything inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([place] if place else []), *(way for key, inner in inside for way in _places(inner, (*place, key)))]


def _with(value: object, place: tuple[object, ...], junk: object) -> object:
    if not place:
        return junk
    key, *rest = place
    if isinstance(value, list):
        return [_with(inner, tuple(rest), junk) if at == key else inner for at, inner in enumerate(value)]
    assert isinstance(value, dict)
    return {at: _with(inner, tuple(rest), junk) if at == key else inner for at, inner in value.items()}


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_record_with_anything_out_of_place_is_read_or_refused_by_its_line(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from([*(entry[0] for entry in FORMATS), DECLARED]))
    broken = _with(record, data.draw(st.sampled_from(_places(record))), data.draw(st.sampled_from(JUNK)))
    with tempfile.TemporaryDirectory() as folder:
        file = written(Path(folder), [broken])
        said = ""
        try:
            load(file)
        except DatasetError as error:
            said = str(error)
        assert not said or said.startswith(f"{file}, line 1: ")
        assert len(said) < 700
