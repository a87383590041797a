"""Two formulations on many instances: the same parameters drawn anew, sets of one, two and three members, random
objectives. It catches what only a coincidence of one instance makes equal, and proves nothing about all data.

A formulation holds for every data set, an instance for one. Agreement on k instances is therefore TESTED, never
proved; only formulations that are the same text up to order are equivalent whatever the data. A difference proved on
a drawn instance is shown with its data: it counts if such data can occur, which nobody but the user knows.
"""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from equivalence.compare import Options, compare
from equivalence.verdict import Contract, Relation, Verdict
from formulations.data import DataError, bind
from formulations.formulation import Data, Document, Element, Formulation, Member, Record, Set
from formulations.ground import GroundingError, ground
from formulations.program import Program
from solvers.dispatch import solve
from solvers.solution import Solution, Termination
from solvers.solver import Options as SolverOptions

SEEDS = 5
DIRECTIONS = 4
#: How often data are drawn anew for a seed until the first formulation has a plan.
_DRAWS = 8
#: At most this many parameters are scaled one by one.
_SCALED = 12
_SECONDS_A_PAIR = 5.0
_CLOSE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One instance: its data, what was proved on it, and in how many random directions the optima agreed.

    name: how its data came about: "seed 0", "room * 4".

    agrees: False where a difference was proved or seen, None where nothing could be said.
    """

    name: str
    data: Data
    verdict: Verdict
    directions: int
    agrees: bool | None

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} of {len(members)}" for name, members in self.data.sets.items())
        outcome = {True: "agree", False: "differ", None: "open"}[self.agrees]
        return f"{self.name} ({sizes or 'no sets'}): {outcome}, {self.verdict.relation.value}"


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """``verdict`` about the formulations: TESTED, UNKNOWN, or EQUIVALENT_STRUCTURAL for the same text.

    counterexample: the first instance on which they differ.
    """

    verdict: Verdict
    samples: tuple[Sample, ...]
    counterexample: Sample | None


def sample(
    a: Document,
    b: Document,
    contract: Contract = Contract.DECISIONS,
    *,
    seeds: int = SEEDS,
    options: Options | None = None,
) -> Sampling:
    """What instances with other data say about two formulations whose sets and parameters have the same names.

    The data of ``a`` tell what numbers look like. Seeds are 0, 1, ...; the first three have sets of one, two and
    three members. Then every parameter alone is made smaller and larger. Raises DataError and GroundingError if
    ``a`` itself has no program, NoCapableSolverError where no solver takes it.
    """
    started = time.monotonic()
    _program(a.formulation, a.data)
    if same_text(a.formulation, b.formulation):
        verdict = _verdict(Relation.EQUIVALENT_STRUCTURAL, contract, "both are the same text, whatever the data")
        return Sampling(verdict=replace(verdict, exact=True), samples=(), counterexample=None)
    obstacle = _obstacle(a, b)
    if obstacle:
        return Sampling(verdict=_verdict(Relation.UNKNOWN, contract, obstacle), samples=(), counterexample=None)
    options = options or Options(time_limit=_SECONDS_A_PAIR)
    samples = tuple(_samples(a, b, contract, seeds, options))
    checked = [s for s in samples if s.agrees]
    counterexample = next((s for s in samples if s.agrees is False), None)
    if counterexample is not None:
        reason = f"they differ on an instance with other data ({counterexample}): {counterexample.verdict.reason}"
        verdict = _verdict(Relation.UNKNOWN, contract, reason)
    elif checked:
        verdict = _verdict(Relation.TESTED, contract, f"they agree on {len(checked)} instances with other data")
    else:
        verdict = _verdict(Relation.UNKNOWN, contract, "no instance with other data could be decided")
    verdict = replace(verdict, tests=tuple(map(str, samples)), seconds=time.monotonic() - started)
    return Sampling(verdict=verdict, samples=samples, counterexample=counterexample)


def same_text(a: Formulation, b: Formulation) -> bool:
    """Whether the formulations consist of the same elements, in whatever order, words for people aside."""
    return _elements(a) == _elements(b)


def _elements(formulation: Formulation) -> set[str]:
    """Every element as text; rows and objectives keep no name, for nothing refers to it."""
    return {_stripped(element).model_dump_json() + type(element).__name__ for element in formulation.elements()}


def _stripped(element: Element) -> Element:
    update: dict[str, object] = {"description": ""}
    if hasattr(element, "expression"):
        update["name"] = "row"
    if hasattr(element, "unit"):
        update["unit"] = ""
    return element.model_copy(update=update)


def _obstacle(a: Document, b: Document) -> str:
    """Why data drawn for A say nothing about B; empty if they do."""
    known = {s.name: s.within for s in a.formulation.sets}
    for other in b.formulation.sets:
        if known.get(other.name) != other.within:
            return f"A has no set '{other.name}' of the same kind: data drawn for A do not tell its members"
    indices = {p.name: p.indices for p in a.formulation.parameters}
    for parameter in b.formulation.parameters:
        own = b.data.parameters.get(parameter.name)
        if parameter.name in indices:
            if indices[parameter.name] != parameter.indices:
                return f"parameter '{parameter.name}' has other indices in B"
        elif parameter.indices or not isinstance(own, int | float):
            return f"A has no parameter '{parameter.name}': data drawn for A do not tell its values"
    return ""


def _samples(a: Document, b: Document, contract: Contract, seeds: int, options: Options) -> Iterator[Sample]:
    """Instances with everything drawn anew, then instances with one parameter much smaller or larger."""
    for seed in range(seeds):
        found = _fitting(a, b, seed)
        if found is not None:
            yield _compared(*found, contract, f"seed {seed}", options)
    for name, data in scaled(a):
        programs = _programs(a, b, data)
        if programs is not None:
            yield _compared(programs, data, contract, name, options)


def _fitting(a: Document, b: Document, seed: int) -> tuple[tuple[Program, Program], Data] | None:
    """Data that fit both formulations, if possible with a plan of A; None if none were found."""
    rng = random.Random(f"sample {seed}")
    fallback = None
    for attempt in range(_DRAWS):
        size = seed % 4 + 1 if seed % 4 < 3 and attempt < _DRAWS // 2 else None
        data = drawn(a, rng, size)
        programs = _programs(a, b, data)
        if programs is None:
            continue
        if _solved(programs[0]).termination is Termination.OPTIMAL:
            return programs, data
        fallback = fallback or (programs, data)
    return fallback


def _compared(programs: tuple[Program, Program], data: Data, contract: Contract, name: str, options: Options) -> Sample:
    verdict = compare(*programs, contract, options=options)
    agrees: bool | None = None
    if verdict.positive or verdict.relation in (Relation.BOTH_INFEASIBLE, Relation.BOTH_UNBOUNDED):
        agrees = True
    elif verdict.relation is Relation.DIFFERENT_PROVED or (
        contract is Contract.DECISIONS and verdict.relation in (Relation.STRICTER, Relation.LOOSER)
    ):
        agrees = False
    directions = 0
    if agrees is None:
        outcomes = list(_in_random_directions(programs, random.Random(name)))
        directions = sum(outcomes)
        if contract is Contract.DECISIONS and outcomes:
            agrees = all(outcomes)
    return Sample(name=name, data=data, verdict=verdict, directions=directions, agrees=agrees)


def _in_random_directions(programs: tuple[Program, Program], rng: random.Random) -> Iterator[bool]:
    """Whether the optima agree when both programs seek the same random sum of the columns they share.

    Says nothing unless one program has all the columns of the other.
    """
    labels = [list(program.columns) for program in programs]
    shared = set(labels[0]) & set(labels[1])
    if not shared or shared not in (set(labels[0]), set(labels[1])):
        return
    for _ in range(DIRECTIONS):
        weights = {label: rng.randint(-9, 9) for label in sorted(shared)}
        first, second = (_solved(_seeking(p, weights, names)) for p, names in zip(programs, labels, strict=True))
        decided = (Termination.OPTIMAL, Termination.INFEASIBLE, Termination.UNBOUNDED)
        if first.termination not in decided or second.termination not in decided:
            continue
        if first.objective is None or second.objective is None:
            yield first.termination is second.termination
        else:
            yield math.isclose(first.objective, second.objective, rel_tol=_CLOSE, abs_tol=_CLOSE)


def _seeking(program: Program, weights: Mapping[str, int], labels: Sequence[str]) -> Program:
    objective = np.array([weights.get(label, 0) for label in labels], dtype=float)
    return replace(
        program,
        sense="minimize",
        objective=objective,
        objective_offset=0.0,
        objective_quadratic=None,
        objective_nonlinear=None,
    )


def _solved(program: Program) -> Solution:
    return solve(program, SolverOptions(time_limit=_SECONDS_A_PAIR))


def _programs(a: Document, b: Document, data: Data) -> tuple[Program, Program] | None:
    """Both formulations with the drawn data; None if the data do not fit one of them."""
    try:
        first = _program(a.formulation, _restricted(a.formulation, data))
        own = {name: v for name, v in b.data.parameters.items() if name not in data.parameters}
        second = _program(b.formulation, _restricted(b.formulation, data, own))
    except (DataError, GroundingError):
        return None
    return first, second


def _program(formulation: Formulation, data: Data) -> Program:
    return ground(bind(formulation, data))


def _restricted(
    formulation: Formulation, data: Data, own: Mapping[str, float | tuple[Record, ...]] | None = None
) -> Data:
    """The data of those sets and parameters that the formulation declares."""
    names = {element.name for element in (*formulation.sets, *formulation.parameters)}
    parameters = {**(own or {}), **data.parameters}
    return Data(
        sets={name: members for name, members in data.sets.items() if name in names},
        parameters={name: values for name, values in parameters.items() if name in names},
    )


# --- drawing data -------------------------------------------------------------------------------------------------

Members = tuple[Member | tuple[Member, ...], ...]


def drawn(document: Document, rng: random.Random, size: int | None) -> Data:
    """Data that look like the document's: sets with ``size`` members (None: as many as it has), numbers anew.

    Members that the formulation mentions are kept. Whole numbers stay whole, zeros and ones of a table of nothing
    else stay that, signs stay; all other numbers are drawn apart from each other as far as there is room.
    """
    formulation, given = document.formulation, document.data
    sets: dict[str, Members] = {}
    waiting = list(formulation.sets)
    while waiting:
        ready = [s for s in waiting if all(name in sets for name in s.within)]
        if not ready:
            # Sets within each other: ``bind`` will say so.
            break
        for index_set in ready:
            sets[index_set.name] = _members(index_set, document, sets, rng, size)
        waiting = [s for s in waiting if s not in ready]
    parameters: dict[str, float | tuple[Record, ...]] = {}
    for parameter in formulation.parameters:
        values = given.parameters.get(parameter.name)
        if values is None:
            continue
        if isinstance(values, int | float):
            parameters[parameter.name] = _number([values], _kind(rng), rng)
            continue
        numbers = [float(record[-1]) for record in values]
        share = _share(len(values), [len(given.sets.get(name, ())) for name in parameter.indices])
        keys = _keys([sets.get(name, ()) for name in parameter.indices])
        complete = parameter.default is None or not numbers
        scale = _kind(rng)
        kept = [key for key in keys if complete or rng.random() < share]
        parameters[parameter.name] = tuple((*key, _number(numbers or [1.0], scale, rng)) for key in kept)
    return Data(sets=sets, parameters=parameters)


def scaled(document: Document) -> Iterator[tuple[str, Data]]:
    """The document's own data with one parameter a quarter as large, or four times, so that loose rows tighten."""
    given = document.data
    for parameter in document.formulation.parameters[:_SCALED]:
        values = given.parameters.get(parameter.name)
        if values is None:
            continue
        for factor, text in ((0.25, "/ 4"), (4.0, "* 4")):
            changed = (
                _times(values, factor)
                if isinstance(values, int | float)
                else tuple((*record[:-1], _times(float(record[-1]), factor)) for record in values)
            )
            parameters = {**given.parameters, parameter.name: changed}
            yield f"{parameter.name} {text}", given.model_copy(update={"parameters": parameters})


