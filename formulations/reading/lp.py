"""Reading LP files: the dialect that CPLEX, Gurobi, SCIP and HiGHS have in common.

Read are linear and quadratic objectives and rows, constants anywhere, ranges ``-3 <= x + y <= 8``, indicator rows
``b = 1 -> x <= 5``, bounds, generals and binaries. Semicontinuous columns, special ordered sets, piecewise and
general constraints are refused by name rather than skipped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from formulations.program import Indicator, Program
from formulations.reading.assembly import INFINITE, Assembly, Product, RowEntry, side
from formulations.reading.lp_tokens import Token, Tokens, tokenize
from formulations.reading.names import legend_of

_LESS = frozenset({"<=", "=<", "<"})
_MORE = frozenset({">=", "=>", ">"})
_COMPARISONS = _LESS | _MORE | {"="}
_INFINITIES = frozenset({"inf", "infinity"})
#: Sections that change the meaning of the problem and have no place in a Program.
_REFUSED = {
    "semicontinuous": ("semicontinuous variables", "replace x by bounds l*y <= x <= u*y with a binary y"),
    "sos": ("special ordered sets", "replace them by binary variables and linear constraints"),
    "general constraints": ("general constraints", "write out their linear form"),
    "pwlobj": ("piecewise linear objective terms", "write them with a constraint for each piece"),
    "user cuts": ("user cuts", "delete the section: cuts do not change the optimum"),
    "multi-objectives": ("several objectives", "keep one of them"),
}


def read_lp(text: str, file: str = "") -> Program:
    """The Program in the text of an LP file. Raises FileError."""
    lines = text.split("\n")
    comments = [line.split("\\", 1)[1] for line in lines if "\\" in line]
    assembly = Assembly(file, name=_title(comments))
    _Reader(Tokens(tokenize(lines, file), lines, file), assembly).read()
    return assembly.program(legend_of(comments))


def _title(comments: list[str]) -> str:
    """The problem's name, which LP files keep in a comment ``\\Problem name: Bakery``."""
    for comment in comments:
        head, colon, name = comment.strip("* ").partition(":")
        if colon and head.strip().lower() == "problem name":
            return name.strip()
    return ""


@dataclass
class _Terms:
    """An expression: linear terms, products and a constant."""

    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    constant: float = 0.0

    @property
    def is_constant(self) -> bool:
        return not self.columns and not self.products

    def minus(self, other: _Terms) -> _Terms:
        return _Terms(
            self.columns + other.columns,
            self.values + [-value for value in other.values],
            self.products + [(i, j, -value) for i, j, value in other.products],
            self.constant - other.constant,
        )


