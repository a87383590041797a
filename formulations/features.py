"""What a Program contains, hence what a solver must handle, and the name of its problem class."""

from __future__ import annotations

from enum import Enum


class Feature(Enum):
    """One capability; a Program requires a set of them, a Solver offers a set of them."""

    CONTINUOUS = "continuous columns"
    INTEGER = "integer columns"
    CONVEX_QUADRATIC_OBJECTIVE = "convex quadratic objective"
    NONCONVEX_QUADRATIC_OBJECTIVE = "nonconvex quadratic objective"
    CONVEX_QUADRATIC_ROW = "convex quadratic row"
    SECOND_ORDER_CONE = "second-order cone row"
    NONCONVEX_QUADRATIC_ROW = "nonconvex quadratic row"
    MIXED_INTEGER_QUADRATIC = "quadratic terms together with integer columns"
    CONVEX_NONLINEAR = "convex nonlinear expression"
    NONLINEAR = "nonlinear expression"
    ABSOLUTE_VALUE = "abs"
    EXTREMUM = "min or max"
    PIECEWISE_LINEAR = "piecewise linear function"
    INDICATOR = "indicator row"