def _times(value: float, factor: float) -> float:
    """Whole numbers stay whole, and other than zero."""
    if not float(value).is_integer():
        return round(value * factor, 6)
    return float(round(value * factor) or round(math.copysign(value != 0, value)))


def _members(
    index_set: Set, document: Document, sets: Mapping[str, Members], rng: random.Random, size: int | None
) -> Members:
    given = document.data.sets.get(index_set.name, ())
    if len(index_set.within) == 1:
        parent = sets[index_set.within[0]]
        before = document.data.sets.get(index_set.within[0], ())
        share = len(given) / max(1, len(before))
        kept = tuple(m for m in parent if m in given or (m not in before and rng.random() < share))
        return kept or parent[:1]
    if index_set.within:
        keys = _keys([sets[name] for name in index_set.within])
        before_keys = set(_keys([document.data.sets.get(name, ()) for name in index_set.within]))
        share = len(given) / max(1, len(before_keys))
        return tuple(key for key in keys if key in given or (key not in before_keys and rng.random() < share))
    if size is None:
        return given
    mentioned = _mentioned(document.formulation, given)
    numbers = [m for m in given if isinstance(m, int)]
    if len(numbers) == len(given) and numbers:
        last = max([min(numbers) + size - 1, *(m for m in mentioned if isinstance(m, int))])
        return tuple(range(min(numbers), last + 1))
    fresh = [f"more{k}" for k in range(size)]
    rest = [m for m in (*given, *fresh) if m not in mentioned]
    chosen = {*mentioned, *rest[: max(0, size - len(mentioned))]}
    return tuple(m for m in (*given, *fresh) if m in chosen)


