"""Linear problems with unit figures that change: "the profit per unit falls by $0.5 for each one made". The clauses of
change are taken out, the rest is read as prose or tables, and its unit figures then change with the decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot.formulators.draft import Draft, FormulationRefused, Span
from copilot.formulators.offline.lexicon import word_set
from copilot.formulators.offline.morphology import stem
from copilot.formulators.offline.names import Names
from copilot.formulators.offline.tokens import clean
from formulations.formulation import Parameter, Record, Variable

from .changes import Change, changes
from .pages import Measured, Page, page

Linear = Callable[[str, str], Draft | None]

_UNIT_FIGURES = frozenset(
    stem(w) for w in word_set("profit price cost earn margin revenue rate fare fee earnings return")
)
_SPENT = frozenset(stem(word) for word in word_set("invested spent investment spending"))
_LIMITS = word_set("budget most limit limited maximum available exceed more than up to only")
#: What is left of the confidence in the linear rest.
_KEPT = 0.9
_LEAST = 0.3


@dataclass(frozen=True, slots=True)
class _Bent:
    """A change with the figure that it changes; none where it holds for the unit figure of everything."""

    change: Change
    base: Measured | None


@dataclass(frozen=True, slots=True)
class _Term:
    """A product of a unit figure with a decision in the objective; ``member``: for which, of an indexed one."""

    figure: str
    decision: str
    member: str | None


def changing(text: str, formulator: str, *, linear: Linear) -> Draft | None:
    """The draft of a linear problem with unit figures that change, or None where nothing changes or not all is read."""
    read = page(clean(text), text)
    bent = [_Bent(change, _base(read, change)) for change in changes(read) if _of_unit_figure(read, change)]
    if not bent:
        return None
    lever = _lever(bent)
    limit = _limit(read, bent, lever) if lever else None
    if lever and limit is None:
        return None
    blanked = [(b.change.first, b.change.last) for b in bent] + ([_sentence(read, limit)] if limit else [])
    try:
        draft = linear(_without(read, text, blanked), formulator)
    except FormulationRefused:
        return None
    if draft is None or draft.confidence < _LEAST:
        return None
    return _changed(
        draft.model_copy(update={"document": draft.document.model_copy(update={"text": text})}), bent, lever, limit
    )


def _of_unit_figure(read: Page, change: Change) -> bool:
    """Whether it is a sum of money per unit that changes, and it is told from which on."""
    told = bool(change.subject & _UNIT_FIGURES)
    return (told and not change.amount.dimension) or (
        change.amount.dimension == "money" and (told or _base(read, change) is not None)
    )


def _base(read: Page, change: Change) -> Measured | None:
    """The unit figure before the change in its sentence."""
    begin = next((k for k in range(change.first - 1, -1, -1) if read.tokens[k].low in (".", ";", "?", "!")), -1)
    found = [f for f in read.figures if begin < f.at < change.first and f.dimension == change.amount.dimension]
    return found[-1] if found else None


def _lever(bent: Sequence[_Bent]) -> str:
    """The further decision that the figures change with: "for every $100 invested in optimization"; "" for none."""
    found = {
        b.change.noun
        for b in bent
        if b.change.driver & _SPENT or (b.change.step and b.change.step.dimension == "money")
    }
    return found.pop() if len(found) == 1 else ""


def _limit(read: Page, bent: Sequence[_Bent], lever: str) -> Measured | None:
    """The most that the further decision may be: the only figure of a sentence that speaks of it and of a limit."""
    for figure in read.figures:
        first, last = _sentence(read, figure)
        inside = [f for f in read.figures if first <= f.at < last]
        words = read.words(first, last)
        if len(inside) == 1 and stem(lever) in {stem(w) for w in words} and words & _LIMITS and words:
            return figure
    return None


def _sentence(read: Page, figure: Measured) -> tuple[int, int]:
    stops = (".", ";", "?", "!")
    first = next((k + 1 for k in range(figure.at - 1, -1, -1) if read.tokens[k].low in stops), 0)
    return first, next(
        (k for k in range(figure.end, len(read.tokens)) if read.tokens[k].low in stops), len(read.tokens)
    )


def _without(read: Page, text: str, parts: Sequence[tuple[int, int]]) -> str:
    """The text with some runs of tokens blanked out, and with them a comma before."""
    letters = list(text)
    for first, last in parts:
        comma = first > 0 and read.tokens[first - 1].low == ","
        for k in range(read.tokens[first - comma].start, read.tokens[last - 1].end):
            letters[k] = " "
    return "".join(letters)


# --- the linear reading, bent ------------------------------------------------------------------------------------


def _changed(draft: Draft, bent: Sequence[_Bent], lever: str, limit: Measured | None) -> Draft | None:
    formulation, data = draft.document.formulation, draft.document.data
    if formulation.objective is None:
        return None
    names = Names(
        e.name for e in (*formulation.parameters, *formulation.variables, *formulation.constraints, *formulation.sets)
    )
    expression, parameters, values = (
        formulation.objective.expression,
        list(formulation.parameters),
        dict(data.parameters),
    )
    spans = dict(draft.spans)
    variables = list(formulation.variables)
    step = ""
    if lever and limit is not None:
        most = names.take(f"most {lever}")
        parameters.append(Parameter(name=most))
        values[most] = limit.value
        spans[most] = (Span(start=limit.token.start, end=limit.token.end),)
        step = names.take(lever)
        variables.append(Variable(name=step, lower="0", upper=most, description=f"how much goes into {lever}"))
    table: dict[str, dict[str, float]] = {}
    terms = _terms(expression)
    for b in bent:
        mine = [term for term in terms if _holds(draft, term, b)]
        if not mine:
            return None
        per = b.change.step.value if b.change.step else 1.0
        size = b.change.amount.size * b.change.sign
        for term in mine:
            members = _members(draft, term, b)
            if members is None:
                name = names.take(f"change of {term.figure}")
                parameters.append(Parameter(name=name, description="for each one more"))
                values[name] = b.change.amount.value
                spans[name] = (Span(start=b.change.amount.token.start, end=b.change.amount.token.end),)
                driver = _driven(step or term.decision, per, b.change)
                factor = f"{name}*{abs(size):g}" if abs(size) != 1 else name
                sign = "-" if size < 0 else "+"
                expression = _replaced(expression, term.figure, f"({term.figure} {sign} {factor}*{driver})")
            else:
                table.setdefault(term.figure, {}).update(dict.fromkeys(members, size * b.change.amount.value / per))
    for figure, entries in table.items():
        term = next(term for term in terms if term.figure == figure)
        own = term.decision.partition("[")[2] and f"[{term.decision.partition('[')[2]}"
        parameter = next(p for p in parameters if p.name == figure.partition("[")[0])
        name = names.take(f"change of {parameter.name}")
        parameters.append(Parameter(name=name, indices=parameter.indices, default=0.0, description="for each one more"))
        records: tuple[Record, ...] = tuple((member, value) for member, value in entries.items())
        values[name] = records
        spans[name] = tuple(Span(start=b.change.amount.token.start, end=b.change.amount.token.end) for b in bent)
        driver = _driven(step or term.decision, 1.0, bent[0].change)
        expression = _replaced(expression, figure, f"({figure} + {name}{own}*{driver})")
    objective = formulation.objective.model_copy(update={"expression": expression})
    changed = formulation.model_copy(
        update={"parameters": tuple(parameters), "variables": tuple(variables), "objective": objective}
    )
    document = draft.document.model_copy(
        update={"formulation": changed, "data": data.model_copy(update={"parameters": values})}
    )
    return draft.model_copy(
        update={
            "document": document,
            "spans": spans,
            "confidence": round(_KEPT * draft.confidence, 3),
            "assumptions": (*draft.assumptions, "unit figures change evenly with what is decided"),
        }
    )


def _driven(decision: str, per: float, change: Change) -> str:
    """What drives the change, in its steps: the decision, or how far it lies beyond where the change begins."""
    amount = f"max(0, {decision} - {change.beyond.value:g})" if change.beyond else decision
    return amount if per == 1.0 else f"{amount}/{per:g}"


def _terms(expression: str) -> list[_Term]:
    found = re.findall(r"([a-z_]\w*(?:\[[^\]]*\])?)\*([a-z_]\w*(?:\[[^\]]*\])?)", expression)
    return [_Term(figure, decision, decision.partition("[")[2].rstrip("]") or None) for figure, decision in found]


def _holds(draft: Draft, term: _Term, bent: _Bent) -> bool:
    """Whether the unit figure of a term is the one that changes."""
    if bent.base is None:
        return True
    token = bent.base.token
    return any(s.start < token.end and token.start < s.end for s in draft.spans.get(term.figure.partition("[")[0], ()))


def _members(draft: Draft, term: _Term, bent: _Bent) -> tuple[str, ...] | None:
    """The members of an indexed unit figure that change; None for a single one."""
    records = draft.document.data.parameters.get(term.figure.partition("[")[0])
    if not isinstance(records, tuple):
        return None
    if bent.base is None:
        return tuple(str(record[0]) for record in records)
    value = bent.base.value * bent.base.size
    alike = [str(record[0]) for record in records if record[-1] in (value, bent.base.value)]
    text = draft.document.text or ""
    before = text[: bent.base.token.start].lower()
    return tuple(sorted(alike, key=lambda name: -before.rfind(name.split()[-1].lower()))[:1])


def _replaced(expression: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w]){re.escape(old)}(?![\w\[])", lambda _: new, expression, count=1)
