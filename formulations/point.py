"""A formulation at a point: every bound index is an axis of a dense array, and expressions are arrays over the axes."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formulations.data import IndexSet, Instance, Universe
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
    walk,
)
from formulations.parse import parse_index
from formulations.program import Flags, Floats

#: Entries of the largest dense array that a slice of a template may need.
_SLICE = 20_000_000

_COMPARE = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "!=": operator.ne,
}


class EvaluationError(ValueError):
    """The point does not fit the formulation: a variable is missing or has the wrong shape."""


@dataclass(frozen=True, eq=False)
class Axis:
    """An index name on an axis: the axis number, the member codes along it, their universe and the whole set."""

    number: int
    codes: NDArray[np.int64]
    universe: Universe
    home: IndexSet


@dataclass(frozen=True, eq=False)
class Scope:
    """Bound names and the lengths of the axes so far.

    Values in a scope have ``len(shape)`` axes, each of the full length or of length 1.
    """

    names: Mapping[str, Axis] = field(default_factory=dict)
    shape: tuple[int, ...] = ()

    def along(self, axis: int, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """One value per position of an axis, shaped to broadcast in this scope."""
        return values.reshape(tuple(-1 if k == axis else 1 for k in range(len(self.shape))))


def extended(point: Point, scope: Scope, binders: tuple[Binder, ...], part: slice = slice(None)) -> Scope:
    """The scope with one more axis for each binder; ``part`` restricts the first of them."""
    names, shape = dict(scope.names), scope.shape
    for number, binder in enumerate(binders):
        index_set = point.instance.sets[binder.set_name]
        codes = index_set.codes[part] if number == 0 else index_set.codes
        for dimension, name in enumerate(binder.names):
            names[name] = Axis(len(shape), codes[:, dimension], index_set.universes[dimension], index_set)
        shape = (*shape, len(codes))
    return Scope(names, shape)


def slices(point: Point, binders: tuple[Binder, ...], expressions: tuple[Expression, ...]) -> Iterator[Scope]:
    """The scope of the binders, in slices of the first set such that dense arrays stay of bounded size."""
    if not binders:
        yield Scope()
        return
    sizes = [max(1, len(point.instance.sets[binder.set_name])) for binder in binders]
    inner = max((point.spread(expression) for expression in expressions), default=1)
    step = max(1, _SLICE // max(1, math.prod(sizes[1:]) * inner))
    for start in range(0, len(point.instance.sets[binders[0].set_name]), step):
        yield extended(point, Scope(), binders, slice(start, start + step))


@dataclass(frozen=True, eq=False)
class Point:
    """An instance and the values of its variables."""

    instance: Instance
    values: Mapping[str, Floats]
    tables: dict[str, tuple[Floats, tuple[IndexSet, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        formulation = self.instance.formulation
        tables: dict[str, tuple[Floats, tuple[IndexSet, ...]]] = {}
        for parameter in formulation.parameters:
            sets = self.instance.index_sets(parameter.indices)
            tables[parameter.name] = (self.instance.parameters[parameter.name], sets)
        for variable in formulation.variables:
            sets = self.instance.index_sets(parse_index(text).set_name for text in variable.indices)
            shape = tuple(len(index_set) for index_set in sets)
            if variable.name not in self.values:
                raise EvaluationError(f"no values for variable '{variable.name}'")
            array = np.asarray(self.values[variable.name], dtype=float)
            if array.shape != shape:
                raise EvaluationError(f"variable '{variable.name}' has shape {array.shape} instead of {shape}")
            tables[variable.name] = (array, sets)
        object.__setattr__(self, "tables", tables)

    def spread(self, node: Expression) -> int:
        """The largest product of set sizes that nested sums of an expression run over."""
        inner = max((self.spread(part) for part in _parts(node)), default=1)
        match node:
            case Aggregate(binders=binders) | Piecewise(binders=binders):
                return inner * math.prod(max(1, len(self.instance.sets[binder.set_name])) for binder in binders)
            case _:
                return inner

    # -- numbers ----------------------------------------------------------------------------------------------

    def value(self, node: Expression, scope: Scope) -> Floats:
        """The value with one axis per axis of the scope; NaN where it is undefined."""
        with np.errstate(all="ignore"):
            match node:
                case Number(value=value):
                    return np.full((1,) * len(scope.shape), value)
                case Name(name=name) if name in scope.names:
                    return self._member_numbers(scope.names[name].universe, self.codes(node, scope)[0])
                case Name(name=name):
                    return self._table(name, (), scope)
                case Item(name=name, indices=indices):
                    return self._table(name, indices, scope)
                case Negative(operand=operand):
                    return -self.value(operand, scope)
                case Binary(operator="+", left=left, right=right):
                    return self.value(left, scope) + self.value(right, scope)
                case Binary(operator="-", left=left, right=right):
                    return self.value(left, scope) - self.value(right, scope)
                case Binary(operator="*", left=left, right=right):
                    return self.value(left, scope) * self.value(right, scope)
                case Binary(operator="/", left=left, right=right):
                    return self.value(left, scope) / self.value(right, scope)
                case Binary(left=left, right=right):
                    return np.float_power(self.value(left, scope), self.value(right, scope))
                case Call(function="card", arguments=(Name(name=name),)):
                    return np.full((1,) * len(scope.shape), float(len(self.instance.sets[name])))
                case Call(function="first" | "last" | "prev" | "next"):
                    codes, universe = self.codes(node, scope)
                    return self._member_numbers(universe, codes)
                case Call(function="min", arguments=arguments):
                    return folded(np.minimum, [self.value(argument, scope) for argument in arguments])
                case Call(function="max", arguments=arguments):
                    return folded(np.maximum, [self.value(argument, scope) for argument in arguments])
                case Call(function=function, arguments=(argument,)):
                    return np.asarray(getattr(np, function)(self.value(argument, scope)))
                case Aggregate():
                    return self._aggregate(node, scope)
                case Piecewise():
                    return self._piecewise(node, scope)
                case _:
                    raise EvaluationError("a condition stands where a number is needed")

    def _member_numbers(self, universe: Universe, codes: NDArray[np.int64]) -> Floats:
        if universe.numbers is None or not len(universe.numbers):
            raise EvaluationError(f"members of '{universe.name}' are words, not numbers")
        return np.where(codes >= 0, universe.numbers[codes], np.nan)

    def _table(self, name: str, indices: tuple[Expression, ...], scope: Scope) -> Floats:
        array, sets = self.tables[name]
        if not sets:
            return np.full((1,) * len(scope.shape), float(array))
        places = []
        start = 0
        outside: Flags = np.asarray(False)
        for index_set in sets:
            parts = indices[start : start + index_set.dimension]
            place = self._place(index_set, parts, scope)
            outside = outside | (place < 0)
            places.append(place)
            start += index_set.dimension
        if array.size == 0:
            return np.full(outside.shape, np.nan)
        found = array[tuple(np.maximum(place, 0) for place in places)]
        return np.where(outside, np.nan, found) if outside.any() else found

    def _place(self, index_set: IndexSet, parts: tuple[Expression, ...], scope: Scope) -> NDArray[np.int64]:
        """Positions in a set of the members that index expressions name; -1 outside."""
        columns = []
        for part, universe in zip(parts, index_set.universes, strict=True):
            codes, source = self.codes(part, scope, universe)
            columns.append(_recode(codes, source, universe))
        if len(columns) == 1 and index_set.spans_universe:
            return columns[0]
        # A plain dictionary of members, on purpose different from the sorted keys that grounding uses.
        table = {tuple(key): position for position, key in enumerate(index_set.codes.tolist())}
        joined = np.broadcast_arrays(*columns)
        flat = [table.get(key, -1) for key in zip(*(column.ravel().tolist() for column in joined), strict=True)]
        return np.array(flat, dtype=np.int64).reshape(joined[0].shape)

    def _aggregate(self, node: Aggregate, scope: Scope) -> Floats:
        first = self.instance.sets[node.binders[0].set_name]
        others = math.prod(max(1, len(self.instance.sets[b.set_name])) for b in node.binders[1:])
        width = math.prod(scope.shape) * others * self.spread(node.body)
        step = max(1, _SLICE // max(1, width))
        neutral = {"sum": 0.0, "prod": 1.0, "min": np.inf, "max": -np.inf}[node.function]
        reduce = {"sum": np.add, "prod": np.multiply, "min": np.minimum, "max": np.maximum}[node.function]
        result = np.full(scope.shape, neutral)
        for start in range(0, len(first), step):
            inner = extended(self, scope, node.binders, slice(start, start + step))
            body = self.value(node.body, inner)
            if node.condition is not None:
                body = np.where(self.truth(node.condition, inner), body, neutral)
            axes = tuple(range(len(scope.shape), len(inner.shape)))
            result = reduce(result, reduce.reduce(np.broadcast_to(body, inner.shape), axis=axes))
        if node.function in ("min", "max"):
            # The extremum of nothing is not a number.
            result = np.where(np.isinf(result), np.nan, result)
        return np.asarray(result)

    def _piecewise(self, node: Piecewise, scope: Scope) -> Floats:
        argument = np.broadcast_to(self.value(node.argument, scope), scope.shape)
        inner = extended(self, scope, node.binders)
        xs = np.broadcast_to(self.value(node.breakpoint, inner), inner.shape)
        ys = np.broadcast_to(self.value(node.value, inner), inner.shape)
        kept = (
            np.broadcast_to(self.truth(node.condition, inner), inner.shape)
            if node.condition is not None
            else np.ones(inner.shape, dtype=bool)
        )
        result = np.empty(scope.shape)
        for place in np.ndindex(scope.shape):
            own = kept[place]
            # Rounding at the ends of the range must not make the value undefined.
            low, high = xs[place][own].min(), xs[place][own].max()
            slack = 1e-6 * max(1.0, abs(low), abs(high))
            inside = low - slack <= argument[place] <= high + slack
            result[place] = np.interp(argument[place], xs[place][own], ys[place][own]) if inside else np.nan
        return result

    # -- members and conditions -------------------------------------------------------------------------------

    def codes(
        self, node: Expression, scope: Scope, wanted: Universe | None = None
    ) -> tuple[NDArray[np.int64], Universe]:
        """Member codes of an index expression, and the universe they are codes of."""
        match node:
            case Name(name=name) if name in scope.names:
                axis = scope.names[name]
                return scope.along(axis.number, axis.codes), axis.universe
            case Call(function="prev" | "next" as function, arguments=(Name(name=name),)) if name in scope.names:
                axis = scope.names[name]
                step = -1 if function == "prev" else 1
                order = axis.home.codes[:, 0].tolist()
                successor = {code: order[k + step] for k, code in enumerate(order) if 0 <= k + step < len(order)}
                stepped = np.array([successor.get(code, -1) for code in axis.codes.tolist()], dtype=np.int64)
                return scope.along(axis.number, stepped), axis.universe
            case Call(function="first" | "last" as function, arguments=(Name(name=name),)):
                index_set = self.instance.sets[name]
                code = int(index_set.codes[0 if function == "first" else -1, 0]) if len(index_set) else -1
                return np.full((1,) * len(scope.shape), code), index_set.universes[0]
            case Text(value=value) if wanted is not None:
                return np.full((1,) * len(scope.shape), wanted.codes.get(value, -1)), wanted
            case _ if wanted is not None:
                numbers = self.value(node, scope)
                flat = [wanted.codes.get(int(v), -1) if v == round(v) else -1 for v in numbers.ravel().tolist()]
                return np.array(flat, dtype=np.int64).reshape(numbers.shape), wanted
            case _:
                raise EvaluationError("an index expression without a set to look it up in")

    def truth(self, node: Expression, scope: Scope) -> Flags:
        """Where a condition holds, one axis per axis of the scope."""
        match node:
            case Junction(operator="and", operands=operands):
                return _all([self.truth(operand, scope) for operand in operands])
            case Junction(operands=operands):
                return ~_all([~self.truth(operand, scope) for operand in operands])
            case Not(operand=operand):
                return ~self.truth(operand, scope)
            case Membership(elements=elements, set_name=name, negated=negated):
                inside = self._place(self.instance.sets[name], elements, scope) >= 0
                return ~inside if negated else inside
            case Comparison(operands=operands, operators=operators):
                pairs = zip(operands, operators, operands[1:], strict=False)
                parts = [self._compare(a, symbol, b, scope) for a, symbol, b in pairs]
                return _all(parts)
            case _:
                raise EvaluationError("a number stands where a condition is needed")

    def _compare(self, left: Expression, symbol: str, right: Expression, scope: Scope) -> Flags:
        universe = self._words(left, right, scope) or self._words(right, left, scope)
        if universe is None:
            a, b = self.value(left, scope), self.value(right, scope)
            known = ~(np.isnan(a) | np.isnan(b))
        else:
            codes = [_recode(*self.codes(side, scope, universe), universe) for side in (left, right)]
            a, b = codes[0].astype(float), codes[1].astype(float)
            known = (a >= 0) & (b >= 0)
        if symbol == "!=" and universe is not None:
            differs: Flags = np.logical_not(known & (a == b))
            return differs
        held: Flags = np.logical_and(known, _COMPARE[symbol](a, b))
        return held

    def _words(self, node: Expression, other: Expression, scope: Scope) -> Universe | None:
        match node:
            case Name(name=name) | Call(function="prev" | "next", arguments=(Name(name=name),)) if name in scope.names:
                universe = scope.names[name].universe
            case Call(function="first" | "last", arguments=(Name(name=name),)):
                universe = self.instance.sets[name].universes[0]
            case _:
                return None
        return universe if universe.numbers is None or isinstance(other, Text) else None

    # -- constraints ------------------------------------------------------------------------------------------

    def violation(self, node: Comparison, scope: Scope) -> Floats:
        """How far a comparison is missed; infinite where a side has no value."""
        parts = []
        for left, symbol, right in zip(node.operands, node.operators, node.operands[1:], strict=False):
            difference = self.value(left, scope) - self.value(right, scope)
            missed = {"<=": difference, ">=": -difference, "==": np.abs(difference)}[symbol]
            parts.append(np.where(np.isnan(difference), np.inf, np.maximum(missed, 0.0)))
        return folded(np.maximum, parts)

    def switched_on(self, node: Expression, scope: Scope) -> Flags:
        """Where ``y[i] == 1`` holds, the variable rounded to the nearest integer."""
        match node:
            case Comparison(operands=(switch, Number(value=value)), operators=("==",)):
                on: Flags = np.round(self.value(switch, scope)) == value
                return on
            case _:
                raise EvaluationError("an indicator is not of the form `y[i] == 1`")


def _recode(codes: NDArray[np.int64], source: Universe, target: Universe) -> NDArray[np.int64]:
    if source is target:
        return codes
    table = np.array([target.codes.get(member, -1) for member in source.members] or [-1], dtype=np.int64)
    return np.where(codes >= 0, table[np.maximum(codes, 0)], -1)


def _all(parts: list[Flags]) -> Flags:
    result: Flags = parts[0]
    for part in parts[1:]:
        result = np.logical_and(result, part)
    return result


def folded(combine: np.ufunc, parts: list[Floats]) -> Floats:
    result = parts[0]
    for part in parts[1:]:
        result = combine(result, part)
    return np.asarray(result, dtype=float)


def _parts(node: Expression) -> list[Expression]:
    parts = list(walk(node))[1:]
    # Only the outermost aggregates below a node count; ``spread`` recurses from there.
    inner: list[Expression] = []
    covered: set[int] = set()
    for part in parts:
        if id(part) in covered:
            continue
        if isinstance(part, Aggregate | Piecewise):
            inner.append(part)
            covered.update(id(below) for below in walk(part))
    return inner
