"""Data sets of word problems, recognized by what their records hold.

The format of this project is JSONL or a JSON list with

    {"id": "bakery-1", "question": "A bakery ...", "answer": 1250.0, "kind": "linear", "alternatives": [1240.0],
     "status": "", "results": {"loaves": 50}, "doubtful": false}

where only ``question`` and ``answer`` are needed; ``answer`` is null where ``status`` says why there is no optimum
(``infeasible``, ``unbounded``, ``ill-posed``, ``missing data`` or ``no optimum``).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from copilot.evaluation.declared import DeclarationError, optimum
from copilot.evaluation.records import DatasetError, Record, read_text, records
from copilot.evaluation.sample import ANY_KIND, Sample, Target

NO_OPTIMUM = "no optimum"
STATUSES = ("infeasible", "unbounded", "ill-posed", "missing data", NO_OPTIMUM)
_NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: What names an objective among the listed results of OptiBench, the surest words first.
_OBJECTIVE = (r"\bobjective\b", r"\b(?:max|min)im\w*\b|\boptimal\b", r"\btotal\b|\bprofit\b|\bcosts?\b|\brevenue\b")


class _Unreadable(ValueError):
    """What is wrong with one record."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write records; the first in ``DATASETS`` whose ``keys`` a record all has reads it."""

    name: str
    keys: tuple[str, ...]
    read: Callable[[Record], Sample]


@dataclass(frozen=True, slots=True)
class Dataset:
    """The samples of one file, or of one folder; ``sha256`` is of the bytes they were read from."""

    name: str
    format: str
    sha256: str
    samples: tuple[Sample, ...]


def load(path: Path) -> Dataset:
    """The data set in a file, or in a ComplexOR folder. Raises DatasetError."""
    if path.is_dir():
        return _complexor(path)
    if not path.is_file():
        raise DatasetError(f"{path}: there is no such file or folder: check its name and directory")
    text = read_text(path)
    samples, formats = [], set()
    for number, (line, record) in enumerate(records(text, str(path)), start=1):
        form = _format_of(record)
        if form is None:
            known = "; ".join(f"{form.name}: {', '.join(form.keys)}" for form in DATASETS)
            found = ", ".join(map(str, list(record)[:8])) or "nothing"
            raise DatasetError(
                f"{path}, line {line}: unknown record with {found}; give it the fields of one of these: {known}"
            )
        formats.add(form.name)
        try:
            sample = form.read(record)
        except _Unreadable as error:
            raise DatasetError(f"{path}, line {line}: {error}") from None
        samples.append(replace(sample, id=sample.id or f"{path.stem}-{number:04d}", line=line))
    if not samples:
        raise DatasetError(f"{path}: the file holds no records: write one {{...}} a line, or a list of them")
    return Dataset(path.stem, "+".join(sorted(formats)), _hash_of(path), _with_unique_ids(samples, path))


def _format_of(record: Record) -> Format | None:
    return next((form for form in DATASETS if all(key in record for key in form.keys)), None)


def _with_unique_ids(samples: Sequence[Sample], path: Path) -> tuple[Sample, ...]:
    seen: dict[str, int] = {}
    for sample in samples:
        if sample.id in seen:
            raise DatasetError(
                f"{path}, line {sample.line}: the id {sample.id!r} was used on line {seen[sample.id]}: "
                "give every record an id of its own"
            )
        seen[sample.id] = sample.line
    return tuple(samples)


