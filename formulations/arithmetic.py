"""Operators and functions on arrays of numbers; what is undefined is infinite or NaN, without a warning."""

from __future__ import annotations

import numpy as np

from formulations.program import Floats


def arithmetic(operator: str, a: Floats, b: Floats) -> Floats:
    """``a operator b`` elementwise; undefined results are infinite or NaN, without a warning."""
    with np.errstate(all="ignore"):
        match operator:
            case "+":
                return np.asarray(a + b)
            case "-":
                return np.asarray(a - b)
            case "*":
                return np.asarray(a * b)
            case "/":
                return np.asarray(np.divide(a, b))
            case _:
                return np.asarray(np.power(np.asarray(a, dtype=float), b))


def elementary(function: str, arguments: list[Floats]) -> Floats:
    """A named function elementwise; undefined results are infinite or NaN, without a warning."""
    with np.errstate(all="ignore"):
        match function:
            case "min":
                return np.asarray(_folded(np.minimum, arguments))
            case "max":
                return np.asarray(_folded(np.maximum, arguments))
            case _:
                return np.asarray(getattr(np, function)(arguments[0]))


def _folded(combine: np.ufunc, parts: list[Floats]) -> Floats:
    result = parts[0]
    for part in parts[1:]:
        result = combine(result, part)
    return result
