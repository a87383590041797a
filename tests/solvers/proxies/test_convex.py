"""Tangents lie below convex functions and bounds below optima: quadratic, conic and nonlinear programs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import program

from formulations.data import bind
from formulations.files import read_notation
from formulations.program import Program
from solvers.activities import evaluate_columns
from solvers.dispatch import solve, solve_instance
from solvers.proxies.ascent import ascend
from solvers.proxies.badge import badge
from solvers.proxies.certificate import declared_box
from solvers.proxies.curves import NotConvexError, of_convex
from solvers.proxies.jets import Enclosure, exactly, jet
from solvers.proxies.problems import of_grounded
from solvers.proxies.ranges import draw
from solvers.proxies.tangents import tangent_batch
from solvers.proxies.training import Training, train
from solvers.spaces import space
from solvers.variations import parse_variation

SEEDS = st.integers(0, 2**32 - 1)
PROGRAMS = {
    "a convex form over a disk": program(
        "minimize x**2 + 3*y**2 - x*y - 4*x", "x + y >= 1", "x**2 + y**2 <= 2", x=(-3, 5), y=(-2, 4)
    ),
    "a hyperbola": program("minimize 2*x + 3*t", "x*t >= 1", "x + t <= 4", x=(0, 9), t=(0, 9)),
    "logarithms": program("maximize log(x) + 2*log(y)", "x + y <= 3", x=(0.01, 9), y=(0.01, 9)),
    "a quotient": program("minimize 4/x + y", "x - y <= 1", x=(0.01, 9), y=(0, 9)),
    "a cone": program("minimize x + y + t", "x**2 + y**2 - t**2 <= 0", "t - x >= 1", x=(-5, 9), y=(-5, 9), t=(0, 10)),
    "a norm and an exponential": program(
        "minimize exp(x) - 2*x + y", "sqrt(x**2 + y**2 + 1) <= 3", x=(-5, 9), y=(-5, 9)
    ),
    "powers": program("minimize x**4 + x**1.5 - 6*x", "x >= 0.2", x=(0.1, 8)),
    "a flat form": program("minimize (x + y)**2 - x", "x - y <= 2", x=(-3, 3), y=(-3, 3)),
}


def minimized(found: Program) -> float:
    solution = solve(found)
    assert solution.objective is not None
    return -solution.objective if found.sense == "maximize" else solution.objective


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_ascent_reaches_the_optimum_and_its_bound_stays_below(name: str) -> None:
    problems = of_grounded([PROGRAMS[name]])
    box, optimum = problems.box(), minimized(PROGRAMS[name])
    found = ascend(problems.batch, box, curves=problems.curves, steps=40)
    bound = problems.bounds(found.duals, found.anchors, box)[0]
    assert bound <= optimum + 1e-6 * max(1.0, abs(optimum))
    assert bound == pytest.approx(optimum, rel=1e-5, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(PROGRAMS)), SEEDS)
def test_no_point_and_no_duals_give_a_bound_above_the_optimum(name: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    problems, optimum = of_grounded([PROGRAMS[name]]), OPTIMA[name]
    box = problems.box()
    width = box.upper - box.lower
    for _ in range(20):
        points = box.lower + width * random.uniform(-0.2, 1.2, width.shape)
        duals = random.normal(size=(1, problems.batch.row_count)) * 10.0 ** random.integers(-3, 4)
        assert problems.bounds(duals, points, box)[0] <= optimum + 1e-6 * max(1.0, abs(optimum))


OPTIMA = {name: minimized(own) for name, own in PROGRAMS.items()}


@pytest.mark.parametrize("name", ["logarithms", "a quotient", "a norm and an exponential", "powers"])
def test_tangents_lie_on_the_right_side_of_the_objective(name: str) -> None:
    own, random = PROGRAMS[name], np.random.default_rng(0)
    batch, curves = of_convex([own])
    low, high = own.column_lower, own.column_upper
    sign = -1.0 if own.sense == "maximize" else 1.0
    for _ in range(30):
        w, x = (low + (high - low) * random.random(len(low)) for _ in range(2))
        flat = tangent_batch(batch, curves, w[None], declared_box(batch))
        assert own.objective_nonlinear is not None
        true = evaluate_columns(own.objective_nonlinear, x) + float(own.objective @ x) + own.objective_offset
        assert flat.objectives(x[None])[0] <= sign * true


@pytest.mark.parametrize(
    ("form", "reason"),
    [("minimize x*y", "nonconvex"), ("minimize sin(x) + y", "nonlinear"), ("maximize x**2 + y", "nonconvex")],
)
def test_what_is_not_convex_is_refused_by_name(form: str, reason: str) -> None:
    with pytest.raises(NotConvexError, match=reason):
        of_convex([program(form, "x + y >= 1", x=(-3, 5), y=(-2, 4))])


def test_a_form_that_bends_the_wrong_way_gives_no_bound() -> None:
    batch, curves = of_convex([PROGRAMS["a flat form"]])
    bent = replace(curves, forms=curves.forms - 0.01)
    flat = tangent_batch(batch, bent, np.zeros((1, 2)), declared_box(batch))
    assert math.isnan(flat.offset[0])


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_enclosures_hold_what_exact_arithmetic_gives(seed: int) -> None:
    from fractions import Fraction

    random = np.random.default_rng(seed)
    a, b, c = random.normal(size=3) * 10.0 ** random.integers(-8, 9, 3)
    found = (exactly(np.array([a])) + exactly(np.array([b]))) * exactly(np.array([c])) + -exactly(np.array([b]))
    true = (Fraction(a) + Fraction(b)) * Fraction(c) - Fraction(b)
    assert abs(Fraction(found.value[0]) - true) <= Fraction(found.error[0])


@pytest.mark.parametrize("text", ["exp(x)*y", "log(x) - y/x", "sqrt(x*y + 1)", "x**3 + y**-2", "abs(x)*2"])
def test_derivatives_agree_with_finite_differences(text: str) -> None:
    own = program(f"minimize {text}", x=(0.1, 9), y=(0.1, 9))
    if own.objective_nonlinear is None:
        return
    numbers = [exactly(np.array(node.value)) for node in _numbers(own)]
    at = np.array([1.3, 0.7])
    found = jet(own.objective_nonlinear, [exactly(at[0:1]), exactly(at[1:2])], numbers, exactly(np.ones(1)))
    for a, slope in found.gradient.items():
        assert isinstance(slope, Enclosure)
        step = 1e-6 * np.eye(2)[a]
        difference = evaluate_columns(own.objective_nonlinear, at + step) - evaluate_columns(
            own.objective_nonlinear, at - step
        )
        assert slope.value[0] == pytest.approx(difference / 2e-6, rel=1e-5, abs=1e-7)


def _numbers(own: Program) -> list[object]:
    from formulations.expression import Number, walk

    assert own.objective_nonlinear is not None
    return [node for node in walk(own.objective_nonlinear) if isinstance(node, Number)]


STOCK = """
set P
parameter holding[P]
parameter ordering[P]
parameter space[P]
parameter room
variable lot[P] >= 0.1 <= 50
minimize cost: sum(holding[p]*lot[p] + ordering[p]/lot[p] for p in P)
constraint store: sum(space[p]*lot[p] for p in P) <= room
data
set P = a, b, c
parameter holding = a: 2, b: 3, c: 1
parameter ordering = a: 90, b: 50, c: 70
parameter space = a: 2, b: 1, c: 3
parameter room = 25
"""
GOALS = """
variable x >= 0 <= 9
variable y >= 0 <= 9
parameter aim
parameter cap
minimize miss: abs(x + y - aim) + 2*abs(x - y)
constraint limit: 2*x + y <= cap
data
parameter aim = 8
parameter cap = 9
"""


@pytest.mark.parametrize(("text", "line"), [(STOCK, "holding: +-20%"), (STOCK, "room: 15..40"), (GOALS, "aim: 4..12")])
def test_curved_families_are_trained_and_answered_like_linear_ones(text: str, line: str) -> None:
    document = read_notation(text)
    own = space(bind(document.formulation, document.data), [parse_variation(line)])
    quick = Training(samples=24, validation=8, epochs=4, layers=(8,), device="cpu")
    proxy = train(own, quick)
    assert proxy.report is not None
    assert proxy.report.ascent.mean < 1e-5
    for theta in draw(own, 3, seed=3):
        answer, true = proxy.answer(theta), solve_instance(own.family.member(theta)).objective
        assert answer.objective == pytest.approx(true, rel=1e-5)
        assert badge(answer).startswith(("certified within", "exact"))
