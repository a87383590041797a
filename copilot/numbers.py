"""Numbers as a person reads them."""

from __future__ import annotations

import math

#: Significant digits, and places before the point up to which all of them are written out.
_DIGITS, _WRITTEN_OUT = 6, 15
#: What solvers leave where they mean zero.
DUST = 1e-9


def shown(value: float, unit: str = "") -> str:
    """Six digits, or as many as stand before the point, thousands apart; dust is zero: ``1,234,568 EUR``."""
    if abs(value) < DUST:
        return _with("0", unit)
    if not math.isfinite(value):
        return "unknown" if math.isnan(value) else "∞" if value > 0 else "-∞"
    before = len(str(int(abs(value))))
    digits = max(_DIGITS, before) if before <= _WRITTEN_OUT else _DIGITS
    return _with(f"{value:,.{digits}g}", unit)


def violation(amount: float) -> str:
    """How far a plan misses a limit: nothing, no more than the dust of arithmetic, or how much."""
    if not amount:
        return "0"
    return "rounding only" if amount < DUST else f"{amount:.2g}"


def _with(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number
