"""Where the columns of each variable lie, what they are called, and their bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formulations.data import IndexSet, Instance
from formulations.expression import Binder, Expression, Item, Name, Number
from formulations.formulation import Variable
from formulations.frames import MAX_LANES, UNIT_FRAME, Frame, GroundingError
from formulations.parse import parse_expression, parse_index
from formulations.program import Block, Flags, Floats, Integers
from formulations.values import Reading


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the columns of one variable lie: the product of its index sets, from ``offset`` on."""

    variable: Variable
    sets: tuple[IndexSet, ...]
    offset: int

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(index_set) for index_set in self.sets)

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def layouts(instance: Instance) -> dict[str, Layout]:
    """The layout of every variable, in the order of the program's columns."""
    result: dict[str, Layout] = {}
    offset = 0
    for variable in instance.formulation.variables:
        names = [parse_index(text).set_name for text in variable.indices]
        for name in names:
            if name not in instance.sets:
                raise GroundingError(
                    f"variable '{variable.name}'",
                    "",
                    f"'{name}' is not a set",
                    hint=f"declare it: set {name}",
                )
        layout = Layout(variable, instance.index_sets(names), offset)
        if offset + layout.count > MAX_LANES:
            raise GroundingError(
                f"variable '{variable.name}'",
                "",
                f"has {layout.count:,} entries, one for each combination of {', '.join(names)}: more than fit",
                hint="index it by a set of tuples that holds the combinations that can occur",
            )
        result[variable.name] = layout
        offset += layout.count
    return result


def values_by_variable(instance: Instance, values: Floats) -> dict[str, Floats]:
    """Column values cut into one array per variable, one axis for each of its index sets."""
    return {
        name: values[layout.offset : layout.offset + layout.count].reshape(layout.shape)
        for name, layout in layouts(instance).items()
    }


def column_block(layout: Layout) -> Block:
    members = tuple(universe.members for index_set in layout.sets for universe in index_set.universes)

    def codes() -> Integers:
        if not layout.sets:
            return np.zeros((1, 0), dtype=np.int64)
        places = np.indices(layout.shape).reshape(len(layout.sets), -1)
        parts = [index_set.codes[place] for index_set, place in zip(layout.sets, places, strict=True)]
        return np.concatenate(parts, axis=1)

    return Block(layout.variable.name, layout.count, members, codes)


def column_bounds(instance: Instance, known: Mapping[str, Layout]) -> tuple[Floats, Floats, Flags]:
    count = sum(layout.count for layout in known.values())
    lower, upper, integer = np.empty(count), np.empty(count), np.empty(count, dtype=bool)
    for layout in known.values():
        variable = layout.variable
        own = slice(layout.offset, layout.offset + layout.count)
        binary = variable.domain == "binary"
        lower[own] = _bound(instance, layout, variable.lower, 0.0 if binary else -np.inf)
        upper[own] = _bound(instance, layout, variable.upper, 1.0 if binary else np.inf)
        if binary:
            # A binary variable stays within 0 and 1 whatever bounds it was given beside.
            lower[own], upper[own] = np.maximum(lower[own], 0.0), np.minimum(upper[own], 1.0)
        integer[own] = variable.domain != "continuous"
    return lower, upper, integer


def _bound(instance: Instance, layout: Layout, text: str | None, absent: float) -> Floats | float:
    """The values of a bound, one or as many as columns."""
    if text is None:
        return absent
    expression, frame = bound_lanes(instance, layout, text)
    if isinstance(expression, Number):
        return expression.value
    return bound_reading(instance, layout, text).number(expression, frame)


def bound_reading(instance: Instance, layout: Layout, text: str) -> Reading:
    return Reading(instance, f"variable '{layout.variable.name}', bound", text)


def bound_lanes(instance: Instance, layout: Layout, text: str) -> tuple[Expression, Frame]:
    """The expression of a bound, and a frame with one lane for each column of the variable."""
    expression = parse_expression(text)
    if isinstance(expression, Number):
        return expression, UNIT_FRAME
    binders = tuple(parse_index(index) for index in layout.variable.indices)
    # Unnamed indices get names that no text can contain, so that the frame still has one lane for each column.
    named = tuple(
        binder if binder.names else replace(binder, names=tuple(f"{k}.{d}" for d in range(index_set.dimension)))
        for k, (binder, index_set) in enumerate(zip(binders, layout.sets, strict=True))
    )
    frame, _ = bound_reading(instance, layout, text).extend(UNIT_FRAME, named, None)
    return _positional(expression, layout, named, instance), frame


def _positional(expression: Expression, layout: Layout, binders: tuple[Binder, ...], instance: Instance) -> Expression:
    """A bare ``cap`` in the bound of ``x[Plants]`` means the entry of the same indices."""
    if not isinstance(expression, Name):
        return expression
    parameter = next((p for p in instance.formulation.parameters if p.name == expression.name), None)
    if parameter is None or not parameter.indices:
        return expression
    sets = tuple(index_set.name for index_set in layout.sets)
    if parameter.indices != sets:
        return expression
    names = [name for binder in binders for name in binder.names]
    return Item(expression.name, tuple(Name(name) for name in names), at=expression.at)
