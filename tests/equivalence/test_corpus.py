"""The corpus: its labels are found, not assumed; and no verdict claims what the labels refute."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from small_programs import program

from equivalence.compare import compare
from equivalence.corpus import Correspondence, Grade, Label, Pair, Status, judge, pairs, truth
from equivalence.corpus.change import affine, column
from equivalence.corpus.families import FAMILIES
from equivalence.corpus.generator import mirrored, transformed, twin_pair
from equivalence.corpus.oracle import Map
from equivalence.corpus.sketch import Sketch, sketch
from equivalence.corpus.smt import by_z3
from equivalence.corpus.transformations import TRANSFORMATIONS
from equivalence.corpus.twins import TWINS
from equivalence.verdict import Affine, AffineMap, Contract, Relation, Side, Verdict, Witness
from formulations.program import Program
from solvers.dispatch import solve

pytest.importorskip("z3")

DECIDED = ("permuted and renamed", "integrality relaxed", "both infeasible", "epigraph", "off by one")


def named(transformation: str, family: str, seed: int = 0) -> Pair:
    found = transformed(
        next(f for f in FAMILIES if f.name == family),
        next(t for t in TRANSFORMATIONS if t.name == transformation),
        seed,
    )
    assert found is not None
    return found


def alike(a: Program, b: Program, **images: Affine) -> Correspondence:
    """Equal names mean the same, except for A's columns given as images."""
    forward: Map = {label: images.get(label, column(label)) for label in a.columns}
    backward = None if images or set(b.columns) != set(a.columns) else forward
    about_a, about_b = tuple(map(column, a.columns)), tuple(forward.values())
    return Correspondence(a=a, b=b, about_a=about_a, about_b=about_b, forward=forward, backward=backward)


# --- what there is ------------------------------------------------------------------------------------------------


def test_there_are_enough_families_transformations_and_seeds() -> None:
    assert len(FAMILIES) + len({twins.family for twins in TWINS}) >= 12
    assert len(TRANSFORMATIONS) + len(TWINS) >= 28
    assert len(list(pairs([0]))) > 400


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_has_an_optimum_for_every_seed_that_the_oracle_finds_too(family: object) -> None:
    for seed in range(5):
        base = family.program(seed)  # type: ignore[attr-defined]
        known = truth(alike(base, base))
        assert known.status_a is Status.SOLVABLE
        assert known.decisions is Label.EQUIVALENT
        assert known.value_a is not None
        found = solve(base).objective
        assert found is not None
        assert abs(found - sketch(base).towards * float(known.value_a)) < 1e-6


@pytest.mark.parametrize("transformation", TRANSFORMATIONS, ids=lambda transformation: transformation.name)
def test_every_transformation_applies_somewhere_and_the_oracle_labels_it(transformation: object) -> None:
    found = list(pairs([0], transformations=[transformation], twins=[]))  # type: ignore[list-item]
    assert found
    labels = [truth(pair.correspondence).decisions for pair in found[:3]]
    assert Label.UNDECIDED not in labels


@pytest.mark.parametrize("twins", TWINS, ids=lambda twins: twins.name)
def test_twins_are_what_they_are_meant_to_be(twins: object) -> None:
    label = truth(twin_pair(twins, 1).correspondence).decisions  # type: ignore[arg-type]
    assert (label is Label.EQUIVALENT) == (twins.kind == "same")  # type: ignore[attr-defined]


def test_the_same_seed_makes_the_same_pair() -> None:
    first, second = (named("several at once", "lot sizing", 3) for _ in range(2))
    assert sketch(first.correspondence.b) == sketch(second.correspondence.b)
    assert first.correspondence.forward == second.correspondence.forward


def test_the_oracle_overrules_the_intention() -> None:
    """A big M made larger is meant to change nothing; here it let a plan in."""
    pair = named("big m larger", "lot sizing")
    assert pair.kind == "same"
    assert truth(pair.correspondence).decisions is Label.DIFFERENT


