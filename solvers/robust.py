"""Plans that hold whatever happens within an uncertainty set, by exact reformulation.

A row ``a(theta) x <= b(theta)`` holds for all theta of a budget set if and only if there are p, q >= 0 with
``a x + sum_l G_l p_l + sum_f q_f <= b`` at the data, where ``p_l(f) + q_f`` is at least the growth of ``a x - b`` with
z'_f and with z''_f: the dual of the worst case. Lines without a budget need no p.
Source: Bertsimas & Sim (2004), The price of robustness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from formulations.data import Instance
from formulations.dependence import Affine
from formulations.program import Block, Floats, Integers, Program
from formulations.reductions.extension import padded
from solvers.activities import activities
from solvers.dispatch import solve
from solvers.solution import Solution, Termination
from solvers.solver import EventHandler, Options, ignore
from solvers.uncertainty import Uncertainty, UncertaintyError, UncertaintySet, uncertainty_set
from solvers.verify import verify_instance


@dataclass(frozen=True, eq=False, kw_only=True)
class Robust:
    """A plan that keeps all constraints for every theta of the set, and is best in the worst case.

    plan: values (n,) in the order of the program; its objective is the worst one over the set. nominal: the optimum
    if the data were certain. price: how much worse the worst case is than that, at least 0. at_data: the objective of
    the plan if the data hold. worst_theta: where its objective is worst. worst_violation: the largest violation of a
    row over the set, found by sorting, independently of the reformulation.
    """

    plan: Solution
    nominal: Solution
    price: float | None
    at_data: float | None
    worst_theta: Floats | None
    worst_violation: float | None
    labels: tuple[str, ...]


def robust(
    instance: Instance,
    lines: Sequence[Uncertainty],
    options: Options | None = None,
    *,
    on_event: EventHandler = ignore,
) -> Robust:
    """The robust optimum for these uncertainties. ``on_event`` hears of both solves, for the data and for the set.

    Raises VariationError and UncertaintyError, also for equalities with uncertain data, and what ``solve`` raises.
    """
    options = options or Options()
    own = uncertainty_set(instance, lines)
    program = own.maps.program(own.base)
    counterpart = robust_counterpart(own)
    # First what was asked for: whoever stops the search keeps it.
    found = solve(counterpart, options, on_event=on_event)
    nominal = solve(program, options, on_event=on_event)
    n = program.column_count
    labels = tuple(own.space.family.labels)
    if found.values is None or not found.termination.has_values:
        plan = replace(found, values=None, duals=None, reduced_costs=None)
        return Robust(
            plan=plan, nominal=nominal, price=None, at_data=None, worst_theta=None, worst_violation=None, labels=labels
        )
    plan, theta = _checked(own, program, found, options)
    values, worst = found.values[:n], plan.objective
    price = None
    if nominal.objective is not None and worst is not None:
        price = max(0.0, (nominal.objective - worst) * (1.0 if program.sense == "maximize" else -1.0))
    return Robust(
        plan=plan,
        nominal=nominal,
        price=price,
        at_data=activities(program, values).objective,
        worst_theta=theta,
        worst_violation=plan.max_violation,
        labels=labels,
    )


def _checked(own: UncertaintySet, program: Program, found: Solution, options: Options) -> tuple[Solution, Floats]:
    """The plan in the columns of the program, with its worst case recomputed, and the theta where that is reached.

    A plan that misses it, or is none on the expressions as written at the data or there, is a NUMERICAL_ERROR.
    """
    assert found.values is not None
    values = found.values[: program.column_count]
    violation = worst_violation(own, values)
    worst, theta = worst_objective(own, values)
    plan = replace(found, values=values, duals=None, reduced_costs=None, max_violation=violation, objective=worst)
    true = activities(program, values, options)
    scale = max(1.0, float(true.row_scales.max(initial=0.0)))
    complaint = ""
    if violation > options.verification_tolerance * scale:
        complaint = f"the plan misses its worst case by {violation:.6g}"
    elif abs(worst - (found.objective or 0.0)) > options.verification_tolerance * max(true.objective_scale, abs(worst)):
        complaint = f"the worst objective of the plan is {worst:.9g}, not {found.objective}"
    bare = replace(plan, objective=None, dual_bound=None)
    for member in (own.base, theta):
        written = verify_instance(own.space.family.member(member), own.maps.program(member), bare, options)
        if not written.termination.has_values:
            complaint = written.log.strip().splitlines()[-1]
    if complaint:
        log = f"{found.log}\nVerification: {complaint}.".lstrip()
        plan = replace(plan, termination=Termination.NUMERICAL_ERROR, log=log)
    return plan, theta


# -- the worst case of a plan, by sorting --------------------------------------------------------------------------


def worst_objective(own: UncertaintySet, values: Floats) -> tuple[float, Floats]:
    """The worst objective of a plan over the set, in the user's sense, and the theta where it is reached."""
    maps = own.maps
    sign = -1.0 if maps.frame.sense == "maximize" else 1.0
    slopes = np.asarray(sign * (maps.cost.slopes.T @ values + maps.offset.slopes.T @ np.ones(1)))
    at_data = activities(maps.program(own.base), values).objective
    return at_data + sign * own.worst(slopes), own.worst_theta(slopes)


