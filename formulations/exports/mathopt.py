"""OR-Tools MathOpt source: GLOP for linear programs, SCIP for integers, indicators and quadratic terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from formulations.exports.exporter import ExportRefused
from formulations.exports.lowering import (
    Abilities,
    Degree,
    Lowering,
    Relation,
    lowered_relations,
)
from formulations.exports.mathopt_helpers import HELPER_SOURCES, SOLVE, helpers_used
from formulations.exports.parsed import Parsed, ParsedConstraint, ParsedVariable, parse_instance, place
from formulations.exports.polynomial import degree
from formulations.exports.python_module import (
    ENTRY,
    LABEL,
    MAIN_WITH_VARIABLES,
    REPORT,
    bound_text,
    code,
    comprehension,
    data_section,
    heading,
    indented,
    label_text,
    loading,
    module,
    nested,
    returned,
    words,
)
from formulations.exports.python_text import INDENT, comment, key_text, one_line
from formulations.exports.python_writer import Spelling, Writer, writer
from formulations.exports.ranges import Ranges, ranges
from formulations.features import Feature, required_features
from formulations.formulation import Document
from formulations.program import Program

SPELLING = Spelling(
    functions={
        **{name: f"{name}(model, {{}})" for name in HELPER_SOURCES if name not in ("piecewise", "square")},
        "piecewise": "piecewise(model, {})",
        "piecewise_above": "piecewise(model, {}, bend=1)",
        "piecewise_below": "piecewise(model, {}, bend=-1)",
        "square": "square({})",
    },
    aggregates={"sum": "mathopt.fast_sum({})"},
)
ABILITIES = Abilities(
    "OR-Tools MathOpt",
    Degree.QUADRATIC,
    Degree.QUADRATIC,
    big_m=False,
    hint="export to Pyomo, which SCIP solves, or replace the term by linear constraints",
)
_LINEAR = frozenset({Feature.CONTINUOUS})
_QUADRATIC = frozenset(
    {
        Feature.CONVEX_QUADRATIC_OBJECTIVE,
        Feature.NONCONVEX_QUADRATIC_OBJECTIVE,
        Feature.CONVEX_QUADRATIC_ROW,
        Feature.NONCONVEX_QUADRATIC_ROW,
        Feature.SECOND_ORDER_CONE,
    }
)


class MathOpt:
    name: ClassVar[str] = "mathopt"
    title: ClassVar[str] = "OR-Tools MathOpt"
    suffix: ClassVar[str] = ".py"
    media_type: ClassVar[str] = "text/x-python"

    def export(self, document: Document) -> str:
        """A Python module. Raises ExportRefused for terms beyond the quadratic, and DataError."""
        parsed, instance, program = parse_instance(document, ABILITIES.name)
        reserved = {*HELPER_SOURCES, "model", "mathopt", "SOLVER"}
        own = writer(parsed, instance, SPELLING, reserved)
        statements = _Statements(own, ranges(parsed, instance))
        variables = [line for v in parsed.variables.values() for line in statements.variable(v)]
        objective = statements.objective() if parsed.objective else []
        constraints = [line for c in parsed.constraints for line in statements.constraint(c)]
        title = key_text(one_line(parsed.formulation.name))
        build = [
            "def build(data):",
            f'{INDENT}"""The model of these data, and its variables by name."""',
            f"{INDENT}model = mathopt.Model(name={title})",
        ]
        for kind, lines in (
            ("Sets and parameters", loading(own)),
            ("Variables", variables),
            ("Objective", objective),
            ("Constraints", constraints),
        ):
            if lines:
                build += ["", *indented([f"# {kind}", *lines])]
        blocks = [
            data_section(parsed, document.data),
            *helpers_used(own.used),
            code([*build, "", f"{INDENT}return model, {returned(own)}"]),
            LABEL,
            solve_source(program),
            REPORT,
            MAIN_WITH_VARIABLES,
            ENTRY,
        ]
        modules = ["from ortools.math_opt.python import mathopt"]
        return module(heading(parsed, "OR-Tools MathOpt", "ortools"), modules, blocks)


def solve_source(program: Program) -> str:
    """The function ``solve``: GLOP for linear programs, SCIP for the rest, with a looser gap for quadratic terms."""
    features = required_features(program)
    solver = "GLOP" if features <= _LINEAR else "GSCIP"
    gap = "1e-7" if features & _QUADRATIC else "1e-9"
    return SOLVE.replace("SOLVER_TYPE", solver).replace("GAP_TOLERANCE", gap)


def _refused(constraint: ParsedConstraint, reason: str) -> ExportRefused:
    element = constraint.element
    return ExportRefused(ABILITIES.name, place(element), element.expression, reason, hint=ABILITIES.hint)


@dataclass(frozen=True, eq=False)
class _Statements:
    """The statements of each element, inside ``build``."""

    writer: Writer
    ranges: Ranges

    @property
    def parsed(self) -> Parsed:
        return self.writer.parsed

    def variable(self, variable: ParsedVariable) -> list[str]:
        element = variable.element
        inner = self.writer.within(variable.binders)
        binary = element.domain == "binary"
        arguments = []
        if variable.lower is not None or binary:
            lower = bound_text(inner, variable, variable.lower, upper=False) if variable.lower else "0"
            arguments.append(f"lb={lower}")
        if variable.upper is not None or binary:
            upper = bound_text(inner, variable, variable.upper, upper=True) if variable.upper else "1"
            arguments.append(f"ub={upper}")
        if element.domain != "continuous":
            arguments.append("is_integer=True")
        arguments.append(f"name={label_text(inner, element.name, variable.names)}")
        made = comprehension(self.writer, variable, f"model.add_variable({', '.join(arguments)})")
        return [*comment(words(element)), f"{self.writer.element(element.name)} = {made}"]

    def objective(self) -> list[str]:
        objective = self.parsed.objective
        assert objective is not None
        lowering = Lowering(ABILITIES, self.ranges, place(objective.element), ABILITIES.objective)
        expression = lowering.lowered(objective.expression, 1 if objective.sense == "minimize" else -1)
        if degree(expression, self.parsed) > 2:
            raise lowering.refused(objective.expression, "has a degree of more than two")
        return [*comment(words(objective.element)), f"model.{objective.sense}({self.writer.text(expression)})"]

    def constraint(self, constraint: ParsedConstraint) -> list[str]:
        inner = self.writer.within(constraint.binders)
        body = []
        for relation in lowered_relations(self.parsed, constraint, ABILITIES, self.ranges):
            order = max(degree(side, self.parsed) for side in relation.operands)
            if order > 2:
                raise _refused(constraint, "has a degree of more than two")
            name = label_text(inner, constraint.element.name + relation.suffix, constraint.names)
            arguments = f"{self._relation(relation, inner)}, name={name}"
            kind = "quadratic" if order == 2 else "linear"
            if constraint.switch is not None:
                if order == 2:
                    raise _refused(constraint, "an indicator constraint has to be linear")
                switch = inner.text(constraint.switch.variable)
                zero = "" if constraint.switch.active else ", activate_on_zero=True"
                kind, arguments = "indicator", f"indicator={switch}{zero}, implied_constraint={arguments}"
            body.append(f"model.add_{kind}_constraint({arguments})")
        return [*comment(words(constraint.element)), *nested(inner, constraint, body)]

    def _relation(self, relation: Relation, inner: Writer) -> str:
        texts = [inner.text(side) for side in relation.operands]
        if all(map(self.parsed.is_data, relation.operands)):
            texts[0] = f"mathopt.LinearExpression({texts[0]})"
        if len(texts) == 3:
            return f"({texts[0]} <= {texts[1]}) <= {texts[2]}"
        return f"{texts[0]} {relation.operators[0]} {texts[1]}"
