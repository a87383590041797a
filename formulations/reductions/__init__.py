"""Rewrites of Programs, one per file, each with the map that takes a solution back."""

from __future__ import annotations

from formulations.reductions.absolute_value import AbsoluteValue
from formulations.reductions.bilinear_binary import BilinearBinary
from formulations.reductions.binary_power import BinaryPower
from formulations.reductions.binary_product import BinaryProduct
from formulations.reductions.extremum import Extremum
from formulations.reductions.indicator import IndicatorRow
from formulations.reductions.objective_sense import ObjectiveSense
from formulations.reductions.piecewise_linear import PiecewiseLinear
from formulations.reductions.polynomial import Polynomial
from formulations.reductions.reduction import Recover, Reduction, ReductionError

#: In the order in which they are applied: what one leaves behind, a later one may remove.
REDUCTIONS: tuple[Reduction, ...] = (
    ObjectiveSense(),
    Polynomial(),
    AbsoluteValue(),
    Extremum(),
    PiecewiseLinear(),
    BinaryPower(),
    BinaryProduct(),
    BilinearBinary(),
    IndicatorRow(),
)

__all__ = ["REDUCTIONS", "Recover", "Reduction", "ReductionError"]
