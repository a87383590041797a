"""``optcopilot compare``: whether two formulations or programs are equivalent, with the evidence."""

from __future__ import annotations

import argparse
import copy
from collections.abc import Mapping, Sequence
from fractions import Fraction

from copilot.commands.checks import grounded
from copilot.commands.exits import CommandError, ExitCode
from copilot.commands.inputs import Problem, read_problem
from copilot.commands.output import write_json, write_text
from copilot.providers import EndpointError, Provider, provider_for
from copilot.settings import SettingsError, load_settings
from equivalence.candidates import Classes, candidates
from equivalence.compare import Options, compare
from equivalence.map_by_model import compare_with_model
from equivalence.sampling import Sample, Sampling, sample
from equivalence.verdict import AffineMap, Contract, Relation, Verdict, Witness
from equivalence.words import point_in_words, render, title, witness_in_words
from formulations.program import Program

#: A verdict that proves the contract, one that denies it, and one that does neither have different exit codes.
_NOT_SETTLED = (Relation.UNKNOWN, Relation.TESTED)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Compares two problems. Raises CommandError for input that cannot be read or grounded."""
    names = (arguments.file, arguments.other, *arguments.more)
    problems = [_problem(arguments, name) for name in names]
    programs = [grounded(problem)[1] for problem in problems]
    limit = Options().time_limit if arguments.time_limit is None else arguments.time_limit
    options = Options(time_limit=limit, trust_names=not arguments.ignore_names, same_units=arguments.same_units)
    contract = Contract(arguments.contract)
    if arguments.more:
        return _classes(arguments, names, programs, contract)
    if arguments.ask_model:
        verdict = compare_with_model(
            programs[0], programs[1], contract, model=_provider(), options=options, failures=(EndpointError,)
        )
    else:
        verdict = compare(programs[0], programs[1], contract, options=options)
    sampling = None if arguments.sample is None else _sampling(problems, contract, arguments.sample)
    if arguments.json:
        found = verdict_dict(verdict)
        write_json(found if sampling is None else found | {"sampling": sampling_dict(sampling)})
    else:
        write_text(render(verdict))
        if sampling is not None:
            write_text("\n".join(["On other data: " + render(sampling.verdict), *map(_sample_line, sampling.samples)]))
    return ExitCode.LIMIT if verdict.relation in _NOT_SETTLED else ExitCode.OK


def _provider() -> Provider:
    """The language model of the settings. Raises CommandError if they cannot be used."""
    try:
        return provider_for(load_settings())
    except SettingsError as error:
        raise CommandError(ExitCode.BAD_INPUT, "settings", str(error)) from None
    except EndpointError as error:
        raise CommandError(ExitCode.ENDPOINT, error.kind.value, str(error)) from None


def _problem(arguments: argparse.Namespace, name: str) -> Problem:
    own = copy.copy(arguments)
    own.file = name
    return read_problem(own)


def _sampling(problems: Sequence[Problem], contract: Contract, seeds: int) -> Sampling:
    """Both formulations on drawn data. Raises CommandError for programs, which have no data to draw."""
    first, second = (problem.document for problem in problems)
    if first is None or second is None:
        raise CommandError(
            ExitCode.BAD_INPUT, "file", "--sample draws data for formulations; .lp and .mps files hold numbers only"
        )
    return sample(first, second, contract, seeds=seeds)


def sampling_dict(sampling: Sampling) -> dict[str, object]:
    """What instances with other data say, as plain values."""
    worst = sampling.counterexample
    return {
        "verdict": sampling.verdict.relation.value,
        "reason": sampling.verdict.reason,
        "samples": [
            {"name": s.name, "agrees": s.agrees, "verdict": s.verdict.relation.value} for s in sampling.samples
        ],
        "counterexample": None if worst is None else {"name": worst.name, "data": worst.data.model_dump(mode="json")},
    }


def _sample_line(found: Sample) -> str:
    return f"  {found}"


def _classes(
    arguments: argparse.Namespace, names: Sequence[str], programs: Sequence[Program], contract: Contract
) -> ExitCode:
    """Several problems, sorted into classes of proved equivalence."""
    seconds = 10.0 if arguments.time_limit is None else arguments.time_limit
    options = Options(time_limit=2.0, trust_names=not arguments.ignore_names, same_units=arguments.same_units)
    found = candidates(programs, contract, options=options, time_limit=seconds)
    if arguments.json:
        write_json(classes_dict(found, names))
    else:
        write_text("\n".join(_class_lines(found, names)))
    return ExitCode.OK if found.complete else ExitCode.LIMIT


def classes_dict(found: Classes, names: Sequence[str]) -> dict[str, object]:
    """The classes, the largest first, and what stands between them, as plain values."""
    apart = found.separation
    return {
        "classes": [[names[k] for k in members] for members in found.members],
        "orders": [{"stricter": order.stricter, "looser": order.looser} for order in found.orders],
        "separation": None
        if apart is None
        else {
            "allowed_by_class": apart.allowed_by,
            "forbidden_by_class": apart.forbidden_by,
            "witness": _witness(apart.witness),
        },
        "complete": found.complete,
    }


def _class_lines(found: Classes, names: Sequence[str]) -> list[str]:
    lines = []
    for number, members in enumerate(found.members):
        same = "proved equivalent" if len(members) > 1 else "equivalent to no other, as far as proved"
        lines.append(f"class {number + 1} ({same}): {', '.join(names[k] for k in members)}")
    lines += [f"class {order.stricter + 1} is stricter than class {order.looser + 1}" for order in found.orders]
    apart = found.separation
    if apart is not None:
        plan = point_in_words(apart.witness.point)
        lines.append(f"class {apart.allowed_by + 1} allows {plan}, which class {apart.forbidden_by + 1} forbids")
    return lines


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
