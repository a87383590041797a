"""Reading files into Programs: LP and MPS text, and what goes wrong with files."""

from formulations.reading.lp import read_lp
from formulations.reading.mps import read_mps
from formulations.reading.source import FileError

__all__ = ["FileError", "read_lp", "read_mps"]
