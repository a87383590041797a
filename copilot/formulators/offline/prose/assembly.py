"""A resolved model written down as a Document: sets, parameters, variables, objective, constraints, with spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from formulations.formulation import Domain, Objective, Parameter, Record, Set

from ..drafting import Paper
from ..words.lexicon import GENERIC_HEADS
from ..words.measures import label
from ..words.names import Names
from ..words.tokens import Token
from .clauses import Place
from .columns import Column
from .model import Model, Row
from .reading import divisible
from .targets import Target, used_columns

_COMPARED = {"<=": "at most", ">=": "at least", "==": "exactly"}
_DECIDED = {
    "made": "make", "produced": "produce", "bought": "buy", "purchased": "buy", "used": "use", "sold": "sell",
    "hired": "hire", "planted": "plant", "grown": "grow", "invested": "invest", "run": "run", "built": "build",
    "eaten": "eat", "consumed": "eat", "sent": "send", "scheduled": "schedule", "prepared": "prepare",
    "ordered": "order", "allocated": "allocate", "manufactured": "make", "installed": "install", "rented": "rent",
    "make": "make", "produce": "produce", "buy": "buy", "purchase": "buy", "use": "use", "sell": "sell",
    "hire": "hire", "plant": "plant", "grow": "grow", "invest": "invest", "build": "build", "eat": "eat",
    "consume": "eat", "send": "send", "prepare": "prepare", "manufacture": "make", "install": "install",
    "schedule": "schedule", "allocate": "allocate",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """A linear program over one set of decisions, as either reader of prose understood it.

    ``places``: where each member is named; ``heads``: the last words of their names; ``verb``: what is done to them.
    """

    members: tuple[str, ...]
    places: tuple[Place, ...]
    heads: frozenset[str]
    verb: str
    domain: Domain
    columns: Sequence[Column]
    target: Target
    rows: Sequence[Row]


def outline(model: Model, text: str) -> Outline:
    """The model as it is to be written down."""
    entities = model.reading.decisions.entities
    return Outline(
        members=tuple(entity.label for entity in entities),
        places=tuple(Place(entity.start, entity.end) for entity in entities),
        heads=frozenset(entity.head for entity in entities),
        verb=_verb(model),
        domain="binary" if _once(text) else _domain(model, text),
        columns=model.reading.columns,
        target=model.target,
        rows=model.rows,
    )


def assemble(drawn: Outline, text: str) -> Paper:
    """The document of an outline, with what it assumes; every element carries the places it was read from."""
    out = Paper(text)
    members = ", ".join(drawn.members)
    set_name = _set_name(drawn, out.names)
    out.sets.append(Set(name=set_name, description=f"what is decided: {members}"))
    out.members[set_name] = drawn.members
    out.source(set_name, drawn.places)
    variable = out.variable(drawn.verb, f"i in {set_name}", domain=drawn.domain, description="how many of each")
    columns = _columns(drawn, out, set_name)
    _aim(drawn.target, out, columns, drawn.members, variable, set_name)
    for row in drawn.rows:
        _constraint(row, out, drawn, columns, variable, set_name)
    out.assumptions.append(f"the decisions are: {members}")
    if drawn.domain == "integer":
        out.assumptions.append(f"{members}: whole numbers only")
    if any(row.strict for row in drawn.rows):
        out.assumptions.append('"more than" and "less than" are strict: at least one unit more or less')
    return out


def _domain(model: Model, text: str) -> Domain:
    """Continuous where the decisions are measured (acres, liters) and nothing says whole numbers."""
    whole = re.search(r"integer|whole|indivisib|fraction|discrete|cannot be split", text.lower()) is not None
    portions = re.search(r"(?:per|every) (?:100|hundred) (?:g|grams?|ml|milli\w+)\b", text.lower()) is not None
    scenes = model.reading.scenes
    if model.target.over is not None:
        # "The lowest cost per ton" counts no tons that are decided about.
        scenes = tuple(s for s in scenes if not s.tokens[0].start <= model.target.goal.place.start < s.tokens[-1].end)
    return "integer" if whole or not (portions or divisible(scenes)) else "continuous"


def _once(text: str) -> bool:
    """Whether each thing is taken at most once: a knapsack of single items, a choice among projects."""
    low = text.lower()
    if re.search(r"any number of|unlimited|multiple (?:copies|times|units)|how many of each", low):
        return False
    return (
        re.search(r"knapsack|at most once|only once|at most one of each|only one of each|either \w+ or not", low)
        is not None
    )


def _set_name(drawn: Outline, names: Names) -> str:
    """The noun that all decisions share ("bus" of small and large buses), or Item."""
    word = next(iter(drawn.heads)) if len(drawn.heads) == 1 else "item"
    if len(word) < 3 or not word.isalpha() or word in GENERIC_HEADS:
        word = "item"
    return names.take(word).capitalize()


def _verb(model: Model) -> str:
    """What is done to the decisions, from the question ("how many should be planted")."""
    for scene in reversed(model.reading.scenes):
        asked = [i for i, token in enumerate(scene.tokens) if token.low in ("should", "must", "to")]
        if not scene.words_in(0, len(scene.tokens)) & {"how", "what", "determine", "find"}:
            continue
        for i in asked:
            for token in scene.tokens[i + 1 : i + 6]:
                if token.low in _DECIDED:
                    return _DECIDED[token.low]
    return "quantity"


def _columns(drawn: Outline, out: Paper, set_name: str) -> dict[int, str]:
    """Parameters for the columns that the outline uses: column number to parameter name."""
    members = drawn.members
    used = used_columns(drawn.target) | {row.column for row in drawn.rows if row.column is not None}
    found: dict[int, str] = {}
    for k, column in enumerate(drawn.columns):
        if k not in used:
            continue
        name = out.names.take(label(column.measure))
        unit = column.measure.unit or ("$" if column.measure.dimension == "money" else "")
        records: tuple[Record, ...] = tuple((members[e], v) for e, v in sorted(column.values.items()))
        partial = len(column.values) < len(members)
        out.parameters.append(
            Parameter(
                name=name,
                indices=(set_name,),
                unit="",
                default=0.0 if partial else None,
                description=_describe(column, unit),
            )
        )
        out.values[name] = records
        out.source(name, sorted(set(column.places), key=lambda place: (place.start, place.end)))
        found[k] = name
    return found


def _describe(column: Column, unit: str) -> str:
    words = label(column.measure)
    return f"{words} of one unit" + (f", in {unit}" if unit and unit not in words else "")


def _aim(
    target: Target, out: Paper, columns: dict[int, str], members: Sequence[str], variable: str, set_name: str
) -> None:
    named = [
        w
        for w in target.goal.words.split()
        if w not in ("the", "a", "his", "her", "their", "its", "of", "that", "can", "be")
    ]
    said = named[:4] or ["objective"]
    name = out.names.take(*(said if out.names.free(*said) else ["total", *said]))
    expression = _objective_form(target, columns, members, variable, set_name)
    if target.over is not None:
        expression = f"({expression})/({_objective_form(target.over, columns, members, variable, set_name)})"
    out.source(name, [target.goal.place])
    sense, words = target.goal.sense, target.goal.words
    out.objective = Objective(name=name, sense=sense, expression=expression, description=words)


def _objective_form(
    target: Target, columns: dict[int, str], members: Sequence[str], variable: str, set_name: str
) -> str:
    if not target.parts:
        return _combination(target.terms, members, variable, set_name)
    signed = [("-" if sign < 0 else "+", columns[k]) for sign, k in target.parts]
    if len(signed) == 1 and signed[0][0] == "+":
        return f"sum({signed[0][1]}[i]*{variable}[i] for i in {set_name})"
    inner = " ".join(f"{sign} {column}[i]" for sign, column in signed).removeprefix("+ ")
    return f"sum(({inner})*{variable}[i] for i in {set_name})"


def _combination(terms: Sequence[tuple[int, float]], members: Sequence[str], variable: str, set_name: str) -> str:
    """A linear form in the notation: a sum over the set where all factors are one."""
    if len(terms) == len(members) and len(members) > 1 and all(factor == 1 for _, factor in terms):
        return f"sum({variable}[i] for i in {set_name})"
    parts: list[str] = []
    for entity, factor in terms:
        sign = "-" if factor < 0 else "+"
        size = "" if abs(factor) == 1 else f"{number(abs(factor))}*"
        parts.append(f'{sign} {size}{variable}["{members[entity]}"]')
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


def number(value: float) -> str:
    """The shortest decimal that reads back as the value, never in exponent form."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return f"{value:.15f}".rstrip("0") if "e" in text else text


