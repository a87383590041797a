"""The scalar form: sparse rows and columns, labelled, with quadratic and nonlinear parts where they occur.

A row reads ``row_lower <= A x + x'Q x + f(x) <= row_upper``, the objective ``c x + x'Q x + f(x) + offset``, both
without a factor 1/2. Infinite entries of the bound arrays mean "no bound".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from formulations.expression import Expression
from formulations.formulation import Member, Sense

Floats = NDArray[np.float64]
#: Of 64 bits, or of 32 where there are many of them: positions of columns and entries.
Integers = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Block:
    """The consecutive rows of one constraint, or columns of one variable, and the members that index them.

    ``members[d][codes[k, d]]`` is the d-th index of the k-th entry; a scalar has one entry and no index.
    ``source`` is the array of codes, shape (count, indices), or a function that makes it when it is asked for.
    """

    name: str
    count: int
    members: tuple[Sequence[Member], ...] = ()
    source: Integers | Callable[[], Integers] = field(default_factory=lambda: np.zeros((1, 0), dtype=np.int64))

    @cached_property
    def codes(self) -> Integers:
        return self.source() if callable(self.source) else self.source

    def key(self, position: int) -> tuple[Member, ...]:
        return tuple(self.members[d][c] for d, c in enumerate(self.codes[position]))


@dataclass(frozen=True, eq=False)
class Labels(Sequence[str]):
    """The names of all rows or all columns, ``capacity['plant1']``, made only when they are asked for."""

    blocks: tuple[Block, ...] = ()

    @cached_property
    def starts(self) -> Integers:
        """First position of each block, then the total: shape (blocks + 1,)."""
        return np.cumsum([0, *(block.count for block in self.blocks)], dtype=np.int64)

    def __len__(self) -> int:
        return int(self.starts[-1])

    def locate(self, position: int) -> tuple[Block, int]:
        """The block of a position and the position inside it. Raises IndexError outside the labels."""
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        position %= len(self)
        number = int(np.searchsorted(self.starts, position, side="right")) - 1
        return self.blocks[number], position - int(self.starts[number])

    def title(self, position: int) -> str:
        """What the label names, in words: the members of its index, or the name where it has none."""
        block, inside = self.locate(position)
        return " ".join(map(str, block.key(inside))) or block.name.replace("_", " ")

    def __getitem__(self, position: int) -> str:  # type: ignore[override]
        block, inside = self.locate(position)
        return label(block.name, block.key(inside))

    def __iter__(self) -> Iterator[str]:
        for block in self.blocks:
            for position in range(block.count):
                yield label(block.name, block.key(position))

    def span(self, name: str) -> slice:
        """The positions of the variable or constraint called ``name``. Raises KeyError if there is none."""
        for block, start in zip(self.blocks, self.starts, strict=False):
            if block.name == name:
                return slice(int(start), int(start) + block.count)
        raise KeyError(name)

    def extended(self, *blocks: Block) -> Labels:
        return Labels((*self.blocks, *blocks))


def label(name: str, key: tuple[Member, ...]) -> str:
    """``make['large']``, ``x[1, 'b']``, ``total`` for no key."""
    return f"{name}[{', '.join(repr(member) for member in key)}]" if key else name


def scalar_labels(names: Sequence[str]) -> Labels:
    """Labels without indices, one block each: for imported files and auxiliary columns."""
    return Labels(tuple(Block(name, 1) for name in names))


@dataclass(frozen=True, slots=True)
class Indicator:
    """The row holds only when ``column`` (binary) equals ``value``."""

    column: int
    value: bool


def _none() -> Mapping[int, object]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, kw_only=True)
class Program:
    """Arrays of n columns and m rows.

    ``matrix`` is CSR (m, n) with int32 indices and no duplicates. ``quadratic[row]`` and ``objective_quadratic``
    are symmetric CSR (n, n), valued x'Qx. ``nonlinear[row]`` and ``objective_nonlinear`` are expressions whose
    leaves are Number and Column. ``indicators[row]`` makes a row conditional.
    """

    name: str
    sense: Sense
    columns: Labels
    column_lower: Floats
    column_upper: Floats
    integer: Flags
    objective: Floats
    objective_offset: float = 0.0
    objective_quadratic: sparse.csr_array | None = None
    objective_nonlinear: Expression | None = None
    rows: Labels
    matrix: sparse.csr_array
    row_lower: Floats
    row_upper: Floats
    quadratic: Mapping[int, sparse.csr_array] = field(default_factory=_none)  # type: ignore[arg-type]
    nonlinear: Mapping[int, Expression] = field(default_factory=_none)  # type: ignore[arg-type]
    indicators: Mapping[int, Indicator] = field(default_factory=_none)  # type: ignore[arg-type]

    @property
    def column_count(self) -> int:
        return len(self.column_lower)

    @property
    def row_count(self) -> int:
        return len(self.row_lower)
