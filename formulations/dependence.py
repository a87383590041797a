"""How a Program depends on parameters: exact affine maps, wherever the data enters affinely.

A parameter that varies is grounded as if it were a variable. Wherever the result is at most linear in it, alone or
times a column, its coefficients are the derivatives of costs, bounds and matrix entries by its entries, found by the
same array work and in one pass. Everything else (powers, divisions by it, conditions and index expressions that
read it, piecewise functions of it) makes the formulation not affine, and the reason is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations import terms as algebra
from formulations.assembly import dense, nonlinear_rows, quadratic_rows
from formulations.data import Instance
from formulations.expression import Column, Expression, walk
from formulations.formulation import Variable
from formulations.frames import GroundingError
from formulations.ground import Comparands, Grounder, comparands, written_objective
from formulations.layout import Layout, bound_lanes, bound_reading, column_block, layouts
from formulations.program import Block, Floats, Indicator, Integers, Labels, Program
from formulations.terms import ONE, ZERO, Linear, Terms

_Triplets = tuple[Integers, Integers, Floats]


class NotAffineError(ValueError):
    """The program does not depend affinely on the parameters: ``str`` says where."""


@dataclass(frozen=True, eq=False)
class Affine:
    """``constant + slopes @ theta``: one entry per row of ``slopes``, which is CSR (entries, K)."""

    constant: Floats
    slopes: sparse.csr_array

    def at(self, theta: Floats) -> Floats:
        """The values for theta of shape (K,), or one row of values for each row of a theta of shape (S, K).

        Where nothing depends on theta, these are the constants themselves, not a copy.
        """
        if not self.slopes.nnz:
            return (
                np.broadcast_to(self.constant, (*theta.shape[:-1], len(self.constant)))
                if theta.ndim > 1
                else self.constant
            )
        return np.asarray(self.constant + (self.slopes @ theta.T).T)

    @property
    def moving(self) -> Integers:
        """The entries that depend on any parameter."""
        return np.flatnonzero(np.diff(self.slopes.indptr))


@dataclass(frozen=True, eq=False, kw_only=True)
class Dependence:
    """A Program as a function of theta, the entries of some parameters one after the other.

    frame: the program at theta = 0; its matrix has the entries that any theta can give, zeros included.
    coefficients: the data of ``frame.matrix``, in its order.
    """

    frame: Program
    cost: Affine
    offset: Affine
    row_lower: Affine
    row_upper: Affine
    column_lower: Affine
    column_upper: Affine
    coefficients: Affine

    def program(self, theta: Floats) -> Program:
        """The program at theta, shape (K,); the same as grounding the instance with these entries."""
        frame = self.frame
        matrix = frame.matrix
        if self.coefficients.slopes.nnz:
            data = self.coefficients.at(theta)
            matrix = sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
        return replace(
            frame,
            objective=self.cost.at(theta),
            objective_offset=float(self.offset.at(theta)[0]),
            matrix=matrix,
            row_lower=self.row_lower.at(theta),
            row_upper=self.row_upper.at(theta),
            column_lower=self.column_lower.at(theta),
            column_upper=self.column_upper.at(theta),
        )


def dependence(instance: Instance, names: Sequence[str]) -> Dependence:
    """The dependence of the grounded program on the entries of the parameters called ``names``.

    Raises NotAffineError, KeyError for a name that is no parameter, and what ``ground`` raises.
    """
    lifted, known = _lifted(instance, names)
    width = sum(layout.count for name, layout in known.items() if name not in names)
    depth = sum(layout.count for name, layout in known.items() if name in names)
    splitter = _Splitter(width, depth)
    try:
        objective = splitter.split(written_objective(lifted, known), "the objective")
        found = [comparands(lifted, known, constraint) for constraint in lifted.formulation.constraints]
        bounds = [_bounds(instance, lifted, known, one, splitter) for name, one in known.items() if name not in names]
    except GroundingError as error:
        raise NotAffineError(f"{error.place} reads {_series(names)} where it cannot vary ({error.reason})") from None
    rows = [row for own in found for row in _rows(own, splitter)]
    own = [layout for name, layout in known.items() if name not in names]
    return _assembled(instance, _Pieces(rows, objective, bounds, own, depth))


def _series(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def parameter_labels(instance: Instance, names: Sequence[str]) -> Labels:
    """The names of all entries of these parameters, one block each: ``demand['north']``."""
    declared = {parameter.name: parameter for parameter in instance.formulation.parameters}
    variables = [Variable(name=name, indices=declared[name].indices) for name in names]
    blocks = [column_block(Layout(variable, instance.index_sets(variable.indices), 0)) for variable in variables]
    return Labels(tuple(blocks))


def _lifted(instance: Instance, names: Sequence[str]) -> tuple[Instance, dict[str, Layout]]:
    """The instance with the parameters as variables behind all others, and where their columns lie."""
    formulation = instance.formulation
    declared = {parameter.name: parameter for parameter in formulation.parameters}
    chosen = [declared[name] for name in names]
    variables = tuple(Variable(name=parameter.name, indices=parameter.indices) for parameter in chosen)
    lifted = replace(
        instance,
        formulation=formulation.model_copy(
            update={
                "parameters": tuple(p for p in formulation.parameters if p.name not in names),
                "variables": (*formulation.variables, *variables),
            }
        ),
        parameters={name: values for name, values in instance.parameters.items() if name not in names},
    )
    return lifted, layouts(lifted)


@dataclass(frozen=True, eq=False)
class _Split:
    """Terms taken apart: decisions alone, data affine in theta, and products of theta with a column."""

    decisions: Terms
    data: Terms
    products: tuple[tuple[Integers, Integers, Integers, Floats], ...]  # lane, column, theta, coefficient

    @property
    def is_data(self) -> bool:
        return self.decisions.is_constant and not self.products


@dataclass(frozen=True, slots=True)
class _Splitter:
    """Columns below ``width`` are decisions, the ``depth`` ones behind them are theta."""

    width: int
    depth: int

    def _is_theta(self, columns: Integers) -> bool:
        # All coordinates of one part come from one name.
        return bool(len(columns)) and int(columns[0]) >= self.width

    def split(self, terms: Terms, place: str) -> _Split:
        decisions, data = list[Linear](), list[Linear]()
        for linear in terms.linear:
            if self._is_theta(linear.columns):
                data.append(replace(linear, columns=linear.columns - self.width))
            else:
                decisions.append(linear)
        squares, products = [], []
        for part in terms.quadratic:
            first, second = self._is_theta(part.first), self._is_theta(part.second)
            if first and second:
                raise NotAffineError(f"{place} multiplies varying parameters with each other")
            coefficients = np.broadcast_to(part.coefficients, part.lanes.shape)
            if first:
                products.append((part.lanes, part.second, part.first - self.width, coefficients))
            elif second:
                products.append((part.lanes, part.first, part.second - self.width, coefficients))
            else:
                squares.append(part)
        for _, expression in terms.nonlinear:
            if any(isinstance(node, Column) and node.index >= self.width for node in walk(expression)):
                raise NotAffineError(f"{place} is not linear in a varying parameter")
        return _Split(
            Terms(terms.size, linear=tuple(decisions), quadratic=tuple(squares), nonlinear=terms.nonlinear),
            Terms(terms.size, terms.constant, tuple(data)),
            tuple(products),
        )


@dataclass(frozen=True, eq=False)
class _Row:
    """The rows of one template; a bound is None where there is none."""

    block: Block
    split: _Split
    lower: Terms | None
    upper: Terms | None
    switches: Integers
    switch_value: bool


def _rows(found: Comparands, splitter: _Splitter) -> Iterator[_Row]:
    """The same rows as ``ground`` makes, with bounds affine in theta."""
    place = f"constraint '{found.name}'"
    parts = [splitter.split(operand, place) for operand in found.operands]
    if len(parts) == 3 and found.operators in (("<=", "<="), (">=", ">=")):
        low, middle, high = parts if found.operators[0] == "<=" else parts[::-1]
        if low.is_data and high.is_data:
            own = algebra.negate(middle.data)
            lower, upper = algebra.add(low.data, own), algebra.add(high.data, own)
            yield _Row(found.blocks(1)[0], middle, lower, upper, found.switches, found.switch_value)
            return
    triples = list(zip(parts, found.operators, parts[1:], strict=False))
    for block, (left, operator, right) in zip(found.blocks(len(triples)), triples, strict=True):
        if left.is_data:
            left, right = right, left
            operator = {"<=": ">=", ">=": "<=", "==": "=="}[operator]
        difference = _difference(left, right)
        bound = algebra.negate(difference.data)
        at_least, at_most = (None if operator == "<=" else bound), (None if operator == ">=" else bound)
        yield _Row(block, difference, at_least, at_most, found.switches, found.switch_value)


def _difference(left: _Split, right: _Split) -> _Split:
    negative = tuple((lanes, columns, theta, -values) for lanes, columns, theta, values in right.products)
    return _Split(
        algebra.add(left.decisions, algebra.negate(right.decisions)),
        algebra.add(left.data, algebra.negate(right.data)),
        left.products + negative,
    )


_Bounds = tuple[Terms | None, Terms | None, int]


def _bounds(
    instance: Instance, lifted: Instance, known: Mapping[str, Layout], layout: Layout, splitter: _Splitter
) -> _Bounds:
    """Lower and upper bound of a variable's columns, None where absent, and their number."""
    sides: list[Terms | None] = []
    for text in (layout.variable.lower, layout.variable.upper):
        if text is None:
            sides.append(None)
            continue
        expression, frame = bound_lanes(instance, layout, text)
        terms = Grounder(bound_reading(lifted, layout, text), known).terms(expression, frame)
        split = splitter.split(terms, f"a bound of variable '{layout.variable.name}'")
        sides.append(split.data)
    lower, upper = sides
    if layout.variable.domain == "binary":
        if any(side is not None and side.linear for side in sides):
            raise NotAffineError(f"a bound of the binary variable '{layout.variable.name}' varies")
        lower = Terms(layout.count, np.maximum(ZERO if lower is None else lower.constant, 0.0))
        upper = Terms(layout.count, np.minimum(ONE if upper is None else upper.constant, 1.0))
    return lower, upper, layout.count


