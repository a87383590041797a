"""Index frames: the combinations of members over which an expression is grounded, as columns of integer codes.

A *lane* is one combination. Binders extend a frame: every lane is joined with the members of a set, and conditions
are applied as early as their names are bound. Equalities (``a == i``) and memberships (``(i, j) in Arcs``) become
sorted joins, so that sparse index sets never cost the full product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formulations.arithmetic import arithmetic, elementary
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
    Text,
    walk,
)
from formulations.joins import equal_join
from formulations.program import Flags, Floats, Integers

#: Frames beyond this many lanes are refused: they would not fit into memory.
MAX_LANES = 100_000_000

_COMPARE = {
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "==": np.equal,
    "<": np.less,
    ">": np.greater,
    "!=": np.not_equal,
}


class GroundingError(ValueError):
    """An expression has no value on these data: says where, why and what to do."""

    def __init__(self, place: str, text: str, reason: str, *, at: int = 0, hint: str = "") -> None:
        self.place, self.text, self.reason, self.at, self.hint = place, text, reason, at, hint
        lines = [f"{place}: {reason}"]
        if text:
            lines += [f"  {text}", "  " + " " * at + "^"]
        if hint:
            lines.append(f"  hint: {hint}")
        super().__init__("\n".join(lines))


@dataclass(frozen=True, eq=False)
class Bound:
    """A bound index name: the code of its member in each lane, and the set it runs over (for prev and next)."""

    codes: Integers
    universe: Universe
    home: IndexSet


@dataclass(frozen=True, eq=False)
class Frame:
    size: int
    bound: Mapping[str, Bound]

    def taken(self, lanes: Integers) -> Frame:
        """The frame of the chosen lanes, in their order, repetitions allowed."""
        bound = {name: Bound(entry.codes[lanes], entry.universe, entry.home) for name, entry in self.bound.items()}
        return Frame(len(lanes), bound)

    def describe(self, lane: int) -> str:
        """``i = 'a', t = 3`` for an error message."""
        return ", ".join(
            f"{name} = {entry.universe.members[entry.codes[lane]]!r}" for name, entry in self.bound.items()
        )


UNIT_FRAME = Frame(1, {})


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

    # -- frames -----------------------------------------------------------------------------------------------

    def extend(self, frame: Frame, binders: tuple[Binder, ...], condition: Expression | None) -> tuple[Frame, Integers]:
        """The frame with the binders' names bound, and the lane of ``frame`` each new lane belongs to.

        Lanes keep the order of the old lanes, then of the sets.
        """
        waiting = _conjuncts(condition)
        later = {name for binder in binders for name in binder.names}
        parents = np.arange(frame.size, dtype=np.int64)
        for binder in binders:
            later -= set(binder.names)
            frame, lanes, waiting = self._bind(frame, binder, waiting)
            parents = parents[lanes]
            ready = [test for test in waiting if not _mentions(test, later)]
            waiting = [test for test in waiting if _mentions(test, later)]
            for test in ready:
                chosen = np.flatnonzero(np.broadcast_to(self.truth(test, frame), frame.size))
                if len(chosen) < frame.size:
                    frame, parents = frame.taken(chosen), parents[chosen]
        return frame, parents

    def _bind(
        self, frame: Frame, binder: Binder, waiting: list[Expression]
    ) -> tuple[Frame, Integers, list[Expression]]:
        index_set = self.index_set(binder.set_name, binder)
        if len(binder.names) != index_set.dimension:
            raise self.error(
                binder,
                f"{len(binder.names)} name(s) for members of '{binder.set_name}', which have {index_set.dimension}",
            )
        repeated = [name for name in binder.names if name in frame.bound]
        if repeated:
            raise self.error(binder, f"index '{repeated[0]}' is bound already", "use another name")
        keys, rest = self._join_keys(frame, binder, index_set, waiting)
        if keys:
            lanes, rows = equal_join(frame.size, index_set.codes, keys)
        else:
            lanes, rows, rest = self._membership_join(frame, binder, index_set, waiting)
        outer = frame.taken(lanes).bound if frame.bound else {}
        inner = {
            name: Bound(rows if index_set.spans_universe else index_set.codes[rows, d], universe, index_set)
            for d, (name, universe) in enumerate(zip(binder.names, index_set.universes, strict=True))
        }
        return Frame(len(lanes), {**outer, **inner}), lanes, rest

    def _join_keys(
        self, frame: Frame, binder: Binder, index_set: IndexSet, waiting: list[Expression]
    ) -> tuple[dict[int, Integers], list[Expression]]:
        """Dimensions of the set that an equality fixes, with the code each lane asks for."""
        keys: dict[int, Integers] = {}
        rest: list[Expression] = []
        for test in waiting:
            match test:
                case (
                    Comparison(operands=(Name(name=new), Name(name=old) as other), operators=("==",))
                    | Comparison(operands=(Name(name=old) as other, Name(name=new)), operators=("==",))
                ) if new in binder.names and old in frame.bound and binder.names.index(new) not in keys:
                    dimension = binder.names.index(new)
                    keys[dimension] = self.codes(other, frame, index_set.universes[dimension])
                case _:
                    rest.append(test)
        return keys, rest

    def _membership_join(
        self, frame: Frame, binder: Binder, index_set: IndexSet, waiting: list[Expression]
    ) -> tuple[Integers, Integers, list[Expression]]:
        """Like a product with the set, but led by a test ``(i, j) in Arcs`` where only j is new."""
        for number, test in enumerate(waiting):
            match test:
                case Membership(elements=elements, set_name=name, negated=False) if (
                    len(binder.names) == 1
                    and len(elements) > 1
                    and name in self.instance.sets
                    and all(isinstance(element, Name) for element in elements)
                ):
                    names = [element.name for element in elements if isinstance(element, Name)]
                    tuples = self.instance.sets[name]
                    known = {d: n for d, n in enumerate(names) if n in frame.bound}
                    if (
                        names.count(binder.names[0]) != 1
                        or len(known) != len(names) - 1
                        or len(names) != tuples.dimension
                    ):
                        continue
                    keys = {d: self.codes(Name(n), frame, tuples.universes[d]) for d, n in known.items()}
                    lanes, pairs = equal_join(frame.size, tuples.codes, keys)
                    new = names.index(binder.names[0])
                    table = tuples.universes[new].translation(index_set.universes[0])
                    rows = index_set.positions((table[tuples.codes[pairs, new]],))
                    inside = rows >= 0
                    lanes, rows = lanes[inside], rows[inside]
                    order = np.lexsort((rows, lanes))
                    return lanes[order], rows[order], waiting[:number] + waiting[number + 1 :]
                case _:
                    pass
        if frame.size * len(index_set) > MAX_LANES:
            raise self.error(
                binder,
                f"needs {frame.size * len(index_set):,} index combinations",
                "restrict the indices with a set of tuples, or with an equality in the condition",
            )
        lanes = np.repeat(np.arange(frame.size, dtype=np.int64), len(index_set))
        rows = np.tile(np.arange(len(index_set), dtype=np.int64), frame.size)
        return lanes, rows, waiting

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

    def reduced(self, node: Expression, function: str, values: Floats, parents: Integers, frame: Frame) -> Floats:
        """Values of the inner lanes combined for each outer lane: shape (frame.size,)."""
        if function == "sum":
            return np.bincount(parents, weights=values, minlength=frame.size).astype(float)
        if function == "prod":
            result = np.ones(frame.size)
            np.multiply.at(result, parents, values)
            return result
        lanes = np.bincount(parents, minlength=frame.size)
        if (lanes == 0).any():
            where = frame.describe(int(np.argmin(lanes)))
            raise self.error(node, f"{function} of nothing" + (f" (at {where})" if where else ""))
        result = np.full(frame.size, np.inf if function == "min" else -np.inf)
        (np.minimum if function == "min" else np.maximum).at(result, parents, values)
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
            return values[positions]
        found = values[tuple(np.maximum(part, 0) for part in positions)]
        return np.where(np.logical_or.reduce([part < 0 for part in positions]), np.nan, found)

    def positions(
        self,
        node: Expression,
        indices: tuple[Expression, ...],
        sets: tuple[IndexSet, ...],
        frame: Frame,
        *,
        lenient: bool = False,
    ) -> tuple[Integers, ...]:
        """The position in each index set of the entry that each lane names; -1 where absent if ``lenient``."""
        dimension = sum(index_set.dimension for index_set in sets)
        if len(indices) != dimension:
            raise self.error(node, f"has {len(indices)} indices where {dimension} are declared")
        result = []
        start = 0
        for index_set in sets:
            parts = indices[start : start + index_set.dimension]
            codes = tuple(
                self.codes(part, frame, universe) for part, universe in zip(parts, index_set.universes, strict=True)
            )
            places = index_set.positions(codes)
            # An index bound over the very universe cannot fall outside; looking is what costs on large frames.
            certain = index_set.spans_universe and _is_bound_over(parts[0], frame, index_set.universes[0])
            if not (lenient or certain) and len(places) and places.min() < 0:
                lane = int(np.argmin(places))
                where = frame.describe(lane)
                raise self.error(
                    node,
                    f"names an entry outside '{index_set.name}'" + (f" at {where}" if where else ""),
                    "add a condition that leaves this case out, such as `if t > first(T)`, or add the member",
                )
            result.append(places)
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


def _all(parts: list[Flags]) -> Flags:
    result: Flags = parts[0]
    for part in parts[1:]:
        result = np.logical_and(result, part)
    return result


def _conjuncts(condition: Expression | None) -> list[Expression]:
    match condition:
        case None:
            return []
        case Junction(operator="and", operands=operands):
            return [test for operand in operands for test in _conjuncts(operand)]
        case _:
            return [condition]


def _is_bound_over(node: Expression, frame: Frame, universe: Universe) -> bool:
    return isinstance(node, Name) and node.name in frame.bound and frame.bound[node.name].universe is universe


def _mentions(node: Expression, names: set[str]) -> bool:
    return any(isinstance(part, Name) and part.name in names for part in walk(node))


def _translated(codes: Integers, source: Universe, target: Universe) -> Integers:
    if source is target:
        return codes
    table = source.translation(target)
    return np.where(codes >= 0, table[codes] if len(table) else -1, -1)
