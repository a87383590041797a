"""Programs with quadratic, nonlinear or conditional parts: equal where they are written alike, else unknown.

Expressions are brought to a normal form in which sums and products have no order and equal parts are one object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

from equivalence.exact import exact_linear, rational
from equivalence.verdict import Affine, AffineMap, Contract, Relation, Verdict
from formulations.affine import Terms, split
from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Program

Normal = Hashable


def curved(program: Program) -> bool:
    """Whether there is anything but linear rows and a linear objective."""
    return bool(
        program.quadratic
        or program.nonlinear
        or program.indicators
        or program.objective_quadratic is not None
        or program.objective_nonlinear is not None
    )


def compare_curved(a: Program, b: Program, contract: Contract) -> Verdict:
    """EQUIVALENT_STRUCTURAL for programs that differ in the order, names or signs of what they say; else UNKNOWN."""
    for columns in _candidates(a, b):
        if _said(a, columns) == _said(b, range(b.column_count)):
            labels = tuple(a.columns), tuple(b.columns)
            pairs = tuple((label, labels[1][k]) for label, k in zip(labels[0], columns, strict=True))
            return Verdict(
                relation=Relation.EQUIVALENT_STRUCTURAL,
                contract=contract,
                exact=True,
                reason="A and B say the same, row by row and column by column",
                forward=_renaming(pairs),
                backward=_renaming(tuple((other, own) for own, other in pairs)),
                alpha=Fraction(1),
                beta=Fraction(0),
                matched_columns=pairs,
            )
    reason = "nonlinear: the programs are not written alike, and nonlinear parts cannot be proved equal otherwise"
    return Verdict(relation=Relation.UNKNOWN, contract=contract, exact=False, reason=reason)


def _renaming(pairs: Sequence[tuple[str, str]]) -> AffineMap:
    return AffineMap(columns={own: Affine({other: Fraction(1)}) for own, other in pairs}, origin="an isomorphism")


def _candidates(a: Program, b: Program) -> Iterator[tuple[int, ...]]:
    """Bijections worth a look: equal names, then equal places."""
    if a.column_count != b.column_count:
        return
    places = {label: k for k, label in enumerate(b.columns)}
    labels = list(a.columns)
    if len(places) == len(labels) and set(labels) == set(places):
        yield tuple(places[label] for label in labels)
    yield tuple(range(b.column_count))


def _said(program: Program, columns: Sequence[int]) -> tuple[Normal, ...]:
    """All that the program says, with column j called ``columns[j]``, in a form without order and signs."""
    linear = exact_linear(program)
    sign = -1 if program.sense == "maximize" else 1
    forms = _Forms(columns)
    bounds = Counter((columns[j], col.lower, col.upper, col.integer) for j, col in enumerate(linear.columns))
    target = forms.body(program.objective_quadratic, program.objective_nonlinear)
    target = {key: sign * c for key, c in target.items()}
    for j, c in linear.objective.terms.items():
        forms.add(target, ("column", columns[j]), c)
    rows: Counter[Normal] = Counter()
    matrix = program.matrix
    for i in range(program.row_count):
        body = forms.body(program.quadratic.get(i), program.nonlinear.get(i))
        span = slice(matrix.indptr[i], matrix.indptr[i + 1])
        for j, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True):
            forms.add(body, ("column", columns[j]), rational(value))
        constant = body.pop("one", Fraction(0))
        indicator = program.indicators.get(i)
        when = None if indicator is None else (columns[indicator.column], indicator.value)
        for factor, bound in ((1, program.row_upper[i]), (-1, program.row_lower[i])):
            if abs(bound) != float("inf"):
                terms = frozenset((key, factor * c) for key, c in body.items())
                rows[terms, factor * (rational(float(bound)) - constant), when] += 1
    constant = target.pop("one", Fraction(0)) + linear.objective.constant
    return frozenset(bounds.items()), frozenset(target.items()), constant, frozenset(rows.items())


class _Forms:
    """Normal forms of expressions over renamed columns; equal ones are the same object."""

    def __init__(self, columns: Sequence[int]) -> None:
        self.columns = columns
        self.known: dict[Normal, Normal] = {}

    def body(self, quadratic: object, nonlinear: Expression | None) -> dict[Normal, Fraction]:
        """The curved part as coefficients of normal forms."""
        body: dict[Normal, Fraction] = {}
        if quadratic is not None:
            entries = quadratic.tocoo()  # type: ignore[attr-defined]
            for i, j, value in zip(entries.row.tolist(), entries.col.tolist(), entries.data.tolist(), strict=True):
                self.add(body, self.monomial(i, j), rational(value))
        if nonlinear is not None:
            self.add_terms(body, split(nonlinear), Fraction(1))
        return body

    def add(self, body: dict[Normal, Fraction], key: Normal, c: Fraction) -> None:
        total = body.get(key, Fraction(0)) + c
        if total:
            body[key] = total
        else:
            body.pop(key, None)

    def add_terms(self, body: dict[Normal, Fraction], terms: Terms, factor: Fraction) -> None:
        if terms.constant:
            self.add(body, "one", factor * rational(terms.constant))
        for j, c in terms.linear.items():
            self.add(body, ("column", self.columns[j]), factor * rational(c))
        for (i, j), c in terms.quadratic.items():
            self.add(body, self.monomial(i, j), factor * rational(c))
        for c, expression in terms.residual:
            self.add(body, self.normal(expression), factor * rational(c))

    def monomial(self, i: int, j: int) -> Normal:
        return ("product", *sorted((self.columns[i], self.columns[j])))

    def shared(self, form: Normal) -> Normal:
        return self.known.setdefault(form, form)

    def sum_of(self, expression: Expression) -> Normal:
        body: dict[Normal, Fraction] = {}
        self.add_terms(body, split(expression), Fraction(1))
        return self.shared(frozenset(body.items()))

    def normal(self, expression: Expression) -> Normal:
        """The form of an expression that is no sum."""
        match expression:
            case Number() | Column() | Negative():
                return self.sum_of(expression)
            case Binary(operator="*", left=left, right=right):
                factors = Counter((self.sum_of(left), self.sum_of(right)))
                return self.shared(("times", frozenset(factors.items())))
            case Binary(operator=operator, left=left, right=right):
                return self.shared((operator, self.sum_of(left), self.sum_of(right)))
            case Call(function="min" | "max" as function, arguments=arguments):
                return self.shared((function, frozenset(map(self.sum_of, arguments))))
            case Call(function=function, arguments=arguments):
                return self.shared((function, *map(self.sum_of, arguments)))
        raise TypeError(f"{type(expression).__name__} does not occur in grounded expressions")
