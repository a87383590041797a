"""The truth about programs with continuous columns, or without bounds, by Z3: exact, in rational arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from equivalence.corpus.oracle import Correspondence, Status, Truth, labels_of
from equivalence.corpus.sketch import Sketch
from equivalence.verdict import Affine

if TYPE_CHECKING:
    from collections.abc import Callable


class _Undecided(Exception):
    """Z3 gave up within its time."""


class _Side:
    """One program over Z3's numbers."""

    def __init__(self, program: Sketch, prefix: str, about: Sequence[Affine]) -> None:
        import z3

        self.program = program
        self.columns: dict[str, Any] = {
            label: (z3.Int if column.integer else z3.Real)(f"{prefix}{j}")
            for j, (label, column) in enumerate(program.columns.items())
        }
        self.about = about
        objective = {label: program.towards * c for label, c in program.objective.items()}
        self.worth_of = Affine(objective, program.towards * program.offset)

    def value(self, expression: Affine, columns: Mapping[str, Any]) -> Any:
        import z3

        terms = [_number(c) * _real(columns[label]) for label, c in expression.coefficients.items()]
        return z3.Sum([*terms, _number(expression.constant)])

    def feasible(self, columns: Mapping[str, Any], *, images: bool = False) -> Any:
        """That the columns satisfy everything; ``images`` are reals whose integrality must be said."""
        import z3

        parts = []
        for label, column in self.program.columns.items():
            at = columns[label]
            if column.lower is not None:
                parts.append(at >= _number(column.lower))
            if column.upper is not None:
                parts.append(at <= _number(column.upper))
            if column.integer and images:
                parts.append(z3.IsInt(at))
        for row in self.program.rows.values():
            body = self.value(Affine(row.terms), columns)
            if row.lower is not None:
                parts.append(body >= _number(row.lower))
            if row.upper is not None:
                parts.append(body <= _number(row.upper))
        return z3.And(parts)

    def quantities(self, columns: Mapping[str, Any]) -> list[Any]:
        return [self.value(expression, columns) for expression in self.about]

    def worth(self, columns: Mapping[str, Any]) -> Any:
        return self.value(self.worth_of, columns)


class _Judge:
    """One pair and the questions about it; every question may take ``seconds``."""

    def __init__(self, pair: Correspondence, a: Sketch, b: Sketch, seconds: float) -> None:
        self.pair = pair
        self.a, self.b = _Side(a, "x", pair.about_a), _Side(b, "y", pair.about_b)
        self.milliseconds = int(1000 * seconds)

    def solver(self, *parts: Any) -> Any:
        import z3

        solver = z3.Solver()
        solver.set("timeout", self.milliseconds)
        solver.add(*parts)
        return solver

    def satisfiable(self, *parts: Any) -> Any | None:
        """A point of all parts, or None if there is none."""
        import z3

        solver = self.solver(*parts)
        answer = solver.check()
        if answer == z3.unknown:
            raise _Undecided
        return solver.model() if answer == z3.sat else None

    def optimum(self, side: _Side, *parts: Any) -> tuple[Status, Fraction | None]:
        """The best worth of a plan that also satisfies the parts."""
        import z3

        search = z3.Optimize()
        search.set("timeout", self.milliseconds)
        search.add(side.feasible(side.columns), *parts)
        handle = search.minimize(side.worth(side.columns))
        answer = search.check()
        if answer == z3.unsat:
            return Status.INFEASIBLE, None
        if answer == z3.unknown:
            return Status.UNDECIDED, None
        infinite, value, step = search.lower_values(handle)
        if _fraction(infinite) != 0:
            return Status.UNBOUNDED, None
        if _fraction(step) != 0:
            return Status.UNDECIDED, None
        best = _fraction(value)
        # Z3's optimizer is young: its answer is checked by its solver.
        better = self.satisfiable(side.feasible(side.columns), *parts, side.worth(side.columns) < _number(best))
        attained = self.satisfiable(side.feasible(side.columns), *parts, side.worth(side.columns) == _number(best))
        return (Status.SOLVABLE, best) if better is None and attained is not None else (Status.UNDECIDED, None)

    def covered(
        self,
        source: _Side,
        target: _Side,
        section: Mapping[str, Affine] | None,
        given: Callable[[Mapping[str, Any]], Any],
        wanted: Callable[[Mapping[str, Any], Mapping[str, Any]], Any],
    ) -> bool | None:
        """Whether every plan of ``source`` with ``given`` has one of ``target`` of equal quantities and ``wanted``."""
        import z3

        try:
            here, there = source.columns, target.columns
            same = [p == q for p, q in zip(source.quantities(here), target.quantities(there), strict=True)]
            plan = z3.And(source.feasible(here), given(here))
            if section is not None and section.keys() >= target.columns.keys():
                images = {label: source.value(section[label], here) for label in target.columns}
                kept = [p == q for p, q in zip(source.quantities(here), target.quantities(images), strict=True)]
                fine = z3.And(target.feasible(images, images=True), wanted(here, images), *kept)
                model = self.satisfiable(plan, z3.Not(fine))
                if model is None:
                    return True
                at = [column == model.eval(column, model_completion=True) for column in here.values()]
                if self.satisfiable(*at, target.feasible(there), wanted(here, there), *same) is None:
                    return False
            else:
                model = self.satisfiable(plan)
                if model is None:
                    return True
            answer = z3.And(target.feasible(there), wanted(here, there), *same)
            query = z3.Then("simplify", "qsat").solver()
            query.set("timeout", self.milliseconds)
            query.add(plan, z3.ForAll(list(there.values()), z3.Not(answer)))
            found = query.check()
            return None if found == z3.unknown else bool(found == z3.unsat)
        except _Undecided:
            return None

    def same_worth(self, alpha: Fraction, beta: Fraction) -> bool | None:
        a, b, pair = self.a, self.b, self.pair
        scaled = _number(alpha)
        to_b = self.covered(
            a,
            b,
            pair.backward,
            lambda x: True,
            lambda x, y: scaled * b.worth(y) + _number(beta) <= a.worth(x),
        )
        if not to_b:
            return to_b
        return self.covered(
            b,
            a,
            pair.forward,
            lambda y: True,
            lambda y, x: a.worth(x) <= scaled * b.worth(y) + _number(beta),
        )

    def relation(self) -> tuple[Fraction, Fraction] | bool | None:
        """alpha and beta, from the worths of two values of the quantities; None if no pair is right, False if open."""
        pair = self.pair
        declared = self.same_worth(pair.alpha, pair.beta)
        if declared:
            return pair.alpha, pair.beta
        try:
            found = self.interpolated()
        except _Undecided:
            return False
        if found is None:
            return None
        alpha, beta = found
        if (alpha, beta) == (pair.alpha, pair.beta):
            return False if declared is None else None
        if alpha <= 0:
            return None
        same = self.same_worth(alpha, beta)
        return False if same is None else (alpha, beta) if same else None

    def interpolated(self) -> tuple[Fraction, Fraction] | None:
        """The only alpha and beta that can be right; None if B does not allow what A allows."""
        a = self.a
        first = self.satisfiable(a.feasible(a.columns))
        if first is None:
            return Fraction(1), Fraction(0)
        here = _fraction(first.eval(a.worth(a.columns), model_completion=True))
        other = self.satisfiable(a.feasible(a.columns), a.worth(a.columns) != _number(here))
        worths = []
        for model in (first, other):
            if model is None:
                continue
            quantities = [model.eval(q, model_completion=True) for q in a.quantities(a.columns)]
            pair = []
            for side in (a, self.b):
                at = [p == q for p, q in zip(side.quantities(side.columns), quantities, strict=True)]
                status, value = self.optimum(side, *at)
                if status is Status.INFEASIBLE:
                    return None
                if value is None:
                    raise _Undecided
                pair.append(value)
            worths.append(pair)
        (a_one, b_one), (a_two, b_two) = worths[0], worths[-1]
        if a_one == a_two:
            if b_one != b_two:
                return None
            return Fraction(1), a_one - b_one
        if b_one == b_two:
            return None
        alpha = (a_two - a_one) / (b_two - b_one)
        return alpha, a_one - alpha * b_one


