"""Maps between programs as data: rules with index patterns, read strictly and expanded to columns, never executed.

A rule gives columns of one program in terms of the other's, ``{"column": "start[j]", "terms": [{"column":
"begin[j, t]", "coefficient": "t"}], "constant": "0"}``. Bare names in brackets are indices: those of the rule's own
column take the value they have there, the others run over all columns that fit, and the terms are added up. A rule
for a single column comes before rules with indices. Quoted words and numbers are members. Indices that are integers
may be used in numbers and moved: ``stock[t-1]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from equivalence.verdict import Affine
from formulations.expression import Binary, Expression, Item, Name, Negative, Number, Text
from formulations.formulation import Member
from formulations.parse import ParseError, parse_expression
from formulations.program import Labels, Program

#: A map that takes more look-ups, or a number with more digits, than this is refused.
_MOST_EFFORT = 300_000
_MOST_DIGITS = 60
_SHOWN = 8
_BRACKETED = re.compile(r"^(?P<name>[^\[\]]+)\[(?P<key>[^\[\]]*)\]$")

Indices = Mapping[str, Member]


class MapError(ValueError):
    """A text is no map that covers both programs; ``problems`` lists what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        rest = len(problems) - _SHOWN
        super().__init__("\n".join([*problems[:_SHOWN], *([f"... and {rest} more"] if rest > 0 else [])]))


@dataclass(frozen=True, slots=True)
class TwoWayMap:
    """forward: every column of A in terms of B's columns; backward: every column of B in terms of A's."""

    forward: Mapping[str, Affine]
    backward: Mapping[str, Affine]


def read_map(text: str, a: Program, b: Program) -> TwoWayMap:
    """The map in a JSON object with "forward" and "backward", lists of rules. Raises MapError, and nothing else.

    Every column of both programs must be given exactly once: one that is left out is an error.
    """
    given = _object(text)
    problems: list[str] = []
    columns = {"A": _Columns(a.columns), "B": _Columns(b.columns)}
    found = {}
    for key, target, source in (("forward", "A", "B"), ("backward", "B", "A")):
        rules = given.get(key)
        if not isinstance(rules, list):
            problems.append(f"'{key}' must be a list of rules")
            continue
        expansion = _Expansion(columns[target], columns[source], target, source)
        expansion.add_all(key, rules)
        expansion.complain_of_gaps(key)
        problems += expansion.problems
        found[key] = expansion.images
    if problems:
        raise MapError(problems)
    return TwoWayMap(found["forward"], found["backward"])


class _Columns:
    """The columns of a program by label, and by name and key."""

    def __init__(self, labels: Labels) -> None:
        self.labels = tuple(labels)
        self.known = frozenset(self.labels)
        self.families: dict[tuple[str, int], list[tuple[tuple[Member, ...], str]]] = {}
        for position, label in enumerate(self.labels):
            block, inside = labels.locate(position)
            name, key = (block.name, block.key(inside)) if block.members else _split(label)
            self.families.setdefault((name, len(key)), []).append((key, label))
        self.by_key = {(name, key): label for (name, _), members in self.families.items() for key, label in members}

    def effort(self, item: Item, indices: Indices) -> int:
        """How many columns ``fitting`` has to look at."""
        if all(part.name in indices for part in item.indices if isinstance(part, Name)):
            return 1
        return 1 + len(self.families.get((item.name, len(item.indices)), ()))

    def fitting(self, item: Item, indices: Indices) -> Iterator[tuple[Indices, str]]:
        """The columns an item stands for, with the indices that were open; index expressions must be closed."""
        wanted = [_index(part, indices) for part in item.indices]
        closed = tuple(part.member for part in wanted if isinstance(part, _Fixed))
        if len(closed) == len(wanted):
            label = self.by_key.get((item.name, closed))
            if label is not None:
                yield {}, label
            return
        for key, label in self.families.get((item.name, len(wanted)), ()):
            bound: dict[str, Member] = {}
            for part, member in zip(wanted, key, strict=True):
                if isinstance(part, _Fixed):
                    if part.member != member:
                        break
                elif bound.setdefault(part, member) != member:
                    break
            else:
                yield bound, label


@dataclass(frozen=True, slots=True)
class _Fixed:
    member: Member


class _Unreadable(ValueError):
    """One rule is wrong; the text says why."""


