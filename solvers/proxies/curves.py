"""The curved parts of many convex programs with one structure, as arrays.

A row, or the objective, is its linear part in the ``Batch`` plus quadratic terms plus *atoms*: expressions that are
neither sums nor quadratic, such as 1/x or exp(x + y). Atoms that are written alike, up to numbers and columns, form a
group and are evaluated at once.

Two kinds of rows are rewritten, so that their function is convex (concave for a lower side):
- a x_i x_j >= b with a, b > 0 and x >= 0 says x_j - (b/a) / x_i >= 0;
- a quadratic form with one negative eigenvalue within bounds that leave one of its two cones says
  v'x + v0 - ||M x + o|| >= 0. M and v come from eigenvalues and are rounded: with E the form less its rewriting,
  bounded by e over the box, feasible points satisfy ||M x + o||^2 <= (v'x + v0)^2 + e, hence -sqrt(e) on the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from formulations.affine import Terms, curved_terms
from formulations.expression import Binary, Call, Column, Expression, Negative, Number, children, walk
from formulations.features import Feature, required_features, row_cone, row_is_convex_quadratic
from formulations.intervals import fold
from formulations.program import Flags, Floats, Integers, Program
from formulations.quadratic_forms import Cone
from solvers.proxies.batch import Batch, ShapeError, of_programs, shared
from solvers.proxies.certificate import UNIT

CONVEX = frozenset(
    {
        *(Feature.CONTINUOUS, Feature.INTEGER, Feature.CONVEX_QUADRATIC_OBJECTIVE, Feature.CONVEX_QUADRATIC_ROW),
        *(Feature.SECOND_ORDER_CONE, Feature.CONVEX_NONLINEAR, Feature.MIXED_INTEGER_QUADRATIC),
    }
)


class NotConvexError(ValueError):
    """A program is not convex, or not seen to be: ``str`` says what it contains."""


@dataclass(frozen=True, eq=False)
class Group:
    """G atoms written alike: ``factors * template(columns, numbers)``, each added to the function at its place.

    places: (G,) rows, m for the objective. columns: (G, d). numbers: (count or 1, G, q). factors: (count or 1, G).
    """

    template: Expression
    places: Integers
    columns: Integers
    numbers: Floats
    factors: Floats


@dataclass(frozen=True, eq=False)
class Curves:
    """places, left, right: (q,) and forms (count or 1, q): quadratic terms value * x_left * x_right with left <= right.

    curved: (m,) the rows that are not linear.
    """

    places: Integers
    left: Integers
    right: Integers
    forms: Floats
    groups: tuple[Group, ...]
    curved: Flags

    @property
    def separable(self) -> bool:
        """Whether no two columns occur in one curved term, so that the curvature is diagonal."""
        groups = all(group.columns.shape[1] == 1 for group in self.groups)
        return groups and bool((self.left == self.right).all())

    def select(self, index: Any) -> Curves:
        """The curves of some instances."""

        def taken(array: Floats) -> Floats:
            return array if len(array) == 1 else array[index]

        groups = tuple(replace(g, numbers=taken(g.numbers), factors=taken(g.factors)) for g in self.groups)
        return replace(self, forms=taken(self.forms), groups=groups)


def is_curved(program: Program) -> bool:
    """Whether anything in the program is not linear."""
    return bool(
        program.quadratic
        or program.nonlinear
        or program.objective_quadratic is not None
        or program.objective_nonlinear is not None
    )


def of_convex(programs: Sequence[Program]) -> tuple[Batch, Curves]:
    """The linear and the curved parts; the pattern of the batch has an entry wherever a row's function moves.

    Integer columns are relaxed. Raises NotConvexError, ShapeError for programs of different structure.
    """
    strange = required_features(programs[0]) - CONVEX
    if strange or programs[0].indicators:
        raise NotConvexError(f"the program contains: {', '.join(sorted(f.value for f in strange)) or 'indicators'}")
    written = [_Written.of(program) for program in programs]
    first = written[0]
    m = programs[0].row_count
    pairs = sorted({key for one in written for key in one.forms})
    forms = np.array([[one.forms.get(key, 0.0) for key in pairs] for one in written]).reshape(len(written), len(pairs))
    groups = _groups([one.atoms for one in written])
    curved = np.zeros(m, dtype=bool)
    curved[[place for place in first.places if place < m]] = True
    batch = _with_entries(of_programs([one.program for one in written]), pairs, groups)
    places, left, right = (np.array([key[k] for key in pairs], dtype=np.int64) for k in range(3))
    return batch, Curves(places, left, right, shared(forms), groups, curved)


@dataclass(frozen=True, eq=False)
class _Written:
    """One program: its linear part, quadratic terms by (place, i, j), and atoms (place, factor, expression)."""

    program: Program
    forms: dict[tuple[int, int, int], float]
    atoms: list[tuple[int, float, Expression]]
    places: set[int]

    @staticmethod
    def of(program: Program) -> _Written:
        m, sign = program.row_count, -1.0 if program.sense == "maximize" else 1.0
        forms: dict[tuple[int, int, int], float] = {}
        atoms: list[tuple[int, float, Expression]] = []
        matrix = program.matrix.tolil()
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        cost, offset = program.objective.copy(), program.objective_offset
        rows = sorted({*program.quadratic, *program.nonlinear})
        for row in rows:
            terms, low, high = _row(program, row)
            if terms.cleared:
                matrix[row, :] = 0
            for j, coefficient in terms.body.linear.items():
                matrix[row, j] += coefficient
            lower[row], upper[row] = low - terms.body.constant, high - terms.body.constant
            forms |= {(row, i, j): value for (i, j), value in terms.body.quadratic.items()}
            atoms += [(row, factor, expression) for factor, expression in terms.body.residual]
        own = curved_terms(program, None)
        for j, coefficient in own.linear.items():
            cost[j] += coefficient
        offset += own.constant
        forms |= {(m, i, j): sign * value for (i, j), value in own.quadratic.items()}
        atoms += [(m, sign * factor, expression) for factor, expression in own.residual]
        linear = replace(
            program,
            matrix=matrix.tocsr(),
            row_lower=lower,
            row_upper=upper,
            objective=cost,
            objective_offset=offset,
            objective_quadratic=None,
            objective_nonlinear=None,
            quadratic={},
            nonlinear={},
        )
        return _Written(linear, forms, atoms, {*rows, m} if own.degree != 0 else set(rows))


@dataclass(frozen=True, eq=False)
class _Body:
    """What replaces the curved part of a row, and whether it replaces the linear part as well."""

    body: Terms
    cleared: bool = False


def _row(program: Program, row: int) -> tuple[_Body, float, float]:
    """The curved terms of a row and its sides, rewritten where the function as it stands is not convex."""
    terms = curved_terms(program, row)
    low, high = float(program.row_lower[row]), float(program.row_upper[row])
    if row in program.nonlinear or row not in program.quadratic:
        return _Body(terms), low, high
    hyperbola = _hyperbola(program, row, terms, low, high)
    if hyperbola is not None:
        return hyperbola, 0.0, np.inf
    cone = row_cone(program, row)
    if cone is None or row_is_convex_quadratic(program, row):
        return _Body(terms), low, high
    body, slack = _cone(program, row, cone)
    return body, -slack, np.inf


def _hyperbola(program: Program, row: int, terms: Terms, low: float, high: float) -> _Body | None:
    """a x_i x_j >= b as x_j - (b/a) / x_i >= 0, or None."""
    span = slice(*program.matrix.indptr[row : row + 2])
    if program.matrix.data[span].any() or len(terms.quadratic) != 1 or terms.linear or terms.constant:
        return None
    ((i, j), a) = next(iter(terms.quadratic.items()))
    b = low if np.isfinite(low) else -high
    a = a if np.isfinite(low) else -a
    if (np.isfinite(low) and np.isfinite(high)) or i == j or a <= 0 or b <= 0:
        return None
    if program.column_lower[i] < 0 or program.column_lower[j] < 0:
        return None
    quotient = np.nextafter(b / a, 0.0)  # a little less is asked for: still true of every feasible point
    return _Body(
        Terms(linear={j: 1.0}, residual=((-float(quotient), Binary("/", Number(1.0), Column(i))),)), cleared=True
    )


def _cone(program: Program, row: int, cone: Cone) -> tuple[_Body, float]:
    """v'x + v0 - ||M x + o|| and the slack that covers the rounding of M and v."""
    matrix, used = cone.matrix.toarray(), np.flatnonzero(cone.matrix.toarray().any(axis=0) | (cone.axis != 0))
    squares: Expression | None = None
    for line, shift in zip(matrix, cone.offset, strict=True):
        entry: Expression = Number(float(shift))
        for j in np.flatnonzero(line).tolist():
            entry = Binary("+", entry, Binary("*", Number(float(line[j])), Column(j)))
        square = Binary("**", entry, Number(2.0))
        squares = square if squares is None else Binary("+", squares, square)
    norm = Call("sqrt", (squares or Number(0.0),))
    axis = {j: float(cone.axis[j]) for j in np.flatnonzero(cone.axis).tolist()}
    body = Terms(constant=float(cone.axis_offset), linear=axis, residual=((-1.0, norm),))
    return _Body(body, cleared=True), _rewriting_slack(program, row, cone, used)


