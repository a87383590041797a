"""Curved programs as linear ones over their columns and *atoms*: the products and functions that occur in them.

Whatever linear reasoning proves for all values of columns and atoms holds where the atoms are what they stand for.
Nothing else follows: a point of the lifted program is no plan, so that nothing is refuted by it, and columns that
occur in atoms, and the atoms themselves, must not be replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from equivalence.canonical import Canonical, Level, result_of, simplify
from equivalence.exact import ONE, ZERO, ExactColumn, Expr, Linear, Row, combine, exact_linear, rational, scaled_row
from equivalence.polynomials import PARTIAL, Graph, Monomial, Polynomial
from equivalence.workspace import Workspace
from formulations.expression import Expression
from formulations.program import Program


@dataclass
class Atoms:
    """The atoms over one program's columns, numbered after them."""

    graph: Graph
    numbers: dict[Monomial, int] = field(default_factory=dict)

    def number(self, monomial: Monomial) -> int:
        if len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0] < self.graph.columns:
            return monomial[0][0]
        return self.numbers.setdefault(monomial, self.graph.columns + len(self.numbers))

    def expr(self, polynomial: Polynomial) -> Expr:
        terms = {self.number(monomial): c for monomial, c in polynomial.items() if monomial}
        return Expr(terms, polynomial.get((), ZERO))

    def columns(self, own: Sequence[ExactColumn]) -> tuple[ExactColumn, ...]:
        """The columns and the atoms with the bounds that are evident."""
        bounds = [self.bounds(monomial, own) for monomial in self.numbers]
        labels = [f"atom {k}" for k in range(len(bounds))]
        atoms = [ExactColumn(label, *ends, False) for label, ends in zip(labels, bounds, strict=True)]
        return (*own, *atoms)

    def bounds(self, monomial: Monomial, own: Sequence[ExactColumn]) -> tuple[Fraction | None, Fraction | None]:
        lower: Fraction | None = ONE
        upper: Fraction | None = ONE
        for generator, exponent in monomial:
            low, high = self.range(generator, own)
            if exponent % 2 == 0 and (low is None or low < 0):
                low, high = ZERO, None
            if lower is None or low is None or low < 0:
                return None, None
            lower *= low**exponent
            upper = None if upper is None or high is None else upper * high**exponent
        return lower, upper

    def range(self, generator: int, own: Sequence[ExactColumn]) -> tuple[Fraction | None, Fraction | None]:
        if generator < self.graph.columns:
            return own[generator].lower, own[generator].upper
        function, _ = self.graph.nodes[generator - self.graph.columns]
        if function in ("abs", "exp", "sqrt"):
            return ZERO, None
        return (-ONE, ONE) if function in ("sin", "cos") else (None, None)

    def touched(self) -> set[int]:
        """Columns that occur in some atom."""
        return {j for monomial in self.numbers for j in self.columns_of(monomial)}

    def columns_of(self, monomial: Monomial) -> set[int]:
        """The columns that a product depends on."""
        found: set[int] = set()
        waiting = [generator for generator, _ in monomial]
        seen: set[int] = set()
        while waiting:
            generator = waiting.pop()
            if generator in seen:
                continue
            seen.add(generator)
            if generator < self.graph.columns:
                found.add(generator)
                continue
            _, arguments = self.graph.nodes[generator - self.graph.columns]
            waiting += [g for argument in arguments for inner, _ in argument for g, _ in inner]
        return found


@dataclass(frozen=True, slots=True)
class Conditional:
    """``lower <= body <= upper`` wherever ``column`` has the value."""

    body: Polynomial
    lower: Fraction | None
    upper: Fraction | None
    column: int
    value: bool