def _constraint(row: Row, out: Paper, drawn: Outline, columns: dict[int, str], variable: str, set_name: str) -> None:
    members, domain = drawn.members, drawn.domain
    total = f"sum({variable}[i] for i in {set_name})"
    words = _row_words(row, columns, members)
    phrase, place = _COMPARED[row.direction], (row.place.start, row.place.end)
    right: str
    if row.kind in ("resource", "average") and row.column is not None:
        left = f"sum({columns[row.column]}[i]*{variable}[i] for i in {set_name})"
    else:
        left = _combination(row.terms, members, variable, set_name)
    if row.kind in ("share", "average"):
        share = out.scalar(f"{_short(row)}_share_{words}", row.share, place, f"{phrase} this share of all")
        right = f"{share}*{total}"
    elif row.kind in ("ratio", "order", "difference", "linear") and row.constant == 0:
        right = "0"
        negative = [(e, f) for e, f in row.terms if f < 0]
        positive = [(e, f) for e, f in row.terms if f > 0]
        if negative and positive:
            left = _combination(positive, members, variable, set_name)
            right = _combination([(e, -f) for e, f in negative], members, variable, set_name)
    else:
        right = out.scalar(f"{_short(row)}_{words}", row.constant, place, f"{phrase} so much in all")
    if row.strict and domain == "integer" and row.kind in ("order", "ratio", "difference", "bound", "total"):
        right = f"{right} + 1" if row.direction == ">=" else f"{right} - 1"
    name = (
        f"{words}_{row.kind}"
        if row.kind in ("share", "ratio", "order", "difference")
        else f"{words}_limit"
        if row.direction == "<="
        else f"{words}_need"
    )
    out.constraint(name, f"{left} {row.direction} {right}", [row.place], description=_sentence(row))


def _short(row: Row) -> str:
    return {"<=": "max", ">=": "min", "==": "exact"}[row.direction]


def _row_words(row: Row, columns: dict[int, str], members: Sequence[str]) -> str:
    if row.column is not None:
        return columns[row.column]
    if row.kind in ("bound", "share") or len(row.terms) == 1:
        return members[row.terms[0][0]]
    if row.kind in ("ratio", "order", "difference") and len(row.terms) == 2:
        return f"{members[row.terms[0][0]]} to {members[row.terms[1][0]]}"
    return "total" if row.kind == "total" else "combined"


def _sentence(row: Row) -> str:
    return "strictly " + ("more" if row.direction == ">=" else "less") if row.strict else ""


def excused(token: Token) -> bool:
    """Numbers that never matter by themselves: a lone 0 or 1."""
    return token.value in (0.0, 1.0) and not token.percent and not token.money
