"""How far an answer can be trusted, in a few words for people."""

from __future__ import annotations

from decimal import ROUND_UP, Context

from solvers.answers import Answer
from solvers.solution import Termination

#: Gaps below this are told as this.
_SMALLEST = 1e-8


def badge(answer: Answer | None) -> str:
    """``exact``, ``certified within 0.013 %``, ``infeasible, certified``, or ``no answer``."""
    if answer is None or not (answer.termination.has_values or answer.termination in _SETTLED):
        return "no answer"
    if answer.source == "exact":
        return "exact" if answer.termination is not Termination.FEASIBLE else "feasible, not proved optimal"
    if answer.termination is Termination.INFEASIBLE:
        return "infeasible, certified"
    return "not certified" if answer.gap is None else f"certified within {percent(answer.gap)}"


def percent(share: float) -> str:
    """A share as a percentage, rounded up to two digits, never down: 0.000123 is 0.013 %."""
    digits = Context(prec=2, rounding=ROUND_UP).create_decimal_from_float(100 * max(share, _SMALLEST))
    return f"{digits.normalize():f} %"


_SETTLED = (Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.INFEASIBLE_OR_UNBOUNDED)
