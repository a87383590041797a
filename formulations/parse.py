"""From text to expressions: Python's own grammar, read through a whitelist of nodes; nothing is ever evaluated.

The text is first cut into tokens (``formulations.refusals`` turns away what can never be right, with the cure),
then handed to ``ast.parse`` (``formulations.disguise``), and the syntax tree is read through the whitelist here.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NoReturn

from formulations.caret import ParseError
from formulations.disguise import Source
from formulations.expression import (
    AGGREGATES,
    FUNCTIONS,
    SET_FUNCTIONS,
    STEP_FUNCTIONS,
    Aggregate,
    AggregateFunction,
    ArithmeticOperator,
    Binary,
    Binder,
    Call,
    Comparison,
    ComparisonOperator,
    Expression,
    Item,
    Junction,
    Membership,
    Name,
    Negative,
    Not,
    Number,
    Piecewise,
    Text,
)
from formulations.habits import FOREIGN_FUNCTIONS
from formulations.lexical import Token, tokens, unquoted
from formulations.refusals import MAX_DEPTH, MAX_LENGTH, MAX_TOKENS, comma_hint, refuse
from formulations.sums import MAX_CHAIN, balanced

__all__ = ["ParseError", "parse_binders", "parse_expression", "parse_index"]

_ARITHMETIC: dict[type[ast.operator], ArithmeticOperator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_COMPARISONS: dict[type[ast.cmpop], ComparisonOperator] = {
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.Lt: "<",
    ast.Gt: ">",
    ast.NotEq: "!=",
}
_AGGREGATE: dict[str, AggregateFunction] = {name: name for name in AGGREGATES}
_FUNCTION_NAMES = frozenset({*FUNCTIONS, *AGGREGATES, "piecewise"})
_KNOWN_FUNCTIONS = ("sum", "prod", *FUNCTIONS, "piecewise")
_LOGICAL = (Comparison, Membership, Junction, Not)


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """The expression that ``text`` spells. Raises ParseError, and nothing else, for any other text.

    Remembered, as one text is checked, grounded, evaluated and exported in turn.
    """
    source = Source(text, _tokens(text, "the expression is empty"))
    refuse(text, source.found)
    tree = source.tree("(", ")")
    return _Reader(source).expression(tree, 0)


@lru_cache(maxsize=1024)
def parse_binders(text: str) -> tuple[tuple[Binder, ...], Expression | None]:
    """What is written after "for": binders, and the condition after "if". Nothing for an empty text."""
    if not text.strip():
        return (), None
    found = _tokens(text, "")
    if found and found[0].text == "for":
        del found[0]
    source = Source(text, found)
    refuse(text, found, binders=True)
    if not found or found[0].text in ("if", "for"):
        raise ParseError("the index to bind is missing", text, found[0].at if found else 0, hint="write i in I")
    if "in" not in {token.text for token in found}:
        raise ParseError("'in' is missing", text, found[0].at, hint="write i in I")
    tree = source.tree("(0 for ", ")")
    if not isinstance(tree, ast.GeneratorExp):
        raise ParseError("these are not binders", text, 0, hint="write i in I for j in J if condition")
    return _Reader(source).generators(tree.generators, 1)


def parse_index(text: str) -> Binder:
    """An entry of a variable's indices: a set, ``Plants``, or a binder, ``p in Plants``, ``i, j in Arcs``."""
    found = _tokens(text, "the index is empty")
    refuse(text, found, binders=True)
    if len(found) == 1 and found[0].kind == "name":
        return Binder((), found[0].text, at=found[0].at)
    binders, condition = parse_binders(text)
    if len(binders) != 1:
        reason = "an index binds names from one set"
        raise ParseError(reason, text, binders[1].at, hint="make every set an index of its own")
    if condition is not None:
        raise ParseError("an index has no condition", text, condition.at, hint="declare a subset: set S within I")
    return binders[0]