@dataclass(frozen=True)
class Lifted:
    """A program over columns and atoms, without columns that only restate others; ``form.kept`` numbers the rest.

    partial: nodes that are not defined everywhere. conditional: rows that hold under a condition, kept apart.
    """

    program: Program
    atoms: Atoms
    form: Canonical
    partial: frozenset[int]
    conditional: tuple[Conditional, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """The columns of the program that are left."""
        return tuple(j for j in self.form.kept if j < self.program.column_count)

    def polynomial(self, k: int) -> Polynomial:
        """What column k of the form stands for."""
        j = self.form.kept[k]
        if j < self.program.column_count:
            return {((j, 1),): ONE}
        return {list(self.atoms.numbers)[j - self.program.column_count]: ONE}


def lifted(program: Program, binary: frozenset[int]) -> Lifted:
    """The program in its lifted form. Raises TooLarge, and EmptyProgram where it contradicts itself."""
    linear = exact_linear(program)
    graph = Graph(program.column_count, binary)
    atoms = Atoms(graph)
    rows, conditional = [], []
    for i, row in enumerate(linear.rows):
        curved = _curved(graph, program.quadratic.get(i), program.nonlinear.get(i))
        indicator = program.indicators.get(i)
        if not curved and indicator is None:
            rows.append(row)
            continue
        body = _whole(program, i, curved)
        lower, upper = (
            None if abs(end) == float("inf") else rational(float(end))
            for end in (program.row_lower[i], program.row_upper[i])
        )
        if indicator is not None:
            conditional.append(Conditional(body, lower, upper, indicator.column, indicator.value))
            continue
        expr = atoms.expr(body)
        lower, upper = (None if end is None else end - expr.constant for end in (lower, upper))
        rows.append(scaled_row(row.label, expr.terms, lower, upper))
    curved = _curved(graph, program.objective_quadratic, program.objective_nonlinear)
    sign = -1 if program.sense == "maximize" else 1
    extra = atoms.expr({monomial: sign * c for monomial, c in curved.items()})
    objective = combine([(ONE, linear.objective), (ONE, extra)])
    partial = frozenset(graph.columns + n for n, (function, _) in enumerate(graph.nodes) if function in PARTIAL)
    whole = Linear(atoms.columns(linear.columns), tuple(rows), objective)
    held = atoms.touched() | set(atoms.numbers.values())
    for part in conditional:
        held |= {part.column, *(j for monomial in part.body for j in atoms.columns_of(monomial))}
    work = Workspace(whole, frozenset(whole.columns[j].label for j in held))
    simplify(work, Level.OUTRIGHT, stay=work.keep)
    return Lifted(program, atoms, result_of(work), partial, tuple(conditional))


def _whole(program: Program, i: int, curved: Polynomial) -> Polynomial:
    """Everything in the row, its entries in the matrix too."""
    total = dict(curved)
    matrix = program.matrix
    span = slice(matrix.indptr[i], matrix.indptr[i + 1])
    for j, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True):
        key = ((j, 1),)
        total[key] = total.get(key, ZERO) + rational(value)
    return {monomial: c for monomial, c in total.items() if c}


def _curved(graph: Graph, quadratic: object, nonlinear: Expression | None) -> Polynomial:
    """The part of a row that is not in the matrix; it may turn out to be linear."""
    total: dict[Monomial, Fraction] = {}
    if quadratic is not None:
        entries = quadratic.tocoo()  # type: ignore[attr-defined]
        for i, j, value in zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True):
            key = graph.monomial(((i, 1),), ((j, 1),))
            total[key] = total.get(key, ZERO) + rational(value)
    if nonlinear is not None:
        for monomial, c in graph.polynomial(nonlinear).items():
            total[monomial] = total.get(monomial, ZERO) + c
    return {monomial: c for monomial, c in total.items() if c}


def skeleton(side: Lifted, names: Mapping[str, int]) -> Linear:
    """A linear program whose isomorphisms take atoms to atoms: rows say what the atoms are made of.

    ``names`` numbers the functions alike for all programs. For looking for bijections only.
    """
    count = len(side.form.kept)
    place = {j: k for k, j in enumerate(side.form.kept)}
    columns = list(side.form.linear.columns)
    rows = list(side.form.linear.rows)
    known: dict[int, int] = {}

    def fresh() -> int:
        columns.append(ExactColumn("part", None, None, False))
        return len(columns) - 1

    def of_generator(generator: int) -> int:
        if generator < side.atoms.graph.columns:
            return place[generator]
        if generator in known:
            return known[generator]
        function, arguments = side.atoms.graph.nodes[generator - side.atoms.graph.columns]
        part = known[generator] = fresh()
        for n, argument in enumerate(arguments):
            inner = fresh()
            step = names[function] * 4 + (0 if function == "min" else n % 4)
            rows.append(Row("made of", {part: 7, inner: -step - 11}, ZERO, ZERO))
            terms: dict[int, Fraction | int] = {inner: -3}
            for monomial, c in argument:
                if monomial:
                    terms[of_monomial(monomial)] = c
            rows.append(scaled_row("sum of", terms, ZERO, ZERO))
        return part

    def of_monomial(monomial: Monomial) -> int:
        if len(monomial) == 1 and monomial[0][1] == 1:
            return of_generator(monomial[0][0])
        number = side.atoms.numbers.get(monomial)
        whole = place.get(number, -1) if number is not None else -1
        whole = fresh() if whole < 0 else whole
        tie(whole, monomial)
        return whole

    def tie(whole: int, monomial: Monomial) -> None:
        terms = {whole: -5}
        for generator, exponent in monomial:
            terms[of_generator(generator)] = exponent
        rows.append(Row("product of", terms, ZERO, ZERO))

    for monomial, number in side.atoms.numbers.items():
        if number in place:
            tie(place[number], monomial)
    assert count <= len(columns)
    return Linear(tuple(columns), tuple(rows), side.form.linear.objective)
