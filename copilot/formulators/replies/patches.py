"""Corrections that name the elements they change, put into the formulation they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATEMENT = re.compile(
    r"\s*(?P<kind>set|parameter|variable|minimize|maximize|objective|constraint)\b\s*`?(?P<name>[^\W\d]\w*)?",
)
_REMOVED = re.compile(
    r"^\s*(?:[-*]\s+)?(?:remove|delete|drop)\s+(?:the\s+)?(?:constraint\s+|variable\s+)?`?(\w+)`?", re.I
)
_OBJECTIVES = ("minimize", "maximize", "objective")


@dataclass(frozen=True, slots=True)
class _Element:
    """What one element is written as, in its lines; ``key`` tells it from the others."""

    key: tuple[str, ...]
    lines: tuple[str, ...]


def removals(reply: str) -> tuple[str, ...]:
    """The names of the elements that a reply takes out, by lines ``remove NAME``."""
    return tuple(match[1] for line in reply.splitlines() if (match := _REMOVED.match(line)))


def patched(notation: str, patch: str, removed: tuple[str, ...] = ()) -> str:
    """The notation with the elements of the patch in the place of those of the same name, or at the end.

    A patch that declares variables and an objective is a whole formulation and replaces everything.
    """
    head, old = _elements(notation)
    _, new = _elements(patch)
    kinds = {element.key[0] for element in new}
    if "objective" in kinds and "variable" in kinds:
        return patch
    changes = {element.key: element for element in new}
    kept = [changes.pop(element.key, element) for element in old if not set(element.key[1:]) & set(removed)]
    body = [element for element in (*kept, *changes.values()) if not element.key[0].startswith("data")]
    data = [element for element in (*kept, *changes.values()) if element.key[0].startswith("data")]
    lines = [*head, *(line for element in body for line in element.lines)]
    lines += ["data", *(line for element in data for line in element.lines)] if data else []
    return "\n".join(lines) + "\n"


def _elements(notation: str) -> tuple[list[str], list[_Element]]:
    """The lines before the first element, and the elements with the lines that follow them."""
    head: list[str] = []
    found: list[tuple[tuple[str, ...], list[str]]] = []
    in_data = False
    for line in notation.splitlines():
        match = _STATEMENT.match(line)
        if line.strip() == "data":
            in_data = True
        elif match is not None and not (in_data and line[:1] in " \t"):
            kind = "objective" if match["kind"] in _OBJECTIVES else match["kind"]
            prefix = "data " if in_data else ""
            name = () if kind == "objective" else (match["name"] or "",)
            found.append(((prefix + kind, *name), [line]))
        elif found:
            found[-1][1].append(line)
        else:
            head.append(line)
    return head, [_Element(key, tuple(lines)) for key, lines in found]
