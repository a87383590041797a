"""Several formulations of one problem, sorted into classes by proved equivalence.

Cheap features put the candidates into buckets that are compared first; only proofs join classes, and no feature
parts them. Between classes, one comparison of representatives says which is stricter, and shows a plan that one
allows and the other forbids.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from equivalence.baselines import weisfeiler_lehman
from equivalence.compare import Options, compare
from equivalence.verdict import Contract, Relation, Side, Verdict, Witness
from formulations.program import Program

#: Seconds for all comparisons together, and for one.
_SECONDS = 10.0
_SECONDS_A_PAIR = 2.0


@dataclass(frozen=True, slots=True)
class Order:
    """Class ``stricter`` allows less than class ``looser`` (numbers of classes)."""

    stricter: int
    looser: int


@dataclass(frozen=True, slots=True)
class Separation:
    """A plan that one class allows and another forbids."""

    allowed_by: int
    forbidden_by: int
    witness: Witness


@dataclass(frozen=True, kw_only=True)
class Classes:
    """Classes of positions in the input, the largest first (then by first member), and what stands between them.

    proofs: verdicts that joined a candidate to the representative (first member) of its class, by (representative,
    candidate). between: verdicts of representatives, by (class of A, class of B), each pair of classes once.
    orders: the partial order of stricter and looser, as far as proved. separation: of the two largest classes; None
    where no proof found a plan, for classes may differ by what they seek only. complete: whether time sufficed for
    every comparison.
    """

    members: tuple[tuple[int, ...], ...]
    proofs: Mapping[tuple[int, int], Verdict]
    between: Mapping[tuple[int, int], Verdict]
    orders: tuple[Order, ...]
    separation: Separation | None
    complete: bool

    @property
    def agreed(self) -> tuple[int, ...]:
        """The members of the largest class, if it is larger than every other one and not alone; else none."""
        sizes = [len(group) for group in self.members]
        if not sizes or sizes[0] < 2 or (len(sizes) > 1 and sizes[1] == sizes[0]):
            return ()
        return self.members[0]


def candidates(
    programs: Sequence[Program],
    contract: Contract = Contract.DECISIONS,
    *,
    options: Options | None = None,
    time_limit: float = _SECONDS,
) -> Classes:
    """The classes of programs that are proved equivalent under the contract.

    What could not be proved in time stays apart: a class is never too large, but may be too small.
    """
    clock = _Clock(time_limit, options or Options(time_limit=_SECONDS_A_PAIR))
    groups = _grouped(programs, contract, clock)
    groups.sort(key=lambda group: (-len(group), group[0]))
    number = {group[0]: k for k, group in enumerate(groups)}
    between = {(number[i], number[j]): v for (i, j), v in clock.known.items() if i in number and j in number}
    return Classes(
        members=tuple(map(tuple, groups)),
        proofs={pair: verdict for pair, verdict in clock.known.items() if same(verdict)},
        between=between,
        orders=tuple(_orders(between)),
        separation=_separation(between),
        complete=clock.complete,
    )


@dataclass
class _Clock:
    """The time left, and the verdicts found so far by (A, B)."""

    seconds: float
    options: Options
    known: dict[tuple[int, int], Verdict] = field(default_factory=dict)
    complete: bool = True
    started: float = field(default_factory=time.monotonic)

    def compared(self, programs: Sequence[Program], i: int, j: int, contract: Contract) -> Verdict | None:
        left = self.seconds - (time.monotonic() - self.started)
        if left <= 0:
            self.complete = False
            return None
        limited = replace(self.options, time_limit=min(left, self.options.time_limit))
        verdict = compare(programs[i], programs[j], contract, options=limited)
        self.known[i, j] = verdict
        return verdict


def _grouped(programs: Sequence[Program], contract: Contract, clock: _Clock) -> list[list[int]]:
    """Classes, each candidate compared with the representatives that it resembles most first."""
    features = [_features(program) for program in programs]
    groups: list[list[int]] = []
    for candidate in range(len(programs)):
        for group in sorted(groups, key=lambda group: _unlike(features[group[0]], features[candidate])):
            verdict = clock.compared(programs, group[0], candidate, contract)
            if verdict is not None and same(verdict):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    return groups


def same(verdict: Verdict) -> bool:
    """Whether the verdict joins two programs: proved equivalent, or neither has any plan at all."""
    return verdict.positive or verdict.relation is Relation.BOTH_INFEASIBLE


@dataclass(frozen=True, slots=True)
class _Features:
    """What can be seen without a proof."""

    digest: str
    labels: frozenset[str]
    columns: int
    rows: int
    integers: int


def _features(program: Program) -> _Features:
    return _Features(
        digest=weisfeiler_lehman(program, rounds=2),
        labels=frozenset(program.columns),
        columns=program.column_count,
        rows=program.row_count,
        integers=int(np.count_nonzero(program.integer)),
    )


def _unlike(first: _Features, second: _Features) -> tuple[bool, bool, int]:
    """Small for programs that are likely to be the same."""
    distance = sum(
        abs(one - other)
        for one, other in (
            (first.columns, second.columns),
            (first.rows, second.rows),
            (first.integers, second.integers),
        )
    )
    return first.digest != second.digest, first.labels != second.labels, distance


def _orders(between: Mapping[tuple[int, int], Verdict]) -> Iterator[Order]:
    for (i, j), verdict in between.items():
        if verdict.relation is Relation.STRICTER:
            yield Order(stricter=j, looser=i)
        elif verdict.relation is Relation.LOOSER:
            yield Order(stricter=i, looser=j)


def _separation(between: Mapping[tuple[int, int], Verdict]) -> Separation | None:
    """The witness between the two largest classes."""
    for pair in ((0, 1), (1, 0)):
        witness = between[pair].witness if pair in between else None
        if witness is not None and witness.violated:
            allowed_by, forbidden_by = pair if witness.allowed_by is Side.A else reversed(pair)
            return Separation(allowed_by, forbidden_by, witness)
    return None