def _mentioned(formulation: Formulation, members: Members) -> list[Member | tuple[Member, ...]]:
    """The members that stand in some expression: a word in quotes, a number in brackets or compared with."""
    texts = [text for element in formulation.elements() for text in _texts(element)]
    words = {word for text in texts for word in re.findall(r"[\"']([^\"']*)[\"']", text)}
    numbers = {int(found) for text in texts for found in re.findall(r"(?:\[|, |[<>=] )(\d{1,9})(?=[\],]| |$)", text)}
    return [m for m in members if m in words or (isinstance(m, int) and m in numbers)]


def _texts(element: Element) -> list[str]:
    values = element.model_dump(exclude={"name", "description", "unit"}).values()
    flat = [value for group in values for value in (group if isinstance(group, tuple | list) else [group])]
    return [value for value in flat if isinstance(value, str)]


def _keys(sets: Sequence[Members]) -> list[tuple[Member, ...]]:
    keys: list[tuple[Member, ...]] = [()]
    for members in sets:
        keys = [(*key, *(m if isinstance(m, tuple) else (m,))) for key in keys for m in members]
    return keys


def _share(count: int, sizes: Sequence[int]) -> float:
    return min(1.0, count / max(1, math.prod(sizes)))


def _kind(rng: random.Random) -> float:
    """How large the numbers of one parameter are beside those given: about as large, or much smaller or larger.

    Drawn for every parameter, so that rows that nothing meets in one instance are met in another.
    """
    return rng.choice((1.0, 1.0, 0.3, 2.5))


def _number(like: Sequence[float], scale: float, rng: random.Random) -> float:
    """A number of the kind of those given."""
    if set(like) <= {0.0, 1.0} and len(like) > 1:
        return float(rng.choice((0, 1)))
    low, high = scale * min(like), scale * max(like)
    spread = 0.5 * max(abs(low), abs(high))
    least = max(low - spread, low / 2) if low > 0 else 0.0 if low == 0 else low - spread
    if all(float(v).is_integer() for v in like):
        start = max(1, round(least)) if low > 0 else round(least)
        return float(rng.randint(start, max(start, round(high + spread)) + 3))
    return round(rng.uniform(least, high + spread), 3)


def _verdict(relation: Relation, contract: Contract, reason: str) -> Verdict:
    return Verdict(relation=relation, contract=contract, exact=False, reason=reason)
