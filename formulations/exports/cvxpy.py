"""CVXPY source for problems that follow the rules of disciplined convex programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from formulations.exports.cvxpy_helpers import HELPER_SOURCES, SOLVE, helpers_used
from formulations.exports.dcp import Discipline
from formulations.exports.extremes import constant
from formulations.exports.lowering import Relation, inequalities, relations, switched_relations
from formulations.exports.parsed import Parsed, ParsedConstraint, ParsedVariable, parse_instance, place
from formulations.exports.python_module import (
    ENTRY,
    LABEL,
    MAIN_WITH_VARIABLES,
    REPORT,
    code,
    data_section,
    heading,
    indented,
    keys,
    loading,
    module,
    returned,
    source,
    words,
)
from formulations.exports.python_text import INDENT, comment
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
        reserved = {*HELPER_SOURCES, "OPTIONS", "SOLVER", "TERMINATIONS", "amount", "constraints", "cp", "np"}
        own = writer(parsed, instance, SPELLING, reserved | {"objective", "vector"})
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
                build += ["", *indented([f"# {title}", *lines])]
        build += ["", f"{INDENT}return cp.Problem(objective, constraints), {returned(own)}"]
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


def choose_solver(writer: Writer, program: Program) -> tuple[str, str]:
    """HiGHS for what is linear, Clarabel for cones, SCIP for cones with integers; and tight tolerances."""
    called = {name.removeprefix("function ") for name in writer.used}
    integer = bool(program.integer.any()) or any(name.startswith("piecewise") for name in called)
    curved = not called.isdisjoint(_CURVED)
    if not called.isdisjoint(_EXPONENTIAL):
        return (
            ("None  # CVXPY picks one: mixed-integer exponential cones take MOSEK", "{}")
            if integer
            else (
                "cp.CLARABEL",
                "{}",
            )
        )
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
            made = f"vector({members}{', ' if arguments else ''}{arguments})"
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
        if not variable.binders:
            return f"constraints.append({entry} {operator} {inner.text(bound)})"
        entry += f"[{inner.index_tuple(variable.names)}]"
        loops = " ".join(inner.loops(variable.binders))
        return f"constraints += [{entry} {operator} {inner.text(bound)} {loops}]"

    def objective(self) -> list[str]:
        objective = self.parsed.objective
        if objective is None:
            return ["objective = cp.Minimize(0)"]
        convex = Feature.CONVEX_QUADRATIC_OBJECTIVE in required_features(self.program)
        discipline = Discipline(self.ranges, place(objective.element), convex)
        position = 1 if objective.sense == "minimize" else -1
        text = self.writer.text(discipline.side(objective.expression, position))
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
                    text = self._relation(part, inner)
                    if loops:
                        lines.append(f"constraints += [{text} {' '.join(loops)}]")
                    else:
                        lines.append(f"constraints.append({text})")
        return lines

    def _convex_rows(self, constraint: ParsedConstraint) -> bool:
        """Whether the quadratic part of every row of the constraint is convex."""
        name = constraint.element.name
        blocks = [block.name for block in self.program.rows.blocks]
        rows = {
            row
            for block in blocks
            if block == name or block.rpartition(".")[0] == name
            for row in range(*self.program.rows.span(block).indices(len(self.program.rows)))
        }
        return all(row_is_convex_quadratic(self.program, row) for row in rows & set(self.program.quadratic))

    def _disciplined(self, relation: Relation, discipline: Discipline) -> list[Relation]:
        if relation.operators == ("==",):
            left, right = (discipline.side(side, 0) for side in relation.operands)
            return [Relation((left, right), ("==",))]
        return [discipline.relation(small, great) for small, great in inequalities(relation)]

    def _relation(self, relation: Relation, inner: Writer) -> str:
        left, right = (inner.text(side) for side in relation.operands)
        if all(map(self.parsed.is_data, relation.operands)):
            left = f"cp.Constant({left})"
        return f"{left} {relation.operators[0]} {right}"
