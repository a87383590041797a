"""Outputs written as products of powers, "20 K^0.4 L^0.6", with what a unit of each input costs."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.formulators.offline.drafting import Sheet
from copilot.formulators.offline.lexicon import word_set

from .aims import sense
from .pages import Measured, Page

_TARGET = word_set("least must need needs produce make turn exactly target reach require requires")
_BUDGET = word_set("spend budget total most available have has afford money sum up")


@dataclass(frozen=True, slots=True)
class _Product:
    """``tokens[first:last]``: letters with their powers, times a coefficient."""

    coefficient: Measured | None
    powers: tuple[tuple[str, Measured], ...]
    first: int
    last: int


def output(page: Page) -> Sheet | None:
    """The most output for a budget, or the least cost of an output, where every figure has its role."""
    product = _product(page)
    wanted = sense(page)
    if product is None or wanted is None:
        return None
    rest = [f for f in page.figures if not product.first <= f.at < product.last]
    letters = [letter for letter, _ in product.powers]
    prices: dict[str, Measured] = {}
    for figure in list(rest):
        letter = _input(page, figure, letters, product)
        if letter is not None and letter not in prices:
            prices[letter] = figure
            rest.remove(figure)
    if len(prices) != len(letters) or len(rest) != 1:
        return None
    around = page.words(rest[0].at - 8, rest[0].end + 6)
    if not around & (_BUDGET if wanted == "maximize" else _TARGET):
        return None
    sheet = Sheet(page.original)
    names = {letter: sheet.variable(letter, f"the input that the text calls {letter}") for letter in letters}
    factors = [sheet.parameter("scale", product.coefficient.figure())] if product.coefficient is not None else []
    for letter, power in product.powers:
        factors.append(f"{names[letter]}**{sheet.parameter(f'power_{letter}', power.figure())}")
    spent = " + ".join(f"{sheet.parameter(f'price_{k}', prices[k].figure())}*{names[k]}" for k in letters)
    made, given = "*".join(factors), rest[0].figure()
    if wanted == "maximize":
        sheet.constraint("budget_limit", f"{spent} <= {sheet.parameter('budget', given)}", [given])
        sheet.aim("maximize", "output", made)
    else:
        sheet.constraint("output_needed", f"{made} >= {sheet.parameter('target', given)}", [given])
        sheet.aim("minimize", "cost", spent)
    return sheet


def _product(page: Page) -> _Product | None:
    """The only run of letters with powers in the text; at least two letters."""
    figures = {figure.at: figure for figure in page.figures}
    tokens, first, last = page.tokens, -1, -1
    powers: list[tuple[str, Measured]] = []
    i = 0
    while i + 2 < len(tokens):
        if len(tokens[i].low) == 1 and tokens[i].is_word and tokens[i + 1].low == "^" and i + 2 in figures:
            if powers and i != last:
                return None
            first = i if not powers else first
            powers.append((tokens[i].low, figures[i + 2]))
            i = last = i + 3
        else:
            i += 1
    if len(powers) < 2 or len({letter for letter, _ in powers}) != len(powers):
        return None
    coefficient = figures.get(first - 1)
    return _Product(coefficient, tuple(powers), first - (coefficient is not None), last)


def _input(page: Page, figure: Measured, letters: list[str], product: _Product) -> str | None:
    """The input whose unit the figure prices: its letter, or the words that the text explains it with."""
    first, last = page.clause(figure)
    if last < len(page.tokens) and page.tokens[last].is_number:
        last = figure.end
    words = page.words(max(first, product.last if figure.at >= product.last else 0), last)
    if words & word_set("spend budget total altogether output produce"):
        return None
    named = {letter: _explained(page, letter) | {letter} for letter in letters}
    shared = frozenset.intersection(*named.values())
    hits = [letter for letter in letters if words & (named[letter] - shared - {"a"})]
    return hits[0] if len(hits) == 1 else None


def _explained(page: Page, letter: str) -> frozenset[str]:
    """The words of "K is machine hours", "the machine hours K" and "units of capital (K)"."""
    fillers = word_set("is are the of and number where with for amount unit stand stands denotes be hour hours in as")
    for i, token in enumerate(page.tokens):
        if token.low == letter and i + 1 < len(page.tokens):
            if page.tokens[i + 1].low in ("is", "stands", "denotes", "are", "=", "units"):
                stop = next(
                    (k for k in range(i + 2, min(i + 7, len(page.tokens))) if page.tokens[k].low in (",", ".", "and")),
                    i + 7,
                )
                return page.words(i + 2, stop) - fillers
            if i and page.tokens[i - 1].low == "(":
                return page.words(i - 3, i - 1) - fillers
    return frozenset()
