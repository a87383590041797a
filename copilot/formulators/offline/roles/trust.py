"""How far a reading by roles can be trusted, from what it leaves over."""

from __future__ import annotations

import math

from .schema import Schema

BASE = 2.5


def trust(found: Schema) -> float:
    """Between 0 and 1: the share of such readings that are right."""
    evidence = BASE
    evidence -= 1.7 * found.unused + 1.5 * len(found.unmatched) + 0.8 * found.idle + 0.8 * found.partial
    evidence -= 0.4 * found.doubtful + 0.2 * found.guessed
    evidence -= {"sound": 0.0, "zero": 2.0, "infeasible": 2.0, "unbounded": 2.5}.get(found.standing, 0.5)
    evidence -= 2.0 * sum(1 for line in found.lines if line.kind in ("bound", "total") and 0.0 < line.constant < 1.0)
    evidence -= max(0.0, 0.5 * (3.0 - found.objective.merit))
    return round(1.0 / (1.0 + math.exp(-evidence)), 3)
