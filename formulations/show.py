"""A Program as readable algebra, under the labels its columns and rows carry."""

from __future__ import annotations

import math

import numpy as np

from formulations.affine import Terms, objective_terms, row_terms, split
from formulations.expression import Binary, Call, Column, Expression, Name, Negative, Number
from formulations.printing import to_text
from formulations.program import Labels, Program

#: Significant digits of a coefficient: enough to tell numbers apart, too few to show rounding.
DIGITS = 12


def show(program: Program, *, rows: int | None = None) -> str:
    """The whole program, one line per row and per bounded column; at most ``rows`` rows if given.

    >>> print(show(program))
    maximize 5*make['large'] + 3*make['medium']
    subject to
      dough: 12*make['large'] + 8*make['medium'] <= 500
    bounds
      make['large'] >= 0
      make['medium'] >= 0
    integer make['large'], make['medium']
    """
    lines = [f"{program.sense} {show_terms(objective_terms(program), program.columns)}"]
    count = program.row_count if rows is None else min(rows, program.row_count)
    if count:
        lines.append("subject to")
        lines += [f"  {program.rows[row]}: {show_row(program, row)}" for row in range(count)]
    if count < program.row_count:
        lines.append(f"  ... {program.row_count - count} more rows")
    bounds = [show_bounds(program, j) for j in range(program.column_count) if not _is_binary(program, j)]
    lines += ["bounds", *(f"  {text}" for text in bounds)] if bounds else []
    whole = np.flatnonzero(program.integer).tolist()
    for word, columns in (
        ("integer", [j for j in whole if not _is_binary(program, j)]),
        ("binary", [j for j in whole if _is_binary(program, j)]),
    ):
        if columns:
            lines.append(f"{word} {', '.join(program.columns[j] for j in columns)}")
    return "\n".join(lines)


def show_row(program: Program, row: int, *, lower: bool = True, upper: bool = True, terms: int | None = None) -> str:
    """``2*x + y <= 3``, with the condition of an indicator row in front.

    ``lower`` or ``upper`` False leaves that side out; at most ``terms`` terms are written.
    """
    body = show_terms(row_terms(program, row), program.columns, limit=terms)
    low, high = float(program.row_lower[row]), float(program.row_upper[row])
    text = _between(body, low if lower else -math.inf, high if upper else math.inf)
    indicator = program.indicators.get(row)
    if indicator is None:
        return text
    return f"if {program.columns[indicator.column]} == {int(indicator.value)} then {text}"


def show_bounds(program: Program, column: int) -> str:
    """``0 <= x <= 10``, ``x free``."""
    return _between(program.columns[column], float(program.column_lower[column]), float(program.column_upper[column]))


def show_terms(terms: Terms, columns: Labels, *, limit: int | None = None) -> str:
    """A sum in the notation of formulations: linear, quadratic, other terms, then the constant.

    Of more than ``limit`` terms the rest is counted.
    """
    parts: list[tuple[float, Expression]] = [(c, Name(columns[j])) for j, c in sorted(terms.linear.items())]
    parts += [(c, _monomial(columns[i], columns[j])) for (i, j), c in sorted(terms.quadratic.items())]
    parts += [(c, named(expression, columns)) for c, expression in terms.residual]
    shown = len(parts) if limit is None else limit
    texts = [_term(c, expression) for c, expression in parts[:shown]]
    if len(parts) > shown:
        texts.append(f"({len(parts) - shown} more terms)")
    if terms.constant or not texts:
        texts.append(show_number(terms.constant))
    return texts[0] + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])


def named(expression: Expression, columns: Labels) -> Expression:
    """The expression with labels in place of columns, its sums in normal order, ready to be printed."""
    match expression:
        case Column(index=index):
            return Name(columns[index])
        case Number(value=value):
            return _literal(value)
        case Negative() | Binary(operator="+" | "-"):
            return Name(show_terms(split(expression), columns))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, _bracketed(left, columns), _bracketed(right, columns))
        case Call(function="piecewise", arguments=(argument, *points)):
            pairs = zip(points[::2], points[1::2], strict=True)
            listed = ", ".join(f"({to_text(named(at, columns))}, {to_text(named(to, columns))})" for at, to in pairs)
            return Name(f"piecewise({_argument(argument, columns)}, [{listed}])")
        case Call(function=function, arguments=arguments):
            return Call(function, tuple(Name(_argument(argument, columns)) for argument in arguments))
    return expression


def show_number(value: float) -> str:
    """Without rounding dust: ``3``, ``0.1``, ``1e+20``, ``-inf``."""
    if not math.isfinite(value):
        return "inf" if value > 0 else "-inf" if value < 0 else "nan"
    return f"{value or 0.0:.{DIGITS}g}"  # no -0


def _argument(expression: Expression, columns: Labels) -> str:
    return show_terms(split(expression), columns)


def _bracketed(expression: Expression, columns: Labels) -> Expression:
    """An operand of a product, quotient or power; sums keep their brackets."""
    terms = split(expression)
    count = len(terms.linear) + len(terms.quadratic) + len(terms.residual) + bool(terms.constant)
    if count > 1 or isinstance(expression, Negative):
        return Name(f"({show_terms(terms, columns)})")
    return named(expression, columns)


def _term(coefficient: float, expression: Expression) -> str:
    text = to_text(expression)
    if abs(coefficient) == 1:
        return text if coefficient > 0 else f"-{text}"
    return f"{show_number(coefficient)}*{text}"


def _monomial(left: str, right: str) -> Expression:
    return Binary("**", Name(left), Number(2.0)) if left == right else Binary("*", Name(left), Name(right))


def _literal(value: float) -> Expression:
    return Name(show_number(value))


def _between(body: str, lower: float, upper: float) -> str:
    if lower == upper:
        return f"{body} == {show_number(upper)}"
    if math.isinf(lower) and math.isinf(upper):
        return f"{body} free"
    if math.isinf(lower):
        return f"{body} <= {show_number(upper)}"
    if math.isinf(upper):
        return f"{body} >= {show_number(lower)}"
    return f"{show_number(lower)} <= {body} <= {show_number(upper)}"


def _is_binary(program: Program, column: int) -> bool:
    return bool(program.integer[column] and program.column_lower[column] == 0 and program.column_upper[column] == 1)
