"""Comparisons among owners: shares of the whole, multiples, differences, orders, "three for every one"."""

from __future__ import annotations

from collections.abc import Sequence

from .combinations import combinations
from .comparison import Comparison, Found
from .comparison import Relation as Relation
from .differences import difference, orders
from .lines import Line
from .mentions import Mention
from .multiples import as_many, part_of, per_other, times
from .owners import Owners
from .shares import share

#: What a figure among owners may say, the most particular first.
_ABILITIES = (as_many, per_other, part_of, times, difference, share)


def relations(line: Line, k: int, seen: Sequence[Mention], owners: Owners) -> Found:
    """What the line says about owners against owners."""
    said = Comparison(line, k, [m for m in seen if m.form == "one"], owners, Found(), seen)
    for made in combinations(line, said.mentions):
        said.combined(made)
    for figure in line.figures:
        if figure.at not in said.found.used:
            any(ability(said, figure) for ability in _ABILITIES)
    orders(said)
    return said.found