def by_z3(pair: Correspondence, a: Sketch, b: Sketch, *, seconds: float) -> Truth:
    """The labels of a pair; each question to Z3 may take the seconds."""
    judge = _Judge(pair, a, b, seconds)
    outcomes = []
    for side in (judge.a, judge.b):
        try:
            outcomes.append(judge.optimum(side))
        except _Undecided:
            outcomes.append((Status.UNDECIDED, None))
    (status_a, value_a), (status_b, value_b) = outcomes
    within = (
        judge.covered(judge.b, judge.a, pair.forward, lambda y: True, lambda y, x: True),
        judge.covered(judge.a, judge.b, pair.backward, lambda x: True, lambda x, y: True),
    )
    same_worth: tuple[Fraction, Fraction] | bool | None = None if False in within else False
    if False not in within:
        same_worth = judge.relation()
    optima: tuple[bool | None, bool | None] = (None, None)
    if value_a is not None and value_b is not None and not isinstance(same_worth, tuple):
        best_a, best_b = _number(value_a), _number(value_b)
        optima = (
            judge.covered(
                judge.b,
                judge.a,
                pair.forward,
                lambda y: judge.b.worth(y) == best_b,
                lambda y, x: judge.a.worth(x) == best_a,
            ),
            judge.covered(
                judge.a,
                judge.b,
                pair.backward,
                lambda x: judge.a.worth(x) == best_a,
                lambda x, y: judge.b.worth(y) == best_b,
            ),
        )
    return labels_of(
        pair=pair,
        statuses=(status_a, status_b),
        values=(value_a, value_b),
        same_worth=same_worth,
        optima=optima,
        within=within,
        method="z3",
    )


def _number(value: Fraction) -> Any:
    import z3

    return z3.RealVal(f"{value.numerator}/{value.denominator}")


def _real(value: Any) -> Any:
    import z3

    return z3.ToReal(value) if value.is_int() else value


def _fraction(value: Any) -> Fraction:
    import z3

    value = z3.simplify(z3.ToReal(value) if value.is_int() else value)
    if not z3.is_rational_value(value):
        raise _Undecided
    return Fraction(value.numerator_as_long(), value.denominator_as_long())
