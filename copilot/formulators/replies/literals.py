"""Parameters whose values stand in brackets of Python or by position, as records of the notation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from formulations.lexical import quoted

_POSITIONS = re.compile(r"\s*-?[\d.]+(\s*,\s*-?[\d.]+)+\s*")
_PRICED = re.compile(
    r"([^=\"]*=\s*)[$€£]?\s*(-?[\d][\d,]*(?:\.\d+)?|-?\.\d+)\s*(%?)\s*([A-Za-z][\w/]*)?\s*(\"[^\"]*\")?$"
)


def parameter(rest: str, indices: dict[str, str], members: Mapping[str, list[str]], *, in_data: bool) -> Iterator[str]:
    """A parameter, its values in brackets of Python or by position turned into records."""
    rest = rest.replace(":=", "=")
    match = re.match(r"(\w+)\s*(?:\[([^\]]*)\])?", rest)
    if match is None:
        return
    name = match[1]
    if match[2]:
        indices[name] = match[2]
    value = re.search(r"=\s*([\[{(]?.*)$", rest)
    records = None if value is None else _records(value[1], indices.get(name, ""), members)
    if records is None:
        yield f"parameter {_plain_value(rest)}"
    elif in_data:
        yield f"parameter {name} = {records}"
    else:
        yield f"parameter {rest[: rest.index('=')].strip()} = {records}"


def _plain_value(rest: str) -> str:
    """A single number without currency, separators, unit and percent sign."""
    match = _PRICED.match(rest)
    if match is None or (match[4] or "").lower() in ("in", "default"):
        return rest
    number = match[2].replace(",", "")
    number = f"{float(number) / 100:.12g}" if match[3] else number
    return f"{match[1]}{number} {match[5] or ''}".rstrip()


def _records(value: str, indices: str, members: Mapping[str, list[str]]) -> str | None:
    """``{'a': 3}``, ``[3, 4]``, ``3, 4`` and their nestings as ``a: 3, b: 4``; None for anything else."""
    value = re.sub(r"\"[^\"]*\"\s*$", "", value) if value.count('"') == 2 and value[:1] not in "[{" else value
    value = re.sub(r"(?<![\w.])[$€£](?=\d)", "", value)
    if value[:1] not in "[{(" and not _POSITIONS.fullmatch(value):
        return None
    sets = [entry.split(" in ")[-1].strip() for entry in indices.split(",") if entry.strip()]
    try:
        content = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    pairs = list(_flat(content, sets, members))
    if not pairs or any(number is None for _, number in pairs):
        return None
    return ", ".join(f"{key[0] if len(key) == 1 else '(' + ', '.join(key) + ')'}: {number}" for key, number in pairs)


def _flat(
    content: object, sets: list[str], members: Mapping[str, list[str]], key: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], float | None]]:
    match content:
        case bool():
            yield key, None
        case int() | float():
            yield key, content if key else None
        case dict():
            for part, inner in content.items():
                parts = part if isinstance(part, tuple) else (part,)
                yield from _flat(inner, sets[len(parts) :], members, (*key, *map(_member, parts)))
        case list() | tuple() if sets and len(members.get(sets[0], ())) == len(content):
            for part, inner in zip(members[sets[0]], content, strict=True):
                yield from _flat(inner, sets[1:], members, (*key, part))
        case _:
            yield key, None


def _member(member: object) -> str:
    text = str(member)
    return text if re.fullmatch(r"-?\d+|[^\W\d][\w-]*", text) else quoted(text)


def members_of(code: str) -> dict[str, list[str]]:
    """The members that lines like ``set S = a, b`` list, as they are written."""
    found = {}
    for match in re.finditer(r"^\s*set\s+(\w+)\s*(?::?=|:)\s*([^\n#]+)$", code, re.IGNORECASE | re.MULTILINE):
        inner = match[2].strip().rstrip(";").strip("{}[] ")
        span = re.fullmatch(r"(\d+)\s*\.\.\s*(\d+)", inner)
        if span and int(span[2]) - int(span[1]) < 10_000:
            found[match[1]] = [str(number) for number in range(int(span[1]), int(span[2]) + 1)]
        else:
            found[match[1]] = [part.strip() for part in inner.split(",") if part.strip()]
    return found
