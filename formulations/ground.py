"""Grounding: an Instance becomes the sparse labelled Program, by array work on whole constraint templates."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations import terms as algebra
from formulations.assembly import dense, nonlinear_rows, quadratic_rows, stacked
from formulations.data import Instance
from formulations.expression import (
    Aggregate,
    Binary,
    Call,
    Comparison,
    Expression,
    Item,
    Name,
    Negative,
    Number,
    Piecewise,
    walk,
)
from formulations.formulation import Constraint
from formulations.frames import UNIT_FRAME, Bound, Frame, GroundingError
from formulations.layout import Layout, column_block, column_bounds, layouts, values_by_variable
from formulations.parse import parse_binders, parse_expression
from formulations.program import Block, Floats, Indicator, Integers, Labels, Program
from formulations.terms import ZERO, Columns, Linear, Terms
from formulations.values import Reading

__all__ = ["GroundingError", "ground", "values_by_variable"]


def ground(instance: Instance) -> Program:
    """The Program of an instance.

    Raises GroundingError where an expression has no value on the data (an index outside its set, a division by
    zero), and ParseError where an expression cannot be read; ``check`` finds most of these beforehand.
    """
    known = layouts(instance)
    lower, upper, integer = column_bounds(instance, known)
    templates = [
        template
        for constraint in instance.formulation.constraints
        for template in _templates(instance, known, constraint)
    ]
    starts = list(itertools.accumulate((template.terms.size for template in templates), initial=0))
    shape = (starts[-1], len(lower))
    objective = written_objective(instance, known)
    only = objective.nonlinear
    quadratic: dict[int, sparse.csr_array] = {}
    nonlinear: dict[int, Expression] = {}
    indicators: dict[int, Indicator] = {}
    for template, start in zip(templates, starts, strict=False):
        quadratic.update(quadratic_rows(template.terms, start, shape[1]))
        nonlinear.update(nonlinear_rows(template.terms, start))
        for lane, column in enumerate(template.switches.tolist()):
            indicators[start + lane] = Indicator(column, template.switch_value)
    no_rows = np.zeros(0)
    sense = instance.formulation.objective.sense if instance.formulation.objective else None
    return Program(
        name=instance.formulation.name,
        sense=sense or "minimize",
        columns=Labels(tuple(column_block(layout) for layout in known.values())),
        column_lower=lower,
        column_upper=upper,
        integer=integer,
        objective=dense(objective, shape[1]),
        objective_offset=float(objective.constant if objective.constant.ndim == 0 else objective.constant[0]),
        objective_quadratic=quadratic_rows(objective, 0, shape[1]).get(0),
        objective_nonlinear=algebra.total([expression for _, expression in only]) if only else None,
        rows=Labels(tuple(template.block for template in templates)),
        matrix=stacked([template.terms for template in templates], shape),
        row_lower=np.concatenate([no_rows, *(template.lower for template in templates)]),
        row_upper=np.concatenate([no_rows, *(template.upper for template in templates)]),
        quadratic=quadratic,
        nonlinear=nonlinear,
        indicators=indicators,
    )


# -- expressions ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Grounder:
    """Expressions of one element over the columns of ``layouts``."""

    reading: Reading
    layouts: Mapping[str, Layout]

    def depends(self, node: Expression) -> bool:
        """Whether a variable occurs."""
        return any(isinstance(part, Name | Item) and part.name in self.layouts for part in walk(node))

    def terms(self, node: Expression, frame: Frame) -> Terms:
        if not self.depends(node):
            return Terms(frame.size, self.reading.number(node, frame))
        match node:
            case Name(name=name):
                return self._entries(self.layouts[name], (), node, frame)
            case Item(name=name, indices=indices):
                if name not in self.layouts:
                    raise self.reading.error(node, f"'{name}' has a variable as an index", "an index must be data")
                return self._entries(self.layouts[name], indices, node, frame)
            case Negative(operand=operand):
                return algebra.negate(self.terms(operand, frame))
            case Binary(operator=operator, left=left, right=right):
                return self._binary(operator, left, right, node, frame)
            case Call(
                function="min" | "max" | "abs" | "exp" | "log" | "sqrt" | "sin" | "cos" as function,
                arguments=arguments,
            ):
                return algebra.call(function, [self.terms(argument, frame) for argument in arguments])
            case Aggregate():
                return self._aggregate(node, frame)
            case Piecewise():
                return self._piecewise(node, frame)
            case _:
                raise self.reading.error(node, "cannot contain variables here", "conditions and indices must be data")

    def _entries(self, layout: Layout, indices: tuple[Expression, ...], node: Expression, frame: Frame) -> Terms:
        positions = self.reading.positions(node, indices, layout.sets, frame)
        columns: Columns = np.asarray(layout.offset, dtype=np.int32)
        stride = 1
        for places, length in zip(reversed(positions), reversed(layout.shape), strict=True):
            columns = columns + (places * stride).astype(np.int32)
            stride *= length
        return Terms(frame.size, linear=(Linear(None, frame.flattened(columns), algebra.ONE),))

    def _binary(self, operator: str, left: Expression, right: Expression, node: Expression, frame: Frame) -> Terms:
        a, b = self.terms(left, frame), self.terms(right, frame)
        match operator:
            case "+":
                return algebra.add(a, b)
            case "-":
                return algebra.add(a, algebra.negate(b))
            case "*":
                return algebra.multiply(a, b)
            case "/" if b.is_constant:
                inverse = self.reading.defined(node, frame, _inverse(b.constant))
                return algebra.scale(a, inverse)
            case "**" if b.is_constant and b.constant.ndim == 0 and b.constant == 1.0:
                return a
            case "**" if b.is_constant and b.constant.ndim == 0 and b.constant == 2.0 and a.is_linear:
                return algebra.multiply(a, a)
            case _:
                return algebra.combine(operator, a, b)

    def _aggregate(self, node: Aggregate, frame: Frame) -> Terms:
        inner, parents = self.reading.extend(frame, node.binders, node.condition)
        body = self.terms(node.body, inner)
        if node.function == "sum":
            return algebra.gather(body, parents, frame.size)
        groups: list[list[Expression]] = [[] for _ in range(frame.size)]
        for lane, expression in zip(parents.all.tolist(), algebra.expressions(body), strict=True):
            groups[lane].append(expression)
        if node.function == "prod":
            return algebra.of_expressions([_product(group) for group in groups])
        for lane, group in enumerate(groups):
            if not group:
                where = frame.describe(lane)
                raise self.reading.error(node, f"{node.function} of nothing" + (f" (at {where})" if where else ""))
        return algebra.of_expressions(
            [Call(node.function, tuple(group)) if len(group) > 1 else group[0] for group in groups]
        )

    def _piecewise(self, node: Piecewise, frame: Frame) -> Terms:
        argument = algebra.expressions(self.terms(node.argument, frame))
        inner, parents = self.reading.extend(frame, node.binders, node.condition)
        xs = np.broadcast_to(self.reading.number(node.breakpoint, inner), inner.size)
        ys = np.broadcast_to(self.reading.number(node.value, inner), inner.size)
        result: list[Expression] = []
        for lane, part in enumerate(argument):
            own = np.flatnonzero(parents.all == lane) if frame.size > 1 else np.arange(inner.size)
            if len(own) < 2 or (np.diff(xs[own]) <= 0).any():
                where = frame.describe(lane)
                raise self.reading.error(
                    node,
                    "needs two or more breakpoints that increase strictly" + (f" (at {where})" if where else ""),
                    "order the set of points by their breakpoints",
                )
            points = [algebra.literal(float(v)) for pair in zip(xs[own], ys[own], strict=True) for v in pair]
            result.append(Call("piecewise", (part, *points)))
        return algebra.of_expressions(result)


def _inverse(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / values)


def _product(factors: list[Expression]) -> Expression:
    result: Expression = factors[0] if factors else Number(1.0)
    for factor in factors[1:]:
        result = Binary("*", result, factor)
    return result


def written_objective(instance: Instance, known: Mapping[str, Layout]) -> Terms:
    """The objective over the columns, a single lane; nothing where there is no objective."""
    objective = instance.formulation.objective
    if objective is None:
        return Terms(1)
    grounder = Grounder(Reading(instance, f"objective '{objective.name}'", objective.expression), known)
    return grounder.terms(parse_expression(objective.expression), UNIT_FRAME)


# -- rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparands:
    """What one constraint compares, in each of its ``size`` rows, before data and variables are set apart.

    indices: the bound names, which index the rows. switches: an indicator column per row, or empty.
    """

    name: str
    size: int
    indices: tuple[Bound, ...]
    operands: tuple[Terms, ...]
    operators: tuple[str, ...]
    switches: Integers
    switch_value: bool

    @property
    def pairs(self) -> Iterator[tuple[Terms, str, Terms]]:
        """``a <= b``, ``b <= c`` of the chain ``a <= b <= c``."""
        return zip(self.operands, self.operators, self.operands[1:], strict=False)

    def blocks(self, count: int) -> list[Block]:
        """What the rows are called: ``count`` is 1, or the number of pairs, which are numbered if several."""

        def codes() -> Integers:
            columns = [index.codes for index in self.indices]
            return np.stack(columns, axis=1) if columns else np.zeros((self.size, 0), dtype=np.int64)

        numbered = [f"{self.name}.{number}" for number in range(1, count + 1)]
        names = numbered if count > 1 else [self.name]
        members = tuple(index.universe.members for index in self.indices)
        return [Block(name, self.size, members, codes) for name in names]


@dataclass(frozen=True, eq=False)
class _Template:
    """The rows of one comparison of one constraint; ``switches`` holds an indicator column per row, or is empty."""

    block: Block
    terms: Terms
    lower: Floats
    upper: Floats
    switches: Integers
    switch_value: bool


def comparands(instance: Instance, known: Mapping[str, Layout], constraint: Constraint) -> Comparands:
    """The operands of a constraint over all its rows. Raises GroundingError and ParseError."""
    place = f"constraint '{constraint.name}'"
    grounder = Grounder(Reading(instance, place, constraint.expression), known)
    binders, condition = parse_binders(constraint.for_each)
    frame, _ = Reading(instance, place, constraint.for_each).extend(UNIT_FRAME, binders, condition)
    expression = parse_expression(constraint.expression)
    if not isinstance(expression, Comparison):
        raise grounder.reading.error(expression, "is not a comparison", "write <=, >= or ==")
    if any(operator not in ("<=", ">=", "==") for operator in expression.operators):
        raise grounder.reading.error(expression, "compares strictly", "write <= or >= (a margin makes it strict)")
    switches, value = _switch(instance, known, constraint, frame)
    return Comparands(
        name=constraint.name,
        size=frame.size,
        indices=tuple(frame.bound[name] for binder in binders for name in binder.names),
        operands=tuple(grounder.terms(operand, frame) for operand in expression.operands),
        operators=expression.operators,
        switches=switches,
        switch_value=value,
    )


def _templates(instance: Instance, known: Mapping[str, Layout], constraint: Constraint) -> list[_Template]:
    found = comparands(instance, known, constraint)
    single = _range_row(found.operands, found.operators)
    rows = [single] if single is not None else [_one_sided(*pair) for pair in found.pairs]
    return [
        _Template(block, terms, lower, upper, found.switches, found.switch_value)
        for block, (terms, lower, upper) in zip(found.blocks(len(rows)), rows, strict=True)
    ]


_Row = tuple[Terms, Floats, Floats]


def _range_row(operands: tuple[Terms, ...], operators: tuple[str, ...]) -> _Row | None:
    """``a <= expression <= b`` with data a and b is one row with two bounds."""
    if len(operands) != 3 or operators not in (("<=", "<="), (">=", ">=")):
        return None
    low, middle, high = operands if operators[0] == "<=" else operands[::-1]
    if not (low.is_constant and high.is_constant):
        return None
    size = middle.size
    bare = replace(middle, constant=ZERO)
    return (
        bare,
        np.broadcast_to(low.constant - middle.constant, size),
        np.broadcast_to(high.constant - middle.constant, size),
    )


def _one_sided(left: Terms, operator: str, right: Terms) -> _Row:
    """Variables to the left, data to the right; a row that has its variables on the right only is turned round."""
    if left.is_constant:
        left, right = right, left
        operator = {"<=": ">=", ">=": "<=", "==": "=="}[operator]
    difference = algebra.add(left, algebra.negate(right))
    # Adding 0.0 turns -0.0 into 0.0.
    bound = np.broadcast_to(0.0 - difference.constant + 0.0, difference.size)
    lower = np.broadcast_to(-np.inf, difference.size) if operator == "<=" else bound
    upper = np.broadcast_to(np.inf, difference.size) if operator == ">=" else bound
    return replace(difference, constant=ZERO), lower, upper


def _switch(
    instance: Instance, known: Mapping[str, Layout], constraint: Constraint, frame: Frame
) -> tuple[Integers, bool]:
    """The indicator column of each row, and the value that activates it."""
    if constraint.when is None:
        return np.zeros(0, dtype=np.int64), True
    grounder = Grounder(Reading(instance, f"constraint '{constraint.name}', when", constraint.when), known)
    match parse_expression(constraint.when):
        case Comparison(operands=(Name() | Item() as switch, Number(value=value)), operators=("==",)) if (
            switch.name in known and known[switch.name].variable.domain == "binary" and value in (0.0, 1.0)
        ):
            terms = grounder.terms(switch, frame)
            return terms.linear[0].columns, value == 1.0
        case other:
            raise grounder.reading.error(
                other, "is not a binary variable compared with 0 or 1", "write `when y[i] == 1` with y binary"
            )
