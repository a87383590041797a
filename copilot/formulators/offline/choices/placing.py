"""Rules between things put on a page as constraints."""

from __future__ import annotations

from copilot.formulators.draft import Span
from copilot.formulators.offline.tabular.page import Page
from formulations.formulation import Constraint

from .roster import Roster
from .rule import Rule


def quoted(label: str) -> str:
    """The label as an index of the notation."""
    return '"' + label.replace("\\", " ").replace('"', "'") + '"'


def ruled(page: Page, rule: Rule, roster: Roster, take: str) -> None:
    """The rule over the variable ``take``, with the words that say it."""
    left = " + ".join(f"{take}[{quoted(roster.labels[k])}]" for k in rule.plus)
    right = " + ".join(f"{take}[{quoted(roster.labels[k])}]" for k in rule.minus)
    constant = f" + {rule.constant}" if right and rule.constant else ""
    name = page.names.take(rule.name)
    page.spans[name] = (Span(start=rule.start, end=rule.end),)
    page.constraints.append(
        Constraint(name=name, expression=f"{left} {rule.relation} {right or rule.constant}{constant}", for_each="")
    )
