"""What ``check`` finds: each finding says what, where, why and what to do, for a person and for a repairing model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

from formulations.caret import rendered

Severity = Literal["error", "warning", "info"]
#: Which text of an element a finding is about.
Part = Literal["", "expression", "for_each", "when", "lower", "upper", "indices", "unit"]

_PREFIX: dict[Severity, str] = {"error": "", "warning": "warning: ", "info": "note: "}
_PART_WORDS: dict[Part, str] = {
    "for_each": " (for each)",
    "when": " (when)",
    "lower": " (lower bound)",
    "upper": " (upper bound)",
    "indices": " (index)",
    "unit": " (unit)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know about a formulation.

    code: a stable word for programs, ``unbound-index``. element: the place for readers,
    ``constraints[2] 'capacity'``. text, column: what was written and where the caret goes (0-based); empty where
    there is nothing to point at. name, part: the element's name and which of its texts ``text`` is.
    """

    severity: Severity
    code: str
    element: str
    reason: str
    text: str = ""
    column: int = 0
    hint: str = ""
    name: str = ""
    part: Part = ""


def render(finding: Finding) -> str:
    """Place and reason, the text, a caret, the hint: up to four lines."""
    head = f"{_PREFIX[finding.severity]}{finding.element}{_PART_WORDS.get(finding.part, '')}: {finding.reason}"
    return rendered(head, finding.text, finding.column, hint=finding.hint)


def render_all(findings: Iterable[Finding]) -> str:
    """All findings, one below the other; empty if there are none."""
    return "\n".join(render(finding) for finding in findings)


def finding_dict(finding: Finding) -> dict[str, str | int]:
    """The finding as plain JSON, with its rendering under ``message``."""
    return {**asdict(finding), "message": render(finding)}


@dataclass(frozen=True, slots=True)
class Place:
    """One text of one element, where findings are reported."""

    element: str
    name: str = ""
    part: Part = ""
    text: str = ""


@dataclass
class Report:
    """Findings as they come in; the same finding about the same text is kept once."""

    _found: dict[tuple[str, str, str, str], Finding] = field(default_factory=dict)

    def add(self, severity: Severity, code: str, place: Place, *, reason: str, column: int = 0, hint: str = "") -> None:
        finding = Finding(
            severity=severity,
            code=code,
            element=place.element,
            reason=reason,
            text=place.text,
            column=column,
            hint=hint,
            name=place.name,
            part=place.part,
        )
        self._found.setdefault((code, place.element, place.part, reason), finding)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found.values())