class _Expansion:
    """Rules of one direction, expanded to columns one by one."""

    def __init__(self, target: _Columns, source: _Columns, target_name: str, source_name: str) -> None:
        self.target, self.source = target, source
        self.names = (target_name, source_name)
        self.images: dict[str, Affine] = {}
        self.problems: list[str] = []
        self.effort = 0

    def add_all(self, key: str, rules: list[object]) -> None:
        """Rules for single columns first, whatever their order: rules with indices give what those leave."""
        places = [(f"{key}[{number}]", rule) for number, rule in enumerate(rules)]
        single = [place for place in places if self.is_single(place[1])]
        for place, rule in single + [place for place in places if not self.is_single(place[1])]:
            try:
                self.expand(rule)
            except _Unreadable as reason:
                self.problems.append(f"{place}: {reason}")

    def is_single(self, rule: object) -> bool:
        return isinstance(rule, dict) and isinstance(rule.get("column"), str) and rule["column"] in self.target.known

    def expand(self, rule: object) -> None:
        if not isinstance(rule, dict):
            raise _Unreadable("a rule is an object with 'column', 'terms' and 'constant'")
        unknown = rule.keys() - {"column", "terms", "constant"}
        if unknown:
            raise _Unreadable(f"a rule has no field '{min(map(str, unknown))[:40]}'")
        terms = rule.get("terms", [])
        if not isinstance(terms, list):
            raise _Unreadable("'terms' must be a list")
        parts = [self.term(term) for term in terms]
        constant = _number(rule.get("constant", "0"))
        for indices, label in self.columns(self.target, rule.get("column"), {}, self.names[0]):
            if label not in self.images:
                self.images[label] = self.image(parts, constant, indices)
            elif self.is_single(rule):
                raise _Unreadable(f"the column {label} is given twice")

    def term(self, term: object) -> tuple[object, Expression]:
        if not isinstance(term, dict) or term.keys() - {"column", "coefficient"}:
            raise _Unreadable("a term is an object with 'column' and 'coefficient'")
        return term.get("column"), _number(term.get("coefficient", "1"))

    def image(self, parts: list[tuple[object, Expression]], constant: Expression, indices: Indices) -> Affine:
        coefficients: dict[str, Fraction] = {}
        for text, factor in parts:
            for bound, label in self.columns(self.source, text, indices, self.names[1]):
                value = _value(factor, {**indices, **bound})
                coefficients[label] = coefficients.get(label, Fraction(0)) + value
        return Affine({label: c for label, c in coefficients.items() if c}, _value(constant, indices))

    def columns(self, columns: _Columns, text: object, indices: Indices, program: str) -> list[tuple[Indices, str]]:
        """The columns a text stands for, at least one."""
        if not isinstance(text, str):
            raise _Unreadable("'column' must be a text")
        if text in columns.known:
            self.spend(1)
            return [({}, text)]
        shown = text[:60]
        try:
            parsed = parse_expression(text)
        except ParseError as error:
            raise _Unreadable(f"'{shown}' is no column: {error.reason}") from None
        if not isinstance(parsed, Item):
            raise _Unreadable(f"{program} has no column '{shown}'")
        self.spend(columns.effort(parsed, indices))
        found = list(columns.fitting(parsed, indices))
        if not found:
            raise _Unreadable(f"{program} has no column that '{shown}' stands for{_at(indices)}")
        return found

    def spend(self, effort: int) -> None:
        self.effort += effort
        if self.effort > _MOST_EFFORT:
            raise _Unreadable("the map is too large")

    def complain_of_gaps(self, key: str) -> None:
        missing = [label for label in self.target.labels if label not in self.images]
        if missing:
            listed = ", ".join(missing[:_SHOWN]) + (", ..." if len(missing) > _SHOWN else "")
            self.problems.append(f"'{key}' leaves out {len(missing)} columns of {self.names[0]}: {listed}")


def _index(part: Expression, indices: Indices) -> _Fixed | str:
    """A member, or the name of an index that is still open."""
    match part:
        case Text(value=value):
            return _Fixed(value)
        case Name(name=name):
            return _Fixed(indices[name]) if name in indices else name
    place = _value(part, indices)
    if place.denominator != 1:
        raise _Unreadable(f"the index {place} is not a whole number")
    return _Fixed(int(place))


def _number(given: object) -> Expression:
    """The expression of a coefficient: a JSON number, or a text such as "1/3" or "t - 1"."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise _Unreadable("a coefficient is a number or a text")
    text = repr(given) if isinstance(given, float) else str(given)
    if len(text) > _MOST_DIGITS:
        raise _Unreadable("a coefficient is too long")
    try:
        return parse_expression(text)
    except ParseError as error:
        raise _Unreadable(f"the coefficient '{text}' cannot be read: {error.reason}") from None


def _value(expression: Expression, indices: Indices) -> Fraction:
    """The rational number an expression of numbers and integer indices stands for."""
    match expression:
        case Number(value=value):
            return Fraction(repr(value))
        case Name(name=name):
            member = indices.get(name)
            if not isinstance(member, int):
                raise _Unreadable(f"'{name}' is not an index that stands for a number here")
            return Fraction(member)
        case Negative(operand=operand):
            return -_value(operand, indices)
        case Binary(operator="+" | "-" | "*" | "/" as operator, left=left, right=right):
            first, second = _value(left, indices), _value(right, indices)
            if operator == "/" and not second:
                raise _Unreadable("a coefficient divides by zero")
            return _result(operator, first, second)
    raise _Unreadable("a coefficient may use numbers, indices and + - * / only")


def _result(operator: str, first: Fraction, second: Fraction) -> Fraction:
    if operator == "+":
        return first + second
    if operator == "-":
        return first - second
    return first * second if operator == "*" else first / second


def _split(label: str) -> tuple[str, tuple[Member, ...]]:
    """``x[0,1]`` of an imported file as name and key; labels of another shape have no key."""
    found = _BRACKETED.match(label)
    if found is None:
        return label, ()
    parts = (part.strip().strip("'\"") for part in found["key"].split(","))
    return found["name"], tuple(int(part) if re.fullmatch(r"-?\d{1,18}", part) else part for part in parts)


def _at(indices: Indices) -> str:
    listed = ", ".join(f"{name} = {member}" for name, member in indices.items())
    return f" at {listed}" if listed else ""


def _object(text: str) -> dict[str, Any]:
    """The first JSON object in a text, fenced or with words around it."""
    start = text.find("{")
    if start < 0:
        raise MapError(["the reply holds no JSON object"])
    try:
        found, _ = json.JSONDecoder().raw_decode(text[start:])
    except (ValueError, RecursionError) as error:
        raise MapError([f"the reply is not JSON: {str(error)[:120]}"]) from None
    if not isinstance(found, dict):
        raise MapError(["the reply holds no JSON object"])
    return found
