"""LaTeX: the mathematics of a formulation, for a document and, element by element, for KaTeX in the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from formulations.exports.extremes import substituted
from formulations.exports.index_letters import IndexLetters, index_letters
from formulations.exports.latex_text import name_latex, number_latex, text_latex
from formulations.expression import (
    Aggregate,
    Binary,
    Binder,
    Call,
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
from formulations.formulation import (
    Constraint,
    Data,
    Document,
    Element,
    Formulation,
    Member,
    Objective,
    Parameter,
    Set,
    Variable,
)
from formulations.parse import ParseError, parse_binders, parse_expression, parse_index

Names = Mapping[str, str]

# How tightly an operator binds: an operand that binds less tightly gets brackets.
OR, AND, NOT, COMPARE, ADD, SIGN, MULTIPLY, BIG, POWER, ATOM = range(10)

_COMPARISONS = {"<=": r"\le", ">=": r"\ge", "==": "=", "<": "<", ">": ">", "!=": r"\ne"}
_BIG = {"sum": r"\sum", "prod": r"\prod", "min": r"\min", "max": r"\max"}
_FUNCTIONS = {"log": r"\ln", "sin": r"\sin", "cos": r"\cos", "min": r"\min", "max": r"\max"}


def expression_latex(expression: Expression, names: Names | None = None) -> str:
    """An expression in LaTeX that KaTeX understands; ``names`` overrides how single names are set."""
    return _text(expression, names or {}, OR)


def formulation_latex(formulation: Formulation, names: Names | None = None) -> dict[str, str]:
    """The mathematics of every element by its name; an expression that cannot be read is shown as it is written."""
    own = names or {}
    letters = index_letters(formulation)
    result = {}
    for element in formulation.elements():
        try:
            result[element.name] = _element(element, letters, own)
        except (ParseError, KeyError):
            written = getattr(element, "expression", "")
            result[element.name] = rf"\texttt{{{text_latex(written or element.name)}}}"
    return result


# -- elements ---------------------------------------------------------------------------------------------------


def _element(element: Element, letters: IndexLetters, names: Names) -> str:
    match element:
        case Set(within=within):
            own = _name(element.name, names)
            product = r" \times ".join(_name(parent, names) for parent in within)
            return rf"{own} \subseteq {product}" if within else own
        case Parameter():
            return _parameter(element, letters, names)
        case Variable():
            return _variable(element, letters, names)
        case Objective():
            sense = {"minimize": r"\min", "maximize": r"\max", None: r"\text{optimize}"}[element.sense]
            return rf"{sense} \quad {expression_latex(parse_expression(element.expression), names)}"
        case Constraint():
            return _constraint(element, names)
    raise TypeError(f"{type(element).__name__} is not an element of a formulation")


def _parameter(element: Parameter, letters: IndexLetters, names: Names) -> str:
    binders = letters.named([Binder((), set_name) for set_name in element.indices])
    symbol = _subscripted(element.name, [Name(name) for binder in binders for name in binder.names], names)
    return symbol + _forall(binders, None, names)


def _variable(element: Variable, letters: IndexLetters, names: Names) -> str:
    binders = letters.named([parse_index(text) for text in element.indices])
    symbol = _subscripted(element.name, [Name(name) for binder in binders for name in binder.names], names)
    lower = None if element.lower is None else expression_latex(parse_expression(element.lower), names)
    upper = None if element.upper is None else expression_latex(parse_expression(element.upper), names)
    return _domain(symbol, element.domain, lower, upper) + _forall(binders, None, names)


def _domain(symbol: str, domain: str, lower: str | None, upper: str | None) -> str:
    """``x \\ge 0``, ``x \\in \\{0, 1\\}``, ``0 \\le x \\le u,\\ x \\in \\mathbb{Z}``."""
    if domain == "binary" and lower in (None, "0") and upper in (None, "1"):
        return rf"{symbol} \in \{{0, 1\}}"
    numbers = {"binary": r"\{0, 1\}", "integer": r"\mathbb{Z}", "continuous": r"\mathbb{R}"}[domain]
    if domain == "integer" and lower == "0" and upper is None:
        return rf"{symbol} \in \mathbb{{Z}}_{{\ge 0}}"
    if lower is None and upper is None:
        return rf"{symbol} \in {numbers}"
    if lower is None:
        bounds = rf"{symbol} \le {upper}"
    elif upper is None:
        bounds = rf"{symbol} \ge {lower}"
    else:
        bounds = rf"{lower} \le {symbol} \le {upper}"
    return bounds if domain == "continuous" else rf"{bounds},\ {symbol} \in {numbers}"


def _constraint(element: Constraint, names: Names) -> str:
    binders, condition = parse_binders(element.for_each)
    relation = expression_latex(parse_expression(element.expression), names)
    if element.when is not None:
        switch = expression_latex(parse_expression(element.when), names)
        relation = rf"{switch} \implies {relation}"
    return relation + _forall(binders, condition, names)


# -- indices ----------------------------------------------------------------------------------------------------


def _forall(binders: Sequence[Binder], condition: Expression | None, names: Names) -> str:
    if not binders:
        return ""
    tail = "" if condition is None else f" : {_text(condition, names, OR)}"
    return rf" \quad \forall\, {_ranges(binders, names)}{tail}"


def _ranges(binders: Sequence[Binder], names: Names) -> str:
    """``i \\in I,\\ (j, k) \\in A``; neighbours over the same set share it: ``i, j \\in I``."""
    parts: list[tuple[list[str], str]] = []
    for binder in binders:
        inner = ", ".join(_name(name, names) for name in binder.names)
        element = inner if len(binder.names) == 1 else f"({inner})"
        if parts and parts[-1][1] == binder.set_name:
            parts[-1][0].append(element)
        else:
            parts.append(([element], binder.set_name))
    return r",\ ".join(rf"{', '.join(elements)} \in {_name(own, names)}" for elements, own in parts)


def _subscripted(name: str, indices: Sequence[Expression], names: Names) -> str:
    """``x_{ij}`` for single letters, ``x_{i,t-1}`` otherwise."""
    symbol = _name(name, names)
    if not indices:
        return symbol
    texts = [_text(index, names, ADD) for index in indices]
    separator = "" if all(len(text) == 1 for text in texts) else ","
    return rf"{symbol}_{{{separator.join(texts)}}}"


def _name(name: str, names: Names) -> str:
    return names[name] if name in names else name_latex(name)


# -- expressions ------------------------------------------------------------------------------------------------


def _text(node: Expression, names: Names, level: int) -> str:
    own, text = _written(node, names)
    return text if own >= level else rf"\left({text}\right)"


def _written(node: Expression, names: Names) -> tuple[int, str]:
    match node:
        case Number(value=value):
            return ATOM, number_latex(value)
        case Text(value=value):
            return ATOM, rf"\text{{{text_latex(value)}}}"
        case Name(name=name):
            return ATOM, _name(name, names)
        case Item(name=name, indices=indices):
            return ATOM, _subscripted(name, indices, names)
        case Negative(operand=operand):
            return SIGN, f"-{_text(operand, names, MULTIPLY)}"
        case Binary(operator="/", left=left, right=right):
            return BIG, rf"\frac{{{_text(left, names, OR)}}}{{{_text(right, names, OR)}}}"
        case Binary(operator="**", left=left, right=right):
            return POWER, f"{_text(left, names, ATOM)}^{{{_text(right, names, OR)}}}"
        case Binary(operator="*", left=left, right=right):
            return MULTIPLY, _product(left, right, names)
        case Binary(operator=operator, left=left, right=right):
            return ADD, f"{_text(left, names, ADD)} {operator} {_text(right, names, MULTIPLY)}"
        case Call(function=function, arguments=arguments):
            return _call(function, arguments, names)
        case Aggregate(function=function, body=body, binders=binders, condition=condition):
            inside = _text(body, names, MULTIPLY)
            return MULTIPLY, rf"{_BIG[function]}_{{{_under(binders, condition, names)}}} {inside}"
        case Piecewise():
            return ATOM, _piecewise(node, names)
        case Comparison(operands=operands, operators=operators):
            words = [_text(operands[0], names, ADD)]
            for comparison, operand in zip(operators, operands[1:], strict=True):
                words += [_COMPARISONS[comparison], _text(operand, names, ADD)]
            return COMPARE, " ".join(words)
        case Membership(elements=elements, set_name=set_name, negated=negated):
            inner = ", ".join(_text(element, names, ADD) for element in elements)
            element = inner if len(elements) == 1 else f"({inner})"
            sign = r"\notin" if negated else r"\in"
            return COMPARE, f"{element} {sign} {_name(set_name, names)}"
        case Junction(operator=junction, operands=operands):
            level = AND if junction == "and" else OR
            sign = r" \land " if junction == "and" else r" \lor "
            return level, sign.join(_text(operand, names, level + 1) for operand in operands)
        case Not(operand=Membership(negated=negated) as inside):
            return _written(replace(inside, negated=not negated), names)
        case Not(operand=operand):
            return NOT, rf"\lnot {_text(operand, names, ATOM)}"
    raise TypeError(f"{type(node).__name__} does not occur in formulations")


def _product(left: Expression, right: Expression, names: Names) -> str:
    """Factors side by side, with a dot where two numbers would run together."""
    first = _text(left, names, BIG if isinstance(left, Aggregate) else MULTIPLY)
    second = _text(right, names, MULTIPLY if isinstance(right, Aggregate) else BIG)
    sign = r" \cdot " if second[:1].isdigit() or (second.startswith(r"\frac{") and first[-1:].isdigit()) else r"\, "
    return f"{first}{sign}{second}"


def _call(function: str, arguments: Sequence[Expression], names: Names) -> tuple[int, str]:
    inside = ", ".join(_text(argument, names, OR) for argument in arguments)
    match function:
        case "abs":
            return ATOM, rf"\left\lvert {inside} \right\rvert"
        case "card":
            return ATOM, rf"\lvert {inside} \rvert"
        case "sqrt":
            return ATOM, rf"\sqrt{{{inside}}}"
        case "exp":
            return POWER, rf"e^{{{inside}}}"
        case "first" | "last" | "prev" | "next":
            return ATOM, rf"\mathrm{{{function}}}({inside})"
    return BIG, rf"{_FUNCTIONS[function]}\left({inside}\right)"


def _under(binders: Sequence[Binder], condition: Expression | None, names: Names) -> str:
    """What stands under a sum sign: the ranges, and the condition on a line of its own."""
    ranges = _ranges(binders, names)
    return ranges if condition is None else rf"\substack{{{ranges} \\ {_text(condition, names, OR)}}}"


def _piecewise(node: Piecewise, names: Names) -> str:
    """The segments between neighbouring points, as cases."""
    x = _text(node.argument, names, OR)
    points = rf"{_text(node.breakpoint, names, OR)},\ {_text(node.value, names, OR)}"
    where = _ranges(node.binders, names)
    if node.condition is not None:
        where += f" : {_text(node.condition, names, OR)}"
    return _segments(node, names) or rf"\mathrm{{piecewise}}\left({x};\ \left({points}\right)_{{{where}}}\right)"


def _segments(node: Piecewise, names: Names) -> str:
    """``cases`` with one line for all segments; nothing where the points run over more than one plain index."""
    if len(node.binders) != 1 or len(node.binders[0].names) != 1 or node.condition is not None:
        return ""
    (name,) = node.binders[0].names
    follow = {name: Call("next", (Name(name),))}
    at, value = node.breakpoint, node.value
    next_at, next_value = substituted(at, follow), substituted(value, follow)
    x, a = _text(node.argument, names, ADD), _text(at, names, ADD)
    slope = _text(Binary("/", Binary("-", next_value, value), Binary("-", next_at, at)), names, OR)
    offset = _text(Binary("-", node.argument, at), names, OR)
    return (
        rf"\begin{{cases}} {_text(value, names, ADD)} + {slope} \left({offset}\right), "
        rf"& {a} \le {x} \le {_text(next_at, names, ADD)},\ {_ranges(node.binders, names)} \end{{cases}}"
    )


# -- the document -----------------------------------------------------------------------------------------------

#: Tables of data longer than this are left out of the document.
MOST_ROWS = 60

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\else
\usepackage{fontspec}
\fi
\usepackage{amsmath,amssymb}
\usepackage{array,longtable}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\allowdisplaybreaks
"""


