"""How far a reading can be trusted, from what it left unexplained."""

from __future__ import annotations

import math

from .model import Model, used_columns


def confidence(model: Model) -> float:
    """Between 0 and 1: high when every number is used, every limit found its figures and the table is full."""
    reading = model.reading
    size = len(reading.decisions)
    serving = {row.column for row in model.rows if row.column is not None} | used_columns(model.target)
    partial = sum(1 for k, column in enumerate(reading.columns) if k in serving and len(column.values) < size)
    idle = sum(1 for k in range(len(reading.columns)) if k not in serving)
    touched = {e for row in model.rows for e, _ in row.terms}
    loose = size - len(touched)
    evidence = 2.0
    evidence -= 1.2 * len(reading.unused) + 1.5 * len(model.unmatched) + 0.8 * partial + 0.8 * idle
    evidence -= 1.0 * len(model.doubts) + 0.5 * loose + (2.0 if not model.rows else 0.0)
    return round(1.0 / (1.0 + math.exp(-evidence)), 3)
