"""What data-only expressions, index expressions and conditions are worth in the lanes of a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulations.arithmetic import arithmetic, elementary
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
    Text,
)
from formulations.frames import Frame, GroundingError
from formulations.growth import extend
from formulations.instance import IndexSet, Instance, Universe
from formulations.program import Flags, Floats, Integers
from formulations.terms import Lanes

_COMPARE = {
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "==": np.equal,
    "<": np.less,
    ">": np.greater,
    "!=": np.not_equal,
}


@dataclass(frozen=True, eq=False)
class Reading:
    """What is needed to give data-only expressions a value: the instance, and where we are for messages."""

    instance: Instance
    place: str
    text: str

    def error(self, node: Expression | Binder, reason: str, hint: str = "") -> GroundingError:
        return GroundingError(self.place, self.text, reason, at=node.at, hint=hint)

    def index_set(self, name: str, node: Expression | Binder) -> IndexSet:
        if name not in self.instance.sets:
            raise self.error(node, f"'{name}' is not a set", "declare it, or correct its name")
        return self.instance.sets[name]

    def extend(self, frame: Frame, binders: tuple[Binder, ...], condition: Expression | None) -> tuple[Frame, Lanes]:
        """The frame with the binders' names bound, and the lane of ``frame`` each new lane belongs to."""
        return extend(self, frame, binders, condition)

    # -- values -----------------------------------------------------------------------------------------------

    def codes(self, node: Expression, frame: Frame, universe: Universe) -> Integers:
        """The codes in ``universe`` of an index expression, -1 where it names no member: shape (lanes,)."""
        match node:
            case Name(name=name) if name in frame.bound:
                return _translated(frame.bound[name].codes, frame.bound[name].universe, universe)
            case Text(value=value):
                return np.full(frame.size, universe.codes.get(value, -1), dtype=np.int64)
            case Call(function="first" | "last" as function, arguments=(Name(name=name),)):
                index_set = self.index_set(name, node)
                if not len(index_set) or index_set.dimension != 1:
                    return np.full(frame.size, -1, dtype=np.int64)
                end = index_set.codes[0 if function == "first" else -1, 0]
                return _translated(np.full(frame.size, end), index_set.universes[0], universe)
            case Call(function="prev" | "next" as function, arguments=(Name(name=name),)) if name in frame.bound:
                entry = frame.bound[name]
                if entry.home.dimension != 1:
                    raise self.error(node, f"{function} needs an index of a set of single members")
                places = entry.home.positions((entry.codes,)) + (1 if function == "next" else -1)
                inside = (places >= 0) & (places < len(entry.home))
                stepped = entry.home.codes[np.where(inside, places, 0), 0]
                return _translated(np.where(inside, stepped, -1), entry.universe, universe)
            case _:
                return universe.codes_of_numbers(np.broadcast_to(self.number(node, frame), frame.size))

    def number(self, node: Expression, frame: Frame, *, lenient: bool = False) -> Floats:
        """The values of a data-only expression, broadcastable to (lanes,).

        ``lenient`` gives NaN where an index leaves its set (inside conditions) instead of GroundingError.
        """
        if isinstance(node, Number):
            return np.asarray(node.value)
        axes = frame.mentioned(node)
        if len(axes) == len(frame.axes) or not frame.size:
            return self._number(node, frame, lenient)
        part = frame.along(axes)
        values = self._number(node, part, lenient)
        return frame.spread(np.broadcast_to(values, part.size), axes) if axes else values.reshape(())

    def _number(self, node: Expression, frame: Frame, lenient: bool) -> Floats:
        match node:
            case Number(value=value):
                return np.asarray(value)
            case Name(name=name) if name in frame.bound:
                numbers = frame.bound[name].universe.numbers
                if numbers is None:
                    raise self.error(
                        node,
                        f"index '{name}' is not a number: its members are words",
                        "use a parameter indexed by it",
                    )
                return numbers[frame.bound[name].codes]
            case Name(name=name):
                return self._entries(name, (), node, frame, lenient)
            case Item(name=name, indices=indices):
                return self._entries(name, indices, node, frame, lenient)
            case Negative(operand=operand):
                return -self.number(operand, frame, lenient=lenient)
            case Binary(operator=operator, left=left, right=right):
                a = self.number(left, frame, lenient=lenient)
                b = self.number(right, frame, lenient=lenient)
                return self.defined(node, frame, arithmetic(operator, a, b), lenient)
            case Call(function="card", arguments=(Name(name=name),)):
                return np.asarray(float(len(self.index_set(name, node))))
            case Call(function="first" | "last" | "prev" | "next" as function, arguments=(Name(name=name),)):
                home = frame.bound[name].universe if name in frame.bound else self.index_set(name, node).universes[0]
                if home.numbers is None:
                    raise self.error(node, f"{function}({name}) is not a number: the members are words")
                codes = self.codes(node, frame, home)
                values = np.where(codes >= 0, home.numbers[codes] if len(home.numbers) else np.nan, np.nan)
                return self.defined(node, frame, values, lenient)
            case Call(function=function, arguments=arguments):
                parts = [self.number(argument, frame, lenient=lenient) for argument in arguments]
                return self.defined(node, frame, elementary(function, parts), lenient)
            case Aggregate(function=function, body=body, binders=binders, condition=condition):
                inner, parents = self.extend(frame, binders, condition)
                values = np.broadcast_to(self.number(body, inner, lenient=lenient), inner.size)
                return self.reduced(node, function, values, parents, frame)
            case _:
                raise self.error(node, "is not a number", "comparisons belong into conditions")

    def reduced(self, node: Expression, function: str, values: Floats, parents: Lanes, frame: Frame) -> Floats:
        """Values of the inner lanes combined for each outer lane: shape (frame.size,)."""
        if function == "sum":
            return np.bincount(parents.all, weights=values, minlength=frame.size).astype(float)
        if function == "prod":
            result = np.ones(frame.size)
            np.multiply.at(result, parents.all, values)
            return result
        lanes = np.bincount(parents.all, minlength=frame.size)
        if (lanes == 0).any():
            where = frame.describe(int(np.argmin(lanes)))
            raise self.error(node, f"{function} of nothing" + (f" (at {where})" if where else ""))
        result = np.full(frame.size, np.inf if function == "min" else -np.inf)
        (np.minimum if function == "min" else np.maximum).at(result, parents.all, values)
        return result

    def _entries(
        self, name: str, indices: tuple[Expression, ...], node: Expression, frame: Frame, lenient: bool
    ) -> Floats:
        if name not in self.instance.parameters:
            raise self.error(node, f"'{name}' is not a parameter or a bound index", "declare it, or correct its name")
        values = self.instance.parameters[name]
        declared = next(p.indices for p in self.instance.formulation.parameters if p.name == name)
        sets = self.instance.index_sets(declared)
        if not sets and not indices:
            return values
        positions = self.positions(node, indices, sets, frame, lenient=lenient)
        if not values.size:
            return np.full(frame.size, np.nan)
        if not lenient:
            return values.reshape(-1) if _is_whole(positions, values.shape) else frame.flattened(values[positions])
        found = values[tuple(np.maximum(part, 0) for part in positions)]
        outside = np.zeros((), dtype=bool)
        for part in positions:
            outside = outside | (part < 0)
        return frame.flattened(np.where(outside, np.nan, found))

    def positions(
        self,
        node: Expression,
        indices: tuple[Expression, ...],
        sets: tuple[IndexSet, ...],
        frame: Frame,
        *,
        lenient: bool = False,
    ) -> tuple[Integers, ...]:
        """The position in each index set of the entry that each lane names; -1 where absent if ``lenient``.

        The arrays broadcast to the shape of the frame: each is as long as the axes that its indices mention.
        """
        dimension = sum(index_set.dimension for index_set in sets)
        if len(indices) != dimension:
            raise self.error(node, f"has {len(indices)} indices where {dimension} are declared")
        result = []
        start = 0
        for index_set in sets:
            parts = indices[start : start + index_set.dimension]
            axes = frame.mentioned(*parts) if frame.size else tuple(range(len(frame.axes)))
            along = frame.along(axes)
            codes = tuple(
                self.codes(part, along, universe) for part, universe in zip(parts, index_set.universes, strict=True)
            )
            places = index_set.positions(codes)
            # An index bound over the very universe cannot fall outside; looking is what costs on large frames.
            certain = index_set.spans_universe and _is_bound_over(parts[0], along, index_set.universes[0])
            if not (lenient or certain) and len(places) and places.min() < 0:
                lane = int(np.argmin(places))
                where = along.describe(lane)
                raise self.error(
                    node,
                    f"names an entry outside '{index_set.name}'" + (f" at {where}" if where else ""),
                    "add a condition that leaves this case out, such as `if t > first(T)`, or add the member",
                )
            result.append(frame.aligned(places, axes))
            start += index_set.dimension
        return tuple(result)

    def defined(self, node: Expression, frame: Frame, values: Floats, lenient: bool = False) -> Floats:
        """The values themselves, unless one is not a finite number (division by zero, log of a negative)."""
        if not lenient and not np.isfinite(values).all():
            lane = int(np.argmin(np.isfinite(np.broadcast_to(values, frame.size))))
            where = frame.describe(lane)
            raise self.error(
                node,
                "has no finite value" + (f" at {where}" if where else ""),
                "check for a division by zero",
            )
        return values

    # -- conditions -------------------------------------------------------------------------------------------

    def truth(self, node: Expression, frame: Frame) -> Flags:
        """Where a condition holds, broadcastable to (lanes,). A comparison with an absent entry is false."""
        match node:
            case Junction(operator=operator, operands=operands):
                parts = [self.truth(operand, frame) for operand in operands]
                return _all(parts) if operator == "and" else ~_all([~part for part in parts])
            case Not(operand=operand):
                return ~self.truth(operand, frame)
            case Membership(elements=elements, set_name=name, negated=negated):
                index_set = self.index_set(name, node)
                if len(elements) != index_set.dimension:
                    raise self.error(node, f"'{name}' has members of {index_set.dimension} part(s)")
                codes = tuple(
                    self.codes(element, frame, universe)
                    for element, universe in zip(elements, index_set.universes, strict=True)
                )
                inside = index_set.positions(codes) >= 0
                return ~inside if negated else inside
            case Comparison(operands=operands, operators=operators):
                parts = [
                    self._compare(a, operator, b, frame)
                    for a, operator, b in zip(operands, operators, operands[1:], strict=False)
                ]
                return _all(parts)
            case _:
                raise self.error(node, "is not a condition", "compare it: `... != 0`")

    def _compare(self, left: Expression, operator: str, right: Expression, frame: Frame) -> Flags:
        universe = self._word_universe(left, right, frame) or self._word_universe(right, left, frame)
        if universe is None:
            a = self.number(left, frame, lenient=True)
            b = self.number(right, frame, lenient=True)
            held: Flags = np.logical_and(_COMPARE[operator](a, b), ~(np.isnan(a) | np.isnan(b)))
            return held
        # Words compare by identity, and by their order in the set.
        a_codes, b_codes = self.codes(left, frame, universe), self.codes(right, frame, universe)
        known = (a_codes >= 0) & (b_codes >= 0)
        if operator == "!=":
            differs: Flags = np.logical_not(known & (a_codes == b_codes))
            return differs
        ordered: Flags = np.logical_and(_COMPARE[operator](a_codes, b_codes), known)
        return ordered

    def _word_universe(self, node: Expression, other: Expression, frame: Frame) -> Universe | None:
        """The universe of an index expression that must be compared as a member rather than as a number."""
        match node:
            case Name(name=name) if name in frame.bound:
                universe = frame.bound[name].universe
            case Call(function="prev" | "next", arguments=(Name(name=name),)) if name in frame.bound:
                universe = frame.bound[name].universe
            case Call(function="first" | "last", arguments=(Name(name=name),)) if name in self.instance.sets:
                universe = self.instance.sets[name].universes[0]
            case _:
                return None
        return universe if universe.numbers is None or isinstance(other, Text) else None


def _is_whole(positions: tuple[Integers, ...], shape: tuple[int, ...]) -> bool:
    """Whether positions run over a whole array in its own order."""
    return all(
        part.ndim == len(shape)
        and part.size == part.shape[d] == shape[d]
        and bool((part.reshape(-1) == np.arange(shape[d])).all())
        for d, part in enumerate(positions)
    )


def _all(parts: list[Flags]) -> Flags:
    result: Flags = parts[0]
    for part in parts[1:]:
        result = np.logical_and(result, part)
    return result


def _is_bound_over(node: Expression, frame: Frame, universe: Universe) -> bool:
    return isinstance(node, Name) and node.name in frame.bound and frame.bound[node.name].universe is universe


def _translated(codes: Integers, source: Universe, target: Universe) -> Integers:
    if source is target:
        return codes
    table = source.translation(target)
    return np.where(codes >= 0, table[codes] if len(table) else -1, -1)