@dataclass(frozen=True, eq=False)
class _Pieces:
    """All elements of an instance taken apart, in the order of the program."""

    rows: list[_Row]
    objective: _Split
    bounds: list[_Bounds]
    layouts: list[Layout]
    depth: int

    @property
    def width(self) -> int:
        return sum(layout.count for layout in self.layouts)

    @property
    def starts(self) -> list[int]:
        return list(itertools.accumulate((row.block.count for row in self.rows), initial=0))


def _assembled(instance: Instance, pieces: _Pieces) -> Dependence:
    depth = pieces.depth
    matrix, coefficients = _matrix(pieces)
    products = [(columns, parameters, values) for _, columns, parameters, values in pieces.objective.products]
    lengths = [row.block.count for row in pieces.rows]
    counts = [count for _, _, count in pieces.bounds]
    found = Dependence(
        frame=_frame(instance, pieces, matrix),
        cost=Affine(dense(pieces.objective.decisions, pieces.width), _slopes(products, pieces.width, depth)),
        offset=_stacked([pieces.objective.data], [1], depth, 0.0),
        row_lower=_stacked([row.lower for row in pieces.rows], lengths, depth, -np.inf),
        row_upper=_stacked([row.upper for row in pieces.rows], lengths, depth, np.inf),
        column_lower=_stacked([lower for lower, _, _ in pieces.bounds], counts, depth, -np.inf),
        column_upper=_stacked([upper for _, upper, _ in pieces.bounds], counts, depth, np.inf),
        coefficients=coefficients,
    )
    return replace(found, frame=found.program(np.zeros(depth)))


