"""Reading the notation: every statement is read on its own, so that all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Formulation,
    Objective,
    Parameter,
    Sense,
    Set,
    Variable,
)
from formulations.lexical import tokens, unquoted
from formulations.notation_cursor import BODY_STOPS, CLAUSES, DOMAINS, HEAD_STOPS, Cursor, StatementRefused
from formulations.notation_data_reader import Values, read_table, read_values
from formulations.statements import Mistake, Statement, header, split_lines, statements

_CLAUSE_NAMES = {"domain": "domain", "lower": "lower bound", "upper": "upper bound", "unit": "unit"}


class NotationError(ValueError):
    """Everything that is wrong in a text of the notation, in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(tuple(mistakes))
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


def parse_notation(text: str) -> Document:
    """The document that the notation spells. Raises NotationError with all mistakes, and nothing else."""
    lines = split_lines(text)
    heading, start = header(lines)
    found = list(statements(lines, start))
    reader = _DocumentReader(frozenset(_declared_sets(found)))
    for statement in found:
        try:
            reader.read(statement)
        except StatementRefused as refused:
            reader.mistakes.append(refused.mistake)
    if reader.mistakes:
        raise NotationError(sorted(reader.mistakes, key=lambda mistake: (mistake.line, mistake.column)))
    return reader.document([_heading(line) for line in heading])


def _heading(line: str) -> str:
    found = list(tokens(line))
    if len(found) == 1 and found[0].kind == "string" and found[0].text == line:
        try:
            return unquoted(line)
        except ValueError:
            return line
    return line


def _declared_sets(found: Sequence[Statement]) -> list[str]:
    """Names after "set": they are never index names, so ``[Plants, t in T]`` has two entries."""
    names = []
    for statement in found:
        kind, end = statement.keyword()
        first = next(tokens(statement.text[end:]), None)
        if kind == "set" and first is not None:
            names.append(first.text)
    return names


