"""Reading the notation: every statement is read on its own, so that all mistakes are told at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Domain,
    Element,
    Formulation,
    Objective,
    Parameter,
    Sense,
    Set,
    Variable,
)
from formulations.lexical import Token, tokens, unquoted
from formulations.notation_data import Values, read_table, read_values
from formulations.statements import Mistake, Statement, header, split_lines, statements

#: Words that end a bound, a unit or a default of a declaration.
DOMAINS: dict[str, Domain] = {
    "continuous": "continuous",
    "integer": "integer",
    "int": "integer",
    "binary": "binary",
    "bin": "binary",
}
CLAUSES = frozenset({*DOMAINS, "in", "default", "within", "nonnegative", ">=", "<=", ">", "<", "==", "="})
#: Tokens outside brackets that end the binders of a constraint, its ``when``, and its expression.
HEAD_STOPS = frozenset({":", "when", "for"})
BODY_STOPS = frozenset({"for"})

E = TypeVar("E", bound=Element)


class NotationError(ValueError):
    """Everything that is wrong in a text of the notation, in the order of its lines."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(tuple(mistakes))
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class _Refused(Exception):
    """One statement cannot be read; caught where statements are read."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake)
        self.mistake = mistake


def parse_notation(text: str) -> Document:
    """The document that the notation spells. Raises NotationError with all mistakes, and nothing else."""
    lines = split_lines(text)
    heading, start = header(lines)
    found = list(statements(lines, start))
    reader = _DocumentReader(frozenset(_declared_sets(found)))
    for statement in found:
        try:
            reader.read(statement)
        except _Refused as refused:
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
        cursor = Cursor(statement, end)
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
            read: Callable[[], Values] = lambda: read_values(cursor.statement, token.end, kind)  # noqa: E731
        elif token.text == ":" and kind == "parameter":
            read = lambda: read_table(cursor.statement, token.end)  # noqa: E731
        else:
            cursor.refuse(token, "'=' is missing", hint=f"write {kind} {name} = ...")
        self.store(cursor, kind, name, read())

    def store(self, cursor: Cursor, kind: str, name: str, values: Values) -> None:
        self.mistakes.extend(values.mistakes)
        target = self.set_data if kind == "set" else self.parameter_data
        if name in target:
            cursor.refuse(None, f"'{name}' is given twice", hint="give all its values in one statement")
        target[name] = values.value


_CLAUSE_NAMES = {"domain": "domain", "lower": "lower bound", "upper": "upper bound", "unit": "unit"}


def _set_name(entry: str) -> str:
    """The set of an entry: ``Plants`` of ``p in Plants``, ``in`` of ``"in"``."""
    name = entry.rsplit(" in ", 1)[-1].strip()
    return unquoted(name) if name.startswith('"') else name


class Cursor:
    """The tokens of one statement, taken from the left."""

    def __init__(self, statement: Statement, start: int = 0) -> None:
        self.statement = statement
        self.text = statement.text
        self.found = [token for token in tokens(self.text) if token.at >= start]
        self.place = 0
        if len(self.found) > 1 and self.found[-1].text == ";":
            self.found.pop()

    @property
    def end(self) -> int:
        """Where the last token ends."""
        return self.found[-1].end if self.found else len(self.text)

    def refuse(self, token: Token | None, reason: str, *, hint: str = "") -> NoReturn:
        raise _Refused(self.statement.mistake(0 if token is None else token.at, reason, hint=hint))

    def refuse_end(self, reason: str, *, hint: str = "") -> NoReturn:
        raise _Refused(self.statement.mistake(self.end, reason, hint=hint))

    def peek(self) -> Token | None:
        return self.found[self.place] if self.place < len(self.found) else None

    def next(self, what: str) -> Token:
        token = self.peek()
        if token is None:
            self.refuse_end(f"{what} is missing")
        self.place += 1
        return token

    def skip(self, text: str) -> bool:
        """Whether the next token is ``text``; if so, it is taken."""
        token = self.peek()
        if token is None or token.text != text:
            return False
        self.place += 1
        return True

    def expect_end(self) -> None:
        token = self.peek()
        if token is not None:
            self.refuse(token, f"'{token.text}' is not expected here", hint="words stand in quotes at the end")

    def name(self, what: str) -> str:
        token = self.peek()
        if token is None:
            self.refuse_end(f"the name of the {what} is missing")
        self.place += 1
        if token.kind == "string":
            return self.unquote(token)
        if token.kind != "name":
            hint = "a name begins with a letter and has letters, digits and _ in it"
            self.refuse(token, f"the name of the {what} is missing before '{token.text}'", hint=hint)
        return token.text

    def data_name(self, kind: str) -> str:
        """A name below 'data'; an index list after it, ``dough[Pizza]``, says nothing new."""
        name = self.name(kind)
        if self.skip("["):
            while (token := self.peek()) is not None and token.text != "]":
                self.place += 1
            self.next("']'")
        return name

    def unquote(self, token: Token) -> str:
        try:
            return unquoted(token.text)
        except ValueError as error:
            message, offset = error.args
            at = token.at + offset
            raise _Refused(self.statement.mistake(at, message, hint="write \\\\ for a backslash")) from None

    def at_words(self) -> bool:
        """Whether only a quoted text is left: the description."""
        return self.place == len(self.found) - 1 and self.found[-1].kind == "string"

    def words(self) -> str:
        """The description at the end, where there is one; nothing may follow or be left over."""
        if self.at_words():
            self.place += 1
            return self.unquote(self.found[-1])
        self.expect_end()
        return ""

    def before_words(self) -> int:
        """Take a list of values up to the description, and say where it ends."""
        last = self.found[-1]
        self.place = len(self.found)
        if last.kind != "string" or self.found[-2].text in ("=", ",", ":", "(", "{", "["):
            return last.end
        self.place -= 1
        return last.at

    def element(self, kind: type[E], **fields: object) -> E:
        try:
            return kind(**fields)  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            value = str(first["input"])[:40]
            hint = "a name begins with a letter and has at most 100 letters, digits and _ in it"
            self.refuse(self.found[0] if self.found else None, f"'{value}' is not a name", hint=hint)

    def colon(self, hint: str) -> None:
        if not self.skip(":"):
            token = self.peek()
            if token is None:
                self.refuse_end("':' is missing", hint=hint)
            self.refuse(token, f"':' is missing before '{token.text}'", hint=hint)

    def until(self, stops: Collection[str]) -> list[Token]:
        """The tokens up to the first of ``stops`` that stands outside brackets, or up to the description."""
        taken: list[Token] = []
        depth = 0
        while (token := self.peek()) is not None:
            if depth <= 0 and (token.text in stops or (taken and self.at_words() and operand_ends(taken[-1]))):
                break
            depth += token.nesting
            taken.append(token)
            self.place += 1
        return taken

    def expression(self, stops: Collection[str], what: str) -> str:
        """The text up to the first of ``stops``, as it is written, or what stands between backquotes."""
        taken = self.until(stops)
        if not taken:
            token = self.peek()
            if token is None:
                self.refuse_end(f"{what} is missing")
            self.refuse(token, f"{what} is missing before '{token.text}'")
        if len(taken) == 1 and taken[0].kind == "raw":
            return self.unquote(taken[0])
        return self.text[taken[0].at : taken[-1].end]

    def unit(self, stops: Collection[str] = CLAUSES) -> str:
        taken = self.until(stops)
        if not taken:
            self.refuse(self.found[self.place - 1], "the unit after 'in' is missing", hint="write in kg")
        if taken[0].kind == "string":
            self.place -= len(taken) - 1
            return self.unquote(taken[0])
        if taken[0].text in ("[", "{", "("):
            hint = "write >= LOWER <= UPPER for bounds, binary for 0 or 1; 'in' gives the unit"
            self.refuse(taken[0], "this is not a unit", hint=hint)
        return self.text[taken[0].at : taken[-1].end]

    def number(self) -> float:
        taken = self.until(CLAUSES)
        text = self.text[taken[0].at : taken[-1].end] if taken else ""
        try:
            return float(text.replace(" ", "")) if "_" not in text else float("")
        except ValueError:
            place = taken[0] if taken else self.found[self.place - 1]
            self.refuse(place, "a number is missing after 'default'", hint="write default 0")

    def indices(self, declared_sets: Collection[str]) -> list[str]:
        """The entries in square brackets after a name; none without brackets."""
        if not self.skip("["):
            return []
        opened = self.found[self.place - 1]
        inside = self.until(("]",))
        if not self.skip("]"):
            self.refuse(opened, "'[' is never closed", hint="add a ']'")
        if not inside:
            self.refuse(opened, "the index is missing", hint="write NAME[SET], or NAME alone for a single number")
        entries = index_entries(self.text, inside, declared_sets)
        if "" in entries:
            self.refuse(opened, "an index between the commas is missing")
        return [self.unquote(token) if token else entry for entry, token in _raw_entries(entries, inside)]


def operand_ends(token: Token) -> bool:
    """Whether a quoted text after this token is a description rather than an operand."""
    return token.closes_operand() or token.text in ("}", "%")


def _raw_entries(entries: Sequence[str], inside: Sequence[Token]) -> list[tuple[str, Token | None]]:
    raw = {token.text: token for token in inside if token.kind == "raw"}
    return [(entry, raw.get(entry)) for entry in entries]


def index_entries(text: str, inside: Sequence[Token], declared_sets: Collection[str]) -> list[str]:
    """The entries that stand between the brackets: ``i, j in Arcs`` is one, unless i is the name of a set."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in inside:
        depth += token.nesting
        if token.text == "," and depth <= 0:
            parts.append([])
        else:
            parts[-1].append(token)
    groups: list[list[list[Token]]] = []
    pending: list[list[Token]] = []
    for part in parts:
        alone = len(part) == 1 and (part[0].kind != "name" or part[0].text in declared_sets)
        if alone or not part:
            groups.extend([*([single] for single in pending), [part]])
            pending = []
        elif any(token.text == "in" for token in part):
            groups.append([*pending, part])
            pending = []
        else:
            pending.append(part)
    groups.extend([single] for single in pending)
    return [text[group[0][0].at : group[-1][-1].end] if group[-1] else "" for group in groups]
