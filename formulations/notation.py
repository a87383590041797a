"""The one-page text form of a document, for editors, diffs and small language models.

``parse_notation(write_notation(document)) == document`` for every document without a ``text``: expressions are
kept as they were written, and what would not survive (a broken expression, an odd name) is put between quotes
or backquotes. ``#`` lines at the very top are the name and the description of the formulation.
"""

from __future__ import annotations

from formulations.notation_reader import NotationError, parse_notation
from formulations.notation_writer import write_notation

__all__ = ["NotationError", "parse_notation", "write_notation"]
