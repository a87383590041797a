"""Several formulations of one problem: classes by proof, their order, and what separates the largest two."""

from __future__ import annotations

import random

import pytest
from small_programs import program

from equivalence.candidates import Order, candidates
from equivalence.corpus import Label, truth
from equivalence.corpus.change import Change, column
from equivalence.corpus.families import FAMILIES
from equivalence.corpus.judgement import allows
from equivalence.corpus.mistakes import binding_row_dropped, sense_flipped
from equivalence.corpus.oracle import Correspondence
from equivalence.corpus.rewritings import bounds_as_rows, epigraph, permuted_and_renamed, rows_scaled, slacks_added
from equivalence.corpus.sketch import Sketch, sketch
from equivalence.verdict import Contract, Relation
from formulations.program import Program

SAME = (rows_scaled, slacks_added, bounds_as_rows, epigraph, permuted_and_renamed)
OTHER = (binding_row_dropped, sense_flipped)


def changed(base: Sketch, how: object) -> Sketch:
    change = how(base.copy(), random.Random(3))  # type: ignore[operator]
    assert isinstance(change, Change)
    return change.sketch


def eight(family: str) -> list[Program]:
    """Right ones at 0, 1, 3, 4, 6 and 7; at 2 a row is missing, at 5 the sense is wrong."""
    base = sketch(next(f for f in FAMILIES if f.name == family).program(2))
    right = [base, *(changed(base, how) for how in SAME)]
    wrong = [changed(base, how) for how in OTHER]
    return [s.program() for s in (*right[:2], wrong[0], *right[2:4], wrong[1], *right[4:])]


@pytest.mark.parametrize("family", ["facility location", "transport", "knapsack", "blending", "lot sizing"])
def test_eight_formulations_fall_into_their_classes(family: str) -> None:
    programs = eight(family)
    found = candidates(programs)
    assert found.members == ((0, 1, 3, 4, 6, 7), (2,), (5,))
    assert found.agreed == (0, 1, 3, 4, 6, 7)
    assert found.complete


def test_the_wrong_ones_really_are_wrong() -> None:
    programs = eight("transport")
    about = tuple(column(label) for label in programs[0].columns)
    for wrong in (2, 5):
        pair = Correspondence(a=programs[0], b=programs[wrong], about_a=about, about_b=about)
        assert truth(pair).decisions is Label.DIFFERENT


def test_a_plan_separates_the_two_largest_classes() -> None:
    programs = [
        program("maximize 3*x + 2*y", "x + y <= 4", "x <= 3", x=(0, 9, int), y=(0, 9, int)),
        program("maximize 3*x + 2*y", "2*x + 2*y <= 8", x=(0, 3, int), y=(0, 9, int)),
        program("maximize 3*x + 2*y", "x + y <= 5", "x <= 3", x=(0, 9, int), y=(0, 9, int)),
    ]
    found = candidates(programs)
    assert found.members == ((0, 1), (2,))
    assert found.orders == (Order(stricter=0, looser=1),)
    separation = found.separation
    assert separation is not None
    assert (separation.allowed_by, separation.forbidden_by) == (1, 0)
    assert allows(sketch(programs[2]), separation.witness.point)
    assert not allows(sketch(programs[0]), separation.witness.mapped)


def test_a_tie_agrees_on_nothing() -> None:
    one = program("maximize x", "x <= 4", x=(0, 9, int))
    other = program("maximize x", "x <= 5", x=(0, 9, int))
    assert candidates([one, other]).agreed == ()
    assert candidates([one, one, other, other]).agreed == ()
    assert candidates([one, other, other]).agreed == (1, 2)


def test_order_of_the_input_changes_no_class() -> None:
    programs = eight("knapsack")
    backwards = candidates(programs[::-1])
    assert {frozenset(7 - k for k in group) for group in backwards.members} == {
        frozenset({0, 1, 3, 4, 6, 7}),
        frozenset({2}),
        frozenset({5}),
    }


def test_infeasible_candidates_are_one_class() -> None:
    programs = [
        program("minimize x", "x >= 5", "x <= 3", x=(0, 9)),
        program("minimize x", "x + 1 <= 0", x=(0, 9)),
        program("minimize x", "x >= 1", x=(0, 9)),
    ]
    assert candidates(programs).members == ((0, 1), (2,))


def test_without_time_nothing_is_joined() -> None:
    programs = eight("knapsack")
    found = candidates(programs, time_limit=0.0)
    assert found.members == tuple((k,) for k in range(8))
    assert not found.complete


def test_nothing_gives_no_class() -> None:
    found = candidates([])
    assert found.members == ()
    assert found.agreed == ()
    assert found.separation is None


def test_under_the_optimum_contract_classes_may_be_larger() -> None:
    loose = program("maximize x", "x <= 4", x=(0, 9, int))
    scaled = program("maximize x", "x <= 4", x=(1, 9, int))
    decisions, optimum = (candidates([loose, scaled], contract) for contract in Contract)
    assert decisions.members == ((0,), (1,))
    assert decisions.between[0, 1].relation is Relation.STRICTER
    assert len(optimum.members) <= 2
