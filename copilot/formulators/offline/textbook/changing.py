"""Linear problems with unit figures that change: "the profit per unit falls by $0.5 for each one made". The clauses of
change are taken out, the rest is read as prose or tables, and its unit figures then change with the decisions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from copilot.formulators.draft import Draft, FormulationRefused, Span
from copilot.formulators.offline.words.lexicon import word_set
from copilot.formulators.offline.words.morphology import stem
from copilot.formulators.offline.words.names import Names
from copilot.formulators.offline.words.tokens import clean
from formulations.formulation import Constraint, Parameter, Variable

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


def changing(text: str, formulator: str, *, linear: Linear) -> Draft | None:
    """The draft of a linear problem with unit figures that change, or None where nothing changes or not all is read."""
    read = page(clean(text), text)
    bent = [_Bent(change, _base(read, change)) for change in changes(read) if _of_unit_figure(read, change)]
    if not bent:
        return None
    lever = _lever(bent)
    limit = _limit(read, lever) if lever else None
    if lever and limit is None:
        return None
    blanked = [(b.change.first, b.change.last) for b in bent]
    if limit is not None and not _shared(read, limit):
        blanked.append(_sentence(read, limit))
    try:
        draft = linear(_without(read, text, blanked), formulator)
    except FormulationRefused:
        return None
    if draft is None or draft.confidence < _LEAST:
        return None
    return _Bending(draft, text).bent(bent, lever, limit)


def _of_unit_figure(read: Page, change: Change) -> bool:
    """Whether it is a sum of money per unit that changes, and it is told from which on."""
    told = bool(change.subject & _UNIT_FIGURES)
    return (told and not change.amount.dimension and not change.amount.token.low.isalpha()) or (
        change.amount.dimension == "money" and (told or _base(read, change) is not None)
    )


def _base(read: Page, change: Change) -> Measured | None:
    """The unit figure before the change in its sentence."""
    begin = next((k for k in range(change.first - 1, -1, -1) if read.tokens[k].low in (".", ";", "?", "!")), -1)
    found = [f for f in read.figures if begin < f.at < change.first and f.dimension == change.amount.dimension]
    return found[-1] if found else None


def _lever(bent: Sequence[_Bent]) -> str:
    """The further decision that the figures change with: "for every $60 spent on training"; "" for none."""
    found = {
        b.change.noun
        for b in bent
        if b.change.driver & _SPENT or (b.change.step and b.change.step.dimension == "money")
    }
    return found.pop() if len(found) == 1 else ""


def _limit(read: Page, lever: str) -> Measured | None:
    """The most that the further decision may be: the only figure of a sentence that speaks of it and of a limit."""
    for figure in read.figures:
        first, last = _sentence(read, figure)
        inside = [f for f in read.figures if first <= f.at < last]
        words = read.words(first, last)
        if len(inside) == 1 and stem(lever) in {stem(w) for w in words} and words & _LIMITS:
            return figure
    return None


def _shared(read: Page, limit: Measured) -> bool:
    """Whether the limit holds for the further decision and something else: "a budget for production and training"."""
    return "and" in read.words(limit.end, _sentence(read, limit)[1])


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


class _Bending:
    """A linear draft whose objective gets a term for each change: its amount, times what drives it, times the decision
    that it holds for."""

    def __init__(self, draft: Draft, text: str) -> None:
        self.draft = draft.model_copy(update={"document": draft.document.model_copy(update={"text": text})})
        self.formulation = self.draft.document.formulation
        elements = (self.formulation.parameters, self.formulation.variables, self.formulation.constraints)
        self.names = Names(element.name for group in elements for element in group)
        self.parameters: list[Parameter] = list(self.formulation.parameters)
        self.variables: list[Variable] = list(self.formulation.variables)
        self.constraints: list[Constraint] = list(self.formulation.constraints)
        self.values = dict(self.draft.document.data.parameters)
        self.spans = dict(self.draft.spans)
        self.text = text

    def bent(self, bent: Sequence[_Bent], lever: str, limit: Measured | None) -> Draft | None:
        objective = self.formulation.objective
        decided = self._decisions()
        if objective is None or not decided:
            return None
        expression = objective.expression
        turned = self._lever(lever, limit) if limit is not None else ""
        for b in bent:
            owners = self._owners(b, expression, decided)
            if owners is None:
                return None
            sign = b.change.sign * self._sign(b, expression)
            amount = self._parameter("change of a unit figure", b.change.amount, b.change.amount.size)
            for owner in owners:
                driver = turned or self._driver(b.change, decided, owner)
                expression += f" {'-' if sign < 0 else '+'} {amount}*{_steps(driver, b.change)}*{decided[owner]}"
        if turned and objective.sense == "minimize":
            expression += f" + {turned}"
        formulation = self.formulation.model_copy(
            update={
                "parameters": tuple(self.parameters), "variables": tuple(self.variables),
                "constraints": tuple(self.constraints),
                "objective": objective.model_copy(update={"expression": expression}),
            }
        )  # fmt: skip
        data = self.draft.document.data.model_copy(update={"parameters": self.values})
        document = self.draft.document.model_copy(update={"formulation": formulation, "data": data})
        said = [*self.draft.assumptions, "unit figures change evenly with what is decided"]
        if turned and objective.sense == "minimize":
            said.append(f"what goes into {lever} is a cost too")
        return self.draft.model_copy(
            update={
                "document": document, "spans": self.spans, "assumptions": tuple(said),
                "confidence": round(_KEPT * self.draft.confidence, 3),
            }
        )  # fmt: skip

    def _decisions(self) -> dict[str, str]:
        """The expression of each decision by its label: the member of the only indexed variable, or the variable."""
        indexed = [variable for variable in self.variables if variable.indices]
        if not indexed:
            return {variable.description or variable.name: variable.name for variable in self.variables}
        sets = self.draft.document.data.sets
        if len(self.variables) != 1 or len(indexed[0].indices) != 1:
            return {}
        members = sets.get(indexed[0].indices[0].split()[-1], ())
        return {str(m): f'{indexed[0].name}["{m}"]' for m in members if isinstance(m, str)}

    def _parameter(self, name: str, figure: Measured, size: float) -> str:
        taken = self.names.take(name)
        self.parameters.append(Parameter(name=taken))
        self.values[taken] = figure.value
        self.spans[taken] = (Span(start=figure.token.start, end=figure.token.end),)
        return taken if size == 1.0 else f"{taken}*{size:g}"

    def _lever(self, lever: str, limit: Measured) -> str:
        """The further decision, with its limit: the row that has the limit already, or a bound."""
        turned = self.names.take(lever)
        row = next((k for k, c in enumerate(self.constraints) if self._covers(c.name, limit)), None)
        upper = None
        if row is not None and " <= " in self.constraints[row].expression:
            left, _, right = self.constraints[row].expression.partition(" <= ")
            expression = f"{left} + {turned} <= {right}"
            self.constraints[row] = self.constraints[row].model_copy(update={"expression": expression})
        else:
            upper = self._parameter(f"most {lever}", limit, 1.0)
        self.variables.append(Variable(name=turned, lower="0", upper=upper, description=f"how much goes into {lever}"))
        return turned

    def _covers(self, name: str, figure: Measured) -> bool:
        token = figure.token
        return any(s.start < token.end and token.start < s.end for s in self.spans.get(name, ()))

    def _base(self, bent: _Bent, expression: str) -> str | None:
        """The parameter of the unit figure that changes; it stands in the objective."""
        if bent.base is None:
            return None
        used = [p.name for p in self.formulation.parameters if re.search(rf"\b{p.name}\b", expression)]
        return next((name for name in used if self._covers(name, bent.base)), None)

    def _sign(self, bent: _Bent, expression: str) -> int:
        """Whether the unit figure is added in the objective or taken off it."""
        name = self._base(bent, expression)
        return -1 if name and re.search(rf"-\s*{name}\b", expression) else 1

    def _owners(self, bent: _Bent, expression: str, decided: Mapping[str, str]) -> list[str] | None:
        """Whose unit figure changes; everybody's where no figure is told from which on; None where that is not read."""
        if bent.base is None:
            return self._named(bent.change.subject, decided) or list(decided)
        name = self._base(bent, expression)
        if name is None:
            return None
        records = self.values[name]
        if not isinstance(records, tuple):
            found = re.search(rf"\b{name}\b\)?\*(\w+)", expression)
            return [label for label, variable in decided.items() if found and variable == found[1]][:1] or None
        alike = [str(r[0]) for r in records if r[-1] in (bent.base.value, bent.base.value * bent.base.size)]
        before = self.text[: bent.base.token.start].lower()
        nearest = sorted(alike, key=lambda label: -before.rfind(label.split()[-1].lower()))
        return [label for label in nearest if label in decided][:1] or None

    def _named(self, words: frozenset[str], decided: Mapping[str, str]) -> list[str]:
        """The decisions that some stems name."""
        stems = {label: {stem(word.lower()) for word in label.split()} for label in decided}
        shared = set.intersection(*stems.values()) if len(stems) > 1 else set()
        return [label for label, own in stems.items() if (own - shared) & words]

    def _driver(self, change: Change, decided: Mapping[str, str], owner: str) -> str:
        """What is counted: another decision that the words name, else the owner's own."""
        named = self._named(change.driver, decided)
        return decided[named[0]] if len(named) == 1 else decided[owner]


def _steps(driver: str, change: Change) -> str:
    """The driver in steps, from where the change begins."""
    amount = f"max(0, {driver} - {change.beyond.value:g})" if change.beyond else driver
    per = change.step.value * change.step.size if change.step else 1.0
    return amount if per == 1.0 else f"{amount}/{per:g}"
