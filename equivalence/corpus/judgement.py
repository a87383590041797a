"""A verdict held against the truth: what it claims is checked by enumeration or Z3, its map and witness included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from equivalence.corpus.change import column
from equivalence.corpus.oracle import Correspondence, Label, Status, Truth, truth
from equivalence.corpus.sketch import Line, Sketch, sketch
from equivalence.verdict import Affine, AffineMap, Contract, Relation, Side, Verdict, Witness

#: The reason of a right judgement where the maps meant do not make the programs equivalent, but the verdict's do.
ANOTHER = "the same under another correspondence"


class Grade(Enum):
    """RIGHT: decided as it is. WRONG: claims what is false. OPEN: not decided. EITHER: the label takes no side."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Judgement:
    grade: Grade
    reason: str = ""


def judge(pair: Correspondence, known: Truth, verdict: Verdict) -> Judgement:
    """What the verdict is worth. A proof whose map or witness is wrong is a wrong proof, whatever it concludes."""
    mistake = _mistake(pair, known, verdict)
    if mistake:
        return Judgement(Grade.WRONG, mistake)
    label = known.decisions if verdict.contract is Contract.DECISIONS else known.optimum
    if label in (Label.PARTLY, Label.UNDECIDED):
        return Judgement(Grade.EITHER, f"the label is {label.value}")
    relation = verdict.relation
    answers = {
        Label.EQUIVALENT: verdict.positive,
        Label.DIFFERENT: verdict.positive or claims_difference(verdict),
        Label.BOTH_INFEASIBLE: relation is Relation.BOTH_INFEASIBLE,
        Label.BOTH_UNBOUNDED: relation is Relation.BOTH_UNBOUNDED or verdict.positive,
    }
    if answers[label]:
        other = verdict.positive and label is Label.DIFFERENT
        return Judgement(Grade.RIGHT, ANOTHER if other else "")
    return Judgement(Grade.OPEN, verdict.reason)


def claims_difference(verdict: Verdict) -> bool:
    """Whether the verdict says that the contract does not hold."""
    if verdict.relation is Relation.DIFFERENT_PROVED:
        return True
    one_sided = verdict.relation in (Relation.STRICTER, Relation.LOOSER)
    return one_sided and (verdict.contract is Contract.DECISIONS or verdict.same_optimum is False)


def _mistake(pair: Correspondence, known: Truth, verdict: Verdict) -> str:
    """The first thing the verdict claims that is not so; empty if there is none."""
    relation = verdict.relation
    if relation is Relation.BOTH_INFEASIBLE and (known.status_a, known.status_b) != (Status.INFEASIBLE,) * 2:
        return f"A is {known.status_a.value}, B is {known.status_b.value}"
    if relation is Relation.BOTH_UNBOUNDED and (known.status_a, known.status_b) != (Status.UNBOUNDED,) * 2:
        return f"A is {known.status_a.value}, B is {known.status_b.value}"
    if verdict.positive:
        return _wrong_positive(pair, known, verdict)
    if relation in (Relation.STRICTER, Relation.LOOSER):
        return (
            _wrong_side(pair, known, verdict) or _wrong_optimum(pair, known, verdict) or _wrong_witness(pair, verdict)
        )
    if relation is Relation.DIFFERENT_PROVED:
        label = known.decisions if verdict.contract is Contract.DECISIONS else known.optimum
        if label in (Label.EQUIVALENT, Label.BOTH_INFEASIBLE):
            return f"they are {label.value}"
        return _wrong_witness(pair, verdict)
    return ""


def _wrong_positive(pair: Correspondence, known: Truth, verdict: Verdict) -> str:
    """A positive verdict is wrong if its maps are, or if there are none to check and the labels say otherwise."""
    optimum_only = verdict.relation is Relation.SAME_OPTIMA_PROVED
    fine = (Label.EQUIVALENT, Label.BOTH_INFEASIBLE, *((Label.PARTLY, Label.BOTH_UNBOUNDED) if optimum_only else ()))
    label = known.optimum if optimum_only else known.decisions
    if optimum_only and label in fine:
        return ""
    claims = claimed(pair, verdict)
    if not claims:
        return "" if label in (*fine, Label.UNDECIDED) else f"they are {label.value}, and no whole map is given"
    found = []
    for claim in claims:
        under = truth(claim)
        found.append(under.optimum if optimum_only else under.decisions)
        if found[-1] in (*fine, Label.UNDECIDED):
            return ""
    return f"under the map given they are {found[0].value}"