def _frame(instance: Instance, pieces: _Pieces, matrix: sparse.csr_array) -> Program:
    """What does not depend on theta; bounds and costs are still to be filled in."""
    quadratic: dict[int, sparse.csr_array] = {}
    nonlinear: dict[int, Expression] = {}
    indicators: dict[int, Indicator] = {}
    for row, start in zip(pieces.rows, pieces.starts, strict=False):
        quadratic.update(quadratic_rows(row.split.decisions, start, pieces.width))
        nonlinear.update(nonlinear_rows(row.split.decisions, start))
        for lane, column in enumerate(row.switches.tolist()):
            indicators[start + lane] = Indicator(column, row.switch_value)
    only = pieces.objective.decisions.nonlinear
    written = instance.formulation.objective
    integer = [np.full(layout.count, layout.variable.domain != "continuous") for layout in pieces.layouts]
    rows, columns = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[1])
    return Program(
        name=instance.formulation.name,
        sense=(written.sense if written else None) or "minimize",
        columns=Labels(tuple(column_block(layout) for layout in pieces.layouts)),
        column_lower=columns,
        column_upper=columns,
        integer=np.concatenate([np.zeros(0, dtype=bool), *integer]),
        objective=columns,
        objective_quadratic=quadratic_rows(pieces.objective.decisions, 0, pieces.width).get(0),
        objective_nonlinear=algebra.total([expression for _, expression in only]) if only else None,
        rows=Labels(tuple(row.block for row in pieces.rows)),
        matrix=matrix,
        row_lower=rows,
        row_upper=rows,
        quadratic=quadratic,
        nonlinear=nonlinear,
        indicators=indicators,
    )