@dataclass
class _Reader:
    tokens: Tokens
    assembly: Assembly

    def read(self) -> None:
        """The whole file, section by section, up to End."""
        first = self.tokens.take()
        if first.kind != "section" or first.text not in ("minimize", "maximize"):
            self.tokens.fail(first, "the file does not begin with Minimize or Maximize", _dialect_hint(first))
        self.assembly.sense = "minimize" if first.text == "minimize" else "maximize"
        self._objective()
        sections = {
            "subject to": self._constraints,
            "bounds": self._bounds,
            "general": self._generals,
            "binary": self._binaries,
        }
        while True:
            header = self.tokens.take()
            if header.kind != "section":
                self.tokens.fail(header, f"'{header.text}' is not expected here")
            if header.text == "end":
                break
            if header.text in _REFUSED:
                # Some writers end a file without any with the empty section.
                if self.tokens.peek().kind != "section":
                    what, hint = _REFUSED[header.text]
                    self.tokens.fail(header, f"{what} are not read", hint)
                continue
            if header.text not in sections:
                self.tokens.fail(header, "the objective stands at the beginning, and once")
            sections[header.text]()

    # -- objective and constraints ----------------------------------------------------------------------------

    def _objective(self) -> None:
        self._label()
        terms = self._expression(halved=True)
        after = self.tokens.peek()
        if after.kind != "section":
            hint = "the constraints begin with Subject To" if after.text in _COMPARISONS else ""
            self.tokens.fail(after, f"'{after.text}' does not belong in an objective", hint)
        if not math.isfinite(terms.constant):
            self.tokens.fail(after, "the objective holds an infinite constant")
        objective = self.assembly.objective
        objective.columns, objective.values, objective.products = terms.columns, terms.values, terms.products
        self.assembly.offset = terms.constant

    def _constraints(self) -> None:
        unnamed: list[RowEntry] = []
        while self.tokens.peek().kind != "section":
            start = self.tokens.peek()
            name = self._label()
            row = self._constraint(start)
            row.name = name
            if name in self.assembly.rows:
                self.tokens.fail(start, f"there are two constraints '{name}'", "give each a name of its own")
            if name:
                self.assembly.rows[name] = row
            else:
                # Kept in place under a name no file can hold, until all names of the file are known.
                self.assembly.rows[f" {len(self.assembly.rows) + 1}"] = row
                unnamed.append(row)
        if unnamed:
            self._name(unnamed)

    def _name(self, unnamed: list[RowEntry]) -> None:
        """Constraints without a name are called R1, R2, ... by their position."""
        taken = set(self.assembly.rows)
        rows = list(self.assembly.rows.values())
        for position, row in enumerate(rows, 1):
            if not row.name:
                row.name = f"R{position}"
                while row.name in taken:
                    row.name += "_"
        self.assembly.rows = {row.name: row for row in rows}

    def _label(self) -> str:
        if self.tokens.peek().kind == "name" and self.tokens.peek(1).text == ":":
            name = self.tokens.take().text
            self.tokens.take()
            return name
        return ""

    def _constraint(self, start: Token) -> RowEntry:
        indicator = self._condition()
        left = self._expression()
        first = self._comparison()
        # The right-hand side stands on the line of its operator: the next line may begin with a sign, too.
        beyond = self.tokens.peek()
        right = self._expression(line=None if left.is_constant else beyond.line)
        if self.tokens.peek() is beyond:
            self.tokens.fail(beyond, f"a number or a variable is missing after '{first.text}'")
        if left.is_constant and not right.is_constant and self.tokens.peek().text in _COMPARISONS:
            second = self.tokens.take()
            end = self.tokens.peek()
            last = self._expression(line=end.line)
            if self.tokens.peek() is end:
                self.tokens.fail(end, f"a number is missing after '{second.text}'")
            if not last.is_constant:
                self.tokens.fail(second, "a range needs numbers on both sides")
            return self._range(start, left, first, right, second, last, indicator)
        terms = left.minus(right) if not left.is_constant or right.is_constant else right.minus(left)
        flipped = left.is_constant and not right.is_constant
        value = side(-terms.constant)
        less = first.text in (_MORE if flipped else _LESS)
        equal = first.text == "="
        return self._row(start, terms, -math.inf if less else value, value if less or equal else math.inf, indicator)

    def _range(
        self,
        start: Token,
        left: _Terms,
        first: Token,
        middle: _Terms,
        second: Token,
        last: _Terms,
        indicator: Indicator | None,
    ) -> RowEntry:
        below, above = side(left.constant - middle.constant), side(last.constant - middle.constant)
        if first.text in _LESS and second.text in _LESS:
            return self._row(start, middle, below, above, indicator)
        if first.text in _MORE and second.text in _MORE:
            return self._row(start, middle, above, below, indicator)
        self.tokens.fail(second, "the two comparisons of a range must point the same way", "write -3 <= x + y <= 8")

    def _row(self, start: Token, terms: _Terms, lower: float, upper: float, indicator: Indicator | None) -> RowEntry:
        if math.isnan(lower) or math.isnan(upper) or lower == math.inf or upper == -math.inf:
            self.tokens.fail(start, "the right-hand side is infinite on the wrong side")
        return RowEntry("", lower, upper, terms.columns, terms.values, terms.products, indicator)

    def _condition(self) -> Indicator | None:
        """``b = 1 ->`` before a row."""
        if self.tokens.peek(3).text != "->":
            return None
        name, equals, value, _ = (self.tokens.take() for _ in range(4))
        if name.kind != "name" or equals.text != "=" or value.text not in ("0", "1"):
            self.tokens.fail(name, "an indicator reads 'b = 1 -> row', with a binary variable and 0 or 1")
        return Indicator(self.assembly.column(name.text).index, value.text == "1")

    def _comparison(self) -> Token:
        token = self.tokens.take()
        if token.text not in _COMPARISONS:
            found = "the section ends" if token.kind == "section" else f"'{token.text}' stands"
            self.tokens.fail(token, f"{found} where <=, >= or = is expected", "is an operator missing before it?")
        return token

    # -- expressions ------------------------------------------------------------------------------------------

    def _expression(self, *, line: int | None = None, halved: bool = False) -> _Terms:
        """Terms up to the first token that cannot go on; only those on one line if ``line`` is given."""
        terms = _Terms()
        first = True
        while line is None or self.tokens.peek().line == line:
            start = self.tokens.peek()
            sign, signed = self._signs()
            token = self.tokens.peek()
            if not (signed or first):
                break
            if token.text == "[":
                self._bracket(terms, sign, halved=halved)
            elif token.kind == "number" or token.kind == "name":
                self._term(terms, sign, line)
            elif signed:
                self.tokens.fail(start, f"a term is missing after '{start.text}'")
            else:
                break
            first = False
        return terms

    def _signs(self) -> tuple[float, bool]:
        sign, signed = 1.0, False
        while self.tokens.peek().text in ("+", "-"):
            sign = -sign if self.tokens.take().text == "-" else sign
            signed = True
        return sign, signed

    def _term(self, terms: _Terms, sign: float, line: int | None) -> None:
        """A number, a variable, or a number times a variable."""
        token = self.tokens.take()
        if token.kind == "name":
            if token.text.lower() in _INFINITIES:
                terms.constant += sign * math.inf
                return
            coefficient, name = sign, token
        else:
            coefficient = sign * self.tokens.number(token)
            if self.tokens.peek().text == "*":
                self.tokens.take()
                name = self.tokens.expect_name()
            elif self._is_factor(self.tokens.peek(), line):
                name = self.tokens.take()
            else:
                terms.constant += coefficient
                return
            if abs(coefficient) >= INFINITE:
                self.tokens.fail(token, f"the coefficient of '{name.text}' is infinite")
        if self.tokens.peek().text in ("^", "*"):
            self.tokens.fail(self.tokens.peek(), "a quadratic term stands in brackets", "write [ x^2 + 2 x * y ]")
        terms.columns.append(self.assembly.column(name.text).index)
        terms.values.append(coefficient)

    def _is_factor(self, token: Token, line: int | None) -> bool:
        """Whether a token after a number is the variable it multiplies, rather than the start of something else."""
        return token.kind == "name" and self.tokens.peek(1).text != ":" and line in (None, token.line)

    def _bracket(self, terms: _Terms, sign: float, *, halved: bool) -> None:
        """``[ 2 x^2 + 4 x * y ]``, in the objective followed by ``/ 2``."""
        opening = self.tokens.take()
        products: list[Product] = []
        while self.tokens.peek().text != "]":
            inner, signed = self._signs()
            if products and not signed:
                self.tokens.fail(self.tokens.peek(), "a sign is missing between two terms")
            products.append(self._product(inner))
        self.tokens.take()
        scale = sign
        if self.tokens.peek().text == "/":
            self.tokens.take()
            divisor = self.tokens.take()
            if divisor.text != "2":
                self.tokens.fail(divisor, "a bracket can be divided by 2 only")
            scale = sign / 2
        elif halved:
            hint = "write [ ... ] / 2 and double the coefficients"
            self.tokens.fail(opening, "the bracket of an objective must end in '] / 2'", hint)
        terms.products += [(i, j, scale * value) for i, j, value in products]

    def _product(self, sign: float) -> Product:
        coefficient = sign
        if self.tokens.peek().kind == "number":
            coefficient = sign * self.tokens.number(self.tokens.take())
            if self.tokens.peek().text == "*":
                self.tokens.take()
        first = self.tokens.expect_name()
        operator = self.tokens.take()
        i = self.assembly.column(first.text).index
        if operator.text == "^":
            exponent = self.tokens.take()
            if exponent.text != "2":
                self.tokens.fail(exponent, "only squares and products of two variables are read")
            return i, i, coefficient
        if operator.text != "*":
            self.tokens.fail(operator, "a term in brackets is a square x^2 or a product x * y")
        j = self.assembly.column(self.tokens.expect_name().text).index
        return min(i, j), max(i, j), coefficient

    # -- bounds and integrality -------------------------------------------------------------------------------

    def _bounds(self) -> None:
        while self.tokens.peek().kind != "section":
            start = self.tokens.peek()
            left = None if start.kind == "name" and start.text.lower() not in _INFINITIES else self._value()
            operator = self._comparison() if left is not None else None
            column = self.assembly.column(self.tokens.expect_name().text)
            following = self.tokens.peek()
            if operator is None and following.text.lower() == "free":
                self.tokens.take()
                column.lower, column.upper = -math.inf, math.inf
                continue
            if left is not None and operator is not None:
                self._bound(column.name, operator, left, flipped=True)
            if operator is None or following.text in _COMPARISONS:
                operator = self._comparison()
                self._bound(column.name, operator, self._value(), flipped=False)

    def _bound(self, name: str, operator: Token, value: float, *, flipped: bool) -> None:
        column = self.assembly.column(name)
        is_upper = operator.text in (_MORE if flipped else _LESS)
        if is_upper or operator.text == "=":
            column.upper = value
        if not is_upper:
            column.lower = value

    def _value(self) -> float:
        sign, _ = self._signs()
        token = self.tokens.take()
        if token.kind == "name" and token.text.lower() in _INFINITIES:
            return sign * math.inf
        if token.kind != "number":
            self.tokens.fail(token, f"'{token.text}' stands where a number is expected")
        return side(sign * self.tokens.number(token))

    def _generals(self) -> None:
        while self.tokens.peek().kind != "section":
            self.assembly.column(self.tokens.expect_name().text).integer = True

    def _binaries(self) -> None:
        """Bounds written before stay, as far as they lie between 0 and 1: a binary fixed at 0 stays fixed."""
        while self.tokens.peek().kind != "section":
            column = self.assembly.column(self.tokens.expect_name().text)
            column.integer = True
            column.lower = max(0.0, column.lower or 0.0)
            column.upper = min(1.0, 1.0 if column.upper is None else column.upper)


def _dialect_hint(first: Token) -> str:
    if first.text.lower().rstrip(":") in ("max", "min", "maximize", "minimize", "maximise", "minimise"):
        return "this looks like the format of lp_solve; have it write the file with -wfmps and open the .mps file"
    return "is this an LP file?"
