"""A schema as a document: every element carries the words it was read from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.formulators.draft import Draft, Question, Span
from formulations.formulation import Domain

from ..choices.wording import taken_once
from ..drafting import Figure as Number
from ..drafting import Paper
from ..words.lexicon import unit_of
from ..words.measures import DIVISIBLE
from .restrictions import Restriction
from .schema import Schema

_WHOLE = (
    r"integer|indivisib|whole (number|unit|piece|dollar|acre|thousand|bag|barrel|bottle|hour|hr|pack|trip|run)|"
    r"only whole|whole only|in whole"
)


def draft(found: Schema, text: str, confidence: float) -> Draft:
    """The draft of a schema, with what it assumes and what it leaves open."""
    sheet = Paper(text)
    domain = domain_of(found, text)
    labels = [owner.label for owner in found.owners.items]
    names = [sheet.variable(label, description=label, domain=domain) for label in labels]
    for name, owner in zip(names, found.owners.items, strict=True):
        sheet.spans[name] = (Span(start=owner.start, end=owner.end),)
    sheet.aim(found.aim.sense, _short(found.aim.words) or "objective", _objective(found, names, sheet))
    sheet.spans[sheet.objective.name if sheet.objective else "objective"] = (
        Span(start=found.aim.start, end=found.aim.end),
    )
    for line in found.lines:
        _constraint(line, found, names, sheet, domain)
    sheet.assumptions.append(f"the decisions are: {', '.join(labels)}")
    if domain == "integer":
        sheet.assumptions.append(f"{', '.join(labels)}: whole numbers only")
    if any(line.strict for line in found.lines):
        sheet.assumptions.append('"more than" and "less than" are strict: at least one unit more or less')
    made = sheet.draft(confidence, "offline")
    unread = tuple(Span(start=limit.start, end=limit.end) for limit in found.unmatched)
    left = tuple(Span(start=figure.token.start, end=figure.token.end) for figure in found.unused)
    asked = [(f"what does this limit: {text[s.start : s.end][:120]!r}?", s) for s in unread]
    asked += [(f"what does {text[s.start : s.end]!r} mean in this problem?", s) for s in left]
    questions = tuple(Question(text=words, default="it is left out", span=span) for words, span in asked)
    return made.model_copy(update={"unread": unread, "questions": questions})


def domain_of(found: Schema, text: str) -> Domain:
    """Whole numbers, unless the owners are measured (in money, hectares, liters), or taken once or not at all."""
    low = text.lower()
    if taken_once(text) and not any(line.kind in ("bound", "ratio") for line in found.lines):
        return "binary"
    if re.search(r"(fraction|part|portion)\w* of \w+ \w+ (is|are) (fine|ok|okay|allowed|possible|permitted)", low):
        return "continuous"
    asked = re.search(r"how many (?:whole )?(\w+)", low)
    counted = asked is not None and asked[1].endswith("s") and unit_of(asked[1]) is None
    if counted or re.search(_WHOLE, low):
        return "integer"
    return "continuous" if found.units & (DIVISIBLE | {"money", "time"}) else "integer"


def _short(words: str) -> str:
    return " ".join(words.split()[-3:])


def _number(value: float) -> str:
    return f"{value:.10g}"


def _objective(found: Schema, names: Sequence[str], sheet: Paper) -> str:
    if not found.objective.parts:
        return " + ".join(names)
    terms: list[tuple[float, str]] = []
    for sign, k in found.objective.parts:
        row = found.rows[k]
        label = row.measure.words or row.measure.family or "value"
        for e, value in sorted(row.values.items()):
            terms.append((sign, f"{_coefficient(sheet, label, names[e], value, found, k)}*{names[e]}"))
    text = ""
    for sign, term in terms:
        text += (" - " if sign < 0 else " + ") + term if text else ("-" if sign < 0 else "") + term
    return text


def _coefficient(sheet: Paper, label: str, name: str, value: float, found: Schema, k: int) -> str:
    """The parameter for one figure of a row, given once."""
    key = f"{label} of {name}"
    figure = next((f for _, f in found.rows[k].figures if abs(f.value - value) < 1e-9), None)
    token = figure.token if figure is not None else found.rows[k].figures[0][1].token
    return sheet.parameter(key, Number(value, token.start, token.end), f"{label}, for one of {name}")


def _constraint(line: Restriction, found: Schema, names: Sequence[str], sheet: Paper, domain: Domain) -> None:
    whole = line.kind in ("bound", "total", "order", "ratio", "difference") and domain == "integer"
    constant = line.constant
    if line.strict and whole and all(factor % 1 == 0 for _, factor in line.terms):
        constant += 1 if line.direction == ">=" else -1
    left = ""
    right: list[str] = []
    for e, factor in line.terms:
        if line.kind == "resource" and line.row is not None:
            label = line.name or "amount"
            term = f"{_coefficient(sheet, label, names[e], factor, found, line.row)}*{names[e]}"
            left += f" + {term}" if left else term
            continue
        size = abs(factor)
        term = names[e] if size == 1.0 else f"{_number(size)}*{names[e]}"
        left += (" - " if factor < 0 else " + ") + term if left else ("-" if factor < 0 else "") + term
    if constant or not right:
        right.append(_number(constant))
    words = line.name or " ".join(found.owners.items[e].label for e, _ in line.terms[:2])
    ending = {"<=": "limit", ">=": "need", "==": "balance"}[line.direction]
    base = f"{words} {line.kind if line.kind not in ('resource', 'bound', 'total') else ending}"
    sheet.constraint(base, f"{left} {line.direction} {right[0]}", [Number(constant, line.start, line.end)])
