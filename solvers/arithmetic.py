"""Grounded expressions in the objects of another library, by Python's operators."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from solvers.solver import UnsupportedProgramError

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def applied(
    node: Expression, arguments: Sequence[Any], columns: Any, functions: Mapping[str, Callable[[Any], Any]]
) -> Any:
    """One node of a grounded expression over its arguments, for ``formulations.intervals.fold``.

    columns: what stands for each column. Raises UnsupportedProgramError for a function that is not in ``functions``.
    """
    match node:
        case Number(value=value):
            return value
        case Column(index=index):
            return columns[index]
        case Negative():
            return -arguments[0]
        case Binary(operator=word):
            return _OPERATORS[word](*arguments)
        case Call(function=function):
            if function not in functions:
                raise UnsupportedProgramError(f"the solver's library has no function '{function}': rewrite it first")
            return functions[function](arguments[0])
    raise TypeError(f"{type(node).__name__} does not occur in grounded expressions")
