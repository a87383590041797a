"""Small documents of scalar decisions, built up element by element with the words they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from copilot.formulators.draft import Draft, Span
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Domain,
    Formulation,
    Objective,
    Parameter,
    Sense,
    Variable,
)

from .words.names import Names


@dataclass(frozen=True, slots=True)
class Figure:
    """A number read from the text, with its place."""

    value: float
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end)


@dataclass(slots=True)
class Sheet:
    """A document in the making."""

    text: str
    names: Names = field(default_factory=Names)
    parameters: list[Parameter] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    values: dict[str, float] = field(default_factory=dict)
    spans: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    objective: Objective | None = None

    def parameter(self, name: str, figure: Figure, description: str = "") -> str:
        taken = self.names.take(name)
        self.parameters.append(Parameter(name=taken, description=description))
        self.values[taken] = figure.value
        self.spans[taken] = (figure.span,)
        return taken

    def variable(
        self,
        name: str,
        description: str,
        *,
        lower: str | None = "0",
        upper: str | None = None,
        domain: Domain = "continuous",
    ) -> str:
        taken = self.names.take(name)
        self.variables.append(Variable(name=taken, description=description, domain=domain, lower=lower, upper=upper))
        return taken

    def constraint(self, name: str, expression: str, sources: Iterable[Figure] = ()) -> None:
        taken = self.names.take(name)
        self.constraints.append(Constraint(name=taken, expression=expression))
        self.spans[taken] = tuple(figure.span for figure in sources)

    def aim(self, sense: Sense, name: str, expression: str) -> None:
        self.objective = Objective(name=self.names.take(name), sense=sense, expression=expression)

    def draft(self, confidence: float, formulator: str) -> Draft:
        formulation = Formulation(
            parameters=tuple(self.parameters),
            variables=tuple(self.variables),
            objective=self.objective,
            constraints=tuple(self.constraints),
        )
        return Draft(
            document=Document(formulation=formulation, data=Data(parameters=dict(self.values)), text=self.text),
            assumptions=tuple(self.assumptions),
            spans={name: spans for name, spans in self.spans.items() if spans},
            confidence=confidence,
            formulator=formulator,
        )
