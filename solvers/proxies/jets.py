"""Values with first and second derivatives, carried through an expression from its leaves up.

The numbers inside a jet are torch tensors (to climb and to train) or ``Enclosure``s (to certify): one evaluation for
both. Source: Griewank & Walther (2008), Evaluating Derivatives, ch. 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.intervals import fold
from formulations.program import Floats
from solvers.proxies.torch_gate import load_torch

#: Roundings granted to an elementary function: libraries stay within a few units in the last place.
_LIBRARY = 16
_UNIT = 2.0**-53
_GROWTH = 1.0 + 2.0**-40


class UnsupportedFunctionError(ValueError):
    """An expression has a function without a rule for its derivatives: ``str`` names it."""


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Numbers known up to an absolute error, arrays of one shape; undefined numbers stay undefined (NaN)."""

    value: Floats
    error: Floats

    def __add__(self, other: Enclosure) -> Enclosure:
        value = self.value + other.value
        return Enclosure(value, (self.error + other.error + _UNIT * np.abs(value)) * _GROWTH)

    def __mul__(self, other: Enclosure) -> Enclosure:
        with np.errstate(invalid="ignore", over="ignore"):
            value = self.value * other.value
            spread = np.abs(self.value) * other.error + (np.abs(other.value) + other.error) * self.error
            error = (spread + _UNIT * np.abs(value)) * _GROWTH + 1e-300
        return Enclosure(value, error)

    def __neg__(self) -> Enclosure:
        return Enclosure(-self.value, self.error)


def exactly(value: Floats) -> Enclosure:
    """Numbers that are what they are."""
    return Enclosure(value, np.zeros_like(value))


_Triple = tuple[Any, Any, Any]
#: f, f', f'' of functions that are monotone with monotone f' on each side of zero, and of powers.
_RULES: Mapping[str, Callable[[Any, Any, float], _Triple]] = {
    "exp": lambda xp, v, p: (xp.exp(v), xp.exp(v), xp.exp(v)),
    "log": lambda xp, v, p: (xp.log(v), 1 / v, -1 / v**2),
    "sqrt": lambda xp, v, p: (xp.sqrt(v), 0.5 / xp.sqrt(v), -0.25 / (v * xp.sqrt(v))),
    "inverse": lambda xp, v, p: (1 / v, -1 / v**2, 2 / v**3),
    "abs": lambda xp, v, p: (xp.abs(v), xp.sign(v), xp.zeros_like(v)),
    "power": lambda xp, v, p: (v**p, p * v ** (p - 1), p * (p - 1) * v ** (p - 2)),
}
#: Beyond a pole, or outside of the domain, there is no enclosure.
_POLES = ("inverse", "log", "sqrt")


def _unary(rule: str, value: Any, power: float = 0.0) -> _Triple:
    if not isinstance(value, Enclosure):
        return _RULES[rule](load_torch(), value, power)
    with np.errstate(all="ignore"):
        low, high = value.value - value.error * _GROWTH, value.value + value.error * _GROWTH
        parts = [_RULES[rule](np, point, power) for point in (low, value.value, high)]
        whole = power == np.floor(power) and power >= 0
        split = (low <= 0) & (high >= 0) if rule == "inverse" or (rule == "power" and not whole) else low < 0
        bad = split if rule in _POLES or (rule == "power" and not whole) else np.zeros(low.shape, dtype=bool)
    low_part, middle, high_part = parts
    return (
        _between(low_part[0], middle[0], high_part[0], bad),
        _between(low_part[1], middle[1], high_part[1], bad),
        _between(low_part[2], middle[2], high_part[2], bad),
    )


def _between(low: Floats, middle: Floats, high: Floats, bad: Any) -> Enclosure:
    with np.errstate(invalid="ignore"):
        spread = np.maximum(np.abs(low - middle), np.abs(high - middle))
        size = np.maximum(np.abs(low), np.maximum(np.abs(middle), np.abs(high)))
        error = (spread + _LIBRARY * _UNIT * size) * _GROWTH
    return Enclosure(middle, np.where(bad, np.nan, error))


@dataclass(frozen=True, eq=False)
class Jet:
    """``gradient[a]`` and ``hessian[a, b]`` (a <= b) by local column; what is not there is zero."""

    value: Any
    gradient: Mapping[int, Any]
    hessian: Mapping[tuple[int, int], Any]

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, _added(self.gradient, other.gradient), _added(self.hessian, other.hessian))

    def __neg__(self) -> Jet:
        return Jet(
            -self.value,
            {a: -part for a, part in self.gradient.items()},
            {ab: -part for ab, part in self.hessian.items()},
        )

    def __mul__(self, other: Jet) -> Jet:
        gradient = _added(_times(self.gradient, other.value), _times(other.gradient, self.value))
        hessian = _added(_times(self.hessian, other.value), _times(other.hessian, self.value))
        for a, left in self.gradient.items():
            for b, right in other.gradient.items():
                term = left * right
                hessian = _added(hessian, {(min(a, b), max(a, b)): term + term if a == b else term})
        return Jet(self.value * other.value, gradient, hessian)

    def through(self, rule: str, power: float = 0.0) -> Jet:
        """The function of a rule applied to the jet."""
        f, slope, bend = _unary(rule, self.value, power)
        hessian: Mapping[tuple[int, int], Any] = _times(self.hessian, slope)
        for a, left in self.gradient.items():
            for b, right in self.gradient.items():
                if a <= b:
                    hessian = _added(hessian, {(a, b): bend * left * right})
        return Jet(f, _times(self.gradient, slope), hessian)


def _added(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> dict[Any, Any]:
    result = dict(left)
    for key, part in right.items():
        result[key] = result[key] + part if key in result else part
    return result


def _times(parts: Mapping[Any, Any], factor: Any) -> dict[Any, Any]:
    return {key: part * factor for key, part in parts.items()}


def jet(template: Expression, columns: list[Any], numbers: list[Any], one: Any) -> Jet:
    """The jet of an expression whose k-th Number stands for ``numbers[k]`` and Column(a) for ``columns[a]``.

    ``one`` is the derivative of a column by itself. Raises UnsupportedFunctionError.
    """
    pending = iter(numbers)

    def combine(node: Expression, arguments: tuple[Jet, ...]) -> Jet:
        match node:
            case Number():
                return Jet(next(pending), {}, {})
            case Column(index=index):
                return Jet(columns[index], {index: one}, {})
            case Negative():
                return -arguments[0]
            case Binary(operator="+"):
                return arguments[0] + arguments[1]
            case Binary(operator="-"):
                return arguments[0] + -arguments[1]
            case Binary(operator="*"):
                return arguments[0] * arguments[1]
            case Binary(operator="/"):
                return arguments[0] * arguments[1].through("inverse")
            case Binary(operator="**", right=Number(value=power)):
                return arguments[0].through("power", power)
            case Binary(operator="**", right=Negative(operand=Number(value=power))):
                return arguments[0].through("power", -power)
            case Call(function="exp" | "log" | "sqrt" | "abs" as function):
                return arguments[0].through(function)
        name = node.function if isinstance(node, Call) else "**" if isinstance(node, Binary) else type(node).__name__
        raise UnsupportedFunctionError(f"proxies have no rule for '{name}' with these arguments")

    return fold(template, combine)
