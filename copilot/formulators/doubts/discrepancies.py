"""Every check of a text against the figures, limits and decisions of a program.

Each looks for one slip that readers of problem texts make, and says nothing where the text can be meant otherwise. The
checks read the text by themselves; how the program was read from it they do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from copilot.formulators.doubts.beside import Beside, beside
from copilot.formulators.doubts.decision_checks import (
    agents_decided,
    decisions_without_figures,
    goals_of_numbers,
    goals_without_figures,
    kinds_of_things,
    things_left_out,
    whole_amounts,
    whole_numbers,
)
from copilot.formulators.doubts.figure_checks import (
    bases_as_limits,
    hundreds_as_units,
    measures_on_counts,
    money_on_counts,
    other_owners,
    shares_as_limits,
    units_decided,
    unlike_units,
)
from copilot.formulators.doubts.limit_checks import (
    counts_of_something_else,
    differences,
    each_as_all,
    figures_for_both,
    limits_left_out,
    needs_as_limits,
    numbers_of_things,
    shares_of_several,
)
from copilot.formulators.doubts.mismatch import Mismatch
from formulations.formulation import Document
from formulations.program import Program

CHECKS: tuple[Callable[[Beside], Iterator[Mismatch]], ...] = (
    goals_of_numbers,
    goals_without_figures,
    decisions_without_figures,
    agents_decided,
    units_decided,
    kinds_of_things,
    things_left_out,
    whole_numbers,
    whole_amounts,
    money_on_counts,
    measures_on_counts,
    unlike_units,
    shares_as_limits,
    bases_as_limits,
    hundreds_as_units,
    other_owners,
    counts_of_something_else,
    figures_for_both,
    each_as_all,
    differences,
    numbers_of_things,
    shares_of_several,
    needs_as_limits,
    limits_left_out,
)


def discrepancies(text: str, document: Document, program: Program) -> tuple[Mismatch, ...]:
    """What the checks find, the gravest first; nothing for programs whose decisions have no words of their own."""
    both = beside(text, document, program)
    return () if both is None else tuple(one for check in CHECKS for one in check(both))