class Latex:
    name: ClassVar[str] = "latex"
    title: ClassVar[str] = "LaTeX"
    suffix: ClassVar[str] = ".tex"
    media_type: ClassVar[str] = "application/x-tex"

    def export(self, document: Document) -> str:
        """A standalone article: the five elements, and the data where they are short."""
        formulation = document.formulation
        mathematics = formulation_latex(formulation)
        title = text_latex(formulation.name) or "Optimization problem"
        lines = [PREAMBLE, rf"\title{{{title}}}", r"\author{}", r"\date{}", r"\begin{document}", r"\maketitle", ""]
        if formulation.description:
            lines += [text_latex(formulation.description), ""]
        for heading, elements in (
            ("Sets", formulation.sets),
            ("Parameters", formulation.parameters),
            ("Variables", formulation.variables),
        ):
            if elements:
                lines += [rf"\section*{{{heading}}}", *_symbols(elements, mathematics), ""]
        if formulation.objective is not None:
            lines += [r"\section*{Objective}", *_displayed(formulation.objective, mathematics), ""]
        if formulation.constraints:
            lines.append(r"\section*{Constraints}")
            for constraint in formulation.constraints:
                lines += [*_displayed(constraint, mathematics), ""]
        lines += _data(formulation, document.data)
        return "\n".join([*lines, r"\end{document}", ""])


