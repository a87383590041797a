"""What differs in meaning between two versions of a document: elements and data, not spelling or spacing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from formulations.formulation import Data, Document, Element, Member, Record
from formulations.parse import ParseError, parse_expression
from formulations.printing import to_text

ChangeKind = Literal["added", "removed", "changed"]
#: Fields of an element that hold one expression, compared as parsed.
EXPRESSIONS = ("expression", "lower", "upper", "when")
#: So many differing entries of one table are listed; the rest is counted.
LISTED_ENTRIES = 4


class Change(BaseModel):
    """One element, or one table of data, that is new, gone or different.

    element: ``set``, ``parameter``, ``variable``, ``objective``, ``constraint``, or ``data`` for its numbers and
    members. details: one line for each difference, ``"upper: 10 → 12"``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ChangeKind
    element: str
    name: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        tail = f": {'; '.join(self.details)}" if self.details else ""
        return f"{self.kind} {self.element} {self.name}{tail}"


def changes(before: Document, after: Document) -> tuple[Change, ...]:
    """Everything that makes ``after`` another problem than ``before``; empty if they mean the same."""
    return (*_element_changes(before, after), *_data_changes(before.data, after.data))


def _element_changes(before: Document, after: Document) -> Iterator[Change]:
    old, new = _elements(before), _elements(after)
    for key in dict.fromkeys((*old, *new)):
        element, name = key
        if key not in new:
            yield Change(kind="removed", element=element, name=name)
        elif key not in old:
            yield Change(kind="added", element=element, name=name)
        elif details := tuple(_field_changes(old[key], new[key])):
            yield Change(kind="changed", element=element, name=name, details=details)


def _elements(document: Document) -> dict[tuple[str, str], Element]:
    return {(type(item).__name__.lower(), item.name): item for item in document.formulation.elements()}


def _field_changes(old: Element, new: Element) -> Iterator[str]:
    for field in type(old).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if field in EXPRESSIONS:
            before, after = _canonical(before), _canonical(after)
        elif field == "for_each":
            before, after = " ".join(before.split()), " ".join(after.split())
        if before != after:
            yield f"{field.replace('_', ' ')}: {_shown(before)} → {_shown(after)}"


def _canonical(expression: str | None) -> str | None:
    """The expression as the printer writes it; as it stands if it cannot be parsed."""
    if expression is None:
        return None
    try:
        return to_text(parse_expression(expression))
    except ParseError:
        return expression


def _data_changes(before: Data, after: Data) -> Iterator[Change]:
    for name in dict.fromkeys((*before.sets, *after.sets)):
        details = _member_changes(before.sets.get(name, ()), after.sets.get(name, ()))
        if details:
            yield Change(kind="changed", element="data", name=name, details=details)
    for name in dict.fromkeys((*before.parameters, *after.parameters)):
        details = _entry_changes(_entries(before.parameters.get(name, ())), _entries(after.parameters.get(name, ())))
        if details:
            yield Change(kind="changed", element="data", name=name, details=details)


def _member_changes(
    before: Sequence[Member | tuple[Member, ...]], after: Sequence[Member | tuple[Member, ...]]
) -> tuple[str, ...]:
    gone = [_shown(member) for member in before if member not in after]
    new = [_shown(member) for member in after if member not in before]
    details = [f"added {', '.join(new)}"] if new else []
    details += [f"removed {', '.join(gone)}"] if gone else []
    if not details and tuple(before) != tuple(after):
        details.append("members in another order")
    return tuple(details)


def _entries(values: float | Sequence[Record]) -> dict[tuple[Member | float, ...], Member | float]:
    if isinstance(values, (int, float)):
        return {(): values}
    return {record[:-1]: record[-1] for record in values}


def _entry_changes(
    before: Mapping[tuple[Member | float, ...], Member | float],
    after: Mapping[tuple[Member | float, ...], Member | float],
) -> tuple[str, ...]:
    details = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            where = f"{', '.join(map(str, key))}: " if key else ""
            details.append(f"{where}{_shown(old)} → {_shown(new)}")
    if len(details) > LISTED_ENTRIES:
        return (*details[:LISTED_ENTRIES], f"and {len(details) - LISTED_ENTRIES} more")
    return tuple(details)


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "none"
        case float():
            return f"{value:g}" if f"{value:g}" == repr(value) or value != int(value) else repr(int(value))
        case tuple():
            return f"({', '.join(map(str, value))})"
    return str(value)
