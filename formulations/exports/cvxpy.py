"""CVXPY source for problems that follow the rules of disciplined convex programming."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from formulations.exports.cvxpy_helpers import HELPER_SOURCES, SOLVE, helpers_used
from formulations.exports.cvxpy_vectors import each_row, is_many, rows_at_once, with_dot_products
from formulations.exports.dcp import Discipline
from formulations.exports.extremes import constant
from formulations.exports.lowering import Relation, inequalities, relations, switched_relations
from formulations.exports.parsed import Parsed, ParsedConstraint, ParsedVariable, parse_instance, place
from formulations.exports.python_module import (
    ENTRY,
    LABEL,
    MAIN_WITH_VARIABLES,
    REPORT,
    bound_text,
    code,
    data_section,
    heading,
    indented,
    keys,
    loading,
    module,
    source,
    words,
)
from formulations.exports.python_text import INDENT, comment, key_text
from formulations.exports.python_writer import Spelling, Writer, writer
from formulations.exports.ranges import Ranges, ranges
from formulations.expression import Expression
from formulations.features import Feature, required_features, row_is_convex_quadratic
from formulations.formulation import Document
from formulations.program import Program

SPELLING = Spelling(
    functions={
        **{name: f"cp.{name}({{}})" for name in ("abs", "exp", "log", "sqrt", "square", "power")},
        "min": "cp.minimum({})",
        "max": "cp.maximum({})",
        "largest": "cp.max(cp.hstack({}))",
        "smallest": "cp.min(cp.hstack({}))",
        "inverse": "cp.inv_pos({})",
        "entropy": "cp.entr({})",
        "quadratic_over_linear": "cp.quad_over_lin({})",
        "norm": "cp.norm(cp.hstack({}))",
        "quadratic_form": "quadratic_form({})",
        "dot": "dot({})",
        "piecewise": "piecewise(constraints, {})",
        "piecewise_above": "piecewise(constraints, {}, bend=1)",
        "piecewise_below": "piecewise(constraints, {}, bend=-1)",
    },
    aggregates={"sum": "total({})"},
)
#: Atoms that linear constraints cannot say.
_CURVED = ("square", "power", "inverse", "quadratic_over_linear", "norm", "quadratic_form", "sqrt")
_EXPONENTIAL = ("exp", "log", "entropy")


class Cvxpy:
    name: ClassVar[str] = "cvxpy"
    title: ClassVar[str] = "CVXPY"
    suffix: ClassVar[str] = ".py"
    media_type: ClassVar[str] = "text/x-python"

    def export(self, document: Document) -> str:
        """A Python module. Raises ExportRefused naming the term that is not DCP, and DataError."""
        parsed, instance, program = parse_instance(document, "CVXPY")
        reserved = {
            *HELPER_SOURCES,
            "Entries",
            "OPTIONS",
            "SOLVER",
            "TERMINATIONS",
            "amounts",
            "constraints",
            "cp",
            "np",
        }
        own = writer(parsed, instance, SPELLING, reserved | {"objective"})
        statements = _Statements(own, ranges(parsed, instance), program)
        variables = [line for v in parsed.variables.values() for line in statements.variable(v)]
        bounds = [line for v in parsed.variables.values() for line in statements.bounds(v)]
        objective = statements.objective()
        constraints = [line for c in parsed.constraints for line in statements.constraint(c)]
        build = ["def build(data):", f'{INDENT}"""The problem of these data, and its variables by name."""']
        for title, lines in (
            ("Sets and parameters", loading(own)),
            ("Variables", [*variables, "constraints = []", *bounds]),
            ("Objective", objective),
            ("Constraints", constraints),
        ):
            if lines:
                build += [*([""] if len(build) > 2 else []), *indented([f"# {title}", *lines])]
        build += ["", f"{INDENT}return cp.Problem(objective, constraints), {_variables(own)}"]
        solver, options = choose_solver(own, program)
        blocks = [
            data_section(parsed, document.data),
            *helpers_used(own.used, "\n".join(build)),
            code(build),
            LABEL,
            SOLVE.replace("SOLVER_NAME", solver).replace("SOLVER_OPTIONS", options),
            REPORT,
            MAIN_WITH_VARIABLES,
            ENTRY,
        ]
        modules = ["import cvxpy as cp", *(["import numpy as np"] if "np." in source(blocks) else [])]
        packages = "cvxpy highspy" if "HIGHS" in solver else "cvxpy pyscipopt" if "SCIP" in solver else "cvxpy"
        return module(heading(parsed, "CVXPY", packages), modules, blocks)


def _variables(writer: Writer) -> str:
    """``{"make": make, "total": total}``: the variables by their names in the formulation."""
    listed = (f"{key_text(name)}: {writer.element(name)}" for name in writer.parsed.variables)
    return f"{{{', '.join(listed)}}}"


def choose_solver(writer: Writer, program: Program) -> tuple[str, str]:
    """HiGHS for what is linear, Clarabel for cones, SCIP for cones with integers; and tight tolerances."""
    called = {name.removeprefix("function ") for name in writer.used}
    integer = bool(program.integer.any()) or any(name.startswith("piecewise") for name in called)
    curved = not called.isdisjoint(_CURVED)
    if not called.isdisjoint(_EXPONENTIAL) and integer:
        return "None  # CVXPY picks one: mixed-integer exponential cones take MOSEK", "{}"
    if not called.isdisjoint(_EXPONENTIAL):
        return "cp.CLARABEL", "{}"
    if not curved:
        return "cp.HIGHS", '{"mip_rel_gap": 1e-9}' if integer else "{}"
    return ("cp.SCIP", '{"scip_params": {"numerics/feastol": 1e-9}}') if integer else ("cp.CLARABEL", "{}")


@dataclass(frozen=True, eq=False)
class _Statements:
    """The statements of each element, inside ``build``."""

    writer: Writer
    ranges: Ranges
    program: Program

    @property
    def parsed(self) -> Parsed:
        return self.writer.parsed

    def variable(self, variable: ParsedVariable) -> list[str]:
        element = variable.element
        attributes = [{"binary": "boolean=True", "integer": "integer=True"}.get(element.domain, "")]
        if element.domain != "binary":
            lower, upper = self.ranges.variable(element.name)
            attributes.append("nonneg=True" if lower >= 0 else "nonpos=True" if upper <= 0 else "")
        arguments = ", ".join(attribute for attribute in attributes if attribute)
        if variable.binders:
            inner = self.writer.within(variable.binders)
            loops = " ".join(inner.loops(variable.binders))
            members = f"({keys(inner, variable.names)} {loops})"
            if len(variable.binders) == 1:
                members = inner.element(variable.binders[0].set_name)
            made = f"Entries({members}{', ' if arguments else ''}{arguments})"
        else:
            made = f"cp.Variable({arguments})"
        return [*comment(words(element)), f"{self.writer.element(element.name)} = {made}"]

    def bounds(self, variable: ParsedVariable) -> list[str]:
        """Bounds as constraints, except what an attribute of the variable says."""
        lower, upper = self.ranges.variable(variable.element.name)
        binary = variable.element.domain == "binary"
        lines = []
        if variable.lower is not None and not (lower >= 0 and constant(variable.lower) == 0):
            lines.append(self._bound(variable, ">=", variable.lower))
        said = constant(variable.upper) == 1 if binary and variable.upper else upper <= 0 and lower < 0
        if variable.upper is not None and not (said and constant(variable.upper) in (0, 1)):
            lines.append(self._bound(variable, "<=", variable.upper))
        return lines

    def _bound(self, variable: ParsedVariable, operator: str, bound: Expression) -> str:
        inner = self.writer.within(variable.binders)
        entry = self.writer.element(variable.element.name)
        limit = bound_text(inner, variable, bound, upper=operator == "<=")
        if not variable.binders:
            return f"constraints.append({entry} {operator} {limit})"
        loops = " ".join(inner.loops(variable.binders))
        if is_many(self._count(variable)) and not variable.rounded:
            return f"constraints.append({entry}.vector {operator} {each_row(bound, loops, inner)})"
        key = inner.index_tuple(variable.names)
        return f"constraints += [{entry}[{key}] {operator} {limit} {loops}]"

    def _count(self, variable: ParsedVariable) -> int:
        return math.prod(len(self.ranges.instance.sets[binder.set_name]) for binder in variable.binders)

    def objective(self) -> list[str]:
        objective = self.parsed.objective
        if objective is None:
            return ["objective = cp.Minimize(0)"]
        convex = Feature.CONVEX_QUADRATIC_OBJECTIVE in required_features(self.program)
        discipline = Discipline(self.ranges, place(objective.element), convex)
        position = 1 if objective.sense == "minimize" else -1
        disciplined = discipline.side(objective.expression, position)
        text = self.writer.text(with_dot_products(disciplined, 1, self.writer))
        sense = objective.sense.capitalize()
        return [*comment(words(objective.element)), f"objective = cp.{sense}({text})"]

    def constraint(self, constraint: ParsedConstraint) -> list[str]:
        inner = self.writer.within(constraint.binders)
        discipline = Discipline(
            self.ranges.within(constraint.binders), place(constraint.element), self._convex_rows(constraint)
        )
        lines = comment(words(constraint.element))
        loops = inner.loops(constraint.binders)
        if constraint.condition is not None:
            loops.append(f"if {inner.text(constraint.condition)}")
        for relation in relations(self.parsed, constraint):
            for plain in switched_relations(relation, constraint, discipline.ranges, discipline.refused):
                for part in self._disciplined(plain, discipline):
                    at_once = rows_at_once(part, loops, self._rows(constraint), inner)
                    text = at_once or self._relation(part, self._rows(constraint), inner)
                    if loops and not at_once:
                        lines.append(f"constraints += [{text} {' '.join(loops)}]")
                    else:
                        lines.append(f"constraints.append({text})")
        return lines

    def _spans(self, constraint: ParsedConstraint) -> list[range]:
        """The rows of the program that the constraint stands for, one range for each comparison of a chain."""
        name, labels = constraint.element.name, self.program.rows
        blocks = [block.name for block in labels.blocks]
        own = (block for block in blocks if block == name or block.rpartition(".")[0] == name)
        return [range(*labels.span(block).indices(len(labels))) for block in own]

    def _rows(self, constraint: ParsedConstraint) -> int:
        return max((len(span) for span in self._spans(constraint)), default=0)

    def _convex_rows(self, constraint: ParsedConstraint) -> bool:
        """Whether the quadratic part of every row of the constraint is convex."""
        quadratic = self.program.quadratic
        rows = (row for span in self._spans(constraint) for row in span if row in quadratic)
        return all(row_is_convex_quadratic(self.program, row) for row in rows)

    def _disciplined(self, relation: Relation, discipline: Discipline) -> list[Relation]:
        if relation.operators == ("==",):
            left, right = (discipline.side(side, 0) for side in relation.operands)
            return [Relation((left, right), ("==",))]
        parts = [discipline.relation(small, great) for small, great in inequalities(relation)]
        if relation.operators == (">=",):
            return [Relation(part.operands[::-1], (">=",)) for part in parts]
        return parts

    def _relation(self, relation: Relation, rows: int, inner: Writer) -> str:
        left, right = (inner.text(with_dot_products(side, rows, inner)) for side in relation.operands)
        if all(map(self.parsed.is_data, relation.operands)):
            left = f"cp.Constant({left})"
        return f"{left} {relation.operators[0]} {right}"
