"""The canonical form of a linear program: what is left when rows and columns that only restate others are gone.

Every step keeps an affine map both ways, ``lift`` from the canonical columns to the original ones and ``project``
back. *Faithful* steps are bijections of the feasible sets; *merging* steps (splits undone, an epigraph objective
made an expression) forget columns that change neither what is allowed nor its worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cached_property

from equivalence.exact import Expr, Linear, Point, Row, column
from equivalence.merging import merge_parallel, remove_epigraphs
from equivalence.orientation import orient
from equivalence.projection import project
from equivalence.removals import Removal
from equivalence.workspace import EmptyProgram, Step, Workspace


class Level(IntEnum):
    """How far a canonical form goes."""

    NORMAL = 0  #: rows and bounds in one shape; no column but fixed ones removed
    SUMMED = 1  #: besides, columns that occur only as a sum become one
    CLEAR = 2  #: NORMAL, and columns that an equality defines are replaced, where there is no choice between them
    OUTRIGHT = 3  #: CLEAR, and an objective bounded by one row becomes the expression in it
    DEFINED = 4  #: NORMAL, and columns that an equality defines are replaced
    MERGED = 5  #: DEFINED and SUMMED
    EPIGRAPH = 6  #: MERGED, and an objective bounded by one row becomes the expression in it
    LEAN = 7  #: PROJECTED, without fixed columns
    PROJECTED = 8  #: columns that the other program does not have are replaced or projected out, where that can be done


@dataclass(frozen=True)
class Canonical:
    """``linear`` with ``lift[j]``, original column j over canonical ones, and ``project[k]``, the other way.

    kept: the working number of each canonical column. removals: how the others come back, in order of removal.
    faithful: ``lift`` after ``project`` changes no feasible point. infeasible: the reason found on the way, if any.
    """

    original: Linear
    linear: Linear
    kept: tuple[int, ...]
    removals: tuple[Removal, ...]
    project: tuple[Expr, ...]
    steps: tuple[Step, ...]
    faithful: bool
    infeasible: str = ""

    @cached_property
    def lift(self) -> tuple[Expr | None, ...]:
        """Original columns over canonical ones; None where only some other function does it, as for digits."""
        images: dict[int, Expr | None] = {j: column(k) for k, j in enumerate(self.kept)}
        for removal in reversed(self.removals):
            removal.restore(images)
        return tuple(images[j] for j in range(len(self.original.columns)))

    def lift_point(self, point: Point) -> dict[int, Fraction]:
        """The original point of a canonical one: one of several where columns were merged."""
        values = {j: point[k] for k, j in enumerate(self.kept)}
        for removal in reversed(self.removals):
            removal.restore_value(values)
        return {j: values[j] for j in range(len(self.original.columns))}


def canonical(linear: Linear, level: Level, keep: frozenset[str] = frozenset(), *, turn: bool = True) -> Canonical:
    """The canonical form at a level. A contradiction found on the way is in ``infeasible``.

    For LEAN and PROJECTED, columns with labels in ``keep`` stay. ``turn=False`` leaves columns with two bounds as they
    stand, for comparisons that do not look at bounds.
    """
    work = Workspace(linear, keep if level >= Level.LEAN else frozenset())
    stay = work.keep if level is Level.PROJECTED else frozenset()
    infeasible = ""
    try:
        simplify(work, level, stay=stay)
        while level >= Level.LEAN and project(work):
            simplify(work, level, stay=stay)
        orient(work, turn=turn)
    except EmptyProgram as reason:
        infeasible = str(reason)
    return result_of(work, infeasible)


def simplify(work: Workspace, level: Level, *, stay: frozenset[str] = frozenset()) -> None:
    """Takes the steps of a level as often as there are any; fixed columns with labels in ``stay`` are kept."""
    if not work.started:
        work.start()
    while True:
        work.settle_rows()
        if work.remove_fixed(stay) or (
            level >= Level.CLEAR and work.remove_definitions(clear=level in (Level.CLEAR, Level.OUTRIGHT))
        ):
            continue
        if level in (Level.OUTRIGHT, Level.EPIGRAPH) and remove_epigraphs(work):
            continue
        if level not in (Level.SUMMED, Level.MERGED, Level.EPIGRAPH) or not merge_parallel(work):
            break


def result_of(work: Workspace, infeasible: str = "") -> Canonical:
    kept = tuple(work.columns)
    number = {j: k for k, j in enumerate(kept)}
    rows = tuple(
        Row(row.label, {number[j]: c for j, c in row.terms.items()}, row.lower, row.upper) for row in work.rows.values()
    )
    objective = Expr({number[j]: c for j, c in work.objective.terms.items()}, work.objective.constant)
    return Canonical(
        original=work.original,
        linear=Linear(tuple(work.columns.values()), rows, objective),
        kept=kept,
        removals=tuple(work.removals),
        project=tuple(work.project[j] for j in kept),
        steps=tuple(work.steps),
        faithful=work.faithful,
        infeasible=infeasible,
    )
