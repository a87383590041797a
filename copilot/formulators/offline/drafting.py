"""A document in the making, element by element, with the words of the text that each came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from copilot.formulators.draft import Draft, Span
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Domain,
    Formulation,
    Member,
    Objective,
    Parameter,
    Record,
    Sense,
    Set,
    Variable,
)

from .words.names import Names


class Placed(Protocol):
    """Some place of the text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Told(Placed, Protocol):
    """A number that some place of the text tells."""

    @property
    def value(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A number read from the text, with its place."""

    value: float
    start: int
    end: int

    @classmethod
    def read(cls, match: re.Match[str], group: int | str = 0, *, offset: int = 0) -> Figure:
        """The digits that a group of a match shows, "$1,200", in a text that begins at ``offset``."""
        value = float(re.sub(r"[^\d.-]", "", match[group]))
        return cls(value, offset + match.start(group), offset + match.end(group))

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=max(self.end, self.start + 1))


@dataclass(slots=True)
class Paper:
    """Collects the five elements with their data; ``draft`` closes it."""

    text: str
    names: Names = field(default_factory=Names)
    sets: list[Set] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    members: dict[str, tuple[Member | tuple[Member, ...], ...]] = field(default_factory=dict)
    values: dict[str, float | tuple[Record, ...]] = field(default_factory=dict)
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    objective: Objective | None = None

    def set(self, name: str, members: Sequence[Member | tuple[Member, ...]], *, within: tuple[str, ...] = ()) -> str:
        taken = self.names.take(name)
        taken = taken.capitalize() if taken.capitalize() not in self.members else taken
        self.sets.append(Set(name=taken, within=within))
        self.members[taken] = tuple(members)
        return taken

    def column(self, name: str, index: str, figures: Mapping[str, Told], description: str = "") -> str:
        """A parameter with one figure for each member."""
        taken = self.names.take(name)
        self.parameters.append(Parameter(name=taken, indices=(index,), description=description))
        self.values[taken] = tuple((member, figure.value) for member, figure in figures.items())
        self.source(taken, figures.values())
        return taken

    def number_column(self, name: str, index: str, figures: Sequence[Told]) -> None:
        """A parameter under a name already taken, over the members 1, 2, 3 and so on."""
        self.parameters.append(Parameter(name=name, indices=(index,)))
        self.values[name] = tuple((k, figure.value) for k, figure in enumerate(figures, start=1))
        self.source(name, figures)

    def number_table(
        self, name: str, indices: tuple[str, ...], records: Sequence[Record], description: str = ""
    ) -> None:
        """A parameter under a name already taken, with records of members and a number."""
        self.parameters.append(Parameter(name=name, indices=indices, description=description))
        self.values[name] = tuple(records)

    def table(
        self,
        name: str,
        indices: tuple[str, ...],
        figures: Mapping[tuple[str, str], Told],
        description: str = "",
        *,
        default: float | None = None,
    ) -> str:
        """A parameter with one figure for each pair."""
        taken = self.names.take(name)
        self.parameters.append(Parameter(name=taken, indices=indices, description=description, default=default))
        self.values[taken] = tuple((a, b, figure.value) for (a, b), figure in figures.items())
        self.source(taken, figures.values())
        return taken

    def parameter(self, name: str, figure: Told, description: str = "") -> str:
        return self.scalar(name, figure.value, (figure.start, figure.end), description)

    def scalar(self, name: str, value: float, span: tuple[int, int] | None = None, description: str = "") -> str:
        taken = self.names.take(name)
        self.parameters.append(Parameter(name=taken, description=description))
        self.values[taken] = value
        if span is not None:
            self.spans[taken] = (Span(start=span[0], end=span[1]),)
        return taken

    def variable(
        self,
        name: str,
        *indices: str,
        domain: Domain = "continuous",
        lower: str | None = "0",
        upper: str | None = None,
        description: str = "",
    ) -> str:
        taken = self.names.take(name)
        bounds = (None, None) if domain == "binary" else (lower, upper)
        self.variables.append(
            Variable(
                name=taken, indices=indices, domain=domain, lower=bounds[0], upper=bounds[1], description=description
            )
        )
        return taken

    def constraint(
        self, name: str, expression: str, sources: Iterable[Placed] = (), *, over: str = "", description: str = ""
    ) -> None:
        taken = self.names.take(name)
        self.constraints.append(Constraint(name=taken, expression=expression, for_each=over, description=description))
        self.source(taken, sources)

    def aim(self, sense: Sense, name: str, expression: str) -> None:
        self.objective = Objective(name=self.names.take(name), sense=sense, expression=expression)

    def draft(self, confidence: float, formulator: str) -> Draft:
        formulation = Formulation(
            sets=tuple(self.sets),
            parameters=tuple(self.parameters),
            variables=tuple(self.variables),
            objective=self.objective,
            constraints=tuple(self.constraints),
        )
        data = Data(sets=dict(self.members), parameters=dict(self.values))
        return Draft(
            document=Document(formulation=formulation, data=data, text=self.text),
            assumptions=tuple(self.assumptions),
            spans={name: spans for name, spans in self.spans.items() if spans},
            confidence=confidence,
            formulator=formulator,
        )

    def source(self, name: str, places: Iterable[Placed]) -> None:
        """Says where in the text an element stands."""
        spans = dict.fromkeys((place.start, place.end) for place in places)
        self.spans[name] = tuple(Span(start=a, end=max(b, a + 1)) for a, b in spans)
