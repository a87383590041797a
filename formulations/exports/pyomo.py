"""Pyomo source: one component for each element, solved by HiGHS, or by SCIP where the formulation is nonlinear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from formulations.exports.extremes import constant
from formulations.exports.lowering import (
    Abilities,
    Degree,
    Lowering,
    Relation,
    halves,
    lowered_relations,
)
from formulations.exports.parsed import Parsed, ParsedConstraint, ParsedVariable, parse_instance, place
from formulations.exports.pyomo_helpers import CONTAINERS, HELPER_SOURCES, SOLVE, helpers_used
from formulations.exports.python_module import (
    ENTRY,
    LABEL,
    REPORT,
    bound_text,
    code,
    data_section,
    heading,
    indented,
    module,
    words,
)
from formulations.exports.python_text import INDENT, comment, fresh, key_text
from formulations.exports.python_writer import Spelling, Writer, writer
from formulations.exports.ranges import Ranges, ranges
from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Comparison,
    Expression,
    Item,
    Membership,
    Name,
    Not,
    Number,
    Text,
    children,
    walk,
)
from formulations.features import Feature, required_features
from formulations.formulation import Document, Set
from formulations.program import Program

SPELLING = Spelling(
    functions={
        **{name: f"pyo.{name}({{}})" for name in ("exp", "log", "sqrt", "sin", "cos")},
        **{name: f"{name}(model, {{}})" for name in HELPER_SOURCES if name != "piecewise"},
        "piecewise": "piecewise(model, {})",
        "piecewise_above": "piecewise(model, {}, bend=1)",
        "piecewise_below": "piecewise(model, {}, bend=-1)",
    },
    aggregates={"sum": "sum({})", "prod": "pyo.prod({})"},
    prefix="model.",
    set_methods=True,
)
ABILITIES = Abilities("Pyomo", Degree.NONLINEAR, Degree.NONLINEAR, big_m=True, hint="")
MODULES = (
    "import pyomo.environ as pyo",
    "from pyomo.contrib.solver.common.factory import SolverFactory",
)

_CONVEX_QUADRATIC = frozenset({Feature.CONTINUOUS, Feature.CONVEX_QUADRATIC_OBJECTIVE})
#: Tolerances tight enough for results to be compared in six digits.
_OPTIONS = {"highs": '{"mip_rel_gap": 1e-9}', "scip_direct": '{"numerics/feastol": 1e-9, "limits/gap": 1e-7}'}


@dataclass(frozen=True)
class Part:
    """The statements of one element; they name ``model`` and ``data``."""

    kind: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PyomoSource:
    """A Pyomo module taken apart: what the module and the notebook are both put together from."""

    parsed: Parsed
    data: tuple[str, ...]
    helpers: tuple[str, ...]
    containers: tuple[str, ...]
    parts: tuple[Part, ...]
    objective: str
    solver: str
    variables: tuple[tuple[str, str], ...]

    @property
    def solve(self) -> str:
        """The functions ``solve`` and ``report`` with all they need."""
        listed = ", ".join(f"({key_text(name)}, model.{own})" for name, own in self.variables)
        listed = f"({listed},)" if len(self.variables) == 1 else f"({listed})"
        return SOLVE.format(
            solver=key_text(self.solver), options=_OPTIONS[self.solver], objective=self.objective, variables=listed
        )


class Pyomo:
    name: ClassVar[str] = "pyomo"
    title: ClassVar[str] = "Pyomo"
    suffix: ClassVar[str] = ".py"
    media_type: ClassVar[str] = "text/x-python"

    def export(self, document: Document) -> str:
        """A Python module. Raises ExportRefused where an exact reformulation lacks finite bounds, and DataError."""
        written = pyomo_source(document)
        body = ["model = pyo.ConcreteModel()", *written.containers]
        kind = ""
        for part in written.parts:
            if part.kind != kind:
                kind = part.kind
                body += ["", f"# {kind}"]
            elif kind == "Constraints":
                body.append("")
            body += part.lines
        build = ["def build(data):", f'{INDENT}"""The model of these data."""', *indented(body)]
        blocks = [
            written.data,
            *written.helpers,
            code([*build, "", f"{INDENT}return model"]),
            LABEL,
            code(written.solve.split("\n")),
            REPORT,
            MAIN,
            ENTRY,
        ]
        return module(heading(written.parsed, "Pyomo", packages(written.solver)), MODULES, blocks)


MAIN = '''\
def main():
    """Build the model, solve it and print the plan."""
    report(*solve(build(DATA)))
'''


def packages(solver: str) -> str:
    """What pip has to install for the module to run."""
    return "pyomo highspy" if solver == "highs" else "pyomo pyscipopt"


def pyomo_source(document: Document) -> PyomoSource:
    """The parts of the Pyomo module of a document."""
    import pyomo.environ as pyo

    parsed, instance, program = parse_instance(document, ABILITIES.name)
    reserved = {*dir(pyo.ConcreteModel()), *HELPER_SOURCES, "SolverFactory", "pyo", "relation", "amount"}
    reserved |= {
        "auxiliary",
        "choices",
        "definitions",
        "feasibility",
        "impossible",
        "weights",
        "SOLVER",
        "TERMINATIONS",
    }
    own = writer(parsed, instance, SPELLING, reserved)
    solver = choose_solver(parsed, program)
    parts = _Parts(own, ranges(parsed, instance), splits=solver == "scip_direct")
    statements = (
        *(Part("Sets", s.name, tuple(parts.index_set(s))) for s in parents_first(parsed)),
        *(Part("Parameters", p.name, tuple(parts.parameter(p.name))) for p in parsed.formulation.parameters),
        *(Part("Variables", name, tuple(parts.variable(v))) for name, v in parsed.variables.items()),
        Part("Objective", parsed.objective.element.name if parsed.objective else "", tuple(parts.objective())),
        *(Part("Constraints", c.element.name, tuple(parts.constraint(c))) for c in parsed.constraints),
    )
    texts = "\n".join(line for part in statements for line in part.lines)
    helpers = helpers_used(own.used, guarded="relation(" in texts)
    return PyomoSource(
        parsed,
        tuple(data_section(parsed, document.data)),
        helpers,
        tuple(line for name, line in CONTAINERS.items() if any(f"model.{name}" in text for text in helpers)),
        statements,
        parts.objective_name,
        solver,
        tuple((name, own.names[name]) for name in parsed.variables),
    )


def parents_first(parsed: Parsed) -> list[Set]:
    """The sets in an order in which each comes after those it lies within."""
    ordered: dict[str, Set] = {}

    def visit(name: str) -> None:
        for parent in parsed.sets[name].within:
            visit(parent)
        ordered.setdefault(name, parsed.sets[name])

    for name in parsed.sets:
        visit(name)
    return list(ordered.values())


def choose_solver(parsed: Parsed, program: Program) -> str:
    """HiGHS for what is linear or convex quadratic, otherwise SCIP, which is global."""
    if any(_is_curved(constraint.relation, parsed) for constraint in parsed.constraints):
        return "scip_direct"
    if parsed.objective is None or not _is_curved(parsed.objective.expression, parsed):
        return "highs"
    return "highs" if required_features(program) <= _CONVEX_QUADRATIC else "scip_direct"


def _is_curved(node: Expression, parsed: Parsed) -> bool:
    """Whether a term is written that is neither linear nor a kink, for which there are helpers."""
    return any(_curves(part, parsed) for part in walk(node))


def _curves(node: Expression, parsed: Parsed) -> bool:
    match node:
        case Binary(operator="*", left=left, right=right):
            return not (parsed.is_data(left) or parsed.is_data(right))
        case Binary(operator="/", right=right):
            return not parsed.is_data(right)
        case Binary(operator="**") | Call(function="exp" | "log" | "sqrt" | "sin" | "cos"):
            return not parsed.is_data(node)
        case Aggregate(function="prod", body=body):
            return not parsed.is_data(body)
    return False


@dataclass(frozen=True, eq=False)
class _Parts:
    """The statements of each element.

    ``splits`` makes two inequalities of a range: PySCIPOpt 6.3 forgets to move the constants of a range to its
    first end. ``given`` gathers the names of components beside the elements.
    """

    writer: Writer
    ranges: Ranges
    splits: bool
    given: set[str] = field(default_factory=set)

    @property
    def parsed(self) -> Parsed:
        return self.writer.parsed

    @property
    def objective_name(self) -> str:
        objective = self.parsed.objective
        return self.writer.names[objective.element.name] if objective else "feasibility"

    def _free(self, name: str) -> str:
        name = fresh(name, {*self.writer.names.values(), *self.given})
        self.given.add(name)
        return name

    def index_set(self, element: Set) -> list[str]:
        arguments = [f'initialize=data["{element.name}"]']
        if element.within:
            arguments.insert(0, f"within={' * '.join(map(self.writer.element, element.within))}")
            arguments += [f"dimen={len(self.parsed.universes(element.name))}"]
        name = self.writer.element(element.name)
        return [*comment(words(element)), f"{name} = pyo.Set({', '.join(arguments)})"]

    def parameter(self, name: str) -> list[str]:
        element = self.parsed.parameters[name]
        arguments = [self.writer.element(set_name) for set_name in element.indices]
        arguments.append(f'initialize=data["{name}"]')
        if element.indices and element.default is not None:
            arguments.append(f"default={element.default!r}")
        return [*comment(words(element)), f"{self.writer.element(name)} = pyo.Param({', '.join(arguments)})"]

    def variable(self, variable: ParsedVariable) -> list[str]:
        element = variable.element
        arguments = [self.writer.element(binder.set_name) for binder in variable.binders]
        domain, lower = _domain(variable)
        arguments.append(f"domain=pyo.{domain}")
        if lower is not None or variable.upper is not None:
            inner = self.writer.within(variable.binders)
            ends = [
                "None" if end is None else bound_text(inner, variable, end, upper=upper)
                for end, upper in ((lower, False), (variable.upper, True))
            ]
            bounds = f"({', '.join(ends)})"
            if _mentions((lower, variable.upper), variable.names):
                bounds = f"lambda model, {inner.index_tuple(variable.names)}: {bounds}"
            arguments.append(f"bounds={bounds}")
        name = self.writer.element(element.name)
        return code([*comment(words(element)), f"{name} = pyo.Var({', '.join(arguments)})"])

    def objective(self) -> list[str]:
        objective = self.parsed.objective
        if objective is None:
            return ["# any feasible plan will do", f"model.{self.objective_name} = pyo.Objective(expr=0)"]
        lowering = Lowering(ABILITIES, self.ranges, place(objective.element), ABILITIES.objective)
        side = 1 if objective.sense == "minimize" else -1
        text = self.writer.text(lowering.lowered(objective.expression, side))
        statement = f"model.{self.objective_name} = pyo.Objective(expr={text}, sense=pyo.{objective.sense})"
        return code([*comment(words(objective.element)), statement])

    def constraint(self, constraint: ParsedConstraint) -> list[str]:
        lines = comment(words(constraint.element))
        ready = lowered_relations(self.parsed, constraint, ABILITIES, self.ranges)
        if self.splits:
            ready = [half for relation in ready for half in halves(relation)]
        for number, relation in enumerate(ready):
            lines += [*([""] if number and constraint.binders else []), *self._component(constraint, relation)]
        return code(lines)

    def _component(self, constraint: ParsedConstraint, relation: Relation) -> list[str]:
        inner = self.writer.within(constraint.binders)
        name = self.writer.names[constraint.element.name]
        if relation.suffix:
            name = self._free(name + relation.suffix.replace(".", "_"))
        text = self._relation(relation, inner)
        if not self._surely_varies(relation):
            text = f"relation(model, {text})"
        if not constraint.binders:
            return [f"model.{name} = pyo.Constraint(expr={text})"]
        sets = ", ".join(self.writer.element(binder.set_name) for binder in constraint.binders)
        lines = [f"@model.Constraint({sets})", f"def {name}(model, {inner.index_tuple(constraint.names)}):"]
        if constraint.condition is not None:
            lines += [
                f"{INDENT}if {inner.text(_opposite(constraint.condition))}:",
                f"{INDENT * 2}return pyo.Constraint.Skip",
            ]
        return [*lines, f"{INDENT}return {text}"]

    def _relation(self, relation: Relation, inner: Writer) -> str:
        if len(relation.operands) == 3:
            return f"pyo.inequality({', '.join(map(inner.text, relation.operands))})"
        left, right = (inner.text(side) for side in relation.operands)
        return f"{left} {relation.operators[0]} {right}"

    def _surely_varies(self, relation: Relation) -> bool:
        """Whether a variable is left in the relation whatever the sets and conditions filter out."""
        return any(self._varies(side) for side in relation.operands)

    def _varies(self, node: Expression) -> bool:
        match node:
            case Name(name=name) | Item(name=name):
                return name in self.parsed.variables
            case Aggregate(binders=binders, condition=condition):
                sets = self.ranges.instance.sets
                filled = condition is None and all(len(sets[binder.set_name]) for binder in binders)
                return filled and self._varies(node.body)
            case Call(function="items" | "each"):
                return False
        return any(self._varies(child) for child in children(node))


def _domain(variable: ParsedVariable) -> tuple[str, Expression | None]:
    """The Pyomo domain, and the lower bound where the domain does not say it."""
    if variable.element.domain == "binary":
        return "Binary", variable.lower
    kind = "Integers" if variable.element.domain == "integer" else "Reals"
    if variable.lower is not None and constant(variable.lower) == 0:
        return f"NonNegative{kind}", None
    return kind, variable.lower


def _mentions(expressions: Iterable[Expression | None], names: Iterable[str]) -> bool:
    wanted = set(names)
    return any(
        isinstance(node, Name) and node.name in wanted
        for expression in expressions
        if expression is not None
        for node in walk(expression)
    )


def _opposite(condition: Expression) -> Expression:
    """The condition for leaving a row out, without a double negative where that is safe."""
    match condition:
        case Comparison(operands=(left, right), operators=("==" | "!=" as operator,)) if all(
            isinstance(side, Name | Number | Text) for side in (left, right)
        ):
            return Comparison((left, right), ("!=" if operator == "==" else "==",))
        case Membership(negated=negated):
            return Membership(condition.elements, condition.set_name, not negated)
        case Not(operand=operand):
            return operand
    return Not(condition)
