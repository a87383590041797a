"""Reading the data section of the notation: members, numbers, records and two-index tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from formulations.formulation import Member, Record
from formulations.lexical import unquoted
from formulations.refusals import comma_hint
from formulations.statements import Mistake, Statement

#: Longest range ``1..n`` that is expanded.
MAX_RANGE = 1_000_000

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<range>\.\.)
      | (?P<number>[-+]?(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w-]))
      | (?P<word>-?\w[\w-]*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_NOT_FINITE = frozenset({"inf", "+inf", "-inf", "nan", "infinity", "-infinity"})
_OPEN = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Literal["member", "number", "sign"]
    value: Member | float
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Values:
    """Members of a set, records or number of a parameter, and what could not be read."""

    value: object
    mistakes: tuple[Mistake, ...] = ()


class _Unreadable(Exception):
    def __init__(self, part: _Part | None, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.part = part
        self.reason = reason
        self.hint = hint


def read_values(statement: Statement, start: int, kind: str, *, end: int | None = None) -> Values:
    """What stands after '=': members for a set; a number, or records, for a parameter."""
    try:
        parts = _parts(statement.text, start, len(statement.text) if end is None else end)
        parts = _without_braces(parts)
        items = _split(parts)
        if kind == "set":
            return Values(tuple(member for item in items for member in _members(item)))
        if len(items) == 1 and not any(part.text == ":" for part in items[0]):
            return Values(_scalar(items[0]))
        return Values(tuple(_record(item, statement.text) for item in items))
    except _Unreadable as error:
        at = len(statement.text) if error.part is None else error.part.at
        return Values((), (statement.mistake(at, error.reason, hint=error.hint),))


def read_table(statement: Statement, start: int) -> Values:
    """The lines below ``parameter c:``: column members, then a row member and its numbers on every line."""
    records: list[Record] = []
    mistakes: list[Mistake] = []
    columns: list[Member | float] = []
    offset = 0
    for number, piece in enumerate(statement.pieces):
        begin = max(offset, start)
        offset += len(piece.text) + 1
        try:
            parts = [p for p in _parts(statement.text, begin, offset - 1) if p.text != ","]
            if number == 0:
                if parts:
                    raise _Unreadable(parts[0], "a table begins on the next line", "write = for a list of values")
            elif not columns:
                columns = [_member(part) for part in parts]
            else:
                records.extend(_row(parts, columns))
        except _Unreadable as error:
            at = offset - 1 if error.part is None else error.part.at
            mistakes.append(statement.mistake(at, error.reason, hint=error.hint))
    if not records and not mistakes:
        hint = "write the column members on an indented line, then one indented line per row"
        mistakes.append(statement.mistake(start, "the table is empty", hint=hint))
    return Values(tuple(records), tuple(mistakes))


def _row(parts: Sequence[_Part], columns: Sequence[Member | float]) -> list[Record]:
    numbers = parts[1:]
    if len(numbers) != len(columns):
        reason = f"the row has {_count(numbers, 'number')} for {_count(columns, 'column')}"
        last = parts[-1] if len(numbers) < len(columns) else numbers[len(columns)]
        raise _Unreadable(last, reason, "write - where there is no number")
    row = _member(parts[0])
    return [
        (row, column, _number(part))
        for column, part in zip(columns, numbers, strict=True)
        if part.text not in ("-", ".")
    ]


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _parts(text: str, start: int, end: int) -> list[_Part]:
    parts: list[_Part] = []
    position = start
    while position < end:
        match = _TOKEN.match(text, position, end)
        assert match is not None, "the last alternative matches any character"
        shown, at = match[0], position
        position = match.end()
        match match.lastgroup:
            case "string":
                try:
                    parts.append(_Part("member", unquoted(shown), shown, at))
                except ValueError as error:
                    message, offset = error.args
                    raise _Unreadable(_Part("sign", "", shown, at + offset), message) from None
            case "number":
                integer = shown.lstrip("+-").isdecimal() and len(shown) < 4000
                parts.append(_Part("number", int(shown) if integer else float(shown), shown, at))
            case "word" if shown.lower() in _NOT_FINITE:
                parts.append(_Part("number", float(shown), shown, at))
            case "word":
                parts.append(_Part("member", shown, shown, at))
            case "range" | "sign":
                parts.append(_Part("sign", shown, shown, at))
    if parts and parts[-1].text == ";":
        parts.pop()
    return parts


def _without_braces(parts: list[_Part]) -> list[_Part]:
    if len(parts) > 1 and _OPEN.get(parts[0].text) == parts[-1].text:
        return parts[1:-1]
    return parts


def _split(parts: Sequence[_Part]) -> list[list[_Part]]:
    """The items between the commas outside brackets; a comma at the end does no harm."""
    items: list[list[_Part]] = [[]]
    depth = 0
    for part in parts:
        depth += (part.text == "(") - (part.text == ")")
        if part.kind == "sign" and part.text == "," and depth <= 0:
            if not items[-1]:
                raise _Unreadable(part, "a value is missing before ','")
            items.append([])
        else:
            items[-1].append(part)
    if not items[-1]:
        items.pop()
    return items


def _members(item: Sequence[_Part]) -> Iterable[Member | tuple[Member, ...]]:
    match item:
        case [_Part(kind="number", value=int(low)), _Part(text=".."), _Part(kind="number", value=int(high))]:
            if high - low >= MAX_RANGE:
                reason = f"the range has more than {MAX_RANGE} members"
                raise _Unreadable(item[0], reason, "give large sets in a data file")
            return range(low, high + 1)
        case [_Part(text="("), *_]:
            return (tuple(_set_member(part) for part in _inside(item)),)
        case [single]:
            return (_set_member(single),)
    place = item[1]
    if place.text == ":":
        raise _Unreadable(place, "a set has members only", "write set S = a, b; numbers belong to a parameter")
    hint = 'separate members by commas; put a member of several words in quotes, "New York"'
    raise _Unreadable(place, f"'{place.text}' is not expected here", hint)


def _set_member(part: _Part) -> Member:
    member = _member(part)
    if isinstance(member, float):
        hint = f'put it in quotes, "{part.text}", if it is a name'
        raise _Unreadable(part, "a member is a word or a whole number", hint)
    return member


def _inside(item: Sequence[_Part]) -> list[_Part]:
    """The parts of ``(a, b)`` without brackets and commas. ``item`` begins with the bracket."""
    if item[-1].text != ")":
        reason = "')' is missing" if all(part.text != ")" for part in item) else "this is not expected after ')'"
        raise _Unreadable(item[-1], reason, "write (a, b)")
    inside = list(item[1:-1])
    for number, part in enumerate(inside):
        if (part.text == "," and part.kind == "sign") != bool(number % 2):
            raise _Unreadable(part, f"'{part.text}' is not expected here", "write (a, b)")
    return inside[::2]


def _member(part: _Part) -> Member | float:
    if part.kind == "sign":
        hint = "put a member with odd characters in quotes"
        raise _Unreadable(part, f"'{part.text}' is not a member", hint)
    return part.value


def _number(part: _Part) -> Member | float:
    """The number that a part spells. A quoted text is kept: ``bind`` will say what is wrong with it."""
    if part.kind == "number" and not isinstance(part.value, str):
        return float(part.value) if _fits(part.value) else part.value
    if part.kind == "member" and part.text[:1] in "\"'":
        return part.value
    hint = "write the number alone: no unit, no currency, no separators"
    raise _Unreadable(part, f"'{part.text}' is not a number", hint)


def _fits(value: int | float) -> bool:
    try:
        return float(value) == value or value != value
    except OverflowError:
        return False


def _scalar(item: Sequence[_Part]) -> object:
    value = _number(item[0])
    if len(item) > 1:
        _refuse_rest(item[1])
    if not isinstance(value, float):
        raise _Unreadable(item[0], f"'{item[0].text}' is not a number", "write a decimal number")
    return value


def _refuse_rest(part: _Part) -> None:
    hint = "separate entries by commas"
    if part.text == "%":
        hint = "write a percentage as a fraction, 0.085 for 8.5%, or leave the sign out"
    raise _Unreadable(part, f"'{part.text}' is not expected after a number", hint)


def _record(item: Sequence[_Part], text: str) -> Record:
    colon = next((number for number, part in enumerate(item) if part.kind == "sign" and part.text == ":"), None)
    if colon is None:
        first = item[0]
        hint = comma_hint(text, first.at)
        if "separators" not in hint:
            hint = "write member: number, or (member, member): number"
        raise _Unreadable(first, f"'{first.text}' has no member in front of it", hint)
    head, tail = item[:colon], item[colon + 1 :]
    if not head or not tail:
        raise _Unreadable(item[colon], f"the {'member' if not head else 'number'} is missing", "write member: number")
    if len(tail) > 1:
        _refuse_rest(tail[1])
    if head[0].text == "(":
        keys = [_member(part) for part in _inside(head)]
    elif len(head) == 1:
        keys = [_member(head[0])]
    else:
        raise _Unreadable(
            head[1], f"'{head[1].text}' is not expected here", 'quote members of several words, "New York"'
        )
    return (*keys, _number(tail[0]))
