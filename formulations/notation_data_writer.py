"""Writing the data section of the notation: members, numbers, records and two-index tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from formulations.formulation import Data, Member, Record
from formulations.lexical import OPERATOR_WORDS, quoted
from formulations.notation_data_reader import MAX_RANGE
from formulations.printing import number_text
from formulations.statements import KEYWORDS

#: Longest line that the writer makes where it has a choice.
LINE_WIDTH = 100
_BARE = re.compile(r"[^\W\d][\w-]*")
_TAKEN = frozenset({"inf", "nan", "infinity", *(word for word in KEYWORDS)})


def write_data(data: Data) -> list[str]:
    """The lines below and with 'data'; none if there is nothing to say."""
    lines: list[str] = []
    for name, members in data.sets.items():
        lines += _wrapped(f"set {name_text(name)} =", _member_texts(members))
    for name, value in data.parameters.items():
        shown = name_text(name)
        if isinstance(value, float | int):
            lines.append(f"parameter {shown} = {number_text(float(value))}")
        else:
            lines += _table(shown, value) or _wrapped(f"parameter {shown} =", map(_record_text, value))
    return ["data", *lines] if lines else []


def name_text(name: str) -> str:
    """A name, in quotes where it could be taken for something else."""
    return name if name.isidentifier() and name not in OPERATOR_WORDS else quoted(name)


def member_text(member: Member | float) -> str:
    """A member as it stands in the data section: bare where no reader could take it for something else."""
    if isinstance(member, int):
        return str(int(member))
    if isinstance(member, float):
        return repr(member)
    bare = _BARE.fullmatch(member) and member.lower() not in _TAKEN and member.isprintable()
    return member if bare else quoted(member)


def _member_texts(members: Sequence[Member | tuple[Member, ...]]) -> Iterable[str]:
    if len(members) > 2 and all(type(member) is int for member in members):
        first = members[0]
        assert isinstance(first, int)
        if members == tuple(range(first, first + len(members))) and len(members) <= MAX_RANGE:
            return [f"{members[0]}..{members[-1]}"]
    return (
        f"({', '.join(map(member_text, member))})" if isinstance(member, tuple) else member_text(member)
        for member in members
    )


def _value_text(value: Member | float) -> str:
    if isinstance(value, str):
        return quoted(value)
    return str(value) if isinstance(value, int) else number_text(value)


def _record_text(record: Record) -> str:
    *keys, value = record
    shown = member_text(keys[0]) if len(keys) == 1 else f"({', '.join(map(member_text, keys))})"
    return f"{shown}: {_value_text(value)}"


def _wrapped(head: str, items: Iterable[str]) -> list[str]:
    """The items after the head, separated by commas, on as many indented lines as they need."""
    lines = [head]
    pending = ""
    for item in items:
        if pending:
            lines[-1] += f"{pending},"
        pending = f" {item}"
        if len(lines[-1]) + len(pending) + 1 > LINE_WIDTH and lines[-1].strip():
            lines.append(" ")
    lines[-1] += pending
    return lines


def _table(name: str, records: Sequence[Record]) -> list[str]:
    """A dense two-index parameter as a table, or nothing where the records are no full table in row order."""
    if not all(len(record) == 3 and not isinstance(record[2], str) for record in records):
        return []
    entries: Mapping[tuple[object, ...], Member | float] = {record[:2]: record[2] for record in records}
    rows = list(dict.fromkeys(record[0] for record in records))
    columns = list(dict.fromkeys(record[1] for record in records))
    if len(rows) < 2 or len(columns) < 2:
        return []
    if tuple(entries) != tuple((row, column) for row in rows for column in columns) or len(entries) < len(records):
        return []
    cells = [["", *map(member_text, columns)]]
    cells += [[member_text(row), *(_value_text(entries[row, column]) for column in columns)] for row in rows]
    widths = [max(len(line[k]) for line in cells) for k in range(len(cells[0]))]
    lines = ["  " + "  ".join(_cell(line[k], widths[k], k) for k in range(len(line))).rstrip() for line in cells]
    return [f"parameter {name}:", *lines] if max(map(len, lines)) <= 2 * LINE_WIDTH else []


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column == 0 else text.rjust(width)
