"""Data that a text declares by name: dictionaries, lists and matrices, with the words that explain each name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "float | str | list[Value] | dict[str, Value]"

_LONGEST = 30_000
_MOST = 200
_ASSIGNED = re.compile(
    r"(?<![A-Za-z_])(?P<name>[A-Za-z][A-Za-z0-9_]{0,60}(?: [A-Za-z0-9_]{1,60}){0,4})\**`?\s*(?:\([^()\n]{0,40}\)\s*)?"
    r"(?:=|:|\bis\b|\bare\b)\s*`?(?=\[)"
)
_SCALAR = re.compile(
    r"(?m)^\W{0,6}(?P<name>[A-Za-z][\w ]{0,40}?)\**`?\s*(?:=|:)\s*`?\$?(?P<value>\d[\d,]*(?:\.\d+)?)\W*$"
)
_SKIPPED = re.compile(r"^(?:the|a|an|and|with|where|given|following)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Declared:
    """``name`` has the value written at ``text[start:end]``; ``words`` explain it."""

    name: str
    words: str
    value: Value
    start: int
    end: int


def declared(text: str) -> tuple[Declared, ...]:
    """All named values of the text, in its order. Values are finite numbers, words, lists and dictionaries of them."""
    found: dict[str, Declared] = {}
    taken: list[tuple[int, int]] = []
    for start, end, value in _literals(text, "{", "}"):
        taken.append((start, end))
        if isinstance(value, dict):
            for key, inner in value.items():
                at = max(text.find(key, start, end), start)
                found.setdefault(key, Declared(key, _words(text, key), inner, at, end))
    for match in _ASSIGNED.finditer(text):
        if any(a <= match.start() < b for a, b in taken):
            continue
        literal = next(_literals(text, "[", "]", match.end()), None)
        if literal is not None and literal[0] == match.end():
            name = _SKIPPED.sub("", match["name"])
            found.setdefault(name, Declared(name, _words(text, name), literal[2], literal[0], literal[1]))
    if found:
        for match in _SCALAR.finditer(text):
            if not any(a <= match.start() < b for a, b in taken):
                value = float(match["value"].replace(",", ""))
                name = match["name"]
                found.setdefault(
                    name, Declared(name, _words(text, name), value, match.start("value"), match.end("value"))
                )
    return tuple(sorted(found.values(), key=lambda d: d.start))[:_MOST]


def _words(text: str, name: str) -> str:
    """What the text says about a name, in a line that begins with it: "budget: the money at hand"."""
    pattern = rf"(?m)^\W*{re.escape(name)}\W*(?::|--?|=)\s+(?P<words>[A-Za-z(0-9][^\n]*)$"
    match = re.search(pattern, text)
    return match["words"] if match is not None else ""


def _literals(text: str, opening: str, closing: str, at: int = 0) -> Iterator[tuple[int, int, Value]]:
    """Balanced literals of the text, as values."""
    while (start := text.find(opening, at)) >= 0:
        depth = 0
        end = 0
        for k in range(start, min(len(text), start + _LONGEST)):
            depth += {opening: 1, closing: -1}.get(text[k], 0)
            if depth == 0:
                end = k + 1
                break
        if not end:
            return
        value = _value(text[start:end])
        if value is None:
            at = start + 1
            continue
        yield start, end, value
        at = end


def _value(source: str) -> Value | None:
    source = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", source))
    try:
        return _plain(ast.literal_eval(re.sub(r"\s*\n\s*", " ", source)))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _plain(value: object) -> Value:
    """Numbers as floats, tuples as lists, keys as words. Raises ValueError for anything else."""
    if isinstance(value, bool | int | float):
        number = float(value)
        if abs(number) > 1e15 or number != number:
            raise ValueError("not a finite number")
        return number
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    raise ValueError("not data")