@dataclass
class _DocumentReader:
    declared_sets: frozenset[str]
    mistakes: list[Mistake] = field(default_factory=list)
    sets: list[Set] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    set_data: dict[str, object] = field(default_factory=dict)
    parameter_data: dict[str, object] = field(default_factory=dict)
    in_data: bool = False

    def document(self, heading: Sequence[str]) -> Document:
        formulation = Formulation(
            name=heading[0] if heading else "",
            description="\n".join(heading[1:]),
            sets=tuple(self.sets),
            parameters=tuple(self.parameters),
            variables=tuple(self.variables),
            objective=self.objectives[0] if self.objectives else None,
            constraints=tuple(self.constraints),
        )
        data = Data.model_validate({"sets": self.set_data, "parameters": self.parameter_data})
        return Document(formulation=formulation, data=data)

    def read(self, statement: Statement) -> None:
        kind, end = statement.keyword()
        if not kind and statement.under_constraints:
            kind = "constraint"
        cursor = Cursor(statement, end, head=self.in_data)
        match kind:
            case "data":
                cursor.skip(":")
                cursor.expect_end()
                self.in_data = True
            case "set" | "parameter" if self.in_data:
                self.values(cursor, kind)
            case "set":
                self.set(cursor)
            case "parameter":
                self.parameter(cursor)
            case "":
                self.bare(cursor)
            case _ if self.in_data:
                cursor.refuse(None, f"'{kind}' stands below 'data'", hint="move it above the line 'data'")
            case "variable":
                self.variable(cursor)
            case "constraint":
                self.constraint(cursor)
            case _:
                self.objective(cursor, kind)

    def bare(self, cursor: Cursor) -> None:
        """Below 'data', ``name = ...`` is clear without a keyword as soon as the name is declared."""
        name = cursor.peek()
        if self.in_data and name is not None:
            if name.text in self.declared_sets:
                return self.values(cursor, "set")
            if any(parameter.name == name.text for parameter in self.parameters):
                return self.values(cursor, "parameter")
        hint = "begin the line with set, parameter, variable, minimize, maximize, constraint or data"
        cursor.refuse(name, "this line begins with no keyword", hint=hint)

    def set(self, cursor: Cursor) -> None:
        name = cursor.name("set")
        within: list[str] = []
        while cursor.skip("within" if not within else "*"):
            within.append(cursor.name("set after 'within'" if not within else "set after '*'"))
        values = self.declared_values(cursor, "set")
        self.sets.append(cursor.element(Set, name=name, within=tuple(within), description=cursor.words()))
        if values is not None:
            self.store(cursor, "set", name, values)

    def parameter(self, cursor: Cursor) -> None:
        name = cursor.name("parameter")
        indices = tuple(_set_name(entry) for entry in cursor.indices(self.declared_sets))
        unit, default = "", None
        while (token := cursor.peek()) is not None and token.text != "=" and not cursor.at_words():
            if cursor.skip(","):
                continue
            if cursor.skip("in"):
                unit = cursor.unit()
            elif cursor.skip("default"):
                default = cursor.number()
            else:
                hint = "write parameter NAME[SET] in UNIT default NUMBER \"words\"; numbers stand below 'data'"
                cursor.refuse(token, f"'{token.text}' is not expected here", hint=hint)
        values = self.declared_values(cursor, "parameter")
        fields = {"indices": indices, "unit": unit, "default": default, "description": cursor.words()}
        self.parameters.append(cursor.element(Parameter, name=name, **fields))
        if values is not None:
            self.store(cursor, "parameter", name, values)

    def declared_values(self, cursor: Cursor, kind: str) -> Values | None:
        """Values given with the declaration, ``set S = a, b``, are as good as values below 'data'."""
        token = cursor.peek()
        if token is None or token.text != "=":
            return None
        return read_values(cursor.statement, token.end, kind, end=cursor.before_words())

    def variable(self, cursor: Cursor) -> None:
        name = cursor.name("variable")
        indices = tuple(cursor.indices(self.declared_sets))
        given: dict[str, str] = {}
        while (token := cursor.peek()) is not None and not cursor.at_words():
            if cursor.skip(","):
                continue
            key, value = self.variable_clause(cursor)
            if key in given:
                cursor.refuse(token, f"the {_CLAUSE_NAMES[key]} is given twice", hint="leave one out")
            given[key] = value
        self.variables.append(cursor.element(Variable, name=name, indices=indices, description=cursor.words(), **given))

    def variable_clause(self, cursor: Cursor) -> tuple[str, str]:
        token = cursor.next("a clause")
        match token.text:
            case word if word in DOMAINS:
                return "domain", DOMAINS[word]
            case ">=":
                return "lower", cursor.expression(CLAUSES, "the lower bound")
            case "<=":
                return "upper", cursor.expression(CLAUSES, "the upper bound")
            case "nonnegative":
                return "lower", "0"
            case "in":
                return "unit", cursor.unit()
            case "<" | ">" as sign:
                cursor.refuse(token, "a bound is not strict", hint=f"write {sign}=")
            case "=" | "==":
                cursor.refuse(token, "a variable is not given a value here", hint="write a constraint NAME: x == value")
        hint = 'write variable NAME[SET] integer >= LOWER <= UPPER in UNIT "words"'
        cursor.refuse(token, f"'{token.text}' is not expected here", hint=hint)

    def objective(self, cursor: Cursor, kind: str) -> None:
        first = cursor.peek()
        name = cursor.name("objective") if first is not None and first.text != ":" else "objective"
        unit = cursor.unit(stops=frozenset({":"})) if cursor.skip("in") else ""
        cursor.colon(f"write {kind} NAME: EXPRESSION")
        if self.objectives:
            hint = "weigh several goals in one expression, or turn one of them into a constraint"
            cursor.refuse(first, "there is a second objective", hint=hint)
        sense: Sense | None = None if kind == "objective" else "minimize" if kind == "minimize" else "maximize"
        expression = cursor.expression(frozenset(), "the objective")
        fields = {"sense": sense, "expression": expression, "unit": unit, "description": cursor.words()}
        self.objectives.append(cursor.element(Objective, name=name, **fields))

    def constraint(self, cursor: Cursor) -> None:
        first = cursor.peek()
        named = first is not None and first.text != ":"
        name = cursor.name("constraint") if named else f"constraint_{len(self.constraints) + 1}"
        given: dict[str, str] = {}
        if binders := cursor.indices(self.declared_sets):
            given["for_each"] = " for ".join(binders)
        while (token := cursor.peek()) is not None and token.text in ("for", "when"):
            cursor.next("")
            key = "for_each" if token.text == "for" else "when"
            what = "the index after 'for'" if key == "for_each" else "the condition after 'when'"
            text = cursor.expression(HEAD_STOPS if key == "when" else HEAD_STOPS - {"for"}, what)
            if key in given:
                cursor.refuse(token, f"a second '{token.text}'", hint="join them: for i in I for j in J")
            given[key] = text
        cursor.colon("write constraint NAME for i in I: EXPRESSION <= EXPRESSION")
        expression = cursor.expression(BODY_STOPS, "the constraint")
        if (token := cursor.peek()) is not None and token.text == "for":
            if "for_each" in given:
                cursor.refuse(token, "a second 'for'", hint="bind all indices before the colon")
            cursor.next("")
            given["for_each"] = cursor.expression(frozenset(), "the index after 'for'")
        self.constraints.append(
            cursor.element(Constraint, name=name, expression=expression, description=cursor.words(), **given)
        )

    def values(self, cursor: Cursor, kind: str) -> None:
        name = cursor.data_name(kind)
        token = cursor.next("'='")
        if token.text == "=":
            self.store(cursor, kind, name, read_values(cursor.statement, token.end, kind))
        elif token.text == ":" and kind == "parameter":
            self.store(cursor, kind, name, read_table(cursor.statement, token.end))
        else:
            cursor.refuse(token, "'=' is missing", hint=f"write {kind} {name} = ...")

    def store(self, cursor: Cursor, kind: str, name: str, values: Values) -> None:
        self.mistakes.extend(values.mistakes)
        target = self.set_data if kind == "set" else self.parameter_data
        if name in target:
            cursor.refuse(None, f"'{name}' is given twice", hint="give all its values in one statement")
        target[name] = values.value


def _set_name(entry: str) -> str:
    """The set of an entry: ``Plants`` of ``p in Plants``, ``in`` of ``"in"``."""
    name = entry.rsplit(" in ", 1)[-1].strip()
    return unquoted(name) if name.startswith('"') else name
