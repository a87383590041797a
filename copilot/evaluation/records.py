"""The records of a JSON or JSONL file, each with the line it begins on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

Record = Mapping[str, object]


class DatasetError(ValueError):
    """A data set cannot be read; ``str`` says where, what is wrong and what to do."""


def read_text(path: Path) -> str:
    """The text of a file in UTF-8. Raises DatasetError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8") from None


def records(text: str, name: str) -> Iterator[tuple[int, Record]]:
    """Line and content of each record: of a list, of an object of objects (the key becomes ``id``), or of JSONL.

    Raises DatasetError.
    """
    start = _past_space(text, 0)
    if start == len(text):
        raise DatasetError(f"{name}: the file is empty")
    if text[start] not in "[{":
        line = _line(text, start)
        raise DatasetError(f"{name}, line {line}: a record begins with {{, a list of records with [; this is neither")
    for position, value in _listed(text, start + 1, name) if text[start] == "[" else _one_after_another(text, name):
        line = _line(text, position)
        if not isinstance(value, dict):
            raise DatasetError(f"{name}, line {line}: a record is an object {{...}}, this is {_worded(value)}")
        if value and all(isinstance(inner, dict) for inner in value.values()):
            yield from ((line, {"id": key, **inner}) for key, inner in value.items())
        else:
            yield line, value


def _one_after_another(text: str, name: str) -> Iterator[tuple[int, object]]:
    position = _past_space(text, 0)
    while position < len(text):
        value, end = _value(text, position, name)
        yield position, value
        position = _past_space(text, end)


def _listed(text: str, position: int, name: str) -> Iterator[tuple[int, object]]:
    position = _past_space(text, position)
    while text[position : position + 1] != "]":
        value, end = _value(text, position, name)
        yield position, value
        position = _past_space(text, end)
        if text[position : position + 1] == ",":
            position = _past_space(text, position + 1)
        elif text[position : position + 1] != "]":
            raise DatasetError(f"{name}, line {_line(text, position)}: the list goes on without a comma, or breaks off")
    rest = _past_space(text, position + 1)
    if rest < len(text):
        raise DatasetError(f"{name}, line {_line(text, rest)}: there is something after the end of the list")


def _value(text: str, position: int, name: str) -> tuple[object, int]:
    try:
        value, end = json.JSONDecoder().raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{name}, line {error.lineno}, column {error.colno}: not JSON ({error.msg})") from None
    except (RecursionError, ValueError) as error:
        line = _line(text, position)
        raise DatasetError(f"{name}, line {line}: this JSON cannot be read ({error})") from None
    return value, end


def _past_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _worded(value: object) -> str:
    names: dict[type, str] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