def worst_violation(own: UncertaintySet, values: Floats) -> float:
    """The largest violation of a row or bound by a plan over the set; rows that are switched off do not count."""
    return worst_miss(own, values)[1]


def worst_miss(own: UncertaintySet, values: Floats) -> tuple[str, float]:
    """The row or column that a plan misses by most over the set, and by how much; "" and 0.0 if it misses none."""
    maps, largest, where = own.maps, 0.0, ""
    program = maps.program(own.base)
    rows = activities(program, values).rows
    held = np.ones(program.row_count, dtype=bool)
    for row, indicator in program.indicators.items():
        held[row] = (values[indicator.column] > 0.5) == indicator.value
    row_slopes, always = _activity_slopes(own, values), np.ones(len(values), dtype=bool)
    sides = (
        (program.rows, rows - program.row_upper, row_slopes - maps.row_upper.slopes, held),
        (program.rows, program.row_lower - rows, maps.row_lower.slopes - row_slopes, held),
        (program.columns, values - program.column_upper, -maps.column_upper.slopes, always),
        (program.columns, program.column_lower - values, maps.column_lower.slopes, always),
    )
    for labels, excess, slopes, counted in sides:
        matrix = sparse.csr_array(slopes)
        for place in np.flatnonzero(np.isfinite(excess) & counted).tolist():
            own_slopes = matrix[[place]].toarray()[0] if matrix.indptr[place] < matrix.indptr[place + 1] else None
            growth = 0.0 if own_slopes is None else own.worst(own_slopes)
            if float(excess[place]) + growth > largest:
                where, largest = labels[place], float(excess[place]) + growth
    return where, largest


def _activity_slopes(own: UncertaintySet, values: Floats) -> sparse.csr_array:
    """d (A(theta) x) / d theta at a plan: CSR (m, K)."""
    matrix = own.maps.frame.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    spread = sparse.coo_array(
        (values[matrix.indices], (rows, np.arange(matrix.nnz))), shape=(matrix.shape[0], matrix.nnz)
    )
    return sparse.csr_array(spread.tocsr() @ own.maps.coefficients.slopes)


# -- the reformulation ----------------------------------------------------------------------------------------------


def robust_counterpart(own: UncertaintySet) -> Program:
    """The program whose feasible plans, in its first n columns, hold for every theta of the set."""
    program = own.maps.program(own.base)
    _refuse_equalities(own, program)
    assembly = _Counterpart(own, _bounded(own, program))
    assembly.protect_rows()
    assembly.protect_objective()
    return assembly.program()


def _refuse_equalities(own: UncertaintySet, program: Program) -> None:
    maps = own.maps
    rows = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    moving = {*maps.row_lower.moving.tolist(), *maps.row_upper.moving.tolist()}
    moving |= set(rows[maps.coefficients.moving].tolist())
    equal = [row for row in sorted(moving) if program.row_lower[row] == program.row_upper[row]]
    if equal:
        raise UncertaintyError(
            f"{program.rows[equal[0]]} is an equality with uncertain data, which no fixed plan can keep: make it an "
            "inequality, or let variables react (recourse)"
        )


