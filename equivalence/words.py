"""Verdicts in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from equivalence.verdict import Affine, AffineMap, Contract, Ray, Relation, Verdict, Witness

_TITLES = {
    Relation.EQUIVALENT_STRUCTURAL: "Equivalent: the same structure",
    Relation.EQUIVALENT_PROVED: "Equivalent: proved",
    Relation.SAME_OPTIMA_PROVED: "Same optima: proved",
    Relation.STRICTER: "B is stricter than A",
    Relation.LOOSER: "B is looser than A",
    Relation.DIFFERENT_PROVED: "Different: proved",
    Relation.TESTED: "Tested, not proved",
    Relation.BOTH_INFEASIBLE: "Both infeasible",
    Relation.BOTH_UNBOUNDED: "Both unbounded",
    Relation.UNKNOWN: "Unknown",
}
_SHOWN = 12


def title(verdict: Verdict) -> str:
    """The verdict in a few words."""
    words = _TITLES[verdict.relation]
    if verdict.relation in (Relation.STRICTER, Relation.LOOSER):
        words += {True: ", with the same optimal value", False: ", with another optimal value", None: ""}[
            verdict.same_optimum
        ]
    certain = verdict.relation in (Relation.UNKNOWN, Relation.TESTED) or verdict.exact
    return words if certain else f"{words} (numerically, on a solver's word)"


def render(verdict: Verdict) -> str:
    """The verdict with its reason and evidence, as a short text."""
    lines = [title(verdict), f"  {verdict.reason}"]
    if verdict.witness is not None:
        lines.append(f"  {witness_in_words(verdict.witness)}")
    for conflict in verdict.conflicts:
        lines.append(f"  in {conflict.side.value} these cannot hold together:")
        lines += [f"    {member}" for member in conflict.members[:_SHOWN]]
    lines += [f"  {ray_in_words(ray)}" for ray in verdict.rays]
    if verdict.alpha is not None and verdict.beta is not None and (verdict.alpha != 1 or verdict.beta):
        lines.append(f"  objective of A = {scaled(verdict.alpha, 'objective of B')}{_signed(verdict.beta)} (minimized)")
    if verdict.other_map is not None:
        lines += ["  another map under which they are the same, A in terms of B:", *_map_lines(verdict.other_map)]
    if verdict.forward is not None:
        lines += ["  A in terms of B:", *_map_lines(verdict.forward)]
    if verdict.lemmas:
        counts: dict[str, int] = {}
        for lemma in verdict.lemmas:
            counts[f"{lemma.side.value}: {lemma.name}"] = counts.get(f"{lemma.side.value}: {lemma.name}", 0) + 1
        lines.append("  steps: " + ", ".join(f"{name} ({count})" for name, count in counts.items()))
    if not verdict.decided:
        lines += [f"  tried: {test}" for test in verdict.tests[:_SHOWN]]
    if verdict.contract is Contract.OPTIMUM:
        lines.append("  asked for: the same optimum")
    return "\n".join(lines)


def witness_in_words(witness: Witness) -> str:
    """``B also allows x = 0, y = 4, which A forbids by 'capacity' (exceeded by 2)``."""
    side, other = witness.allowed_by.value, witness.allowed_by.other.value
    words = f"{side} also allows {point_in_words(witness.point)}"
    if not witness.violated:
        return f"{words}, which {other} forbids"
    return f"{words}, which {other} forbids by '{witness.violated}' (missed by {number(witness.amount)})"


def ray_in_words(ray: Ray) -> str:
    """``in A every step of x by 1, y by 2 improves the objective by 3``."""
    steps = [f"{label} by {number(value)}" for label, value in ray.direction.items()]
    rest = len(steps) - _SHOWN
    shown = ", ".join(steps[:_SHOWN]) + (f", {rest} more" if rest > 0 else "")
    return f"in {ray.side.value} every step of {shown} improves the objective by {number(ray.gain)}"


def point_in_words(point: Mapping[str, Fraction]) -> str:
    """``x = 0, y = 4``; of many columns only those that are not zero."""
    shown = list(point.items())
    if len(shown) > _SHOWN:
        shown = [(label, value) for label, value in shown if value]
    words = [f"{label} = {number(value)}" for label, value in shown[:_SHOWN]]
    rest = len(shown) - len(words)
    words += [f"{rest} more that are not zero"] if rest else []
    if len(shown) < len(point):
        words.append("all others 0")
    return ", ".join(words) if words else "the empty plan"


def affine_in_words(affine: Affine) -> str:
    """``2 y + z - 3``."""
    text = ""
    for label, c in affine.coefficients.items():
        sign = " - " if c < 0 else " + "
        text += (sign if text else "-" if c < 0 else "") + scaled(abs(c), label)
    if affine.constant or not text:
        text = text + _signed(affine.constant) if text else number(affine.constant)
    return text


def scaled(factor: Fraction, label: str) -> str:
    return label if factor == 1 else f"{number(factor)} {label}"


def number(value: Fraction) -> str:
    """A short decimal where it is exact or long, a fraction where that is shorter."""
    if value.denominator == 1:
        return str(value.numerator)
    if value.denominator <= 100:
        decimal = f"{float(value):.6g}"
        return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"
    return f"{float(value):.9g}"


def _signed(value: Fraction) -> str:
    if not value:
        return ""
    return f" - {number(-value)}" if value < 0 else f" + {number(value)}"


def _map_lines(found: AffineMap) -> list[str]:
    lines = [f"    {label} = {affine_in_words(affine)}" for label, affine in found.columns.items()]
    rest = len(lines) - _SHOWN
    return lines[:_SHOWN] + ([f"    and {rest} more"] if rest > 0 else [])