def _rewriting_slack(program: Program, row: int, cone: Cone, used: Integers) -> float:
    """sqrt(e), e above the row's form less ||M x + o||^2 - (v'x + v0)^2 over the column bounds; may be infinite."""
    k = len(used)
    side = 1.0 if np.isfinite(program.row_upper[row]) else -1.0
    bound = program.row_upper[row] if side > 0 else program.row_lower[row]
    form = np.zeros((k + 1, k + 1))
    form[:k, :k] = side * program.quadratic[row].toarray()[np.ix_(used, used)]
    form[:k, k] = form[k, :k] = side * program.matrix[[row]].toarray()[0, used] / 2
    form[k, k] = -side * bound
    root = np.concatenate([cone.matrix.toarray()[:, used], cone.offset[:, None]], axis=1)
    axis = np.append(cone.axis[used], cone.axis_offset)
    difference = form - (root.T @ root - np.outer(axis, axis))
    sizes = np.abs(form) + np.abs(root).T @ np.abs(root) + np.outer(np.abs(axis), np.abs(axis))
    rounding = 8 * (len(root) + 4) * UNIT * sizes
    reach = np.append(np.maximum(np.abs(program.column_lower[used]), np.abs(program.column_upper[used])), 1.0)
    with np.errstate(invalid="ignore"):
        total = float(reach @ (np.abs(difference) + rounding) @ reach)
    return float(np.sqrt(total) * (1 + 1e-9)) if np.isfinite(total) else np.inf


