"""``optcopilot compare``: whether two formulations or programs are equivalent, with the evidence."""

from __future__ import annotations

import argparse
import copy
from collections.abc import Mapping
from fractions import Fraction

from copilot.commands.checks import grounded
from copilot.commands.exits import ExitCode
from copilot.commands.inputs import read_problem
from copilot.commands.output import write_json, write_text
from equivalence.compare import Options, compare
from equivalence.verdict import AffineMap, Contract, Relation, Verdict, Witness
from equivalence.words import render, title, witness_in_words
from formulations.program import Program

#: A verdict that proves the contract, one that denies it, and one that does neither have different exit codes.
_NOT_SETTLED = (Relation.UNKNOWN, Relation.TESTED)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Compares two problems. Raises CommandError for input that cannot be read or grounded."""
    programs = [_program(arguments, name) for name in (arguments.file, arguments.other)]
    limit = Options().time_limit if arguments.time_limit is None else arguments.time_limit
    options = Options(time_limit=limit, trust_names=not arguments.ignore_names, same_units=arguments.same_units)
    verdict = compare(programs[0], programs[1], Contract(arguments.contract), options=options)
    if arguments.json:
        write_json(verdict_dict(verdict))
    else:
        write_text(render(verdict))
    return ExitCode.LIMIT if verdict.relation in _NOT_SETTLED else ExitCode.OK


def _program(arguments: argparse.Namespace, name: str) -> Program:
    own = copy.copy(arguments)
    own.file = name
    return grounded(read_problem(own))[1]


def verdict_dict(verdict: Verdict) -> dict[str, object]:
    """The verdict as plain values; numbers that no decimal holds exactly are strings like ``"1/3"``."""
    return {
        "verdict": verdict.relation.value,
        "title": title(verdict),
        "contract": verdict.contract.value,
        "equivalent": verdict.positive,
        "exact": verdict.exact,
        "reason": verdict.reason,
        "witness": None if verdict.witness is None else _witness(verdict.witness),
        "map": None
        if verdict.forward is None
        else {"a_from_b": _map(verdict.forward), "b_from_a": _map(verdict.backward)},
        "map_by_name": verdict.by_name,
        "other_map": None if verdict.other_map is None else {"a_from_b": _map(verdict.other_map)},
        "alpha": _number(verdict.alpha),
        "beta": _number(verdict.beta),
        "same_optimum": verdict.same_optimum,
        "conflicts": [
            {
                "side": conflict.side.value,
                "labels": list(conflict.labels),
                "members": list(conflict.members),
                "irreducible": conflict.irreducible,
            }
            for conflict in verdict.conflicts
        ],
        "rays": [
            {"side": ray.side.value, "direction": _numbers(ray.direction), "gain": _number(ray.gain)}
            for ray in verdict.rays
        ],
        "lemmas": [str(lemma) for lemma in verdict.lemmas],
        "certificates": [
            {"side": certificate.side.value, "row": certificate.row, "method": certificate.method}
            for certificate in verdict.certificates
        ],
        "tried": list(verdict.tests),
        "seconds": verdict.seconds,
    }


def _witness(witness: Witness) -> dict[str, object]:
    return {
        "words": witness_in_words(witness),
        "allowed_by": witness.allowed_by.value,
        "violated": witness.violated,
        "amount": _number(witness.amount),
        "point": _numbers(witness.point),
        "mapped": _numbers(witness.mapped),
        "exact": witness.exact,
    }


def _map(found: AffineMap | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        label: {"terms": _numbers(affine.coefficients), "constant": _number(affine.constant)}
        for label, affine in found.columns.items()
    }


def _numbers(values: Mapping[str, Fraction]) -> dict[str, object]:
    return {label: _number(value) for label, value in values.items()}


def _number(value: Fraction | None) -> float | int | str | None:
    if value is None:
        return None
    if value.denominator == 1 and abs(value.numerator) < 2**53:
        return value.numerator
    decimal = float(value)
    return decimal if Fraction(repr(decimal)) == value else f"{value.numerator}/{value.denominator}"
