"""Problems of calculus and economics textbooks whose mathematics is known: shapes, ways, trades, formulas in words.

A family answers with a sheet where it understands every figure in digits, else with None.
"""

from __future__ import annotations

from .changing import changing as changing
from .reading import family as family
