"""Irreducible infeasible subsystems: restrictions that contradict each other, none of them superfluous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formulations.program import Flags, Floats, Integers, Program
from solvers.feasibility import Oracle
from solvers.highs import load
from solvers.restrictions import Member, Restrictions

#: Multipliers of a certificate count as zero below this share of the largest one.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Members that no point satisfies together.

    irreducible: whether it was proved that any member can be blamed, that is, without it the others can be
    satisfied.
    """

    members: tuple[Member, ...]
    irreducible: bool


def find_conflict(restrictions: Restrictions, active: Flags, oracle: Oracle) -> Conflict:
    """An infeasible subset of the active restrictions, which must be infeasible together.

    A deletion filter: it tries to do without each restriction, at first without whole named constraints and
    variables, then half by half. Integrality and signs of columns are tried first, so that what remains speaks of
    constraints where it can. For linear programs a certificate of infeasibility shortens the way.
    Source: Chinneck (2008), Feasibility and Infeasibility in Optimization, ch. 6.
    """
    search = _Search(restrictions, active & restrictions.present, oracle)
    integrality, *others = restrictions.chunks()
    search.shrink(integrality)
    if not restrictions.part(search.active, 4).any():
        search.use_certificate()
    for groups in others:
        search.shrink(groups)
    return Conflict(members=restrictions.members(search.numbers), irreducible=search.proved)


class _Search:
    """The restrictions still held, and whether every one that stays was proved necessary."""

    def __init__(self, restrictions: Restrictions, active: Flags, oracle: Oracle) -> None:
        self.restrictions = restrictions
        self.active = active
        self.oracle = oracle
        self.proved = True

    @property
    def numbers(self) -> list[int]:
        return [int(number) for number in np.flatnonzero(self.active)]

    def shrink(self, chunk: Sequence[Integers], *, needed: bool = False) -> None:
        """Drop what can be dropped of a chunk of groups; ``needed`` says that all of it cannot."""
        numbers = np.concatenate([group[self.active[group]] for group in chunk]) if chunk else np.zeros(0, np.int64)
        if not len(numbers):
            return
        verdict: bool | None = False if needed else self._infeasible_without(numbers)
        if verdict:
            self.active = self._without(numbers)
            return
        if len(numbers) == 1:
            self.proved &= verdict is False
            return
        first, second = _halves(chunk, numbers)
        self.shrink(first)
        gone = not any(self.active[group].any() for group in first)
        self.shrink(second, needed=gone and verdict is False)

    def use_certificate(self) -> None:
        """Keep only the support of multipliers that prove a linear program infeasible, once that is confirmed."""
        support = certificate(self.restrictions, self.active, self.oracle)
        if support is not None and self.oracle.infeasible(self.restrictions.restricted(support)):
            self.active = support

    def _without(self, numbers: Integers) -> Flags:
        flags = self.active.copy()
        flags[numbers] = False
        return flags

    def _infeasible_without(self, numbers: Integers) -> bool | None:
        return self.oracle.infeasible(self.restrictions.restricted(self._without(numbers)))


def _halves(chunk: Sequence[Integers], numbers: Integers) -> tuple[Sequence[Integers], Sequence[Integers]]:
    if len(chunk) > 1:
        middle = len(chunk) // 2
        return chunk[:middle], chunk[middle:]
    middle = len(numbers) // 2
    return (numbers[:middle],), (numbers[middle:],)


def certificate(restrictions: Restrictions, active: Flags, oracle: Oracle) -> Flags | None:
    """The restrictions with nonzero multipliers in a proof (Farkas) that a linear program is infeasible.

    None if the program is not linear and continuous or HiGHS finds no proof. Source: Schrijver (1986), ch. 7.3.
    """
    program = restrictions.restricted(active)
    linear = not (program.quadratic or program.nonlinear or program.indicators or program.integer.any())
    if not linear or not program.row_count:
        return None
    import highspy

    options = replace(oracle.options, time_limit=oracle.remaining, start=None)
    loaded = load(program, options)
    if not loaded.accepted:
        return None
    engine = loaded.engine
    engine.setOptionValue("presolve", "off")
    engine.setOptionValue("solver", "simplex")
    engine.run()
    status, found, multipliers = engine.getDualRay()
    if status != highspy.HighsStatus.kOk or not found:
        return None
    return _support(restrictions, active, program, np.asarray(multipliers))


def _support(restrictions: Restrictions, active: Flags, program: Program, multipliers: Floats) -> Flags:
    """Both sides of rows and both bounds of columns with a multiplier; the search drops the idle ones."""
    sides = [restrictions.part(active, part) for part in (0, 1)]
    held = np.flatnonzero(sides[0] | sides[1])  # the rows of the restricted program, in order
    weights = program.matrix.T @ multipliers
    rows = np.zeros(restrictions.program.row_count, dtype=np.bool_)
    rows[held] = np.abs(multipliers) > NEGLIGIBLE * np.abs(multipliers).max(initial=0.0)
    columns = np.abs(weights) > NEGLIGIBLE * np.abs(weights).max(initial=0.0)
    support: Flags = np.concatenate([rows, rows, columns, columns, np.zeros(len(columns), dtype=np.bool_)])
    return active & support
