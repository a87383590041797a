"""The tokens of one statement of the notation, taken from the left, and what ends each of its clauses."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from formulations.formulation import Domain, Element
from formulations.lexical import Token, tokens, unquoted
from formulations.statements import Mistake, Statement

#: Words that end a bound, a unit or a default of a declaration.
DOMAINS: dict[str, Domain] = {
    "continuous": "continuous",
    "integer": "integer",
    "int": "integer",
    "binary": "binary",
    "bin": "binary",
}
CLAUSES = frozenset({*DOMAINS, "in", "default", "within", "nonnegative", ">=", "<=", ">", "<", "==", "=", ","})
#: Tokens outside brackets that end the binders of a constraint, its ``when``, and its expression.
HEAD_STOPS = frozenset({":", "when", "for"})
BODY_STOPS = frozenset({"for"})

E = TypeVar("E", bound=Element)


class StatementRefused(Exception):
    """One statement cannot be read; caught where statements are read."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake)
        self.mistake = mistake


class Cursor:
    """The tokens of one statement, taken from the left."""

    def __init__(self, statement: Statement, start: int = 0, *, head: bool = False) -> None:
        """From position ``start`` on; the ``head`` of a statement ends with its first '=' or ':'."""
        self.statement = statement
        self.text = statement.text
        self.found: list[Token] = []
        self.place = 0
        for token in tokens(self.text, start):
            self.found.append(token)
            if head and token.text in ("=", ":"):
                break
        if self.found and self.found[-1].text == ";":
            self.found.pop()

    @property
    def end(self) -> int:
        """Where the last token ends."""
        return self.found[-1].end if self.found else len(self.text)

    def refuse(self, token: Token | None, reason: str, *, hint: str = "") -> NoReturn:
        raise StatementRefused(self.statement.mistake(0 if token is None else token.at, reason, hint=hint))

    def refuse_end(self, reason: str, *, hint: str = "") -> NoReturn:
        raise StatementRefused(self.statement.mistake(self.end, reason, hint=hint))

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
            raise StatementRefused(self.statement.mistake(at, message, hint="write \\\\ for a backslash")) from None

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
