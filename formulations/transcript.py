"""A scalar program written out as a formulation: what an LP or MPS file holds, to read, edit and export.

A small program is written term by term, a large one over sets of columns, rows and entries with its numbers as data.
Names that no expression can use are replaced; the name as it was stands in the description, or is the member.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.affine import Terms, objective_terms, row_terms
from formulations.expression import Expression
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
    Set,
    Variable,
)
from formulations.printing import number_text, to_text
from formulations.program import Flags, Program, scalar_labels
from formulations.refusals import RESERVED
from formulations.show import named
from formulations.statements import KEYWORDS

#: A program with more columns, or more terms in a row, than this is written over sets.
MOST_COLUMNS = 300
MOST_TERMS = 80


class TranscriptRefused(ValueError):
    """The program cannot be written as a formulation: ``str`` says why and what to do instead."""


def transcribed(program: Program) -> Document:
    """The formulation that grounds to this program, up to names and the order of columns and rows.

    Raises TranscriptRefused for a large program that is not linear.
    """
    longest = np.diff(program.matrix.indptr).max(initial=np.count_nonzero(program.objective)).item()
    if program.column_count <= MOST_COLUMNS and longest <= MOST_TERMS:
        return Document(formulation=_term_by_term(program))
    if program.quadratic or program.nonlinear or program.indicators or _curved(program):
        raise TranscriptRefused(
            f"a program of {program.column_count} columns that is not linear is too large to be written term by term; "
            "solve it on the command line: optcopilot solve FILE"
        )
    return _over_sets(program)


def _curved(program: Program) -> bool:
    return program.objective_quadratic is not None or program.objective_nonlinear is not None


# -- term by term -----------------------------------------------------------------------------------------------


def _term_by_term(program: Program) -> Formulation:
    taken: set[str] = set()
    columns = _names(program.columns, taken)
    program = replace(program, columns=scalar_labels([name for name, _ in columns]))
    objective = _name("total", taken)
    rows = _names(program.rows, taken)
    return Formulation(
        name=program.name,
        variables=tuple(_variable(program, j, name, old) for j, (name, old) in enumerate(columns)),
        objective=Objective(name=objective, sense=program.sense, expression=_sum(objective_terms(program), program)),
        constraints=tuple(
            _constraint(program, row, name, old)
            for row, (name, old) in enumerate(rows)
            if math.isfinite(program.row_lower[row]) or math.isfinite(program.row_upper[row])
        ),
    )


def _variable(program: Program, j: int, name: str, old: str) -> Variable:
    domain = _domain(program, j)
    lower, upper = _bound(program.column_lower[j]), _bound(program.column_upper[j])
    if domain == "binary":
        lower, upper = (None if lower == "0" else lower), (None if upper == "1" else upper)
    return Variable(name=name, description=old, domain=domain, lower=lower, upper=upper)


def _domain(program: Program, j: int) -> Domain:
    if not program.integer[j]:
        return "continuous"
    return "binary" if program.column_lower[j] >= 0 and program.column_upper[j] <= 1 else "integer"


def _bound(value: float) -> str | None:
    return _number(value) if math.isfinite(value) else None


def _number(value: float) -> str:
    return f"-{number_text(-value)}" if value < 0 else number_text(abs(value))


def _constraint(program: Program, row: int, name: str, old: str) -> Constraint:
    body = _sum(row_terms(program, row), program)
    lower, upper = float(program.row_lower[row]), float(program.row_upper[row])
    if lower == upper:
        relation = f"{body} == {_number(lower)}"
    elif math.isfinite(lower) and math.isfinite(upper):
        relation = f"{_number(lower)} <= {body} <= {_number(upper)}"
    elif math.isfinite(lower):
        relation = f"{body} >= {_number(lower)}"
    else:
        relation = f"{body} <= {_number(upper)}"
    indicator = program.indicators.get(row)
    when = None if indicator is None else f"{program.columns[indicator.column]} == {int(indicator.value)}"
    return Constraint(name=name, description=old, expression=relation, when=when)


def _sum(terms: Terms, program: Program) -> str:
    """A sum whose numbers read back exactly."""
    columns = program.columns
    parts = [(c, columns[j]) for j, c in sorted(terms.linear.items())]
    parts += [(c, f"{columns[i]}**2" if i == j else f"{columns[i]}*{columns[j]}")
              for (i, j), c in sorted(terms.quadratic.items())]  # fmt: skip
    parts += [(c, f"({_text(expression, program)})") for c, expression in terms.residual]
    if terms.constant or not parts:
        parts.append((terms.constant, ""))
    text = ""
    for coefficient, factor in parts:
        size = number_text(abs(coefficient))
        term = (factor if size == "1" else f"{size}*{factor}") if factor else size
        sign = "-" if coefficient < 0 else "+"
        text += (f" {sign} " if text else sign.replace("+", "")) + term
    return text


def _text(expression: Expression, program: Program) -> str:
    return to_text(named(expression, program.columns))


# -- names ------------------------------------------------------------------------------------------------------


def _names(labels: Iterable[str], taken: set[str]) -> list[tuple[str, str]]:
    """For each label a name that expressions can use, and the label where it differs."""
    found = []
    for label in labels:
        name = _name(label, taken)
        found.append((name, "" if name == label else label))
    return found


def _name(label: str, taken: set[str]) -> str:
    plain = re.sub(r"\W+", "_", label).strip("_")[:80] or "item"
    if plain[0].isdigit() or plain in RESERVED or plain.lower() in KEYWORDS:
        plain = f"n_{plain}"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    taken.add(name)
    return name


# -- over sets --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Family:
    """The columns of one domain: a variable over its own set, and the entries of the matrix in these columns."""

    variable: str
    domain: Domain
    members: str
    entries: str
    flags: Flags


def _over_sets(program: Program) -> Document:
    columns, rows = _members(program.columns), _members(program.rows)
    binary = program.integer & (program.column_lower >= 0) & (program.column_upper <= 1)
    families = [
        family
        for family in (
            _Family("x", "continuous", "Column", "Entry", ~program.integer),
            _Family("y", "integer", "Integer_column", "Integer_entry", program.integer & ~binary),
            _Family("z", "binary", "Binary_column", "Binary_entry", binary),
        )
        if family.flags.any()
    ]
    writer = _Writer(program, columns, rows)
    for family in families:
        writer.add_family(family)
    writer.add_rows(families)
    return writer.document(families)


def _members(labels: Iterable[str]) -> list[str]:
    """The labels, made different where one occurs twice."""
    seen: dict[str, int] = {}
    found = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return found


class _Writer:
    """Collects sets, parameters, constraints and data of the indexed form."""

    def __init__(self, program: Program, columns: Sequence[str], rows: Sequence[str]) -> None:
        self.program, self.columns, self.rows = program, columns, rows
        self.sets: list[Set] = [Set(name="Row")]
        self.parameters: list[Parameter] = []
        self.variables: list[Variable] = []
        self.constraints: list[Constraint] = []
        self.members: dict[str, tuple[Member | tuple[Member, ...], ...]] = {"Row": tuple(rows)}
        self.records: dict[str, tuple[Record, ...]] = {}

    def add_family(self, family: _Family) -> None:
        program, entries = self.program, self.program.matrix.tocoo()
        chosen = np.flatnonzero(family.flags).tolist()
        self._set(family.members, (), [self.columns[j] for j in chosen])
        inside = np.flatnonzero(family.flags[entries.col])
        places = zip(entries.row[inside].tolist(), entries.col[inside].tolist(), strict=True)
        pairs = [(self.rows[i], self.columns[j]) for i, j in places]
        self._set(family.entries, ("Row", family.members), pairs)
        values = zip(pairs, entries.data[inside].tolist(), strict=True)
        self._parameter(f"a_{family.variable}", family.entries, [(*pair, value) for pair, value in values])
        costs = [(self.columns[j], float(program.objective[j])) for j in chosen if program.objective[j]]
        self._parameter(f"cost_{family.variable}", family.members, costs, default=0.0)
        self.variables.append(Variable(name=family.variable, indices=(family.members,), domain=family.domain))
        for side, bounds, sign in (("lower", program.column_lower, ">="), ("upper", program.column_upper, "<=")):
            limited = [j for j in chosen if math.isfinite(bounds[j])]
            if family.domain == "binary":
                limited = [j for j in limited if bounds[j] != (0.0 if side == "lower" else 1.0)]
            name = f"{family.variable}_{side}"
            subset = f"{family.members}_with_{side}_bound"
            self._limits(name, subset, family.members, [(self.columns[j], float(bounds[j])) for j in limited])
            if limited:
                relation = f"{family.variable}[j] {sign} {name}[j]"
                self.constraints.append(
                    Constraint(name=f"{name}_bound", for_each=f"j in {subset}", expression=relation)
                )

    def add_rows(self, families: Sequence[_Family]) -> None:
        program = self.program
        body = " + ".join(
            f"sum(a_{f.variable}[k, j]*{f.variable}[j] for k, j in {f.entries} if k == r)" for f in families
        )
        lower, upper = program.row_lower, program.row_upper
        equal = np.isfinite(lower) & (lower == upper)
        for word, flags, bounds, sign in (
            ("equal_to", equal, lower, "=="),
            ("at_least", np.isfinite(lower) & ~equal, lower, ">="),
            ("at_most", np.isfinite(upper) & ~equal, upper, "<="),
        ):
            limited = [(self.rows[i], float(bounds[i])) for i in np.flatnonzero(flags).tolist()]
            self._limits(f"limit_{word}", f"Row_{word}", "Row", limited)
            if limited:
                relation = f"{body} {sign} limit_{word}[r]"
                self.constraints.append(Constraint(name=word, for_each=f"r in Row_{word}", expression=relation))

    def document(self, families: Sequence[_Family]) -> Document:
        program = self.program
        total = " + ".join(f"sum(cost_{f.variable}[j]*{f.variable}[j] for j in {f.members})" for f in families)
        if program.objective_offset:
            total += f" + ({_number(program.objective_offset)})"
        formulation = Formulation(
            name=program.name,
            sets=tuple(self.sets),
            parameters=tuple(self.parameters),
            variables=tuple(self.variables),
            objective=Objective(name="total", sense=program.sense, expression=total),
            constraints=tuple(self.constraints),
        )
        return Document(formulation=formulation, data=Data(sets=self.members, parameters=dict(self.records)))

    def _limits(self, name: str, subset: str, parent: str, limits: Sequence[tuple[str, float]]) -> None:
        if limits:
            self._set(subset, (parent,), [member for member, _ in limits])
            self._parameter(name, subset, limits)

    def _set(self, name: str, within: tuple[str, ...], members: Sequence[str | tuple[str, ...]]) -> None:
        self.sets.append(Set(name=name, within=within))
        self.members[name] = tuple(members)

    def _parameter(self, name: str, index: str, records: Sequence[Record], default: float | None = None) -> None:
        self.parameters.append(Parameter(name=name, indices=(index,), default=default))
        self.records[name] = tuple(records)
