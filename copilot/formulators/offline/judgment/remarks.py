"""The table of what speaks against a draft, whichever reader wrote it, and of how much each sign takes.

A weight is what ``benchmarks/confidence.py`` fits, rounded; that of a sign too rare or too grave for a fit is higher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copilot.formulators.doubts.mismatch import BROKEN
from copilot.formulators.draft import Question

from . import program_signs as program
from . import text_signs as text
from .case import Case

Measure = Callable[[Case], float]
Asks = Callable[[Case], Iterator[Question]]


@dataclass(frozen=True, slots=True)
class Remark:
    """``weight``: log-odds of being right that one unit of the measure takes; ``words``: the blemish, for the user.

    ``measure`` is 0 for a draft without the blemish; ``asks``: what the user is asked about it.
    """

    name: str
    weight: float
    words: str
    measure: Measure
    asks: Asks = lambda case: iter(())


def _counted(name: str, weight: float, words: str, asks: Asks, *, most: float = 1.0) -> Remark:
    """A sign of which every instance is a question: their number, up to ``most``, is its measure."""
    return Remark(name, weight, words, lambda case: min(most, float(sum(1 for _ in asks(case)))), asks)


REMARKS: tuple[Remark, ...] = (
    _counted("broken", 2.5, BROKEN, text.about_sentences, most=2.0),
    Remark("unheard", 2.6, "a sentence gives a rule, and nothing here came from it", text.unheard, text.about_rules),
    _counted("conditional", 2.5, "limits with a condition or a choice are taken to hold always", text.conditions),
    _counted("average", 2.5, "a limit on an average became a limit on a sum", text.averages),
    Remark("left_out", 0.6, "figures of the text are in no part of it", text.left_out, text.about_figures),
    Remark("named_as_measure", 2.4, "something is both decided and counted in the figures", text.named_as_measure),
    _counted("units_decided", 2.0, "something that is decided is called like a unit", text.units_decided),
    _counted("uncompared", 2.2, "a sentence compares, and no limit does", text.uncompared),
    _counted("parts_allowed", 0.3, "the text speaks of parts, and whole numbers are decided", text.parts_allowed),
    _counted("contradictory", 2.4, "limits contradict each other, and no resource is short", program.contradictions),
    Remark("infeasible", 0.4, "no plan keeps all limits at once", program.infeasible),
    Remark("unbounded", 0.25, "the objective has no end", program.unbounded),
    _counted("nothing", 2.0, "the best plan is worth nothing", program.nothing),
    _counted("stifled", 1.8, "a limit allows not even one of what it limits", program.stifled),
    _counted("repeated", 0.5, "of two limits on one sum, one has no effect", program.repetitions, most=2.0),
    _counted("lonely", 0.8, "a figure limits one thing alone", program.lonely),
)  # fmt: skip
