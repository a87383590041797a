"""Independent drafts of one text, sorted by what they have in common, and the one to believe.

Drafts with the same optimal value are in one camp; within a camp, proofs of equivalence make classes. The camp with
the most weight wins, and of it the largest class: "proved" is said of a class alone, of a camp only "tested".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from copilot.formulators.draft import Draft
from copilot.formulators.status import Grounded, Status, grounded, status_of_grounded
from equivalence.candidates import Classes, candidates
from equivalence.compare import DeclaredMap, Options, compare
from equivalence.verdict import Affine, Contract, Side, Witness
from formulations.program import Program

#: Optimal values this close, relatively, are the same.
_SAME = 1e-6
#: Seconds for the proofs within a camp, and for one plan that tells two drafts apart.
_PROOF_SECONDS, _WITNESS_SECONDS = 6.0, 3.0
#: Programs with more columns than this are not searched for a plan that tells them apart.
_MOST_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A draft with its program (None if it has errors), its status, and how much its voice counts.

    source: who wrote it; voices of one source are not independent.
    """

    draft: Draft
    source: str
    weight: float
    program: Program | None = None
    status: Status | None = None

    @property
    def value(self) -> float | None:
        """The optimal value; None if it has none."""
        return None if self.status is None else self.status.value


def candidate(draft: Draft, source: str, weight: float) -> Candidate:
    """The draft brought down to its program and solved."""
    found: Grounded | None = grounded(draft.document)
    if found is None:
        return Candidate(draft, source, weight)
    return Candidate(draft, source, weight, found.program, status_of_grounded(found))


@dataclass(frozen=True, slots=True)
class Camp:
    """Positions of candidates with the same optimal value, and their classes by proof, the largest first."""

    members: tuple[int, ...]
    classes: tuple[tuple[int, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Vote:
    """The candidates and their camps, the weightiest first."""

    candidates: tuple[Candidate, ...]
    camps: tuple[Camp, ...]

    @property
    def winner(self) -> int:
        """Of the largest class of the first camp, the candidate with the most weight; then the first."""
        members = self.camps[0].classes[0]
        return max(members, key=lambda place: (self.candidates[place].weight, -place))

    @property
    def runner_up(self) -> int | None:
        """The weightiest candidate of the second camp that has a program."""
        for camp in self.camps[1:]:
            able = [place for place in camp.members if self.candidates[place].program is not None]
            if able:
                return max(able, key=lambda place: (self.candidates[place].weight, -place))
        return None

    @property
    def proved(self) -> tuple[Candidate, ...]:
        """The candidates that are proved equivalent to the winner, itself among them."""
        return tuple(self.candidates[place] for place in self.camps[0].classes[0])

    @property
    def tested(self) -> tuple[Candidate, ...]:
        """The candidates with the same optimal value as the winner, itself among them."""
        return tuple(self.candidates[place] for place in self.camps[0].members)


def vote(found: Sequence[Candidate]) -> Vote:
    """The camps of at least one candidate."""
    camps = []
    for members in _camps(found):
        classes = _classes(found, members)
        camps.append(Camp(members, classes, sum(found[place].weight for place in members)))
    camps.sort(key=lambda camp: (-camp.weight, camp.members))
    return Vote(tuple(found), tuple(camps))


def _camps(found: Sequence[Candidate]) -> list[tuple[int, ...]]:
    """Positions by optimal value; a candidate without one is alone."""
    camps: list[list[int]] = []
    for place, one in enumerate(found):
        near = next((camp for camp in camps if _same(found[camp[0]].value, one.value)), None)
        if near is None:
            camps.append([place])
        else:
            near.append(place)
    return [tuple(camp) for camp in camps]


def _same(first: float | None, second: float | None) -> bool:
    return first is not None and second is not None and math.isclose(first, second, rel_tol=_SAME, abs_tol=_SAME)


def _classes(found: Sequence[Candidate], members: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The members of a camp by proved equivalence; those that allow the same optimum count as the same."""
    programs = [program for place in members if (program := found[place].program) is not None]
    if len(members) < 2 or len(programs) < len(members):
        return tuple((place,) for place in members)
    # Different readings of one text name things differently, so that equal names need not mean the same.
    options = Options(time_limit=2.0, trust_names=False)
    classes: Classes = candidates(programs, Contract.OPTIMUM, options=options, time_limit=_PROOF_SECONDS)
    return tuple(tuple(members[position] for position in group) for group in classes.members)


@dataclass(frozen=True, slots=True)
class Difference:
    """A plan that one of two programs allows and the other forbids, when columns with like names mean the same."""

    witness: Witness
    allowed_by_first: bool


def difference(first: Program, second: Program) -> Difference | None:
    """A plan that tells two programs apart; None where names do not match or no plan was found."""
    if max(first.column_count, second.column_count) > _MOST_COLUMNS:
        return None
    pairs = _matched(first.columns, second.columns)
    if pairs is None:
        return None
    declared = DeclaredMap(
        forward={one: Affine({other: Fraction(1)}) for one, other in pairs},
        backward={other: Affine({one: Fraction(1)}) for one, other in pairs},
        trusted=True,
    )
    options = Options(time_limit=_WITNESS_SECONDS)
    verdict = compare(first, second, Contract.DECISIONS, options=options, declared_map=declared)
    witness = verdict.witness
    if witness is None or not witness.violated:
        return None
    return Difference(witness, allowed_by_first=witness.allowed_by is Side.A)


def _matched(first: Sequence[str], second: Sequence[str]) -> list[tuple[str, str]] | None:
    """The labels in pairs that have words in common, each with the one it shares most with; None if not one to one."""
    if len(first) != len(second):
        return None
    left, right = list(first), list(second)
    if set(left) == set(right):
        return [(label, label) for label in left]
    taken: dict[str, str] = {}
    for label in left:
        free = [other for other in right if other not in taken.values()]
        ranked = sorted(((_likeness(label, other), other) for other in free), reverse=True)
        if not ranked or ranked[0][0] == 0 or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        taken[label] = ranked[0][1]
    return list(taken.items())


def _likeness(one: str, other: str) -> float:
    """The share of words that two labels have in common; words count more where both have few."""
    words, others = set(_words(one)), set(_words(other))
    return len(words & others) / len(words | others) if words | others else 0.0


def _words(label: str) -> Iterator[str]:
    """``make["oak chairs"]`` as oak, chair: the member alone where there is one, without plurals."""
    inside = re.search(r"\[(.*)\]", label)
    for word in re.findall(r"[^\W\d_]+|\d+", (inside[1] if inside else label).lower()):
        yield word[:-1] if len(word) > 3 and word.endswith("s") else word