# --- the oracle ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["knapsack", "assignment", "shift covering"])
@pytest.mark.parametrize("transformation", DECIDED)
def test_enumeration_and_z3_agree(family: str, transformation: str) -> None:
    same = named(transformation, family).correspondence
    one, other = truth(same), by_z3(same, sketch(same.a), sketch(same.b), seconds=20.0)
    assert other.method == "z3"
    assert replace(one, method="", alpha=None, beta=None) == replace(other, method="", alpha=None, beta=None)


@pytest.mark.parametrize("transformation", DECIDED)
def test_labels_do_not_depend_on_which_program_comes_first(transformation: str) -> None:
    same = named(transformation, "product mix").correspondence
    there, back = truth(same), truth(mirrored(same))
    assert (there.decisions, there.optimum) == (back.decisions, back.optimum)
    assert (there.b_within_a, there.a_within_b) == (back.a_within_b, back.b_within_a)


BOX = program("minimize x + y", x=(0, 3, int), y=(0, 3, int))
#: B, what it is to BOX, and the labels by contract.
LABELED = {
    "the same": (BOX, Label.EQUIVALENT, Label.EQUIVALENT),
    "another objective with the same argmin": (
        program("minimize 2*x + y", x=(0, 3, int), y=(0, 3, int)),
        Label.DIFFERENT,
        Label.EQUIVALENT,
    ),
    "the same objective, doubled and moved": (
        program("minimize 2*x + 2*y + 7", x=(0, 3, int), y=(0, 3, int)),
        Label.EQUIVALENT,
        Label.EQUIVALENT,
    ),
    "turned around": (
        program("maximize x + y", x=(0, 3, int), y=(0, 3, int)),
        Label.DIFFERENT,
        Label.DIFFERENT,
    ),
    "a constant objective": (program("minimize 0*x", x=(0, 3, int), y=(0, 3, int)), Label.DIFFERENT, Label.PARTLY),
    "a plan less, not the best": (
        program("minimize x + y", "x + y <= 5", x=(0, 3, int), y=(0, 3, int)),
        Label.DIFFERENT,
        Label.EQUIVALENT,
    ),
    "the best plan cut off": (
        program("minimize x + y", "x + y >= 1", x=(0, 3, int), y=(0, 3, int)),
        Label.DIFFERENT,
        Label.DIFFERENT,
    ),
    "no plan": (
        program("minimize x + y", "x + y >= 7", x=(0, 3, int), y=(0, 3, int)),
        Label.DIFFERENT,
        Label.DIFFERENT,
    ),
    "integrality dropped": (program("minimize x + y", x=(0, 3), y=(0, 3)), Label.DIFFERENT, Label.EQUIVALENT),
    "unbounded": (program("minimize x - y", x=(0, 3, int), y=(0, float("inf"), int)), Label.DIFFERENT, Label.DIFFERENT),
}


@pytest.mark.parametrize(("other", "decisions", "optimum"), LABELED.values(), ids=LABELED)
def test_small_pairs_are_labelled_as_a_person_would(other: Program, decisions: Label, optimum: Label) -> None:
    known = truth(alike(BOX, other))
    assert (known.decisions, known.optimum) == (decisions, optimum)


def test_an_epigraph_is_worth_its_best_completion() -> None:
    lifted = program("minimize z", "z - x - y >= 0", x=(0, 3, int), y=(0, 3, int), z=(-9, 9, int))
    assert truth(alike(BOX, lifted)).decisions is Label.EQUIVALENT
    cut = program("minimize z", "z - x - y >= 0", x=(0, 3, int), y=(0, 3, int), z=(1, 9, int))
    assert truth(alike(BOX, cut)).decisions is Label.DIFFERENT


def test_a_complement_needs_its_constant() -> None:
    turned = program("minimize -w + y + 3", w=(0, 3, int), y=(0, 3, int))
    assert truth(alike(BOX, turned, x=affine({"w": -1}, 3))).decisions is Label.EQUIVALENT
    assert truth(alike(BOX, turned, x=affine({"w": -1}))).decisions is Label.DIFFERENT