def _tokens(text: str, empty: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        reason = f"the expression has {len(text)} characters, more than {MAX_LENGTH}"
        raise ParseError(reason, text[:MAX_LENGTH], 0, hint="write it with sums over sets")
    found = list(islice(tokens(text), MAX_TOKENS + 1))
    if len(found) > MAX_TOKENS:
        reason = f"the expression has more than {MAX_TOKENS} numbers, names and signs"
        raise ParseError(reason, text, found[-1].at, hint="write it with sums over sets")
    if empty and not found:
        raise ParseError(empty, text, 0, hint="write a number, a name or a formula")
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """From Python's syntax tree to ours; whatever is not listed here is refused with its place."""

    source: Source

    def refuse(self, node: ast.AST, reason: str, *, hint: str = "") -> NoReturn:
        raise ParseError(reason, self.source.text, self.source.column(node), hint=hint)

    def expression(self, node: ast.expr, depth: int) -> Expression:
        """A number or a condition."""
        at = self.source.column(node)
        depth = self.deeper(node, depth)
        match node:
            case ast.Compare():
                return self.comparison(node, depth)
            case ast.BoolOp(op=op, values=values):
                operands = tuple(self.condition(value, depth) for value in values)
                return Junction("and" if isinstance(op, ast.And) else "or", operands, at=at)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand, depth), at=at)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.number(operand, depth), at=at)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.number(operand, depth)
            case ast.BinOp(op=ast.Add() | ast.Sub()) if len(chain := _chain(node)) > MAX_CHAIN:
                return balanced([(subtracted, self.number(term, depth)) for subtracted, term in chain])
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
                first = self.number(left, depth)
                return Binary(_ARITHMETIC[type(operator)], first, self.number(right, depth), at=at)
            case ast.Constant():
                token = self.source.at[at]
                return Text(unquoted(token.text), at=at) if token.kind == "string" else Number(float(token.text), at=at)
            case ast.Name():
                return Name(self.variable_name(node), at=at)
            case ast.Subscript(value=value, slice=index):
                return self.item(value, index, depth)
            case ast.Call():
                return self.call(node, depth)
        self.refuse_node(node)

    def deeper(self, node: ast.AST, depth: int) -> int:
        if depth >= MAX_DEPTH:
            reason = f"the expression is nested, or has terms in a row, more than {MAX_DEPTH} deep"
            self.refuse(node, reason, hint="write it with sums over sets, or split it")
        return depth + 1

    def number(self, node: ast.expr, depth: int) -> Expression:
        """An expression with a numerical value."""
        found = self.expression(node, depth)
        if isinstance(found, _LOGICAL):
            hint = "a comparison stands alone or after 'if'"
            if isinstance(found, Membership):
                hint = "an index is bound after 'for': sum(x[i] for i in I)"
            self.refuse(node, "a condition is not a number", hint=hint)
        if isinstance(found, Text):
            hint = 'a member in quotes stands in brackets, x["large"], or in a condition, i != "large"'
            self.refuse(node, "a text is not a number", hint=hint)
        return found

    def member(self, node: ast.expr, depth: int) -> Expression:
        """A number or a quoted member."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.expression(node, depth)
        return self.number(node, depth)

    def condition(self, node: ast.expr, depth: int) -> Expression:
        found = self.expression(node, depth)
        if not isinstance(found, _LOGICAL):
            self.refuse(node, "a condition is missing", hint="write a comparison, for instance a[i] == 1")
        return found

    def comparison(self, node: ast.Compare, depth: int) -> Expression:
        at = self.source.column(node)
        if any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops):
            return self.membership(node, depth)
        operators = tuple(_COMPARISONS[type(o)] for o in node.ops if type(o) in _COMPARISONS)
        if len(operators) != len(node.ops):
            self.refuse(node, "this comparison is not in the language", hint="write <=, >=, ==, <, > or !=")
        return Comparison(tuple(self.member(o, depth) for o in (node.left, *node.comparators)), operators, at=at)

    def membership(self, node: ast.Compare, depth: int) -> Expression:
        elements = node.left.elts if isinstance(node.left, ast.Tuple) else [node.left]
        if len(node.ops) > 1:
            self.refuse(node.comparators[0], "a membership stands alone", hint="join conditions with and")
        target = node.comparators[0]
        if not isinstance(target, ast.Name):
            hint = 'declare the set by name, or write i == "a" or i == "b"'
            self.refuse(target, "'in' needs the name of a set after it", hint=hint)
        if not elements:
            self.refuse(node, "the member is missing before 'in'")
        return Membership(
            tuple(self.member(element, depth) for element in elements),
            self.source.at[self.source.column(target)].text,
            isinstance(node.ops[0], ast.NotIn),
            at=self.source.column(node),
        )

    def item(self, value: ast.expr, index: ast.expr, depth: int) -> Expression:
        if isinstance(value, ast.Subscript):
            self.refuse(value, "an entry cannot be indexed again", hint="write x[i, j] rather than x[i][j]")
        if not isinstance(value, ast.Name):
            self.refuse(value, "only a name can be indexed", hint="write the index at the name: x[i] + y[i]")
        indices = index.elts if isinstance(index, ast.Tuple) else [index]
        if not indices:
            self.refuse(value, "the index is missing", hint="write x[i], or x alone if it has no index")
        at = self.source.column(value)
        return Item(self.variable_name(value), tuple(self.member(i, depth) for i in indices), at=at)

    def variable_name(self, node: ast.Name) -> str:
        name = self.source.at[self.source.column(node)].text
        if name in _FUNCTION_NAMES:
            self.refuse(node, f"'{name}' is a function", hint=f"write {name}(...) with round brackets")
        return name

    def call(self, node: ast.Call, depth: int) -> Expression:
        if not isinstance(node.func, ast.Name):
            self.refuse(node.func, "only a function can be called", hint="write * for a product")
        if node.keywords:
            self.refuse(node.keywords[0].value, "arguments have no names here")
        at = self.source.column(node)
        name = self.source.at[at].text
        if name == "piecewise":
            return self.piecewise(node, depth)
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
            return self.aggregate(node, name, node.args[0], depth)
        if name not in FUNCTIONS and name not in AGGREGATES:
            self.refuse(node, f"unknown function '{name}'", hint=_function_hint(name, node.args))
        if name in ("sum", "prod"):
            sign = "a + b" if name == "sum" else "a*b"
            hint = f"write {name}(x[i] for i in I) over a set, or {sign} for single terms"
            self.refuse(node, f"'{name}' needs a 'for'", hint=hint)
        self.check_count(node, name)
        inner = self.member if name in STEP_FUNCTIONS else self.number
        return Call(name, tuple(inner(argument, depth) for argument in node.args), at=at)

    def check_count(self, node: ast.Call, name: str) -> None:
        count = len(node.args)
        if name in ("min", "max"):
            if count < 2:
                hint = f"write {name}(a, b) or {name}(x[i] for i in I)"
                self.refuse(node, f"'{name}' needs two arguments or a 'for'", hint=hint)
        elif count != 1:
            reason = f"'{name}' needs one argument, not {count}"
            self.refuse(node, reason, hint=f"write {name}({'S' if name in SET_FUNCTIONS else 'x'})")
        elif name in SET_FUNCTIONS and not isinstance(node.args[0], ast.Name):
            self.refuse(node.args[0], f"'{name}' needs the name of a set", hint=f"write {name}(S)")

    def aggregate(self, node: ast.Call, name: str, body: ast.GeneratorExp | ast.ListComp, depth: int) -> Expression:
        at = self.source.column(node)
        if name not in _AGGREGATE:
            hint = "write sum(...), prod(...), min(...) or max(...)"
            reason = f"'{name}' takes no 'for'" if name in FUNCTIONS else f"unknown function '{name}'"
            self.refuse(node, reason, hint=hint if name in FUNCTIONS else _function_hint(name, ()))
        binders, condition = self.generators(body.generators, depth)
        return Aggregate(_AGGREGATE[name], self.number(body.elt, depth), binders, condition, at=at)

    def piecewise(self, node: ast.Call, depth: int) -> Expression:
        hint = "write piecewise(x, [(at[p], cost[p]) for p in Points])"
        match node.args:
            case [argument, ast.ListComp(elt=ast.Tuple(elts=[breakpoint, value]), generators=generators)]:
                binders, condition = self.generators(generators, depth)
                return Piecewise(
                    self.number(argument, depth),
                    self.number(breakpoint, depth),
                    self.number(value, depth),
                    binders,
                    condition,
                    at=self.source.column(node),
                )
        self.refuse(node, "'piecewise' needs an argument and a list of pairs", hint=hint)

    def generators(
        self, generators: list[ast.comprehension], depth: int
    ) -> tuple[tuple[Binder, ...], Expression | None]:
        """Binders and the conjunction of all conditions."""
        binders = tuple(self.binder(generator) for generator in generators)
        conditions = tuple(self.condition(test, depth) for generator in generators for test in generator.ifs)
        if len(conditions) < 2:
            return binders, conditions[0] if conditions else None
        return binders, Junction("and", conditions, at=conditions[0].at)

    def binder(self, generator: ast.comprehension) -> Binder:
        target = generator.target
        elements = target.elts if isinstance(target, ast.Tuple) else [target]
        names = []
        for element in elements:
            if not isinstance(element, ast.Name):
                self.refuse(element, "'for' binds names only", hint="write for i in I or for i, j in Arcs")
            names.append(self.variable_name(element))
        if not names:
            self.refuse(target, "the index to bind is missing", hint="write i in I")
        if not isinstance(generator.iter, ast.Name):
            hint = _set_hint(names, generator.iter)
            self.refuse(generator.iter, "'in' needs the name of a set after it", hint=hint)
        set_name = self.source.at[self.source.column(generator.iter)].text
        return Binder(tuple(names), set_name, at=self.source.column(target))

    def refuse_node(self, node: ast.expr) -> NoReturn:
        match node:
            case ast.IfExp():
                self.refuse(node, "there is no if-else", hint="write two constraints with conditions")
            case ast.Tuple():
                column = self.source.column(node)
                comma = self.source.text.find(",", column)
                hint = comma_hint(self.source.text, comma)
                raise ParseError("a list is not an expression", self.source.text, max(comma, 0), hint=hint)
            case ast.List() | ast.ListComp():
                hint = "a list stands only in piecewise(x, [(at[p], cost[p]) for p in Points])"
                self.refuse(node, "a list is not a number", hint=hint)
            case ast.GeneratorExp():
                self.refuse(node, "a 'for' stands only inside sum, prod, min or max", hint="write sum(...)")
            case ast.Starred():
                self.refuse(node, "'*' stands between two factors", hint="write the left factor or remove it")
        self.refuse(node, "this is not in the language", hint="write numbers, names, x[i], + - * / ** and sums")


def _chain(node: ast.expr) -> list[tuple[bool, ast.expr]]:
    """The terms of ``a + b - c`` in order, each with whether it is subtracted."""
    terms: list[tuple[bool, ast.expr]] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        terms.append((isinstance(node.op, ast.Sub), node.right))
        node = node.left
    terms.append((False, node))
    return terms[::-1]


def _set_hint(names: Sequence[str], node: ast.expr) -> str:
    """What to write instead of ``for i in range(3)``, ``for i, j in I*J``, ``for i in I and i != j``."""
    match node:
        case ast.BoolOp():
            return f"write the condition after 'if': for {', '.join(names)} in SET if condition"
        case ast.BinOp(op=ast.Mult()) | ast.Tuple() if len(names) > 1:
            return f"write for {' for '.join(f'{name} in SET' for name in names)}"
        case ast.Call(func=ast.Name(id="range")):
            return "declare it as a set, set T = 1..12, and write for t in T"
    return "declare it as a set and name the set: for i in I"


def _function_hint(name: str, arguments: Sequence[ast.expr]) -> str:
    """What to write instead of an unknown function."""
    if name.lower() in FOREIGN_FUNCTIONS:
        return FOREIGN_FUNCTIONS[name.lower()]
    near = difflib.get_close_matches(name.lower(), _KNOWN_FUNCTIONS, n=1, cutoff=0.7)
    if near:
        return f"did you mean {near[0]}?"
    listed = f"the functions are {', '.join(_KNOWN_FUNCTIONS)}"
    if arguments and all(isinstance(argument, ast.Name | ast.Constant) for argument in arguments):
        return f"for an entry write {name}[...] with square brackets; {listed}"
    return f"write * for a product; {listed}"
