"""Whatever crosses the pipe between a worker and its parent arrives as it was."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_programs import EASY, KNOWN
from small_programs import program

from formulations.expression import Binary, Call, Column, Expression, Negative, Number
from formulations.program import Block, Labels, Program
from solvers.highs import Highs
from solvers.solution import Limit, Solution, Termination
from solvers.solver import Bound, Event, Incumbent, LogLine, Options, Pulse
from solvers.wire import (
    Message,
    decode_program,
    encode_program,
    event_message,
    event_of,
    expression_of,
    expression_text,
    options_message,
    options_of,
    solution_message,
    solution_of,
)


def through_json(message: Message) -> Message:
    result: Message = json.loads(json.dumps(message))
    return result


def same(left: object, right: object) -> bool:
    """Equality that looks into arrays."""
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return left.dtype == right.dtype and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
    return left == right


def assert_same_program(left: Program, right: Program) -> None:
    for name in ("column_lower", "column_upper", "integer", "objective", "row_lower", "row_upper"):
        assert same(getattr(left, name), getattr(right, name)), name
    for name in ("name", "sense", "objective_offset", "objective_nonlinear"):
        assert getattr(left, name) == getattr(right, name), name
    assert (list(left.columns), list(left.rows)) == (list(right.columns), list(right.rows))
    assert left.matrix.shape == right.matrix.shape
    for name in ("data", "indices", "indptr"):
        assert same(getattr(left.matrix, name), getattr(right.matrix, name)), name
    assert dict(left.nonlinear) == dict(right.nonlinear)
    assert dict(left.indicators) == dict(right.indicators)
    assert left.quadratic.keys() == right.quadratic.keys()
    forms = [(left.quadratic[row], right.quadratic[row]) for row in left.quadratic]
    forms.append((left.objective_quadratic, right.objective_quadratic))
    for a, b in forms:
        assert (a is None) == (b is None)
        assert a is None or (a.toarray() == b.toarray()).all()


@pytest.mark.parametrize("small", [*(known.program for known in KNOWN.values()), EASY])
def test_programs_arrive_as_they_were(small: Program) -> None:
    assert_same_program(small, decode_program(encode_program(small)))


def test_programs_without_columns_and_rows_arrive_too() -> None:
    nothing = replace(program("minimize 0*x", x=(0, 1)), rows=Labels(), objective_offset=3.5)
    assert_same_program(nothing, decode_program(encode_program(nothing)))


def test_labels_of_mixed_members_arrive_with_their_kinds() -> None:
    block = Block("x", 3, (("1", 1, "a b"), (7, "é")), np.array([[0, 0], [1, 1], [2, 0]]))
    small = replace(program("minimize a + b + c", a=(0, 1), b=(0, 1), c=(0, 1)), columns=Labels((block,)))
    arrived = decode_program(encode_program(small))
    assert list(arrived.columns) == ["x['1', 7]", "x[1, 'é']", "x['a b', 7]"]


expressions = st.recursive(
    st.builds(Number, st.floats(0, 1e300)) | st.builds(Column, st.integers(0, 99)),
    lambda inner: (
        st.builds(Negative, inner)
        | st.builds(Binary, st.sampled_from(("+", "-", "*", "/", "**")), inner, inner)
        | st.builds(Call, st.sampled_from(("min", "piecewise", "exp")), st.lists(inner, min_size=1).map(tuple))
    ),
)


@settings(max_examples=200, deadline=None)
@given(expression=expressions)
def test_expressions_arrive_as_they_were(expression: Expression) -> None:
    assert expression_of(expression_text(expression)) == expression


def test_expressions_of_any_depth_arrive() -> None:
    deep: Expression = Column(0)
    for _ in range(20_000):
        deep = Negative(deep)
    assert expression_text(expression_of(expression_text(deep))) == expression_text(deep)


EVENTS = (
    LogLine('a "line" é'),
    Incumbent(1.5, 0.25, np.array([1.0, -0.0, 1e-300])),
    Incumbent(-math.inf, 0.25),
    Bound(0.1, 3.0),
    Pulse(2.5),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_arrive_as_they_were(event: Event) -> None:
    arrived = event_of(through_json(event_message(event)))
    assert type(arrived) is type(event)
    assert all(same(getattr(event, name), getattr(arrived, name)) for name in event.__slots__)


@pytest.mark.parametrize("options", [Options(), Options(time_limit=2.5, threads=3, start=np.array([1.0, math.nan]))])
def test_options_arrive_as_they_were(options: Options) -> None:
    arrived = options_of(through_json(options_message(options)))
    assert all(same(getattr(options, field.name), getattr(arrived, field.name)) for field in fields(Options))


@pytest.mark.parametrize("limit", [None, *Limit])
def test_solutions_arrive_as_they_were(limit: Limit | None) -> None:
    small = program("maximize 3*x + 2*y + 7", "x + y <= 4", "x + 3*y <= 6", x=(0, 3), y=(0, math.inf))
    solution = replace(Highs().solve(small, Options()), limit=limit, termination=Termination.FEASIBLE)
    arrived = solution_of(through_json(solution_message(solution)))
    assert all(same(getattr(solution, field.name), getattr(arrived, field.name)) for field in fields(Solution))
