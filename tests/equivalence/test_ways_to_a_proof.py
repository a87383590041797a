"""Each way to a map and to a proof, on programs that need it; and what must not be concluded."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import program

from equivalence import bliss
from equivalence.bounding import Source
from equivalence.compare import DeclaredMap, Options, compare
from equivalence.corpus import Correspondence, Grade, judge, truth
from equivalence.corpus.change import column
from equivalence.corpus.generator import twin_pair
from equivalence.corpus.twins import TWINS
from equivalence.exact import exact_linear, rational
from equivalence.labels import running_numbers
from equivalence.points import enumerated
from equivalence.structure import isomorphism
from equivalence.verdict import Affine, Contract, Relation
from formulations.program import Program

BOX = {"x": (0, 3), "y": (0, 3)}
FREE = (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("name", "seed"),
    [("running totals", 0), ("running totals", 1), ("tour by numbers", 0), ("slots for start times", 0)],
)
def test_formulations_that_no_rewriting_connects_are_proved(name: str, seed: int) -> None:
    pair = twin_pair(next(twins for twins in TWINS if twins.name == name), seed).correspondence
    for contract in Contract:
        verdict = compare(pair.a, pair.b, contract)
        assert verdict.relation is Relation.EQUIVALENT_PROVED
        assert verdict.exact
        assert judge(pair, truth(pair), verdict).grade is Grade.RIGHT


def test_a_column_replaced_by_an_equation_is_found_by_what_its_bounds_mean() -> None:
    mix = program("minimize 3*a + 5*b + 4*c", "a + b + c == 10", "2*a + 7*b + 4*c >= 44", a=(0, 8), b=(0, 8), c=(0, 8))
    two, wrong = (
        program("minimize 40 - v + w", "2 <= v + w <= 10", f"3*w - 2*v >= {least}", v=(0, 8), w=(0, 8))
        for least in (4, 5)
    )
    verdict = compare(mix, two)
    assert (verdict.relation, verdict.exact) == (Relation.EQUIVALENT_PROVED, True)
    assert not compare(mix, wrong).positive


def test_disjunctions_together_keep_the_makespan_up() -> None:
    """Three jobs on one machine: no relaxation sees that they take as long as all of them together."""
    jobs, hours, late = "abc", {"a": 4.0, "b": 5.0, "c": 6.0}, 40
    columns: dict[str, tuple[float, float] | tuple[float, float, type]] = dict.fromkeys(jobs, (0, late))
    columns["end"] = (0, late)
    rows = [f"end - {j} >= {hours[j]}" for j in jobs]
    for i, j in itertools.combinations(jobs, 2):
        columns[i + j] = (0, 1, int)
        rows.append(f"{j} - {i} - {late}*{i + j} >= {hours[i] - late}")
        rows.append(f"{i} - {j} + {late}*{i + j} >= {hours[j]}")
    plain = program("minimize end", *rows, **columns)
    for least, equivalent in ((15, True), (15.5, False)):
        other = program("minimize end", *rows, f"end >= {least}", **columns)
        verdict = compare(plain, other)
        assert verdict.relation.equivalent == equivalent
        if equivalent:
            assert "sequencing" in {c.method for c in verdict.certificates}


def test_best_plans_alone_are_compared_where_only_they_are_asked_for() -> None:
    whole = program("maximize 5*x + 4*y", "6*x + 4*y <= 24", "x + 2*y <= 6", x=(0, 9, int), y=(0, 9, int))
    loose = program("maximize 5*x + 4*y", "6*x + 4*y <= 24", "x + 2*y <= 6.5", x=(0, 9, int), y=(0, 9, int))
    other = program("maximize 5*x + 4*y", "6*x + 4*y <= 24", "x + 2*y <= 8", x=(0, 9, int), y=(0, 9, int))
    assert compare(whole, loose).relation.equivalent
    assert not compare(whole, other).positive
    assert compare(whole, other, Contract.OPTIMUM).positive == truth(_by_name(whole, other)).optimum.value.startswith(
        "e"
    )


def test_plans_that_one_forbids_say_nothing_about_the_best_ones() -> None:
    a = program("minimize x + y", "x + y >= 2", "x - y <= 1", x=(0, 4, int), y=(0, 4, int))
    b = program("minimize x + y", "x + y >= 2", "y - x <= 3", x=(0, 4, int), y=(0, 4, int))
    assert compare(a, b).relation is Relation.DIFFERENT_PROVED
    verdict = compare(a, b, Contract.OPTIMUM)
    assert judge(_by_name(a, b), truth(_by_name(a, b)), verdict).grade is not Grade.WRONG
    assert verdict.relation is not Relation.DIFFERENT_PROVED


def test_a_guess_that_turns_columns_relates_no_best_plans() -> None:
    low = program("minimize 3*a + 5*b", "a + b >= 1", a=(0, 1, int), b=(0, 1, int))
    high = program("maximize 3*u + 5*v", "u + v <= 1.5", "u + 2*v <= 3", u=(0, 1, int), v=(0, 1, int))
    assert compare(low, high, Contract.OPTIMUM).relation is not Relation.SAME_OPTIMA_PROVED


def test_two_columns_with_one_image_add_up() -> None:
    a = program("minimize x + z", "w + x + z <= 5", "x + z >= 1", w=(0, 9), x=(0, 9), z=(0, 9))
    b = program("minimize y + z", "y + z <= 5", "y + z >= 1", y=(0, 9), z=(0, 9))
    one = {label: Affine({name: Fraction(1)}) for label, name in (("w", "y"), ("x", "y"), ("z", "z"))}
    back = {label: Affine({name: Fraction(1)}) for label, name in (("y", "x"), ("z", "z"))}
    verdict = compare(a, b, declared_map=DeclaredMap(forward=one, backward=back, trusted=True))
    assert not verdict.positive
    assert verdict.witness is not None


def _by_name(a: Program, b: Program) -> Correspondence:
    about = tuple(map(column, a.columns))
    return Correspondence(a=a, b=b, about_a=about, about_b=about)


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "meaningless"),
    [
        (("x1", "x2", "x3"), True),
        (("v0", "v2", "v1"), True),
        (("C0001", "C0002"), True),
        (("x1", "x3"), False),
        (("x1", "y2"), False),
        (("make", "sell"), False),
        (("x[1]", "x[2]"), True),
        ((), False),
    ],
)
def test_running_numbers_are_no_names(labels: tuple[str, ...], meaningless: bool) -> None:
    assert running_numbers(labels) is meaningless


def test_equal_names_go_before_another_map() -> None:
    low = program("minimize 2*start + 3*stop", "start + stop >= 4", "start + stop <= 5", start=(0, 9), stop=(0, 9))
    same = compare(low, low)
    assert (same.relation, same.by_name) == (Relation.EQUIVALENT_STRUCTURAL, True)
    assert all(own == other for own, other in same.matched_columns)
    swapped = program("minimize 3*start + 2*stop", "start + stop >= 4", "start + stop <= 5", start=(0, 9), stop=(0, 9))
    verdict = compare(low, swapped)
    assert (verdict.relation, verdict.by_name) == (Relation.EQUIVALENT_STRUCTURAL, False)
    assert "not by equal names" in verdict.reason


# --- numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (0.1 + 0.2, Fraction(3, 10)),
        (207.39999999999998, Fraction(1037, 5)),
        (9.99999999, Fraction(999999999, 10**8)),
        (1e-8, Fraction(1, 10**8)),
        (-0.30000000000000004, Fraction(-3, 10)),
        (12345678.9, Fraction(123456789, 10)),
    ],
)
def test_noise_of_arithmetic_is_no_part_of_a_number(value: float, meant: Fraction) -> None:
    assert rational(value) == meant


@given(st.floats(min_value=1e-6, max_value=1e12))
@settings(max_examples=200, deadline=None)
def test_a_number_is_read_as_the_float_or_within_its_last_digits(value: float) -> None:
    assert abs(rational(value) - Fraction(value)) <= Fraction(value) * Fraction(1, 10**13)


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_enumeration_finds_the_points_that_trying_all_finds(seed: int) -> None:
    rng = random.Random(seed)
    names = "abcd"
    rows = [" + ".join(f"{rng.randint(-3, 3)}*{n}" for n in names) + f" <= {rng.randint(-2, 6)}" for _ in range(3)]
    given = program("minimize a", *[row.replace("+ -", "- ") for row in rows], **dict.fromkeys(names, (-1, 2, int)))
    linear = exact_linear(given)
    found = enumerated(linear, linear.columns)
    assert found is not None
    tried = {
        point
        for point in itertools.product(range(-1, 3), repeat=4)
        if all(
            (row.upper is None or sum(c * point[j] for j, c in row.terms.items()) <= row.upper)
            and (row.lower is None or sum(c * point[j] for j, c in row.terms.items()) >= row.lower)
            for row in linear.rows
        )
    }
    assert {tuple(row) for row in found.values.tolist()} == tried


def test_bliss_finds_the_bijection_of_a_symmetric_program() -> None:
    pytest.importorskip("igraph")
    assert bliss.available()
    cells = [f"x{i}{j}" for i in range(5) for j in range(5)]
    rows = [" + ".join(f"x{i}{j}" for j in range(5)) + " == 1" for i in range(5)]
    rows += [" + ".join(f"x{j}{i}" for j in range(5)) + " == 1" for i in range(5)]
    a = program("minimize " + " + ".join(cells), *rows, **dict.fromkeys(cells, (0, 1, int)))
    order = cells[:]
    random.Random(3).shuffle(order)
    b = program("minimize " + " + ".join(cells), *reversed(rows), **dict.fromkeys(order, (0, 1, int)))
    found = isomorphism(exact_linear(a), exact_linear(b), deadline=math.inf)
    assert found is not None


def test_a_source_knows_points_that_are_feasible() -> None:
    given = program("minimize x + y", "x + 2*y >= 3", x=(0, 9), y=(0, 9))
    for point in Source(exact_linear(given), math.inf).samples:
        assert point[0] + 2 * point[1] >= 3


# --- curved programs ----------------------------------------------------------------------------------------------

SQUARES = program("minimize (x - 1)**2 + (y + 2)**2", "x + y <= 4", "x*(y + 1) >= 1", **BOX)
CURVE = program("minimize x*y + exp(x - y)", "x**2 + y**2 <= 9", "log(x + 2) >= 0.5", **BOX)


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        (
            SQUARES,
            program("minimize x**2 - 2*x + y**2 + 4*y", "2*x + 2*y <= 8", "x*y + x >= 1", **BOX),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            SQUARES,
            program("minimize x**2 - 2*x + y**2 + 4*y", "x + y <= 4", "x*y + x >= 1", "x*y + 2*x + y >= 1", **BOX),
            Relation.EQUIVALENT_PROVED,
        ),
        (
            SQUARES,
            program("minimize x**2 - 2*x + y**2 + 4*y", "x + y + s == 4", "x*y + x >= 1", s=(0, math.inf), **BOX),
            Relation.EQUIVALENT_PROVED,
        ),
        (SQUARES, program("minimize x**2 - 2*x + y**2 + 5*y", "x + y <= 4", "x*y + x >= 1", **BOX), Relation.UNKNOWN),
        (
            CURVE,
            program("minimize u*v + exp(v - u)", "log(v + 2) >= 0.5", "v**2 + u**2 <= 9", u=(0, 3), v=(0, 3)),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            CURVE,
            program("minimize z", "z >= x*y + exp(x - y)", "x**2 + y**2 <= 9", "log(x + 2) >= 0.5", z=FREE, **BOX),
            Relation.EQUIVALENT_PROVED,
        ),
        (
            CURVE,
            program("minimize 2*x*y + 2*exp(x - y) + 5", "3*x**2 + 3*y**2 <= 27", "2*log(x + 2) >= 1", **BOX),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            program("minimize abs(2*x - 2*y)", "x + y >= 1", **BOX),
            program("minimize 2*abs(y - x)", "x + y >= 1", **BOX),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            program("minimize max(x, y)", "x + y >= 1", **BOX),
            program("maximize min(0 - x, 0 - y)", "x + y >= 1", **BOX),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            program("minimize x / y", "y >= 1", **BOX),
            program("minimize 2*x / (4*y)", "y >= 1", **BOX),
            Relation.EQUIVALENT_STRUCTURAL,
        ),
        (
            program("minimize x*y", "x + y >= 1", **BOX),
            program("maximize x*y", "x + y >= 1", **BOX),
            Relation.UNKNOWN,
        ),
        (
            program("minimize x", "x + y >= 1", "sqrt(x - 1) >= 0 - 1 - y", **BOX),
            program("minimize x", "x + y >= 1", "y**2 >= 0 - 1", **BOX),
            Relation.UNKNOWN,
        ),
    ],
)
def test_curved_programs_are_compared_over_their_products_and_functions(
    a: Program, b: Program, relation: Relation
) -> None:
    for first, second in ((a, b), (b, a)):
        verdict = compare(first, second)
        assert verdict.relation is relation
        assert verdict.exact == (relation is not Relation.UNKNOWN)


def test_a_conditional_row_must_be_a_row_of_the_other_program() -> None:
    columns = {"x": (0, 9), "y": (0, 9), "on": (0, 1, int)}
    a = program("minimize x + y", "x + y >= 3", "x <= 2", when={1: ("on", True)}, **columns)  # type: ignore[arg-type]
    b = program("minimize x + y", "2*x <= 4", "x + y >= 3", when={0: ("on", True)}, **columns)  # type: ignore[arg-type]
    c = program("minimize x + y", "2*x <= 5", "x + y >= 3", when={0: ("on", True)}, **columns)  # type: ignore[arg-type]
    assert compare(a, b).relation.equivalent
    assert compare(a, c).relation is Relation.UNKNOWN


def test_a_product_with_a_binary_has_no_powers() -> None:
    columns = {"x": (0, 9), "on": (0, 1, int)}
    a = program("minimize x*on**2", "x*on >= on", **columns)  # type: ignore[arg-type]
    b = program("minimize x*on", "x*on**3 >= on", **columns)  # type: ignore[arg-type]
    assert compare(a, b).relation.equivalent
    wide = replace(b, column_upper=np.array([9.0, 2.0]))
    assert not compare(a, wide).positive


def test_time_is_kept() -> None:
    verdict = compare(SQUARES, CURVE, options=Options(time_limit=0.01))
    assert verdict.relation is Relation.UNKNOWN
