"""Opening files by their suffix: formulations with data, scalar programs, problem texts, tables.

Whatever is wrong with a file comes out as one FileError that says what, where, why and what to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from formulations.formulation import Document, Formulation
from formulations.notation import NotationError, parse_notation
from formulations.program import Program
from formulations.reading import FileError, read_lp, read_mps
from formulations.reading.source import decoded, load, shortened

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SUFFIXES", "FileError", "read_document", "read_json", "read_notation", "read_tables", "read_text"]

#: At most this many mistakes are listed.
_SHOWN = 12


def read_document(path: Path | str) -> Document | Program:
    """What a .opt, .json, .lp or .mps file holds, the last two also packed as .gz. Raises FileError."""
    path = Path(path)
    suffix = _suffix(path)
    reader = _READERS.get(suffix)
    if reader is None:
        if not path.exists():
            load(path)
        _refuse_suffix(path, suffix)
    return reader(decoded(load(path), path.name), path.name)


def read_text(path: Path | str) -> str:
    """The text of a file, a problem in plain words for instance, without a byte order mark. Raises FileError."""
    path = Path(path)
    return decoded(load(path), path.name)


def read_tables(path: Path | str) -> dict[str, pd.DataFrame]:
    """All tables of a .csv, .xlsx or .parquet file by name, a workbook's by sheet. Raises FileError."""
    # Loaded only now: pandas takes its time, and every command imports this module.
    from formulations.tables.reading import read_tables as read

    return read(path)


def read_notation(text: str, file: str = "") -> Document:
    """The document in a text of the notation. Raises FileError listing all mistakes."""
    try:
        return parse_notation(text)
    except NotationError as error:
        raise FileError(file, f"the notation has mistakes\n{error}") from error


def read_json(text: str, file: str = "") -> Document:
    """The document in JSON: a whole one, or a formulation alone. Raises FileError."""
    raw = _loaded(text, file)
    if not isinstance(raw, dict):
        raise FileError(file, "the JSON is not an object", hint='write {"formulation": {...}, "data": {...}}')
    try:
        if "formulation" in raw:
            return Document.model_validate(raw)
        if raw.keys() & {"variables", "objective", "constraints"}:
            return Document(formulation=Formulation.model_validate(raw))
    except ValidationError as error:
        raise FileError(file, f"the JSON does not describe a formulation\n{_described(error, raw)}") from None
    hint = 'write {"formulation": {...}, "data": {...}}, or the formulation alone'
    raise FileError(file, "the JSON holds neither a 'formulation' nor 'variables'", hint=hint)


def _loaded(text: str, file: str) -> Any:
    def refuse_constant(name: str) -> NoReturn:
        raise FileError(file, f"the number {name} is not allowed", hint="leave a bound that does not exist null")

    try:
        return json.loads(text, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        line = text.split("\n")[error.lineno - 1] if text else ""
        raise FileError(
            file,
            f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}",
            line=error.lineno,
            text=line,
            column=error.colno - 1,
            hint="is a comma, a quote or a bracket missing before it?",
        ) from None
    except RecursionError:
        raise FileError(file, "the JSON is nested too deeply", hint="a formulation needs five levels") from None
    except FileError:
        raise
    except ValueError as error:
        raise FileError(file, f"a number in the JSON cannot be read ({error})", hint="shorten it") from None


def _described(error: ValidationError, raw: object) -> str:
    """One line for each place: path, the element's name, what is wrong there."""
    places: dict[str, list[str]] = {}
    for detail in error.errors(include_url=False, include_context=False):
        reason = _reason(str(detail["type"]), str(detail["msg"]), detail["input"])
        place = _place(detail["loc"], raw)
        places.setdefault(place, [])
        if reason not in places[place]:
            places[place].append(reason)
    lines = [f"  {place}: {', or '.join(reasons)}" for place, reasons in places.items()]
    rest = len(lines) - _SHOWN
    return "\n".join([*lines[:_SHOWN], *([f"  ... and {rest} more"] if rest > 0 else [])])


def _place(location: tuple[int | str, ...], raw: object) -> str:
    """``formulation.constraints[2] 'capacity'.expression``, following the file rather than the schema."""
    path, value = "", raw
    for position, part in enumerate(location):
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
            path += f"[{part}]"
            name = value.get("name") if isinstance(value, dict) else None
            path += f" '{shortened(name)}'" if isinstance(name, str) else ""
        elif isinstance(value, dict) and (part in value or position == len(location) - 1):
            value = value.get(str(part))
            path += f".{part}"
    return path.removeprefix(".") or "the whole"


def _reason(kind: str, message: str, value: object) -> str:
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a field here"
    if kind == "string_pattern_mismatch":
        return f"{_quoted(value)} is not a name (letters, digits and underscores, no digit first)"
    text = message[:1].lower() + message[1:]
    return f"{text.replace('input should', 'should')}, but is {_quoted(value)}"


def _quoted(value: object) -> str:
    try:
        return shortened(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError):
        return shortened(repr(value))


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _refuse_suffix(path: Path, suffix: str) -> NoReturn:
    if path.is_dir():
        load(path)
    known = ", ".join(SUFFIXES)
    if suffix == ".txt":
        raise FileError(path.name, "is a problem text, not a formulation", hint="have it formulated first")
    if suffix in (".csv", ".tsv", ".xlsx", ".parquet"):
        raise FileError(path.name, "is a table, not a formulation", hint="give it as data beside a formulation")
    reason = f"nothing is known that reads '{suffix}' files" if suffix else "the file name has no suffix"
    raise FileError(path.name, reason, hint=f"formulations end in {known}, problem texts in .txt")


_READERS: Mapping[str, Callable[[str, str], Document | Program]] = MappingProxyType(
    {".opt": read_notation, ".json": read_json, ".lp": read_lp, ".mps": read_mps}
)
#: The suffixes that ``read_document`` knows.
SUFFIXES = tuple(_READERS)
