"""The five-element formulation: sets, parameters, variables, objective, constraints; symbolic, without data.

Every expression is a string in the language of ``formulations.parse``, so that JSON stays flat. The models are
frozen and refuse unknown fields. They hold what was *written*: whether it makes sense is for ``check`` to say.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$", max_length=100)]
Domain = Literal["continuous", "integer", "binary"]
Sense = Literal["minimize", "maximize"]


class Element(BaseModel):
    """What all elements share: a name that is unique in the formulation, and words for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Identifier
    description: str = ""


class Set(Element):
    """An ordered index set.

    ``within`` makes it a subset: ``("Cities",)`` of one set, or a set of tuples out of several,
    ``("Cities", "Cities")``. Without ``within`` it is a plain set of single members.
    """

    within: tuple[Identifier, ...] = ()


class Parameter(Element):
    """A number, or a table of numbers over ``indices`` (set names; a set of pairs counts as two positions).

    ``default`` fills entries that the data leaves out; without it every entry must be given.
    """

    indices: tuple[Identifier, ...] = ()
    unit: str = ""
    default: float | None = None


class Variable(Element):
    """A decision, one column for each member of the product of ``indices``.

    An entry of ``indices`` is a set name, ``"Plants"``, or binds names for use in the bounds, ``"p in Plants"``,
    ``"i, j in Arcs"``. Bounds are expressions in parameters; an absent bound is None, not an infinity. A binary
    variable has bounds 0 and 1 unless they are given.
    """

    indices: tuple[str, ...] = ()
    domain: Domain = "continuous"
    lower: str | None = None
    upper: str | None = None
    unit: str = ""


class Objective(Element):
    sense: Sense | None = None
    expression: str
    unit: str = ""


class Constraint(Element):
    """``expression`` is a comparison or a range chain; it holds for every combination that ``for_each`` yields.

    ``for_each`` is written as after "for": ``"p in Pizza if p != 'large'"``, ``"i in I for j in J"``.
    ``when`` makes it an indicator constraint: ``"y[i] == 1"`` with a binary variable and 0 or 1; the expression
    need hold only then.
    """

    expression: str
    for_each: str = ""
    when: str | None = None


class Formulation(BaseModel):
    """The five elements. ``objective`` None asks for any feasible plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    description: str = ""
    sets: tuple[Set, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    variables: tuple[Variable, ...] = ()
    objective: Objective | None = None
    constraints: tuple[Constraint, ...] = ()

    def elements(self) -> tuple[Element, ...]:
        """All named elements in the order sets, parameters, variables, objective, constraints."""
        objective = () if self.objective is None else (self.objective,)
        return (*self.sets, *self.parameters, *self.variables, *objective, *self.constraints)


Member = int | str
Record = tuple[Member | float, ...]


class Data(BaseModel):
    """Set members and parameter records; plain JSON, no tuple keys, no infinities.

    ``sets[name]`` lists members (``"large"``, ``3``) or, for a set of tuples, lists of members. A record of a
    parameter is its index members followed by the number: ``["plant1", "market2", 3.5]``; a scalar parameter is
    a plain number. Whether all of it fits a formulation is for ``bind`` to say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sets: dict[str, tuple[Member | tuple[Member, ...], ...]] = Field(default_factory=dict)
    parameters: dict[str, float | tuple[Record, ...]] = Field(default_factory=dict)


class Document(BaseModel):
    """What one ``.opt`` or ``.json`` file holds: a formulation, its data, and the text it was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    formulation: Formulation
    data: Data = Field(default_factory=Data)
    text: str = ""
