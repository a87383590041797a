"""From expressions to text, with as few brackets as the grammar allows; the inverse of ``formulations.parse``."""

from __future__ import annotations

from collections.abc import Sequence

from formulations.expression import (
    Aggregate,
    Binary,
    Binder,
    Call,
    Column,
    Comparison,
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
from formulations.lexical import quoted
from formulations.sums import flat

# How tightly an expression holds together, loosest first.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_SPACED = {"+": " + ", "-": " - ", "*": "*", "/": "/", "**": "**"}
#: Integral numbers below this are printed without a decimal point or an exponent.
_PLAIN_INTEGERS = 1e15


def to_text(expression: Expression) -> str:
    """The expression as one line; ``parse_expression(to_text(e)) == e`` for all that the parser makes."""
    match expression:
        case Number(value=value):
            return number_text(value)
        case Text(value=value):
            return quoted(value)
        case Name(name=name):
            return name
        case Item(name=name, indices=indices):
            return f"{name}[{_list(indices)}]"
        case Column(index=index):
            return f"column[{index}]"
        case Negative(operand=operand):
            return f"-{_held(operand, _SIGN)}"
        case Binary():
            return _binary_text(expression)
        case Call(function=function, arguments=arguments):
            return f"{function}({_list(arguments)})"
        case Aggregate(function=function, body=body, binders=binders, condition=condition):
            return f"{function}({to_text(body)} for {binders_text(binders, condition)})"
        case Piecewise(argument=argument, breakpoint=at, value=value, binders=binders, condition=condition):
            pairs = f"({to_text(at)}, {to_text(value)}) for {binders_text(binders, condition)}"
            return f"piecewise({to_text(argument)}, [{pairs}])"
        case Comparison(operands=operands, operators=operators):
            rest = zip(operators, operands[1:], strict=True)
            return _held(operands[0], _SUM) + "".join(f" {op} {_held(operand, _SUM)}" for op, operand in rest)
        case Membership(elements=elements, set_name=set_name, negated=negated):
            left = _held(elements[0], _SUM) if len(elements) == 1 else f"({_list(elements)})"
            return f"{left} {'not in' if negated else 'in'} {set_name}"
        case Junction(operator=operator, operands=operands):
            tightness = _NOT if operator == "and" else _AND
            return f" {operator} ".join(_held(operand, tightness) for operand in operands)
        case Not(operand=operand):
            return f"not {_held(operand, _NOT)}"


def binders_text(binders: Sequence[Binder], condition: Expression | None = None) -> str:
    """``i in I for j, k in Arcs if i != j``: what stands after "for"; empty without binders."""
    text = " for ".join(f"{', '.join(binder.names)} in {binder.set_name}" for binder in binders)
    return text if condition is None else f"{text} if {to_text(condition)}"


def number_text(value: float) -> str:
    """``3`` for 3.0, otherwise the shortest text that reads back as the same number."""
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < _PLAIN_INTEGERS else repr(value)


def _list(expressions: Sequence[Expression]) -> str:
    return ", ".join(to_text(expression) for expression in expressions)


def _held(expression: Expression, tightness: int) -> str:
    """The text, in brackets if it holds together less tightly than its surroundings need."""
    text = to_text(expression)
    return f"({text})" if _tightness(expression) < tightness else text


def _tightness(expression: Expression) -> int:
    match expression:
        case Junction(operator=operator):
            return _OR if operator == "or" else _AND
        case Not():
            return _NOT
        case Comparison() | Membership():
            return _COMPARE
        case Binary(operator=operator):
            return _BINARY[operator]
        case Negative():
            return _SIGN
        case Number(value=value) if value < 0:
            return _SIGN
    return _ATOM


def _binary_text(expression: Binary) -> str:
    """A chain of left operands is walked rather than recursed into: sums of many terms are long, not deep."""
    terms = flat(expression) if expression.operator in ("+", "-") else None
    if terms is not None:
        (subtracted, first), *others = terms
        start = _held(Negative(first) if subtracted else first, _SUM)
        return start + "".join(f" {'-' if minus else '+'} {_held(term, _PRODUCT)}" for minus, term in others)
    tails: list[str] = []
    node: Expression = expression
    while isinstance(node, Binary):
        operator, tightness = node.operator, _BINARY[node.operator]
        if operator == "**":
            text = f"{_held(node.left, _ATOM)}**{_held(node.right, _SIGN)}"
            break
        tails.append(f"{_SPACED[operator]}{_held(node.right, tightness + 1)}")
        node = node.left
        if _tightness(node) < tightness:
            text = f"({to_text(node)})"
            break
    else:
        text = to_text(node)
    return text + "".join(reversed(tails))