# --- grouping -----------------------------------------------------------------------------------------------------

_Atom = tuple[int, float, Expression]


def _groups(atoms: Sequence[Sequence[_Atom]]) -> tuple[Group, ...]:
    """The atoms of all programs in groups. Raises ShapeError if they are written differently."""
    signatures = [[_signature(expression) for _, _, expression in own] for own in atoms]
    if any(own != signatures[0] for own in signatures):
        raise ShapeError("the way a curved term is written changes with the parameters")
    result = []
    for signature in dict.fromkeys(signatures[0]):
        chosen = [k for k, own in enumerate(signatures[0]) if own == signature]
        firsts = [atoms[0][k] for k in chosen]
        columns = [_columns(expression) for _, _, expression in firsts]
        numbers = [[_numbers(own[k][2]) for k in chosen] for own in atoms]
        result.append(
            Group(
                template=_local(firsts[0][2]),
                places=np.array([place for place, _, _ in firsts], dtype=np.int64),
                columns=np.array(columns, dtype=np.int64).reshape(len(chosen), -1),
                numbers=shared(np.array(numbers, dtype=float).reshape(len(atoms), len(chosen), -1)),
                factors=shared(np.array([[own[k][1] for k in chosen] for own in atoms])),
            )
        )
    return tuple(result)


def _columns(expression: Expression) -> tuple[int, ...]:
    """The columns in the order in which they first occur."""
    return tuple(dict.fromkeys(node.index for node in walk(expression) if isinstance(node, Column)))


def _numbers(expression: Expression) -> list[float]:
    return [node.value for node in walk(expression) if isinstance(node, Number)]


def _signature(expression: Expression) -> tuple[object, ...]:
    """How an expression is written, whatever its columns and numbers; exponents count."""
    local = {column: k for k, column in enumerate(_columns(expression))}

    def tokens() -> Iterator[object]:
        for node in walk(expression):
            match node:
                case Number():
                    yield "number"
                case Column(index=index):
                    yield local[index]
                case Binary(operator="**", right=Number(value=power)):
                    yield ("**", power)
                case Binary(operator="**", right=Negative(operand=Number(value=power))):
                    yield ("**", -power)
                case Binary(operator=operator):
                    yield operator
                case Call(function=function):
                    yield (function, len(children(node)))
                case Negative():
                    yield "negative"
                case _:
                    yield type(node).__name__

    return tuple(tokens())


def _local(expression: Expression) -> Expression:
    """The expression with its columns numbered as in ``_columns``."""
    local = {column: k for k, column in enumerate(_columns(expression))}

    def combine(node: Expression, arguments: tuple[Expression, ...]) -> Expression:
        match node:
            case Column(index=index):
                return Column(local[index])
            case Negative():
                return Negative(arguments[0])
            case Binary(operator=operator):
                return Binary(operator, arguments[0], arguments[1])
            case Call(function=function):
                return Call(function, arguments)
        return node

    return fold(expression, combine)


def _with_entries(batch: Batch, pairs: Sequence[tuple[int, int, int]], groups: Sequence[Group]) -> Batch:
    """The batch with entries, zero so far, wherever the function of a row has a derivative."""
    m = batch.row_count
    wanted = {(j, place) for place, *both in pairs if place < m for j in both}
    for group in groups:
        for place, columns in zip(group.places.tolist(), group.columns.tolist(), strict=True):
            wanted |= {(j, place) for j in columns if place < m}
    keys = batch.columns * max(1, m) + batch.rows
    extra = np.array([j * max(1, m) + i for j, i in sorted(wanted)], dtype=np.int64)
    merged = np.union1d(keys, extra)
    values = np.zeros((len(batch.values), len(merged)))
    values[:, np.searchsorted(merged, keys)] = batch.values
    return replace(batch, rows=merged % max(1, m), columns=merged // max(1, m), values=values)
