"""highspy source, in the algebra of the HiGHS interface: linear, mixed-integer and convex quadratic programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from formulations.exports.highspy_helpers import HELPER_SOURCES, SOLVE, helpers_used
from formulations.exports.lowering import (
    Abilities,
    Degree,
    Lowering,
    Relation,
    lowered_relations,
)
from formulations.exports.parsed import (
    Parsed,
    ParsedConstraint,
    ParsedVariable,
    parse_instance,
    place,
)
from formulations.exports.polynomial import listed, split
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
from formulations.exports.python_text import INDENT, comment
from formulations.exports.python_writer import Spelling, Writer, writer
from formulations.exports.ranges import Ranges, ranges
from formulations.expression import Expression
from formulations.features import Feature, contents
from formulations.formulation import Document
from formulations.program import Program

SPELLING = Spelling(
    functions={
        **{name: f"{name}(h, {{}})" for name in HELPER_SOURCES if name != "piecewise"},
        "piecewise": "piecewise(h, {})",
        "piecewise_above": "piecewise(h, {}, bend=1)",
        "piecewise_below": "piecewise(h, {}, bend=-1)",
    },
    aggregates={"sum": "h.qsum({})"},
)
ABILITIES = Abilities(
    "highspy",
    Degree.QUADRATIC,
    Degree.LINEAR,
    big_m=True,
    hint="HiGHS takes linear constraints and linear or convex quadratic objectives; export to Pyomo, which SCIP "
    "solves, or replace the term by linear constraints",
)


class Highspy:
    name: ClassVar[str] = "highspy"
    title: ClassVar[str] = "HiGHS (highspy)"
    suffix: ClassVar[str] = ".py"
    media_type: ClassVar[str] = "text/x-python"

    def export(self, document: Document) -> str:
        """A Python module. Raises ExportRefused for what HiGHS does not solve, and DataError."""
        parsed, instance, program = parse_instance(document, ABILITIES.name)
        own = writer(parsed, instance, SPELLING, {*HELPER_SOURCES, "h", "highspy", "Hessian", "TERMINATIONS"})
        statements = _Statements(own, ranges(parsed, instance))
        variables = [line for v in parsed.variables.values() for line in statements.variable(v)]
        objective = statements.objective(_objective_abilities(program)) if parsed.objective else []
        constraints = [line for c in parsed.constraints for line in statements.constraint(c)]
        build = [
            "def build(data):",
            f'{INDENT}"""The model of these data, and its variables by name."""',
            *indented(["h = highspy.Highs()", "h.silent()"]),
        ]
        for title, lines in (
            ("Sets and parameters", loading(own)),
            ("Variables", variables),
            ("Constraints", constraints),
            ("Objective", objective),
        ):
            if lines:
                build += ["", *indented([f"# {title}", *lines])]
        blocks = [
            data_section(parsed, document.data),
            *helpers_used(own.used),
            code([*build, "", f"{INDENT}return h, {returned(own)}"]),
            LABEL,
            SOLVE,
            REPORT,
            MAIN_WITH_VARIABLES,
            ENTRY,
        ]
        return module(heading(parsed, "highspy", "highspy"), ["import highspy"], blocks)


def _objective_abilities(program: Program) -> Abilities:
    """HiGHS takes quadratic terms in a convex objective of continuous variables, and nowhere else."""
    found = contents(program)
    integer = Feature.INTEGER in found.features or found.needs_binaries
    quadratic = Feature.CONVEX_QUADRATIC_OBJECTIVE in found.features and not integer
    return ABILITIES if quadratic else replace(ABILITIES, objective=Degree.LINEAR)


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
        lower, upper = ("0", "1") if binary else ("-highspy.kHighsInf", "highspy.kHighsInf")
        if variable.lower:
            lower = bound_text(inner, variable, variable.lower, upper=False)
        if variable.upper:
            upper = bound_text(inner, variable, variable.upper, upper=True)
        arguments = [f"lb={lower}", f"ub={upper}"]
        if element.domain != "continuous":
            arguments.append("type=highspy.HighsVarType.kInteger")
        arguments.append(f"name={label_text(inner, element.name, variable.names)}")
        made = comprehension(self.writer, variable, f"h.addVariable({', '.join(arguments)})")
        return [*comment(words(element)), f"{self.writer.element(element.name)} = {made}"]

    def objective(self, abilities: Abilities) -> list[str]:
        objective = self.parsed.objective
        assert objective is not None
        lowering = Lowering(abilities, self.ranges, place(objective.element), abilities.objective)
        expression = lowering.lowered(objective.expression, 1 if objective.sense == "minimize" else -1)
        rest, terms = split(expression, self.parsed)
        sense = "kMinimize" if objective.sense == "minimize" else "kMaximize"
        linear = self._expression(rest, self.writer)
        lines = comment(words(objective.element))
        if terms:
            self.writer.used.add("function add_products")
            lines.append(f"linear, hessian = add_products(h, {linear}, {self.writer.text(listed(terms))})")
            lines.append(f"h.setObjective(linear, highspy.ObjSense.{sense})")
            return [*lines, "h.passHessian(hessian)"]
        return [*lines, f"h.setObjective({linear}, highspy.ObjSense.{sense})"]

    def _expression(self, node: Expression, inner: Writer) -> str:
        """The text of a linear expression, also where it is but a number or a single variable."""
        text = inner.text(node)
        return f"h.expr({text})" if self.parsed.is_data(node) else text

    def constraint(self, constraint: ParsedConstraint) -> list[str]:
        inner = self.writer.within(constraint.binders)
        body = []
        for relation in lowered_relations(self.parsed, constraint, ABILITIES, self.ranges):
            name = label_text(inner, constraint.element.name + relation.suffix, constraint.names)
            body.append(f"h.addConstr({self._relation(relation, inner)}, name={name})")
        return [*comment(words(constraint.element)), *nested(inner, constraint, body)]

    def _relation(self, relation: Relation, inner: Writer) -> str:
        texts = [inner.text(side) for side in relation.operands]
        if all(map(self.parsed.is_data, relation.operands)):
            texts[0] = f"h.expr({texts[0]})"
        parts = [texts[0]]
        for operator, text in zip(relation.operators, texts[1:], strict=True):
            parts += [operator, text]
        return " ".join(parts)