def _symbols(elements: Sequence[Element], mathematics: Mapping[str, str]) -> list[str]:
    """A table of symbols and what they mean."""
    lines = [r"\begin{longtable}{@{}>{$\displaystyle}l<{$}@{\qquad}p{80mm}@{}}"]
    for element in elements:
        unit = text_latex(getattr(element, "unit", ""))
        meaning = text_latex(element.description) or text_latex(element.name)
        lines.append(rf"{mathematics[element.name]} & {meaning}{f' [{unit}]' if unit else ''} \\")
    return [*lines, r"\end{longtable}"]


def _displayed(element: Element, mathematics: Mapping[str, str]) -> list[str]:
    words = text_latex(element.description)
    lines = [rf"\textbf{{{text_latex(element.name)}}}{f': {words}' if words else ''}"]
    return [*lines, r"\begin{equation*}", mathematics[element.name], r"\end{equation*}"]


def _data(formulation: Formulation, data: Data) -> list[str]:
    """Members of the sets and values of the parameters, as far as they are short."""
    lines: list[str] = []
    for index_set in formulation.sets:
        members = data.sets.get(index_set.name, ())
        if members and len(members) <= MOST_ROWS:
            inside = ", ".join(_member(member) for member in members)
            lines += [rf"${name_latex(index_set.name)} = \{{${inside}$\}}$", ""]
    for parameter in formulation.parameters:
        given = data.parameters.get(parameter.name)
        symbol = name_latex(parameter.name)
        if isinstance(given, tuple) and parameter.indices:
            if given and len(given) <= MOST_ROWS:
                lines += [
                    rf"\begin{{longtable}}{{@{{}}{'l' * (len(given[0]) - 1)}r@{{}}}}",
                    rf"\multicolumn{{{len(given[0])}}}{{@{{}}l}}{{${symbol}$}} \\ \hline",
                    *(" & ".join([*map(_member, record[:-1]), _value(record[-1])]) + r" \\" for record in given),
                    r"\end{longtable}",
                    "",
                ]
        elif isinstance(given, int | float):
            lines += [rf"${symbol} = {number_latex(given)}$", ""]
    return [r"\section*{Data}", *lines] if lines else []


def _member(member: Member | tuple[Member, ...] | float) -> str:
    if isinstance(member, tuple):
        return f"({', '.join(map(_member, member))})"
    return text_latex(str(member))


def _value(value: Member | float) -> str:
    return f"${number_latex(value)}$" if isinstance(value, int | float) else text_latex(value)
