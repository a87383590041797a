"""Cells that say how a figure grows with the decision: "$30 + (x^2)/1000", "$9 (rises by $1 above 20)", "5 * t^2"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.formulators.offline.words.tables import Cell

_NUMBER = r"\$?\s?(\d[\d,]*(?:\.\d+)?)"
_FIRST = re.compile(_NUMBER)
_CURVE = re.compile(rf"{_NUMBER}\s*\+\s*\(?\s*[A-Za-z]\w*\s*(?:\^|\*\*)\s*(\d(?:\.\d+)?)\s*\)?\s*/\s*(\d[\d,]*)")
_POWER = re.compile(rf"^{_NUMBER}\s*\*?\s*[A-Za-z]\w*\s*(?:\^|\*\*)\s*(\d(?:\.\d+)?)$")
_STEP = re.compile(
    rf"(?P<way>increases?|decreases?|rises?|falls?|drops?) by {_NUMBER}[^)]{{0,40}}?"
    rf"\b(?:above|beyond|exceeds?|over) {_NUMBER}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Growth:
    """``first`` grows by ``slope * x**power``, or by ``slope`` for each unit above ``start``; without a slope it is
    worth ``first * x**power`` altogether."""

    first: float
    slope: float
    power: float = 1.0
    start: float | None = None


def growths(cells: Sequence[Cell]) -> list[Growth]:
    """What the cells of a column say, where every one of them has a formula of the same form; else nothing."""
    found = [growth for cell in cells if (growth := _growth(cell.text)) is not None]
    forms = {(growth.power, growth.start is None, growth.slope == 0) for growth in found}
    return found if len(found) == len(cells) and len(forms) == 1 else []


def _growth(text: str) -> Growth | None:
    first = _FIRST.search(text)
    if first is None:
        return None
    if (curve := _CURVE.search(text)) is not None:
        return Growth(_value(first[1]), 1.0 / _value(curve[3]), float(curve[2]))
    if (power := _POWER.search(text)) is not None:
        return Growth(_value(first[1]), 0.0, float(power[2]))
    if (step := _STEP.search(text)) is not None:
        sign = 1.0 if step["way"].lower().startswith(("incr", "rise")) else -1.0
        return Growth(_value(first[1]), sign * _value(step[2]), start=_value(step[3]))
    return None


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))
