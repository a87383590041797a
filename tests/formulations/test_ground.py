"""Grounding yields the rows one would write by hand, and agrees with evaluation on the expressions everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulations.data import bind
from formulations.evaluate import evaluate
from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.formulation import Constraint, Data, Formulation, Objective, Parameter, Set, Variable
from formulations.ground import GroundingError, ground, values_by_variable
from formulations.program import Indicator, Program

SETS = (Set(name="A"), Set(name="B", within=("A",)), Set(name="T"), Set(name="Arc", within=("A", "A")))
DATA = Data(
    sets={"A": ("a", "b", "c"), "B": ("c", "a"), "T": (1, 2, 3, 5), "Arc": (("a", "b"), ("b", "c"), ("c", "a"))},
    parameters={
        "p": (("a", 2), ("b", -1), ("c", 0.5)),
        "q": ((1, 1), (2, 4), (3, 0), (5, 2)),
        "w": (("a", "b", 3), ("b", "c", 1), ("c", "a", -2)),
        "k": 3.0,
    },
)
PARAMETERS = (
    Parameter(name="p", indices=("A",)),
    Parameter(name="q", indices=("T",)),
    Parameter(name="w", indices=("Arc",)),
    Parameter(name="k"),
)
VARIABLES = (
    Variable(name="x", indices=("A",), lower="0", upper="10"),
    Variable(name="z", indices=("t in T",), domain="integer", lower="-q[t]", upper="q"),
    Variable(name="f", indices=("Arc",)),
    Variable(name="s", lower="0"),
    Variable(name="y", indices=("A",), domain="binary"),
)


def formulation(*constraints: Constraint, objective: str = "0") -> Formulation:
    return Formulation(
        name="law",
        sets=SETS,
        parameters=PARAMETERS,
        variables=VARIABLES,
        objective=Objective(name="goal", sense="minimize", expression=objective),
        constraints=constraints,
    )


def program_of(expression: str, for_each: str = "", when: str | None = None) -> Program:
    constraint = Constraint(name="c", expression=expression, for_each=for_each, when=when)
    return ground(bind(formulation(constraint), DATA))


def rows(program: Program) -> dict[str, tuple[float, dict[str, float], float]]:
    """label -> (lower, coefficients by column label, upper)."""
    columns = list(program.columns)
    dense = program.matrix.toarray()
    return {
        name: (
            program.row_lower[i],
            {columns[j]: dense[i, j] for j in np.flatnonzero(dense[i])},
            program.row_upper[i],
        )
        for i, name in enumerate(program.rows)
    }


INF = math.inf


@pytest.mark.parametrize(
    ("expression", "for_each", "expected"),
    [
        ("sum(p[i]*x[i] for i in A) <= k", "", {"c": (-INF, {"x['a']": 2, "x['b']": -1, "x['c']": 0.5}, 3)}),
        ("k >= s", "", {"c": (-INF, {"s": 1}, 3)}),
        ("x[i] - 2*x[i] + 1 == 3*s", "i in B", {f"c['{i}']": (-1, {f"x['{i}']": -1, "s": -3}, -1) for i in "ca"}),
        ("-k <= 2*(s - 1) <= k", "", {"c": (-1, {"s": 2}, 5)}),
        ("k >= s >= 1", "", {"c": (1, {"s": 1}, 3)}),
        ("s <= x['a'] <= k", "", {"c.1": (-INF, {"s": 1, "x['a']": -1}, 0), "c.2": (-INF, {"x['a']": 1}, 3)}),
        ("z[t - 1] <= z[t]", "t in T if t - 1 in T", {
            f"c[{t}]": (-INF, {f"z[{t - 1}]": 1, f"z[{t}]": -1}, 0) for t in (2, 3)}),
        ("z[prev(t)] <= z[t]", "t in T if t != first(T)", {
            f"c[{t}]": (-INF, {f"z[{u}]": 1, f"z[{t}]": -1}, 0) for u, t in ((1, 2), (2, 3), (3, 5))}),
        ("z[last(T)] <= t*s", "t in T if t > 3 or t == 1", {
            "c[1]": (-INF, {"z[5]": 1, "s": -1}, 0), "c[5]": (-INF, {"z[5]": 1, "s": -5}, 0)}),
        ("sum(f[i, j] for i, j in Arc if j == n) == sum(f[n, j] for j in A if (n, j) in Arc)", "n in A if n != 'c'", {
            "c['a']": (0, {"f['c', 'a']": 1, "f['a', 'b']": -1}, 0),
            "c['b']": (0, {"f['a', 'b']": 1, "f['b', 'c']": -1}, 0)}),
        ("sum(w[i, j]*f[i, j] for i, j in Arc if i not in B) >= 0", "", {"c": (0, {"f['b', 'c']": 1}, INF)}),
        ("sum(s for i in A for j in A if i != j) <= card(A)", "", {"c": (-INF, {"s": 6}, 3)}),
        ("sum(x[i] for i in A if p[i] > 5) <= 1", "", {"c": (-INF, {}, 1)}),
        ("x['a'] + x[i]/p[i] <= prod(p[j] for j in A)", "i in B", {
            "c['c']": (-INF, {"x['a']": 1, "x['c']": 2}, -1), "c['a']": (-INF, {"x['a']": 1.5}, -1)}),
        ("max(p[i] for i in A)*s <= min(k, 2, q[5])", "", {"c": (-INF, {"s": 2}, 2)}),
    ],
)  # fmt: skip
def test_rows_are_what_one_would_write_by_hand(expression: str, for_each: str, expected: dict) -> None:
    assert rows(program_of(expression, for_each)) == expected


def test_bounds_come_from_parameters_of_the_same_indices() -> None:
    program = program_of("s >= 0")
    span = program.columns.span("z")
    assert program.column_lower[span].tolist() == [-1, -4, 0, -2]
    assert program.column_upper[span].tolist() == [1, 4, 0, 2]
    assert program.integer.tolist() == [False] * 3 + [True] * 4 + [False] * 4 + [True] * 3
    assert program.column_upper[program.columns.span("y")].tolist() == [1, 1, 1]


def test_an_indicator_names_its_column_and_value() -> None:
    program = program_of("x[i] <= 0", "i in B", "y[i] == 0")
    assert dict(program.indicators) == {0: Indicator(13, False), 1: Indicator(11, False)}


def test_products_become_symmetric_quadratic_matrices() -> None:
    program = program_of("s*x[i] + 2*x[i]**2 <= 1", "i in B")
    assert program.quadratic[0][10, 2] == 0.5 == program.quadratic[0][2, 10]
    assert program.quadratic[1][0, 0] == 2
    assert not program.nonlinear


def test_what_is_neither_linear_nor_quadratic_stays_an_expression() -> None:
    program = program_of("2*exp(s) + x['a'] + s**2 <= 1")
    assert program.nonlinear[0] == Binary("*", Number(2), Call("exp", (Column(10),)))
    assert program.quadratic[0][10, 10] == 1


def test_piecewise_keeps_its_points() -> None:
    program = program_of("piecewise(s, [(t, -q[t]) for t in T if t < 3]) <= 1")
    points = (Number(1), Negative(Number(1)), Number(2), Negative(Number(4)))
    assert program.nonlinear[0] == Call("piecewise", (Column(10), *points))


@pytest.mark.parametrize(
    ("expression", "for_each", "message"),
    [
        ("z[t - 1] <= 1", "t in T", "outside 'T' at t = 1"),
        ("x['d'] <= 1", "", "outside 'A'"),
        ("s/q[t] <= 1", "t in T", "no finite value at t = 3"),
        ("s <= log(p[i])", "i in A", "no finite value at i = 'b'"),
        ("s <= i", "i in A", "is not a number"),
        ("s < 1", "", "compares strictly"),
        ("s", "", "is not a comparison"),
        ("nothing <= 1 + s", "", "'nothing' is not a parameter"),
        ("sum(s for i in A for i in B) <= 1", "", "bound already"),
        ("max(x[i] for i in A if p[i] > 9) <= 1", "", "max of nothing"),
        ("piecewise(s, [(q[t], t) for t in T]) <= 1", "", "increase strictly"),
    ],
)
def test_an_expression_without_a_value_says_where_and_why(expression: str, for_each: str, message: str) -> None:
    with pytest.raises(GroundingError) as caught:
        program_of(expression, for_each)
    assert message in str(caught.value)
    assert "constraint 'c'" in str(caught.value)


def test_no_objective_asks_for_any_feasible_plan() -> None:
    program = ground(bind(Formulation(variables=(Variable(name="x"),)), Data()))
    assert program.sense == "minimize"
    assert program.objective.tolist() == [0]
    assert program.row_count == 0


# -- the law: evaluation on the expressions equals evaluation on the program --------------------------------------


def value(node: Expression, x: np.ndarray) -> float:
    match node:
        case Number(value=number):
            return number
        case Column(index=index):
            return float(x[index])
        case Negative(operand=operand):
            return -value(operand, x)
        case Binary(operator=operator, left=left, right=right):
            a, b = value(left, x), value(right, x)
            return (
                {"+": a + b, "-": a - b, "*": a * b}[operator]
                if operator in "+-*"
                else a**b
                if operator == "**"
                else a / b
            )
        case Call(function=function, arguments=arguments):
            parts = [value(argument, x) for argument in arguments]
            return (
                {"min": min, "max": max}[function](parts)
                if function in ("min", "max")
                else getattr(np, function)(parts[0])
            )
    raise AssertionError(node)


def activities(program: Program, x: np.ndarray) -> np.ndarray:
    result = program.matrix @ x
    for row, matrix in program.quadratic.items():
        result[row] += x @ (matrix @ x)
    for row, expression in program.nonlinear.items():
        result[row] += value(expression, x)
    return result


@st.composite
def numbers(draw: st.DrawFn, names: dict[str, str]) -> str:
    """A data-only expression."""
    choices = ["k", "2", "0.25", "card(B)"]
    choices += [f"p[{name}]" for name, home in names.items() if home == "A"]
    choices += [f"q[{name}]" for name, home in names.items() if home == "T"]
    choices += [name for name, home in names.items() if home == "T"]
    for name, home in names.items():
        other = f"m_{name}"
        choices += [
            f"{kind}({'p' if home == 'A' else 'q'}[{other}] for {other} in {home} if {other} != {name})"
            for kind in ("sum", "prod", "max")
        ]
    return draw(st.sampled_from(choices))


@st.composite
def conditions(draw: st.DrawFn, names: dict[str, str]) -> str:
    choices = ["k > 2"]
    for name, home in names.items():
        choices += {
            "A": [f"{name} != 'b'", f"{name} in B", f"p[{name}] > 0", f"({name}, 'a') in Arc"],
            "T": [f"{name} > 1", f"{name} - 1 in T", f"not {name} == last(T)", f"q[{name}] >= 1 and {name} <= 3"],
        }[home]
    words = [name for name, home in names.items() if home == "A"]
    if len(words) > 1:
        choices += [f"{words[0]} == {words[-1]}", f"({words[0]}, {words[-1]}) in Arc", f"{words[0]} < {words[-1]}"]
    return " and ".join(draw(st.lists(st.sampled_from(choices), min_size=1, max_size=2)))


@st.composite
def expressions(draw: st.DrawFn, names: dict[str, str], depth: int = 2) -> str:
    leaves = ["s", "x['b']", "z[5]", "f['a', 'b']"]
    leaves += [f"x[{name}]" for name, home in names.items() if home == "A"]
    leaves += [f"z[{name}]" for name, home in names.items() if home == "T"]
    if depth == 0:
        return draw(st.sampled_from(leaves))
    kind = draw(st.sampled_from(["leaf", "scaled", "sum", "pair", "plus", "minus", "times", "function", "extremum"]))
    fresh = f"{'ijk'[depth]}{len(names)}"
    match kind:
        case "scaled":
            return f"{draw(numbers(names))}*({draw(expressions(names, depth - 1))})"
        case "sum":
            home = draw(st.sampled_from(["A", "T", "B"]))
            inner = {**names, fresh: "T" if home == "T" else "A"}
            condition = f" if {draw(conditions(inner))}" if draw(st.booleans()) else ""
            return f"sum({draw(expressions(inner, depth - 1))} for {fresh} in {home}{condition})"
        case "pair":
            a, b = fresh, fresh + "_"
            inner = {**names, a: "A", b: "A"}
            condition = f" if {draw(conditions(inner))}" if draw(st.booleans()) else ""
            body = f"w[{a}, {b}]*f[{a}, {b}] + {draw(expressions(inner, 0))}"
            return f"sum({body} for {a}, {b} in Arc{condition})"
        case "plus" | "minus" | "times":
            sign = {"plus": "+", "minus": "-", "times": "*"}[kind]
            return f"({draw(expressions(names, depth - 1))}) {sign} ({draw(expressions(names, depth - 1))})"
        case "function":
            return f"{draw(st.sampled_from(['abs', 'sin', 'exp']))}({draw(expressions(names, depth - 1))}/8)"
        case "extremum":
            home = draw(st.sampled_from(["A", "T"]))
            inner = {**names, fresh: home}
            return f"max({draw(expressions(inner, depth - 1))} for {fresh} in {home})"
        case _:
            return draw(st.sampled_from(leaves))


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    binding = draw(st.sampled_from(["", "i in A", "t in T", "i in A for t in T", "i in B for j in A"]))
    names = {name: home for name, home in (("i", "A"), ("t", "T"), ("j", "A")) if f"{name} in" in binding}
    for_each = binding
    if binding and draw(st.booleans()):
        for_each += f" if {draw(conditions(names))}"
    left, right = draw(expressions(names)), draw(st.one_of(numbers(names), expressions(names, 1)))
    operator = draw(st.sampled_from(["<=", ">=", "=="]))
    return Constraint(name="c", expression=f"{left} {operator} {right}", for_each=for_each)


@settings(max_examples=150, deadline=None)
@given(constraint=constraints(), objective=expressions({}), seed=st.integers(0, 10_000))
def test_evaluation_on_the_expressions_equals_evaluation_on_the_program(
    constraint: Constraint, objective: str, seed: int
) -> None:
    instance = bind(formulation(constraint, objective=objective), DATA)
    program = ground(instance)
    x = np.random.default_rng(seed).normal(size=program.column_count).round(3)
    found = evaluate(instance, values_by_variable(instance, x))
    total = program.objective @ x + program.objective_offset
    if program.objective_quadratic is not None:
        total += x @ (program.objective_quadratic @ x)
    if program.objective_nonlinear is not None:
        total += value(program.objective_nonlinear, x)
    assert found.objective == pytest.approx(total, rel=1e-9, abs=1e-9)
    activity = activities(program, x)
    missed = np.maximum(np.maximum(program.row_lower - activity, activity - program.row_upper), 0)
    for name, amount in zip(program.rows, missed, strict=True):
        assert found.violations.get(name, 0.0) == pytest.approx(amount, rel=1e-9, abs=1e-9)