def test_two_unbounded_programs_and_two_infeasible_ones_are_named_so() -> None:
    up = program("maximize x + y", x=(0, float("inf"), int), y=(0, 3, int))
    faster = program("maximize 2*x + y", x=(0, float("inf"), int), y=(0, 3, int))
    assert truth(alike(up, faster)).optimum is Label.BOTH_UNBOUNDED
    never = program("minimize x", "x >= 5", x=(0, 3, int), y=(0, 3, int))
    assert truth(alike(never, never)).decisions is Label.BOTH_INFEASIBLE


def test_a_correspondence_about_columns_that_are_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not have: z"):
        truth(alike(BOX, BOX, x=column("z")))


def test_numbers_that_floats_cannot_hold_are_refused() -> None:
    third = Sketch("minimize", offset=Fraction(1, 3))
    with pytest.raises(ValueError, match="1/3"):
        third.program()


# --- judging ------------------------------------------------------------------------------------------------------


def claim(relation: Relation, **more: object) -> Verdict:
    given: dict[str, object] = {"contract": Contract.DECISIONS, "exact": True, "reason": "because"} | more
    return Verdict(relation=relation, **given)  # type: ignore[arg-type]


def equal_names(*labels: str, scale: int = 1) -> AffineMap:
    return AffineMap(columns={label: affine({label: scale}) for label in labels}, origin="a test")


SMALLER = program("minimize x + y", "x + y <= 5", x=(0, 3, int), y=(0, 3, int))
LIES = {
    "equivalent, without a map": claim(Relation.EQUIVALENT_STRUCTURAL),
    "equivalent, by a wrong map": claim(Relation.EQUIVALENT_PROVED, forward=equal_names("x", "y")),
    "looser, where it is stricter": claim(Relation.LOOSER),
    "both infeasible": claim(Relation.BOTH_INFEASIBLE),
    "both unbounded": claim(Relation.BOTH_UNBOUNDED),
    "other optimal values": claim(Relation.STRICTER, same_optimum=False),
    "different, by a plan that both allow": claim(
        Relation.DIFFERENT_PROVED,
        witness=Witness(
            point={"x": Fraction(1), "y": Fraction(1)},
            mapped={"x": Fraction(1), "y": Fraction(1)},
            allowed_by=Side.A,
            violated="row0",
            amount=Fraction(1),
            exact=True,
        ),
    ),
}


@pytest.mark.parametrize("verdict", LIES.values(), ids=LIES)
def test_a_lie_is_found_out(verdict: Verdict) -> None:
    same = alike(BOX, SMALLER)
    assert judge(same, truth(same), verdict).grade is Grade.WRONG


def test_calling_equivalent_programs_different_is_wrong() -> None:
    same = alike(BOX, BOX)
    for relation in (Relation.DIFFERENT_PROVED, Relation.STRICTER, Relation.LOOSER):
        assert judge(same, truth(same), claim(relation)).grade is Grade.WRONG


def test_a_right_verdict_with_a_wrong_map_is_a_wrong_proof() -> None:
    same = alike(BOX, BOX)
    halved = claim(Relation.EQUIVALENT_PROVED, forward=equal_names("x", "y", scale=2))
    assert judge(same, truth(same), halved).grade is Grade.WRONG


def test_what_is_true_is_right_and_what_is_open_is_open() -> None:
    same = alike(BOX, SMALLER)
    known = truth(same)
    assert judge(same, known, claim(Relation.STRICTER, same_optimum=True)).grade is Grade.RIGHT
    assert judge(same, known, claim(Relation.UNKNOWN)).grade is Grade.OPEN
    assert judge(same, known, claim(Relation.TESTED)).grade is Grade.OPEN


@pytest.mark.parametrize(("family", "seed"), [("product mix", 0), ("transport", 3), ("knapsack", 1)])
def test_no_wrong_proof_ever(family: str, seed: int) -> None:
    """A part of the corpus; the benchmark walks all of it."""
    for pair in pairs([seed], families=[f for f in FAMILIES if f.name == family]):
        same = pair.correspondence
        known = truth(same)
        for contract in Contract:
            found = judge(same, known, compare(same.a, same.b, contract))
            assert found.grade is not Grade.WRONG, f"{pair.name}, same {contract.value}: {found.reason}"