def _matrix(pieces: _Pieces) -> tuple[sparse.csr_array, Affine]:
    """The pattern of all entries that any theta can give, and its data as a map."""
    shape = (pieces.starts[-1], pieces.width)
    fixed, moving = list[_Triplets](), list[tuple[Integers, Integers, Integers, Floats]]()
    for row, start in zip(pieces.rows, pieces.starts, strict=False):
        for part in row.split.decisions.linear:
            lanes = np.arange(row.block.count) if part.lanes is None else part.lanes
            fixed.append((lanes + start, part.columns, np.broadcast_to(part.coefficients, part.columns.shape)))
        moving += [(lanes + start, columns, theta, values) for lanes, columns, theta, values in row.split.products]
    none = np.zeros(0, dtype=np.int64)
    fixed_keys = np.concatenate([none, *(lanes * shape[1] + columns for lanes, columns, _ in fixed)])
    moving_keys = np.concatenate([none, *(lanes * shape[1] + columns for lanes, columns, _, _ in moving)])
    keys, places = np.unique(np.concatenate([fixed_keys, moving_keys]), return_inverse=True)
    places = places.reshape(-1)
    values = np.concatenate([np.zeros(0), *(values for _, _, values in fixed)])
    constant = np.bincount(places[: len(fixed_keys)], weights=values, minlength=len(keys)).astype(float)
    theta = np.concatenate([none, *(theta for _, _, theta, _ in moving)])
    slopes = np.concatenate([np.zeros(0), *(values for _, _, _, values in moving)])
    lanes = keys // max(shape[1], 1)
    pointers = np.searchsorted(lanes, np.arange(shape[0] + 1)).astype(np.int32)
    columns = (keys - lanes * shape[1]).astype(np.int32)
    matrix = sparse.csr_array((constant, columns, pointers), shape=shape)
    return matrix, Affine(constant, _slopes([(places[len(fixed_keys) :], theta, slopes)], len(keys), pieces.depth))


def _slopes(parts: Sequence[_Triplets], count: int, depth: int) -> sparse.csr_array:
    none = np.zeros(0, dtype=np.int64)
    entries = np.concatenate([none, *(entries for entries, _, _ in parts)])
    theta = np.concatenate([none, *(theta for _, theta, _ in parts)])
    values = np.concatenate([np.zeros(0), *(values for _, _, values in parts)])
    return sparse.coo_array((values, (entries, theta)), shape=(count, depth)).tocsr()


def _stacked(sides: Sequence[Terms | None], counts: Sequence[int], depth: int, absent: float) -> Affine:
    """The data of all sides one below the other, ``absent`` where there is none."""
    constants, parts, start = [np.zeros(0)], list[_Triplets](), 0
    for terms, count in zip(sides, counts, strict=True):
        if terms is None:
            constants.append(np.full(count, absent))
        else:
            # Adding 0.0 turns -0.0 into 0.0.
            constants.append(np.array(np.broadcast_to(terms.constant, count)) + 0.0)
            for part in terms.linear:
                lanes = np.arange(terms.size) if part.lanes is None else part.lanes
                values = np.broadcast_to(part.coefficients, part.columns.shape)
                parts.append((lanes + start, part.columns, values))
        start += count
    return Affine(np.concatenate(constants), _slopes(parts, start, depth))
