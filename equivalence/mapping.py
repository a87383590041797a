"""Candidate maps between two canonical forms. Wherever they come from, only a proof makes them count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from equivalence.canonical import Canonical
from equivalence.exact import ZERO, Expr, Linear, column, combine, substitute

Partial = dict[int, Expr]


@dataclass(frozen=True)
class Maps:
    """``forward[k]``: column k of A over the columns of B; ``backward`` the other way; both canonical.

    trusted: whether forward, and backward, are what the user means. single: one program allows one plan only.
    """

    forward: tuple[Expr, ...]
    backward: tuple[Expr, ...]
    origin: str
    trusted: tuple[bool, bool] = (False, False)
    single: bool = False


def inverse_of(columns: Sequence[int], origin: str, scales: Sequence[Fraction] = ()) -> Maps:
    """The maps of a bijection: column j of A is ``scales[j]`` times column ``columns[j]`` of B."""
    factors = scales or [Fraction(1)] * len(columns)
    backward = [column(0)] * len(columns)
    for j, k in enumerate(columns):
        backward[k] = Expr({j: 1 / factors[j]})
    return Maps(tuple(Expr({k: factors[j]}) for j, k in enumerate(columns)), tuple(backward), origin)


def paired(pairs: Mapping[int, int]) -> tuple[Partial, Partial]:
    """Forward and backward images of pairs of columns (A, B)."""
    return {j: column(k) for j, k in pairs.items()}, {k: column(j) for j, k in pairs.items()}


def carried(target: Canonical, source: Canonical, images: Mapping[int, Expr]) -> Partial:
    """Images of original target columns over original source columns, as a map between the canonical forms."""
    through: dict[int, Expr] = {}
    for j, expr in images.items():
        parts = [(c, source.lift[k]) for k, c in expr.terms.items()]
        known = [(c, part) for c, part in parts if part is not None]
        if len(known) == len(parts):
            through[j] = combine(known, expr.constant)
    return {
        k: substitute(expr, through) for k, expr in enumerate(target.project) if all(j in through for j in expr.terms)
    }


def by_names(target: Linear, source: Linear) -> dict[int, Expr]:
    """Original target columns as the source columns of the same label."""
    return {
        j: column(source.by_label[col.label]) for j, col in enumerate(target.columns) if col.label in source.by_label
    }


def by_costs(target: Linear, source: Linear) -> Partial:
    """Columns whose objective coefficient occurs once in either program."""
    return {j: column(k) for j, k in _unique_costs(target, source)}


def _unique_costs(target: Linear, source: Linear) -> Iterator[tuple[int, int]]:
    places: list[dict[Fraction, list[int]]] = []
    for linear in (target, source):
        found: dict[Fraction, list[int]] = defaultdict(list)
        for j, c in linear.objective.terms.items():
            found[c].append(j)
        places.append(found)
    for cost, own in places[0].items():
        others = places[1].get(cost, [])
        if len(own) == 1 and len(others) == 1:
            yield own[0], others[0]


def completions(target: Linear, source: Linear, partial: Partial) -> Iterator[tuple[Expr, ...]]:
    """Full maps that extend a partial one: the columns left over become constants or what their rows say.

    Every column left over is given a value by each strategy in turn; there is none that skips a column.
    """
    missing = [j for j in range(len(target.columns)) if j not in partial]
    if not missing:
        yield tuple(partial[j] for j in range(len(target.columns)))
        return
    if len(partial) == 0 and len(target.columns) > 0 and len(source.columns) > 0:
        return
    seen: set[tuple[tuple[int, str], ...]] = set()
    for strategy in _STRATEGIES:
        filled = dict(partial)
        for j in missing:
            if j not in filled:
                strategy(target, source, filled, j)
        if len(filled) < len(target.columns):
            continue
        mark = tuple((j, repr(sorted(filled[j].terms.items())) + str(filled[j].constant)) for j in missing)
        if mark not in seen:
            seen.add(mark)
            yield tuple(filled[j] for j in range(len(target.columns)))


def _at_lower(target: Linear, source: Linear, filled: Partial, j: int) -> None:
    col = target.columns[j]
    filled[j] = Expr({}, col.lower if col.lower is not None else min(ZERO, col.upper or ZERO))


def _at_upper(target: Linear, source: Linear, filled: Partial, j: int) -> None:
    col = target.columns[j]
    filled[j] = Expr({}, col.upper if col.upper is not None else max(ZERO, col.lower or ZERO))


def _by_row(side: str, shared: bool) -> Callable[[Linear, Linear, Partial, int], None]:
    """The column as the rows make it where they are tight; ``shared``: all columns without image get equal shares."""

    def fill(target: Linear, source: Linear, filled: Partial, j: int) -> None:
        for i in target.column_rows[j]:
            row = target.rows[i]
            open_columns = [k for k in row.terms if k not in filled]
            if (len(open_columns) > 1) != shared or (not shared and len(row.terms) < 2):
                continue
            ends = [row.upper, row.lower] if side == "upper" else [row.lower, row.upper]
            end = next((end for end in ends if end is not None), None)
            total = sum(row.terms[k] for k in open_columns)
            if end is None or not total:
                continue
            rest = combine(((Fraction(-c), filled[k]) for k, c in row.terms.items() if k in filled), end)
            value = combine([(Fraction(1, total), rest)])
            if all(_fits(target, source, k, value) for k in open_columns):
                for k in open_columns:
                    filled[k] = value
                return
        _at_lower(target, source, filled, j)

    return fill


def _fits(target: Linear, source: Linear, j: int, value: Expr) -> bool:
    if not target.columns[j].integer:
        return True
    return value.constant.denominator == 1 and all(
        source.columns[k].integer and c.denominator == 1 for k, c in value.terms.items()
    )


_STRATEGIES: tuple[Callable[[Linear, Linear, Partial, int], None], ...] = (
    _by_row("lower", shared=False),
    _by_row("upper", shared=False),
    _at_lower,
    _at_upper,
    _by_row("upper", shared=True),
    _by_row("lower", shared=True),
)