def claimed(pair: Correspondence, verdict: Verdict) -> tuple[Correspondence, ...]:
    """What the verdict may mean by its maps: all of A's columns, or all of B's, are what the programs are about.

    One of them is enough, for the other program may have columns that only restate others. Maps that leave columns
    out give nothing.
    """
    alpha = Fraction(1) if verdict.alpha is None else verdict.alpha
    beta = Fraction(0) if verdict.beta is None else verdict.beta
    labels_a, labels_b = list(pair.a.columns), list(pair.b.columns)
    forward, backward = _whole(verdict.forward, labels_a), _whole(verdict.backward, labels_b)
    abouts = []
    if forward is not None:
        abouts.append((tuple(map(column, labels_a)), tuple(forward[label] for label in labels_a)))
    if backward is not None:
        abouts.append((tuple(backward[label] for label in labels_b), tuple(map(column, labels_b))))
    return tuple(
        Correspondence(
            a=pair.a,
            b=pair.b,
            about_a=about_a,
            about_b=about_b,
            alpha=alpha,
            beta=beta,
            forward=forward,
            backward=backward,
        )
        for about_a, about_b in abouts
    )


def _whole(given: AffineMap | None, labels: list[str]) -> dict[str, Affine] | None:
    if given is None or not given.columns.keys() >= set(labels):
        return None
    return {label: given.columns[label] for label in labels}


def _wrong_side(pair: Correspondence, known: Truth, verdict: Verdict) -> str:
    if known.decisions is Label.EQUIVALENT:
        return "they are equivalent"
    stricter = verdict.relation is Relation.STRICTER
    inside = known.b_within_a if stricter else known.a_within_b
    if inside is not False:
        return ""
    for claim in claimed(pair, verdict):
        under = truth(claim)
        if (under.b_within_a if stricter else under.a_within_b) is not False:
            return ""
    return f"{'B allows what A' if stricter else 'A allows what B'} does not"


def _wrong_optimum(pair: Correspondence, known: Truth, verdict: Verdict) -> str:
    if verdict.same_optimum is None or known.value_a is None or known.value_b is None:
        return ""
    alpha = pair.alpha if verdict.alpha is None else verdict.alpha
    beta = pair.beta if verdict.beta is None else verdict.beta
    same = known.value_a == alpha * known.value_b + beta
    return "" if same == verdict.same_optimum else f"the optimal values are {known.value_a} and {known.value_b}"


def _wrong_witness(pair: Correspondence, verdict: Verdict) -> str:
    witness = verdict.witness
    if witness is None or not witness.exact:
        return ""
    sides = {Side.A: sketch(pair.a), Side.B: sketch(pair.b)}
    inside, outside = sides[witness.allowed_by], sides[witness.allowed_by.other]
    if witness.point.keys() >= inside.columns.keys() and not allows(inside, witness.point):
        return f"the witness is not allowed by {witness.allowed_by.value}"
    return _not_forbidden(outside, witness)


def _not_forbidden(outside: Sketch, witness: Witness) -> str:
    if not witness.violated or not witness.mapped.keys() >= outside.columns.keys():
        return ""
    other = witness.allowed_by.other.value
    return f"the witness is allowed by {other} as well" if allows(outside, witness.mapped) else ""


def allows(program: Sketch, point: Mapping[str, Fraction]) -> bool:
    """Whether the point satisfies every row, bound and integrality, in rational numbers."""
    for label, r in program.columns.items():
        if r.integer and point[label].denominator != 1:
            return False
        if not _between(point[label], r.lower, r.upper):
            return False
    return all(_between(_activity(row, point), row.lower, row.upper) for row in program.rows.values())


def _activity(row: Line, point: Mapping[str, Fraction]) -> Fraction:
    return sum((c * point[label] for label, c in row.terms.items()), Fraction(0))


def _between(value: Fraction, lower: Fraction | None, upper: Fraction | None) -> bool:
    return (lower is None or value >= lower) and (upper is None or value <= upper)