def _hash_of(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _labelled(record: Record) -> Sample:
    """A record with trust, alternatives and expected status in ``notes``."""
    notes = record.get("notes") or {}
    if not isinstance(notes, Mapping):
        raise _Unreadable("'notes' is not an object: write {...}, or leave it out")
    answer = _number_or_none(record.get("answer"), "answer")
    original = _number_or_none(notes.get("original_answer"), "notes.original_answer")
    listed = _results(record.get("answer_by_variable") or {}, "answer_by_variable")
    objective = answer if original is None else original
    target = Target(
        answer=answer,
        alternatives=_numbers(notes.get("alternatives") or (), "notes.alternatives"),
        listed=listed if objective is None else {**listed, "objective": objective},
        status=str(notes.get("expected_status") or ""),
        doubtful=notes.get("trust") == "doubtful",
    )
    return Sample(_id(record), _text(record, "question"), target, str(record.get("kind") or ANY_KIND))


def _own(record: Record) -> Sample:
    answer = _number_or_none(record.get("answer"), "answer")
    status = str(record.get("status") or "")
    doubtful = record.get("doubtful") is True
    if status and status not in STATUSES:
        raise _Unreadable(f"'status' is {_short(status)}: write one of {', '.join(STATUSES)}")
    if answer is None and not status and not doubtful:
        raise _Unreadable(f"'answer' is null without a 'status' that says why: write one of {', '.join(STATUSES)}")
    listed = _results(record.get("results") or {}, "results")
    target = Target(
        answer=answer,
        alternatives=_numbers(record.get("alternatives") or (), "alternatives"),
        listed=listed if answer is None else {**listed, "objective": answer},
        status=status,
        doubtful=doubtful,
    )
    return Sample(_id(record), _text(record, "question"), target, str(record.get("kind") or ANY_KIND))


def _optibench(record: Record) -> Sample:
    """OptiBench as published: ``results`` holds variables and the objective, as texts."""
    content = record["results"]
    if not isinstance(content, Mapping) or not content:
        raise _Unreadable('\'results\' is not an object with at least one result: write {"name": "number"}')
    numbers = {str(key): _read_number(value) for key, value in content.items()}
    listed = {key: number for key, number in numbers.items() if number is not None}
    answer = numbers[_objective_among(tuple(numbers))]
    # A result that is no number, "no solution", cannot be compared.
    target = Target(answer=answer, listed=listed, doubtful=answer is None or len(listed) < len(numbers))
    kind = str(record.get("type") or record.get("kind") or ANY_KIND)
    return Sample(_id(record), _text(record, "question"), target, kind)


def _objective_among(keys: Sequence[str]) -> str:
    """The result that is the objective: the only one called so, else the last one."""
    for words in _OBJECTIVE:
        found = [key for key in keys if re.search(words, key, re.IGNORECASE)]
        if len(found) == 1:
            return found[0]
    return keys[-1]


def _question_and_answer(question: str, answer: str) -> Callable[[Record], Sample]:
    """Records with a text and one answer, "No Best Solution" where there is none."""

    def read(record: Record) -> Sample:
        value = record[answer]
        number = _read_number(value)
        without = isinstance(value, str) and bool(re.search(r"\bno (?:best|optimal|feasible)? ?solution", value, re.I))
        if number is None and not without:
            raise _Unreadable(f"{answer!r} is {_short(value)}: write a number")
        listed = {} if number is None else {"objective": number}
        target = Target(answer=number, listed=listed, status=NO_OPTIMUM if without else "")
        kind = record.get("kind") or record.get("question_type") or record.get("difficulty") or ANY_KIND
        return Sample(_id(record), _text(record, question), target, str(kind))

    return read


def _nlp4lp(record: Record) -> Sample:
    """NLP4LP of OptiMUS: ``solution`` is an object, or its JSON, with ``objective`` and ``variables``."""
    solution = record["solution"]
    if isinstance(solution, str):
        try:
            solution = json.loads(solution)
        except json.JSONDecodeError:
            raise _Unreadable("'solution' is not JSON: write an object, or its JSON as a text") from None
    if not isinstance(solution, Mapping) or "objective" not in solution:
        raise _Unreadable("'solution' has no 'objective': write {\"objective\": number, \"variables\": {...}}")
    answer = _number_or_none(solution["objective"], "solution.objective")
    variables = solution.get("variables")
    values = variables.items() if isinstance(variables, Mapping) else ()
    listed = {str(key): number for key, value in values if (number := _read_number(value)) is not None}
    target = Target(
        answer=answer,
        listed=listed if answer is None else {**listed, "objective": answer},
        doubtful=answer is None,
    )
    return Sample(_id(record), _text(record, "description"), target, str(record.get("kind") or ANY_KIND))


def _nl4opt(record: Record) -> Sample:
    """NL4OPT of the competition, where ``solved`` holds the optimum of the gold declarations."""
    solved = record["solved"]
    if not isinstance(solved, Mapping):
        raise _Unreadable('\'solved\' is not an object: write {"ilp": number, "lp": number}, or leave it out')
    found = [_read_number(solved.get(key)) for key in ("ilp_strict", "ilp", "lp")]
    known = tuple(dict.fromkeys(number for number in found if number is not None))
    target = Target(
        answer=known[0] if known else None,
        alternatives=known[1:2],
        listed={"objective": known[0]} if known else {},
        status="" if known else NO_OPTIMUM,
    )
    return Sample(_id(record), _text(record, "document"), target)


def _nl4opt_declared(record: Record) -> Sample:
    """NL4OPT as published: the optimum of the gold declarations is worked out here."""
    try:
        strict, loose = optimum(record), optimum(record, strict=False)
    except DeclarationError:
        return Sample(_id(record), _text(record, "document"), Target(answer=None, doubtful=True))
    target = Target(
        answer=strict,
        alternatives=(loose,) if loose is not None and strict is not None and loose != strict else (),
        listed={} if strict is None else {"objective": strict},
        status="" if strict is not None else NO_OPTIMUM,
    )
    return Sample(_id(record), _text(record, "document"), target)


def _complexor(folder: Path) -> Dataset:
    """ComplexOR: a folder for each problem with ``description.txt`` and ``sample.json``, one sample for each input."""
    parts = sorted(path.parent for path in folder.glob("*/sample.json") if (path.parent / "description.txt").is_file())
    if not parts:
        raise DatasetError(
            f"{folder}: no folder in it holds description.txt and sample.json, as ComplexOR has: name a file"
        )
    samples = tuple(sample for part in parts for sample in _complexor_samples(part))
    files = [part / name for part in parts for name in ("description.txt", "sample.json")]
    return Dataset(folder.name, "ComplexOR", _hash_of(*files), samples)


def _complexor_samples(part: Path) -> Iterator[Sample]:
    description, path = read_text(part / "description.txt").strip(), part / "sample.json"
    for number, (line, record) in enumerate(records(read_text(path), str(path)), start=1):
        output = record.get("output")
        values = output if isinstance(output, list) else [output]
        answer = _read_number(values[0]) if values else None
        if answer is None or "input" not in record:
            raise DatasetError(f"{path}, line {line}: write 'input', and 'output' with one number, into each sample")
        question = f"{description}\n\nData: {json.dumps(record['input'])}"
        target = Target(answer=answer, listed={"objective": answer})
        yield Sample(f"{part.name}-{number}", question, target, "linear-data", line)


#: The formats of files, in the order in which they are tried.
DATASETS: tuple[Format, ...] = (
    Format("labelled", ("question", "answer", "notes"), _labelled),
    Format("own", ("question", "answer"), _own),
    Format("OptiBench", ("question", "results"), _optibench),
    Format("IndustryOR, OptMATH, MAMO or NL4OPT in English", ("en_question", "en_answer"),
           _question_and_answer("en_question", "en_answer")),
    Format("MAMO", ("Question", "Answer"), _question_and_answer("Question", "Answer")),
    Format("NLP4LP", ("description", "solution"), _nlp4lp),
    Format("NLP4LP", ("question", "solution_objective"), _question_and_answer("question", "solution_objective")),
    Format("NL4OPT", ("document", "solved"), _nl4opt),
    Format("NL4OPT", ("document", "obj_declaration", "const_declarations"), _nl4opt_declared),
)  # fmt: skip


def _id(record: Record) -> str:
    found = next((record[key] for key in ("id", "index", "problem_id") if record.get(key) is not None), "")
    return str(found)


def _text(record: Record, key: str) -> str:
    value = record[key]
    if not isinstance(value, str) or not value.strip():
        raise _Unreadable(f"{key!r} is not a text: write the problem in words")
    return value


def _short(value: object) -> str:
    """A value that does not belong where it stands, for a message."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]} …"


def _read_number(value: object) -> float | None:
    """The number that a value is or writes: ``12``, ``"1,200.50"``, ``"1/3"``, ``"$ 40"``; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if abs(value) <= sys.float_info.max else None
    if not isinstance(value, str):
        return None
    text = value.strip().strip("$€£ ").rstrip("%").strip()
    if fraction := re.fullmatch(r"([-+]?\d{1,18})\s*/\s*(\d{1,18})", text):
        return float(Fraction(int(fraction[1]), int(fraction[2]))) if int(fraction[2]) else None
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", ""))
    return number if math.isfinite(number) else None


def _number_or_none(value: object, name: str) -> float | None:
    number = _read_number(value)
    if number is None and value is not None:
        raise _Unreadable(f"{name!r} is {_short(value)}: write a number or null")
    return number


def _numbers(values: object, name: str) -> tuple[float, ...]:
    if not isinstance(values, (list, tuple)):
        raise _Unreadable(f"{name!r} is not a list of numbers: write [...], or leave it out")
    found = (_number_or_none(value, f"{name}[{place}]") for place, value in enumerate(values))
    return tuple(number for number in found if number is not None)


def _results(values: object, name: str) -> dict[str, float]:
    if not isinstance(values, Mapping):
        raise _Unreadable(f'{name!r} is not an object of numbers: write {{"name": number}}, or leave it out')
    found: dict[str, float] = {}
    for key, value in values.items():
        if isinstance(value, list):  # an indexed variable without names of its members
            value = dict(enumerate(value))
        if isinstance(value, Mapping):
            found |= {f"{key}[{index}]": inner for index, inner in _results(value, f"{name}.{key}").items()}
        elif (number := _number_or_none(value, f"{name}.{key}")) is not None:
            found[str(key)] = number
    return found