def _bounded(own: UncertaintySet, program: Program) -> Program:
    """The program with column bounds at their tightest over the set."""

    def moved(side: Affine, bounds: Floats, sign: float) -> Floats:
        result = bounds.copy()
        for place in side.moving.tolist():
            result[place] -= sign * own.worst(-sign * side.slopes[[place]].toarray()[0])
        return result

    return replace(
        program,
        column_upper=moved(own.maps.column_upper, program.column_upper, 1.0),
        column_lower=moved(own.maps.column_lower, program.column_lower, -1.0),
    )


class _Counterpart:
    """A program while columns and rows that protect its rows are added behind its own."""

    def __init__(self, own: UncertaintySet, program: Program) -> None:
        self.own, self.base = own, program
        self.columns = program.column_count
        self.rows = program.row_count
        self.triplets: list[tuple[int, int, float]] = []
        self.row_lower, self.row_upper = program.row_lower.tolist(), program.row_upper.tolist()
        self.row_names: list[str] = []
        self.column_names: list[str] = []
        self.free: list[bool] = []
        self.objective: tuple[int, float] | None = None

    def protect_rows(self) -> None:
        maps, program = self.own.maps, self.base
        matrix = program.matrix
        slopes = maps.coefficients.slopes
        for row in range(program.row_count):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            products = sparse.csr_array(slopes[part])
            upper = maps.row_upper.slopes[[row]].toarray()[0]
            lower = maps.row_lower.slopes[[row]].toarray()[0]
            if not products.nnz and not upper.any() and not lower.any():
                continue
            columns = matrix.indices[part]
            name = program.rows[row]
            has_upper, has_lower = np.isfinite(program.row_upper[row]), np.isfinite(program.row_lower[row])
            place = row
            if has_upper and has_lower:  # the two sides have worst cases of their own
                place = self._add_row(f"{name} from below", program.row_lower[row], np.inf)
                self.triplets += [(place, int(c), float(v)) for c, v in zip(columns, matrix.data[part], strict=True)]
                self.row_lower[row] = -np.inf
            if has_upper:
                self._protect(row, name, columns.astype(np.int64), products, -upper, above=True)
            if has_lower:
                self._protect(place, f"{name} from below", columns.astype(np.int64), -products, lower, above=False)

    def protect_objective(self) -> None:
        """An uncertain objective becomes a row over a column that is optimized instead."""
        maps, program = self.own.maps, self.base
        if not maps.cost.slopes.nnz and not maps.offset.slopes.nnz:
            return
        if program.objective_quadratic is not None or program.objective_nonlinear is not None:
            raise UncertaintyError("an uncertain objective must be linear: this one has products or functions")
        maximized = program.sense == "maximize"
        worst = self._add_column("worst case", free=True)
        bound = -program.objective_offset
        row = self._add_row("objective", bound if maximized else -np.inf, np.inf if maximized else bound)
        used = np.flatnonzero((program.objective != 0) | (np.diff(maps.cost.slopes.indptr) > 0)).astype(np.int64)
        self.triplets += [(row, int(column), float(program.objective[column])) for column in used]
        self.triplets.append((row, worst, -1.0))
        sign = -1.0 if maximized else 1.0
        products = sparse.csr_array(maps.cost.slopes[used] * sign)
        data = maps.offset.slopes[[0]].toarray()[0] * sign
        self._protect(row, "objective", used, products, data, above=not maximized)
        self.objective = (worst, 1.0)

    def _protect(
        self, row: int, name: str, columns: Integers, products: sparse.csr_array, data: Floats, *, above: bool
    ) -> None:
        """Room in a row for the worst case of ``sum_j products[j] theta x_j + data theta``.

        ``products`` is CSR (columns, K) and ``data`` (K,), both in the sense of an excess; the row's own terms must
        stay ``above`` (<=) or below (>=) its bound.
        """
        own = self.own
        with_up, with_down = products @ own.up, -(products @ own.down)
        data_up, data_down = own.gains(data)
        touched = np.unique(np.concatenate([_used_columns(with_up), _used_columns(with_down)]))
        sign = 1.0 if above else -1.0
        # What depends on no column is worked out at once, line by line, where nothing else of the line is touched.
        lines_touched = set(own.groups[touched].tolist())
        gain = np.maximum(0.0, np.maximum(data_up, data_down))
        for line, budget in enumerate(own.budgets):
            members = np.flatnonzero(own.groups == line)
            if line not in lines_touched:
                self._shift(row, sign * own._largest(gain[members], float(budget)), above=above)
                continue
            needed = [f for f in members.tolist() if f in set(touched.tolist()) or gain[f] > 0]
            self._protect_line(row, name, columns, (with_up, with_down), (data_up, data_down), needed, line, sign)

    def _protect_line(
        self,
        row: int,
        name: str,
        columns: Integers,
        products: tuple[sparse.csr_array, sparse.csr_array],
        data: tuple[Floats, Floats],
        factors: list[int],
        line: int,
        sign: float,
    ) -> None:
        budget = float(self.own.budgets[line])
        boxed = budget >= len(factors)
        shared = None if boxed else self._add_column(f"{name}, budget {line + 1}")
        if shared is not None:
            self.triplets.append((row, shared, sign * budget))
        for factor in factors:
            single = self._add_column(f"{name}, {self.own.space.labels[factor]}")
            self.triplets.append((row, single, sign))
            for side, constant in zip(products, data, strict=True):
                entries = side[:, [factor]].tocoo()
                if not entries.nnz and constant[factor] <= 0:
                    continue
                limit = self._add_row(f"{name}, {self.own.space.labels[factor]}", float(constant[factor]), np.inf)
                self.triplets.append((limit, single, 1.0))
                if shared is not None:
                    self.triplets.append((limit, shared, 1.0))
                pairs = zip(entries.row.tolist(), entries.data.tolist(), strict=True)
                self.triplets += [(limit, int(columns[place]), -value) for place, value in pairs]

    def _shift(self, row: int, amount: float, *, above: bool) -> None:
        if above:
            self.row_upper[row] -= amount
        else:
            self.row_lower[row] -= amount

    def _add_column(self, name: str, *, free: bool = False) -> int:
        self.column_names.append(name)
        self.free.append(free)
        self.columns += 1
        return self.columns - 1

    def _add_row(self, name: str, lower: float, upper: float) -> int:
        self.row_names.append(name)
        self.row_lower.append(float(lower))
        self.row_upper.append(float(upper))
        self.rows += 1
        return self.rows - 1

    def program(self) -> Program:
        base, added, curved = self.base, len(self.column_names), self.base.objective_quadratic
        own = base.matrix.tocoo()
        new = np.array(self.triplets).reshape(-1, 3)
        entries = (
            np.concatenate([own.data, new[:, 2]]),
            (
                np.concatenate([own.row, new[:, 0].astype(np.int64)]),
                np.concatenate([own.col, new[:, 1].astype(np.int64)]),
            ),
        )
        matrix = sparse.csr_array(sparse.coo_array(entries, shape=(self.rows, self.columns)))
        matrix.eliminate_zeros()
        objective = np.concatenate([base.objective, np.zeros(added)])
        offset = base.objective_offset
        if self.objective is not None:
            objective[:] = 0.0
            objective[self.objective[0]], offset = self.objective[1], 0.0
        return replace(
            base,
            columns=base.columns.extended(*(Block(name, 1) for name in self.column_names)),
            column_lower=np.concatenate([base.column_lower, np.where(self.free, -np.inf, 0.0)]),
            column_upper=np.concatenate([base.column_upper, np.full(added, np.inf)]),
            integer=np.concatenate([base.integer, np.zeros(added, dtype=bool)]),
            objective=objective,
            objective_offset=offset,
            objective_quadratic=None if curved is None else padded(curved, self.columns),
            rows=base.rows.extended(*(Block(name, 1) for name in self.row_names)),
            matrix=matrix,
            row_lower=np.array(self.row_lower),
            row_upper=np.array(self.row_upper),
            quadratic={row: padded(form, self.columns) for row, form in base.quadratic.items()},
        )


def _used_columns(matrix: sparse.csr_array) -> Integers:
    entries = matrix.tocoo()
    return np.unique(entries.col[entries.data != 0]).astype(np.int64)
