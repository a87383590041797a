"""Everything a document can be written as. A new format is one file and one line in ``EXPORTS``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from formulations.exports.cvxpy import Cvxpy
from formulations.exports.exporter import Exporter, ExportRefused
from formulations.exports.highspy import Highspy
from formulations.exports.latex import Latex
from formulations.exports.lp import Lp
from formulations.exports.mathopt import MathOpt
from formulations.exports.mps import Mps
from formulations.exports.notebook import Notebook
from formulations.exports.pyomo import Pyomo
from formulations.exports.xlsx import Xlsx

__all__ = ["EXPORTS", "ExportRefused", "Exporter"]

#: By name, in the order in which the page offers them.
EXPORTS: Mapping[str, Exporter] = MappingProxyType(
    {
        exporter.name: exporter
        for exporter in (
            Pyomo(),
            Cvxpy(),
            Highspy(),
            MathOpt(),
            Notebook(),
            Latex(),
            Lp(),
            Mps(),
            Xlsx(),
        )
    }
)
